"""Refuses a CSV that is UTF-16, has another separator than the comma, or figures that a comma split."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice
from pathlib import Path

from ..errors import Finding, InvalidInput
from ..language import _
from .grid import Cell, Grid

_SEEN = 20
"""The number of lines that are checked."""

_BYTES = 4096

_SEPARATORS = "\t;；，|"
"""Separators other than the comma."""

_NAMED = re.compile(r"\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
"""A first line that sets the separator for Excel: `sep=;`."""


def refuse_utf16(path: Path) -> None:
    """Refuse a CSV that Excel saved as Unicode text.

    Raises:
        InvalidInput: the file is UTF-16.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        begin = file.read(_BYTES)
    if begin.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or (b"\0" in begin and _is_utf16(begin)):
        text = _("is UTF-16 (Unicode text): {remedy}")
        raise InvalidInput.of_file(path, text.format(remedy=_remedy()))


def _is_utf16(begin: bytes) -> bool:
    """Whether every line feed is two bytes, as in UTF-16 without a byte order mark."""
    ends = begin.count(b"\n")
    return ends > 0 and ends in (begin.count(b"\n\0"), begin.count(b"\0\n"))


def refuse_separator(path: Path, encoding: str) -> None:
    """Refuse a CSV whose cells are not separated by commas.

    Raises:
        InvalidInput: the first line has no comma but another separator, which more lines have than a comma; or the
            first line is `sep=`.
        OSError: the file cannot be read.
    """
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in islice(file, _SEEN) if line.strip()]
    named = _NAMED.match(lines[0]) if lines else None
    if named:
        text = _("names its separator ({line}), which is not read: delete this line if it is a comma, else {remedy}")
        why = text.format(line=named[0].strip("\ufeff \r\n"), remedy=_remedy())
        raise InvalidInput([Finding(str(path), 1, 1, why)])
    if not lines or "," in lines[0]:
        return
    commas = sum("," in line for line in lines)
    counts = {sign: sum(sign in line for line in lines) for sign in _SEPARATORS if sign in lines[0]}
    most = max(counts, key=lambda sign: counts[sign], default="")
    if most and counts[most] > commas:
        text = _("its cells are separated by {sign}, not by a comma: {remedy}")
        why = text.format(sign=_("tabs") if most == "\t" else most, remedy=_remedy())
        raise InvalidInput([Finding(str(path), 1, 1, why)])


def _remedy() -> str:
    return _("save it anew as “CSV UTF-8 (comma delimited)”")


_LEFT = re.compile(r"(?:^|[=+＝＋\s])([0-9]{1,3})$")
_RIGHT = re.compile(r"([0-9]{3}(?:\.[0-9]+)?)[^\W\d]{0,2}(?:\s*;.*=.*)?")


def split_figure(left: str, right: str) -> str | None:
    """Return the fault if a comma split a figure into two cells (1,200); None if it did not.

    >>> split_figure("lanes=1", "200"), split_figure("20", "650个车位已建成")
    ("'1,200' is parted into two cells by its comma: write 1200, or the cell in quotes", None)
    """
    left_part, right_part = _LEFT.search(left.strip()), _RIGHT.fullmatch(right.strip())
    if left_part is None or right_part is None:
        return None
    text = _("'{figure}' is parted into two cells by its comma: write {whole}, or the cell in quotes")
    return text.format(figure=f"{left_part[1]},{right_part[1]}", whole=left_part[1] + right_part[1])


def split_figures(
    grid: Grid, rows: Iterable[int], header: int, figures: AbstractSet[int], named: AbstractSet[int]
) -> Iterator[tuple[Cell, str]]:
    """Yield the faults of figures that a comma split, and of rows with more cells than the header.

    Args:
        grid: the CSV; for other files nothing is yielded.
        rows: the rows that report something.
        header: the row with the titles.
        figures: the columns of figures in the map.
        named: all columns in the map.
    """
    for row in sorted(rows) if grid.widths else ():
        yield from _faults_in_row(grid, row, header, figures, named)


def _faults_in_row(
    grid: Grid, row: int, header: int, figures: AbstractSet[int], named: AbstractSet[int]
) -> Iterator[tuple[Cell, str]]:
    longer = grid.widths.get(row, 0) > grid.widths.get(header, 0)
    cells = grid.rows[row]
    found = [
        (cells[column], why)
        for column in sorted(figures & cells.keys())
        if column + 1 in cells
        and (longer or (column + 1 in named and column + 1 not in figures))
        and (why := split_figure(cells[column].text, cells[column + 1].text))
    ]
    if not found and longer and max(cells) > grid.widths[header]:
        text = _("has {found} cells where the header has {expected}")
        message = text.format(found=grid.widths[row], expected=grid.widths[header])
        found.append((cells[max(cells)], message))
    yield from found
