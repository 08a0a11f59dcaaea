"""A dump of a ledger as JSON Lines: each line is the body of an entry, byte for byte, with its hash added at the end.

A line without its last field `hash` is the text that was hashed, so a dump can be verified by itself.
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
    """An entry as a line of a dump, with the line feed."""
    return f'{recorded.body[:-1]},"hash":"{recorded.hash}"}}\n'


def write(entries: Iterable[Recorded], file: Path) -> Head:
    """Write entries to a new file, and wait until they are on the disk.

    Returns:
        The head: the last entry written.

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
    """Whether a file with this first line is a dump, rather than a file of entries to import."""
    return _HASH.fullmatch(first_line.rstrip("\n")[-_LENGTH:]) is not None and '"prev_hash":"' in first_line


def read(lines: Iterable[str]) -> Iterator[Recorded]:
    """Yield the entries of a dump, each with the hash in its line; the hashes are not verified.

    Raises:
        LedgerError: a line has no hash at its end.
    """
    for number, text in enumerate(lines, 1):
        bare = text.rstrip("\n")
        found = _HASH.fullmatch(bare[-_LENGTH:])
        body = bare[:-_LENGTH] + "}"
        if found is None:
            raise LedgerError(_("line {number} is not a ledger entry, or was cut off").format(number=number))
        yield read_entry(number, body, found[1])
