"""Reads the sheets of a workbook as grids of cells."""

import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from msgspec.structs import replace

from ..errors import Finding, InvalidInput, extra
from ..language import _, ngettext
from .cell_styles import hides_zero, live_part, styled_cell, styles
from .grid import Aside, Cell, Grid
from .office_package import open_package

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CELLS = 200_000
"""The most cells of a sheet, counted from A1 to the last used cell."""


def open_workbook(path: Path, content: BytesIO, *, saved: bool = False) -> "Workbook":
    """Open a workbook.

    Args:
        path: the name of the file, for findings.
        content: the content of the file, which `open_package` found to be safe.
        saved: whether to read the saved values of formulas instead of the formulas.

    Raises:
        InvalidInput: the file is damaged or too large.
        MissingExtra: `office` is not installed.
    """
    with extra("office"):
        from openpyxl import load_workbook
    try:
        with warnings.catch_warnings():  # openpyxl warns of what it cannot write back, but nothing is written
            warnings.simplefilter("ignore")
            workbook = load_workbook(content, data_only=saved, keep_links=False, rich_text=True)
    except Exception as error:  # openpyxl raises errors of any type for a broken file
        text = _("is damaged: its tables cannot be read (open it in the office program and save it again)")
        raise InvalidInput.of_file(path, text) from error
    for sheet in workbook.worksheets:
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            text = _("the sheet {sheet} extends to {corner}: copy only the table into a new file")
            corner = sheet.calculate_dimension().rpartition(":")[2]
            raise InvalidInput.of_file(path, text.format(sheet=sheet.title, corner=corner))
    return workbook


