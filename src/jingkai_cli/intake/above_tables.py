"""Reads the texts above a table: title and year of a plan; reporting unit and date of a unit's own sheet."""

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
"""Lines above a table that are not a title: 附件1, 单位：万元, a document number, the recipients."""

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
"""A year before 年; in 2016—2018年 also the first year."""

_LOOSE_YEAR = re.compile("(?<![0-9.])((?:19|20|21)[0-9]{2})(?![0-9.])")

_HAN_YEAR = re.compile("[一二][〇○零OＯ0一九][〇○零OＯ0一二三四五六七八九]{2}(?=年)")


def find_title(cells: Iterable[Cell]) -> tuple[str, Cell] | None:
    """Return the title among the texts above the tasks, and its cell; None if there is none.

    The issuing office, 附件1, a unit of amounts and section headings are not titles. In `关于印发《…》的通知`, the
    title is in the brackets.
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
    """Whether a line is only a date."""
    try:
        found = leading_date(line, 2000)
    except Refused:
        return False
    return found is not None and not found[1]


def find_year(*sources: Iterable[str]) -> int:
    """Return the year of a plan: the only year in the first of the sources that has exactly one.

    Raises:
        Refused: no source has exactly one year.
    """
    for texts in sources:
        years = {int(year) for text in texts for year in _years(text)}
        if len(years) == 1:
            return years.pop()
    raise Refused(_("name the plan's year: --year 2016"))


def names_year(texts: Iterable[str], year: int) -> bool:
    """Whether `year` is the only year in these texts."""
    return {int(each) for text in texts for each in _years(text)} == {year}


def years_above(cells: Iterable[Cell]) -> set[int]:
    """The years in the texts above a table, such as 2016年. A date alone does not count: it is that of the document."""
    return {int(year) for cell in cells if not _is_date_of_paper(cell.text) for year in _years(cell.text)}


def _is_date_of_paper(text: str) -> bool:
    return is_date(re.sub("^.{0,8}[:：]", "", text.strip()).strip(" \t　（）()"))


def years_in(text: str) -> set[int]:
    """The years before 年 in a text: 2016年, both in 2016—2018年. A number alone may be something else."""
    return {int(year) for year in (*map(arabic, _HAN_YEAR.findall(text)), *_YEAR.findall(text))}


def _years(text: str) -> set[str]:
    han = {arabic(match) for match in _HAN_YEAR.findall(text)}
    return han | set(_YEAR.findall(text)) or set(_LOOSE_YEAR.findall(text))


_STATED = re.compile(
    r"(?:填报|报送|上报|填表|呈报|汇报)(?:单位|部门|科室)(?:名称)?(?:[（(][^（）()]{1,6}[）)])?\s*[:：]\s*"
    r"(?P<name>.*?)\s*(?:[（(](?:盖?公?章|签章)[）)])?(?:\s{2,}|\s+(?=[^\s:：]{2,8}[:：])|$)"
)


class StatedReporter(Struct, frozen=True):
    """The unit that reports all rows, by the texts above them."""

    cells: tuple[Cell, ...]
    """The cell with the text, and the cell to its right if that has the name."""
    name: str
    """The name as written."""
    unit: str | None
    """The unit of the plan; None if it has none of that name."""
    whole: bool
    """Whether the cells have no other text."""

    @property
    def text(self) -> str:
        """The text of the cells."""
        return " ".join(" ".join(cell.text.split()) for cell in self.cells)


def stated_reporter(grid: Grid, columns: Columns, plan: Plan, *, any_unit: bool) -> StatedReporter | None:
    """Return the unit that reports the rows of a sheet, by the texts above its header; None if there is none.

    Args:
        grid: the sheet.
        columns: its map.
        plan: the plan with the units.
        any_unit: whether units that the plan does not have are accepted.

    Raises:
        InvalidInput: the texts name two units.
    """
    found = [each for row in sorted(grid.rows) if row < columns.first_header for each in _named_in_row(grid, row)]
    named: dict[str, StatedReporter] = {}
    for cells, name, only_the_unit in found:
        units = matching_units(plan, name)
        unit = units[0] if len(units) == 1 else name if any_unit else None
        named.setdefault(unit or name, StatedReporter(cells, name, unit, only_the_unit))
    if len(named) > 1:
        first, second = [*named.values()][:2]
        text = _("“{second}” and “{first}” ({place}) name two units: leave the one that reports")
        message = text.format(first=first.text, second=second.text, place=first.cells[0].where)
        raise InvalidInput([fault(grid.file, second.cells[0].where, message)])
    return next(iter(named.values()), None)


def _named_in_row(grid: Grid, row: int) -> Iterable[tuple[tuple[Cell, ...], str, bool]]:
    cells = [cell for _column, cell in grid.own(row)]
    for cell, beside in zip(cells, [*cells[1:], None], strict=True):
        match = _STATED.search(cell.text) if isinstance(cell.value, str) else None
        if match and match["name"]:
            yield (cell,), match["name"], match[0].strip() == cell.text.strip()
        elif match and beside and isinstance(beside.value, str) and not re.search("[:：]", beside.text):
            yield (cell, beside), beside.text, True


def account_for_reporter(
    reporter: StatedReporter, columns: Columns, lines: Iterable[Line], account: Account, grid: Grid
) -> None:
    """Note in the account, and in a remark, how the unit above a sheet was used.

    Raises:
        InvalidInput: the column of units has the same other unit in every row.
    """
    place, text_above = reporter.cells[0].where, reporter.text
    if columns.unit is not None:
        named = {line["unit"] for _where, line in lines if "unit" in line}
        if reporter.unit and len(named) == 1 and reporter.unit not in named:
            text = _(
                "“{text}” contradicts the column {title}, where every row is of {unit}: correct the one that is wrong"
            )
            why = text.format(text=text_above, title=quoted(columns.unit), unit=named.pop())
            raise InvalidInput([fault(grid.file, place, why)])
        return
    for cell in reporter.cells:
        account.release(cell)
    if reporter.unit is None:
        why = _("the plan has no unit {name}: the rows have none (--force records it)")
        account.leave(reporter.cells[0], why.format(name=quoted(reporter.name)))
        account.use(*reporter.cells[1:])
        return
    account.use(*reporter.cells)
    if not reporter.whole:
        account.leave(reporter.cells[0], _("only the unit that reports, {unit}, was used").format(unit=reporter.name))
    text = _("“{text}” ({place}): {unit} is taken as the unit that reports every row")
    account.remarks.append(text.format(text=text_above, place=place, unit=reporter.unit))


_UNTIL = re.compile("(?:截至|截止到?|统计至)(?:日期|时间)?[:：]?")

_OF_THE_PAPER = re.compile("(?:时间|日期)[:：]?[0-9年月日./\\s-]+")
"""The date when the sheet was filled in: the sheet for December 2026 may have 填报时间：2027年1月5日."""


def other_days(grid: Grid, columns: Columns, places: Mapping[str, int]) -> Iterator[tuple[Cell, str]]:
    """Yield a message for each text above the table, or title of figures, with another date than `on:` of the map.

    Args:
        grid: the sheet.
        columns: its map.
        places: title → column.
    """
    if columns.on is None:
        return
    titles = (grid.cell(columns.header, places[title]) for title in columns.figure_titles())
    for cell in (*_texts_above(grid, columns), *filter(None, titles)):
        day = _until_date(cell.text, columns.on.year)
        whole_month = day is not None and day == month_of(day).end and month_of(columns.on) == month_of(day)
        if day and day != columns.on and not whole_month:
            text = _("“{text}” is of {day}, and the map says on: {on}: correct the one that is wrong")
            yield cell, text.format(text=cell.text, day=day, on=columns.on)
    if found := other_year(grid, columns, columns.on.year):
        text = _("“{text}” is of {year}, and the map says on: {on}: correct the one that is wrong")
        yield found[0], text.format(text=found[0].text, year=found[1], on=columns.on)


def other_year(grid: Grid, columns: Columns, year: int | None) -> tuple[Cell, int] | None:
    """The first text above the table with a year, and that year, if all years there are before `year`, or all after.

    Args:
        grid: the sheet.
        columns: its map.
        year: the year of the plan, or of the map's date.
    """
    named = [
        (cell, each) for cell in _texts_above(grid, columns) for each in years_in(_OF_THE_PAPER.sub("", cell.text))
    ]
    years = [each for _cell, each in named]
    if year is None or not years or min(years) <= year <= max(years):
        return None
    return named[0]


def day_of(grid: Grid, cell: Cell, year: int | None, other: tuple[Cell, int] | None) -> date:
    """Return the date in a cell.

    Args:
        grid: its sheet.
        cell: a cell with a date.
        year: the year of the plan, for dates without a year.
        other: the text above the table with another year, and that year.

    Raises:
        Refused: as `typed_cells.day`; or the date has no year, and may be in either.
    """
    read = day(grid, cell, year)
    if other is None or day(grid, cell, other[1]) == read:
        return read
    text = _("'{text}' has no year: the plan is of {year}, and “{other}” ({place}) is not: write the year")
    raise Refused(text.format(text=cell.text, year=year, other=other[0].text, place=other[0].where))


def _texts_above(grid: Grid, columns: Columns) -> Iterator[Cell]:
    """Yield the text cells above the header."""
    for row in sorted(grid.rows):
        if row < columns.first_header:
            yield from (cell for _column, cell in grid.own(row) if isinstance(cell.value, str))


def _until_date(text: str, year: int) -> date | None:
    """The date up to which figures count, by a text such as 截至3月底; None if it has none."""
    for match in _UNTIL.finditer(text):
        try:
            found = leading_date(text[match.end() :], year)
        except Refused:
            continue
        if found:
            return found[0]
    return None
