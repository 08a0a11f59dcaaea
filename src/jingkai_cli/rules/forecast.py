"""Pace: earned schedule, and the finish date at the pace so far.

Sources: W. Lipke, "Schedule is different", 2003 (earned schedule); S. Vandevoorde and M. Vanhoucke, "A comparison of
different project duration forecasting methods using earned value metrics", 2006.
"""

from bisect import bisect_right
from datetime import date, timedelta
from math import ceil, floor
from typing import NamedTuple

from .position import Position
from .progress import FULL, Planned


class Pace(NamedTuple):
    """The pace of a task so far, and the pace that is needed. Days, and percentage points a week."""

    start: date
    progress: float
    earned: float
    """Earned schedule (ES), days: the plan day on which today's progress was due."""
    gone: int
    """Actual time (AT), days since the start."""
    duration: int
    """Planned days (PD)."""
    prior: int
    """Days of work on schedule that the task is credited with (`rules.pace_prior`)."""

    @property
    def have(self) -> float:
        """The pace so far: (ES + prior) / (AT + prior). The prior keeps a few early days from deciding anything."""
        return (self.earned + self.prior) / (self.gone + self.prior)

    @property
    def need(self) -> float:
        """The pace that is needed from here on: (PD - ES) / max(1, PD - AT)."""
        return (self.duration - self.earned) / max(1, self.duration - self.gone)

    @property
    def ratio(self) -> float:
        """Need / have: above 1 the work must go faster than it has gone."""
        return self.need / self.have

    @property
    def needed_per_week(self) -> float:
        """The points a week that are needed from here on."""
        return 7 * (FULL - self.progress) / max(1, self.duration - self.gone)

    @property
    def deadline(self) -> date:
        """The day on which the planned time ends."""
        return self.start + timedelta(days=self.duration)

    @property
    def forecast_finish(self) -> date:
        """The day on which the task is done at the pace so far: start + ceil(AT + (PD - ES) / have)."""
        days = ceil(self.gone + (self.duration - self.earned) / self.have)
        return self.start + timedelta(days=min(days, (date.max - self.start).days))


def earned_schedule(curve: Planned, progress: float) -> float:
    """The plan day on which `progress` percent was due: Lipke's ES = N + (EV - PV(N)) / (PV(N+1) - PV(N)), at most PD.

    N is the latest day whose planned value is not above the progress.
    """
    if curve.at(curve.duration) <= progress:
        return float(curve.duration)
    last = _last_not_above(curve, progress)
    if last < 0:
        return 0.0
    before, after = curve.at(last), curve.at(last + 1)
    return last + (progress - before) / (after - before)


def _last_not_above(curve: Planned, progress: float) -> int:
    """The latest day whose planned value is not above a progress that is below the last one; -1 where there is none."""
    _weight, line = curve.lines[0]
    if len(curve.lines) == 1 and not line.steps and line.rises:  # most tasks: no search through the days
        return floor(line.day_of(progress))
    days = range(curve.duration + 1)
    if all(each.rises for _weight, each in curve.lines):
        return bisect_right(days, progress, key=curve.at) - 1
    return next((day for day in reversed(days) if curve.at(day) <= progress), -1)


def pace_of(position: Position) -> Pace | None:
    """The pace of a task, or None while it cannot be judged.

    It is judged while the task is neither finished nor late, once `rules.pace_after` percent of the planned time has
    gone, and progress is known and below 100 %.
    """
    curve, progress = position.curve, position.progress
    if curve is None or progress is None or progress >= FULL or position.finished or position.own_late:
        return None
    gone, duration = (position.as_of - curve.start).days, curve.duration
    if duration <= 0 or gone <= 0 or gone * 100 < position.rules.pace_after * duration:
        return None
    return Pace(curve.start, progress, earned_schedule(curve, progress), gone, duration, position.rules.pace_prior)
