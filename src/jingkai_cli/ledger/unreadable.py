"""Reads an entry whose text this program cannot read: as one of a kind of its own, so that everything else goes on."""

from datetime import UTC, date, datetime
from typing import Any

from ..errors import LedgerError
from ..model import UNREADABLE, Entry, Recorded
from . import chain


def read(seq: int, body: str, hash_: str) -> Recorded:
    """The entry that a body holds; one of the kind `UNREADABLE`, whose note is the body, where `chain.parse` raises."""
    try:
        return chain.parse(body, hash_)
    except LedgerError:
        said = fields_of(body)
    texts = {name: said[name] for name in ("by", "key", "task") if isinstance(said.get(name), str)}
    entry = Entry(**{"by": "", "key": hash_, "task": "", **texts}, kind=UNREADABLE, on=date.min, note=body)
    try:
        moment = datetime.fromisoformat(said["recorded_at"]).astimezone(UTC)
    except (LookupError, OverflowError, TypeError, ValueError):
        moment = datetime.min.replace(tzinfo=UTC)
    return Recorded(seq, moment, str(said.get("prev_hash", "")), hash_, body, entry)


def read_entry(seq: int, body: str, hash_: str) -> Entry:
    """The same without its place in the chain."""
    try:
        return chain.parse_entry(body)
    except LedgerError:
        return read(seq, body, hash_).entry


def fields_of(body: str) -> dict[str, Any]:
    """The fields of a body that may be unreadable; none where it is no JSON object."""
    try:
        return chain.decoded(body)
    except LedgerError:
        return {}
