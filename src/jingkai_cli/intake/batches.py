"""Reads the rows of a file of any kind: JSON Lines, CSV, a form, or a sheet with a map of its columns."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import Finding, InvalidInput
from ..language import _
from ..model import Plan
from .rows import entries
from .spool import Spool
from .text_files import read

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
    unread: tuple[Finding, ...] = ()
    """What stands in it and was not read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What files are read with: the plan, who types, the date, and a map of columns."""

    plan: Plan
    typist: str
    today: date
    columns: Path | None = None


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
        return _form(path, how)
    encoding, lines = read(path)
    return Batch(file, Spool(entries(file, lines, how.plan, how.typist)), encoding)


def _form(path: Path, how: Reading) -> Batch:
    from .ballot_reader import ballot_head, chosen_sheet, is_ballot, read_ballot
    from .form_layout import KEYS
    from .form_reader import read_form
    from .workbook import grid, open_workbook

    file, book = str(path), open_workbook(path)
    visible = [sheet for sheet in book.worksheets if sheet.title != KEYS]
    if KEYS not in book.sheetnames or not visible:
        text = _("is not a form written by `jk form`; for a unit's own sheet give a column map: --map columns.yaml")
        raise InvalidInput([Finding(file, 0, 0, text)])
    keys = grid(path, next(sheet for sheet in book.worksheets if sheet.title == KEYS))
    if not is_ballot(keys):
        rows = read_form(grid(path, visible[0]), keys, how.plan, how.typist, how.today)
        return Batch(file, Spool(rows), is_form=True)
    sheet, others = chosen_sheet(file, [grid(path, each) for each in visible], ballot_head(keys))
    rows, unread = read_ballot(sheet, keys, how.plan, how.typist, how.today)
    return Batch(file, Spool(rows), is_form=True, unread=(*others, *unread))


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
    return Batch(str(path), Spool(entries(str(path), lines, how.plan, how.typist)), encoding)
