"""Planned values by month: `2016-03` is that month's last day."""

import re
from calendar import monthrange
from collections.abc import Mapping
from typing import get_args

from ..language import N_, _
from ..written import Day, Written
from .nodes import KEY, Fault, Fields, Loc, Node
from .wording import quoted

EXPECTED: Mapping[str, str] = {
    "planned": N_("a month such as 2016-06 or a date such as 2016-06-30"),
    "monthly": N_("a month such as 2016-06"),
}
"""The fields whose keys are days in the model → how a person writes the keys."""

DAY: Written = get_args(Day)[1]
_MONTH = re.compile("([0-9]{4})-(0[1-9]|1[0-2])")


def months_to_days(root: Node) -> list[Fault]:
    """Turn the month keys of a plan's tree into days, in place; the keys' own nodes keep what a person wrote.

    Args:
        root: The plan's tree.

    Returns:
        Keys that mean the same day, and days where a month is expected; what is neither is for the model to refuse.
    """
    faults: list[Fault] = []
    if isinstance(root, Fields):
        for loc, task in root.records((), "tasks"):
            for where, thing in ((loc, task), *task.records(loc, "indicators")):
                for name in EXPECTED:
                    faults += _turn((*where, name), thing.fields(name))
    return faults


def _turn(loc: Loc, fields: Fields) -> list[Fault]:
    faults = []
    keys, members = fields.keys, fields.members
    fields.keys, fields.members = {}, {}
    for name, member in members.items():
        day = _last_day(name)
        if day in fields.keys:
            first = fields.keys[day]
            message = _("{again} is the same day as {first} on line {line} (expected one of them)")
            again = message.format(again=quoted(name), first=quoted(first.value or ""), line=first.line)
            faults.append(Fault((*loc, day, KEY), again))
        if day == name and loc[-1] == "monthly" and DAY.fits(name):
            message = _("found {found} (expected {expected})")
            found = message.format(found=quoted(name), expected=_(EXPECTED["monthly"]))
            faults.append(Fault((*loc, day, KEY), found))
        fields.keys[day], fields.members[day] = keys[name], member
    return faults


def _last_day(key: str) -> str:
    """The last day of the month that a key names; any other key as it is."""
    month = _MONTH.fullmatch(key)
    return f"{key}-{monthrange(int(month[1]), int(month[2]))[1]}" if month else key
