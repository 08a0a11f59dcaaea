"""A column map that the headers of a unit's own sheet suggest (`jk import --suggest-map`)."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from ..errors import InvalidInput
from ..language import _
from ..model import Plan
from .batches import SHEET, the_workbook
from .column_headers import plain, read_synonyms
from .grid import Grid
from .office_package import refusal
from .old_formats import NEW
from .text_files import text_grid

_SEARCHED = 20
"""Rows in which the header may be."""

_ENOUGH = 2
"""Columns that make a row a header; one of them is the task."""

_ON_TOP = re.compile("新增|本[期月周季年]|当[月周]")

_FIELDS = ("task", "date", "unit", "percent", "indicator", "total", "added", "note", "problem", "next", "need")

_PLAIN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff\w（）]*")


class _Found(Struct):
    """The header of a sheet: which column is what."""

    sheet: str
    row: int
    columns: dict[str, str] = field(default_factory=dict)
    """A field → the title of its column."""
    figures: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """How many columns are known."""
        return len(self.columns) + len(self.figures)


def suggested_map(path: Path, plan: Plan) -> str:
    """A column map, with what it lacks as comments.

    Raises:
        InvalidInput: the file cannot be read, or no row of it looks like a header; the message prints what was seen.
        MissingExtra: it is a spreadsheet, and `office` is not installed.
    """
    ending = path.suffix.lower()
    if ending == SHEET or NEW.get(ending) == SHEET:
        with the_workbook(path) as sheets:
            grids = sheets.visible()
    else:
        grids = [text_grid(path)[1]]
    known = read_synonyms(Path(__file__).with_name("report_headers.yaml"), _FIELDS)
    found = max((_header(grid, plan, known) for grid in grids), key=lambda one: len(one) if one else 0, default=None)
    if found is None:
        raise _no_header(path, grids)
    return "\n".join(_written(found, path.name, several=sum(bool(grid.rows) for grid in grids) > 1)) + "\n"


def _header(grid: Grid, plan: Plan, known: Mapping[str, str]) -> _Found | None:
    for row in sorted(grid.rows)[:_SEARCHED]:
        found = _Found(grid.sheet, row)
        for _column, cell in grid.own(row):
            _sort_in(found, cell.label, plan, known)
        if "task" in found.columns and len(found) >= _ENOUGH:
            return found
    return None


def _sort_in(found: _Found, title: str, plan: Plan, known: Mapping[str, str]) -> None:
    name = known.get(plain(title)) or known.get(plain(re.sub(r"[(（].*[)）]", "", title)))
    if name and name not in found.columns:
        found.columns[name] = title
    elif indicator := _indicator(title, plan):
        found.figures[title] = ("+" if _ON_TOP.search(title) else "") + indicator
    else:
        found.unknown.append(title)


def _indicator(title: str, plan: Plan) -> str | None:
    """The name of the indicator that a title names: the longest of those in it, or what its last words are of one."""
    bare = plain(re.sub(f"{_ON_TOP.pattern}|累计|截至目前", "", re.sub(r"[(（].*[)）]", "", title)))
    names = {plain(one.name): one.name for task in plan.every_task() for one in task.indicators}
    within = [name for name in names if name in bare]
    if not within:
        within = [name for name in names if len(bare) >= _ENOUGH and name.endswith(bare)]
        within = within if len(within) == 1 else []
    return names[max(within, key=len)] if within else None


def _written(found: _Found, file: str, *, several: bool) -> Iterator[str]:
    yield "# " + _("Suggested by the headers of {file}: compare every line with it.").format(file=file)
    if several:
        yield f"sheet: {_quoted(found.sheet)}"
    if found.row > 1:
        yield f"header: {found.row}"
    given = dict(found.columns)
    if not ({"indicator"} & given.keys()) and found.figures:
        for name in ("total", "added"):  # a column of a named indicator is surer
            if name in given:
                found.unknown.append(given.pop(name))
    yield from (f"{name}: {_quoted(given[name])}" for name in _FIELDS if name in given)
    if "date" not in given:
        yield "# " + _("No column of dates was found. Name one (date: TITLE), or the date of every row:")
        yield "# on: 2016-03-31"
    if found.figures:
        yield "figures:"
    for title, name in found.figures.items():
        meaning = _("an increment") if name.startswith("+") else _("a total to date")
        yield f"  {_quoted(title)}: {_quoted(name)}  # {meaning}"
    if found.unknown:
        yield "# " + _("Not read: {titles}").format(titles=_(", ").join(found.unknown))


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _no_header(path: Path, grids: list[Grid]) -> InvalidInput:
    text = _("has no row of titles such as 工作任务, 填报时间, 完成比例; the first rows are: {rows}")
    rows = [
        " | ".join(cell.label for _column, cell in grid.own(row)) for grid in grids for row in sorted(grid.rows)[:2]
    ]
    return refusal(path, text.format(rows="; ".join(rows[:4]) or "–"))
