"""A spreadsheet, opened only when it is safe to, as a grid of cells."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - its own name says nothing

from ..errors import Finding, InvalidInput, extra
from ..language import _
from .grid import Cell, Grid

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_FILE = 20 * 1024 * 1024

LARGEST_CONTENT = 100 * 1024 * 1024
"""Of all parts together, unpacked."""

MOST_PARTS = 2000

HIGHEST_RATIO = 100
"""Unpacked to packed. XML of tables packs to a tenth; only a bomb packs to a hundredth and is large."""

RATIO_COUNTS_FROM = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED = 0x1

_CALLED = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}
"""The part without which a file is not what its ending says."""


def refusal(path: Path, message: str) -> InvalidInput:
    """A file that cannot be used as a whole."""
    return InvalidInput([Finding(str(path), 0, 0, message)])


def open_package(path: Path) -> BytesIO:
    """The bytes of an .xlsx or a .docx that is safe to open.

    Raises:
        InvalidInput: it cannot be read; it is encrypted, a zip bomb, or has macros or a document type; or it is no such
            file at all.
        MissingExtra: `office` is not installed.
    """
    content = _read(path)
    if content.startswith(_OLE):
        text = _("is encrypted or an old {old} file: save it as {ending} without a password")
        raise refusal(path, text.format(old=".xls" if path.suffix.lower() == ".xlsx" else ".doc", ending=path.suffix))
    try:
        with ZipFile(BytesIO(content)) as package:
            for message in _against(package, path.suffix.lower()):
                raise refusal(path, message)
            _parse(package, path)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, ValueError, RuntimeError, OSError) as error:
        text = _("is not a {ending} file, or is damaged: open it in the office program and save it again")
        raise refusal(path, text.format(ending=path.suffix)) from error
    return BytesIO(content)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise refusal(path, _("cannot be read: {why}").format(why=error.strerror)) from error
    if len(content) > LARGEST_FILE:
        raise refusal(path, _("is larger than {size} MiB").format(size=LARGEST_FILE // 1024 // 1024))
    if not content:
        raise refusal(path, _("is empty"))
    return content


def _against(package: ZipFile, ending: str) -> Iterator[str]:
    """What speaks against opening it, from its table of contents alone.

    What the table says of sizes is held to: Python reads no more of a part than that, and checks its sum.
    """
    parts = package.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        yield _("is not an office file: it has {count} parts, duplicates or too many").format(count=len(parts))
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        yield _("is encrypted: save it without a password")
    if sum(part.file_size for part in parts) > LARGEST_CONTENT or any(map(_is_bomb, parts)):
        yield _("unpacks to far more than a table needs (a zip bomb?): copy the table into a new file")
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        yield _("contains macros: save it as {ending} without macros").format(ending=ending)
    if _CALLED[ending] not in names:
        yield _("is not a {ending} file: it has no {part}").format(ending=ending, part=_CALLED[ending])


def _is_bomb(part: ZipInfo) -> bool:
    return part.file_size > RATIO_COUNTS_FROM and part.file_size > HIGHEST_RATIO * max(1, part.compress_size)


def _parse(package: ZipFile, path: Path) -> None:
    """Read every XML part once: a document type brings entities, and entities bring other people's files."""
    with extra("office"):
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, iterparse

    for part in package.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        try:
            with package.open(part) as stream:
                for _event, element in iterparse(stream, forbid_dtd=True):
                    element.clear()
        except DefusedXmlException:
            text = _("{part} declares a document type or entities, which no office program writes: refused")
            raise refusal(path, text.format(part=part.filename)) from None
        except (ParseError, LookupError) as error:
            text = _("is damaged: {part} is not XML ({why})")
            raise refusal(path, text.format(part=part.filename, why=error)) from error


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
        text = _("is damaged: its tables cannot be read (open it in the office program and save it again)")
        raise refusal(path, text) from error
    for sheet in workbook.worksheets:
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            text = _("the sheet {sheet} extends to {corner}: copy only the table into a new file")
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
        return _("{value}: an error in the spreadsheet (type the value)").format(value=cell.value)
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
            path,
            _("has several sheets or none: name one in the column map (sheet: …; it has {titles})").format(
                titles=titles
            ),
        )
    raise refusal(path, _("has no sheet '{name}' (it has {titles})").format(name=name, titles=titles))
