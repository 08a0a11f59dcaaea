"""The derived tables: what follows from each entry for totals, reports and events, written in its transaction.

The statements are plain SQL with `?` for a value.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache
from itertools import takewhile
from operator import itemgetter
from typing import Any, NamedTuple

from ..errors import LedgerError
from ..facts import Total
from ..language import _
from ..model import PROGRAMME, Entry, Reading, Recorded
from .chain import instant
from .entry_fields import plain
from .timeline import event_row

Rows = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs one SQL statement with `?` for each value and returns all of its rows: all that a database must offer."""

PAGE = 1000
"""How many rows are fetched at a time, and how many numbers or names one statement asks for."""

Series = tuple[str, str, str]
"""Task, name of the reading, unit or ""."""

EXACT = Context(prec=100)
"""Adds decimals without rounding, whatever the ambient context."""

_BEFORE = """
SELECT on_date, seq, total, since FROM readings
WHERE task = ? AND name = ? AND unit = ? AND (on_date, seq) < (?, ?)
ORDER BY on_date DESC, seq DESC LIMIT 1"""

_AFTER = """
SELECT on_date, seq, added, value FROM readings
WHERE task = ? AND name = ? AND unit = ? AND (on_date, seq) > (?, ?)
ORDER BY on_date, seq LIMIT ?"""

_READINGS = "INSERT INTO readings (task, name, unit, on_date, seq, added, value, total, since)"

_REPORTS = "INSERT INTO reports (task, on_date, seq, received, recorded_at)"

_EVENTS = "INSERT INTO events (task, on_date, seq, kind, subject, until, basis)"

_COLLECTED = 4000
"""How many rows of a table are collected before they are inserted in the order of its key, which halves the time."""

_TOGETHER = 20
"""How many rows one statement inserts: with 9 columns, far below the number of values that a database accepts."""

_LAST_DAY = "~"
"""Sorts after every date."""

_CARRIED = " ON CONFLICT (task, name, unit, on_date, seq) DO UPDATE SET total = excluded.total, since = excluded.since"
"""What makes of rows that are inserted new totals of those that are there: many of them in one statement."""

_WITHDRAW = """
DELETE FROM readings
WHERE task = ? AND name = ? AND unit = ? AND on_date = ? AND seq = ?"""


class Point(NamedTuple):
    """A reading's place in its series, the total there, and the entry that stated the total it counts from."""

    on: str
    seq: int
    total: Decimal
    since: int


_NOWHERE = Point("", 0, Decimal(0), 0)


