"""Anti-inflation checks, which find reports that are too good to be true. `jk check` names each check.

A check gets the standing entries of a task one by one, ordered by (`on`, `seq`), so a long history is read once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from ..facts import moved_milestones
from ..kinds.kind import same_party
from ..kinds.report import summed_in, times_expected
from ..model import PERCENT, Entry, Plan, Recorded, Task
from ..text import same_name
from ..unit_conversion import convert
from .progress import attained, counted, share

JUMP = 30.0
"""A report that adds more percentage points than this needs evidence (our choice)."""
FULL_FOR = 14
"""The number of days that a task may stay at 100 % without being reported done (our choice)."""


class Failure(Struct, frozen=True):
    """One finding of a check: the number of the entry (0 if there is none) and the figures of its sentence."""

    seq: int
    figures: Mapping[str, Decimal | float | int | str | date]


class Step(Struct, frozen=True):
    """One reading of a report, with the totals of its series before and after it."""

    name: str
    unit: str
    before: Decimal | None
    after: Decimal


class Check(ABC):
    """The interface of a check: `see` is called with each entry in order, then `end` once."""

    def __init__(self, plan: Plan, task: Task, as_of: date) -> None:
        """Prepare to check a task, before its first entry."""
        self.plan = plan
        self.task = task
        self.as_of = as_of

    @abstractmethod
    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:
        """Yield what is wrong with an entry; `steps` are the readings, if it is a report."""

    def end(self) -> Iterator[Failure]:
        """Yield what can be known only after the last entry."""
        return iter(())


class Fell(Check):
    """A total to date fell. A level may fall."""

    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:
        """Yield each total that is below the one before it."""
        for step in steps:
            if step.before is None or step.after >= step.before:
                continue
            indicator = self.task.indicator(step.name)
            if not (indicator and indicator.type == "level"):
                yield Failure(recorded.seq, {"name": step.name, "before": step.before, "after": step.after})


class Jumped(Check):
    """A report added more than 30 points without evidence, or reached an implausibly high total even with evidence.

    The first reading of a series adds no points. Of the implausible totals of a series, only the first is a finding.
    """

    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:
        """Yield each reading that rises too much."""
        for step in steps:
            points = self._points(step)
            if times := self._times(step):
                yield Failure(recorded.seq, {"name": step.name, "excess": step.after, "times": times})
            elif points > JUMP and not recorded.entry.evidence:
                yield Failure(recorded.seq, {"name": step.name, "points": points})

    def _times(self, step: Step) -> Decimal:
        """The ratio of a total to the expected one if it is implausibly high and the first such total; else 0."""
        indicator = self.task.indicator(step.name)
        if indicator is None or (step.before is not None and times_expected(indicator, None, step.before)):
            return Decimal(0)
        return times_expected(indicator, step.before, step.after)

    def _points(self, step: Step) -> float:
        if step.before is None:
            return 0.0
        indicator = self.task.indicator(step.name)
        if indicator and indicator.better == "lower":
            before, after = attained(indicator, step.before), attained(indicator, step.after)
            return after - before if before is not None and after is not None else 0.0
        target = Decimal(100) if step.name == PERCENT else indicator.target if indicator else None
        return share(step.after - step.before, target) if target else 0.0


class Full(Check):
    """A task stayed at 100 % for more than 14 days without being reported done."""

    def __init__(self, plan: Plan, task: Task, as_of: date) -> None:
        """Start with all targets unmet."""
        super().__init__(plan, task, as_of)
        self._targets = {PERCENT: Decimal(100)} if task.measure == "percent" else {}
        if task.measure == "indicators":
            self._targets = {i.id: i.target for i in counted(task) if i.target is not None}
        self._falls = {i.id for i in task.indicators if i.better == "lower"}
        self._own = {task.id, *task.formerly}
        self._summed = {
            (name, own.id): (indicator, own, part.id)
            for indicator in task.indicators
            if indicator.sum
            for part, own in summed_in(task, indicator.id)
            for name in (part.id, *part.formerly)
        }
        """(id, indicator) of a sub-task → the sum that it counts towards, its indicator, the sub-task's id."""
        self._totals: dict[str, dict[tuple[str, str], Decimal]] = {name: {} for name in self._targets}
        self._since: tuple[int, date] | None = None
        self._is_done = False

    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:
        """Track the totals. Whether the task is reported done is known only at the end."""
        entry = recorded.entry
        own = entry.task in self._own
        if own and entry.kind in ("done", "reopen") and entry.ref is None:
            self._is_done = entry.kind == "done"
        for step in steps:
            name, value, part_id = (step.name, step.after, "") if own else self._share(entry.task, step)
            if name not in self._targets or value is None:
                continue
            self._totals[name][part_id, step.unit] = value
            complete = all(self._is_reached(name, target) for name, target in self._targets.items())
            self._since = (self._since or (recorded.seq, entry.on)) if complete else None
        return iter(())

    def _share(self, task: str, step: Step) -> tuple[str, Decimal | None, str]:
        """The sum that a sub-task's reading counts towards, the value in the sum's unit, and the id of the sub-task."""
        if (task, step.name) not in self._summed:
            return "", None, task
        indicator, own, part = self._summed[task, step.name]
        return indicator.id, convert(step.after, own.unit, indicator.unit), part

    def _is_reached(self, name: str, target: Decimal) -> bool:
        read = self._totals[name]
        total = sum(read.values(), Decimal(0))
        return bool(read) and total <= target if name in self._falls else total >= target

    def end(self) -> Iterator[Failure]:
        """Yield the report that reached 100 %."""
        if self._since is None or self._is_done:
            return
        seq, day = self._since
        days = (self.as_of - day).days
        if days > FULL_FOR:
            yield Failure(seq, {"day": day, "days": days})


