"""A sheet as a grid of values that know their places, merged cells resolved; whatever file it came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..dates import parse_written, serial_day

Where = int | str
"""The number of a line (1-based), or a cell: `报送表!C7`."""
EPOCH = date(1899, 12, 30)
"""Day 0 of a workbook that counts from 1900, as nearly all do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. `where` is its place; a merged cell has that of the first of those it was merged from."""

    where: Where
    value: str | Decimal | date
    percentage: bool = False
    """A number that is shown as a percentage: 0.35 for 35 %."""

    @property
    def text(self) -> str:
        """What a person sees, on one line or many."""
        if isinstance(self.value, Decimal):
            return f"{self.value * 100:f}%" if self.percentage else f"{self.value:f}"
        return self.value.isoformat() if isinstance(self.value, date) else self.value.strip()

    @property
    def label(self) -> str:
        """The text of a header, a name or a title, without the blanks and line ends that make it fit its cell."""
        return "".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, by row and column (1-based); empty ones are left out."""

    file: str
    sheet: str
    rows: Mapping[int, Mapping[int, Cell]]
    epoch: date | None = EPOCH
    """Day 0 of its serial numbers; None where it has none."""
    origins: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """(row, column) of a cell that was merged into another → that one."""

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell, or the one that it was merged into."""
        row, column = self.origins.get((row, column), (row, column))
        return self.rows.get(row, {}).get(column)

    def own(self, row: int) -> Iterator[tuple[int, Cell]]:
        """The cells of a row that do not belong to a row above."""
        yield from sorted(self.rows.get(row, {}).items())

    def day(self, cell: Cell, year: int | None) -> date:
        """The date in a cell.

        Raises:
            Refused: there is none that can be read.
        """
        if isinstance(cell.value, date):
            return cell.value
        if isinstance(cell.value, Decimal) and self.epoch is not None:
            return serial_day(float(cell.value), self.epoch)
        return parse_written(cell.text, year)
