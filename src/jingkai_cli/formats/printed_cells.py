"""The cells of a printed table as values: figures as numbers, days as dates, names on one line."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ..language import _
from ..reports.document import MARK, Cell, Column, Table, Toned
from .sheet_cells import Percent, Unconfirmed, Worded

_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)( ?%)?")
_WORDED = re.compile(r"(.*[=＝] ?)?([-−]?\d+(?:\.\d+)?)(/\d+(?:\.\d+)?|（[^（）]*）| ?[^\d\s/=＝×，。；：]{1,8})?")
"""A figure with its words: 1.8亿元+, 41.2/47.1 (of a maximum), 47.1×87.5%＝41.2."""
_DAY = re.compile(r"(?:(\d{4})[年-])?(\d\d?)[月-](\d\d?)日?\*?")
"""A day as it is printed in a table: 2016年4月13日, 4月13日, 2016-04-13."""


def as_printed_cells(table: Table, year: int) -> tuple[list[str], list[list[Any]], list[int]]:
    """The column titles, rows and sentence columns of a section's table, with figures as numbers and days as dates."""
    columns = table.columns
    rows = [[_cell_value(cell, column, year) for cell, column in zip(row, columns, strict=True)] for row in table.rows]
    if columns[0].merged:  # a name is in every row, so that rows can be filtered, and are named on each page
        for above, row in pairwise(rows):
            row[0] = row[0] or above[0]
    sentences = [place for place, column in enumerate(table.columns) if column.sentences]
    return [column.title for column in table.columns], rows, sentences


def _cell_value(cell: Cell, column: Column, year: int) -> Any:
    """The value of a cell: a figure in a right-aligned column, sentences unchanged, else a day or a text on one line.

    A day without a year is in `year`. How long ago the last entry was is left out.
    """
    if column.align == "right":
        return _figure(cell)
    if isinstance(cell, str) and _EQUATION.fullmatch(cell):
        return worded_figure(cell)
    if column.sentences:
        return cell
    if isinstance(cell, Toned):
        return Toned(cell.text.replace("\n", " "), cell.tone)
    if day := _day(cell.partition("\n")[0] if column.title == _("Last entry") else cell, year):
        return Unconfirmed(day) if cell.endswith(MARK) else day
    return cell.replace("\n", " ")


def _day(text: str, year: int) -> date | None:
    """Parse a text that is a day; None for any other text."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1] or year), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _figure(cell: Cell) -> Any:
    found = _FIGURE.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return (worded_figure(cell) if isinstance(cell, str) else None) or cell
    value = float(found[1]) if "." in found[1] else int(found[1])
    return Percent(value) if found[2] else value


_EQUATION = re.compile(r"[\d.]+ ?×.*[=＝] ?[\d.]+|−[\d.]+")
"""What was computed, or deducted, in a column of words."""


def worded_figure(text: str) -> Worded | None:
    """A text that is a figure with words around it; None for any other text."""
    found = _WORDED.fullmatch(text)
    return Worded(Decimal(found[2].replace("−", "-")), found[1] or "", found[3] or "") if found else None
