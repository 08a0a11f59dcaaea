"""Days behind (滞后天数), pace (进度滞后) and the forecast finish of a task.

Statistics, not policy: the rules and their constants were measured on 106 real projects with 809 status reports (OR-AS,
DSLIB). Sources: W. Lipke, "Schedule is different", 2003 (earned schedule); S. Vandevoorde and M. Vanhoucke, "A
comparison of different project duration forecasting methods using earned value metrics", 2006.
"""

from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from .lateness import DaysBehind
from .position import Position, position_of
from .progress import NOISE, reaches

LATER = 0.12
"""The share of the planned time from the forecast to its later bound; four projects in five finished by then."""


class Forecast(NamedTuple):
    """About when a task will be done."""

    finish: date
    late: date
    """The later bound: four in five are done by then."""


def pace_of(position: Position) -> DaysBehind | None:
    """The days behind of a task that is behind its pace (进度滞后), or None.

    It is neither done nor late, at least `rules.pace_after` percent of its time has gone, and it is at least
    `rules.pace_days`, and `rules.pace_share` percent of its planned days, behind.
    """
    rules, duration = position.rules, position.planned_days
    gone = (position.as_of - position.task.start).days
    if position.own_late or gone < 0 or duration is None or not reaches(gone * 100, rules.pace_after * duration):
        return None
    behind = position.behind
    days = behind.days if behind else None
    if days is None or not reaches(days, Decimal(rules.pace_days)):
        return None
    return behind if reaches(days, rules.pace_share * duration / 100) else None


def is_steady(position: Position) -> bool:
    """Whether a task that is behind its pace was so on the day of its last reading but one too (连续滞后)."""
    earlier = position.facts.earlier
    if earlier is None:
        return False
    then = position_of(position.task, earlier.facts, earlier.day, position.rules, position.issued)
    return pace_of(then) is not None


def forecast(position: Position, behind: DaysBehind | None) -> Forecast | None:
    """About when a task will be done: its deadline in force and the days behind, and not before the as-of date.

    None while nothing is known of its days behind, without a deadline that judges, and while it is too early.
    """
    deadline = position.deadline
    if behind is None or behind.days is None or behind.planned_days is None or behind.too_early or deadline is None:
        return None
    finish = max(position.as_of, after(deadline, behind.days))
    return Forecast(finish, after(finish, LATER * behind.planned_days))


def after(day: date, days: float) -> date:
    """The day that is so many days later, rounded up; days below zero count as none.

    >>> after(date(2016, 6, 30), 2.1), after(date(2016, 6, 30), -3)
    (datetime.date(2016, 7, 3), datetime.date(2016, 6, 30))
    """
    return day + timedelta(days=min(max(0, ceil(days - NOISE)), (date.max - day).days))
