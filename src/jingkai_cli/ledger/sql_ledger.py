"""What every ledger in a database shares: an answer is read from one state of it, whatever others write."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar

from ..facts import Event, OpenProblems, Received, TaskFacts, Total
from .derived import Rows
from .protocol import Reader
from .reader import SqlReader

S = TypeVar("S")

T = TypeVar("T")


class SqlLedger(SqlReader):
    """Implements `protocol.Ledger`, but for `read`, `guards`, `copy_to` and `close`, which differ between databases.

    Methods that run several statements run them in one transaction.
    """

    def __init__(self, where: str, rows: Rows) -> None:
        """Read by `rows`; `where` is how the ledger is named to a person."""
        super().__init__(rows)
        self.where = where
        self.altered = False

    @abstractmethod
    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger."""

    @abstractmethod
    def guards(self) -> Iterator[str]:
        """What is wrong with the schema, and with what keeps entries from being changed."""

    def queryable(self) -> bool:
        """Whether a query is sure to end: a server ends it by itself."""
        return True

    def assigned(self) -> Mapping[str, Sequence[str]] | None:
        """None: a file does not know who writes to it."""
        return None

    def outdated(self) -> str | None:
        """None: a file is brought to the present version by whoever opens it to write."""
        return None

    @contextmanager
    def integrity_check(self) -> Iterator[Callable[[], list[str]]]:
        """Yields a function without faults: there is no file to check."""
        yield list

    def facts(
        self,
        as_of: date,
        *,
        tasks: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> Mapping[str, TaskFacts]:
        """What stands of each task as of a date."""
        return self.read(lambda reader: reader.facts(as_of, tasks=tasks, formerly=formerly))

    def events_by_task(
        self, as_of: date, *, tasks: Sequence[str] | None = None, formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Sequence[Event]]:
        """The standing events of each task as of a date."""
        return self.read(lambda reader: reader.events_by_task(as_of, tasks=tasks, formerly=formerly))

    def totals_by_task(
        self, as_of: date, *, tasks: Sequence[str], formerly: Mapping[str, str] | None = None
    ) -> Mapping[str, Mapping[tuple[str, str], Total]]:
        """The totals of these tasks as of a date."""
        return self.read(lambda reader: reader.totals_by_task(as_of, tasks=tasks, formerly=formerly))

    def open_problems(self, as_of: date, *, formerly: Mapping[str, str] | None = None) -> OpenProblems:
        """What stands of each task but for problems that are closed."""
        return self.read(lambda reader: reader.open_problems(as_of, formerly=formerly))

    def events(self, task: str, formerly: Sequence[str] = ()) -> Sequence[Event]:
        """Every standing event of one task."""
        return self.read(lambda reader: reader.events(task, formerly))

    def events_about(self, task: str, formerly: Sequence[str], seq: int) -> Sequence[Event]:
        """The events of a task that are about the entry of that number."""
        return self.read(lambda reader: reader.events_about(task, formerly, seq))

    def folded(self, task: str, formerly: Sequence[str], begin: Callable[[], S], step: Callable[[S, Event], S]) -> S:
        """Fold every standing event of one task."""
        return self.read(lambda reader: reader.folded(task, formerly, begin, step))

    def total(self, tasks: Sequence[str], name: str, unit: str, as_of: date) -> Total | None:
        """The total of a series as of a date."""
        return self.read(lambda reader: reader.total(tasks, name, unit, as_of))

    def next_total(self, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
        """The first reading of a series after `on`, with its total."""
        return self.read(lambda reader: reader.next_total(tasks, name, unit, on))

    def received(self, tasks: Sequence[str], since: datetime, as_of: date) -> Sequence[Received]:
        """The standing reports of these tasks that came in since a day."""
        return self.read(lambda reader: reader.received(tasks, since, as_of))
