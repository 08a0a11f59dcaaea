"""Tables for a terminal, by Rich: as wide as the terminal, Chinese aligned, columns dropped where it is too narrow."""

from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ..escape import visible
from ..reports.document import Cell, Document, Table
from .fitting import fit
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
    widths = fit(table, columns, _GUTTER)
    rich = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), collapse_padding=True)
    rich.show_header = any(column.title for column in table.columns)
    for index in widths:
        column = table.columns[index]
        heading = "\n".join(column.title.split()) if width(column.title) > widths[index] else column.title
        rich.add_column(Text(heading), justify=column.align, width=widths[index], overflow="fold")
    for row in table.rows:
        rich.add_row(*(_text(row[index]) for index in widths))
    return rich


def _text(cell: Cell) -> Text:
    if isinstance(cell, str):
        return Text(visible(cell))
    return Text(visible(cell.text), style=_STYLES[cell.tone])
