"""Write and style a worksheet: typed cells, column widths for Chinese, A4 pages."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import Outline, PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..language import N_, _
from ..reports.document import MARK, Tone, Toned
from ..text import one_line, visible
from .column_widths import column_widths, fitting_title, line_count
from .line_breaks import cut

FONTS = {"zh": "宋体", "en": "Calibri"}
_SIZE = 11
COVER = 70
"""The width of a portrait page, in digits of the workbook's first font."""
LINE, _AROUND = 16, 4
"""Height of one line of text, and the total padding above and below the lines of a row, in points."""
_MOST_LINES = 25
"""The most lines in a row: Excel allows 409 points."""
_LONGEST_TEXT = 32767
"""The most characters in a cell."""
_LONGEST_NAME = 31
"""The most characters in the name of a sheet."""
LONGEST_MARGIN = 150
"""The greatest width of a page header; a Chinese character takes two columns, and the format allows 255 characters."""
DATES = {"zh": 'yyyy"年"m"月"d"日"', "en": "yyyy-mm-dd"}
SHORT_DAY = 'm"月"d"日"'
"""The Chinese format of a day whose year is clear from the context."""
_DAYS = {"zh": "%Y-%m-%d    ", "en": "%Y-%m-%d"}
"""`strftime` formats whose results are as long as days in `DATES`; `_SHORT_DAY` is for days without the year."""
_SHORT_DAY = "%m-%d   "
_MOMENTS = {"zh": 'yyyy"年"m"月"d"日" hh:mm', "en": "yyyy-mm-dd hh:mm"}

