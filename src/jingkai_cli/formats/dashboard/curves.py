"""The curves of a task, planned and actual percentages over time, as a figure of HTML with SVG in it.

A page of thousands of tasks has as many figures with some thirty texts each; a template takes twice the time.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from ...language import _, language_tag
from ...quantities import percent
from ...reports.dashboard_content import Card, Points
from ..html_ import phrased, text
from .drawing import FULL, MONTHS, Span

Say = Callable[[str], str]
"""How the page writes a text."""

LEFT, TOP, WIDTH, HEIGHT = 36.0, 8.0, 300.0, 110.0
"""The field of the curves within their picture of 344 × 158."""

MOST_LABELS = 7
"""Ticks that have room for a label each; of more, only the quarters have one."""

LAST_LABEL = 0.93
"""The part of the axis after which a label would leave the picture."""

MONTH_LINE, YEAR_LINE = 134, 150
"""Where the months and the years stand below the axis."""


def figure(card: Card, as_of: date, say: Say) -> str:
    """The curves from the start to the deadline, as-of date or forecast; empty if there is none to draw.

    Args:
        card: the task.
        as_of: the day that is marked.
        say: how the page writes a text.
    """
    if not card.planned and not card.actual:
        return ""
    span = _days_of(card, as_of)
    start = card.judgement.task.start
    known = tuple(point for point in card.actual if point[0] >= start)
    # A report of progress is a fact of its date: between two there is no better guess than a straight line.
    begun = ((start, 0.0), *known) if known and known[0][0] > start else known
    today = _across(span, as_of)
    label = text(say(f"{_('Planned and actual course')}: {card.title}; {card.standing}"))
    parts = [
        f'<figure>\n<svg class="curve" viewBox="0 0 344 158" role="group" aria-label="{label}">',
        _axes(span, language_tag()),
        f'<line class="today" x1="{today}" x2="{today}" y1="4" y2="122"/>',
    ]
    if card.planned:
        parts.append(f'<path class="planned{" assumed" if card.straight else ""}" d="{_path(span, card.planned)}"/>')
    if begun:
        parts.append(f'<path class="actual" d="{_path(span, begun)}"/>')
    if card.forecast and known:
        parts += _outlook(span, card, known[-1], say)
    parts += _milestones(span, card, say)
    parts += _readings(span, card, known, say)
    parts.append(f"</svg>\n<figcaption>{_caption(card, as_of, known, say)}</figcaption>")
    parts.append(f'<p class="value" aria-hidden="true">{text(card.standing)}</p>\n</figure>')
    return "\n".join(parts)


@lru_cache(500)
def _axes(span: Span, _language: str) -> str:
    """The grid with its percentages, months and years; many tasks run from one day to another, and share it."""
    ticks = span.ticks()
    marks = "".join(f"M{_across(span, tick.day)} 118v4" for tick in ticks)
    grid = f'<path class="grid" d="M36 8H336M36 63H336M36 118H336{marks}"/>'
    percentages = (
        '<text class="end" x="32" y="12">100%</text><text class="end" x="32" y="67">50%</text>'
        '<text class="end" x="32" y="122">0%</text>'
    )
    months = [t.day for t in ticks if (t.major or len(ticks) <= MOST_LABELS) and span.share(t.day) <= LAST_LABEL]
    years = [date(year, 1, 1) for year in range(span.start.year + 1, span.end.year + 1)]
    labels = [(_across(span, day), MONTH_LINE, _(MONTHS[day.month - 1])) for day in months]
    labels.append((_rounded(LEFT), YEAR_LINE, str(span.start.year)))
    labels += [(_across(span, day), YEAR_LINE, str(day.year)) for day in years if span.share(day) <= LAST_LABEL]
    texts = "".join(f'<text x="{x}" y="{y}">{label}</text>' for x, y, label in labels)
    return f"{grid}\n{percentages}\n{texts}"


def _outlook(span: Span, card: Card, last: tuple[date, float], say: Say) -> Iterator[str]:
    """From the last reading to the forecast at 100 %, and the days up to which four in five are finished."""
    if card.forecast:
        x, y = _place(span, (card.forecast.finish, FULL))
        yield f'<path class="outlook" d="M{" ".join(_place(span, last))}L{x} {y}"/>'
        yield f'<path class="range" d="M{x} 8H{_place(span, (card.forecast.late, FULL))[0]}"/>'
        yield (
            f'<circle class="spot goal" role="img" tabindex="0" cx="{x}" cy="{y}" r="4">'
            f"<title>{text(say(card.expected))}</title></circle>"
        )


def _milestones(span: Span, card: Card, say: Say) -> Iterator[str]:
    for mark in card.marks:
        if mark.day <= span.end:
            yield (
                f'<svg class="at" x="{_across(span, mark.day)}" y="118"><g class="spot" role="img" tabindex="0">'
                f'<title>{text(say(mark.text))}</title><use href="#m-{mark.tone}"/></g></svg>'
            )


def _readings(span: Span, card: Card, known: Points, say: Say) -> Iterator[str]:
    """The readings, each of which tells its figures."""
    words, curve = _("{day}: actual {actual}, planned {planned}"), card.judgement.position.curve
    for day, value in known:
        x, y = _place(span, (day, value))
        planned = percent(curve.on(day) if curve else None)
        said = text(say(words.format(day=day, actual=percent(value), planned=planned)))
        yield (
            f'<circle class="spot tip" role="img" tabindex="0" cx="{x}" cy="{y}" r="3"><title>{said}</title></circle>'
        )


def _caption(card: Card, as_of: date, known: Points, say: Say) -> str:
    """What each line is."""
    keys = []
    if card.planned:
        assumed = _(" (straight line assumed)") if card.straight else ""
        keys.append(f'<span class="key planned">{text(_("planned") + assumed)}</span>')
    if known:
        keys.append(f'<span class="key actual">{text(_("actual"))}</span>')
    keys.append(f'<span class="key today">{text(say(as_of.isoformat()))}</span>')
    if card.forecast and known:
        keys.append(f'<span class="key outlook">{phrased(say(card.expected))}</span>')
    return " ".join(keys)


def _days_of(card: Card, as_of: date) -> Span:
    """From the start to the last of deadline, plan, as-of date and forecast; the latter at most one duration later."""
    task, at, outlook = card.judgement.task, card.judgement.position, card.forecast
    start = min(task.start, as_of)
    end = max(at.deadline or as_of, as_of, *(day for day, _percent in card.planned))
    if outlook:
        farthest = end + (end - start)
        end = max(end, min(farthest, outlook.late))
    return Span(start, end)


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
