"""The life of a task, folded from what was recorded: what was reached, done and moved, and the problems it had.

A kind of entry changes a `Life` in its own `apply`; this module knows no kind by name.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, overload

from msgspec import Struct, field
from msgspec.structs import replace

from ..facts import Event
from ..field_types import Level, Severity
from ..model import Entry, Head, Milestone, Task

Paper = Literal["bulletin", "notice"]
"""What an office sends: the bulletin of a week, or the letter to a unit."""

ProblemState = Literal["open", "fixed", "verified"]


class Extension(Struct, frozen=True):
    """An approved new deadline (延期), later or earlier."""

    seq: int
    on: date
    deadline: date
    after_deadline: bool
    """It was asked for after the deadline that it moves had passed: marked for ever."""
    waiting: bool
    """Agreed orally, or only asked for: it has no effect until it is confirmed in writing."""
    requested: bool = False
    """Asked for, and not granted."""

    @classmethod
    def of(cls, event: Event, deadline: date, due: date | None) -> "Extension":
        """The new deadline that an event gives, in the place of `due`; one agreed orally or only asked for waits."""
        requested = event.basis == "requested"
        waiting = requested or event.basis == "oral"
        return cls(event.seq, event.on, deadline, due is not None and event.on > due, waiting, requested)


class Problem(Struct, frozen=True):
    """Something that was found, with a unit and a date to fix it (限期整改), as of a date."""

    seq: int
    """The entry that opened it, and the number by which it is known."""
    task: str
    title: str
    responsible: str
    zone: str | None
    shift: str | None
    opened_on: date
    deadline: date
    """The date in force by which it must be fixed."""
    state: ProblemState = "open"
    fixed_on: date | None = None
    fixed_seq: int | None = None
    verified_on: date | None = None
    returned: int = 0
    """How often it was sent back."""
    source: str | None = None
    place: str | None = None
    part_of: int | None = None
    site: str | None = None
    item: str | None = None
    """The item of a checklist that failed at its site: the next inspection there says whether it was fixed."""
    failed_again: int = 0
    """How often an inspection found it not fixed (复查未通过)."""
    passed_on: date | None = None
    """The day on which an inspection found it fixed, while it is not verified."""
    parts: tuple[int, ...] = ()
    """The problems into which it was split (分解交办): its state follows from theirs, and they are counted."""
    severity: Severity | None = None
    sent_back_on: date | None = None
    original: date | None = None
    """The date that it had at first, where an approved extension (延期) moved it."""
    extensions: tuple[Extension, ...] = ()
    """Every extension of its date, those that wait included, in the order of (`on`, `seq`)."""

    @property
    def major(self) -> bool:
        """Whether it is a major one (重大问题) that was not reported fixed; of one that was split its parts are."""
        return self.severity is not None and self.state == "open" and not self.parts

    def sent_back(self, on: date) -> "Problem":
        """The same problem, open again from a day on."""
        back = replace(self, state="open", fixed_on=None, fixed_seq=None, verified_on=None, passed_on=None)
        return replace(back, returned=self.returned + 1, sent_back_on=on)

    @property
    def since(self) -> date:
        """The day of its last step, from which it stands where it does."""
        return max(filter(None, (self.opened_on, self.fixed_on, self.verified_on, self.sent_back_on)))

    def moved(self, event: Event) -> "Problem":
        """The same problem after an extension of its date; one that waits is kept and moves nothing."""
        if event.until is None:
            return self
        extension = Extension.of(event, event.until, self.deadline)
        kept = replace(self, extensions=(*self.extensions, extension))
        if extension.waiting:
            return kept
        return replace(kept, deadline=extension.deadline, original=self.original or self.deadline)

    def days_overdue(self, as_of: date) -> int:
        """Days past its date while it is not reported fixed; the day itself is not overdue. Of a whole, its parts are.

        A whole that was split is late when a part is: ask its parts.
        """
        if self.parts:
            return 0
        return max(0, (as_of - self.deadline).days) if self.state == "open" else 0


class Inspection(Struct, frozen=True):
    """A visit to one site (现场检查), as of a date: what was looked at there, and by whom."""

    seq: int
    on: date
    shift: str | None
    checklist: str
    site: str
    name: str
    """The site's, as it was then."""
    unit: str
    zone: str | None
    inspectors: tuple[str, ...]
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    not_applicable: tuple[str, ...]
    failed_again: tuple[str, ...]
    """Of those that failed, the items that were a problem there already (复查未通过)."""


