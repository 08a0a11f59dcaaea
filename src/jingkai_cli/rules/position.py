"""The position of a task as of a date: what is late, and every figure that is judged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from ..facts import TaskFacts
from ..kinds import life_of
from ..kinds.life import Life, Problem
from ..model import Indicator, Milestone, Rules, Task
from .progress import FULL, Planned, planned, progress, share


class MonthlyPlan(NamedTuple):
    """The planned amount of an indicator in one month, and the amount reported."""

    indicator: Indicator
    ends: date
    """The month's last day."""
    planned: Decimal
    actual: Decimal | None
    """None where nothing was reported in the month."""

    @property
    def gap(self) -> float | None:
        """Points behind the month's plan; negative when ahead."""
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
    """The last ended month of each indicator that has monthly plans."""
    for name, ends in last_ended(task, as_of).items():
        indicator = task.indicator(name)
        if indicator:
            yield MonthlyPlan(indicator, ends, indicator.monthly[ends], facts.months.get((name, ends)))


Thing = Task | Milestone | Problem
"""What has a deadline."""


class Late(NamedTuple):
    """A thing past its deadline: the task itself, one of its milestones, or a problem not reported fixed."""

    thing: Thing
    deadline: date
    days: int
    reported: bool
    """Whether there is a report about its deadline or a later day: 逾期未完成; otherwise 逾期未报."""


T = TypeVar("T")


class computed_once(Generic[T]):  # noqa: N801 - used like `property`
    """A property that is computed on first access and then kept in the instance.

    It is `functools.cached_property` without the lock that Python 3.11 takes for it, which costs as much as a figure.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        """Compute by calling `compute` with the instance."""
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        """Keep the value under the property's name, where it is found before this descriptor."""
        self._name = name

    def __get__(self, instance: Any, _owner: type) -> T:
        """Compute the value and keep it."""
        value = instance.__dict__[self._name] = self._compute(instance)
        return value


@dataclass(frozen=True)
class Position:
    """A task as of a date. Lateness is known at once; other figures are computed on first access.

    Percentages are points, 0 to 100; None where nothing can be said.
    """

    task: Task
    as_of: date
    facts: TaskFacts
    rules: Rules
    life: Life
    problems: tuple[Problem, ...]
    late: tuple[Late, ...]
    """Most days first; empty once the task is done."""

    @computed_once
    def progress(self) -> float | None:
        """The actual percentage."""
        return progress(self.task, self.facts, self.life)

    @computed_once
    def curve(self) -> Planned | None:
        """The planned curve."""
        return planned(self.task, self.life)

    @computed_once
    def planned(self) -> float | None:
        """The planned percentage at the end of the date."""
        return self.curve.on(self.as_of) if self.curve else None

    @computed_once
    def gap(self) -> float | None:
        """Points behind planned; negative when ahead."""
        return None if self.planned is None or self.progress is None else self.planned - self.progress

    @computed_once
    def months(self) -> tuple[MonthlyPlan, ...]:
        """The last ended month of each indicator with monthly plans."""
        return tuple(monthly_plans(self.task, self.facts, self.as_of)) if self.task.indicators else ()

    @property
    def deadline(self) -> date:
        """In force, extensions applied."""
        return self.life.deadline(self.task)

    @property
    def finished(self) -> bool:
        """Reported done, accepted or not."""
        return self.life.done_on is not None

    @property
    def silent_so_far(self) -> bool:
        """Whether the ledger has nothing of the task."""
        return not self.facts.events and self.facts.last_report_on is None

    @property
    def days_left(self) -> int:
        """Days to the deadline in force; 0 on the day itself, negative after it."""
        return (self.deadline - self.as_of).days

    @property
    def days_overdue(self) -> int:
        """Days past the task's own deadline; 0 where only a milestone or a problem is late."""
        return next((x.days for x in self.late if x.thing is self.task), 0)

    @property
    def worst_days(self) -> int:
        """The most days past any deadline: `jk report --overdue` sorts by it."""
        return self.late[0].days if self.late else 0


def position_of(task: Task, facts: TaskFacts, as_of: date, rules: Rules) -> Position:
    """The position of a task, from its facts as of a date."""
    life = life_of(task, facts.events)
    problems = tuple(life.problems.values())
    late = () if life.done_on else _late(facts, open_dates(task, life, problems), as_of)
    return Position(task, as_of, facts, rules, life, problems, late)


def open_dates(task: Task, life: Life, problems: Iterable[Problem]) -> list[tuple[Thing, date]]:
    """Each thing still to be done, with its deadline in force: the task, unreached milestones, open problems."""
    dates: list[tuple[Thing, date]] = [(task, life.deadline(task))]
    if task.milestones:
        dates += [(milestone, life.deadline(milestone)) for milestone in life.unreached(task)]
    if problems:
        dates += [(problem, problem.deadline) for problem in problems if problem.state == "open"]
    return dates


def _late(facts: TaskFacts, dates: Iterable[tuple[Thing, date]], as_of: date) -> tuple[Late, ...]:
    """What is past its deadline, most days first. On the day of the deadline nothing is late."""
    passed = [(thing, deadline) for thing, deadline in dates if deadline < as_of]
    if not passed:
        return ()
    reported = facts.last_report_on or date.min
    late = [Late(thing, deadline, (as_of - deadline).days, reported >= deadline) for thing, deadline in passed]
    return tuple(sorted(late, key=lambda each: -each.days))
