"""Break text into lines for a terminal, as Chinese is set.

A date, a figure with its unit and a telephone number stay whole; no line begins with a comma or another closing mark,
and none ends with an opening one.
"""

import re
from collections.abc import Iterable, Iterator

from ..text import width

WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Chinese characters and their punctuation, between which a line may break."""

OPENING, CLOSING = "“‘《（【〔「", "”’》）】〕」、。，；：？！…％％"

UNITS = (
    "个百分点|万平方米|平方公里|平方米|立方米|亿元|万元|公里|万亩|万人|个月|小时|元|米|亩|人|天|日|月|年|项|个|户|套|条|家|处|座|栋|"
    "台|辆|次|件|期|周|名|分|倍|吨|株|棵"
)
"""The units that stay on one line with their figure."""

_COUNTED = "红灯|黄灯|绿灯|暂不亮灯|逾期|预警|已完成|暂缓|取消"
"""What a summary counts: the word and its number stay on one line."""

_TOKEN = re.compile(
    rf"[{OPENING}]*"
    rf"(?:(?<=（)(?:{UNITS})(?=）)|(?<=〔)\d{{4}}〕\d+号|逾期未(?:报|完成)|(?:{_COUNTED}|等)\d+项|\d+年(?:\d+月(?:\d+日)?)?|\d+月\d+日\*?"
    rf"|[^\s{WIDE}{OPENING}{CLOSING}]+(?:(?:(?<=\d)|(?<=\d\*))(?:{UNITS}))?|[^\s“‘”’…])"
    rf"(?:[{CLOSING},.;:!?)%]|\s+(?=[{CLOSING}%]))*"
    rf"|[{OPENING}]+[{CLOSING}]*"
    r"|\s+|."
)
"""What is not broken: a word or a Chinese character with the marks that belong to it, or blanks.

A class of all Chinese characters takes 2 ms to compile. There is one: what it leaves is blank, Chinese or a mark.
"""


def tokens(text: str) -> list[str]:
    """The pieces of one line of text between which it may be broken; joined they are the text."""
    return _TOKEN.findall(text)


def wrap(text: str, columns: int) -> list[str]:
    """The lines of a text, each at most so many terminal columns wide; a longer word is broken anywhere.

    A tab is a blank: how wide a terminal draws it depends on where it stands.
    """
    return [line for part in text.replace("\t", " ").split("\n") for line in _wrapped(part, max(2, columns))]


def cut(text: str, columns: int) -> str:
    """A text on one line; where it is too long, what fits of it and `…`."""
    if width(text) <= columns:
        return text
    kept, room = "", columns - width("…")
    for token in tokens(text):
        for piece in [token] if width(token) <= max(room // 2, 2) or any(c.isdigit() for c in token) else token:
            if width(kept + piece) > room:
                return f"{kept.rstrip()}…"
            kept += piece
    return kept


def unbreakable(texts: Iterable[str]) -> int:
    """The width of the widest date, figure with its unit or telephone number in some texts."""
    return max((width(t) for text in texts for t in tokens(text) if any(c.isdigit() for c in t)), default=0)


_LEAST_LAST = 8
"""The columns that the last line of a long text takes at least: a single character or figure does not stand alone."""


def _wrapped(text: str, columns: int) -> Iterator[str]:
    if width(text) <= columns:
        yield text
        return
    lines = [line for line in _filled(text, columns) if line]
    if len(lines) > 1:
        *_others, before, last = lines
        least = min(_LEAST_LAST, columns // 6)
        while len(before) > 1 and width("".join((before[-1], *last))) <= columns:
            if width("".join(last)) >= least and not "".join(before).rstrip()[-1:].isdigit():
                break
            last.insert(0, before.pop())
    yield from ("".join(line).strip() for line in lines)


def _filled(text: str, columns: int) -> list[list[str]]:
    """The tokens of each line, as many as fit."""
    lines: list[list[str]] = [[]]
    used = 0
    for token in tokens(text):
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
    """How many characters of a word that is too long stand on its first line."""
    count = len(word)
    while count > 1 and width(word[:count]) > columns:
        count -= 1
    while count > 1 and word[count] in CLOSING:
        count -= 1
    return count
