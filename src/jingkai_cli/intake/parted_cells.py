"""Figures of a CSV that a comma parted into two cells: `1,200` without quotes is 1, and 200 in the next column."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from ..language import _
from .grid import Cell, Grid

_LEFT = re.compile(r"(?:^|[=+＝＋\s])([0-9]{1,3})$")
_RIGHT = re.compile(r"([0-9]{3}(?:\.[0-9]+)?)[^\W\d]{0,2}(?:\s*;.*=.*)?")


def parted(left: str, right: str) -> str | None:
    """What is wrong where a figure goes on in the cell to its right; None where it does not.

    >>> parted("lanes=1", "200"), parted("20", "650个车位已建成")
    ("'1,200' is parted into two cells by its comma: write 1200, or the cell in quotes", None)
    """
    begins, goes_on = _LEFT.search(left.strip()), _RIGHT.fullmatch(right.strip())
    if begins is None or goes_on is None:
        return None
    text = _("'{figure}' is parted into two cells by its comma: write {whole}, or the cell in quotes")
    return text.format(figure=f"{begins[1]},{goes_on[1]}", whole=begins[1] + goes_on[1])


def parted_figures(
    grid: Grid, rows: Iterable[int], header: int, figures: AbstractSet[int], named: AbstractSet[int]
) -> Iterator[tuple[Cell, str]]:
    """The figures of a CSV that a comma parted, and the rows that have more cells than the header.

    Args:
        grid: the file; in other files nothing is found.
        rows: those that report something.
        header: the row with the titles.
        figures: the columns of figures that the map names.
        named: all columns that it names.
    """
    for row in sorted(rows) if grid.widths else ():
        yield from _in_row(grid, row, header, figures, named)


def _in_row(
    grid: Grid, row: int, header: int, figures: AbstractSet[int], named: AbstractSet[int]
) -> Iterator[tuple[Cell, str]]:
    longer = grid.widths.get(row, 0) > grid.widths.get(header, 0)
    cells = grid.rows[row]
    found = [
        (cells[column], why)
        for column in sorted(figures & cells.keys())
        if column + 1 in cells
        and (longer or (column + 1 in named and column + 1 not in figures))
        and (why := parted(cells[column].text, cells[column + 1].text))
    ]
    if not found and longer and max(cells) > grid.widths[header]:
        text = _("has {found} cells where the header has {expected}")
        message = text.format(found=grid.widths[row], expected=grid.widths[header])
        found.append((cells[max(cells)], message))
    yield from found
