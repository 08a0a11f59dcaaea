"""Actual and planned progress in exact fractions, independent of `rules/progress.py` and `rules/forecast.py`.

A planned curve is a fraction for each day from the start to the deadline in force, computed when it is asked for.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from .history import PERCENT, Mapped, day_of, reached, total

FULL = Fraction(100)


def start_of(plan: Mapped, task: Mapped) -> date:
    """The start of a task; by default the first day of the plan's year, but not after the task's deadline."""
    if "start" in task:
        return day_of(task["start"])
    end = day_of(task["deadline"])
    return min(end, date(int(plan.get("year") or end.year), 1, 1))


def counted(task: Mapped) -> list[Mapped]:
    return [i for i in task.get("indicators", []) if "target" in i]


def progress(task: Mapped, entries: list[Mapped]) -> Fraction | None:
    measure = task.get("measure", "percent")
    if measure == "percent":
        said = total(entries, PERCENT)
        return said if said is None else min(FULL, said)
    if measure == "milestones":
        return FULL * sum(reached(entries, m) for m in task["milestones"]) / len(task["milestones"])
    if measure == "none":
        return None
    weights = points = Fraction(0)
    for indicator in counted(task):
        value = total(entries, indicator)
        if value is None:
            return None
        weight = Fraction(indicator.get("weight", "1"))
        weights += weight
        points += weight * min(FULL, FULL * value / Fraction(indicator["target"]))
    return points / weights


class Curve:
    """The planned percentage for any day, computed when it is asked for."""

    def __init__(self, start: date, end: date, on: Callable[[date], Fraction]) -> None:
        self.start, self.days = start, (end - start).days
        self.on = cache(on)

    def number(self, number: int) -> Fraction:
        """The planned percentage `n` days after the start."""
        return self.on(self.start + timedelta(days=number))


def curve(plan: Mapped, task: Mapped, end: date, milestone_ends: list[date]) -> Curve | None:
    """The planned curve to the deadline in force, or None if nothing is planned."""
    measure = task.get("measure", "percent")
    if measure == "none" or "deadline" in task.get("unconfirmed", []):
        return None
    start = start_of(plan, task)
    if measure == "milestones":
        return Curve(start, end, lambda day: FULL * sum(d <= day for d in milestone_ends) / len(milestone_ends))
    if measure == "indicators":
        lines = [(Fraction(i.get("weight", "1")), _points(i), FULL / Fraction(i["target"])) for i in counted(task)]
    else:
        lines = [(Fraction(1), _points(task), Fraction(1))]
    whole = _sum(weight for weight, _points, _scale in lines)
    drawn = [(weight / whole, _line(start, end, points, scale)) for weight, points, scale in lines]

    def mean(day: date) -> Fraction:
        return Fraction(0) if day < start else _sum(weight * line(min(day, end)) for weight, line in drawn)

    return Curve(start, end, mean)


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


def _points(thing: Mapped) -> dict[date, Fraction]:
    """Written planned values by day; a month is its last day."""
    written = {}
    for name, value in thing.get("planned", {}).items():
        year, month, *day = (int(part) for part in name.split("-"))
        written[date(year, month, day[0] if day else monthrange(year, month)[1])] = Fraction(value)
    return written


def month_gaps(task: Mapped, entries: list[Mapped], day: date) -> list[tuple[Mapped, Fraction]]:
    """For each indicator, the missing points of its last complete planned month, if it has a report in that month."""
    gaps = []
    for indicator in task.get("indicators", []):
        ended = [name for name in indicator.get("monthly", {}) if _last(name) < day]
        if ended and "monthly" not in indicator.get("unconfirmed", []):
            first, last = day_of(f"{max(ended)}-01"), _last(max(ended))
            until = [e for e in entries if day_of(e["on"]) <= last]
            before, within = ([e for e in until if (day_of(e["on"]) >= first) is inside] for inside in (False, True))
            plan, after = Fraction(indicator["monthly"][max(ended)]), total(until, indicator)
            if plan and after is not None and total(within, indicator) is not None:
                made = after - (total(before, indicator) or 0)
                gaps.append((indicator, FULL - FULL * made / plan))
    return gaps


def is_reported(entries: list[Mapped], indicator: Mapped, day: date) -> bool:
    """Whether an indicator was read in the month of a day, or later."""
    names = (indicator["id"], indicator["name"])
    return any(
        day_of(entry["on"]) >= day.replace(day=1) and any(name in names for name in entry.get("readings", {}))
        for entry in entries
    )


def unreported_months(task: Mapped, entries: list[Mapped], day: date) -> list[tuple[Mapped, date]]:
    """Each past planned month without a report and without a milestone for it, with its last day."""
    found = []
    for indicator in task.get("indicators", []):
        for month, amount in indicator.get("monthly", {}).items():
            by_milestone = any(
                indicator["id"] in m.get("indicators", []) and m["deadline"].startswith(month)
                for m in task.get("milestones", [])
            )
            if (
                _last(month) < day
                and Fraction(amount)
                and not by_milestone
                and "monthly" not in indicator.get("unconfirmed", [])
                and not is_reported(entries, indicator, _last(month))
            ):
                found.append((indicator, _last(month)))
    return found


def _last(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def _line(start: date, end: date, written: Mapping[date, Fraction], scale: Fraction) -> Callable[[date], Fraction]:
    """Interpolate linearly between (start, 0), the written points and (end, 100), at most 100."""
    points = {start: Fraction(0), end: FULL}
    points |= {day: value * scale for day, value in written.items() if start <= day <= end}
    written_days = sorted(points)

    def on(day: date) -> Fraction:
        if day in points:
            return min(FULL, points[day])
        after = next(later for later in written_days if later > day)
        before = written_days[written_days.index(after) - 1]
        step = (points[after] - points[before]) / (after - before).days
        return min(FULL, points[before] + step * (day - before).days)

    return on


def earned(planned: Curve, actual: Fraction, gone: int) -> Fraction:
    """Earned schedule: the latest day on which planned progress is at most the actual progress, searched from the end.

    If several successive days are planned at exactly the actual progress, the one nearest to the elapsed days.
    """
    last = next((n for n in range(planned.days, -1, -1) if planned.number(n) <= actual), None)
    if last is None:
        return Fraction(0)
    here = planned.number(last)
    if here == actual:
        first = last
        while first and planned.number(first - 1) == actual:
            first -= 1
        return Fraction(sorted((first, gone, last))[1])
    if last == planned.days:
        return Fraction(last)
    return last + (actual - here) / (planned.number(last + 1) - here)
