"""A table or a text from any file as a grid of values with their places, with merged cells resolved."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct, field

from ..date_reader import parse_written, serial_day
from ..dates import month_of
from ..errors import Refused
from ..language import _

Where = int | str
"""A line number (1-based), or a cell: `报送表!C7`."""
EPOCH = date(1899, 12, 30)
"""Day 0 of workbooks with the 1900 date system, the usual one."""

_ALPHABET = 26

_YMD = 99_999_999
"""The largest number of eight digits: `20160630` typed as a number."""

_MONTH_1 = re.compile(r"[0-9]{4}\.1")

_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|h+:m+(?::s+)?|am/pm')


class Cell(Struct, frozen=True):
    """A value and its place; for a merged cell, the place of its first cell."""

    where: Where
    value: str | Decimal | date
    percentage: bool = False
    """Whether the value is shown as a percentage: 0.35 as 35 %."""
    format: str = ""
    """The number format of a spreadsheet, which decides how much of a date is shown."""
    formula: str = ""
    """The formula; `value` is its last saved result."""

    @property
    def text(self) -> str:
        """The value as text, as the sheet shows it."""
        if isinstance(self.value, Decimal):
            return f"{self.value * 100:f}%" if self.percentage else f"{self.value:f}"
        return self.value.isoformat() if isinstance(self.value, date) else self.value.strip()

    @property
    def label(self) -> str:
        """The text without spaces and line breaks, to compare headers, names and titles."""
        return "".join(self.text.split())


class Aside(Struct, frozen=True):
    """Content of a file that is not read, and why: a hidden row, a struck-through text, a page header."""

    row: int
    column: int
    where: str
    text: str
    why: str
    group: str = "row"
    """`cell`, `row`, `column` or `sheet`: the part of the table to which the reason applies."""
    unusable: bool = False
    """Whether a value is shown there that cannot be read: an error, or a formula without a saved value."""


class Grid(Struct, frozen=True):
    """The cells of one table, by row and column (1-based); empty ones are left out.

    A text is a grid of one column: each paragraph is a row.
    """

    file: str
    sheet: str
    rows: Mapping[int, Mapping[int, Cell]]
    epoch: date | None = EPOCH
    """Day 0 of serial dates; None if the file has no serial dates."""
    origins: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """(row, column) of a merged cell → (row, column) of the first cell of its range."""
    aside: tuple[Aside, ...] = ()
    is_text: bool = False
    drops_zeros: bool = False
    """Whether trailing zeros may be lost because a spreadsheet was saved as text: 2016.10 may be written 2016.1."""
    widths: Mapping[int, int] = field(default_factory=dict)
    """Row of a CSV → its number of cells, including empty ones."""

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell at a place; None if it is empty. A merged cell is returned for each place of its range."""
        row, column = self.origins.get((row, column), (row, column))
        return self.rows.get(row, {}).get(column)

    def own(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Yield the columns and cells of a row, without cells merged into another."""
        yield from sorted(self.rows.get(row, {}).items())

    def columns(self) -> list[int]:
        """The columns that are not empty."""
        return sorted({column for cells in self.rows.values() for column in cells})

    def refuse_half_month(self, text: str) -> None:
        """Refuse a month that may have lost its zero: saved as text, 2016.10 becomes 2016.1.

        Raises:
            Refused: the month may be January or October.
        """
        if self.drops_zeros and _MONTH_1.fullmatch(text):
            message = _("'{text}' may be January or October: write {year}-01 or {year}-10")
            raise Refused(message.format(text=text, year=text[:4]))

    def day(self, cell: Cell, year: int | None) -> date:
        """The date in a cell, as it is shown: a month without a day means its last day.

        Raises:
            Refused: there is no readable date, or the cell shows no year and its value is not in `year`.
        """
        if isinstance(cell.value, str):
            self.refuse_half_month(cell.text)
            return parse_written(cell.text, year)
        if isinstance(cell.value, date):
            return _shown(cell.value, cell.format, year)
        number = cell.value
        if self.epoch is None or _is_ymd(number):
            return parse_written(cell.text, year)
        return _shown(serial_day(float(number), self.epoch, year), cell.format, year)


def _is_ymd(number: Decimal) -> bool:
    """Whether a number is a date such as 20160630, not a serial number."""
    return number == number.to_integral_value() and _YMD // 10 < number <= _YMD


def _shown(day: date, form: str, year: int | None) -> date:
    """The date that a person reads: if only a month or a year is shown, its last day.

    Raises:
        Refused: no year is shown, and the date is not in `year`: a person would read another date.
    """
    parts = {part for part in "ymd" if part in _LITERAL.sub("", form.lower().replace("e", "y"))}
    if form in ("", "General") or not parts:
        return day
    if "d" not in parts:
        return month_of(day).end if "m" in parts else date(day.year, 12, 31)
    if "y" not in parts and year is not None and day.year != year:
        raise Refused(_("the cell shows no year, but its value is {day}: write the year").format(day=day))
    return day


def letters(column: int) -> str:
    """The name of a column: 28 → `AB`.

    >>> letters(28)
    'AB'
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        name = chr(ord("A") + rest) + name
    return name
