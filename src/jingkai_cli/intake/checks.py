"""What a new entry must not contradict: the life of its task, and the figures that were reported before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from ..facts import NOTHING, TaskFacts
from ..figures import amount, number
from ..language import _, ngettext
from ..ledger import Reader
from ..model import PERCENT, Entry, Task
from ..rules.life import Life, fold

Weight = Literal["refused", "implausible", "remark"]
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against an entry: `refused` for good, `implausible` unless someone insists, or a mere `remark`."""

    weight: Weight
    message: str


def objections(task: Task, entry: Entry, ledger: Reader, today: date) -> Iterator[Objection]:
    """Everything that speaks against recording `entry` of `task` now. `today` is the date in the plan's zone."""
    if entry.on > today:
        yield Objection("implausible", _("{day} is in the future").format(day=entry.on))
    if entry.on < task.start and entry.kind in ("report", "reach", "done"):
        yield Objection(
            "implausible",
            _("{day} is before the start of task {task}, {start}").format(day=entry.on, task=task.id, start=task.start),
        )
    now = _facts(task, ledger, _EVER.date())
    life = fold(task, now.events)
    match entry.kind:
        case "report":
            yield from _report(task, entry, ledger, life)
        case "reach":
            yield from _reach(entry, life)
        case "done":
            yield from _done(task, life)
        case "accept" | "reopen":
            yield from _after_done(task, entry, life, ledger)
        case "extend":
            yield from _extend(task, entry, life)
        case "retract":
            yield from _retract(entry, life)


def _facts(task: Task, ledger: Reader, as_of: date) -> TaskFacts:
    ids = [task.id, *task.formerly]
    facts = ledger.facts(as_of, day_ends=_EVER, tasks=ids, formerly=dict.fromkeys(task.formerly, task.id))
    return facts.get(task.id, NOTHING)


def _report(task: Task, entry: Entry, ledger: Reader, life: Life) -> Iterator[Objection]:
    if life.done_on and entry.on > life.done_on:
        yield Objection(
            "refused",
            _("task {task} was reported done on {day}: `jk reopen {task} -m WHY` first").format(
                task=task.id, day=life.done_on
            ),
        )
    before = _facts(task, ledger, entry.on)
    for name, reading in entry.readings.items():
        indicator = task.indicator(name)
        unit = indicator.unit if indicator else "%"
        said = _("the total of {name}").format(name=indicator.name) if indicator else _("the percentage")
        series = (name, reading.unit or "")
        old = before.totals.get(series)
        new = reading.value + (old.value if old and reading.added else 0)
        if name == PERCENT and new > 100:  # noqa: PLR2004 - a whole
            yield Objection("implausible", _("{value} % is above 100 %").format(value=number(new)))
        if indicator and indicator.type == "level":
            continue
        if old and new < old.value:
            yield Objection(
                "implausible",
                _("{name} would fall from {old} ({day}) to {new}").format(
                    name=said,
                    old=amount(old.value, unit),
                    day=old.on,
                    new=amount(new, unit),
                ),
            )
        later = ledger.next_total([task.id, *task.formerly], *series, entry.on)
        if later and later.value < new and _states(ledger, later.seq, name):
            yield Objection(
                "implausible",
                _("{name} would fall from {new} to {later} on {day}").format(
                    name=said,
                    new=amount(new, unit),
                    later=amount(later.value, unit),
                    day=later.on,
                ),
            )


def _states(ledger: Reader, seq: int, name: str) -> bool:
    """Whether an entry states a total, which does not move when what came before it does."""
    entry = ledger.entry(seq)
    return entry is not None and not entry.entry.readings[name].added


def _reach(entry: Entry, life: Life) -> Iterator[Objection]:
    if entry.milestone and entry.milestone in life.reached:
        day = life.reached[entry.milestone]
        yield Objection(
            "refused",
            _("milestone {milestone} was reached on {day} already").format(milestone=entry.milestone, day=day),
        )


def _done(task: Task, life: Life) -> Iterator[Objection]:
    if life.done_on:
        yield Objection(
            "refused", _("task {task} was reported done on {day} already").format(task=task.id, day=life.done_on)
        )
    elif open_ones := [m.title for m in life.unreached(task)]:
        text = ngettext("a milestone is not reached: {titles}", "milestones are not reached: {titles}", len(open_ones))
        yield Objection("remark", text.format(titles=", ".join(open_ones)))


def _after_done(task: Task, entry: Entry, life: Life, ledger: Reader) -> Iterator[Objection]:
    if not life.done_on or not life.done_seq:
        yield Objection(
            "refused", _("task {task} is not reported done: `jk done {task}` comes first").format(task=task.id)
        )
        return
    if entry.on < life.done_on:
        yield Objection(
            "refused", _("{day} is before the task was reported done, {done}").format(day=entry.on, done=life.done_on)
        )
    if entry.kind == "reopen":
        return
    if life.accepted_on:
        yield Objection(
            "refused", _("task {task} was accepted on {day} already").format(task=task.id, day=life.accepted_on)
        )
    done = ledger.entry(life.done_seq)
    reporter = done and (done.entry.unit or done.entry.by)
    if (entry.verifier or entry.by) == reporter:
        yield Objection(
            "refused",
            _("{who} reported task {task} done: someone else must accept it (--verifier WHO)").format(
                who=reporter, task=task.id
            ),
        )


def _extend(task: Task, entry: Entry, life: Life) -> Iterator[Objection]:
    thing = task.milestone(entry.milestone) if entry.milestone else task
    if thing is None or entry.deadline is None:
        return
    if life.done_on:
        yield Objection(
            "refused", _("task {task} was reported done on {day} already").format(task=task.id, day=life.done_on)
        )
    if entry.deadline < task.start:
        yield Objection(
            "refused",
            _("{day} is before the start of task {task}, {start}").format(
                day=entry.deadline, task=task.id, start=task.start
            ),
        )
    if entry.deadline == life.deadline(thing):
        yield Objection("refused", _("{day} is the deadline in force already").format(day=entry.deadline))
    if entry.on > life.deadline(thing):
        yield Objection(
            "remark", _("asked for after the deadline {day}: it is marked so").format(day=life.deadline(thing))
        )
    if entry.basis == "oral":
        yield Objection("remark", _("an oral extension moves nothing until its paper is recorded (--basis document)"))


def _retract(entry: Entry, life: Life) -> Iterator[Objection]:
    if life.accepted_on and entry.ref == life.done_seq:
        yield Objection("refused", _("entry {seq} was accepted: retract the acceptance first").format(seq=entry.ref))
