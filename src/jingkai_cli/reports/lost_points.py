"""Where a unit lost points in an assessment, or why it has no score, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..language import _, ngettext
from ..quantities import amount, enumeration, mean_score, number, percent
from ..rules.assessment import Assessed, Item
from .reason_wording import abridged, node_title

_NAMED = 2
"""The number of a unit's losses that are named."""

_LEAST = 0.05
"""A loss below this would be printed as 0, so it is not named."""


class _Loss(NamedTuple):
    """What cost points, and how many points."""

    what: str
    points: float

    def __str__(self) -> str:
        """The loss in a few words."""
        return _("{what}: {points} lost").format(what=self.what, points=number(self.points))


def lost_points(assessed: Assessed, titles: Mapping[str, str], separator: str) -> str:
    """The losses that cost a unit most, and the number of all; empty if there are none or nothing was judged.

    Args:
        assessed: the assessment of the unit.
        titles: task id → title, for every task of the plan.
        separator: the text between two losses.
    """
    if assessed.score is None:
        return ""
    losses = sorted(_losses(assessed, titles), key=lambda loss: -loss.points)
    return abridged([str(loss) for loss in losses[:_NAMED]], separator, len(losses))


def _losses(assessed: Assessed, titles: Mapping[str, str]) -> Iterator[_Loss]:
    for part in assessed.weighed:
        full = assessed.rescaled(part) / len(part.items)
        for item in part.items:
            points = full * (1 - item.value)
            if points >= _LEAST:
                yield _Loss(_description(item, titles), points)
    if assessed.deducted:
        count = len(assessed.silent)
        weeks = ngettext("{count} week without a report", "{count} weeks without a report", count)
        yield _Loss(weeks.format(count=count), assessed.deducted)


def _description(item: Item, titles: Mapping[str, str]) -> str:
    """What fell short, was late or is missing, and by how much."""
    f = item.figures
    match item.code:
        case "observation":
            return _("observed, {score} points").format(score=mean_score(f["mean"]))
        case "deadline" | "problem":
            return _("{title}: {happened} (due {due})").format(title=_title(f, titles), due=f["due"], happened=_late(f))
        case "month":
            return _of_month(f, titles)
        case _:
            title, planned = titles.get(f["id"], f["title"]), percent(f["planned"])
            if f["progress"] is None:
                return _("{title}: nothing reported (planned {planned})").format(title=title, planned=planned)
            text = _("{title}: {actual} (planned {planned})")
            return text.format(title=title, actual=percent(f["progress"]), planned=planned)


def _of_month(f: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    values = {"title": _title(f, titles), "month": f["month"], "planned": amount(f["planned"], f["unit"])}
    if f["amount"] is None:
        return _("{title} in {month}: nothing reported, {planned} planned").format(**values)
    text = _("{title} in {month}: {actual}, {planned} planned")
    return text.format(**values, actual=amount(f["amount"], f["unit"]))


def _title(f: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """A problem's own title; for a milestone or an indicator, with the title of its task."""
    task = f.get("task")
    if task is None:
        return _("problem “{title}”").format(title=f["title"])
    return node_title(titles.get(task, task), "" if f["id"] == task else f["title"])


def _late(f: Mapping[str, Any]) -> str:
    if f["happened"] is None:
        return _("not done")
    return _("done {day}").format(day=f["happened"])


def titles_of(tasks: tuple[str, ...], titles: Mapping[str, str]) -> str:
    """The tasks by their titles."""
    return enumeration(_("“{title}”").format(title=titles.get(task, task)) for task in tasks)


def why_unscored(assessed: Sequence[Assessed], titles: dict[str, str]) -> Iterator[str]:
    """Yield a sentence for each reason that units are not judged, with the units to which it applies.

    Args:
        assessed: every unit, in the order of the table.
        titles: name of a part → its title in the table.
    """
    unsure = [
        _("{unit} {count}").format(unit=each.unit, count=each.unconfirmed) for each in assessed if each.unconfirmed
    ]
    if unsure:
        text = _("Tasks not judged, because their lead unit is not confirmed: {units}.")
        yield text.format(units=enumeration(unsure))
    unscored = [each for each in assessed if each.score is None]
    if units := [each.unit for each in unscored if each.tasks > each.unconfirmed]:
        text = _(
            "{units}: no score, because there is no planned progress to compare with and no confirmed deadline has "
            "come; a monthly plan counts in its own month only."
        )
        yield text.format(units=enumeration(units))
    of_parts: dict[tuple[str, ...], list[str]] = {}
    for each in unscored:
        if names := tuple(part.name for part in each.weighed):
            of_parts.setdefault(names, []).append(each.unit)
    for names, units in of_parts.items():
        text = _("{units}: nothing but {parts} to judge; without progress or deadlines there is no score.")
        yield text.format(units=enumeration(units), parts=enumeration(titles[name] for name in names))
    if units := [each.unit for each in unscored if each.deducted]:
        text = _("{units}: points off are listed, but without a score nothing is taken off.")
        yield text.format(units=enumeration(units))


def earlier_problems(assessed: Sequence[Assessed]) -> Iterator[str]:
    """Yield the sentence that open problems due before the period are not judged again; nothing without any."""
    text = _("{unit} {count} open")
    units = [text.format(unit=each.unit, count=each.earlier_problems) for each in assessed if each.earlier_problems]
    if units:
        text = _("Problems are judged in the period in which they fall due; open ones of earlier periods: {units}.")
        yield text.format(units=enumeration(units))
