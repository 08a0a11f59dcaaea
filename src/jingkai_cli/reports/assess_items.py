"""`jk assess --explain`: the items of each part of a unit's score, and the entries behind every point."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from ..language import _, ngettext
from ..model import Plan
from ..quantities import amount, enumeration, mean_score, number, percent
from ..rules.assessment import Assessed, Item, Part, SilentWeek
from ..rules.observation import LEADERS
from .assess import PART_TITLES, grade, ordered, points_as_printed
from .document import Column, Document, Section, Table
from .reason_wording import full_titles, node_title


def explain(document: Document, units: Iterable[Assessed], plan: Plan) -> Document:
    """The assessment, with a section for each unit that explains its points."""
    titles = full_titles(plan)
    listed = [*units]
    sections = [Section(_title(assessed), tuple(_lines(assessed, titles))) for assessed in listed]
    footnotes = (*document.footnotes, *_rounding(listed))
    return replace(document, sections=(*document.sections, *sections), footnotes=footnotes)


def explain_on_paper(document: Document, units: Iterable[Assessed], plan: Plan) -> Document:
    """The explanation for paper.

    A milestone or an indicator is named with the title of its task, not only its number.
    """
    titles, listed = full_titles(plan), ordered(units)
    sections = [
        Section(_title_with_sum(assessed), table=_table(assessed, titles))
        for assessed in listed
        if assessed.score is not None  # the table above names the units with nothing to judge
    ]
    footnotes = (*document.footnotes, *_rounding(listed))
    return replace(document, sections=(*document.sections, *sections), footnotes=footnotes).on_paper


def _rounding(units: Iterable[Assessed]) -> Iterator[str]:
    """Yield a note if a product of printed figures is not the points printed beside it, whose sum is the score."""
    if not all(_multiplies(assessed, part) for assessed in units for part in assessed.weighed):
        yield _("The points of the parts are rounded so that they add up to the score; a product may differ in tenths.")


def _multiplies(assessed: Assessed, part: Part) -> bool:
    """Whether the printed full points times the printed share is the printed points, rounded to a tenth."""
    points, full = (Decimal(number(each)) for each in points_as_printed(assessed)[part.name])
    share = Decimal(number(100 * (part.value or 0.0)))
    return abs(full * share / 100 - points) <= _HALF_A_TENTH


_HALF_A_TENTH = Decimal("0.05")


def _table(assessed: Assessed, titles: Mapping[str, str]) -> Table:
    """A row for each item of each part; the points of the part are in its first row, merged with the others.

    The title of the first column is the unit, so that each page has it.
    A part with nothing to judge is left out, as the note of the assessment says.
    """
    columns = (
        Column(assessed.unit, merged=True),
        Column(_("What"), wraps_from=24, sentences=True),
        Column(_("Share"), align="right"),
        Column(_("Points (full points × mean share)"), merged=True),
    )
    rows: list[tuple[str, ...]] = []
    for part in assessed.parts:
        if part not in assessed.weighed or part.value is None:
            continue
        points, full = map(number, points_as_printed(assessed)[part.name])
        share = percent(100 * part.value)
        product = _("{weight} × {share} = {points}").format(weight=full, share=share, points=points)
        merged_cells = [(_(PART_TITLES[part.name]), product), *[("", "")] * (len(part.items) - 1)]
        rows += [
            (title, _sentence(item, titles), percent(100 * item.value), total)
            for item, (title, total) in zip(part.items, merged_cells, strict=True)
        ]
    if assessed.silent:
        weeks = "\n".join(_week(week).strip() for week in assessed.silent)
        rows.append((_("Points off"), weeks, "–", f"−{number(assessed.deducted)}"))
    return Table(columns, tuple(rows))


def _title(assessed: Assessed) -> str:
    if assessed.score is None:
        return _("{unit}: nothing to judge").format(unit=assessed.unit)
    text = _("{unit}: {score}, {grade}")
    return text.format(unit=assessed.unit, score=number(assessed.score), grade=grade(assessed))


def _title_with_sum(assessed: Assessed) -> str:
    """The title with the points that the score is the sum of, if they are several; no score is below zero."""
    points = [number(found) for found, _full in points_as_printed(assessed).values()]
    off = _(" − {points}").format(points=number(assessed.deducted)) if assessed.deducted else ""
    terms = _(" + ").join(points) + off
    if not assessed.score or terms == points[0]:
        return _title(assessed)
    text = _("{unit}: {terms} = {score}, {grade}")
    return text.format(unit=assessed.unit, terms=terms, score=number(assessed.score), grade=grade(assessed))


def _lines(assessed: Assessed, titles: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts and their items, with the titles of tasks that are in `titles`."""
    if assessed.score is None:
        return
    for part in assessed.parts:
        yield _part(assessed, part)
        yield from (_item(item, titles) for item in part.items)
    if assessed.silent:
        text = ngettext(
            "{count} week without a report: {points} off",
            "{count} weeks without a report: {points} off",
            len(assessed.silent),
        )
        yield text.format(count=len(assessed.silent), points=number(assessed.deducted))
        yield from map(_week, assessed.silent)


