"""Column widths and row heights of a worksheet, chosen for printing on A4 in landscape.

Widths are in digits of the workbook's first font.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil
from types import MappingProxyType

from ..reports.document import MARK
from ..text import width
from .line_breaks import filled, wrap

_NARROWEST, _WIDEST, _WIDEST_READ = 6, 34, 44

_ACROSS = 134
"""The width of a page. At this width 11-point letters are printed at 11 points, or at 9 points where digits are wider
(LibreOffice without the workbook's first font)."""

_LEAST_READ, _LEAST_WORDS, _NAME = 8, 4, 6
"""When a table is wider than a page, in Chinese characters: the least width of a column of long texts, the least width
of a column of words, and the natural width up to which a column is not narrowed at all."""

_LEAST_LINE = 11
"""Columns are first narrowed to this many Chinese characters only: above it, a figure or a date at the end of a text is
seldom broken."""

_OF_A_LINE = 10
"""A line of a cell that does not make its row higher costs this fraction (1 ÷ 10) of a line that does."""

_SAMPLE = 100
"""The height of a table is estimated from about this many rows."""

_CHARACTER, _BESIDE, _BUTTON = 0.95, 1.2, 3
"""The width of half a Chinese character, the padding beside a text, and the width of a filter button."""

_ONE_LINE = 10
"""Titles wider than this many half-width characters are set on two lines."""

_LONG_READ = 60
"""A column with lines of more than this many half-width characters may be as wide as `_WIDEST_READ`."""


def across(characters: int) -> float:
    """The width of a column of so many Chinese characters."""
    return _padded_width(2 * characters)


def fitting_title(title: str, room: float) -> str:
    """The title for a column that is `room` wide: on two lines if it does not fit on one."""
    if _padded_width(width(title)) <= room or title.isascii():
        return title
    return _on_two_lines(title) if width(title) > _ONE_LINE else f"{title[:-2]}\n{title[-2:]}"


def _on_two_lines(title: str) -> str:
    """Split a long title in two: before the unit in brackets, else before its last two characters (按期完成得分)."""
    if width(title) <= _ONE_LINE or title.isascii():
        return title
    return title.replace("（", "\n（") if "（" in title else f"{title[:-2]}\n{title[-2:]}"


def column_widths(  # noqa: PLR0913, PLR0917 - a table is all of these
    header: Sequence[str],
    columns: Sequence[Sequence[str]],
    wrapping: Collection[int],
    shown: Sequence[int],
    bounds: Mapping[int, tuple[float, float]] = MappingProxyType({}),
    names: Collection[int] = (),
) -> list[float]:
    """The width of each column: wide enough for its texts, but narrower where the table is wider than a page.

    A short title takes one line if there is room, and so do sentences beside names. The column whose narrowing adds the
    least height for the width it gives up is narrowed first; short names are not broken.

    Args:
        header: the column titles.
        columns: the cell texts of each column.
        wrapping: the indexes of the columns that may be narrower than their longest line.
        shown: the indexes of the columns that are printed.
        bounds: index of a column → its least and greatest width; other columns use the defaults.
        names: the indexes of the columns of names, which the spreadsheet program breaks.
    """
    widths = [
        _width(title, column, bounds.get(place, (0, 0))[1])
        for place, (title, column) in enumerate(zip(header, columns, strict=True))
    ]
    excess = sum(widths[place] for place in shown) - _ACROSS
    for place in shown:
        wanted = _padded_width(width(header[place]))
        if width(header[place]) <= _ONE_LINE and 0 < wanted - widths[place] <= -excess:
            excess += wanted - widths[place]
            widths[place] = wanted
    least = {
        place: min(widths[place], bounds[place][0]) if place in bounds else _narrowest_width(widths[place])
        for place in shown
        if place in wrapping
    }
    lines = {place: min(widths[place], max(least[place], across(_LEAST_LINE))) for place in least}
    if sum(widths[place] - to for place, to in lines.items()) >= excess:
        least = lines
    step = max(1, len(columns[0]) // _SAMPLE) if columns else 1
    table = _Table({place: widths[place] for place in least}, {place: columns[place][::step] for place in least})
    table.widen(least, table.narrow(least, excess))
    found = [table.widths.get(place, each) for place, each in enumerate(widths)]
    giving = {place: floor for place, floor in least.items() if place not in names}
    for place in (place for place in shown if place in names):
        _end_names_well(place, columns[place], found, giving, _ACROSS - sum(found[each] for each in shown))
    if giving and names:
        most_read = max(giving, key=lambda place: found[place])
        whole = _width(header[most_read], columns[most_read], _ACROSS)
        spare = _ACROSS - sum(found[place] for place in shown)
        found[most_read] = max(found[most_read], min(whole, found[most_read] + spare))
    return found


_A_FEW = 3
"""A column of names gets at most this many Chinese characters more, so that no name has one character left over."""


def _end_names_well(
    place: int, names: Sequence[str], widths: list[float], giving: Mapping[int, float], spare: float
) -> None:
    """Widen a column in which names end with one character on a line; a column of sentences gives up that width.

    Args:
        place: the column of names.
        names: its texts.
        widths: the widths of all columns, which are changed.
        giving: index of a column of sentences → the width that it keeps.
        spare: the width of the page that is left.
    """
    own = widths[place]
    widest = max(giving, key=lambda each: widths[each], default=None)
    room = max(spare, 0) + (widths[widest] - giving[widest] if widest is not None else 0)
    steps = [own + 2 * more * _CHARACTER for more in range(_A_FEW + 1) if 2 * more * _CHARACTER <= room + _ROUNDED]
    best = min(steps, key=lambda wide: sum(_has_one_left(name, wide) for name in {*names}))
    if widest is not None and best - own > max(spare, 0):
        widths[widest] -= best - own - max(spare, 0)
    widths[place] = best


def _has_one_left(name: str, room: float) -> bool:
    """Whether a program that fills each line leaves one character of a name on the last one."""
    lines = filled(name.translate(_AS_WIDE), _characters(room))
    return len(lines) > 1 and len(lines[-1].rstrip(MARK)) <= 1


class _Table:
    """The columns of a table that may be narrower, and how high its rows are in their widths."""

    def __init__(self, widths: dict[int, float], texts: Mapping[int, Sequence[str]]) -> None:
        """Take the width and the texts of each column, by its place."""
        self.widths, self.natural, self._texts = {**widths}, widths, texts
        self._heights = {place: self._lines(place, room) for place, room in widths.items()}

    def _lines(self, place: int, room: float) -> list[int]:
        return [len(lines_of(text, room)) for text in self._texts[place]]

    def _added_height(self, place: int, room: float) -> float:
        """How much higher the rows are, in lines, where a column has another width."""
        others = self._heights | {place: self._lines(place, room)}
        return _total(others) - _total(self._heights)

    def _change(self, place: int, room: float) -> float:
        """Change a width; return by how much."""
        before = self.widths[place]
        self.widths[place], self._heights[place] = room, self._lines(place, room)
        return room - before

    def narrow(self, least: Mapping[int, float], over: float) -> float:
        """Give up so much width, down to the least of each column; return what was given up beyond that."""
        while over > 0:
            costs = {
                (place, to): (self._added_height(place, to) / min(over, self.widths[place] - to), -to)
                for place, floor in least.items()
                for to in _widths_between(floor, self.widths[place])
            }
            if not costs:
                break
            over += self._change(*min(costs, key=lambda each: costs[each]))
        return -over

    def widen(self, least: Mapping[int, float], spare: float) -> None:
        """Give back what was given up beyond need, where it makes the rows lower."""
        while gains := {
            (place, to): (less, to)
            for place in least
            for to in (*_widths_between(self.widths[place], self.natural[place]), self.natural[place])
            if to - self.widths[place] <= spare and (less := self._added_height(place, to)) < 0
        }:
            spare -= self._change(*min(gains, key=lambda each: gains[each]))


def line_count(row: Iterable[str], widths: Iterable[float]) -> int:
    """The number of lines of a row, that of its tallest cell. Lines break as in Chinese: no figure or word is split."""
    return max((len(lines_of(text, room)) for text, room in zip(row, widths, strict=True)), default=1)


_AS_WIDE = str.maketrans("“”‘’…—·①②③④⑤⑥⑦⑧⑨", "《》《》。" + "国" * 11) | {ord("\t"): " "}
"""Characters that a Chinese font draws as wide as a Chinese character, but a terminal does not."""


@lru_cache(maxsize=16384)  # the same names appear in many rows, and many widths are tried
def lines_of(text: str, room: float, indent: str = "") -> list[str]:
    """Break a text into lines for a column, as Chinese is set: no figure or word is split.

    A name that ends in brackets and takes two lines is broken before the brackets.

    Args:
        text: the text; its own line breaks stay.
        room: the width of the column.
        indent: a text as wide as the indent of each line.
    """
    columns = _characters(room) - width(indent)
    return [line for each in text.split("\n") for line in _break_line(each, columns)]


def _break_line(text: str, columns: int) -> list[str]:
    """Break a text that has no line breaks of its own."""
    measured = text.translate(_AS_WIDE)
    lines = wrap(measured, columns)
    if len(lines) == 1:
        return [text]
    bracket = text.rfind("（") if text.endswith("）") else 0
    before_and_in_it = text[:bracket], text[bracket:]
    if len(lines) == len(before_and_in_it) and all(
        0 < width(each.translate(_AS_WIDE)) <= columns for each in before_and_in_it
    ):
        return [*before_and_in_it]
    found, place = [], 0
    for line in lines:
        place = measured.index(line, place)
        found.append(text[place : place + len(line)])
        place += len(line)
    return found


_ROUNDED = 1e-6
"""A tolerance for rounding errors: column widths were computed from character counts, and are converted back here."""


def _width(title: str, column: Iterable[str], most: float) -> float:
    """The width for the longest line of a column and for its title, which may take two lines beside the filter button.

    `most` is the greatest width; 0 means the default for texts. Longer lines wrap.
    """
    longest = max((width(line) for text in column for line in text.split("\n")), default=0)
    widest = most or (_WIDEST_READ if longest > _LONG_READ else _WIDEST)
    pieces = _on_two_lines(title).split("\n")
    halves = max(map(width, pieces)) if len(pieces) > 1 else ceil(width(title) / 4) * 2 + _BUTTON
    if title.isascii():
        halves = max(halves, max(map(len, title.split()), default=0) + 1)  # a word is not broken
    return min(widest, max(_NARROWEST, _padded_width(max(longest, halves))))


def _padded_width(characters: float) -> float:
    """The width of a text of `characters` half-width characters, with padding."""
    return characters * _CHARACTER + _BESIDE


def _characters(room: float) -> int:
    """The number of half-width characters that fit in a column of a width: the inverse of `_padded_width`."""
    return int((room - _BESIDE) / _CHARACTER + _ROUNDED)


def _widths_between(least: float, most: float) -> list[float]:
    """The widths of whole Chinese characters from one width to another: half a character would be of no use."""
    first, last = (round((room - _BESIDE) / _CHARACTER / 2, 3) for room in (least, most))
    return [across(characters) for characters in range(ceil(first), ceil(last))]


def _narrowest_width(natural: float) -> float:
    """The width down to which a column gives way."""
    if natural <= across(_NAME):
        return natural
    return across(_LEAST_WORDS if natural < across(_LEAST_READ) else _LEAST_READ)


def _total(heights: Mapping[int, Sequence[int]]) -> float:
    """The height of a table in lines, computed from the heights of its cells; a tie goes to the fewer lines in all."""
    rows = [*zip(*heights.values(), strict=True)]
    return sum((max(row) + sum(row) / _OF_A_LINE for row in rows), 0.0)
