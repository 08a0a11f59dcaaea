"""Entries of a ledger, fetched in bounded pages whenever they are asked for: nothing stays open between two pages."""

from collections.abc import Iterator, Sequence
from itertools import starmap
from typing import Any

from ..model import Recorded
from . import chain
from .derived import PAGE, Rows, marks

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
        return starmap(chain.parse, self._texts())

    def fields(self) -> Iterator[tuple[dict[str, Any], str]]:
        """What `chain.told` gives of each of them, and its hash: for who needs no more.

        Raises:
            LedgerError: as when they are asked for.
        """
        return ((chain.told(body), hash_) for body, hash_ in self._texts())

    def _texts(self) -> Iterator[tuple[str, str]]:
        for first in range(0, len(self.numbers), PAGE):
            page = self.numbers[first : first + PAGE]
            if isinstance(page, range):
                found = self._rows(_RUN, (page[0], page[-1]))
            else:
                found = self._rows(_SOME.format(marks=marks(len(page))), page)
            texts = {seq: (body, hash_) for seq, body, hash_ in found}
            for seq in page:
                if seq in texts:  # what was deleted behind the ledger's back, `jk check` tells
                    yield texts[seq]
