"""How wide the columns of a worksheet are, and how many lines its rows have, so that it is read on A4 in landscape.

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
"""The width of a page: letters of 11 points are printed as such, and where digits are wider (LibreOffice without the
first font) as ones of 9."""

_LEAST_READ, _LEAST_WORDS, _NAME = 16, 8, 13
"""The widths down to which columns of texts and of words give way where a table is wider than a page, and that up to
which they do not."""

_LEAST_LINE = 22
"""The width down to which they give way first: a figure or a date that a text ends in seldom stands broken then."""

_SAMPLE = 200
"""By about so many rows the height of a table is estimated."""

_CHARACTER, _BESIDE, _BUTTON = 0.95, 1.2, 3
"""The width of half a Chinese character, the room beside a text, and that of the button of a filter."""

_ONE_LINE = 10
"""A longer title stands on two lines."""

_LONG_READ = 60
"""The half-width characters of a line from which a column is made as wide as is read with ease."""


def fitting_title(title: str, room: float) -> str:
    """A title for a column of a width: a long one on two lines where it has not the room for one."""
    return title if _needed(width(title)) <= room else _on_lines(title)


def _on_lines(title: str) -> str:
    """A long title on two lines: its unit in brackets apart, else its last word (按期完成得分)."""
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
    """The width of each column: as its texts need, and narrower where the table is wider than a page.

    What costs the least height gives way first; short names are not broken.

    Args:
        header: the titles.
        columns: what their cells show.
        wrapping: the places of those that may be narrower than their longest line.
        shown: the places of those that are printed.
        bounds: the place of a column → the least and the most that it is wide, where that is not as for any text.
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
    """The most lines that a cell of a row takes, broken as Chinese is set: a figure and a word stay whole."""
    return max((_lines(text, room) for text, room in zip(row, widths, strict=True)), default=1)


_AS_WIDE = str.maketrans("“”‘’…—·①②③④⑤⑥⑦⑧⑨", "《》《》。" + "国" * 11)
"""Signs that a Chinese font draws as wide as a Chinese character, though a terminal does not."""


@lru_cache(maxsize=4096)  # the same names stand in many rows
def _lines(text: str, room: float) -> int:
    columns = int((room - _BESIDE) / _CHARACTER + _ROUNDED)
    return len(wrap(text.translate(_AS_WIDE), columns))


_ROUNDED = 1e-6
"""Against the last digit of a column's width, which was reckoned the other way round."""


def _width(title: str, column: Iterable[str], most: float) -> float:
    """The width for the longest line, and for the title on two lines beside the filter button; longer text wraps.

    `most` is the most that it may be; 0 where it is as for any text.
    """
    longest = max((width(line) for text in column for line in text.split("\n")), default=0)
    widest = most or (_WIDEST_READ if longest > _LONG_READ else _WIDEST)
    pieces = _on_lines(title).split("\n")
    halves = max(map(width, pieces)) + 1 if len(pieces) > 1 else ceil(width(title) / 4) * 2 + _BUTTON
    if title.isascii():
        halves = max(halves, max(map(len, title.split()), default=0) + 1)  # a word is not broken
    return min(widest, max(_NARROWEST, _needed(max(longest, halves))))


def _needed(characters: float) -> float:
    """The width that a text takes, of half-width characters."""
    return characters * _CHARACTER + _BESIDE


def _least(natural: float) -> float:
    if natural <= _NAME:
        return natural
    return _LEAST_WORDS if natural < _LEAST_READ else _LEAST_READ


def _total(heights: Mapping[int, Sequence[int]]) -> int:
    """The height of the rows of a table, of the heights of their cells."""
    return sum(map(max, zip(*heights.values(), strict=True)))


def _line_widths(text: str) -> list[float]:
    return [width(line) * _CHARACTER for line in text.split("\n")]


def _height(lines: Iterable[float], room: float) -> int:
    """About how many lines a text takes: words are broken anywhere."""
    return sum(max(1, ceil(line / (room - _BESIDE) - _ROUNDED)) for line in lines)
