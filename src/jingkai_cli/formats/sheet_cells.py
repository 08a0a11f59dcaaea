"""The cells of a worksheet: typed values, their formats, and the texts that they show."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill

from ..dates import official_date
from ..language import N_, _, in_use
from ..reports.document import MARK, Tone, Toned
from ..text import visible, with_chinese_marks

FONTS = {"zh": "宋体", "en": "Calibri"}
SIZE = 11
_LONGEST_TEXT = 32767
"""The most characters in a cell."""
DATES = {"zh": 'yyyy"年"m"月"d"日"', "en": "yyyy-mm-dd"}
SHORT_DAY = 'm"月"d"日"'
"""The Chinese format of a day whose year is clear from the context."""
_MOMENTS = {"zh": 'yyyy"年"m"月"d"日" hh:mm', "en": "yyyy-mm-dd hh:mm"}

_FILLS: dict[Tone, tuple[str, str]] = {
    "red": ("FFC7CE", "9C0006"),
    "yellow": ("FFEB9C", "7F6000"),
    "green": ("C6EFCE", "006100"),
    "none": ("EDEDED", "595959"),
}
"""Background and text colour of a lamp's cell."""
_FIGURE = Alignment(horizontal="right", vertical="center")
_PADDING = "_0"
"""Ends a number format: it keeps a figure a digit's width away from the text in the next column."""
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_NO_FIGURE = "–"
"""Shown where there is no figure."""
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:/\d+(?:\.\d+)?)?")
"""The number of a task, which would run into the figure beside it, or points of a maximum such as 8/10."""
_EXECUTED = ("=", "+", "-", "@", "\t", "\r", "'")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` is an escaped character in a spreadsheet, so its first `_` is itself escaped."""
_STEP = "国"
"""A text as wide as one step of an indent."""

_OFF_PLAN = (N_("{points} behind"), N_("{points} ahead"))
"""How a gap is shown when it is above 0, and when it is below."""


class Percent(Struct, frozen=True):
    """A percentage from 0 to 100, shown with a percent sign."""

    points: Decimal | float


class Gap(Struct, frozen=True):
    """Points behind the planned progress, shown with the word for behind or ahead instead of a sign."""

    points: Decimal | float


class Worded(Struct, frozen=True):
    """A figure with words around it, which its format shows: 1.8亿元, 41.2/47.1."""

    figure: Decimal
    before: str
    after: str

    @property
    def decimals(self) -> int:
        """The decimals of the figure; points of a maximum have those of the maximum at least."""
        of_maximum = self.after if self.after.startswith("/") else ""
        return max(len(str(each).partition(".")[2]) for each in (self.figure, of_maximum))

    def __str__(self) -> str:
        """The text that the cell shows."""
        return f"{self.before}{self.figure:.{self.decimals}f}{self.after}"


class Number(int):
    """The number of a task, which is centred as the numbers of sub-tasks are, which are texts."""


class Unconfirmed(Struct, frozen=True):
    """A value that the plan does not confirm: stored as it is, and shown with the mark."""

    value: Any


class Indented(Struct, frozen=True):
    """A text indented by `level` steps."""

    value: Any
    level: int


def put(cell: Cell | MergedCell, value: Any, language: str) -> None:
    """Write a value, with the style of its type; `format_figures` sets how the figures of a column are shown."""
    match value:
        case Toned():
            background, letters = _FILLS[value.tone]
            cell.fill = PatternFill("solid", fgColor=background)
            cell.font = Font(name=cell.font.name, size=SIZE, color=letters)
            put(cell, value.text, language)
            cell.alignment = MIDDLE
        case Unconfirmed():
            put(cell, value.value, language)
            if isinstance(cell.value, str):
                cell.value += MARK
            elif cell.value is not None:
                cell.number_format += f"\\{MARK}"
        case Indented():
            put(cell, value.value, language)
            cell.alignment = Alignment("left", "center", wrap_text=True, indent=value.level)
        case Percent(points=figure) | Gap(points=figure) | Worded(figure=figure):
            cell.value, cell.alignment = figure, _FIGURE
        case str():
            put_text(cell, value)
        case _:
            cell.value = value
            if isinstance(value, int | float | Decimal):
                numbers_task = isinstance(value, Number)
                cell.alignment, cell.number_format = (MIDDLE, "0") if numbers_task else (_FIGURE, f"0{_PADDING}")
            if isinstance(value, date):
                cell.number_format = _MOMENTS[language] if isinstance(value, datetime) else DATES[language]
                cell.alignment = MIDDLE


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Write text as text, even if it looks like a formula or an error value."""
    seen = visible(text)
    whole = _ESCAPE.sub("_x005F_", seen)
    cell.value = whole if len(whole) <= _LONGEST_TEXT else whole[: _LONGEST_TEXT - 1] + "…"
    cell.data_type = "s"
    cell.quotePrefix = seen.startswith(_EXECUTED)
    if text == _NO_FIGURE or _NUMBER.fullmatch(text):
        cell.alignment = MIDDLE


def format_figures(cells: Sequence[Cell | MergedCell], column: Sequence[Any]) -> None:
    """Show all figures of a column with the same number of decimals; computed figures have at most one."""
    decimals = max((_decimals(v.points if isinstance(v, Percent | Gap) else v) for v in column), default=0)
    form = f"0.{'0' * decimals}" if decimals else "0"
    for cell, value in zip(cells, column, strict=True):
        if isinstance(value, Percent | int | float | Decimal) and not isinstance(value, Number):
            cell.number_format = form + ('"%"' if isinstance(value, Percent) else "") + _PADDING
        if isinstance(value, Worded):
            own = f"0.{'0' * value.decimals}" if value.decimals else "0"
            words = (f'"{each}"' if each else "" for each in (value.before, value.after))
            cell.number_format = own.join(words) + _PADDING
        if isinstance(value, Gap):
            words = (f'"{_(words)}"'.replace("{points}", f'"{form}"').replace('""', "") for words in _OFF_PLAN)
            none = f"{abs(value.points):.1f}" == "0.0"
            cell.number_format = ";".join(f"{each}{_PADDING}" for each in ((form, form) if none else (*words, form)))


def _decimals(value: Any) -> int:
    if isinstance(value, float):
        return 0 if f"{value:.1f}".endswith(".0") else 1
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    return 0


def day_of(value: Any) -> date | None:
    """The day in a cell, which may be unconfirmed; None for any other value and for a moment."""
    value = value.value if isinstance(value, Unconfirmed) else value
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def with_local_marks(text: str) -> str:
    """A typed text as other papers print it: in Chinese with the marks of Chinese."""
    return with_chinese_marks(text) if in_use() == "zh" else text


def is_text(value: Any) -> bool:
    """Whether a value is a text or None. A column of such values may be narrower than its longest line."""
    return value is None or isinstance(_plain(value), str)


def _plain(value: Any) -> Any:
    """Return a value without its colour or indent."""
    return value.value if isinstance(value, Indented) else value.text if isinstance(value, Toned) else value


def short_day(day: date) -> str:
    """Format a day without its year, as `SHORT_DAY` shows it."""
    written = official_date(day)
    return written.partition("年")[2] or written


def text_shown(value: Any, format_day: Callable[[date], str]) -> str:
    """The text that a cell shows, or one of the same length.

    Args:
        value: the value of the cell.
        format_day: formats a day.
    """
    match value:
        case Toned():
            return visible(value.text)
        case Unconfirmed() | Indented():  # with two lines, each is narrower by the indent
            prefix = MARK if isinstance(value, Unconfirmed) else 2 * value.level * _STEP
            return prefix + text_shown(value.value, format_day)
        case Percent() | Gap():
            figure = f"{abs(value.points):.1f} "
            return f"{figure}%" if isinstance(value, Percent) else _(_OFF_PLAN[value.points < 0]).format(points=figure)
        case float() | int() | Decimal() | Worded():
            return f"{value:.1f} " if isinstance(value, float) else f"{value} "
        case date():
            return f"{format_day(value)} {value:%H:%M}" if isinstance(value, datetime) else format_day(value)
        case _:
            return "" if value is None else visible(str(value))
