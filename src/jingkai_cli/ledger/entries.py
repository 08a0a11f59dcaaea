"""Selects entries and reads them a page at a time. An unreadable entry is returned with a kind of its own."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import starmap
from operator import itemgetter
from typing import Any

from msgspec import Struct

from ..errors import LedgerError
from ..model import UNREADABLE, Entry, Recorded
from . import chain
from .derived_tables import PAGE, Rows, marks


class Selection(Struct, frozen=True):
    """Which entries to read; a field that is None excludes nothing. `since` and `until` bound `on`, inclusively."""

    tasks: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None
    unit: str | None = None
    after_seq: int = 0
    until_seq: int | None = None
    last: int | None = None
    """Only so many of the last entries, still in the order of their numbers."""
    dated: bool = False
    """Whether the entries are ordered by (`on`, `seq`) instead of `seq`."""


ALL = Selection()
"""Every entry."""


def read(seq: int, body: str, hash_: str) -> Recorded:
    """The recorded entry in a body; if `chain.parse` raises, one of the kind `UNREADABLE` with the body as its note."""
    try:
        return chain.parse(body, hash_)
    except LedgerError:
        fields = fields_of(body)
    texts = {name: fields[name] for name in ("by", "key", "task") if isinstance(fields.get(name), str)}
    entry = Entry(**{"by": "", "key": hash_, "task": "", **texts}, kind=UNREADABLE, on=date.min, note=body)
    try:
        moment = datetime.fromisoformat(fields["recorded_at"]).astimezone(UTC)
    except (LookupError, OverflowError, TypeError, ValueError):
        moment = datetime.min.replace(tzinfo=UTC)
    return Recorded(seq, moment, str(fields.get("prev_hash", "")), hash_, body, entry)


def read_entry(seq: int, body: str, hash_: str) -> Entry:
    """The entry in a body without its place in the chain; if it cannot be parsed, one of the kind `UNREADABLE`."""
    try:
        return chain.parse_entry(body)
    except LedgerError:
        return read(seq, body, hash_).entry


def fields_of(body: str) -> dict[str, Any]:
    """The fields of a body that may be unreadable; empty if it is not a JSON object."""
    try:
        return chain.decoded(body)
    except LedgerError:
        return {}


_SOME = "SELECT seq, body, hash FROM entries WHERE seq IN ({marks})"

_RUN = "SELECT seq, body, hash FROM entries WHERE seq BETWEEN ? AND ?"


def hashes(rows: Rows, seqs: Sequence[int]) -> dict[int, str]:
    """Number → hash of these entries, with an index seek each. Numbers that the ledger lacks are left out."""
    return dict(rows(f"SELECT seq, hash FROM entries WHERE seq IN ({marks(len(seqs))})", seqs))  # noqa: S608


class Entries:
    """Entries by number, fetched a page at a time. Entries never change, so all pages are of one state."""

    def __init__(self, rows: Rows, numbers: Sequence[int]) -> None:
        """Read the entries with these numbers by `rows`, in that order."""
        self._rows = rows
        self.numbers = numbers

    def __len__(self) -> int:
        """The number of entries."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Recorded]:
        """Yield the entries in the order of `numbers`.

        Raises:
            LedgerError: the database cannot be read.
        """
        return starmap(read, self._texts())

    def by_number(self) -> Iterator[tuple[int, Entry]]:
        """Yield each number with its entry, in any order. Takes half the time of `__iter__`.

        Raises:
            LedgerError: as `__iter__`.
        """
        return ((row[0], read_entry(*row)) for page in self._pages() for row in page)

    def fields(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield the fields of each entry (`chain.parse_fields`) and its hash. Cheaper than `__iter__`.

        Raises:
            LedgerError: as `__iter__`.
        """
        return ((_fields(seq, body), hash_) for seq, body, hash_ in self._texts())

    def _texts(self) -> Iterator[tuple[int, str, str]]:
        for page, found in zip(self._numbers(), self._pages(), strict=True):
            texts = {row[0]: row for row in found}
            for seq in page:
                if seq in texts:  # `jk check` reports an entry that was deleted from the database
                    yield texts[seq]

    def _numbers(self) -> Iterator[Sequence[int]]:
        return (self.numbers[first : first + PAGE] for first in range(0, len(self.numbers), PAGE))

    def _pages(self) -> Iterator[list[tuple[int, str, str]]]:
        """Yield the number, the body and the hash of the entries of each page, in any order."""
        for page in self._numbers():
            run = range(page[0], page[-1] + 1)
            if len(page) == len(run) and [*page] == [*run]:
                found = self._rows(_RUN, (page[0], page[-1]))
            else:
                found = self._rows(_SOME.format(marks=marks(len(page))), page)
            yield [(seq, str(body), str(hash_)) for seq, body, hash_ in found]


def _fields(seq: int, body: str) -> dict[str, Any]:
    """The fields of an entry; an unreadable one has only its number, its kind and, as its note, its text."""
    try:
        return chain.parse_fields(body)
    except LedgerError:
        return {"seq": seq, "kind": UNREADABLE, "note": body}


# With `+seq` SQLite uses the index on dates instead of walking through all entries by number.
_NUMBERS = "SELECT seq, on_date FROM entries WHERE {conditions} ORDER BY {order} DESC LIMIT ?"


def numbers(rows: Rows, selection: Selection, head: int) -> Sequence[int]:
    """The numbers of the selected entries, in their order; `head` is the number of the ledger's last entry."""
    until = head if selection.until_seq is None else min(selection.until_seq, head)
    last = head if selection.last is None else selection.last
    conditions: list[tuple[str, Sequence[Any]]] = []
    if selection.tasks is not None:
        conditions.append((f"task IN ({marks(len(selection.tasks))})", sorted(selection.tasks)))
    if selection.since is not None:
        conditions.append(("on_date >= ?", (selection.since.isoformat(),)))
    if selection.until is not None:
        conditions.append(("on_date <= ?", (selection.until.isoformat(),)))
    if selection.unit is not None:
        conditions.append(("unit = ?", (selection.unit,)))
    if not conditions and not selection.dated:
        return range(max(selection.after_seq, until - last) + 1, until + 1)
    conditions.append(("+seq > ? AND +seq <= ?", (selection.after_seq, until)))
    statement = _NUMBERS.format(
        conditions=" AND ".join(condition for condition, _values in conditions),
        order="seq" if selection.since is selection.until is None else "+seq",
    )
    found = rows(statement, (*(value for _condition, values in conditions for value in values), last))
    if selection.dated:
        found.sort(key=itemgetter(1, 0), reverse=True)
    return [seq for seq, _on in reversed(found)]
