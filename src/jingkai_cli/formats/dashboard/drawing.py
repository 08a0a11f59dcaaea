"""The pictures of the dashboard: coordinates of its time line and lamp columns, and the progress curves of each task.

The template draws what grows with the page: horizontal positions are percentages of the width, all others are pixels.
The curves are built here as SVG inside an HTML figure: a page may have thousands of them, each with some thirty texts,
and the template would take twice as long.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from ...language import N_, _, language_tag
from ...quantities import number, percent
from ...reports.dashboard_content import Card, Dashboard, Moment, Points
from ...reports.reason_wording import LAMPS
from ..html_ import phrased, text

MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
_MOST_TICKS = 14
QUARTER = 3
YEAR = 12
FULL = 100.0


class Tick(Struct, frozen=True):
    """A date on the axis. A narrow screen has room for the labels of `major` ticks only."""

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

    def width(self, start: date, end: date) -> str:
        """The distance between two days in percent of the width."""
        return number(max(0.0, self.share(end) - self.share(start)) * FULL)

    def ticks(self) -> list[Tick]:
        """The first days of months, quarters, years or several years: at most `_MOST_TICKS`."""
        months = (self.end.year - self.start.year) * YEAR + self.end.month - self.start.month
        step = next(
            (n for n in (1, QUARTER, YEAR) if months / n <= _MOST_TICKS), -(-months // (YEAR * _MOST_TICKS)) * YEAR
        )
        first = self.start.year * YEAR
        found = (date(n // YEAR, n % YEAR + 1, 1) for n in range(first, first + months + YEAR, step))
        days = [day for day in found if self.start <= day <= self.end]
        return [Tick(day, self.x(day), self._label(day, days[0]), (day.month - 1) % QUARTER == 0) for day in days]

    def _label(self, day: date, first: date) -> str:
        """The label of a tick: its month.

        Over several years January shows the year, and the first tick month and year.
        """
        if self.start.year == self.end.year or (day != first and day.month > 1):
            return _(MONTHS[day.month - 1])
        return f"{day:%Y}" if day.month == 1 else _("{month}/{year}").format(year=day.year, month=day.month)

    def share(self, day: date) -> float:
        """The fraction of the span that lies before a day, from 0 to 1."""
        return (day - self.start).days / max(1, (self.end - self.start).days)


def timeline(dashboard: Dashboard) -> Span:
    """The span from the first start to the last date of any task, in whole months; the as-of date is included."""
    days = [dashboard.scope.as_of]
    for card in dashboard.on_time_line:
        at = card.judgement.position
        task = card.judgement.task
        days += [task.start, *filter(None, (task.deadline, at.deadline)), *(mark.day for mark in card.marks)]
    first, last = min(days), max(days)
    return Span(first.replace(day=1), (last.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def done_until(card: Card, end: date) -> date:
    """The day on which the plan expects what is reported, or that share of the time up to `end` without a plan.

    The bar of a task with milestones then ends at the last one reached, not under one that is late.
    """
    progress, start = card.judgement.position.progress or 0.0, card.judgement.task.start
    for (before, low), (after, high) in pairwise(card.planned):
        if low < progress <= high:
            return before + (after - before) * ((progress - low) / (high - low))
    return start + (end - start) * (progress / FULL)


class Part(Struct, frozen=True):
    """The tasks with one lamp in a stacked column."""

    lamp: str
    count: int
    y: str
    height: str
    middle: str


class Stack(Struct, frozen=True):
    """The lamps on one date as a stacked column.

    Every second one, counted from the last, is `major`: labelled on phones too.
    """

    day: date
    x: str
    middle: str
    width: str
    parts: tuple[Part, ...]
    major: bool


COLUMN = 150.0
"""The full height of a column, in pixels."""
LEAST = 15.0
"""The least height of a part of a column, in pixels: its number fits into it."""
_FILLED = 0.8
"""The fraction of its slot that a column fills."""
_EDGE = 1.5
"""The space left and right of the columns, in percent of the width, so that no label touches the frame on a phone."""
WIDEST = 9.0


def stacks(course: Sequence[Moment]) -> list[Stack]:
    """One stacked column per date, with red at the bottom, where columns are easiest to compare."""
    place = (FULL - 2 * _EDGE) / len(course)
    width = min(WIDEST, place * _FILLED)
    return [
        Stack(
            day=moment.day,
            x=number(_EDGE + place * (n + 0.5) - width / 2),
            middle=number(_EDGE + place * (n + 0.5)),
            width=number(width),
            parts=tuple(_parts(moment)),
            major=(len(course) - 1 - n) % 2 == 0,
        )
        for n, moment in enumerate(course)
    ]


def _heights(moment: Moment) -> dict[str, float]:
    """The height of each lamp's part: proportional to its count, but tall enough for its number."""
    count = sum(moment.lamps.values())
    heights = {lamp: COLUMN * of / count for lamp, of in moment.lamps.items() if of}
    small = [lamp for lamp, height in heights.items() if height < LEAST]
    if small and len(small) < len(heights):
        rest = sum(height for lamp, height in heights.items() if lamp not in small)
        left = COLUMN - LEAST * len(small)
        return {lamp: LEAST if lamp in small else left * height / rest for lamp, height in heights.items()}
    return heights


