"""Aligned text, never wrapped or truncated: the default format for a pipe."""

from operator import sub

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
    rows = [[column.title for column in table.columns]]
    rows += [[one_line(cell if isinstance(cell, str) else cell.text) for cell in row] for row in table.rows]
    taken = [list(map(width, row)) for row in rows]
    widths = [max(column) for column in zip(*taken, strict=True)]
    align = [column.align for column in table.columns]
    lines = ["  ".join(map(pad, row, map(sub, widths, used), align)) for row, used in zip(rows, taken, strict=True)]
    if not any(rows[0]):
        return lines[1:]
    return [lines[0], "  ".join("-" * w for w in widths), *lines[1:]]
