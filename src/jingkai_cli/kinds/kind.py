"""What a kind of entry is: its fields, who may record it, what contradicts it, and what it changes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from ..facts import Event, History
from ..language import N_, _
from ..model import Entry, Plan, Task
from ..quantities import enumeration
from ..text import name_key, same_name
from .lifecycle import Life, Problem, ProblemState

COMMON = frozenset({"kind", "on", "task", "by", "key", "unit", "received", "note", "evidence", "ref"})
"""The fields that an entry of any kind may have."""

REPORT_TEXTS: Mapping[str, str] = {
    "problem": N_("Problems met"),
    "next": N_("Next steps"),
    "need": N_("To be settled by others"),
}
"""The fields of a report that hold text besides its note (存在问题、下步措施、需协调事项), each with its heading."""

Weight = Literal["refused", "implausible", "remark"]


class Objection(Struct, frozen=True):
    """What contradicts an entry: `refused`, `implausible` (recorded only with `--force`), or a `remark`."""

    weight: Weight
    message: str
    about: str = ""
    """What many of its sort have in common, in English, to count them: `totals that fall`."""


class Case(Struct, frozen=True):
    """An entry that is to be recorded, and where its task stands in the ledger, whatever the date."""

    task: Task
    entry: Entry
    history: History
    today: date
    """The date in the plan's zone."""

    of: Callable[[Iterable[Event]], Life]
    """The life of the task by some of its events."""
    fold: Callable[[], Life]
    life_of: Callable[[Task], Life]
    """The life of another task, such as one of its sub-tasks, by all of its events."""
    plan: Plan | None = None
    """The plan, which says what other names units have."""

    @property
    def life(self) -> Life:
        """The life of the task by all of its events, whatever their date."""
        return self.fold()

    def problem(self, seq: int) -> Problem | None:
        """A problem of the task as its whole life leaves it, folded from what is about it alone where that says all.

        Inspections change the problems of their site without naming them, and parts the problem that was split.
        """
        events = self.history.events_about(self.task.id, self.task.formerly, seq)
        opened = next((event.entry for event in events if event.seq == seq), None)
        if opened is None:
            return None
        if opened.site or any(event.entry and event.entry.part_of == seq for event in events):
            return self.life.problems.get(seq)
        return self.of(events).problems.get(seq)


def _nothing(_any: object) -> Iterator[Any]:
    return iter(())


def _no_change(_life: Life, _event: Event) -> None:
    pass


class Kind(Struct, frozen=True):
    """A kind of entry. Each is declared in a module of its own; `kinds.NAMES` lists them."""

    name: str
    label: str
    """Its name in the log and in documents, marked for translation."""
    fields: tuple[str, ...] = ()
    """The fields that it may have besides `COMMON`."""
    required: tuple[str, ...] = ()
    """The fields that must be given, besides `on`, `kind` and what `task` says."""
    task: Literal["required", "optional", "none"] = "required"
    """Whether it is of a task; "none" for what is of the programme as a whole."""
    recorded_by: Literal["unit", "coordinator"] = "coordinator"
    """Who may record it in a shared ledger; the coordinator may record every kind."""
    is_report: bool = False
    """A unit reports work by it: its week is reported, and before the task's start it is implausible."""
    of_hold: bool = False
    """It puts a task on hold or takes it up again: nothing is known of the work by it."""
    leaves: ProblemState | None = None
    """The state in which it leaves the problem that it is about, whatever its state before."""
    of_problem: bool = False
    """With a `ref` it is about a problem."""
    changes_others: bool = False
    """It changes problems of its site without naming them."""
    known_unit: bool = False
    """The plan must know its unit."""
    by_is_content: bool = False
    """Who typed it is part of what it says, as the judge of a score is."""
    keeps_entry: bool = False
    """Its event carries the whole entry, because its words are shown with the task."""
    incomplete: Callable[[Mapping[str, Any]], Iterable[str]] = _nothing
    """What is missing from the fields of a line, beyond `required`."""
    objections: Callable[[Case], Iterable[Objection]] = _nothing
    """What contradicts an entry of this kind."""
    apply: Callable[[Life, Event], None] = _no_change
    """What it changes in the life of its task."""
    sentence: Callable[[Task | None, Entry], str] | None = None
    """What an entry says, in the current language; its label where None. The plan may not have the task."""


def another_verifier(case: Case, seq: int, answers: str | None) -> Iterator[Objection]:
    """Entry `seq` is verified neither by who reported it, nor by the unit that answers for the matter."""
    reported = case.history.entry(seq)
    reporter = (reported and (reported.entry.unit or reported.entry.by)) or ""
    verifier = case.entry.verifier or case.entry.by
    by_unit = bool(reported and reported.entry.unit)
    if same_name(verifier, reporter) or (by_unit and same_party(case.plan, verifier, reporter)):
        text = _("{who} reported it (#{seq}) and cannot verify it: name someone else (--verifier WHO)")
        yield Objection("refused", text.format(who=reporter, seq=seq))
    elif answers and same_party(case.plan, verifier, answers):
        text = _("{who} is responsible for it and cannot verify it: name someone else (--verifier WHO)")
        yield Objection("refused", text.format(who=answers))


