"""Where the ledger is: its file or URL, and how it is opened there."""

import os
from pathlib import Path

from msgspec import Struct

from ..errors import Refused
from ..language import _
from ..ledger import empty_ledger, file_of, open_for_reading, open_for_writing
from ..ledger.protocol import Ledger, WritableLedger
from .environment import ledger_name, now, plan_file
from .output import notify
from .remembered_heads import compare_head, forget, refuse, remember, warn

MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux lists which file system each folder is on; other systems have no such file, and nothing is refused."""

CONSENT = "JK_NETWORK_FOLDER"
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

    def open_to_write(self, *, force: bool = False) -> WritableLedger:
        """The ledger, to write; begun where there is none.

        Raises:
            LedgerError: it cannot be opened, or lacks a head that this desk saw.
            Refused: it is a file on a network folder, without `--force`.
        """
        if not force:
            self.refuse_network_folder()
        if self.missing:
            forget(self.name)
        ledger = open_for_writing(self.name, now)
        try:
            refuse(compare_head(self.name, ledger))
        except BaseException:
            ledger.close()
            raise
        return ledger

    def remember(self, ledger: Ledger) -> None:
        """Keep the head of a ledger that this desk just wrote to."""
        found = compare_head(self.name, ledger)
        if not found.doubt:
            remember(found)

    def refuse_network_folder(self) -> None:
        """Refuse a file where SQLite's locks may not hold.

        Raises:
            Refused: it is on a network folder, and neither `--force` nor the environment allows it.
        """
        file = self.file
        if file is None or os.environ.get(CONSENT) == "1" or not MOUNTS.exists():
            return
        from ..ledger.sqlite_connection import network_kind

        try:
            folder = file.resolve().parent
        except (OSError, RuntimeError, ValueError):
            return  # links in a circle, a NUL: opening it will say so
        if kind := network_kind(folder, MOUNTS.read_text(errors="replace")):
            text = _(
                "{place} is on a network folder ({kind}), where two desks writing at once may "
                "damage it.\nKeep it in a folder of this machine, or for several desks in "
                "PostgreSQL (JK_LEDGER=postgresql://…).\nIf only you write to it: --force -m "
                "WHY for one entry, or {consent}=1 permanently"
            )
            raise Refused(text.format(place=self.name, kind=kind, consent=CONSENT))
