"""The style of a form, and the checks of what is typed into it."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..intake.form_layout import COLUMNS, FIRST_ROW, HEADER_ROW, PLACES, TEXTS
from ..intake.typed_cells import NO, YES
from ..language import _
from ..model import Indicator, Plan
from ..reports.form_content import Form, Line

WIDTHS = {
    "id": 6,
    "title": 17,
    "content": 17,
    "measure": 9,
    "target": 8,
    "deadline": 14,
    "planned_within": 8,
    "planned_by": 8,
    "last": 8,
    "added": 8,
    "total": 8,
    "done": 8,
    "done_on": 14,
    "note": 19,
    "problem": 15,
    "next": 15,
    "need": 15,
}
"""Column widths, in digits of the font; a Chinese character takes two."""

TITLE, HEADER, BODY = "title", "header", "body"

_FONTS = {
    "zh": {TITLE: ("黑体", 18), HEADER: ("黑体", 11), BODY: ("仿宋", 11)},
    "en": {TITLE: ("Calibri", 18), HEADER: ("Calibri", 11), BODY: ("Calibri", 11)},
}

OPEN = PatternFill("solid", fgColor="FFF8D6")
"""The background of cells to fill in."""

_TASK = PatternFill("solid", fgColor="EEF2F7")

_HEADER = PatternFill("solid", fgColor="D9E2EC")

_LINE = Side("thin", color="808080")

_GRID = Border(_LINE, _LINE, _LINE, _LINE)

_TEXTS = ("title", "content", *TEXTS)

_FIGURES = ("target", "planned_within", "planned_by", "last", "added", "total")

_MARGIN = 0.25
"""Inches."""

_Orientation = Literal["landscape", "portrait"]

_PORTRAIT = 100
"""Digits that fit across a portrait page."""

_EDGE = 0.75
"""Inches below the table, for a signature by hand."""


class OfPlan(Protocol):
    """A sheet that belongs to a plan, whose language its fonts follow."""

    @property
    def plan(self) -> Plan:
        """The plan."""


def title(form: Form) -> str:
    """The title of the form."""
    return _("{plan}: progress in {period}").format(plan=form.plan.title, period=_period(form))


def name(form: Form) -> str:
    """The unit that fills in the form."""
    return form.unit


def font(form: OfPlan, use: str, *, bold: bool = False) -> Font:
    """The font of a title, a header or the body, in the language of the plan."""
    family, size = _FONTS[form.plan.language][use]
    return Font(name=family, size=size, bold=bold)


def header(cell: Any, form: OfPlan) -> None:
    """The title of a column."""
    cell.font = font(form, HEADER)
    cell.fill = _HEADER
    cell.border = _GRID
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def body(cell: Any, form: Form, column: str, *, heads: bool, shape: str) -> None:
    """Style a cell of a line; `heads` marks the first line of a task, above its indicators and milestones."""
    cell.font = font(form, BODY, bold=heads and column in ("id", "title"))
    cell.border = _GRID
    cell.number_format = shape
    if heads:
        cell.fill = _TASK
    across = "left" if column in _TEXTS else "right" if column in _FIGURES else "center"
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=column in _TEXTS)


def page(sheet: Worksheet, form: Form) -> None:
    """Set column widths, frozen panes, protection and the printed page."""
    for column, columns in WIDTHS.items():
        sheet.column_dimensions[get_column_letter(PLACES[column])].width = columns
    sheet.freeze_panes = f"{get_column_letter(PLACES['content'])}{FIRST_ROW}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(len(COLUMNS))}{max(sheet.max_row, FIRST_ROW)}"
    signed = _("Filled in by: ____________  Checked by: ____________  Telephone: ____________")
    _printed(sheet, form, "landscape", signed)


def ballot_page(sheet: Worksheet, form: OfPlan, widths: Sequence[int]) -> None:
    """Set column widths, frozen panes, protection and the printed page of a ballot sheet."""
    for place, columns in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = columns
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(len(widths))}{max(sheet.max_row, FIRST_ROW)}"
    across: _Orientation = "landscape" if sum(widths) > _PORTRAIT else "portrait"
    _printed(sheet, form, across, _("Judge (signature): ____________  Date: ____________"))


def ballot_cell(cell: Any, form: OfPlan, *, wide: bool) -> None:
    """Style a cell of a ballot sheet; names and remarks may wrap."""
    cell.font = font(form, BODY)
    cell.border = _GRID
    cell.alignment = Alignment(horizontal="left" if wide else "center", vertical="center", wrap_text=wide)


def _printed(sheet: Worksheet, form: OfPlan, orientation: _Orientation, signed: str) -> None:
    """Set protection and the printed page, with a line for a signature below it."""
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False  # False: allowed
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = orientation, sheet.PAPERSIZE_A4
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = _MARGIN
    margins.bottom, margins.header, margins.footer = _EDGE, 0.2, 0.3
    family = _FONTS[form.plan.language][BODY][0]
    foot: Any = sheet.oddFooter
    for part, text in ((foot.left, signed), (foot.right, _("page &P of &N"))):
        part.text, part.font, part.size = text, family, 10


def _period(form: Form) -> str:
    start, end = form.period.start, form.period.end
    if start.day == 1 and (start.year, start.month) == (end.year, end.month):
        return _("{year}-{month:02}").format(year=start.year, month=start.month)
    return _("week {week} of {year}").format(year=form.period.name[:4], week=int(form.period.name[-2:]))


_AMISS = DifferentialStyle(fill=PatternFill("solid", bgColor="FFC7CE"))
"""The style of figures that do not add up. A conditional format takes its colour from `bgColor`."""

_HIGHEST = "1000000000000"

_LETTERS = {name: get_column_letter(place) for name, place in PLACES.items()}

_LONGEST_TITLE, _LONGEST_TEXT = 32, 255
"""The most characters in the title and the text of an Excel error message."""


def check_inputs(sheet: Worksheet, form: Form) -> None:
    """Add checks: numbers from 0, percentages up to 100, totals that add up, yes or no, dates within the period."""
    for row, line in enumerate(form.lines, FIRST_ROW):
        for name in line.asks:
            if name in _CHECKS:  # one per cell: a shared formula is relative to whichever cell comes first
                check, text = _CHECKS[name](form, line, row)
                check.showErrorMessage = check.allowBlank = True
                check.errorTitle, check.error = _(COLUMNS[name])[:_LONGEST_TITLE], text[:_LONGEST_TEXT]
                check.add(f"{_LETTERS[name]}{row}")
                sheet.add_data_validation(check)
    if form.lines:
        _paint(sheet, FIRST_ROW + len(form.lines) - 1)


def _is_percentage(line: Line) -> bool:
    return line.about.unit == "%" if isinstance(line.about, Indicator) else True


def _added(_form: Form, line: Line, _row: int) -> tuple[DataValidation, str]:
    percentage = _is_percentage(line)
    highest = "100" if percentage else _HIGHEST
    text = (
        _("A number from 0 to 100, without the sign %.") if percentage else _("A number of at least 0, without a unit.")
    )
    return DataValidation("decimal", operator="between", formula1="0", formula2=highest), text


def _total(_form: Form, line: Line, row: int) -> tuple[DataValidation, str]:
    last, added, total = (f"${_LETTERS[name]}${row}" for name in ("last", "added", "total"))
    highest = "100" if _is_percentage(line) else _HIGHEST
    adds_up = f'OR({last}="",{added}="",ROUND({last}+{added}-{total},6)=0)'
    check = DataValidation("custom", formula1=f"AND(ISNUMBER({total}),{total}>=0,{total}<={highest},{adds_up})")
    text = _(
        "A number of at least 0 (a percentage of at most 100). If “{added}” is filled in: {last} + {added} = {total}."
    )
    return check, text.format(**{name: _(COLUMNS[name]) for name in ("last", "added", "total")})


def _done(_form: Form, _line: Line, _row: int) -> tuple[DataValidation, str]:
    choices = _("Choose {yes} or {no}.").format(yes=_(YES), no=_(NO))
    return DataValidation("list", formula1=f'"{_(YES)},{_(NO)}"'), choices


def _done_on(form: Form, line: Line, _row: int) -> tuple[DataValidation, str]:
    first, last = min(form.period.start, line.task.start), form.period.end
    days = [f"DATE({day.year},{day.month},{day.day})" for day in (first, last)]
    check = DataValidation("date", operator="between", formula1=days[0], formula2=days[1])
    return check, _("A date from {first} to {last}, such as {last}.").format(first=first, last=last)


_CHECKS = {"added": _added, "total": _total, "done": _done, "done_on": _done_on}
"""Column to fill in → its check and the error message."""


def _paint(sheet: Worksheet, last_row: int) -> None:
    """Paint cells red where figures do not add up, or something is marked as done without a date."""
    last, added, total, done, done_on = (
        f"${_LETTERS[name]}{FIRST_ROW}" for name in ("last", "added", "total", "done", "done_on")
    )
    figures = f"AND(ISNUMBER({last}),ISNUMBER({added}),ISNUMBER({total}),ROUND({last}+{added}-{total},6)<>0)"
    area = f"{_LETTERS['added']}{FIRST_ROW}:{_LETTERS['total']}{last_row}"
    sheet.conditional_formatting.add(area, Rule("expression", dxf=_AMISS, formula=[figures]))
    area = f"{_LETTERS['done']}{FIRST_ROW}:{_LETTERS['done_on']}{last_row}"
    undated = f'({done}="{_(YES)}")<>({done_on}<>"")'
    sheet.conditional_formatting.add(area, Rule("expression", dxf=_AMISS, formula=[undated]))
