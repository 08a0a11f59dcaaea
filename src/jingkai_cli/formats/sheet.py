"""Write and style a worksheet: typed cells, column widths for Chinese, A4 pages."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import Outline, PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..dates import official_date
from ..language import _
from ..text import one_line
from .column_widths import ACROSS, column_widths, lines_filled
from .line_breaks import cut
from .sheet_cells import (
    DATES,
    FONTS,
    MIDDLE,
    SHORT_DAY,
    SIZE,
    day_of,
    format_figures,
    is_text,
    put,
    put_text,
    short_day,
    text_shown,
)

COVER = 70
"""The width of a portrait page, in digits of the workbook's first font."""
LINE, AROUND = 16, 4
"""Height of one line of text, and the total padding above and below the lines of a row, in points."""
MOST_LINES = 25
"""The most lines in a row: Excel allows 409 points."""
_LONGEST_NAME = 31
"""The most characters in the name of a sheet."""
LONGEST_MARGIN = 150
"""The greatest width of a page header; a Chinese character takes two columns, and the format allows 255 characters."""
HEADER = PatternFill("solid", fgColor="DDE6F0")
_LINE = Side("thin", color="A6A6A6")
_GRID = Border(_LINE, _LINE, _LINE, _LINE)
TEXT = Alignment(vertical="center", wrap_text=True)


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
    sentences: Collection[int] = (),
    page: float = ACROSS,
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
        sentences: the indexes of the columns of sentences, which give up width for names. The spreadsheet program
            breaks all texts, so that each is stored whole and can be searched for and compared.
        page: the width of the page, which is portrait if it is narrower than `ACROSS`.
    """
    face = FONTS[language]
    titled = any(header)
    if titled:
        write_row(sheet, language, 1, header, MIDDLE)
        for cell in sheet[1]:
            cell.font, cell.fill = Font(name=face, size=SIZE, bold=True), HEADER
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
    for number, row in enumerate(rows, start=1 + titled):
        write_row(sheet, language, number, row, TEXT)
    columns = [[row[index] for row in rows] for index in range(len(header))]
    listed = range(1 + titled, len(rows) + 1 + titled)
    for index, column in enumerate(columns, start=1):
        format_figures([sheet.cell(number, index) for number in listed], column)
    shown = [place for place in range(len(header)) if place + 1 not in hidden]
    texts = [texts_of_column(sheet, place, column, language, year) for place, column in enumerate(columns, start=1)]
    wrapping = {place for place, column in enumerate(columns) if _wraps(column, texts[place])}
    widths = column_widths(header, texts, wrapping, shown, bounds, wrapping - {*sentences}, page)
    for index, columns_width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = columns_width
    seen = [[texts[place][number] for place in shown] for number in range(len(rows))]
    titles = [header[place] for place in shown]
    for number, row in enumerate([titles, *seen] if titled else seen, start=1):
        rooms = [widths[place] if place in wrapping or number == 1 else COVER for place in shown]
        lines = max((len(lines_filled(text, room)) for text, room in zip(row, rooms, strict=True)), default=1)
        sheet.row_dimensions[number].height = AROUND + LINE * min(MOST_LINES, lines)
    if hidden:
        _group_columns(sheet, hidden)
    set_up_a4(sheet, "landscape" if page == ACROSS else "portrait")


def _wraps(column: Sequence[Any], texts: Sequence[str]) -> bool:
    """Whether a column may be narrower than its longest line: it has texts, not numbers and telephone numbers only."""
    return all(map(is_text, column)) and any(" " in text or not text.isascii() for text in texts)


def write_note(sheet: Worksheet, language: str, text: str, columns: int) -> None:
    """Write a line of text across the table in place of rows; does nothing if the text is empty."""
    if text:
        first = _first_shown(sheet)
        row = [*[None] * (first - 1), text, *[None] * (columns - first)]
        write_row(sheet, language, 2, row, TEXT)
        sheet.merge_cells(start_row=2, end_row=2, start_column=first, end_column=columns)
        sheet.row_dimensions[2].height = AROUND + LINE


def write_notes(sheet: Worksheet, language: str, lines: Sequence[str]) -> None:
    """Write lines of text below the table, across its columns and outside the range of the filter."""
    columns = sheet.max_column
    room = _shown_width(sheet)
    first = sheet.max_row + 2
    for number, line in enumerate(lines, start=first):
        cell = sheet.cell(number, _first_shown(sheet))
        cell.font, cell.alignment = Font(name=FONTS[language], size=SIZE), TEXT
        put_text(cell, line.replace(_TO_SIGN, 3 * _TO_SIGN))
        sheet.row_dimensions[number].height = LINE * (3 if _TO_SIGN in line else len(lines_filled(line, room)))
        sheet.merge_cells(start_row=number, end_row=number, start_column=_first_shown(sheet), end_column=columns)


_TO_SIGN = "　　　"
"""Where someone signs, which takes more room on the sheet."""


def _first_shown(sheet: Worksheet) -> int:
    """The number of the first column that is printed."""
    return next(number for number in range(1, sheet.max_column + 1) if not _is_hidden(sheet, number))


def signs_in(sheet: Worksheet, signs: Iterable[str]) -> list[str]:
    """The signs with which a value of the table ends, in columns that are not hidden."""
    seen = [column for column in sheet.iter_cols(min_row=2) if not _is_hidden(sheet, column[0].column or 0)]
    values = [cell for column in seen for cell in column if cell.value is not None]
    return [
        sign
        for sign in signs
        if any(str(each.value).endswith(sign) or _shows(each.number_format, sign) for each in values)
    ]


def _shows(number_format: str, sign: str) -> bool:
    """Whether a figure is shown with a sign at its end, alone or after its unit."""
    return number_format.endswith(f"\\{sign}") or f'{sign}"' in number_format


def _is_hidden(sheet: Worksheet, number: int) -> bool:
    return bool(sheet.column_dimensions[get_column_letter(number)].hidden)


def _shown_width(sheet: Worksheet) -> float:
    """The width of the columns that are printed."""
    columns = map(sheet.column_dimensions.get, map(get_column_letter, range(1, sheet.max_column + 1)))
    return sum(each.width for each in columns if each and not each.hidden)


def write_total(sheet: Worksheet, language: str, row: Sequence[Any]) -> None:
    """Write a total as the last row, in bold and outside the filter."""
    last = sheet.max_row + 1
    write_row(sheet, language, last, row, TEXT)
    sheet.row_dimensions[last].height = AROUND + LINE
    for cell, value in zip(sheet[last], row, strict=True):
        cell.font = Font(name=FONTS[language], size=SIZE, bold=True)
        format_figures([cell], [value])


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


def write_row(sheet: Worksheet, language: str, number: int, row: Sequence[Any], alignment: Alignment) -> None:
    """Write the cells of a row, with borders and the style of their types."""
    for index, value in enumerate(row, start=1):
        cell = sheet.cell(number, index)
        cell.font, cell.alignment, cell.border = Font(name=FONTS[language], size=SIZE), alignment, _GRID
        put(cell, value, language)


def texts_of_column(sheet: Worksheet, place: int, column: Sequence[Any], language: str, year: int) -> list[str]:
    """The texts that the cells of a column show; in Chinese, days of `year` are shown without the year."""
    days = [*map(day_of, column)]
    rows = range(sheet.max_row - len(column) + 1, sheet.max_row + 1)
    if any(days):
        for row in rows:
            sheet.cell(row, place).alignment = MIDDLE
    short = [language == "zh" and each is not None and each.year == year for each in days]
    for cell in (sheet.cell(row, place) for row, of_year in zip(rows, short, strict=True) if of_year):
        cell.number_format = cell.number_format.replace(DATES[language], SHORT_DAY)
    return [
        text_shown(value, short_day if of_year else official_date) for value, of_year in zip(column, short, strict=True)
    ]


def write_cover(sheet: Worksheet, face: str, lines: Sequence[str]) -> None:
    """Write lines of text in one column as wide as a page; the first line is the title."""
    for number, line in enumerate(lines, start=1):
        cell = sheet.cell(number, 1)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.font = Font(name=face, size=SIZE + 3 if number == 1 else SIZE, bold=number == 1)
        put_text(cell, line)
        sheet.row_dimensions[number].height = LINE * len(lines_filled(line, COVER)) + (LINE if number == 1 else 0)
    sheet.column_dimensions["A"].width = COVER
    set_up_a4(sheet, "portrait")


def head_and_foot(sheet: Worksheet, above: str, below: str) -> None:
    """Set the page header, if there is one, and the page footer with the page number."""
    if above:
        sheet.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(_margin(above)))
    sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart(_margin(below)), right=_HeaderFooterPart(_("&P / &N")))


_DIGIT = 6.14
"""The width of a digit of the workbook's first font in LibreOffice, in points; in Excel 6."""