class Decision(Struct, frozen=True):
    """What a meeting decided (议定事项), as of a date. It is not judged: a date of its own is optional."""

    seq: int
    """The entry that recorded it, and the number by which it is known."""
    task: str
    """The task's id; empty where it is of no single task."""
    text: str
    meeting: str
    unit: str
    """Who must do it."""
    on: date
    deadline: date | None
    """None for as soon as possible (尽快)."""
    settled_on: date | None = None
    superseded_by: int | None = None
    """The decision that took its place."""

    def days_overdue(self, as_of: date) -> int:
        """Days past its date while it is not settled; the day itself is not overdue."""
        return max(0, (as_of - self.deadline).days) if self.deadline and not self.settled_on else 0


class LetterContent(Struct, frozen=True):
    """What a letter says, but for its number."""

    unit: str
    on: date
    answer_by: date | None
    level: Level | None
    items: tuple[str, ...]


class Issued(Struct, frozen=True):
    """A bulletin or a letter that was sent, as of a date."""

    seq: int
    """The entry that recorded it."""
    paper: Paper
    number: str
    """As it is printed: 第11期, 经开督〔2016〕3号."""
    on: date
    """The date that it bears."""
    head: Head
    """The head of the ledger from which it was made."""
    file: str
    """The name of the file that was sent."""
    sha256: str
    """Of its content."""
    unit: str = ""
    """To whom a letter went."""
    level: Level | None = None
    """Of a letter."""
    items: tuple[str, ...] = ()
    """What a letter is about."""
    answer_by: date | None = None
    """Of a letter."""
    start: date | None = None
    """The first day that a bulletin is about."""
    end: date | None = None
    """The last one."""
    answered_on: date | None = None
    received_on: date | None = None
    """The day on which a unit acknowledged a letter (签收); an answer acknowledges it too."""

    @property
    def ordinal(self) -> int:
        """Its number within the year: 3 of 经开督〔2016〕3号."""
        return ordinal(self.number)

    @property
    def said(self) -> LetterContent:
        """What a letter says."""
        return LetterContent(self.unit, self.on, self.answer_by, self.level, self.items)

    def open_on(self, day: date) -> bool:
        """Whether it is a letter that was sent by a day and was not answered by then."""
        return self.paper == "notice" and self.on <= day and (self.answered_on is None or self.answered_on > day)

    def days_overdue(self, as_of: date) -> int:
        """Days past the date by which a letter must be answered, while it is not; the day itself is not overdue."""
        return max(0, (as_of - self.answer_by).days) if self.answer_by and self.open_on(as_of) else 0


def tasks_named(items: Iterable[str]) -> int:
    """How many tasks the items of a letter are about: each begins with the number of its task."""
    return len({item.partition(" ")[0] for item in items})


def ordinal(number: str) -> int:
    """The last number in the number of a paper; 0 where it has none.

    >>> ordinal("经开督〔2016〕3号"), ordinal("第11期")
    (3, 11)
    """
    found = re.findall("[0-9]+", number)
    return int(found[-1]) if found else 0


class Score(Struct, frozen=True):
    """What one judge gave one unit for one month, as a whole or for one line of the ballot; 0 to 100."""

    seq: int
    month: str
    unit: str
    judge: str
    value: Decimal
    item: str | None = None
    """The line of the ballot; None for a score of the whole."""
    site: str | None = None
    """The id of the site that was judged; None where the unit was judged as a whole."""
    place: str | None = None
    """The site's name, as it was then."""


