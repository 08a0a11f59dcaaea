"""Compares a file with the ledger: figures that are recorded already or contradicted, and forms imported before."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct, field
from msgspec.structs import replace

from ..errors import Finding, InvalidInput
from ..kinds.kind import Objection
from ..language import N_, _, speaking
from ..ledger.chain import encode
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..ledger.writer import differences
from ..model import PERCENT, Entry, Plan, Reading, Recorded, Task
from ..quantities import enumeration, number
from .form_layout import COLUMNS
from .grid import Where
from .row_reader import Batch, Spool
from .rows import Row
from .text_files import fault

Figure = tuple[str, date, str | None, str, str | None, Decimal, bool]
"""Task, date, reporting unit, series, unit of the share, amount, whether it is an increment."""


def figures(entry: Entry) -> Iterator[Figure]:
    """Yield the figures of a report, each with all that identifies it."""
    for name, reading in entry.readings.items():
        yield entry.task, entry.on, entry.unit, name, reading.unit, reading.value, reading.added


class _Known(Struct):
    """The figures of a task in the ledger."""

    same: dict[int, int] = field(default_factory=dict)
    """Hash of a figure → the number of its entry."""
    increments: dict[tuple[date, str, str | None], list[tuple[str | None, int, Reading]]] = field(default_factory=dict)
    """Day, series and unit of the share → reporting unit, number of the entry, and increment."""
    totals: dict[tuple[date, str, str | None], tuple[str | None, int, Reading]] = field(default_factory=dict)
    """Day, series and unit of the share → reporting unit, number of the entry, and the last total."""


class Repeated(Struct):
    """Finds figures that the ledger had before the import, and figures that the file has twice."""

    ledger: Reader
    before: int
    """The number of the last entry before the import."""
    _known: dict[str, _Known] = field(default_factory=dict)
    _seen: dict[int, Where] = field(default_factory=dict)
    _totals: dict[tuple[str, date, str, str | None], tuple[Reading, str | None, Where]] = field(default_factory=dict)
    """Task, day, series and unit of the share → the first total in the file, its reporting unit and its place."""

    def recorded_as(self, entry: Entry, task: Task) -> tuple[int, ...]:
        """The numbers of the entries with the figures of a report: one for each figure that is recorded already."""
        known = self._known_of(task).same
        return tuple(known[key] for key in map(hash, figures(entry)) if key in known)

    def contradictions(self, entry: Entry, task: Task, where: Where) -> Iterator[str]:
        """Yield a message for each total if the file has a different one for the same task, indicator, share and day.

        Otherwise the last one would count, whichever was meant.
        """
        for name, reading in entry.readings.items():
            if reading.added:
                continue
            key = (task.id, entry.on, name, reading.unit)
            first, reporter, place = self._totals.setdefault(key, (reading, entry.unit, where))
            if first.value == reading.value:
                continue
            text = _("{figure} of {day} contradicts {other} in {place}: leave one total to date of a day{hint}")
            hint = _(" (if each unit reports its own share: per_unit: true in the plan)")
            values = {"figure": in_words(task, name, reading), "day": entry.on, "other": in_words(task, name, first)}
            yield text.format(**values, place=_place(place), hint=hint if reporter != entry.unit else "")

    def replaced(self, entry: Entry, task: Task) -> Iterator[Objection]:
        """Yield an objection for each total that the ledger has with another value for the same day.

        The later total counts. It corrects a total of the same unit, which is a remark; it would hide the total of
        another unit, which is refused.
        """
        for name, reading in entry.readings.items():
            recorded = None if reading.added else self._known_of(task).totals.get((entry.on, name, reading.unit))
            if recorded is None or recorded[-1].value == reading.value:
                continue
            reporter, seq, was = recorded
            values = {
                "was": in_words(task, name, was),
                "now": in_words(task, name, reading),
                "day": entry.on,
                "seq": seq,
            }
            if entry.unit and reporter and entry.unit != reporter:
                text = _(
                    "{unit} reported {was} of {day} (#{seq}), and here {other} reports {now}: one total to date of a "
                    "day counts (if each unit reports its own share: per_unit: true in the plan; --again records it)"
                )
                yield Objection("refused", text.format(unit=reporter, other=entry.unit, **values))
            else:
                text = _("#{seq} has {was} of {day}: {now} counts from now on")
                yield Objection("remark", text.format(**values), N_("totals of a day that the ledger has otherwise"))

    def faults(self, entry: Entry, task: Task, where: Where, recorded: tuple[int, ...]) -> Iterator[str]:
        """Yield a message for each reason why a row would count something twice.

        Args:
            entry: the report in the row.
            task: its task.
            where: the place of the row.
            recorded: the result of `recorded_as` for it.
        """
        yield from self._repeated_in_file(entry, task, where)
        yield from self._possible_corrections(entry, task)
        existing = {one for seq in recorded if (found := self.ledger.entry(seq)) for one in _amounts(found.entry)}
        again = [one for one in _amounts(entry) if one in existing and one[-1]]
        if again:
            text = _(
                "{figures} is recorded already ({numbers}), and would count twice: leave it out of this row "
                "(--again records it)"
            )
            figures = enumeration(in_words(task, name, entry.readings[name]) for name, *_rest in again)
            yield text.format(figures=figures, numbers=enumeration(f"#{seq}" for seq in dict.fromkeys(recorded)))

    def _repeated_in_file(self, entry: Entry, task: Task, where: Where) -> Iterator[str]:
        """Yield a message for each increment that the file has in an earlier row."""
        for one in figures(entry):
            if not one[-1]:
                continue
            first = self._seen.setdefault(hash(one), where)
            if first != where:
                text = _(
                    "{figure} of {day} is already in {place}: it would count twice (delete one of the rows; "
                    "--again records both)"
                )
                values = {"figure": in_words(task, one[3], entry.readings[one[3]]), "day": entry.on}
                yield text.format(**values, place=_place(first))

    def _possible_corrections(self, entry: Entry, task: Task) -> Iterator[str]:
        """Yield a message for each increment that may correct one in the ledger: same indicator, unit and day."""
        for name, reading in entry.readings.items():
            existing = self._known_of(task).increments.get((entry.on, name, reading.unit), []) if reading.added else []
            same_unit = [one for one in existing if entry.unit is None or one[0] in (entry.unit, None)]
            if same_unit and all(was.value != reading.value for _unit, _seq, was in same_unit):
                _reporter, seq, was = same_unit[-1]
                text = _(
                    "#{seq} has {was} of {day} already, and here it is {now}: to correct it: jk correct {seq} {typed} "
                    "-m WHY; to count both: --again"
                )
                values = {"was": in_words(task, name, was), "now": in_words(task, name, reading), "day": entry.on}
                typed = f"{name}+={number(reading.value)}" if name != PERCENT else f"+{number(reading.value)}"
                yield text.format(**values, seq=seq, typed=typed)

    def _known_of(self, task: Task) -> _Known:
        if task.id not in self._known:
            self._known[task.id] = self._read_known(task)
        return self._known[task.id]

    def _read_known(self, task: Task) -> _Known:
        selection = Selection(tasks=frozenset({task.id, *task.formerly}), until_seq=self.before)
        entries = self.ledger.entries(selection) if self.before else ()
        reports = [(recorded.seq, recorded.entry) for recorded in entries if recorded.entry.kind == "report"]
        retracted = self.ledger.retracted_by([seq for seq, _entry in reports])
        known = _Known()
        for seq, entry in reports:
            if seq in retracted:
                continue
            known.same |= {hash((task.id, *one[1:])): seq for one in figures(entry)}
            for name, reading in entry.readings.items():
                if reading.added:
                    known.increments.setdefault((entry.on, name, reading.unit), []).append((entry.unit, seq, reading))
                else:
                    known.totals[entry.on, name, reading.unit] = entry.unit, seq, reading
        return known


def _place(where: Where) -> str:
    return where if isinstance(where, str) else _("line {number}").format(number=where)


def _amounts(entry: Entry) -> list[tuple[str, str | None, Decimal, bool]]:
    return [(name, reading.unit, reading.value, reading.added) for name, reading in entry.readings.items()]


def in_words(task: Task, name: str, reading: Reading) -> str:
    """Return a figure in words: `建成车位 38个`, or for an increment `建成车位 +3个`."""
    indicator = task.indicator(name)
    sign = "+" if reading.added and reading.value >= 0 else ""
    figure = f"{sign}{number(reading.value)}{indicator.unit if indicator else '%'}"
    return f"{indicator.name} {figure}" if indicator else figure


_PLACE = frozenset({"key"})


class FormRows(Struct, frozen=True):
    """The rows of a form to append to the ledger, and remarks about them."""

    rows: Spool
    remarks: tuple[Finding, ...]


def settle(batch: Batch, ledger: Reader, plan: Plan, today: date) -> FormRows:
    """Compare the rows of a form with the entries imported from it before.

    A row that was imported before keeps its key, so it is not recorded again, also if the form is an earlier version.
    A changed row gets a new key, and the entry that it replaces is retracted.

    Args:
        batch: the form.
        ledger: the ledger with the earlier entries.
        plan: the plan; the reasons of retractions are in its language.
        today: the date of retractions.

    Raises:
        InvalidInput: an increment adds to a total that changed in the ledger since; lists all of them.
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
    """Yield a fault for each total that a new row adds to and that changed since the form was written."""
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
        totals = {"printed": each.last, "now": now}
        shown = {name: nothing if value is None else number(value) for name, value in totals.items()}
        yield fault(batch.file, each.where, text.format(**titles, **shown, day=batch.before))


def _earlier(place: str, ledger: Reader) -> Iterator[Recorded]:
    """Yield the entries imported before from this place of the form, oldest first."""
    number = 1
    while (entry := ledger.find(f"{place}/{number}")) is not None:
        yield entry
        number += 1


def _is_same(row: Row, earlier: Recorded) -> bool:
    return set(differences(row.entry, earlier.entry)) <= row.absent_fields | _PLACE


def _retraction(row: Row, before: Recorded, key: str, today: date, why: str) -> Row:
    retraction = Entry("retract", today, row.entry.task, row.entry.by, f"{key}/retract", note=why, ref=before.seq)
    return Row(row.where, encode(retraction), frozenset({"by"}), None, None)
