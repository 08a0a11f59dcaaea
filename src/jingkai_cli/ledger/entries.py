"""Entries of a ledger, fetched in bounded pages whenever they are asked for: nothing stays open between two pages."""

from collections.abc import Iterator, Sequence

from ..model import Recorded
from . import chain
from .derived import Rows

PAGE = 1000
"""How many entries are fetched at a time."""

_SOME = "SELECT body, hash FROM entries WHERE seq IN ({marks}) ORDER BY seq"
_RUN = "SELECT body, hash FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq"


class Entries:
    """The entries of some numbers. They never change, so that a later page belongs to the earlier ones."""

    def __init__(self, rows: Rows, numbers: Sequence[int]) -> None:
        """Ask by `rows` for the entries of these numbers, which are in their order."""
        self._rows = rows
        self.numbers = numbers

    def __len__(self) -> int:
        """How many they are."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Recorded]:
        """The entries by number.

        Raises:
            LedgerError: the database cannot be read, or one of them is not what this program wrote.
        """
        for first in range(0, len(self.numbers), PAGE):
            page = self.numbers[first : first + PAGE]
            if isinstance(page, range):
                found = self._rows(_RUN, (page[0], page[-1]))
            else:
                found = self._rows(_SOME.format(marks=", ".join("?" * len(page))), page)
            for body, hash_ in found:
                yield chain.parse(body, hash_)
