"""Tables in WordprocessingML: cells, borders, a header that is repeated on each page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import accumulate, pairwise
from math import ceil

from docx.oxml.ns import qn
from msgspec.structs import replace

from ...reports.document import Cell, Table, Tone, Toned
from ...text import width
from ..line_breaks import CLOSING, OPENING, shown, tokens
from . import gbt9704 as standard
from .gbt9704 import WHOLE, Face, Faces
from .table_layout import GUTTER, LONGEST, LONGEST_WITHIN, layout, line_height, safe_width, wrapped
from .xml import Element, Shape, element, keep_with_next, paragraph, runs

_PADDING = 57
"""Padding on each side of a cell, in twips: 1 mm."""

_BLANK_ROW = 1020
"""The least height of a row to be filled in by hand, in twips: 1.8 cm."""

_BORDER = 12
"""Twips that a row is higher than its lines and the space around them; LibreOffice adds ten."""

_NARROWER = 2
"""Half-width characters by which a font may be wider than estimated. A line is broken that much early before a figure,
and a right-aligned figure keeps that distance from the border."""

_MOST_WHOLE = 14
"""Rows of up to this many lines are not broken across pages."""

_LAST_ROWS = 4
"""This many last rows of a table stay together, and on the page of the line below: no page has only a row or two."""

_LAST_HEIGHT = 2600
"""The most height of these rows, in twips. Fewer long rows are kept together, or the page before would be left
empty."""

_FIRST_ROWS = 1
"""This many first rows stay on the page of the next row, so that no heading is followed by a single row."""

_SHORT, _SHORT_WITHIN = 3800, 1800
"""The height in twips up to which a table stays on one page: half a landscape page. It is less in a signed text,
because a half-empty page would look like the end of the text."""

_ENDING = tuple("，；。、：")

_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")

_SHADES: Mapping[Tone, str] = {"red": "F8CBCB", "yellow": "FFF2CC", "green": "DDEFD9", "none": "F2F2F2"}


def notes_of_tables(tables: Sequence[Table | None], notes: Iterable[str]) -> list[tuple[str, ...]]:
    """For each table, the notes to print in its last row; as part of the table, they cannot begin a page.

    A note that begins with a mark belongs to the first table with that mark, any other note to the first table.
    """
    placed: list[list[str]] = [[] for _table in tables]
    places = [place for place, one in enumerate(tables) if one]
    for note in notes if places else ():
        mark = note.partition(" ")[0]
        marked = [place for place in places if len(mark) == 1 and _has_mark(tables[place], mark)]
        placed[(marked or places)[0]].append(note)
    return [*map(tuple, placed)]


def _has_mark(table: Table | None, mark: str) -> bool:
    """Whether a mark appears in a cell of the table."""
    return any(mark in shown(cell) for row in (table.rows if table else ()) for cell in row)


def table(  # noqa: PLR0913 - what stands around it
    table: Table,
    faces: Faces,
    text_width: int,
    *,
    notes: tuple[str, ...] = (),
    followed: bool,
    within: bool = False,
    ends: bool = False,
) -> Element:
    """A table as wide as the text.

    Args:
        table: its columns and rows.
        faces: the faces of cells and column titles.
        text_width: the width of the text, in twips.
        notes: the notes for a last row across all columns.
        followed: whether a line of text follows, which must not begin a page alone.
        within: whether the table is part of a signed text, where it takes less room.
        ends: whether it ends such a text; it may then begin on the page before the signature.
    """
    laid = layout(table, faces, text_width, LONGEST_WITHIN if within else LONGEST)
    twips = _twips(list(laid.widths.values()), text_width)
    rooms = [int((w - 2 * _PADDING) / (laid.face.size * 10)) for w in twips]
    titles = [_balanced(table.columns[index].title, room) for index, room in zip(laid.widths, rooms, strict=True)]
    grid = element("tblGrid", *(element("gridCol", w=w) for w in twips))
    made = element("tbl", _properties(_BORDERS, _PADDING, laid.face.above, text_width), grid)
    if any(titles):
        titled = replace(faces.column, size=laid.face.size)
        cells = [_cell(title, titled, w, Shape("center")) for title, w in zip(titles, twips, strict=True)]
        made.append(element("tr", element("trPr", element("cantSplit"), element("tblHeader")), *cells))
    shapes = [_shape(table, index, laid.face, w) for index, w in zip(laid.widths, twips, strict=True)]
    lines_of = lines_of_rows(table, laid.face, laid.widths, text_width)
    height = sum(lines_of) * line_height(laid.face) + 2 * laid.face.above * len(lines_of)
    short = _SHORT_WITHIN * (not ends) if within else _SHORT
    most = _LAST_ROWS // 2 if notes and followed else _LAST_ROWS  # the page has notes and text as well
    kept_from = 0 if height <= short else len(table.rows) - _last_rows(lines_of[-most:], laid.face)
    last = len(table.rows) - (0 if followed or notes else 1)
    for number, (row, lines) in enumerate(zip(table.rows, lines_of, strict=True)):
        cells = [
            _cell(row[index], laid.face, w, shape, faces.stands)
            for index, w, shape in zip(laid.widths, twips, shapes, strict=True)
        ]
        for index, cell in zip(laid.widths, cells, strict=True):
            if table.columns[index].merged:
                cell[0].insert(1, element("vMerge", **({"val": "restart"} if row[index] else {})))
        stays = number < _FIRST_ROWS or kept_from <= number < last or _must_not_end_page(table, number)
        if stays and lines <= _MOST_WHOLE:  # a taller row may begin on one page and end on the next
            for one in cells:
                keep_with_next(one[-1])
        certain = max(shown(row[index]).count("\n") + 1 for index in laid.widths)
        least = max(certain, lines - 1)
        made.append(element("tr", _row_properties(table.by_hand, lines, least, laid.face), *cells))
    if within:
        _keep_first_rows(made, len(table.rows))
    if notes:
        cell = _cell("\n".join(notes), laid.face, text_width, Shape("left"))
        cell[0].insert(1, element("gridSpan", val=len(twips)))
        cell[0].insert(2, element("tcBorders", *(element(side, val="nil") for side in ("left", "bottom", "right"))))
        if followed:
            keep_with_next(cell[-1])
        made.append(element("tr", element("trPr", element("cantSplit")), cell))
    return made


def _last_rows(lines: Sequence[int], face: Face) -> int:
    """The number of last rows that stay together, of those with `lines`."""
    heights = accumulate(each * line_height(face) + 2 * face.above for each in reversed(lines))
    return max(1, sum(height <= _LAST_HEIGHT for height in heights))


def _keep_first_rows(made: Element, count: int) -> None:
    """Keep the header and the first rows of a table on one page, together with the line above."""
    if count > _FIRST_ROWS:
        for row in made.findall(qn("w:tr"))[: 1 + _FIRST_ROWS]:
            for block in row.iter(qn("w:p")):
                keep_with_next(block)


def _must_not_end_page(table: Table, number: int) -> bool:
    """Whether a row must not end a page: a merged cell would have no text on the next one."""
    merged = [index for index, column in enumerate(table.columns) if column.merged]
    below = table.rows[number + 1 : number + 2]
    return any(row[index] == "" for row in below for index in merged)


def _shape(table: Table, index: int, face: Face, width: int) -> Shape:
    """The shape of the cells of a column: right-aligned figures, with the longest one centred in the column."""
    align = table.columns[index].align
    if align == "left":
        return Shape(align)
    longest = max((safe_width(line) for row in table.rows for line in shown(row[index]).split("\n")), default=0)
    spare = max(0, width - 2 * _PADDING - (longest + _NARROWER) * face.size * 10)
    return Shape(align, right=int(spare / 2 * WHOLE / standard.CHARACTER))


def _balanced(title: str, room: int) -> str:
    """Split a Chinese title that takes several lines into lines of equal length: 实际 above 进度."""
    lines = ceil(width(title) / max(2, room))
    if lines < 2 or title.isascii() or "\n" in title:  # noqa: PLR2004 - it fits
        return title
    if 0 < (at := title.find("（")) <= room // 2:
        return f"{title[:at]}\n{title[at:]}"
    size = ceil(len(title) / lines)
    return "\n".join(title[at : at + size] for at in range(0, len(title), size))


def _row_properties(by_hand: bool, lines: int, least: int, face: Face) -> Element:  # noqa: FBT001 - a property of the row
    """The properties of a row, including its least height.

    A row of several lines is not broken across pages, unless it is so tall that half a page would be left empty.
    LibreOffice loses rows of one line with this property at the end of a page, so they do not have it. A row to be
    filled in by hand is tall enough for handwriting. The least height of others is one line less than estimated, but
    not less than `least`, the lines that a cell has without wrapping: if a row grows after its cells were placed,
    LibreOffice aligns some of them at the top and others in the middle.
    """
    whole = by_hand or 1 < lines <= _MOST_WHOLE
    height = _BLANK_ROW if by_hand else least * line_height(face) + 2 * face.above + _BORDER
    return element("trPr", *([element("cantSplit")] if whole else []), element("trHeight", val=height, hRule="atLeast"))


def _twips(widths: list[int], text_width: int) -> list[int]:
    """Column widths in twips, which add up exactly to the text width."""
    wanted = [w + GUTTER for w in widths]
    edges = [round(text_width * sum(wanted[:n]) / sum(wanted)) for n in range(len(wanted) + 1)]
    return [right - left for left, right in pairwise(edges)]


def ruled(paragraphs: Iterable[Element]) -> Element:
    """Paragraphs between rules as wide as the text (版记), indented by one character on both sides."""
    properties = _properties(("top", "bottom", "insideH"), standard.CHARACTER, _ABOVE_RECORD, standard.TEXT_WIDTH)
    made = element("tbl", properties, element("tblGrid", element("gridCol", w=standard.TEXT_WIDTH)))
    width = element("tcPr", element("tcW", w=standard.TEXT_WIDTH, type="dxa"))
    for one in paragraphs:
        made.append(element("tr", element("trPr", element("cantSplit")), element("tc", deepcopy(width), one)))
    return made


_ABOVE_RECORD = 28


def _properties(sides: Iterable[str], padding: int, above: int, text_width: int) -> Element:
    lines = (element(side, val="single", sz=4, space=0, color="auto") for side in sides)
    return element(
        "tblPr",
        element("tblW", w=text_width, type="dxa"),
        element("jc", val="center"),
        element("tblBorders", *lines),
        element("tblLayout", type="fixed"),
        element(
            "tblCellMar",
            *(
                element(side, w=width, type="dxa")
                for side, width in (("top", above), ("left", padding), ("bottom", above), ("right", padding))
            ),
        ),
    )


def _cell(cell: Cell, face: Face, width: int, shape: Shape, stands: str = "center") -> Element:
    """A table cell. A lamp is shown as its word on a background of its colour."""
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if isinstance(cell, Toned):
        properties.append(element("shd", val="clear", color="auto", fill=_SHADES[cell.tone]))
    properties.append(element("vAlign", val=stands))
    content, room = shown(cell), (width - 2 * _PADDING) / (face.size * 10)
    whole = "\n".join(_with_breaks(line, room) for line in content.split("\n"))
    return element("tc", properties, paragraph(replace(shape, line=line_height(face)), *runs(face, whole)))


def lines_of_rows(table: Table, face: Face, widths: Mapping[int, int], text_width: int) -> list[int]:
    """The number of lines in each row, for the printed columns with their `widths`."""
    columns = [*zip(widths, _twips([*widths.values()], text_width), strict=True)]
    return [max(_lines(row[index], face, w) for index, w in columns) for row in table.rows]


def _lines(cell: Cell, face: Face, width: int) -> int:
    """The number of lines in a cell."""
    room = (width - 2 * _PADDING) / (face.size * 10)
    lines = (part for line in shown(cell).split("\n") for part in _with_breaks(line, room).split("\n"))
    return sum(wrapped(piece, room) for line in lines for piece in unbroken(line, room).split("\n"))


def _with_breaks(line: str, room: float) -> str:
    """A line of a cell, in which `……等4项` has a line of its own if only what precedes it fits on one."""
    if line.isascii():
        return unbroken(line, room)
    rest = _COUNTED_REST.search(line)
    first = line[: rest.start()] if rest else ""
    return f"{first}\n{line[len(first) :]}" if rest and safe_width(first) <= room < safe_width(line) else line


_COUNTED_REST = re.compile(r"……等\d+项$")


def unbroken(line: str, room: float) -> str:
    """A line of a cell, with breaks before dates and figures with units that would not fit at the end of a line.

    Word processors would break them between a figure and a Chinese character; they break English at blanks.
    """
    line = line.replace(" %", "\u00a0%")
    if safe_width(line) <= room:
        return line
    pieces, taken = list[str](), 0.0
    for token in tokens(line):
        figure = len(token.strip(OPENING + CLOSING)) > 1 and (
            any(char.isdigit() for char in token) or not token.isascii()
        )
        if taken and taken + safe_width(token.rstrip()) > room - (_NARROWER if figure else 0):
            if figure and not (pieces[-1].endswith(" ") and token.replace("\u00a0", "").isascii()):
                pieces[-1] = pieces[-1].rstrip()  # a blank at the end of a full line would begin another line
                begins = len(pieces) > 1 and len(pieces[-1]) == 1 and pieces[-2][-1:] in _ENDING
                pieces.insert(len(pieces) - begins, "\n")  # a character between a comma and the figure moves along
            taken = 0.0
        taken = (taken + safe_width(token)) if taken or not token.isspace() else 0.0
        pieces.append(token)
    return "".join(pieces)
