"""What can be wrong with a ledger that somebody changed behind its back, as sentences that name the entry."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ..errors import JkError, LedgerError
from ..language import _
from ..model import Head
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
            self._progress(self._last.seq)

    def finish(self) -> list[str]:
        """What is wrong with the entries that came meanwhile and the derived tables, in one state of the ledger."""
        return [*self.forward(), *self._keys(), *(fault for table in _DERIVED for fault in self._table(table))]

    def _entry(self, row: Mapping[str, Any]) -> Iterator[str]:
        seq, last = row["seq"], self._last
        faults = []
        if seq != last.seq + 1:
            faults.append(_("it follows entry {last}: what was between is missing").format(last=last.seq))
        if row["prev_hash"] != last.hash:
            faults.append(_("it does not link to the entry before"))
        recorded_at = str(row["recorded_at"])
        if recorded_at < self._recorded_at:
            faults.append(_("it was recorded before the entry before"))
        self._last, self._recorded_at = Head(seq, row["hash"]), recorded_at
        body = str(row["body"])
        if chain.digest(body) != row["hash"]:
            faults.append(_("its text was changed: it does not have its hash"))
        try:
            recorded = chain.parse(body, row["hash"])
            if chain.link(recorded.entry, Head(seq - 1, recorded.prev_hash), recorded.recorded_at).body != body:
                faults.append(_("its text is not written as this program writes it"))
            differing = [name for name, value in zip(COLUMNS, columns(recorded), strict=True) if value != row[name]]
            if differing:
                faults.append(_("its columns differ from its text: {columns}").format(columns=", ".join(differing)))
            self._derived.apply(recorded)
        except JkError as error:
            faults.append(str(error))
        for fault in faults:
            yield _("entry {seq}: {fault}").format(seq=seq, fault=fault)

    def _keys(self) -> Iterator[str]:
        for key, seq in self._rows(_KEYS, ()):
            yield _("entry {seq}: its key {key} is another entry's as well").format(seq=seq, key=key)

    def _table(self, table: str) -> Iterator[str]:
        """The first row in which a derived table differs from what the entries give: those after it only follow."""
        for found, expected in zip_longest(_pages(self._rows, table), _pages(self._fresh, table)):
            if found != expected:
                key, others = _DERIVED[table]
                row = dict(zip((*key, *others), expected or found, strict=True))
                yield _("entry {seq}: the table {table} has {found}, the entries give {expected}").format(
                    seq=row.get("seq", 0), table=table, found=found, expected=expected
                )
                return


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
