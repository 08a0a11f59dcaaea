"""Reads a filled-in form into rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ..dates import in_year
from ..errors import Finding, InvalidInput, Refused
from ..figure_reader import read_figure
from ..kinds.kind import REPORT_TEXTS
from ..language import _, speaking
from ..model import PERCENT, Plan, Reading, Task
from ..quantities import number
from .filled_form import OPEN, FilledSheet, find_filled
from .form_layout import COLUMNS, Key, Keys, Printed, read_keys
from .grid import Cell, Grid, letters
from .rows import Row, entries
from .text_files import Line
from .typed_cells import day, figure, is_yes, says_something, words
from .unused_cells import Account, once_each


class _Reported(Struct):
    """The readings and texts of one task in a form."""

    where: str
    readings: dict[str, str] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)


class _Form(Struct, frozen=True):
    """A form that is being read."""

    sheet: FilledSheet
    keys: Keys
    plan: Plan
    faults: list[Finding]
    printed: list[Printed] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        return self.sheet.grid

    def cell(self, key: Key, column: str) -> Cell | None:
        """The cell of a line; None if it is blank or is not to be filled in."""
        return says_something(self.seen(key, column)) if column in key.asks else None

    def seen(self, key: Key, column: str) -> Cell | None:
        """The cell of a line, whether or not it is to be filled in."""
        return self.keys.cell(self.grid, self.sheet.rows[key], column)

    def fault(self, cell: Cell | None, key: Key, column: str, message: str) -> None:
        where = str(cell.where) if cell else self.where(key, column)
        self.faults.append(Finding(self.grid.file, 0, 0, message, where))

    def where(self, key: Key, column: str) -> str:
        """The name of a cell: `进展!C7`."""
        return f"{self.grid.sheet}!{letters(self.keys.places[column])}{self.sheet.rows[key]}"


class ReadForm(Struct, frozen=True):
    """The entries of a form, and a line for each part of the file that was not read."""

    rows: list[Row]
    unread: tuple[str, ...]
    before: date
    """The day before the period of the form."""
    printed: tuple[Printed, ...]
    """The totals as of that day to which the increments of the form add."""


def read_form(sheets: Sequence[Grid], hidden: Grid, plan: Plan, typist: str, today: date) -> ReadForm:
    """Read the entries of a form: one report per task, and one entry per milestone or task that is done.

    Reports are dated on the last day of the period, or on `today` if that is earlier.

    Args:
        sheets: the visible sheets of the file.
        hidden: the sheet with the keys.
        plan: the plan with the tasks.
        typist: who imports the file.
        today: the date in the plan's zone.

    Raises:
        InvalidInput: the form belongs to another plan, unit or period, or has cells that cannot be read; lists all.
    """
    file = hidden.file
    try:
        keys = read_keys(hidden)
    except Refused as refused:
        raise InvalidInput.of_file(file, str(refused)) from None
    if keys.plan != plan.title:
        text = _("is a form of another plan: {plan}").format(plan=keys.plan)
        raise InvalidInput.of_file(file, text)
    filled = find_filled(sheets, keys)
    form = _Form(filled, keys, plan, [])
    lines = list(_lines(form, min(keys.until, today)))
    account = _account(form)
    try:
        rows = list(entries(file, lines, plan, typist))
    except InvalidInput as invalid:
        form.faults.extend(invalid.findings)
    if form.faults:
        raise InvalidInput(form.faults)
    text = _("line {number} ({title}) is not in the form")
    missing = [text.format(number=key.number, title=key.label) for key in filled.missing]
    before = keys.begins - timedelta(days=1)
    return ReadForm([_from_form(row) for row in rows], (*missing, *once_each(account)), before, tuple(form.printed))


def _from_form(row: Row) -> Row:
    """Mark a row as read from a form. The date of a report is not compared, as it may be the day of the import."""
    absent_fields = row.absent_fields | {"on"} if row.entry.kind == "report" else row.absent_fields
    return replace(row, in_form=row.entry.key, absent_fields=absent_fields)


def _lines(form: _Form, on: date) -> Iterator[Line]:
    tasks: dict[str, _Reported] = {}
    dated: list[Line] = []
    for key in form.sheet.rows:
        if not _is_same_line(form, key):
            continue
        task = form.plan.task(key.task)
        if task is None:
            form.fault(None, key, "title", _("task {task} is no longer in the plan").format(task=key.task))
            continue
        reported = tasks.setdefault(key.task, _Reported(form.where(key, "title")))
        _refuse_unasked(form, key)
        _figures(form, key, task, reported)
        done_on = _day(form, key)
        note = _text(form, key, "note")
        if done_on:
            dated.append(_dated_line(form, key, done_on, note))
        if note and not (done_on and key.kind == "milestone"):
            reported.texts.setdefault("note", []).append(note if key.kind == "task" else f"{key.label}：{note}")
        for name in REPORT_TEXTS:
            if text := _text(form, key, name):
                reported.texts.setdefault(name, []).append(text)
    for task_id, reported in tasks.items():
        if reported.readings or reported.texts:
            texts = {name: "\n".join(paragraphs) for name, paragraphs in reported.texts.items()}
            yield reported.where, _line(form, "report", task_id, on=on.isoformat(), readings=reported.readings, **texts)
    yield from dated


def _text(form: _Form, key: Key, column: str) -> str:
    cell = form.cell(key, column)
    if cell is None:
        return ""
    try:
        return words(cell)
    except Refused as refused:
        form.fault(cell, key, column, str(refused))
        return ""


def _line(form: _Form, kind: str, task: str, **fields: Any) -> Mapping[str, Any]:
    subject = "/".join(filter(None, (kind, task, fields.get("milestone"))))
    unit = {"unit": form.keys.unit} if form.keys.unit else {}
    return {"kind": kind, "task": task, "key": f"form/{form.keys.identity}/{subject}", **unit, **fields}


def _is_same_line(form: _Form, key: Key) -> bool:
    """Whether the line still has the title that `jk form` wrote; if not, it could report for another task."""
    column = "content" if key.kind != "task" and "content" in form.keys.places else "title"
    cell, again = form.seen(key, column), form.seen(key, "id_again")
    if again and again.label != "".join(key.number.split()):  # the page of texts has another line in this row
        column, cell, expected = "id_again", again, key.number
    elif cell and cell.label == "".join(key.label.split()):
        return True
    else:
        expected = key.label
    text = _("expected “{label}” here: lines were moved or changed; copy your figures into a new form")
    form.fault(cell, key, column, text.format(label=expected))
    return False


def _figures(form: _Form, key: Key, task: Task, reported: _Reported) -> None:
    """Read the figures of a line: an increment, a total, or both; then they must agree, and the total is recorded."""
    name = key.name or PERCENT
    indicator = task.indicator(name)
    measured_in = "%" if name == PERCENT else indicator.unit if indicator else ""
    readings: dict[str, Reading] = {}
    for column, sign in (("added", "+"), ("total", "")):
        cell = form.cell(key, column)
        if cell is None:
            continue
        try:
            typed = figure(cell, measured_in, increment=bool(sign))
            _series, reading = read_figure(name, sign + typed.text, task, form.keys.unit)
        except Refused as refused:
            form.fault(cell, key, column, str(refused))
            continue
        if reading.value < 0:
            form.fault(cell, key, column, _below_zero(form, cell, column))
        readings[column] = reading
        reported.readings[name] = sign + typed.text
        if typed.remark:
            remark = typed.remark if key.kind == "task" else f"{key.label}：{typed.remark}"
            reported.texts.setdefault("note", []).append(remark)
    if readings:
        _check_printed(form, key, measured_in)
    if "added" in readings:
        share = readings["added"].unit or ""
        form.printed.append(Printed(form.where(key, "last"), task, name, share, key.last))
    if len(readings) == len(("added", "total")):
        _check_sum(form, key, readings)


def _below_zero(form: _Form, cell: Cell, column: str) -> str:
    if column != "added":
        return _("'{text}' is below 0").format(text=cell.text)
    with speaking(form.plan.language):
        total = _(COLUMNS["total"])
    text = _("'{text}' is below 0: if the total before was too high, fill in “{total}” alone, and say why in the note")
    return text.format(text=cell.text, total=total)


def _check_printed(form: _Form, key: Key, unit: str) -> None:
    """Report a line whose unit of measure or earlier total was changed: its figure would have another meaning."""
    cell = says_something(form.seen(key, "measure"))
    if cell and cell.label != "".join(unit.split()):
        text = _("the unit here is “{found}”, and that of the indicator is “{unit}”: write the figures in that one")
        form.fault(cell, key, "measure", text.format(found=cell.text, unit=unit))
    cell = says_something(form.seen(key, "last"))
    same = cell and isinstance(cell.value, Decimal) and key.last is not None and float(cell.value) == float(key.last)
    if cell and not same:
        text = _("the form was written with {printed} here, not “{found}”: to correct it, fill in “{total}”")
        with speaking(form.plan.language):
            total = _(COLUMNS["total"])
        values = {
            "printed": _("nothing") if key.last is None else number(key.last),
            "found": cell.text,
            "total": total,
        }
        form.fault(cell, key, "last", text.format(**values))


def _check_sum(form: _Form, key: Key, readings: Mapping[str, Reading]) -> None:
    added, total = readings["added"].value, readings["total"].value
    if key.last is None or key.last + added == total:
        return
    text = _("{last} {before} + {added} {now} = {sum}, not {total}")
    with speaking(form.plan.language):  # the column titles of the form
        last, added_title = _(COLUMNS["last"]), _(COLUMNS["added"])
    message = text.format(
        last=last,
        before=number(key.last),
        added=added_title,
        now=number(added),
        sum=number(key.last + added),
        total=number(total),
    )
    form.fault(form.cell(key, "total"), key, "total", message)


def _day(form: _Form, key: Key) -> date | None:
    """The day on which a milestone or a task was done; None if it is not reported as done."""
    answer, cell = form.cell(key, "done"), form.cell(key, "done_on")
    is_done: bool | None = None
    if answer:
        try:
            is_done = is_yes(answer, [form.plan.language])
        except Refused as refused:
            form.fault(answer, key, "done", str(refused))
    if cell is None:
        if is_done:
            text = _("it is done, but the date is missing (write a date such as 2016-03-28)")
            form.fault(cell, key, "done_on", in_year(text, form.plan.year))
        return None
    try:
        found = day(form.grid, cell, form.keys.until.year)
    except Refused as refused:
        form.fault(cell, key, "done_on", str(refused))
        return None
    if is_done is False:
        form.fault(cell, key, "done_on", _("a date is given here, but the cell beside it says that it is not done"))
    if found > form.keys.until:
        text = _("{day} is after the period, which ends on {until}")
        form.fault(cell, key, "done_on", text.format(day=found, until=form.keys.until))
    return found


def _dated_line(form: _Form, key: Key, day: date, note: str) -> Line:
    """Return a line for a milestone that was reached, with its note, or for a task that is done."""
    where = form.where(key, "done_on")
    if key.kind == "milestone":
        content = {"milestone": key.name, "note": note}
        return where, _line(form, "reach", key.task, on=day.isoformat(), **content)
    return where, _line(form, "done", key.task, on=day.isoformat())


_PREFILLED = ("done", "done_on")
"""The columns that the form itself fills in for a milestone that was reached before."""


def _refuse_unasked(form: _Form, key: Key) -> None:
    """Report content in cells that are not to be filled in: it would be lost."""
    for column in OPEN:
        if column in key.asks or column in _PREFILLED or column not in form.keys.titles[0]:
            continue
        if cell := says_something(form.seen(key, column)):
            figures = _("no figure is expected here: '{text}' would be lost")
            texts = _("nothing is expected here: '{text}' would be lost (write it in the line of the task)")
            text = figures if column in ("added", "total") else texts
            form.fault(cell, key, column, text.format(text=cell.text))


def _account(form: _Form) -> Account:
    """Return whether each cell was used. Content between or below the lines would be lost: it is a fault."""
    sheet, grid = form.sheet, form.grid
    account = Account((grid, *sheet.others))
    lines, signed, last = set(sheet.rows.values()), set(sheet.signatures()), len(form.keys.titles[0])
    above = {"".join(text.split()) for text in (*(form.keys.about or ()), *form.keys.guides)}
    for row in sorted(grid.rows):
        for column, cell in grid.own(row):
            if column > last and (row in lines or row == sheet.header):
                account.leave(cell, _("not a column of the form"), group="column")
            elif row in lines or row == sheet.header:
                account.use(cell)
            elif row < sheet.header:
                if cell.label in above or form.keys.about is None:
                    account.use(cell)
                else:
                    account.leave(cell, _("above the table"))
            elif row in signed:
                account.leave(cell, _("who filled it in is not recorded"), group="row")
            elif says_something(cell):
                text = _("'{text}' is outside the form and would be lost")
                form.faults.append(Finding(grid.file, 0, 0, text.format(text=cell.text), str(cell.where)))
            else:
                account.use(cell)
    _unusable(form)
    return account


def _unusable(form: _Form) -> None:
    """Report values in cells to fill in that cannot be read: an error, a formula without a saved value."""
    places = {(row, form.keys.places[name]) for key, row in form.sheet.rows.items() for name in key.asks}
    for aside in form.grid.aside:
        if aside.unusable and (aside.row, aside.column) in places:
            text = _("{text}: {why}").format(text=aside.text, why=aside.why)
            form.faults.append(Finding(form.grid.file, 0, 0, text, aside.where))
