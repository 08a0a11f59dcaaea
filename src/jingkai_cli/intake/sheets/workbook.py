"""An .xlsx → its sheets as grids. Formulas are refused: what they showed when the file was saved proves nothing."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import Finding, InvalidInput
from ...extras import extra
from ...language import _
from ..grid import Cell, Grid
from .package import open_package, refusal

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CELLS = 200_000
"""Of a sheet, from A1 to the last that anything was ever done to."""


def open_workbook(path: Path) -> "Workbook":
    """A workbook that is safe to read.

    Raises:
        InvalidInput: it is hostile, encrypted, damaged, or too large.
        MissingExtra: `office` is not installed.
    """
    content = open_package(path)
    with extra("office"):
        from openpyxl import load_workbook
    try:
        with warnings.catch_warnings():  # openpyxl says what it does not keep: nothing is written back
            warnings.simplefilter("ignore")
            workbook = load_workbook(content, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever a broken file makes of it
        text = _("is damaged: its tables cannot be read (open it in the office program and save it anew)")
        raise refusal(path, text) from error
    for sheet in workbook.worksheets:
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            text = _("the sheet {sheet} reaches to {corner}: copy the table alone into a new file")
            corner = sheet.calculate_dimension().rpartition(":")[2]
            raise refusal(path, text.format(sheet=sheet.title, corner=corner))
    return workbook


def grid(path: Path, sheet: "Worksheet") -> Grid:
    """The values of a sheet.

    Raises:
        InvalidInput: there are formulas, errors or values of no kind that is known in it: every such cell.
    """
    rows: dict[int, dict[int, Cell]] = {}
    faults: list[Finding] = []
    for cell in _cells(sheet):
        where = f"{sheet.title}!{cell.coordinate}"
        if cell.data_type in ("f", "e"):
            faults.append(Finding(str(path), 0, 0, _unusable(cell), where))
        elif (value := _value(cell.value)) != "":
            shown = isinstance(value, Decimal) and "%" in str(cell.number_format)
            rows.setdefault(cell.row, {})[cell.column] = Cell(where, value, percentage=shown)
    if faults:
        raise InvalidInput(faults)
    epoch = sheet.parent.epoch.date() if sheet.parent is not None else None
    return Grid(str(path), sheet.title, rows, epoch, dict(_merged(sheet)))


def _cells(sheet: "Worksheet") -> Iterator[Any]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if cell.value is not None)


def _unusable(cell: Any) -> str:
    if cell.data_type == "e":
        return _("{value}: an error of the spreadsheet (type the value)").format(value=cell.value)
    formula = cell.value if isinstance(cell.value, str) else _("a formula over several cells")
    return _("{formula}: formulas are not read (copy the cell and paste it as a value)").format(formula=formula)


def _value(value: Any) -> str | Decimal | date:
    if isinstance(value, bool) or not isinstance(value, int | float | date | time | timedelta):
        return str(value) if str(value).strip() else ""
    if isinstance(value, float):
        return Decimal(f"{value:.15g}") if abs(value) < float("inf") else str(value)
    if isinstance(value, int):
        return Decimal(value)
    return value if isinstance(value, date) and not isinstance(value, datetime) else _moment(value)


def _moment(value: datetime | time | timedelta) -> str | date:
    """A day where the clock says nothing: 15:00 is part of no date that a plan knows."""
    return value.date() if isinstance(value, datetime) and value.time() == time.min else str(value)


def _merged(sheet: "Worksheet") -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for area in sheet.merged_cells.ranges:
        first = (area.min_row, area.min_col)
        for row in range(area.min_row, min(area.max_row, sheet.max_row) + 1):
            for column in range(area.min_col, min(area.max_col, sheet.max_column) + 1):
                if (row, column) != first:
                    yield (row, column), first


def chosen(path: Path, book: "Workbook", name: str | None) -> "Worksheet":
    """The sheet of that name; where none was named, the only one that can be seen.

    Raises:
        InvalidInput: there is none such, or more than one to choose from.
    """
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    named = [sheet for sheet in seen if name in (None, sheet.title)]
    if len(named) == 1:
        return named[0]
    titles = ", ".join(sheet.title for sheet in seen) or "–"
    if name is None:
        raise refusal(
            path, _("has several sheets or none: name one in the map (sheet: …; it has {titles})").format(titles=titles)
        )
    raise refusal(path, _("has no sheet '{name}' (it has {titles})").format(name=name, titles=titles))
