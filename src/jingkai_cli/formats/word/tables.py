"""Tables in WordprocessingML: cells, borders, a header that is repeated on each page."""

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
"""Twips on each side of a cell: 1 mm."""

_BLANK_ROW = 1020
"""The least height of a row that is filled in by hand: 1.8 cm."""

_BORDER = 12
"""Twips that a row is higher than its lines and the space around them; LibreOffice adds ten."""

_NARROWER = 2
"""Half-width characters by which a font may be wider than is reckoned: a line is broken before a figure so much earlier
than it would be full, and a figure that is moved from the edge keeps so much room."""

_MOST_WHOLE = 18
"""The lines of a row up to which it is not broken across pages."""

_LAST_ROWS = 4
"""So many rows of a table stay together, and on the page of the line below it: no page has a row or two alone."""

_LAST_HEIGHT = 2600
"""Twips that these rows take at most: of long ones there are fewer, since so many would leave the page before empty."""

_FIRST_ROWS = 1
"""So many rows stay on the page of the next one: no heading has a row alone below it."""

_SHORT, _SHORT_WITHIN = 3800, 1800
"""Twips of height up to which a table stays on one page: half of one that lies on its side; within a signed text less,
because a half-empty page before it would be read as the end."""

_ENDING = tuple("，；。、：")

_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")

_SHADES: Mapping[Tone, str] = {"red": "F8CBCB", "yellow": "FFF2CC", "green": "DDEFD9", "none": "F2F2F2"}


def notes_of_tables(tables: Sequence[Table | None], notes: Iterable[str]) -> list[tuple[str, ...]]:
    """The notes that stand in the last row of each table, so that none begins a page.

    A note that begins with a mark belongs to the first table with that mark, any other to the first table.
    """
    placed: list[list[str]] = [[] for _table in tables]
    places = [place for place, one in enumerate(tables) if one]
    for note in notes if places else ():
        mark = note.partition(" ")[0]
        marked = [place for place in places if len(mark) == 1 and _has(tables[place], mark)]
        placed[(marked or places)[0]].append(note)
    return [*map(tuple, placed)]


def _has(table: Table | None, mark: str) -> bool:
    """Whether a mark stands in a cell."""
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
        text_width: in twips.
        notes: what stands in a last row across all columns.
        followed: whether a line of text stands below it, which is not to be alone on the next page.
        within: whether it stands within a text that is signed, where it takes less room.
        ends: whether it ends such a text: it may begin on the page before the signature.
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
    kept_from = 0 if height <= short else len(table.rows) - _last_rows(lines_of, laid.face)
    last = len(table.rows) - (0 if followed or notes else 1)
    for number, (row, lines) in enumerate(zip(table.rows, lines_of, strict=True)):
        cells = [
            _cell(row[index], laid.face, w, shape, faces.stands)
            for index, w, shape in zip(laid.widths, twips, shapes, strict=True)
        ]
        for index, cell in zip(laid.widths, cells, strict=True):
            if table.columns[index].merged:
                cell[0].insert(1, element("vMerge", **({"val": "restart"} if row[index] else {})))
        if number < _FIRST_ROWS or kept_from <= number < last or _goes_on(table, number):
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
    """How many rows stay together at the end."""
    heights = accumulate(each * line_height(face) + 2 * face.above for each in lines[: -_LAST_ROWS - 1 : -1])
    return max(1, sum(height <= _LAST_HEIGHT for height in heights))


def _keep_first_rows(made: Element, count: int) -> None:
    """Keep the header of a long table and its first rows on one page, with the line above that is kept with them."""
    if count > _FIRST_ROWS:
        for row in made.findall(qn("w:tr"))[: 1 + _FIRST_ROWS]:
            for block in row.iter(qn("w:p")):
                keep_with_next(block)


def _goes_on(table: Table, number: int) -> bool:
    """Whether a row ends a page badly: it begins a cell that is merged with the row below."""
    merged = [index for index, column in enumerate(table.columns) if column.merged]
    below = table.rows[number + 1 : number + 2]
    return any(table.rows[number][index] and row[index] == "" for row in below for index in merged)


