"""What every ledger in a database shares: an answer is read from one state of it, whatever others write."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from .derived_tables import Rows
from .protocol import Reader
from .reader import SqlReader

M = TypeVar("M", bound=Callable[..., Any])

T = TypeVar("T")


def _on_one_state(method: M) -> M:
    """A method of a reader, run on one state of the ledger."""

    @wraps(method)
    def run(ledger: "SqlLedger", *values: Any, **named: Any) -> Any:
        return ledger.read(lambda reader: getattr(reader, method.__name__)(*values, **named))

    return cast("M", run)


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

    facts = _on_one_state(SqlReader.facts)
    events_by_task = _on_one_state(SqlReader.events_by_task)
    totals_by_task = _on_one_state(SqlReader.totals_by_task)
    open_problems = _on_one_state(SqlReader.open_problems)
    events = _on_one_state(SqlReader.events)
    events_about = _on_one_state(SqlReader.events_about)
    folded = _on_one_state(SqlReader.folded)
    received = _on_one_state(SqlReader.received)
    total = _on_one_state(SqlReader.total)
    next_total = _on_one_state(SqlReader.next_total)
