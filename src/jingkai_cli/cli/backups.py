"""`jk backup` and `jk restore`: a ledger saved, and begun anew from what was saved."""

import os
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

from typer import Argument

from ..errors import InvalidInput, LedgerError, Refused, reason
from ..language import _, ngettext
from ..ledger import chain, open_for_reading, open_for_writing
from ..ledger.protocol import Ledger, Writer
from ..ledger.task_units import assign_units
from ..model import Head
from ..quantities import enumeration
from .environment import now
from .ledger_location import LedgerLocation
from .options import Reporting, only
from .output import draft_folder, emit, notify, whole
from .remembered_ledger_heads import trust

Files = Annotated[Reporting, only("plan", "ledger")]

BackupArgument = Annotated[
    Path, Argument(metavar=_("FILE"), help=_("The file that holds the backup."), show_default=False)
]


def backup(options: Files, file: BackupArgument) -> None:
    from ..ledger import backup_files

    location = LedgerLocation.of(options.plan, options.ledger)
    with closing(open_for_reading(location.name)) as known:
        refuse_other_content(file, location, known)
        with whole(file) as copy:
            known.copy_to(copy)
            head = backup_files.verify(copy)
    emit_head(file, head)


def emit_head(file: Path | str, head: Head) -> None:
    """Print how many entries a file has, or a ledger, and its head."""
    text = ngettext("{file}: {count} entry, head {seq}:{hash}", "{file}: {count} entries, head {seq}:{hash}", head.seq)
    emit(text.format(file=file, count=head.seq, seq=head.seq, hash=head.hash))


def refuse_other_content(file: Path, location: LedgerLocation, ledger: Ledger) -> None:
    """A backup, or the export of a whole ledger, replaces nothing but an older one of the same ledger.

    Raises:
        Refused: something else is there.
    """
    from ..ledger import backup_files
    from ..ledger.check import check_anchor

    if not file.exists():
        return
    if location.file and location.file.exists() and file.samefile(location.file):
        raise Refused(_("{file} is the ledger itself: name another file for its backup").format(file=file))
    try:
        older = backup_files.head(file)
    except LedgerError:
        older = None
    if older is None or check_anchor(ledger, older.seq, older.hash):
        text = _("{file} exists and is not an older backup of this ledger: it was not changed; name another file")
        raise Refused(text.format(file=file))


def restore(options: Files, file: BackupArgument) -> None:
    from ..ledger import backup_files

    location = LedgerLocation.of(options.plan, options.ledger)
    target = location.file
    if target and os.path.lexists(target):
        text = _("{place} already exists: a backup can only be restored to a new ledger (--ledger FILE names one)")
        raise Refused(text.format(place=target))
    unreadable: set[int] = set()
    proved = backup_files.verify(file, unreadable)
    if proved == chain.EMPTY:
        raise LedgerError(_("{file} has no entries: there is nothing to restore").format(file=file))
    numbers = enumeration([f"#{seq}" for seq in sorted(unreadable)])
    if target is None:
        if unreadable:
            text = _("{file} has entries that cannot be read ({numbers}), which no server takes: restore it to a file")
            raise Refused(text.format(file=file, numbers=numbers))
        _replay(file, location.name)
    else:
        location.refuse_network_folder()
        _put(file, target)
    with closing(open_for_reading(location.name)) as restored:
        trust(location.name, restored)
    emit_head(location.name, proved)
    if unreadable:
        text = _("Entries that cannot be read were restored as they stand: {numbers} (`jk check` says what is wrong)")
        notify(text.format(numbers=numbers))


def _put(file: Path, target: Path) -> None:
    """Make the ledger under another name, prove it, and give it its own name, unless somebody took that meanwhile.

    Raises:
        LedgerError: the folder is missing or full.
        Refused: somebody else began a ledger there.
    """
    from ..ledger import backup_files

    try:
        with draft_folder(target.absolute().parent) as folder:
            made = folder / target.name
            _replay(file, str(made))
            backup_files.verify(made)
            os.link(made, target)
    except FileExistsError:
        raise Refused(
            _("{place} was created by another program meanwhile: it was not changed").format(place=target)
        ) from None
    except OSError as error:
        raise LedgerError(_("{file} cannot be written: {why}").format(file=target, why=reason(error))) from error


def _replay(file: Path, where: str) -> None:
    """Begin the ledger at `where` with the entries of a backup, each as it stands."""
    from ..ledger import backup_files

    def work(writer: Writer) -> None:
        if writer.head() != chain.EMPTY:
            text = _("{place} already has entries: a backup can only be restored to a new ledger")
            raise Refused(text.format(place=where))
        backup_files.append_missing(backup_files.entries(file), writer)
        with suppress(InvalidInput):  # the adopted plan cannot be read: `jk check` says so
            assign_units(writer)

    with closing(open_for_writing(where, now)) as ledger:
        ledger.write(work)