class Bare(Check):
    """A task was reported done without evidence or a note."""

    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:  # noqa: ARG002 - it is no report
        """Yield a completion without both."""
        entry = recorded.entry
        if entry.kind == "done" and not entry.evidence and not entry.note:
            yield Failure(recorded.seq, {})


class OwnAccept(Check):
    """A task was accepted by the person or unit that reported it done, or by its lead unit."""

    _reported: Entry | None = None

    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:  # noqa: ARG002 - it is no report
        """Yield such an acceptance."""
        entry, reported = recorded.entry, self._reported
        if entry.kind == "done":
            self._reported = entry
        elif entry.kind == "accept" and reported:
            verifier = entry.verifier or entry.by
            units = [unit for unit in (reported.unit, self.task.lead_unit) if unit]
            by_reporter = not reported.unit and same_name(verifier, reported.by)
            if by_reporter or any(same_party(self.plan, verifier, unit) for unit in units):
                yield Failure(recorded.seq, {"who": verifier})


class Vanished(Check):
    """An entry names an indicator, a milestone or a unit that the plan does not have (any more)."""

    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:  # noqa: ARG002 - any entry has names
        """Yield each such name."""
        entry, units = recorded.entry, self.plan.units
        names = [n for n in entry.readings if n != PERCENT and self.task.indicator(n) is None]
        if entry.milestone and not self._is_milestone(entry.milestone):
            names.append(entry.milestone)
        names += [unit for unit in (entry.unit, entry.responsible) if unit and units and unit not in units]
        for name in names:
            yield Failure(recorded.seq, {"name": name})

    def _is_milestone(self, name: str) -> bool:
        """Whether the plan has the milestone, in this task or in the task to which it was moved."""
        if self.task.milestone(name):
            return True
        return (self.task.id, name) in moved_milestones(self.plan)


class Typed(Check):
    """A figure was reported for an indicator that is counted from inspections; the figure is not used."""

    def see(self, recorded: Recorded, steps: Sequence[Step]) -> Iterator[Failure]:
        """Yield each such figure."""
        for step in steps:
            indicator = self.task.indicator(step.name)
            if indicator and indicator.counts:
                yield Failure(recorded.seq, {"name": indicator.name, "value": step.after})


CHECKS: Mapping[str, type[Check]] = {
    "fell": Fell,
    "jumped": Jumped,
    "full": Full,
    "bare": Bare,
    "own-accept": OwnAccept,
    "vanished": Vanished,
    "typed": Typed,
}
"""Name → check, in the order of the report."""


def audit(
    plan: Plan, task: Task, standing: Iterable[Recorded], as_of: date, names: Iterable[str]
) -> Iterator[tuple[str, Failure]]:
    """Run the named checks on one task; yield each finding with the name of its check.

    Args:
        plan: the plan, with its units and tasks.
        task: the task to check.
        standing: its entries up to the date, without retracted ones, ordered by (`on`, `seq`); for the check `full` of
            a task with sums, those of its sub-tasks too.
        as_of: the date.
        names: names of checks, from `CHECKS`.
    """
    checks = {name: CHECKS[name](plan, task, as_of) for name in names}
    found: dict[str, list[Failure]] = {name: [] for name in checks}
    totals: dict[tuple[str, str, str], Decimal] = {}
    present = {old: part.id for part in task.with_subtasks() for old in part.formerly}
    for recorded in standing:
        steps = tuple(_steps(recorded.entry, totals, present)) if recorded.entry.kind == "report" else ()
        for name, check in checks.items():
            found[name] += check.see(recorded, steps)
    for name, check in checks.items():
        yield from ((name, failure) for failure in (*found[name], *check.end()))


def _steps(entry: Entry, totals: dict[tuple[str, str, str], Decimal], present: Mapping[str, str]) -> Iterator[Step]:
    """Yield the readings of a report with their totals; update `totals`. `present` maps former ids to present ones."""
    for name, reading in entry.readings.items():
        series = (present.get(entry.task, entry.task), name, reading.unit or "")
        before = totals.get(series)
        totals[series] = reading.value + (before or 0) if reading.added else reading.value
        yield Step(name, reading.unit or "", before, totals[series])
