"""Anti-inflation checks: where what was reported of a task is too good to be believed, each with a name of its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..model import PERCENT, Entry, Plan, Recorded, Task
from .progress import counted, share

JUMP = 30.0
"""Points of progress in one report from which it needs evidence (ours)."""
FULL_FOR = 14
"""Days that a task may stand at 100 % before it is reported done (ours)."""


@dataclass(frozen=True, slots=True)
class History:
    """A task with its standing entries, ordered by (`on`, `seq`), retractions applied, up to a date."""

    plan: Plan
    task: Task
    entries: tuple[Recorded, ...]
    as_of: date

    def of(self, *kinds: str) -> Iterator[Recorded]:
        """The entries of some kinds."""
        return (recorded for recorded in self.entries if recorded.entry.kind in kinds)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a check found: the entry (0 where there is none) and the figures of its sentence."""

    seq: int
    figures: Mapping[str, Decimal | float | int | str | date]


@dataclass(frozen=True, slots=True)
class _Step:
    """One reading with the totals of its series before and after it."""

    recorded: Recorded
    name: str
    before: Decimal | None
    after: Decimal


def _steps(history: History) -> Iterator[_Step]:
    totals: dict[tuple[str, str], Decimal] = {}
    for recorded in history.of("report"):
        for name, reading in recorded.entry.readings.items():
            series = (name, reading.unit or "")
            before = totals.get(series)
            totals[series] = reading.value + (before or 0) if reading.added else reading.value
            yield _Step(recorded, name, before, totals[series])


def _fell(history: History) -> Iterator[Failure]:
    """A total to date fell; a level may."""
    for step in _steps(history):
        indicator = history.task.indicator(step.name)
        falls = step.before is not None and step.after < step.before
        if falls and step.before is not None and not (indicator and indicator.type == "level"):
            yield Failure(step.recorded.seq, {"name": step.name, "before": step.before, "after": step.after})


def _jumped(history: History) -> Iterator[Failure]:
    """More than 30 points in one report without evidence; the first figure of a series is where it starts from."""
    for step in _steps(history):
        points = _points(history.task, step)
        if points > JUMP and not step.recorded.entry.evidence:
            yield Failure(step.recorded.seq, {"name": step.name, "points": points})


def _points(task: Task, step: _Step) -> float:
    if step.before is None:
        return 0.0
    indicator = task.indicator(step.name)
    target = Decimal(100) if step.name == PERCENT else indicator.target if indicator else None
    return share(step.after - step.before, target) if target else 0.0


def _full(history: History) -> Iterator[Failure]:
    """A task has stood at 100 % for more than 14 days without being reported done."""
    task = history.task
    targets = {PERCENT: Decimal(100)} if task.measure == "percent" else {}
    if task.measure == "indicators":
        targets = {i.id: i.target for i in counted(task) if i.target}
    totals: dict[str, dict[str, Decimal]] = {name: {} for name in targets}
    since: Recorded | None = None
    for step in _steps(history):
        if step.name not in targets:
            continue
        unit = step.recorded.entry.readings[step.name].unit or ""
        totals[step.name][unit] = step.after
        complete = all(sum(totals[name].values()) >= target for name, target in targets.items())
        since = (since or step.recorded) if complete else None
    if since and not _is_done(history):
        days = (history.as_of - since.entry.on).days
        if days > FULL_FOR:
            yield Failure(since.seq, {"day": since.entry.on, "days": days})


def _is_done(history: History) -> bool:
    life = [r.entry.kind for r in history.of("done", "reopen") if r.entry.ref is None]
    return bool(life) and life[-1] == "done"


def _bare(history: History) -> Iterator[Failure]:
    """Reported done without evidence or a note."""
    for recorded in history.of("done"):
        if not recorded.entry.evidence and not recorded.entry.note:
            yield Failure(recorded.seq, {})


def _own_accept(history: History) -> Iterator[Failure]:
    """Accepted by whoever reported it done."""
    reported: Entry | None = None
    for recorded in history.of("done", "accept"):
        entry = recorded.entry
        if entry.kind == "done":
            reported = entry
        elif reported and (entry.verifier or entry.by) == (reported.unit or reported.by):
            yield Failure(recorded.seq, {"who": entry.verifier or entry.by})


def _vanished(history: History) -> Iterator[Failure]:
    """The ledger speaks of an indicator, a milestone or a unit that the plan does not have (any more)."""
    task, units = history.task, history.plan.units
    for recorded in history.entries:
        entry = recorded.entry
        names = [n for n in entry.readings if n != PERCENT and task.indicator(n) is None]
        if entry.milestone and task.milestone(entry.milestone) is None:
            names.append(entry.milestone)
        names += [unit for unit in (entry.unit, entry.responsible) if unit and units and unit not in units]
        for name in names:
            yield Failure(recorded.seq, {"name": name})


CHECKS: Mapping[str, Callable[[History], Iterator[Failure]]] = {
    "fell": _fell,
    "jumped": _jumped,
    "full": _full,
    "bare": _bare,
    "own-accept": _own_accept,
    "vanished": _vanished,
}
"""Name → check, in the order in which they are reported."""
