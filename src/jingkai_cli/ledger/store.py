"""What every ledger in a database has in common: an answer is read from one state of it, whatever others write."""

import os
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from ..errors import LedgerError
from ..facts import Event, Received, TaskFacts, Total
from ..language import _
from ..model import Head
from .chain import EMPTY
from .derived import Rows
from .protocol import Ledger, Reader
from .reader import Selection, SqlReader
from .saved import line

T = TypeVar("T")


class SqlLedger(SqlReader):
    """A ledger that is open; `read` is the one thing that databases do differently when they are asked."""

    def __init__(self, where: str, rows: Rows) -> None:
        """Ask by `rows`; `where` names the ledger to a person."""
        super().__init__(rows)
        self.where = where

    @abstractmethod
    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger."""

    @abstractmethod
    def guards(self) -> Iterator[str]:
        """What is wrong with the database itself, and with what keeps its entries from being changed."""

    def check(self, progress: Callable[[int], None] = lambda _seq: None, most: int | None = 1) -> Iterator[str]:
        """Everything that is wrong with the database, its guards, the chain and what follows from it."""
        from .check import Proof, Rederived, surviving
        from .sqlite import blank

        yield from surviving(self.guards())
        proof = Proof(self._rows, progress)
        yield from surviving(proof.forward())
        yield from self.read(lambda _reader: list(surviving(proof.finish())))
        if proof.doubtful:
            with blank(self.where) as fresh:
                again = Rederived(self._rows, fresh)
                again.forward()
                yield from self.read(lambda _reader: list(surviving(again.differences(proof.doubtful, most))))

    def copy_to(self, file: Path) -> None:
        """Write all of it into a new file, as a dump: no file of a database can be copied."""
        self.dump(file)

    def dump(self, file: Path) -> Head:
        """Write every entry into a new file as JSON Lines: one state, because entries are only ever added."""
        last = EMPTY
        try:
            with file.open("w", encoding="utf-8", newline="\n") as out:
                for recorded in self.entries():
                    out.write(line(recorded))
                    last = Head(recorded.seq, recorded.hash)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise LedgerError(_("{file} cannot be written: {why}").format(file=file, why=error.strerror)) from error
        return last

    def facts(
        self,
        as_of: date,
        *,
        day_ends: datetime,
        tasks: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> Mapping[str, TaskFacts]:
        """What stands of each task as of a date, all of it from one state."""
        return self.read(lambda reader: reader.facts(as_of, day_ends=day_ends, tasks=tasks, formerly=formerly))

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """Every standing event of one task, all of them from one state."""
        return self.read(lambda reader: reader.events(task, formerly))

    def events_as_of(self, as_of: date, formerly: Mapping[str, str]) -> Mapping[str, Sequence[Event]]:
        """The standing events of every task up to a date, all of them from one state."""
        return self.read(lambda reader: reader.events_as_of(as_of, formerly))

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of a series as of a date, from one state."""
        return self.read(lambda reader: reader.total(tasks, name, unit, as_of))

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total, both from one state."""
        return self.read(lambda reader: reader.next_total(tasks, name, unit, on))

    def received(self, tasks: Sequence[str], since: datetime, as_of: date) -> Sequence[Received]:
        """The standing reports of these tasks that came in since a day, all of them from one state."""
        return self.read(lambda reader: reader.received(tasks, since, as_of))

    def known_on(self, moment: datetime) -> Ledger:
        """The ledger as it stood at `moment`: its entries up to then, replayed by the code that wrote them."""
        return self.prefix(self.last_by(moment))

    def prefix(self, seq: int) -> Ledger:
        """The ledger as it stood when entry `seq` was its last, replayed."""
        from .sqlite import in_memory

        return in_memory(self.entries(Selection(until_seq=seq)), self.where)
