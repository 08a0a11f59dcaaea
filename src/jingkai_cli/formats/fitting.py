"""Which columns of a table a page has room for, and how wide each may be: for a terminal, and for paper."""

from ..reports.document import Cell, Table
from ..text import visible, width


def fit(table: Table, columns: int, gutter: int) -> dict[int, int]:
    """Index of each column that fits → its width. All in half-width characters; `gutter` parts two columns.

    A column that says nothing goes first, then the highest `drop`, until all fit or none is left to go.
    """
    natural = [_natural(table, index) for index in range(len(table.columns))]
    least = [
        wide if column.wraps_from is None else min(wide, column.wraps_from)
        for wide, column in zip(natural, table.columns, strict=True)
    ]
    kept = _kept(table, least, columns, gutter)
    return _widths({index: least[index] for index in kept}, natural, columns - gutter * (len(kept) - 1))


def shown(cell: Cell) -> str:
    """The text of a cell, safe to look at."""
    return visible(cell if isinstance(cell, str) else cell.text)


def _kept(table: Table, least: list[int], columns: int, gutter: int) -> list[int]:
    kept = list(range(len(table.columns)))

    def expendable(index: int) -> tuple[bool, int]:
        return _says_nothing(table, index), table.columns[index].drop

    while sum(least[index] for index in kept) + gutter * (len(kept) - 1) > columns:
        first = max(kept, key=expendable)
        if expendable(first) == (False, 0):
            break
        kept.remove(first)
    return kept


def _widths(least: dict[int, int], natural: list[int], columns: int) -> dict[int, int]:
    """What each column gets: what it needs at least, and the rest to those that would wrap, narrowest first."""
    widths = dict(least)
    spare = columns - sum(widths.values())
    wrapping = {index for index in widths if widths[index] < natural[index]}
    while spare > 0 and wrapping:
        index = min(wrapping, key=lambda i: widths[i])
        widths[index] += 1
        spare -= 1
        wrapping -= {index} if widths[index] == natural[index] else set()
    return widths


def _natural(table: Table, index: int) -> int:
    """The width at which nothing in a column wraps but its title."""
    words = max(map(width, table.columns[index].title.split()), default=0)
    lines = (line for row in table.rows for line in shown(row[index]).split("\n"))
    return max(words, max(map(width, lines), default=0))


def _says_nothing(table: Table, index: int) -> bool:
    return all(shown(row[index]) in ("", "–") for row in table.rows)