def _parts(moment: Moment) -> list[Part]:
    foot, heights = COLUMN, _heights(moment)
    parts = []
    for lamp in LAMPS:
        if count := moment.lamps.get(lamp, 0):
            height = heights[lamp]
            foot -= height
            parts.append(Part(lamp, count, number(foot), number(height), number(foot + height / 2)))
    return parts


Edit = Callable[[str], str]
"""A function that formats a text for the page."""

LEFT, TOP, WIDTH, HEIGHT = 36.0, 8.0, 300.0, 110.0
"""The plotting area of the curves within their picture of 344 × 165."""

_MOST_LABELS = 7
"""Up to this many ticks all have labels; with more, only the quarters have one."""

_LAST_LABEL = 0.93
"""The fraction of the axis after which a label would not fit into the picture."""

_LAST_YEAR = 303.0
"""The greatest x-coordinate at which a year label fits in the type size of paper."""

MONTH_LINE, YEAR_LINE = 137, 157
"""The y-coordinates of the month and year labels below the axis."""


def figure(card: Card, as_of: date, edit: Edit) -> str:
    """The curves of a task, from its start to its deadline, as-of date or forecast; empty if there are none.

    Args:
        card: the task.
        as_of: the day that is marked.
        edit: formats a text for the page.
    """
    if not card.planned and not card.actual:
        return ""
    span = _days_of(card, as_of)
    start = card.judgement.task.start
    known = tuple(point for point in card.actual if point[0] >= start)
    # Progress between two reports is unknown: a straight line is the best guess.
    begun = ((start, 0.0), *known) if known and known[0][0] > start else known
    today = _across(span, as_of)
    label = text(edit(f"{_('Planned and actual course')}: {card.title}; {card.standing}"))
    parts = [
        f'<figure>\n<svg class="curve" viewBox="0 0 344 165" role="group" aria-label="{label}">',
        _axes(span, language_tag()),
        f'<line class="today" x1="{today}" x2="{today}" y1="4" y2="122"/>',
    ]
    if card.planned:
        parts.append(f'<path class="planned{" assumed" if card.is_straight else ""}" d="{_path(span, card.planned)}"/>')
    if begun:
        parts.append(f'<path class="actual" d="{_path(span, begun)}"/>')
    if card.forecast and known:
        parts += _outlook(span, card, known[-1], edit)
    parts += _readings(span, card, known, edit)
    parts += _milestones(span, card, edit)  # drawn above the readings: a reading of 0 % is in the same place
    parts.append(f"</svg>\n<figcaption>{_caption(span, card, as_of, known, edit)}</figcaption>")
    parts.append(f'<p class="value" aria-hidden="true">{text(card.standing)}</p>\n</figure>')
    return "\n".join(parts)


@lru_cache(500)
def _axes(span: Span, _language: str) -> str:
    """The grid with percentages, months and years. Cached, because many tasks have the same span."""
    ticks = span.ticks()
    marks = "".join(f"M{_across(span, tick.day)} 118v4" for tick in ticks)
    grid = f'<path class="grid" d="M36 8H336M36 63H336M36 118H336{marks}"/>'
    percentages = (
        '<text class="end" x="32" y="12">100%</text><text class="end" x="32" y="67">50%</text>'
        '<text class="end" x="32" y="122">0%</text>'
    )
    months = [t.day for t in ticks if (t.major or len(ticks) <= _MOST_LABELS) and span.share(t.day) <= _LAST_LABEL]
    years = [date(year, 1, 1) for year in range(span.start.year + 1, span.end.year + 1)]
    labels = [(_across(span, day), MONTH_LINE, _(MONTHS[day.month - 1])) for day in months]
    labels.append((_rounded(LEFT), YEAR_LINE, str(span.start.year)))
    labels += [(_year_at(span, day), YEAR_LINE, str(day.year)) for day in years if span.share(day) <= _LAST_LABEL]
    texts = "".join(f'<text x="{x}" y="{y}">{label}</text>' for x, y, label in labels)
    return f"{grid}\n{percentages}\n{texts}"


