"""Read a filled-in form into rows, and compare it with what was imported from the same form before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..errors import Finding, InvalidInput, Refused
from ..language import _, speaking
from ..ledger.chain import encode
from ..ledger.protocol import Reader
from ..ledger.writer import differences
from ..model import PERCENT, Entry, Plan, Reading, Recorded, Task
from ..quantities import number, read_figure
from .form_layout import COLUMNS, FIRST_ROW, NO, PLACES, YES, Key, Keys, read_keys
from .grid import Cell, Grid
from .rows import Row, entries
from .spool import Spool
from .text_files import Line, fault

_PLACE = frozenset({"key"})


@dataclass(frozen=True, slots=True)
class Settled:
    """The rows of a form to append to the ledger, and remarks about them."""

    rows: Spool
    remarks: tuple[Finding, ...]


def settle(file: str, rows: Spool, ledger: Reader, today: date, why: str) -> Settled:
    """Compare the rows of a form with the entries imported from it before.

    A row that was imported before keeps its key, so it adds nothing; that holds for an earlier version of the form too.
    A changed row gets a new key, and the entry that it replaces is retracted.

    Args:
        file: the name of the file, for remarks.
        rows: the rows of the form.
        ledger: the ledger with the earlier entries.
        today: the date of retractions.
        why: the reason of retractions.
    """
    settled = Spool()
    remarks: list[Finding] = []
    for row in rows:
        earlier = list(_earlier(row.in_form or "", ledger))
        same = next((entry for entry in earlier if _is_same(row, entry)), None)
        key = same.entry.key if same else f"{row.in_form}/{len(earlier) + 1}"
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
    return Settled(settled, tuple(remarks))


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


@dataclass(slots=True)
class _Reported:
    """The readings and notes of one task in a form."""

    where: str
    readings: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that is being read."""

    grid: Grid
    keys: Keys
    plan: Plan
    faults: list[Finding]

    def cell(self, key: Key, column: str) -> Cell | None:
        """The cell of a line, or None if the cell is empty or not to be filled in."""
        return self.grid.cell(key.row, PLACES[column]) if column in key.asks else None

    def fault(self, cell: Cell | None, key: Key, column: str, message: str) -> None:
        where = str(cell.where) if cell else self.where(key, column)
        self.faults.append(Finding(self.grid.file, 0, 0, message, where))

    def where(self, key: Key, column: str) -> str:
        """The place of a cell: `进展!C7`."""
        return f"{self.grid.sheet}!{chr(ord('A') + PLACES[column] - 1)}{key.row}"


def read_form(sheet: Grid, hidden: Grid, plan: Plan, typist: str, today: date) -> list[Row]:
    """Read the entries of a form: one report per task, and one entry per milestone or task that is done.

    Reports are dated on the last day of the period, or `today` while it lasts.

    Raises:
        InvalidInput: the form belongs to another plan, or has cells that cannot be read; lists all of them.
    """
    try:
        keys = read_keys(hidden)
    except Refused as refused:
        raise InvalidInput([Finding(sheet.file, 0, 0, str(refused))]) from None
    if keys.plan != plan.title:
        text = _("is a form of another plan: {plan}").format(plan=keys.plan)
        raise InvalidInput([Finding(sheet.file, 0, 0, text)])
    form = _Form(sheet, keys, plan, [])
    lines = list(_lines(form, min(keys.until, today)))
    try:
        rows = list(entries(sheet.file, lines, plan, typist))
    except InvalidInput as invalid:
        form.faults.extend(invalid.findings)
    if form.faults:
        raise InvalidInput(form.faults)
    return [_placed(row) for row in rows]


def _placed(row: Row) -> Row:
    """Mark a row as read from a form. The date of a report is not compared: it may be the day of the import."""
    unsaid = row.unsaid | {"on"} if row.entry.kind == "report" else row.unsaid
    return replace(row, in_form=row.entry.key, unsaid=unsaid)


def _lines(form: _Form, on: date) -> Iterator[Line]:
    tasks: dict[str, _Reported] = {}
    dated: list[Line] = []
    for key in form.keys.lines:
        if not _in_place(form, key):
            continue
        task = form.plan.task(key.task)
        if task is None:
            form.fault(None, key, "title", _("task {task} is no longer in the plan").format(task=key.task))
            continue
        reported = tasks.setdefault(key.task, _Reported(form.where(key, "title")))
        _unasked(form, key)
        _figures(form, key, task, reported)
        note, day = form.cell(key, "note"), _day(form, key)
        if day:
            dated.append(_dated(form, key, day, note))
        if note and not (day and key.kind == "milestone"):
            reported.notes.append(note.text if key.kind == "task" else f"{key.label}：{note.text}")
    for task_id, reported in tasks.items():
        if reported.readings or reported.notes:
            content = {"on": on.isoformat(), "readings": reported.readings, "note": "\n".join(reported.notes)}
            yield reported.where, _line(form, "report", task_id, **content)
    yield from dated
    _outside(form)