class Derived:
    """Writes the derived tables of one database, within one transaction.

    Rows are collected and inserted many at a time: before anybody reads the tables, `flush` must be called.
    """

    def __init__(self, rows: Rows, entry: Callable[[int], Recorded | None]) -> None:
        """Write by `rows`; `entry` looks up what a retraction withdraws."""
        self._rows = rows
        self._entry = entry
        self._tasks: set[str] = set()
        self._series: set[Series] = set()
        self._pending: dict[str, list[tuple[Any, ...]]] = {_READINGS: [], _REPORTS: [], _EVENTS: []}
        self._ends: dict[Series, Point] = {}  # an import in the order of the dates seeks each of them once

    def apply(self, recorded: Recorded) -> None:
        """Write what follows from an entry.

        Raises:
            LedgerError: it retracts an entry that is not there.
        """
        entry = recorded.entry
        if entry.task != PROGRAMME and entry.task not in self._tasks:
            self._rows("INSERT INTO tasks (task) VALUES (?) ON CONFLICT DO NOTHING", (entry.task,))
            self._tasks.add(entry.task)
        if entry.kind == "retract":
            self._withdraw(recorded)
            return
        on, seq = entry.on.isoformat(), recorded.seq
        if entry.kind == "report":
            received = entry.received.isoformat() if entry.received else ""
            self._insert(_REPORTS, (entry.task, on, seq, received, instant(recorded.recorded_at)))
        else:
            self._insert(_EVENTS, event_row(recorded))
        for name, reading in entry.readings.items():
            self._add((entry.task, name, reading.unit or ""), on, seq, reading)

    def flush(self) -> None:
        """Insert the rows that were collected."""
        for statement in self._pending:
            self._insert_collected(statement)

    def flush_events(self) -> None:
        """Insert the rows that were collected for the table `events`: enough for whoever reads no other table."""
        self._insert_collected(_EVENTS)

    def end(self, series: Series) -> Point | None:
        """The last reading of a series; None where it has none."""
        if series not in self._ends:  # then no row of it is collected
            self._ends[series] = self._last_before(series, _LAST_DAY, 0)
        found = self._ends[series]
        return found if found.seq else None

    def forget_ends(self, entry: Entry) -> None:
        """Seek the ends of the series anew that an entry moved which the database itself followed."""
        if entry.kind == "retract":
            self._ends.clear()
        for name, reading in entry.readings.items():
            self._ends.pop((entry.task, name, reading.unit or ""), None)

    def _insert(self, statement: str, row: tuple[Any, ...]) -> None:
        those = self._pending[statement]
        those.append(row)
        if len(those) == _COLLECTED:
            self._insert_collected(statement)

    def _insert_collected(self, statement: str) -> None:
        those = self._pending[statement]
        those.sort()
        self._insert_together(statement, those)
        those.clear()

    def _insert_together(self, statement: str, those: Sequence[tuple[Any, ...]], there: str = "") -> None:
        """Insert rows, many with each statement; `there` says what becomes of those that are there already."""
        for first in range(0, len(those), _TOGETHER):
            some = those[first : first + _TOGETHER]
            self._rows(_inserting(statement, len(some[0]), len(some)) + there, [value for row in some for value in row])

    def _withdraw(self, retraction: Recorded) -> None:
        self.flush()
        withdrawn = self._entry(retraction.entry.ref or 0)
        if withdrawn is None:
            raise LedgerError(
                _("entry {seq}: it retracts entry {ref}, which does not exist").format(
                    seq=retraction.seq, ref=retraction.entry.ref
                )
            )
        entry = withdrawn.entry
        on = entry.on.isoformat()
        place = (entry.task, on, withdrawn.seq)
        self._rows("DELETE FROM reports WHERE task = ? AND on_date = ? AND seq = ?", place)
        self._rows("DELETE FROM events WHERE task = ? AND on_date = ? AND seq = ?", place)
        for name, reading in entry.readings.items():
            series = (entry.task, name, reading.unit or "")
            self._rows(_WITHDRAW, (*series, on, withdrawn.seq))
            self._carry(series, self._before(series, on, withdrawn.seq))

    def _add(self, series: Series, on: str, seq: int, reading: Reading) -> None:
        if series not in self._series:
            self._rows("INSERT INTO series (task, name, unit) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", series)
            self._series.add(series)
        last = self.end(series) or _NOWHERE
        in_order = last.on <= on
        value = total = plain(reading.value)
        since = seq
        if reading.added:
            before = last if in_order else self._before(series, on, seq)
            total, since = plain(EXACT.add(before.total, reading.value)), before.since
        self._insert(_READINGS, (*series, on, seq, int(reading.added), value, total, since))
        point = Point(on, seq, Decimal(total), since)
        if in_order:
            self._ends[series] = point
        else:
            self._carry(series, point)

    def _before(self, series: Series, on: str, seq: int) -> Point:
        self.flush()
        return self._last_before(series, on, seq)

    def _last_before(self, series: Series, on: str, seq: int) -> Point:
        for day, number, total, since in self._rows(_BEFORE, (*series, on, seq)):
            return Point(day, number, Decimal(total), since)
        return _NOWHERE

    def _carry(self, series: Series, point: Point) -> None:
        """Recompute the totals after a point, up to the next one that was stated."""
        self.flush()
        self._ends.pop(series, None)
        while page := self._rows(_AFTER, (*series, point.on, point.seq, PAGE)):
            increments = list(takewhile(itemgetter(2), page))
            carried = []
            for day, seq, added, value in increments:
                point = Point(day, seq, EXACT.add(point.total, Decimal(value)), point.since)
                carried.append((*series, day, seq, added, value, plain(point.total), point.since))
            self._insert_together(_READINGS, carried, _CARRIED)
            if len(increments) < len(page):
                return


def marks(count: int) -> str:
    """Placeholders for that many values: `?, ?, ?`."""
    return ", ".join("?" * count)


@lru_cache
def _inserting(statement: str, columns: int, rows: int) -> str:
    row = f"({marks(columns)})"
    return f"{statement} VALUES {', '.join([row] * rows)}"


class Layout(NamedTuple):
    """The columns of a table: those of its key, and the others."""

    key: tuple[str, ...]
    others: tuple[str, ...] = ()


