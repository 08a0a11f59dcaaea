"""Read a unit's own sheet with a column map (`jk import --map`)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NamedTuple

from msgspec import Struct, field

from ..errors import Finding, InvalidInput, Refused
from ..language import _
from ..model import PERCENT, Plan, Task
from ..quantities import convert, read_figure
from ..text import near, quoted
from .account import Account
from .column_map import Columns
from .grid import Cell, Grid
from .text_files import Line, fault
from .typed_cells import day, figure, says_something, stated_unit, stated_units, words


class _Sheet(Struct):
    grid: Grid
    columns: Columns
    plan: Plan
    units: list[str] | None
    """Those that the plan knows; None where any is taken."""
    places: Mapping[str, int]
    """Title → column."""
    account: Account
    above: list[tuple[str, Cell]] = field(default_factory=list)
    """The units that a line above the header states."""
    faults: list[Finding] = field(default_factory=list)
    tasks: dict[str, Task | None] = field(default_factory=dict)
    """What names in the column of tasks mean; they repeat in long sheets."""

    def cell(self, row: int, title: str | None) -> Cell | None:
        """A cell, or the one that it is merged into."""
        return self.grid.cell(row, self.places[title]) if title is not None else None

    def own(self, row: int, title: str | None) -> Cell | None:
        """A cell that says something. One that is merged into another repeats a name, and never a figure or a text."""
        return None if title is None else says_something(self.grid.rows[row].get(self.places[title]))

    def add_fault(self, cell: Cell, message: str) -> None:
        self.faults.append(fault(self.grid.file, cell.where, message))


def mapped(
    grids: Sequence[Grid], columns: Columns, plan: Plan, *, any_unit: bool = False
) -> tuple[list[Line], Account]:
    """The reports of a sheet, each with the place of its task; and the account of all that the file has.

    Args:
        grids: the sheet of the map, then what else stands in the file.
        columns: the map.
        plan: its tasks.
        any_unit: whether units are taken that the plan does not have.

    Raises:
        InvalidInput: a column is missing, or every cell that cannot be used.
    """
    grid = grids[0]
    units = None if any_unit else plan.known_units()
    sheet = _Sheet(grid, columns, plan, units, _places(grid, columns), Account(grids))
    _set_aside(sheet)
    lines = [line for row in sorted(grid.rows) if row > columns.header for line in _line(sheet, row)]
    if sheet.faults:
        raise InvalidInput(sheet.faults)
    of_no_figure = (cell for _unit, cell in sheet.above if sheet.account.is_open(cell))
    sheet.account.leave_all(of_no_figure, _("above the header"), "row")
    return lines, sheet.account


def _set_aside(sheet: _Sheet) -> None:
    """List what is above the header and in columns that are not named; what cannot be read in the others is wrong."""
    grid, account, read = sheet.grid, sheet.account, set(sheet.places.values())
    for row in grid.rows:
        for column, cell in grid.own(row):
            if row < sheet.columns.header:
                units = stated_units(cell.text)
                sheet.above += ((unit, cell) for unit in units)
                account.leave_all([] if units else [cell], _("above the header"), "row")
            elif column not in read:
                account.leave(cell, _("the map does not name this column"), group="column")
            elif row == sheet.columns.header or not says_something(cell):
                account.use(cell)
    for aside in grid.aside:
        if aside.unusable and aside.column in read and aside.row > sheet.columns.header:
            text = _("{text}: {why}")
            sheet.faults.append(fault(grid.file, aside.where, text.format(text=aside.text, why=aside.why)))


def _places(grid: Grid, columns: Columns) -> dict[str, int]:
    titles: dict[str, list[int]] = {}
    for column, cell in grid.own(columns.header):
        titles.setdefault(cell.label, []).append(column)
    hidden = {"".join(aside.text.split()): aside.why for aside in grid.aside if aside.row == columns.header}
    places: dict[str, int] = {}
    faults: list[str] = []
    for title in columns.named():
        label = "".join(title.split())
        found = titles.get(label, [])
        if len(found) == 1:
            places[title] = found[0]
        elif found:
            faults.append(
                _("row {row}: the title {title} appears twice").format(row=columns.header, title=quoted(title))
            )
        elif label in hidden:
            text = _("row {row}: the title {title} is not read: {why}")
            faults.append(text.format(row=columns.header, title=quoted(title), why=hidden[label]))
        else:
            text = _("row {row} has no title {title} {near}")
            faults.append(text.format(row=columns.header, title=quoted(title), near=near(title, titles)))
    if faults:
        raise InvalidInput([Finding(grid.file, 0, 0, message) for message in faults])
    return places


def _line(sheet: _Sheet, row: int) -> Iterator[Line]:
    columns, name = sheet.columns, sheet.cell(row, sheet.columns.task)
    own = [sheet.grid.rows[row][column] for column in set(sheet.places.values()) if column in sheet.grid.rows[row]]
    if name is not None and name.label in columns.skip:
        sheet.account.use(*own)
        return
    figures = list(_figures(sheet, row))
    texts = {text: cell for text, title in columns.texts().items() if (cell := sheet.own(row, title))}
    reports = [figure.cell for figure in figures] + list(texts.values())
    if not reports:
        sheet.account.leave_all(filter(sheet.account.is_open, own), _("no figure and no text to record"), "row")
        return
    sheet.account.use(*own)
    if name is None:
        sheet.add_fault(reports[0], _("this row has no task"))
        return
    task = _task(sheet, name)
    on, unit = _day(sheet, row, name), _unit(sheet, row)
    if task is None:
        return
    said: dict[str, Any] = {"kind": "report", "task": task.id, "on": on}
    said["readings"], remarks = _readings(sheet, figures, task, unit)
    said |= {text: written for text, cell in texts.items() if (written := _words(sheet, cell))}
    if remarks:
        said["note"] = "\n".join(filter(None, (said.get("note"), *remarks)))
    said |= {"unit": unit} if unit else {}
    _apart(sheet, row, [figure.cell for figure in figures], name)
    yield name.where if isinstance(name.where, int) else str(reports[0].where), said


def _words(sheet: _Sheet, cell: Cell) -> str:
    try:
        return words(cell)
    except Refused as refused:
        sheet.add_fault(cell, str(refused))
        return ""


def _apart(sheet: _Sheet, row: int, figures: list[Cell], name: Cell) -> None:
    """Refuse one figure that is merged over rows of several tasks: it is counted once, and for which nobody can say."""
    for title in (sheet.columns.percent, sheet.columns.total, sheet.columns.added, *sheet.columns.figures):
        column = sheet.places[title] if title else 0
        below = row + 1
        while title and sheet.grid.origins.get((below, column)) == (row, column):
            other = sheet.cell(below, sheet.columns.task)
            cell = sheet.grid.rows[row].get(column)
            if cell is not None and cell in figures and other is not None and other is not name:
                text = _("this figure is merged over the rows of {first} and {second}: write each its own")
                sheet.add_fault(cell, text.format(first=quoted(name.label), second=quoted(other.label)))
                break
            below += 1


class _Figure(NamedTuple):
    """A figure of a row: its indicator (`greened`, `+greened`, `percent`), the title of its column, and its cell."""

    series: str
    title: str
    cell: Cell


def _figures(sheet: _Sheet, row: int) -> Iterator[_Figure]:
    columns = sheet.columns
    for title, series in ((columns.percent, PERCENT), *((t, s) for t, s in columns.figures.items())):
        if title and (cell := sheet.own(row, title)):
            yield _Figure(series, title, cell)
    named = sheet.cell(row, columns.indicator)
    for title, sign in ((columns.total, ""), (columns.added, "+")):
        if title and (cell := sheet.own(row, title)):
            yield _Figure(sign + (named.label if named else ""), title, cell)


def _readings(sheet: _Sheet, figures: list[_Figure], task: Task, unit: str | None) -> tuple[dict[str, str], list[str]]:
    """The readings of a row, and the remarks that stand in brackets behind figures."""
    readings: dict[str, str] = {}
    remarks: list[str] = []
    for series, title, cell in figures:
        name, sign = series.removeprefix("+"), "+" if series.startswith("+") else ""
        if not name and sheet.columns.indicator is None and len(task.indicators) == 1:
            name = task.indicators[0].id
        if not name:
            sheet.add_fault(cell, _no_indicator(sheet, task))
            continue
        indicator = task.indicator(name)
        measured_in = "%" if name == PERCENT else indicator.unit if indicator else ""
        try:
            typed = figure(cell, measured_in, increment=bool(sign), stated=_stated(sheet, title, measured_in))
            found, _reading = read_figure(name, sign + typed.text, task, unit)
        except Refused as refused:
            sheet.add_fault(cell, str(refused))
            continue
        if found in readings:
            sheet.add_fault(cell, _("{name} is given twice").format(name=name))
        readings[found] = sign + typed.text
        if typed.remark:
            said = indicator.name if indicator else _("Percentage")
            remarks.append(typed.remark if len(figures) == 1 else f"{said}：{typed.remark}")
    return readings, remarks


def _stated(sheet: _Sheet, title: str, measured_in: str) -> list[str]:
    """The unit that a column states in its title, or else a line above the header where it can be converted."""
    if own := stated_unit(title):
        return own
    above = {unit: cell for unit, cell in sheet.above if convert(Decimal(1), unit, measured_in) is not None}
    sheet.account.use(*above.values())
    return list(above)


def _no_indicator(sheet: _Sheet, task: Task) -> str:
    if sheet.columns.indicator is not None:
        return _("this figure has no indicator beside it")
    text = _("task {task} has {count} indicators: name the column that says which (indicator: TITLE)")
    return text.format(task=task.id, count=len(task.indicators))


def _day(sheet: _Sheet, row: int, name: Cell) -> str:
    cell = sheet.cell(row, sheet.columns.date)
    if cell is None:
        if sheet.columns.on is None:
            sheet.add_fault(name, _("this row has no date"))
        return sheet.columns.on.isoformat() if sheet.columns.on else ""
    try:
        return day(sheet.grid, cell, sheet.plan.year).isoformat()
    except Refused as refused:
        sheet.add_fault(cell, str(refused))
        return ""


def _unit(sheet: _Sheet, row: int) -> str | None:
    cell = says_something(sheet.cell(row, sheet.columns.unit))
    if cell is None:
        return None
    if sheet.units is not None and cell.label not in sheet.units:
        text = _("the plan has no unit {name} {hint}; if it is right: --force")
        sheet.add_fault(cell, text.format(name=quoted(cell.label), hint=near(cell.label, sheet.units)))
    return cell.label


def _task(sheet: _Sheet, cell: Cell) -> Task | None:
    """The task of a row. A number with a fraction may have lost a nought: it is an id where one id has that value."""
    if _FRACTION.fullmatch(cell.label) and (isinstance(cell.value, Decimal) or sheet.grid.drops_noughts):
        same = [task for task in sheet.plan.every_task() if _value(task.id) == Decimal(cell.label)]
        if len(same) > 1 and not cell.label.endswith("0"):
            text = _("{name} may be task {ids}: write the id as text, or the title")
            ids = _(" or ").join(task.id for task in same)
            sheet.add_fault(cell, text.format(name=quoted(cell.label), ids=ids))
            return None
        if len(same) == 1:
            return same[0]
    if cell.label not in sheet.tasks:
        sheet.tasks[cell.label] = find_task(sheet.plan, cell.label)
    task = sheet.tasks[cell.label]
    if task is None:
        sheet.add_fault(cell, no_such_task(sheet.plan, cell.label))
    return task


_FRACTION = re.compile(r"[0-9]+\.[0-9]+")


def _value(name: str) -> Decimal | None:
    return Decimal(name) if _FRACTION.fullmatch(name) else None


def find_task(plan: Plan, name: str) -> Task | None:
    """The task of that id, exact title or alias: a near miss is no hit."""
    return plan.task(name) or next((t for t in plan.every_task() if name in map(_label, (t.title, *t.aliases))), None)


def _label(title: str) -> str:
    return "".join(title.split())


def no_such_task(plan: Plan, name: str) -> str:
    """That there is none, and which one may be meant."""
    titles = {_label(title): task for task in plan.every_task() for title in (task.title, *task.aliases)}
    close = get_close_matches(name, titles, 1, 0.5)
    text = _("there is no task {name} in the plan").format(name=quoted(name))
    if not close:
        return text
    return text + _("; did you mean {id} ({title})?").format(id=titles[close[0]].id, title=titles[close[0]].title)
