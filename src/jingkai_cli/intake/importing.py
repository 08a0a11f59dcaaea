"""Appends the rows of a file to the ledger: all of them in one transaction, or none."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import count
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ..errors import Finding, InvalidInput, Refused
from ..kinds import kind_of, objections
from ..kinds.kind import Objection
from ..kinds.reach import reached_before
from ..kinds.report import foreign_shares, other_units
from ..kinds.score import foreign_item
from ..language import N_, _
from ..ledger.chain import Encoded, encode
from ..ledger.entry_fields import numbers_in
from ..ledger.protocol import Reader, Writer
from ..ledger.recording_units import assign_units, touches_adoption
from ..ledger.writer import differences, quoted
from ..model import Entry, Plan, Recorded, Task
from ..plan.unit_names import unknown_unit
from .earlier_entries import Repeated
from .grid import Where
from .row_reader import Spool
from .rows import Row
from .text_files import fault

SHOWN = 5
"""The number of warnings of one group that are printed: old history may have thousands of dates before a start."""


class Outcome(Struct, frozen=True):
    """The result of importing a file."""

    added: range
    """The numbers of the new entries."""
    known: int
    """The number of entries of the file that were in the ledger already."""
    warnings: tuple[Finding, ...]
    """The first warnings of each group (`Objection.about`), on implausible entries that were recorded nevertheless."""
    more: Mapping[str, int] = field(default_factory=dict)
    """Group → the number of its warnings that are not in `warnings`."""
    skipped: tuple[int, ...] = ()
    """For each skipped row, the number of an entry that has its figures."""
    notes: tuple[str, ...] = ()
    """Further remarks on what was recorded."""


class _Warnings(Struct):
    """The first warnings of each group, and their counts."""

    first: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, file: str, where: Where, found: list[Objection]) -> None:
        """Add the objections to a row."""
        for one in found:
            self.counts[one.about] += 1
            if not one.about or self.counts[one.about] <= SHOWN:
                self.first.append(fault(file, where, one.message))

    def more(self) -> dict[str, int]:
        """Group → the number of its warnings that are not among the first."""
        return {about: count - SHOWN for about, count in self.counts.items() if about and count > SHOWN}


def import_rows(  # noqa: C901, PLR0913 - the rows, what they are checked against, and how
    writer: Writer,
    file: str,
    rows: Spool,
    plan: Plan,
    today: date,
    *,
    strict: bool,
    again: bool = False,
    received_on: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> Outcome:
    """Append the rows that the ledger does not have yet.

    A file is history: what `jk record` would refuse as implausible is recorded with a warning, unless `strict`.

    Args:
        writer: the writer of the ledger.
        file: the name of the file, for messages.
        rows: the rows of the file.
        plan: the plan with the tasks.
        today: the date in the plan's zone.
        strict: whether implausible entries are refused.
        again: whether rows without a key are recorded even if the ledger or the file already has them.
        received_on: whether a row without a receipt date is taken as received on its own date.
        progress: called before each row.

    Raises:
        InvalidInput: a key is in the ledger with other content, or an entry contradicts the ledger; lists all lines.
    """
    faults: list[Finding] = []
    warnings = _Warnings()
    first_seq = writer.head().seq + 1
    known, adopts = 0, False
    fatal = ("refused", "implausible") if strict else ("refused",)
    exported = {row.seq: row.entry.key for row in rows if row.seq in rows.referred} if rows.referred else {}
    subjects, units = plan.subjects(), frozenset((*plan.known_units(), *plan.collective))
    repeated, skipped = Repeated(writer, first_seq - 1), list[int]()
    reporters = set[tuple[str, str | None]]()
    for row in _looked_up(rows, writer):
        progress()
        try:
            encoded = _renumbered(row, exported, writer)
            encoded = _received_on_its_date(encoded) if received_on else encoded
            encoded = _not_in_ledger(row, encoded, writer) if again and "key" in row.absent_fields else encoded
            entry = encoded.entry
            task = subjects.get(entry.task)
            may_repeat = bool(task and entry.readings and not again and ("key" in row.absent_fields or row.in_form))
            if task and may_repeat and not row.in_form:
                faults += (fault(file, row.where, m) for m in repeated.contradictions(entry, task, row.where))
            existing = writer.find(entry.key) if again else _existing(row, entry, writer)
            if existing is not None:
                known += 1
                faults += (fault(file, row.where, message) for message in _conflict(entry, row, existing))
                continue
            if task and may_repeat:
                recorded = repeated.recorded_as(entry, task)
                if not row.in_form and len(recorded) == len(entry.readings):
                    skipped.append(recorded[0])
                    continue
                faults += (fault(file, row.where, m) for m in repeated.faults(entry, task, row.where, recorded))
            fatal_faults: list[Finding] = []
            found = _all_objections(plan, task, entry, writer, today, units) if task else []
            if task and may_repeat:
                found += repeated.replaced(entry, task)
            if task and (found := [*found, *_reports_for_others(plan, task, entry, units, reporters)]):
                fatal_faults = [fault(file, row.where, one.message) for one in found if one.weight in fatal]
                warnings.add(file, row.where, [one for one in found if one.weight not in fatal])
                faults += fatal_faults
            if not fatal_faults:  # also after a fault: later rows may depend on this one, and the caller rolls back
                writer.append_encoded(encoded)
                adopts = adopts or touches_adoption(writer, entry)
        except Refused as error:
            faults.append(fault(file, row.where, str(error)))
    if faults:
        raise InvalidInput(faults)
    if adopts:
        assign_units(writer)
    added = range(first_seq, writer.head().seq + 1)
    return Outcome(added, known + len(skipped), tuple(warnings.first), warnings.more(), tuple(skipped))


def _looked_up(rows: Spool, writer: Writer) -> Iterator[Row]:
    """Yield the rows. The keys and tasks of each block are looked up in the ledger together."""
    for block in rows.blocks():
        writer.seek([row.encoded.entry for row in block])
        yield from block


def _received_on_its_date(encoded: Encoded) -> Encoded:
    """Return an entry that was received on its own date, unless it has a receipt date."""
    entry = encoded.entry
    return encode(replace(entry, received=entry.on)) if entry.received is None else encoded


def _existing(row: Row, entry: Entry, ledger: Reader) -> Recorded | None:
    """The recorded entry with a row's key, or with the key of earlier versions, which ignored the unit above the table.

    None if there is none.
    """
    return ledger.find(entry.key) or (ledger.find(row.as_given.entry.key) if row.as_given is not None else None)


def _not_in_ledger(row: Row, encoded: Encoded, ledger: Reader) -> Encoded:
    """Give an entry the first content key that the ledger does not have, so that it is recorded again."""
    given = row.as_given
    content = given if given is not None and given.entry.key == encoded.entry.key else encoded
    keys = (content.content_key(ordinal) for ordinal in count())
    return encoded.with_key(next(key for key in keys if ledger.find(key) is None))


def _all_objections(  # noqa: PLR0913, PLR0917 - an entry, and what it is checked against
    plan: Plan, task: Task, entry: Entry, ledger: Reader, today: date, units: frozenset[str]
) -> list[Objection]:
    """The objections to an entry of a task, by its kind and by the plan."""
    found = [*objections(task, entry, ledger, today, plan)]
    if entry.kind == "report":
        found += foreign_shares(plan, task, entry)
    else:
        found += (*foreign_item(plan, entry), *reached_before(plan, task, entry, ledger))
    if entry.unit not in units or entry.responsible:
        found += _foreign_units(plan, task, entry, units)
    return found


def _reports_for_others(
    plan: Plan, task: Task, entry: Entry, units: frozenset[str], seen: set[tuple[str, str | None]]
) -> Iterator[Objection]:
    """Yield an objection if a unit reports on another unit's task, once for each pair: one of them may be wrong."""
    if entry.kind == "report" and entry.unit in units and (task.id, entry.unit) not in seen:
        seen.add((task.id, entry.unit))
        about = N_("units that report on tasks of others")
        yield from (replace(one, about=about) for one in other_units(plan, task, entry))


