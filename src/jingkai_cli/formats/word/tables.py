"""Tables of an official document: as wide as the text, the header on each page, no row cut in two."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

from ...reports.document import Cell, Table, Tone, Toned
from ..fitting import fit
from . import gbt9704 as standard
from .gbt9704 import Face, Faces
from .xml import Element, Shape, element, paragraph, run

PADDING = 57
"""Twips on each side of a cell: 1 mm."""
ABOVE = 34
"""Twips above and below its text."""
_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")
_SHADES: Mapping[Tone, str] = {"red": "F8CBCB", "yellow": "FFF2CC", "green": "DDEFD9", "none": "F2F2F2"}
_GUTTER = 2
"""Half-width characters that the padding of a cell and its line take, rounded up."""


def table(table: Table, faces: Faces) -> Element:
    """A table in the largest size in which all of its columns fit; in the smallest one some may go."""
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
    """The widths of the columns on paper: together exactly as wide as the text."""
    wanted = [w + _GUTTER for w in widths]
    edges = [round(standard.TEXT_WIDTH * sum(wanted[:n]) / sum(wanted)) for n in range(len(wanted) + 1)]
    return [right - left for left, right in pairwise(edges)]


def ruled(paragraphs: Iterable[Element]) -> Element:
    """Paragraphs between lines that are as wide as the text (版记); each a character from both edges."""
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
    """A cell. Of a lamp the word stands there, and its colour behind it."""
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if isinstance(cell, Toned):
        properties.append(element("shd", val="clear", color="auto", fill=_SHADES[cell.tone]))
    properties.append(element("vAlign", val="center"))
    return element("tc", properties, paragraph(Shape(align), run(face, cell.text if isinstance(cell, Toned) else cell)))
