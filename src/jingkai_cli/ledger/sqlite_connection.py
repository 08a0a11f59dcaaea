"""A SQLite connection that waits for other writers, recovers from killed ones, and raises readable errors."""

import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import Damaged, LedgerError, Refused
from ..language import N_, _

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs",
    "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs2", "fuse.smbnetfs", "fuse.gvfsd-fuse",
})  # fmt: skip
"""Network file systems, by their names in the kernel."""

_ESCAPE = r"\\([0-7]{3})"


def network_kind(folder: PurePath, mounts: str) -> str | None:
    """The type of the network file system that holds a folder; None for a local one.

    Args:
        folder: an absolute path without symbolic links.
        mounts: the content of `/proc/self/mountinfo`; of several mounts at one point, the last one counts.
    """
    best, kind = -1, None
    for line in mounts.splitlines():
        before_dash, _dash, after_dash = line.partition(" - ")
        fields, type_ = before_dash.split(" "), after_dash.partition(" ")[0]
        if len(fields) < 5 or not type_:  # noqa: PLR2004 - the fifth is the mount point
            continue
        point = PurePath(re.sub(_ESCAPE, lambda code: chr(int(code[1], 8)), fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), type_
    return kind if kind in NETWORK else None


T = TypeVar("T")

PATIENCE = 10.0
"""How long a statement waits for other writers before it fails, in seconds."""

_PAUSE = 0.005
"""The time between two tries, in seconds. It is constant: SQLite's pauses grow, which puts the longest waiter last."""

_READ_ONLY = "?mode=ro"

_SENTENCES = {
    sqlite3.SQLITE_BUSY: N_("{where} is locked: another program has been using it for {patience:g} s. Try again."),
    sqlite3.SQLITE_CANTOPEN: N_("{where} cannot be opened: check that it is a file in a folder you may use."),
    sqlite3.SQLITE_CORRUPT: N_("{where} is damaged ({error}). Restore a backup, and keep the damaged file."),
    sqlite3.SQLITE_FULL: N_("The disk of {where} is full: nothing was recorded. Free some space and try again."),
    sqlite3.SQLITE_INTERRUPT: N_("{where} did not answer in time: a query in it does not terminate. Run: jk check"),
    sqlite3.SQLITE_IOERR: N_(
        "The disk of {where} failed ({error}): nothing was recorded. Check the free space and the network folder."
    ),
    sqlite3.SQLITE_NOTADB: N_("{where} is not a jk ledger."),
    sqlite3.SQLITE_PERM: N_("{where} cannot be used: its permissions forbid it."),
    sqlite3.SQLITE_READONLY: N_("{where} cannot be written: the file, its folder or this view of it is read-only."),
}

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

STATEMENT = 60.0
"""The time limit of a statement, in seconds: a page of a ledger takes milliseconds, but a view may never end."""

_STEPS = 100_000
"""The number of a statement's steps between two looks at the clock: a few milliseconds."""

_SWITCH = 0.001
"""The interval in seconds at which Python switches threads while rows are inserted; its default, 0.005, is too long."""

_FAULTS = (sqlite3.Error, UnicodeError, OverflowError)


class Connection:
    """Runs statements in SQLite, and raises its errors as `LedgerError`."""

    def __init__(self, where: str, database: str, patience: float = PATIENCE) -> None:
        """Open a database.

        Args:
            where: the name of the ledger in messages.
            database: a `file:` URI with its mode, `:memory:`, or "" for a temporary file.
            patience: how long a statement waits for other writers, in seconds.
        """
        self.where = where
        self._database = database
        self._patience = patience
        self._sqlite = self._attempt(
            lambda: sqlite3.connect(
                database,
                uri=True,
                isolation_level=None,
                timeout=0,
                cached_statements=256,
                check_same_thread=False,  # `another` is used in one thread, but opened and closed in a different one
            )
        )
        self._ends = inf
        self._stopped = False
        self._beside: Executor | None = None
        self._running: Future[None] | None = None
        self._harden()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all of its rows, so that no cursor stays open.

        Raises:
            LedgerError: SQLite raised an error.
            Refused: a value is text that is not valid Unicode, or a number above 2⁶³.
        """
        if (error := self._finish()) is not None:
            raise error
        return self._execute(statement, values)

    def later(self, statement: str, values: Sequence[Any]) -> None:
        """Run one statement in another thread, after the statements that were passed before it.

        SQLite releases Python's lock while it runs, so with a second core a large insert takes no time of this thread.
        The next call of `rows` waits for the statement, and raises its error.
        """
        if self._beside is None:
            from concurrent.futures import ThreadPoolExecutor  # slow to import, and only a large import needs it

            self._beside = ThreadPoolExecutor(1)
            sys.setswitchinterval(_SWITCH)
        self._running = self._beside.submit(self._after, self._running, statement, values)

    def _after(self, before: "Future[None] | None", statement: str, values: Sequence[Any]) -> None:
        """Run a statement unless the one before failed, because SQLite may have ended the transaction then."""
        if before is not None:
            before.result()
        self._execute(statement, values)

    def _finish(self) -> BaseException | None:
        """Wait for the statements in the other thread; return the error that they raised, or None."""
        if self._running is None:
            return None
        error = self._running.exception()  # Ctrl-C may interrupt this; the rollback then waits again
        self._running = None
        return error

    def _execute(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        deadline = 0.0
        self._ends = time.monotonic() + STATEMENT
        while True:  # not by `_attempt`, which would create a function for each statement of an import
            try:
                return self._sqlite.execute(statement, values).fetchall()
            except _FAULTS as error:
                deadline = self._wait_or_raise(error, deadline)

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """Commit what the block does, or roll all of it back. When this returns, the changes are on the disk.

        Args:
            begin: `BEGIN IMMEDIATE` to write, `BEGIN` to read one state.
        """
        self.rows(begin)
        try:
            yield
            self.rows("COMMIT")
        except BaseException:
            self._finish()
            if self._sqlite.in_transaction:
                with suppress(sqlite3.Error):
                    self._sqlite.execute("ROLLBACK")
            raise

    def copy_to(self, file: Path) -> None:
        """Copy the database to a new file in one step: in several, a busy ledger could restart the copy forever.

        Raises:
            LedgerError: the file cannot be written, or other programs use the database for too long.
        """
        deadline = time.monotonic() + self._patience

        def waiting(status: int, _remaining: int, _total: int) -> None:
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
                raise LedgerError(_(_SENTENCES[sqlite3.SQLITE_BUSY]).format(where=self.where, patience=self._patience))

        copy = Connection(str(file), f"{file.absolute().as_uri()}?mode=rwc", self._patience)
        try:
            copy._attempt(lambda: self._sqlite.backup(copy._sqlite, progress=waiting, sleep=_PAUSE))
        finally:
            copy.close()

    def another(self) -> "Connection":
        """A second connection to the same file, for another thread; for `:memory:`, to a new empty database."""
        return Connection(self.where, self._database, self._patience)

    def unhurried(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement without a time limit, such as a check of the whole file."""
        self._ends = inf
        return self._attempt(lambda: self._sqlite.execute(statement).fetchall())

    def _harden(self) -> None:
        """Keep a file of unknown origin from running code, changing the schema, or running forever."""
        self._attempt(lambda: self._sqlite.execute("PRAGMA trusted_schema = OFF").close())
        if sys.version_info >= (3, 12):
            self._sqlite.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)  # noqa: FBT003 - has no keyword
        self._sqlite.set_progress_handler(lambda: time.monotonic() > self._ends, _STEPS)

    def interrupt(self) -> None:
        """Make the running statement raise an error, in whatever thread it runs."""
        self._stopped = True
        self._sqlite.interrupt()

    def close(self) -> None:
        """Close the connection."""
        if self._beside:
            self._beside.shutdown()
        self._sqlite.close()

    def _attempt(self, action: Callable[[], T]) -> T:
        deadline = 0.0
        while True:
            try:
                return action()
            except _FAULTS as error:
                deadline = self._wait_or_raise(error, deadline)

    def _wait_or_raise(self, error: Exception, deadline: float) -> float:
        """Wait before another try, if one may help; otherwise raise.

        Returns:
            The time at which tries end (`time.monotonic`). Pass it on at the next error; 0 stands for the first error.

        Raises:
            KeyboardInterrupt: Ctrl-C ended the statement.
            LedgerError, Refused: another try would not help, or the time is over.
        """
        if isinstance(error, UnicodeEncodeError):
            raise Refused(_("Text that is not valid Unicode cannot be recorded.")) from error
        if isinstance(error, UnicodeDecodeError):  # SQLite quotes a name in its schema that is no longer valid UTF-8
            sentence = _(_SENTENCES[sqlite3.SQLITE_CORRUPT])
            raise Damaged(sentence.format(where=self.where, error=error.reason)) from error
        if isinstance(error, OverflowError):
            raise Refused(_("There is no entry with a number that large.")) from error
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code & 0xFF == sqlite3.SQLITE_INTERRUPT and not self._stopped and time.monotonic() <= self._ends:
            raise KeyboardInterrupt from None  # SQLite drops it if it is raised in the progress handler
        deadline = deadline or time.monotonic() + self._patience
        if code & 0xFF == sqlite3.SQLITE_BUSY and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        elif code == sqlite3.SQLITE_READONLY_ROLLBACK and self._database.endswith(_READ_ONLY):
            self._recover()
        else:
            sentence = _(_SENTENCES.get(code & 0xFF, N_("{where}: {error}")))
            kind = Damaged if code & 0xFF in _DAMAGED else LedgerError
            message = sentence.format(where=self.where, patience=self._patience, error=_(str(error)))
            raise kind(message) from error
        return deadline

    def _recover(self) -> None:
        """Roll back what a killed writer left unfinished. This needs a writable connection; this one is read-only."""
        writable = Connection(self.where, self._database.removesuffix(_READ_ONLY) + "?mode=rw", self._patience)
        try:
            writable.rows("SELECT count(*) FROM sqlite_schema")
        finally:
            writable.close()
