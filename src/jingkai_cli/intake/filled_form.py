"""Finds the filled-in sheet of a form, checks its heading and titles against its keys, and locates its lines."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..errors import Finding, InvalidInput
from ..language import _
from ..quantities import enumeration
from .form_layout import HEADER_ROW, TEXTS, Key, Keys
from .grid import Aside, Grid, letters
from .typed_cells import says_something

OPEN = ("added", "total", "done", "done_on", *TEXTS)
"""The columns with cells to fill in."""

_SIGNED = re.compile(
    "(?:填报|填表|制表|经办|审核|复核|审批|联系)人|(?:单位|主要|分管)?(?:负责人|领导)(?:签字|签名)?[:：]|联系?电话|手机"
    "|签字|签名|盖章|(?:公章)|(?:填报|上报|报送|填表)?(?:日期|时间)[:：]|filledinby|checkedby|telephone",
    re.IGNORECASE,
)


class FilledSheet(Struct, frozen=True):
    """The sheet that is filled in."""

    grid: Grid
    header: int
    """The row with the titles."""
    rows: Mapping[Key, int]
    """Line → its row; lines that were deleted are left out."""
    missing: tuple[Key, ...]
    others: tuple[Grid, ...]
    """The other sheets of the file, marked as not read."""

    def signatures(self) -> Iterator[int]:
        """Yield the rows below the table with signatures, names or dates of those who filled it in."""
        last = max(self.rows.values(), default=self.header)
        for row in sorted(self.grid.rows):
            cells = [cell for _column, cell in self.grid.own(row)]
            if row > last and cells and _SIGNED.match(cells[0].label):
                yield row


def find_filled(grids: Sequence[Grid], keys: Keys) -> FilledSheet:
    """Return the one sheet of a form that is filled in, with its lines.

    Raises:
        InvalidInput: no sheet is a form, or several are filled in; the heading is of another unit or period than the
            keys; a column was moved or removed; a line appears twice.
    """
    sheets = [(grid, header) for grid in grids if (header := _header_row(grid, keys))]
    if not sheets:
        text = _("no sheet has the titles of the form: {titles}")
        raise InvalidInput.of_file(grids[0].file, text.format(titles=enumeration(list(keys.titles[0].values())[:3])))
    filled = [(grid, header) for grid, header in sheets if _is_filled(grid, header, keys)]
    if len(filled) > 1:
        text = _("{sheets} are both filled in: leave one of them, delete the other")
        raise InvalidInput.of_file(
            grids[0].file, text.format(sheets=enumeration(grid.sheet for grid, _header in filled))
        )
    grid, header = (filled or sheets)[0]
    faults = [*_other_titles(grid, header, keys), *_other_heading(grid, header, keys)]
    rows, missing, twice = _rows(grid, header, keys)
    faults += twice
    if faults:
        raise InvalidInput(faults)
    others = [_as_unread(each) for each in grids if each is not grid]
    return FilledSheet(grid, header, rows, tuple(missing), tuple(others))


def _titles(grid: Grid, row: int) -> dict[int, str]:
    """Column → title in a row, including hidden columns."""
    hidden = {aside.column: "".join(aside.text.split()) for aside in grid.aside if aside.row == row}
    return hidden | {column: cell.label for column, cell in grid.own(row)}


def _header_row(grid: Grid, keys: Keys) -> int:
    """The row with the most titles of the form; 0 if no row has more than half of them."""
    expected = [{_label(title) for title in titles.values()} for titles in keys.titles]
    counts = {row: max(len(each & set(_titles(grid, row).values())) for each in expected) for row in grid.rows}
    best = max(counts, key=lambda row: (counts[row], -row), default=0)
    return best if best and counts[best] > len(expected[0]) // 2 else 0


def _label(text: str) -> str:
    return "".join(text.split())


def _other_titles(grid: Grid, header: int, keys: Keys) -> Iterator[Finding]:
    """Yield a fault for the first column that is not in its place."""
    found = _titles(grid, header)
    found_titles = set(found.values())
    titles = max(keys.titles, key=lambda each: len({_label(title) for title in each.values()} & found_titles))
    for name, title in titles.items():
        place = keys.places[name]
        found_title = found.get(place, "")
        if found_title != _label(title):
            text = _(
                "column {column} is “{seen}” where the form has “{title}”: columns were moved, removed or renamed; "
                "copy your figures into a new form (`jk form`)"
            )
            where = f"{grid.sheet}!{letters(place)}{header}"
            message = text.format(column=letters(place), seen=found_title or _("empty"), title=title)
            yield Finding(grid.file, 0, 0, message, where)
            return


def _other_heading(grid: Grid, header: int, keys: Keys) -> Iterator[Finding]:
    """Yield a fault if the unit or the period above the table differs from the keys."""
    above = [cell for row in sorted(grid.rows) if row < header for _column, cell in grid.own(row)]
    labels = [cell.label for cell in above]
    if keys.about:
        written = Counter(map(_label, keys.about))
        changed = bool(written - Counter(labels))
        wrong = [cell for cell in above if cell.label not in written and cell.label not in map(_label, keys.guides)]
    else:
        parts = [keys.unit or "", str(keys.begins), str(keys.until)]
        changed = not any(all(_label(part) in label for part in parts) for label in labels)
        wrong = above[1:2]
    if not changed:
        return
    text = _(
        "the heading says “{seen}”, but this is the form of {unit} for {begins} to {until}: "
        "fill in the form of that unit and period (`jk form`), or put the heading back"
    )
    values = {"unit": keys.unit or _("tasks without a lead unit"), "begins": keys.begins, "until": keys.until}
    where = str(wrong[0].where) if wrong else f"{grid.sheet}!A{HEADER_ROW - 2}"
    found = wrong[0].text if wrong else _("nothing")
    yield Finding(grid.file, 0, 0, text.format(seen=found, **values), where)


def _is_filled(grid: Grid, header: int, keys: Keys) -> bool:
    """Whether any cell that is to be filled in has content."""
    rows, _missing, _twice = _rows(grid, header, keys)
    return any(says_something(keys.cell(grid, row, name)) for key, row in rows.items() for name in key.asks)


def _rows(grid: Grid, header: int, keys: Keys) -> tuple[dict[Key, int], list[Key], list[Finding]]:
    """Return the row of each line, the lines that are missing, and a fault for each line that appears twice.

    Lines are found by the text in their first column; in a form of version 1 without it, by their original row.
    """
    rows: dict[Key, int] = {}
    missing: list[Key] = []
    twice: list[Finding] = []
    places: dict[str, list[int]] = {}
    for row in grid.rows:
        if row > header and (cell := keys.cell(grid, row, "id")):
            places.setdefault(cell.label, []).append(row)
    for key in keys.lines:
        found = places.get(_label(key.number), []) if key.number else [key.row + header - HEADER_ROW]
        if len(found) > 1:
            text = _("line {number} appears in rows {rows}: delete one of them")
            message = text.format(number=key.number, rows=enumeration(map(str, found)))
            twice.append(Finding(grid.file, 0, 0, message, f"{grid.sheet}!A{found[-1]}"))
        elif found:
            rows[key] = found[0]
        else:
            missing.append(key)
    return rows, missing, twice


def _as_unread(grid: Grid) -> Grid:
    """Return a sheet that is not part of the form with its content marked as not read."""
    count = sum(map(len, grid.rows.values()))
    if not count:
        return grid
    aside = Aside(1, 1, grid.sheet, _("{count} cells").format(count=count), _("not the form"), "sheet")
    return replace(grid, rows={}, aside=(aside,))
