"""The body of a Word file: paragraphs and tables."""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

from ...language import _
from ...quantities import long_date
from ...reports.document import Cell, Document, Letterhead, Section, Table, Tone, Toned
from ...text import width
from ..fitting import fit
from ..heading import anchor, distribution, salutation, when
from . import gbt9704 as standard
from .gbt9704 import MONOSPACED, WHOLE, Face, Faces
from .xml import Element, Shape, element, keep_with_next, paragraph, run

PADDING = 57
"""Twips on each side of a cell: 1 mm."""

ABOVE = 34
"""Twips above and below its text."""

_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")

_SHADES: Mapping[Tone, str] = {"red": "F8CBCB", "yellow": "FFF2CC", "green": "DDEFD9", "none": "F2F2F2"}

_GUTTER = 2
"""Half-width characters that the padding and the border of a cell take, rounded up."""


def table(table: Table, faces: Faces) -> Element:
    """A table in the largest font in which all columns fit; in the smallest font, columns may be dropped."""
    face, widths = _fitted(table, faces)
    titles = [table.columns[index].title for index in widths]
    twips = _twips(list(widths.values()))
    made = element("tbl", _properties(_BORDERS, PADDING), element("tblGrid", *(element("gridCol", w=w) for w in twips)))
    if any(titles):
        titled = replace(faces.column, size=face.size)
        cells = [_cell(title, titled, w, "center") for title, w in zip(titles, twips, strict=True)]
        made.append(element("tr", element("trPr", element("cantSplit"), element("tblHeader")), *cells))
    for row in table.rows:
        cells = [
            _cell(row[index], face, w, "right" if table.columns[index].align == "right" else "left")
            for index, w in zip(widths, twips, strict=True)
        ]
        made.append(element("tr", element("trPr", element("cantSplit")), *cells))
    return made


def _fitted(table: Table, faces: Faces) -> tuple[Face, dict[int, int]]:
    """The face of the cells, and the width of each column in half-width characters."""
    for face in faces.cells:
        room = int(standard.TEXT_WIDTH / (face.size * 10)) - _GUTTER  # half a character is size / 2 points
        widths = fit(table, room, _GUTTER)
        if len(widths) == len(table.columns):
            break
    return face, widths


def _twips(widths: list[int]) -> list[int]:
    """Column widths in twips; together they are exactly as wide as the text."""
    wanted = [w + _GUTTER for w in widths]
    edges = [round(standard.TEXT_WIDTH * sum(wanted[:n]) / sum(wanted)) for n in range(len(wanted) + 1)]
    return [right - left for left, right in pairwise(edges)]


def ruled(paragraphs: Iterable[Element]) -> Element:
    """Paragraphs between two lines as wide as the text (版记), indented by one character on both sides."""
    properties = _properties(("top", "bottom", "insideH"), standard.CHARACTER)
    made = element("tbl", properties, element("tblGrid", element("gridCol", w=standard.TEXT_WIDTH)))
    width = element("tcPr", element("tcW", w=standard.TEXT_WIDTH, type="dxa"))
    for one in paragraphs:
        made.append(element("tr", element("trPr", element("cantSplit")), element("tc", deepcopy(width), one)))
    return made


def _properties(sides: Iterable[str], padding: int) -> Element:
    lines = (element(side, val="single", sz=4, space=0, color="auto") for side in sides)
    return element(
        "tblPr",
        element("tblW", w=standard.TEXT_WIDTH, type="dxa"),
        element("jc", val="center"),
        element("tblBorders", *lines),
        element("tblLayout", type="fixed"),
        element(
            "tblCellMar",
            *(
                element(side, w=width, type="dxa")
                for side, width in (("top", ABOVE), ("left", padding), ("bottom", ABOVE), ("right", padding))
            ),
        ),
    )


def _cell(cell: Cell, face: Face, width: int, align: str) -> Element:
    """A cell. A lamp is its word, with its colour as background."""
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if isinstance(cell, Toned):
        properties.append(element("shd", val="clear", color="auto", fill=_SHADES[cell.tone]))
    properties.append(element("vAlign", val="center"))
    return element("tc", properties, paragraph(Shape(align), run(face, cell.text if isinstance(cell, Toned) else cell)))


_DRAWN = Shape("left", line=200)

_DIGITS = "一二三四五六七八九十"

_LEVELS = (f"[{_DIGITS}]+、", f"（[{_DIGITS}]+）", r"\d+[.．](?!\d)", r"[(（]\d+[)）]")
"""Patterns of the numbers that begin a heading of each level."""


