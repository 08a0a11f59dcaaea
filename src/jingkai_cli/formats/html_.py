"""A document as one self-contained HTML page."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

from msgspec.structs import replace

from ..dates import official_date
from ..language import _, language_tag
from ..reports.document import Cell, Column, Document, Section, Table
from ..text import visible
from .heading import foot, head, titles, when
from .line_breaks import UNITS

HERE = Path(__file__).parent


@lru_cache(20_000)
def text(content: str) -> str:
    """Escape text for an element or a quoted attribute."""
    return escape(visible(content))


_PHONE = re.compile(r"(?<![\d-])(?:\+86[ -]?)?(?:0\d{2,3}[ -]?\d{7,8}|1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![\d-])")


_WHOLE = re.compile(
    rf"(?P<date>(?:时限|截至)?(?:\d{{4}}-\d\d-\d\d|(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日)\*?)"
    rf"|(?<![\d-])\d[\d,.]*(?:余|多)?(?:{UNITS})|〔\d{{4}}〕\d+号|逾期未(?:报|完成)|（?(?:节点|问题)?逾期\d+天）?"
)
"""A date with its mark, a figure with its unit, a document number, or how late something is."""


_RATE = re.compile(r"(?<=\d) %")

_NAMED = re.compile(r"(?<![\d.])(\d+(?:\.\d+)+) (?=[^\W\d_])")
"""The number of a sub-task before its name."""


@lru_cache(20_000)
def phrased(content: str) -> str:
    """Escape text, make telephone numbers links, and keep dates, figures and rates on one line."""
    escaped = _RATE.sub("\u00a0%", text(content))
    if not any(map(str.isdigit, content)):
        return escaped
    dated = _WHOLE.sub(_on_one_line, _NAMED.sub("\\1\u00a0", escaped))
    return _PHONE.sub(lambda found: f'<a href="tel:{re.sub("[ -]", "", found[0])}">{found[0]}</a>', dated)


def _on_one_line(found: re.Match[str]) -> str:
    element = "time" if found["date"] else "data"
    return f"<{element}>{found[0]}</{element}>"


def page(*, title: str, body: str, style: str = "", script: str = "") -> str:
    """Build an HTML page.

    Args:
        title: the title for the browser tab, as plain text.
        body: HTML, with user text already escaped.
        style: CSS to add to `page.css`.
        script: JavaScript to run after loading; the page must be complete without it.
    """
    style = f"{HERE.joinpath('page.css').read_text('utf-8')}{style}"
    running = f"script-src '{_hash(script)}'; " if script else ""
    policy = f"default-src 'none'; {running}style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language_tag()}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="format-detection" content="telephone=no">',
        f"<title>{text(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        body,
        *([f"<script>{script}</script>"] if script else []),
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _hash(content: str) -> str:
    """The hash of a script or a style in the form that a Content-Security-Policy requires."""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def render(document: Document) -> str:
    """Render the document as an HTML page."""
    document = document.on_paper
    plan, title = document.about.plan, document.title
    below, summary = head(document)[len(titles(document)) :], ""
    if not document.letterhead:  # the most important lines come first
        below, summary = [when(document.about, official_date)], _paragraphs(document.summary)
        document = replace(document, summary=())
    body = [
        f"<header><p>{phrased(plan)}</p><h1>{phrased(title)}</h1>{_paragraphs(below)}</header>",
        f'<main class="{"letter" if document.letterhead else "report"}">{summary}',
        *(part for section in document.sections for part in section_parts(section, title)),
        "</main>",
        f"<footer>{_paragraphs(foot(document))}</footer>",
    ]
    tables = [section.table for section in document.sections if section.table]
    style = page_feet(f"{plan} · {title}")
    if any(len(table.columns) >= _LANDSCAPE for table in tables):
        style += "@media print { @page { size: A4 landscape; } }\n"
    return page(title=f"{title} | {plan}", body="\n".join(body), style=style)


_LANDSCAPE = 7
"""Tables with at least this many columns are printed in landscape."""


def page_feet(content: str) -> str:
    """The CSS for the footer of each printed page: a text and the page number."""
    counters = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    pieces = re.split(r"(\{\w+\})", _("page {page} of {pages}"))
    number = " ".join(counters.get(piece) or css_text(piece) for piece in pieces if piece)
    left, right = f"@bottom-left {{ content: {css_text(content)}; }}", f"@bottom-right {{ content: {number}; }}"
    return f"@page {{\n  {left}\n  {right}\n}}\n"


def css_text(content: str) -> str:
    """A text as a CSS string."""
    return '"' + "".join(c if c.isalnum() or c in " ." else f"\\{ord(c):x} " for c in content) + '"'


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{phrased(line)}</p>" for line in lines)


def section_parts(section: Section, label: str, level: int = 2) -> Iterator[str]:
    """Yield a section as HTML: heading, lines and table.

    The table is labelled with the heading, or else with `label`.
    """
    if section.title:
        yield f"<h{level}>{phrased(section.title)}</h{level}>"
    if section.drawn:
        yield f'<pre role="img" aria-label="{text(section.title or label)}">{text(chr(10).join(section.lines))}</pre>'
    elif section.lines:
        yield f"<ul>{''.join(f'<li>{phrased(line)}</li>' for line in section.lines)}</ul>"
    if section.table:
        yield table(section.table, section.title or label)


def table(content: Table, label: str, tasks: Sequence[str] = (), sentences: Callable[[str], str] = phrased) -> str:
    """Return a table as HTML; on a narrow screen, each row is shown as a card.

    Args:
        content: the columns and rows; the first column is the header of each row.
        label: the accessible name.
        tasks: the task id of each row, for filters that hide rows by task; the second cell then links to the task.
        sentences: formats the cells that hold sentences as HTML.
    """
    titled = any(column.title for column in content.columns)
    if not titled:
        return _facts(content, label)
    # Some browsers drop the table semantics of rows that are shown as cards; the roles restore them.
    lines = [f'<table role="table" class="cards" aria-label="{text(label)}">']
    heads = "".join(_head(column) for column in content.columns)
    lines.append(f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>')
    lines.append('<tbody role="rowgroup">')
    for number, row in enumerate(content.rows):
        task_attribute = f' data-task="{text(tasks[number])}"' if tasks else ""
        first, *others = zip(row, content.columns, strict=True)
        cells = [_cell(*first, "th"), *(_cell(*other, "td", sentences) for other in others)]
        if tasks:
            cell, column = others[0]
            cells[1] = _linked(cell, column, f"#task-{tasks[number]}")
        lines.append(f'<tr role="row"{task_attribute}>{"".join(cells)}</tr>')
    return "\n".join([*lines, "</tbody></table>"])


def _facts(content: Table, label: str) -> str:
    """A table without column titles: the names and values of the fields of one thing, one row each."""
    lines = [f'<table class="facts" aria-label="{text(label)}"><tbody>']
    for first, *others in content.rows:
        cells = "".join(f"<td>{_content(other)}</td>" for other in others)
        lines.append(f'<tr><th scope="row">{_content(first)}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody></table>"])


def _head(column: Column) -> str:
    return f'<th role="columnheader" scope="col"{_aligned(column)}>{text(column.title)}</th>'


def _cell(cell: Cell, column: Column, element: str, sentences: Callable[[str], str] = phrased) -> str:
    content = sentences(cell) if column.sentences and isinstance(cell, str) else _content(cell)
    if "<" in content and isinstance(cell, str):  # on a phone the label stands beside it: one box, not several
        content = f"<span>{content}</span>"
    return f"<{element} {_attributes(column, element)}>{content}</{element}>"


def _linked(cell: Cell, column: Column, target: str) -> str:
    content = phrased(cell if isinstance(cell, str) else cell.text)
    return f'<td {_attributes(column, "td")}><a href="{text(target)}">{content}</a></td>'


def _attributes(column: Column, element: str) -> str:
    role = 'role="rowheader" scope="row"' if element == "th" else 'role="cell"'
    label = f' data-label="{text(column.title)}"' if column.title else ""
    return f"{role}{label}{_aligned(column)}"


def _content(cell: Cell) -> str:
    return phrased(cell) if isinstance(cell, str) else f'<span class="lamp {cell.tone}">{text(cell.text)}</span>'


def _aligned(column: Column) -> str:
    return ' class="right"' if column.align == "right" else ""
