"""An inspection checklist (现场检查表) as an .xlsx: one row for each site, one column for each item."""

from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..checklists import Checklist, Site
from ..intake.checklist_layout import (
    DAY_CELL,
    FAILED,
    FIRST_ITEM,
    FIRST_ROW,
    HEAD_ROW,
    HEAD_TITLES,
    HEADER_ROW,
    INSPECTORS_CELL,
    LEADING,
    NOT_APPLICABLE,
    PASSED,
    REMARK,
    SHIFT_CELL,
    key_rows,
)
from ..intake.form_layout import KEYS
from ..language import _
from ..model import Plan
from ..text import one_line, width
from .sheet_cells import DATES
from .workbook_file import workbook_file

_FONTS = {"zh": ("黑体", "仿宋"), "en": ("Calibri", "Calibri")}
"""Language of the plan → the font of titles and the font of the body."""

_OPEN = PatternFill("solid", fgColor="FFF8D6")
"""The background of cells to fill in, as in the forms of units."""

_HEADER = PatternFill("solid", fgColor="D9E2EC")

_LINE = Side("thin", color="808080")

_GRID = Border(_LINE, _LINE, _LINE, _LINE)

_ITEM_WIDTH, _LEAST_REMARK = 9, 16
"""Column widths, in digits of the workbook's first font; a Chinese character takes nearly two digits."""

_LEADING_BOUNDS = ((8, 12), (15, 26), (6, 10), (9, 18))
"""The least and the greatest width of each column before the items; the date above the sites has to fit too."""

_ACROSS = 120
"""The width of a page in digits. A sheet of this width prints 11-point letters at 10 points or more."""

_POINTS = 16
"""Height of one line of text, in points."""

_MARGIN, _EDGE = 0.4, 0.75
"""Inches."""