def body(document: Document, faces: Faces) -> Iterator[Element]:
    """Everything between the margins."""
    yield from _head(document, faces)
    *before, last = tuple(_text(document, faces)) or (_blank(faces),)
    yield from before
    if document.letterhead:  # the signed page must have at least one line of text
        yield keep_with_next(last)
        yield from _signature(document.letterhead, faces)
    else:
        yield last
    yield from _record(document, faces)
    for slip in (section for section in document.sections if section.slip):
        yield _blank(faces)
        yield paragraph(Shape("center", line=faces.line, kept=True), run(faces.title, slip.title or ""))
        yield from _section(slip._replace(title=None), faces)


def _head(document: Document, faces: Faces) -> Iterator[Element]:
    """Number, title and addressee; a report has its as-of date in place of a number."""
    letterhead = document.letterhead
    if letterhead:
        yield paragraph(Shape("center", line=faces.line), run(faces.body, letterhead.number))
        yield _blank(faces)
    for title in (document.about.plan, document.title):
        yield paragraph(Shape("center", line=faces.line, kept=True), run(faces.title, title))
    if not letterhead:
        about = document.about
        dated = _("({when})").format(when=when(about, long_date(about.as_of)))
        yield paragraph(Shape("center", line=faces.line), run(faces.dated, dated))
    yield _blank(faces)
    if letterhead and letterhead.addressee:
        yield paragraph(Shape(line=faces.line), run(faces.body, salutation(letterhead.addressee)))


def _text(document: Document, faces: Faces) -> Iterator[Element]:
    for section in _numbered(document):
        if not section.slip:
            yield from _section(section, faces)
    for line in document.summary:
        yield _line(line, faces)
    for line in document.footnotes:
        yield paragraph(_body(faces), run(faces.record, line))


def _numbered(document: Document) -> Iterator[Section]:
    """The sections. A Chinese report numbers the titles if there are several and none has a number."""
    titles = [section.title for section in document.sections if section.title]
    not_numbered = document.about.language != "zh" or document.letterhead or len(titles) == 1
    unchanged = not_numbered or any(_level(title) is not None for title in titles)
    count = 0
    for section in document.sections:
        if section.title and not unchanged:
            count += 1
            yield section._replace(title=f"{_chinese(count)}、{section.title}")
        else:
            yield section


def _chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese.

    >>> _chinese(2), _chinese(10), _chinese(21)
    ('二', '十', '二十一')
    """
    tens, ones = divmod(number, 10)
    return f"{('', '十', *(f'{digit}十' for digit in _DIGITS[1:]))[tens]}{('', *_DIGITS)[ones]}"


def _section(section: Section, faces: Faces) -> Iterator[Element]:
    if section.title:
        yield paragraph(replace(_body(faces), level=0), run(faces.levels[0], section.title))
    for line in section.lines:
        yield paragraph(_DRAWN, run(MONOSPACED, line)) if section.drawn else _line(line, faces)
    if section.table:
        yield table(section.table, faces)
        yield _blank(faces)


def _line(line: str, faces: Faces) -> Element:
    """A line of text. If it begins with a number, the text up to the first full stop is set as a heading."""
    level = _level(line)
    if level is None:
        return paragraph(_body(faces), run(faces.body, line))
    heading, stop, rest = line.partition("。")
    runs = [run(faces.levels[level], heading + stop)]
    if rest:
        return paragraph(_body(faces), *runs, run(faces.body, rest))
    return paragraph(replace(_body(faces), level=level), *runs)


def _level(line: str) -> int | None:
    return next((level for level, start in enumerate(_LEVELS) if re.match(start, line)), None)


def _signature(letterhead: Letterhead, faces: Faces) -> Iterator[Element]:
    """The issuer, centred above the date; the date ends four characters from the right edge."""
    day = long_date(letterhead.dated)
    for blank in (_blank(faces), _blank(faces)):
        yield keep_with_next(blank)
    if letterhead.issuer:
        beyond = (width(day) - width(letterhead.issuer)) * WHOLE // 4  # half of the difference in half-widths
        indent = max(0, standard.DATE_FROM_THE_RIGHT * WHOLE + beyond)
        yield paragraph(Shape("right", right=indent, line=faces.line, kept=True), run(faces.body, letterhead.issuer))
    indent = standard.DATE_FROM_THE_RIGHT * WHOLE
    yield paragraph(Shape("right", right=indent, line=faces.line), run(faces.body, day))


def _record(document: Document, faces: Faces) -> Iterator[Element]:
    """The recipients (版记) and the anchor, between two lines."""
    head = [anchor(document.about)] if document.about.head else []
    lines = [*(distribution(document.letterhead) if document.letterhead else ()), *head]
    yield _blank(faces)
    yield ruled([paragraph(Shape("left", line=faces.line), run(faces.record, line)) for line in lines])


def _body(faces: Faces) -> Shape:
    return Shape(first_line=faces.first_line, line=faces.line)


def _blank(faces: Faces) -> Element:
    return paragraph(Shape(line=faces.line), run(faces.body, ""))
