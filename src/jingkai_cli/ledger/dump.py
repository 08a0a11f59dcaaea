"""A dump of a ledger: JSON Lines, each the body of an entry, byte for byte, and its hash: `{…,"hash":"…"}`.

Without its last field a line is the body that was hashed, and the hash proves it.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import LedgerError, reason
from ..language import _
from ..model import Head, Recorded
from . import chain
from .entries import read as read_entry

_HASH = re.compile(r',"hash":"([0-9a-f]{64})"\}')

_LENGTH = len(',"hash":""}') + 64


def line(recorded: Recorded) -> str:
    """An entry as a line of a dump, its line end included."""
    return f'{recorded.body[:-1]},"hash":"{recorded.hash}"}}\n'


def write(entries: Iterable[Recorded], file: Path) -> Head:
    """Write entries into a new file, and wait until they are on the disk.

    Returns:
        The last entry that was written.

    Raises:
        LedgerError: the file cannot be written.
    """
    last = chain.EMPTY
    try:
        with file.open("w", encoding="utf-8", newline="\n") as out:
            for recorded in entries:
                out.write(line(recorded))
                last = Head(recorded.seq, recorded.hash)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise LedgerError(_("{file} cannot be written: {why}").format(file=file, why=reason(error))) from error
    return last


def is_dump(first_line: str) -> bool:
    """Whether a file that begins with this line is a dump, and not a file of entries to be imported."""
    return _HASH.fullmatch(first_line.rstrip("\n")[-_LENGTH:]) is not None and '"prev_hash":"' in first_line


def read(lines: Iterable[str]) -> Iterator[Recorded]:
    """The entries of a dump, each with the hash that its line has.

    Raises:
        LedgerError: a line is not one of a dump.
    """
    for number, text in enumerate(lines, 1):
        bare = text.rstrip("\n")
        found = _HASH.fullmatch(bare[-_LENGTH:])
        body = bare[:-_LENGTH] + "}"
        if found is None:
            raise LedgerError(_("line {number} is not a ledger entry, or was cut off").format(number=number))
        yield read_entry(number, body, found[1])
