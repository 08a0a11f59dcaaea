"""The ledger in one SQLite file."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from sqlite3 import complete_statement
from typing import Any, TypeVar

from ..errors import Damaged, LedgerError, reason
from ..language import _
from ..model import Recorded
from .derived_tables import Rows
from .protocol import Reader, Writer
from .reader import SqlReader
from .sql_ledger import SqlLedger
from .sqlite_connection import PATIENCE, Connection

_STATISTICS = {
    "sqlite_stat1": "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "sqlite_stat4": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
"""The tables that ANALYZE creates."""

APPLICATION = 0x6A6B4C44
"""The application id that marks a SQLite file as a jk ledger (`jkLD`)."""

_OTHER_THAN_TABLES = """
SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND name NOT IN ('v_entries', 'v_readings', 'v_totals')
 OR type = 'table' AND rootpage = 0"""
"""Counts views and virtual tables, without the three views for other programs, which are never queried."""

_LONGEST_NAME = 255 - len("-journal")
"""The longest file name in bytes for which SQLite can name a journal; otherwise it would leave an empty file behind."""

MIGRATIONS = ("sqlite.sql", "sqlite-2.sql", "sqlite-3.sql", "sqlite-4.sql")
"""The scripts that migrate a ledger from version 0 (an empty file) to the present version. Never change one."""

_NOTED_SINCE = 4
"""The first version that notes whether the derived tables were changed."""

_NOTES = """
SELECT 1 FROM pragma_user_version WHERE user_version >= ?
UNION ALL SELECT 1 FROM sqlite_schema WHERE name = 'derivation'"""
"""Selects a row if the ledger has these notes, even if somebody lowered its version."""

_DERIVATION = """
SELECT changed, seq - (SELECT coalesce(max(seq), 0) FROM entries) FROM derivation"""
"""Selects (0, 0) while the derived tables are as this program wrote them.

Triggers count other changes. They do not hash rows, because SQLite has no hash function; so a change that was undone
counts too. Somebody who knows of the count can reset it: only `jk check` computes what the entries give.
"""

_DERIVED = "UPDATE derivation SET seq = seq + ?, changed = ?"
"""Adds to the number, and restores the count from before the transaction, so that earlier changes stay counted."""


def _refuse_what_is_no_file_of_ours(path: Path) -> None:
    """Refuse a file that SQLite must not even open.

    Raises:
        LedgerError: the path is a folder, a pipe, a device, or the database of another program.
    """
    if path.is_dir():
        raise LedgerError(_("{path} is a folder: name a file in it.").format(path=path))
    if not path.is_file() or _of_another_program(path):  # a pipe would block, a device would get a journal
        raise Damaged(_("{where} is not a jk ledger.").format(where=path))


def _version_in(connection: Connection, path: Path) -> int:
    """The version of the ledger's tables in a file; 0 for an empty file, which a writer leaves if it is killed early.

    Raises:
        LedgerError: it is not a ledger, is damaged, or is newer than this program.
    """
    with connection.transaction("BEGIN"):
        version = version_of(connection)
        if version == 0 and size_of(path):  # SQLite takes a file of a few bytes for an empty one
            raise Damaged(_("{where} is not a jk ledger.").format(where=path))
    return version


def _of_another_program(path: Path) -> bool:
    """Whether a file is another program's database in WAL mode, where even a reader would create a log file."""
    try:
        with path.open("rb") as file:
            header = file.read(100)  # https://sqlite.org/fileformat.html#the_database_header
    except OSError:
        return False  # SQLite will raise a better error
    return header[19:20] == b"\x02" and header[68:72] != APPLICATION.to_bytes(4, "big")


def version_of(connection: Connection) -> int:
    """The version of a ledger's tables; 0 for an empty file.

    Call it within a transaction: another program may create the ledger between two statements.

    Raises:
        LedgerError: it is another program's database, or of a newer version.
    """
    ((application,),) = connection.rows("PRAGMA application_id")
    ((number,),) = connection.rows("PRAGMA user_version")
    ((tables,),) = connection.rows("SELECT count(*) FROM sqlite_schema")
    if application != APPLICATION and (application, number, tables) != (0, 0, 0):
        raise Damaged(_("{where} is not a jk ledger.").format(where=connection.where))
    if number > len(MIGRATIONS):
        raise LedgerError(
            _("{where} was written by a newer jk (version {version}): upgrade this one.").format(
                where=connection.where, version=number
            )
        )
    return int(number)


def size_of(path: Path) -> int | None:
    """The size of a file in bytes; None if it does not exist.

    Raises:
        LedgerError: its folder cannot be read.
    """
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LedgerError(_("{where} cannot be opened ({error}).").format(where=path, error=reason(error))) from error


T = TypeVar("T")


def open_for_reading(path: Path, patience: float = PATIENCE) -> "SqliteLedger":
    """Open an existing ledger for reading. An empty file is a ledger without entries (see `_version_in`).

    Raises:
        LedgerError: it is missing, is not a ledger, is damaged, or is newer than this program.
    """
    if size_of(path) is None:
        raise LedgerError(_("There is no ledger at {path}: recording creates one, or name another.").format(path=path))
    _refuse_what_is_no_file_of_ours(path)
    connection = Connection(str(path), f"{path.absolute().as_uri()}?mode=ro", patience)
    with _closed_on_error(connection):
        if _version_in(connection, path) > 0:
            return SqliteLedger(connection)
    connection.close()
    return in_memory((), str(path))


def open_for_writing(path: Path, now: Callable[[], datetime], patience: float = PATIENCE) -> "WritableSqliteLedger":
    """Open a ledger for recording. Creates a missing file, but not its folder.

    Raises:
        LedgerError: its folder is missing, it is not a ledger, is damaged, or is newer than this program.
    """
    if size_of(path) is not None:
        _refuse_what_is_no_file_of_ours(path)
    elif len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise LedgerError(_("{path}: the file name is too long").format(path=path))
    elif size_of(path.parent) is None:
        raise LedgerError(_("The folder {path} does not exist: create it first.").format(path=path.parent))
    connection = Connection(str(path), f"{path.absolute().as_uri()}?mode=rwc", patience)
    with _closed_on_error(connection):
        version = _version_in(connection, path)  # before any setting or write
        connection.rows("PRAGMA journal_mode = DELETE")  # WAL breaks on network folders
        connection.rows("PRAGMA synchronous = FULL")
        connection.rows("PRAGMA cache_size = -57344")  # in KiB; when the cache is full, readers wait until the commit
        if version < len(MIGRATIONS):
            _migrate(connection)
        return WritableSqliteLedger(connection, now)


@contextmanager
def _closed_on_error(connection: Connection) -> Iterator[None]:
    """Close the connection if the block fails, so that no ledger gets it."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def in_memory(entries: Iterable[Recorded], where: str) -> "SqliteLedger":
    """A read-only ledger in memory with these entries, in their order."""
    from .derived_writer import Derived  # a report does not need it
    from .writer import insert

    connection = Connection(where, ":memory:")
    with _closed_on_error(connection):
        _migrate(connection)
        derived = Derived(connection.rows, SqlReader(connection.rows).entry)
        with connection.transaction("BEGIN"):
            for recorded in entries:
                insert(connection.rows, derived, recorded)
            derived.flush()
            connection.rows("UPDATE derivation SET seq = (SELECT coalesce(max(seq), 0) FROM entries), changed = 0")
    return SqliteLedger(connection)


@contextmanager
def empty_tables(where: str) -> Iterator[Rows]:
    """Yield an empty ledger's tables in a temporary file, for deriving rows to compare."""
    with closing(Connection(where, "")) as connection:
        _migrate(connection)
        with connection.transaction("BEGIN"):
            yield connection.rows


class SqliteLedger(SqlLedger):
    """A ledger in SQLite that is open for reading."""

    def __init__(self, connection: Connection) -> None:
        """Query by `connection`, which is open on a ledger of the present version."""
        super().__init__(connection.where, connection.rows)
        self._connection = connection

    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger. Writers wait meanwhile."""
        with self._connection.transaction("BEGIN"):
            if self.rows(_NOTES, (_NOTED_SINCE,)):
                self.altered |= self.rows(_DERIVATION, ()) != [(0, 0)]
            return work(SqlReader(self.rows, self.unreadable, self.doubtful))

    @contextmanager
    def integrity_check(self) -> Iterator[Callable[[], list[str]]]:
        """Let SQLite check the file in another thread: for a long ledger this takes as long as all other checks."""
        from concurrent.futures import ThreadPoolExecutor

        with closing(self._connection.another()) as second, ThreadPoolExecutor(1) as pool:
            damage = pool.submit(_damage, second)
            try:
                yield damage.result
            except BaseException:
                second.interrupt()
                raise

    def guards(self) -> Iterator[str]:
        """Yield the faults of the tables, indexes, triggers and views."""
        with closing(Connection(self.where, ":memory:")) as ours:
            _migrate(ours, version_of(self._connection))
            expected = SqliteLedger(ours).schema()
        found = self.schema()
        for name in sorted(expected.keys() | found.keys()):
            if name not in found:
                yield _("database: {name} is missing").format(name=name)
            elif found[name] != expected.get(name):
                yield _("database: {name} is not as this program created it").format(name=name)

    def queryable(self) -> bool:
        """Whether there are only tables to query: a view or a virtual table that replaces one may never end."""
        return self.rows(_OTHER_THAN_TABLES, ()) == [(0,)]

    def copy_to(self, file: Path) -> None:
        """Copy the database, as one state, to a new file. Writers wait meanwhile."""
        self._connection.copy_to(file)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def schema(self) -> Mapping[str, tuple[Any, ...]]:
        """Every table, index, trigger and view: its table, the statement that created it, and whether it has content.

        The tables that ANALYZE creates are left out.
        """
        found = self.rows("SELECT type, name, tbl_name, coalesce(sql, ''), rootpage > 0 FROM sqlite_schema", ())
        of_analyze = {("table", name, name, sql, 1) for name, sql in _STATISTICS.items()}
        return {f"{row[0]} {row[1]}": row[2:] for row in found if row not in of_analyze}


class WritableSqliteLedger(SqliteLedger):
    """A ledger in SQLite that is open for recording."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        """Record at the time that `now` returns."""
        super().__init__(connection)
        self._now = now

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one transaction. When this returns, the entries that it appended are on the disk."""
        from .writer import SqlWriter  # a report does not need it

        with self._connection.transaction("BEGIN IMMEDIATE"):
            writer = SqlWriter(self.rows, self._now, self._connection.later)
            before, changed = writer.head().seq, self._changed()
            result = work(writer)
            writer.flush()
            writer.confirm()
            if appended := writer.head().seq - before:
                self.rows(_DERIVED, (appended, changed))
            return result

    def _changed(self) -> int:
        """How many rows of the derived tables something else wrote; 1 if the count is missing."""
        return max((changed for (changed,) in self.rows("SELECT changed FROM derivation", ())), default=1)


def _damage(connection: Connection) -> list[str]:
    """The faults that SQLite's own check finds in a file."""
    connection.rows("PRAGMA cache_size = -32768")  # in KiB: the check looks up every entry in every index
    found = connection.unhurried("PRAGMA integrity_check")
    return [_("database: {fault}").format(fault=fault) for (fault,) in found if fault != "ok"]


def _migrate(connection: Connection, version: int = len(MIGRATIONS)) -> None:
    """Migrate a ledger to a version. If several programs start at once, the first one does it."""
    with connection.transaction("BEGIN IMMEDIATE"):
        for script in MIGRATIONS[version_of(connection) : version]:
            for statement in _statements(Path(__file__).with_name(script).read_text("utf-8")):
                connection.unhurried(statement)
        connection.rows(f"PRAGMA application_id = {APPLICATION}")
        connection.rows(f"PRAGMA user_version = {version}")


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script: `executescript` would run them outside the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""
