"""From nodes to the model: pydantic types the texts, and what it refuses becomes faults in our words."""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from ..language import N_, _
from ..model import Indicator, Milestone, Plan, Task
from ..thresholds import Rules
from . import months
from .nodes import KEY, Fault, Fields, Listing, Loc, Node, Scalar, node_at, plain
from .wording import did_you_mean, full_width, near, quoted

T = TypeVar("T")

RECORDS: Mapping[str | int, type] = {"tasks": Task, "indicators": Indicator, "milestones": Milestone, "rules": Rules}
"""The field that holds a thing → what that thing is."""

_EXPECTED = {
    "string_type": N_("a text"),
    "string_too_short": N_("a text"),
    "string_too_long": N_("at most {max_length} characters"),
    "tuple_type": N_("a list: [a, b], or a line with '- ' for each"),
    "too_short": N_("a list with something in it"),
    "dict_type": N_("fields such as 'name: value'"),
    "mapping_type": N_("fields such as 'name: value'"),
    "dataclass_type": N_("fields such as 'name: value'"),
    "greater_than": N_("more than {gt}"),
    "greater_than_equal": N_("at least {ge}"),
    "less_than_equal": N_("at most {le}"),
}
"""The kind of a pydantic error → what is expected, with the figures of its context."""
_NO_SUCH_DAY = N_("a day that is in the calendar")
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
        keys = months.EXPECTED.get(str(loc[-3])) if loc[-1] == KEY else None
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
