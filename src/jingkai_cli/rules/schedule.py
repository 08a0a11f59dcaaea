"""How many days behind the work of a task stands, from its planned curve and from the milestones that it reached.

Source: W. Lipke, "Schedule is different", 2003 (earned schedule). `forecast.py` says what follows from it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from ..kinds.life import Life
from ..model import Milestone
from .progress import NOISE, Planned

SLIPS = 3
"""So many milestones, those reached last, say how late milestones come."""
TOO_EARLY = 0.4
"""The share of the planned time before which a forecast has no date: it was worse than the deadline itself."""


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
        lag, slip = self.lag, self.slip
        if lag is None or slip is None:
            return slip if lag is None else lag
        return (lag + slip) / 2

    @property
    def share(self) -> float | None:
        """The days behind as a share of the planned days."""
        return self.days / self.planned_days if self.days is not None and self.planned_days else None

    @property
    def too_early(self) -> bool:
        """Whether a forecast would have no date yet."""
        return self.planned_days is None or self.gone < TOO_EARLY * self.planned_days - NOISE


def slips(life: Life, milestones: Iterable[Milestone]) -> Iterator[tuple[date, int]]:
    """Each milestone that was reached, in the plan's order: the day, and how late that was by the deadline of then."""
    for milestone in milestones if life.reached else ():
        if day := life.reached.get(milestone.id):
            yield day, (day - _deadline_on(life, milestone, day)).days


def last_slips(found: Iterable[tuple[date, int]]) -> tuple[int, ...]:
    """How late the milestones that were reached last came, in the order of the days on which they came."""
    return tuple(days for _day, days in sorted(found, key=lambda slip: slip[0])[-SLIPS:])


def _deadline_on(life: Life, milestone: Milestone, day: date) -> date:
    """The deadline of a milestone that was in force on a day."""
    moved = [x.deadline for x in life.extensions_of(milestone) if x.on <= day and not x.waiting]
    return moved[-1] if moved else milestone.deadline


def earned_schedule(curve: Planned, progress: float, gone: int) -> float:
    """Earned schedule (ES): the latest day with planned ≤ progress, interpolated, at most the planned days.

    Where planned equals the progress on a whole span of days, it is the day of the span nearest to `gone`, so that work
    that did what was planned is neither ahead nor behind.

    Source: W. Lipke, "Schedule is different", 2003: ES = N + (EV - PV(N)) / (PV(N+1) - PV(N)).

    Args:
        curve: the planned curve.
        progress: the actual percentage.
        gone: actual time (AT), the days since the curve's start.

    Returns:
        Days from the curve's start.
    """
    _weight, line = curve.lines[0]
    if len(curve.lines) == 1 and line.days == (0, *line.days[1:-1], curve.duration) and line.climbs:
        return max(0.0, line.day_of(progress))  # most tasks: no search through the days
    days = range(curve.duration + 1)
    rises = all(each.rises for _weight, each in curve.lines)
    if rises:
        last = _last_at_most(curve, progress + NOISE)
    else:
        last = next((day for day in reversed(days) if curve.at(day) <= progress + NOISE), -1)
    if last < 0:
        return 0.0
    here = curve.at(last)
    if abs(here - progress) <= NOISE:
        if rises:
            first = bisect_left(days, progress - NOISE, key=curve.at)
        else:
            first = last
            while first and abs(curve.at(first - 1) - progress) <= NOISE:
                first -= 1
        return float(min(max(gone, first), last))
    if last == curve.duration:
        return float(last)
    return last + (progress - here) / (curve.at(last + 1) - here)


def _last_at_most(curve: Planned, percent: float) -> int:
    """The last day on which a curve that never falls is at most a percentage; -1 where it starts above it.

    Looks where a straight line would be: an even curve takes four looks instead of the eight of halving. Where that did
    not halve the days that are left, it looks in their middle.
    """
    low, high = 0, curve.duration
    at_low, at_high = curve.at(low), curve.at(high)
    if at_high <= percent:
        return high
    if at_low > percent:
        return -1
    halved = True
    while (left := high - low) > 1:
        ahead = int((percent - at_low) / (at_high - at_low) * left) if halved else left // 2
        day = min(max(low + ahead, low + 1), high - 1)
        value = curve.at(day)
        if value <= percent:
            low, at_low = day, value
        else:
            high, at_high = day, value
        halved = not halved or 2 * (high - low) <= left
    return low
