"""Whether a ledger is what it was: by a head that was printed before, and by the database's own word."""

from collections.abc import Iterable, Iterator

from ..errors import LedgerError
from ..language import _
from . import Reader, chain

ANCHOR = 12
"""How many digits of a hash prove something: as many as the foot of a page prints."""


def check_anchor(ledger: Reader, seq: int, digest: str) -> str | None:
    """Whether a ledger still holds what it held when a head was printed.

    Args:
        ledger: the ledger of today.
        seq: the number in the head.
        digest: its hash, or at least the first `ANCHOR` digits of it.

    Returns:
        What is wrong, or None.
    """
    if len(digest) < ANCHOR:
        return _("anchor: {digits} digits of the hash or more are needed").format(digits=ANCHOR)
    head = ledger.head()
    if seq > head.seq:
        return _("anchor: entry {seq} was there, but the ledger ends at entry {last}: its tail was cut off").format(
            seq=seq, last=head.seq
        )
    try:
        entry = ledger.entry(seq)
    except LedgerError as error:
        return _("entry {seq}: {fault}").format(seq=seq, fault=error)
    found = entry.hash if entry else chain.EMPTY.hash
    if not found.startswith(digest.lower()):
        return _("anchor: entry {seq} had the hash {anchor}, now it has {found}: the ledger was rewritten").format(
            seq=seq, anchor=digest, found=found[: len(digest)]
        )
    return None


def surviving(faults: Iterable[str]) -> Iterator[str]:
    """The faults; when the database itself gives up on the way, that is one more of them."""
    try:
        yield from faults
    except LedgerError as error:
        yield str(error)
