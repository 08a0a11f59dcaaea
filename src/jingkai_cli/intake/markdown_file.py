"""Reads a Markdown or plain-text file as texts and tables, in the order of the file."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path

from ..errors import InvalidInput
from ..language import _
from .grid import Aside, Cell, Grid, letters
from .office_package import read_bytes

_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*")
"""The line below the header of a table."""

_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")

_STRUCK = re.compile(r"~~(.+?)~~")

_MARKS = re.compile(r"\*\*|__|`|(?<=^)#+\s*|^[-*+]\s+|^>\s*")
"""Marks of bold, code, headings, bullets and quotes, which are removed from a text."""


def read_markdown(path: Path) -> tuple[str, list[Grid]]:
    """Return the encoding of a file, and its texts and tables.

    Raises:
        InvalidInput: the file cannot be read, or is not text.
    """
    content = read_bytes(path)
    for encoding in ("utf-16",) if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8-sig", "gb18030"):
        try:
            return encoding, list(_grids(str(path), content.decode(encoding).splitlines()))
        except UnicodeDecodeError:
            continue
    raise InvalidInput.of_file(path, _("is neither UTF-8 nor GB18030 text"))


def _grids(file: str, lines: list[str]) -> Iterator[Grid]:
    texts: dict[int, dict[int, Cell]] = {}
    aside: list[Aside] = []
    tables = number = 0
    while number < len(lines):
        number += 1
        line = lines[number - 1]
        if "|" in line and number < len(lines) and _RULE.fullmatch(lines[number]):
            if texts or aside:
                yield Grid(file, "", texts, None, aside=tuple(aside), is_text=True)
            texts, aside, tables = {}, [], tables + 1
            end = next((n for n in range(number + 1, len(lines)) if "|" not in lines[n]), len(lines))
            yield _table(file, tables, [line, *lines[number + 1 : end]])
            number = end
            continue
        where = _("line {number}").format(number=number)
        live, struck = _live(line)
        if live:
            texts[number] = {1: Cell(where, live)}
        if struck:
            aside.append(Aside(number, 1, where, struck, _("struck through or hidden")))
    if texts or aside:
        yield Grid(file, "", texts, None, aside=tuple(aside), is_text=True)


def _table(file: str, number: int, lines: list[str]) -> Grid:
    sheet = _("table {number}").format(number=number)
    rows: dict[int, dict[int, Cell]] = {}
    aside: list[Aside] = []
    for row, line in enumerate(lines, 1):
        cells = _BETWEEN_CELLS.split(line.strip().removeprefix("|"))
        for column, text in enumerate(cells, 1):
            where = f"{sheet}!{letters(column)}{row}"
            live, struck = _live(re.sub(r"<br\s*/?>", "\n", text.replace(r"\|", "|")))
            if live:
                rows.setdefault(row, {})[column] = Cell(where, live)
            if struck:
                aside.append(Aside(row, column, where, struck, _("struck through or hidden")))
    return Grid(file, sheet, rows, None, aside=tuple(aside))


def _live(text: str) -> tuple[str, str]:
    struck = " ".join(_STRUCK.findall(text))
    return _MARKS.sub("", _STRUCK.sub("", text).strip()).strip(), struck
