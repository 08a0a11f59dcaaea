"""`jk assess`: the score of each unit, its parts, and the entries behind every point."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import floor
from typing import Any

from msgspec.structs import replace

from ..dates import Period
from ..language import N_, _, ngettext
from ..quantities import enumeration, number, percent
from ..rules.assessment import Assessed, Part
from ..thresholds import PARTS, Assessment
from .document import Column, Document, Scope, Section, Table, Tone, Toned
from .lost_points import earlier_problems, lost_points, titles_of, why_unscored
from .reason_wording import full_titles

PART_TITLES = {
    "progress": N_("Progress"),
    "deadlines": N_("Deadlines"),
    "rectification": N_("Rectified"),
    "observation": N_("Observed"),
}

GRADES = {
    "excellent": N_("excellent"),
    "good": N_("good"),
    "qualified": N_("qualified"),
    "unqualified": N_("unqualified"),
}

_TONES: dict[str | None, Tone] = {"unqualified": "red", "qualified": "yellow", "good": "green", "excellent": "green"}


def build(scope: Scope, assessed: Iterable[Assessed], period: Period) -> Document:
    """The units, best first. Units with nothing to judge come last, in the plan's order."""
    listed = ordered(assessed)
    return Document(
        kind="assess",
        about=scope.about,
        title=_title(period),
        fields=fields(),
        items=[item(each) for each in listed],
        sections=(Section(table=_table(listed)),) if listed else (Section(lines=(_("The plan has no units."),)),),
        summary=(_summary(listed),),
        footnotes=tuple(_footnotes(scope, listed)),
        found=bool(listed),
    )


def _title(period: Period) -> str:
    text = _("Assessment of the year {period}") if period.name.isdecimal() else _("Assessment of {period}")
    return text.format(period=period.name)


def on_paper(scope: Scope, assessed: Iterable[Assessed], period: Period) -> Document:
    """The assessment for paper: a summary, a ranked list that shows where points were lost, and notes on grades."""
    document, listed = build(scope, assessed, period), ordered(assessed)
    if not listed:
        return document
    titles = full_titles(scope.plan)
    sections = (
        Section(
            lines=(_opening(listed),),
            table=_table_on_paper(listed, titles),
        ),
    )
    notes = tuple(_notes(scope, listed, titles)) if any(each.grade for each in listed) else tuple(_unscored(listed))
    shown = _shown(listed)
    columns = _fields_on_paper(shown, off=any(each.deducted for each in listed))
    return replace(
        document,
        fields=columns,
        items=[_item_on_paper(each, rank, titles, columns) for each, rank in zip(listed, _ranks(listed), strict=True)],
        sections=sections,
        summary=(),
        footnotes=notes,
    ).on_paper


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    titles = {"unit": _("Unit"), "tasks": _("Tasks"), "score": _("Score"), "grade": _("Grade")}
    for name in PARTS:
        title = _(PART_TITLES[name])
        titles |= {
            name: title,
            f"{name}_weight": _("{part}: weight").format(part=title),
            f"{name}_judged": _("{part}: judged").format(part=title),
        }
    return {**titles, "silent_weeks": _("Weeks without a report"), "deducted": _("Points off")}


def _fields_on_paper(shown: Sequence[int], *, off: bool) -> dict[str, str]:
    """The fields of an item in a workbook to be sent: the points of each part, as in the table on paper.

    Args:
        shown: the indexes of the parts in which at least one unit has something to judge.
        off: whether points were taken off any unit.
    """
    titles = {"rank": _("Rank"), "unit": _("Unit"), "tasks": _("Tasks"), "score": _("Score"), "grade": _("Grade")}
    for n in shown:
        titles |= {f"{PARTS[n]}_points": _(PART_TITLES[PARTS[n]])}
    taken = {"silent_weeks": _("Weeks without a report"), "deducted": _("Points off")}
    return titles | (taken if off else {}) | {"lost": _("Where points were lost")}


def _item_on_paper(
    assessed: Assessed, rank: str, titles: Mapping[str, str], columns: Collection[str]
) -> dict[str, Any]:
    """The values of a unit for the fields on paper; a dash where nothing was judged."""
    values = item(assessed) | {
        "rank": int(rank) if rank.isdecimal() else rank,
        "lost": lost_points(assessed, titles, "\n") or "–",
    }
    values |= {"score": "–", "grade": "–"} if assessed.score is None else {}
    judged = assessed.score is not None
    values |= {f"{part.name}_points": _points(assessed, part) if judged else "–" for part in assessed.parts}
    return {name: values[name] for name in columns}


def _shown(assessed: Sequence[Assessed]) -> list[int]:
    """The indexes of the parts in which at least one unit has something to judge."""
    return [n for n in range(len(PARTS)) if any(each.parts[n] in each.weighed for each in assessed)]


