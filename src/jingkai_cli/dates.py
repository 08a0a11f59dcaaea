"""Days, months and periods, and how offices write them; `date_reader` reads them."""

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from .errors import Refused
from .language import _, in_use

ISO = "(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
"""A date as it is printed. Plans have no dates outside these years, so computed dates never leave the calendar."""


class Period(Struct, frozen=True):
    """A span of days, both ends inclusive, with the name that the user typed."""

    name: str
    start: date
    end: date


def parse_day(text: str) -> date:
    """Parse a date: `2016-03-31`.

    Raises:
        Refused: the text is not a date of the calendar.
    """
    if re.fullmatch(ISO, text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise Refused(_("'{text}' is not a date: write it as 2016-03-31").format(text=text))


def in_year(message: str, year: int | None) -> str:
    """A message in which 2016, the year of its examples, is replaced by `year` if known; call it before `format`.

    >>> in_year("a date such as 2016-06-30", 2026), in_year("2016-06", None)
    ('a date such as 2026-06-30', '2016-06')
    """
    return message.replace("2016", str(year)) if year else message


def parse_month(text: str, today: date) -> Period:
    """Parse a month: `2016-03`, or `last` for the month before today's (for cron).

    Raises:
        Refused: the text is neither.
    """
    if text == "last":
        return month_of(today.replace(day=1) - timedelta(days=1))
    if re.fullmatch("(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", text):
        return month_of(date(int(text[:4]), int(text[5:]), 1))
    raise Refused(_("'{text}' is not a month: write it as 2016-03, or last").format(text=text))


def month_of(day: date) -> Period:
    """The month that contains a day."""
    from calendar import monthrange  # most reports need no month

    start = day.replace(day=1)
    return Period(f"{day:%Y-%m}", start, day.replace(day=monthrange(day.year, day.month)[1]))


def months_of(period: Period) -> list[Period]:
    """The months of a month, a quarter or a year."""
    return [month_of(period.start.replace(month=m)) for m in range(period.start.month, period.end.month + 1)]


def quarter_of(day: date) -> Period:
    """The quarter that contains a day, with a name such as `2016-Q1`."""
    number = (day.month + 2) // 3
    first, last = (month_of(date(day.year, month, 1)) for month in (3 * number - 2, 3 * number))
    return Period(f"{day.year}-Q{number}", first.start, last.end)


def parse_year(text: str) -> Period:
    """Parse a calendar year: `2016`.

    Raises:
        Refused: the text is not a year from 1900 to 2199.
    """
    if re.fullmatch("(19|20|21)[0-9]{2}", text):
        return Period(text, date(int(text), 1, 1), date(int(text), 12, 31))
    raise Refused(_("'{text}' is not a year: write it as 2016").format(text=text))


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Parse a moment. A date means the end of that day in `zone`; a time without an offset is in `zone`.

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
    """The last instant of a day in a time zone."""
    return datetime.combine(day, time.max, zone)


def official_date(day: date) -> str:
    """A date as official documents write it: 2016年3月1日."""
    return _("{year}-{month:02}-{day:02}").format(year=day.year, month=day.month, day=day.day)


_FRIDAY = 4


def working_day(day: date) -> date:
    """The day itself, or the Friday before it on a weekend. Public holidays are not known.

    >>> working_day(date(2016, 4, 17)), working_day(date(2016, 4, 18))
    (datetime.date(2016, 4, 15), datetime.date(2016, 4, 18))
    """
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))


# Patterns are texts: `re` compiles and caches one on first use, and most commands need none.
_STANDING = (
    r"(?<![0-9A-Za-z_./#-])(?P<year>(?:19|20|21)\d\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?"
    r"(?![0-9A-Za-z_/#号-]|\.[0-9A-Za-z])"
)
"""A date or a month by itself, not part of a file name or a document number."""


def written_out(text: str, year: int | None = None) -> str:
    """A text with ISO dates and months as Chinese documents write them; those in `year` without the year.

    >>> written_out("时限2016-04-03，见2016-04-03.pdf；2016-03"), written_out("合同2016-05号")
    ('时限2016年4月3日，见2016-04-03.pdf；2016年3月', '合同2016-05号')
    >>> written_out("2016-03投资，时限2016-04-03", 2016)
    '3月份投资，时限4月3日'
    """

    def wording(match: re.Match[str]) -> str:
        day = f"{int(match['day'])}日" if match["day"] else ""
        if int(match["year"]) == year:
            return f"{int(match['month'])}月{day or '份'}"
        return f"{match['year']}年{int(match['month'])}月{day}"

    return re.sub(_STANDING, wording, text) if "-" in text else text


def with_dates(text: str) -> str:
    """A text with its dates as the current language writes them."""
    return written_out(text) if in_use() == "zh" else text
