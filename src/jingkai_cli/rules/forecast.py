"""Pace: earned schedule, and the date on which a task will be done at the pace so far.

Sources: W. Lipke, "Schedule is different", 2003 (earned schedule); S. Vandevoorde and M. Vanhoucke, "A comparison of
different project duration forecasting methods using earned value metrics", 2006.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from ..model import Rules
from .progress import FULL, Planned


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a task went, and how fast it must go. Days, and percentage points a week."""

    earned: float
    """Earned schedule (ES), days: the plan day on which today's progress was due."""
    gone: int
    """Actual time (AT), days since the start."""
    duration: int
    """Planned days (PD)."""
    have: float
    need: float
    ratio: float
    needed_per_week: float
    forecast_finish: date
    days_late: int

    @property
    def made_per_week(self) -> float:
        """The points a week at the pace so far, in the measure of `needed_per_week`; asked for when ratio > 0."""
        return self.needed_per_week / self.ratio


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
    days = range(curve.duration + 1)
    if not curve.rises:
        return next((day for day in reversed(days) if curve.at(day) <= progress), -1)
    if len(curve.lines) > 1 or curve.lines[0][1].steps:
        return bisect_right(days, progress, key=curve.at) - 1
    day = curve.lines[0][1].day_of(progress)  # but for what floats are off by
    while day >= 0 and curve.at(day) > progress:
        day -= 1
    while curve.at(day + 1) <= progress:
        day += 1
    return day


def pace(curve: Planned, progress: float | None, as_of: date, rules: Rules) -> Pace | None:
    """The pace of a running task, or None while it cannot be judged.

    have = (ES + 60) / (AT + 60), need = (PD - ES) / max(1, PD - AT), ratio = need / have, forecast finish = start +
    ceil(AT + (PD - ES) / have). Judged once 15 % of the planned time has gone, while progress is known and below 100 %.
    The 60 days of credit (`rules.pace_prior`) are a prior: early days alone decide nothing.
    """
    gone, duration = (as_of - curve.start).days, curve.duration
    if progress is None or progress >= FULL or duration <= 0 or gone <= 0:
        return None
    if gone * 100 < rules.pace_after * duration:
        return None
    earned = earned_schedule(curve, progress)
    have = (earned + rules.pace_prior) / (gone + rules.pace_prior)
    left = max(1, duration - gone)
    need = (duration - earned) / left
    ratio = need / have
    needed_per_week = 7 * (FULL - progress) / left
    days = min(ceil(gone + (duration - earned) / have), (date.max - curve.start).days)
    finish = curve.start + timedelta(days=days)
    return Pace(earned, gone, duration, have, need, ratio, needed_per_week, finish, days - duration)
