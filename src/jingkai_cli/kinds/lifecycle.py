"""The life of a task, folded from its events: milestones, completion, deadlines, problems, decisions and letters.

Each kind of entry changes a `Life` in its own `apply`; this module names no kind.
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
"""The types of papers that an office sends: a weekly bulletin, or a letter to a unit."""

ProblemState = Literal["open", "fixed", "verified"]


class Extension(Struct, frozen=True):
    """An approved new deadline (延期), later or earlier."""

    seq: int
    on: date
    deadline: date
    after_deadline: bool
    """Whether it was requested after the deadline had passed."""
    waiting: bool
    """Whether it is oral or only requested, so that it has no effect until it is confirmed in writing."""
    requested: bool = False
    """Whether it is requested and not granted."""

    @classmethod
    def of(cls, event: Event, deadline: date, due: date | None) -> "Extension":
        """Return the extension of the deadline `due` by an event; it waits if it is oral or only requested."""
        requested = event.basis == "requested"
        waiting = requested or event.basis == "oral"
        return cls(event.seq, event.on, deadline, due is not None and event.on > due, waiting, requested)


class Problem(Struct, frozen=True):
    """A problem with a responsible unit and a date to fix it (限期整改), as of a date."""

    seq: int
    """The number of the entry that opened it, which is the number of the problem."""
    task: str
    title: str
    responsible: str
    zone: str | None
    shift: str | None
    opened_on: date
    deadline: date
    """The date by which it must be fixed, after extensions."""
    state: ProblemState = "open"
    fixed_on: date | None = None
    fixed_seq: int | None = None
    verified_on: date | None = None
    returned: int = 0
    """The number of times that it was sent back."""
    source: str | None = None
    place: str | None = None
    part_of: int | None = None
    site: str | None = None
    item: str | None = None
    """The checklist item that failed at its site; the next inspection there shows whether it was fixed."""
    failed_again: int = 0
    """The number of inspections that found it not fixed (复查未通过)."""
    passed_on: date | None = None
    """The day on which an inspection found it fixed; None once it is verified."""
    parts: tuple[int, ...] = ()
    """The problems into which it was split (分解交办). They determine its state, and are counted instead of it."""
    severity: Severity | None = None
    sent_back_on: date | None = None
    original: date | None = None
    """The original date, if an approved extension (延期) moved it."""
    extensions: tuple[Extension, ...] = ()
    """All extensions of its date, including waiting ones, in the order of (`on`, `seq`)."""

    @property
    def major(self) -> bool:
        """Whether it is an open major problem (重大问题); if it was split, its parts are instead."""
        return self.severity is not None and self.state == "open" and not self.parts

    def sent_back(self, on: date) -> "Problem":
        """Return the problem as reopened on a day."""
        back = replace(self, state="open", fixed_on=None, fixed_seq=None, verified_on=None, passed_on=None)
        return replace(back, returned=self.returned + 1, sent_back_on=on)

    @property
    def since(self) -> date:
        """The day of its last step, since when it has been in its state."""
        return max(filter(None, (self.opened_on, self.fixed_on, self.verified_on, self.sent_back_on)))

    def moved(self, event: Event) -> "Problem":
        """Return the problem after an extension of its date; a waiting extension is kept but has no effect."""
        if event.until is None:
            return self
        extension = Extension.of(event, event.until, self.deadline)
        kept = replace(self, extensions=(*self.extensions, extension))
        if extension.waiting:
            return kept
        return replace(kept, deadline=extension.deadline, original=self.original or self.deadline)

    def days_overdue(self, as_of: date) -> int:
        """Days past its date while it is open, else 0; on the date itself, it is not overdue yet.

        For a problem that was split it is 0: its parts are overdue.
        """
        if self.parts:
            return 0
        return max(0, (as_of - self.deadline).days) if self.state == "open" else 0


class Inspection(Struct, frozen=True):
    """A visit to one site (现场检查), as of a date, with inspectors and results."""

    seq: int
    on: date
    shift: str | None
    checklist: str
    site: str
    name: str
    """The name of the site at that time."""
    unit: str
    zone: str | None
    inspectors: tuple[str, ...]
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    not_applicable: tuple[str, ...]
    failed_again: tuple[str, ...]
    """The failed items for which the site had an open problem already (复查未通过)."""


class Decision(Struct, frozen=True):
    """A decision of a meeting (议定事项), as of a date. It is not judged, and its deadline is optional."""

    seq: int
    """The number of the entry that recorded it, which is the number of the decision."""
    task: str
    """The id of its task; empty if it is not about a single task."""
    text: str
    meeting: str
    unit: str
    """The unit that must carry it out."""
    on: date
    deadline: date | None
    """None for as soon as possible (尽快)."""
    settled_on: date | None = None
    superseded_by: int | None = None
    """The number of the decision that replaced it."""
    outcome: str | None = None
    """What was noted when it was settled (办结情况)."""

    def days_overdue(self, as_of: date) -> int:
        """Days past its deadline while it is not settled, else 0; on the deadline itself, it is not overdue yet."""
        return max(0, (as_of - self.deadline).days) if self.deadline and not self.settled_on else 0


class LetterContent(Struct, frozen=True):
    """The content of a letter, without its number."""

    unit: str
    on: date
    answer_by: date | None
    level: Level | None
    items: tuple[str, ...]


class Issued(Struct, frozen=True):
    """A bulletin or a letter that was sent, as of a date."""

    seq: int
    """The number of the entry that recorded it."""
    paper: Paper
    number: str
    """The number as printed: 第11期, 经开督〔2016〕3号."""
    on: date
    """The date on the paper."""
    head: Head
    """The head of the ledger when it was written."""
    file: str
    """The name of the file that was sent."""
    sha256: str
    """The SHA-256 of that file."""
    unit: str = ""
    """The unit to which a letter was sent."""
    level: Level | None = None
    """The level of a letter."""
    items: tuple[str, ...] = ()
    """The items of a letter."""
    answer_by: date | None = None
    """The date by which a letter must be answered."""
    start: date | None = None
    """The first day of a bulletin's period."""
    end: date | None = None
    """The last day of a bulletin's period."""
    answered_on: date | None = None
    """The date of the first answer to a letter."""
    received_on: date | None = None
    """The date on which the unit acknowledged a letter (签收); an answer does not set it."""

    @property
    def ordinal(self) -> int:
        """Its number within the year: 3 for 经开督〔2016〕3号."""
        return ordinal(self.number)

    @property
    def letter_content(self) -> LetterContent:
        """The content of a letter."""
        return LetterContent(self.unit, self.on, self.answer_by, self.level, self.items)

    def open_on(self, day: date) -> bool:
        """Whether it is a letter that was sent, but not answered, by the end of a day."""
        return self.paper == "notice" and self.on <= day and (self.answered_on is None or self.answered_on > day)

    def days_overdue(self, as_of: date) -> int:
        """Days past the date to answer while a letter is not answered, else 0; that date itself is not overdue."""
        return max(0, (as_of - self.answer_by).days) if self.answer_by and self.open_on(as_of) else 0


