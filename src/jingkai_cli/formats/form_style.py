"""The style of a form, and the checks of what is typed into it."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any, Literal, Protocol

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..intake.form_layout import COLUMNS, FIGURES_END, FIRST_ROW, HEADER_ROW, PLACES, TEXTS
from ..intake.typed_cells import NO, YES
from ..language import _
from ..model import Indicator, Plan
from ..reports.document import MARK
from ..reports.form_content import Form, Line
from ..text import width
from .sheet_cells import DATES, SHORT_DAY

_ACROSS = 113
"""The width of a page of a form, in digits of the workbook's first font. An A4 page in landscape holds this many digits
of 7 points; the digits of most programs are narrower."""

_WIDTHS = {"done": 5, "done_on": 13, "problem": 18, "next": 18, "need": 18}
"""The widths that are the same in every form; the other columns are as wide as their content."""

_BOUNDS = {"id": (5, 12), "measure": (5, 8), "deadline": (8, 14), "added": (8, 11), "total": (8, 11)}
"""Column → its least and its greatest width."""

_FIGURE_BOUNDS = (5.5, 11)

_LEAST_TITLE, _TITLE_AGAIN = 20, 26

_LONG_TITLE = 4
"""Titles of at least this many Chinese characters may be set on two lines."""

_NARROW, _WIDE, _BESIDE = 0.92, 0.84, 1
"""The width of a digit and of half a Chinese character of the body, and the padding beside a text."""

LINE_POINTS = 15
"""Height of one line of text, in points."""

_LEAST_POINTS, _TASK_POINTS = 24, 3 * LINE_POINTS + 3
"""The least height of a row; the row of a task has room for handwriting."""

TITLE, HEADER, BODY, BALLOT = "title", "header", "body", "ballot"

_FONTS = {
    "zh": {TITLE: ("黑体", 18), HEADER: ("黑体", 10), BODY: ("仿宋", 10), BALLOT: ("仿宋", 12)},
    "en": {TITLE: ("Calibri", 18), HEADER: ("Calibri", 10), BODY: ("Calibri", 10), BALLOT: ("Calibri", 12)},
}

OPEN = PatternFill("solid", fgColor="FFF8D6")
"""The background of cells to fill in."""

_TASK = PatternFill("solid", fgColor="EEF2F7")

_HEADER = PatternFill("solid", fgColor="D9E2EC")

_LINE = Side("thin", color="808080")

_GRID = Border(_LINE, _LINE, _LINE, _LINE)

_TEXTS = ("title", "title_again", *TEXTS)

_FIGURES = ("target", "planned_within", "planned_by", "last", "added", "total")

_PADDING = "_ "
"""Ends a number format: it keeps a figure a little away from the border."""

_MARGIN = 0.25
"""Page margin, in inches."""

_Orientation = Literal["landscape", "portrait"]

PORTRAIT = 84
"""The width of a portrait page, in digits."""

_EDGE = 0.75
"""The bottom margin, in inches: room for a signature by hand."""


class OfPlan(Protocol):
    """A sheet that belongs to a plan; its fonts depend on the plan's language."""

    @property
    def plan(self) -> Plan:
        """The plan."""


def deadline_format(form: Form) -> str:
    """The number format of deadlines: without the year if all are in the year of the form's title."""
    years = {line.deadline.year for line in form.lines if line.deadline}
    return SHORT_DAY if form.plan.language == "zh" and years <= {form.period.end.year} else DATES[form.plan.language]


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
    """Style a column title."""
    cell.font = font(form, HEADER)
    cell.fill = _HEADER
    cell.border = _GRID
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def body(cell: Any, form: Form, column: str, *, heads: bool, shape: str) -> None:
    """Style a cell of a line; `heads` marks the first line of a task, above its indicators and milestones."""
    cell.font = font(form, BODY, bold=heads and column in ("id", "title", "id_again", "title_again"))
    cell.border = _GRID
    cell.number_format = shape + _PADDING * (column in _FIGURES)
    if heads:
        cell.fill = _TASK
    across = "left" if column in _TEXTS else "right" if column in _FIGURES else "center"
    wraps = column in (*_TEXTS, "measure")
    cell.alignment = Alignment(across, "center", wrap_text=wraps, shrink_to_fit=column in _FIGURES)


