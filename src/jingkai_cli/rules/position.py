"""The position of each task as of a date: late things, and all figures that are judged."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..facts import NOTHING, TaskFacts, Total
from ..kinds import kind_of
from ..kinds.lifecycle import Life, Problem
from ..model import Indicator, Plan, Task
from ..thresholds import Rules
from . import computed_once
from .lateness import DaysBehind, Late, MonthlyPlan, last_slips, late_things, life_within, monthly_plans, slips
from .progress import FULL, Planned, counted, earned_schedule, mean, mean_curve, planned, progress


class Position(Struct, frozen=True, dict=True):
    """A task as of a date. Lateness is computed at once, the other figures on first access.

    Percentages are from 0 to 100, gaps in points; None where a figure is unknown.
    """

    task: Task
    as_of: date
    facts: TaskFacts
    """The facts of the task, with the sums of its sub-tasks' indicators where the plan has `sum: subtasks`."""
    rules: Rules
    life: Life
    problems: tuple[Problem, ...]
    own_late: tuple[Late, ...]
    """The late things of the task itself, most days first; empty once the task is done."""
    issued: date | None = None
    """The day on which the plan was issued; no report is expected before it."""
    parts: tuple["Position", ...] = ()
    """The positions of its sub-tasks."""

    @computed_once
    def late(self) -> tuple[Late, ...]:
        """The late things of the task and of its sub-tasks of every level, most days first."""
        if not self.parts:
            return self.own_late
        found = [*self.own_late, *(late for part in self.parts for late in part.late)]
        return tuple(sorted(found, key=lambda each: -each.days))

    @property
    def reports_expected_from(self) -> date:
        """The day from which reports are expected: its start, or the day of issue if that is later."""
        return max(self.task.start, self.issued) if self.issued else self.task.start

    @property
    def has_no_own_entries(self) -> bool:
        """Whether nothing was recorded on the task itself; sums over its sub-tasks do not count."""
        return not _reported(self.facts) and all(_is_sum(self.task, name) for name, _unit in self.facts.totals)

    @property
    def alone(self) -> "Position":
        """The position without the late things of its sub-tasks; the figures stay the same."""
        if len(self.late) == len(self.own_late):
            return self
        parts = (part.alone.with_fields(own_late=()) if part.late else part for part in self.parts)
        return self.with_fields(parts=tuple(parts))

    def with_fields(self, **changes: Any) -> "Position":
        """The position with changed fields that no figure depends on except `late`: keeps the computed figures."""
        found = replace(self, **changes)
        found.__dict__.update(self.__dict__)
        found.__dict__.pop("late", None)
        return found

    @computed_once
    def progress(self) -> float | None:
        """Actual progress in percent; None while the figure of a sub-task is missing."""
        if self.task.measure == "subtasks":
            read = [(part.task.weight, part.progress_in_parent) for part in self.counting]
            known = [(weight, value) for weight, value in read if value is not None]
            return mean(known) if read and len(known) == len(read) else None
        if self.task.measure == "indicators" and any(self.missing(i) for i in counted(self.task)):
            return None
        return progress(self.task, self.facts, self.life)

    @property
    def counts(self) -> bool:
        """Whether it counts towards its parent's progress: not if standing, unmeasured, suspended or cancelled."""
        if self.life.on_hold:
            return False
        if self.task.measure == "subtasks":
            return any(part.counts for part in self.parts)
        return self.task.measure != "none" and not self.task.standing

    @property
    def counting(self) -> tuple["Position", ...]:
        """The sub-tasks that make up its progress."""
        return tuple(part for part in self.parts if part.counts)

    @property
    def progress_in_parent(self) -> float | None:
        """Its progress as a sub-task: 100 once done, 0 before its start; None if unknown."""
        if self.finished:
            return FULL
        return 0.0 if self.progress is None and self.as_of < self.task.start else self.progress

    @property
    def unreported(self) -> tuple[Task, ...]:
        """The sub-tasks whose progress is missing to compute its own, in the plan's order."""
        counting = self.counting if self.task.measure == "subtasks" else ()
        return tuple(part.task for part in counting if part.progress_in_parent is None)

    def summed(self, name: str) -> Iterator[tuple["Position", Indicator]]:
        """Yield the parts of a sum: in each branch of the sub-tasks, the topmost indicator with that id."""
        return _summed(self.parts, name)

    def missing(self, indicator: Indicator) -> tuple[Task, ...]:
        """The sub-tasks whose figures are missing in the sum of an indicator, in the plan's order."""
        if indicator.sum != "subtasks":
            return ()
        found: list[Task] = []
        for part, own in self.summed(indicator.id):
            if own.sum:
                found += part.missing(own)
            elif part.facts.total(own.id) is None:
                found.append(part.task)
        return tuple(found)

    @computed_once
    def curve(self) -> Planned | None:
        """The planned curve. If its sub-tasks measure it, the mean of their curves; None if one of them has none."""
        if self.task.measure != "subtasks":
            return planned(self.task, self.life)
        drawn = [(part.task.weight, part.curve) for part in self.counting]
        lines = [(weight, curve) for weight, curve in drawn if curve]
        if self.task.standing or "deadline" in self.task.unconfirmed or not lines or len(lines) < len(drawn):
            return None
        deadline = self.deadline or max(curve.start + timedelta(days=curve.duration) for _weight, curve in lines)
        return mean_curve(self.task.start, deadline, lines)

    @computed_once
    def planned(self) -> float | None:
        """The planned percentage at the end of the as-of date."""
        return self.curve.on(self.as_of) if self.curve else None

    @computed_once
    def gap(self) -> float | None:
        """Points behind planned; negative when ahead."""
        return None if self.planned is None or self.progress is None else self.planned - self.progress

    @computed_once
    def months(self) -> tuple[MonthlyPlan, ...]:
        """The last planned month that is over, for each indicator with monthly plans."""
        return tuple(monthly_plans(self.task, self.facts, self.as_of))

    @property
    def deadline(self) -> date | None:
        """The deadline in force, with extensions; None for standing work without one."""
        return self.life.deadline(self.task)

    @computed_once
    def planned_days(self) -> int | None:
        """Planned days (PD), from the start to the deadline in force; None if no deadline counts."""
        if self.task.standing or "deadline" in self.task.unconfirmed:
            return None
        if self.curve:
            return self.curve.duration
        return max(0, (self.deadline - self.task.start).days) if self.deadline else None

    @computed_once
    def behind(self) -> DaysBehind | None:
        """How many days it is behind; None once it is finished, and while it is suspended or cancelled."""
        return None if self.finished or self.life.on_hold else self._behind_on(self.as_of, self.progress)

    def _behind_on(self, day: date, actual: float | None) -> DaysBehind:
        """How many days it is behind on a day with that progress, by its curve and its reached milestones."""
        curve, elapsed = self.curve, (day - self.task.start).days
        earned = earned_schedule(curve, actual, elapsed) if curve and actual is not None and elapsed >= 0 else None
        reached = last_slips(self.slips()) if self.parts or self.life.reached else ()
        return DaysBehind(elapsed, curve.duration if curve else self.planned_days, earned, reached)

    @computed_once
    def pace(self) -> DaysBehind | None:
        """How many days it is behind if that is too many (进度滞后); None if not, or if it is late itself."""
        behind = None if self.own_late else self.behind
        return behind if behind and behind.is_too_slow(self.rules) else None

    @property
    def steady(self) -> bool:
        """Whether a task that is behind its pace was so already on the day of its last reading but one (连续滞后)."""
        task, then = self.task, self.facts.earlier
        if then and not (task.subtasks or task.indicators) and then.facts[task.id].events == self.facts.events:
            actual = progress(task, then.facts[task.id], self.life)  # only the figure was different
            return self._behind_on(then.day, actual).is_too_slow(self.rules)
        return bool(then and position_of(task, then.facts, then.day, self.rules, self.issued).pace)

    def slips(self) -> Iterator[tuple[date, int]]:
        """Yield the day of each reached milestone, its sub-tasks' included, and how many days late it was."""
        yield from slips(self.life, self.task.milestones)
        for part in self.parts:
            yield from part.slips()

    @property
    def finished(self) -> bool:
        """Whether it is reported done, accepted or not."""
        return self.life.done_on is not None

    @property
    def never_reported(self) -> bool:
        """Whether the ledger has no entry about the work on the task."""
        return not (self.facts.last_report_on or _reported(self.facts)) and all(p.never_reported for p in self.parts)

    @property
    def last_report_on(self) -> date | None:
        """The date of the last report, its sub-tasks' too: figures, text, a milestone reached or the completion."""
        of_events = (event.on for event in self.facts.events if kind_of(event.kind).is_report)
        days = (self.facts.last_report_on, *of_events, *(part.last_report_on for part in self.parts))
        return max(filter(None, days), default=None)

    @property
    def days_left(self) -> int | None:
        """Days to the deadline in force: 0 on the day itself, negative after it; None for standing work."""
        return (end - self.as_of).days if (end := self.deadline) and not self.task.standing else None

    @property
    def days_overdue(self) -> int:
        """Days past the task's own deadline; 0 if only a milestone or a problem is late."""
        return next((x.days for x in self.late if x.thing is self.task), 0)

    @property
    def worst_days(self) -> int:
        """The most days past any deadline; `jk report --overdue` sorts by it."""
        return self.late[0].days if self.late else 0


