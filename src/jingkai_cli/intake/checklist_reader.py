"""Reads a filled-in inspection checklist (现场检查表): every cell is used, or reported as a fault with its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from ..checklists import Site
from ..dates import in_year
from ..errors import Finding, InvalidInput, Refused
from ..field_types import Shift
from ..language import _
from ..model import Plan
from ..text import name_key, near, quoted
from .checklist_layout import (
    DAY_CELL,
    FAILED,
    FIRST_ITEM,
    FIRST_ROW,
    HEAD_ROW,
    HEADER_ROW,
    INSPECTORS_CELL,
    NOT_APPLICABLE,
    PASSED,
    SHIFT_CELL,
    Keys,
    read_keys,
)
from .grid import Cell, Grid, letters
from .sites_csv import SITES

_MARKS: Mapping[str, str] = {
    **dict.fromkeys((PASSED, "✓", "✔", "☑", "合格", "达标", "通过", "v"), "passed"),
    **dict.fromkeys((FAILED, "✗", "✘", "✕", "✖", "☒", "x", "不合格", "不达标", "未通过"), "failed"),
    **dict.fromkeys((NOT_APPLICABLE, "-", "–", "―", "─", "/", "不适用", "不涉及"), "not_applicable"),
}
"""Mark in a cell, after `name_key` and in lower case → field of an inspection."""

_SHIFTS: Mapping[str, Shift] = {
    **dict.fromkeys(("白天", "日间", "白班", "day"), "白天"),
    **dict.fromkeys(("夜间", "夜", "夜班", "晚间", "night"), "夜间"),
}

_BETWEEN_NAMES = re.compile("[、，,；;\n]+")

_PIECES = re.compile("[，。；、,;\n]+")

_AT_ONCE = "当场整改"
"""The words of a remark for a problem that was fixed while the inspectors were there."""

_AT_ONCE_ALONE = re.compile("(?:均|都|已|全部|问题|已全部|均已|都已)*当场整改(?:到位|完成|完毕|完|了|合格)?")

_DAY_SHOWN = re.compile("(?:(?:[0-9]{2}|[0-9]{4})[-./年])?[0-9]{1,2}[-./月][0-9]{1,2}[日号]?|[0-9]{8}")
"""A text with a single day. A month alone is not enough: it would be read as its last day."""

_PLACE = re.compile("([A-Z]+)([0-9]+)$")

_CHINESE = re.compile("[\u4e00-\u9fff]")


class Visit(NamedTuple):
    """One row of a form: a site, and the items with each result."""

    where: str
    """The cell of the site's number."""
    site: Site
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    not_applicable: tuple[str, ...]
    remark: str | None
    at_once: frozenset[str]
    """The failed items that were fixed on the spot."""


class Inspected(Struct, frozen=True):
    """The content of a filled-in form."""

    file: str
    checklist: str
    on: date
    shift: Shift
    inspectors: tuple[str, ...]
    visits: tuple[Visit, ...]


def read_inspected(grid: Grid, keys_grid: Grid, plan: Plan, sites: Sequence[Site], today: date) -> Inspected | None:
    """Read a form; return None if nothing is filled in.

    Args:
        grid: the visible sheet.
        keys_grid: the hidden sheet.
        plan: the plan with the checklists and the year.
        sites: the sites of the plan.
        today: the date in the plan's zone.

    Raises:
        InvalidInput: the form has faults; lists all of them, each with its cell.
    """
    try:
        form = _Form(grid, read_keys(keys_grid), plan, {site.id: site for site in sites}, [])
    except Refused as refused:
        raise InvalidInput.of_file(grid.file, str(refused)) from None
    _header(form)
    if form.faults:  # the columns were changed, so faults of cells would be misleading
        raise InvalidInput(form.faults)
    visits = tuple(_visits(form))
    _refuse_outside(form)
    filled_in = visits or any(form.grid.cell(HEAD_ROW, column) for column in (DAY_CELL, SHIFT_CELL, INSPECTORS_CELL))
    if not filled_in and not form.faults:
        return None
    on, shift, inspectors = _day(form, today), _shift(form), _inspectors(form)
    if form.faults or on is None or shift is None:
        raise InvalidInput(sorted(form.faults, key=_by_place))
    return Inspected(grid.file, form.keys.checklist, on, shift, inspectors, visits) if visits else None


class _Form(Struct, frozen=True):
    """A form that is being read."""

    grid: Grid
    keys: Keys
    plan: Plan
    sites: Mapping[str, Site]
    """Id → site."""
    faults: list[Finding]

    def fault(self, cell: Cell | str, message: str) -> None:
        """Report a fault at a cell, or at the name of an empty one."""
        where = cell if isinstance(cell, str) else str(cell.where)
        self.faults.append(Finding(self.grid.file, 0, 0, message, where))

    def place(self, row: int, column: int) -> str:
        """The name of a cell, which may be empty: `现场检查表!B3`."""
        return f"{self.grid.sheet}!{letters(column)}{row}"


