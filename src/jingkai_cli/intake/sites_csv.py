"""Reads `sites.csv` beside the plan: the sites that are inspected (点位), each with its unit, zone and task."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..checklists import Site
from ..errors import Finding, InvalidInput, Refused
from ..language import _
from ..model import Plan
from ..text import name_key, near, quoted
from .grid import Cell
from .text_files import text_grid

SITES = "sites.csv"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "序号", "点位编号"),
    "name": ("name", "点位", "点位名称", "名称", "工地", "工地名称"),
    "unit": ("unit", "责任单位", "单位", "属地单位"),
    "zone": ("zone", "区域", "片区"),
    "task": ("task", "任务", "工作任务", "任务序号"),
}
"""Field of a site → the accepted headers of its column."""

HEADERS = ", ".join(f"{name} {titles[1]}" for name, titles in COLUMNS.items())
"""The columns as messages list them, in both languages."""

_REQUIRED = ("id", "name", "task")

_LONGEST = 500


class SiteList(NamedTuple):
    """The sites of a plan, and the columns of the file that are not read."""

    sites: tuple[Site, ...]
    unread: tuple[str, ...] = ()


def has_sites(folder: Path) -> bool:
    """Whether a plan's folder has a list of sites."""
    return (folder / SITES).exists()


def sites_of(folder: Path, plan: Plan) -> SiteList:
    """Read the sites of a plan, from a CSV with a header, in UTF-8 or GB18030.

    Args:
        folder: the folder of the plan.
        plan: the plan with units, zones and tasks; a site without a unit gets the lead unit of its task.

    Raises:
        InvalidInput: the file has faults; lists all of them, each with its line.
        Refused: there is no such file.
    """
    file = folder / SITES
    if not has_sites(folder):
        text = _("there is no {file} beside the plan (a line for each site, with the columns {columns})")
        raise Refused(text.format(file=file, columns=HEADERS))
    _encoding, grid = text_grid(file)
    rows = [(number, dict(grid.own(number))) for number in sorted(grid.rows)]
    faults: list[Finding] = []
    places, unread = _header(str(file), rows[0][1] if rows else {}, faults)
    if faults:
        raise InvalidInput(faults)
    sites: list[Site] = []
    known: dict[str, int] = {}
    for _number, cells in rows[1:]:
        line = int(next(iter(cells.values())).where)
        given = {name: cells[place].text for name, place in places.items() if place in cells}
        strays = [cell.text for place, cell in cells.items() if place > len(rows[0][1]) and place not in unread]
        messages = [_("'{text}' has no header").format(text=text) for text in strays]
        site = _site(given, plan, messages)
        messages += (
            _("{name} is already on line {line}").format(name=quoted(text), line=known[name_key(text)])
            for text in (given.get("id"), given.get("name"))
            if text and known.setdefault(name_key(text), line) != line
        )
        faults += (Finding(str(file), line, 1, message) for message in messages)
        if site:
            sites.append(site)
    if faults:
        raise InvalidInput(faults)
    return SiteList(tuple(sites), tuple(unread.values()))


def _header(file: str, cells: Mapping[int, Cell], faults: list[Finding]) -> tuple[dict[str, int], dict[int, str]]:
    """Return field → column, and column → header for the other columns; add faults of the header to `faults`."""
    places: dict[str, int] = {}
    unread: dict[int, str] = {}
    for place, cell in cells.items():
        field = next((name for name, titles in COLUMNS.items() if cell.label.casefold() in titles), None)
        if field is None:
            unread[place] = cell.text
        elif field in places:
            text = _("two columns are the {field} of a site: {name}")
            faults.append(Finding(file, 1, 1, text.format(field=field, name=quoted(cell.text))))
        else:
            places[field] = place
    for field in _REQUIRED:
        if field not in places:
            text = _("there is no column {field} (expected the columns {columns}; found {found})")
            found = {"columns": HEADERS, "found": ", ".join(c.text for c in cells.values()) or _("nothing")}
            faults.append(Finding(file, 1, 1, text.format(field=quoted(field), **found)))
    return places, unread


def _site(given: Mapping[str, str], plan: Plan, messages: list[str]) -> Site | None:
    """Return the site of a line; None if the line has faults, which are added to `messages`."""
    before = len(messages)
    messages += (_("{field} is missing").format(field=field) for field in _REQUIRED if not given.get(field))
    messages += (
        _("{field}: at most {longest} characters").format(field=field, longest=_LONGEST)
        for field, text in given.items()
        if len(text) > _LONGEST
    )
    named = given.get("task", "")
    task = plan.task(named) or next((t for t in plan.every_task() if name_key(t.title) == name_key(named)), None)
    if named and task is None:
        text = _("task: there is no task {name} in the plan {hint}")
        messages.append(text.format(name=quoted(named), hint=near(named, [t.id for t in plan.every_task()])))
    unit = _unit(given.get("unit") or (task.lead_unit if task else None), plan, messages)
    zone = _zone(given.get("zone"), plan, messages)
    if len(messages) > before or task is None:
        return None
    return Site(given["id"], given["name"], unit, zone, task.id)


def _unit(name: str | None, plan: Plan, messages: list[str]) -> str:
    """The unit as the plan spells it; any unit is accepted if the plan has none."""
    if name is None:
        messages.append(_("unit is missing, and its task has no lead unit"))
        return ""
    names = {name_key(each): unit for unit in plan.known_units() for each in (unit, *plan.unit_aliases.get(unit, ()))}
    if names and name_key(name) not in names:
        text = _("unit: the plan has no unit {name} {hint}")
        messages.append(text.format(name=quoted(name), hint=near(name, plan.known_units())))
    return names.get(name_key(name), name)


def _zone(name: str | None, plan: Plan, messages: list[str]) -> str | None:
    if name is None or not plan.zones:
        return name
    zone = next(_same(name, plan.zones), None)
    if zone is None:
        text = _("zone: the plan has no zone {name} {hint}")
        messages.append(text.format(name=quoted(name), hint=near(name, plan.zones)))
    return zone


def _same(name: str, names: tuple[str, ...]) -> Iterator[str]:
    return (each for each in names if name_key(each) == name_key(name))
