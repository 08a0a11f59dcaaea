"""The derived tables, which follow from the entries: their columns, and how totals, events and problems are read.

The statements are plain SQL with `?` for each value.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ..facts import Event, Total
from ..kinds import kind_of
from ..kinds.lifecycle import ProblemState
from ..model import Entry, Recorded

Rows = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs one SQL statement with `?` for each value and returns all of its rows: all that a database must offer."""

Later = Callable[[str, Sequence[Any]], object]
"""Runs one SQL statement, now or in another thread, but before the next one of `Rows`."""

PAGE = 1000
"""The number of rows fetched at a time, and the greatest number of ids or names in one statement."""

Place = tuple[str, int]
"""The place of a reading in its series: the date and the number of its entry."""

EXACT = Context(prec=100)
"""Adds decimals without rounding, whatever the current decimal context."""


class Point(Struct, frozen=True):
    """The place of a reading in its series, the total there, and the entry that stated the total it adds up from."""

    on: str
    seq: int
    total: Decimal
    since: int


def marks(count: int) -> str:
    """That many placeholders: `?, ?, ?`."""
    return ", ".join("?" * count)


class Layout(Struct, frozen=True):
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
    """Yield the rows of a derived table in the order of its key."""
    key, others = TABLES[table].key, TABLES[table].others
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
"""A number greater than that of any entry: with a date, the place after every entry of that day."""

TOTALS = """
SELECT s.task, s.name, s.unit, r.on_date, r.seq, r.total, r.since, r.added, r.value,
 CASE r.added WHEN 1 THEN
  (SELECT p.total FROM readings p
    WHERE p.task = s.task AND p.name = s.name AND p.unit = s.unit AND (p.on_date, p.seq) < (r.on_date, r.seq)
    ORDER BY p.on_date DESC, p.seq DESC LIMIT 1)
 END,
 (SELECT instr(e.body, CASE r.added WHEN 1 THEN '":"+' ELSE '":"' END || r.value || '"')
   FROM entries e WHERE e.seq = r.seq)
FROM series s CROSS JOIN readings r
WHERE r.task = s.task AND r.name = s.name AND r.unit = s.unit
 AND (r.on_date, r.seq) = (
   SELECT l.on_date, l.seq FROM readings l
   WHERE l.task = s.task AND l.name = s.name AND l.unit = s.unit AND l.on_date <= ?
   ORDER BY l.on_date DESC, l.seq DESC LIMIT 1)
 AND s.task {which}"""
"""The total of every series of these tasks as of a date, and what verifies it: whether the last reading adds, its
figure, the total before it, and whether the text of its entry has that figure. CROSS JOIN keeps SQLite from starting
with the readings. CASE keeps it from seeking the total before a reading that does not add.
"""

_LAST = """
SELECT r.on_date, r.seq, r.total, r.since, coalesce(e.on_date, '')
FROM readings r LEFT JOIN entries e ON e.seq = r.since
WHERE r.task = ? AND r.name = ? AND r.unit = ? AND (r.on_date, r.seq) <= (?, ?)
ORDER BY r.on_date DESC, r.seq DESC LIMIT 1"""

NEXT = """
SELECT on_date, seq FROM readings
WHERE task = ? AND name = ? AND unit = ? AND on_date > ?
ORDER BY on_date, seq LIMIT 1"""
"""The place of the first reading of a series after a date."""


def total_at(rows: Rows, tasks: Sequence[str], name: str, unit: str, place: Place) -> Total | None:
    """The total of one series after its last reading up to `place`; a renamed task has it under several ids."""
    last = {task: found[0] for task in tasks if (found := rows(_LAST, (task, name, unit, *place)))}
    if not last:
        return None
    if len(tasks) == 1:
        ((on, seq, total, since, _since_on),) = last.values()
        return total_of(Point(on, seq, Decimal(total), since))
    stated_on, stated = max((since_on, since) for _on, _seq, _total, since, since_on in last.values())
    value = Decimal(0)
    for task, (_on, _seq, total, since, _since_on) in last.items():
        value = EXACT.add(value, Decimal(total))
        if since != stated and (before := rows(_LAST, (task, name, unit, stated_on, stated))):
            value = EXACT.subtract(value, Decimal(before[0][2]))
    on, seq = max((on, seq) for on, seq, *_rest in last.values())
    return total_of(Point(on, seq, value, stated))


