"""Read a unit's own sheet with a column map (`jk import --map`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date as Date  # noqa: N812 - `date` is a column here
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..dates import parse_day
from ..errors import Finding, InvalidInput, Refused
from ..language import _
from ..model import PERCENT, Plan, Task
from ..plan.files import read_bytes, text_of
from ..plan.nodes import Fault, Fields, Node, Scalar, findings
from ..plan.yaml_reader import legible, read_nodes
from ..quantities import read_figure
from ..text import near, quoted
from .grid import Cell, Grid
from .text_files import Line, fault


@dataclass(frozen=True, slots=True)
class Columns:
    """A column map: the title of each column; `figures` maps the titles of figure columns to indicators."""

    task: str
    sheet: str | None = None
    header: int = 1
    """The row with the titles."""
    on: Date | None = None
    """The date of every row, if there is no date column."""
    date: str | None = None
    unit: str | None = None
    note: str | None = None
    percent: str | None = None
    indicator: str | None = None
    """The column with the name of an indicator; `total` and `added` hold its figures."""
    total: str | None = None
    added: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    """Title → `greened` for a total, `+greened` for an increment, `percent` for the percentage."""
    skip: tuple[str, ...] = ()
    """Values of the task column in rows to skip, such as 合计."""

    def named(self) -> Iterator[str]:
        """The titles that the sheet must have."""
        single = (self.task, self.date, self.unit, self.note, self.percent, self.indicator, self.total, self.added)
        yield from (title for title in single if title is not None)
        yield from self.figures


_NAMES = [each.name for each in fields(Columns)]


def read_columns(path: Path) -> Columns:
    """Read a column map.

    Raises:
        InvalidInput: the map cannot be read, or has faults; lists all of them.
    """
    file = str(path)
    root = read_nodes(text_of(path, read_bytes(path)), file)
    faults = [*legible(root), *_faults(root)]
    if faults or not isinstance(root, Fields):
        found = findings(file, root, faults)
        raise InvalidInput(sorted(found, key=lambda one: (one.line, one.column)))
    texts = {name: root.text(name) for name in _NAMES if name not in ("figures", "skip", "header", "on")}
    figures = root.fields("figures")
    on = root.text("on")
    return Columns(
        header=int(root.text("header") or 1),
        on=parse_day(on) if on else None,
        figures={title: figures.text(title) or "" for title in figures.members},
        skip=tuple(text for _loc, text in root.texts((), "skip")),
        **{name: text for name, text in texts.items() if text is not None},
    )


def _faults(root: Node) -> Iterator[Fault]:
    if not isinstance(root, Fields):
        yield Fault((), _("expected fields such as 'task: 工作任务'"))
        return
    for name, node in root.members.items():
        if name not in _NAMES:
            yield Fault((name,), _("unknown field {name} {near}").format(name=quoted(name), near=near(name, _NAMES)))
        elif name == "figures" and not isinstance(node, Fields):
            yield Fault((name,), _("expected fields such as `完成绿化面积: greened`"))
        elif name not in ("figures", "skip") and not isinstance(node, Scalar):
            yield Fault((name,), _("expected the title of a column"))
    yield from _missing(root)


def _missing(root: Fields) -> Iterator[Fault]:
    """Fields that the map lacks."""
    header, on = root.text("header") or "1", root.text("on")
    if not header.isdecimal() or int(header) < 1:
        yield Fault(("header",), _("found {found} (expected the number of a row)").format(found=quoted(header)))
    if on:
        try:
            parse_day(on)
        except Refused as refused:
            yield Fault(("on",), str(refused))
    if not root.text("task"):
        yield Fault((), _("name the column of the task: task: TITLE"))
    if not on and not root.text("date"):
        yield Fault((), _("name the column of the date (date: TITLE), or one date for all (on: 2016-03-31)"))
    if (root.text("indicator") is None) != (root.text("total") is None and root.text("added") is None):
        yield Fault((), _("'indicator' needs 'total' or 'added': the column of the figure"))


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

    def add_fault(self, cell: Cell, message: str) -> None:
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
                _("row {row}: the title {title} appears twice").format(row=columns.header, title=quoted(title))
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
        sheet.add_fault(reports[0], _("this row has no task"))
        return
    task = find_task(sheet.plan, name.label)
    if task is None:
        sheet.add_fault(name, no_such_task(sheet.plan, name.label))
    on, unit = _day(sheet, row, name), _unit(sheet, row)
    if task is None:
        return
    row_fields: dict[str, Any] = {"kind": "report", "task": task.id, "on": on}
    row_fields["readings"] = _readings(sheet, figures, task, unit)
    row_fields |= {"note": note.text} if note else {}
    row_fields |= {"unit": unit} if unit else {}
    yield name.where if isinstance(name.where, int) else str(reports[0].where), row_fields


def _figures(sheet: _Sheet, row: int) -> Iterator[tuple[str, Cell]]:
    """Yield each figure of a row: its indicator (`greened`, `+greened`, `percent`) and its cell."""
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
            sheet.add_fault(cell, _("this figure has no indicator beside it"))
            continue
        try:
            found, _reading = read_figure(name, sign + cell.text, task, unit)
        except Refused as refused:
            sheet.add_fault(cell, str(refused))
            continue
        if found in readings:
            sheet.add_fault(cell, _("{name} is given twice").format(name=name))
        readings[found] = sign + cell.text
    return readings


def _day(sheet: _Sheet, row: int, name: Cell) -> str:
    cell = sheet.cell(row, sheet.columns.date)
    if cell is None:
        if sheet.columns.on is None:
            sheet.add_fault(name, _("this row has no date"))
        return sheet.columns.on.isoformat() if sheet.columns.on else ""
    try:
        return sheet.grid.day(cell, sheet.plan.year).isoformat()
    except Refused as refused:
        sheet.add_fault(cell, str(refused))
        return ""


def _unit(sheet: _Sheet, row: int) -> str | None:
    cell = sheet.cell(row, sheet.columns.unit)
    if cell is None:
        return None
    known = sheet.plan.known_units()
    if cell.label not in known:
        text = _("the plan has no unit {name} {hint}")
        sheet.add_fault(cell, text.format(name=quoted(cell.label), hint=near(cell.label, known)))
    return cell.label


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
