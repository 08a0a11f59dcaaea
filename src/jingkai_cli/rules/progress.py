"""Actual progress (实际进度) and planned progress (序时进度), as floats from 0 to 100; None if unknown."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import le, lt

from msgspec import Struct
from msgspec.structs import replace

from ..facts import TaskFacts
from ..kinds.lifecycle import Life
from ..model import PERCENT, Indicator, Task

FULL = 100.0
ONE = Decimal(1)
NOISE = 1e-9
"""Tolerance for rounding: a gap of exactly 10 points reaches a limit of 10."""


def reaches(value: float, limit: Decimal | float) -> bool:
    """Whether a computed figure is at or above a limit from the plan.

    >>> reaches(9.999999999999998, Decimal(10)), reaches(9.99, Decimal(10))
    (True, False)
    """
    return value >= float(limit) - NOISE


def counted(task: Task) -> tuple[Indicator, ...]:
    """The indicators that make up the progress of a task measured by them: those with a target."""
    return tuple(i for i in task.indicators if i.target or (i.better == "lower" and i.target is not None))


def attained(indicator: Indicator, value: Decimal) -> float | None:
    """The share of its target that an indicator has attained, in percent, at most 100; None if it cannot be computed.

    If less is better, this is the way from the baseline down to the target; without a baseline, 100 or unknown.
    """
    target, baseline = indicator.target, indicator.baseline
    if target is None:
        return None
    if indicator.better == "higher":
        return min(FULL, share(value, target)) if target else None
    if baseline is None:
        return FULL if value <= target else None
    return min(FULL, max(0.0, share(baseline - value, baseline - target)))


def share(value: Decimal, target: Decimal) -> float:
    """A value as a percentage of its target; may exceed 100.

    >>> share(Decimal(90), Decimal(120))
    75.0
    """
    return float(value * 100 / target)


def progress(task: Task, facts: TaskFacts, life: Life) -> float | None:
    """The task's progress by its measure, in percent, at most 100.

    `percent`: as reported. `indicators`: the weighted mean of value/target, each at most 100 %. `milestones`: the share
    of those reached. None for standing work, and if a figure is missing: no reading is not zero.
    """
    match task.measure:
        case "percent":
            total = facts.total(PERCENT)
            return None if total is None else min(FULL, float(total))
        case "indicators":
            read = [(i, facts.total(i.id)) for i in counted(task)]
            found = [(i.weight, attained(i, total)) for i, total in read if total is not None]
            known = [(weight, value) for weight, value in found if value is not None]
            return mean(known) if read and len(known) == len(read) else None
        case "milestones":
            return FULL * sum(m.id in life.reached for m in task.milestones) / len(task.milestones)
        case "subtasks" | "none":
            return None


def mean(weighted: list[tuple[Decimal, float]]) -> float:
    """The weighted mean of (weight, value) pairs."""
    return sum(float(weight) * value for weight, value in weighted) / sum(float(weight) for weight, _ in weighted)


class Line(Struct, frozen=True):
    """One planned line: points of (day, percent), linear between them. Days count from the start of the task."""

    days: tuple[int, ...]
    percents: tuple[float, ...]
    steps: bool = False
    """Whether the percentage stays the same until the next point, instead of growing towards it."""

    def at(self, day: int) -> float:
        """The percentage on a day: 0 before the first point, that of the last point after it."""
        days, percents = self.days, self.percents
        right = bisect_right(days, day)
        if right == 0:
            return 0.0
        low = percents[right - 1]
        if right == len(days) or self.steps:
            return low
        left_day = days[right - 1]
        return low + (percents[right] - low) * (day - left_day) / (days[right] - left_day)

    @property
    def rises(self) -> bool:
        """Whether it never falls. The planned values of a level may fall."""
        return all(map(le, self.percents, self.percents[1:]))

    @property
    def climbs(self) -> bool:
        """Whether it rises every day, and not above 100."""
        percents = self.percents
        return not self.steps and percents[-1] <= FULL and all(map(lt, percents, percents[1:]))

    def day_of(self, percent: float) -> float:
        """The last day, with its fraction, on which a rising line is at most at a percentage; -1 if it starts above."""
        right = bisect_right(self.percents, percent)
        if right in (0, len(self.days)):
            return float(self.days[right - 1]) if right else -1.0
        left_day, right_day = self.days[right - 1], self.days[right]
        low, high = self.percents[right - 1], self.percents[right]
        return left_day + (percent - low) * (right_day - left_day) / (high - low)


class Planned(Struct, frozen=True):
    """The planned curve of a task: the weighted mean of its lines. `written` is False for an assumed straight line."""

    start: date
    duration: int
    """Planned days (PD): from the start to the deadline in force."""
    lines: tuple[tuple[Decimal, Line], ...]
    written: bool
    weighted: tuple[tuple[float, Line], ...] = ()
    """If there are several lines, the lines with their weights as floats, because `at` is called for many days."""
    weight: float = 1.0
    """The sum of these weights."""

    def at(self, day: int) -> float:
        """Planned percentage at the end of the day that is `day` days after the start."""
        if len(self.lines) == 1:  # most tasks; called often
            return min(FULL, self.lines[0][1].at(day))
        return sum([weight * min(FULL, line.at(day)) for weight, line in self.weighted]) / self.weight

    def on(self, day: date) -> float:
        """Planned percentage (planned value) at the end of a date."""
        return self.at((day - self.start).days)


def earned_schedule(curve: Planned, progress: float, elapsed: int) -> float:
    """Earned schedule (ES): the latest day with planned ≤ progress, interpolated, at most the planned days.

    If planned equals progress over a span of days, the day of the span nearest to `elapsed` is taken, so that a task
    that did what was planned is neither ahead nor behind.

    Source: W. Lipke, "Schedule is different", 2003: ES = N + (EV - PV(N)) / (PV(N+1) - PV(N)).

    Args:
        curve: the planned curve.
        progress: the actual percentage.
        elapsed: actual time (AT), in days since the start of the curve.

    Returns:
        Days from the start of the curve.
    """
    _weight, line = curve.lines[0]
    ends = len(curve.lines) == 1 and line.days[-1] == curve.duration > 0 == line.days[0]
    if ends and (not curve.written or line.climbs):  # a straight line climbs
        return max(0.0, line.day_of(progress))  # most tasks: no search through the days
    days = range(curve.duration + 1)
    rises = all(each.rises for _weight, each in curve.lines)
    if rises:
        last = _last_at_most(curve, progress + NOISE)
    else:
        last = next((day for day in reversed(days) if curve.at(day) <= progress + NOISE), -1)
    if last < 0:
        return 0.0
    planned_on_last = curve.at(last)
    if abs(planned_on_last - progress) <= NOISE:
        if rises:
            first = bisect_left(days, progress - NOISE, key=curve.at)
        else:
            first = last
            while first and abs(curve.at(first - 1) - progress) <= NOISE:
                first -= 1
        return float(min(max(elapsed, first), last))
    if last == curve.duration:
        return float(last)
    return last + (progress - planned_on_last) / (curve.at(last + 1) - planned_on_last)


def _last_at_most(curve: Planned, percent: float) -> int:
    """The last day on which a curve that never falls has at most a percentage; -1 if it starts above it.

    Interpolation search: an even curve takes four steps instead of the eight of bisection. After a step that did not
    halve the interval, the next step bisects it.
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


