"""What stands above a table: the title and the year of a plan; on a unit's own sheet who reports, and of which day."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from ..date_reader import leading_date
from ..dates import month_of
from ..errors import InvalidInput, Refused
from ..language import _
from ..model import Plan
from ..plan.unit_names import matching_units
from ..text import arabic, quoted
from .column_map import Columns
from .grid import Cell, Grid
from .plan_drafts import one_line
from .plan_rows import is_numbered_heading
from .text_files import Line, fault
from .typed_cells import day
from .unused_cells import Account

LONGEST_TITLE = 200

_LONGEST_LINE = 80

_NO_TITLE = re.compile(
    r"附件.{0,4}|附表.{0,4}|(?:计量)?单位[:：].*|.*[〔\[【][0-9]{4}[〕\]】].*号|.*[:：]|第?[0-9—-]+页?|[（(].*[)）]|(?:截至|填报|制表|日期|时间).{0,4}[:：].*"
    r"|.*[。；;]",
    re.IGNORECASE,
)
"""What stands above a table and is no title: 附件1, 单位：万元, a document number, to whom it goes."""

_ISSUER = re.compile("(?:政府|办公室|委员会|管委会|领导小组|党委|[^动作]局|委|办)$")

_ISSUED = re.compile(
    "关于(?:印发|下发|转发|报送|公布)(?:《(?P<quoted>[^》]+)》|(?P<plain>[^《》]+)(?=的(?:通知|函|请示|公告)))"
)

_ANNEX = re.compile("附(?:件|表).{0,4}")

_WORDS = re.compile(
    "方案|台账|任务|分解|清单|计划|工作|安排|要点|责任|目标|项目|措施|一览|汇总|进度|表$|实事|行动|plan|programme|list|tasks|projects",
    re.IGNORECASE,
)

_YEAR = re.compile("((?:19|20|21)[0-9]{2})(?=年|[-—–~～－至到]{1,2}(?:19|20|21)[0-9]{2}年)")
"""A year before 年; of 2016—2018年 the first one too."""

_LOOSE_YEAR = re.compile("(?<![0-9.])((?:19|20|21)[0-9]{2})(?![0-9.])")

_HAN_YEAR = re.compile("[一二][〇○零OＯ0一九][〇○零OＯ0一二三四五六七八九]{2}(?=年)")


def find_title(cells: Iterable[Cell]) -> tuple[str, Cell] | None:
    """The title among the texts above the tasks, and its cell; None where there is none.

    The name of the issuing office, 附件1, a unit of amounts and headings of sections are none; of
    `关于印发《…》的通知` it is what stands in the brackets.
    """
    texts = [(one_line(cell.text), cell) for cell in cells if isinstance(cell.value, str)]
    lines = [(line, cell) for line, cell in texts if 0 < len(line) <= _LONGEST_LINE and not is_numbered_heading(line)]
    annex = next((number for number, (line, _cell) in enumerate(lines, 1) if _ANNEX.fullmatch(line)), 0)
    return _first_title(lines[annex:]) or _first_title(lines[:annex])


def _first_title(lines: list[tuple[str, Cell]]) -> tuple[str, Cell] | None:
    for line, cell in lines:
        if issued := _ISSUED.search(line):
            return issued["quoted"] or issued["plain"], cell
    titles = [
        (line, cell)
        for line, cell in lines
        if not _NO_TITLE.fullmatch(line) and not is_date(line) and not _ISSUER.search(line)
    ]
    return next(iter([*(each for each in titles if _WORDS.search(each[0])), *titles]), None)


def is_date(line: str) -> bool:
    """Whether a line is nothing but a date."""
    try:
        found = leading_date(line, 2000)
    except Refused:
        return False
    return found is not None and not found[1]


def find_year(*sources: Iterable[str]) -> int:
    """The year of a plan: the only one that the first of these texts names which name any.

    Raises:
        Refused: they name none, or several.
    """
    for texts in sources:
        years = {int(year) for text in texts for year in _years(text)}
        if len(years) == 1:
            return years.pop()
    raise Refused(_("name the plan's year: --year 2016"))


def names_year(texts: Iterable[str], year: int) -> bool:
    """Whether the only year in these texts is that one."""
    return {int(each) for text in texts for each in _years(text)} == {year}


def years_above(cells: Iterable[Cell]) -> set[int]:
    """The years that the texts above a table name, such as 2016年; a date by itself is that of the paper."""
    return {int(year) for cell in cells if not _is_date_of_paper(cell.text) for year in _years(cell.text)}


def _is_date_of_paper(text: str) -> bool:
    return is_date(re.sub("^.{0,8}[:：]", "", text.strip()).strip(" \t　（）()"))


def years_in(text: str) -> set[int]:
    """The years that a text names with 年: 2016年, of 2016—2018年 both; a number by itself may be something else."""
    return {int(year) for year in (*map(arabic, _HAN_YEAR.findall(text)), *_YEAR.findall(text))}


def _years(text: str) -> set[str]:
    han = {arabic(match) for match in _HAN_YEAR.findall(text)}
    return han | set(_YEAR.findall(text)) or set(_LOOSE_YEAR.findall(text))


_STATED = re.compile(
    r"(?:填报|报送|上报|填表|呈报|汇报)(?:单位|部门|科室)(?:名称)?(?:[（(][^（）()]{1,6}[）)])?\s*[:：]\s*"
    r"(?P<name>.*?)\s*(?:[（(](?:盖?公?章|签章)[）)])?(?:\s{2,}|\s+(?=[^\s:：]{2,8}[:：])|$)"
)


class StatedReporter(Struct, frozen=True):
    """Who reports all rows, by what stands above them."""

    cells: tuple[Cell, ...]
    """The text, and the cell beside it where the name has one of its own."""
    name: str
    """As it is written there."""
    unit: str | None
    """The unit of the plan; None where it has none of that name."""
    whole: bool
    """Whether nothing else stands there."""

    @property
    def text(self) -> str:
        """What stands there."""
        return " ".join(" ".join(cell.text.split()) for cell in self.cells)


def stated_reporter(grid: Grid, columns: Columns, plan: Plan, *, any_unit: bool) -> StatedReporter | None:
    """Who reports the rows of a sheet, by the texts above its header; None where they do not say it.

    Args:
        grid: the sheet.
        columns: its map.
        plan: its units.
        any_unit: whether a unit is taken that the plan does not have.

    Raises:
        InvalidInput: two units are named.
    """
    found = [each for row in sorted(grid.rows) if row < columns.first_header for each in _in_row(grid, row)]
    named: dict[str, StatedReporter] = {}
    for cells, name, whole in found:
        meant = matching_units(plan, name)
        unit = meant[0] if len(meant) == 1 else name if any_unit else None
        named.setdefault(unit or name, StatedReporter(cells, name, unit, whole))
    if len(named) > 1:
        first, second = [*named.values()][:2]
        text = _("“{second}” and “{first}” ({place}) name two units: leave the one that reports")
        said = text.format(first=first.text, second=second.text, place=first.cells[0].where)
        raise InvalidInput([fault(grid.file, second.cells[0].where, said)])
    return next(iter(named.values()), None)


def _in_row(grid: Grid, row: int) -> Iterable[tuple[tuple[Cell, ...], str, bool]]:
    cells = [cell for _column, cell in grid.own(row)]
    for cell, beside in zip(cells, [*cells[1:], None], strict=True):
        match = _STATED.search(cell.text) if isinstance(cell.value, str) else None
        if match and match["name"]:
            yield (cell,), match["name"], match[0].strip() == cell.text.strip()
        elif match and beside and isinstance(beside.value, str) and not re.search("[:：]", beside.text):
            yield (cell, beside), beside.text, True


def tell(reporter: StatedReporter, columns: Columns, lines: Iterable[Line], account: Account, grid: Grid) -> None:
    """Say what became of the unit above a sheet: in the account of its cells, in a line.

    Raises:
        InvalidInput: a column names the units, and in all rows that is another one.
    """
    place, said = reporter.cells[0].where, reporter.text
    if columns.unit is not None:
        named = {line["unit"] for _where, line in lines if "unit" in line}
        if reporter.unit and len(named) == 1 and reporter.unit not in named:
            text = _(
                "“{text}” contradicts the column {title}, where every row is of {unit}: correct the one that is wrong"
            )
            why = text.format(text=said, title=quoted(columns.unit), unit=named.pop())
            raise InvalidInput([fault(grid.file, place, why)])
        return
    for cell in reporter.cells:
        account.release(cell)
    if reporter.unit is None:
        why = _("the plan has no unit {name}: the rows are recorded without one (--force records it)")
        account.leave(reporter.cells[0], why.format(name=quoted(reporter.name)))
        account.use(*reporter.cells[1:])
        return
    account.use(*reporter.cells)
    if not reporter.whole:
        account.leave(reporter.cells[0], _("only the unit that reports, {unit}, was used").format(unit=reporter.name))
    text = _("“{text}” ({place}): {unit} is taken as the unit that reports every row")
    account.remarks.append(text.format(text=said, place=place, unit=reporter.unit))


_UNTIL = re.compile("(?:截至|截止到?|统计至)(?:日期|时间)?[:：]?")

_OF_THE_PAPER = re.compile("(?:时间|日期)[:：]?[0-9年月日./\\s-]+")
"""When the sheet was filled in: 填报时间：2027年1月5日 may stand on the sheet of December 2026."""


def other_days(grid: Grid, columns: Columns, places: Mapping[str, int]) -> Iterator[tuple[Cell, str]]:
    """Each text above the table, or title of figures, that names another day than the map gives all rows (`on:`).

    Args:
        grid: the sheet.
        columns: its map.
        places: title → column.
    """
    if columns.on is None:
        return
    titles = (grid.cell(columns.header, places[title]) for title in columns.figure_titles())
    for cell in (*_above(grid, columns), *filter(None, titles)):
        day = _until(cell.text, columns.on.year)
        whole_month = day is not None and day == month_of(day).end and month_of(columns.on) == month_of(day)
        if day and day != columns.on and not whole_month:
            text = _("“{text}” is of {day}, and the map says on: {on}: correct the one that is wrong")
            yield cell, text.format(text=cell.text, day=day, on=columns.on)
    if found := other_year(grid, columns, columns.on.year):
        text = _("“{text}” is of {year}, and the map says on: {on}: correct the one that is wrong")
        yield found[0], text.format(text=found[0].text, year=found[1], on=columns.on)


def other_year(grid: Grid, columns: Columns, year: int | None) -> tuple[Cell, int] | None:
    """The text above the table that names a year, where every year that is named there comes before, or after, `year`.

    Args:
        grid: the sheet.
        columns: its map.
        year: that of the plan, or of the map's date.
    """
    named = [(cell, each) for cell in _above(grid, columns) for each in years_in(_OF_THE_PAPER.sub("", cell.text))]
    years = [each for _cell, each in named]
    if year is None or not years or min(years) <= year <= max(years):
        return None
    return named[0]


def day_of(grid: Grid, cell: Cell, year: int | None, other: tuple[Cell, int] | None) -> date:
    """The date in a cell.

    Args:
        grid: its sheet.
        cell: with a date.
        year: that of the plan, for a date that has none.
        other: what stands above the table of another year.

    Raises:
        Refused: as `typed_cells.day`; or the date has no year, and may be of either.
    """
    read = day(grid, cell, year)
    if other is None or day(grid, cell, other[1]) == read:
        return read
    text = _("'{text}' has no year: the plan is of {year}, and “{other}” ({place}) is not: write the year")
    raise Refused(text.format(text=cell.text, year=year, other=other[0].text, place=other[0].where))


def _above(grid: Grid, columns: Columns) -> Iterator[Cell]:
    """The texts above the header."""
    for row in sorted(grid.rows):
        if row < columns.first_header:
            yield from (cell for _column, cell in grid.own(row) if isinstance(cell.value, str))


def _until(text: str, year: int) -> date | None:
    """The day up to which a text says that its figures go; None where it says none."""
    for match in _UNTIL.finditer(text):
        try:
            found = leading_date(text[match.end() :], year)
        except Refused:
            continue
        if found:
            return found[0]
    return None