def _by_place(finding: Finding) -> tuple[int, int, str]:
    """Sort key of a finding: by row, then by column."""
    place = _PLACE.search(str(finding.cell))
    return (int(place[2]), len(place[1]), place[1]) if place else (0, 0, "")


def _header(form: _Form) -> None:
    """Report a form of another plan, an unknown checklist, and columns that were moved, removed or renamed."""
    keys = form.keys
    if name_key(keys.plan) != name_key(form.plan.title):
        text = _("is a form of another plan: {plan}")
        form.faults.append(Finding(form.grid.file, 0, 0, text.format(plan=keys.plan)))
    known = [checklist.id for checklist in form.plan.checklists]
    if keys.checklist not in known:
        text = _("the plan has no checklist {name} {hint}")
        hint = near(keys.checklist, known)
        form.faults.append(Finding(form.grid.file, 0, 0, text.format(name=quoted(keys.checklist), hint=hint)))
    titles = (*keys.titles[:-1], *keys.items, keys.titles[-1])
    for column, title in enumerate(titles, 1):
        cell = form.grid.cell(HEADER_ROW, column)
        if cell is None or name_key(cell.text) != name_key(title):
            text = _("expected the column {title}: a column was moved, removed or renamed")
            form.fault(form.place(HEADER_ROW, column), text.format(title=quoted(title)))
            return


def _refuse_outside(form: _Form) -> None:
    """Report cells to the right of the table, and content that is not visible: marks in a hidden row, comments."""
    last = FIRST_ITEM + len(form.keys.items)
    for row in sorted(form.grid.rows):
        for column, cell in form.grid.own(row):
            if column > last:
                text = _("'{text}' is outside the form and would be lost")
                form.fault(cell, text.format(text=cell.text))
    for _row, group in groupby(form.grid.aside, key=attrgetter("row", "why")):
        hidden = list(group)
        if hidden[0].text in form.keys.sites and all(aside.column < FIRST_ITEM for aside in hidden):
            continue  # the hidden row of a site without marks
        form.fault(hidden[-1].where, f"{quoted(hidden[-1].text)}: {hidden[-1].why}")


def _visits(form: _Form) -> Iterator[Visit]:
    """Yield the rows in which a site was inspected, in the order of the sheet."""
    places: dict[str, str] = {}
    for row in sorted(form.grid.rows):
        if row < FIRST_ROW:
            continue
        cells = dict(form.grid.own(row))
        number = cells.get(1)
        if number is None:
            for cell in cells.values():
                text = _("'{text}' is in a row without a site number and would be lost")
                form.fault(cell, text.format(text=cell.text))
            continue
        if number.text in places:
            text = _("site {site} is already in {place}")
            form.fault(number, text.format(site=quoted(number.text), place=places[number.text]))
            continue
        places[number.text] = str(number.where)
        visit = _visit(form, number, cells)
        if visit:
            yield visit


def _visit(form: _Form, number: Cell, cells: Mapping[int, Cell]) -> Visit | None:
    """Return the results for one site; None if it was not inspected."""
    keys = form.keys
    if number.text not in keys.sites:
        form.fault(
            number,
            _("the form has no site {site} {hint}").format(
                site=quoted(number.text), hint=near(number.text, keys.sites)
            ),
        )
        return None
    name = cells.get(2)
    if name is None or name_key(name.text) != name_key(keys.sites[number.text]):
        text = _("site {site} is {name}: cells of the line were moved")
        form.fault(number, text.format(site=quoted(number.text), name=quoted(keys.sites[number.text])))
        return None
    _check_site(form, cells, form.sites.get(number.text))
    results: dict[str, list[str]] = {}
    for column, item in enumerate(keys.items, FIRST_ITEM):
        if cell := cells.get(column):
            result = _MARKS.get(name_key(cell.text).casefold())
            if result is None:
                text = _(
                    "{text} is not a mark (expected √ passed, × failed, — not applicable, or nothing: not inspected)"
                )
                form.fault(cell, in_year(text, form.plan.year).format(text=quoted(cell.text)))
            else:
                results.setdefault(result, []).append(item)
    remark = cells.get(FIRST_ITEM + len(keys.items))
    if not results:
        if remark and not any(cells.get(FIRST_ITEM + i) for i in range(len(keys.items))):
            text = _("a remark on a site without a mark would be lost (mark its items, or — if none applies)")
            form.fault(remark, text)
        return None
    site = form.sites.get(number.text)
    if site is None:
        text = _("{file} has no site {site} any more")
        form.fault(number, text.format(file=SITES, site=quoted(number.text)))
        return None
    at_once = _fixed_at_once(form, remark, results.get("failed", []))
    found = {name: tuple(results.get(name, ())) for name in ("passed", "failed", "not_applicable")}
    return Visit(str(number.where), site, remark=remark.text if remark else None, at_once=at_once, **found)


