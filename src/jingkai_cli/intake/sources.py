"""A file of any kind that is read → its texts and tables, in their order."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ..errors import Refused
from ..language import _
from .grid import Grid, letters
from .old_formats import NEW, converted

ENDINGS = (".docx", ".xlsx", ".csv", ".md", ".txt", *NEW)


class Source(Struct, frozen=True):
    """What stands in a file. `encoding` is that of a text file."""

    grids: tuple[Grid, ...]
    encoding: str = "utf-8"


def read_source(path: Path) -> Source:
    """The texts and tables of a file.

    Raises:
        InvalidInput: it cannot be read, or is not safe to.
        MissingExtra: `office` is not installed.
        Refused: it is of a kind that is not read, or that is converted with LibreOffice, which is not installed.
    """
    ending = path.suffix.lower()
    if ending in NEW:
        with converted(path) as new:
            return Source(tuple(replace(grid, file=str(path)) for grid in read_source(new).grids))
    if ending == ".docx":
        from .word_file import read_word

        return Source(tuple(read_word(path)))
    if ending == ".xlsx":
        from .workbook import Sheets

        return Source(tuple(Sheets(path).grids()))
    if ending == ".csv":
        return _csv(path)
    if ending in (".md", ".txt"):
        from .markdown_file import read_markdown

        encoding, grids = read_markdown(path)
        return Source(tuple(grids), encoding)
    text = _("{file}: a plan can be read from {endings}")
    raise Refused(text.format(file=path, endings=" ".join(ENDINGS)))


def _csv(path: Path) -> Source:
    from .text_files import text_grid

    encoding, grid = text_grid(path)
    rows = {
        number: {column: replace(cell, where=f"{letters(column)}{number}") for column, cell in cells.items()}
        for number, cells in grid.rows.items()
    }
    return Source((replace(grid, rows=rows),), encoding)
