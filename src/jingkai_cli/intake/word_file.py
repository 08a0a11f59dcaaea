"""Reads a Word file as texts and tables in order, as Word shows it with all tracked changes accepted."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from ..errors import InvalidInput, extra
from ..language import N_, _
from .grid import Aside, Cell, Grid, letters
from .office_package import open_package
from .word_numbering import Numbering

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_TEXT = frozenset({f"{_W}t", f"{_MATH}t"})

_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}

_GONE = frozenset(f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "tcPr", "trPr", "rt"))
"""Elements that were deleted or moved away, or that are not text."""

_OUTSIDE = {
    "header": N_("header of a page"),
    "footer": N_("footer of a page"),
    "footnotes": N_("footnote"),
    "endnotes": N_("endnote"),
    "comments": N_("comment"),
}
"""Part of a file outside its text → its name in messages."""


def read_word(path: Path) -> list[Grid]:
    """Return the texts and tables of a file in order; then its headers, footnotes and comments, as not read.

    Raises:
        InvalidInput: the file is hostile, encrypted or damaged.
        MissingExtra: `office` is not installed.
    """
    content = open_package(path)
    with extra("office"):
        from docx import Document
    try:
        return list(_Reader(str(path), Document(content)).grids())
    except Exception as error:  # python-docx raises errors of any type for a broken file
        text = _("is damaged: its tables cannot be read (open it in the office program and save it again)")
        raise InvalidInput.of_file(path, text) from error


class _Text(Struct):
    """The paragraphs between two tables."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)


class _Reader:
    """Reads a document in order and counts its paragraphs."""

    def __init__(self, file: str, document: Any) -> None:
        self.file = file
        self.document = document
        self.numbering = Numbering(document)
        self.paragraphs = 0

    def grids(self) -> Iterator[Grid]:
        text, tables = _Text(), 0
        pending = ""  # the text of a paragraph whose end mark was deleted: it continues in the next one
        for block in _blocks(self.document.element.body):
            if block.tag == f"{_W}tbl":
                self._add(text, pending, "")
                yield from self._texts(text)
                text, pending, tables = _Text(), "", tables + 1
                yield self._table(block, tables)
                continue
            self.paragraphs += 1
            live, struck = _split(block)
            pending += (self.numbering.label(block) if live.strip() else "") + live
            self._add(text, "" if _joins_next(block) else pending, struck)
            pending = pending if _joins_next(block) else ""
        self._add(text, pending, "")
        yield from self._texts(text)
        if outside := list(self._outside()):
            yield Grid(self.file, "", {}, None, aside=tuple(outside), is_text=True)

    def _add(self, text: _Text, live: str, struck: str) -> None:
        where = _("paragraph {number}").format(number=self.paragraphs)
        if live.strip():
            text.rows[self.paragraphs] = {1: Cell(where, live.strip())}
        if struck.strip():
            text.aside.append(Aside(self.paragraphs, 1, where, struck.strip(), _("struck through or hidden")))

    def _texts(self, text: _Text) -> Iterator[Grid]:
        if text.rows or text.aside:
            yield Grid(self.file, "", text.rows, None, aside=tuple(text.aside), is_text=True)

    def _table(self, table: Any, number: int) -> Grid:
        sheet = _("table {number}").format(number=number)
        rows: dict[int, dict[int, Cell]] = {}
        origins: dict[tuple[int, int], tuple[int, int]] = {}
        aside: list[Aside] = []
        above: dict[int, tuple[int, int]] = {}  # column → first place of the cell that is merged downwards
        for row_number, row in enumerate(_rows(table), 1):
            for column, span, merged, cell in _cells(row):
                place = (row_number, column)
                continues = merged == "continue" and column in above
                origin = above[column] if continues else place
                above |= {column: origin}
                covered = {(row_number, column + more): origin for more in range(span)}
                origins |= {each: origin for each in covered if each != origin}
                live, struck = self._cell(cell)
                where = f"{sheet}!{letters(column)}{row_number}"
                if continues or _is_on(row.find(f"{_W}trPr"), "hidden"):
                    struck, live = "\n".join(filter(None, (live, struck))), ""
                if live:
                    rows.setdefault(row_number, {})[column] = Cell(where, live)
                if struck:
                    aside.append(Aside(row_number, column, where, struck, _("struck through or hidden")))
                if nested := _nested(cell):
                    aside.append(Aside(row_number, column, where, nested, _("a table within a cell"), "cell"))
        return Grid(self.file, sheet, rows, None, origins, tuple(aside))

    def _cell(self, cell: Any) -> tuple[str, str]:
        """Return the visible text of a cell, with its automatic numbers, and the struck or hidden text."""
        lives, strucks = [], []
        pending = ""
        for paragraph in (block for block in _blocks(cell) if block.tag == f"{_W}p"):
            live, struck = _split(paragraph)
            pending += self.numbering.label(paragraph) + live
            strucks.append(struck.strip())
            if not _joins_next(paragraph):
                lives.append(pending.strip())
                pending = ""
        lives.append(pending.strip())
        return "\n".join(filter(None, lives)), "\n".join(filter(None, strucks))

    def _outside(self) -> Iterator[Aside]:
        for part in self.document.part.package.iter_parts():
            name = re.match("[a-z]*", str(part.partname).rpartition("/")[2])
            why = _OUTSIDE.get(name[0]) if name else None
            if why is None:
                continue
            from docx.oxml import parse_xml

            element = getattr(part, "element", None)
            for paragraph in (parse_xml(part.blob) if element is None else element).iter(f"{_W}p"):
                text = "".join(_split(paragraph)).strip()
                if any(character.isalpha() for character in text):
                    yield Aside(1, 1, _(why), text, _("not part of the text"))


