"""The chain: an entry as canonical JSON, the hash that links it to the entry before, and the way back. Pure.

The text that is hashed is the text that is stored, byte for byte, so that anyone can verify a ledger with a JSON
reader and SHA-256 alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from ..errors import LedgerError, Refused
from ..language import _
from ..model import Entry, Head, Reading, Recorded

PREFIX = b"jk-ledger-v1\n"
"""What every hash begins with: the version of this format."""

EMPTY = Head(0, "0" * 64)
"""The head of a ledger without entries, to which the first entry links."""

DIGITS = 15
"""How many digits a value may have before the point, and how many after: sums of a million such stay exact."""

_DAYS = ("on", "received", "deadline")

TEXTS = frozenset(Entry.__match_args__) - {*_DAYS, "evidence", "readings", "ref", "score"}
"""The fields of an entry that hold a text and nothing else."""

_PLAIN = (*sorted(TEXTS), "ref")

_plainly = attrgetter(*_PLAIN)

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def plain(value: Decimal) -> str:
    """A decimal as it is hashed and stored: without exponent, without trailing zeros, `0` without a sign."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(maxsize=1)  # the same moment is written three times for each entry
def instant(moment: datetime) -> str:
    """An aware moment as it is hashed and stored, so that text sorts as time: `2016-03-01T02:03:04.000005Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def content(entry: Entry) -> dict[str, Any]:
    """What an entry says, as JSON will hold it: all but its place in the chain, without nulls and empty collections.

    Raises:
        Refused: a value is not finite, or longer than `DIGITS` on a side of the point.
    """
    values = zip(_PLAIN, _plainly(entry), strict=True)
    fields: dict[str, Any] = {name: value for name, value in values if value or value == ""}
    fields["on"] = entry.on.isoformat()
    if entry.deadline is not None:
        fields["deadline"] = entry.deadline.isoformat()
    if entry.received is not None:
        fields["received"] = entry.received.isoformat()
    if entry.score is not None:
        fields["score"] = bounded(entry.score)
    if entry.evidence:
        fields["evidence"] = list(entry.evidence)
    if readings := entry.readings.items():
        fields["readings"] = {name: ("+" if r.added else "") + bounded(r.value) for name, r in readings}
        if printed := {name: r.printed for name, r in readings if r.printed is not None}:
            fields["printed"] = printed
        if units := {name: r.unit for name, r in readings if r.unit is not None}:
            fields["units"] = units
    return fields


def text(entry: Entry) -> str:
    """What an entry says, as canonical JSON: its body but for its place in the chain.

    Raises:
        Refused: no ledger can hold it: a text in it has NUL or surrogates, or a value is too long.
    """
    return _canonical(content(entry))


def entry_of(text: str) -> Entry:
    """The entry whose `text` this is.

    Raises:
        LedgerError: it is that of no entry.
    """
    return _entry(_decoded(text), text)


def content_key(entry: Entry, ordinal: int) -> str:
    """The key of an imported line that brings none: SHA-256 of what it says and of its ordinal among identical lines.

    Who typed it is left out: the same file imported by a colleague meets the same keys, and nothing counts twice. Of a
    score it is the judge, who belongs to it.
    """
    left_out = ("key",) if entry.kind == "score" else ("by", "key")
    counted = {name: value for name, value in content(entry).items() if name not in left_out}
    return _sha256(f"{_canonical(counted)}\n{ordinal}".encode())


def link(entry: Entry, head: Head, recorded_at: datetime) -> Recorded:
    """The entry as the next one after `head`.

    Raises:
        Refused: its text cannot be stored: NUL, surrogates, or a value that is too long.
    """
    seq = head.seq + 1
    body = _canonical(
        {**content(entry), "seq": seq, "recorded_at": instant(recorded_at), "prev_hash": head.hash},
    )
    return Recorded(seq, recorded_at.astimezone(UTC), head.hash, digest(body), body, entry)


def digest(body: str) -> str:
    """The hash of an entry's canonical JSON."""
    return _sha256(PREFIX + body.encode())


def parse(body: str, hash_: str) -> Recorded:
    """The entry that a body holds.

    Raises:
        LedgerError: the body is not one that this program wrote.
    """
    fields = _decoded(body)
    try:
        seq, recorded_at = int(fields["seq"]), datetime.fromisoformat(fields["recorded_at"])
        return Recorded(seq, recorded_at, str(fields["prev_hash"]), hash_, body, _entry(fields, body))
    except (LookupError, TypeError, ValueError) as error:
        raise _unreadable(body) from error