class Sheets:
    """The sheets of a workbook as grids: the visible content, and as `aside` the content that is not read."""

    def __init__(self, path: Path, file: Path | None = None) -> None:
        """Open a workbook.

        Args:
            path: the name of the file, for findings.
            file: the path to read; `path` by default.

        Raises:
            InvalidInput: the file is hostile, encrypted, damaged or too large.
            MissingExtra: `office` is not installed.
        """
        self.path, self._content = path, open_package(file or path)
        self._book = open_workbook(path, self._content)
        self._saved = cache(lambda: open_workbook(path, self._content, saved=True))

    def grids(self) -> list[Grid]:
        """All sheets in order, then the texts of drawings."""
        return [self._grid(sheet) for sheet in self._book.worksheets] + self._drawn()

    def visible(self) -> list[Grid]:
        """The visible sheets in order, then the texts of drawings."""
        return [live_grid(self.path, s, self._saved) for s in self._visible_sheets()] + self._drawn()

    def named(self, name: str) -> Grid | None:
        """The sheet of that name, including hidden sheets, rows and columns; None if there is none."""
        return next((plain_grid(self.path, s) for s in self._book.worksheets if s.title == name), None)

    def from_one(self, name: str | None) -> list[Grid]:
        """The sheet of that name, or the only visible one if `name` is None; then the other sheets, as not read.

        Raises:
            InvalidInput: there is no such sheet, or `name` is None and there are several.
        """
        one = self._choose(name)
        why = _("the map does not name this sheet")
        others = [self._aside(s, why) for s in self._book.worksheets if s is not one and _count(s)]
        return [live_grid(self.path, one, self._saved), *others, *self._drawn()]

    def _visible_sheets(self) -> "list[Worksheet]":
        return [sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"]

    def _grid(self, sheet: "Worksheet") -> Grid:
        if sheet.sheet_state == "visible":
            return live_grid(self.path, sheet, self._saved)
        return self._aside(sheet, "") if _count(sheet) else Grid(str(self.path), sheet.title, {})

    def _aside(self, sheet: "Worksheet", why: str) -> Grid:
        why = why if sheet.sheet_state == "visible" else _("a hidden sheet")
        cells = ngettext("{count} cell", "{count} cells", _count(sheet)).format(count=_count(sheet))
        aside = Aside(1, 1, sheet.title, cells, why, "sheet")
        return Grid(str(self.path), sheet.title, {}, aside=(aside,))

    def _drawn(self) -> list[Grid]:
        why = _("in a text box, not in a cell")
        drawn = tuple(Aside(1, 1, _("drawing"), text, why) for text in drawn_texts(self._content))
        return [Grid(str(self.path), "", {}, aside=drawn)] if drawn else []

    def _choose(self, name: str | None) -> "Worksheet":
        sheets = self._visible_sheets()
        named = [sheet for sheet in sheets if name in (None, sheet.title)]
        if len(named) == 1:
            return named[0]
        titles = ", ".join(sheet.title for sheet in sheets) or "–"
        if name is None:
            text = _("has several sheets or none: name one in the column map (sheet: …; it has {titles})")
            raise InvalidInput.of_file(self.path, text.format(titles=titles))
        raise InvalidInput.of_file(
            self.path, _("has no sheet '{name}' (it has {titles})").format(name=name, titles=titles)
        )


def _count(sheet: "Worksheet") -> int:
    """The number of cells that are not empty."""
    return sum(cell.value is not None for row in sheet.iter_rows() for cell in row)


def plain_grid(path: Path, sheet: "Worksheet") -> Grid:
    """All texts, numbers and dates of a sheet, including hidden ones, without formulas."""
    rows: dict[int, dict[int, Cell]] = {}
    style = styles()
    for cell in _cells(sheet):
        if cell.data_type != "f" and (value := _value(cell.value)) != "":
            rows.setdefault(cell.row, {})[cell.column] = styled_cell(
                f"{sheet.title}!{cell.coordinate}", value, style(cell)
            )
    return Grid(str(path), sheet.title, rows, _epoch(sheet), dict(_merged(sheet)))


def live_grid(path: Path, sheet: "Worksheet", saved: Callable[[], "Workbook"]) -> Grid:
    """The visible content of a sheet; hidden rows, columns and zeros, struck or white texts and comments are `aside`.

    A formula has its saved value.

    Args:
        path: the name of the file, for findings.
        sheet: the sheet with its formulas.
        saved: opens the same workbook with the saved values of formulas.

    Raises:
        InvalidInput: formulas take values from another file or program; lists all such cells.
    """
    rows: dict[int, dict[int, Cell]] = {}
    aside: list[Aside] = []
    faults: list[Finding] = []
    hidden, style = _hidden(sheet), styles()
    zeros_hidden = sheet.sheet_view.showZeros is False
    for cell in _cells(sheet):
        where = f"{sheet.title}!{cell.coordinate}"
        found, formula = cell.value, ""
        if cell.data_type == "f":
            formula = str(getattr(found, "text", found))
            found = saved()[sheet.title][cell.coordinate].value
        if formula and _FOREIGN.search(formula):
            faults.append(Finding(str(path), 0, 0, _foreign(formula), where))
            continue
        shown = style(cell)
        live, unread = live_part(found, shown)
        value = _value(live)
        if value == 0 and (zeros_hidden or hides_zero(shown.format)):
            value, unread = "", [("0", _("a nought that the sheet does not show"))]
        if why := _not_live(cell, value, "" if unread and value == "" else formula, hidden):
            text = str(found) if found is not None and value == "" else formula or Cell(where, value).text
            group = "column" if cell.column in hidden[1] and cell.row not in hidden[0] else "row"
            visible = cell.row not in hidden[0] and cell.column not in hidden[1]
            aside.append(Aside(cell.row, cell.column, where, text, why, group, unusable=visible))
            unread = []
        elif value != "":
            read = styled_cell(where, value, shown)
            rows.setdefault(cell.row, {})[cell.column] = replace(read, formula=formula) if formula else read
        if cell.comment:
            unread.append((str(cell.comment.text).strip(), _("a comment on the cell")))
        aside += (Aside(cell.row, cell.column, where, *more) for more in unread)
    if faults:
        raise InvalidInput(faults)
    return Grid(str(path), sheet.title, rows, _epoch(sheet), dict(_merged(sheet)), tuple(aside))


def _not_live(cell: Any, value: str | Decimal | date, formula: str, hidden: tuple[set[int], set[int]]) -> str:
    """Why a cell is not read; empty if it is."""
    if cell.row in hidden[0]:
        return _("in a hidden row")
    if cell.column in hidden[1]:
        return _("in a hidden column")
    if formula and value == "":
        return _("a formula without a saved value: open the file in the office program and save it")
    if cell.data_type == "e" or (formula and str(value).startswith("#")):
        return _("an error in the spreadsheet")
    return ""


_FOREIGN = re.compile(r"\[[^\]]+\][^!\]]*!|\|[^|]*!|\b(?:DDE|WEBSERVICE|CALL|REGISTER)\(", re.IGNORECASE)
"""A formula that takes its value from another workbook or program."""


def _epoch(sheet: "Worksheet") -> date | None:
    return sheet.parent.epoch.date() if sheet.parent is not None else None


def _hidden(sheet: "Worksheet") -> tuple[set[int], set[int]]:
    """The hidden rows and the hidden columns."""
    rows = {number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}
    columns = {
        number
        for each in sheet.column_dimensions.values()
        if each.hidden and each.min and each.max
        for number in range(each.min, min(each.max, sheet.max_column) + 1)
    }
    return rows, columns


def _foreign(formula: str) -> str:
    text = _("{formula}: takes its value from another file or program (copy the cell and paste it as a value)")
    return text.format(formula=formula)


def _cells(sheet: "Worksheet") -> Iterator[Any]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if cell.value is not None)