def _foreign_units(plan: Plan, task: Task, entry: Entry, units: frozenset[str]) -> Iterator[Objection]:
    """Yield an objection for each reporting or responsible unit that the plan does not have.

    Yield nothing if the plan does not define its units.
    """
    if not plan.units and task.lead_unit is None:
        return
    about = N_("units that the plan does not have")
    for name in (entry.unit if kind_of(entry.kind).is_report else None, entry.responsible):
        if name and name not in units:
            yield from (Objection("implausible", message, about) for message in unknown_unit(name, plan))


def _renumbered(row: Row, exported: Mapping[int, str], ledger: Reader) -> Encoded:
    """Return the entry of a row. References in an exported entry are changed to the numbers of this ledger.

    Raises:
        Refused: it refers to an entry, or was retracted by one, that is not in the same file.
    """
    if row.retracted_by is not None and row.retracted_by not in exported:
        text = _(
            "it was retracted by entry {seq}, which this file does not contain: `jk log -o FILE` exports a whole ledger"
        )
        raise Refused(text.format(seq=row.retracted_by))
    if row.seq is None or not (numbers := numbers_in(row.entry)):
        return row.encoded
    renumbered: dict[str, Any] = {}
    for name, number in numbers.items():
        target = ledger.find(exported[number]) if number in exported else None
        if target is None:
            text = _("it refers to entry {ref} of another ledger, which this file does not contain")
            raise Refused(text.format(ref=number))
        renumbered[name] = target.seq
    return encode(replace(row.entry, **renumbered)) if renumbered != numbers else row.encoded


def _conflict(entry: Entry, row: Row, existing: Recorded) -> list[str]:
    """The message if a row differs from the entry with its key, in the fields that the line has; else empty.

    Earlier versions recorded units as the row writes them; such an entry does not differ.
    """
    if existing.entry.key != entry.key:
        return []
    absent_fields = {name: getattr(existing.entry, name) for name in row.absent_fields}
    entry = replace(entry, **absent_fields)
    changed = differences(entry, existing.entry)
    if row.as_given is not None and changed:
        given = row.as_given.entry
        names = {"unit": given.unit, "responsible": given.responsible, "readings": given.readings}
        changed = differences(replace(entry, **names), existing.entry) and changed
    if not changed:
        return []
    was, now = quoted(existing.entry, changed), quoted(entry, changed)
    message = _("key '{key}' is already in the ledger as #{seq} with other content: there {was}, here {now}")
    return [message.format(key=entry.key, seq=existing.seq, was=was, now=now)]
