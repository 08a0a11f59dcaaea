"""Markdown with GitHub's tables."""

from tabulate import tabulate

from ..reports.document import Document, Table
from ..text import one_line, visible
from .heading import foot, head


def render(document: Document) -> str:
    """Render the document as Markdown."""
    plan, *titles = head(document)
    blocks = [f"# {_literal(plan)}", *map(_literal, titles)]
    for section in document.sections:
        if section.title:
            blocks.append(f"## {_literal(section.title)}")
        blocks += ["\n".join(f"- {_literal(line)}" for line in section.lines)] if section.lines else []
        blocks += [_table(section.table)] if section.table else []
    blocks += [_literal(line) for line in foot(document, "".join(blocks))]
    return visible("\n\n".join(blocks)) + "\n"


def _table(table: Table) -> str:
    rows = [[_literal(cell if isinstance(cell, str) else cell.text) for cell in row] for row in table.rows]
    # Cells are already formatted: tabulate must not parse numbers.
    return tabulate(
        rows,
        headers=[c.title for c in table.columns],
        tablefmt="github",
        disable_numparse=True,
        colalign=[c.align for c in table.columns] if rows else None,
    )


def _literal(text: str) -> str:
    """Escape what Markdown or HTML would read as markup."""
    text = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for char in "\\`*_[]|#~":
        text = text.replace(char, f"\\{char}")
    return text
