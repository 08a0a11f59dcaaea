"""Records in a ledger in PostgreSQL: inserts entries; triggers on the server write the derived tables."""

import json
from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from ...model import Reading, Recorded
from ..derived_tables import EXACT, Later, Place, Point, Rows
from ..derived_writer import BEYOND, Derived, Series
from ..writer import INSERT, SqlWriter, columns
from .link import Link

TOTALS = """
SELECT s.task, s.name, s.unit, r.on_date, r.seq, r.total, r.since, r.added, r.value,
 (SELECT p.total FROM readings p
   WHERE r.added = 1 AND p.task = s.task AND p.name = s.name AND p.unit = s.unit
    AND (p.on_date, p.seq) < (r.on_date, r.seq)
   ORDER BY p.on_date DESC, p.seq DESC LIMIT 1),
 (SELECT strpos(e.body, CASE r.added WHEN 1 THEN '":"+' ELSE '":"' END || r.value || '"')
   FROM entries e WHERE e.seq = r.seq)
FROM series s CROSS JOIN LATERAL (
  SELECT l.on_date, l.seq, l.total, l.since, l.added, l.value FROM readings l
  WHERE l.task = s.task AND l.name = s.name AND l.unit = s.unit AND l.on_date <= ?
  ORDER BY l.on_date DESC, l.seq DESC LIMIT 1) r
WHERE s.task {which}"""
"""The total of every series of these tasks as of a date. Without LATERAL PostgreSQL seeks once for each reading."""


_BETWEEN = """
SELECT on_date, seq, added, value FROM readings
WHERE task = ? AND name = ? AND unit = ? AND (on_date, seq) >= (?, ?) AND (on_date, seq) < (?, ?)
ORDER BY on_date, seq"""


class Followed(Derived):
    """Follows the derived tables that triggers on the server fill. The server corrects totals when it commits.

    A total that is needed earlier is added up here: PostgreSQL keeps every version of a row that a transaction wrote,
    so correcting all later totals after each reading would take longer and longer.
    """

    def __init__(self, rows: Rows, entry: Callable[[int], Recorded | None], later: Later | None = None) -> None:
        """Read by `rows`."""
        super().__init__(rows, entry, later)
        self._doubtful: set[Series] = set()
        """The series whose remembered last reading is outdated."""

    def apply(self, recorded: Recorded) -> None:
        """Remember what changes by an entry that was inserted."""
        entry = recorded.entry
        self._without_rows.discard(entry.task)
        if entry.kind == "retract":
            self._settle()
        for name, reading in entry.readings.items():
            self._add((entry.task, name, reading.unit or ""), entry.on.isoformat(), recorded.seq, reading)

    def flush(self) -> None:
        """Make the server correct the totals now."""
        if self._stale:
            self._settle()

    def _settle(self) -> None:
        self._rows("SET CONSTRAINTS ALL IMMEDIATE", ())
        self._rows("SET CONSTRAINTS ALL DEFERRED", ())
        for remembered in (self._stale, self._ends, self._doubtful):
            remembered.clear()

    def _add(self, series: Series, on: str, seq: int, reading: Reading) -> None:
        end = self._ends.get(series)
        if end is None or end.on > on:
            insort(self._stale[series], (on, seq))
            self._doubtful.add(series)
        else:
            self._ends[series] = _after(end, (on, seq, int(reading.added), reading.value))

    def _correct_before(self, series: Series, until: Place) -> None:
        if until == BEYOND and series in self._doubtful:
            self._doubtful.discard(series)
            self._ends.pop(series, None)

    def _last_before(self, series: Series, place: Place) -> Point:
        stale = self._stale.get(series)
        if not stale or place <= stale[0]:
            return super()._last_before(series, place)
        return reduce(
            _after, self._rows(_BETWEEN, (*series, *stale[0], *place)), super()._last_before(series, stale[0])
        )


def _after(point: Point, row: tuple[Any, ...]) -> Point:
    """The point after one more reading, given as its date, its number, whether it adds, and its value."""
    on, seq, added, value = row
    if added:
        return Point(on, seq, EXACT.add(point.total, Decimal(value)), point.since)
    return Point(on, seq, Decimal(value), seq)


class PostgresWriter(SqlWriter):
    """Writes only entries. Triggers fill the derived tables, with rights that no login has."""

    series_totals = TOTALS

    derived = Followed

    def __init__(self, link: Link, now: Callable[[], datetime], appended: list[Recorded]) -> None:
        """Write by `link` at the time that `now` returns. Inserted entries are added to `appended`."""
        super().__init__(link.rows, now)
        self._appended = appended

    def assign(self, units: Mapping[str, Sequence[str]]) -> None:
        """Set which units may record for each task. Only a coordinator may call it."""
        self._rows(
            "SELECT jk.fill_task_units(?)", (json.dumps({task: list(members) for task, members in units.items()}),)
        )

    def _insert(self, recorded: Recorded) -> None:
        self._rows(INSERT, columns(recorded))
        self._derived.apply(recorded)
        self._appended.append(recorded)
