"""Why an assessment leaves a unit without a score, in sentences for the notes below its table."""

from collections.abc import Iterator, Sequence

from ..language import _
from ..quantities import enumeration
from ..rules.assessment import Assessed


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