def _value(value: Any) -> str | Decimal | date:
    if isinstance(value, bool) or not isinstance(value, int | float | date | time | timedelta):
        text = str(value).replace("_x000D_", "")
        return text if text.strip() else ""
    if isinstance(value, float):
        return Decimal(f"{value:.15g}") if abs(value) < float("inf") else str(value)
    if isinstance(value, int):
        return Decimal(value)
    return value if isinstance(value, date) and not isinstance(value, datetime) else _moment(value)


_FIRST_YEAR = 1930
"""An earlier date is a number typed into a date cell: 4.28 becomes a time in January 1900."""


def _moment(value: datetime | time | timedelta) -> str | date | Decimal:
    """Return a date if the time is midnight, the number if it was a number in a date cell, otherwise text."""
    if isinstance(value, datetime) and value.year < _FIRST_YEAR:
        from openpyxl.utils.datetime import to_excel

        return Decimal(f"{to_excel(value):.8g}")  # type: ignore[no-untyped-call]
    return value.date() if isinstance(value, datetime) and value.time() == time.min else str(value)


def _merged(sheet: "Worksheet") -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for area in sheet.merged_cells.ranges:
        first = (area.min_row, area.min_col)
        for row in range(area.min_row, min(area.max_row, sheet.max_row) + 1):
            for column in range(area.min_col, min(area.max_col, sheet.max_column) + 1):
                if (row, column) != first:
                    yield (row, column), first


def drawn_texts(content: BytesIO) -> Iterator[str]:
    """Yield the texts in boxes and shapes that are drawn on the sheets."""
    with extra("office"):
        from defusedxml.ElementTree import parse
    with ZipFile(content) as package:
        for name in sorted(package.namelist()):
            if name.startswith("xl/drawings/") and name.endswith(".xml"):
                with package.open(name) as stream:
                    bodies = parse(stream).iter(f"{_DRAWN}txBody")
                    texts = ("".join(each.text or "" for each in body.iter(f"{_TEXT}t")).strip() for body in bodies)
                    yield from filter(None, texts)


_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
