"""The derived tables derived anew from the entries, in another database: the rows in which the ledger's own differ."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from ..errors import LedgerError
from ..language import _
from . import chain
from .check import surviving
from .derived import PAGE, Derived, Rows
from .reader import SqlReader
from .tables import TABLES, pages

_ENTRIES = "SELECT seq, body, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"

Row = tuple[Any, ...]


class Rederived:
    """Reads every entry, then compares."""

    def __init__(self, rows: Rows, fresh: Rows) -> None:
        """Read by `rows`, derive by `fresh`, whose tables are empty."""
        self._rows = rows
        self._fresh = fresh
        self._derived = Derived(fresh, SqlReader(rows).entry)
        self._last = 0

    def forward(self) -> None:
        """Derive what follows from the entries from here to the present end, as far as they can be read."""
        while page := self._rows(_ENTRIES, (self._last, PAGE)):
            for self._last, body, hash_ in page:
                with suppress(LedgerError):  # the proof has told
                    self._derived.apply(chain.parse(str(body), hash_))
            self._derived.flush()

    def differences(self, tables: Sequence[str], most: int | None) -> Iterator[str]:
        """The rows of these tables that differ, in one state of the ledger: so many of each table, or all of them."""
        self.forward()
        for table in tables:
            told = False
            for fault in surviving(islice(self._table(table), most)):
                told = True
                yield fault
            if not told:
                yield _("database: the table {table} is not what the entries give").format(table=table)

    def _table(self, table: str) -> Iterator[str]:
        key, others = TABLES[table]
        for found, expected in _differing(pages(self._rows, table), pages(self._fresh, table), len(key)):
            row = dict(zip((*key, *others), expected or found or (), strict=True))
            where = _("entry {seq}").format(seq=row["seq"]) if "seq" in row else _("database")
            yield _("{where}: the table {table} has {found}, the entries give {expected}").format(
                where=where, table=table, found=found, expected=expected
            )


def _differing(found: Iterable[Row], expected: Iterable[Row], width: int) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows of two tables that differ, side by side where they have one key; both come in its order.

    Args:
        found: the rows of the one table.
        expected: those of the other.
        width: how many columns the key has.
    """
    theirs, ours = iter(found), iter(expected)
    there, due = next(theirs, None), next(ours, None)
    while there or due:
        if due is None or (there is not None and there[:width] < due[:width]):
            yield there, None
            there = next(theirs, None)
        elif there is None or due[:width] < there[:width]:
            yield None, due
            due = next(ours, None)
        else:
            if there != due:
                yield there, due
            there, due = next(theirs, None), next(ours, None)
