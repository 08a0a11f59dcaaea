"""Backups: a copy of a ledger's database, or a dump. They are verified before they are used."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from ..errors import LedgerError, Refused, reason, refuse_device
from ..kinds import NAMES
from ..language import _
from ..model import Head, Recorded
from . import chain, dump, open_for_reading
from .check import alteration, check_ledger
from .protocol import Reader, Writer


def verified(entries: Iterable[Recorded]) -> Iterator[Recorded]:
    """Yield the entries, each after its hash and its link to the one before were verified.

    Raises:
        LedgerError: one does not.
    """
    last = chain.EMPTY
    for recorded in entries:
        if chain.digest(recorded.body) != recorded.hash:
            raise LedgerError(
                _("entry {seq}: its text was changed: it does not match its hash").format(seq=recorded.seq)
            )
        if (recorded.seq, recorded.prev_hash) != (last.seq + 1, last.hash):
            raise LedgerError(_("entry {seq} does not follow the previous entry").format(seq=recorded.seq))
        yield recorded
        last = Head(recorded.seq, recorded.hash)


def append_missing(entries: Iterable[Recorded], writer: Writer) -> int:
    """Append the entries that a ledger does not have yet; those that it has must be the same.

    Returns:
        How many were appended.

    Raises:
        Refused: the two are different ledgers.
        LedgerError: an entry does not follow the one before.
    """
    added, head = 0, writer.head()
    for recorded in verified(entries):
        if recorded.seq <= head.seq:
            _refuse_another(writer, recorded)
        else:
            writer.replay(recorded)
            added += 1
    return added


def _refuse_another(ledger: Reader, recorded: Recorded) -> None:
    """Raise if a ledger has another entry of that number.

    Raises:
        Refused: it has.
    """
    there = ledger.entry(recorded.seq)
    if there is None or there.hash != recorded.hash:
        text = _("entry {seq} differs in this ledger: they are two different ledgers; nothing was imported")
        raise Refused(text.format(seq=recorded.seq))


_SQLITE = b"SQLite format 3\0"


def entries(file: Path) -> Iterator[Recorded]:
    """The entries of a backup, after each was found to follow the one before.

    Raises:
        LedgerError: the file cannot be read, or is no whole ledger.
    """
    try:
        if is_database(file):
            with closing(open_for_reading(str(file))) as ledger:
                yield from _named(file, verified(ledger.entries()))
        else:
            with file.open(encoding="utf-8", newline="\n") as lines:
                yield from _named(file, verified(dump.read(lines)))
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error


def _named(file: Path, read: Iterator[Recorded]) -> Iterator[Recorded]:
    """Yield the entries; errors name the file."""
    try:
        yield from read
    except LedgerError as error:
        raise error if str(file) in str(error) else LedgerError(f"{file}: {error}") from error


def head(file: Path) -> Head:
    """The last entry of a backup, after the chain was verified.

    Raises:
        LedgerError: the file cannot be read, or is no whole ledger.
    """
    last = chain.EMPTY
    for recorded in entries(file):
        last = Head(recorded.seq, recorded.hash)
    return last


def verify(file: Path, unreadable: set[int] | None = None) -> Head:
    """The last entry of a backup, after the chain, and of a database its tables and triggers, were checked.

    An entry that this program cannot read is no damage where its hash and its links are right: it was recorded so.

    Args:
        file: a database or a dump.
        unreadable: gets the numbers of such entries.

    Raises:
        LedgerError: everything that is wrong with it.
    """
    faults = _faults_of(file, 1)
    last, strange = chain.EMPTY, set() if unreadable is None else unreadable
    try:
        for recorded in entries(file):
            last = Head(recorded.seq, recorded.hash)
            if recorded.entry.kind not in NAMES or (recorded.entry.kind == "adopt" and recorded.entry.plan is None):
                strange.add(recorded.seq)
    except LedgerError:
        if not faults:
            raise
    else:
        if faults and strange:  # of each table one differing row was listed: that of such an entry may be it
            known = tuple(_("entry {seq}: {fault}").format(seq=seq, fault="") for seq in strange)
            faults = [fault for fault in _faults_of(file, None) if not fault.startswith(known)]
    if faults:
        raise LedgerError("\n".join((_("{file} is damaged:").format(file=file), *faults)))
    return last


def _faults_of(file: Path, most: int | None) -> list[str]:
    """What `check` finds in a database, of each derived table at most so many rows; nothing in a dump.

    That derived tables were written by something else is left out: a restore derives them anew.
    """
    if not is_database(file):
        return []
    with closing(open_for_reading(str(file))) as ledger:
        return [fault for fault in check_ledger(ledger, most=most) if fault != alteration()]


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
    why = reason(error) if isinstance(error, OSError) else _("it is neither a ledger nor an export of one")
    return LedgerError(_("{file} cannot be read: {why}").format(file=file, why=why))
