"""`jk assess`: the score of each unit out of 100, and with `--explain` every entry behind every point."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..dates import Period
from ..figures import number
from ..language import N_, _, ngettext
from ..rules.assessment import Assessed, Part
from ..thresholds import PARTS
from .document import Column, Document, Section, Table, Tone, Toned
from .scope import Scope

PART_TITLES = {
    "progress": N_("Progress"),
    "deadlines": N_("Deadlines"),
    "rectification": N_("Put right"),
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
    """The units, best first; those with nothing to judge last, in the plan's order."""
    ordered = sorted(assessed, key=lambda each: -1.0 if each.score is None else each.score, reverse=True)
    return Document(
        kind="assess",
        about=scope.about,
        title=_("Assessment of {period}").format(period=period.name),
        fields=fields(),
        items=[item(each) for each in ordered],
        sections=(Section(table=_table(ordered)),) if ordered else (Section(lines=(_("The plan names no unit."),)),),
        summary=(_summary(ordered),),
        footnotes=tuple(_footnotes(scope, ordered)),
        found=bool(ordered),
    )


def fields() -> dict[str, str]:
    """The fields of an item, and their titles."""
    titles = {"unit": _("Unit"), "tasks": _("Tasks"), "score": _("Score"), "grade": _("Grade")}
    for name in PARTS:
        title = _(PART_TITLES[name])
        titles |= {
            name: title,
            f"{name}_weight": _("{part}: weight").format(part=title),
            f"{name}_judged": _("{part}: judged").format(part=title),
        }
    return {**titles, "silent_weeks": _("Weeks without a report"), "deducted": _("Points off")}


def item(assessed: Assessed) -> dict[str, Any]:
    """A unit's assessment as data: of each part what was reached in percent, its weight out of 100, and of how much.

    A part without a weight was left out.
    """
    said: dict[str, Any] = {
        "unit": assessed.unit,
        "tasks": assessed.tasks,
        "score": assessed.score,
        "grade": assessed.grade,
    }
    for part in assessed.parts:
        counts = part in assessed.weighed
        said |= {
            part.name: None if part.value is None else 100 * part.value,
            f"{part.name}_weight": assessed.rescaled(part) if counts else None,
            f"{part.name}_judged": len(part.items),
        }
    return {**said, "silent_weeks": len(assessed.silent), "deducted": assessed.deducted}


def _table(assessed: Sequence[Assessed]) -> Table:
    columns = (
        Column(_("Unit"), wraps_from=10),
        Column(_("Tasks"), align="right"),
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
    """What a part earned, of its weight out of 100."""
    if part not in assessed.weighed:
        return "–"
    weight = assessed.rescaled(part)
    return f"{number(weight * (part.value or 0.0))}/{number(weight)}"


def grade(assessed: Assessed) -> str:
    """The word of a grade."""
    return _(GRADES[assessed.grade]) if assessed.grade else _("nothing to judge")


def _summary(assessed: Sequence[Assessed]) -> str:
    count = len(assessed)
    words = (_(GRADES[g]) + f" {sum(each.grade == g for each in assessed)}" for g in GRADES)
    units = ngettext("{count} unit", "{count} units", count).format(count=count)
    return _("{units}: {grades}").format(units=units, grades=_(", ").join(words))


def _footnotes(scope: Scope, assessed: Iterable[Assessed]) -> Iterable[str]:
    """How the points come about, and which parts were left out of whose score."""
    weights = scope.plan.assessment
    parts = _(", ").join(f"{_(title)} {number(getattr(weights, name))}" for name, title in PART_TITLES.items())
    text = _("Weights of the plan: {parts}; {point} off for each week without a report, {most} at most.")
    yield text.format(parts=parts, point=number(weights.silent_week), most=number(weights.silent_most))
    for each in assessed:
        left_out = [_(PART_TITLES[part.name]) for part in each.parts if part not in each.weighed]
        if left_out and each.score is not None:
            text = _("{unit}: nothing to judge in {parts}; the other weights were rescaled to 100.")
            yield text.format(unit=each.unit, parts=_(", ").join(left_out))
