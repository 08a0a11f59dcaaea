"""Coordinates of dates and counts in the pictures of the dashboard that grow with the page; the template draws them.

Horizontal positions are percentages of the width; all others are pixels.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from ...language import N_, _
from ...quantities import number
from ...reports.dashboard_content import Dashboard, Moment
from ...reports.wording import LAMPS

MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
MOST_TICKS = 14
QUARTER = 3
YEAR = 12
FULL = 100.0


class Tick(Struct, frozen=True):
    """A date of the axis. On a narrow screen only the `major` ones have room for their labels."""

    day: date
    x: str
    label: str
    major: bool


class Span(Struct, frozen=True):
    """The days on the x-axis, from the left edge to the right edge."""

    start: date
    end: date

    def x(self, day: date) -> str:
        """The position of a day, in percent of the width."""
        return number(self.share(day) * FULL)

    def width(self, start: date, end: date, part: float = FULL) -> str:
        """The distance between two days in percent of the width, or `part` percent of that distance."""
        return number(max(0.0, self.share(end) - self.share(start)) * part)

    def ticks(self) -> list[Tick]:
        """The first days of months, quarters, years or several years: at most `MOST_TICKS`."""
        months = (self.end.year - self.start.year) * YEAR + self.end.month - self.start.month
        step = next(
            (n for n in (1, QUARTER, YEAR) if months / n <= MOST_TICKS), -(-months // (YEAR * MOST_TICKS)) * YEAR
        )
        first = self.start.year * YEAR
        found = (date(n // YEAR, n % YEAR + 1, 1) for n in range(first, first + months + YEAR, step))
        days = [day for day in found if self.start <= day <= self.end]
        return [Tick(day, self.x(day), self._label(day, days[0]), (day.month - 1) % QUARTER == 0) for day in days]

    def _label(self, day: date, first: date) -> str:
        """The month. Over several years, January is labelled by its year, and the first tick has the year too."""
        if self.start.year == self.end.year or (day != first and day.month > 1):
            return _(MONTHS[day.month - 1])
        return f"{day:%Y}" if day.month == 1 else _("{month}/{year}").format(year=day.year, month=day.month)

    def share(self, day: date) -> float:
        """The part of the days that lies before a day, 0 to 1."""
        return (day - self.start).days / max(1, (self.end - self.start).days)


def timeline(dashboard: Dashboard) -> Span:
    """From the first start to the last date of any task, in whole months; the as-of date is included."""
    days = [dashboard.scope.as_of]
    for card in dashboard.drawn:
        at = card.judgement.position
        task = card.judgement.task
        days += [task.start, *filter(None, (task.deadline, at.deadline)), *(mark.day for mark in card.marks)]
    first, last = min(days), max(days)
    return Span(first.replace(day=1), (last.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))


class Part(Struct, frozen=True):
    """The tasks of one lamp in a column."""

    lamp: str
    count: int
    y: str
    height: str
    middle: str


class Stack(Struct, frozen=True):
    """The lamps on one date as a stacked column. Every second one has a label on narrow screens too, from the last."""

    day: date
    x: str
    middle: str
    width: str
    parts: tuple[Part, ...]
    major: bool


COLUMN = 150.0
"""The height of a column with all tasks."""
FILLED = 0.72
"""The part of its slot that a column fills."""
WIDEST = 9.0


def stacks(course: Sequence[Moment]) -> list[Stack]:
    """One stacked column per date, with red at the bottom, where columns are easiest to compare."""
    place = FULL / len(course)
    width = min(WIDEST, place * FILLED)
    return [
        Stack(
            day=moment.day,
            x=number(place * (n + 0.5) - width / 2),
            middle=number(place * (n + 0.5)),
            width=number(width),
            parts=tuple(_parts(moment)),
            major=(len(course) - 1 - n) % 2 == 0,
        )
        for n, moment in enumerate(course)
    ]


def _parts(moment: Moment) -> list[Part]:
    foot = COLUMN
    parts = []
    for lamp in LAMPS:
        if count := moment.lamps.get(lamp, 0):
            height = COLUMN * count / sum(moment.lamps.values())
            foot -= height
            parts.append(Part(lamp, count, number(foot), number(height), number(foot + height / 2)))
    return parts
