"""A unit's own sheet, read by a map of its columns → raw lines; every cell that cannot be used is told at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ...errors import Finding, InvalidInput, Refused
from ...language import _
from ...model import PERCENT, Plan, Task
from ...plan.wording import near, quoted
from ..files import Line, fault
from ..grid import Cell, Grid
from ..readings import read
from .columns import Columns


@dataclass(slots=True)
class _Sheet:
    grid: Grid
    columns: Columns
    plan: Plan
    places: Mapping[str, int]
    """Title → column."""
    faults: list[Finding] = field(default_factory=list)

    def cell(self, row: int, title: str | None) -> Cell | None:
        return self.grid.cell(row, self.places[title]) if title is not None else None

    def told(self, cell: Cell, message: str) -> None:
        self.faults.append(fault(self.grid.file, cell.where, message))


def mapped(grid: Grid, columns: Columns, plan: Plan) -> list[Line]:
    """The reports of a sheet, each with the place of its task.

    Raises:
        InvalidInput: a column is missing, or every cell that cannot be used.
    """
    sheet = _Sheet(grid, columns, plan, _places(grid, columns))
    lines = [line for row in sorted(grid.rows) if row > columns.header for line in _line(sheet, row)]
    if sheet.faults:
        raise InvalidInput(sheet.faults)
    return lines


def _places(grid: Grid, columns: Columns) -> dict[str, int]:
    titles: dict[str, list[int]] = {}
    for column, cell in grid.own(columns.header):
        titles.setdefault(cell.label, []).append(column)
    places: dict[str, int] = {}
    faults: list[str] = []
    for title in columns.named():
        found = titles.get("".join(title.split()), [])
        if len(found) == 1:
            places[title] = found[0]
        elif found:
            faults.append(
                _("row {row}: the title {title} stands twice").format(row=columns.header, title=quoted(title))
            )
        else:
            text = _("row {row} has no title {title} {near}")
            faults.append(text.format(row=columns.header, title=quoted(title), near=near(title, titles)))
    if faults:
        raise InvalidInput([Finding(grid.file, 0, 0, message) for message in faults])
    return places


def _line(sheet: _Sheet, row: int) -> Iterator[Line]:
    columns, name = sheet.columns, sheet.cell(row, sheet.columns.task)
    if name is not None and name.label in columns.skip:
        return
    figures = list(_figures(sheet, row))
    note = sheet.cell(row, columns.note)
    own = {column for column, _cell in sheet.grid.own(row)}
    reports = [cell for _name, cell in figures] + ([note] if note else [])
    if not reports or not own & {sheet.places[title] for title in columns.named() if title != columns.task}:
        return
    if name is None:
        sheet.told(reports[0], _("no task stands in this row"))
        return
    task = find_task(sheet.plan, name.label)
    if task is None:
        sheet.told(name, no_such_task(sheet.plan, name.label))
    on, unit = _day(sheet, row, name), _unit(sheet, row)
    if task is None:
        return
    said: dict[str, Any] = {"kind": "report", "task": task.id, "on": on}
    said["readings"] = _readings(sheet, figures, task, unit)
    said |= {"note": note.text} if note else {}
    said |= {"unit": unit} if unit else {}
    yield name.where if isinstance(name.where, int) else str(reports[0].where), said


def _figures(sheet: _Sheet, row: int) -> Iterator[tuple[str, Cell]]:
    """What each figure is (`greened`, `+greened`, `percent`), and its cell."""
    columns = sheet.columns
    for title, series in ((columns.percent, PERCENT), *((t, s) for t, s in columns.figures.items())):
        if cell := sheet.cell(row, title):
            yield series, cell
    named = sheet.cell(row, columns.indicator)
    for title, sign in ((columns.total, ""), (columns.added, "+")):
        if cell := sheet.cell(row, title):
            yield sign + (named.label if named else ""), cell


def _readings(sheet: _Sheet, figures: list[tuple[str, Cell]], task: Task, unit: str | None) -> dict[str, str]:
    readings: dict[str, str] = {}
    for series, cell in figures:
        name, sign = series.removeprefix("+"), "+" if series.startswith("+") else ""
        if not name:
            sheet.told(cell, _("no indicator is named beside this figure"))
            continue
        try:
            found, _reading = read(name, sign + cell.text, task, unit)
        except Refused as refused:
            sheet.told(cell, str(refused))
            continue
        if found in readings:
            sheet.told(cell, _("{name} is given twice").format(name=name))
        readings[found] = sign + cell.text
    return readings


def _day(sheet: _Sheet, row: int, name: Cell) -> str:
    cell = sheet.cell(row, sheet.columns.date)
    if cell is None:
        if sheet.columns.on is None:
            sheet.told(name, _("this row has no date"))
        return sheet.columns.on.isoformat() if sheet.columns.on else ""
    try:
        return sheet.grid.day(cell, sheet.plan.year).isoformat()
    except Refused as refused:
        sheet.told(cell, str(refused))
        return ""


def _unit(sheet: _Sheet, row: int) -> str | None:
    cell = sheet.cell(row, sheet.columns.unit)
    if cell is None:
        return None
    known = sheet.plan.known_units()
    if cell.label not in known:
        text = _("the plan knows no unit {name} {hint}")
        sheet.told(cell, text.format(name=quoted(cell.label), hint=near(cell.label, known)))
    return cell.label


def find_task(plan: Plan, name: str) -> Task | None:
    """The task of that id, exact title or alias: a near miss is no hit."""
    return plan.task(name) or next((t for t in plan.tasks if name in map(_label, (t.title, *t.aliases))), None)


def _label(title: str) -> str:
    return "".join(title.split())


def no_such_task(plan: Plan, name: str) -> str:
    """That there is none, and which one may be meant."""
    titles = {_label(title): task for task in plan.tasks for title in (task.title, *task.aliases)}
    close = get_close_matches(name, titles, 1, 0.5)
    text = _("there is no task {name} in the plan").format(name=quoted(name))
    if not close:
        return text
    return text + _("; did you mean {id} ({title})?").format(id=titles[close[0]].id, title=titles[close[0]].title)