def planned(task: Task, life: Life) -> Planned | None:
    """The planned curve by the task's measure; None if there is none.

    `indicators`: for each, a line through (start, 0), its planned points and (deadline, target). `milestones`: a step
    on each deadline. Otherwise the task's own `planned`, or else a straight line from the start to the deadline.
    Written values do not move with an extension; the line ends at the deadline in force. An unconfirmed deadline gives
    no curve.
    """
    deadline = life.deadline(task)
    if task.measure in ("none", "subtasks") or task.standing or deadline is None or "deadline" in task.unconfirmed:
        return None
    duration = max(0, (deadline - task.start).days)
    match task.measure:
        case "indicators":
            indicators = counted(task)
            if not indicators or any(i.better == "lower" and i.baseline is None for i in indicators):
                return None
            lines = tuple((i.weight, _line(task.start, deadline, _percents(i))) for i in indicators)
        case "milestones":
            days = sorted((life.deadline(m) - task.start).days for m in task.milestones)
            steps = tuple(FULL * (n + 1) / len(days) for n in range(len(days)))
            lines = ((ONE, Line(tuple(days), steps, steps=True)),)
        case _:
            written_values = {d: float(v) for d, v in task.planned.items()} if task.planned else {}
            lines = ((ONE, _line(task.start, deadline, written_values)),)
    return Planned(task.start, duration, lines, is_written(task), *_weighted(lines))


