"""Appends to a ledger: links an entry to the head, inserts it, and updates the derived tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from ..errors import KeyConflict, LedgerError, Refused
from ..facts import Event, Total
from ..kinds import kind_of
from ..language import _
from ..model import UNREADABLE, Entry, Head, Recorded
from . import chain
from .chain import Encoded, encode
from .derived_tables import END, PAGE, Later, Rows, event_of, event_row, marks, total_of
from .derived_writer import TOGETHER, Derived, insert_together
from .entries import fields_of
from .entry_fields import content, day_text
from .reader import SqlReader, find
from .timeline import Timeline

S = TypeVar("S")

_APPENDED = "SELECT seq, body FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"

LONGEST = 60
"""The greatest number of characters of a field that a message quotes."""


def differences(entry: Entry, other: Entry) -> list[str]:
    """The fields in which two entries differ, named as in the canonical JSON; empty if their content is the same."""
    one, two = content(entry), content(other)
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def quoted(entry: Entry, names: Iterable[str]) -> str:
    """These fields of an entry as quoted in messages: `on: 2016-03-15, readings: percent=35`."""
    fields = content(entry)
    return ", ".join(f"{name}: {_quoted(fields.get(name, '–'))}" for name in names)


def _quoted(value: Any) -> str:
    parts = [f"{name}={part}" for name, part in value.items()] if isinstance(value, Mapping) else value
    text = "; ".join(parts) if isinstance(parts, list) else str(parts)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


_INSERT = 'INSERT INTO entries (seq, key, on_date, recorded_at, "by", kind, task, unit, ref, body, prev_hash, hash)'

INSERT = f"{_INSERT} VALUES ({marks(12)})"

_COLLECTED = 2 * TOGETHER
"""The number of entries that are collected before they are inserted."""

_SEEK = "SELECT key FROM entries WHERE key IN ({marks})"


def columns(recorded: Recorded) -> tuple[Any, ...]:
    """The row of an entry, in the order of `INSERT`."""
    entry = recorded.entry
    return (
        recorded.seq,
        entry.key,
        day_text(entry.on),
        chain.instant(recorded.recorded_at),
        entry.by,
        entry.kind,
        entry.task,
        entry.unit or "",
        entry.ref or 0,
        recorded.body,
        recorded.prev_hash,
        recorded.hash,
    )


def insert(rows: Rows, derived: Derived, recorded: Recorded) -> None:
    """Insert an entry that is linked already, with its derived rows, except for those that wait for `Derived.flush`."""
    rows(INSERT, columns(recorded))
    derived.apply(recorded)


class SqlWriter(SqlReader):
    """Implements `protocol.Writer` in the only writing transaction: what it reads stays true until it appends."""

    derived: type[Derived] = Derived
    """The writer of the derived tables. In PostgreSQL triggers write them."""

    def __init__(self, rows: Rows, now: Callable[[], datetime], later: Later | None = None) -> None:
        """Write by `rows`, and large inserts by `later`, at the time that `now` returns."""
        super().__init__(self._up_to_date)
        self._rows = rows
        self._later = later or rows
        self._now = now
        self._absent: set[str] = set()
        self._collected: dict[str, Recorded] = {}
        """Key → entry, of the last entries: those that are appended but not inserted yet."""
        self._derived = self.derived(rows, self.entry, later)
        self._head = self._begun = super().head()
        self._hashes = chain.hashes()
        last = self.entry(self._head.seq)
        self._recorded_at = last.recorded_at if last else None
        self._timelines: dict[tuple[str, tuple[str, ...]], Timeline] = {}
        self._timelines_of: defaultdict[str, list[Timeline]] = defaultdict(list)

    def head(self) -> Head:
        """The number and the hash of the last entry."""
        return self._head

    def find(self, key: str) -> Recorded | None:
        """The entry with that key, or None. The last missing key is remembered and not looked up again."""
        if key in self._absent:
            return None
        found = self._collected.get(key) or find(self._rows, key)
        if found is None:
            self._absent = {key}
        return found

    def seek(self, entries: Sequence[Entry]) -> None:
        """Look up keys and tasks with one statement each, so that missing ones need no further query.

        Entries appended before are inserted while these are checked and appended.
        """
        keys = [entry.key for entry in entries]
        found = self._rows(_SEEK.format(marks=marks(len(keys))), keys)
        self._absent = {*keys} - {key for (key,) in found} - self._collected.keys()
        self._derived.seek({entry.task for entry in entries})
        self._hand_over()

    def entry(self, seq: int) -> Recorded | None:
        """The entry with that number; None if there is none."""
        inserted = self._head.seq - len(self._collected)
        if inserted < seq <= self._head.seq:
            return next(islice(self._collected.values(), seq - inserted - 1, None))
        return SqlReader(self._rows).entry(seq)

    def retracted_by(self, seqs: Sequence[int]) -> Mapping[int, int]:
        """Number of each of these entries that was retracted → number of its retraction."""
        self._insert_collected()
        return SqlReader(self._rows).retracted_by(seqs)

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """All standing events of one task: read once, then updated with each appended entry."""
        return self._timeline(task, formerly).events

    def events_about(self, task: str, formerly: Sequence[str], seq: int) -> Sequence[Event]:
        """The events of a task that are about the entry with that number."""
        return self._timeline(task, formerly).about(seq)

    def folded(self, task: str, formerly: Sequence[str], begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """Fold all standing events of one task. A later call folds only the events appended since."""
        return self._timeline(task, formerly).folded(begin, step)

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of a series as of a date. For a single id, later totals are not corrected first."""
        if len(tasks) != 1:
            return super().total(tasks, name, unit, as_of)
        last = self._derived.last((tasks[0], name, unit), (day_text(as_of), END))
        return total_of(last) if last else None

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total."""
        day = day_text(on)
        if len(tasks) == 1:
            following = self._derived.following((tasks[0], name, unit), day)
            return total_of(following) if following else None
        if not any(self._derived.ends_after((task, name, unit), day) for task in tasks):
            return None
        return super().next_total(tasks, name, unit, on)

    def append(self, entry: Entry) -> Recorded:
        """Append an entry. If an entry has the same key and content, return that one instead.

        Raises:
            KeyConflict, Refused: as `append_encoded`.
            Refused: a text or a value in it cannot be stored.
        """
        return self.append_encoded(encode(entry))

    def append_encoded(self, encoded: Encoded) -> Recorded:
        """Append an entry that is encoded already.

        It is recorded at the time of the clock, but never before the previous entry.

        Raises:
            KeyConflict: an entry has the same key with other content.
            Refused: the entry retracts a retraction, a missing entry, or one that was retracted already.
        """
        entry = encoded.entry
        existing = self.find(entry.key)
        if existing is not None:
            if differing := differences(entry, existing.entry):
                text = _("key '{key}' is already in the ledger as #{seq} with other content: there {was}, here {now}")
                was, current = (quoted(each, differing) for each in (existing.entry, entry))
                raise KeyConflict(text.format(key=entry.key, seq=existing.seq, was=was, now=current))
            return existing
        if entry.kind == "retract":
            self._refuse_retraction(entry.ref or 0)
        now = self._now()
        recorded = encoded.link(self._head, max(now, self._recorded_at or now))
        self._continue_with(recorded)
        return recorded

    def replay(self, recorded: Recorded) -> None:
        """Insert an entry of another ledger unchanged, with its time and its hash.

        Raises:
            LedgerError: it is not the next entry of this ledger, or this program could not have written it.
        """
        if not self._follows(recorded):
            raise LedgerError(_("entry {seq} is not the next entry of this ledger").format(seq=recorded.seq))
        unreadable = recorded.entry.kind == UNREADABLE
        if self._recorded_at and recorded.recorded_at < self._recorded_at and not unreadable:
            raise LedgerError(_("entry {seq}: it was recorded before the previous entry").format(seq=recorded.seq))
        if self.find(recorded.entry.key):
            text = _("entry {seq}: its key {key} also belongs to another entry")
            raise LedgerError(text.format(seq=recorded.seq, key=recorded.entry.key))
        self._continue_with(recorded)

    def _follows(self, recorded: Recorded) -> bool:
        """Whether an entry of another ledger is the next one. An unreadable entry is compared only by its hash."""
        if recorded.entry.kind == UNREADABLE:
            fields = fields_of(recorded.body)
            position = (fields.get("seq"), recorded.prev_hash, recorded.hash)
            return position == (self._head.seq + 1, self._head.hash, chain.digest(recorded.body))
        again = chain.link(recorded.entry, self._head, recorded.recorded_at)
        return (again.body, again.hash) == (recorded.body, recorded.hash)

    def assign(self, units: Mapping[str, Sequence[str]]) -> None:
        """Do nothing: this database does not know its users."""

    def flush(self) -> None:
        """Insert what is still collected. Call it before the transaction commits."""
        self._insert_collected()
        self._derived.flush()

    def confirm(self) -> None:
        """Read the appended entries back. Call it before the transaction commits.

        Raises:
            LedgerError: one is missing or different: a trigger or rule that somebody added dropped or changed it.
        """
        last, hashes = self._begun.seq, chain.hashes()
        while last < self._head.seq and (page := self._rows(_APPENDED, (last, PAGE))):
            for last, body in page:  # noqa: B007 - the number of the last one is used after the loop
                hashes.update(chain.digest(str(body)).encode())
        if (last, hashes.digest()) != (self._head.seq, self._hashes.digest()):
            text = _("Nothing was recorded: entry {seq} is not in the ledger after it was inserted. Run: jk check")
            raise LedgerError(text.format(seq=self._head.seq))

    def _up_to_date(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a statement that may read any table."""
        self.flush()
        return self._rows(statement, values)

    def _timeline(self, task: str, formerly: Sequence[str]) -> Timeline:
        key = (task, tuple(formerly))
        if key not in self._timelines:
            timeline = self._timelines[key] = Timeline(self._events_of(task, formerly))
            for each in (task, *formerly):
                self._timelines_of[each].append(timeline)
        return self._timelines[key]

    def _events_of(self, task: str, formerly: Sequence[str]) -> Sequence[Event]:
        if self._derived.without_rows(task, *formerly):
            return ()
        self._insert_collected()
        self._derived.flush_events()
        return SqlReader(self._rows).events(task, formerly)

    def _continue_with(self, recorded: Recorded) -> None:
        """Insert an entry as the new head."""
        self._insert(recorded)
        self._head = Head(recorded.seq, recorded.hash)
        self._hashes.update(recorded.hash.encode())
        self._absent.discard(recorded.entry.key)
        if recorded.entry.kind != "report" and self._timelines:
            self._follow(recorded)
        self._recorded_at = max(recorded.recorded_at, self._recorded_at or recorded.recorded_at)

    def _insert(self, recorded: Recorded) -> None:
        self._derived.apply(recorded)
        self._collected[recorded.entry.key] = recorded
        if len(self._collected) == _COLLECTED:
            self._insert_collected()

    def _hand_over(self) -> None:
        """Insert the collected entries and their derived rows by `later`, in full batches; the rest stays collected."""
        if len(self._collected) >= TOGETHER:
            batch = [*self._collected.values()][:TOGETHER]
            insert_together(self._later, _INSERT, [columns(recorded) for recorded in batch])
            for recorded in batch:
                del self._collected[recorded.entry.key]
        self._derived.hand_over()

    def _insert_collected(self) -> None:
        """Insert the entries that were collected."""
        rows = [columns(recorded) for recorded in self._collected.values()]
        insert_together(self._rows, _INSERT, rows)
        self._collected.clear()

    def _follow(self, recorded: Recorded) -> None:
        """Update the timelines with an entry that is not a report."""
        entry = recorded.entry
        if entry.kind == "retract":
            withdrawn = self.entry(entry.ref or 0)
            if withdrawn and withdrawn.entry.kind != "report":
                for timeline in self._timelines_of.get(withdrawn.entry.task, ()):
                    timeline.remove(withdrawn.seq)
            return
        if timelines := self._timelines_of.get(entry.task):
            event = event_of(event_row(recorded), entry if kind_of(entry.kind).keeps_entry else None)
            for timeline in timelines:
                timeline.add(event)

    def _refuse_retraction(self, ref: int) -> None:
        withdrawn = self.entry(ref)
        if withdrawn is None:
            raise Refused(_("There is no entry {seq} to retract.").format(seq=ref))
        if withdrawn.entry.kind == "retract":
            raise Refused(
                _("Entry {seq} is a retraction and cannot be retracted: record the entry again.").format(seq=ref)
            )
        if by := self.retracted_by([ref]).get(ref):
            raise Refused(_("Entry {seq} is already retracted, by entry {by}.").format(seq=ref, by=by))
