"""Reads the rows of a file of any kind: JSON Lines, CSV, a form, or a sheet with a map of its columns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import Finding, InvalidInput
from ..language import _
from ..model import Plan
from ..rules.reporting_periods import REPORTED
from .rows import Row, entries
from .spool import Spool
from .text_files import Line, read

SHEET = ".xlsx"
_UNREAD = (".xls", ".xlsm", ".xlsb", ".et", ".ods")
"""Other spreadsheets: the program that wrote them can save them as .xlsx."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one file."""

    file: str
    rows: Spool
    encoding: str = "utf-8"
    is_form: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What files are read with: the plan, who types, the date, a map of columns, and whether they are history."""

    plan: Plan
    typist: str
    today: date
    columns: Path | None = None
    received_on: bool = False
    """Whether what does not say when it came in was received on its own date."""


def read_batch(path: Path, how: Reading) -> Batch:
    """The rows of a file.

    Raises:
        InvalidInput: every fault of the file.
        MissingExtra: it is a spreadsheet, and `office` is not installed.
    """
    ending, file = path.suffix.lower(), str(path)
    if ending in _UNREAD:
        text = _("{ending} files are not read (they may contain macros): save it as .xlsx")
        raise InvalidInput([Finding(file, 0, 0, text.format(ending=ending))])
    if how.columns is not None:
        return _mapped(path, how, how.columns)
    if ending == SHEET:
        if how.received_on:
            text = _("is a form, which is no history: import it without --received-on")
            raise InvalidInput([Finding(file, 0, 0, text)])
        return Batch(file, Spool(_form(path, how)), is_form=True)
    encoding, lines = read(path)
    return Batch(file, Spool(_entries(file, lines, how)), encoding)


def _entries(file: str, lines: Iterable[Line], how: Reading) -> Iterator[Row]:
    """The entries of the lines of a file."""
    dated = map(_received_on_its_date, lines) if how.received_on else lines
    return entries(file, dated, how.plan, how.typist)


def _received_on_its_date(placed: Line) -> Line:
    """A line of what a unit reported, with its own date as that of its receipt where it says none."""
    where, line = placed
    if isinstance(line, dict) and line.get("kind") in REPORTED and line.get("on") and not line.get("received"):
        return where, {**line, "received": line["on"]}
    return placed


def _form(path: Path, how: Reading) -> list[Row]:
    from .form_layout import KEYS
    from .form_reader import read_form
    from .workbook import grid, open_workbook

    book = open_workbook(path)
    visible = [sheet for sheet in book.worksheets if sheet.title != KEYS]
    if KEYS not in book.sheetnames or not visible:
        text = _("is not a form written by `jk form`; for a unit's own sheet give a column map: --map columns.yaml")
        raise InvalidInput([Finding(str(path), 0, 0, text)])
    keys = next(sheet for sheet in book.worksheets if sheet.title == KEYS)
    return read_form(grid(path, visible[0]), grid(path, keys), how.plan, how.typist, how.today)


def _mapped(path: Path, how: Reading, map_file: Path) -> Batch:
    from .mapped_sheet import mapped, read_columns
    from .text_files import text_grid
    from .workbook import chosen, grid, open_workbook

    columns = read_columns(map_file)
    encoding = "utf-8"
    if path.suffix.lower() == SHEET:
        sheet = grid(path, chosen(path, open_workbook(path), columns.sheet))
    else:
        encoding, sheet = text_grid(path)
    lines = mapped(sheet, columns, how.plan)
    return Batch(str(path), Spool(_entries(str(path), lines, how)), encoding)
