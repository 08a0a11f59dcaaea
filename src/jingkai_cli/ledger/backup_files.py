"""Backups of a ledger: a copy of its database, or a dump. A backup is verified before it is used."""

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
    """Yield the entries, each once its hash and its link to the entry before are verified.

    Raises:
        LedgerError: a hash or a link is wrong.
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
    """Append the entries that a ledger lacks; those that it already has must be identical.

    Returns:
        The number of entries appended.

    Raises:
        Refused: the two are different ledgers.
        LedgerError: an entry does not follow the one before it.
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
    """Raise if a ledger has no entry with the number of `recorded`, or a different one.

    Raises:
        Refused: they are two different ledgers.
    """
    own = ledger.entry(recorded.seq)
    if own is None or own.hash != recorded.hash:
        text = _("entry {seq} differs in this ledger: they are two different ledgers; nothing was imported")
        raise Refused(text.format(seq=recorded.seq))


_SQLITE = b"SQLite format 3\0"


def entries(file: Path) -> Iterator[Recorded]:
    """Yield the entries of a backup, each once it is found to follow the entry before.

    Raises:
        LedgerError: the file cannot be read, or is not a complete ledger.
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
    """Yield the entries; name the file in the errors raised on the way."""
    try:
        yield from read
    except LedgerError as error:
        raise error if str(file) in str(error) else LedgerError(f"{file}: {error}") from error


def head(file: Path) -> Head:
    """The head of a backup. The whole chain is verified.

    Raises:
        LedgerError: the file cannot be read, or is not a complete ledger.
    """
    last = chain.EMPTY
    for recorded in entries(file):
        last = Head(recorded.seq, recorded.hash)
    return last


def verify(file: Path, unreadable: set[int] | None = None) -> Head:
    """The head of a backup. The chain is verified; of a database also the tables and triggers.

    An entry that this program cannot read counts as intact if its hash and links are right: it was recorded like that.

    Args:
        file: a database or a dump.
        unreadable: receives the numbers of such entries.

    Raises:
        LedgerError: the file is damaged; the message lists every fault.
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
        if faults and strange:  # one row per table was listed: it may belong to such an entry
            known = tuple(_("entry {seq}: {fault}").format(seq=seq, fault="") for seq in strange)
            faults = [fault for fault in _faults_of(file, None) if not fault.startswith(known)]
    if faults:
        raise LedgerError("\n".join((_("{file} is damaged:").format(file=file), *faults)))
    return last


def _faults_of(file: Path, most: int | None) -> list[str]:
    """The faults that `check_ledger` finds in a database, at most `most` rows of each derived table; none in a dump.

    The fault that something else wrote the derived tables is left out: a restore derives them again.
    """
    if not is_database(file):
        return []
    with closing(open_for_reading(str(file))) as ledger:
        return [fault for fault in check_ledger(ledger, most=most) if fault != alteration()]


def is_database(file: Path) -> bool:
    """Whether a file is a SQLite database.

    Raises:
        LedgerError: the file cannot be read.
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
