"""The layout of a table on paper: portrait or landscape, character size and column widths."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import permutations, repeat
from math import ceil
from unicodedata import east_asian_width

from msgspec import Struct
from msgspec.structs import replace

from ...reports.document import Table, Toned
from ...text import width
from ..line_breaks import shown
from . import gbt9704 as standard
from .gbt9704 import Face, Faces

GUTTER = 2
"""The width that a cell's padding and border take, in half-width characters, rounded up."""
NARROWEST = 12
"""The least width of a column of wrapped text: six Chinese characters."""
_MANY_COLUMNS = 7
"""Tables with at least this many columns are printed in landscape."""
_CROWDED = 9
"""In tables with at least this many columns, some columns are stacked (`joined`)."""
LONGEST = 17000
"""The height in twips above which a smaller size is tried: a page and a third, or two landscape pages."""
LONGEST_WITHIN = 2600
"""The same for a table in a signed text: a fifth of a page."""
_TALLEST = 5
"""The number of lines in a row above which a smaller size is tried."""
_ON_ONE_PAGE = {standard.TEXT_WIDTH: 9000, standard.WIDE_TEXT_WIDTH: 5000}
"""Text width → the height left on the first page for a table below title and summary, in twips."""
_PAGE_HEIGHT = {standard.TEXT_WIDTH: 12000, standard.WIDE_TEXT_WIDTH: 8000}
"""Text width → the height of a full page in twips, less the repeated header and room for a row that does not fit."""
_NOTES = 1400
"""The height that the header and the notes of a table take, in twips."""
_BOLDER = 1.3
"""How much wider than its estimated width a bold title word may be, as a factor."""
_WHOLE_TITLE = 6
"""The width up to which a title is never broken: three Chinese characters."""
_OF_WORDS, _SEVERAL = 1.15, 4
"""The factor for text that is broken at blanks only, and the number of blanks from which it applies."""
_SAMPLED, _SEARCHED = 400, 120
"""Long tables are sampled: the rows examined for least widths, and the rows examined for the other widths."""
_OF_A_CELL = 0.05
"""The weight of a line in a cell that does not make its row taller."""
_EXCHANGES = 12
"""The most exchanges of width between columns."""
STEP = 2
"""The smallest width given to a column at once, in half-width characters."""
_STEPS = (STEP, 4, 6, 8, 12, 16, 24, 32)
"""The widths that a column may be given at once."""

# What is never broken: a year, a day, a figure with its unit, a word in Latin letters.
_WHOLE = re.compile(r"\d{4}年|\d{1,2}月(?:\d{1,2}日\*?)?|[-+\d.:/%A-Za-z_]+(?:%|[万亿]?[元个项天件处户套])?")

_BESIDE = re.compile(r"(?<=[0-9])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9])")


class Layout(Struct, frozen=True):
    """The printed columns with their widths in half-width characters, and the face of the cells."""

    face: Face
    widths: dict[int, int]


