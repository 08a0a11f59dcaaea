"""The sheet of one task: its small tables and sentences one below the other, on a portrait page."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from openpyxl.styles import Border, Font
from openpyxl.worksheet.worksheet import Worksheet

from ..language import _
from ..reports.document import Cell, Column, Document, Section, Table
from .column_widths import lines_filled
from .printed_cells import as_printed_cells
from .sheet import AROUND, HEADER, LINE, TEXT, set_up_a4, texts_of_column, write_row
from .sheet_cells import FONTS, MIDDLE, SIZE, Worded, format_figures, text_shown

_WIDTHS = (8.8, 23.5, 13.5, 12.6, 8.8, 22, 10.7)
"""The widths of the columns, which all tables share: number, name, three short values, sentence and unit."""

_MOST_STEPS = 8
"""A text of more lines beside its name takes a row for each line, so that it may continue on the next page."""


def write_task(sheet: Worksheet, document: Document, sections: Sequence[Section]) -> None:
    """Write the sections, each below its heading, and set up the page."""
    language, year = document.about.language, document.about.as_of.year
    row = 1
    for section in sections:
        for line in filter(None, (section.title, *section.lines)):
            _write_merged(sheet, language, row, None, line)
            sheet.cell(row, 1).font = Font(name=FONTS[language], size=SIZE, bold=line is section.title)
            row += 1
        if table := section.table:
            named = len(table.columns) == len(("name", "text"))
            write = _write_named_texts if named else _write_columns
            row = write(sheet, language, row, table if named else _numbered(table), year)
        sheet.row_dimensions[row].height = LINE / 2
        row += 1
    for letter, wide in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = wide
    set_up_a4(sheet, "portrait")


def _write_merged(sheet: Worksheet, language: str, row: int, name: str | None, text: Cell) -> None:
    """Write a text across the columns, all of them or those to the right of its name."""
    first = 1 if name is None else 2
    write_row(sheet, language, row, [*([] if name is None else [name]), text, *[None] * (len(_WIDTHS) - first)], TEXT)
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=len(_WIDTHS))
    lines = lines_filled(text_shown(text, str), sum(_WIDTHS[first - 1 :])), lines_filled(name or "", _WIDTHS[0])
    sheet.row_dimensions[row].height = AROUND + LINE * max(map(len, lines))
    if name is None:
        for cell in sheet[row]:
            cell.border = Border()
    else:
        sheet.cell(row, 1).fill = HEADER


def _write_named_texts(sheet: Worksheet, language: str, row: int, table: Table, _year: int) -> int:
    """Write texts, each beside its name; return the row below them."""
    for name, text in table.rows:
        steps = text.split("\n") if isinstance(text, str) and text.count("\n") >= _MOST_STEPS else [text]
        for step in steps:
            _write_merged(sheet, language, row, str(name), step)
            row += 1
    return row


def _numbered(table: Table) -> Table:
    """The table with a column of row numbers, unless it has a narrow first column before its names.

    Of a unit and its telephone number only the unit is kept.
    """
    units = [place for place, column in enumerate(table.columns) if column.title == _("Lead unit")]
    rows = [[str(each).partition("\n")[0] if n in units else each for n, each in enumerate(row)] for row in table.rows]
    first, second, *_others = table.columns
    if first.wraps_from is None and second.align == "left":
        return replace(table, rows=tuple(map(tuple, rows)))
    numbered = tuple((str(number), *row) for number, row in enumerate(rows, start=1))
    return replace(table, columns=(Column(_("No.")), *table.columns), rows=numbered)


def _fitting(value: Any, room: float) -> Any:
    """A value, or its text if it is a figure with words that is too wide: a program would show `###`."""
    return str(value) if isinstance(value, Worded) and len(lines_filled(f"{value} ", room)) > 1 else value


def _write_columns(sheet: Worksheet, language: str, first: int, table: Table, year: int) -> int:
    """Write a table in the first columns; return the row below it."""
    header, values, _sentences = as_printed_cells(table, year)
    rows = [[*map(_fitting, row, _WIDTHS)] for row in values]
    end = first + len(rows) + 1
    for number, row in enumerate([header, *rows], start=first):
        write_row(sheet, language, number, row, MIDDLE if number == first else TEXT)
    texts: list[list[str]] = []
    for place in range(len(header)):
        column: list[Any] = [row[place] for row in rows]
        texts.append([header[place], *texts_of_column(sheet, place + 1, column, language, year)])
        format_figures([sheet.cell(number, place + 1) for number in range(first + 1, end)], column)
        heading = sheet.cell(first, place + 1)
        heading.font, heading.fill = Font(name=FONTS[language], size=SIZE, bold=True), HEADER
    for number, shown in enumerate(zip(*texts, strict=True), start=first):
        sheet.cell(number, 1).alignment = MIDDLE
        lines = max(len(lines_filled(text, room)) for text, room in zip(shown, _WIDTHS, strict=False))
        sheet.row_dimensions[number].height = AROUND + LINE * lines
    return end
