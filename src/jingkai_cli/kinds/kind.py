"""The declaration of a kind of entry (fields, recorder, objections, effect), and checks that several kinds share."""

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
"""Field of a report with text, other than its note → its heading (存在问题、下步措施、需协调事项)."""

Weight = Literal["refused", "implausible", "remark"]


class Objection(Struct, frozen=True):
    """An objection to an entry: `refused`, `implausible` (recorded only with `--force`), or a `remark`."""

    weight: Weight
    message: str
    about: str = ""
    """The name of its group, in English, to count similar objections: `totals that fall`."""


class Case(Struct, frozen=True):
    """An entry to be recorded, with its task and the ledger."""

    task: Task
    entry: Entry
    history: History
    today: date
    """The date in the plan's zone."""

    of: Callable[[Iterable[Event]], Life]
    """Folds some events of the task to its life."""
    fold: Callable[[], Life]
    life_of: Callable[[Task], Life]
    """Folds all events of another task, such as a sub-task, to its life. `fold` does so for the task itself."""
    plan: Plan | None = None
    """The plan, for the other names of units."""

    @property
    def life(self) -> Life:
        """The life of the task from all its events, whatever their date."""
        return self.fold()

    def problem(self, seq: int) -> Problem | None:
        """Return the current state of a problem of the task; None if there is none.

        It is folded from the events about it alone if possible. Otherwise the whole life is needed: inspections change
        the problems of their site without naming them, and parts change the problem that was split.
        """
        events = self.history.events_about(self.task.id, self.task.formerly, seq)
        opened = next((event.entry for event in events if event.seq == seq), None)
        if opened is None:
            return None
        if opened.site or any(event.entry and event.entry.part_of == seq for event in events):
            return self.life.problems.get(seq)
        return self.of(events).problems.get(seq)


def _none(_any: object) -> Iterator[Any]:
    return iter(())


def _no_change(_life: Life, _event: Event) -> None:
    pass


class Kind(Struct, frozen=True):
    """A kind of entry. Each is declared in a module of its own; `kinds.NAMES` lists them."""

    name: str
    label: str
    """The name in the log and in documents, marked for translation."""
    fields: tuple[str, ...] = ()
    """The fields that an entry may have besides `COMMON`."""
    required: tuple[str, ...] = ()
    """The required fields, besides `on`, `kind` and, depending on the next field, `task`."""
    task: Literal["required", "optional", "none"] = "required"
    """Whether an entry has a task; "none" if it is about the programme as a whole."""
    recorded_by: Literal["unit", "coordinator"] = "coordinator"
    """Who may record it in a shared ledger; the coordinator may record every kind."""
    is_report: bool = False
    """Whether a unit reports work with it: it counts as a report for its week; before the start it is implausible."""
    of_hold: bool = False
    """Whether it suspends, resumes or cancels a task, so that it gives no information on the work."""
    leaves: ProblemState | None = None
    """The state of the problem in `ref` after an entry."""
    of_problem: bool = False
    """Whether an entry with a `ref` is about a problem."""
    changes_others: bool = False
    """Whether it changes problems of its site without naming them."""
    known_unit: bool = False
    """Whether the plan must have its unit."""
    by_is_content: bool = False
    """Whether `by` is part of the content, such as the judge of a score."""
    keeps_entry: bool = False
    """Whether its event includes the whole entry, because its texts are shown with the task."""
    incomplete: Callable[[Mapping[str, Any]], Iterable[str]] = _none
    """Yields messages on fields of a line that are missing or invalid, beyond `required`."""
    objections: Callable[[Case], Iterable[Objection]] = _none
    """Yields the objections to an entry of this kind."""
    apply: Callable[[Life, Event], None] = _no_change
    """Applies an event to the life of its task."""
    sentence: Callable[[Task | None, Entry], str] | None = None
    """Returns the log text of an entry in the current language; None for the label. The task may be None."""


def another_verifier(case: Case, seq: int, answers: str | None) -> Iterator[Objection]:
    """Refuse a verifier of entry `seq` who reported it, or who belongs to the responsible unit `answers`."""
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
"""Common ends of units' names, which do not show that two names are of one unit."""


def same_party(plan: Plan | None, who: str, unit: str) -> bool:
    """Whether a name is that of a unit or of someone in it: 明湖街道 is 明湖街道办事处, 住建局李四 is of 县住建局.

    A name that the plan has for another unit means only that one.
    """
    key, aliases = name_key(who), plan.unit_aliases if plan else {}
    if not any(_is_name_of(key, name_key(name)) for name in (unit, *aliases.get(unit, ()))):
        return same_name(who, unit)
    others = [each for each in plan.known_units() if each != unit] if plan else []
    return not any(name_key(name) == key for each in others for name in (each, *aliases.get(each, ())))


def _is_name_of(name: str, unit: str) -> bool:
    """Whether a name is a short or full name of a unit, or begins with one; both after `name_key`."""
    if min(len(name), len(unit)) < 2:  # noqa: PLR2004 - one character is not a name
        return False
    if name.endswith(unit) or unit.endswith(name) or name.startswith(unit):
        return True
    if unit.startswith(name) and unit.removeprefix(name) in _OFFICE:
        return True
    ends = (unit[place:] for place in range(1, len(unit) - 2))
    return any(name.startswith(end) and end not in _OFFICE for end in ends)


def finished_or_cancelled(case: Case) -> Iterator[Objection]:
    """Refuse to suspend or cancel a task that is finished or cancelled, or on a day before it was last reopened."""
    yield from before_return(case, case.life.reopened_on)
    life, task = case.life, case.task
    if life.done_on:
        text = _("task {task} was reported done on {day} already")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    if life.cancelled_on:
        text = _("task {task} is already cancelled since {day}: `jk reopen {task} -m WHY` takes it back")
        yield Objection("refused", text.format(task=task.id, day=life.cancelled_on))


def before_return(case: Case, returned: date | None) -> Iterator[Objection]:
    """Refuse an entry dated before the day on which its task was reopened or resumed: it would have no effect."""
    if returned and case.entry.on < returned:
        text = _("{day} is before {returned}, when task {task} was taken up again")
        yield Objection("refused", text.format(day=case.entry.on, returned=returned, task=case.task.id))


def before_start(case: Case) -> Iterator[Objection]:
    """Refuse a new deadline before the start of its task."""
    entry, task = case.entry, case.task
    if entry.deadline and entry.deadline < task.start:
        text = _("{day} is before the start of task {task}, {start}")
        yield Objection("refused", text.format(day=entry.deadline, task=task.id, start=task.start))


def after_done(case: Case) -> Iterator[Objection]:
    """Refuse an entry that needs a completed task, if the task is not done or was done later."""
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
    """Refuse an entry whose problem does not exist, was split, is in another state, or got into this state later.

    An entry dated before the last step of its problem would have no effect.
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
    """The problem that an event is about; None if it is about the task itself or the problem does not exist."""
    number = event.subject or ""
    return life.problems.get(int(number)) if number.isdecimal() else None
