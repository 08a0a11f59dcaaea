"""What people type into cells: figures with a remark, days, yes or no, and marks for nothing."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

from ..errors import Refused
from ..language import N_, Language, _, speaking
from ..quantities import number
from ..text import narrow
from .grid import Cell, Grid

YES, NO = N_("yes"), N_("no")

_NOTHING = frozenset(["/", "\\", "-", "–", "—", "——", "--", "―", "−", "无", "无。"])
"""How a cell says that there is nothing to say."""

_DITTO = frozenset({"同上", "同前", "同左", "〃", "″", '"', "''", "ditto"})

_YES = frozenset({"是", "√", "✓", "✔", "☑", "已完成", "完成", "1", "y"})
_NO = frozenset({"否", "×", "✗", "未完成", "0", "n"})

_AREA = re.compile("(?<![a-z])(h?)m2")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_REMARK = re.compile(r"(?P<figure>[^()]+)\((?P<remark>.+)\)")
_SHOWN = re.compile(r'"([^"]*[^\W\d_][^"]*)"')
_BARE = re.compile(r"(?P<figure>[约近超]?-?[0-9.]+[余多]?)(?P<qualifier>以上|以下|左右)?")
_COUNTED = (
    "元|[平立]方(?:米|公里)|方|公?里|千?米|亩|公顷|[公千]?克|吨|户|人次?|套|个|处|家|座|条|栋|幢|棵|株|辆|台|盏|块|所|件"
    "|项|次|间|床|张|名|对"
)
_A_UNIT = re.compile(f"(?:[十百千]?[万亿]|[百千])?(?:{_COUNTED})|[十百千]?[万亿]|[百千]|[%‰]|[kKMm]?m[23]?|hm2|k?g|t")
"""What a bracket in a title has to be to state a unit: 万元, and not 累计 or 含续建."""
_STATES = re.compile(r"[(/](?:计量|金额)?(?:单位:?)?([^()/]+)\)?$|:([^:]+)$")
_STATES_ALL = re.compile(r"\(?(?:计量|金额)?单位:([^()]+)\)?")
_SHRINKS = re.compile(r"[0#?],+(?![0#?,])|[0#?](?:[!\\]\.|\"\.\")[0#?]")
"""A number format that shows a part of the value: `0.0,` thousands, `0!.0000` tens of thousands."""
_SHORT_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})")


class Figure(NamedTuple):
    """A figure as `read_figure` takes it, and what stood in brackets behind it."""

    text: str
    remark: str


def says_something(cell: Cell | None) -> Cell | None:
    """The cell; None where it is empty, or holds a mark for nothing such as `/`, `—` or 无."""
    if cell is None or not isinstance(cell.value, str):
        return cell
    return None if normalize("NFKC", cell.label) in _NOTHING else cell


def words(cell: Cell) -> str:
    """A text.

    Raises:
        Refused: it points to another cell (同上): after sorting that is another one.
    """
    if cell.label in _DITTO:
        raise Refused(_("“{text}” is not read: write it out").format(text=cell.text))
    return cell.text


def figure(cell: Cell, unit: str, *, increment: bool, stated: Iterable[str] = ()) -> Figure:
    """A figure: full-width digits, `1,260`, `60万㎡`, a unit that only the format of the cell shows, `60（含续建）`.

    Args:
        cell: where it stands.
        unit: of its indicator; `%` for a percentage.
        increment: whether it adds to what was there; only then may it have a plus.
        stated: the unit that the title of its column states, for a figure that has none.

    Raises:
        Refused: it points to another cell, is a total with a plus, or a percentage that may be a fraction; or its
            format shows another figure than the cell holds.
    """
    said = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), _narrow(words(cell)).strip())
    remark = ""
    if match := _REMARK.fullmatch(said):
        said, remark = match["figure"].strip(), match["remark"].strip()
    form = cell.format.partition(";")[0] if isinstance(cell.value, Decimal) else ""
    if _SHRINKS.search(form):
        text = _("the cell holds {text}, and its format {format} shows another figure: type the figure that is meant")
        raise Refused(text.format(text=cell.text, format=cell.format))
    if not cell.percentage and (shown := _SHOWN.search(form)):
        said += shown[1].strip()
    if said.startswith("+") and not increment:
        text = _("'{text}' is an increment, but a total to date is expected here: write the total without +")
        raise Refused(text.format(text=cell.text))
    said = said.removeprefix("+").strip()
    if unit == "%" and _is_fraction(said):
        text = _("'{text}' may be {text} % or {share}: write the sign % too, such as {share}")
        raise Refused(text.format(text=said, share=number(Decimal(said) * 100) + "%"))
    for other in stated:
        if (bare := _BARE.fullmatch(said)) and other != unit:
            said = bare["figure"] + other + (bare["qualifier"] or "")
    return Figure(said, remark)


def _narrow(text: str) -> str:
    """A text with half-width digits and signs, and areas by their names."""
    return _AREA.sub(lambda match: "公顷" if match[1] else "平方米", normalize("NFKC", text))


def stated_unit(title: str) -> list[str]:
    """The unit that the title of a column states, if it states one: `完成投资（万元）`, `完成投资/万元`."""
    match = _STATES.search("".join(normalize("NFKC", title).split()))
    said = (match[1] or match[2]) if match else ""
    return [_narrow(said)] if _A_UNIT.fullmatch(said) else []


def stated_units(text: str) -> list[str]:
    """The units that a line above a table states: `单位：万元、亩`; not the unit that reports: `填报单位：甲局`."""
    match = _STATES_ALL.fullmatch("".join(normalize("NFKC", text).split()))
    said = re.split("[、,;/]", match[1]) if match else []
    return [_narrow(each) for each in said] if all(map(_A_UNIT.fullmatch, said)) else []


def _is_fraction(said: str) -> bool:
    """Whether a percentage is a number above 0 and at most 1 without its sign: a spreadsheet stores 35 % as 0.35."""
    return bool(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", said)) and 0 < Decimal(said) <= 1


def is_yes(cell: Cell, languages: Iterable[Language]) -> bool:
    """Whether a cell says yes: 是, √, 已完成, 1, or the word for it in one of the languages.

    Raises:
        Refused: it says neither yes nor no.
    """
    said = normalize("NFKC", cell.label).casefold()
    yes, no = {YES, _(YES)}, {NO, _(NO)}
    for language in languages:
        with speaking(language):
            yes, no = yes | {_(YES)}, no | {_(NO)}
    if said in _YES | yes:
        return True
    if said in _NO | no:
        return False
    raise Refused(_("'{text}' is neither yes nor no (是, 否)").format(text=cell.text))


def day(grid: Grid, cell: Cell, year: int | None) -> date:
    """The date in a cell; `4.28` is 28 April of `year`.

    Raises:
        Refused: as `Grid.day`; or a number may have lost a nought: 4.3 was 4.3 or 4.30.
    """
    if isinstance(cell.value, date):
        return grid.day(cell, year)
    match = _SHORT_DAY.fullmatch("".join(character for character, _place in narrow(cell.text)))
    if match is None or year is None:
        return grid.day(cell, year)
    read = [_in_calendar(year, int(match[1]), int(match[2]))]
    if (grid.drops_noughts or isinstance(cell.value, Decimal)) and len(match[2]) == 1:
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
