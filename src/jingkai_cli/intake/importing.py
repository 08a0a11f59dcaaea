"""Appends the rows of a file to the ledger: all of them in one transaction, or none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from ..errors import Finding, InvalidInput, Refused
from ..kinds import objections
from ..kinds.report import foreign_shares
from ..language import _
from ..ledger.chain import Encoded, encode
from ..ledger.protocol import Reader, Writer
from ..ledger.writer import differences, quoted
from ..model import Entry, Plan, Recorded
from .adopted_units import assign_units, touches_adoption
from .rows import Row
from .spool import Spool
from .text_files import fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    added: range
    """The numbers of the entries that are new."""
    known: int
    """How many of its entries were in the ledger already."""
    warnings: tuple[Finding, ...]
    """What is implausible, and was recorded all the same."""
    notes: tuple[str, ...] = ()
    """What else there is to say of what was recorded."""


def import_rows(  # noqa: PLR0913 - the rows, what they are checked against, and how
    writer: Writer,
    file: str,
    rows: Spool,
    plan: Plan,
    today: date,
    *,
    strict: bool,
    progress: Callable[[], None] = lambda: None,
) -> Outcome:
    """Append the rows that the ledger does not have yet.

    A file is history: what `jk record` would refuse as implausible is recorded with a warning, unless `strict`.

    Args:
        writer: of the ledger.
        file: names the file in messages.
        rows: of the file.
        plan: its tasks.
        today: the date in the plan's zone.
        strict: whether implausible entries are refused.
        progress: called before each row.

    Raises:
        InvalidInput: a key is there with other content, or an entry contradicts the ledger: all such lines.
    """
    faults: list[Finding] = []
    warnings: list[Finding] = []
    begins = writer.head().seq + 1
    known, adopts = 0, False
    fatal = ("refused", "implausible") if strict else ("refused",)
    exported = {row.seq: row.entry.key for row in rows if row.seq in rows.referred} if rows.referred else {}
    subjects = plan.subjects()
    for row in rows:
        progress()
        try:
            encoded = _renumbered(row, exported, writer)
            entry = encoded.entry
            there = writer.find(entry.key)
            if there is not None:
                known += 1
                faults += (fault(file, row.where, message) for message in _conflict(entry, row, there))
                continue
            task = subjects.get(entry.task)
            refused = False
            checks = (objections(task, entry, writer, today), foreign_shares(plan, task, entry)) if task else ()
            for against in chain.from_iterable(checks):
                refused = refused or against.weight in fatal
                found = faults if against.weight in fatal else warnings
                found.append(fault(file, row.where, against.message))
            if not refused:  # also after a fault: later rows may rest on it, and the caller rolls all back
                writer.append_encoded(encoded)
                adopts = adopts or touches_adoption(writer, entry)
        except Refused as error:
            faults.append(fault(file, row.where, str(error)))
    if faults:
        raise InvalidInput(faults)
    if adopts:
        assign_units(writer)
    return Outcome(range(begins, writer.head().seq + 1), known, tuple(warnings))


def _renumbered(row: Row, exported: Mapping[int, str], ledger: Reader) -> Encoded:
    """The entry of a row. In an export, `ref` is a number of the ledger that it came from: it gets its number here.

    Raises:
        Refused: it refers to an entry, or was retracted by one, that is not in the same file.
    """
    ref = row.entry.ref
    if row.retracted_by is not None and row.retracted_by not in exported:
        text = _(
            "it was retracted by entry {seq}, which this file does not contain: `jk log -o FILE` exports a whole ledger"
        )
        raise Refused(text.format(seq=row.retracted_by))
    if row.seq is None or ref is None:
        return row.encoded
    meant = ledger.find(exported[ref]) if ref in exported else None
    if meant is None:
        raise Refused(_("it refers to entry {ref} of another ledger, which this file does not contain").format(ref=ref))
    return encode(replace(row.entry, ref=meant.seq))


def _conflict(entry: Entry, row: Row, there: Recorded) -> list[str]:
    """How a row differs from the entry that has its key, in the fields that the line itself has."""
    entry = replace(entry, **{name: getattr(there.entry, name) for name in row.unsaid})
    changed = differences(entry, there.entry)
    if not changed:
        return []
    was, now = quoted(there.entry, changed), quoted(entry, changed)
    message = _("key '{key}' is already in the ledger as #{seq} with other content: there {was}, here {now}")
    return [message.format(key=entry.key, seq=there.seq, was=was, now=now)]
