"""Fitting text to a terminal or a page: the widths of table columns, and line breaks by the rules of Chinese.

A date, a figure with its unit and a telephone number stay whole; no line begins with a comma or another closing mark,
and none ends with an opening one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ..reports.document import Cell, Table
from ..text import visible, width


def fit(table: Table, columns: int, gutter: int) -> dict[int, int]:
    """Return index → width of the columns that fit, in half-width characters; `gutter` is the space between two.

    Empty columns are dropped first, then those with the highest `drop`, until the rest fits or none may be dropped.
    """
    natural = [natural_width(table, index) for index in range(len(table.columns))]
    least = [
        wide if column.wraps_from is None else min(wide, column.wraps_from)
        for wide, column in zip(natural, table.columns, strict=True)
    ]
    kept = _kept(table, least, columns, gutter)
    return _widths(table, {index: least[index] for index in kept}, natural, columns - gutter * (len(kept) - 1))


def shown(cell: Cell) -> str:
    """The text of a cell, with control characters escaped."""
    return visible(cell if isinstance(cell, str) else cell.text)


def _kept(table: Table, least: list[int], columns: int, gutter: int) -> list[int]:
    kept = list(range(len(table.columns)))

    def expendable(index: int) -> tuple[bool, int]:
        return table.is_blank(index), table.columns[index].drop

    while sum(least[index] for index in kept) + gutter * (len(kept) - 1) > columns:
        first = max(kept, key=expendable)
        if expendable(first) == (False, 0):
            break
        kept.remove(first)
    return kept


def _widths(table: Table, least: dict[int, int], natural: list[int], columns: int) -> dict[int, int]:
    """Give each column its least width, and distribute the spare width to columns that would wrap.

    Names that need only a few more columns come first, then the columns that save the most lines, then long titles.
    """
    widths = dict(least)
    spare = columns - sum(widths.values())
    lines = {index: _line_widths(table, index) for index in widths if widths[index] < natural[index]}
    for index in sorted(lines, key=lambda i: max(lines[i], default=0) - widths[i]):
        lacking = max(lines[index], default=0) - widths[index]
        if 0 < lacking <= min(spare, _A_LITTLE):
            widths[index] += lacking
            spare -= lacking
    over = {index: _more_lines(lines[index], widths[index]) for index in lines}
    while spare > 0 and (index := max(over, key=lambda i: over[i], default=-1)) >= 0 and over[index]:
        widths[index] += 1
        spare -= 1
        over[index] = _more_lines(lines[index], widths[index])
    for index in sorted(lines, key=lambda i: natural[i] - widths[i]):
        more = max(0, min(spare, natural[index] - widths[index]))
        widths[index] += more
        spare -= more
    return widths


_A_LITTLE = 10
"""A name that is at most this many columns short gets them before a sentence does."""


def _line_widths(table: Table, index: int) -> Counter[int]:
    """Line width → number of lines of that width in the cells of a column."""
    return Counter(width(line) for row in table.rows for line in shown(row[index]).split("\n"))


def _more_lines(lines: Counter[int], wide: int) -> float:
    """The approximate number of lines added by wrapping a column to a width."""
    return sum(count * (each - wide) for each, count in lines.items() if each > wide) / wide


def natural_width(table: Table, index: int) -> int:
    """The width at which no cell of a column wraps; its title may wrap."""
    words = max(map(width, table.columns[index].title.split()), default=0)
    lines = (line for row in table.rows for line in shown(row[index]).split("\n"))
    return max(words, max(map(width, lines), default=0))


WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Chinese characters and their punctuation, between which a line may break."""

OPENING, CLOSING = "“‘《（【〔「", "”’》）】〕」、。，；：？！…％％"

UNITS = (
    "个百分点|万平方米|平方公里|平方米|立方米|亿元|万元|公里|万亩|万人|个月|小时|元|米|亩|人|天|日|月|年|项|个|户|套|条|家|处|座|栋|"
    "台|辆|次|件|期|周|名|分|倍|吨|株|棵"
)
"""The units that stay on one line with the figure before them."""

_COUNTED = "红灯|黄灯|绿灯|暂不亮灯|逾期|预警|已完成|暂缓|取消"
"""What a summary counts; the word and its number stay on one line."""

_SHORT_WORDS = "完成情况|未完成原因|补欠措施"
"""Words of letters and receipts that are short enough to stay on one line."""

_TOKEN = re.compile(
    rf"[{OPENING}]*"
    rf"(?:(?<=（)(?:{UNITS})(?=）)|{_SHORT_WORDS}|(?<=〔)\d{{4}}〕\d+号|第\d+(?:{UNITS}|号|批)|(?:逾期)?未(?:报|完成|明确)|(?:{_COUNTED}|等|另有)\d+项"
    rf"|任务\d[\d.]*(?: (?:[^\s\d{OPENING}{CLOSING}]{{1,8}} )?\d[\d.]*(?:{UNITS}))?|\w{{1,4}}〔\d{{4}}〕\d+号"
    rf"|(?:截至|时限)?(?:\d+年(?:\d+月(?:\d+日)?)?|\d+月(?:\d+日\*?|底前?))"
    rf"|(?<=，)失\d[\d.]*分"
    rf"|\d[\d.]*\.[^\W\d_a-zA-Z]{{1,2}}"
    rf"|\d[\d.]* [^!-~\s]{{1,3}}"
    rf"|[^\s{WIDE}{OPENING}{CLOSING}]+(?:(?:(?<=\d)|(?<=\d\*))(?:{UNITS}))?|[^\s“‘”’…])"
    rf"(?:[{CLOSING},.;:!?)%]|\s+(?=[{CLOSING}%]))*(?:(?<=…)等\d+项)?"
    rf"|[{OPENING}]+[{CLOSING}]*"
    r"|\s+|."
)
"""A piece that is never broken: a word or a Chinese character with its punctuation, or blanks.

A class of all Chinese characters takes 2 ms to compile, so there is only one: every other character outside it is
a blank, Chinese or a mark.
"""


