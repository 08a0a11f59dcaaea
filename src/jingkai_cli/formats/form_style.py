"""How a form looks: Chinese fonts by the names that every office has, and A4 across with its header on each page."""

from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..intake.form.layout import COLUMNS, FIRST_ROW, HEADER_ROW, PLACES
from ..language import _
from ..reports.form import Form
from ..reports.wording import or_unknown

WIDTHS = {
    "id": 5,
    "title": 26,
    "content": 26,
    "measure": 9,
    "target": 9,
    "deadline": 12,
    "planned_within": 9,
    "planned_by": 9,
    "last": 10,
    "added": 10,
    "total": 10,
    "done": 10,
    "done_on": 12,
    "note": 40,
}
"""In digits of the font; a Chinese character takes two."""

TITLE, HEADER, BODY = "title", "header", "body"
_FONTS = {
    "zh": {TITLE: ("黑体", 18), HEADER: ("黑体", 11), BODY: ("仿宋", 11)},
    "en": {TITLE: ("Calibri", 18), HEADER: ("Calibri", 11), BODY: ("Calibri", 11)},
}

OPEN = PatternFill("solid", fgColor="FFF8D6")
"""What is to be filled in."""
_TASK = PatternFill("solid", fgColor="EEF2F7")
_HEADER = PatternFill("solid", fgColor="D9E2EC")
_LINE = Side("thin", color="808080")
_GRID = Border(_LINE, _LINE, _LINE, _LINE)
_TEXTS = ("title", "content", "note")
_FIGURES = ("target", "planned_within", "planned_by", "last", "added", "total")
_MARGIN = 0.4
"""Inches."""
_EDGE = 0.75
"""Inches below the table, where it is signed by hand."""


def title(form: Form) -> str:
    """What the form is called."""
    return _("{plan}: progress in {period}").format(plan=form.plan.title, period=_period(form))


def name(form: Form) -> str:
    """Whose form it is."""
    return or_unknown(form.unit)


def font(form: Form, use: str, *, bold: bool = False) -> Font:
    """The font of a title, a header or the body, in the language of the plan."""
    family, size = _FONTS[form.plan.language][use]
    return Font(name=family, size=size, bold=bold)


def header(cell: Any, form: Form) -> None:
    """The title of a column."""
    cell.font = font(form, HEADER)
    cell.fill = _HEADER
    cell.border = _GRID
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def body(cell: Any, form: Form, column: str, *, heads: bool, shape: str) -> None:
    """A cell of a line; the line that a task begins with `heads` those of its figures and milestones."""
    cell.font = font(form, BODY, bold=heads and column in ("id", "title"))
    cell.border = _GRID
    cell.number_format = shape
    if heads:
        cell.fill = _TASK
    across = "left" if column in _TEXTS else "right" if column in _FIGURES else "center"
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=column in _TEXTS)


def page(sheet: Worksheet, form: Form) -> None:
    """Widths, what stays in sight, protection, and paper."""
    for column, columns in WIDTHS.items():
        sheet.column_dimensions[get_column_letter(PLACES[column])].width = columns
    sheet.freeze_panes = f"{get_column_letter(PLACES['content'])}{FIRST_ROW}"
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False  # False: nobody is kept from it
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(len(COLUMNS))}{max(sheet.max_row, FIRST_ROW)}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = _MARGIN
    margins.bottom, margins.header, margins.footer = _EDGE, 0.2, 0.3
    family = _FONTS[form.plan.language][BODY][0]
    foot: Any = sheet.oddFooter
    signed, counted = (
        _("Filled in by: ____________  Checked by: ____________  Telephone: ____________"),
        _("page &P of &N"),
    )
    for part, text in ((foot.left, signed), (foot.right, counted)):
        part.text, part.font, part.size = text, family, 10


def _period(form: Form) -> str:
    start, end = form.period.start, form.period.end
    if start.day == 1 and (start.year, start.month) == (end.year, end.month):
        return _("{year}-{month:02}").format(year=start.year, month=start.month)
    return _("week {week} of {year}").format(year=form.period.name[:4], week=int(form.period.name[-2:]))