def tasks_named(items: Iterable[str]) -> int:
    """The number of tasks in the items of a letter; each item begins with the id of its task."""
    return len({item.partition(" ")[0] for item in items})


def ordinal(number: str) -> int:
    """The last figure in the number of a paper; 0 if it has none.

    >>> ordinal("经开督〔2016〕3号"), ordinal("第11期")
    (3, 11)
    """
    found = re.findall("[0-9]+", number)
    return int(found[-1]) if found else 0


class Score(Struct, frozen=True):
    """The score of one unit by one judge for one month, for the whole or for one item of the ballot; 0 to 100."""

    seq: int
    month: str
    unit: str
    judge: str
    value: Decimal
    item: str | None = None
    """The item of the ballot; None for a score of the whole."""
    site: str | None = None
    """The id of the site that was judged; None if the unit was judged as a whole."""
    place: str | None = None
    """The name of the site at that time."""


class Life(Struct):
    """The state of a task as of a date. Only the `apply` of a kind changes it."""

    task: Task
    done_on: date | None = None
    done_seq: int | None = None
    accepted_on: date | None = None
    suspended_on: date | None = None
    suspended_until: date | None = None
    """The date to review a suspended task; None if no date was given."""
    cancelled_on: date | None = None
    resumed_on: date | None = None
    reopened_on: date | None = None
    reached: dict[str, date] = field(default_factory=dict)
    objection: Entry | None = None
    """A unit's objection to the judgement; None after a ruling."""
    extensions: dict[str | None, list[Extension]] = field(default_factory=dict)
    """Id of a milestone, or None for the task itself → its extensions, in the order of (`on`, `seq`)."""
    problems: dict[int, Problem] = field(default_factory=dict)
    """Number → problem, in the order of opening."""
    decisions: dict[int, Decision] = field(default_factory=dict)
    """Number → decision, in the order of (`on`, `seq`)."""
    issued: dict[int, Issued] = field(default_factory=dict)
    """For the programme: number of the entry → paper that was sent, in the order of (`on`, `seq`)."""
    inspections: list[Inspection] = field(default_factory=list)
    """In the order of (`on`, `seq`)."""
    scores: dict[tuple[str, str, str, str | None, str | None], Score] = field(default_factory=dict)
    """For the programme: (month, unit, judge, item of the ballot, site) → the score recorded last, which counts."""

    _found: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """(site, item) → the problems that inspections found there."""

    def put(self, problem: Problem) -> None:
        """Set the state of a problem, and update the problem that it is a part of."""
        if problem.site and problem.item and problem.seq not in self.problems:
            self._found.setdefault((problem.site, problem.item), []).append(problem.seq)
        self.problems[problem.seq] = problem
        whole = self.problems.get(problem.part_of or 0)
        if whole is not None:
            self._follow_parts(replace(whole, parts=tuple(dict.fromkeys((*whole.parts, problem.seq)))))
        elif problem.parts:
            self._follow_parts(problem)

    def _follow_parts(self, whole: Problem) -> None:
        """Set the state of a problem that was split from its parts, ignoring its own entries."""
        parts = [self.problems[number] for number in whole.parts]
        states = {part.state for part in parts}
        state: ProblemState = "open" if "open" in states else "fixed" if "fixed" in states else "verified"
        fixed_on = max((part.fixed_on for part in parts if part.fixed_on), default=None) if state != "open" else None
        verified = [part.verified_on for part in parts if part.verified_on] if state == "verified" else []
        verified_on = max(verified, default=None)
        self.problems[whole.seq] = replace(whole, state=state, fixed_on=fixed_on, verified_on=verified_on)

    def found_at(self, site: str, item: str) -> tuple[Problem, ...]:
        """The problems that inspections found at a site for one item, in the order of opening."""
        return tuple(self.problems[seq] for seq in self._found.get((site, item), ()))

    @property
    def counted_problems(self) -> tuple[Problem, ...]:
        """The problems that count: the parts instead of a problem that was split."""
        return tuple(p for p in self.problems.values() if not p.parts) if self.problems else ()

    @property
    def on_hold(self) -> bool:
        """Whether the task is suspended or cancelled by a decision (暂缓、取消), so that it is not judged."""
        return bool(self.suspended_on or self.cancelled_on) and not self.done_on

    @overload
    def deadline(self, thing: Milestone) -> date: ...

    @overload
    def deadline(self, thing: Task | Milestone) -> date | None: ...

    def deadline(self, thing: Task | Milestone) -> date | None:
        """The deadline in force (现行时限) of the task or one of its milestones; None if it has none."""
        if not self.extensions:
            return thing.deadline
        moved = [x.deadline for x in self.extensions_of(thing) if not x.waiting]
        return moved[-1] if moved else thing.deadline

    def extensions_of(self, thing: Task | Milestone) -> tuple[Extension, ...]:
        """All extensions of the task itself or of one of its milestones, including oral ones."""
        return tuple(self.extensions.get(thing.id if isinstance(thing, Milestone) else None, ()))

    def move(self, thing: Task | Milestone, event: Event) -> None:
        """Add the extension of the task or one of its milestones by an event; it waits if it is oral or requested."""
        if event.until is None:
            return
        moved = Extension.of(event, event.until, self.deadline(thing))
        self.extensions.setdefault(thing.id if isinstance(thing, Milestone) else None, []).append(moved)

    def unreached(self, task: Task) -> Iterator[Milestone]:
        """The milestones still to be reached, without those that are judged by the figures of indicators."""
        return (m for m in task.milestones if m.id not in self.reached and not m.indicators)
