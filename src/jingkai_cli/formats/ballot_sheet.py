"""A judge's ballot sheet as an .xlsx: units and sites are locked, scores are open, keys are on a hidden sheet."""

from decimal import Decimal
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..intake.ballot_layout import FIRST_ROW, HEAD_ROW, HEADER_ROW, BallotColumn, BlankBallot
from ..intake.form_layout import KEYS
from ..language import _
from ..quantities import number
from ..text import width
from . import form_style as style
from .form_sheet import put
from .workbook_file import growing, workbook_file

_WIDTHS = {"number": 6, "group": 14, "unit": 22, "site": 22, "score": 14, "total": 9, "remark": 26}

_ROW_POINTS = 28

_HEADING, _HEADING_WIDE = 16, 1.4
"""The font size of the title in points, and the width of half a Chinese character in it, in column digits."""

_TITLE_POINTS, _BOLD = 16, 1.15
"""The height of a line of a column title in points, and the width of half a Chinese character in it, in digits."""


def render(ballot: BlankBallot) -> bytes:
    """Render the ballot sheet in the current language. The same ballot always gives the same bytes."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = _("Ballot")
    columns = ballot.columns()
    widths = [_WIDTHS[column.kind] for column in columns]
    widths[-1] += max(0, style.PORTRAIT - sum(widths))
    _head(sheet, ballot, columns, sum(widths))
    for row, line in enumerate(ballot.lines(), FIRST_ROW):
        texts_of_row = {"number": str(row - HEADER_ROW), "group": line.group, "unit": line.unit, "site": line.name}
        _row(sheet, ballot, columns, row, texts_of_row)
    style.ballot_page(sheet, ballot, widths)
    keys = book.create_sheet(KEYS)
    for number_, texts in enumerate(ballot.keys(), 1):
        for column, text in enumerate(texts, 1):
            put(keys.cell(number_, column), text)
    keys.sheet_state = "veryHidden"
    keys.protection.sheet = True
    book.security = WorkbookProtection(lockStructure=True)
    return growing(workbook_file(book, ballot.title(), ballot.month.end))


def _head(sheet: Worksheet, ballot: BlankBallot, columns: list[BallotColumn], wide: int) -> None:
    several = len([column for column in columns if column.kind == "score"]) > 1
    guide = _(
        "Fill in the yellow cells only. Score every item of a unit, in points such as 38 or 37.5; leave the line of one"
        " that you did not see empty."
    )
    if not several:
        guide = _(
            "Fill in the yellow cells only. Give each unit one score, in points such as 88 or 87.5; leave the line of"
            " one that you did not see empty."
        )
    last = get_column_letter(len(columns))
    lines = (
        (ballot.title(), style.TITLE, 12 + 22 * ceil(width(ballot.title()) * _HEADING_WIDE / wide), "center"),
        (ballot.head(), style.BALLOT, 22, "left"),
        (guide, style.BALLOT, 2 * style.LINE_POINTS + 4, "left"),
    )
    for row, (text, use, points, across) in enumerate(lines, HEAD_ROW - 1):
        sheet.merge_cells(f"A{row}:{last}{row}")
        cell = sheet.cell(row, 1)
        put(cell, text)
        cell.font = style.font(ballot, use)
        if use == style.TITLE:
            cell.font = Font(name=cell.font.name, size=_HEADING)
        cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
        sheet.row_dimensions[row].height = points
    most = 2
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(HEADER_ROW, place)
        title = column.title.replace("（", "\n（").replace(" (", "\n(")  # the points below the name
        put(cell, title)
        room = _WIDTHS[column.kind] / _BOLD
        most = max(most, sum(ceil(width(line) / room) for line in title.split("\n")))
        style.header(cell, ballot)
        cell.font = style.font(ballot, style.BALLOT, bold=True)
    sheet.row_dimensions[HEADER_ROW].height = most * _TITLE_POINTS + 6


def _row(sheet: Worksheet, ballot: BlankBallot, columns: list[BallotColumn], row: int, texts: dict[str, str]) -> None:
    for place, column in enumerate(columns, 1):
        cell: Any = sheet.cell(row, place)
        if text := texts.get(column.kind):
            put(cell, text)
        style.ballot_cell(cell, ballot, wide=column.kind in ("unit", "site", "remark"))
        if column.kind in ("score", "remark"):
            cell.protection = Protection(locked=False)
            cell.fill = style.OPEN
        if column.kind == "score":
            check = _check(column.points)
            check.add(cell.coordinate)
            sheet.add_data_validation(check)
        if column.kind == "total":
            cell.value = _sum(columns, row)
    sheet.row_dimensions[row].height = _ROW_POINTS


def _sum(columns: list[BallotColumn], row: int) -> str:
    """The formula for the sum of the scores in a row; it stays blank until every item has a score."""
    scores = [place for place, column in enumerate(columns, 1) if column.kind == "score"]
    score_cells = f"{get_column_letter(scores[0])}{row}:{get_column_letter(scores[-1])}{row}"
    return f'=IF(COUNT({score_cells})={len(scores)},SUM({score_cells}),"")'


def _check(most: Decimal) -> DataValidation:
    """A check that accepts a number from 0 to `most`, the points of the item."""
    check = DataValidation("decimal", operator="between", formula1="0", formula2=number(most))
    check.showErrorMessage = check.allowBlank = True
    check.errorTitle = _("Score")
    check.error = _("A number from 0 to {most}.").format(most=number(most))
    return check
