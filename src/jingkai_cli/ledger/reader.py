"""Reads a ledger by SQL. The cost of a report is a number of index seeks, whatever the length of the history.

The statements are plain SQL with `?` for each value, so that all stores share them.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from ..facts import Event, OpenProblems, Received, TaskFacts, Total, is_about
from ..kinds import kind_of
from ..model import UNREADABLE, Head, Recorded
from . import chain
from .derived_tables import (
    END,
    PAGE,
    TOTALS,
    Rows,
    closed_apart,
    decimal_in,
    event_of,
    follows,
    marks,
    next_total,
    total_at,
)
from .entries import ALL, Entries, Selection, numbers, read

S = TypeVar("S")


def last(rows: Rows) -> tuple[int, str] | None:
    """The number and the hash of a ledger's last entry; None if it has no entries."""
    found = rows("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1", ())
    return (found[0][0], found[0][1]) if found else None


def find(rows: Rows, key: str) -> Recorded | None:
    """The entry with that key; None if there is none."""
    found = rows("SELECT seq, body, hash FROM entries WHERE key = ?", (key,))
    return read(*found[0]) if found else None


_ANY_TASK = "> ''"
"""The condition that stands for a list of tasks: all of them, without `PROGRAMME`."""

_EVENTS = """
SELECT task, on_date, seq, kind, subject, until, basis FROM events
WHERE on_date <= ? AND task {which} ORDER BY task, on_date, seq"""
"""In the order of the key, so that nothing has to be sorted."""

_REPORTS = """
SELECT t.task,
 (SELECT r.on_date FROM reports r WHERE r.task = t.task AND r.on_date <= ? ORDER BY r.on_date DESC LIMIT 1),
 (SELECT r.received FROM reports r
   WHERE r.task = t.task AND r.received > '' AND r.received <= ? AND r.on_date <= ? ORDER BY r.received DESC LIMIT 1),
 CASE WHEN EXISTS (SELECT 1 FROM reports r WHERE r.task = t.task AND r.received = '') THEN
  (SELECT r.on_date FROM reports r
    WHERE r.task = t.task AND r.received = '' AND r.on_date <= ? ORDER BY r.on_date DESC LIMIT 1)
 END
FROM tasks t WHERE t.task {which}"""
"""EXISTS comes first: without it, SQLite would pass over all reports that state when they came in."""

_SAID_RECEIVED = """
SELECT task, seq, on_date, received, recorded_at FROM reports WHERE received >= ? AND on_date <= ? AND task {which}"""

_RECORDED = """
SELECT task, seq, on_date, received, recorded_at FROM reports
WHERE received = '' AND recorded_at >= ? AND on_date <= ? AND task {which}"""

_ADOPTED = "SELECT seq FROM events WHERE kind = 'adopt' ORDER BY seq DESC LIMIT 10"
"""Several, because the last one may be unreadable."""