def _shape(table: Table, index: int, face: Face, width: int) -> Shape:
    """The layout of the cells of a column: figures end on a line, and the longest is centred."""
    align = table.columns[index].align
    if align == "left":
        return Shape(align)
    longest = max((safe_width(line) for row in table.rows for line in shown(row[index]).split("\n")), default=0)
    spare = max(0, width - 2 * _PADDING - (longest + _NARROWER) * face.size * 10)
    return Shape(align, right=int(spare / 2 * WHOLE / standard.CHARACTER))


def _balanced(title: str, room: int) -> str:
    """A Chinese title that takes several lines, with as many characters in each: 实际 above 进度."""
    lines = ceil(width(title) / max(2, room))
    if lines < 2 or title.isascii() or "\n" in title:  # noqa: PLR2004 - it fits
        return title
    if 0 < (at := title.find("（")) <= room // 2:
        return f"{title[:at]}\n{title[at:]}"
    size = ceil(len(title) / lines)
    return "\n".join(title[at : at + size] for at in range(0, len(title), size))


def _row_properties(by_hand: bool, lines: int, least: int, face: Face) -> Element:  # noqa: FBT001 - said of the row
    """A row of several lines stays on one page, unless there are so many that a page would be left half empty.

    Of rows of one line, which cannot break, LibreOffice loses some at the end of a page when they are told not to.
    One to be filled in by hand is high enough to be written in. The others have a least height of one line less than is
    reckoned, and of every line that a cell has of itself: where a row grows after cells were placed, LibreOffice leaves
    some of them at the top and others in the middle.
    """
    whole = by_hand or 1 < lines <= _MOST_WHOLE
    height = _BLANK_ROW if by_hand else least * line_height(face) + 2 * face.above + _BORDER
    return element("trPr", *([element("cantSplit")] if whole else []), element("trHeight", val=height, hRule="atLeast"))


def _twips(widths: list[int], text_width: int) -> list[int]:
    """Column widths in twips; together they are exactly as wide as the text."""
    wanted = [w + GUTTER for w in widths]
    edges = [round(text_width * sum(wanted[:n]) / sum(wanted)) for n in range(len(wanted) + 1)]
    return [right - left for left, right in pairwise(edges)]


def ruled(paragraphs: Iterable[Element]) -> Element:
    """Paragraphs between two lines as wide as the text (版记), indented by one character on both sides."""
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
    """A cell. A lamp is its word, with its colour as background."""
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if isinstance(cell, Toned):
        properties.append(element("shd", val="clear", color="auto", fill=_SHADES[cell.tone]))
    properties.append(element("vAlign", val=stands))
    said, room = shown(cell), (width - 2 * _PADDING) / (face.size * 10)
    whole = "\n".join(unbroken(line, room) if line.isascii() else line for line in said.split("\n"))
    return element("tc", properties, paragraph(replace(shape, line=line_height(face)), *runs(face, whole)))


def lines_of_rows(table: Table, face: Face, widths: Mapping[int, int], text_width: int) -> list[int]:
    """The lines that each row takes, where `widths` are those of the columns that are printed."""
    columns = [*zip(widths, _twips([*widths.values()], text_width), strict=True)]
    return [max(_lines(row[index], face, w) for index, w in columns) for row in table.rows]


def _lines(cell: Cell, face: Face, width: int) -> int:
    """The lines that a cell takes."""
    room = (width - 2 * _PADDING) / (face.size * 10)
    broken = (piece for line in shown(cell).split("\n") for piece in unbroken(line, room).split("\n"))
    return sum(wrapped(piece, room) for piece in broken)


def unbroken(line: str, room: float) -> str:
    """A line of a cell, broken before each date, and each figure with its unit, that would not end in its line.

    Programs break them anywhere between a figure and a Chinese character, and a line of English at a blank.
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
                pieces[-1] = pieces[-1].rstrip()  # a blank at the end of a full line would begin another one
                begins = len(pieces) > 1 and len(pieces[-1]) == 1 and pieces[-2][-1:] in _ENDING
                pieces.insert(len(pieces) - begins, "\n")  # a word alone between a comma and a figure goes with it
            taken = 0.0
        taken = (taken + safe_width(token)) if taken or not token.isspace() else 0.0
        pieces.append(token)
    return "".join(pieces)
