"""Where the ledger is: its file or URL, and how it is opened there."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from ..errors import Refused
from ..language import _
from ..ledger import empty_ledger, file_of, open_for_reading, open_for_writing
from ..ledger.protocol import Ledger, WritableLedger, Writer
from .environment import ledger_name, now, plan_file
from .output import notify
from .remembered_ledger_heads import compare_head, forget, refuse_mismatch, remember, warn

T = TypeVar("T")

MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux lists which file system each folder is on; other systems have no such file, and nothing is refused."""

_CONSENT = "JK_NETWORK_FOLDER"
"""The variable that allows a SQLite ledger on a network folder for good."""


class LedgerLocation(Struct, frozen=True):
    """A ledger's file or URL."""

    name: str
    by_default: bool
    """Not named by anyone: `ledger.db` beside the plan, which may be missing as long as nothing is recorded."""

    @classmethod
    def of(cls, plan: Path | None, ledger: str | None) -> "LedgerLocation":
        """The location that the options and the environment name; the plan itself is not read.

        Raises:
            InvalidInput: no ledger is named, and there is no plan beside which it could be.
        """
        name = ledger_name(ledger)
        return cls(name, by_default=False) if name else cls.beside(plan_file(plan))

    @classmethod
    def beside(cls, plan: Path) -> "LedgerLocation":
        """The default location: `ledger.db` beside the plan's file."""
        return cls(str(plan.parent / "ledger.db"), by_default=True)

    @property
    def file(self) -> Path | None:
        """The ledger's file; None where a server keeps it."""
        return file_of(self.name)

    @property
    def missing(self) -> bool:
        """Whether there is no file. One that cannot be looked at counts as there: opening it says why."""
        try:
            return self.file is not None and not self.file.exists()
        except OSError:
            return False

    @property
    def nothing_recorded(self) -> bool:
        """Whether the default ledger has not begun. One that was named must be there."""
        return self.by_default and self.missing

    def open(self) -> Ledger:
        """The ledger, to read. The default one may be missing: then it is empty, and a line on stderr says so.

        Raises:
            LedgerError: it cannot be opened, or one that was named is missing.
        """
        if self.nothing_recorded:
            notify(_("No ledger yet at {place}: nothing is recorded. `jk record` creates it.").format(place=self.name))
            return empty_ledger(self.name)
        ledger = open_for_reading(self.name)
        warn(compare_head(self.name, ledger))
        return ledger

    @contextmanager
    def for_writing(self, *, force: bool = False) -> Iterator[WritableLedger]:
        """The ledger, to write to; begun where there is none, closed at the end of the block, and its head remembered.

        Raises:
            LedgerError: it cannot be opened, or lacks a head that this computer saw.
            Refused: it is a file on a network folder, without `--force`.
        """
        if not force:
            self.refuse_network_folder()
        if self.missing:
            forget(self.name)
        with closing(open_for_writing(self.name, now)) as ledger:
            refuse_mismatch(compare_head(self.name, ledger))
            yield ledger
            found = compare_head(self.name, ledger)
            if not found.doubt:
                remember(found)

    @contextmanager
    def for_dry_run(self, *, force: bool = False) -> Iterator[WritableLedger]:
        """Open the ledger for a dry run; where nothing is recorded yet, a temporary one, so that none is begun.

        Raises:
            LedgerError, Refused: as `for_writing`.
        """
        if not self.nothing_recorded:
            with self.for_writing(force=force) as ledger:
                yield ledger
            return
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder, closing(open_for_writing(str(Path(folder) / "ledger.db"), now)) as ledger:
            yield ledger

    def refuse_network_folder(self) -> None:
        """Refuse a file where SQLite's locks may not hold.

        Raises:
            Refused: it is on a network folder, and neither `--force` nor the environment allows it.
        """
        file = self.file
        if file is None or os.environ.get(_CONSENT) == "1" or not MOUNTS.exists():
            return
        from ..ledger.sqlite_connection import network_kind

        try:
            folder = file.resolve().parent
        except (OSError, RuntimeError, ValueError):
            return  # links in a circle, a NUL: opening it will say so
        if kind := network_kind(folder, MOUNTS.read_text(errors="replace")):
            text = _(
                "{place} is on a network folder ({kind}), where two computers writing at once may "
                "damage it.\nKeep it in a folder of this machine, or for several computers in "
                "PostgreSQL (JK_LEDGER=postgresql://…).\nIf only you write to it: --force -m "
                "WHY for one entry, or {consent}=1 permanently"
            )
            raise Refused(text.format(place=self.name, kind=kind, consent=_CONSENT))


class _RolledBack(Exception):
    """Ends the transaction of a dry run."""


def dry_run(ledger: WritableLedger, work: Callable[[Writer], T]) -> T:
    """What `work` returns in a transaction that is rolled back: the ledger stays as it is."""
    results: list[T] = []

    def attempt(writer: Writer) -> None:
        results.append(work(writer))
        raise _RolledBack

    with suppress(_RolledBack):
        ledger.write(attempt)
    return results[-1]
