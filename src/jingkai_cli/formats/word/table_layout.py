"""How a table lies on paper: upright or on its side, the size of its characters, and the widths of its columns."""

import re
from collections.abc import Iterable
from math import ceil
from unicodedata import east_asian_width

from msgspec import Struct
from msgspec.structs import replace

from ...reports.document import Table
from ...text import width
from ..line_breaks import shown
from . import gbt9704 as standard
from .gbt9704 import Face, Faces

GUTTER = 2
"""Half-width characters that the padding and the border of a cell take, rounded up."""
NARROWEST = 12
"""A column of text that wraps has at least six Chinese characters in a line."""
MANY_COLUMNS = 7
"""From so many columns on a table lies on its side."""
LONGEST = 17000
"""Twips of height above which the characters of a table are made smaller: a page and a third, or two on their side."""
LONGEST_WITHIN = 2600
"""The same within a text that is signed: a fifth of a page."""
TALLEST = 5
"""The lines of a row above which the characters are made smaller."""
LINE_HEIGHT = 1.25
"""The height of a line in a cell, in sizes of its characters: the same whatever font a computer has."""
ABOVE = 28
"""Twips above and below the text of a cell."""
ON_ONE_PAGE = {standard.TEXT_WIDTH: 9000, standard.WIDE_TEXT_WIDTH: 5000}
"""Width of the text → twips of height that a page has for a table below the title and the summary."""
BOLDER = 1.3
"""How much wider a word of a title may be in bold letters than half its size for each."""
SAMPLED = 400
"""Rows by which the widths of a long table are found."""
STEP = 2
"""Half-width characters that are given to a column at once."""

# What a line never breaks in: a date, a figure with its unit, a word in Latin letters.
_WHOLE = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?|[-+\d.:/%A-Za-z_]+(?:%|[万亿]?[元个项天件处户套])?")

_BESIDE = re.compile(r"(?<=[0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9])")


class Layout(Struct, frozen=True):
    """Which columns are printed, how wide, in half-width characters, and in which size."""

    face: Face
    widths: dict[int, int]


def on_its_side(table: Table, faces: Faces) -> bool:
    """Whether a table needs the long side of the page: many columns, or one that would be too narrow."""
    if len(table.columns) >= MANY_COLUMNS:
        return True
    room = _room(faces.cells[0], standard.TEXT_WIDTH)
    return sum(_least(table, index) + GUTTER for index in range(len(table.columns))) > room


def layout(table: Table, faces: Faces, text_width: int, longest: int) -> Layout:
    """The largest size in which all columns fit and the table is not long; in the smallest, columns may be left out.

    Where a smaller size puts the whole table on one page, that is taken.

    A column without anything in it is never printed.

    Args:
        table: the table.
        faces: the sizes to choose from.
        text_width: the width of the text of the page, in twips.
        longest: the height above which the size is smaller, in twips.
    """
    filled = [index for index in range(len(table.columns)) if not _is_empty(table, index)]
    chosen: Layout | None = None
    for face in faces.cells:
        room = _room(face, text_width)
        kept = _kept(table, filled, room)
        widths = _widths(table, kept, room - GUTTER * len(kept))
        lines = heights(table, widths)
        tall = max(lines, default=0) > TALLEST and longest == LONGEST
        spare = room - GUTTER * len(kept) - sum(widths.values())
        if kept and not any(table.columns[index].title for index in kept):  # names of fields, and what they are
            widths[kept[-1]] += max(0, spare)
        height = sum(lines) * line_height(face)
        laid = Layout(face, widths)
        if kept == filled and spare >= 0 and not tall and height <= longest:
            chosen = chosen or laid
            if longest != LONGEST or height + 2 * ABOVE * len(lines) <= ON_ONE_PAGE[text_width]:
                return laid
    return chosen or laid


def of_one_size(tables: Iterable[Table], faces: Faces, text_width: int, *, within: bool) -> Faces:
    """The faces with the sizes of cells that suit every table of a document, so that all have the same."""
    longest = LONGEST_WITHIN if within else LONGEST
    smallest = min((layout(table, faces, text_width, longest).face.size for table in tables), default=0)
    return replace(faces, cells=tuple(face for face in faces.cells if face.size <= smallest) or faces.cells)


