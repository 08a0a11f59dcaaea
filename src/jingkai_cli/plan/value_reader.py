"""Types the values of a plan (dates, months, numbers, texts), or returns their faults."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar, get_args

from msgspec.structs import fields
from pydantic import TypeAdapter, ValidationError

from ..checklists import Checklist
from ..dates import in_year
from ..field_types import Day, Text, Validated, Written
from ..language import N_, _
from ..model import INHERITED, Indicator, Milestone, Plan, ProgrammeTotal, Task
from ..text import did_you_mean, full_width, near, quoted
from ..thresholds import Assessment, Observation, ObservedItem, QuarterWeights, Rules
from .yaml_tree import KEY, Fault, Fields, Listing, Loc, Node, Scalar, every_task, node_at, plain

EXPECTED: Mapping[str, str] = {
    "planned": N_("a month such as 2016-06 or a date such as 2016-06-30"),
    "monthly": N_("a month such as 2016-06"),
}
"""Field whose keys are days in the model → what is expected as a key in the file."""

DAY: Written = get_args(Day)[1]

_MONTH = re.compile("([0-9]{4})-(0[1-9]|1[0-2])")


def months_to_days(root: Node) -> list[Fault]:
    """Replace month keys in a plan's tree by their last days, in place; the nodes of the keys keep the written text.

    Args:
        root: the tree of the plan.

    Returns:
        The faults: keys with the same day, and days where a month is expected. The model refuses other keys.
    """
    faults: list[Fault] = []
    if isinstance(root, Fields):
        for loc, task in every_task(root):
            for where, thing in ((loc, task), *task.records(loc, "indicators")):
                for name in EXPECTED:
                    faults += _turn_months((*where, name), thing.fields(name), year_of(root))
    return faults


def _turn_months(loc: Loc, fields: Fields, year: int | None) -> list[Fault]:
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
            found = message.format(found=quoted(name), expected=in_year(_(EXPECTED["monthly"]), year))
            faults.append(Fault((*loc, day, KEY), found))
        fields.keys[day], fields.members[day] = keys[name], member
    return faults


def _last_day(key: str) -> str:
    """The last day of a month key, `2016-06` → `2016-06-30`; any other key unchanged."""
    month = _MONTH.fullmatch(key)
    return f"{key}-{monthrange(int(month[1]), int(month[2]))[1]}" if month else key


def day_of(text: str | None) -> date | None:
    """The day of a text in ISO format; None if it is not a valid day."""
    try:
        return date.fromisoformat(text) if text is not None and DAY.fits(text) else None
    except ValueError:  # 2016-02-30
        return None


def year_of(root: Node) -> int | None:
    """The year in a plan's tree; None if it has no valid one."""
    text = root.text("year") if isinstance(root, Fields) else None
    return int(text) if text and re.fullmatch("(19|20|21)[0-9]{2}", text) else None


T = TypeVar("T")


class NamedUnit(Validated, frozen=True):
    """A unit with other names, as a member of `units`."""

    name: Text
    also: tuple[Text, ...] = ()


RECORDS: Mapping[str | int, type] = {
    "tasks": Task,
    "subtasks": Task,
    "indicators": Indicator,
    "milestones": Milestone,
    "rules": Rules,
    "assessment": Assessment,
    "totals": ProgrammeTotal,
    "observation": Observation,
    "items": ObservedItem,
    "quarter": QuarterWeights,
    "checklists": Checklist,
    "units": NamedUnit,
}
"""Field → the type of the objects in it."""

ALIASES = "unit_aliases"
"""A field of the model that is not in a file: it is derived from `units`."""

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
"""Type of a pydantic error → what is expected, with placeholders for its context."""

_NO_SUCH_DAY = N_("a calendar date")

_OTHER = N_("another value")


def typed(adapter: TypeAdapter[T], root: Node, loc: Loc = ()) -> tuple[T, list[Fault]] | tuple[None, list[Fault]]:
    """Type a tree, or the part of it at a loc.

    Args:
        adapter: the type.
        root: the tree.
        loc: the loc of the part.

    Returns:
        The value, or None and all faults.
    """
    try:
        return adapter.validate_python(plain(node_at(root, loc)), extra="forbid"), []
    except ValidationError as error:
        return None, [
            fault
            for details in error.errors(include_url=False, include_input=False)
            for fault in _faults(root, {**details, "loc": (*loc, *details["loc"])})
        ]


_UNIT = TypeAdapter(NamedUnit)


