"""Choose the columns of a table that fit a terminal or a page, and their widths."""

from collections import Counter

from ..reports.document import Cell, Table
from ..text import visible, width


def fit(table: Table, columns: int, gutter: int) -> dict[int, int]:
    """Return index → width of the columns that fit, in half-width characters; `gutter` is the space between two.

    Empty columns are dropped first, then those with the highest `drop`, until the rest fits or none may be dropped.
    """
    natural = [_natural(table, index) for index in range(len(table.columns))]
    least = [
        wide if column.wraps_from is None else min(wide, column.wraps_from)
        for wide, column in zip(natural, table.columns, strict=True)
    ]
    kept = _kept(table, least, columns, gutter)
    return _widths(table, {index: least[index] for index in kept}, natural, columns - gutter * (len(kept) - 1))


def shown(cell: Cell) -> str:
    """The text of a cell, with control characters escaped."""
    return visible(cell if isinstance(cell, str) else cell.text)


def _kept(table: Table, least: list[int], columns: int, gutter: int) -> list[int]:
    kept = list(range(len(table.columns)))

    def expendable(index: int) -> tuple[bool, int]:
        return table.is_blank(index), table.columns[index].drop

    while sum(least[index] for index in kept) + gutter * (len(kept) - 1) > columns:
        first = max(kept, key=expendable)
        if expendable(first) == (False, 0):
            break
        kept.remove(first)
    return kept


def _widths(table: Table, least: dict[int, int], natural: list[int], columns: int) -> dict[int, int]:
    """Give each column its least width, and the spare width to columns that would wrap.

    Names that lack a little come first, then the columns that add the most lines, then long titles.
    """
    widths = dict(least)
    spare = columns - sum(widths.values())
    lines = {index: _line_widths(table, index) for index in widths if widths[index] < natural[index]}
    for index in sorted(lines, key=lambda i: max(lines[i], default=0) - widths[i]):
        lacking = max(lines[index], default=0) - widths[index]
        if 0 < lacking <= min(spare, _A_LITTLE):
            widths[index] += lacking
            spare -= lacking
    over = {index: _more_lines(lines[index], widths[index]) for index in lines}
    while spare > 0 and (index := max(over, key=lambda i: over[i], default=-1)) >= 0 and over[index]:
        widths[index] += 1
        spare -= 1
        over[index] = _more_lines(lines[index], widths[index])
    for index in sorted(lines, key=lambda i: natural[i] - widths[i]):
        more = max(0, min(spare, natural[index] - widths[index]))
        widths[index] += more
        spare -= more
    return widths


_A_LITTLE = 10
"""The columns that a name may lack and still gets before a sentence does."""


def _line_widths(table: Table, index: int) -> Counter[int]:
    """How many lines of the cells of a column have which width."""
    return Counter(width(line) for row in table.rows for line in shown(row[index]).split("\n"))


def _more_lines(lines: Counter[int], wide: int) -> float:
    """How many lines are added, about, where some lines wrap in a column."""
    return sum(count * (each - wide) for each, count in lines.items() if each > wide) / wide


def _natural(table: Table, index: int) -> int:
    """The width at which no cell of a column wraps; its title may."""
    words = max(map(width, table.columns[index].title.split()), default=0)
    lines = (line for row in table.rows for line in shown(row[index]).split("\n"))
    return max(words, max(map(width, lines), default=0))
