"""The protocols that every store implements: reading a ledger and writing to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:  # a caller that asks only for the last entry loads no model
    from ..facts import Event, OpenProblems, Received, TaskFacts, Total
    from ..model import Entry, Head, Recorded
    from .chain import Encoded
    from .derived_tables import Rows
    from .entries import Entries, Selection

S = TypeVar("S")

T = TypeVar("T")


class Reader(Protocol):
    """The queries that a ledger answers."""

    def head(self) -> Head:
        """The number and the hash of the last entry; 0 and 64 zeros for an empty ledger."""

    def facts(
        self,
        as_of: date,
        *,
        tasks: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> Mapping[str, TaskFacts]:
        """The standing facts of each task with `on` ≤ `as_of`; tasks without entries are left out.

        Costs index seeks, never a scan of the history.

        Args:
            as_of: the date that the report is about.
            tasks: the ids to return; None for all, without `PROGRAMME`.
            formerly: former id of a task → its present id; their entries are one history.
        """

    def events_by_task(
        self, as_of: date, *, tasks: Sequence[str] | None = None, formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Sequence[Event]]:
        """The standing events of each task with `on` ≤ `as_of`, by (`on`, `seq`): those of `facts`, without the rest.

        One statement, so that lateness can be judged without the figures. Tasks without events are left out.
        """

    def totals_by_task(
        self, as_of: date, *, tasks: Sequence[str], formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Mapping[tuple[str, str], Total]]:
        """The totals of these tasks as of a date, as in `facts` but alone. Tasks without totals are left out."""

    def open_problems(self, as_of: date, *, formerly: Mapping[str, str] | None = None) -> OpenProblems:
        """The events of every task as in `events_by_task`, without those of closed problems, which are only counted.

        So the cost of a list of overdue problems depends on what it shows.
        """

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """All standing events of one task, whatever their date, by (`on`, `seq`)."""

    def events_about(self, task: str, formerly: Sequence[str], seq: int) -> Sequence[Event]:
        """The standing events of one task for which `facts.is_about` holds, by (`on`, `seq`).

        For a problem: its opening, its later steps, and the opening of its parts.
        """

    def folded(self, task: str, formerly: Sequence[str], begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """The state after all standing events of one task, whatever their date, in the order of (`on`, `seq`).

        Args:
            task: its present id.
            formerly: its former ids.
            begin: returns the state before the first event.
            step: returns the state after an event; it may change the given state and return it. A writer remembers
                states by this function: pass the same function each time, not a new lambda.
        """

    def received(self, tasks: Sequence[str], since: datetime, as_of: date) -> Sequence[Received]:
        """The standing reports of these tasks with `on` ≤ `as_of` that came in on the day of `since` or later.

        `since` is the start of that day in the plan's time zone.
        """

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of one series as of a date, or None; `tasks` are the present and former ids of its task."""

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total, or None. A backdated total must not exceed it."""

    def entry(self, seq: int) -> Recorded | None:
        """The entry with that number; None if there is none."""

    def find(self, key: str) -> Recorded | None:
        """The entry with that key; None if there is none."""

    def adopted(self) -> Recorded | None:
        """The last adoption of a plan that was not retracted; None if no plan is adopted."""

    def retracted_by(self, seqs: Sequence[int]) -> Mapping[int, int]:
        """Number of each of these entries that was retracted → number of its retraction."""

    def entries(self, selection: Selection = ...) -> Entries:
        """The selected entries, fetched a page at a time; no read transaction stays open between pages."""

    def tasks(self) -> Sequence[str]:
        """The task ids of all entries."""

    def last_by(self, moment: datetime) -> int:
        """The number of the last entry recorded up to a moment; 0 if there is none."""


class Writer(Reader, Protocol):
    """A reader inside the only writing transaction: what it reads cannot change before the commit."""

    def seek(self, entries: Sequence[Entry]) -> None:
        """Look up the keys and tasks of entries to be appended, all at once: faster than one by one."""

    def append(self, entry: Entry) -> Recorded:
        """Append an entry. If an entry has the same key and content, return that one instead.

        Raises:
            KeyConflict: an entry has the same key with other content.
            Refused: the entry retracts a retraction, a missing entry, or one that was retracted already; or a text or a
                value in it cannot be stored.
        """

    def append_encoded(self, encoded: Encoded) -> Recorded:
        """Append an entry that is encoded already (`chain.encode`), as `append` does."""

    def replay(self, recorded: Recorded) -> None:
        """Insert an entry of another ledger unchanged, with its time and its hash.

        Raises:
            LedgerError: it is not the next entry of this ledger, or this program could not have written it.
        """

    def assign(self, units: Mapping[str, Sequence[str]]) -> None:
        """Set which units report on each task id, according to the plan that was adopted in this transaction.

        A store that knows its users lets a unit record for those tasks only. SQLite, where names are only labels,
        ignores it.
        """


class Ledger(Reader, Protocol):
    """A ledger that is open for reading."""

    where: str
    """The name of the ledger in messages: a path, or a URL without its password."""
    unreadable: set[int]
    """The numbers of entries that could not be read and were skipped by the queries so far."""
    doubtful: set[int]
    """The numbers of entries with a total that was read but does not follow from the entries."""
    altered: bool
    """Whether a `read` so far found that something other than an entry changed the derived tables."""
    rows: Rows
    """Runs one SQL statement, for code that checks or derives the tables."""

    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger: the facts of a report and the head that it prints belong together.

        Writers wait meanwhile, so `work` computes and does not print.
        """

    def guards(self) -> Iterator[str]:
        """Yield the faults of the schema and of the guards that keep entries from being changed."""

    def queryable(self) -> bool:
        """Whether queries are sure to end: a view that replaces a table may never end."""

    def assigned(self) -> Mapping[str, Sequence[str]] | None:
        """Task → the units that may record for it; None in a store that does not know its users."""

    def outdated(self) -> str | None:
        """A message that the tables are of an earlier version than this program's; None if they are not."""

    def integrity_check(self) -> AbstractContextManager[Callable[[], list[str]]]:
        """Start the database's own check of its file; enter to get a function that waits and returns the faults."""

    def copy_to(self, file: Path) -> None:
        """Write the whole ledger, as one state, to a new file: a copy of the database, or a dump if it is on a server.

        Raises:
            LedgerError: the file cannot be written.
        """

    def close(self) -> None:
        """Close the connection to the database."""


class WritableLedger(Ledger, Protocol):
    """A ledger that is open for recording."""

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one transaction and commit it: either all entries that it appended are in the ledger, or none.

        `work` may run again from the start if the database asks for it, so it must not print.
        """
