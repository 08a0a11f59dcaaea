"""What a ledger offers to its readers and writers: the protocols that every store implements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:  # who asks only for the last entry loads no model
    from ..facts import Event, OpenProblems, Received, TaskFacts, Total
    from ..model import Entry, Head, Recorded
    from .chain import Encoded
    from .derived_tables import Rows
    from .entries import Entries, Selection

S = TypeVar("S")

T = TypeVar("T")


class Reader(Protocol):
    """What can be asked of a ledger."""

    def head(self) -> Head:
        """The last entry's number and hash; 0 and 64 zeros for an empty ledger."""

    def facts(
        self,
        as_of: date,
        *,
        tasks: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> Mapping[str, TaskFacts]:
        """What stands of each task (all, or those named) with `on` ≤ `as_of`; tasks without entries are left out.

        Costs index seeks, never a scan of the history.

        Args:
            as_of: the date that a report is about.
            tasks: ids; `PROGRAMME` is returned only where it is named.
            formerly: an id that a task had → the id that it has now; their entries are one history.
        """

    def events_by_task(
        self, as_of: date, *, tasks: Sequence[str] | None = None, formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Sequence[Event]]:
        """The standing events of each task with `on` ≤ `as_of`, by (`on`, `seq`): what `facts` has of events, alone.

        It costs one statement, so that lateness can be judged without the figures. Tasks without events are left out.
        """

    def totals_by_task(
        self, as_of: date, *, tasks: Sequence[str], formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Mapping[tuple[str, str], Total]]:
        """The totals of these tasks as of a date: what `facts` has of them, alone. Tasks without any are left out."""

    def open_problems(self, as_of: date, *, formerly: Mapping[str, str] | None = None) -> OpenProblems:
        """What `events_by_task` has of every task, but for problems that are closed and what became of them.

        Those are counted alone: a list of overdue problems costs what it shows.
        """

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """Every standing event of one task, whatever its date, by (`on`, `seq`): its whole life."""

    def events_about(self, task: str, formerly: Sequence[str], seq: int) -> Sequence[Event]:
        """The standing events of one task that `facts.is_about` holds for, by (`on`, `seq`).

        For a problem: its opening, what became of it, and the opening of its parts.
        """

    def folded(self, task: str, formerly: Sequence[str], begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """The state after every standing event of one task, whatever its date, in the order of (`on`, `seq`).

        Args:
            task: its id.
            formerly: the ids that it had.
            begin: returns the state before the first event.
            step: returns the state after an event; it may change the state that it is given and return that. A writer
                remembers states by this function: pass the same one each time, not a new lambda.
        """

    def received(self, tasks: Sequence[str], since: datetime, as_of: date) -> Sequence[Received]:
        """The standing reports of these tasks with `on` ≤ `as_of` that came in on the day of `since` or later.

        `since` is the instant at which that day begins, in the plan's zone.
        """

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of one series as of a date; `tasks` are all the ids that its task has and had."""

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total: what a backdated total must not exceed."""

    def entry(self, seq: int) -> Recorded | None:
        """The entry of that number."""

    def find(self, key: str) -> Recorded | None:
        """The entry of that key."""

    def adopted(self) -> Recorded | None:
        """The last adoption of a plan that was not retracted; None while nothing was adopted."""

    def retracted_by(self, seqs: Sequence[int]) -> Mapping[int, int]:
        """Which of these entries were retracted, each with the number of its retraction."""

    def entries(self, selection: Selection = ...) -> Entries:
        """The selected entries, fetched a page at a time: no read transaction stays open between pages."""

    def tasks(self) -> Sequence[str]:
        """Every task id that any entry has."""

    def last_by(self, moment: datetime) -> int:
        """The number of the last entry that had been recorded by a moment; 0 where there was none."""


class Writer(Reader, Protocol):
    """A reader inside the one writing transaction: what it reads cannot change before it commits."""

    def seek(self, entries: Sequence[Entry]) -> None:
        """Look all at once for what will be asked of entries that are to be appended: their keys and their tasks."""

    def append(self, entry: Entry) -> Recorded:
        """Add an entry; the same key with the same content returns the entry that is there already.

        Raises:
            KeyConflict: the key is there with other content.
            Refused: the entry retracts a retraction, an entry that is not there, or one retracted before; or its text
                or a value cannot be stored.
        """

    def append_encoded(self, encoded: Encoded) -> Recorded:
        """Do as `append` with an entry that is encoded already (`chain.encode`)."""

    def replay(self, recorded: Recorded) -> None:
        """Insert an entry of another ledger as it stands, with its time and its hash.

        Raises:
            LedgerError: it is not the next entry of this ledger, or not one that this program could have written.
        """

    def assign(self, units: Mapping[str, Sequence[str]]) -> None:
        """Set which units report on which task (by its id), as the plan has it that was adopted in this transaction.

        A store that knows its users lets a unit record for those tasks alone. SQLite, where names are labels, ignores
        it.
        """


class Ledger(Reader, Protocol):
    """A ledger that is open to read."""

    where: str
    """How to name it to a person: a path, or a URL without its password."""
    unreadable: set[int]
    """The numbers of entries that could not be read and were skipped, as far as reports came upon them."""
    doubtful: set[int]
    """The numbers of entries after which a total that a report read does not follow from the entries."""
    altered: bool
    """Whether something other than an entry changed the derived tables, as far as `read` came upon it."""
    rows: Rows
    """Runs one SQL statement, for what checks the tables or derives them again."""

    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger: a report's facts and the head that it prints belong together.

        Writers wait meanwhile, so `work` computes and does not print.
        """

    def guards(self) -> Iterator[str]:
        """What is wrong with the schema, and with what keeps entries from being changed."""

    def queryable(self) -> bool:
        """Whether a query of the tables is sure to end: a view in the place of one may not."""

    def assigned(self) -> Mapping[str, Sequence[str]] | None:
        """Which units may record for each task; None in a store that does not know its users."""

    def outdated(self) -> str | None:
        """That the tables are of an earlier version than this program's, as a sentence; None where they are not."""

    def integrity_check(self) -> AbstractContextManager[Callable[[], list[str]]]:
        """Start the database's own check of its file; what it yields waits for it and returns the faults."""

    def copy_to(self, file: Path) -> None:
        """Write all of it, as one state, into a new file: a copy of the database, or a dump where it has no file.

        Raises:
            LedgerError: the file cannot be written.
        """

    def close(self) -> None:
        """Close the connection to the database."""


class WritableLedger(Ledger, Protocol):
    """A ledger that is open to record in."""

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one transaction and commit: either all that it appended is in the ledger, or nothing.

        `work` may run again from the start where the database asks for it, so it must not print.
        """