def aliases_apart(root: Node) -> Iterator[Fault]:
    """Move the other names of units to `unit_aliases`, in place: those in `{name: 县水利局, also: [水利局]}`.

    Args:
        root: the tree of the plan, after all other checks.

    Yields:
        The faults of such units.
    """
    if not isinstance(root, Fields):
        return
    if ALIASES in root.members:
        message = _("unknown field {name} {near}").format(name=quoted(ALIASES), near=_("(write it in 'units')"))
        yield Fault((ALIASES, KEY), message)
        del root.members[ALIASES], root.keys[ALIASES]
    aliases = Fields(root.line, root.column)
    for loc, unit in list(root.records((), "units")):
        named, faults = typed(_UNIT, root, loc)
        yield from faults
        name = named.name if named else "?"
        _replace(root, loc, Scalar(unit.line, unit.column, name))
        if named and named.also:
            aliases.members[name] = unit.members["also"]
            aliases.keys[name] = Scalar(unit.line, unit.column, name)
    if aliases.members:
        root.members[ALIASES], root.keys[ALIASES] = aliases, Scalar(root.line, root.column, ALIASES)


def _replace(root: Fields, loc: Loc, node: Node) -> None:
    """Replace a node in a list of the root."""
    listing, place = root.members[str(loc[0])], loc[1]
    if isinstance(listing, Listing) and isinstance(place, int):
        listing.members[place] = node


def types_at(loc: Loc) -> Mapping[str, Any]:
    """Field → type of the object at a loc."""
    return _types(next((RECORDS[part] for part in reversed(loc) if part in RECORDS), Plan))


@cache
def _types(kind: type) -> Mapping[str, Any]:
    return {field.name: field.type for field in fields(kind) if field.name != ALIASES}


def _faults(root: Node, details: dict[str, Any]) -> Iterator[Fault]:
    kind: str = details["type"]
    loc: Loc = details["loc"]
    node = node_at(root, loc)
    if kind == "missing":
        if "subtasks" not in loc or loc[-1] not in INHERITED:  # else the fault is reported for the task that lacks it
            unknown = type(None) in get_args(types_at(loc[:-1])[str(loc[-1])])
            message = (
                _("the field '{name}' is missing (type '{name}: null' while it is not known)")
                if unknown
                else _("the field '{name}' is missing (type '{name}: …')")
            )
            yield missing(root, loc, message)
    elif kind == "unexpected_keyword_argument":
        name = str(loc[-1])
        message = _("unknown field {name} {near}").format(name=quoted(name), near=near(name, types_at(loc[:-1])))
        yield Fault((*loc, KEY), message + full_width(name))
    elif kind == "too_short" and isinstance(node, Listing) and node.members:
        return  # the list is not empty: the faults of its members are reported
    else:
        expected = _expected(root, kind, node, details)
        message = _("found {found} (expected {expected})").format(found=_found(node), expected=expected)
        yield Fault(loc, message + (full_width(node.value or "") if isinstance(node, Scalar) else ""))


def missing(root: Node, loc: Loc, message: str) -> Fault:
    """The fault that the field at a loc is missing, with a hint if it was typed with full-width characters."""
    name = str(loc[-1])
    hint = next(filter(None, map(full_width, _mistyped(node_at(root, loc[:-1]), name))), "")
    return Fault(loc[:-1], message.format(name=name) + hint)


def _mistyped(node: Node, name: str) -> Iterator[str]:
    """Yield the texts of a mapping that have the field with a full-width colon, which YAML reads as text."""
    if isinstance(node, Fields):
        texts = [*node.members, *(m.value or "" for m in node.members.values() if isinstance(m, Scalar))]
        yield from (text for text in texts if f"{name}：" in text)


def _expected(root: Node, kind: str, node: Node, details: dict[str, Any]) -> str:
    loc: Loc = details["loc"]
    if kind == "literal_error":
        choices = [*_choices(types_at(loc[:-1])[str(loc[-1])])]
        guess = did_you_mean(node.value or "", choices) if isinstance(node, Scalar) else ""
        return _("one of: {names}").format(names=", ".join(choices)) + (f"; {guess}" if guess else "")
    if kind == "written":
        keys = EXPECTED.get(str(loc[-3])) if loc[-1] == KEY else None
        return in_year(_(keys or details["ctx"]["expected"]), year_of(root))
    if kind.startswith("date"):
        return _(_NO_SUCH_DAY)
    return _(_EXPECTED.get(kind, _OTHER)).format(**details.get("ctx", {}))


def _choices(kind: Any) -> Iterator[str]:
    """Yield the words that a field with fixed values accepts."""
    for one in get_args(kind):
        if isinstance(one, str):
            yield one
        else:
            yield from _choices(one)


def _found(node: Node) -> str:
    if isinstance(node, Listing):
        return _("a list") if node.members else _("an empty list")
    if isinstance(node, Fields):
        return _("fields")
    return _("nothing") if node.value is None else quoted(node.value)
