"""Dates as people type them in options: a single day, or a message that says what to type."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from ..dates import ISO
from ..errors import Refused
from ..language import _
from ..model import Plan
from ..text import arabic
from ..written_dates import narrowed, parse_written

_WORDS = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
    **dict.fromkeys(("前天", "前日"), -2),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    **dict.fromkeys(("后天",), 2),
}
"""Days named by their distance from today."""

_TYPED_YEAR = "(?P<year>(?:19|20|21)[0-9]{2}年|[0-9]{2}年)?"
_TYPED = (
    r"(?P<year>(?:19|20|21)[0-9]{2})(?:(?P<sign>[-./])[0-9]{1,2}(?P=sign)[0-9]{1,2}日?|[0-9]{4})",
    rf"{_TYPED_YEAR}(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}[日号]?|月?[底末])|年[底末]|第?[1-4]季度[底末])",
    r"(?P<year>(?:(?:19|20|21)?[0-9]{2}))年[底末]",
)
"""How a single day is typed. A month, a quarter or a span is none: it may mean its first day or its last."""

_SHORT = r"^([0-9]{1,2})\.([0-9]{1,2})$"
"""9.28 is 9月28日."""

_BY = "(?:之前|以前|前|为?止)$"
"""What may close a day that is typed; the day is included."""


class Span(NamedTuple):
    """The days of a plan: a day without a year is in the year that puts it among them."""

    first: date
    last: date

    @property
    def years(self) -> Sequence[int]:
        """The years that it touches."""
        return range(self.first.year, self.last.year + 1)


def typed_day(text: str, today: date, span: Span) -> date:
    """A day as people type it: `2016-9-28`, `20160928`, `9月28日`, `9.28`, `昨天`, `9月底前`.

    Never one of two meanings.

    Args:
        text: what was typed.
        today: the day from which 昨天 counts.
        span: the days of the plan; a day without a year is the one among them.

    Raises:
        Refused: it is no single day, or its year is not certain. The message says what to type.
    """
    said, _places = narrowed(text)
    if re.fullmatch(ISO, text):
        with suppress(ValueError):
            return date.fromisoformat(text)
        raise Refused(_not_a_day(text, "", today, span))
    if said in _WORDS:
        return today + timedelta(days=_WORDS[said])
    bare = re.sub(_SHORT, r"\1月\2日", re.sub(_BY, "", said))
    match = next(filter(None, (re.fullmatch(form, bare) for form in _TYPED)), None)
    if match is None:
        raise Refused(_not_a_day(text, said, today, span))
    if not match["year"]:
        return _without_year(text, bare, span)
    day = parse_written(bare, None)
    if not 1900 <= day.year < 2200:  # noqa: PLR2004 - no plan is older or longer
        raise Refused(_not_a_day(text, said, today, span))
    return day


def _without_year(text: str, said: str, span: Span) -> date:
    """A day without a year: the one in the plan's span; the only year's where the span has none.

    Raises:
        Refused: it is in no year's calendar, or could be in several: the message has the day in each of them.
    """
    meant = []
    for year in span.years:
        with suppress(Refused):  # 02-29 is not in every year
            meant.append(parse_written(said, year))
    if not meant:
        raise Refused(_("'{text}' is not a calendar date").format(text=text))
    meant = [day for day in meant if span.first <= day <= span.last] or meant
    if len(meant) > 1:
        several = _("'{text}' has no year, and the plan has several: write {days}")
        raise Refused(several.format(text=text, days=_(" or ").join(day.isoformat() for day in meant)))
    return meant[0]


def _not_a_day(text: str, said: str, today: date, span: Span) -> str:
    """The message for what is no single day, with the nearest that would be one."""
    message = _("'{text}' is not a date: write it as {example}")
    if short := re.fullmatch("([0-9]{1,2})[-./]([0-9]{1,2})", said):
        return message.format(text=text, example=f"{short[1]}月{short[2]}日")
    if example := _near(said, today):
        return message.format(text=text, example=example)
    year = span.first.year
    with suppress(Refused):
        last = parse_written(said, year)
        if month := re.fullmatch("(?:[0-9]{2,4}年)?[0-9]{1,2}月份?", said):
            whole = _("'{text}' is a whole month: write its day, such as {first} or {last}")
            return whole.format(text=month[0], first=last.replace(day=1), last=last)
        return message.format(text=text, example=last)
    return message.format(text=text, example=f"{year}-03-31")


def _near(said: str, today: date) -> str | None:
    """What to type for a day that is named by today's: 上周五, 15日, 月底, 三天内."""
    said = re.sub("[一二三四五六七八九十]+(?=天|日)", lambda number: arabic(number[0]), said)
    if week := re.fullmatch("(上上|上|本|这|下)?(?:个?(?:周|星期|礼拜))([一二三四五六日天1-7])", said):
        monday = today - timedelta(days=today.weekday())
        weeks = {"上上": -2, "上": -1, "下": 1}.get(week[1], 0)
        return (monday + timedelta(days=7 * weeks + _WEEKDAYS[week[2]])).isoformat()
    if within := re.fullmatch("([0-9]{1,2})(?:天|日)(?:之?内|以内|后|之后|以后)", said):
        return (today + timedelta(days=int(within[1]))).isoformat()
    if day := re.fullmatch("(?:本月|当月)?([0-9]{1,2})[日号]?", said):
        return f"{today.month}月{day[1]}日" if 1 <= int(day[1]) <= 31 else None  # noqa: PLR2004 - the longest month
    if re.fullmatch("(?:本|当|这个)?月[底末]", said):
        return f"{today.month}月底"
    return None


_WEEKDAYS = {name: number % 7 for number, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {str(number + 1): number for number in range(7)}


def span_of(plan: Plan, today: date) -> Span:
    """The days of a plan: those of its year, and from its first start to its last date; today's year if it has none."""
    starts = [task.start for task in plan.every_task() if task.start != date.min]
    days = [*starts, *([plan.last_day] if plan.last_day else [])]
    years = [plan.year] if plan.year else [] if days else [today.year]
    days += [day for year in years for day in (date(year, 1, 1), date(year, 12, 31))]
    return Span(min(days), max(days))