class Life(Struct):
    """Where a task stands in its life as of a date. Only the `apply` of a kind changes it."""

    task: Task
    done_on: date | None = None
    done_seq: int | None = None
    accepted_on: date | None = None
    suspended_on: date | None = None
    suspended_until: date | None = None
    """When to look at a suspended task again; None where no date was given."""
    cancelled_on: date | None = None
    resumed_on: date | None = None
    reopened_on: date | None = None
    reached: dict[str, date] = field(default_factory=dict)
    objection: Entry | None = None
    """A unit's objection to the judgement, until a ruling settles it."""
    extensions: dict[str | None, list[Extension]] = field(default_factory=dict)
    """By milestone id; None holds those of the task itself. In order of (`on`, `seq`)."""
    problems: dict[int, Problem] = field(default_factory=dict)
    """By number, in the order of their opening."""
    decisions: dict[int, Decision] = field(default_factory=dict)
    """By number, in the order of (`on`, `seq`)."""
    issued: dict[int, Issued] = field(default_factory=dict)
    """Of the programme: what was sent, by the number of the entry, in the order of (`on`, `seq`)."""
    inspections: list[Inspection] = field(default_factory=list)
    """In the order of (`on`, `seq`)."""
    scores: dict[tuple[str, str, str, str | None, str | None], Score] = field(default_factory=dict)
    """Of the programme: (month, unit, judge, line of the ballot, site) → the score that counts, recorded last."""

    _found: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """(site, item) → the problems that inspections found there."""

    def put(self, problem: Problem) -> None:
        """Set where a problem stands; what it is a part of follows."""
        if problem.site and problem.item and problem.seq not in self.problems:
            self._found.setdefault((problem.site, problem.item), []).append(problem.seq)
        self.problems[problem.seq] = problem
        whole = self.problems.get(problem.part_of or 0)
        if whole is not None:
            self._follow_parts(replace(whole, parts=tuple(dict.fromkeys((*whole.parts, problem.seq)))))
        elif problem.parts:
            self._follow_parts(problem)

    def _follow_parts(self, whole: Problem) -> None:
        """Set where a problem that was split stands by its parts, whatever is recorded of itself."""
        parts = [self.problems[number] for number in whole.parts]
        states = {part.state for part in parts}
        state: ProblemState = "open" if "open" in states else "fixed" if "fixed" in states else "verified"
        fixed_on = max((part.fixed_on for part in parts if part.fixed_on), default=None) if state != "open" else None
        verified = [part.verified_on for part in parts if part.verified_on] if state == "verified" else []
        verified_on = max(verified, default=None)
        self.problems[whole.seq] = replace(whole, state=state, fixed_on=fixed_on, verified_on=verified_on)

    def found_at(self, site: str, item: str) -> tuple[Problem, ...]:
        """The problems that inspections found at a site about one item, in the order of their opening."""
        return tuple(self.problems[seq] for seq in self._found.get((site, item), ()))

    @property
    def counted_problems(self) -> tuple[Problem, ...]:
        """The problems that count: of one that was split its parts alone."""
        return tuple(p for p in self.problems.values() if not p.parts) if self.problems else ()

    @property
    def on_hold(self) -> bool:
        """Suspended or cancelled by a decision (暂缓、取消): not judged while that lasts."""
        return bool(self.suspended_on or self.cancelled_on) and not self.done_on

    @overload
    def deadline(self, thing: Milestone) -> date: ...

    @overload
    def deadline(self, thing: Task | Milestone) -> date | None: ...

    def deadline(self, thing: Task | Milestone) -> date | None:
        """The deadline in force (现行时限) of the task or one of its milestones; None where there is none."""
        if not self.extensions:
            return thing.deadline
        moved = [x.deadline for x in self.extensions_of(thing) if not x.waiting]
        return moved[-1] if moved else thing.deadline

    def extensions_of(self, thing: Task | Milestone) -> tuple[Extension, ...]:
        """Every extension of the task itself or of one of its milestones, oral ones included."""
        return tuple(self.extensions.get(thing.id if isinstance(thing, Milestone) else None, ()))

    def move(self, thing: Task | Milestone, event: Event) -> None:
        """Record the new deadline that an event gives a thing; one that is agreed orally or only asked for waits."""
        if event.until is None:
            return
        moved = Extension.of(event, event.until, self.deadline(thing))
        self.extensions.setdefault(thing.id if isinstance(thing, Milestone) else None, []).append(moved)

    def unreached(self, task: Task) -> Iterator[Milestone]:
        """The milestones still to be reached. One that is a month's amounts is judged by its figures, not here."""
        return (m for m in task.milestones if m.id not in self.reached and not m.indicators)
