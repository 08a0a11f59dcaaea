"""Compare the rows of a form with the entries that were imported from it before."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ..errors import Finding, InvalidInput
from ..language import _, speaking
from ..ledger.chain import encode
from ..ledger.protocol import Reader
from ..ledger.writer import differences
from ..model import Entry, Plan, Recorded
from ..quantities import number
from .form_layout import COLUMNS
from .row_reader import Batch, Spool
from .rows import Row
from .text_files import fault

_PLACE = frozenset({"key"})


class FormRows(Struct, frozen=True):
    """The rows of a form to append to the ledger, and remarks about them."""

    rows: Spool
    remarks: tuple[Finding, ...]


def settle(batch: Batch, ledger: Reader, plan: Plan, today: date) -> FormRows:
    """Compare the rows of a form with the entries imported from it before.

    A row that was imported before keeps its key, so it adds nothing; that holds for an earlier version of the form too.
    A changed row gets a new key, and the entry that it replaces is retracted.

    Args:
        batch: the form.
        ledger: the ledger with the earlier entries.
        plan: its language is that of the reasons of retractions.
        today: the date of retractions.

    Raises:
        InvalidInput: an increment adds to a total that is not that of the ledger any more; lists all of them.
    """
    with speaking(plan.language):
        why = _("the form was changed")
    file = batch.file
    settled = Spool()
    remarks: list[Finding] = []
    stale: list[Finding] = []
    for row in batch.rows:
        earlier = list(_earlier(row.in_form or "", ledger))
        same = next((entry for entry in earlier if _is_same(row, entry)), None)
        key = same.entry.key if same else f"{row.in_form}/{len(earlier) + 1}"
        if same is None:
            stale += _stale(batch, row, ledger, plan)
        if same is None and earlier:
            retracted = ledger.retracted_by([earlier[-1].seq])
            if not retracted:
                settled.add(_retraction(row, earlier[-1], key, today, why))
            text = (
                _("changed since #{seq}, which #{by} retracted: check whether another entry replaced it")
                if retracted
                else _("changed since #{seq}, which is retracted")
            )
            remarks.append(fault(file, row.where, text.format(seq=earlier[-1].seq, by=retracted.get(earlier[-1].seq))))
        elif same and same is not earlier[-1]:
            text = _("an earlier version of the form: the later #{seq} stays")
            remarks.append(fault(file, row.where, text.format(seq=earlier[-1].seq)))
        settled.add(replace(row, encoded=row.encoded.with_key(key)))
    if stale:
        raise InvalidInput(stale)
    return FormRows(settled, tuple(remarks))


def _stale(batch: Batch, row: Row, ledger: Reader, plan: Plan) -> Iterator[Finding]:
    """The totals before the period that a new row adds to and that have changed since the form was written."""
    for each in batch.printed:
        if each.task.id != row.entry.task or each.name not in row.entry.readings:
            continue
        found = ledger.total([each.task.id, *each.task.formerly], each.name, each.share, batch.before)
        now = found.value if found else None
        if now == each.last:
            continue
        with speaking(plan.language):
            titles = {"last": _(COLUMNS["last"]), "total": _(COLUMNS["total"])}
        text = _(
            "“{last}” is {printed} in this form, and the ledger has {now} as of {day} now: write the form again with "
            "`jk form`, or fill in “{total}” alone"
        )
        nothing = _("nothing")
        said = {"printed": each.last, "now": now}
        shown = {name: nothing if value is None else number(value) for name, value in said.items()}
        yield fault(batch.file, each.where, text.format(**titles, **shown, day=batch.before))


def _earlier(place: str, ledger: Reader) -> Iterator[Recorded]:
    """The entries imported from this place of the form before, oldest first."""
    number = 1
    while (entry := ledger.find(f"{place}/{number}")) is not None:
        yield entry
        number += 1


def _is_same(row: Row, earlier: Recorded) -> bool:
    return set(differences(row.entry, earlier.entry)) <= row.unsaid | _PLACE


def _retraction(row: Row, before: Recorded, key: str, today: date, why: str) -> Row:
    retraction = Entry("retract", today, row.entry.task, row.entry.by, f"{key}/retract", note=why, ref=before.seq)
    return Row(row.where, encode(retraction), frozenset({"by"}), None, None)
