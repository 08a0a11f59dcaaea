"""A form as an .xlsx: known cells are filled in and locked, cells to fill in are open, keys are on a hidden sheet."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Protection
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from ..dates import official_date
from ..intake.form_layout import COLUMNS, FIGURES_END, FIRST_ROW, HEAD, HEADER_ROW, KEYS, PLACES, VERSION, identity
from ..language import _
from ..model import Indicator, Milestone
from ..quantities import enumeration
from ..reports.document import MARK
from ..reports.form_content import Form, Line
from ..reports.reason_wording import marked
from ..text import one_line
from . import form_style as style
from .form_style import check_inputs
from .sheet_cells import DATES, with_local_marks
from .workbook_file import growing, workbook_file


def render(form: Form) -> bytes:
    """Render the form in the current language. The same form always gives the same bytes."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = _("Progress")
    _head(sheet, form)
    for row, (line, number) in enumerate(zip(form.lines, _numbers(form), strict=True), FIRST_ROW):
        _write(sheet, row, line, number, form)
    check_inputs(sheet, form)
    style.page(sheet, form)
    _keys(book.create_sheet(KEYS), form)
    book.security = WorkbookProtection(lockStructure=True)
    return growing(workbook_file(book, style.title(form), form.period.end))


def _head(sheet: Worksheet, form: Form) -> None:
    """Write the headings above both printed pages, that of figures and that of texts, and the column titles."""
    for first, last, guide in zip((1, FIGURES_END + 1), (FIGURES_END, len(COLUMNS)), _guides(form), strict=True):
        for row, (text, font) in enumerate(
            ((style.title(form), style.TITLE), (_about(form), style.BODY), (guide, style.BODY)), 1
        ):
            sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
            cell = sheet.cell(row, first)
            put(cell, text)
            cell.font = style.font(form, font)
            across, down = ("center" if row == 1 else "left"), ("center" if row < HEADER_ROW - 1 else "top")
            cell.alignment = Alignment(horizontal=across, vertical=down, wrap_text=True)
    for name, column in PLACES.items():
        cell = sheet.cell(HEADER_ROW, column)
        put(cell, _(COLUMNS[name]))
        style.header(cell, form)


def _about(form: Form) -> str:
    text = _("Unit: {unit}    Period: {start} to {end}")
    start, end = official_date(form.period.start), official_date(form.period.end)
    return text.format(unit=style.name(form), start=start, end=end)


def _guides(form: Form) -> tuple[str, str]:
    """The instructions above the figures, and the instructions above the texts."""
    due = _("Return it by {day}.").format(day=official_date(form.due)) if form.due else _("Return it by ____________.")
    lines = [
        due,
        _("Fill in the yellow cells only; leave a cell empty where there is nothing to report."),
        _(
            "“{added}” or “{total}” is enough; if both are given, “{last}” and “{added}” must "
            "add up to “{total}”. Write figures without a unit."
        ).format(added=_(COLUMNS["added"]), total=_(COLUMNS["total"]), last=_(COLUMNS["last"])),
        _("“{done_on}”: for a milestone the day it was reached, for a task the day all of it was done.").format(
            done_on=_(COLUMNS["done_on"])
        ),
    ]
    lines += _judged_by_figures(form)
    if any(line.last and not line.last.stated for line in form.lines):
        lines.append(_("{mark}: counted since records began, not a stated total.").format(mark="+"))
    if any(_is_marked(line, form) for line in form.lines):
        lines.append(_("{mark}: not confirmed in the plan.").format(mark=MARK))
    texts = _(
        "Fill in the yellow cells only. On the line of a task write its “{note}” and what else there is to say; on the "
        "line of an indicator or a milestone only what is to be said of it."
    ).format(note=_(COLUMNS["note"]))
    return "\n".join(lines), texts


def _judged_by_figures(form: Form) -> Iterator[str]:
    """Yield why the lines of some milestones have no cell to fill in, and where figures of earlier months belong."""
    judged = [(line, number) for line, number in zip(form.lines, _numbers(form), strict=True) if line.judged_by_figures]
    if judged:
        text = _("{lines}: judged by the figures of the indicators, with nothing to fill in on the line itself.")
        yield text.format(lines=enumeration(number for _line, number in judged))
    for line, number in judged:
        if line.missing and line.deadline:
            month = _("{year}-{month:02}").format(year=line.deadline.year, month=line.deadline.month)
            text = _("{line}: the figures of {month} are missing: report them on the form of {month}.")
            yield text.format(line=number, month=month)


def _is_marked(line: Line, form: Form) -> bool:
    """Whether any printed value of a line is not confirmed in the plan."""
    title = _title(line, form) if line.about is line.task else _content(line)
    return any(MARK in text for text in (title, _target(line)[1], _deadline(line)[1]))


