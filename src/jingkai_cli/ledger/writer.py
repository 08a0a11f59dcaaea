"""The one way into a ledger: an entry is linked to the head, inserted, and the derived tables follow it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..errors import KeyConflict, LedgerError, Refused
from ..facts import Event
from ..language import _
from ..model import Entry, Head, Recorded
from . import chain
from .chain import content
from .derived import Derived, Rows
from .reader import SqlReader

LONGEST = 60
"""How many characters of a field a message quotes."""


def differences(entry: Entry, other: Entry) -> list[str]:
    """The fields in which two entries differ, named as in the canonical JSON; none when their content is the same."""
    one, two = content(entry), content(other)
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def quoted(entry: Entry, names: Iterable[str]) -> str:
    """Some fields of an entry as a message quotes them: `on: 2016-03-15, readings: percent=35`."""
    said = content(entry)
    return ", ".join(f"{name}: {_quoted(said.get(name, '–'))}" for name in names)


def _quoted(value: Any) -> str:
    parts = [f"{name}={part}" for name, part in value.items()] if isinstance(value, Mapping) else value
    text = "; ".join(parts) if isinstance(parts, list) else str(parts)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


INSERT = """
INSERT INTO entries (seq, key, on_date, recorded_at, "by", kind, task, unit, ref, body, prev_hash, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def columns(recorded: Recorded) -> tuple[Any, ...]:
    """The row of an entry, in the order of `INSERT`."""
    entry = recorded.entry
    return (
        recorded.seq,
        entry.key,
        entry.on.isoformat(),
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
    """Insert an entry that is linked already, and what follows from it, but for what `Derived.flush` writes."""
    rows(INSERT, columns(recorded))
    derived.apply(recorded)


class SqlWriter(SqlReader):
    """Writes by the one transaction that is open: nobody else writes, so what it asked once it knows."""

    def __init__(self, rows: Rows, now: Callable[[], datetime]) -> None:
        """Write by `rows`, at the time that `now` gives."""
        super().__init__(rows)
        self._now = now
        self._derived = Derived(rows, self.entry)
        self._head = self.head()
        last = self.entry(self._head.seq)
        self._recorded_at = last.recorded_at if last else None
        self._absent: str | None = None
        self._lives: dict[tuple[str, Sequence[str]], Sequence[Event]] = {}

    def find(self, key: str) -> Recorded | None:
        """The entry of that key. A key that was not there is not sought again until something is appended."""
        if key == self._absent:
            return None
        found = super().find(key)
        self._absent = None if found else key
        return found

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """Every standing event of one task: sought once, until there is a new one."""
        if (task, formerly) not in self._lives:
            self._lives[task, formerly] = super().events(task, formerly)
        return self._lives[task, formerly]

    def append(self, entry: Entry) -> Recorded:
        """Add an entry; the same key with the same content gives the entry that is there already.

        It is recorded at the time of the clock, but never before the entry before it.

        Raises:
            KeyConflict: the key is there with other content.
            Refused: the entry retracts a retraction, an entry that is not there, or one retracted before; or its text
                or a value cannot be stored.
        """
        now = self._now()
        recorded = chain.link(entry, self._head, max(now, self._recorded_at or now))
        there = self.find(entry.key)
        if there is not None:
            if differing := differences(entry, there.entry):
                text = _("key '{key}' is in the ledger as #{seq} with other content: there {was}, here {now}")
                was, now_said = (quoted(each, differing) for each in (there.entry, entry))
                raise KeyConflict(text.format(key=entry.key, seq=there.seq, was=was, now=now_said))
            return there
        if entry.kind == "retract":
            self._refuse_retraction(entry.ref or 0)
        self._continue_with(recorded)
        return recorded

    def replay(self, recorded: Recorded) -> None:
        """Insert an entry of another ledger as it stands, with its time and its hash.

        Raises:
            LedgerError: it is not the next entry of this ledger, or not one that this program could have written.
        """
        again = chain.link(recorded.entry, self._head, recorded.recorded_at)
        if (again.body, again.hash) != (recorded.body, recorded.hash):
            raise LedgerError(_("entry {seq} is not the next one of this ledger").format(seq=recorded.seq))
        if self._recorded_at and recorded.recorded_at < self._recorded_at:
            raise LedgerError(_("entry {seq}: it was recorded before the entry before").format(seq=recorded.seq))
        if self.find(recorded.entry.key):
            text = _("entry {seq}: its key {key} is another entry's as well")
            raise LedgerError(text.format(seq=recorded.seq, key=recorded.entry.key))
        self._continue_with(recorded)

    def assign(self, units: Mapping[str, Sequence[str]]) -> None:
        """Nothing follows from who answers for a task where the database does not know who writes."""

    def _continue_with(self, recorded: Recorded) -> None:
        """Make an entry the head."""
        self._insert(recorded)
        self._absent = None
        if recorded.entry.kind != "report":
            self._lives.clear()
        self._head = Head(recorded.seq, recorded.hash)
        self._recorded_at = recorded.recorded_at

    def _insert(self, recorded: Recorded) -> None:
        insert(self._rows, self._derived, recorded)
        self._derived.flush()

    def _refuse_retraction(self, ref: int) -> None:
        withdrawn = self.entry(ref)
        if withdrawn is None:
            raise Refused(_("There is no entry {seq} to retract.").format(seq=ref))
        if withdrawn.entry.kind == "retract":
            raise Refused(_("Entry {seq} is a retraction, which cannot be retracted: record anew.").format(seq=ref))
        if by := self.retracted_by([ref]).get(ref):
            raise Refused(_("Entry {seq} was retracted already, by entry {by}.").format(seq=ref, by=by))
