"""How figures are written: no trailing zeros, no thousands separators, units as offices write them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .language import _, ngettext


def number(value: Decimal | float) -> str:
    """A figure without trailing zeros or separators; a computed one with one decimal at most.

    >>> number(Decimal("1.20")), number(41.04), number(-0.01)
    ('1.2', '41', '0')
    """
    text = f"{value:.1f}" if isinstance(value, float) else f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def percent(value: float | None) -> str:
    """A percentage; what was never reported is said to be so."""
    return _("{number} %").format(number=number(value)) if value is not None else "–"


def amount(value: Decimal, unit: str) -> str:
    """A quantity with its unit; below 1 亿元 money stays in 万元, as offices write it."""
    if unit == "%":
        return percent(float(value))
    if unit == "亿元" and 0 < abs(value) < 1:
        value, unit = value * 10000, "万元"
    return f"{number(value)}{unit}" if unit else number(value)


def days(count: int) -> str:
    """A number of days."""
    return ngettext("{count} day", "{count} days", count).format(count=count)


def enumeration(texts: Iterable[str]) -> str:
    """Several things in one sentence."""
    return _(", ").join(texts)


def long_date(day: date) -> str:
    """A date as a document has it, without leading zeros: 2016年3月1日."""
    return _("{year}-{month:02}-{day:02}").format(year=day.year, month=day.month, day=day.day)


def mean_score(value: float) -> str:
    """A mean of scores, with two decimals at most.

    >>> mean_score(91.0), mean_score(90.333)
    ('91', '90.33')
    """
    return number(Decimal(f"{value:.2f}"))
