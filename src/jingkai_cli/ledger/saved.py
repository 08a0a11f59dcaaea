"""What was saved of a ledger in a file of its own: a copy of its database, or a dump. Proved before it is relied on."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ..devices import refuse_device
from ..errors import LedgerError
from ..head import Head
from ..language import _
from ..model import Recorded
from . import chain, dump, open_for_reading

_SQLITE = b"SQLite format 3\0"


def entries(file: Path) -> Iterator[Recorded]:
    """The entries that were saved, each proved to follow the one before.

    Raises:
        LedgerError: the file cannot be read, or what is in it is no whole ledger.
    """
    try:
        if is_database(file):
            with closing(open_for_reading(str(file))) as ledger:
                yield from dump.chained(ledger.entries())
        else:
            with file.open(encoding="utf-8", newline="\n") as lines:
                yield from _named(file, dump.chained(dump.read(lines)))
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error


def _named(file: Path, read: Iterator[Recorded]) -> Iterator[Recorded]:
    """The same entries; what is wrong with one is told with the name of the file."""
    try:
        yield from read
    except LedgerError as error:
        raise LedgerError(f"{file}: {error}") from error


def head(file: Path) -> Head:
    """The last entry that was saved, after all of them were proved.

    Raises:
        LedgerError: everything that is wrong with it.
    """
    last = chain.EMPTY
    for recorded in entries(file):
        last = Head(recorded.seq, recorded.hash)
    return last


def proved(file: Path) -> Head:
    """The last entry that was saved, after the entries, and of a database also its tables and triggers, were proved.

    Raises:
        LedgerError: everything that is wrong with it.
    """
    if is_database(file):
        with closing(open_for_reading(str(file))) as ledger:
            if faults := list(ledger.check()):
                raise LedgerError("\n".join((_("{file} is damaged:").format(file=file), *faults)))
    return head(file)


def is_database(file: Path) -> bool:
    """Whether a file is a SQLite database.

    Raises:
        LedgerError: it cannot be read.
    """
    try:
        refuse_device(file)
        with file.open("rb") as raw:
            return raw.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError | ValueError) -> LedgerError:
    why = getattr(error, "strerror", None) or _("it is neither a ledger nor a dump of one")
    return LedgerError(_("{file} cannot be read: {why}").format(file=file, why=why))
