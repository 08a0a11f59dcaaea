"""Reads a unit's own sheet with a column map (`jk import --map`)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from msgspec import Struct, field

from ..errors import Finding, InvalidInput, Refused
from ..figure_reader import read_figure
from ..language import _
from ..model import PERCENT, Plan, Task
from ..plan.unit_names import matching_units
from ..text import near, quoted
from .above_tables import day_of, other_days, other_year
from .column_map import Columns, places_of, titles_of
from .csv_faults import split_figures
from .grid import Cell, Grid, letters
from .measure_units import StatedUnits, Statement, Units, find_stated, same_dimension, two_units, units_of
from .plan_rows import is_sum
from .text_files import Line, fault
from .typed_cells import figure, find_task, says_something, task_in, words
from .unused_cells import Account


class _Sheet(Struct):
    grid: Grid
    columns: Columns
    plan: Plan
    units: list[str] | None
    """The units of the plan; None if any unit is accepted."""
    places: Mapping[str, int]
    """Title → column."""
    account: Account
    measures: Units
    reporter: str | None
    """The unit that reports the rows without a unit."""
    beside: StatedUnits = field(default_factory=StatedUnits)
    unit_names: dict[str, str] = field(default_factory=dict)
    """Name of a unit in the sheet → its name in the plan, if they differ."""
    other_year: tuple[Cell, int] | None = None
    """The text above the table that names another year than the plan's, and that year."""
    faults: list[Finding] = field(default_factory=list)
    tasks: dict[tuple[str, bool], Task | str] = field(default_factory=dict)
    """Name in the task column, and whether it is a number → its task, or the message why there is none."""

    def cell(self, row: int, title: str | None) -> Cell | None:
        """The cell in the column of a title; for a merged cell, the first of its range. None if there is none."""
        return self.grid.cell(row, self.places[title]) if title is not None else None

    def own(self, row: int, title: str | None) -> Cell | None:
        """The cell in the column of a title; None if it is blank or merged: figures and texts are never repeated."""
        return None if title is None else says_something(self.grid.rows[row].get(self.places[title]))

    def add_fault(self, cell: Cell, message: str) -> None:
        self.faults.append(fault(self.grid.file, cell.where, message))


def mapped(
    grids: Sequence[Grid], columns: Columns, plan: Plan, *, any_unit: bool = False, reporter: str | None = None
) -> tuple[list[Line], Account]:
    """Return the reports of a sheet, each with its place, and the account of all cells of the file.

    Args:
        grids: the sheet of the map, then the other sheets of the file.
        columns: the map.
        plan: the plan with the tasks.
        any_unit: whether units that the plan does not have are accepted.
        reporter: the unit named above the table, for rows without a unit; it is not added to the lines.

    Raises:
        InvalidInput: a column is missing, or cells cannot be used; lists all of them.
    """
    grid = grids[0]
    units = None if any_unit else plan.known_units()
    sheet = _Sheet(grid, columns, plan, units, places_of(grid, columns), Account(grids), units_of(plan), reporter)
    sheet.other_year = other_year(grid, columns, plan.year)
    reporting = {row for row in grid.rows if row > columns.header and _has_report(sheet, row)}
    sheet.beside = find_stated(grids, columns, sheet.measures, reporting, set(sheet.places.values()))
    lines = [line for row in sorted(grid.rows) if row > columns.header for line in _line(sheet, row)]
    of_figures = {sheet.places[title] for title in columns.figure_titles()}
    wrong = [*split_figures(grid, reporting, columns.header, of_figures, set(sheet.places.values()))]
    wrong += other_days(grid, columns, sheet.places)
    sheet.faults += (fault(grid.file, cell.where, why) for cell, why in wrong)
    _list_unused(sheet, reporting)
    _unusable(sheet)
    for column in {column for row in reporting for column in grid.rows[row]} - set(sheet.places.values()):
        _check_unit_column(sheet, column, reporting)
    if sheet.faults:
        raise InvalidInput(sheet.faults)
    text = _("'{typed}' is taken as {meant}")
    sheet.account.remarks += (text.format(typed=typed, meant=meant) for typed, meant in sheet.unit_names.items())
    return lines, sheet.account


def _has_report(sheet: _Sheet, row: int) -> bool:
    """Whether a row has a figure or a text to record."""
    name = sheet.cell(row, sheet.columns.task)
    if (name is not None and name.label in sheet.columns.skip) or _is_total(sheet, row, name):
        return False
    return any(sheet.own(row, title) for title in (*sheet.columns.figure_titles(), *sheet.columns.texts().values()))


def _is_total(sheet: _Sheet, row: int, name: Cell | None) -> bool:
    """Whether a row is a total: 合计 is in its first cell or in its task cell."""
    label = next(cell.label for cell in (name, *(cell for _column, cell in sheet.grid.own(row))) if cell)
    return is_sum(label) and find_task(sheet.plan, label) is None


