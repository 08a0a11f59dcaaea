"""Derives a ledger again from its entries: as it was earlier (known-on), or to compare the tables in `check`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from ..errors import LedgerError
from . import sqlite
from .derived_tables import PAGE, TABLES, Rows, pages
from .derived_writer import Derived
from .entries import Selection, read
from .protocol import Ledger
from .reader import SqlReader

Row = tuple[Any, ...]


def known_on(ledger: Ledger, moment: datetime) -> Ledger:
    """The ledger as it was at a moment, in memory and read-only."""
    return up_to(ledger, ledger.last_by(moment))


def up_to(ledger: Ledger, seq: int) -> Ledger:
    """The ledger as it was when `seq` was its last entry, in memory and read-only."""
    return sqlite.in_memory(ledger.entries(Selection(until_seq=seq)), ledger.where)


_ENTRIES = "SELECT seq, body, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"


class Rederivation:
    """The derived tables of a ledger, derived again from its entries into empty tables."""

    def __init__(self, ledger: Ledger, rows: Rows) -> None:
        """Derive from the entries of `ledger`, by `fresh` into empty tables."""
        self._rows = ledger.rows
        self._fresh = rows
        self._derived = Derived(rows, SqlReader(ledger.rows).entry)
        self._last = 0

    def catch_up(self) -> None:
        """Derive from the entries added since the last call. An entry that cannot be parsed is skipped."""
        while page := self._rows(_ENTRIES, (self._last, PAGE)):
            for self._last, body, hash_ in page:
                with suppress(LedgerError):
                    self._derived.apply(read(self._last, str(body), hash_))
            self._derived.flush()

    def differing(self, table: str) -> Iterator[tuple[Row | None, Row | None]]:
        """Yield the differing rows of a derived table, in pairs: present and expected; None if one is missing."""
        return _differing(pages(self._rows, table), pages(self._fresh, table), len(TABLES[table].key))


@contextmanager
def derived_again(ledger: Ledger) -> Iterator[Rederivation]:
    """Derive all tables of a ledger again, in a temporary file."""
    with sqlite.empty_tables(ledger.where) as empty:
        again = Rederivation(ledger, empty)
        again.catch_up()
        yield again


def _differing(found: Iterable[Row], expected: Iterable[Row], width: int) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield the differing rows of two tables, paired by key; None for a missing row. Both are sorted by key.

    Args:
        found: the rows of one table.
        expected: the rows of the other table.
        width: the number of columns in the key.
    """
    found_rows, expected_rows = iter(found), iter(expected)
    found_row, expected_row = next(found_rows, None), next(expected_rows, None)
    while found_row or expected_row:
        if expected_row is None or (found_row is not None and found_row[:width] < expected_row[:width]):
            yield found_row, None
            found_row = next(found_rows, None)
        elif found_row is None or expected_row[:width] < found_row[:width]:
            yield None, expected_row
            expected_row = next(expected_rows, None)
        else:
            if found_row != expected_row:
                yield found_row, expected_row
            found_row, expected_row = next(found_rows, None), next(expected_rows, None)
