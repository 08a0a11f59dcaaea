"""The ledger (台账): append-only, hash-chained entries behind one protocol, whatever database keeps them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from ..facts import TaskFacts, Total
from ..model import Entry, Head, Recorded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries `entries` gives: all of them where a field is None. Dates are `on`, both ends included."""

    tasks: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None
    unit: str | None = None
    after_seq: int = 0
    last: int | None = None
    """Only the last so many, still in the order of their numbers."""


class Reader(Protocol):
    """What can be asked of a ledger."""

    def head(self) -> Head:
        """The last entry's number and hash; 0 and 64 zeros for an empty ledger."""

    def facts(
        self, as_of: date, *, day_ends: datetime, tasks: Sequence[str] | None = None, formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, TaskFacts]:
        """What stands of each task (all, or those named) with `on` ≤ `as_of`; tasks without entries are left out.

        `day_ends` is the instant at which the as-of day ends in the plan's zone: a report counts as received by it.
        `formerly` maps an id that a task had to the id that it has now: their entries are one history.
        Costs index seeks, never a scan of the history.
        """

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total: what a backdated total must not exceed."""

    def entry(self, seq: int) -> Recorded | None:
        """The entry of that number."""

    def find(self, key: str) -> Recorded | None:
        """The entry of that key."""

    def retracted_by(self, seqs: Sequence[int]) -> Mapping[int, int]:
        """Of these entries, which were retracted, and by which."""

    def entries(self, selection: Selection = ...) -> Iterator[Recorded]:
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


class Ledger(Reader, Protocol):
    """A ledger that is open."""

    where: str
    """How to name it to a person: a path, or a URL without its password."""

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one transaction and commit: either all that it appended is in the ledger, or nothing.

        `work` may run again from the start where the database asks for it, so it must not print.
        """

    def known_on(self, moment: datetime) -> "Ledger":
        """The ledger as it stood at `moment`: a prefix of the chain, read-only, folded from its entries."""

    def check(self, progress: Callable[[int], None] = ...) -> Iterator[str]:
        """Everything that is wrong with chain, triggers, readings and the database itself, as sentences that name the entry."""

    def close(self) -> None:
        """Let go of the database."""