def _blocks(container: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of a body or a cell, including those in content controls."""
    for child in container:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _GONE:
            yield from _blocks(_alternative(child))


def _nested(cell: Any) -> str:
    """The text of the tables within a cell, without their rows and columns."""
    tables = (block for block in _blocks(cell) if block.tag == f"{_W}tbl")
    texts = ("".join(_split(each)).strip() for table in tables for each in table.iter(f"{_W}p"))
    return " ".join(filter(None, texts))


def _alternative(element: Any) -> Any:
    """Choose one of the two forms of an element that is stored for old and new programs, such as a text box."""
    choice = element.find(f"{_MC}Choice") if element.tag == f"{_MC}AlternateContent" else None
    return element if choice is None else choice


def _split(paragraph: Any) -> tuple[str, str]:
    """Return the visible text of a paragraph, and the text that is struck through or hidden."""
    pieces = list(_pieces(paragraph, struck=False))
    return tuple("".join(text for text, struck in pieces if struck == is_struck) for is_struck in (False, True))  # type: ignore[return-value]


def _pieces(element: Any, *, struck: bool) -> Iterator[tuple[str, bool]]:
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _GONE:
            continue
        if child.tag in _TEXT:
            yield child.text or "", struck
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag], struck
        else:
            if child.tag == f"{_W}p" and child.getprevious() is not None:  # the next paragraph of a text box
                yield "\n", struck
            marks = child.find(f"{_W}rPr") if child.tag == f"{_W}r" else None
            hidden = any(_is_on(marks, name) for name in ("strike", "dstrike", "vanish"))
            yield from _pieces(_alternative(child), struck=struck or hidden)


def _is_on(marks: Any, name: str) -> bool:
    """Whether a mark such as `strike` is set in the properties of a run or a row."""
    mark = marks.find(f"{_W}{name}") if marks is not None else None
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")


def _joins_next(paragraph: Any) -> bool:
    """Whether the end mark of a paragraph was deleted, so that the next one continues it."""
    marks = paragraph.find(f"{_W}pPr/{_W}rPr")
    return marks is not None and any(marks.find(f"{_W}{name}") is not None for name in ("del", "moveFrom"))


def _rows(table: Any) -> Iterator[Any]:
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is table and row.find(f"{_W}trPr/{_W}del") is None:
            yield row


def _cells(row: Any) -> Iterator[tuple[int, int, str, Any]]:
    """Yield the column, the number of columns, the vertical merge (`vMerge`) and the element of each cell in a row."""
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    column = 1 + (int(before.get(f"{_W}val")) if before is not None else 0)
    for cell in row.iter(f"{_W}tc"):
        if next(cell.iterancestors(f"{_W}tr")) is not row:
            continue
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        columns = int(span.get(f"{_W}val")) if span is not None else 1
        yield column, columns, "" if merged is None else merged.get(f"{_W}val", "continue"), cell
        column += columns