def _outlook(span: Span, card: Card, last: tuple[date, float], edit: Edit) -> Iterator[str]:
    """The line from the last reading to the forecast at 100 %, and the range up to the forecast's later bound."""
    if card.forecast:
        x, y = _place(span, (card.forecast.finish, FULL))
        yield f'<path class="outlook" d="M{" ".join(_place(span, last))}L{x} {y}"/>'
        yield f'<path class="range" d="M{x} 8H{_place(span, (card.forecast.late, FULL))[0]}"/>'
        yield (
            f'<circle class="spot goal" role="img" tabindex="0" cx="{x}" cy="{y}" r="4">'
            f"<title>{text(edit(card.expected))}</title></circle>"
        )


def _milestones(span: Span, card: Card, edit: Edit) -> Iterator[str]:
    for mark in sorted(card.marks, key=lambda mark: _UPWARDS.index(mark.tone)):  # late ones are drawn last, on top
        if mark.day <= span.end:
            yield (
                f'<svg class="at" x="{_across(span, mark.day)}" y="118"><g class="spot" role="img" tabindex="0">'
                f'<title>{text(edit(mark.text))}</title><use href="#m-{mark.tone}"/></g></svg>'
            )


_UPWARDS = ("none", "green", "yellow", "red")

MARKS = {
    "green": N_("milestone reached"),
    "red": N_("late, red lamp"),
    "yellow": N_("late, yellow lamp"),
    "none": N_("milestone to come"),
}
"""Tone of a milestone mark → its meaning in the caption."""


def _readings(span: Span, card: Card, known: Points, edit: Edit) -> Iterator[str]:
    """The readings as dots, each with its figures in a tooltip."""
    words, curve = _("{day}: actual {actual}, planned {planned}"), card.judgement.position.curve
    for day, value in known:
        x, y = _place(span, (day, value))
        planned = percent(curve.on(day) if curve else None)
        label = text(edit(words.format(day=day, actual=percent(value), planned=planned)))
        yield (
            f'<circle class="spot tip" role="img" tabindex="0" cx="{x}" cy="{y}" r="3"><title>{label}</title></circle>'
        )


def _caption(span: Span, card: Card, as_of: date, known: Points, edit: Edit) -> str:
    """The caption, which explains each line."""
    keys = []
    if card.planned:
        assumed = _(" (straight line assumed)") if card.is_straight else ""
        keys.append(
            f'<span class="key planned{" assumed" if card.is_straight else ""}">{text(_("planned") + assumed)}</span>'
        )
    if known:
        keys.append(f'<span class="key actual">{text(_("actual"))}</span>')
    keys.append(f'<span class="key today">{text(edit(as_of.isoformat()))}</span>')
    if card.forecast and known:
        clauses = (f"<span>{phrased(clause)}</span>" for clause in re.split("(?<=[，；])", edit(card.expected)))
        keys.append(f'<span class="key outlook">{"".join(clauses)}</span>')
    tones = {mark.tone for mark in card.marks if mark.day <= span.end}
    keys += [f'<span class="mark-key {tone}">{text(_(word))}</span>' for tone, word in MARKS.items() if tone in tones]
    return " ".join(keys)


def _days_of(card: Card, as_of: date) -> Span:
    """The span from the start to the last of deadline, plan, as-of date and forecast.

    A forecast can at most double it.
    """
    task, at, outlook = card.judgement.task, card.judgement.position, card.forecast
    start = min(task.start, as_of)
    end = max(at.deadline or as_of, as_of, *(day for day, _percent in card.planned))
    if outlook:
        farthest = end + (end - start)
        end = max(end, min(farthest, outlook.late))
    return Span(start, end)


def _across(span: Span, day: date) -> str:
    return _rounded(LEFT + span.share(day) * WIDTH)


def _year_at(span: Span, day: date) -> str:
    """Where a year begins: at its first day, unless it would leave the picture there."""
    return _rounded(min(LEFT + span.share(day) * WIDTH, _LAST_YEAR))


def _rounded(value: float) -> str:
    """A coordinate, rounded to half a pixel."""
    return f"{round(2 * value) / 2:g}"


def _path(span: Span, points: Points) -> str:
    return "".join(f"{'L' if n else 'M'}{' '.join(_place(span, point))}" for n, point in enumerate(points))


def _place(span: Span, point: tuple[date, float]) -> tuple[str, str]:
    day, value = point
    return _across(span, min(day, span.end)), _rounded(TOP + (FULL - value) * HEIGHT / FULL)
