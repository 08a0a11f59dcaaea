"""Rows in a temporary file, in the order in which they were read: a large import never stands in memory whole."""

import marshal
from collections.abc import Iterable, Iterator
from weakref import finalize

from ..errors import JkError
from ..language import _
from ..ledger.chain import Encoded, entry_of
from .rows import Row

_IN_MEMORY = 1 << 22
"""Bytes from which on the file is on the disk."""


class Spool:
    """The rows of one file, as often as they are asked for."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """Begin with these rows.

        Raises:
            JkError: the temporary folder has no room.
        """
        from tempfile import SpooledTemporaryFile

        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it is gone with the spool
        finalize(self, self._file.close)
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
        encoded = (row.encoded.fields, row.encoded.pieces)
        packed = marshal.dumps((*encoded, row.where, row.unsaid, row.seq, row.retracted_by, row.in_form))
        try:
            self._file.write(len(packed).to_bytes(4) + packed)
        except OSError as error:
            message = _("The temporary folder cannot be written: {why}. TMPDIR names another one.")
            raise JkError(message.format(why=error.strerror)) from error
        self._count += 1
        if row.seq is not None:
            self.referred.update(number for number in (row.entry.ref, row.retracted_by) if number is not None)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count

    def __iter__(self) -> Iterator[Row]:
        """The rows; nobody may ask for them again before they all came."""
        self._file.seek(0)
        for _number in range(self._count):
            length = int.from_bytes(self._file.read(4))
            fields, pieces, where, unsaid, *rest = marshal.loads(self._file.read(length))  # noqa: S302 - our own file
            yield Row(where, Encoded(entry_of(fields), fields, pieces), unsaid, *rest)
