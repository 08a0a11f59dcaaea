"""Finds the units of a plan by any of their names, and replaces names in rows by the plan's own."""

import re
from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from ..language import _
from ..model import Entry, Plan
from ..text import name_key, near, quoted

SEPARATORS = r"[,，、;；/&＆和及与]"
"""The separators between units that are named together."""

_SHORTEST = 2
"""The least number of characters of a part of a unit's name."""


def matching_units(plan: Plan, name: str) -> list[str]:
    """Return the units that a typed name may mean.

    The unit with that name, also as another name (`also`); else the units whose name ends with the typed name
    (水利局 → 县水利局), or the reverse (经开区城镇办 → 城镇办).
    """
    named = unit_names(plan)
    key = name_key(name)
    if same := [unit for each, unit in named if name_key(each) == key]:
        return [*dict.fromkeys(same)]
    if len(key) < _SHORTEST:
        return []
    ends = [(unit, name_key(each)) for each, unit in named]
    others = [each for _unit, each in ends if len(each) > _SHORTEST]
    several = len(re.split(r"(?<=[局办委厅镇乡院部会处队站心司社校室])\s+(?=\w)", name.strip())) > 1

    def is_longer(each: str) -> bool:
        """Whether the name ends with `each`, and the part before is not another unit: 经开区城镇办 is 城镇办."""
        before = key.removesuffix(each)
        another = several or re.search(SEPARATORS, before) or any(map(before.endswith, others))
        return key.endswith(each) and not another

    return [*dict.fromkeys(u for u, each in ends if each.endswith(key) or (len(each) > 1 and is_longer(each)))]


def unit_names(plan: Plan) -> list[tuple[str, str]]:
    """Each name of each unit, with the unit."""
    return [(name, unit) for unit in plan.known_units() for name in (unit, *plan.unit_aliases.get(unit, ()))]


class UnitAliases(Struct, frozen=True):
    """The names of a plan's units, and the names in a file that were replaced."""

    known: frozenset[str]
    names: Mapping[str, str]
    """`name_key` of each name of a unit → the unit."""
    reporter: str | None = None
    """The unit that reports the rows without a unit; it is named above the sheet."""
    replaced: dict[str, str] = field(default_factory=dict)
    """Name in the file → name in the plan."""

    def unit_of(self, name: str) -> str:
        """The unit that a name means; a name that the plan does not have is returned unchanged."""
        if name in self.known:
            return name
        unit = self.replaced.get(name) or self.names.get(name_key(name), name)
        if unit != name:
            self.replaced[name] = unit
        return unit

    def named(self, entry: Entry) -> Entry:
        """Return an entry with the plan's names of its units; the same object if nothing changes."""
        changed = {
            field: unit
            for field in ("unit", "responsible")
            if (name := getattr(entry, field)) and (unit := self.unit_of(name)) != name
        }
        if self.reporter and not entry.unit:
            changed["unit"] = self.reporter
        if not changed:
            return entry
        readings = {
            series: replace(reading, unit=self.unit_of(reading.unit)) if reading.unit else reading
            for series, reading in entry.readings.items()
        }
        return replace(entry, **changed, readings=readings)

    def remarks(self) -> list[str]:
        """A message for each name that was replaced."""
        text = _("'{typed}' is taken as {meant}")
        return [text.format(typed=typed, meant=unit) for typed, unit in self.replaced.items()]


def aliases_of(plan: Plan, reporter: str | None = None) -> UnitAliases:
    """Return the names of a plan's units; `reporter` reports the rows without a unit. Collectives keep their name."""
    names = {name_key(name): unit for name, unit in unit_names(plan)}
    return UnitAliases(frozenset((*plan.known_units(), *plan.collective)), names, reporter)


def unknown_unit(name: str, plan: Plan) -> list[str]:
    """The message for a unit that the plan does not have, in a list; empty if it has the unit."""
    units = plan.known_units()
    text = _("unit: the plan has no unit {name} {hint}")
    return [] if name in units else [text.format(name=quoted(name), hint=near(name, units))]
