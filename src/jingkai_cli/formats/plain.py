"""Aligned text, never wrapped or truncated: what a pipe gets."""

from ..reports.document import Document, Table
from ..text import one_line, pad, visible, width
from .heading import foot, head


def render(document: Document) -> str:
    """The document as text."""
    lines = [*head(document)]
    for section in document.sections:
        if section.title:
            lines += ["", section.title]
        lines += section.lines
        if section.table:
            lines += _table(section.table)
    lines += foot(document)
    return "\n".join(visible(line).rstrip() for line in lines) + "\n"


def _table(table: Table) -> list[str]:
    rows = [[c.title for c in table.columns]]
    rows += [[one_line(cell if isinstance(cell, str) else cell.text) for cell in row] for row in table.rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    aligned = [
        "  ".join(pad(cell, w, c.align) for cell, w, c in zip(row, widths, table.columns, strict=True)) for row in rows
    ]
    if not any(column.title for column in table.columns):
        return aligned[1:]
    return [aligned[0], "  ".join("-" * w for w in widths), *aligned[1:]]
