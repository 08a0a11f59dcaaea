"""Days behind (滞后天数), pace (进度滞后) and the forecast finish of a task.

Statistics, not policy: the rules and their constants were measured on 106 real projects with 809 status reports (OR-AS,
DSLIB). Sources: W. Lipke, "Schedule is different", 2003 (earned schedule); S. Vandevoorde and M. Vanhoucke, "A
comparison of different project duration forecasting methods using earned value metrics", 2006.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from ..kinds.life import Life
from ..model import Milestone
from .position import Position, position_of
from .progress import NOISE, earned_schedule, reaches

SLIPS = 3
"""So many milestones, those reached last, say how late milestones come."""
TOO_EARLY = 0.4
"""The share of the planned time before which a forecast has no date: it was worse than the deadline itself."""
LATER = 0.12
"""The share of the planned time from the forecast to its later bound; four projects in five finished by then."""


class DaysBehind(NamedTuple):
    """How many days behind the work stands, and what that follows from. Days; None where unknown."""

    gone: int
    """Actual time (AT): days since the start; negative before it."""
    planned_days: int | None
    """Planned days (PD): from the start to the deadline in force."""
    earned: float | None
    """Earned schedule (ES): the plan day on which today's progress was due."""
    slips: tuple[int, ...]
    """How late the last milestones came, at most `SLIPS` of them, in the order of the days on which they came."""

    @property
    def lag(self) -> float | None:
        """AT - ES: by how much the progress is behind; negative when ahead."""
        return None if self.earned is None else self.gone - self.earned

    @property
    def slip(self) -> float | None:
        """How late the last milestones came, on average; negative when early."""
        return sum(self.slips) / len(self.slips) if self.slips else None

    @property
    def days(self) -> float | None:
        """The mean of lag and slip, or the one that is known."""
        known = [value for value in (self.lag, self.slip) if value is not None]
        return sum(known) / len(known) if known else None

    @property
    def share(self) -> float | None:
        """The days behind as a share of the planned days."""
        return self.days / self.planned_days if self.days is not None and self.planned_days else None

    @property
    def too_early(self) -> bool:
        """Whether a forecast would have no date yet."""
        return self.planned_days is None or self.gone < TOO_EARLY * self.planned_days - NOISE


class Forecast(NamedTuple):
    """About when a task will be done."""

    finish: date
    late: date
    """The later bound: four in five are done by then."""


def days_behind(position: Position) -> DaysBehind | None:
    """How many days behind a task is; None once it is finished, and while it is suspended or cancelled."""
    if position.finished or position.life.on_hold:
        return None
    curve, actual, gone = position.curve, position.progress, (position.as_of - position.task.start).days
    earned = earned_schedule(curve, actual, gone) if curve and actual is not None and gone >= 0 else None
    last = sorted(_slips(position), key=lambda slip: slip[0])[-SLIPS:]
    return DaysBehind(gone, position.planned_days, earned, tuple(days for _day, days in last))


def _slips(position: Position) -> Iterator[tuple[date, int]]:
    """Each milestone that was reached, in the plan's order: the day, and how late that was by the deadline of then."""
    life = position.life
    if life.reached:
        for milestone in position.task.milestones:
            if day := life.reached.get(milestone.id):
                yield day, (day - _deadline_on(life, milestone, day)).days
    for part in position.parts:
        yield from _slips(part)


def _deadline_on(life: Life, milestone: Milestone, day: date) -> date:
    """The deadline of a milestone that was in force on a day."""
    moved = [x.deadline for x in life.extensions_of(milestone) if x.on <= day and not x.waiting]
    return moved[-1] if moved else milestone.deadline


def pace_of(position: Position) -> DaysBehind | None:
    """The days behind of a task that is behind its pace (进度滞后), or None.

    It is neither done nor late, at least `rules.pace_after` percent of its time has gone, and it is at least
    `rules.pace_days`, and `rules.pace_share` percent of its planned days, behind.
    """
    rules = position.rules
    if position.own_late or position.as_of < position.task.start or position.planned_days is None:
        return None
    gone = (position.as_of - position.task.start).days
    if not reaches(gone * 100, rules.pace_after * position.planned_days):
        return None
    behind = days_behind(position)
    if behind is None or behind.days is None:
        return None
    least = max(Decimal(rules.pace_days), rules.pace_share * position.planned_days / 100)
    return behind if reaches(behind.days, least) else None


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