def _list_unused(sheet: _Sheet, reporting: set[int]) -> None:
    """List the cells above the header, in rows that report nothing, and in columns that the map does not name."""
    grid, account, read = sheet.grid, sheet.account, set(sheet.places.values())
    rows = range(sheet.columns.first_header, sheet.columns.header + 1)
    titles = {id(cell) for column in read for row in rows if (cell := grid.cell(row, column))}
    for row in grid.rows:
        for column, cell in grid.own(row):
            if id(cell) in titles:
                account.use(cell)
            elif row < rows.start:
                account.leave(cell, _("above the header"), group="row")
            elif column in read:
                account.use(*[] if says_something(cell) else [cell])
            elif row not in rows and row not in reporting and account.is_open(cell):
                account.leave(cell, _("not in a row that reports something"), group="row")
            else:
                account.leave(cell, _("the map does not name this column"), group="column")
    for statement in sheet.beside.applied():
        if statement.cell is not None:
            account.release(statement.cell)
            account.use(statement.cell)
            if not statement.whole:
                account.leave(statement.cell, _("only its unit, {unit}, was used").format(unit=statement.unit))


def _unusable(sheet: _Sheet) -> None:
    """Report values that cannot be read in columns that the map names."""
    read = set(sheet.places.values())
    for aside in sheet.grid.aside:
        if aside.unusable and aside.column in read and aside.row > sheet.columns.header:
            text = _("{text}: {why}")
            sheet.faults.append(fault(sheet.grid.file, aside.where, text.format(text=aside.text, why=aside.why)))


def _check_unit_column(sheet: _Sheet, column: int, reporting: set[int]) -> None:
    """Report a column of units of measure that the map does not name: figures would be read in the plan's units."""
    cells = [cell for row in sorted(reporting) if (cell := says_something(sheet.grid.rows[row].get(column)))]
    units_named = [sheet.measures.one(cell.text) if isinstance(cell.value, str) else None for cell in cells]
    if not cells or not all(units_named):
        return
    title = " ".join(titles_of(sheet.grid, sheet.columns, column)) or letters(column)
    text = _("column {letters} ({title}) holds units of measure ({units}) and the map does not name it: {line}")
    units = _(", ").join(dict.fromkeys(cell.text for cell in cells[:_SEEN]))
    line = f"measure_unit: {title}"
    sheet.add_fault(cells[0], text.format(letters=letters(column), title=title, units=units, line=line))


_SEEN = 5  # the most units of measure in a message


def _line(sheet: _Sheet, row: int) -> Iterator[Line]:
    columns, name = sheet.columns, sheet.cell(row, sheet.columns.task)
    own = [sheet.grid.rows[row][column] for column in set(sheet.places.values()) if column in sheet.grid.rows[row]]
    if name is not None and name.label in columns.skip:
        sheet.account.use(*own)
        return
    if _is_total(sheet, row, name):
        sheet.account.leave_all((cell for _column, cell in sheet.grid.own(row)), _("a row of sums, not a task"), "row")
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
    line: dict[str, Any] = {"kind": "report", "task": task.id, "on": on}
    line["readings"], remarks = _readings(sheet, figures, task, unit or sheet.reporter)
    line |= {text: written for text, cell in texts.items() if (written := _words(sheet, cell))}
    if remarks:
        line["note"] = "\n".join(filter(None, (line.get("note"), *remarks)))
    line |= {"unit": unit} if unit else {}
    _refuse_merged(sheet, row, [figure.cell for figure in figures], name)
    yield name.where if isinstance(name.where, int) else str(reports[0].where), line


def _words(sheet: _Sheet, cell: Cell) -> str:
    try:
        return words(cell)
    except Refused as refused:
        sheet.add_fault(cell, str(refused))
        return ""


def _refuse_merged(sheet: _Sheet, row: int, figures: list[Cell], name: Cell) -> None:
    """Report a figure that is merged over rows of several tasks: it counts once, and it is not known for which."""
    for title in sheet.columns.figure_titles():
        column = sheet.places[title]
        below = row + 1
        while sheet.grid.origins.get((below, column)) == (row, column):
            other = sheet.cell(below, sheet.columns.task)
            cell = sheet.grid.rows[row].get(column)
            if cell is not None and cell in figures and other is not None and other is not name:
                text = _("this figure is merged over the rows of {first} and {second}: write each its own")
                sheet.add_fault(cell, text.format(first=quoted(name.label), second=quoted(other.label)))
                break
            below += 1


class _Figure(NamedTuple):
    """A figure of a row: its series (`greened`, `+greened`, `percent`), the title of its column, its cell and row."""

    series: str
    title: str
    cell: Cell
    row: int


def _figures(sheet: _Sheet, row: int) -> Iterator[_Figure]:
    columns = sheet.columns
    for title, series in ((columns.percent, PERCENT), *((t, s) for t, s in columns.figures.items())):
        if title and (cell := sheet.own(row, title)):
            yield _Figure(series, title, cell, row)
    named = sheet.cell(row, columns.indicator)
    for title, sign in ((columns.total, ""), (columns.added, "+")):
        if title and (cell := sheet.own(row, title)):
            yield _Figure(sign + (named.label if named else ""), title, cell, row)


