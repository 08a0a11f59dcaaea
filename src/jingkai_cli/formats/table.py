"""Tables for a terminal, by Rich: as wide as the terminal, Chinese aligned, columns dropped where it is too narrow."""

from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ..escape import visible
from ..reports.document import Cell, Document, Table
from .heading import foot, head
from .width import width
from .wrapping import break_chinese

_STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "none": "dim"}
_GUTTER = 2
"""Columns between two cells."""


def show(document: Document, console: Console) -> None:
    """Print the document to a terminal."""
    break_chinese()
    console.print(Group(*_parts(document, console.width)))


def render(document: Document) -> str:
    """The same as text without colours, 80 columns wide: what `-f table` gives a file or a pipe."""
    console = Console(width=80, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        show(document, console)
    return captured.get()


def _parts(document: Document, columns: int) -> Iterator[RenderableType]:
    plan, *titles = head(document)
    yield Text(visible(plan), style="bold")
    for title in titles:
        yield Text(visible(title))
    for section in document.sections:
        if section.title:
            yield Text(f"\n{visible(section.title)}", style="bold")
        for line in section.lines:
            yield Text(visible(line))
        if section.table:
            yield _table(section.table, columns)
    for line in foot(document):
        yield Text(visible(line), style="dim")


def _table(table: Table, columns: int) -> RichTable:
    kept = _kept(table, columns)
    widths = _widths(table, kept, columns)
    rich = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), collapse_padding=True)
    rich.show_header = any(column.title for column in table.columns)
    for index in kept:
        column = table.columns[index]
        heading = "\n".join(column.title.split()) if width(column.title) > widths[index] else column.title
        rich.add_column(Text(heading), justify=column.align, width=widths[index], overflow="fold")
    for row in table.rows:
        rich.add_row(*(_text(row[index]) for index in kept))
    return rich


def _kept(table: Table, columns: int) -> list[int]:
    """The columns that fit: one that says nothing goes first, then the highest `drop`, until none is left to go."""
    kept = list(range(len(table.columns)))

    def expendable(index: int) -> tuple[bool, int]:
        return _says_nothing(table, index), table.columns[index].drop

    while sum(_least(table, i) for i in kept) + _GUTTER * (len(kept) - 1) > columns:
        first = max(kept, key=expendable)
        if expendable(first) == (False, 0):
            break
        kept.remove(first)
    return kept


def _widths(table: Table, kept: list[int], columns: int) -> dict[int, int]:
    """What each column gets: what it needs at least, and the rest to those that would wrap, narrowest first."""
    widths = {index: _least(table, index) for index in kept}
    spare = columns - _GUTTER * (len(kept) - 1) - sum(widths.values())
    wrapping = {index for index in kept if widths[index] < _natural(table, index)}
    while spare > 0 and wrapping:
        index = min(wrapping, key=lambda i: widths[i])
        widths[index] += 1
        spare -= 1
        wrapping -= {index} if widths[index] == _natural(table, index) else set()
    return widths


def _natural(table: Table, index: int) -> int:
    """The width at which nothing in a column wraps but its title."""
    words = max(map(width, table.columns[index].title.split()), default=0)
    lines = (line for row in table.rows for line in _text(row[index]).plain.split("\n"))
    return max(words, max(map(width, lines), default=0))


def _least(table: Table, index: int) -> int:
    """The width below which a column cannot go."""
    wraps_from = table.columns[index].wraps_from
    natural = _natural(table, index)
    return natural if wraps_from is None else min(natural, wraps_from)


def _says_nothing(table: Table, index: int) -> bool:
    return all(_text(row[index]).plain in ("", "–") for row in table.rows)


def _text(cell: Cell) -> Text:
    if isinstance(cell, str):
        return Text(visible(cell))
    return Text(visible(cell.text), style=_STYLES[cell.tone])
