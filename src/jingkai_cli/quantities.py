"""Formats numbers, quantities with units, lists, and numbers of days."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from math import floor
from typing import Any, NamedTuple

from .language import _, in_use, ngettext
from .model import PERCENT, Milestone, Reading, Task


def number(value: Decimal | float) -> str:
    """A figure without trailing zeros or separators; a float has at most one decimal.

    >>> number(Decimal("1.20")), number(41.04), number(-0.01)
    ('1.2', '41', '0')
    """
    text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else _plain(value)
    return "0" if text == "-0" else text


@lru_cache(5_000, typed=True)
def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Decimal | float | None) -> str:
    """A percentage: a Decimal with all its digits, a float with at most one decimal; `–` if it was never reported."""
    return _("{number} %").format(number=number(value)) if value is not None else "–"


def gap_as_printed(figures: Mapping[str, Any]) -> float:
    """The difference of two percentages as `percent` prints them, so that a reader who subtracts finds the same.

    Args:
        figures: `planned`, `progress` and their `gap`; if that is not their difference, they are amounts, and it stays.

    >>> number(gap_as_printed({"planned": 59.09, "progress": 54.64, "gap": 59.09 - 54.64}))
    '4.5'
    """
    planned, progress, gap = (figures[name] for name in ("planned", "progress", "gap"))
    return round(float(number(planned)) - float(number(progress)), 6) if gap == planned - progress else float(gap)


def count_or_rate(value: float | None) -> str:
    """A number of things, or a rate in percent if it is a float; `–` if there is none.

    >>> count_or_rate(3), count_or_rate(66.67), count_or_rate(None)
    ('3', '66.7 %', '–')
    """
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else percent(value)


class Qualifier(NamedTuple):
    """The qualifiers of a reported figure: before its number, right after it, and after its unit."""

    about: str = ""
    """约, 近, 超."""
    more: str = ""
    """余, 多."""
    bound: str = ""
    """以上, 以下, 左右."""


EXACT = Qualifier()


def amount(value: Decimal, unit: str, qualifier: Qualifier = EXACT) -> str:
    """A quantity with its unit. Money below 1 亿元 is printed in 万元, as offices write it.

    A figure with more than four decimals was converted. It is rounded to two, below 1 and in 亿元 to four, and says so.

    >>> amount(Decimal("0.3"), "亿元"), amount(Decimal(1100), "户", Qualifier("约", "余"))
    ('3000万元', '约1100余户')
    >>> amount(Decimal("13.333333"), "公顷", Qualifier("约")), amount(Decimal("0.066667"), "公顷", Qualifier("约"))
    ('约13.33公顷', '约0.0667公顷')
    """
    about, more, bound = qualifier
    if unit == "%":
        return f"{about}{percent(value)}{more}{bound}"
    if unit == "亿元" and 0 < abs(value) < 1:
        value, unit = value * 10000, "万元"
    if unit[:1].isascii() and unit[:1].isalpha() and in_use() != "zh":
        unit = f" {unit}"
    if is_rounded(value):
        value, about = round(value, 4 if unit == "亿元" or abs(value) < 1 else 2), about or _("about ")
    return f"{about}{number(value)}{more}{unit}{bound}"


def is_rounded(value: Decimal) -> bool:
    """Whether a figure has too many decimals for people: more than the four of 亿元, which is exact to 万元."""
    return len(number(value).partition(".")[2]) > _DECIMALS


_DECIMALS = 4


def reading_text(task: Task | None, name: str, reading: Reading) -> str:
    """A reading with name and unit, and as reported if that differs: `完成绿化 +60万平方米（900亩）`, `35 %`.

    If its value is rounded, the figure as reported comes first: `完成绿化 +200亩（约13.33万平方米）`.
    """
    indicator = task.indicator(name) if task else None
    plus = "+" if reading.added else ""
    value = amount(reading.value, "%" if name == PERCENT else indicator.unit if indicator else "")
    printed = ""
    if reading.printed not in (None, value):
        first, second = (reading.printed, value) if is_rounded(reading.value) else (value, reading.printed)
        value, printed = first, _(" ({text})").format(text=second)
    if name == PERCENT:
        return f"{plus}{value}{printed}"
    return f"{indicator.name if indicator else name} {plus}{value}{printed}"


def days(count: int) -> str:
    """A number of days with its unit."""
    return ngettext("{count} day", "{count} days", count).format(count=count)


def decimal_days(value: float) -> str:
    """A number of days, rounded to a whole number."""
    return days(floor(value + 0.5))


def enumeration(texts: Iterable[str]) -> str:
    """Join texts with commas, as the current language writes them."""
    return _(", ").join(texts)


_NUMBERED = (
    r"(?P<what>[Pp]roblem|问题)\s?#\d+(?:\s(?=的))?|\s?[(（]#\d+(?:(?:、|, )#\d+)*[)）]|^#\d+(?:\s|(?=分项：|“))"
)


def named_milestone(milestone: Milestone) -> str:
    """A milestone with id and title; in Chinese only the title, because it can be typed as well."""
    return _("{milestone} {title}").format(milestone=milestone.id, title=milestone.title)


def without_numbers(text: str) -> str:
    """A text without entry numbers: neither the numbers of problems nor those in brackets.

    >>> without_numbers("7天：问题 #350 围挡破损"), without_numbers("世和一期1#、瑞锦一期1#6#")
    ('7天：问题 围挡破损', '世和一期1#、瑞锦一期1#6#')
    >>> without_numbers("2016年3月按期完成（#12、#15）")
    '2016年3月按期完成'
    """
    return re.sub(_NUMBERED, lambda match: match["what"] or "", text) if "#" in text else text


def mean_score(value: float) -> str:
    """A mean of scores, with at most two decimals.

    >>> mean_score(91.0), mean_score(90.333)
    ('91', '90.33')
    """
    return number(Decimal(f"{value:.2f}"))
