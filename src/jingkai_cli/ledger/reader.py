"""What can be asked of a ledger in SQL: a report costs index seeks, whatever the length of the history.

The statements are plain SQL with `?` for a value, so that every database answers by the same code.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from typing import Any

from ..facts import NOTHING, Event, Received, TaskFacts, Total
from ..model import Entry, Head, Recorded
from . import chain
from .derived import END, PAGE, TOTALS, Rows, marks, next_total, total_at


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries `entries` gives: all of them where a field is None. Dates are `on`, both ends included."""

    tasks: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None
    unit: str | None = None
    after_seq: int = 0
    until_seq: int | None = None
    last: int | None = None
    """Only the last so many, still in the order of their numbers."""
    dated: bool = False
    """Ordered by the dates that they speak about, and by number where they speak about one date."""


ALL = Selection()
"""Every entry."""


def last(rows: Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]) -> tuple[int, str] | None:
    """The number and the hash of a ledger's last entry; None where there is none."""
    found = rows("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1", ())
    return (found[0][0], found[0][1]) if found else None


_SOME = "SELECT seq, body, hash FROM entries WHERE seq IN ({marks})"

_RUN = "SELECT seq, body, hash FROM entries WHERE seq BETWEEN ? AND ?"


class Entries:
    """The entries of some numbers. They never change, so that a later page belongs to the earlier ones."""

    def __init__(self, rows: Rows, numbers: Sequence[int]) -> None:
        """Ask by `rows` for the entries of these numbers, in that order."""
        self._rows = rows
        self.numbers = numbers

    def __len__(self) -> int:
        """How many they are."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Recorded]:
        """The entries, in the order of `numbers`.

        Raises:
            LedgerError: the database cannot be read, or one of them is not what this program wrote.
        """
        return starmap(chain.parse, self._texts())

    def fields(self) -> Iterator[tuple[dict[str, Any], str]]:
        """What `chain.told` gives of each of them, and its hash: for who needs no more.

        Raises:
            LedgerError: as when they are asked for.
        """
        return ((chain.told(body), hash_) for body, hash_ in self._texts())

    def _texts(self) -> Iterator[tuple[str, str]]:
        for first in range(0, len(self.numbers), PAGE):
            page = self.numbers[first : first + PAGE]
            if isinstance(page, range):
                found = self._rows(_RUN, (page[0], page[-1]))
            else:
                found = self._rows(_SOME.format(marks=marks(len(page))), page)
            texts = {seq: (body, hash_) for seq, body, hash_ in found}
            for seq in page:
                if seq in texts:  # what was deleted behind the ledger's back, `jk check` tells
                    yield texts[seq]


_ANY_TASK = "> ''"
"""Instead of a list: what is of no single task is asked for by name alone."""

WORDED = ("problem", "object", "ruling", "score")
"""The events whose words are shown with the task: they come with their whole entry."""

_EVENTS = """
SELECT task, on_date, seq, kind, subject, until, basis FROM events
WHERE on_date <= ? AND task {which} ORDER BY on_date, seq"""

_REPORTS = """
SELECT t.task,
 (SELECT r.on_date FROM reports r WHERE r.task = t.task AND r.on_date <= ? ORDER BY r.on_date DESC LIMIT 1),
 (SELECT r.received FROM reports r
   WHERE r.task = t.task AND r.received > '' AND r.received <= ? AND r.on_date <= ? ORDER BY r.received DESC LIMIT 1),
 (SELECT r.recorded_at FROM reports r
   WHERE r.task = t.task AND r.received = '' AND r.recorded_at <= ? AND r.on_date <= ?
   ORDER BY r.recorded_at DESC LIMIT 1)
