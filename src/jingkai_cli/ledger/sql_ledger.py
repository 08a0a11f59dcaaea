"""Base class of ledgers in a database: each query reads one state of the ledger, whatever others write."""

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
    """Wrap a method of `SqlReader`, so that it runs on one state of the ledger."""

    @wraps(method)
    def run(ledger: "SqlLedger", *values: Any, **named: Any) -> Any:
        return ledger.read(lambda reader: getattr(reader, method.__name__)(*values, **named))

    return cast("M", run)


class SqlLedger(SqlReader):
    """Implements `protocol.Ledger` except for `read`, `guards`, `copy_to` and `close`, which depend on the database.

    Methods with several statements run them in one transaction.
    """

    def __init__(self, where: str, rows: Rows) -> None:
        """Read by `rows`; `where` is the name of the ledger in messages."""
        super().__init__(rows)
        self.where = where
        self.altered = False

    @abstractmethod
    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger."""

    @abstractmethod
    def guards(self) -> Iterator[str]:
        """Yield the faults of the schema and of the guards that keep entries from being changed."""

    def queryable(self) -> bool:
        """True: a server ends every query by itself."""
        return True

    def assigned(self) -> Mapping[str, Sequence[str]] | None:
        """None: a file does not know its users."""
        return None

    def outdated(self) -> str | None:
        """None: a file is migrated when it is opened for recording."""
        return None

    @contextmanager
    def integrity_check(self) -> Iterator[Callable[[], list[str]]]:
        """Yield a function that finds no faults: there is no file to check."""
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
