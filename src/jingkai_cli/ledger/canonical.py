"""Checks that the body of an entry is canonical JSON and that each field has the form that this program writes."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from ..errors import Refused
from .chain import decoder
from .entry_fields import BOUNDS, LISTS, NUMBERS, TEXTS, bounded, is_within

_ALWAYS = frozenset({"by", "key", "kind", "on", "prev_hash", "recorded_at", "seq", "task"})

_TEXTS = TEXTS | {"prev_hash"}

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def canonical_fields(bodies: Sequence[str]) -> Iterator[Mapping[str, Any] | None]:
    """Yield the fields of each body; None for a body that is not the canonical JSON of an entry."""
    found = [_well_formed(body) for body in bodies]
    encoded = _encoder()
    written = [fields for fields in found if fields is not None]
    if encoded(written) == f"[{','.join(b for b, fields in zip(bodies, found, strict=True) if fields is not None)}]":
        yield from found  # one comparison of all bodies takes half the time
    else:
        for body, fields in zip(bodies, found, strict=True):
            yield fields if fields is not None and encoded(fields) == body else None


def _well_formed(body: str) -> Mapping[str, Any] | None:
    """The fields of a body if each has a value of the right form; None otherwise."""
    try:
        found, end = decoder()(body)
        if end != len(body) or not found.keys() >= _ALWAYS:
            return None
        texts = [value for name, value in found.items() if name in _TEXTS]
        if {*map(type, texts)} != {str}:
            return None
        for name, value in found.items():
            if name not in _TEXTS and not _FORMS[name](value):
                return None
        readings = found.get("readings", {}).keys()
        fitting = all(found[name].keys() <= readings for name in ("printed", "units") if name in found)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, Refused, TypeError, ValueError):
        return None
    return found if fitting and all(is_within(name, found[name]) for name in BOUNDS.keys() & found.keys()) else None


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_number(value: object) -> bool:
    return type(value) is int and value > 0


@lru_cache(4096)  # the dates and figures of a ledger repeat
def _is_day(text: str) -> bool:
    return date.fromisoformat(text).isoformat() == text


@lru_cache(4096)
def _is_amount(text: str) -> bool:
    return bounded(Decimal(text)) == text


def _is_instant(text: str) -> bool:
    return _INSTANT.fullmatch(text) is not None and bool(datetime.fromisoformat(text))


def _are_texts(value: list[object]) -> bool:
    return type(value) is list and value != [] and all(map(_is_text, value))


def _are_named_texts(value: Mapping[str, object]) -> bool:
    return bool(value) and all(map(_is_text, value.values()))


def _are_readings(value: Mapping[str, str]) -> bool:
    return bool(value) and all(_is_amount(text.removeprefix("+")) for text in value.values())


@cache
def _encoder() -> Callable[[Any], str]:
    """The encoder of canonical JSON, from the standard library: it is independent of the one that writes entries."""
    from json import JSONEncoder

    return JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


_FORMS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("deadline", "on", "received"), _is_day),
    **dict.fromkeys((*NUMBERS, "seq"), _is_number),
    **dict.fromkeys(("printed", "units"), _are_named_texts),
    **dict.fromkeys(LISTS, _are_texts),
    "readings": _are_readings,
    "recorded_at": _is_instant,
    "score": _is_amount,
}
"""Name of a field that is not a plain text → the check of its value."""
