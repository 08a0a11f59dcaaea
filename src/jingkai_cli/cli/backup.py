"""`jk backup` and `jk restore`: a ledger saved, and begun anew from what was saved."""

import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from typer import Argument

from ..errors import LedgerError, Refused
from ..intake.importing import assign_units
from ..language import _, ngettext
from ..ledger import chain, open_for_reading, open_for_writing
from ..ledger.protocol import Ledger, Writer
from .clock import now
from .options import LedgerOption, PlanOption
from .output import give, whole
from .place import Place

BackupArgument = Annotated[
    Path, Argument(metavar=_("FILE"), help=_("The file that holds the backup."), show_default=False)
]


def backup(file: BackupArgument, plan: PlanOption = None, ledger: LedgerOption = None) -> None:
    from ..ledger import saved

    place = Place.at(plan, ledger)
    with closing(open_for_reading(place.name)) as known:
        _spare(file, place, known)
        with whole(file) as copy:
            known.copy_to(copy)
            head = saved.verify(copy)
    text = ngettext("{file}: {count} entry, head {seq}:{hash}", "{file}: {count} entries, head {seq}:{hash}", head.seq)
    give(text.format(file=file, count=head.seq, seq=head.seq, hash=head.hash))


def _spare(file: Path, place: Place, ledger: Ledger) -> None:
    """A backup takes the place of nothing but an older backup of the same ledger.

    Raises:
        Refused: something else is there.
    """
    from ..ledger import saved
    from ..ledger.check import check_anchor

    if not file.exists():
        return
    if place.file and place.file.exists() and file.samefile(place.file):
        raise Refused(_("{file} is the ledger itself: name another file for its backup").format(file=file))
    try:
        older = saved.head(file)
    except LedgerError:
        older = None
    if older is None or check_anchor(ledger, older.seq, older.hash):
        text = _(
            "{file} is there already, and is no older backup of this ledger: it was not touched; name another file"
        )
        raise Refused(text.format(file=file))


def restore(file: BackupArgument, plan: PlanOption = None, ledger: LedgerOption = None) -> None:
    from ..ledger import saved

    place = Place.at(plan, ledger)
    target = place.file
    if target and os.path.lexists(target):
        text = _("{place} is there already: a backup is restored to a new ledger only (--ledger FILE names one)")
        raise Refused(text.format(place=target))
    proved = saved.verify(file)
    if proved == chain.EMPTY:
        raise LedgerError(_("{file} holds no entry: it is the backup of nothing").format(file=file))
    if target is None:
        _carry(file, place.name)
    else:
        place.refuse_network_folder()
        _put(file, target)
    text = ngettext(
        "{place}: {count} entry, head {seq}:{hash}", "{place}: {count} entries, head {seq}:{hash}", proved.seq
    )
    give(text.format(place=place.name, count=proved.seq, seq=proved.seq, hash=proved.hash))


def _put(file: Path, target: Path) -> None:
    """Make the ledger under another name, prove it, and give it its own name, unless somebody took that meanwhile.

    Raises:
        LedgerError: the folder is missing or full.
        Refused: somebody else began a ledger there.
    """
    from ..ledger import saved

    try:
        with TemporaryDirectory(dir=target.absolute().parent, prefix=".jk-") as folder:
            made = Path(folder) / target.name
            _carry(file, str(made))
            saved.verify(made)
            os.link(made, target)
    except FileExistsError:
        raise Refused(
            _("{place} was begun by somebody else meanwhile: it was not touched").format(place=target)
        ) from None
    except OSError as error:
        raise LedgerError(_("{file} cannot be written: {why}").format(file=target, why=error.strerror)) from error


def _carry(file: Path, where: str) -> None:
    from ..ledger import saved

    def work(writer: Writer) -> None:
        if writer.head() != chain.EMPTY:
            text = _("{place} has entries already: a backup is restored to a new ledger only")
            raise Refused(text.format(place=where))
        saved.append_missing(saved.entries(file), writer)
        assign_units(writer)

    with closing(open_for_writing(where, now)) as ledger:
        ledger.write(work)