def _write(sheet: Worksheet, row: int, line: Line, number: str, form: Form) -> None:
    heads = line.about is line.task
    title = (_title(line, form) if heads else _content(line), _PLAIN)
    leading = {"id": (number, _PLAIN), "title": title, "id_again": (number, _PLAIN), "title_again": title}
    days = {"deadline": style.deadline_format(form), "done_on": DATES[form.plan.language]}
    for name, column in PLACES.items():
        cell = sheet.cell(row, column)
        value, shape = leading.get(name) or _VALUES.get(name, _nothing)(line)
        if value is not None:
            put(cell, value)
        style.body(cell, form, name, heads=heads, shape=shape.replace(_DAY, days.get(name, "")))
    for name in line.asks:
        cell = sheet.cell(row, PLACES[name])
        cell.protection = Protection(locked=False)
        cell.fill = style.OPEN


def _numbers(form: Form) -> Iterator[str]:
    """The label of each line in the first column: `2` for a task, `2(1)` for a line below it."""
    below: Counter[str] = Counter()
    for line in form.lines:
        if line.about is line.task:
            yield line.task.id
        else:
            below[line.task.id] += 1
            yield f"{line.task.id}({below[line.task.id]})"


def put(cell: Any, value: str | Decimal | date) -> None:
    """Write a value; text stays text, even if it begins with `=`."""
    if isinstance(value, str):
        cell.value = "\n".join(map(one_line, value.split("\n")))
        cell.data_type = "s"
    else:
        cell.value = value


_Shown = tuple[str | Decimal | date | None, str]
"""The value of a cell and its number format."""

_PLAIN, _DAY = "General", "yyyy-mm-dd"


def _nothing(_line: Line) -> _Shown:
    return None, _PLAIN


def _title(line: Line, form: Form) -> str:
    return with_local_marks(marked(form.titles[line.task.id], "title", line.task))


def _content(line: Line) -> str:
    """The title of a line that is not a task: a milestone or an indicator."""
    if isinstance(line.about, Milestone):
        return with_local_marks(_("Milestone: {title}").format(title=marked(line.about.title, "title", line.about)))
    if isinstance(line.about, Indicator):
        return with_local_marks(marked(line.about.name, "name", line.about))
    raise TypeError(line.about)


def _measure(line: Line) -> _Shown:
    if isinstance(line.about, Indicator):
        return line.about.unit or None, _PLAIN
    return ("%" if line.about is line.task and "total" in line.asks else None), _PLAIN


def _target(line: Line) -> _Shown:
    if not isinstance(line.about, Indicator) or line.about.target is None:
        return None, _PLAIN
    return line.about.target, _PLAIN + marked("", "target", line.about).replace(MARK, f"\\{MARK}")


def _deadline(line: Line) -> _Shown:
    if line.deadline is None or isinstance(line.about, Indicator):
        return None, _PLAIN
    return line.deadline, _DAY + marked("", "deadline", line.about).replace(MARK, f"\\{MARK}")


def _last(line: Line) -> _Shown:
    return (line.last.value, _PLAIN if line.last.stated else f'{_PLAIN}"+"') if line.last else (None, _PLAIN)


def _done(line: Line) -> _Shown:
    return (_("yes") if line.reached else None), _PLAIN


_VALUES: Mapping[str, Callable[[Line], _Shown]] = {
    "measure": _measure,
    "target": _target,
    "deadline": _deadline,
    "planned_within": lambda line: (line.planned_within, _PLAIN),
    "planned_by": lambda line: (line.planned_by, _PLAIN),
    "last": _last,
    "done": _done,
    "done_on": lambda line: (line.reached, _DAY),
}
"""Column → function that gives a line's value in it."""


def _keys(sheet: Worksheet, form: Form) -> None:
    """Write the keys that `form_reader` needs, as text, so that no program turns an id into a number or a date."""
    period = form.period
    values = (
        str(VERSION),
        identity(form.plan, form.unit, period),
        form.plan.title,
        form.unit,
        period.name,
        period.start.isoformat(),
        period.end.isoformat(),
    )
    singles = [(text,) for text in (*values, style.title(form), _about(form))]
    head = [
        (name, *texts) for name, texts in zip(HEAD, (*singles, _guides(form), map(_, COLUMNS.values())), strict=True)
    ]
    rows = [*head, *_lines(form)]
    for number, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            put(sheet.cell(number, column), text)
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True


def _lines(form: Form) -> Iterator[tuple[str, ...]]:
    for row, (line, number) in enumerate(zip(form.lines, _numbers(form), strict=True), FIRST_ROW):
        kind = type(line.about).__name__.lower()
        name = line.about.id if isinstance(line.about, Indicator | Milestone) else ""
        label = _title(line, form) if line.about is line.task else _content(line)
        last = "" if line.last is None else f"{line.last.value:f}"
        yield str(row), kind, line.task.id, name, one_line(label), last, " ".join(line.asks), number
