"""The layout of an inspection checklist (现场检查表), and the keys on its hidden sheet."""

from collections.abc import Iterator

from msgspec import Struct

from ..checklists import Checklist, Site
from ..errors import Refused
from ..language import N_, _
from ..model import Plan
from .grid import Grid

VERSION = 1

NAME = "jk-checklist"
"""The first cell of the hidden sheet."""

HEAD_ROW, HEADER_ROW = 3, 4
"""The row with the day, the shift and the inspectors, and the row with the column titles."""

FIRST_ROW = HEADER_ROW + 1

LEADING = (N_("Site no."), N_("Site"), N_("Zone"), N_("Responsible unit"))
"""The columns before the items."""

REMARK = N_("Remark")
"""The column after the items."""

FIRST_ITEM = len(LEADING) + 1

DAY_CELL, SHIFT_CELL, INSPECTORS_CELL = 2, 4, 6
"""The columns of the cells to fill in at the head; the title of each is in the cell to its left."""

HEAD_TITLES = (N_("Inspected on"), N_("Shift"), N_("Inspectors"))

PASSED, FAILED, NOT_APPLICABLE = "√", "×", "—"


class Keys(Struct, frozen=True):
    """The content of the hidden sheet. It identifies the form, so that nothing is guessed from the visible sheet."""

    plan: str
    checklist: str
    items: tuple[str, ...]
    titles: tuple[str, ...]
    """The titles of the columns before and after the items, as printed."""
    sites: dict[str, str]
    """Id of a site → its name as printed."""


def key_rows(plan: Plan, checklist: Checklist, sites: tuple[Site, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the hidden sheet, in the current language."""
    yield NAME, str(VERSION)
    yield "plan", plan.title
    yield "checklist", checklist.id
    yield from (("title", _(title)) for title in (*LEADING, REMARK))
    yield from (("item", item) for item in checklist.items)
    yield from (("site", site.id, site.name) for site in sites)


def is_checklist(grid: Grid) -> bool:
    """Whether a hidden sheet is that of a checklist."""
    cell = grid.cell(1, 1)
    return cell is not None and cell.text == NAME


def read_keys(grid: Grid) -> Keys:
    """Read the hidden sheet.

    Raises:
        Refused: it was changed, or comes from a newer version of this program.
    """
    rows = [[cell.text for _column, cell in grid.own(row)] for row in sorted(grid.rows)]
    version = rows[0][1] if len(rows[0]) > 1 else ""
    if version.isascii() and version.isdecimal() and int(version[:9]) > VERSION:
        raise Refused(_("is a form of a newer jk: upgrade this one"))
    by_name: dict[str, list[list[str]]] = {}
    for name, *rest in rows[1:]:
        by_name.setdefault(name, []).append(rest)
    try:
        keys = Keys(
            plan=by_name["plan"][0][0],
            checklist=by_name["checklist"][0][0],
            items=tuple(item for (item,) in by_name["item"]),
            titles=tuple(title for (title,) in by_name["title"]),
            sites={id_: name for id_, name in by_name["site"]},  # noqa: C416 - it also refuses a row of another length
        )
    except (KeyError, IndexError, ValueError):
        keys = None
    if keys is None or version != str(VERSION) or len(keys.titles) != len(LEADING) + 1:
        raise Refused(_("its hidden sheet was changed: copy your marks into a new form (`jk form --checklist`)"))
    return keys
