"""What can be asked of a ledger, and how it is written to: the protocols that every store implements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:  # who asks only for the last entry loads no model
    from ..facts import Event, Received, TaskFacts, Total
    from ..model import Entry, Head, Recorded
    from .reader import Entries, Selection

T = TypeVar("T")


class Reader(Protocol):
    """What can be asked of a ledger."""

    def head(self) -> Head:
        """The last entry's number and hash; 0 and 64 zeros for an empty ledger."""

    def facts(
        self,
        as_of: date,
        *,
        day_ends: datetime,
        tasks: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> Mapping[str, TaskFacts]:
        """What stands of each task (all, or those named) with `on` ≤ `as_of`; tasks without entries are left out.

        `day_ends` is the instant at which the as-of day ends in the plan's zone: a report counts as received by it.
        `PROGRAMME` among `tasks` gives what is of no single task; nobody who asks for all tasks means that.
        `formerly` maps an id that a task had to the id that it has now: their entries are one history.
        Costs index seeks, never a scan of the history.
        """

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """Every standing event of one task, whatever its date, by (`on`, `seq`): its whole life."""

    def events_as_of(self, as_of: date, formerly: Mapping[str, str]) -> Mapping[str, Sequence[Event]]:
        """The standing events of every task that has any, with `on` ≤ `as_of`, by (`on`, `seq`).

        `formerly` as in `facts`. What needs no figure, such as whether a date has passed, follows from these.
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
        """The last adoption of a plan that was not retracted: one index seek. None while nothing was adopted."""

    def retracted_by(self, seqs: Sequence[int]) -> Mapping[int, int]:
        """Of these entries, which were retracted, and by which."""

    def entries(self, selection: Selection = ...) -> Entries:
        """Entries by number, fetched in bounded pages: no read transaction stays open between them."""

    def tasks(self) -> Sequence[str]:
        """Every task id that an entry speaks of."""


class Writer(Reader, Protocol):
    """A reader inside the one writing transaction: what it reads cannot change before it commits."""

    def append(self, entry: Entry) -> Recorded:
        """Add an entry; the same key with the same content gives the entry that is there already.

        Raises:
            KeyConflict: the key is there with other content.
            Refused: the entry retracts a retraction, an entry that is not there, or one retracted before.
        """

    def replay(self, recorded: Recorded) -> None:
        """Insert an entry of another ledger as it stands, with its time and its hash.

        Raises:
            LedgerError: it is not the next entry of this ledger, or not one that this program could have written.
        """

    def assign(self, units: Mapping[str, Sequence[str]]) -> None:
        """Say which units report on which task (by its id), as a plan has it that was adopted in this transaction.

        A ledger that knows its users lets a unit record for those tasks alone. Where names are labels, nothing follows.
        """


class Ledger(Reader, Protocol):
    """A ledger that is open to read."""

    where: str
    """How to name it to a person: a path, or a URL without its password."""

    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger: a report's facts and the head that it prints belong together.

        Writers wait meanwhile, so `work` computes and does not print.
        """

    def known_on(self, moment: datetime) -> Ledger:
        """The ledger as it stood at `moment`: a prefix of the chain, read-only, folded from its entries."""

    def prefix(self, seq: int) -> Ledger:
        """The ledger as it stood when entry `seq` was its last: what `known_on` gives, by number."""

    def check(self, progress: Callable[[int], None] = ..., most: int | None = ...) -> Iterator[str]:
        """Everything that is wrong with the database, its triggers, the chain and the readings: `entry 3: …`.

        `progress` is told each number reached. Of a derived table, `most` rows that differ are told, one if nothing is
        said, and all of them with None.
        """

    def copy_to(self, file: Path) -> None:
        """Write all of it, as one state, into a new file: a file of the same kind, or a dump where there is no file.

        Raises:
            LedgerError: the file cannot be written.
        """

    def dump(self, file: Path) -> Head:
        """Write every entry, with its hash, into a new file as JSON Lines.

        Returns:
            The last one that was written; others may have carried the ledger on meanwhile.

        Raises:
            LedgerError: the file cannot be written.
        """

    def close(self) -> None:
        """Let go of the database."""


class WritableLedger(Ledger, Protocol):
    """A ledger that is open to record in."""

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one transaction and commit: either all that it appended is in the ledger, or nothing.

        `work` may run again from the start where the database asks for it, so it must not print.
        """
