"""The hash chain: an entry as canonical JSON, the hash that links it to the entry before, and back. Pure functions.

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
"""The version of the hashed form; new kinds and fields of entries do not change it."""
PREFIX = b"jk-ledger-v%d\n" % FORMAT
"""What every hash begins with: the version of this format."""

EMPTY = Head(0, "0" * 64)
"""The head of a ledger without entries, to which the first entry links."""

_NUL = rb"(?<!\\)(?:\\\\)*\\u0000"

_JSON = Encoder(order="sorted").encode

_FIELDS = Decoder(dict[str, Any]).decode


@lru_cache(4096)  # the same moment is written three times for each entry, at last when many are inserted together
def instant(moment: datetime) -> str:
    """An aware moment as it is hashed and stored, so that text sorts as time: `2016-03-01T02:03:04.000005Z`."""
    utc = moment.astimezone(UTC)
    if utc.microsecond:
        return _JSON(utc)[1:-1].decode()  # takes a tenth of the time, but leaves out zeros
    return utc.isoformat(timespec="microseconds")[:-6] + "Z"  # for +00:00


_GAP = b"\xff"
"""Stands in canonical JSON where a value is put in later. No text has it: UTF-8 has no such byte."""

_RAW_GAP = Raw(_GAP)

_LATER = dict.fromkeys(("by", "key", "prev_hash", "recorded_at", "seq"), _RAW_GAP)


class Encoded(Struct, frozen=True, array_like=True):
    """An entry, and its canonical JSON, encoded once: its key, its body and its link are put together from that.

    `pieces` joined are its canonical JSON in UTF-8 without the values of `prev_hash`, `recorded_at` and `seq`: the
    second piece is the value of `by`, the fourth that of `key`, and the last three begin after a value that is missing.
    """

    entry: Entry
    pieces: tuple[bytes, ...]

    def content_key(self, ordinal: int) -> str:
        """The key of an imported line that has none: SHA-256 of its content and its ordinal among identical lines.

        Who typed it is left out: the same file imported by a colleague gives the same keys, and nothing counts twice.
        A score keeps its `by`: it is the judge.
        """
        to_by, by, to_key, _key, to_prev_hash, to_recorded_at, to_seq, end = self.pieces
        start = to_by + by + b"," if kind_of(self.entry.kind).by_is_content else to_by.removesuffix(b'"by":')
        counted = (
            start,
            to_key[1:].removesuffix(b'"key":'),
            to_prev_hash[1:].removesuffix(b',"prev_hash":'),
            to_recorded_at.removesuffix(b',"recorded_at":'),
            to_seq.removesuffix(b',"seq":'),
            end,
            b"\n%d" % ordinal,
        )
        return _sha256(b"".join(counted))

    def with_key(self, key: str) -> "Encoded":
        """The same entry with another key.

        Raises:
            Refused: the key is no text that can be stored.
        """
        pieces = (*self.pieces[:3], _encoded(key), *self.pieces[4:])
        return Encoded(replace(self.entry, key=key), pieces)

    def link(self, head: Head, recorded_at: datetime) -> Recorded:
        """The entry as the next one after `head`.

        Raises:
            Refused: the hash of `head` is no text that can be stored.
        """
        *start, to_recorded_at, to_seq, end = self.pieces
        seq, moment = head.seq + 1, b'"%b"' % instant(recorded_at).encode()
        body = b"".join((*start, _encoded(head.hash), to_recorded_at, moment, to_seq, b"%d" % seq, end))
        hash_ = _sha256(PREFIX + body)
        return Recorded(seq, recorded_at.astimezone(UTC), head.hash, hash_, body.decode(), self.entry)


def encode(entry: Entry) -> Encoded:
    """Encode an entry as canonical JSON.

    Raises:
        Refused: no ledger can hold it: a text in it has NUL or surrogates, or a value is too long.
    """
    together = _encoded((content(entry) | _LATER, _RAW_GAP, entry.by, _RAW_GAP, entry.key, _RAW_GAP))
    to_by, to_key, *others, end, by, key, _bracket = together[1:].split(_GAP)
    return Encoded(entry, (to_by, by[1:-1], to_key, key[1:-1], *others, end[:-1]))


def link(entry: Entry, head: Head, recorded_at: datetime) -> Recorded:
    """The entry as the next one after `head`.

    Raises:
        Refused: its text cannot be stored: NUL, surrogates, or a value that is too long.
    """
    return encode(entry).link(head, recorded_at)


def digest(body: str) -> str:
    """The hash of an entry's canonical JSON."""
    return _sha256(PREFIX + body.encode())


