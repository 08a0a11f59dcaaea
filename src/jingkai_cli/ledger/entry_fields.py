"""Converts an entry to the fields that JSON holds, and back."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from sys import intern
from types import SimpleNamespace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from msgspec import to_builtins

from .. import model
from ..errors import Refused
from ..field_types import Within, Written
from ..language import _
from ..model import Entry, Reading

DIGITS = 15
"""The greatest number of digits before the decimal point, and after it: sums of a million such values stay exact."""

NUMBERS = ("ref", "superseded_by", "part_of")
"""The fields of an entry that hold the number of another entry. An import into another ledger renumbers them."""

LISTS = ("evidence", "inspectors", "passed", "failed", "not_applicable")
"""The fields of an entry that hold a list of texts."""

DAYS = ("on", "received", "deadline")
"""The fields of an entry that hold a date."""

TEXTS = frozenset(Entry.__match_args__) - {*DAYS, *NUMBERS, *LISTS, "readings", "score"}
"""The fields of an entry that hold only text."""


def _bounds(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is Literal:
        return {"one_of": list(get_args(hint))}
    limits: dict[str, Any] = {}
    for part in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        if isinstance(part, Written):
            limits["like"] = part.pattern
        elif isinstance(part, Within):
            limits = {bound: value for bound, value in part.bounds.items() if bound in {"ge", "le"}}
        elif part is not hint and not isinstance(part, str | type):
            limits |= _bounds(part)
    return limits


_UNBOUNDED = frozenset(("str", "int", "Day", "tuple[str, ...]", "Mapping[str, Reading]"))


def _hints() -> dict[str, Any]:
    """The types of the fields that may have bounds. Evaluating all types took 1 % of the time of a short command."""
    hints = Entry.__annotations__.items()
    with_bounds = {name: text for name, text in hints if text.removesuffix(" | None") not in _UNBOUNDED}
    return get_type_hints(SimpleNamespace(__annotations__=with_bounds), vars(model), include_extras=True)


BOUNDS: Mapping[str, Mapping[str, Any]] = {name: limits for name, hint in _hints().items() if (limits := _bounds(hint))}
"""Field of an entry → its bounds: `one_of` some texts, `like` a pattern, or numbers `ge` and `le`.

Derived from the annotations of `Entry`; dates need no bounds. Stores, readers and checks take the bounds from here.
"""


def is_within(name: str, text: str) -> bool:
    """Whether the text of a field is within its `BOUNDS`.

    Raises:
        ArithmeticError: the field is a number and the text is not.
    """
    limits = BOUNDS[name]
    if "one_of" in limits:
        return text in limits["one_of"]
    if "like" in limits:
        return re.fullmatch(limits["like"], text) is not None
    return bool(limits["ge"] <= Decimal(text) <= limits["le"])


_MAY_BE_EMPTY = frozenset((*LISTS, *NUMBERS))

_REQUIRED = frozenset(("kind", "on", "task", "by", "key"))

_NO_READINGS: Mapping[str, Reading] = {}

_ABOUT_READINGS = ("readings", "printed", "units")


day_text = lru_cache(4096)(date.isoformat)  # the dates of a ledger repeat


@lru_cache(4096)  # the figures of a ledger repeat
def plain(value: Decimal) -> str:
    """A decimal as it is hashed and stored: no exponent, no trailing zeros, and `0` without a sign."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(4096)
def bounded(value: Decimal) -> str:
    """A decimal as it is hashed and stored, once its length is checked.

    Raises:
        Refused: it is not finite, or has more than `DIGITS` digits before or after the point.
    """
    if value.is_finite() and -DIGITS <= value.adjusted() < DIGITS:
        text = plain(value)
        if len(text.partition(".")[2]) <= DIGITS:
            return text
    raise Refused(_("A value has at most {digits} digits before the point and after it.").format(digits=DIGITS))


def content(entry: Entry) -> dict[str, Any]:
    """The fields of an entry as JSON holds them, without its place in the chain, nulls and empty collections.

    Raises:
        Refused: a value is not finite, or has more than `DIGITS` digits before or after the point.
    """
    fields: dict[str, Any] = to_builtins(entry)  # omits defaults: nulls, and most empty collections
    for name in _MAY_BE_EMPTY.intersection(fields):
        if not fields[name]:
            del fields[name]
        elif name in LISTS:
            fields[name] = list(fields[name])
    if entry.score is not None:
        fields["score"] = bounded(entry.score)
    if readings := entry.readings.items():
        fields["readings"] = {name: ("+" if r.added else "") + bounded(r.value) for name, r in readings}
        if printed := {name: r.printed for name, r in readings if r.printed is not None}:
            fields["printed"] = printed
        if units := {name: r.unit for name, r in readings if r.unit is not None}:
            fields["units"] = units
    return fields


def numbers_in(entry: Entry) -> dict[str, int]:
    """Field → the number of another entry that it holds; fields without a number are left out."""
    return {name: number for name in NUMBERS if (number := getattr(entry, name))}


def entry_of(fields: Mapping[str, Any]) -> Entry:
    """The entry with this `content`. Other fields are ignored.

    Raises:
        ArithmeticError, AttributeError, LookupError, TypeError, ValueError: it is not the content of an entry.
    """
    has_readings, readers = _readers(tuple(fields))
    readings = _readings(fields) if has_readings else _NO_READINGS
    return Entry(**{name: reader(fields[name]) for name, reader in readers}, readings=readings)


@lru_cache(1024)  # entries of one kind have the same fields
def _readers(names: tuple[str, ...]) -> tuple[bool, list[tuple[str, Callable[[Any], Any]]]]:
    """Whether these fields include readings, and the other fields with the function that reads each.

    Raises:
        LookupError: a field that every entry needs is missing.
    """
    if not _REQUIRED.issubset(names):
        raise LookupError(names)
    readers = [(name, _READ.get(name, intern)) for name in names if name in _READ or name in TEXTS]
    return not set(names).isdisjoint(_ABOUT_READINGS), readers


def _readings(fields: Mapping[str, Any]) -> dict[str, Reading]:
    printed, units = fields.get("printed", {}), fields.get("units", {})
    _all_texts((*printed.values(), *units.values()))
    return {
        name: Reading(Decimal(text.removeprefix("+")), text.startswith("+"), printed.get(name), units.get(name))
        for name, text in fields.get("readings", {}).items()
    }


def _all_texts(values: tuple[Any, ...] | list[Any]) -> tuple[str, ...]:
    if not {*map(type, values)} <= {str}:
        raise TypeError(values)
    return tuple(values)


def _reader(name: str) -> Callable[[str], str | Decimal]:
    """The function that reads a field with bounds."""

    @lru_cache(1024)  # months, words and scores repeat
    def read(text: str) -> str | Decimal:
        if not is_within(name, text):
            raise ValueError(text)
        return intern(text) if name in TEXTS else Decimal(text)

    return read


_READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(DAYS, date.fromisoformat),
    **dict.fromkeys(NUMBERS, lambda number: number),
    **dict.fromkeys(LISTS, _all_texts),
    **{name: _reader(name) for name in BOUNDS},
}
"""Field that is not free text → the function that reads it.

Fields that are missing here hold free text and are interned, because entries repeat names of units and places; a value
that is not a text is a TypeError. The readings are read together."""
