"""A file of any kind that is read → its texts and tables, in their order."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..errors import Refused
from ..language import _, ngettext
from .grid import Aside, Grid, letters
from .old_formats import NEW, converted

ENDINGS = (".docx", ".xlsx", ".csv", ".md", ".txt", *NEW)


@dataclass(frozen=True, slots=True)
class Source:
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
        return Source(tuple(_workbook(path)))
    if ending == ".csv":
        return _csv(path)
    if ending in (".md", ".txt"):
        from .markdown_file import read_markdown

        encoding, grids = read_markdown(path)
        return Source(tuple(grids), encoding)
    text = _("{file}: a plan can be read from {endings}")
    raise Refused(text.format(file=path, endings=" ".join(ENDINGS)))


def _workbook(path: Path) -> list[Grid]:
    from .workbook import drawn_texts, live_grid, open_workbook

    saved = cache(lambda: open_workbook(path, saved=True))
    grids = []
    for sheet in open_workbook(path).worksheets:
        if sheet.sheet_state == "visible":
            grids.append(live_grid(path, sheet, saved))
        elif cells := sum(cell.value is not None for row in sheet.iter_rows() for cell in row):
            count = ngettext("{count} cell", "{count} cells", cells).format(count=cells)
            grids.append(
                Grid(str(path), sheet.title, {}, aside=(Aside(1, 1, sheet.title, count, _("a hidden sheet")),))
            )
    if drawn := tuple(Aside(1, 1, _("drawing"), text, _("in a text box, not in a cell")) for text in drawn_texts(path)):
        grids.append(Grid(str(path), "", {}, aside=drawn))
    return grids


def _csv(path: Path) -> Source:
    from .text_files import text_grid

    encoding, grid = text_grid(path)
    rows = {
        number: {column: replace(cell, where=f"{letters(column)}{number}") for column, cell in cells.items()}
        for number, cells in grid.rows.items()
    }
    return Source((replace(grid, rows=rows),), encoding)
