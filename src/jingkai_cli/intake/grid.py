"""A grid of cells with their places, merged cells resolved: the common form of .xlsx, .docx and CSV tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..dates import parse_written, serial_day

Where = int | str
"""A line number (1-based), or a cell: `报送表!C7`."""
EPOCH = date(1899, 12, 30)
"""Day 0 of workbooks with the 1900 date system, the usual one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its place; the place of a merged cell is its first cell."""

    where: Where
    value: str | Decimal | date
    percentage: bool = False
    """Whether the number is shown as a percentage: 0.35 for 35 %."""

    @property
    def text(self) -> str:
        """The value as text, as the sheet shows it."""
        if isinstance(self.value, Decimal):
            return f"{self.value * 100:f}%" if self.percentage else f"{self.value:f}"
        return self.value.isoformat() if isinstance(self.value, date) else self.value.strip()

    @property
    def label(self) -> str:
        """The text without blanks and line breaks, to compare headers, names and titles."""
        return "".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, by row and column (1-based); empty ones are left out."""

    file: str
    sheet: str
    rows: Mapping[int, Mapping[int, Cell]]
    epoch: date | None = EPOCH
    """Day 0 of serial dates; None if the file has no serial dates."""
    origins: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """(row, column) of a merged cell → its first cell."""

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell at a place; for a merged cell, its first cell."""
        row, column = self.origins.get((row, column), (row, column))
        return self.rows.get(row, {}).get(column)

    def own(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The cells of a row, without cells merged into a row above."""
        yield from sorted(self.rows.get(row, {}).items())

    def day(self, cell: Cell, year: int | None) -> date:
        """Read the date in a cell; `year` completes a date without a year.

        Raises:
            Refused: the cell is not a date.
        """
        if isinstance(cell.value, date):
            return cell.value
        if isinstance(cell.value, Decimal) and self.epoch is not None:
            return serial_day(float(cell.value), self.epoch)
        return parse_written(cell.text, year)
