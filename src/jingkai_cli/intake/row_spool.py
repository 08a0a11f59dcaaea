"""Rows in a temporary file, in the order in which they were read: a large import is never in memory as a whole."""

from collections.abc import Iterable, Iterator
from itertools import chain
from os import SEEK_END
from weakref import finalize

from msgspec import msgpack

from ..errors import JkError, reason
from ..language import _
from ..ledger.entry_fields import numbers_in
from .rows import Row

_IN_MEMORY = 1 << 22
"""Bytes from which on the file is on the disk."""

BLOCK = 500
"""How many rows are written and read at a time."""


class Spool:
    """The rows of one file; they can be iterated over several times, one after the other."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """Begin with these rows.

        Raises:
            JkError: the temporary folder has no room.
        """
        from tempfile import SpooledTemporaryFile

        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it is closed with the spool
        finalize(self, self._file.close)
        self._block: list[Row] = []
        self._count = 0
        self.referred: set[int] = set()
        """The numbers, in the ledger from which rows were exported, to which others of them refer."""
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Keep one more row.

        Raises:
            JkError: the temporary folder has no room.
        """
        self._block.append(row)
        self._count += 1
        if len(self._block) == BLOCK:
            self._write()
        if row.seq is not None:
            self.referred.update(numbers_in(row.encoded.entry).values())
            if row.retracted_by is not None:
                self.referred.add(row.retracted_by)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count

    def __iter__(self) -> Iterator[Row]:
        """The rows; a second iteration must not begin before the first one ended."""
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[Row]]:
        """The rows in lists of `BLOCK`, the last of fewer."""
        decode = msgpack.Decoder(list[Row]).decode
        self._write()
        self._file.seek(0)
        while length := int.from_bytes(self._file.read(4)):
            yield decode(self._file.read(length))

    def _write(self) -> None:
        """Write the rows that are still in memory."""
        if not self._block:
            return
        packed = msgpack.encode(self._block)
        try:
            self._file.seek(0, SEEK_END)
            self._file.write(len(packed).to_bytes(4) + packed)
        except OSError as error:
            message = _("The temporary folder cannot be written: {why}. Set TMPDIR to another one.")
            raise JkError(message.format(why=reason(error))) from error
        self._block.clear()
