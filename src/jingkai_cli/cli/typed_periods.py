"""Weeks, months, quarters and years as people type them: `第11周`, `上周`, `3月`, `上月`, `一季度`, `2016年`.

What was understood is printed on stderr, unless it was typed as it is printed, or in the words meant for cron.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta

from ..date_reader import narrowed
from ..dates import Period, month_of, parse_month, parse_year, quarter_of
from ..errors import Refused
from ..language import _
from ..model import Plan
from ..text import arabic
from ..thresholds import WEEKDAYS, Weekday
from .output import report_resolved
from .typed_dates import years_of

WEEK = 7

_Y4 = "(?:19|20|21)[0-9]{2}"
_YEAR = f"(?:(?P<year>{_Y4})(?:年|-)?|(?P<short>[0-9]{{2}})年)?"
_WEEKS = (rf"{_YEAR}(?:w(?P<week>[0-9]{{1,2}})|第?(?P<number>[0-9]{{1,2}})周)",)
_MONTHS = (
    rf"(?:(?P<year>{_Y4})年|(?P<short>[0-9]{{2}})年)?(?P<month>[0-9]{{1,2}})月份?",
    rf"(?P<year>{_Y4})[-./](?P<month>[0-9]{{1,2}})",
    rf"(?P<year>{_Y4})(?P<month>[0-9]{{2}})",
)
_QUARTERS = (rf"{_YEAR}(?:q(?P<quarter>[1-4])|第?(?P<number>[1-4])季度)",)
_YEARS = (rf"(?P<year>{_Y4})年?度?", "(?P<short>[0-9]{2})年度?")

_WEEKS_BACK = {"本周": 0, "这周": 0, "this": 0, "上周": 1, "last": 1, "下周": -1}
_MONTHS_BACK = {
    **dict.fromkeys(("本月", "这个月", "当月", "this"), 0),
    **dict.fromkeys(("上月", "上个月", "last"), 1),
    **dict.fromkeys(("下月", "下个月"), -1),
}
_QUARTERS_BACK = {"本季度": 0, "这个季度": 0, "上季度": 1, "上个季度": 1}
_YEARS_BACK = {**dict.fromkeys(("今年", "本年", "本年度"), 0), **dict.fromkeys(("去年", "上年", "上年度"), 1)}
"""How many weeks, months, quarters or years before the one that a day is in."""

_FOR_CRON = ("last", "this")
"""Words of scripts: whoever reads the mail of cron is not told each time what they mean."""


def typed_week(text: str, plan: Plan, today: date) -> Period:
    """`2016-W11`, `第11周`, `上周`, `本周` → the seven days that end on the plan's `week_ends`.

    A number is that of the ISO week in which the week ends; without a year it is one of the plan's year.

    Raises:
        Refused: the text is no week of the calendar, or its year is not certain.
    """
    said, ends = narrowed(text)[0].lower(), plan.rules.week_ends
    said = re.sub("[一二三四五六七八九十]+(?=周)", lambda number: arabic(number[0]), said)
    if said in _WEEKS_BACK:
        return _told(text, week_of(_ends_of(today, ends) - timedelta(days=WEEK * _WEEKS_BACK[said])))

    def made(year: int, match: re.Match[str]) -> Period:
        number = int(match["week"] or match["number"])
        return week_of(date.fromisocalendar(year, number, WEEKDAYS.index(ends) + 1))

    if found := _matched(text, said, _WEEKS, years_of(plan, today), made):
        return found
    text_ = _("'{text}' is not a week: write it as {example}")
    raise Refused(text_.format(text=text, example=f"{years_of(plan, today)[0]}-W10"))


def typed_month(text: str, plan: Plan, today: date) -> Period:
    """`2016-03`, `3月`, `2016年3月`, `上月`, `本月` → that month; without a year it is one of the plan's year.

    Raises:
        Refused: the text is no month, or its year is not certain.
    """
    with suppress(Refused):
        return parse_month(text, today)
    said = narrowed(text)[0].lower()
    if said in _MONTHS_BACK:
        return _told(text, month_of(_months_before(today, _MONTHS_BACK[said])))

    def made(year: int, match: re.Match[str]) -> Period:
        return month_of(date(year, int(match["month"]), 1))

    if found := _matched(text, said, _MONTHS, years_of(plan, today), made):
        return found
    text_ = _("'{text}' is not a month: write it as {example}, or last for the month before this one")
    raise Refused(text_.format(text=text, example=f"{years_of(plan, today)[0]}-03"))


def typed_quarter(text: str, plan: Plan, today: date) -> Period:
    """`2016-Q1`, `2016年第一季度`, `一季度`, `上季度` → that quarter; without a year it is one of the plan's year.

    Raises:
        Refused: the text is no quarter, or its year is not certain.
    """
    said = narrowed(text)[0].lower()
    if said in _QUARTERS_BACK:
        return _told(text, quarter_of(_months_before(today, 3 * _QUARTERS_BACK[said])))

    def made(year: int, match: re.Match[str]) -> Period:
        return quarter_of(date(year, 3 * int(match["quarter"] or match["number"]), 1))

    if found := _matched(text, said, _QUARTERS, years_of(plan, today), made):
        return found
    text_ = _("'{text}' is not a quarter: write it as {example}")
    raise Refused(text_.format(text=text, example=f"{years_of(plan, today)[0]}-Q1"))


def typed_year(text: str, plan: Plan, today: date) -> Period:
    """`2016`, `2016年`, `今年`, `去年` → that calendar year.

    Raises:
        Refused: the text is no year from 1900 to 2199.
    """
    said = narrowed(text)[0]
    if said in _YEARS_BACK:
        return _told(text, parse_year(str(today.year - _YEARS_BACK[said])))
    if found := _matched(text, said, _YEARS, (), lambda year, _match: parse_year(str(year))):
        return found
    text_ = _("'{text}' is not a year: write it as {example}")
    raise Refused(text_.format(text=text, example=years_of(plan, today)[0]))


def _matched(
    text: str,
    said: str,
    forms: Sequence[str],
    years: Sequence[int],
    made: Callable[[int, re.Match[str]], Period],
) -> Period | None:
    """The period that is written in one of the forms; None where it is in none, or not in the calendar.

    Raises:
        Refused: it has no year, and the plan has several: the message has the period in each of them.
    """
    match = next(filter(None, (re.fullmatch(form, said) for form in forms)), None)
    if match is None:
        return None
    parts = match.groupdict()
    if parts.get("year") or parts.get("short"):
        years = (int(parts.get("year") or f"20{parts['short']}"),)
    meant = []
    for year in years:
        with suppress(ValueError):
            meant.append(made(year, match))
    if len(meant) > 1:
        several = _("'{text}' has no year, and the plan has several: write {days}")
        raise Refused(several.format(text=text, days=_(" or ").join(period.name for period in meant)))
    return _told(text, meant[0]) if meant else None


def _told(text: str, period: Period) -> Period:
    """The period; a line on stderr says what was understood."""
    if text not in _FOR_CRON:
        report_resolved(text, period.name)
    return period


def _months_before(day: date, count: int) -> date:
    """The first day of the month that comes so many months before the one that a day is in; after it if negative."""
    months = 12 * day.year + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def week_of(end: date) -> Period:
    """The seven days that end on a day, under the name of the ISO week in which they end."""
    year, week, _weekday = end.isocalendar()
    return Period(f"{year}-W{week:02}", end - timedelta(days=WEEK - 1), end)


def last_week(today: date, ends: Weekday) -> Period:
    """The last week that ended by a day, that day included."""
    over = _ends_of(today, ends)
    return week_of(over if over == today else over - timedelta(days=WEEK))


def _ends_of(day: date, ends: Weekday) -> date:
    """The last day of the week that a day is in."""
    return day + timedelta(days=(WEEKDAYS.index(ends) - day.weekday()) % WEEK)