def _line(form: _Form, kind: str, task: str, **said: Any) -> Mapping[str, Any]:
    subject = "/".join(filter(None, (kind, task, said.get("milestone"))))
    unit = {"unit": form.keys.unit} if form.keys.unit else {}
    return {"kind": kind, "task": task, "key": f"form/{form.keys.identity}/{subject}", **unit, **said}


def _in_place(form: _Form, key: Key) -> bool:
    """Whether the line is still where `jk form` wrote it: a moved line would report for another task."""
    column = "title" if key.kind == "task" else "content"
    cell = form.grid.cell(key.row, PLACES[column])
    if cell and cell.label == "".join(key.label.split()):
        return True
    text = _("expected “{label}” here: lines were moved or changed; copy your figures into a new form")
    form.fault(cell, key, column, text.format(label=key.label))
    return False


def _figures(form: _Form, key: Key, task: Task, reported: _Reported) -> None:
    """Read the figures of a line: an increment, a total, or both; the total is recorded if both agree."""
    name = key.name or PERCENT
    readings: dict[str, Reading] = {}
    for column, sign in (("added", "+"), ("total", "")):
        cell = form.cell(key, column)
        if cell is None:
            continue
        try:
            _series, reading = read_figure(name, sign + cell.text, task, form.keys.unit)
        except Refused as refused:
            form.fault(cell, key, column, str(refused))
            continue
        if reading.value < 0:
            form.fault(cell, key, column, _("'{text}' is below 0").format(text=cell.text))
        readings[column] = reading
        reported.readings[name] = sign + cell.text
    if len(readings) == len(("added", "total")):
        _adds_up(form, key, readings)


def _adds_up(form: _Form, key: Key, readings: Mapping[str, Reading]) -> None:
    added, total = readings["added"].value, readings["total"].value
    if key.last is None or key.last + added == total:
        return
    text = _("{last} {before} + {added} {now} = {sum}, not {total}")
    with speaking(form.plan.language):  # the column titles of the form
        last, on_top = _(COLUMNS["last"]), _(COLUMNS["added"])
    message = text.format(
        last=last,
        before=number(key.last),
        added=on_top,
        now=number(added),
        sum=number(key.last + added),
        total=number(total),
    )
    form.fault(form.cell(key, "total"), key, "total", message)


def _day(form: _Form, key: Key) -> date | None:
    """The day on which a milestone or a task was done, or None if it is not reported done."""
    answer, cell = form.cell(key, "done"), form.cell(key, "done_on")
    words = {_(word): word for word in (YES, NO)} | {word: word for word in (YES, NO)}
    with speaking(form.plan.language):
        words |= {_(word): word for word in (YES, NO)}
    word = words.get(answer.text) if answer else None
    if answer and word is None:
        form.fault(answer, key, "done", _("'{text}' is neither yes nor no (是, 否)").format(text=answer.text))
    if cell is None:
        if word == YES:
            form.fault(cell, key, "done_on", _("it is done, but the date is missing (write a date such as 2016-03-28)"))
        return None
    try:
        day = form.grid.day(cell, form.keys.until.year)
    except Refused as refused:
        form.fault(cell, key, "done_on", str(refused))
        return None
    if word == NO:
        form.fault(cell, key, "done_on", _("a date is given here, but the cell beside it says that it is not done"))
    if day > form.keys.until:
        text = _("{day} is after the period, which ends on {until}")
        form.fault(cell, key, "done_on", text.format(day=day, until=form.keys.until))
    return day


def _dated(form: _Form, key: Key, day: date, note: Cell | None) -> Line:
    """A line for a milestone that was reached, with its note, or for a task that is done."""
    where = form.where(key, "done_on")
    if key.kind == "milestone":
        content = {"milestone": key.name, "note": note.text if note else ""}
        return where, _line(form, "reach", key.task, on=day.isoformat(), **content)
    return where, _line(form, "done", key.task, on=day.isoformat())


def _unasked(form: _Form, key: Key) -> None:
    """Report figures in cells that are not to be filled in: they would be lost."""
    for column in ("added", "total"):
        cell = form.grid.cell(key.row, PLACES[column])
        if cell and column not in key.asks:
            form.fault(
                cell, key, column, _("no figure is expected here: '{text}' would be lost").format(text=cell.text)
            )


def _outside(form: _Form) -> None:
    """Report text below the form: it would be lost."""
    known = {key.row for key in form.keys.lines}
    for row in sorted(form.grid.rows):
        if row >= FIRST_ROW and row not in known:
            for _column, cell in form.grid.own(row):
                text = _("'{text}' is outside the form and would be lost")
                form.faults.append(Finding(form.grid.file, 0, 0, text.format(text=cell.text), str(cell.where)))
