"""Column widths and row heights of a worksheet, chosen for printing on A4 in landscape.

Widths are in digits of the workbook's first font.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from types import MappingProxyType

from ..reports.document import MARK
from ..text import width
from .line_breaks import CLOSING, OPENING, WIDE

_NARROWEST, _WIDEST, _WIDEST_READ = 6, 40, 44

ACROSS, UPRIGHT = 146, 100
"""The widths of a landscape and a portrait page. At these widths 11-point letters are printed at about 9.7 points."""

_LEAST_READ, _LEAST_WORDS, _NAME = 8, 4, 6
"""When a table is wider than a page, in Chinese characters: the least width of a column of long texts, the least width
of a column of words, and the natural width up to which a column is not narrowed at all."""

_LEAST_LINE = 11
"""Columns without bounds are first narrowed to this many Chinese characters only: above it, a figure or a date at the
end of a text is seldom broken."""

_OF_A_LINE = 10
"""A line of a cell that does not make its row higher costs this fraction (1 ÷ 10) of a line that does."""

_SAMPLE = 100
"""The height of a table is estimated from about this many rows."""

_CHARACTER, _BESIDE, _BUTTON = 0.95, 1.2, 3
"""The width of half a Chinese character, the padding beside a text, and the width of a filter button."""

_ONE_LINE, _TITLE = 8, 2
"""Titles wider than this many half-width characters may take this many lines."""

_LONG_READ = 60
"""A column with lines of more than this many half-width characters may be as wide as `_WIDEST_READ`."""


def across(characters: int) -> float:
    """The width of a column of so many Chinese characters."""
    return _padded_width(2 * characters)


def column_widths(  # noqa: PLR0913, PLR0917 - a table is all of these
    header: Sequence[str],
    columns: Sequence[Sequence[str]],
    wrapping: Collection[int],
    shown: Sequence[int],
    bounds: Mapping[int, tuple[float, float]] = MappingProxyType({}),
    names: Collection[int] = (),
    page: float = ACROSS,
) -> list[float]:
    """The width of each column: wide enough for its texts, but narrower where the table is wider than a page.

    A title takes one line if there is room, and so do sentences beside names. The column whose narrowing adds the
    least height for the width it gives up is narrowed first; short names are not broken.

    Args:
        header: the column titles.
        columns: the cell texts of each column.
        wrapping: the indexes of the columns that may be narrower than their longest line.
        shown: the indexes of the columns that are printed.
        bounds: index of a column → its least and greatest width; other columns use the defaults.
        names: the indexes of the columns of names, which the spreadsheet program breaks.
        page: the width of the page.
    """
    widths = [
        _width(title, column, bounds.get(place, (0, 0))[1])
        for place, (title, column) in enumerate(zip(header, columns, strict=True))
    ]
    excess = sum(widths[place] for place in shown) - page
    for place in shown:
        wanted = _padded_width(width(header[place]))
        if 0 < wanted - widths[place] <= -excess:
            excess += wanted - widths[place]
            widths[place] = wanted
    least = {
        place: min(widths[place], bounds[place][0]) if place in bounds else _narrowest_width(widths[place])
        for place in shown
        if place in wrapping
    }
    lines = {
        place: floor if place in bounds else max(floor, min(widths[place], across(_LEAST_LINE)))
        for place, floor in least.items()
    }
    if sum(widths[place] - to for place, to in lines.items()) >= excess:
        least = lines
    step = max(1, len(columns[0]) // _SAMPLE) if columns else 1
    table = _Table({place: widths[place] for place in least}, {place: columns[place][::step] for place in least})
    table.widen(least, table.narrow(least, excess))
    found = [table.widths.get(place, each) for place, each in enumerate(widths)]
    giving = {place: floor for place, floor in least.items() if place not in names}
    for place in (place for place in shown if place in names):
        texts = [header[place], *columns[place]]
        _end_names_well(place, texts, found, giving, page + _BEYOND - sum(found[each] for each in shown))
    for place in sorted(giving, key=lambda each: -found[each]):
        spare = page - sum(found[each] for each in shown)
        whole = _width(header[place], columns[place], page)
        within, beyond = (max(found[place], min(whole, found[place] + room)) for room in (spare, spare + _BEYOND))
        found[place] = _well_set(columns[place], giving[place], within, beyond)
    return found


_A_FEW = 3
"""A column of names gets at most this many Chinese characters more, so that no name has one character left over."""

_WORTH = 2
"""A name that is broken well is worth so much width."""

_BEYOND = 8
"""How much wider than `ACROSS` a table may be for that."""


def _end_names_well(
    place: int, names: Sequence[str], widths: list[float], giving: Mapping[int, float], spare: float
) -> None:
    """Widen a column in which names end with one character on a line; a column of sentences gives up that width.

    Args:
        place: the column of names.
        names: its title and its texts.
        widths: the widths of all columns, which are changed.
        giving: index of a column of sentences → the width that it keeps.
        spare: the width of the page that is left.
    """
    own = widths[place]
    widest = max(giving, key=lambda each: widths[each], default=None)
    room = max(spare, 0) + (widths[widest] - giving[widest] if widest is not None else 0)
    steps = [own + more * _STEP for more in range(ceil(across(_A_FEW) / _STEP)) if more * _STEP <= room + _ROUNDED]
    rows = Counter(line for name in names for line in name.split("\n"))

    def cost(wide: float) -> float:
        return sum(rows[name] * blemish(name, wide) for name in rows) + (wide - own) / _WORTH

    best = min(steps, key=cost)
    if widest is not None and best - own > max(spare, 0):
        widths[widest] -= best - own - max(spare, 0)
    widths[place] = best


def _well_set(sentences: Sequence[str], least: float, within: float, beyond: float) -> float:
    """The width at which sentences take few lines and break well.

    Args:
        sentences: the texts of the column.
        least: the least width.
        within: the width that fills the page, which is tried first, and then up to `_A_FEW` characters less.
        beyond: the greatest width.
    """
    rows = Counter(line for each in sentences for line in each.split("\n"))
    steps = (
        within + more * _STEP
        for more in (*range(0, -ceil(across(_A_FEW) / _STEP), -1), *range(1, ceil(_BEYOND / _STEP)))
    )

    def cost(wide: float) -> float:
        return sum((rows[line] * (len(lines_filled(line, wide)) + blemish(line, wide)) for line in rows), 0.0)

    best: float = min([within, *(each for each in steps if least <= each <= beyond)], key=cost)
    return best


_STEP = 0.25
"""The width by which a column of names or a title is widened at a time."""

_WORD = rf"[^\s{WIDE}{OPENING}{CLOSING}]+"
_EXCEL = 1.06, 0.67, re.compile(rf"[{OPENING}]*(?:{_WORD}|.)[{CLOSING}]*|\s+")
_LIBREOFFICE = 1.1, 0.36, re.compile(rf"{_WORD}|.|\s+")
"""How a program breaks a text: how many half-width characters a column holds (its width by the first number, less the
second), and what stays on one line. LibreOffice may begin a line with any mark."""


@lru_cache(maxsize=16384)  # the same names appear in many rows, and many widths are tried
def lines_filled(text: str, room: float) -> list[str]:
    """The lines of a text, in the program that takes more of them; breaks in the text stay."""
    found = (
        [line for part in text.split("\n") for line in _filled(part, room, *each)] for each in (_EXCEL, _LIBREOFFICE)
    )
    return max(found, key=len)


_NOT_LAST = f"0123456789{OPENING}"
"""What should not end a line: the figure would be torn from its unit, or the bracket from its text."""


@lru_cache(maxsize=16384)
def blemish(text: str, room: float) -> float:
    """How badly the programs break a text: 1 if a line is one character, begins with a mark or tears a figure.

    It is a quarter if one of them takes more lines, which leaves a blank line in the other, and 0 if all is well.
    """
    excel, libreoffice = (_filled(text.rstrip(MARK), room, *each) for each in (_EXCEL, _LIBREOFFICE))
    if any(len(lines) > 1 and len(lines[-1]) == 1 for lines in (excel, libreoffice)):
        return 1
    if any(line[0] in CLOSING or above[-1] in _NOT_LAST for above, line in pairwise(libreoffice)):
        return 1
    return 0 if len(excel) == len(libreoffice) else 0.25


def _filled(text: str, room: float, per_digit: float, less: float, piece: re.Pattern[str]) -> list[str]:
    """The lines of a text in a program that fills each line."""
    columns, used, lines = int(room * per_digit - less), 0, [""]
    for each, wide in _measured(text, piece):
        if lines[-1] and used + wide > columns and each.strip():
            used = 0
            lines.append("")
        lines[-1] += each
        used += wide
    return lines


@lru_cache(maxsize=4096)
def _measured(text: str, piece: re.Pattern[str]) -> list[tuple[str, int]]:
    """The pieces of a text, and the width of each in half-width characters."""
    return [(each, width(each.translate(_AS_WIDE))) for each in piece.findall(text)]


class _Table:
    """The columns of a table that may be narrower, and how high its rows are in their widths."""

    def __init__(self, widths: dict[int, float], texts: Mapping[int, Sequence[str]]) -> None:
        """Take the width and the texts of each column, by its place."""
        self.widths, self.natural, self._texts = {**widths}, widths, texts
        self._heights = {place: self._lines(place, room) for place, room in widths.items()}

    def _lines(self, place: int, room: float) -> list[int]:
        return [len(lines_filled(text, room)) for text in self._texts[place]]

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


_AS_WIDE = str.maketrans("“”‘’…—·①②③④⑤⑥⑦⑧⑨", "《》《》。" + "国" * 11) | {ord("\t"): " "}
"""Characters that a Chinese font draws as wide as a Chinese character, but a terminal does not."""


_ROUNDED = 1e-6
"""A tolerance for rounding errors: column widths were computed from character counts, and are converted back here."""


def _width(title: str, column: Iterable[str], most: float) -> float:
    """The width for the longest line of a column and for its title, which may take two lines beside the filter button.

    `most` is the greatest width; 0 means the default for texts. Longer lines wrap.
    """
    longest = max((width(line) for text in column for line in text.split("\n")), default=0)
    widest = most or (_WIDEST_READ if longest > _LONG_READ else _WIDEST)
    return min(widest, _width_of_title(title, max(_NARROWEST, _padded_width(longest))))


def _width_of_title(title: str, least: float) -> float:
    """The width, from `least` on, at which a title takes one line if it is short, and two if it is long."""
    whole = _padded_width(width(title))
    if title.isascii():  # a word is not broken
        halves = max(ceil(width(title) / 4) * 2 + _BUTTON, max(map(len, title.split()), default=0) + 1)
        return max(least, _padded_width(halves))
    if width(title) <= _ONE_LINE:
        return max(least, whole)
    steps = (least + more * _STEP for more in range(ceil(max(0, whole - least) / _STEP)))
    two = (each for each in steps if not blemish(title, each) and len(lines_filled(title, each)) <= _TITLE)
    return next(two, max(least, whole))


def _padded_width(characters: float) -> float:
    """The width of a text of `characters` half-width characters, with padding."""
    return characters * _CHARACTER + _BESIDE


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
