"""Coordinates of dates and percentages in the pictures of the dashboard; the template and the CSS draw them.

Horizontal positions in pictures that grow with the page are percentages of the width; all others are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...language import N_, _
from ...quantities import number
from ...reports.dashboard_content import Card, Dashboard, Moment, Points
from ...reports.wording import LAMPS

MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
MOST_TICKS = 14
QUARTER = 3
YEAR = 12
FULL = 100.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A date of the axis. On a narrow screen only the `major` ones have room for their labels."""

    x: str
    label: str
    major: bool


@dataclass(frozen=True, slots=True)
class Span:
    """The days on the x-axis, from the left edge to the right edge."""

    start: date
    end: date

    def x(self, day: date) -> str:
        """The position of a day, in percent of the width."""
        return number(self._share(day) * FULL)

    def width(self, start: date, end: date, part: float = FULL) -> str:
        """The distance between two days in percent of the width, or `part` percent of that distance."""
        return number(max(0.0, self._share(end) - self._share(start)) * part)

    def ticks(self) -> list[Tick]:
        """The first days of months, quarters, years or several years: at most `MOST_TICKS`."""
        months = (self.end.year - self.start.year) * YEAR + self.end.month - self.start.month
        step = next(
            (n for n in (1, QUARTER, YEAR) if months / n <= MOST_TICKS), -(-months // (YEAR * MOST_TICKS)) * YEAR
        )
        first = self.start.year * YEAR
        found = (date(n // YEAR, n % YEAR + 1, 1) for n in range(first, first + months + YEAR, step))
        days = [day for day in found if self.start <= day <= self.end]
        return [Tick(self.x(day), self._label(day, days[0]), (day.month - 1) % QUARTER == 0) for day in days]

    def _label(self, day: date, first: date) -> str:
        """The month. Over several years, January is labelled by its year, and the first tick has the year too."""
        if self.start.year == self.end.year or (day != first and day.month > 1):
            return _(MONTHS[day.month - 1])
        return f"{day:%Y}" if day.month == 1 else f"{day:%Y-%m}"

    def _share(self, day: date) -> float:
        return (day - self.start).days / max(1, (self.end - self.start).days)


def timeline(dashboard: Dashboard) -> Span:
    """From the first start to the last date of any task, in whole months; the as-of date is included."""
    days = [dashboard.scope.as_of]
    for card in dashboard.cards:
        at = card.judgement.at
        task = card.judgement.task
        days += [task.start, *filter(None, (task.deadline, at.deadline)), *(mark.day for mark in card.marks)]
    first, last = min(days), max(days)
    return Span(first.replace(day=1), (last.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Part:
    """The tasks of one lamp in a column."""

    lamp: str
    count: int
    y: str
    height: str
    middle: str


@dataclass(frozen=True, slots=True)
class Stack:
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


LEFT, TOP, WIDTH, HEIGHT = 36.0, 8.0, 300.0, 110.0
"""The field of a course within its picture of 344 × 146."""


@dataclass(frozen=True, slots=True)
class Course:
    """The curves of a task: planned and actual paths, the as-of date, and the end of the actual path."""

    start: date
    end: date
    planned: str
    actual: str
    today: str
    tip: tuple[str, str] | None


def course(card: Card, as_of: date) -> Course | None:
    """The curves of a task from its start to its deadline or the as-of date; None if neither can be drawn."""
    if not card.planned and not card.actual:
        return None
    task, at = card.judgement.task, card.judgement.at
    known = tuple(point for point in card.actual if point[0] >= task.start)
    span = Span(min(task.start, as_of), max(at.deadline or as_of, as_of, *(day for day, _percent in card.planned)))
    # A report of progress is a fact of its date: between two there is no better guess than a straight line.
    begun = ((task.start, 0.0), *known) if known and known[0][0] > task.start else known
    tip = _place(span, known[-1]) if known else None
    return Course(span.start, span.end, _path(span, card.planned), _path(span, begun), _place(span, (as_of, 0))[0], tip)


def _path(span: Span, points: Points) -> str:
    return "".join(f"{'L' if n else 'M'}{' '.join(_place(span, point))}" for n, point in enumerate(points))


def _place(span: Span, point: tuple[date, float]) -> tuple[str, str]:
    day, percent = point
    return number(LEFT + float(span.x(day)) * WIDTH / FULL), number(TOP + (FULL - percent) * HEIGHT / FULL)
