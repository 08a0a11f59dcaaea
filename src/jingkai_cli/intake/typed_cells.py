"""Reads what people type into cells: tasks, figures with a remark, dates, yes or no, and marks for nothing."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple
from unicodedata import normalize

from ..errors import Refused
from ..figure_reader import named_areas, plain_digits, refuse_point
from ..language import N_, Language, _, speaking
from ..model import Plan, Task
from ..quantities import number
from ..text import narrow, quoted
from ..unit_conversion import unit_name
from .cell_styles import shown_affixes
from .grid import Cell, Grid
from .measure_units import measure

YES, NO = N_("yes"), N_("no")

_NOTHING = frozenset(["/", "\\", "-", "–", "—", "——", "--", "―", "−", "无", "无。"])
"""Marks in a cell for nothing."""

_DITTO = frozenset({"同上", "同前", "同左", "〃", "″", '"', "''", "ditto"})

_YES = frozenset({"是", "√", "✓", "✔", "☑", "已完成", "完成", "1", "y"})
_NO = frozenset({"否", "×", "✗", "未完成", "0", "n"})

_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_REMARK = re.compile(r"(?P<figure>[^()]+)\((?P<remark>.+)\)")
_BARE = re.compile(r"(?P<figure>[约近超]?-?[0-9.]+[余多]?)(?P<qualifier>以上|以下|左右)?")
_SHORT_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})")


class Figure(NamedTuple):
    """A figure as `read_figure` expects it, and the remark in brackets after it."""

    text: str
    remark: str


def says_something(cell: Cell | None) -> Cell | None:
    """Return the cell; None if it is empty or has a mark for nothing, such as `/`, `—` or 无."""
    if cell is None or not isinstance(cell.value, str):
        return cell
    return None if normalize("NFKC", cell.label) in _NOTHING else cell


def words(cell: Cell) -> str:
    """Return the text of a cell.

    Raises:
        Refused: the cell refers to another one (同上), which may have changed by sorting.
    """
    if cell.label in _DITTO:
        raise Refused(_("“{text}” is not read: write it out").format(text=cell.text))
    return cell.text


def figure(cell: Cell, unit: str, *, increment: bool, stated: Callable[[], str | None] = lambda: None) -> Figure:
    """Read a figure: full-width digits, `1,260`, `60万㎡`, a unit in the number format, `60（含续建）`.

    Args:
        cell: the cell with the figure.
        unit: the unit of its indicator; `%` for a percentage.
        increment: whether it is an increment; only then may it have a plus.
        stated: returns the unit stated elsewhere, for a figure without one; may raise `Refused`.

    Raises:
        Refused: the figure refers to another cell, is a total with a plus, or a percentage that may be a fraction; has
            a footnote mark, or brackets that contradict it; or the format shows another figure than the cell holds.
    """
    typed = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), _narrow(words(cell)).strip())
    remark = ""
    if match := _REMARK.fullmatch(typed):
        typed, remark = _with_remark(cell, match["figure"].strip(), match["remark"].strip(), increment=increment)
    if isinstance(cell.value, Decimal):
        affixes = shown_affixes(cell.format, cell.text)
        if affixes.currency and not unit.endswith(affixes.currency):
            text = _("the cell shows {text} in {currency}, and the figure is expected in {unit}: convert it")
            raise Refused(text.format(text=cell.text, currency=affixes.currency, unit=unit or _("no unit")))
        typed = affixes.before + typed + ("" if cell.percentage else affixes.behind)
    if typed.startswith("+") and not increment:
        text = _("'{text}' is an increment, but a total to date is expected here: write the total without +")
        raise Refused(text.format(text=cell.text))
    typed = typed.removeprefix("+").strip()
    if unit == "%" and _is_fraction(typed):
        text = _("'{text}' may be {text} % or {share}: write the sign % too, such as {share}")
        raise Refused(text.format(text=typed, share=number(Decimal(typed) * 100) + "%"))
    if isinstance(cell.value, str):
        refuse_point(typed, unit)
    if (bare := _BARE.fullmatch(typed)) and (other := stated()) and other != unit_name(unit):
        typed = bare["figure"] + other + (bare["qualifier"] or "")
    return Figure(typed, remark)


def _with_remark(cell: Cell, typed: str, remark: str, *, increment: bool) -> tuple[str, str]:
    """Return a figure and the remark in brackets after it; a unit in brackets joins the figure: `1.2（亿元）`.

    Raises:
        Refused: the remark states another figure, or that the figure is not work done.
    """
    parts = re.split("[,、;]", remark)
    units = [unit for part in parts if (unit := measure(part))]
    if len(units) == 1 and typed[-1:].isdigit():
        typed, remark = typed + units[0], "，".join(part for part in parts if not measure(part))
    other = (_ADDED if increment else _TO_DATE).match(remark)
    differs = other is not None and re.sub(r"[^0-9.]", "", typed) != other["figure"]
    if differs or _NOT_DONE.fullmatch(remark) or _CORRECTS.search(remark):
        text = _("'{text}': what stands in brackets says that the figure is another one: write only what was done")
        raise Refused(text.format(text=cell.text))
    return typed, remark


_TO_DATE = re.compile(r"(?:截[至止].*?)?(?:累计|合计)[^0-9]{0,8}(?P<figure>[0-9]+(?:\.[0-9]+)?)")
_ADDED = re.compile(r"(?:其中)?(?:本[期月周季年]|当[月周])[^0-9]{0,8}(?P<figure>[0-9]+(?:\.[0-9]+)?)")
"""The figure in a remark (累计45, 其中本月3), which must equal the total or the increment before it."""

_NOT_DONE = re.compile(
    "(?:为|系|是|均为|全年|年度|本年)?(?:计划|目标|任务|预计|预测|拟|应|未|尚未|剩余|尚欠|作废|有误|错误?|误)"
    "(?:数|值|量|完成|建设|投资|目标|任务|数据)*"
)
_CORRECTS = re.compile(r"(?:应[该当]?|实际|更正|改|修正|订正)(?:为|是|成)\s*[0-9]|以.{1,12}为准")


def _narrow(text: str) -> str:
    """Return a text with half-width digits and signs, and areas by their names.

    Raises:
        Refused: the text has a footnote mark.
    """
    return named_areas(plain_digits(text))


def _is_fraction(text: str) -> bool:
    """Whether a percentage is a number above 0 and at most 1 without %: a spreadsheet stores 35 % as 0.35."""
    return bool(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text)) and 0 < Decimal(text) <= 1


def is_yes(cell: Cell, languages: Iterable[Language]) -> bool:
    """Whether a cell means yes: 是, √, 已完成, 1, or the word for it in one of the languages.

    Raises:
        Refused: the cell means neither yes nor no.
    """
    text = normalize("NFKC", cell.label).casefold()
    yes, no = {YES, _(YES)}, {NO, _(NO)}
    for language in languages:
        with speaking(language):
            yes, no = yes | {_(YES)}, no | {_(NO)}
    if text in _YES | yes:
        return True
    if text in _NO | no:
        return False
    raise Refused(_("'{text}' is neither yes nor no (是, 否)").format(text=cell.text))


def day(grid: Grid, cell: Cell, year: int | None) -> date:
    """Return the date in a cell; `4.28` is 28 April of `year`.

    Raises:
        Refused: as `Grid.day`; or a number may have lost a zero: 4.3 was 4.3 or 4.30.
    """
    if isinstance(cell.value, date):
        return grid.day(cell, year)
    match = _SHORT_DAY.fullmatch("".join(character for character, _place in narrow(cell.text)))
    if match is None or year is None:
        return grid.day(cell, year)
    read = [_in_calendar(year, int(match[1]), int(match[2]))]
    if (grid.drops_zeros or isinstance(cell.value, Decimal)) and len(match[2]) == 1:
        read.append(_in_calendar(year, int(match[1]), int(match[2]) * 10))
    days = [each for each in read if each is not None]
    if len(days) == 1:
        return days[0]
    if not days:
        return grid.day(cell, year)
    text = _("'{text}' may be {first} or {second}: write the date in full")
    raise Refused(text.format(text=cell.text, first=days[0], second=days[1]))


def _in_calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def task_in(plan: Plan, cell: Cell, *, drops_zeros: bool) -> Task:
    """Return the task of a cell. A decimal may have lost a zero (1.10 → 1.1): it matches the id with that value.

    Args:
        plan: the plan with the tasks.
        cell: a cell with an id or a title.
        drops_zeros: whether the file has its numbers as text, as a CSV from a spreadsheet does.

    Raises:
        Refused: there is no such task, or a number may mean two.
    """
    if _FRACTION.fullmatch(cell.label) and (isinstance(cell.value, Decimal) or drops_zeros):
        same = [task for task in plan.every_task() if _value(task.id) == Decimal(cell.label)]
        if len(same) > 1 and not cell.label.endswith("0"):
            text = _("{name} may be task {ids}: write the id as text, or the title")
            ids = _(" or ").join(task.id for task in same)
            raise Refused(text.format(name=quoted(cell.label), ids=ids))
        if len(same) == 1:
            return same[0]
    task = find_task(plan, cell.label)
    if task is None:
        raise Refused(no_such_task(plan, cell.label))
    return task


_FRACTION = re.compile(r"[0-9]+\.[0-9]+")


def _value(name: str) -> Decimal | None:
    return Decimal(name) if _FRACTION.fullmatch(name) else None


def find_task(plan: Plan, name: str) -> Task | None:
    """The task with that id, exact title or alias; else None."""
    return plan.task(name) or next((t for t in plan.every_task() if name in map(_label, (t.title, *t.aliases))), None)


def _label(title: str) -> str:
    return "".join(title.split())


def no_such_task(plan: Plan, name: str) -> str:
    """The message that there is no such task, with the one that may be meant."""
    titles = {_label(title): task for task in plan.every_task() for title in (task.title, *task.aliases)}
    close = get_close_matches(name, titles, 1, 0.5)
    text = _("there is no task {name} in the plan").format(name=quoted(name))
    if not close:
        return text
    return text + _("; did you mean task {id} {title}?").format(id=titles[close[0]].id, title=titles[close[0]].title)