FROM tasks t WHERE t.task {which}"""

_SAID_RECEIVED = """
SELECT task, seq, on_date, received, recorded_at FROM reports WHERE received >= ? AND on_date <= ? AND task {which}"""

_RECORDED = """
SELECT task, seq, on_date, received, recorded_at FROM reports
WHERE received = '' AND recorded_at >= ? AND on_date <= ? AND task {which}"""

_ADOPTED = "SELECT seq FROM events WHERE kind = 'adopt' ORDER BY seq DESC LIMIT 1"

# The plus keeps SQLite from walking all entries by number where the index on the dates gives the few asked for.
_NUMBERS = "SELECT seq, on_date FROM entries WHERE {conditions} ORDER BY {order} DESC LIMIT ?"


class SqlReader:
    """Answers from the tables of a ledger."""

    series_totals = TOTALS
    """The one statement that not every database runs by seeks when it is written the same way."""

    def __init__(self, rows: Rows) -> None:
        """Ask by `rows`."""
        self._rows = rows

    def head(self) -> Head:
        """The last entry's number and hash; `chain.EMPTY` for an empty ledger."""
        found = last(self._rows)
        return Head(*found) if found else chain.EMPTY

    def facts(
        self,
        as_of: date,
        *,
        day_ends: datetime,
        tasks: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> Mapping[str, TaskFacts]:
        """What stands of each task as of a date: four statements in all, and a few more for a task that was renamed.

        A report counts as received when it speaks about the day or one before, and came in by `day_ends`.
        """
        present = dict(formerly or {})
        named = _named(tasks, present)
        day = as_of.isoformat()
        totals = self._totals(named, present, day)
        events = self._events(named, present, day)
        reported: defaultdict[str, list[date]] = defaultdict(list)
        received: defaultdict[str, list[date]] = defaultdict(list)
        asked_for = (day, day, day, chain.instant(day_ends), day)
        for task, on, dated, recorded in self._among(_REPORTS, asked_for, named):
            now = present.get(task, task)
            reported[now] += [date.fromisoformat(on)] if on else []
            received[now] += [date.fromisoformat(dated)] if dated else []
            received[now] += [_day(recorded, day_ends)] if recorded else []
        facts = {
            task: TaskFacts(
                totals=totals[task],
                events=tuple(events[task]),
                last_report_on=max(reported[task], default=None),
                last_received=max(received[task], default=None),
            )
            for task in dict.fromkeys((*totals, *events, *reported))
        }
        return {task: stands for task, stands in facts.items() if stands != NOTHING}

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """Every standing event of one task, whatever its date."""
        return self._events([task, *formerly], dict.fromkeys(formerly, task), date.max.isoformat())[task]

    def events_as_of(self, as_of: date, formerly: Mapping[str, str]) -> Mapping[str, Sequence[Event]]:
        """The standing events of every task up to a date."""
        return self._events(None, formerly, as_of.isoformat())

    def received(self, tasks: Sequence[str], since: datetime, as_of: date) -> Sequence[Received]:
        """The standing reports of these tasks that came in since a day, in the order of their numbers."""
        day = as_of.isoformat()
        rows = (
            *self._among(_SAID_RECEIVED, (since.date().isoformat(), day), tasks),
            *self._among(_RECORDED, (chain.instant(since), day), tasks),
        )
        found = [
            Received(seq, task, date.fromisoformat(on), date.fromisoformat(said) if said else _day(recorded, since))
            for task, seq, on, said, recorded in rows
        ]
        return sorted(found, key=lambda report: report.seq)

    def _worded(self, seqs: Sequence[int]) -> dict[int, Entry]:
        """The entries of these numbers."""
        return {recorded.seq: recorded.entry for recorded in Entries(self._rows, seqs)}

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of a series as of a date."""
        return total_at(self._rows, tasks, name, unit, (as_of.isoformat(), END))

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total."""
        return next_total(self._rows, tasks, name, unit, on)

    def entry(self, seq: int) -> Recorded | None:
        """The entry of that number."""
        found = self._rows("SELECT body, hash FROM entries WHERE seq = ?", (seq,))
        return chain.parse(*found[0]) if found else None

    def find(self, key: str) -> Recorded | None:
        """The entry of that key."""
        found = self._rows("SELECT body, hash FROM entries WHERE key = ?", (key,))
        return chain.parse(*found[0]) if found else None

    def adopted(self) -> Recorded | None:
        """The last adoption of a plan that was not retracted."""
        found = self._rows(_ADOPTED, ())
        return self.entry(found[0][0]) if found else None

    def retracted_by(self, seqs: Sequence[int]) -> Mapping[int, int]:
        """Of these entries, which were retracted, and by which."""
        if not seqs:
            return {}
        found = self._rows(
            "SELECT ref, seq FROM entries WHERE kind = 'retract' AND ref BETWEEN ? AND ?", (min(seqs), max(seqs))
        )
        asked = seqs if isinstance(seqs, range) else set(seqs)
        return {ref: seq for ref, seq in found if ref in asked}

    def entries(self, selection: Selection = ALL) -> Entries:
        """The selected entries by number."""
        return Entries(self._rows, self._numbers(selection))

    def tasks(self) -> Sequence[str]:
        """Every task id that an entry speaks of."""
        return [task for (task,) in self._rows("SELECT task FROM tasks ORDER BY task", ())]

    def last_by(self, moment: datetime) -> int:
        """The number of the last entry that had been recorded by `moment`; 0 when there was none."""
        by = chain.instant(moment)
        return bisect_right(range(1, self.head().seq + 1), by, key=self._moment)

    def _moment(self, seq: int) -> str:
        return str(self._rows("SELECT recorded_at FROM entries WHERE seq = ?", (seq,))[0][0])

    def _events(
        self, named: Sequence[str] | None, present: Mapping[str, str], day: str
    ) -> defaultdict[str, list[Event]]:
        events: defaultdict[str, list[Event]] = defaultdict(list)
        told = sorted(self._among(_EVENTS, (day,), named), key=itemgetter(1, 2))
        worded = self._worded([seq for _task, _on, seq, kind, *_rest in told if kind in WORDED])
        for task, on, seq, kind, subject, until, basis in told:
            ends = date.fromisoformat(until) if until else None
            said = worded.get(seq)
            event = Event(seq, date.fromisoformat(on), kind, subject or None, ends, basis or None, said)
            events[present.get(task, task)].append(event)
        return events

    def _totals(
        self, named: Sequence[str] | None, present: Mapping[str, str], day: str
    ) -> defaultdict[str, dict[tuple[str, str], Total]]:
        totals: defaultdict[str, dict[tuple[str, str], Total]] = defaultdict(dict)
        for task, name, unit, on, seq, total, since in self._among(self.series_totals, (day,), named):
            now = present.get(task, task)
            merged = None
            if (name, unit) in totals[now]:
                ids = [now, *(old for old, new in present.items() if new == now)]
                merged = total_at(self._rows, ids, name, unit, (day, END))
            totals[now][name, unit] = merged or Total(Decimal(total), date.fromisoformat(on), seq, stated=since > 0)
        return totals

    def _numbers(self, selection: Selection) -> Sequence[int]:
        head = self.head().seq
        until = head if selection.until_seq is None else min(selection.until_seq, head)
        last = head if selection.last is None else selection.last
        asked: list[tuple[str, Sequence[Any]]] = []
        if selection.tasks is not None:
            asked.append((f"task IN ({marks(len(selection.tasks))})", sorted(selection.tasks)))
        if selection.since is not None:
            asked.append(("on_date >= ?", (selection.since.isoformat(),)))
        if selection.until is not None:
            asked.append(("on_date <= ?", (selection.until.isoformat(),)))
        if selection.unit is not None:
            asked.append(("unit = ?", (selection.unit,)))
        if not asked and not selection.dated:
            return range(max(selection.after_seq, until - last) + 1, until + 1)
        asked.append(("+seq > ? AND +seq <= ?", (selection.after_seq, until)))
        statement = _NUMBERS.format(
            conditions=" AND ".join(condition for condition, _values in asked),
            order="seq" if selection.since is selection.until is None else "+seq",
        )
        found = self._rows(statement, (*(value for _condition, values in asked for value in values), last))
        if selection.dated:
            found.sort(key=itemgetter(1, 0), reverse=True)
        return [seq for seq, _on in reversed(found)]

    def _among(self, statement: str, values: Sequence[Any], tasks: Sequence[str] | None) -> list[tuple[Any, ...]]:
        """The rows of a statement for these tasks, or for all; no database takes any number of values at once."""
        if tasks is None:
            return self._rows(statement.format(which=_ANY_TASK), values)
        found: list[tuple[Any, ...]] = []
        for first in range(0, len(tasks), PAGE):
            some = tasks[first : first + PAGE]
            found += self._rows(_for(statement, len(some)), (*values, *some))
        return found


def _named(tasks: Sequence[str] | None, present: Mapping[str, str]) -> list[str] | None:
    """The ids under which the ledger has these tasks: those that they have now, and those that they had."""
    if tasks is None:
        return None
    asked = {present.get(task, task) for task in tasks}
    return [*asked, *(old for old, new in present.items() if new in asked)]


def _day(instant: str, here: datetime) -> date:
    """The day of an instant in the zone of another moment."""
    return datetime.fromisoformat(instant).astimezone(here.tzinfo).date()


@lru_cache
def _for(statement: str, tasks: int) -> str:
    return statement.format(which=f"IN ({marks(tasks)})")
