"""What a new entry must not contradict: the life of its task, and the figures that were reported before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Literal

from ..facts import Event, Total
from ..language import _, ngettext
from ..ledger.protocol import Reader
from ..model import PERCENT, Entry, Kind, Reading, Task
from ..quantities import amount, enumeration, number
from ..rules.life import Life, fold
from ..rules.observation import latest
from ..rules.problems import fold as fold_problems

Weight = Literal["refused", "implausible", "remark"]


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against an entry: `refused` for good, `implausible` unless someone insists, or a mere `remark`."""

    weight: Weight
    message: str


@dataclass(frozen=True, slots=True)
class _Case:
    """An entry that is to be recorded, and how its task stands in the ledger, whatever the date."""

    task: Task
    entry: Entry
    ledger: Reader
    events: Sequence[Event]
    """Every event of the task that stands, whatever its date."""
    life: Life
    today: date


def objections(task: Task, entry: Entry, ledger: Reader, today: date) -> Iterator[Objection]:
    """Everything that speaks against recording `entry` of `task` now. `today` is the date in the plan's zone."""
    if entry.on > today:
        yield Objection("implausible", _("{day} is in the future").format(day=entry.on))
    if entry.on < task.start and entry.kind in ("report", "reach", "done"):
        text = _("{day} is before the start of task {task}, {start}")
        yield Objection("implausible", text.format(day=entry.on, task=task.id, start=task.start))
    events = ledger.events(task.id, task.formerly)
    case = _Case(task, entry, ledger, events, fold(task, events), today)
    yield from _AGAINST.get(entry.kind, _nothing)(case)


def _nothing(_case: _Case) -> Iterator[Objection]:
    return iter(())


def _report(case: _Case) -> Iterator[Objection]:
    task, entry, life = case.task, case.entry, case.life
    if life.done_on and entry.on > life.done_on:
        text = _("task {task} was reported done on {day}: `jk reopen {task} -m WHY` first")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    for name, reading in entry.readings.items():
        old = case.ledger.total([task.id, *task.formerly], name, reading.unit or "", entry.on)
        new = reading.value + (old.value if old and reading.added else 0)
        if name == PERCENT and new > 100:  # noqa: PLR2004 - a whole
            yield Objection("implausible", _("{value} % is above 100 %").format(value=number(new)))
        indicator = task.indicator(name)
        if indicator is None or indicator.type == "total":
            yield from _falls(case, name, reading, old, new)


def _falls(case: _Case, name: str, reading: Reading, old: Total | None, new: Decimal) -> Iterator[Objection]:
    """A total to date never falls: not from the one before, nor to the next one that is stated."""
    task, ledger = case.task, case.ledger
    indicator = task.indicator(name)
    unit = indicator.unit if indicator else "%"
    said = _("the total of {name}").format(name=indicator.name) if indicator else _("the percentage")
    if old and new < old.value:
        text = _("{name} would fall from {old} ({day}) to {new}")
        figures = {"old": amount(old.value, unit), "day": old.on, "new": amount(new, unit)}
        yield Objection("implausible", text.format(name=said, **figures))
    later = ledger.next_total([task.id, *task.formerly], name, reading.unit or "", case.entry.on)
    if later and later.value < new and _states(ledger, later.seq, name):
        text = _("{name} would fall from {new} to {later} on {day}")
        figures = {"new": amount(new, unit), "later": amount(later.value, unit), "day": later.on}
        yield Objection("implausible", text.format(name=said, **figures))


def _states(ledger: Reader, seq: int, name: str) -> bool:
    """Whether an entry states a total, which does not move when what came before it does."""
    entry = ledger.entry(seq)
    return entry is not None and not entry.entry.readings[name].added


def _reach(case: _Case) -> Iterator[Objection]:
    milestone, reached = case.entry.milestone, case.life.reached
    if milestone and milestone in reached:
        text = _("milestone {milestone} was reached on {day} already")
        yield Objection("refused", text.format(milestone=milestone, day=reached[milestone]))


def _done(case: _Case) -> Iterator[Objection]:
    task, life = case.task, case.life
    if life.done_on:
        text = _("task {task} was reported done on {day} already")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    elif open_ones := [m.title for m in life.unreached(task)]:
        text = ngettext("a milestone is not reached: {titles}", "milestones are not reached: {titles}", len(open_ones))
        yield Objection("remark", text.format(titles=enumeration(open_ones)))


def _accept(case: _Case) -> Iterator[Objection]:
    yield from _after_done(case)
    if case.life.accepted_on:
        text = _("task {task} was accepted on {day} already")
        yield Objection("refused", text.format(task=case.task.id, day=case.life.accepted_on))
    if case.life.done_seq:
        yield from _same_person(case, case.life.done_seq)


def _after_done(case: _Case) -> Iterator[Objection]:
    entry, done_on = case.entry, case.life.done_on
    if done_on is None:
        text = _("task {task} is not reported done: `jk done {task}` comes first")
        yield Objection("refused", text.format(task=case.task.id))
    elif entry.on < done_on:
        text = _("{day} is before the task was reported done, {done}")
        yield Objection("refused", text.format(day=entry.on, done=done_on))