def _check_site(form: _Form, cells: Mapping[int, Cell], site: Site | None) -> None:
    """Report a zone or a unit that differs from the list of sites: a problem would go to the unit in the list."""
    if site is None:
        return
    for column, value in ((3, site.zone), (4, site.unit)):
        cell = cells.get(column)
        if cell and name_key(cell.text) != name_key(value or ""):
            text = _("{title} of site {site} is {value} in {file}, not {found}: change it there first, then here")
            values = {"title": form.keys.titles[column - 1], "value": quoted(value or ""), "found": quoted(cell.text)}
            form.fault(cell, text.format(file=SITES, site=quoted(site.id), **values))


def _fixed_at_once(form: _Form, remark: Cell | None, failed: list[str]) -> frozenset[str]:
    """Return the failed items that a remark says were fixed on the spot: all of them, or those that it names.

    A remark with 当场整改 in words that are not understood is a fault: a negation must not close a problem.
    """
    if remark is None or _AT_ONCE not in "".join(remark.text.split()):
        return frozenset()
    found: set[str] = set()
    for piece in filter(None, _PIECES.split("".join(remark.text.split()))):
        about = next((item for item in failed if piece.startswith("".join(item.split()))), None)
        rest = piece.removeprefix("".join(about.split())) if about else piece
        if _AT_ONCE_ALONE.fullmatch(rest):
            found |= {about} if about else set(failed)
        elif _AT_ONCE in piece:
            text = _("{text}: which item was fixed on the spot? Write 当场整改 for all that failed, or {example}")
            example = f"{failed[0]}当场整改" if failed else "×"
            form.fault(remark, text.format(text=quoted(remark.text), example=quoted(example)))
            return frozenset()
    if not failed:
        form.fault(remark, _("{text}: no item of this site failed").format(text=quoted(remark.text)))
    return frozenset(found)


def _day(form: _Form, today: date) -> date | None:
    cell = form.grid.cell(HEAD_ROW, DAY_CELL)
    if cell is None:
        form.fault(form.place(HEAD_ROW, DAY_CELL), _("the day of the inspection is missing"))
        return None
    text = "".join(cell.text.split())
    shown = "d" in cell.format if isinstance(cell.value, date) else _DAY_SHOWN.fullmatch(text)
    try:
        on = form.grid.day(cell, form.plan.year) if shown else None
    except Refused as refused:
        form.fault(cell, str(refused))
        return None
    if on is None:
        text = _("{text} is not a single day (expected a date such as 2016-03-10 or 3月10日)")
        form.fault(cell, text.format(text=quoted(cell.text)))
    elif on > today:
        form.fault(cell, _("{day} is in the future").format(day=on))
    elif form.plan.year and on.year < form.plan.year:
        form.fault(cell, _("{day} is before the year of the plan").format(day=on))
    return on


def _shift(form: _Form) -> Shift | None:
    cell = form.grid.cell(HEAD_ROW, SHIFT_CELL)
    shift = _SHIFTS.get(name_key(cell.text).casefold()) if cell else None
    if shift is None:
        found = quoted(cell.text) if cell else _("nothing")
        text = _("the shift: found {found} (expected 白天 or 夜间)")
        form.fault(cell or form.place(HEAD_ROW, SHIFT_CELL), text.format(found=found))
    return shift


def _inspectors(form: _Form) -> tuple[str, ...]:
    cell = form.grid.cell(HEAD_ROW, INSPECTORS_CELL)
    if cell is None:
        form.fault(form.place(HEAD_ROW, INSPECTORS_CELL), _("the inspectors are missing (their names, 、 between two)"))
        return ()
    names = tuple(name.strip() for name in _BETWEEN_NAMES.split(cell.text) if name.strip())
    if any(re.search("等|[0-9０-９]", name) for name in names):
        text = _("{text}: name every inspector (人次 is counted from the names)")
        form.fault(cell, text.format(text=quoted(cell.text)))
    for name in names:
        if any(_CHINESE.search(a) and _CHINESE.search(b) for a, b in pairwise(name.split())):
            form.fault(cell, _("{name}: one name or two? Write 、 between two").format(name=quoted(name)))
    twice = [name for name in names if [name_key(each) for each in names].count(name_key(name)) > 1]
    if twice:
        form.fault(cell, _("{name} stands twice").format(name=quoted(twice[0])))
    return names
