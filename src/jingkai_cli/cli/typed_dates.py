"""Dates as people type them in options: a single day, or a message that says what to type."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import NoReturn

from ..date_reader import narrowed, parse_written
from ..dates import ISO
from ..errors import Refused
from ..language import _
from ..model import Plan

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

_BY = "(?:之前|以前|前|为?止)$"
"""What may close a day that is typed; the day is included."""


def typed_day(text: str, today: date, years: Sequence[int]) -> date:
    """A day as people type it: `2016-9-28`, `20160928`, `9月28日`, `昨天`, `9月底前`. Never one of two meanings.

    Args:
        text: what was typed.
        today: the day from which 昨天 counts.
        years: the years of the plan; a day without a year is in the one, and refused where there are several.

    Raises:
        Refused: it is no single day, or its year is not certain. The message says what to type.
    """
    said, _places = narrowed(text)
    if re.fullmatch(ISO, text):
        with suppress(ValueError):
            return date.fromisoformat(text)
        raise Refused(_not_a_day(text, "", years))
    if said in _WORDS:
        return today + timedelta(days=_WORDS[said])
    bare = re.sub(_BY, "", said)
    match = next(filter(None, (re.fullmatch(form, bare) for form in _TYPED)), None)
    if match is None:
        raise Refused(_not_a_day(text, said, years))
    if not match["year"] and len(years) > 1:
        return _of_several_years(text, years)
    day = parse_written(bare, years[0])
    if not 1900 <= day.year < 2200:  # noqa: PLR2004 - no plan is older or longer
        raise Refused(_not_a_day(text, said, years))
    return day


def _of_several_years(text: str, years: Sequence[int]) -> NoReturn:
    """Refuse a day without a year in a plan of several years; the message has the day in each of them."""
    meant = []
    for year in years:
        with suppress(Refused):  # 02-29 is not in every year
            meant.append(parse_written(text, year).isoformat())
    one = _("'{text}' is not a calendar date").format(text=text)
    several = _("'{text}' has no year, and the plan has several: write {days}")
    raise Refused(several.format(text=text, days=_(" or ").join(meant)) if meant else one)


def _not_a_day(text: str, said: str, years: Sequence[int]) -> str:
    """The message for what is no single day, with the nearest that would be one."""
    message = _("'{text}' is not a date: write it as {example}")
    if short := re.fullmatch("([0-9]{1,2})[-./]([0-9]{1,2})", said):
        return message.format(text=text, example=f"{short[1]}月{short[2]}日")
    with suppress(Refused):
        last = parse_written(said, years[0])
        if month := re.fullmatch("(?:[0-9]{2,4}年)?[0-9]{1,2}月份?", said):
            whole = _("'{text}' is a whole month: write its day, such as {first} or {last}")
            return whole.format(text=month[0], first=last.replace(day=1), last=last)
        return message.format(text=text, example=last)
    return message.format(text=text, example=f"{years[0]}-03-31")


def years_of(plan: Plan, today: date) -> Sequence[int]:
    """The years of a plan: its own, and all from its first start to its last date; today's where it has none."""
    starts = [task.start.year for task in plan.every_task() if task.start != date.min]
    written = [year for year in (plan.year, plan.last_day and plan.last_day.year, *starts) if year]
    return range(min(written), max(written) + 1) if written else (today.year,)
