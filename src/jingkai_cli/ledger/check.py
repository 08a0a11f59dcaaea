"""What can be wrong with a ledger that somebody changed behind its back, as sentences that name the entry."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ..errors import JkError, LedgerError
from ..head import Head
from ..language import _
from ..model import Recorded
from . import Reader, chain
from .derived import Derived, Rows
from .reader import PAGE, SqlReader
from .writer import COLUMNS, columns

_ENTRIES = """
SELECT seq, key, on_date, recorded_at, "by", kind, task, unit, ref, body, prev_hash, hash
FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"""
_KEYS = "SELECT key, max(seq) FROM entries GROUP BY key HAVING count(*) > 1"
_ROWS = "SELECT {columns} FROM {table} WHERE ({key}) > ({marks}) ORDER BY {key} LIMIT ?"
_DERIVED: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "tasks": (("task",), ()),
    "series": (("task", "name", "unit"), ()),
    "readings": (("task", "name", "unit", "on_date", "seq"), ("added", "value", "total", "since")),
    "reports": (("task", "on_date", "seq"), ("received", "recorded_at")),
    "events": (("task", "on_date", "seq"), ("kind", "subject", "until", "basis")),
}
"""Each derived table: the columns of its key, and the others."""

ANCHOR = 12
"""How many digits of a hash prove something: as many as the foot of a page prints."""


def check_anchor(ledger: Reader, seq: int, digest: str) -> str | None:
    """Whether a ledger still holds what it held when a head was printed.

    Args:
        ledger: the ledger of today.
        seq: the number in the head.
        digest: its hash, or at least the first `ANCHOR` digits of it.

    Returns:
        What is wrong, or None.
    """
    if len(digest) < ANCHOR:
        return _("anchor: {digits} digits of the hash or more are needed").format(digits=ANCHOR)
    head = ledger.head()
    if seq > head.seq:
        return _("anchor: entry {seq} was there, but the ledger ends at entry {last}: its tail was cut off").format(
            seq=seq, last=head.seq
        )
    try:
        entry = ledger.entry(seq)
    except LedgerError as error:
        return _("entry {seq}: {fault}").format(seq=seq, fault=error)
    found = entry.hash if entry else chain.EMPTY.hash
    if not found.startswith(digest.lower()):
        return _("anchor: entry {seq} had the hash {anchor}, now it has {found}: the ledger was rewritten").format(
            seq=seq, anchor=digest, found=found[: len(digest)]
        )
    return None


def surviving(faults: Iterable[str]) -> Iterator[str]:
    """The faults; when the database itself gives up on the way, that is one more of them."""
    try:
        yield from faults
    except LedgerError as error:
        yield str(error)


class Walk:
    """Walks the chain from the first entry, and derives anew in another database what follows from it."""

    def __init__(self, rows: Rows, fresh: Rows, progress: Callable[[int], None]) -> None:
        """Read by `rows`, derive by `fresh`, whose tables are empty, and tell `progress` each number reached."""
        self._rows = rows
        self._fresh = fresh
        self._progress = progress
        self._derived = Derived(fresh, SqlReader(rows).entry)
        self._last = chain.EMPTY
        self._recorded_at = ""

    def forward(self) -> Iterator[str]:
        """What is wrong with the entries from here to the present end, a page at a time."""
        while page := self._rows(_ENTRIES, (self._last.seq, PAGE)):
            for row in page:
                yield from self._entry(dict(zip(COLUMNS, row, strict=True)))
            self._derived.flush()
            self._progress(self._last.seq)

    def finish(self) -> list[str]:
        """What is wrong with the entries that came meanwhile and the derived tables, in one state of the ledger."""
        rest = (self.forward(), self._keys(), *map(self._table, _DERIVED))
        return [fault for faults in rest for fault in surviving(faults)]

    def _entry(self, row: Mapping[str, Any]) -> Iterator[str]:
        recorded = _parsed(row)
        for fault in (*self._link_faults(row), *_text_faults(row, recorded)):
            yield _("entry {seq}: {fault}").format(seq=row["seq"], fault=fault)
        self._last, self._recorded_at = Head(row["seq"], row["hash"]), str(row["recorded_at"])
        if recorded:
            try:
                self._derived.apply(recorded)
            except LedgerError as error:
                yield str(error)

    def _link_faults(self, row: Mapping[str, Any]) -> Iterator[str]:
        if row["seq"] != self._last.seq + 1:
            yield _("it follows entry {last}: what was between is missing").format(last=self._last.seq)
        if row["prev_hash"] != self._last.hash:
            yield _("it does not link to the entry before")
        if str(row["recorded_at"]) < self._recorded_at:
            yield _("it was recorded before the entry before")

    def _keys(self) -> Iterator[str]:
        for key, seq in self._rows(_KEYS, ()):
            yield _("entry {seq}: its key {key} is another entry's as well").format(seq=seq, key=key)

    def _table(self, table: str) -> Iterator[str]:
        """The first row in which a derived table differs from what the entries give: those after it only follow."""
        for found, expected in zip_longest(_pages(self._rows, table), _pages(self._fresh, table)):
            if found != expected:
                key, others = _DERIVED[table]
                row = dict(zip((*key, *others), expected or found, strict=True))
                where = _("entry {seq}").format(seq=row["seq"]) if "seq" in row else _("database")
                yield _("{where}: the table {table} has {found}, the entries give {expected}").format(
                    where=where, table=table, found=found, expected=expected
                )
                return


def _parsed(row: Mapping[str, Any]) -> Recorded | None:
    """The entry that a row's text holds; None where it holds none."""
    try:
        return chain.parse(str(row["body"]), row["hash"])
    except JkError:
        return None


def _text_faults(row: Mapping[str, Any], recorded: Recorded | None) -> Iterator[str]:
    body = str(row["body"])
    if chain.digest(body) != row["hash"]:
        yield _("its text was changed: it does not have its hash")
    if recorded is None:
        yield _("its text cannot be read")
        return
    if not chain.is_canonical(recorded):
        yield _("its text is not written as this program writes it")
    repeated = zip(COLUMNS, columns(recorded), strict=True)
    differing = [name for name, value in repeated if name not in ("body", "hash") and value != row[name]]
    if differing:
        yield _("its columns differ from its text: {columns}").format(columns=", ".join(differing))


def _pages(rows: Rows, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a derived table in the order of its key."""
    key, others = _DERIVED[table]
    statement = _ROWS.format(
        columns=", ".join((*key, *others)), table=table, key=", ".join(key), marks=", ".join("?" for _column in key)
    )
    last: Sequence[Any] = [0 if column == "seq" else "" for column in key]
    while page := rows(statement, (*last, PAGE)):
        yield from page
        last = page[-1][: len(key)]
