"""The hash chain: an entry as canonical JSON and back, and the hash that links it to the entry before. Pure functions.

The text that is hashed is the text that is stored, byte for byte, so that anyone can verify a ledger with a JSON
reader and SHA-256 alone.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Literal

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace

from ..errors import LedgerError, Refused
from ..kinds import kind_of
from ..language import _
from ..model import Entry, Head, Recorded
from .entry_fields import DAYS, content, entry_of

FORMAT = 1
"""The version of the hashed form. New kinds and fields of entries do not change it."""
PREFIX = b"jk-ledger-v%d\n" % FORMAT
"""The prefix of every hashed text: it names the version of the form."""

EMPTY = Head(0, "0" * 64)
"""The head of a ledger without entries. The first entry links to it."""

_NUL = rb"(?<!\\)(?:\\\\)*\\u0000"

_JSON = Encoder(order="sorted").encode

_FIELDS = Decoder(dict[str, Any]).decode


@lru_cache(4096)  # each entry needs its moment three times, some of them later, when rows are inserted
def instant(moment: datetime) -> str:
    """An aware datetime in UTC, as it is hashed and stored; texts sort by time: `2016-03-01T02:03:04.000005Z`."""
    utc = moment.astimezone(UTC)
    if utc.microsecond:
        return _JSON(utc)[1:-1].decode()  # takes a tenth of the time, but omits zeros
    return utc.isoformat(timespec="microseconds")[:-6] + "Z"  # removes +00:00


_GAP = b"\xff"
"""Marks the place in canonical JSON where a value is inserted later. UTF-8 never contains this byte."""

_RAW_GAP = Raw(_GAP)

_LATER = dict.fromkeys(("by", "key", "prev_hash", "recorded_at", "seq"), _RAW_GAP)


class Encoded(Struct, frozen=True, array_like=True):
    """An entry and its canonical JSON, encoded once: the key, the body and the link are built from its pieces.

    `pieces` are the canonical JSON in UTF-8, split around values: the second piece is the value of `by`, the fourth
    that of `key`. The values of `prev_hash`, `recorded_at` and `seq` are missing: each of the last three pieces follows
    one.
    """

    entry: Entry
    pieces: tuple[bytes, ...]

    def content_key(self, ordinal: int) -> str:
        """The key of an imported line without a key: SHA-256 of its content and its ordinal among identical lines.

        `by` is left out, so that a colleague who imports the same file gets the same keys and nothing counts twice. A
        score includes it, because there it names the judge.
        """
        to_by, by, to_key, _key, to_prev_hash, to_recorded_at, to_seq, end = self.pieces
        start = to_by + by + b"," if kind_of(self.entry.kind).by_is_content else to_by.removesuffix(b'"by":')
        parts = (
            start,
            to_key[1:].removesuffix(b'"key":'),
            to_prev_hash[1:].removesuffix(b',"prev_hash":'),
            to_recorded_at.removesuffix(b',"recorded_at":'),
            to_seq.removesuffix(b',"seq":'),
            end,
            b"\n%d" % ordinal,
        )
        return _sha256(b"".join(parts))

    def with_key(self, key: str) -> "Encoded":
        """The same entry with another key.

        Raises:
            Refused: the key has a character that cannot be stored.
        """
        pieces = (*self.pieces[:3], _encoded(key), *self.pieces[4:])
        return Encoded(replace(self.entry, key=key), pieces)

    def link(self, head: Head, recorded_at: datetime) -> Recorded:
        """Link the entry to `head` as the next entry of the ledger.

        Raises:
            Refused: the hash of `head` has a character that cannot be stored.
        """
        *start, to_recorded_at, to_seq, end = self.pieces
        seq, moment = head.seq + 1, b'"%b"' % instant(recorded_at).encode()
        body = b"".join((*start, _encoded(head.hash), to_recorded_at, moment, to_seq, b"%d" % seq, end))
        hash_ = _sha256(PREFIX + body)
        return Recorded(seq, recorded_at.astimezone(UTC), head.hash, hash_, body.decode(), self.entry)


def encode(entry: Entry) -> Encoded:
    """Encode an entry as canonical JSON.

    Raises:
        Refused: a text has NUL or surrogates, or a value is too long.
    """
    together = _encoded((content(entry) | _LATER, _RAW_GAP, entry.by, _RAW_GAP, entry.key, _RAW_GAP))
    to_by, to_key, *others, end, by, key, _bracket = together[1:].split(_GAP)
    return Encoded(entry, (to_by, by[1:-1], to_key, key[1:-1], *others, end[:-1]))


def link(entry: Entry, head: Head, recorded_at: datetime) -> Recorded:
    """Link an entry to `head` as the next entry of the ledger.

    Raises:
        Refused: a text has NUL or surrogates, or a value is too long.
    """
    return encode(entry).link(head, recorded_at)


def digest(body: str) -> str:
    """The hash of a body, which is the canonical JSON of an entry."""
    return _sha256(PREFIX + body.encode())


def parse(body: str, hash_: str) -> Recorded:
    """The recorded entry in a body.

    Raises:
        LedgerError: this program did not write the body.
    """
    fields = decoded(body)
    try:
        seq, recorded_at, prev_hash = _place_in(fields)
        return Recorded(seq, recorded_at, prev_hash, hash_, body, entry_of(fields))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unreadable(body) from error


def _place_in(fields: Mapping[str, Any]) -> tuple[int, datetime, str]:
    """The number, the time of recording and the previous hash in the fields of a body."""
    return int(fields["seq"]), datetime.fromisoformat(fields["recorded_at"]), str(fields["prev_hash"])


def parse_entry(body: str) -> Entry:
    """The entry in a body, without its place in the chain.

    Raises:
        LedgerError: as `parse`.
    """
    fields = decoded(body)
    try:
        _place_in(fields)
        return entry_of(fields)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unreadable(body) from error


def parse_fields(body: str) -> dict[str, Any]:
    """The fields of a body by name, with dates and times converted. Takes a third of the time of `parse`.

    Raises:
        LedgerError: this program did not write the body.
    """
    fields = decoded(body)
    try:
        days = {name: date.fromisoformat(fields[name]) for name in DAYS if name in fields}
        moment = datetime.fromisoformat(fields["recorded_at"])
        return {**fields, **days, "seq": int(fields["seq"]), "recorded_at": moment}
    except (LookupError, TypeError, ValueError) as error:
        raise _unreadable(body) from error


def decoded(body: str) -> dict[str, Any]:
    """The fields of a body with their JSON values.

    Raises:
        LedgerError: the body is not a JSON object.
    """
    with suppress(MsgspecError, UnicodeError, RecursionError):  # the standard library then decides whether it is JSON
        fields: dict[str, Any] = _FIELDS(body)
        return fields
    try:
        found, end = decoder()(body)
    except (ValueError, RecursionError) as error:
        raise _unreadable(body) from error
    if body[end:].strip() or not isinstance(found, dict):
        raise _unreadable(body)
    return found


def _unreadable(body: str) -> LedgerError:
    return LedgerError(_("An entry of the ledger cannot be read ({text}). Run: jk check").format(text=body[:60]))


def hashes() -> Any:
    """A new SHA-256 object."""
    return _hasher()(b"")


def _sha256(text: bytes) -> str:
    return str(_hasher()(text).hexdigest())


@cache
def _hasher() -> Callable[[bytes], Any]:
    from hashlib import sha256  # loads OpenSSL, which a report does not need

    return sha256


@cache
def decoder() -> Callable[[str], tuple[Any, int]]:
    """The function that decodes a body: it returns the value and the index after the end of the JSON."""
    from json import JSONDecoder

    return JSONDecoder().raw_decode  # `decode` also strips whitespace, which takes longer than the rest


def _encoded(value: Any) -> bytes:
    """A value as canonical JSON in UTF-8: keys sorted, no whitespace, only the escapes that JSON requires.

    Raises:
        Refused: a text has NUL or surrogates, which cannot be stored.
    """
    try:
        text = _JSON(value)
    except UnicodeEncodeError as error:
        raise Refused(_("Text that is not valid Unicode cannot be recorded.")) from error
    if b"\\u0000" in text and re.search(_NUL, text):
        raise Refused(_("Text with a NUL character cannot be recorded."))
    return text


class SeenHead(Struct, frozen=True):
    """The head of a ledger as this computer last saw it, and the hash of the first entry; empty for an empty ledger."""

    first: str
    seq: int
    hash: str


def mismatch(
    seen: SeenHead, first: str, head: Head, found: str | None
) -> tuple[Literal["behind", "rewritten"], str] | None:
    """How a ledger differs from a head that was seen, with the message about it; None if it still has that head.

    Args:
        seen: the head that was seen.
        first: the hash of the ledger's first entry; empty if it has none.
        head: the head of the ledger now.
        found: the hash of the ledger's entry with the number of `seen`; None if there is none.
    """
    if seen.seq == 0 or (found == seen.hash and first == seen.first):
        return None
    if seen.seq > head.seq and first == seen.first:
        return "behind", behind(seen, head)
    text = _("This ledger is not the one that this computer last saw: #{seq} had the hash {was}, now it has {now}.")
    return "rewritten", text.format(seq=seen.seq, was=seen.hash[:12], now=found[:12] if found else "–")


def behind(seen: SeenHead, head: Head) -> str:
    """The message that a copy of a ledger ends before a head that was seen."""
    return _("this copy ends at #{last}; this computer has seen #{seq}").format(last=head.seq, seq=seen.seq)
