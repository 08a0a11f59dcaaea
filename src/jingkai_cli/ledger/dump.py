"""A whole ledger as text, from store to store: JSON Lines, each an entry's body, byte for byte, and its hash.

A line is `{…,"hash":"…"}`: without the last field it is the body that was hashed, and the hash proves it.
"""

import re
from collections.abc import Iterable, Iterator

from ..errors import LedgerError, Refused
from ..head import Head
from ..language import _
from ..model import Recorded
from . import Reader, Writer, chain

_HASH = re.compile(r',"hash":"([0-9a-f]{64})"\}')
_LENGTH = len(',"hash":""}') + 64


def line(recorded: Recorded) -> str:
    """An entry as a line of a dump, its line end included."""
    return f'{recorded.body[:-1]},"hash":"{recorded.hash}"}}\n'


def is_dump(first_line: str) -> bool:
    """Whether a file that begins so is a dump, and not one of entries that are new."""
    return _HASH.fullmatch(first_line.rstrip("\n")[-_LENGTH:]) is not None and '"prev_hash":"' in first_line


def read(lines: Iterable[str]) -> Iterator[Recorded]:
    """The entries of a dump, each with the hash that it has.

    Raises:
        LedgerError: a line is none of a dump.
    """
    for number, text in enumerate(lines, 1):
        bare = text.rstrip("\n")
        found = _HASH.fullmatch(bare[-_LENGTH:])
        body = bare[:-_LENGTH] + "}"
        if found is None:
            raise LedgerError(_("line {number} is no entry of a ledger, or was cut").format(number=number))
        yield chain.parse(body, found[1])


def chained(entries: Iterable[Recorded]) -> Iterator[Recorded]:
    """The same entries, each proved to have its hash and to follow the one before.

    Raises:
        LedgerError: one does not.
    """
    last = chain.EMPTY
    for recorded in entries:
        if chain.digest(recorded.body) != recorded.hash:
            raise LedgerError(
                _("entry {seq}: its text was changed: it does not have its hash").format(seq=recorded.seq)
            )
        if (recorded.seq, recorded.prev_hash) != (last.seq + 1, last.hash):
            raise LedgerError(_("entry {seq} does not follow the one before").format(seq=recorded.seq))
        yield recorded
        last = Head(recorded.seq, recorded.hash)


def carry(entries: Iterable[Recorded], writer: Writer) -> int:
    """Bring the entries of another ledger into one that is empty or has the same beginning, as they stand.

    Returns:
        How many the ledger did not have yet.

    Raises:
        Refused: the two are different ledgers.
        LedgerError: an entry does not follow the one before.
    """
    added, head = 0, writer.head()
    for recorded in chained(entries):
        if recorded.seq <= head.seq:
            _same(writer, recorded)
        else:
            writer.replay(recorded)
            added += 1
    return added


def _same(ledger: Reader, recorded: Recorded) -> None:
    there = ledger.entry(recorded.seq)
    if there is None or there.hash != recorded.hash:
        text = _("entry {seq} is another one in this ledger: they are two ledgers, and nothing was brought in")
        raise Refused(text.format(seq=recorded.seq))