def parse(body: str, hash_: str) -> Recorded:
    """The entry that a body holds.

    Raises:
        LedgerError: the body is not one that this program wrote.
    """
    fields = decoded(body)
    try:
        seq, recorded_at, prev_hash = _place_in(fields)
        return Recorded(seq, recorded_at, prev_hash, hash_, body, entry_of(fields))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unreadable(body) from error


def _place_in(fields: Mapping[str, Any]) -> tuple[int, datetime, str]:
    """The number, the moment and the hash of the entry before, of the fields of a body."""
    return int(fields["seq"]), datetime.fromisoformat(fields["recorded_at"]), str(fields["prev_hash"])


def parse_entry(body: str) -> Entry:
    """The entry alone that a body holds.

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
    """The fields of a body by their names, dates and moments typed: takes a third of the time of `parse`.

    Raises:
        LedgerError: the body is not one that this program wrote.
    """
    fields = decoded(body)
    try:
        days = {name: date.fromisoformat(fields[name]) for name in DAYS if name in fields}
        moment = datetime.fromisoformat(fields["recorded_at"])
        return {**fields, **days, "seq": int(fields["seq"]), "recorded_at": moment}
    except (LookupError, TypeError, ValueError) as error:
        raise _unreadable(body) from error


def decoded(body: str) -> dict[str, Any]:
    """The fields of a body, as JSON holds them.

    Raises:
        LedgerError: it is no JSON object.
    """
    with suppress(MsgspecError, UnicodeError, RecursionError):  # then the standard library says whether it is JSON
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
    """A running SHA-256, without anything in it yet."""
    return _hasher()(b"")


def _sha256(text: bytes) -> str:
    return str(_hasher()(text).hexdigest())


@cache
def _hasher() -> Callable[[bytes], Any]:
    from hashlib import sha256  # it loads OpenSSL: a report does without

    return sha256


@cache
def decoder() -> Callable[[str], tuple[Any, int]]:
    """Returns the function that decodes a body; it gives the value, and the index after its end."""
    from json import JSONDecoder

    return JSONDecoder().raw_decode  # `decode` would look for blanks around, which takes longer than the rest


def _encoded(value: Any) -> bytes:
    """A value as canonical JSON: sorted, without blanks, nothing escaped but what JSON demands.

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
    """A head that was seen, and the hash of the first entry of its ledger; of an empty ledger that is empty."""

    first: str
    seq: int
    hash: str


def mismatch(
    seen: SeenHead, first: str, head: Head, there: str | None
) -> tuple[Literal["behind", "rewritten"], str] | None:
    """How a ledger differs from what was seen of it, and a sentence that says so; None where it contains that head.

    Args:
        seen: the head.
        first: the hash of the ledger's first entry, empty where it has none.
        head: the ledger's head now.
        there: the hash that the ledger has at the number of `seen`.
    """
    if seen.seq == 0 or (there == seen.hash and first == seen.first):
        return None
    if seen.seq > head.seq and first == seen.first:
        return "behind", behind(seen, head)
    text = _("This ledger is not the one that this computer last saw: #{seq} had the hash {was}, now it has {now}.")
    return "rewritten", text.format(seq=seen.seq, was=seen.hash[:12], now=there[:12] if there else "–")


def behind(seen: SeenHead, head: Head) -> str:
    """The sentence that a copy of a ledger ends before a head that was seen."""
    return _("this copy ends at #{last}; this computer has seen #{seq}").format(last=head.seq, seq=seen.seq)
