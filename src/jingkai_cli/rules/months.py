"""Monthly plans: the planned amounts of indicators in months that are over, and the amounts reported."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from ..facts import TaskFacts
from ..model import Indicator, Task
from .progress import FULL, share


class MonthlyPlan(Struct, frozen=True):
    """The planned amount of an indicator in one month, and the amount reported."""

    indicator: Indicator
    ends: date
    """The month's last day."""
    planned: Decimal
    actual: Decimal | None
    """None where nothing was reported in the month."""

    @property
    def title(self) -> str:
        """The month and the indicator: `2016-03 新增主体面积`."""
        return f"{self.ends:%Y-%m} {self.indicator.name}"

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
    ended = {i.id: [day for day in i.monthly if day < as_of] for i in task.indicators if i.monthly}
    return {name: max(days) for name, days in ended.items() if days}


def monthly_plans(task: Task, facts: TaskFacts, as_of: date) -> Iterator[MonthlyPlan]:
    """The last ended month of each indicator that has monthly plans."""
    for name, ends in last_ended(task, as_of).items():
        indicator = task.indicator(name)
        if indicator:
            yield MonthlyPlan(indicator, ends, indicator.monthly[ends], facts.months.get((name, ends)))


def is_reported(facts: TaskFacts, name: str, ends: date) -> bool:
    """Whether an indicator has a reading of the month that ends on a day, or of a later day."""
    last = facts.last_reading_on(name)
    return last is not None and last > month_before(ends)


def unreported_months(task: Task, facts: TaskFacts, as_of: date) -> Iterator[MonthlyPlan]:
    """The planned months that are over and without a reading of them or later (逾期未报).

    A month that a milestone judges is left out, and so is one that is not confirmed, or in which nothing was planned.
    """
    judged = {(name, f"{m.deadline:%Y-%m}") for m in task.milestones for name in m.indicators}
    for indicator in task.indicators:
        if "monthly" in indicator.unconfirmed:
            continue
        for ends, planned in indicator.monthly.items():
            asked = ends < as_of and planned and (indicator.id, f"{ends:%Y-%m}") not in judged
            if asked and not is_reported(facts, indicator.id, ends):
                yield MonthlyPlan(indicator, ends, planned, None)
