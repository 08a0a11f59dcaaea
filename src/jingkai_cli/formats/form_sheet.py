"""A form as an .xlsx: known cells are filled in and locked, cells to fill in are open, keys are on a hidden sheet."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.styles import Alignment, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from ..dates import official_date
from ..intake.form_layout import COLUMNS, FIRST_ROW, HEAD, HEADER_ROW, KEYS, PLACES, VERSION, identity
from ..language import _
from ..model import Indicator, Milestone
from ..reports.document import MARK
from ..reports.form_content import Form, Line
from ..reports.wording import marked
from ..text import one_line, width
from . import form_style as style
from .form_style import check_inputs
from .sheet import DATES
from .zip_archive import frozen, made_on

LINE_POINTS = 16
"""Height of one line of text."""

LEAST_POINTS = 24

_OWN_HEIGHT = re.compile(rb'(<row [^>]*?) customHeight="1"')


def render(form: Form) -> bytes:
    """Render the form in the current language. The same form always gives the same bytes."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError
    sheet.title = _("Progress")
    _head(sheet, form)
    for row, (line, number) in enumerate(zip(form.lines, _numbers(form), strict=True), FIRST_ROW):
        _write(sheet, row, line, form)
        put(sheet.cell(row, PLACES["id"]), number)
    check_inputs(sheet, form)
    style.page(sheet, form)
    _keys(book.create_sheet(KEYS), form)
    book.security = WorkbookProtection(lockStructure=True)
    return saved(book, style.title(form), form.period.end)


def saved(book: Workbook, title: str, day: date) -> bytes:
    """Write the file. Rows may grow with what is typed: the fixed heights that openpyxl writes are removed.

    Args:
        book: the workbook.
        title: its title among its properties.
        day: the day on which it says that it was made: the same form always gives the same bytes.
    """
    book.properties.creator = "jk"
    book.properties.title = title
    book.properties.created = book.properties.modified = made_on(day)
    content = BytesIO()
    with ZipFile(content, "w") as archive:  # `Workbook.save` would write the current time
        ExcelWriter(book, archive).save()
    name = "xl/worksheets/sheet1.xml"
    with ZipFile(BytesIO(content.getvalue())) as archive:
        growing = _OWN_HEIGHT.sub(rb"\1", archive.read(name))
    return frozen(content.getvalue(), {name: growing})


def _head(sheet: Worksheet, form: Form) -> None:
    last = get_column_letter(len(COLUMNS))
    lines = (
        (style.title(form), style.TITLE, 34),
        (_about(form), style.BODY, 22),
        (guide := _guide(form), style.BODY, (guide.count("\n") + 1) * LINE_POINTS + 4),
    )
    for row, (text, font, points) in enumerate(lines, 1):
        sheet.merge_cells(f"A{row}:{last}{row}")
        cell = sheet.cell(row, 1)
        put(cell, text)
        cell.font = style.font(form, font)
        cell.alignment = Alignment(
            horizontal="center" if row == 1 else "left",
            vertical="center" if row < HEADER_ROW - 1 else "top",
            wrap_text=True,
        )
        sheet.row_dimensions[row].height = points
    for name, column in PLACES.items():
        cell = sheet.cell(HEADER_ROW, column)
        put(cell, _(COLUMNS[name]))
        style.header(cell, form)
    sheet.row_dimensions[HEADER_ROW].height = 2 * LINE_POINTS + 6


def _about(form: Form) -> str:
    text = _("Unit: {unit}    Period: {start} to {end}")
    start, end = official_date(form.period.start), official_date(form.period.end)
    return text.format(unit=style.name(form), start=start, end=end)


def _guide(form: Form) -> str:
    """The instructions at the top of the form."""
    lines = [
        _("Fill in the yellow cells only; leave a cell empty where there is nothing to report."),
        _(
            "“{added}” or “{total}” is enough; if both are given, “{last}” and “{added}” must "
            "add up to “{total}”. Write figures without a unit."
        ).format(added=_(COLUMNS["added"]), total=_(COLUMNS["total"]), last=_(COLUMNS["last"])),
        _("“{done_on}”: for a milestone the day it was reached, for a task the day all of it was done.").format(
            done_on=_(COLUMNS["done_on"])
        ),
    ]
    if any(line.last and not line.last.stated for line in form.lines):
        lines.append(_("{mark}: counted since records began, not a stated total.").format(mark="+"))
    if any(line.about.unconfirmed for line in form.lines):
        lines.append(_("{mark}: not confirmed in the plan.").format(mark=MARK))
    return "\n".join(lines)


