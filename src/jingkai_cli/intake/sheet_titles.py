"""The header of a unit's own sheet: where the columns are that its map names."""

from msgspec.structs import replace

from ..errors import Finding, InvalidInput
from ..language import _
from ..text import near, quoted
from .column_map import Columns
from .grid import Grid


def titles_of(grid: Grid, columns: Columns, column: int) -> list[str]:
    """The titles of a column, from top to bottom; a cell that is merged over rows is one."""
    cells = {
        id(cell): cell.label
        for row in range(columns.first_header, columns.header + 1)
        if (cell := grid.cell(row, column))
    }
    return list(cells.values())


def _named_so(grid: Grid, columns: Columns) -> dict[str, list[int]]:
    """Each name by which a map may call a column: its last title, or all of them, `累计/投资`."""
    named: dict[str, list[int]] = {}
    for column in grid.columns():
        lowest = columns.header
        while lowest > columns.first_header and grid.cell(lowest, column) is None:
            lowest -= 1
        if grid.origins.get((lowest, column), (lowest, column))[1] != column:
            continue
        labels = titles_of(grid, columns, column)
        for name in dict.fromkeys((*labels[-1:], "/".join(labels), "".join(labels))) if labels else ():
            named.setdefault(name, []).append(column)
    return named


def places_of(grid: Grid, columns: Columns) -> dict[str, int]:
    """The column of each title that a map names.

    Raises:
        InvalidInput: every one that the header does not have, or has twice.
    """
    titles = _named_so(grid, columns)
    head = range(columns.first_header, columns.header + 1)
    hidden = {"".join(aside.text.split()): aside.why for aside in grid.aside if aside.row in head}
    places: dict[str, int] = {}
    faults: list[str] = []
    for title in columns.named():
        label = "".join(title.split())
        found = titles.get(label, [])
        if len(found) == 1:
            places[title] = found[0]
        elif found:
            text = _("row {row}: the title {title} appears twice{hint}")
            hint = _with_titles_above(grid, columns, found)
            faults.append(text.format(row=columns.header, title=quoted(title), hint=hint))
        elif label in hidden:
            text = _("row {row}: the title {title} is not read: {why}")
            faults.append(text.format(row=columns.header, title=quoted(title), why=hidden[label]))
        else:
            text = _("row {row} has no title {title} {near}")
            faults.append(text.format(row=columns.header, title=quoted(title), near=near(title, titles)))
    if faults:
        raise InvalidInput([Finding(grid.file, 0, 0, message) for message in faults])
    return places


def _with_titles_above(grid: Grid, columns: Columns, found: list[int]) -> str:
    """How to tell columns of one title apart by the titles above them; empty where nothing stands there."""
    wider = replace(columns, first_header=columns.first_header - 1)
    names = ["/".join(titles_of(grid, wider, column)) for column in found] if wider.first_header else []
    if len(set(names)) < len(found):
        return ""
    text = _(": with `header: {first}-{last}` they are {titles}")
    return text.format(first=wider.first_header, last=columns.header, titles=_(", ").join(map(quoted, names)))
