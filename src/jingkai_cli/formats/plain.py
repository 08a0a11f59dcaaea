"""Aligned text, never wrapped or truncated: the default format for pipes."""

from collections.abc import Iterable

from ..language import _
from ..reports.document import Cell, Column, Document, Table
from ..text import one_line, pad, visible, width
from .heading import foot, head


def render(document: Document) -> str:
    """Render the document as plain text."""
    lines = [*map(visible, head(document))]
    for section in document.sections:
        if section.title:
            lines += ["", visible(section.title)]
        lines += map(visible, section.lines)
        if section.table:
            lines += _table(section.table)
    lines += map(visible, foot(document, "\n".join(lines)))
    return "\n".join([line.rstrip() for line in lines]) + "\n"


def _table(table: Table) -> list[str]:
    titles = [column.title for column in table.columns]
    columns = map(_column, table.columns, zip(titles, *table.rows, strict=True))
    untitled = 0 if any(column.title for column in table.columns) else 2
    return ["  ".join(cells) for cells in zip(*columns, strict=True)][untitled:]


def _column(column: Column, cells: Iterable[Cell]) -> list[str]:
    """The title, a rule and the cells, padded to one width. Equal cells are measured only once."""
    texts = [cell if isinstance(cell, str) else cell.text for cell in cells]
    parted = _("; ")
    shown = {text: one_line(text.replace("\n", parted)) for text in {*texts}}
    used = {text: width(line) for text, line in shown.items()}
    wide = max(used.values())
    padded = {text: pad(line, wide - used[text], column.align) for text, line in shown.items()}
    title, *lines = map(padded.__getitem__, texts)
    return [title, "-" * wide, *lines]
