"""The values of a plan, typed: dates, months and numbers, or what is wrong with them."""

import dataclasses
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from ..field_types import Day, Written
from ..language import N_, _
from ..model import Indicator, Milestone, Plan, Rules, Task
from ..text import did_you_mean, full_width, near, quoted
from .nodes import KEY, Fault, Fields, Listing, Loc, Node, Scalar, node_at, plain

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


T = TypeVar("T")

RECORDS: Mapping[str | int, type] = {"tasks": Task, "indicators": Indicator, "milestones": Milestone, "rules": Rules}
"""The field that holds a thing → what that thing is."""

_EXPECTED = {
    "string_type": N_("a text"),
    "string_too_short": N_("a text"),
    "string_too_long": N_("at most {max_length} characters"),
    "tuple_type": N_("a list: [a, b], or a line with '- ' for each"),
    "too_short": N_("a list that is not empty"),
    "dict_type": N_("fields such as 'name: value'"),
    "mapping_type": N_("fields such as 'name: value'"),
    "dataclass_type": N_("fields such as 'name: value'"),
    "greater_than": N_("more than {gt}"),
    "greater_than_equal": N_("at least {ge}"),
    "less_than_equal": N_("at most {le}"),
}
"""The kind of a pydantic error → what is expected, with the figures of its context."""

_NO_SUCH_DAY = N_("a calendar date")

_OTHER = N_("another value")


def typed(adapter: TypeAdapter[T], root: Node) -> tuple[T, list[Fault]] | tuple[None, list[Fault]]:
    """Type a tree.

    Args:
        adapter: What the tree should be.
        root: What was read.

    Returns:
        The value, or None and every fault.
    """
    try:
        return adapter.validate_python(plain(root), extra="forbid"), []
    except ValidationError as error:
        return None, [
            fault
            for said in error.errors(include_url=False, include_input=False)
            for fault in _faults(root, dict(said))
        ]


def types_at(loc: Loc) -> Mapping[str, Any]:
    """The fields of the thing at a loc, each with its type."""
    return _types(next((RECORDS[part] for part in reversed(loc) if part in RECORDS), Plan))


@cache
def _types(kind: type) -> Mapping[str, Any]:
    return {field.name: field.type for field in dataclasses.fields(kind)}


def _faults(root: Node, said: dict[str, Any]) -> Iterator[Fault]:
    kind: str = said["type"]
    loc: Loc = said["loc"]
    node = node_at(root, loc)
    if kind == "missing":
        yield Fault(loc[:-1], _missing(node, str(loc[-1]), types_at(loc[:-1])))
    elif kind == "unexpected_keyword_argument":
        name = str(loc[-1])
        message = _("unknown field {name} {near}").format(name=quoted(name), near=near(name, types_at(loc[:-1])))
        yield Fault((*loc, KEY), message + full_width(name))
    elif kind == "too_short" and isinstance(node, Listing) and node.members:
        return  # the list is not empty: its members are at fault, and told
    else:
        expected = _expected(kind, node, said)
        message = _("found {found} (expected {expected})").format(found=_found(node), expected=expected)
        yield Fault(loc, message + (full_width(node.value or "") if isinstance(node, Scalar) else ""))


def _missing(node: Node, name: str, types: Mapping[str, Any]) -> str:
    unknown = type(None) in get_args(types[name])
    message = (
        _("the field '{name}' is missing (type '{name}: null' while it is not known)")
        if unknown
        else _("the field '{name}' is missing (type '{name}: …')")
    )
    return message.format(name=name) + next(filter(None, map(full_width, _mistyped(node, name))), "")


def _mistyped(node: Node, name: str) -> Iterator[str]:
    """Texts of a mapping in which the field stands behind a full-width colon: YAML reads no field there."""
    if isinstance(node, Fields):
        texts = [*node.members, *(m.value or "" for m in node.members.values() if isinstance(m, Scalar))]
        yield from (text for text in texts if f"{name}：" in text)


def _expected(kind: str, node: Node, said: dict[str, Any]) -> str:
    loc: Loc = said["loc"]
    if kind == "literal_error":
        choices = get_args(types_at(loc[:-1])[str(loc[-1])])
        guess = did_you_mean(node.value or "", choices) if isinstance(node, Scalar) else ""
        return _("one of: {names}").format(names=", ".join(choices)) + (f"; {guess}" if guess else "")
    if kind == "written":
        keys = EXPECTED.get(str(loc[-3])) if loc[-1] == KEY else None
        return _(keys or said["ctx"]["expected"])
    if kind.startswith("date"):
        return _(_NO_SUCH_DAY)
    return _(_EXPECTED.get(kind, _OTHER)).format(**said.get("ctx", {}))


def _found(node: Node) -> str:
    if isinstance(node, Listing):
        return _("a list") if node.members else _("an empty list")
    if isinstance(node, Fields):
        return _("fields")
    return _("nothing") if node.value is None else quoted(node.value)
