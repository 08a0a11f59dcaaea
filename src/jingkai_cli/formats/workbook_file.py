"""Writes a workbook file that is reproducible and has about the same column widths in every program."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from ..text import one_line
from .zip_archive import frozen, made_on

_STYLES, _SHEETS, _FIRST_SHEET = "xl/styles.xml", "xl/worksheets/sheet", "xl/worksheets/sheet1.xml"

_FIRST_FONT = re.compile(rb"(<fonts[^>]*>)<font>.*?</font>")

_COUNTED_IN = '<font><sz val="11"/><name val="宋体"/></font>'
"""The first font of a workbook. Column widths are counted in its digits, which are 6 points wide.

LibreOffice without that font assumes digits of 7 points; with openpyxl's default font they would be 5.25 points there
and 7 here.
"""

_AS_MEANT = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
"""The last part of a worksheet: it stops Excel from flagging task numbers, which are texts, with a green corner."""

_OWN_HEIGHT = re.compile(rb'(<row [^>]*?) customHeight="1"')


def workbook_file(book: Workbook, title: str, made: date | None, description: str = "") -> bytes:
    """Return the bytes of a workbook file. The same workbook always gives the same bytes.

    Args:
        book: the workbook.
        title: the title in its properties.
        made: the creation date in its properties.
        description: the description in its properties.
    """
    book.properties.creator, book.properties.title = "jk", one_line(title)
    book.properties.description = description or None
    if made:
        book.properties.created = book.properties.modified = made_on(made)
    content = BytesIO()
    with ZipFile(content, "w") as archive:  # `Workbook.save` would write the current time
        ExcelWriter(book, archive).save()
    with ZipFile(content) as archive:
        styles = archive.read(_STYLES)
        sheets = {name: archive.read(name) for name in archive.namelist() if name.startswith(_SHEETS)}
    changed = {name: sheet.replace(b"</worksheet>", _AS_MEANT + b"</worksheet>") for name, sheet in sheets.items()}
    changed[_STYLES] = _FIRST_FONT.sub(rb"\1" + _COUNTED_IN.encode(), styles, count=1)
    return frozen(content.getvalue(), changed)


def growing(file: bytes) -> bytes:
    """Return the file with rows of the first sheet that grow as text is typed; openpyxl writes fixed heights."""
    with ZipFile(BytesIO(file)) as archive:
        rows = archive.read(_FIRST_SHEET)
    return frozen(file, {_FIRST_SHEET: _OWN_HEIGHT.sub(rb"\1", rows)})
