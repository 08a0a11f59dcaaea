"""Suggests a column map from the headers of a unit's own sheet (`jk import --suggest-map`)."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from ..errors import InvalidInput
from ..kinds.kind import REPORT_TEXTS
from ..language import _
from ..model import Plan
from .column_headers import plain, read_synonyms
from .column_map import Columns, titles_of
from .grid import Grid
from .measure_units import units_of
from .row_reader import SHEET, the_workbook
from .sources import NEW
from .text_files import text_grid

_SEARCHED = 20
"""The number of rows in which the header is looked for."""

_DEEPEST = 3
"""The most rows of a header below its first."""

_ENOUGH = 2
"""The number of known columns that make a row a header; one of them is the task."""

_ON_TOP = re.compile("新增|本[期月周季年]|当[月周]|(?:1[0-2]|[1-9])月份?(?![底末止])")

_TO_DATE = re.compile("累计|截至|截止|至今")

_SINCE = "累计|截至目前|截[至止].*?[底末日]"

_NOT_NOW = re.compile(
    "上[期月周季年旬]|上个月|去年|同期|计划|目标|任务[数量]|应[完签拆]|下[期月周季]|剩余|尚|未|拟|预[计期]|总[投任]"
)
"""Words in the title of figures that are neither done in the period nor to date: 上月累计, 计划签约户数, 未签约户数."""

_COMPARES = re.compile(
    "[同环]比|增[长幅速减]|[升降]幅|下降|减少|率|占|比[重例]|排[名位]|[名位]次|得分|分值|缺口|较|差[额距]|欠|平均|人均|亩均|结余|余额"
)
"""Words in the title of a column that compares or rates figures, so that it is not the indicator itself."""

_FIELDS = (
    *("task", "date", "unit", "percent", "indicator", "measure_unit", "total", "added"),
    *("note", *REPORT_TEXTS),
)

_PLAIN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff\w（）/]*")


class _Found(Struct):
    """The header of a sheet, with the meaning of its columns."""

    sheet: str
    row: int
    last: int
    columns: dict[str, str] = field(default_factory=dict)
    """Field → the title of its column."""
    figures: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of known columns."""
        return len(self.columns) + len(self.figures)


def suggested_map(path: Path, plan: Plan) -> str:
    """Return the YAML text of a column map; comments say what is missing or not read.

    Raises:
        InvalidInput: the file cannot be read, or no row of it looks like a header; the message prints the first rows.
        MissingExtra: it is a spreadsheet, and `office` is not installed.
    """
    ending = path.suffix.lower()
    if ending == SHEET or NEW.get(ending) == SHEET:
        with the_workbook(path) as sheets:
            grids = sheets.visible()
    else:
        grids = [text_grid(path)[1]]
    known = read_synonyms(Path(__file__).with_name("report_headers.yaml"), (*_FIELDS, "responsible"))
    found = max((_header(grid, plan, known) for grid in grids), key=lambda one: len(one) if one else 0, default=None)
    if found is None:
        raise _no_header(path, grids)
    return "\n".join(_yaml_lines(found, path.name, several=sum(bool(grid.rows) for grid in grids) > 1)) + "\n"


def _header(grid: Grid, plan: Plan, known: Mapping[str, str]) -> _Found | None:
    units = units_of(plan)
    for row in sorted(grid.rows)[:_SEARCHED]:
        last = _last_row(grid, row, known)
        found = _Found(grid.sheet, row, last)
        for title, column in _titles(grid, row, last):
            below = [cell.text for each in grid.rows if each > last and (cell := grid.rows[each].get(column))]
            of_measure = bool(below) and all(map(units.one, below))
            _assign(found, title, plan, known, of_measure=of_measure)
        if (responsible := found.columns.pop("responsible", None)) is not None:
            if "unit" in found.columns:
                found.unknown.append(responsible)
            else:
                found.columns["unit"] = responsible
        if "task" in found.columns and len(found) >= _ENOUGH:
            return found
    return None


def _last_row(grid: Grid, row: int, known: Mapping[str, str]) -> int:
    """The last row of a header; in a header of several rows, the title of the task column is merged over all."""
    task = next((column for column, cell in grid.own(row) if known.get(plain(cell.label)) == "task"), None)
    last = row
    while task is not None and last - row < _DEEPEST and grid.origins.get((last + 1, task)) == (row, task):
        last += 1
    return last


def _titles(grid: Grid, row: int, last: int) -> Iterator[tuple[str, int]]:
    """Yield the title of each column and its number; titles of a header of several rows are joined with `/`."""
    columns = Columns(task="", first_header=row, header=last)
    for column in grid.columns() if last > row else ():
        if labels := titles_of(grid, columns, column):
            yield "/".join(labels), column
    if last == row:
        yield from ((cell.label, column) for column, cell in grid.own(row))


def _assign(found: _Found, title: str, plan: Plan, known: Mapping[str, str], *, of_measure: bool) -> None:
    name = known.get(plain(title)) or known.get(plain(re.sub(r"[(（].*[)）]", "", title)))
    name = "measure_unit" if of_measure else name
    if name and name not in found.columns and not (name == "measure_unit" and not of_measure):
        found.columns[name] = title
    elif not of_measure and (indicator := _indicator(title, plan)) and _is_of_work_done(title, indicator):
        is_increment = _ON_TOP.search(title) and not _TO_DATE.search(title)
        found.figures[title] = ("+" if is_increment else "") + indicator
    else:
        found.unknown.append(title)


def _is_of_work_done(title: str, indicator: str) -> bool:
    """Whether a title is of figures of work done, not of a plan or a comparison such as 同比, 占比 or 排名."""
    rest = re.sub(r"[(（].*?[)）]", "", plain(title)).replace(plain(indicator), "")
    return not _NOT_NOW.search(rest) and not _COMPARES.search(rest)


def _indicator(title: str, plan: Plan) -> str | None:
    """The indicator in a title: the longest name that it contains, or the only name that ends with it; None if none."""
    bare = plain(re.sub(f"{_ON_TOP.pattern}|{_SINCE}", "", re.sub(r"[(（].*?[)）]", "", title)))
    names = {plain(one.name): one.name for task in plan.every_task() for one in task.indicators}
    within = [name for name in names if name in bare]
    if not within:
        bare = bare.removeprefix("完成")
        within = [name for name in names if len(bare) >= _ENOUGH and name.endswith(bare)]
        within = within if len(within) == 1 else []
    return names[max(within, key=len)] if within else None


def _yaml_lines(found: _Found, file: str, *, several: bool) -> Iterator[str]:
    yield "# " + _("Suggested by the headers of {file}: compare every line with it.").format(file=file)
    if several:
        yield f"sheet: {_quoted(found.sheet)}"
    if found.last > 1:
        yield f"header: {found.row}" + (f"-{found.last}" if found.last > found.row else "")
    given = dict(found.columns)
    if not ({"indicator"} & given.keys()) and found.figures:
        for name in ("total", "added"):  # columns that name their indicator are more certain
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
    return InvalidInput.of_file(path, text.format(rows="; ".join(rows[:4]) or "–"))
