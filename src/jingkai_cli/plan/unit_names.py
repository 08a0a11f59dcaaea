"""The units of a plan by any of their names."""

import re

from ..model import Plan
from ..text import name_key

SEPARATORS = r"[,，、;；/&＆和及与]"
"""What stands between two units that are named together."""

_SHORTEST = 2
"""Characters that a part of a unit's name has, at least."""


def matching_units(plan: Plan, name: str) -> list[str]:
    """The units that may be meant where something is recorded of one.

    That of the name, or of another name that the plan gives it; else those whose name ends in what was typed, or in
    which it ends: 水利局 is 县水利局, and 经开区城镇办 is 城镇办.
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
        """Whether a name ends in the name of a unit and begins with no other one: 经开区城镇办 is 城镇办."""
        before = key.removesuffix(each)
        another = several or re.search(SEPARATORS, before) or any(map(before.endswith, others))
        return key.endswith(each) and not another

    return [*dict.fromkeys(u for u, each in ends if each.endswith(key) or (len(each) > 1 and is_longer(each)))]


def unit_names(plan: Plan) -> list[tuple[str, str]]:
    """Each name of each unit, with the unit's own."""
    return [(name, unit) for unit in plan.known_units() for name in (unit, *plan.unit_aliases.get(unit, ()))]