def _write(sheet: Worksheet, row: int, line: Line, form: Form) -> None:
    for name, column in PLACES.items():
        cell = sheet.cell(row, column)
        value, shape = _VALUES.get(name, _nothing)(line)
        if name == "title":
            value = _title(line, form)
        if value is not None:
            put(cell, value)
        day = DATES[form.plan.language]
        style.body(cell, form, name, heads=line.about is line.task, shape=shape.replace(_DAY, day))
    for name in line.asks:
        cell = sheet.cell(row, PLACES[name])
        cell.protection = Protection(locked=False)
        cell.fill = style.OPEN
    lines = max(ceil(width(str(sheet.cell(row, PLACES[name]).value or "")) / style.WIDTHS[name]) for name in COLUMNS)
    sheet.row_dimensions[row].height = max(LEAST_POINTS, lines * LINE_POINTS + 2)


def _numbers(form: Form) -> Iterator[str]:
    """What each line has in its first column, to be found again by: `2` for a task, `2(1)` for a line below it."""
    below: Counter[str] = Counter()
    for line in form.lines:
        if line.about is line.task:
            yield line.task.id
        else:
            below[line.task.id] += 1
            yield f"{line.task.id}({below[line.task.id]})"


def put(cell: Any, value: str | Decimal | date) -> None:
    """Write a value; text stays text, also when it begins with `=`."""
    if isinstance(value, str):
        cell.value = "\n".join(map(one_line, value.split("\n")))
        cell.data_type = "s"
    else:
        cell.value = value


Shown = tuple[str | Decimal | date | None, str]
"""The value of a cell, and its number format."""

_PLAIN, _DAY = "General", "yyyy-mm-dd"


def _nothing(_line: Line) -> Shown:
    return None, _PLAIN


def _title(line: Line, form: Form) -> str | None:
    """The title of a task, above its indicators and milestones, where it stands alone."""
    return marked(form.titles[line.task.id], "title", line.task) if line.about is line.task else None


def _content(line: Line) -> Shown:
    if isinstance(line.about, Milestone):
        return _("Milestone: {title}").format(title=marked(line.about.title, "title", line.about)), _PLAIN
    if isinstance(line.about, Indicator):
        return marked(line.about.name, "name", line.about), _PLAIN
    return (_("Percentage") if "total" in line.asks else None), _PLAIN


def _measure(line: Line) -> Shown:
    if isinstance(line.about, Indicator):
        return line.about.unit or None, _PLAIN
    return ("%" if line.about is line.task and "total" in line.asks else None), _PLAIN


def _target(line: Line) -> Shown:
    if not isinstance(line.about, Indicator) or line.about.target is None:
        return None, _PLAIN
    return line.about.target, _PLAIN + marked("", "target", line.about).replace(MARK, f"\\{MARK}")


def _deadline(line: Line) -> Shown:
    if line.deadline is None or isinstance(line.about, Indicator):
        return None, _PLAIN
    return line.deadline, _DAY + marked("", "deadline", line.about).replace(MARK, f"\\{MARK}")


def _last(line: Line) -> Shown:
    return (line.last.value, _PLAIN if line.last.stated else f'{_PLAIN}"+"') if line.last else (None, _PLAIN)


def _done(line: Line) -> Shown:
    return (_("yes") if line.reached else None), _PLAIN


_VALUES: Mapping[str, Callable[[Line], Shown]] = {
    "content": _content,
    "measure": _measure,
    "target": _target,
    "deadline": _deadline,
    "planned_within": lambda line: (line.planned_within, _PLAIN),
    "planned_by": lambda line: (line.planned_by, _PLAIN),
    "last": _last,
    "done": _done,
    "done_on": lambda line: (line.reached, _DAY),
}
"""Column → the value of a line in it."""


def _keys(sheet: Worksheet, form: Form) -> None:
    """Write the keys for `form_reader` as text, so that no program turns an id into a number or a date."""
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
    head: list[tuple[str, ...]] = [*zip(HEAD, (*values, style.title(form), _about(form), _guide(form)), strict=False)]
    rows = [*head, (HEAD[-1], *map(_, COLUMNS.values())), *_lines(form)]
    for number, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            put(sheet.cell(number, column), text)
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True


def _lines(form: Form) -> Iterator[tuple[str, ...]]:
    for row, (line, number) in enumerate(zip(form.lines, _numbers(form), strict=True), FIRST_ROW):
        kind = type(line.about).__name__.lower()
        name = line.about.id if isinstance(line.about, Indicator | Milestone) else ""
        label = _title(line, form) or _content(line)[0]
        last = "" if line.last is None else f"{line.last.value:f}"
        yield str(row), kind, line.task.id, name, one_line(str(label)), last, " ".join(line.asks), number