def joined(table: Table) -> Table:
    """A table of many columns in which each column that `joins` another is stacked below it."""
    filled = [place for place in range(len(table.columns)) if not table.is_blank(place)]
    places = {table.columns[place].title: place for place in filled}
    columns = table.columns
    joins = {place: places[columns[place].joins] for place in filled if columns[place].joins in places}
    if len(filled) < _CROWDED or not joins:
        return table
    made, rows = list(columns), [list(row) for row in table.rows]
    for place, to in joins.items():
        made[to] = replace(made[to], title=f"{made[to].title}\n{columns[place].title}")
        for row in rows:
            tone = next((cell.tone for cell in (row[to], row[place]) if isinstance(cell, Toned)), None)
            text = _stacked(shown(row[to]), shown(row[place]))
            row[to] = Toned(text, tone) if tone else text
    kept = [place for place in range(len(columns)) if place not in joins]
    return replace(
        table,
        columns=tuple(made[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in rows),
    )


def _stacked(cell: str, other: str) -> str:
    """Stack another cell's text below a cell's first line; if the cell has more lines, the two share the first line."""
    first, *others = cell.split("\n")
    if first in (other, "–"):
        return other if first == "–" else cell
    return "\n".join((f"{first} {other}", *others)) if others else f"{first}\n{other}"


def on_its_side(table: Table, faces: Faces) -> bool:
    """Whether a table needs a landscape page: it has many columns, or one would be too narrow."""
    if len(table.columns) >= _MANY_COLUMNS:
        return True
    room = _room(faces.cells[0], standard.TEXT_WIDTH)
    return sum(_least_width(table, index) + GUTTER for index in range(len(table.columns))) > room


def layout(table: Table, faces: Faces, text_width: int, longest: int) -> Layout:
    """The layout in the largest size in which all columns fit and the table is not too long.

    A smaller size is chosen if it saves a page. In the smallest size, columns may be left out. Blank columns are never
    printed.

    Args:
        table: the table.
        faces: the sizes to choose from.
        text_width: the text width of the page, in twips.
        longest: the height above which a smaller size is tried, in twips.
    """
    filled = [index for index in range(len(table.columns)) if not _is_empty(table, index)]
    chosen: Layout | None = None
    fewest = 0
    for face in faces.cells:
        room = _room(face, text_width)
        kept = _columns_kept(table, filled, room)
        widths = _widths(table, kept, room - GUTTER * len(kept))
        lines = heights(table, widths)
        tall = max(lines, default=0) > _TALLEST and longest == LONGEST
        spare = room - GUTTER * len(kept) - sum(widths.values())
        if kept and not any(table.columns[index].title for index in kept):  # names and values of fields
            widths[kept[-1]] += max(0, spare)
        height = sum(lines) * line_height(face)
        laid = Layout(face, widths)
        if kept == filled and spare >= 0 and not tall and height <= longest:
            if longest != LONGEST:
                return laid
            pages = _pages(height + 2 * face.above * len(lines), text_width)
            if chosen is None or pages < fewest:
                chosen, fewest = laid, pages
    return chosen or laid


def _pages(height: int, text_width: int) -> int:
    """The pages that a table of a height takes below the title and the summary."""
    if height <= _ON_ONE_PAGE[text_width]:
        return 1
    return 1 + ceil((height + _NOTES - _ON_ONE_PAGE[text_width]) / _PAGE_HEIGHT[text_width])


def of_one_size(tables: Iterable[Table], faces: Faces, text_width: int, *, within: bool) -> Faces:
    """The faces, limited to the cell sizes in which every table of a document fits, so that all get the same size."""
    longest = LONGEST_WITHIN if within else LONGEST
    smallest = min((layout(table, faces, text_width, longest).face.size for table in tables), default=0)
    return replace(faces, cells=tuple(face for face in faces.cells if face.size <= smallest) or faces.cells)


def tighter(faces: Faces) -> Iterator[Faces]:
    """Yield the faces with ever lower lines and rows in tables, and one blank line less above the signature."""
    for leading, above in _TIGHTER:
        cells = tuple(replace(face, leading=leading, above=above) for face in faces.cells)
        yield replace(faces, cells=cells, above_signature=1)


_TIGHTER = ((1.25, 28), (1.2, 20), (1.15, 14))


def line_height(face: Face) -> int:
    """The line height in a cell, in twips."""
    return round(face.leading * face.size * 20)


def _room(face: Face, text_width: int) -> int:
    return int(text_width / (face.size * 10))  # half a character is size / 2 points


def _columns_kept(table: Table, filled: list[int], room: int) -> list[int]:
    """The columns that fit with their gutters; columns with the highest `drop` go first, those without stay."""
    kept = list(filled)
    while sum(_least_width(table, index) + GUTTER for index in kept) > room:
        last = max(kept, key=lambda index: table.columns[index].drop)
        if not table.columns[last].drop:
            break
        kept.remove(last)
    return kept


def _is_empty(table: Table, index: int) -> bool:
    """Whether every cell of a column is blank; never true of a table to be filled in by hand."""
    cells = {shown(row[index]) for row in table.rows}
    return bool(cells) and cells <= {"", "–"} and not table.by_hand


def _widths(table: Table, kept: list[int], room: int) -> dict[int, int]:
    """The column widths: start with the least widths and add width where it saves the most lines for its size.

    If no addition saves a line, the text that is longest for its width gets a little more. Finally, columns exchange
    width while that saves lines.
    """
    lines = {index: _lines_of(table, index) for index in kept}
    widths = {index: _least_width(table, index) for index in kept}
    least = dict(widths)

    @cache
    def column(index: int, wide: int) -> list[int]:
        return _column_heights(lines[index], wide)

    def height(wide: dict[int, int]) -> float:
        """The height in lines, plus a small weight for the lines of all cells, which decides between equal heights."""
        columns = [column(index, each) for index, each in wide.items()]
        rows: list[int] = [max(row) for row in zip(*columns, strict=True)]
        return sum(rows) + _OF_A_CELL * sum(sum(each) for each in columns)

    while (spare := room - sum(widths.values())) >= STEP:
        wrapping = [i for i in kept if any(w > widths[i] for cell in lines[i] for w in cell)]
        if not wrapping:
            return widths
        now = height(widths)
        steps = [step for step in _STEPS if step <= spare]
        choices = [((now - height(widths | {i: widths[i] + step})) / step, i, step) for i in wrapping for step in steps]
        gain, best, step = max(choices, key=lambda choice: (choice[0], -choice[2]))
        if not gain:
            best = max(wrapping, key=lambda i: sum(map(sum, lines[i])) / widths[i])
            step = STEP
        widths[best] += step
    return _with_exchanged_widths(widths, least, height)


def _with_exchanged_widths(
    widths: dict[int, int], least: dict[int, int], height: Callable[[dict[int, int]], float]
) -> dict[int, int]:
    """Exchange width between columns as long as that makes the table lower."""
    for _time in range(_EXCHANGES):
        now = height(widths)
        others = [
            widths | {giver: widths[giver] - step, taker: widths[taker] + step}
            for giver, taker in permutations(widths, 2)
            for step in _STEPS
            if widths[giver] - step >= least[giver]
        ]
        best = min(others, key=height, default=widths)
        if height(best) >= now:
            break
        widths = best
    return widths


def _column_heights(lines: list[list[int]], width: int) -> list[int]:
    """The number of lines in each cell of a column."""
    return [sum(max(1, ceil(w / width)) for w in cell) for cell in lines]


def _lines_of(table: Table, index: int) -> list[list[int]]:
    """The widths of the lines in each cell of a column, for rows sampled from the whole table."""
    every = max(1, len(table.rows) // _SEARCHED)
    return [[ceil(_filled_width(line)) for line in shown(row[index]).split("\n")] for row in table.rows[::every]]


def _filled_width(line: str) -> float:
    """The width that a line fills when it is broken; English is broken at blanks only and fills more."""
    wide = safe_width(line)
    return wide * _OF_WORDS if line.count(" ") >= _SEVERAL and line.isascii() else wide


def heights(table: Table, widths: dict[int, int]) -> list[int]:
    """The number of lines in each row, estimated without fonts."""
    return [
        max(sum(map(wrapped, shown(row[i]).split("\n"), repeat(w))) for i, w in widths.items()) for row in table.rows
    ]


def wrapped(line: str, width: float) -> int:
    """The number of lines into which a line of a cell wraps; English is broken at blanks only."""
    if not line.isascii() or safe_width(line) <= width:
        return max(1, ceil(safe_width(line) / width))
    lines, taken = 1, 0
    for word in map(len, line.split(" ")):
        if taken and taken + 1 + word > width:
            lines, taken = lines + 1, 0
        taken += word + (taken > 0)
    return lines


def _least_width(table: Table, index: int) -> int:
    """The least width of a column: its unbreakable pieces, six characters of text and half of its title fit."""
    column = table.columns[index]
    cells = [line for row in table.rows[:_SAMPLED] for line in shown(row[index]).split("\n")]
    natural = max((ceil(safe_width(cell)) for cell in cells), default=0)
    whole = max((ceil(safe_width(piece)) for line in cells for piece in _WHOLE.findall(line)), default=0)
    title = min(width(column.title), max(_WHOLE_TITLE, ceil(width(column.title) / 4) * 2))
    if column.title.isascii():  # words are never cut; titles are printed bold
        title = max((ceil(_BOLDER * width(word)) for word in column.title.split()), default=0)
    if "（" in column.title:  # the brackets have a line of their own
        title = max(map(width, column.title.split("（"))) + 2
    if table.by_hand and column.wraps_from and not any(cells):
        return max(column.wraps_from, title)
    of_dates = all(_WHOLE.sub("", line).strip() in ("", "–") for line in cells)  # it is as narrow as its longest day
    text = natural if column.wraps_from is None else whole if of_dates else min(natural, NARROWEST)
    return max(text, whole, title, 2)


def safe_width(piece: str) -> float:
    """The width of a text in fonts whose digits are a little wider than half a character.

    LibreOffice also adds space between a figure and a Chinese character beside it.
    """
    wide = sum(east_asian_width(char) == "A" for char in piece)  # “ ” … in a Chinese font
    return width(piece) + wide + sum(char.isascii() for char in piece) / 6 + len(_BESIDE.findall(piece)) / 3