def _part(assessed: Assessed, part: Part) -> str:
    title = _(PART_TITLES[part.name])
    if part not in assessed.weighed or part.value is None:
        return _("{part}: nothing to judge").format(part=title)
    text = _("{part}: {share} of {weight} points = {points}")
    points, full = map(number, points_as_printed(assessed)[part.name])
    return text.format(part=title, share=percent(100 * part.value), weight=full, points=points)


def _item(item: Item, titles: Mapping[str, str]) -> str:
    text = _("  {what}: {share}").format(what=_sentence(item, titles), share=percent(100 * item.value))
    entries = enumeration(f"#{seq}" for seq in item.entries)
    return text + (_(" ({entries})").format(entries=entries) if entries else "")


def _sentence(item: Item, titles: Mapping[str, str]) -> str:
    """The sentence of an item, with the title of its task if `titles` has it."""
    return _SENTENCES[item.code]({**item.figures, **(_with_full_titles(item, titles) if titles else {})})


def _with_full_titles(item: Item, titles: Mapping[str, str]) -> Mapping[str, str]:
    """Figures with the full title of an item's task; empty for a problem or an observation, which has none."""
    figures = item.figures
    match item.code:
        case "progress" | "done":
            return {"title": titles.get(figures["id"], figures["title"])}
        case "month":
            return {"task": f"{figures['task']} {titles.get(figures['task'], '')}".rstrip()}
        case "deadline":
            own_title = "" if figures["id"] == figures["task"] else figures["title"]
            return {"title": node_title(titles.get(figures["task"], ""), own_title)}
        case _:
            return {}


def _progress(f: Mapping[str, Any]) -> str:
    text = _("task {id} {title}, planned {planned}, actual {actual}")
    actual = _("nothing reported") if f["progress"] is None else percent(f["progress"])
    return text.format(id=f["id"], title=f["title"], planned=percent(f["planned"]), actual=actual)


def _done(f: Mapping[str, Any]) -> str:
    return _("task {id} {title}, reported done {day}").format(id=f["id"], title=f["title"], day=f["happened"])


def _month(f: Mapping[str, Any]) -> str:
    text = _("task {task} {title} in {month}, planned {planned}, actual {actual}")
    actual = _("nothing reported") if f["amount"] is None else amount(f["amount"], f["unit"])
    planned = amount(f["planned"], f["unit"])
    return text.format(task=f["task"], title=f["title"], month=f["month"], planned=planned, actual=actual)


def _deadline(f: Mapping[str, Any]) -> str:
    text = _("task {task} {title}, due {due}, {happened}")
    return text.format(task=f["task"], title=f["title"], due=f["due"], happened=_outcome(f))


def _problem(f: Mapping[str, Any]) -> str:
    text = _("problem #{id} {title}, due {due}, {happened}")
    return text.format(id=f["id"], title=f["title"], due=f["due"], happened=_outcome(f))


def _outcome(f: Mapping[str, Any]) -> str:
    """Whether it was met on time, reached late, missed, or is still open from an earlier period."""
    if f["happened"] is None:
        return _("still open, carried over") if f.get("carried") else _("missed")
    text = _("met {day}") if f["happened"] <= f["due"] else _("reached late, on {day}")
    return text.format(day=f["happened"])


def _observation(f: Mapping[str, Any]) -> str:
    if f["parts"]:
        parts = _(", ").join(f"{part_title(name)} {mean_score(value)}" for name, value in f["parts"])
        values = {"period": part_title(f["month"]), "score": mean_score(f["mean"]), "parts": parts}
        return _("{period}, {score} from {parts}").format(**values)
    text = ngettext("{month}, {judges} judge, mean {mean}", "{month}, {judges} judges, mean {mean}", f["judges"])
    return text.format(month=f["month"], judges=f["judges"], mean=mean_score(f["mean"]))


def part_title(name: str) -> str:
    """The title of an observation score: a month, a quarter, a year, or the leaders' visit."""
    if name == LEADERS:
        return _("leaders' visit")
    year, _dash, quarter = name.partition("-Q")
    if quarter:
        return _("quarter {quarter} of {year}").format(quarter=quarter, year=year)
    return _("year {year}").format(year=name) if name.isdecimal() else name


def _week(week: SilentWeek) -> str:
    text = _("  the week to {day}, due {due}: no report received")
    if week.made_up is None:
        return text.format(day=week.ends, due=week.due)
    text = _("  the week to {day}, due {due}: no report received; received late, on {received} (#{seq})")
    return text.format(day=week.ends, due=week.due, received=week.made_up.received, seq=week.made_up.seq)


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "progress": _progress,
    "done": _done,
    "month": _month,
    "deadline": _deadline,
    "problem": _problem,
    "observation": _observation,
}
