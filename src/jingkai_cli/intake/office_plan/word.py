"""A .docx → its tables as grids, merged cells resolved. A cell is named as in a spreadsheet: `表1!C3`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...extras import extra
from ...language import _
from ..grid import Cell, Grid
from ..sheets.package import open_package, refusal

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ALPHABET = 26


def read_word(path: Path) -> tuple[str, list[Grid]]:
    """The text before and between the tables, and the tables.

    Raises:
        InvalidInput: it is hostile, encrypted or damaged.
        MissingExtra: `office` is not installed.
    """
    content = open_package(path)
    with extra("office"):
        from docx import Document
    try:
        document = Document(content)
        heading = "\n".join(_text(paragraph._p) for paragraph in document.paragraphs)  # noqa: SLF001 - the one way
        return heading, [_grid(path, number, each) for number, each in enumerate(document.tables, 1)]
    except Exception as error:  # python-docx raises whatever a broken file makes of it
        text = _("is damaged: its tables cannot be read (open it in the office program and save it anew)")
        raise refusal(path, text) from error


def _text(element: Any) -> str:
    """The text of an element as it is printed: what was inserted counts, what was deleted does not."""
    tags = {f"{_W}t": None, f"{_W}br": "\n", f"{_W}tab": " "}
    return "".join(tags[node.tag] or node.text or "" for node in element.iter(*tags))


def _grid(path: Path, number: int, table: Any) -> Grid:
    sheet = _("table {number}").format(number=number)
    rows: dict[int, dict[int, Cell]] = {}
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    first: dict[Any, tuple[int, int]] = {}
    for row_number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row.cells, 1 + row.grid_cols_before):
            place = (row_number, column)
            origin = first.setdefault(cell._tc, place)  # noqa: SLF001 - merged cells share it
            if origin != place:
                origins[place] = origin
                continue
            text = "\n".join(_paragraphs(cell._tc)).strip()  # noqa: SLF001
            if text:
                where = f"{sheet}!{_letters(column)}{row_number}"
                rows.setdefault(row_number, {})[column] = Cell(where, text)
    return Grid(str(path), sheet, rows, None, origins)


def _paragraphs(element: Any) -> Iterator[str]:
    yield from (_text(paragraph) for paragraph in element.iter(f"{_W}p"))


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters
