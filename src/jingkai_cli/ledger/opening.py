"""A ledger's file before its entries are read: whether it is one, of which version, and which entry is its last.

A report that is remembered asks for no more, so what reads and writes entries is not loaded with this.
"""

from contextlib import closing
from pathlib import Path

from ..errors import LedgerError
from ..language import _
from .connection import PATIENCE, Connection
from .last import last

APPLICATION = 0x6A6B4C44
"""What makes a SQLite file a jk ledger: its application id (`jkLD`)."""

MIGRATIONS = ("sqlite.sql", "sqlite-2.sql")
"""The scripts that bring a ledger from version 0, an empty file, to the present one. Only ever added to."""


def opened(path: Path, patience: float = PATIENCE) -> Connection | None:
    """A connection that reads a ledger which is there already.

    Returns:
        None for an empty file, which is what a first writer leaves who is killed before it commits.

    Raises:
        LedgerError: it is missing, is not a ledger, is damaged, or is newer than this program.
    """
    if size_of(path) is None:
        raise LedgerError(_("There is no ledger at {path}: recording makes one, or name another.").format(path=path))
    if path.is_dir():
        raise LedgerError(_("{path} is a folder: name a file in it.").format(path=path))
    if not path.is_file():  # a pipe would make us wait, a device would get a journal beside it
        raise LedgerError(_("{where} is not a jk ledger.").format(where=path))
    if _of_another_program(path):
        raise LedgerError(_("{where} is not a jk ledger.").format(where=path))
    connection = Connection(str(path), f"{path.absolute().as_uri()}?mode=ro", patience)
    with connection.transaction("BEGIN"):
        if version_of(connection) > 0:
            return connection
        found = size_of(path)
    connection.close()
    if found:  # to SQLite a file of a few bytes is as empty as one of none
        raise LedgerError(_("{where} is not a jk ledger.").format(where=path))
    return None


def _of_another_program(path: Path) -> bool:
    """Whether a file is the database of another program that keeps a log beside it: even a reader would make that."""
    try:
        with path.open("rb") as file:
            header = file.read(100)  # https://sqlite.org/fileformat.html#the_database_header
    except OSError:
        return False  # SQLite says what is wrong
    return header[19:20] == b"\x02" and header[68:72] != APPLICATION.to_bytes(4, "big")


def last_of(path: Path) -> tuple[int, str] | None:
    """What `last` says of the ledger in a file, at once: it does not wait for who is writing.

    Raises:
        LedgerError: it cannot be read now.
    """
    connection = opened(path, patience=0)
    if connection is None:
        return None
    with closing(connection):
        return last(connection.rows)


def version_of(connection: Connection) -> int:
    """The version of a ledger's tables; 0 for an empty file.

    To be asked within a transaction: somebody else may make the ledger between one answer and the next.

    Raises:
        LedgerError: it is a database of something else, or of a newer version.
    """
    ((application,),) = connection.rows("PRAGMA application_id")
    ((number,),) = connection.rows("PRAGMA user_version")
    ((tables,),) = connection.rows("SELECT count(*) FROM sqlite_schema")
    if application != APPLICATION and (application, number, tables) != (0, 0, 0):
        raise LedgerError(_("{where} is not a jk ledger.").format(where=connection.where))
    if number > len(MIGRATIONS):
        raise LedgerError(
            _("{where} was written by a newer jk (version {version}): upgrade this one.").format(
                where=connection.where, version=number
            )
        )
    return int(number)


def size_of(path: Path) -> int | None:
    """The size of what is there; None where there is nothing.

    Raises:
        LedgerError: nobody can say.
    """
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LedgerError(_("{where} cannot be opened ({error}).").format(where=path, error=error)) from error