_OFFICE = frozenset(("办", "办事处", "办公室", "街道办", "街道办事处", "政府", "人民政府", "管委会", "委员会"))
"""How the names of many units end: no sign that two are one."""


def same_party(plan: Plan | None, who: str, unit: str) -> bool:
    """Whether someone is a unit or belongs to it: 明湖街道 is 明湖街道办事处, and 住建局李四 is of 住建局 and 县住建局.

    A unit that the plan has under that very name is that one alone.
    """
    key, aliases = name_key(who), plan.unit_aliases if plan else {}
    if not any(_belongs(key, name_key(name)) for name in (unit, *aliases.get(unit, ()))):
        return same_name(who, unit)
    others = [each for each in plan.known_units() if each != unit] if plan else []
    return not any(name_key(name) == key for each in others for name in (each, *aliases.get(each, ())))


def _belongs(who: str, unit: str) -> bool:
    """Whether a name is that of a unit in short or in full, or begins with it; both as `name_key` gives them."""
    if min(len(who), len(unit)) < 2:  # noqa: PLR2004 - one character is no name
        return False
    if who.endswith(unit) or unit.endswith(who) or who.startswith(unit):
        return True
    if unit.startswith(who) and unit.removeprefix(who) in _OFFICE:
        return True
    ends = (unit[place:] for place in range(1, len(unit) - 2))
    return any(who.startswith(end) and end not in _OFFICE for end in ends)


def finished_or_cancelled(case: Case) -> Iterator[Objection]:
    """What suspends or cancels a task comes before it is finished or cancelled, and after it was last reopened."""
    yield from before_return(case, case.life.reopened_on)
    life, task = case.life, case.task
    if life.done_on:
        text = _("task {task} was reported done on {day} already")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    if life.cancelled_on:
        text = _("task {task} is already cancelled since {day}: `jk reopen {task} -m WHY` takes it back")
        yield Objection("refused", text.format(task=task.id, day=life.cancelled_on))


def before_return(case: Case, returned: date | None) -> Iterator[Objection]:
    """What is dated before the day on which a task was taken up again would have no effect."""
    if returned and case.entry.on < returned:
        text = _("{day} is before {returned}, when task {task} was taken up again")
        yield Objection("refused", text.format(day=case.entry.on, returned=returned, task=case.task.id))


def before_start(case: Case) -> Iterator[Objection]:
    """A new deadline does not come before the start of its task."""
    entry, task = case.entry, case.task
    if entry.deadline and entry.deadline < task.start:
        text = _("{day} is before the start of task {task}, {start}")
        yield Objection("refused", text.format(day=entry.deadline, task=task.id, start=task.start))


def after_done(case: Case) -> Iterator[Objection]:
    """What follows a completion comes after one, and not before its date."""
    entry, done_on = case.entry, case.life.done_on
    if done_on is None:
        text = _("task {task} is not reported done: run `jk done {task}` first")
        if entry.kind == "reopen":
            text = _("task {task} is not reported done: there is nothing to reopen")
        yield Objection("refused", text.format(task=case.task.id))
    elif entry.on < done_on:
        text = _("{day} is before the task was reported done, {done}")
        yield Objection("refused", text.format(day=entry.on, done=done_on))


def wrong_state(case: Case, *expected: str) -> Iterator[Objection]:
    """The problem that an entry is about must exist, be in one of the expected states, and have come into it by then.

    What is dated before that would be counted before it, and have no effect.
    """
    problem = case.problem(case.entry.ref or 0)
    if problem is None:
        text = _("task {task} has no problem #{seq}")
        yield Objection("refused", text.format(task=case.entry.task, seq=case.entry.ref))
        return
    if problem.parts:
        text = _("problem #{seq} was split: name its part, {parts}")
        parts = enumeration([f"#{part}" for part in problem.parts])
        yield Objection("refused", text.format(seq=problem.seq, parts=parts))
        return
    state = {"open": _("open"), "fixed": _("fixed, to be verified"), "verified": _("verified")}[problem.state]
    if problem.state not in expected:
        text = _("problem #{seq} is {state}: `jk problem reopen {seq} -m WHY` sends it back")
        if problem.state == "open":
            text = _("problem #{seq} is {state}: `jk problem fix {seq}` first")
        yield Objection("refused", text.format(seq=problem.seq, state=state))
    elif case.entry.on < problem.since:
        text = _("{day} is before the last step of problem #{seq}, {since}")
        yield Objection("refused", text.format(day=case.entry.on, seq=problem.seq, since=problem.since))


def problem_of(life: Life, event: Event) -> Problem | None:
    """The problem that an event is about; None for an event of the task itself, or of a problem that is not there."""
    number = event.subject or ""
    return life.problems.get(int(number)) if number.isdecimal() else None
