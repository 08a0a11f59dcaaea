"""A dry run: the real thing in a transaction that is taken back."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ..ledger import open_for_writing
from ..ledger.chain import content
from ..ledger.protocol import WritableLedger, Writer
from ..model import Entry
from .clock import now
from .output import give_json
from .place import Place

T = TypeVar("T")


def give_entry(entry: Entry) -> None:
    """Print an entry that would be recorded, as a file of entries has it."""
    give_json(dict(sorted(content(entry).items())))


class _Rehearsed(Exception):
    """Ends the transaction: nothing of it stays."""


def rehearse(place: Place, work: Callable[[Writer], T], *, force: bool = False) -> T:
    """What `work` gives on a ledger, which stays as it is. One that has not begun is not begun for it."""
    if not place.nothing_recorded:
        return _taken_back(place.open_to_write(force=force), work)
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        return _taken_back(open_for_writing(str(Path(folder) / "ledger.db"), now), work)


def _taken_back(ledger: WritableLedger, work: Callable[[Writer], T]) -> T:
    results: list[T] = []

    def rehearsal(writer: Writer) -> None:
        results.append(work(writer))
        raise _Rehearsed

    with suppress(_Rehearsed):
        ledger.write(rehearsal)
    return results[-1]