TABLES: Mapping[str, Layout] = {
    "tasks": Layout(("task",)),
    "series": Layout(("task", "name", "unit")),
    "readings": Layout(("task", "name", "unit", "on_date", "seq"), ("added", "value", "total", "since")),
    "reports": Layout(("task", "on_date", "seq"), ("received", "recorded_at")),
    "events": Layout(("task", "on_date", "seq"), ("kind", "subject", "until", "basis")),
}
"""Every derived table."""

_ROWS = "SELECT {columns} FROM {table}{after} ORDER BY {key} LIMIT ?"

_TABLES_AFTER = " WHERE ({key}) > ({marks})"


def pages(rows: Rows, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a derived table in the order of its key."""
    key, others = TABLES[table]
    names = ", ".join(key)
    after = _TABLES_AFTER.format(key=names, marks=marks(len(key)))
    first, further = (
        _ROWS.format(columns=", ".join((*key, *others)), table=table, after=place, key=names) for place in ("", after)
    )
    page = rows(first, (PAGE,))
    while page:
        yield from page
        page = rows(further, (*page[-1][: len(key)], PAGE))


END = 2**63 - 1
"""After every entry of a day."""

TOTALS = """
SELECT s.task, s.name, s.unit, r.on_date, r.seq, r.total, r.since, r.added, r.value,
 (SELECT p.total FROM readings p
   WHERE r.added = 1 AND p.task = s.task AND p.name = s.name AND p.unit = s.unit
    AND (p.on_date, p.seq) < (r.on_date, r.seq)
   ORDER BY p.on_date DESC, p.seq DESC LIMIT 1),
 (SELECT instr(e.body, CASE r.added WHEN 1 THEN '":"+' ELSE '":"' END || r.value || '"')
   FROM entries e WHERE e.seq = r.seq)
FROM series s CROSS JOIN readings r
WHERE r.task = s.task AND r.name = s.name AND r.unit = s.unit
 AND (r.on_date, r.seq) = (
   SELECT l.on_date, l.seq FROM readings l
   WHERE l.task = s.task AND l.name = s.name AND l.unit = s.unit AND l.on_date <= ?
   ORDER BY l.on_date DESC, l.seq DESC LIMIT 1)
 AND s.task {which}"""
"""The total of every series of these tasks as of a date, with what it follows from: whether its last reading adds, the
figure, the total before it, and whether the entry has that figure. CROSS JOIN: SQLite must not begin with the readings.
"""

_LAST = """
SELECT r.on_date, r.seq, r.total, r.since, coalesce(e.on_date, '')
FROM readings r LEFT JOIN entries e ON e.seq = r.since
WHERE r.task = ? AND r.name = ? AND r.unit = ? AND (r.on_date, r.seq) <= (?, ?)
ORDER BY r.on_date DESC, r.seq DESC LIMIT 1"""

_NEXT = """
SELECT on_date, seq FROM readings
WHERE task = ? AND name = ? AND unit = ? AND on_date > ?
ORDER BY on_date, seq LIMIT 1"""


def total_at(rows: Rows, tasks: Sequence[str], name: str, unit: str, place: tuple[str, int]) -> Total | None:
    """The total of one series, which may stand under several ids, after its last reading up to `place` (on, seq)."""
    last = {task: found[0] for task in tasks if (found := rows(_LAST, (task, name, unit, *place)))}
    if not last:
        return None
    if len(tasks) == 1:
        ((on, seq, total, since, _since_on),) = last.values()
        return _total(Decimal(total), on, seq, stated=since > 0)
    stated_on, stated = max((since_on, since) for _on, _seq, _total, since, since_on in last.values())
    value = Decimal(0)
    for task, (_on, _seq, total, since, _since_on) in last.items():
        value = EXACT.add(value, Decimal(total))
        if since != stated and (before := rows(_LAST, (task, name, unit, stated_on, stated))):
            value = EXACT.subtract(value, Decimal(before[0][2]))
    on, seq = max((on, seq) for on, seq, *_rest in last.values())
    return _total(value, on, seq, stated=stated > 0)


def _total(value: Decimal, on: str, seq: int, *, stated: bool) -> Total | None:
    """A total; None where its last reading has no date that can be read."""
    try:
        return Total(value, date.fromisoformat(on), seq, stated)
    except ValueError:
        return None


def next_total(rows: Rows, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
    """The total after the first reading of a series that speaks about a day after `on`."""
    found = [place for task in tasks for place in rows(_NEXT, (task, name, unit, on.isoformat()))]
    return total_at(rows, tasks, name, unit, min(found)) if found else None