_FILLS: dict[Tone, tuple[str, str]] = {
    "red": ("FFC7CE", "9C0006"),
    "yellow": ("FFEB9C", "7F6000"),
    "green": ("C6EFCE", "006100"),
    "none": ("EDEDED", "595959"),
}
"""Background and text colour of a lamp's cell."""
_HEADER = PatternFill("solid", fgColor="DDE6F0")
_LINE = Side("thin", color="A6A6A6")
_GRID = Border(_LINE, _LINE, _LINE, _LINE)
_FIGURE = Alignment(horizontal="right", vertical="center")
_APART = "_0"
"""Ends a number format: it keeps a figure a digit's width away from the text in the next column."""
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT = Alignment(vertical="center", wrap_text=True)
_NO_FIGURE = "–"
"""Shown where there is no figure."""
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:/\d+(?:\.\d+)?)?")
"""The number of a task, which would run into the figure beside it, or points of a maximum such as 8/10."""
_EXECUTED = ("=", "+", "-", "@", "\t", "\r", "'")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` is an escaped character in a spreadsheet, so its first `_` is itself escaped."""
_STEP = "国"
"""A text as wide as one step of an indent."""

_OFF_PLAN = (N_("{points} behind"), N_("{points} ahead"))
"""How a gap is shown when it is above 0, and when it is below."""


class Percent(Struct, frozen=True):
    """A percentage from 0 to 100, shown with a percent sign."""

    points: Decimal | float


class Gap(Struct, frozen=True):
    """Points behind the planned progress, shown with the word for behind or ahead instead of a sign."""

    points: Decimal | float


class Unconfirmed(Struct, frozen=True):
    """A value that the plan does not confirm: stored as it is, and shown with the mark."""

    value: Any


class Indented(Struct, frozen=True):
    """A text indented by `level` steps."""

    value: Any
    level: int


def new_sheet(book: Workbook, title: str) -> Worksheet:
    """Add a sheet. Characters that Excel does not allow in a title are replaced, and a number makes it unique."""
    name = re.sub(r"[\[\]:*?/\\]", " ", one_line(title)).strip(" '")[:_LONGEST_NAME] or "1"
    taken = {other.lower() for other in book.sheetnames}
    number = 2
    while name.lower() in taken:
        end = f" {number}"
        name = name[: _LONGEST_NAME - len(end)].removesuffix(f" {number - 1}") + end
        number += 1
    sheet: Worksheet = book.create_sheet(name)
    return sheet


def write_table(  # noqa: PLR0913, PLR0917 - a table is all of these
    sheet: Worksheet,
    language: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    hidden: Collection[int] = (),
    year: int = 0,
    bounds: Mapping[int, tuple[float, float]] = MappingProxyType({}),
) -> None:
    """Write the header and the rows. The header is frozen, repeated on each page and has a filter.

    Args:
        sheet: the sheet to write to.
        language: the language of the plan.
        header: the titles of the columns.
        rows: the values.
        hidden: the numbers of the columns to group behind a plus sign; they are not printed.
        year: the year of the page header; days in it are shown without the year.
        bounds: index of a column → its least and greatest width.
    """
    face = FONTS[language]
    titled = any(header)
    if titled:
        _write_row(sheet, language, 1, header, _MIDDLE)
        for cell in sheet[1]:
            cell.font, cell.fill = Font(name=face, size=_SIZE, bold=True), _HEADER
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
    for number, row in enumerate(rows, start=1 + titled):
        _write_row(sheet, language, number, row, _TEXT)
    columns = [[row[index] for row in rows] for index in range(len(header))]
    for index, column in enumerate(columns, start=1):
        _format_figures([sheet.cell(number, index) for number in range(1 + titled, len(rows) + 1 + titled)], column)
    shown = [place for place in range(len(header)) if place + 1 not in hidden]
    texts = [_texts(sheet, place, column, language, year) for place, column in enumerate(columns, start=1)]
    wrapping = {place for place, column in enumerate(columns) if all(map(_is_text, column))}
    widths = column_widths(header, texts, wrapping, shown, bounds)
    for index, columns_width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = columns_width
        if titled:
            sheet.cell(1, index).value = fitting_title(header[index - 1], columns_width)
    seen = [[texts[place][number] for place in shown] for number in range(len(rows))]
    for number, row in enumerate([[header[place] for place in shown], *seen] if titled else seen, start=1):
        count = min(_MOST_LINES, line_count(row, [widths[place] for place in shown]))
        sheet.row_dimensions[number].height = _AROUND + LINE * count
    if hidden:
        _group_columns(sheet, hidden)
    _on_a4(sheet, "landscape")


def write_note(sheet: Worksheet, language: str, text: str, columns: int) -> None:
    """Write a line of text across the table in place of rows; does nothing if the text is empty."""
    if text:
        _write_row(sheet, language, 2, [text, *[None] * (columns - 1)], _TEXT)
        sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=columns)
        sheet.row_dimensions[2].height = _AROUND + LINE


def write_total(sheet: Worksheet, language: str, row: Sequence[Any]) -> None:
    """Write a total as the last row, in bold and outside the filter."""
    last = sheet.max_row + 1
    _write_row(sheet, language, last, row, _TEXT)
    sheet.row_dimensions[last].height = _AROUND + LINE
    for cell, value in zip(sheet[last], row, strict=True):
        cell.font = Font(name=FONTS[language], size=_SIZE, bold=True)
        _format_figures([cell], [value])


def _group_columns(sheet: Worksheet, numbers: Iterable[int]) -> None:
    """Group columns behind a plus sign and hide them, so that they are not printed."""
    for number in numbers:
        column = sheet.column_dimensions[get_column_letter(number)]
        column.outlineLevel, column.hidden = 1, True
    sheet.sheet_properties.outlinePr = Outline(summaryRight=False, summaryBelow=False)


def group_rows(sheet: Worksheet, levels: Sequence[int]) -> None:
    """Set the outline level of each row below the header; a row of level 0 is above the rows that belong to it."""
    for number, level in enumerate(levels, start=2):
        if level:
            sheet.row_dimensions[number].outlineLevel = level


def _write_row(sheet: Worksheet, language: str, number: int, row: Sequence[Any], alignment: Alignment) -> None:
    for index, value in enumerate(row, start=1):
        cell = sheet.cell(number, index)
        cell.font, cell.alignment, cell.border = Font(name=FONTS[language], size=_SIZE), alignment, _GRID
        _put(cell, value, language)


def _put(cell: Cell | MergedCell, value: Any, language: str) -> None:
    match value:
        case Toned():
            background, letters = _FILLS[value.tone]
            cell.fill = PatternFill("solid", fgColor=background)
            cell.font = Font(name=cell.font.name, size=_SIZE, color=letters)
            _put(cell, value.text, language)
            cell.alignment = _MIDDLE
        case Unconfirmed():
            _put(cell, value.value, language)
            if isinstance(cell.value, str):
                cell.value += MARK
            elif cell.value is not None:
                cell.number_format += f"\\{MARK}"
        case Indented():
            _put(cell, value.value, language)
            cell.alignment = Alignment("left", "center", wrap_text=True, indent=value.level)
        case Percent() | Gap():  # `_format_figures` sets their number formats
            cell.value, cell.alignment = value.points, _FIGURE
        case str():
            _put_text(cell, value)
        case _:
            cell.value = value
            if isinstance(value, int | float | Decimal):
                cell.alignment, cell.number_format = _FIGURE, f"0{_APART}"
            if isinstance(value, date):
                cell.number_format = _MOMENTS[language] if isinstance(value, datetime) else DATES[language]
                cell.alignment = _MIDDLE


def _put_text(cell: Cell | MergedCell, text: str) -> None:
    """Write text as text, even if it looks like a formula or an error value."""
    seen = visible(text)
    whole = _ESCAPE.sub("_x005F_", seen)
    cell.value = whole if len(whole) <= _LONGEST_TEXT else whole[: _LONGEST_TEXT - 1] + "…"
    cell.data_type = "s"
    cell.quotePrefix = seen.startswith(_EXECUTED)
    if text == _NO_FIGURE or _NUMBER.fullmatch(text):
        cell.alignment = _MIDDLE


def _format_figures(cells: Sequence[Cell | MergedCell], column: Sequence[Any]) -> None:
    """Show all figures of a column with the same number of decimals; computed figures have at most one."""
    decimals = max((_decimals(v.points if isinstance(v, Percent | Gap) else v) for v in column), default=0)
    form = f"0.{'0' * decimals}" if decimals else "0"
    for cell, value in zip(cells, column, strict=True):
        if isinstance(value, Percent | int | float | Decimal):
            cell.number_format = form + ('"%"' if isinstance(value, Percent) else "") + _APART
        if isinstance(value, Gap):
            words = (f'"{_(words)}"'.replace("{points}", f'"{form}"').replace('""', "") for words in _OFF_PLAN)
            none = f"{abs(value.points):.1f}" == "0.0"
            cell.number_format = ";".join(f"{each}{_APART}" for each in ((form, form) if none else (*words, form)))


def _decimals(value: Any) -> int:
    if isinstance(value, float):
        return 0 if f"{value:.1f}".endswith(".0") else 1
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    return 0


def _day(value: Any) -> date | None:
    """The day in a cell, which may be unconfirmed; None for any other value and for a moment."""
    value = value.value if isinstance(value, Unconfirmed) else value
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _texts(sheet: Worksheet, place: int, column: Sequence[Any], language: str, year: int) -> list[str]:
    """The texts that the cells of a column show; in Chinese, days of `year` are shown without the year."""
    days = [*map(_day, column)]
    rows = range(sheet.max_row - len(column) + 1, sheet.max_row + 1)
    if any(days):
        for row in rows:
            sheet.cell(row, place).alignment = _MIDDLE
    short = [language == "zh" and each is not None and each.year == year for each in days]
    for cell in (sheet.cell(row, place) for row, of_year in zip(rows, short, strict=True) if of_year):
        cell.number_format = cell.number_format.replace(DATES[language], SHORT_DAY)
    return [
        _shown(value, _SHORT_DAY if of_year else _DAYS[language]) for value, of_year in zip(column, short, strict=True)
    ]


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value.value if isinstance(value, Indented) else value, str)


def _shown(value: Any, day: str) -> str:
    """The text that a cell shows, or one of the same length.

    Args:
        value: the value of the cell.
        day: the `strftime` format of a day.
    """
    match value:
        case Toned():
            return visible(value.text)
        case Unconfirmed() | Indented():  # with two lines, each is narrower by the indent
            around = MARK if isinstance(value, Unconfirmed) else 2 * value.level * _STEP
            return around + _shown(value.value, day)
        case Percent() | Gap():
            figure = f"{abs(value.points):.1f} "
            return f"{figure}%" if isinstance(value, Percent) else _(_OFF_PLAN[value.points < 0]).format(points=figure)
        case float() | int() | Decimal():
            return f"{value:.1f} " if isinstance(value, float) else f"{value} "
        case date():
            return value.strftime(f"{day} %H:%M" if isinstance(value, datetime) else day)
        case _:
            return "" if value is None else visible(str(value))


def write_cover(sheet: Worksheet, face: str, lines: Sequence[str]) -> None:
    """Write lines of text in one column as wide as a page; the first line is the title."""
    for number, line in enumerate(lines, start=1):
        cell = sheet.cell(number, 1)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.font = Font(name=face, size=_SIZE + 3 if number == 1 else _SIZE, bold=number == 1)
        _put_text(cell, line)
        sheet.row_dimensions[number].height = LINE * line_count([line], [COVER]) + (LINE if number == 1 else 0)
    sheet.column_dimensions["A"].width = COVER
    _on_a4(sheet, "portrait")


def head_and_foot(sheet: Worksheet, above: str, below: str) -> None:
    """Set the page header, if there is one, and the page footer with the page number."""
    if above:
        sheet.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(_margin(above)))
    sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart(_margin(below)), right=_HeaderFooterPart(_("&P / &N")))


def _on_a4(sheet: Worksheet, orientation: Literal["landscape", "portrait"]) -> None:
    """Set up A4, scaled to one page in width."""
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.75, 0.7, 0.4, 0.35


def _margin(text: str) -> str:
    """Text for a page header or footer, where `&` begins a code."""
    return cut(one_line(text), LONGEST_MARGIN).replace("&", "&&")
