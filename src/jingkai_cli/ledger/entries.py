"""Entries of a ledger, fetched in bounded pages whenever they are asked for: nothing stays open between two pages."""

from collections.abc import Iterator, Sequence

from ..model import Recorded
from . import chain
from .derived import Rows

PAGE = 1000
"""How many entries are fetched at a time."""

_SOME = "SELECT seq, body, hash FROM entries WHERE seq IN ({marks})"
_RUN = "SELECT seq, body, hash FROM entries WHERE seq BETWEEN ? AND ?"


class Entries:
    """The entries of some numbers. They never change, so that a later page belongs to the earlier ones."""

    def __init__(self, rows: Rows, numbers: Sequence[int]) -> None:
        """Ask by `rows` for the entries of these numbers, in that order."""
        self._rows = rows
        self.numbers = numbers

    def __len__(self) -> int:
        """How many they are."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Recorded]:
        """The entries, in the order of `numbers`.

        Raises:
            LedgerError: the database cannot be read, or one of them is not what this program wrote.
        """
        for first in range(0, len(self.numbers), PAGE):
            page = self.numbers[first : first + PAGE]
            if isinstance(page, range):
                found = self._rows(_RUN, (page[0], page[-1]))
            else:
                found = self._rows(_SOME.format(marks=", ".join("?" * len(page))), page)
            texts = {seq: text for seq, *text in found}
            for seq in page:
                if seq in texts:  # what was deleted behind the ledger's back, `jk check` tells
                    yield chain.parse(*texts[seq])
