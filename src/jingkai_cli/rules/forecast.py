"""Days behind (滞后天数), pace (进度滞后) and the forecast finish of a task.

Statistics, not policy: the rules and their constants were measured on 106 real projects with 809 status reports (OR-AS,
DSLIB). Sources: W. Lipke, "Schedule is different", 2003 (earned schedule); S. Vandevoorde and M. Vanhoucke, "A
comparison of different project duration forecasting methods using earned value metrics", 2006.
"""

from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from .lateness import DaysBehind
from .position import Position
from .progress import NOISE

LATER = 0.12
"""The share of the planned time from the forecast to its later bound; four projects in five finished by then."""


class Forecast(NamedTuple):
    """About when a task will be done."""

    finish: date
    late: date
    """The later bound: four in five are done by then."""


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