def page(sheet: Worksheet, form: Form) -> None:
    """Set widths, heights, frozen panes, protection and the printed pages: figures first, texts on the page beside."""
    widths = _widths(sheet)
    for column, digits in widths.items():
        sheet.column_dimensions[get_column_letter(PLACES[column])].width = digits
        if _text_width(title := _(COLUMNS[column])) > digits:
            sheet.cell(HEADER_ROW, PLACES[column]).value = _halved(title)
    for row in range(1, sheet.max_row + 1):
        sheet.row_dimensions[row].height = _height(sheet, row, widths)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(len(COLUMNS))}{max(sheet.max_row, FIRST_ROW)}"
    sheet.col_breaks = ColBreak(brk=[Break(FIGURES_END)])
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.page_setup.scale = min(100, int(100 * _ACROSS / _total_width(widths, 1, FIGURES_END)))
    signed = _("Filled in by: ____________  Checked by: ____________  Telephone: ____________")
    _printed(sheet, form, "landscape", signed, f"{name(form)} {_period(form)} ")


def _widths(sheet: Worksheet) -> dict[str, float]:
    """Column → its width. Columns are as wide as their content; the title and the note take the rest of their pages."""
    widths: dict[str, float] = dict(_WIDTHS)
    for column in ("id", "measure", "deadline", *_FIGURES):
        least, most = _BOUNDS.get(column, _FIGURE_BOUNDS)
        texts = [_shown(sheet.cell(row, PLACES[column])) for row in range(FIRST_ROW, sheet.max_row + 1)]
        pieces = _halved(_(COLUMNS[column])).split()
        widths[column] = max(least, *map(_text_width, pieces), min(most, max(map(_text_width, texts), default=0)))
    widths |= {"id_again": widths["id"], "title_again": _TITLE_AGAIN}
    widths["title"] = max(_LEAST_TITLE, _ACROSS - _total_width(widths, 1, FIGURES_END))
    widths["note"] = _ACROSS - _total_width(widths, FIGURES_END + 1, len(PLACES))
    return widths


def _halved(title: str) -> str:
    """Split a title of four or more Chinese characters into two lines, so that wrapping leaves no character alone."""
    half = len(title) // 2
    return title if title.isascii() or len(title) < _LONG_TITLE else f"{title[:half]}\n{title[half:]}"


def _total_width(widths: Mapping[str, float], first: int, last: int) -> float:
    return sum(digits for column, digits in widths.items() if first <= PLACES[column] <= last)


def _shown(cell: Any) -> str:
    """The text that a cell shows, or one of about the same length."""
    if isinstance(cell.value, date):
        short = cell.number_format.startswith(SHORT_DAY)
        written = f"{cell.value.month}月{cell.value.day}日" if short else f"{cell.value:%Y-%m-%d}年月"
        return written + MARK * (MARK in cell.number_format)
    if cell.value is None:
        return ""
    return "".join([f"{cell.value}", *(mark for mark in ("+", MARK) if mark in cell.number_format)])


def _text_width(text: str) -> float:
    """The width of a line of text, in digits of the workbook's first font."""
    return width(text) * (_NARROW if text.isascii() else _WIDE) + _BESIDE


def _height(sheet: Worksheet, row: int, widths: Mapping[str, float]) -> float:
    """The height of a row in points, which depends on its texts."""
    if row < HEADER_ROW - 1:
        return (34, 22)[row - 1]
    rooms: dict[int, float] = {1: _ACROSS, FIGURES_END + 1: _ACROSS}  # the guides
    if row >= HEADER_ROW:
        rooms = {place: widths[column] for column, place in PLACES.items()}
    texts = {place: _shown(sheet.cell(row, place)) for place in rooms}
    count = max(_lines(text, rooms[place]) for place, text in texts.items())
    is_task = row >= FIRST_ROW and sheet.cell(row, PLACES["title"]).font.bold
    return max(_TASK_POINTS if is_task else _LEAST_POINTS, count * LINE_POINTS + 4)


