"""Programme totals over many districts: their sums, their lines and their items."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ..language import _
from ..unit_conversion import convert
from .district import DistrictReport
from .reason_wording import abridged
from .totals import sum_line


class Sum(NamedTuple):
    """A programme total over all districts, in one unit."""

    id: str
    name: str
    unit: str
    parts: tuple[tuple[str, Decimal], ...]
    """What each district contributes."""
    missing: tuple[str, ...]
    """The districts with missing figures; if there are any, the sum is "at least" its value."""

    @property
    def value(self) -> Decimal | None:
        """The sum of the known values; None if there are none."""
        return sum((value for _district, value in self.parts), Decimal(0)) if self.parts else None


def totals_of(found: Sequence[DistrictReport]) -> list[Sum]:
    """The programme totals, each in the unit of the first district that has it; incompatible units are separate."""
    sums: dict[tuple[str, str], Sum] = {}
    for each in found:
        for total in each.totals:
            known = next((s for s in sums.values() if s.id == total.id and _fits(total.unit, s.unit)), None)
            known = known or Sum(total.id, total.name, total.unit, (), ())
            value = None if total.value is None else convert(total.value, total.unit, known.unit)
            parts = known.parts if value is None else (*known.parts, (each.name, value))
            missing = (*known.missing, each.name) if total.missing else known.missing
            sums[known.id, known.unit] = known._replace(parts=parts, missing=missing)
    return list(sums.values())


def _fits(given: str, wanted: str) -> bool:
    return convert(Decimal(1), given, wanted) is not None


def item_of_sum(total: Sum) -> dict[str, Any]:
    """A total as an item of the JSON envelope."""
    return {
        "id": total.id,
        "name": total.name,
        "unit": total.unit,
        "value": total.value,
        "districts": dict(total.parts),
        "missing": list(total.missing),
    }


def line_of_sum(total: Sum) -> str:
    """A total with what each district contributes, and the districts in which some task was not reported."""
    text = _("; some tasks were not reported in {names}")
    missing = text.format(names=abridged(total.missing, _(", "))) if total.missing else ""
    return sum_line(total.name, total.unit, total.value, total.parts, missing)