def _ranks(assessed: Sequence[Assessed]) -> list[str]:
    """The rank of each unit. Units whose printed scores are equal share a rank; one without points has none.

    A unit that alone has a score has no rank either.
    """
    scores = ["–" if each.score is None else number(each.score) for each in assessed]
    unranked = ("–", "0") if len(_scored(assessed)) > 1 else scores
    return ["–" if score in unranked else str(scores.index(score) + 1) for score in scores]


def _scored(assessed: Iterable[Assessed]) -> list[Assessed]:
    return [each for each in assessed if each.score is not None]


def item(assessed: Assessed) -> dict[str, Any]:
    """A unit's assessment as data: for each part the percentage reached, its weight out of 100 and its number of items.

    The weight is None if the part was left out.
    """
    values: dict[str, Any] = {
        "unit": assessed.unit,
        "tasks": assessed.tasks,
        "score": assessed.score,
        "grade": assessed.grade,
    }
    for part in assessed.parts:
        counts = part in assessed.weighed
        values |= {
            part.name: None if part.value is None else 100 * part.value,
            f"{part.name}_weight": assessed.rescaled(part) if counts else None,
            f"{part.name}_judged": len(part.items),
        }
    return {**values, "silent_weeks": len(assessed.silent), "deducted": assessed.deducted}


def ordered(assessed: Iterable[Assessed]) -> list[Assessed]:
    """The units, best first; those without a score come last."""
    return sorted(assessed, key=lambda each: -1.0 if each.score is None else each.score, reverse=True)


def _opening(assessed: Sequence[Assessed]) -> str:
    """How many units got each grade, or that no unit had anything to judge."""
    unscored = [each.unit for each in assessed if each.score is None]
    ordered = len(_scored(assessed)) > 1
    if 0 < len(unscored) < len(assessed):
        text = _("{summary}; {units}: no progress or deadline to judge, hence no score.")
        if ordered:
            text = _(
                "{summary}, in the order of their scores; {units}: no progress or deadline to judge, hence no score."
            )
        return text.format(summary=_summary(assessed, left_out=_("nothing to judge")), units=enumeration(unscored))
    if not unscored:
        text = _("{summary}, in the order of their scores.") if ordered else _("{summary}.")
        return text.format(summary=_summary(assessed))
    units = ngettext("{count} unit", "{count} units", len(assessed)).format(count=len(assessed))
    return _("{units}: nothing to judge in this period.").format(units=units)


def _table_on_paper(assessed: Sequence[Assessed], titles: Mapping[str, str]) -> Table:
    """The parts in which at least one unit has something to judge, and where each unit lost most."""
    shown = _shown(assessed)
    columns = (
        Column(_("Rank"), align="right"),
        Column(_("Unit"), wraps_from=10),
        Column(_("Tasks"), align="right"),
        *(Column(_(PART_TITLES[PARTS[n]]), align="right", wraps_from=8) for n in shown),
        Column(_("Points off"), align="right"),
        Column(_("Score"), align="right"),
        Column(_("Grade"), joins=_("Score")),
        Column(_("Where points were lost"), wraps_from=24),
    )
    rows = []
    for rank, each in zip(_ranks(assessed), assessed, strict=True):
        unit, tasks, *rest = _row(each)
        *points, off, score, given = rest
        lost = lost_points(each, titles, "\n") or "–"
        judged = (points[n] if each.score is not None else "–" for n in shown)
        rows.append((rank, unit, tasks, *judged, off, score, given, lost))
    return Table(columns, tuple(rows))


def _notes(scope: Scope, assessed: Sequence[Assessed], titles: Mapping[str, str]) -> Iterable[str]:
    """Yield the weights, the meaning of a dash, the units kept from the best grade, and the limits of the grades."""
    weights = scope.plan.assessment
    yield _weights(scope)
    yield _("Each part: points, then its full points. One with nothing to judge (–, or not in the table) is left out.")
    deadlines = [item for each in assessed for part in each.parts for item in part.items if item.code == "deadline"]
    if any(item.figures["carried"] or 0 < item.value < 1 for item in deadlines):
        text = _("Deadlines: done late in the period counts {late}; open since an earlier one, it is missed once more.")
        yield text.format(late=percent(100 * weights.late_credit))
    yield from _unscored(assessed)
    yield from earlier_problems(assessed)
    yield from _capped(assessed, lambda tasks: titles_of(tasks, titles))
    text = _("Grades: excellent from {excellent}, good from {good}, qualified from {qualified} points.")
    yield text.format(**{name: number(getattr(weights, name)) for name in ("excellent", "good", "qualified")})


def _table(assessed: Sequence[Assessed]) -> Table:
    columns = (
        Column(_("Unit"), wraps_from=10),
        Column(_("Tasks"), align="right", drop=1),  # rather than a block of lines for each unit
        *(Column(_(title), align="right", wraps_from=8) for title in PART_TITLES.values()),
        Column(_("Points off"), align="right"),
        Column(_("Score"), align="right"),
        Column(_("Grade")),
    )
    return Table(columns, tuple(_row(each) for each in assessed))