def render(plan: Plan, checklist: Checklist, sites: tuple[Site, ...]) -> bytes:
    """Render the checklist in the current language. The same checklist and sites always give the same bytes."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = _("Inspection")
    _head(sheet, plan, checklist)
    widths = _widths(sites, checklist)
    for row, site in enumerate(sites, FIRST_ROW):
        _line(sheet, row, site, plan, widths)
    last = FIRST_ROW + len(sites) - 1
    _checks(sheet, len(checklist.items), last)
    _page(sheet, plan, widths, last)
    keys = book.create_sheet(KEYS)
    for number, texts in enumerate(key_rows(plan, checklist, sites), 1):
        for column, text in enumerate(texts, 1):
            _put(keys.cell(number, column), text)
    keys.sheet_state = "veryHidden"
    keys.protection.sheet = True
    book.security = WorkbookProtection(lockStructure=True)
    return workbook_file(book, checklist.name, plan.issued or plan.last_day)


def _head(sheet: Worksheet, plan: Plan, checklist: Checklist) -> None:
    last = FIRST_ITEM + len(checklist.items)
    guide = _(
        "{passed} passed, {failed} failed, {none} does not apply; leave a cell empty where nobody looked. "
        "What was fixed while you were there: write 当场整改 in the remark. Names of inspectors: 、 between two."
    ).format(passed=PASSED, failed=FAILED, none=NOT_APPLICABLE)
    for row, text, size, height in ((1, checklist.name, 18, 34), (2, guide, 11, 2 * _POINTS + 6)):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
        cell = sheet.cell(row, 1)
        _put(cell, text)
        cell.font = Font(name=_FONTS[plan.language][row > 1], size=size)
        cell.alignment = Alignment("center" if row == 1 else "left", "center", wrap_text=True)
        sheet.row_dimensions[row].height = height
    sheet.merge_cells(start_row=HEAD_ROW, end_row=HEAD_ROW, start_column=INSPECTORS_CELL, end_column=last)
    for title, column in zip(HEAD_TITLES, (DAY_CELL, SHIFT_CELL, INSPECTORS_CELL), strict=True):
        _put(sheet.cell(HEAD_ROW, column - 1), _(title))
        _header(sheet.cell(HEAD_ROW, column - 1), plan)
    for column in (DAY_CELL, SHIFT_CELL, *range(INSPECTORS_CELL, last + 1)):
        _to_fill_in(sheet.cell(HEAD_ROW, column), plan, "left")
    sheet.cell(HEAD_ROW, DAY_CELL).number_format = DATES[plan.language]
    sheet.row_dimensions[HEAD_ROW].height = 2 * _POINTS
    titles = (*map(_, LEADING), *checklist.items, _(REMARK))
    for column, title in enumerate(titles, 1):
        cell = sheet.cell(HEADER_ROW, column)
        _put(cell, title)
        _header(cell, plan)
    longest = max(ceil(width(item) / _ITEM_WIDTH) for item in checklist.items)
    sheet.row_dimensions[HEADER_ROW].height = (max(longest, 1) + 1) * _POINTS


def _texts(site: Site) -> tuple[str, ...]:
    return site.id, site.name, site.zone or "", site.unit


def _widths(sites: tuple[Site, ...], checklist: Checklist) -> list[float]:
    """The widths of all columns: the site columns fit their texts, and the remark takes the rest of the page."""
    columns = zip(LEADING, zip(*map(_texts, sites), strict=True), _LEADING_BOUNDS, strict=True)
    leading = [
        min(most, max([least, width(_(title)) + 1, *(width(text) + 1 for text in texts)]))
        for title, texts, (least, most) in columns
    ]
    known = [*leading, *[_ITEM_WIDTH] * len(checklist.items)]
    return [*known, max(_LEAST_REMARK, _ACROSS - sum(known))]


def _line(sheet: Worksheet, row: int, site: Site, plan: Plan, widths: list[float]) -> None:
    texts = _texts(site)
    items = len(widths) - len(LEADING) - 1
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(row, column)
        _put(cell, text)
        cell.font, cell.border = Font(name=_FONTS[plan.language][1], size=11), _GRID
        cell.alignment = Alignment("left" if column in (2, 4) else "center", "center", wrap_text=True)
    for column in range(FIRST_ITEM, FIRST_ITEM + items + 1):
        _to_fill_in(sheet.cell(row, column), plan, "left" if column == FIRST_ITEM + items else "center")
    lines = max(ceil(width(text) / wide) for text, wide in zip(texts, widths[: len(LEADING)], strict=True))
    sheet.row_dimensions[row].height = max(24, lines * _POINTS + 4)


def _put(cell: Any, text: str) -> None:
    """Write a text as a string cell, even if it begins with `=` or looks like a number."""
    cell.value = one_line(text)
    cell.data_type = "s"


def _header(cell: Any, plan: Plan) -> None:
    cell.font, cell.fill, cell.border = Font(name=_FONTS[plan.language][0], size=11), _HEADER, _GRID
    cell.alignment = Alignment("center", "center", wrap_text=True)


def _to_fill_in(cell: Any, plan: Plan, across: str) -> None:
    cell.font, cell.fill, cell.border = Font(name=_FONTS[plan.language][1], size=11), _OPEN, _GRID
    cell.alignment = Alignment(across, "center", wrap_text=True)
    cell.protection = Protection(locked=False)


def _checks(sheet: Worksheet, items: int, last: int) -> None:
    """Add drop-down lists for the marks and for the shift."""
    marks = f"{get_column_letter(FIRST_ITEM)}{FIRST_ROW}:{get_column_letter(FIRST_ITEM + items - 1)}{last}"
    shifts = f"{get_column_letter(SHIFT_CELL)}{HEAD_ROW}"
    choices = (marks, (PASSED, FAILED, NOT_APPLICABLE)), (shifts, ("白天", "夜间"))
    for area, words in choices:
        check = DataValidation("list", formula1=f'"{",".join(words)}"', allowBlank=True, showErrorMessage=True)
        check.errorTitle = _("Not one of the marks") if area == marks else _("Shift")
        check.error = _("Choose one of: {words}").format(words=" ".join(words))
        check.add(area)
        sheet.add_data_validation(check)


def _page(sheet: Worksheet, plan: Plan, widths: list[float], last: int) -> None:
    """Set column widths, frozen panes, protection and the printed page."""
    for column, wide in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    sheet.freeze_panes = f"{get_column_letter(3)}{FIRST_ROW}"
    sheet.protection.sheet = True
    for allowed in ("formatRows", "formatColumns", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)  # False means allowed
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", sheet.PAPERSIZE_A4, 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"1:{HEADER_ROW}"  # every page repeats the name, the date and the meaning of the marks
    sheet.print_area = f"A1:{get_column_letter(len(widths))}{last}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = _MARGIN
    margins.bottom, margins.header, margins.footer = _EDGE, 0.2, 0.3
    foot: Any = sheet.oddFooter
    signed = _("Inspectors (signed): ____________  For the site: ____________")
    for part, text in ((foot.left, signed), (foot.right, _("page &P of &N"))):
        part.text, part.font, part.size = text, _FONTS[plan.language][1], 10
