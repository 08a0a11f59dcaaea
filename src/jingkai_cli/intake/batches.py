"""Reads the rows of a file of any kind: JSON Lines, CSV, a form, or a sheet with a map of its columns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Finding, InvalidInput
from ..language import _
from ..model import Plan
from .grid import Grid
from .rows import entries
from .spool import Spool
from .text_files import read

if TYPE_CHECKING:
    from openpyxl import Workbook

    from .checklist_reader import Inspected
    from .site_list import SiteList

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
    inspected: "Inspected | None" = None
    """A checklist that came back, in the place of rows."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What files are read with: the plan, who types, the date, and a map of columns."""

    plan: Plan
    typist: str
    today: date
    columns: Path | None = None
    sites: Callable[[], "SiteList"] | None = None
    """Reads the sites of the plan, for a checklist that came back."""


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
        return _workbook(path, how)
    encoding, lines = read(path)
    return Batch(file, Spool(entries(file, lines, how.plan, how.typist)), encoding)


def _workbook(path: Path, how: Reading) -> Batch:
    from .checklist_layout import is_checklist
    from .form_layout import KEYS
    from .form_reader import read_form
    from .workbook import grid, open_workbook

    book = open_workbook(path)
    visible = [sheet for sheet in book.worksheets if sheet.title != KEYS]
    if KEYS not in book.sheetnames or not visible:
        text = _("is not a form written by `jk form`; for a unit's own sheet give a column map: --map columns.yaml")
        raise InvalidInput([Finding(str(path), 0, 0, text)])
    keys = next(sheet for sheet in book.worksheets if sheet.title == KEYS)
    hidden = grid(path, keys)
    if is_checklist(hidden):
        return Batch(str(path), Spool(), inspected=_inspected(path, book, hidden, how))
    rows = read_form(grid(path, visible[0]), hidden, how.plan, how.typist, how.today)
    return Batch(str(path), Spool(rows), is_form=True)


def _inspected(path: Path, book: "Workbook", keys: Grid, how: Reading) -> "Inspected | None":
    """A checklist that came back: one sheet, and nothing on others."""
    from .checklist_reader import read_inspected
    from .workbook import live_grid, open_workbook

    saved = cache(lambda: open_workbook(path, saved=True))
    grids = [live_grid(path, sheet, saved) for sheet in book.worksheets if sheet.title != keys.sheet]
    more = [f"{each.sheet}!A1" for each in grids[1:] if each.rows]
    if more:
        text = _("only the first sheet is read (delete this one, or bring it in as a file of its own)")
        raise InvalidInput([Finding(str(path), 0, 0, text, where) for where in more])
    sites = how.sites().sites if how.sites else ()
    return read_inspected(grids[0], keys, how.plan, sites, how.today)


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