def told(body: str) -> dict[str, Any]:
    """What a body says, by the names of its fields, days and moments as such: for a third of what `parse` takes.

    Raises:
        LedgerError: the body is not one that this program wrote.
    """
    fields = _decoded(body)
    try:
        days = {name: date.fromisoformat(fields[name]) for name in _DAYS if name in fields}
        moment = datetime.fromisoformat(fields["recorded_at"])
        return {**fields, **days, "seq": int(fields["seq"]), "recorded_at": moment}
    except (LookupError, TypeError, ValueError) as error:
        raise _unreadable(body) from error


def _decoded(body: str) -> dict[str, Any]:
    try:
        fields, end = decoder()(body)
    except (ValueError, RecursionError) as error:
        raise _unreadable(body) from error
    if body[end:].strip() or not isinstance(fields, dict):
        raise _unreadable(body)
    return fields


def _unreadable(body: str) -> LedgerError:
    return LedgerError(_("An entry of the ledger cannot be read ({text}). Run: jk check").format(text=body[:60]))


def _sha256(content: bytes) -> str:
    return str(_hasher()(content).hexdigest())


@cache
def _hasher() -> Callable[[bytes], Any]:
    from hashlib import sha256  # it loads OpenSSL: a report does without

    return sha256


@cache
def encoder() -> Callable[[Any], str]:
    """How a body is written: canonical JSON."""
    from json import JSONEncoder

    return JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@cache
def decoder() -> Callable[[str], tuple[Any, int]]:
    """How a body is read: what its text says, and where that ends."""
    from json import JSONDecoder

    return JSONDecoder().raw_decode  # `decode` would look for blanks around, which takes longer than the rest


def bounded(value: Decimal) -> str:
    """A decimal as it is hashed and stored.

    Raises:
        Refused: it is not finite, or longer than `DIGITS` on a side of the point.
    """
    if value.is_finite() and -DIGITS <= value.adjusted() < DIGITS:
        text = plain(value)
        if len(text.partition(".")[2]) <= DIGITS:
            return text
    raise Refused(_("A value has at most {digits} digits before the point and after it.").format(digits=DIGITS))


def _canonical(fields: Mapping[str, Any]) -> str:
    body = encoder()(fields)
    try:
        body.encode()
    except UnicodeEncodeError as error:
        raise Refused(_("Text that is not valid Unicode cannot be recorded.")) from error
    if "\\u0000" in body and _NUL.search(body):
        raise Refused(_("Text with a NUL character cannot be recorded."))
    return body


def _entry(fields: Mapping[str, Any], text: str) -> Entry:
    try:
        return _said(fields)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unreadable(text) from error


def _said(fields: Mapping[str, Any]) -> Entry:
    printed, units = fields.get("printed", {}), fields.get("units", {})
    readings = {
        name: Reading(Decimal(text.removeprefix("+")), text.startswith("+"), printed.get(name), units.get(name))
        for name, text in fields.get("readings", {}).items()
    }
    values: dict[str, Any] = {name: value for name, value in fields.items() if name in TEXTS}
    evidence = tuple(fields.get("evidence", ()))
    if not {*map(type, (*values.values(), *printed.values(), *units.values(), *evidence))} <= {str}:
        raise TypeError(fields)
    values |= {name: date.fromisoformat(fields[name]) for name in _DAYS if name in fields}
    values |= {"score": Decimal(fields["score"])} if "score" in fields else {}
    return Entry(**values, readings=readings, evidence=evidence, ref=fields.get("ref"))


_ALWAYS = frozenset({"by", "key", "kind", "on", "prev_hash", "recorded_at", "seq", "task"})

_TEXTS = TEXTS | {"prev_hash"}

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def fields(bodies: Sequence[str]) -> Iterator[Mapping[str, Any] | None]:
    """What bodies hold, by the names of its fields; None for each that is not written in the one form that it has."""
    found = [_well_formed(body) for body in bodies]
    encoded = encoder()
    written = [said for said in found if said is not None]
    if encoded(written) == f"[{','.join(b for b, said in zip(bodies, found, strict=True) if said is not None)}]":
        yield from found  # one text for all of them takes half the time of one for each
    else:
        for body, said in zip(bodies, found, strict=True):
            yield said if said is not None and encoded(said) == body else None


def _well_formed(body: str) -> Mapping[str, Any] | None:
    """What a body holds, if it has the fields of an entry, each with a value as it should be."""
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
    return found if fitting else None


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_number(value: object) -> bool:
    return type(value) is int and value > 0


@lru_cache(4096)  # the days and figures of a ledger repeat
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


_FORMS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("deadline", "on", "received"), _is_day),
    **dict.fromkeys(("ref", "seq"), _is_number),
    **dict.fromkeys(("printed", "units"), _are_named_texts),
    "evidence": _are_texts,
    "readings": _are_readings,
    "recorded_at": _is_instant,
    "score": _is_amount,
}
"""Every other field that a body may hold, and what its value is like."""
