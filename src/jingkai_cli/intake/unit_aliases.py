"""The units that rows name, as the plan spells them: by their own name, or by another one that the plan gives them."""

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from ..language import _
from ..model import Entry, Plan
from ..plan.unit_names import unit_names
from ..text import name_key, near, quoted


class UnitAliases(Struct, frozen=True):
    """The names of a plan's units, and which of a file were taken as another name."""

    known: frozenset[str]
    names: Mapping[str, str]
    """The key of each name of a unit → the unit."""
    reporter: str | None = None
    """The unit that reports the rows which name none: it stands above the sheet."""
    taken: dict[str, str] = field(default_factory=dict)
    """A name as the file has it → the plan's."""

    def meant(self, name: str) -> str:
        """The unit that a name means; a name that the plan does not have stays as it is."""
        if name in self.known:
            return name
        unit = self.taken.get(name) or self.names.get(name_key(name), name)
        if unit != name:
            self.taken[name] = unit
        return unit

    def named(self, entry: Entry) -> Entry:
        """An entry with the plan's names of its units; the same one where it has them."""
        changed = {
            field: meant
            for field in ("unit", "responsible")
            if (name := getattr(entry, field)) and (meant := self.meant(name)) != name
        }
        if self.reporter and not entry.unit:
            changed["unit"] = self.reporter
        if not changed:
            return entry
        readings = {
            series: replace(reading, unit=self.meant(reading.unit)) if reading.unit else reading
            for series, reading in entry.readings.items()
        }
        return replace(entry, **changed, readings=readings)

    def remarks(self) -> list[str]:
        """A line for each name that was taken as another one."""
        text = _("'{typed}' is taken as {meant}")
        return [text.format(typed=typed, meant=meant) for typed, meant in self.taken.items()]


def aliases_of(plan: Plan, reporter: str | None = None) -> UnitAliases:
    """The names of the units of a plan, and who reports the rows that name none; a collective keeps its own name."""
    names = {name_key(name): unit for name, unit in unit_names(plan)}
    return UnitAliases(frozenset((*plan.known_units(), *plan.collective)), names, reporter)


def unknown_unit(name: str, plan: Plan) -> list[str]:
    """The messages for a unit that the plan does not have: none if it has it."""
    units = plan.known_units()
    text = _("unit: the plan has no unit {name} {hint}")
    return [] if name in units else [text.format(name=quoted(name), hint=near(name, units))]