def _lines(text: str, room: float) -> int:
    return sum(max(1, ceil(_text_width(line) / room)) for line in text.split("\n"))


def ballot_page(sheet: Worksheet, form: OfPlan, widths: Sequence[int]) -> None:
    """Set column widths, frozen panes, protection and the printed page of a ballot sheet."""
    for place, columns in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = columns
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(len(widths))}{max(sheet.max_row, FIRST_ROW)}"
    across: _Orientation = "landscape" if sum(widths) > PORTRAIT else "portrait"
    _printed(sheet, form, across, _("Judge (signature): ____________  Date: ____________"))
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def ballot_cell(cell: Any, form: OfPlan, *, wide: bool) -> None:
    """Style a cell of a ballot sheet; names and remarks may wrap."""
    cell.font = font(form, BALLOT)
    cell.border = _GRID
    cell.alignment = Alignment("left" if wide else "center", "center", wrap_text=wide, indent=int(wide))


def _printed(sheet: Worksheet, form: OfPlan, orientation: _Orientation, signed: str, of: str = "") -> None:
    """Set protection and the printed page; the footer has a signature line, and `of` before the page number."""
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False  # False: allowed
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = orientation, sheet.PAPERSIZE_A4
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = _MARGIN
    margins.bottom, margins.header, margins.footer = _EDGE, 0.2, 0.3
    family = _FONTS[form.plan.language][BODY][0]
    foot: Any = sheet.oddFooter
    for part, text in ((foot.left, signed), (foot.right, of.replace("&", "&&") + _("page &P of &N"))):
        part.text, part.font, part.size = text, family, 10


def _period(form: Form) -> str:
    start, end = form.period.start, form.period.end
    if start.day == 1 and (start.year, start.month) == (end.year, end.month):
        return _("{year}-{month:02}").format(year=start.year, month=start.month)
    return _("week {week} of {year}").format(year=form.period.name[:4], week=int(form.period.name[-2:]))


_ERROR_STYLE = DifferentialStyle(fill=PatternFill("solid", bgColor="FFC7CE"))
"""The style of figures that do not add up. A conditional format takes its background colour from `bgColor`."""

_HIGHEST = "1000000000000"

_LETTERS = {name: get_column_letter(place) for name, place in PLACES.items()}

_LONGEST_TITLE, _LONGEST_TEXT = 32, 255
"""The most characters in the title and the text of an Excel error message."""


def check_inputs(sheet: Worksheet, form: Form) -> None:
    """Add checks: numbers from 0, percentages up to 100, totals that add up, yes or no, dates within the period."""
    for row, line in enumerate(form.lines, FIRST_ROW):
        for name in line.asks:
            if name in _CHECKS:  # one check per cell: a shared formula would be relative to the first cell
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
    """Paint cells red if figures do not add up, if something done has no day, or if a day is given beside “no”."""
    last, added, total, done, done_on = (
        f"${_LETTERS[name]}{FIRST_ROW}" for name in ("last", "added", "total", "done", "done_on")
    )
    figures = f"AND(ISNUMBER({last}),ISNUMBER({added}),ISNUMBER({total}),ROUND({last}+{added}-{total},6)<>0)"
    area = f"{_LETTERS['added']}{FIRST_ROW}:{_LETTERS['total']}{last_row}"
    sheet.conditional_formatting.add(area, Rule("expression", dxf=_ERROR_STYLE, formula=[figures]))
    area = f"{_LETTERS['done']}{FIRST_ROW}:{_LETTERS['done_on']}{last_row}"
    answered_no, dated = f'{done}="{_(NO)}"', f'{done_on}<>""'
    undated = f'IF({dated},{answered_no},AND({done}<>"",NOT({answered_no})))'
    sheet.conditional_formatting.add(area, Rule("expression", dxf=_ERROR_STYLE, formula=[undated]))