_FEW, _SHRUNK, _LEAST_SCALE = 0.25, 0.9, 9 / 11
"""A last page of less than this part of a page is avoided, if the type need not be smaller than this part of it, and
not smaller than 9 points."""


def avoid_short_last_page(sheet: Worksheet) -> None:
    """Print a sheet on one page less if its last page has little, or a few rows of the table above notes alone."""
    setup, margins = sheet.page_setup, sheet.page_margins
    across, down = (842, 595) if setup.orientation == "landscape" else (595, 842)
    wide = _DIGIT * _shown_width(sheet)
    height = down - 72 * (margins.top + margins.bottom)
    scale = min(1, (across - 72 * (margins.left + margins.right)) / wide)
    pages = _pages(sheet, height / scale)
    if len(pages) > 1 and sum(pages[-1]) < _FEW * height / scale:
        steps = (scale * (1 - less / 100) for less in range(1, round(100 * (1 - _SHRUNK)) + 1))
        if any(each >= _LEAST_SCALE and len(_pages(sheet, height / each)) < len(pages) for each in steps):
            setup.fitToHeight = len(pages) - 1
            return
    table_ends = int(str(sheet.auto_filter.ref or "0").rpartition(":")[2].lstrip(ascii_uppercase))
    if len(pages) > 1 and sheet.max_row - len(pages[-1]) >= table_ends > _WITH_NOTES:
        sheet.row_breaks.append(Break(id=table_ends - _WITH_NOTES))


_WITH_NOTES = 3
"""The number of rows of a table that are printed above its notes if these take a page of their own."""


def _pages(sheet: Worksheet, height: float) -> list[list[float]]:
    """The heights of the rows on each page, in points, where pages have room for `height` points."""
    heights = [sheet.row_dimensions[number].height or LINE for number in range(1, sheet.max_row + 1)]
    repeated = heights[0] if sheet.print_title_rows else 0
    pages: list[list[float]] = [[]]
    for each in heights:
        if sum(pages[-1]) + each > height - (repeated if len(pages) > 1 else 0):
            pages.append([])
        pages[-1].append(each)
    return pages


def set_up_a4(sheet: Worksheet, orientation: Literal["landscape", "portrait"]) -> None:
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