def line_height(face: Face) -> int:
    """The height of a line in a cell, in twips."""
    return round(LINE_HEIGHT * face.size * 20)


def _room(face: Face, text_width: int) -> int:
    return int(text_width / (face.size * 10))  # half a character is size / 2 points


def _kept(table: Table, filled: list[int], room: int) -> list[int]:
    """The columns that fit, with the gutter of each; those that may be dropped go first, and never the others."""
    kept = list(filled)
    while sum(_least(table, index) + GUTTER for index in kept) > room:
        last = max(kept, key=lambda index: table.columns[index].drop)
        if not table.columns[last].drop:
            break
        kept.remove(last)
    return kept


def _is_empty(table: Table, index: int) -> bool:
    """Whether no row has anything in a column, which is not one to be filled in by hand."""
    cells = {shown(row[index]) for row in table.rows}
    return bool(cells) and cells <= {"", "–"} and not table.by_hand


def _widths(table: Table, kept: list[int], room: int) -> dict[int, int]:
    """Begin with the least widths; give what is left, a little at a time, where it saves the most lines."""
    lines = {index: _lines_of(table, index) for index in kept}
    widths = {index: _least(table, index) for index in kept}
    while sum(widths.values()) + STEP <= room:
        now = _heights(lines, widths)
        total = sum(now)

        def saved(index: int) -> tuple[int, float]:
            """Lines that a wider column saves; where it saves none, the text that it has for its width."""
            wider = _heights(lines, widths | {index: widths[index] + STEP})
            text = sum(sum(row) for row in lines[index])
            return total - sum(wider), text / widths[index]  # noqa: B023

        wrapping = [i for i in kept if any(w > widths[i] for row in lines[i] for w in row)]
        if not wrapping:
            break
        best = max(wrapping, key=saved)
        widths[best] += STEP
    return widths


def _lines_of(table: Table, index: int, most: int = SAMPLED) -> list[list[int]]:
    """The width of each line of each cell."""
    return [[ceil(safe_width(line)) for line in shown(row[index]).split("\n")] for row in table.rows[:most]]


def _heights(lines: dict[int, list[list[int]]], widths: dict[int, int]) -> list[int]:
    """The lines that each row takes."""
    columns = [[sum(max(1, ceil(w / widths[i])) for w in cell) for cell in cells] for i, cells in lines.items()]
    return [max(row) for row in zip(*columns, strict=True)]


def heights(table: Table, widths: dict[int, int]) -> list[int]:
    """The lines that each row takes, as far as can be told without the fonts."""
    return _heights({index: _lines_of(table, index, len(table.rows)) for index in widths}, widths)


def _least(table: Table, index: int) -> int:
    """The least width of a column: what must not be broken, six characters of text, half of its title."""
    column = table.columns[index]
    if table.by_hand and column.wraps_from and not any(shown(row[index]) for row in table.rows):
        return column.wraps_from
    cells = [line for row in table.rows[:SAMPLED] for line in shown(row[index]).split("\n")]
    natural = max((ceil(safe_width(cell)) for cell in cells), default=0)
    whole = max((ceil(safe_width(piece)) for line in cells for piece in _WHOLE.findall(line)), default=0)
    title = min(width(column.title), max(4, ceil(width(column.title) / 4) * 2))
    if column.title.isascii():  # a word is never cut; it is printed bold
        title = max((ceil(BOLDER * width(word)) for word in column.title.split()), default=0)
    if "（" in column.title:  # it stands on a line of its own
        title = max(map(width, column.title.split("（"))) + 2
    text = natural if column.wraps_from is None else min(natural, NARROWEST)
    return max(text, whole, title, 2)


def safe_width(piece: str) -> float:
    """The width of a text where digits are a little wider than half a character, as in some fonts.

    LibreOffice also sets a figure a little apart from the Chinese characters beside it.
    """
    wide = sum(east_asian_width(char) == "A" for char in piece)  # “ ” … in a Chinese font
    return width(piece) + wide + sum(char.isascii() for char in piece) / 6 + len(_BESIDE.findall(piece)) / 3
