"""What a form lets be typed into its open cells, and what it says when it does not."""

from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..intake.form.layout import COLUMNS, FIRST_ROW, NO, PLACES, YES
from ..language import _
from ..model import Indicator
from ..reports.form import Form, Line

_AMISS = DifferentialStyle(fill=PatternFill("solid", bgColor="FFC7CE"))
"""Of figures that do not add up. A conditional format paints with its background."""
_HIGHEST = "1000000000000"
_LETTERS = {name: get_column_letter(place) for name, place in PLACES.items()}
_LONGEST_TITLE, _LONGEST_TEXT = 32, 255
"""The characters that Excel shows when it refuses something."""


def check_inputs(sheet: Worksheet, form: Form) -> None:
    """Numbers from 0 on, percentages up to 100, totals that add up, a list, and dates up to the period's end."""
    for row, line in enumerate(form.lines, FIRST_ROW):
        for name in line.asks:
            if name in _CHECKS:  # one for each cell: a formula in one for many is counted from whichever comes first
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
        _("A number from 0 to 100, without the sign %.")
        if percentage
        else _("A number from 0 on, without its unit of measure.")
    )
    return DataValidation("decimal", operator="between", formula1="0", formula2=highest), text


def _total(_form: Form, line: Line, row: int) -> tuple[DataValidation, str]:
    last, added, total = (f"${_LETTERS[name]}${row}" for name in ("last", "added", "total"))
    highest = "100" if _is_percentage(line) else _HIGHEST
    adds_up = f'OR({last}="",{added}="",ROUND({last}+{added}-{total},6)=0)'
    check = DataValidation("custom", formula1=f"AND(ISNUMBER({total}),{total}>=0,{total}<={highest},{adds_up})")
    text = _("A number from 0 on (a percentage up to 100). Where “{added}” is filled in: {last} + {added} = {total}.")
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
"""Open column → what may stand there, and what is said when something else is typed."""


def _paint(sheet: Worksheet, last_row: int) -> None:
    """Red where the figures do not add up, or something is said to be done and not when."""
    last, added, total, done, done_on = (
        f"${_LETTERS[name]}{FIRST_ROW}" for name in ("last", "added", "total", "done", "done_on")
    )
    figures = f"AND(ISNUMBER({last}),ISNUMBER({added}),ISNUMBER({total}),ROUND({last}+{added}-{total},6)<>0)"
    area = f"{_LETTERS['added']}{FIRST_ROW}:{_LETTERS['total']}{last_row}"
    sheet.conditional_formatting.add(area, Rule("expression", dxf=_AMISS, formula=[figures]))
    area = f"{_LETTERS['done']}{FIRST_ROW}:{_LETTERS['done_on']}{last_row}"
    undated = f'({done}="{_(YES)}")<>({done_on}<>"")'
    sheet.conditional_formatting.add(area, Rule("expression", dxf=_AMISS, formula=[undated]))