def _same_person(case: _Case, seq: int) -> Iterator[Objection]:
    """Whoever reported something cannot verify it."""
    reported = case.ledger.entry(seq)
    reporter = reported and (reported.entry.unit or reported.entry.by)
    if (case.entry.verifier or case.entry.by) == reporter:
        text = _("{who} reported it (#{seq}): someone else must verify it (--verifier WHO)")
        yield Objection("refused", text.format(who=reporter, seq=seq))


def _reopen(case: _Case) -> Iterator[Objection]:
    if case.entry.ref:
        yield from _of_problem(case)
        return
    yield from _after_done(case)
    accepted_on = case.life.accepted_on
    if accepted_on and case.entry.on < accepted_on:
        text = _("{day} is before the task was accepted, {accepted}")
        yield Objection("refused", text.format(day=case.entry.on, accepted=accepted_on))


def _of_problem(case: _Case) -> Iterator[Objection]:
    """A problem is fixed once, verified by someone else, and sent back only when it was reported fixed."""
    entry = case.entry
    problem = next((p for p in fold_problems(case.events) if p.seq == entry.ref), None)
    if problem is None:
        yield Objection("refused", _("task {task} has no problem #{seq}").format(task=entry.task, seq=entry.ref))
        return
    if problem.state not in _BEFORE[entry.kind]:
        state = {"open": _("open"), "fixed": _("fixed, to be verified"), "verified": _("verified")}[problem.state]
        yield Objection("refused", _("problem #{seq} is {state}").format(seq=problem.seq, state=state))
    if entry.kind == "verify" and problem.fixed_seq:
        yield from _same_person(case, problem.fixed_seq)


_BEFORE = {"fix": ("open",), "verify": ("fixed",), "reopen": ("fixed", "verified")}
"""The states that a problem may be in before each step."""


def _ruling(case: _Case) -> Iterator[Objection]:
    if case.life.objection is None:
        yield Objection("refused", _("nobody objects to the judgement of task {task}").format(task=case.task.id))


def _score(case: _Case) -> Iterator[Objection]:
    entry = case.entry
    if entry.month and entry.month > f"{case.today:%Y-%m}":
        yield Objection("implausible", _("{month} has not begun").format(month=entry.month))
    before = latest(case.events).get((entry.month or "", entry.unit or "", entry.by))
    if before:
        text = _("it takes the place of #{seq}, the score of {score} that {judge} gave before")
        yield Objection("remark", text.format(seq=before.seq, score=number(before.value), judge=entry.by))


def _adopt(case: _Case) -> Iterator[Objection]:
    """The text is what its SHA-256 says, and who changes what was adopted says why."""
    text, digest = case.entry.plan or "", case.entry.plan_sha256
    if sha256(text.encode(errors="replace")).hexdigest() != digest:
        yield Objection("refused", _("plan_sha256 is not the SHA-256 of the plan"))
    before = case.ledger.adopted()
    if before and before.entry.plan_sha256 == digest:
        yield Objection("refused", _("that plan was adopted already (#{seq})").format(seq=before.seq))
    elif before and not case.entry.note:
        text = _("a plan was adopted already (#{seq}): say why it changes, -m WHY")
        yield Objection("refused", text.format(seq=before.seq))


def _extend(case: _Case) -> Iterator[Objection]:
    task, entry, life = case.task, case.entry, case.life
    thing = task.milestone(entry.milestone) if entry.milestone else task
    if thing is None or entry.deadline is None:
        return
    if life.done_on:
        text = _("task {task} was reported done on {day} already")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    if entry.deadline < task.start:
        text = _("{day} is before the start of task {task}, {start}")
        yield Objection("refused", text.format(day=entry.deadline, task=task.id, start=task.start))
    if entry.deadline == life.deadline(thing):
        yield Objection("refused", _("{day} is the deadline in force already").format(day=entry.deadline))
    if entry.on > life.deadline(thing):
        text = _("asked for after the deadline {day}: it is marked so")
        yield Objection("remark", text.format(day=life.deadline(thing)))
    if entry.basis == "oral":
        text = _("an oral extension moves nothing until its paper is recorded (--basis document)")
        yield Objection("remark", text)


def _retract(case: _Case) -> Iterator[Objection]:
    withdrawn = case.ledger.entry(case.entry.ref or 0)
    if withdrawn and withdrawn.entry.task not in (case.task.id, *case.task.formerly):
        text = _("entry {seq} is of task {task}")
        yield Objection("refused", text.format(seq=case.entry.ref, task=withdrawn.entry.task))
    if case.life.accepted_on and case.entry.ref == case.life.done_seq:
        text = _("entry {seq} was accepted: retract the acceptance first")
        yield Objection("refused", text.format(seq=case.entry.ref))


_AGAINST: Mapping[Kind, Callable[[_Case], Iterator[Objection]]] = {
    "report": _report,
    "reach": _reach,
    "done": _done,
    "accept": _accept,
    "reopen": _reopen,
    "extend": _extend,
    "retract": _retract,
    "fix": _of_problem,
    "verify": _of_problem,
    "ruling": _ruling,
    "score": _score,
    "adopt": _adopt,
}