class SqlReader:
    """Implements `protocol.Reader` on the tables of a ledger."""

    series_totals = TOTALS
    """The statement for totals. PostgreSQL has its own: it would scan the table with the one that makes SQLite seek."""

    def __init__(self, rows: Rows, unreadable: set[int] | None = None, doubtful: set[int] | None = None) -> None:
        """Read by `rows`.

        Args:
            rows: runs one SQL statement.
            unreadable: receives the numbers of entries that cannot be read and are skipped.
            doubtful: receives the numbers of entries with a total that was read but does not follow from the entries.
        """
        self.rows = rows
        self.unreadable: set[int] = set() if unreadable is None else unreadable
        self.doubtful: set[int] = set() if doubtful is None else doubtful

    def head(self) -> Head:
        """The number and the hash of the last entry; `chain.EMPTY` for an empty ledger."""
        found = last(self.rows)
        return Head(*found) if found else chain.EMPTY

    def facts(
        self,
        as_of: date,
        *,
        tasks: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> Mapping[str, TaskFacts]:
        """The standing facts of each task as of a date, by four statements and a few more for a task that was renamed.

        A report counts as received on the day that it states, or else on its own date.
        """
        present = dict(formerly or {})
        named = _named(tasks, present)
        totals = self._totals(named, present, as_of)
        events = self._events(named, present, as_of)
        reported = self._reported(named, present, as_of)
        facts = {}
        for task in dict.fromkeys((*totals, *events, *reported)):
            last_on, last_received = reported.get(task, _NEVER)
            facts[task] = TaskFacts(
                totals=totals.get(task, {}),
                events=tuple(events.get(task, ())),
                last_report_on=last_on,
                last_received=last_received,
            )
        return facts

    def events_by_task(
        self, as_of: date, *, tasks: Sequence[str] | None = None, formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Sequence[Event]]:
        """The standing events of each task as of a date, by one statement; tasks without events are left out."""
        present = dict(formerly or {})
        return self._events(_named(tasks, present), present, as_of)

    def totals_by_task(
        self, as_of: date, *, tasks: Sequence[str], formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Mapping[tuple[str, str], Total]]:
        """The totals of these tasks as of a date, by one statement and a few more for each renamed task."""
        present = dict(formerly or {})
        return self._totals(_named(tasks, present), present, as_of)

    def open_problems(self, as_of: date, *, formerly: Mapping[str, str] | None = None) -> OpenProblems:
        """The standing events of each task as of a date, without those of closed problems, which are counted."""
        present = dict(formerly or {})
        found = self._readable(self._among(_EVENTS, (as_of.isoformat(),), None), 2, 1, 5)
        open_rows, closed = closed_apart(self.rows, found)
        counted: Counter[tuple[str, str]] = Counter(
            (present.get(row[0], row[0]), closed[row[2]]) for row in found if row[2] in closed
        )
        return OpenProblems(self._by_task(open_rows, present), counted)

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """All standing events of one task, whatever their date."""
        return self._events([task, *formerly], dict.fromkeys(formerly, task), date.max).get(task, [])

    def events_about(self, task: str, formerly: Sequence[str], seq: int) -> Sequence[Event]:
        """The events of a task that are about the entry with that number."""
        return [event for event in self.events(task, formerly) if is_about(event, seq)]

    def folded(self, task: str, formerly: Sequence[str], begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """Fold all standing events of one task, whatever their date."""
        state = begin()
        for event in self.events(task, formerly):
            state = step(state, event)
        return state

    def received(self, tasks: Sequence[str], since: datetime, as_of: date) -> Sequence[Received]:
        """The standing reports of these tasks that came in on the day of `since` or later, by number."""
        day = as_of.isoformat()
        rows = (
            *self._among(_SAID_RECEIVED, (since.date().isoformat(), day), tasks),
            *self._among(_RECORDED, (chain.instant(since), day), tasks),
        )
        found = [
            Received(
                seq,
                task,
                date.fromisoformat(on),
                date.fromisoformat(stated_on) if stated_on else _day(recorded, since.tzinfo),
                stated=bool(stated_on),
            )
            for task, seq, on, stated_on, recorded in self._readable(rows, 1, 2, 3)
        ]
        return sorted(found, key=lambda report: report.seq)

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of a series as of a date."""
        return total_at(self.rows, tasks, name, unit, (as_of.isoformat(), END))

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total."""
        return next_total(self.rows, tasks, name, unit, on)

    def entry(self, seq: int) -> Recorded | None:
        """The entry with that number; None if there is none."""
        found = self.rows("SELECT seq, body, hash FROM entries WHERE seq = ?", (seq,))
        return read(*found[0]) if found else None

    def find(self, key: str) -> Recorded | None:
        """The entry with that key; None if there is none."""
        return find(self.rows, key)

    def adopted(self) -> Recorded | None:
        """The last readable adoption of a plan that was not retracted; None if there is none."""
        for (seq,) in self.rows(_ADOPTED, ()):
            found = self.entry(seq)
            if found and found.entry.plan is not None:
                return found
            self.unreadable.add(seq)
        return None

    def retracted_by(self, seqs: Sequence[int]) -> Mapping[int, int]:
        """Number of each of these entries that was retracted → number of its retraction."""
        if not seqs:
            return {}
        found = self.rows(
            "SELECT ref, seq FROM entries WHERE kind = 'retract' AND ref BETWEEN ? AND ?", (min(seqs), max(seqs))
        )
        numbers_asked = seqs if isinstance(seqs, range) else set(seqs)
        return {ref: seq for ref, seq in found if ref in numbers_asked}

    def entries(self, selection: Selection = ALL) -> Entries:
        """The selected entries in the order of the selection."""
        return Entries(self.rows, numbers(self.rows, selection, self.head().seq))

    def tasks(self) -> Sequence[str]:
        """The task ids of all entries."""
        return [task for (task,) in self.rows("SELECT task FROM tasks ORDER BY task", ())]

    def last_by(self, moment: datetime) -> int:
        """The number of the last entry recorded up to `moment`; 0 if there is none."""
        by = chain.instant(moment)
        return bisect_right(range(1, self.head().seq + 1), by, key=self._moment)

    def _moment(self, seq: int) -> str:
        return str(self.rows("SELECT recorded_at FROM entries WHERE seq = ?", (seq,))[0][0])

    def _events(self, named: Sequence[str] | None, present: Mapping[str, str], as_of: date) -> dict[str, list[Event]]:
        found = self._readable(self._among(_EVENTS, (as_of.isoformat(),), named), 2, 1, 5)
        return self._by_task(found, present)

    def _by_task(self, found: Sequence[tuple[Any, ...]], present: Mapping[str, str]) -> dict[str, list[Event]]:
        events: dict[str, list[Event]] = {}
        for task, event in self._events_of_rows(found):
            events.setdefault(present.get(task, task), []).append(event)
        for task in {*present.values()} & events.keys():  # entries under its former id come in between
            events[task].sort(key=attrgetter("on", "seq"))
        return events

    def _events_of_rows(self, found: Sequence[tuple[Any, ...]]) -> list[tuple[str, Event]]:
        """The task and the event of each row, with its entry if the kind keeps it. Unreadable entries are skipped."""
        seqs = sorted(row[2] for row in found if kind_of(row[3]).keeps_entry)  # in the order of the database
        entries = dict(Entries(self.rows, seqs).by_number())
        unreadable = {seq for seq, entry in entries.items() if entry.kind == UNREADABLE}
        self.unreadable |= unreadable
        return [(row[0], event_of(row, entries.get(row[2]))) for row in found if row[2] not in unreadable]

    def _readable(self, rows: Sequence[tuple[Any, ...]], seq: int, *days: int) -> list[tuple[Any, ...]]:
        """The rows whose columns `days` hold dates or nothing; notes the other entries (column `seq`) as unreadable."""
        wrong = {text for day in days for text in {row[day] for row in rows} if text and not _date(text)}
        if not wrong:
            return [*rows]
        self.unreadable |= {row[seq] for row in rows if any(row[day] in wrong for day in days)}
        return [row for row in rows if not any(row[day] in wrong for day in days)]

    def _reported(
        self, named: Sequence[str] | None, present: Mapping[str, str], as_of: date
    ) -> dict[str, tuple[date | None, date | None]]:
        """Task → the date of its last report, and the day on which its last report came in."""
        day = as_of.isoformat()
        found: dict[str, tuple[date | None, date | None]] = {}
        for task, *days in self._among(_REPORTS, (day, day, day, day), named):
            last_on, stated, recorded = map(_date, days)
            last_received = _later(stated, recorded)
            if (now := present.get(task, task)) in found:  # it was renamed
                last_on, last_received = map(_later, found[now], (last_on, last_received))
            if last_on or last_received:
                found[now] = last_on, last_received
        return found

    def _totals(
        self, named: Sequence[str] | None, present: Mapping[str, str], as_of: date
    ) -> dict[str, dict[tuple[str, str], Total]]:
        day = as_of.isoformat()
        totals: dict[str, dict[tuple[str, str], Total]] = {}
        found = self._readable(self._among(self.series_totals, (day,), named), 4, 3)
        for task, name, unit, on, seq, total, since, added, figure, before, stands in found:
            if not follows(seq, total, since, added, figure, before, stands):
                self.doubtful.add(seq)
            value = decimal_in(total)
            if value is None:
                continue
            now = present.get(task, task)
            of_task = totals.setdefault(now, {})
            merged = None
            if (name, unit) in of_task:
                ids = [now, *(old for old, new in present.items() if new == now)]
                merged = total_at(self.rows, ids, name, unit, (day, END))
            of_task[name, unit] = merged or Total(value, date.fromisoformat(on), seq, stated=since > 0)
        return totals

    def _among(self, statement: str, values: Sequence[Any], tasks: Sequence[str] | None) -> list[tuple[Any, ...]]:
        """The rows of a statement for these tasks or all; a long list is split, as databases limit the values."""
        if tasks is None:
            return self.rows(statement.format(which=_ANY_TASK), values)
        found: list[tuple[Any, ...]] = []
        for first in range(0, len(tasks), PAGE):
            batch = tasks[first : first + PAGE]
            found += self.rows(_with_marks(statement, len(batch)), (*values, *batch))
        return found


def _named(tasks: Sequence[str] | None, present: Mapping[str, str]) -> list[str] | None:
    """The present and former ids of these tasks; None for all tasks."""
    if tasks is None:
        return None
    wanted = {present.get(task, task) for task in tasks}
    return [*wanted, *(old for old, new in present.items() if new in wanted)]


_NEVER = (None, None)


@lru_cache(4096)  # the days of a ledger repeat
def _date(text: str | None) -> date | None:
    """The date in a text; None if it is empty, or is not a date because something else wrote the table."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _later(one: date | None, other: date | None) -> date | None:
    return max(one, other) if one and other else one or other


def _day(instant: str, zone: tzinfo | None) -> date:
    """The day of an instant in a zone."""
    return _day_of_minute(instant[:16], zone)


@lru_cache(4096)  # the entries of one import share it
def _day_of_minute(minute: str, zone: tzinfo | None) -> date:
    return datetime.fromisoformat(f"{minute}+00:00").astimezone(zone).date()


@lru_cache
def _with_marks(statement: str, tasks: int) -> str:
    return statement.format(which=f"IN ({marks(tasks)})")
