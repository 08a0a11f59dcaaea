"""Parses days, weeks, months, quarters and years as people type them: `9月28日`, `昨天`, `第11周`, `上月`, `一季度`.

A text with two meanings is refused with a message that says what to type. The period found is printed on stderr, unless
it was typed as it is printed or with one of the words for cron.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from ..date_reader import narrowed, parse_written
from ..dates import ISO, Period, month_of, parse_month, parse_year, quarter_of
from ..errors import Refused
from ..language import _
from ..model import Plan
from ..text import arabic
from ..thresholds import WEEKDAYS, Weekday
from .output import report_resolved

_WORDS = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
    **dict.fromkeys(("前天", "前日"), -2),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    **dict.fromkeys(("后天",), 2),
}
"""Words for days → their distance from today."""

_TYPED_YEAR = "(?P<year>(?:19|20|21)[0-9]{2}年|[0-9]{2}年)?"
_TYPED = (
    r"(?P<year>(?:19|20|21)[0-9]{2})(?:(?P<sign>[-./])[0-9]{1,2}(?P=sign)[0-9]{1,2}日?|[0-9]{4})",
    rf"{_TYPED_YEAR}(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}[日号]?|月?[底末])|年[底末]|第?[1-4]季度[底末])",
    r"(?P<year>(?:(?:19|20|21)?[0-9]{2}))年[底末]",
)
"""The forms of a single day. A month, a quarter or a span is not one: it may mean its first or its last day."""

_SHORT = r"^([0-9]{1,2})\.([0-9]{1,2})$"
"""9.28 is 9月28日."""

_BY = "(?:之前|以前|前|为?止)$"
"""What may follow a typed day; the day itself is included."""


class Span(NamedTuple):
    """The days of a plan. A day without a year is in the year in which it falls among them."""

    first: date
    last: date

    @property
    def years(self) -> Sequence[int]:
        """The years that contain some of the days."""
        return range(self.first.year, self.last.year + 1)


def typed_day(text: str, today: date, span: Span) -> date:
    """Parse a day as people type it: `2016-9-28`, `20160928`, `9月28日`, `9.28`, `昨天`, `9月底前`.

    A text with two meanings is refused.

    Args:
        text: the typed text.
        today: the day from which 昨天 counts.
        span: the days of the plan, which give the year if it is missing.

    Raises:
        Refused: it is not a single day, or its year is not certain. The message says what to type.
    """
    normalized, _places = narrowed(text)
    if re.fullmatch(ISO, text):
        with suppress(ValueError):
            return date.fromisoformat(text)
        raise Refused(_not_a_day_message(text, "", today, span))
    if normalized in _WORDS:
        return today + timedelta(days=_WORDS[normalized])
    bare = re.sub(_SHORT, r"\1月\2日", re.sub(_BY, "", normalized))
    match = next(filter(None, (re.fullmatch(form, bare) for form in _TYPED)), None)
    if match is None:
        raise Refused(_not_a_day_message(text, normalized, today, span))
    if not match["year"]:
        return _without_year(text, bare, span)
    day = parse_written(bare, None)
    if not 1900 <= day.year < 2200:  # noqa: PLR2004 - no plan is older or longer
        raise Refused(_not_a_day_message(text, normalized, today, span))
    return day


def _without_year(text: str, normalized: str, span: Span) -> date:
    """The date of a day without a year: the one in the plan's span, or in the only year if none is in the span.

    Raises:
        Refused: it is in no year's calendar, or in several years; the message shows the date in each.
    """
    possible = []
    for year in span.years:
        with suppress(Refused):  # 02-29 is not in every year
            possible.append(parse_written(normalized, year))
    if not possible:
        raise Refused(_("'{text}' is not a calendar date").format(text=text))
    possible = [day for day in possible if span.first <= day <= span.last] or possible
    if len(possible) > 1:
        several = _("'{text}' has no year, and the plan has several: write {days}")
        raise Refused(several.format(text=text, days=_(" or ").join(day.isoformat() for day in possible)))
    return possible[0]


def _not_a_day_message(text: str, normalized: str, today: date, span: Span) -> str:
    """The message for a text that is not a single day, with the closest text that is."""
    message = _("'{text}' is not a date: write it as {example}")
    if short := re.fullmatch("([0-9]{1,2})[-./]([0-9]{1,2})", normalized):
        return message.format(text=text, example=f"{short[1]}月{short[2]}日")
    if example := _suggested_day(normalized, today):
        return message.format(text=text, example=example)
    year = span.first.year
    with suppress(Refused):
        last = parse_written(normalized, year)
        if month := re.fullmatch("(?:[0-9]{2,4}年)?[0-9]{1,2}月份?", normalized):
            whole = _("'{text}' is a whole month: write its day, such as {first} or {last}")
            return whole.format(text=month[0], first=last.replace(day=1), last=last)
        return message.format(text=text, example=last)
    return message.format(text=text, example=f"{year}-03-31")


def _suggested_day(normalized: str, today: date) -> str | None:
    """What to type for a day relative to today, such as 上周五, 15日, 月底, 三天内; None for other texts."""
    normalized = re.sub("[一二三四五六七八九十]+(?=天|日)", lambda number: arabic(number[0]), normalized)
    if week := re.fullmatch("(上上|上|本|这|下)?(?:个?(?:周|星期|礼拜))([一二三四五六日天1-7])", normalized):
        monday = today - timedelta(days=today.weekday())
        weeks = {"上上": -2, "上": -1, "下": 1}.get(week[1], 0)
        return (monday + timedelta(days=7 * weeks + _WEEKDAYS[week[2]])).isoformat()
    if within := re.fullmatch("([0-9]{1,2})(?:天|日)(?:之?内|以内|后|之后|以后)", normalized):
        return (today + timedelta(days=int(within[1]))).isoformat()
    if day := re.fullmatch("(?:本月|当月)?([0-9]{1,2})[日号]?", normalized):
        return f"{today.month}月{day[1]}日" if 1 <= int(day[1]) <= 31 else None  # noqa: PLR2004 - the longest month
    if re.fullmatch("(?:本|当|这个)?月[底末]", normalized):
        return f"{today.month}月底"
    return None


_WEEKDAYS = {name: number % 7 for number, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {str(number + 1): number for number in range(7)}


def span_of(plan: Plan, today: date) -> Span:
    """The days of a plan: its year, and from its first start to its last date; this year if it has neither."""
    starts = [task.start for task in plan.every_task() if task.start != date.min]
    days = [*starts, *([plan.last_day] if plan.last_day else [])]
    years = [plan.year] if plan.year else [] if days else [today.year]
    days += [day for year in years for day in (date(year, 1, 1), date(year, 12, 31))]
    return Span(min(days), max(days))


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
"""Words for periods → how many weeks, months, quarters or years ago the period is."""

_FOR_CRON = ("last", "this")
"""Words for scripts. The period found is not printed, so that cron sends no mail about it."""


def one_period(typed: Mapping[str, str | None], plan: Plan, today: date) -> Period:
    """The one period given among the options of a command: a week, a month, a quarter or a year.

    Raises:
        Refused: none or several are given, or the text is not such a period.
    """
    given = [(name, text) for name, text in typed.items() if text is not None]
    if len(given) != 1:
        year = span_of(plan, today).first.year
        examples = _("; ").join(f"--{name} {year}{_PERIODS[name][1]}" for name in typed)
        raise Refused(_("name one period: {examples}").format(examples=examples))
    ((name, text),) = given
    return _PERIODS[name][0](text, plan, today)


def typed_week(text: str, plan: Plan, today: date) -> Period:
    """Parse a week: `2016-W11`, `第11周`, `上周`, `本周` → the seven days that end on the plan's `week_ends`.

    The number is that of the ISO week in which the week ends. Without a year, it is a week of the plan's year.

    Raises:
        Refused: the text is not a week of the calendar, or its year is not certain.
    """
    normalized, ends = narrowed(text)[0].lower(), plan.rules.week_ends
    normalized = re.sub("[一二三四五六七八九十]+(?=周)", lambda number: arabic(number[0]), normalized)
    if normalized in _WEEKS_BACK:
        return _reported(text, week_of(_week_end(today, ends) - timedelta(days=WEEK * _WEEKS_BACK[normalized])))

    def in_year(year: int, match: re.Match[str]) -> Period:
        number = int(match["week"] or match["number"])
        return week_of(date.fromisocalendar(year, number, WEEKDAYS.index(ends) + 1))

    if found := _period_like(text, normalized, _WEEKS, span_of(plan, today), in_year):
        return found
    text_ = _("'{text}' is not a week: write it as {example}")
    raise Refused(text_.format(text=text, example=f"{span_of(plan, today).first.year}-W10"))


def typed_month(text: str, plan: Plan, today: date) -> Period:
    """Parse a month: `2016-03`, `3月`, `2016年3月`, `上月`, `本月`. Without a year, it is in the plan's year.

    Raises:
        Refused: the text is not a month, or its year is not certain.
    """
    with suppress(Refused):
        return parse_month(text, today)
    normalized = narrowed(text)[0].lower()
    if normalized in _MONTHS_BACK:
        return _reported(text, month_of(_months_before(today, _MONTHS_BACK[normalized])))

    def in_year(year: int, match: re.Match[str]) -> Period:
        return month_of(date(year, int(match["month"]), 1))

    if found := _period_like(text, normalized, _MONTHS, span_of(plan, today), in_year):
        return found
    text_ = _("'{text}' is not a month: write it as {example}, or last for the month before this one")
    raise Refused(text_.format(text=text, example=f"{span_of(plan, today).first.year}-03"))


def typed_quarter(text: str, plan: Plan, today: date) -> Period:
    """Parse a quarter: `2016-Q1`, `2016年第一季度`, `一季度`, `上季度`. Without a year, it is in the plan's year.

    Raises:
        Refused: the text is not a quarter, or its year is not certain.
    """
    normalized = narrowed(text)[0].lower()
    if normalized in _QUARTERS_BACK:
        return _reported(text, quarter_of(_months_before(today, 3 * _QUARTERS_BACK[normalized])))

    def in_year(year: int, match: re.Match[str]) -> Period:
        return quarter_of(date(year, 3 * int(match["quarter"] or match["number"]), 1))

    if found := _period_like(text, normalized, _QUARTERS, span_of(plan, today), in_year):
        return found
    text_ = _("'{text}' is not a quarter: write it as {example}")
    raise Refused(text_.format(text=text, example=f"{span_of(plan, today).first.year}-Q1"))


def typed_year(text: str, plan: Plan, today: date) -> Period:
    """Parse a calendar year: `2016`, `2016年`, `今年`, `去年`.

    Raises:
        Refused: the text is not a year from 1900 to 2199.
    """
    normalized = narrowed(text)[0]
    if normalized in _YEARS_BACK:
        return _reported(text, parse_year(str(today.year - _YEARS_BACK[normalized])))
    if found := _period_like(
        text, normalized, _YEARS, span_of(plan, today), lambda year, _match: parse_year(str(year))
    ):
        return found
    text_ = _("'{text}' is not a year: write it as {example}")
    raise Refused(text_.format(text=text, example=span_of(plan, today).first.year))


_PERIODS = {
    "week": (typed_week, "-W10"),
    "month": (typed_month, "-03"),
    "quarter": (typed_quarter, "-Q1"),
    "year": (typed_year, ""),
}
"""Name of an option → the function that parses its text, and the rest of an example after the year."""


def _period_like(
    text: str,
    normalized: str,
    forms: Sequence[str],
    span: Span,
    in_year: Callable[[int, re.Match[str]], Period],
) -> Period | None:
    """The period written in one of the forms; None if it has no such form or is not in the calendar.

    Without a year, it is the period among the days of the plan; of a quarter the last month must be.

    Raises:
        Refused: it has no year and may be in several; the message shows the period in each.
    """
    match = next(filter(None, (re.fullmatch(form, normalized) for form in forms)), None)
    if match is None:
        return None
    parts = match.groupdict()
    written = parts.get("year") or (f"20{parts['short']}" if parts.get("short") else None)
    possible = []
    for year in (int(written),) if written else span.years:
        with suppress(ValueError):
            possible.append(in_year(year, match))
    if not written:
        possible = [period for period in possible if _ends_within(span, period)] or possible
    if len(possible) > 1:
        several = _("'{text}' has no year, and the plan has several: write {days}")
        raise Refused(several.format(text=text, days=_(" or ").join(period.name for period in possible)))
    return _reported(text, possible[0]) if possible else None


def _ends_within(span: Span, period: Period) -> bool:
    """Whether a plan has days in the last month of a period."""
    return period.end >= span.first and max(period.start, period.end.replace(day=1)) <= span.last


def _reported(text: str, period: Period) -> Period:
    """Return the period; report it on stderr unless it was typed like that, or as a word for cron."""
    if text not in _FOR_CRON:
        report_resolved(text, period.name)
    return period


def _months_before(day: date, count: int) -> date:
    """The first day of the month `count` months before the month of a day; later if `count` is negative."""
    months = 12 * day.year + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def week_of(end: date) -> Period:
    """The seven days that end on a day, named by the ISO week in which they end."""
    year, week, _weekday = end.isocalendar()
    return Period(f"{year}-W{week:02}", end - timedelta(days=WEEK - 1), end)


def last_week(today: date, ends: Weekday) -> Period:
    """The last week that ended by a day, inclusive."""
    end = _week_end(today, ends)
    return week_of(end if end == today else end - timedelta(days=WEEK))


def _week_end(day: date, ends: Weekday) -> date:
    """The last day of the week that contains a day."""
    return day + timedelta(days=(WEEKDAYS.index(ends) - day.weekday()) % WEEK)
