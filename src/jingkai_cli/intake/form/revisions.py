"""A form that was changed after it was read: what it says now takes the place of what it said before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ...errors import Finding
from ...language import _
from ...ledger import Reader
from ...ledger.chain import text as text_of
from ...ledger.conflict import differences
from ...model import Entry, Recorded
from ..files import fault
from ..rows import Row
from ..spool import Spool

_PLACE = frozenset({"key"})


@dataclass(frozen=True, slots=True)
class Settled:
    """The rows of a file as they go into the ledger, and what is worth knowing of them."""

    rows: Spool
    remarks: tuple[Finding, ...]


def settle(file: str, rows: Spool, ledger: Reader, today: date, why: str) -> Settled:
    """Hold what a form says against what it said before: the same once more, or something new.

    An earlier state of a form that comes again adds nothing either, so that a folder with both may be read twice.

    Args:
        file: names the file in remarks.
        rows: of the form.
        ledger: what was read before.
        today: the day of a retraction.
        why: the reason that a retraction gives.
    """
    settled = Spool()
    remarks: list[Finding] = []
    for row in rows:
        told = list(_told(row.in_form or "", ledger))
        same = next((there for there in told if _is_same(row, there)), None)
        key = same.entry.key if same else f"{row.in_form}/{len(told) + 1}"
        if same is None and told:
            retracted = ledger.retracted_by([told[-1].seq])
            if not retracted:  # nobody did already
                settled.add(_withdrawn(row, told[-1], key, today, why))
            text = (
                _("changed since #{seq}, which #{by} retracted: look whether something took its place")
                if retracted
                else _("changed since #{seq}, which is retracted")
            )
            remarks.append(fault(file, row.where, text.format(seq=told[-1].seq, by=retracted.get(told[-1].seq))))
        elif same and same is not told[-1]:
            text = _("an earlier state of the form: #{seq} came after it, and stays")
            remarks.append(fault(file, row.where, text.format(seq=told[-1].seq)))
        entry = replace(row.entry, key=key)
        settled.add(replace(row, entry=entry, text=text_of(entry)))
    return Settled(settled, tuple(remarks))


def _told(place: str, ledger: Reader) -> Iterator[Recorded]:
    """What was read from a place of a form before, in its order."""
    number = 1
    while (there := ledger.find(f"{place}/{number}")) is not None:
        yield there
        number += 1


def _is_same(row: Row, there: Recorded) -> bool:
    return set(differences(row.entry, there.entry)) <= row.unsaid | _PLACE


def _withdrawn(row: Row, before: Recorded, key: str, today: date, why: str) -> Row:
    retraction = Entry("retract", today, row.entry.task, row.entry.by, f"{key}/retract", note=why, ref=before.seq)
    return Row(row.where, retraction, text_of(retraction), frozenset({"by"}), None, None)
