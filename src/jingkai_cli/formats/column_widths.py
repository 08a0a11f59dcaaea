"""Column widths and row heights of a worksheet, chosen for printing on A4 in landscape.

Widths are in digits of the workbook's first font.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil
from types import MappingProxyType

from ..text import width
from .line_breaks import wrap

_NARROWEST, _WIDEST, _WIDEST_READ = 6, 34, 44

_ACROSS = 134
"""The width of a page. At this width 11-point letters are printed at 11 points, or at 9 points where digits are wider
(LibreOffice without the workbook's first font)."""

_LEAST_READ, _LEAST_WORDS, _NAME = 16, 8, 13
"""When a table is wider than a page: the least width of a column of long texts, the least width of a column of words,
and the natural width up to which a column is not narrowed at all.
"""

_LEAST_LINE = 22
"""Columns are first narrowed to this width only: above it, a figure or a date at the end of a text is seldom broken."""

_SAMPLE = 200
"""The height of a table is estimated from about this many rows."""

_CHARACTER, _BESIDE, _BUTTON = 0.95, 1.2, 3
"""The width of half a Chinese character, the padding beside a text, and the width of a filter button."""

_ONE_LINE = 10
"""Titles wider than this many half-width characters are set on two lines."""

_LONG_READ = 60
"""A column with lines of more than this many half-width characters may be as wide as `_WIDEST_READ`."""


def fitting_title(title: str, room: float) -> str:
    """The title for a column that is `room` wide: on two lines if it is long and does not fit on one."""
    return title if _needed(width(title)) <= room else _on_lines(title)


def _on_lines(title: str) -> str:
    """Split a long title in two: before the unit in brackets, else before its last two characters (按期完成得分)."""
    if width(title) <= _ONE_LINE or title.isascii():
        return title
    return title.replace("（", "\n（") if "（" in title else f"{title[:-2]}\n{title[-2:]}"


def column_widths(
    header: Sequence[str],
    columns: Sequence[Sequence[str]],
    wrapping: Collection[int],
    shown: Sequence[int],
    bounds: Mapping[int, tuple[float, float]] = MappingProxyType({}),
) -> list[float]:
    """The width of each column: wide enough for its texts, but narrower where the table is wider than a page.

    The column whose narrowing adds the least height is narrowed first; short names are not broken.

    Args:
        header: the column titles.
        columns: the cell texts of each column.
        wrapping: the indexes of the columns that may be narrower than their longest line.
        shown: the indexes of the columns that are printed.
        bounds: index of a column → its least and greatest width; other columns use the defaults.
    """
    widths = [
        _width(title, column, bounds.get(place, (0, 0))[1])
        for place, (title, column) in enumerate(zip(header, columns, strict=True))
    ]
    over = sum(widths[place] for place in shown) - _ACROSS
    least = {
        place: min(widths[place], bounds[place][0]) if place in bounds else _least(widths[place])
        for place in shown
        if place in wrapping
    }
    lines = {place: min(widths[place], max(least[place], _LEAST_LINE)) for place in least}
    if sum(widths[place] - to for place, to in lines.items()) >= over:
        least = lines
    step = max(1, len(columns[0]) // _SAMPLE) if columns else 1
    texts = {place: [_line_widths(text) for text in columns[place][::step]] for place in least}
    heights = {place: [_height(lines, widths[place]) for lines in texts[place]] for place in least}
    while over > 0:
        narrower = {place: widths[place] - 1 for place, floor in least.items() if widths[place] - 1 >= floor}
        if not narrower:
            break
        tried = {place: [_height(lines, to) for lines in texts[place]] for place, to in narrower.items()}
        costs = {place: _total(heights | {place: tried[place]}) for place in tried}
        first = min(costs, key=lambda place: (costs[place], -widths[place]))
        widths[first], heights[first] = narrower[first], tried[first]
        over -= 1
    return widths


def line_count(row: Iterable[str], widths: Iterable[float]) -> int:
    """The number of lines of a row, that of its tallest cell. Lines break as in Chinese: no figure or word is split."""
    return max((_lines(text, room) for text, room in zip(row, widths, strict=True)), default=1)


_AS_WIDE = str.maketrans("“”‘’…—·①②③④⑤⑥⑦⑧⑨", "《》《》。" + "国" * 11)
"""Characters that a Chinese font draws as wide as a Chinese character, but a terminal does not."""


@lru_cache(maxsize=4096)  # the same names appear in many rows
def _lines(text: str, room: float) -> int:
    columns = int((room - _BESIDE) / _CHARACTER + _ROUNDED)
    return len(wrap(text.translate(_AS_WIDE), columns))


_ROUNDED = 1e-6
"""A tolerance for rounding errors: column widths were computed from character counts, and are converted back here."""


def _width(title: str, column: Iterable[str], most: float) -> float:
    """The width for the longest line of a column and for its title, which may take two lines beside the filter button.

    `most` is the greatest width; 0 means the default for texts. Longer lines wrap.
    """
    longest = max((width(line) for text in column for line in text.split("\n")), default=0)
    widest = most or (_WIDEST_READ if longest > _LONG_READ else _WIDEST)
    pieces = _on_lines(title).split("\n")
    halves = max(map(width, pieces)) + 1 if len(pieces) > 1 else ceil(width(title) / 4) * 2 + _BUTTON
    if title.isascii():
        halves = max(halves, max(map(len, title.split()), default=0) + 1)  # a word is not broken
    return min(widest, max(_NARROWEST, _needed(max(longest, halves))))


def _needed(characters: float) -> float:
    """The width of a text of `characters` half-width characters, with padding."""
    return characters * _CHARACTER + _BESIDE


def _least(natural: float) -> float:
    if natural <= _NAME:
        return natural
    return _LEAST_WORDS if natural < _LEAST_READ else _LEAST_READ


def _total(heights: Mapping[int, Sequence[int]]) -> int:
    """The height of a table in lines, computed from the heights of its cells."""
    return sum(map(max, zip(*heights.values(), strict=True)))


def _line_widths(text: str) -> list[float]:
    return [width(line) * _CHARACTER for line in text.split("\n")]


def _height(lines: Iterable[float], room: float) -> int:
    """The approximate number of lines of a text, as if words could be broken anywhere."""
    return sum(max(1, ceil(line / (room - _BESIDE) - _ROUNDED)) for line in lines)
