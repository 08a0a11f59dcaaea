"""Where a task stands as of a date: every figure that is judged, computed once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ..facts import TaskFacts
from ..kinds import life_of
from ..kinds.life import Life, Problem
from ..model import Indicator, Milestone, Rules, Task
from .forecast import Pace, pace
from .progress import FULL, Planned, planned, progress, share


@dataclass(frozen=True, slots=True)
class MonthlyPlan:
    """What an indicator was to bring in one month, and what was reported of it."""

    indicator: Indicator
    ends: date
    """The month's last day."""
    planned: Decimal
    actual: Decimal | None
    """None where nothing was reported in the month: no reading is not zero."""

    @property
    def gap(self) -> float | None:
        """Points behind the month's plan; negative when more came than was planned."""
        return FULL - share(self.actual, self.planned) if self.actual is not None and self.planned else None


def month_before(ends: date) -> date:
    """The last day of the month before the one that ends on a day.

    >>> month_before(date(2016, 3, 31))
    datetime.date(2016, 2, 29)
    """
    return ends.replace(day=1) - timedelta(days=1)


def last_ended(task: Task, as_of: date) -> dict[str, date]:
    """The last planned month of each indicator that is over: indicator id → the month's last day."""
    ended = {i.id: [day for day in i.monthly if day < as_of] for i in task.indicators}
    return {name: max(days) for name, days in ended.items() if days}


def monthly_plans(task: Task, facts: TaskFacts, as_of: date) -> Iterator[MonthlyPlan]:
    """The last ended month of each indicator that has monthly plans, against what was reported in it."""
    for name, ends in last_ended(task, as_of).items():
        indicator = task.indicator(name)
        if indicator:
            yield MonthlyPlan(indicator, ends, indicator.monthly[ends], facts.months.get((name, ends)))


@dataclass(frozen=True, slots=True)
class Late:
    """A thing past its date: the task itself, one of its milestones, or a problem that nobody reported fixed."""

    thing: Task | Milestone | Problem
    deadline: date
    days: int
    reported: bool
    """Whether a report speaks about its date or a later one: 逾期未完成; otherwise 到期未报."""


@dataclass(frozen=True, slots=True)
class Position:
    """A task's figures as of a date. Percentages are points, 0 to 100; None where nothing can be said."""

    task: Task
    as_of: date
    facts: TaskFacts
    life: Life
    deadline: date | None
    """In force, extensions applied; None for standing work without one."""
    progress: float | None
    curve: Planned | None
    planned: float | None
    gap: float | None
    """Points behind planned; negative when ahead."""
    late: tuple[Late, ...]
    """Most days first; empty once the task is done."""
    problems: tuple[Problem, ...]
    months: tuple[MonthlyPlan, ...]
    """The last ended month of each indicator with monthly plans."""
    pace: Pace | None

    @property
    def finished(self) -> bool:
        """Reported done, accepted or not."""
        return self.life.done_on is not None

    @property
    def silent_so_far(self) -> bool:
        """Whether the ledger says nothing at all of the task."""
        return not self.facts.events and self.facts.last_report_on is None

    @property
    def days_left(self) -> int | None:
        """Days to the deadline in force; 0 on the day itself, negative after it; None for standing work."""
        return (self.deadline - self.as_of).days if self.deadline and not self.task.standing else None

    @property
    def days_overdue(self) -> int:
        """Days over the task's own deadline, 0 where only a milestone is late."""
        return next((x.days for x in self.late if x.thing is self.task), 0)

    @property
    def worst_days(self) -> int:
        """The most days over any date that passed: the order of `jk report --overdue`."""
        return self.late[0].days if self.late else 0


def locate(task: Task, facts: TaskFacts, as_of: date, rules: Rules) -> Position:
    """Compute a task's position from what the ledger says of it as of a date."""
    life = life_of(task, facts.events)
    problems = tuple(life.problems.values())
    actual = progress(task, facts, life)
    curve = planned(task, life)
    due = curve.on(as_of) if curve else None
    gap = due - actual if due is not None and actual is not None else None
    late = () if life.done_on else tuple(sorted(_late(task, facts, life, problems, as_of), key=lambda x: -x.days))
    running = not life.done_on and not late
    speed = pace(curve, actual, as_of, rules) if curve and running else None
    months = tuple(monthly_plans(task, facts, as_of))
    deadline = life.deadline(task)
    return Position(task, as_of, facts, life, deadline, actual, curve, due, gap, late, problems, months, speed)


def _late(task: Task, facts: TaskFacts, life: Life, problems: tuple[Problem, ...], as_of: date) -> Iterator[Late]:
    """What is past its date: the deadline day itself is not late."""
    dates: list[tuple[Task | Milestone | Problem, date]] = []
    if (own := life.deadline(task)) and not task.standing:
        dates.append((task, own))
    dates += [(milestone, life.deadline(milestone)) for milestone in life.unreached(task)]
    dates += [(problem, problem.deadline) for problem in problems if problem.state == "open"]
    for thing, deadline in dates:
        if deadline < as_of:
            reported = facts.last_report_on is not None and facts.last_report_on >= deadline
            yield Late(thing, deadline, (as_of - deadline).days, reported)