def position_of(  # noqa: PLR0913, PLR0917 - what a position is computed from
    task: Task,
    facts: Mapping[str, TaskFacts],
    as_of: date,
    rules: Rules,
    issued: date | None = None,
    held: Life | None = None,
) -> Position:
    """The position of a task with its sub-tasks; `facts` has the facts of each as of the date, by id.

    `held` is the life of the parent if that is suspended or cancelled, which applies to its sub-tasks too.
    """
    own = facts.get(task.id, NOTHING)
    life, reported = life_within(task, own, held), own.last_report_on
    parts: tuple[Position, ...] = ()
    if task.subtasks:
        inner = life if life.on_hold else None
        parts = tuple(position_of(part, facts, as_of, rules, issued, inner) for part in task.subtasks)
        own = _with_sums(task, own, parts)
    problems = life.counted_problems
    late = () if life.done_on or life.on_hold else late_things(task, own, life, problems, as_of, reported or date.min)
    return Position(task, as_of, own, rules, life, problems, late, issued, parts)


def _summed(parts: Iterable[Position], name: str) -> Iterator[tuple[Position, Indicator]]:
    for part in parts:
        own = [indicator for indicator in part.task.indicators if indicator.id == name]
        if own:
            yield part, own[0]
        else:
            yield from _summed(part.parts, name)