def tokens(text: str) -> list[str]:
    """Split a line of text into the pieces between which it may break; joined, they are the text."""
    return _TOKEN.findall(text)


_JOINED = re.compile(
    r"实际进度|序时进度|从未报送|从未启动|逾期未(?:报送|报|完成|明确)|未(?:报送|报|完成|明确|启动)|逾期|整改|滞后|超前|启动|"
    r"完成时限|报送周期|整项任务|分项任务|节点|进展|"
    rf"(?:\d+\.(?:\d+ )?)?“[^\s“”]{{1,6}}”[{CLOSING}]*|\d+\.\d+ [^\W\d_a-zA-Z]{{2}}|（[^\s\d（）]{{1,6}}）[{CLOSING}]*"
    r"|(?<=[、：])[^\W\d_a-zA-Z]{2,6}(?=[、。；，]|$)"
)
"""No line ends within these: words of the program's sentences, a sub-task's number with its name, short quotations,
short brackets and the short names of a list."""


def _pieces(text: str) -> list[str]:
    """The tokens of a text; those that `_JOINED` matches are one."""
    within = {place for word in _JOINED.finditer(text) for place in range(word.start() + 1, word.end())}
    found: list[str] = []
    place = 0
    for token in tokens(text):
        if place in within:
            found[-1] += token
        else:
            found.append(token)
        place += len(token)
    return found


def wrap(text: str, columns: int) -> list[str]:
    """Wrap a text into lines of at most `columns` terminal columns; a longer word is broken anywhere.

    A tab becomes a blank, because its width on a terminal depends on its position.
    """
    return [line for part in text.replace("\t", " ").split("\n") for line in _wrapped(part, max(2, columns))]


def wrap_indented(text: str, columns: int) -> Iterator[str]:
    """Wrap a text; lines wrapped from an indented line have the same indent."""
    for line in text.split("\n"):
        content = line.lstrip(" ")
        indent = line[: len(line) - len(content)]
        yield from (indent + part for part in wrap(content, columns - len(indent)))


def cut(text: str, columns: int) -> str:
    """A text on one line; a text that is too long is cut and ends in `…`."""
    if width(text) <= columns:
        return text
    kept, room = "", columns - width("…")
    for token in tokens(text):
        for piece in [token] if width(token) <= max(room // 2, 2) or any(c.isdigit() for c in token) else token:
            if width(kept + piece) > room:
                return f"{kept.rstrip()}…"
            kept += piece
    return kept


def cut_name(name: str, columns: int) -> str:
    """A name on one line. If a sub-task's name follows its parent's in brackets, the parent's name is cut."""
    part = re.search("（[^（）]+）$", name)
    if part and width(name) > columns and width(part[0]) <= columns - _LEAST_PARENT:
        return cut(name[: part.start()], columns - width(part[0])) + part[0]
    return cut(name, columns)


_LEAST_PARENT = 10
"""The least width that a parent's name is cut to, in columns."""


def unbreakable(texts: Iterable[str]) -> int:
    """The width of the widest date, figure with its unit or telephone number in the texts; 0 if there is none."""
    return max((width(t) for text in texts for t in tokens(text) if any(c.isdigit() for c in t)), default=0)


_LEAST_LAST, _TWO_CHARACTERS = 8, 4
"""The least width of the last line of a text in a wide and in a narrow column, so that no character is alone on it."""


def _wrapped(text: str, columns: int) -> Iterator[str]:
    if width(text) <= columns:
        yield text
        return
    lines = [line for line in _filled(text, columns) if line]
    if len(lines) > 1:
        *_others, before, last = lines
        least = min(_LEAST_LAST, max(_TWO_CHARACTERS, columns // 4))
        while len(before) > 1 and width("".join((before[-1], *last))) <= columns:
            if width("".join(last)) >= least and not "".join(before).rstrip()[-1:].isdigit():
                break
            last.insert(0, before.pop())
    yield from ("".join(line).strip() for line in lines)


def _filled(text: str, columns: int) -> list[list[str]]:
    """The pieces of each line, filled greedily."""
    lines: list[list[str]] = [[]]
    used = 0
    for token in _pieces(text):
        rest = token
        if lines[-1] and used + width(token.rstrip()) > columns:
            lines.append([])
        if not lines[-1]:
            used, rest = 0, token.lstrip()
        while width(rest) > columns:
            first = _first(rest, columns)
            lines += [[rest[:first]], []]
            rest = rest[first:]
        if rest:
            lines[-1].append(rest)
            used += width(rest)
    return lines


def _first(word: str, columns: int) -> int:
    """The number of characters of an overlong word that fit on its first line."""
    count = len(word)
    while count > 1 and width(word[:count]) > columns:
        count -= 1
    while count > 1 and word[count] in CLOSING:
        count -= 1
    return count
