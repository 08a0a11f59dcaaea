"""Dates and periods as people write them: `2016-03-31`, `2016-03`, `last`."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .errors import Refused
from .language import _
from .thresholds import WEEKDAYS, Weekday

_DAY = "(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
"""No plan is older or longer: so no reckoning with days leaves the calendar."""


@dataclass(frozen=True, slots=True)
class Period:
    """Some days in a row, both ends included, under the name that was typed for them."""

    name: str
    start: date
    end: date


def parse_day(text: str) -> date:
    """`2016-03-31` → that day.

    Raises:
        Refused: the text is no date of the calendar.
    """
    if re.fullmatch(_DAY, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Refused(_("'{text}' is not a date: write it as 2016-03-31").format(text=text))


def parse_month(text: str, today: date) -> Period:
    """`2016-03` → March 2016; `last` → the month before today's, for cron.

    Raises:
        Refused: the text is neither.
    """
    if text == "last":
        return month_of(today.replace(day=1) - timedelta(days=1))
    if re.fullmatch("(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", text):
        return month_of(date(int(text[:4]), int(text[5:]), 1))
    raise Refused(_("'{text}' is not a month: write it as 2016-03, or last").format(text=text))


def month_of(day: date) -> Period:
    """The month that a day is in."""
    start = day.replace(day=1)
    return Period(f"{day:%Y-%m}", start, day.replace(day=monthrange(day.year, day.month)[1]))


def parse_week(text: str, ends: Weekday) -> Period:
    """`2016-W10` → the seven days that end on a weekday within that ISO week (ISO 8601, which begins on Monday).

    Raises:
        Refused: the text is no week of the calendar.
    """
    if re.fullmatch("(19|20|21)[0-9]{2}-W[0-9]{2}", text):
        try:
            return week_of(date.fromisocalendar(int(text[:4]), int(text[6:]), WEEKDAYS.index(ends) + 1))
        except ValueError:
            pass
    raise Refused(_("'{text}' is not a week: write it as 2016-W10").format(text=text))


def week_of(end: date) -> Period:
    """The seven days that end on a day, under the name of the ISO week in which they end."""
    year, week, _weekday = end.isocalendar()
    return Period(f"{year}-W{week:02}", end - timedelta(days=6), end)


def last_week(today: date, ends: Weekday) -> Period:
    """The last week that ended by a day, that day included."""
    return week_of(today - timedelta(days=(today.weekday() - WEEKDAYS.index(ends)) % 7))


def parse_year(text: str) -> Period:
    """`2016` → that calendar year.

    Raises:
        Refused: the text is no year from 1900 to 2199.
    """
    if re.fullmatch("(19|20|21)[0-9]{2}", text):
        return Period(text, date(int(text), 1, 1), date(int(text), 12, 31))
    raise Refused(_("'{text}' is not a year: write it as 2016").format(text=text))


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment: a date means the end of that day in the zone; a time without an offset is in the zone.

    Raises:
        Refused: the text is neither a date nor an ISO date and time.
    """
    if re.fullmatch(_DAY, text):
        return day_ends(parse_day(text), zone)
    try:
        moment = datetime.fromisoformat(text)
        parse_day(f"{moment:%Y-%m-%d}")
    except (ValueError, Refused):
        raise Refused(_("'{text}' is not a moment: write 2016-03-31 or 2016-03-31T09:00").format(text=text)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day in a zone."""
    return datetime.combine(day, time.max, zone)
