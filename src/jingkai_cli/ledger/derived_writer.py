"""Writes the derived tables (totals, reports, events) in the transaction of the entries from which they follow.

The statements are plain SQL with `?` for each value.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, takewhile
from operator import itemgetter
from typing import Any

from ..errors import LedgerError
from ..language import _
from ..model import PROGRAMME, Reading, Recorded
from .chain import instant
from .derived_tables import EXACT, NEXT, PAGE, Later, Place, Point, Rows, event_row, marks
from .entry_fields import day_text, plain

Series = tuple[str, str, str]
"""Task, name of the reading, unit; the unit is "" for the task as a whole."""

_BEFORE = """
SELECT on_date, seq, total, since FROM readings
WHERE task = ? AND name = ? AND unit = ? AND (on_date, seq) < (?, ?)
ORDER BY on_date DESC, seq DESC LIMIT 1"""

_AFTER = """
SELECT on_date, seq, added, value FROM readings
WHERE task = ? AND name = ? AND unit = ? AND (on_date, seq) >= (?, ?) AND (on_date, seq) < (?, ?)
ORDER BY on_date, seq LIMIT ?"""

_TASKS = "INSERT INTO tasks (task)"

_SERIES = "INSERT INTO series (task, name, unit)"

_READINGS = "INSERT INTO readings (task, name, unit, on_date, seq, added, value, total, since)"

_REPORTS = "INSERT INTO reports (task, on_date, seq, received, recorded_at)"

_EVENTS = "INSERT INTO events (task, on_date, seq, kind, subject, until, basis)"

_COLLECTED = 4000
"""The number of rows of a table that are collected, then inserted in the order of its key: this halves the time."""

_MOST_PLACES = 20_000
"""The number of stale places that are remembered before the totals are corrected."""

BEYOND: Place = ("~", 0)
"""A place after every reading."""

_ONCE = dict.fromkeys((_TASKS, _SERIES), " ON CONFLICT DO NOTHING")

_CARRIED = " ON CONFLICT (task, name, unit, on_date, seq) DO UPDATE SET total = excluded.total, since = excluded.since"
"""Appended to an INSERT, it updates the totals of rows that exist: many rows in one statement."""

_THERE = "SELECT task FROM tasks WHERE task IN ({marks})"

_WITHDRAW = """
DELETE FROM readings
WHERE task = ? AND name = ? AND unit = ? AND on_date = ? AND seq = ?"""


_NOWHERE = Point("", 0, Decimal(0), 0)


TOGETHER = 500
"""The number of rows that one statement inserts. With twelve columns, a database accepts five times as many values."""


def insert_together(run: Later, statement: str, rows: Sequence[tuple[Any, ...]], on_conflict: str = "") -> None:
    """Insert rows, many with each statement, which halves the time.

    Args:
        run: runs a statement.
        statement: `INSERT INTO table (columns)`.
        rows: the rows to insert.
        on_conflict: the ON CONFLICT clause for rows that exist already; empty for none.
    """
    first = 0
    for together in (TOGETHER, 20, 1):
        while first + together <= len(rows):
            batch = rows[first : first + together]
            run(_inserting(statement, len(batch[0]), together) + on_conflict, [*chain.from_iterable(batch)])
            first += together


@lru_cache
def _inserting(statement: str, columns: int, rows: int) -> str:
    row = f"({marks(columns)})"
    return f"{statement} VALUES {', '.join([row] * rows)}"


class Derived:
    """Writes the derived tables of one database within one transaction.

    Rows are collected and inserted many at a time. A reading that is not the last one of its series changes the totals
    after it. These are corrected only when they are read, so that importing a file in reverse order of its dates takes
    no longer. Call `flush` before the tables are read.
    """

    def __init__(self, rows: Rows, entry: Callable[[int], Recorded | None], later: Later | None = None) -> None:
        """Write by `rows`, and large inserts by `later`; `entry` looks up the entry that a retraction withdraws."""
        self._rows = rows
        self._later = later or rows
        self._entry = entry
        self._tasks: set[str] = set()
        self._without_rows: set[str] = set()
        self._series: set[Series] = set()
        self._pending: dict[str, list[tuple[Any, ...]]] = {
            statement: [] for statement in (_TASKS, _SERIES, _READINGS, _REPORTS, _EVENTS)
        }
        self._ends: dict[Series, Point] = {}  # so that an import in the order of the dates seeks each end once
        self._stale: defaultdict[Series, list[Place]] = defaultdict(list)
        """The sorted places from which on totals in the table are wrong, each up to the next stated total."""
        self._places = 0

    def apply(self, recorded: Recorded) -> None:
        """Write the rows that follow from an entry.

        Raises:
            LedgerError: it retracts an entry that does not exist.
        """
        entry = recorded.entry
        if entry.task != PROGRAMME and entry.task not in self._tasks:
            self._insert(_TASKS, (entry.task,))
            self._tasks.add(entry.task)
        if entry.kind == "retract":
            self._withdraw(recorded)
            return
        on, seq = day_text(entry.on), recorded.seq
        if entry.kind == "report":
            received = day_text(entry.received) if entry.received else ""
            self._insert(_REPORTS, (entry.task, on, seq, received, instant(recorded.recorded_at)))
        else:
            self._insert(_EVENTS, event_row(recorded))
        for name, reading in entry.readings.items():
            self._add((entry.task, name, reading.unit or ""), on, seq, reading)
        self._without_rows.discard(entry.task)

    def seek(self, tasks: set[str]) -> None:
        """Look up tasks with one statement, and remember those that have no rows yet."""
        unknown = [*tasks - self._tasks - self._without_rows - {PROGRAMME}]  # which is never in the table `tasks`
        if unknown:
            found = self._rows(_THERE.format(marks=marks(len(unknown))), unknown)
            self._without_rows |= {*unknown} - {task for (task,) in found}

    def hand_over(self) -> None:
        """Insert the collected rows by `later`, in full batches; the rest stays collected."""
        for statement, rows in self._pending.items():
            if many := len(rows) - len(rows) % TOGETHER:
                rows.sort()
                insert_together(self._later, statement, rows[:many], _ONCE.get(statement, ""))
                del rows[:many]

    def without_rows(self, *tasks: str) -> bool:
        """Whether all of these tasks are known to have no rows in any table."""
        return self._without_rows.issuperset(tasks)

    def flush(self) -> None:
        """Insert the collected rows, and correct the stale totals."""
        for statement in self._pending:
            self._insert_collected(statement)
        for series in [*self._stale]:
            self._correct_before(series, BEYOND)
        self._places = 0

    def flush_events(self) -> None:
        """Insert the collected rows of the table `events`: enough for a caller that reads only that table."""
        self._insert_collected(_EVENTS)

    def ends_after(self, series: Series, day: str) -> bool:
        """Whether a series has a reading after a date."""
        return self._end(series).on > day

    def last(self, series: Series, before: Place = BEYOND) -> Point | None:
        """The last reading of a series before a place, with its total; None if there is none."""
        end = self._end(series)
        if before <= (end.on, end.seq):
            found = self._before(series, before)
        else:
            self._correct_before(series, BEYOND)
            found = self._end(series)
        return found if found.seq else None

    def following(self, series: Series, day: str) -> Point | None:
        """The first reading of a series after a date, with its total; None if there is none."""
        if not self.ends_after(series, day):
            return None
        self._insert_collected(_READINGS)
        for on, seq in self._rows(NEXT, (*series, day)):
            return self._before(series, (on, seq + 1))
        return None

    def _insert(self, statement: str, row: tuple[Any, ...]) -> None:
        rows = self._pending[statement]
        rows.append(row)
        if len(rows) == _COLLECTED:
            self._insert_collected(statement)

    def _insert_collected(self, statement: str) -> None:
        rows = self._pending[statement]
        rows.sort()
        insert_together(self._rows, statement, rows, _ONCE.get(statement, ""))
        rows.clear()

    def _withdraw(self, retraction: Recorded) -> None:
        for statement in self._pending:
            self._insert_collected(statement)
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
            self._ends.pop(series, None)
            self._mark_stale(series, (on, withdrawn.seq))

    def _add(self, series: Series, on: str, seq: int, reading: Reading) -> None:
        if series not in self._series:
            self._insert(_SERIES, series)
            self._series.add(series)
        end = self._end(series)
        value = total = plain(reading.value)
        since = seq
        if reading.added:
            before = self.last(series, (on, seq)) or _NOWHERE
            total, since = plain(EXACT.add(before.total, reading.value)), before.since
        self._insert(_READINGS, (*series, on, seq, int(reading.added), value, total, since))
        if end.on <= on:
            self._ends[series] = Point(on, seq, Decimal(total), since)
        else:
            self._mark_stale(series, (on, seq + 1))

    def _mark_stale(self, series: Series, place: Place) -> None:
        """Remember that the totals of a series are wrong from a place on."""
        insort(self._stale[series], place)
        self._places += 1
        if self._places == _MOST_PLACES:
            self.flush()

    def _end(self, series: Series) -> Point:
        """The last reading of a series. Its total is wrong while the series is stale."""
        if series not in self._ends:
            if self.without_rows(series[0]):
                self._ends[series] = _NOWHERE
            else:
                self._insert_collected(_READINGS)
                self._ends[series] = self._last_before(series, BEYOND)
        return self._ends[series]

    def _before(self, series: Series, place: Place) -> Point:
        """The last reading of a series before a place, with its total; `_NOWHERE` if there is none."""
        self._insert_collected(_READINGS)
        self._correct_before(series, place)
        return self._last_before(series, place)

    def _last_before(self, series: Series, place: Place) -> Point:
        for day, number, total, since in self._rows(_BEFORE, (*series, *place)):
            return Point(day, number, Decimal(total), since)
        return _NOWHERE

    def _correct_before(self, series: Series, until: Place) -> None:
        """Correct the stale totals of a series before a place. Later ones are corrected when they are read."""
        stale = self._stale.get(series)
        if not stale:
            return
        self._insert_collected(_READINGS)
        while stale and stale[0] < until:
            self._carry_forward(series, stale, until)
        if not stale:
            del self._stale[series]
            self._ends.pop(series, None)

    def _carry_forward(self, series: Series, stale: list[Place], until: Place) -> None:
        """Correct the totals from the first stale place to the next stated total, or to `until`."""
        place = stale[0]
        point = self._last_before(series, place)
        while page := self._rows(_AFTER, (*series, *place, *until, PAGE)):
            increments = list(takewhile(itemgetter(2), page))
            carried = []
            for day, seq, added, value in increments:
                point = Point(day, seq, EXACT.add(point.total, Decimal(value)), point.since)
                carried.append((*series, day, seq, added, value, plain(point.total), point.since))
            insert_together(self._rows, _READINGS, carried, _CARRIED)
            if len(increments) < len(page):
                stated = page[len(increments)][:2]
                del stale[: bisect_right(stale, stated)]
                return
            place = (point.on, point.seq + 1)
        del stale[: bisect_right(stale, until)]
        if until != BEYOND:
            stale.insert(0, until)
