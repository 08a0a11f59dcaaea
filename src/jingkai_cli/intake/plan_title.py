"""Finds the title and the year of a plan in the texts above its tasks."""

import re
from collections.abc import Iterable

from ..date_reader import leading_date
from ..errors import Refused
from ..language import _
from ..text import arabic
from .grid import Cell
from .plan_drafts import one_line
from .plan_rows import is_numbered_heading

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
