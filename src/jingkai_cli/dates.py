"""Days, months and periods, and how offices write them (`date_reader` reads what offices write)."""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from .errors import Refused
from .language import _, in_use

ISO = "(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
"""A day as it is printed. No plan is older or longer: so no reckoning with days leaves the calendar."""


class Period(Struct, frozen=True):
    """Some days in a row, both ends included, under the name that was typed for them."""

    name: str
    start: date
    end: date


def parse_day(text: str) -> date:
    """`2016-03-31` → that day.

    Raises:
        Refused: the text is no date of the calendar.
    """
    if re.fullmatch(ISO, text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise Refused(_("'{text}' is not a date: write it as 2016-03-31").format(text=text))


def in_year(message: str, year: int | None) -> str:
    """A message whose examples are of 2016, with those of the plan's year where that is known; before it is filled in.

    >>> in_year("a date such as 2016-06-30", 2026), in_year("2016-06", None)
    ('a date such as 2026-06-30', '2016-06')
    """
    return message.replace("2016", str(year)) if year else message


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
    from calendar import monthrange  # most reports ask for no month

    start = day.replace(day=1)
    return Period(f"{day:%Y-%m}", start, day.replace(day=monthrange(day.year, day.month)[1]))


def months_of(period: Period) -> list[Period]:
    """The months of a month, a quarter or a year."""
    return [month_of(period.start.replace(month=m)) for m in range(period.start.month, period.end.month + 1)]


def quarter_of(day: date) -> Period:
    """The quarter that a day is in, under a name such as `2016-Q1`."""
    number = (day.month + 2) // 3
    first, last = (month_of(date(day.year, month, 1)) for month in (3 * number - 2, 3 * number))
    return Period(f"{day.year}-Q{number}", first.start, last.end)


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
    if re.fullmatch(ISO, text):
        return day_ends(parse_day(text), zone)
    try:
        moment = datetime.fromisoformat(text)
        parse_day(f"{moment:%Y-%m-%d}")
    except (ValueError, Refused):
        raise Refused(
            _("'{text}' is not a date and time: write 2016-03-31 or 2016-03-31T09:00").format(text=text)
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day in a zone."""
    return datetime.combine(day, time.max, zone)


def official_date(day: date) -> str:
    """A date as official documents write it: 2016年3月1日."""
    return _("{year}-{month:02}-{day:02}").format(year=day.year, month=day.month, day=day.day)


_FRIDAY = 4


def working_day(day: date) -> date:
    """The day, or the Friday before it; public holidays are not known.

    >>> working_day(date(2016, 4, 17)), working_day(date(2016, 4, 18))
    (datetime.date(2016, 4, 15), datetime.date(2016, 4, 18))
    """
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))


# Patterns are texts: `re` compiles one when it is first used, and keeps it. Most commands need none of them.
_STANDING = (
    r"(?<![0-9A-Za-z_./#-])(?P<year>(?:19|20|21)\d\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?"
    r"(?![0-9A-Za-z_/#号-]|\.[0-9A-Za-z])"
)
"""A date or a month that stands by itself: not a part of a file's name or of a document's number."""


def written_out(text: str, year: int | None = None) -> str:
    """A text with its ISO dates and months as Chinese documents write them; those of `year` without the year.

    >>> written_out("时限2016-04-03，见2016-04-03.pdf；2016-03"), written_out("合同2016-05号")
    ('时限2016年4月3日，见2016-04-03.pdf；2016年3月', '合同2016-05号')
    >>> written_out("2016-03投资，时限2016-04-03", 2016)
    '3月份投资，时限4月3日'
    """

    def say(match: re.Match[str]) -> str:
        day = f"{int(match['day'])}日" if match["day"] else ""
        if int(match["year"]) == year:
            return f"{int(match['month'])}月{day or '份'}"
        return f"{match['year']}年{int(match['month'])}月{day}"

    return re.sub(_STANDING, say, text) if "-" in text else text


def with_dates(text: str) -> str:
    """A text with its dates as they are written in the language in use."""
    return written_out(text) if in_use() == "zh" else text