_day = lru_cache(4096)(date.fromisoformat)  # the dates of a ledger repeat


def total_of(point: Point) -> Total | None:
    """The total at a point of a series; None if the date of its reading is not a date."""
    try:
        return Total(point.total, _day(point.on), point.seq, stated=point.since > 0)
    except ValueError:
        return None


def next_total(rows: Rows, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
    """The total after the first reading of a series that is dated after `on`; None if there is no such reading."""
    found = [place for task in tasks for place in rows(NEXT, (task, name, unit, on.isoformat()))]
    return total_at(rows, tasks, name, unit, min(found)) if found else None


def follows(  # noqa: PLR0913, PLR0917 - the columns of `TOTALS`
    seq: int, total: str, since: int, added: int, value: str, before: str | None, stands: int | None
) -> bool:
    """Whether a total follows from the last reading of its series, and that reading from its entry."""
    if not stands or not added:
        return bool(stands) and (total, since) == (value, seq)
    first, increment, found = map(decimal_in, (before or "0", value, total))
    return first is not None and increment is not None and found == EXACT.add(first, increment)


def decimal_in(text: str) -> Decimal | None:
    """A text from a table as a finite decimal; None for other texts, which only another program can write."""
    try:
        found = Decimal(text)
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


EventRow = tuple[str, str, int, Any, str, str, Any]
"""A row of the table `events`: task, date, number, kind, subject, until, basis."""


def event_row(recorded: Recorded) -> EventRow:
    """The row of an entry that is neither a report nor a retraction."""
    entry = recorded.entry
    until = entry.deadline.isoformat() if entry.deadline else ""
    subject = entry.milestone or str(entry.ref or "")
    return entry.task, entry.on.isoformat(), recorded.seq, entry.kind, subject, until, entry.basis or ""


def event_of(row: EventRow, entry: Entry | None) -> Event:
    """The event of a row, with its entry if the kind keeps it."""
    _task, on, seq, kind, subject, until, basis = row
    return Event(seq, _day(on), kind, subject or None, _day(until) if until else None, basis or None, entry)


_WITH = "SELECT seq FROM entries WHERE kind = 'problem' AND body LIKE ?"

_PART, _AT_SITE = '%"part_of":%', '%"site":%'
"""Patterns that find a part and a problem at a site in canonical JSON. `_` stands for any character in LIKE; a `"`
within a text is escaped, so it cannot match.
"""


def closed_apart(rows: Rows, found: Sequence[EventRow]) -> tuple[list[EventRow], dict[int, ProblemState]]:
    """Separate events: the remaining ones, and the number of each closed problem → the state after its last step.

    A closed problem stays among the events if later entries can still affect it: a part, which follows its whole; and,
    once sites were inspected, a problem at a site, which an inspection may reopen unnamed (`Kind.changes_others`).

    Args:
        rows: runs one SQL statement.
        found: the events of every task as of a date.
    """
    leaves = {kind: kind_of(kind).leaves for kind in {row[3] for row in found}}
    links = (_PART, _AT_SITE) if any(kind_of(kind).changes_others for kind in leaves) else (_PART,)
    linked = {seq for link in links for (seq,) in rows(_WITH, (link,))}
    last: dict[str, tuple[str, int, ProblemState]] = {}
    for _task, on, seq, kind, subject, _until, _basis in found:
        if (state := leaves[kind]) and subject.isdecimal():
            known = last.get(subject)
            if known is None or known[:2] < (on, seq):
                last[subject] = on, seq, state
    closed: dict[int, ProblemState] = {
        int(subject): state
        for subject, (_on, _seq, state) in last.items()
        if state != "open" and int(subject) not in linked
    }
    subjects = {str(seq) for seq in closed}
    return [row for row in found if row[2] not in closed and not (row[4] in subjects and leaves[row[3]])], closed