def _with_sums(task: Task, facts: TaskFacts, parts: tuple[Position, ...]) -> TaskFacts:
    """The facts of a task with the sums over its sub-tasks, and with the last report on any of them."""
    all_facts = [facts, *(part.facts for part in parts)]
    totals = {series: total for series, total in facts.totals.items() if not _is_sum(task, series[0])}
    for indicator in task.indicators:
        if indicator.sum:
            from ..unit_conversion import convert  # most plans have no sums

            read = [
                (total, convert(total.value, own.unit, indicator.unit))
                for part, own in _summed(parts, indicator.id)
                for (name, _unit), total in part.facts.totals.items()
                if name == own.id
            ]
            if read:
                value = sum((value for _total, value in read if value is not None), Decimal(0))
                last = max((total for total, _value in read), key=lambda total: (total.on, total.seq))
                stated = all(total.stated for total, _value in read)
                totals[indicator.id, ""] = Total(value, last.on, last.seq, stated)
    return replace(
        facts,
        totals=totals,
        last_report_on=max((each.last_report_on for each in all_facts if each.last_report_on), default=None),
        last_received=max((each.last_received for each in all_facts if each.last_received), default=None),
    )


def _is_sum(task: Task, name: str) -> bool:
    return (indicator := task.indicator(name)) is not None and indicator.sum is not None


def _reported(facts: TaskFacts) -> bool:
    """Whether there is an event other than a decision to put the task on hold or to resume it."""
    return any(not kind_of(event.kind).of_hold for event in facts.events)


class Positions:
    """The positions of the tasks of a plan as of a date, each computed on first access."""

    def __init__(self, plan: Plan, facts: Mapping[str, TaskFacts], as_of: date) -> None:
        """Compute positions from `facts`, the facts of each task by id."""
        self.plan, self.facts, self.as_of = plan, facts, as_of
        self._known: dict[str, Position] = {}

    def whole(self, task: Task) -> Position:
        """The position of a task with its sub-tasks. A sub-task is taken as if it had no parent."""
        found = self._known.get(task.id)
        if found is None:
            found = self._known[task.id] = position_of(task, self.facts, self.as_of, self.plan.rules, self.plan.issued)
        return found

    def find(self, name: str) -> Position | None:
        """The position of the task or sub-task with that id, on hold if its parent is; None if there is none."""
        top = self._outermost.get(name)
        at = self.whole(top) if top else None
        while at is not None and at.task.id != name:
            at = next(part for part in at.parts if any(name == task.id for task in part.task.with_subtasks()))
        return at

    def parent(self, name: str) -> str:
        """The id of a sub-task's parent; empty for a task of the first level."""
        return self._parents.get(name, "")

    @computed_once
    def _outermost(self) -> dict[str, Task]:
        return {part.id: task for task in self.plan.tasks for part in task.with_subtasks()}

    @computed_once
    def _parents(self) -> dict[str, str]:
        return {part: task.id for part, task in self.plan.parents().items()}


class Facts(dict[str, TaskFacts]):
    """The facts found by a survey, by id of the task, with the positions that it computed from them."""

    positions: Positions | None = None


def positions_of(plan: Plan, facts: Mapping[str, TaskFacts], as_of: date) -> Positions:
    """The positions of the tasks of a plan; uses those that the survey of `facts` computed."""
    known = facts.positions if isinstance(facts, Facts) else None
    return known if known and known.plan is plan and known.as_of == as_of else Positions(plan, facts, as_of)
