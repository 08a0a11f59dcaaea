"""Reporting weeks as people type them: `2016-W11`, `第11周`, `上周`, `本周`."""

import re
from datetime import date, timedelta
from unicodedata import normalize

from ..dates import Period
from ..errors import Refused
from ..language import _
from ..model import Plan
from ..thresholds import WEEKDAYS, Weekday

WEEK = 7

_NUMBERED = re.compile("(?:((?:19|20|21)[0-9]{2})(?:年|-)?)?(?:w([0-9]{1,2})|第?([0-9]{1,2})周)")

_BACK = {"本周": 0, "这周": 0, "this": 0, "上周": 1, "last": 1}
"""How many weeks before the one that a day is in."""


def parse_week(text: str, plan: Plan, today: date) -> Period:
    """`2016-W11`, `第11周`, `上周`, `本周` → the seven days that end on the plan's `week_ends`.

    A number is that of the ISO week in which the week ends; without a year it is one of the plan's year.

    Args:
        text: what was typed.
        plan: its year, and the day on which its weeks end.
        today: the day that `本周` is about.

    Raises:
        Refused: the text is no week of the calendar, or the plan has no year for it.
    """
    typed, ends = "".join(normalize("NFKC", text).lower().split()), plan.rules.week_ends
    if typed in _BACK:
        return week_of(_ends_of(today, ends) - timedelta(days=WEEK * _BACK[typed]))
    match = _NUMBERED.fullmatch(typed)
    if match:
        year = int(match[1]) if match[1] else plan.year
        if year is None:
            raise Refused(_("'{text}' needs a year: write it as 2016-W10").format(text=text))
        try:
            return week_of(date.fromisocalendar(year, int(match[2] or match[3]), WEEKDAYS.index(ends) + 1))
        except ValueError:
            pass
    raise Refused(_("'{text}' is not a week: write it as 2016-W10").format(text=text))


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
