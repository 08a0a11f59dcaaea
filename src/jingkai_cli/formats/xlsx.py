"""Spreadsheets: the items as a table with a filter, each section's table on its own sheet, and a cover sheet.

Text is never a formula; figures and dates are typed cells. Everything is in the language of the plan, because the file
is sent to other offices.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from ..language import _, speaking
from ..reports.document import Cell, Document, Section, Table, Toned
from ..text import one_line
from ..thresholds import PARTS
from .cells import flat, in_words
from .heading import foot, head
from .sheet import FONTS, Percent, head_and_foot, new_sheet, write_cover, write_table
from .zip_archive import frozen, made_on

_PERCENTAGES = frozenset({"planned", "progress_before", *PARTS})
"""Fields of items that are percentages from 0 to 100."""
_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)( ?%)?")


def render(document: Document) -> bytes:
    """The document as a spreadsheet."""
    with speaking(document.about.language):
        book, face = Workbook(), FONTS[document.about.language]
        book.remove(book.worksheets[0])
        for title, (header, rows) in _tables(document):
            sheet = new_sheet(book, title)
            write_table(sheet, face, header, rows)
            head_and_foot(sheet, *_margins(document))
        write_cover(new_sheet(book, _("About")), face, list(_cover(document)))
    return _written(book, document)


def _tables(document: Document) -> Iterator[tuple[str, tuple[list[str], list[list[Any]]]]]:
    """Title, header and rows of each sheet. The only table of a report repeats its items, so it is left out."""
    if document.fields:
        yield document.title, _items(document)
    tables = [(section, section.table) for section in document.sections if section.table]
    if len(tables) > 1 or not document.fields:
        for section, table in tables:
            yield section.title or document.title, _for_people(table)


def _items(document: Document) -> tuple[list[str], list[list[Any]]]:
    zone = ZoneInfo(document.about.timezone)
    rows = [[_value(document, name, item[name], zone) for name in document.fields] for item in document.items]
    return list(document.fields.values()), rows


def _value(document: Document, field: str, value: Any, zone: ZoneInfo) -> Any:
    """A value of an item as a cell: words for codes, and a moment in the plan's time zone."""
    one = flat(document, in_words(field, value, document.fields))
    if field in ("lamp", "lamp_before"):
        return Toned(one, value)
    if isinstance(one, datetime):
        return one.astimezone(zone).replace(tzinfo=None)
    return Percent(one) if field in _PERCENTAGES and one is not None else one


def _for_people(table: Table) -> tuple[list[str], list[list[Any]]]:
    """A table of a section. Figures in right-aligned columns become numbers."""
    rows = [
        [_figure(cell) if column.align == "right" else cell for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    return [column.title for column in table.columns], rows


def _figure(cell: Cell) -> Any:
    found = _FIGURE.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return cell
    value = float(found[1]) if "." in found[1] else int(found[1])
    return Percent(value) if found[2] else value


def _cover(document: Document) -> Iterator[str]:
    """The head, the sentences of the sections, and the foot."""
    yield from head(document)
    for section in document.sections:
        if section.lines:
            yield ""
            yield from _sentences(section)
    yield ""
    yield from foot(document)


def _sentences(section: Section) -> Sequence[str]:
    return (section.title, *section.lines) if section.title else section.lines


def _margins(document: Document) -> tuple[str, str]:
    """The page header and the page footer."""
    return " ".join(head(document)), foot(document)[-1]


def _written(book: Workbook, document: Document) -> bytes:
    book.properties.creator = "jk"
    book.properties.title = one_line(document.title)
    book.properties.created = book.properties.modified = made_on(document.about.as_of)
    content = BytesIO()
    with ZipFile(content, "w") as archive:  # `Workbook.save` would write the current time
        ExcelWriter(book, archive).save()
    return frozen(content.getvalue(), {})