def _row(assessed: Assessed) -> tuple[str | Toned, ...]:
    return (
        assessed.unit,
        str(assessed.tasks),
        *(_points(assessed, part) for part in assessed.parts),
        number(assessed.deducted),
        "–" if assessed.score is None else number(assessed.score),
        Toned(grade(assessed), _TONES.get(assessed.grade, "none")),
    )


def _points(assessed: Assessed, part: Part) -> str:
    """The points of a part and its weight out of 100; a dash if it was left out."""
    if part not in assessed.weighed:
        return "–"
    points, full = points_as_printed(assessed)[part.name]
    return f"{number(points)}/{number(full)}"


def points_as_printed(assessed: Assessed) -> dict[str, tuple[float, float]]:
    """Name of each part that counts → its points and its full points in tenths, which add up as printed.

    The score is rounded from the exact figures. The points must add up to the score and the points off, the full points
    to 100. All are rounded down to tenths, and the missing tenths go to the largest remainders (最大余数法), with parts
    below their full points first.
    """
    weights = {part.name: 10 * assessed.rescaled(part) for part in assessed.weighed}
    full = _tenths(weights, 1000, {})
    exact = {part.name: weights[part.name] * (part.value or 0.0) for part in assessed.weighed}
    wanted = round(sum(exact.values()))
    if assessed.score:  # a score of 0 may have lost fewer points than were taken off
        wanted = sum(round(10 * float(number(each))) for each in (assessed.score, assessed.deducted))
    points = _tenths(exact, wanted, full)
    return {name: (points[name] / 10, full[name] / 10) for name in full}


def _tenths(exact: Mapping[str, float], wanted: int, most: Mapping[str, int]) -> dict[str, int]:
    """Round down to integers, then add 1 to those with the largest remainders until they add up to `wanted`."""
    whole = {name: floor(value + _SUM_OF_FLOATS) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: (whole[name] == most.get(name), whole[name] - exact[name]))
    for name in order[: max(0, wanted - sum(whole.values()))]:
        whole[name] += 1
    return whole


_SUM_OF_FLOATS = 1e-9
"""The tolerance when a sum of floats is rounded down to an integer."""


def grade(assessed: Assessed) -> str:
    """The word for a grade."""
    return _(GRADES[assessed.grade]) if assessed.grade else _("nothing to judge")


def _summary(assessed: Sequence[Assessed], left_out: str = "") -> str:
    count = len(assessed)
    counts = Counter(grade(each) for each in assessed)
    of = [each for each in (*map(_, GRADES.values()), _("nothing to judge")) if counts[each] and each != left_out]
    words = (_("{grade} {count}").format(grade=each, count=counts[each]) for each in of)
    units = ngettext("{count} unit", "{count} units", count).format(count=count)
    return _("{units}: {grades}").format(units=units, grades=_(", ").join(words))


def _footnotes(scope: Scope, assessed: Sequence[Assessed]) -> Iterable[str]:
    """Yield the weights, and the parts that were left out of units' scores."""
    yield _weights(scope)
    of_parts: dict[tuple[str, ...], list[str]] = {}
    for each in assessed:
        left_out = tuple(part.name for part in each.parts if part not in each.weighed)
        if left_out and each.score is not None:
            of_parts.setdefault(left_out, []).append(each.unit)
    for names, units in of_parts.items():
        text = _("{units}: nothing to judge in {parts}; the other weights were rescaled to 100.")
        parts = enumeration(_(PART_TITLES[name]) for name in names)
        yield text.format(units=enumeration(units), parts=parts)
    yield from _unscored(assessed)
    yield from earlier_problems(assessed)
    yield from _capped(assessed, enumeration)


def _unscored(assessed: Sequence[Assessed]) -> Iterable[str]:
    return why_unscored(assessed, {name: _(title) for name, title in PART_TITLES.items()})


def _weights(scope: Scope) -> str:
    weights = scope.plan.assessment
    each = _("{part} {points}")
    named = [each.format(part=_(title), points=number(getattr(weights, name))) for name, title in PART_TITLES.items()]
    parts = _(", ").join(named)
    text = _("Weights of the plan: {parts}; {point} off for each week without a report, {most} at most.")
    if weights == Assessment():
        text = _("Default weights: {parts}; {point} off for each week without a report, {most} at most.")
    return text.format(parts=parts, point=number(weights.silent_week), most=number(weights.silent_most))


def _capped(assessed: Iterable[Assessed], named: Callable[[tuple[str, ...]], str]) -> Iterable[str]:
    """Yield the units that only red tasks keep from the best grade."""
    for each in assessed:
        if each.capped_by:
            text = _("{unit}: not excellent, because of red tasks: {tasks}")
            yield text.format(unit=each.unit, tasks=named(each.capped_by))
