"""Coordinates of dates and percentages in the pictures of the dashboard; the template and the CSS draw them.

Horizontal positions in pictures that grow with the page are percentages of the width; all others are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...language import N_, _
from ...quantities import number, percent
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

    day: date
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
        return f"{day:%Y}" if day.month == 1 else f"{day:%Y-%m}"

    def share(self, day: date) -> float:
        """The part of the days that lies before a day, 0 to 1."""
        return (day - self.start).days / max(1, (self.end - self.start).days)


def timeline(dashboard: Dashboard) -> Span:
    """From the first start to the last date of any task, in whole months; the as-of date is included."""
    days = [dashboard.scope.as_of]
    for card in dashboard.drawn:
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
"""The field of a course within its picture of 344 × 158."""

MOST_LABELS = 7
"""Ticks of a course that have room for a label each; of more, only the quarters have one."""


LAST_LABEL = 0.93
"""The part of the axis after which a label would leave the picture."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a course that tells its value: a reading, a milestone or the forecast."""

    x: str
    y: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A text below the axis."""

    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Course:
    """The curves of a task: planned and actual paths, the as-of date, and what can be pointed at."""

    planned: str
    actual: str
    today: str
    readings: tuple[Spot, ...]
    """The last one is the end of the actual path."""
    milestones: tuple[Spot, ...]
    forecast: Spot | None
    """The likely day of the finish, at 100 %."""
    by: str | None
    """The day by which four in five are finished."""
    ticks: tuple[str, ...]
    months: tuple[Label, ...]
    years: tuple[Label, ...]


def course(card: Card, as_of: date) -> Course | None:
    """The curves of a task from its start to its deadline, as-of date or forecast; None if neither can be drawn."""
    if not card.planned and not card.actual:
        return None
    span = _days_of(card, as_of)
    start = card.judgement.task.start
    known = tuple(point for point in card.actual if point[0] >= start)
    # A report of progress is a fact of its date: between two there is no better guess than a straight line.
    begun = ((start, 0.0), *known) if known and known[0][0] > start else known
    ticks, outlook, words = span.ticks(), card.forecast, _("{day}: actual {actual}, planned {planned}")
    labelled = [t for t in ticks if (t.major or len(ticks) <= MOST_LABELS) and span.share(t.day) <= LAST_LABEL]
    years = [date(year, 1, 1) for year in range(span.start.year + 1, span.end.year + 1)]
    return Course(
        planned=_path(span, card.planned),
        actual=_path(span, begun),
        today=_place(span, (as_of, 0))[0],
        readings=tuple(Spot(*_place(span, point), _reading(words, card, point)) for point in known),
        milestones=tuple(
            Spot(*_place(span, (mark.day, 0)), mark.text, mark.tone) for mark in card.marks if mark.day <= span.end
        ),
        forecast=Spot(*_place(span, (outlook.finish, FULL)), card.expected) if outlook and known else None,
        by=_place(span, (outlook.late, FULL))[0] if outlook and known else None,
        ticks=tuple(_across(span, tick.day) for tick in ticks),
        months=tuple(Label(_across(span, tick.day), _(MONTHS[tick.day.month - 1])) for tick in labelled),
        years=(
            Label(_rounded(LEFT), str(span.start.year)),
            *(Label(_across(span, day), str(day.year)) for day in years if span.share(day) <= LAST_LABEL),
        ),
    )


def _days_of(card: Card, as_of: date) -> Span:
    """From the start to the last of deadline, plan, as-of date and forecast; the latter at most one duration later."""
    task, at, outlook = card.judgement.task, card.judgement.at, card.forecast
    start = min(task.start, as_of)
    end = max(at.deadline or as_of, as_of, *(day for day, _percent in card.planned))
    if outlook:
        farthest = end + (end - start)
        end = max(end, min(farthest, outlook.late))
    return Span(start, end)


def _reading(words: str, card: Card, point: tuple[date, float]) -> str:
    day, value = point
    curve = card.judgement.at.curve
    planned = curve.on(day) if curve else None
    return words.format(day=day, actual=percent(value), planned=percent(planned))


def _across(span: Span, day: date) -> str:
    return _rounded(LEFT + span.share(day) * WIDTH)


def _rounded(value: float) -> str:
    """A coordinate, to half a pixel."""
    return f"{round(2 * value) / 2:g}"


def _path(span: Span, points: Points) -> str:
    return "".join(f"{'L' if n else 'M'}{' '.join(_place(span, point))}" for n, point in enumerate(points))


def _place(span: Span, point: tuple[date, float]) -> tuple[str, str]:
    day, value = point
    return _across(span, min(day, span.end)), _rounded(TOP + (FULL - value) * HEIGHT / FULL)