def _readings(sheet: _Sheet, figures: list[_Figure], task: Task, unit: str | None) -> tuple[dict[str, str], list[str]]:
    """Return the readings of a row, and the remarks in brackets after figures."""
    readings: dict[str, str] = {}
    remarks: list[str] = []
    for one in _without_doubled(sheet, figures):
        series, _title, cell, _row = one
        name, sign = series.removeprefix("+"), "+" if series.startswith("+") else ""
        if not name and sheet.columns.indicator is None and len(task.indicators) == 1:
            name = task.indicators[0].id
        if not name:
            sheet.add_fault(cell, _no_indicator(sheet, task))
            continue
        indicator = task.indicator(name)
        measured_in = "%" if name == PERCENT else indicator.unit if indicator else ""
        try:
            typed = figure(cell, measured_in, increment=bool(sign), stated=partial(_stated, sheet, one, measured_in))
            found, _reading = read_figure(name, sign + typed.text, task, unit)
        except Refused as refused:
            sheet.add_fault(cell, str(refused))
            continue
        if found in readings:
            sheet.add_fault(cell, _("{name} is given twice").format(name=name))
        readings[found] = sign + typed.text
        if typed.remark:
            name_shown = indicator.name if indicator else _("Percentage")
            remarks.append(typed.remark if len(figures) == 1 else f"{name_shown}：{typed.remark}")
    return readings, remarks


def _without_doubled(sheet: _Sheet, figures: list[_Figure]) -> Iterator[_Figure]:
    """Yield the figures of a row; if an indicator has a total and an increment, only the total."""
    totals = {figure.series for figure in figures if not figure.series.startswith("+")}
    for one in figures:
        if one.series.startswith("+") and one.series[1:] in totals:
            sheet.account.leave(one.cell, _("the total to date in the same row is taken"), one.title, "column")
        else:
            yield one


def _stated(sheet: _Sheet, one: _Figure, measured_in: str) -> str | None:
    """The unit of measure stated for a figure: in its row, in the title of its column, or around the table; or None.

    Raises:
        Refused: two units are stated, or one that cannot be read.
    """
    cell = says_something(sheet.cell(one.row, sheet.columns.measure_unit)) if measured_in != "%" else None
    in_title = _("the title “{title}”").format(title=one.title)
    found = [Statement(unit, in_title, "") for unit in sheet.measures.of_title(one.title)]
    if cell is not None:
        unit = sheet.measures.one(cell.text) or cell.label
        found = [each for each in found if same_dimension(each.unit, unit)]
        found.append(Statement(unit, str(cell.where), cell.text))
    units = list(dict.fromkeys(each.unit for each in found))
    if len(units) > 1:
        raise Refused(two_units(found))
    return units[0] if units else sheet.beside.unit(one.row, sheet.places[one.title], measured_in)


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
        return day_of(sheet.grid, cell, sheet.plan.year, sheet.other_year).isoformat()
    except Refused as refused:
        sheet.add_fault(cell, str(refused))
        return ""


def _unit(sheet: _Sheet, row: int) -> str | None:
    """The reporting unit, by the plan's name for it; None if the row has none."""
    cell = says_something(sheet.cell(row, sheet.columns.unit))
    if cell is None:
        return None
    if cell.label in sheet.unit_names or (sheet.units is not None and cell.label in sheet.units):
        return sheet.unit_names.get(cell.label, cell.label)
    units = matching_units(sheet.plan, cell.text)
    if len(units) == 1:
        sheet.unit_names |= {cell.label: units[0]} if units[0] != cell.label else {}
        return units[0]
    if sheet.measures.one(cell.text):
        text = _("{name} is a unit of measure, and `unit` is the unit that reports: measure_unit: {title}")
        sheet.add_fault(cell, text.format(name=quoted(cell.text), title=sheet.columns.unit))
    elif sheet.units is not None:
        text = _("the plan has no unit {name} {hint}; if it is right: --force")
        hint = near(cell.label, units or sheet.units)
        sheet.add_fault(cell, text.format(name=quoted(cell.label), hint=hint))
    return cell.label


def _task(sheet: _Sheet, cell: Cell) -> Task | None:
    """The task of a row; None if there is none. Results are cached, as long sheets repeat the names of tasks."""
    known = (cell.label, isinstance(cell.value, Decimal))
    if known not in sheet.tasks:
        try:
            sheet.tasks[known] = task_in(sheet.plan, cell, drops_zeros=sheet.grid.drops_zeros)
        except Refused as refused:
            sheet.tasks[known] = str(refused)
    found = sheet.tasks[known]
    if isinstance(found, str):
        sheet.add_fault(cell, found)
        return None
    return found
