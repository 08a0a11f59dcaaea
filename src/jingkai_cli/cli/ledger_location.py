"""The location of the ledger: its file or URL, and how it is opened."""

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
"""The file in which Linux lists the file system of each folder. Other systems lack it, and nothing is refused there."""

_CONSENT = "JK_NETWORK_FOLDER"
"""The environment variable that permanently allows a SQLite ledger on a network folder."""


class LedgerLocation(Struct, frozen=True):
    """The file or URL of a ledger."""

    name: str
    by_default: bool
    """Whether it is the default, `ledger.db` beside the plan, which may be missing as long as nothing is recorded."""

    @classmethod
    def of(cls, plan: Path | None, ledger: str | None) -> "LedgerLocation":
        """The location given by the options and the environment. The plan itself is not read.

        Raises:
            InvalidInput: no ledger is named, and there is no plan for the default location.
        """
        name = ledger_name(ledger)
        return cls(name, by_default=False) if name else cls.beside(plan_file(plan))

    @classmethod
    def beside(cls, plan: Path) -> "LedgerLocation":
        """The default location: `ledger.db` beside the file of the plan."""
        return cls(str(plan.parent / "ledger.db"), by_default=True)

    @property
    def file(self) -> Path | None:
        """The file of the ledger; None if it is on a server."""
        return file_of(self.name)

    @property
    def missing(self) -> bool:
        """Whether its file does not exist. False if this cannot be found out: opening it reports the error."""
        try:
            return self.file is not None and not self.file.exists()
        except OSError:
            return False

    @property
    def nothing_recorded(self) -> bool:
        """Whether the default ledger does not exist yet. A named ledger must exist."""
        return self.by_default and self.missing

    def open(self) -> Ledger:
        """Open the ledger for reading, and report on stderr if it is not the one that this computer last saw.

        Raises:
            LedgerError: it cannot be opened, or a named ledger is missing.
        """
        ledger = self.open_uncompared()
        if not self.nothing_recorded:
            warn(compare_head(self.name, ledger))
        return ledger

    def open_uncompared(self) -> Ledger:
        """Open the ledger for reading. A missing default ledger is empty, and a line on stderr says so.

        Raises:
            LedgerError: it cannot be opened, or a named ledger is missing.
        """
        if self.nothing_recorded:
            notify(_("No ledger yet at {place}: nothing is recorded. `jk record` creates it.").format(place=self.name))
            return empty_ledger(self.name)
        return open_for_reading(self.name)

    @contextmanager
    def for_writing(self, *, force: bool = False) -> Iterator[WritableLedger]:
        """Open the ledger for recording, or create it. After the block, close it and remember its head.

        Raises:
            LedgerError: it cannot be opened, or lacks a head that this computer saw.
            Refused: it is a file on a network folder, and `force` is not set.
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
        """Open the ledger for a dry run. If nothing is recorded yet, open a temporary one, so that none is created.

        Raises:
            LedgerError, Refused: as in `for_writing`.
        """
        if not self.nothing_recorded:
            with self.for_writing(force=force) as ledger:
                yield ledger
            return
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder, closing(open_for_writing(str(Path(folder) / "ledger.db"), now)) as ledger:
            yield ledger

    def refuse_network_folder(self) -> None:
        """Refuse a file on a file system where SQLite's locks may not work.

        Raises:
            Refused: it is on a network folder, and the environment does not allow that.
        """
        file = self.file
        if file is None or os.environ.get(_CONSENT) == "1" or not MOUNTS.exists():
            return
        from ..ledger.sqlite_connection import network_kind

        try:
            folder = file.resolve().parent
        except (OSError, RuntimeError, ValueError):
            return  # symbolic links in a circle, or a NUL: opening the file reports it
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
    """Run `work` in a transaction, roll it back, and return the result of `work`."""
    results: list[T] = []

    def attempt(writer: Writer) -> None:
        results.append(work(writer))
        raise _RolledBack

    with suppress(_RolledBack):
        ledger.write(attempt)
    return results[-1]
