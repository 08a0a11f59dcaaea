"""Where a ledger is: what every command needs to know of it, the plan good, faulty or missing."""

import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import Refused
from ..language import _
from ..ledger import empty_ledger, file_of, open_for_reading, open_for_writing
from ..ledger.protocol import Ledger, WritableLedger
from ..plan import find_plan
from .clock import now
from .output import tell

MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux says which folder is of which file system; other systems have none, and are not asked."""
CONSENT = "JK_NETWORK_FOLDER"
"""The variable that allows a SQLite ledger on a network folder for good."""


@dataclass(frozen=True, slots=True)
class Place:
    """A ledger's file or URL."""

    name: str
    by_default: bool
    """Nobody named it: it is `ledger.db` beside the plan, and may be missing as long as nothing is recorded."""

    @classmethod
    def at(cls, plan: Path | None, ledger: str | None) -> "Place":
        """The place that the options and the environment name; the plan itself is not read.

        Raises:
            InvalidInput: no ledger is named, and there is no plan beside which it could be.
        """
        name = ledger or os.environ.get("JK_LEDGER")
        return cls(name, by_default=False) if name else cls.beside(find_plan(plan, os.environ, Path.cwd()))

    @classmethod
    def beside(cls, plan: Path) -> "Place":
        """The place of the ledger of which nobody says where it is."""
        return cls(str(plan.parent / "ledger.db"), by_default=True)

    @property
    def file(self) -> Path | None:
        """The ledger's file; None where a server keeps it."""
        return file_of(self.name)

    @property
    def nothing_recorded(self) -> bool:
        """Whether the default ledger has not begun. One that was named must be there."""
        return self.by_default and not Path(self.name).exists()

    def open(self) -> Ledger:
        """The ledger, to read. The default one may be missing: then it is empty, and a line on stderr says so."""
        if self.nothing_recorded:
            tell(_("No ledger yet at {place}: nothing is recorded. `jk record` begins it.").format(place=self.name))
            return empty_ledger(self.name)
        return open_for_reading(self.name)

    def open_to_write(self, *, force: bool = False) -> WritableLedger:
        """The ledger, to write; begun where there is none.

        Raises:
            Refused: it is a file on a network folder, and nobody insists.
        """
        if not force:
            self.refuse_network_folder()
        return open_for_writing(self.name, now)

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
                "{place} is on a network folder ({kind}), where two desks at once may damage it.\n"
                "Keep it in a folder of this machine, or for many desks in PostgreSQL (JK_LEDGER=postgresql://…).\n"
                "If nobody else writes to it: --force -m WHY for one entry, or {consent}=1 for good"
            )
            raise Refused(text.format(place=self.name, kind=kind, consent=CONSENT))