def _weighted(lines: Sequence[tuple[Decimal, Line]]) -> tuple[tuple[tuple[float, Line], ...], float]:
    """The lines with their weights as floats, and the sum of these; empty for a single line, which needs no mean."""
    if len(lines) == 1:
        return (), 1.0
    weighted = tuple((float(weight), line) for weight, line in lines)
    return weighted, sum(weight for weight, _line in weighted)


def is_written(task: Task) -> bool:
    """Whether the task has written planned values, rather than an assumed straight line.

    For a task measured by its sub-tasks: whether one of them has. Its curve needs those of all.
    """
    match task.measure:
        case "indicators":
            planned = any(i.planned for i in task.indicators)
            return planned and any(i.planned for i in counted(task))
        case "milestones":
            return True
        case "subtasks":
            return any(map(is_written, task.subtasks))
        case _:
            return bool(task.planned)


def mean_curve(start: date, deadline: date, parts: Sequence[tuple[Decimal, Planned]]) -> Planned:
    """The weighted mean of the curves of sub-tasks, in days from their parent's start to its deadline."""
    lines = []
    for weight, curve in parts:
        later, whole = (curve.start - start).days, sum(each for each, _line in curve.lines)
        for own, line in curve.lines:
            days = tuple(day + later for day in line.days)
            lines.append((weight * own / whole, replace(line, days=days)))
    written = all(curve.written for _weight, curve in parts)
    return Planned(start, max(0, (deadline - start).days), tuple(lines), written, *_weighted(lines))


def planned_total(task: Task, life: Life, indicator: Indicator, day: date) -> Decimal | None:
    """The planned total of an indicator at the end of a date, in its unit; None without written values."""
    target, deadline = indicator.target, life.deadline(task)
    if target is None or not indicator.planned or deadline is None or "deadline" in task.unconfirmed:
        return None
    falls = indicator.better == "lower"
    if (falls and indicator.baseline is None) or not (falls or target):
        return None
    ends = float(indicator.baseline or 0) if falls else 0.0, float(target)
    line = _line(task.start, deadline, {d: float(v) for d, v in indicator.planned.items()}, ends)
    if day < task.start:
        return indicator.baseline if falls else Decimal(0)
    return Decimal(str(round(line.at((day - task.start).days), 2)))


def _percents(indicator: Indicator) -> dict[date, float]:
    found = {day: _percent(indicator, value) for day, value in indicator.planned.items()}
    return {day: value for day, value in found.items() if value is not None}


def _percent(indicator: Indicator, value: Decimal) -> float | None:
    """A planned value in percent of the target; may exceed 100 if more is better."""
    if indicator.better == "lower":
        return attained(indicator, value)
    return share(value, indicator.target) if indicator.target else None


def _line(start: date, deadline: date, written: Mapping[date, float], ends: tuple[float, float] = (0.0, FULL)) -> Line:
    """A line from start to deadline through the written values; `ends` are its first and last values."""
    duration = (deadline - start).days
    if duration > 0 and not written:
        return Line((0, duration), ends)
    points = {0: ends[0], max(0, duration): ends[1]}
    points |= {(day - start).days: percent for day, percent in written.items() if start <= day <= deadline}
    days = tuple(sorted(points))
    return Line(days, tuple(points[day] for day in days))
