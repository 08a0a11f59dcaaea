"""Tables for a terminal, drawn by Rich, with line breaks where Chinese allows them."""

import re
from collections.abc import Iterator

from rich import _wrap, box
from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ..reports.document import Cell, Document, Table
from ..text import visible, width
from .fitting import fit
from .heading import foot, head

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"

_OPENING, _CLOSING = "“‘《（【", "”’》）】、。，；：？！…"

# A word includes the blanks around it.
_WORD = re.compile(rf"\s*(?:[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}{_CLOSING}]+|[{_WIDE}][,.;:!?)]*)[{_CLOSING}]*|\S)\s*")


def break_chinese() -> None:
    """Patch Rich, which takes a Chinese sentence for one word and moves it to the next line or cuts it off."""
    _wrap.re_word = _WORD
    Text.rstrip_end = _rstrip_end  # type: ignore[method-assign,assignment]


def _rstrip_end(text: Text, size: int) -> None:
    """Remove blanks beyond the width of a line. Rich counts characters instead of columns and would cut off a word."""
    beyond = text.cell_len - size
    blanks = len(text.plain) - len(text.plain.rstrip(" "))
    if beyond > 0 and blanks:
        text.right_crop(min(blanks, beyond))


_STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "none": "dim"}

_GUTTER = 2
"""Space between two columns, in half-width characters."""


def show(document: Document, console: Console) -> None:
    """Print the document to a terminal."""
    break_chinese()
    console.print(Group(*_parts(document, console.width)))


def render(document: Document) -> str:
    """Render without colours and 80 columns wide, for `-f table` to a file or a pipe."""
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
