"""The ledger (台账): append-only, hash-chained entries behind one protocol, whatever database keeps them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from ..errors import LedgerError
from ..extras import extra
from ..language import _

if TYPE_CHECKING:  # who asks only for the last entry loads no model
    from ..facts import Event, Received, TaskFacts, Total
    from ..head import Head
    from ..model import Entry, Recorded
    from .entries import Entries
    from .selection import Selection

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


def open_for_reading(where: str) -> Ledger:
    """The ledger at a path or a URL.

    Raises:
        LedgerError: it is missing, is unreachable, is not a ledger, is damaged, or is newer than this program.
    """
    if _on_a_server(where):
        with extra("postgres"):
            from . import postgres
        return postgres.open_for_reading(where)
    from . import sqlite

    return sqlite.open_for_reading(_file(where))


def last_of(file: Path) -> tuple[int, str] | None:
    """The number and the hash of the last entry of a ledger in a file, at once: without waiting for who is writing.

    None for an empty ledger.

    Raises:
        LedgerError: it cannot be read now.
    """
    from . import opening

    return opening.last_of(file)


def open_for_writing(where: str, now: Callable[[], datetime]) -> WritableLedger:
    """The ledger at a path or a URL, to record in; a file is made when it is not there, but its folder never is.

    Args:
        where: a path, `sqlite:///` and a path, or `postgresql://…`.
        now: the clock, which gives an aware moment.

    Raises:
        LedgerError: its folder is missing, it is not a ledger, is damaged, or is newer than this program.
    """
    if _on_a_server(where):
        with extra("postgres"):
            from . import postgres
        return postgres.open_for_writing(where, now)
    from . import sqlite

    return sqlite.open_for_writing(_file(where), now)


def create(where: str, now: Callable[[], datetime]) -> str:
    """Make a ledger where there is none yet: a file, or in a PostgreSQL database a schema and its roles.

    Returns:
        How to name it to a person. One that is there already stays as it is.

    Raises:
        LedgerError: it cannot be made there.
    """
    if _on_a_server(where):
        with extra("postgres"):
            from . import postgres
        return postgres.create(where)
    with closing(open_for_writing(where, now)) as made:
        return made.where


def empty_ledger(where: str) -> Ledger:
    """A ledger without entries, in memory: what is read while the one at `where` has not begun."""
    from . import sqlite

    return sqlite.in_memory((), where)


def _on_a_server(where: str) -> bool:
    return where.startswith(("postgresql://", "postgres://"))


def file_of(where: str) -> Path | None:
    """The file that a path or a URL names; None where it names a server."""
    return None if "://" in where and not where.startswith("sqlite:///") else _file(where)


def _file(where: str) -> Path:
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", where)
    if scheme is None:
        return Path(where)
    if scheme[1] != "sqlite" or not where.startswith("sqlite:///"):
        raise LedgerError(
            _(
                "No ledger is kept at {scheme}://…: name a file, sqlite:/// and a file, or postgresql://HOST/DATABASE."
            ).format(scheme=scheme[1])
        )
    return Path(where.removeprefix("sqlite:///"))
