"""Dates: periods of a plan, and dates as people and offices write them."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .errors import Refused
from .language import N_, _
from .model import WEEKDAYS, Weekday

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
        raise Refused(
            _("'{text}' is not a date and time: write 2016-03-31 or 2016-03-31T09:00").format(text=text)
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day in a zone."""
    return datetime.combine(day, time.max, zone)


_TO = "-+|[~‐-―−〜]+|至|到"
"""What stands between two dates; full-width marks are made narrow before."""

_YEAR = "(?:(?P<year>(?:19|20|21)[0-9]{2})年度?|今年|本年度?)?"

_FORMS = (
    "(?P<year>(?:19|20|21)[0-9]{2})(?P<sep>[-./])(?P<month>[0-9]{1,2})(?:(?P=sep)(?P<day>[0-9]{1,2}))?",
    _YEAR + "(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]?",
    _YEAR + "(?P<month>[0-9]{1,2})月份?(?P<part>上旬|中旬|下旬|初|底|末)?",
    _YEAR + "第?(?P<quarter>[1-4])季度[底末]?",
    _YEAR + "(?P<half>上半年|下半年|全年|年[底末内])[底末]?",
    "(?P<year>(?:19|20|21)[0-9]{2})年度?[底末内]?",
)
"""`re` compiles them when the first date of an office is read, and keeps them."""

_PARTS = {"初": 10, "上旬": 10, "中旬": 20}
"""The last day of a part of a month. 下旬, 底 and 末 end with the month; 月初 is the first ten days, as 上旬 is."""

_NUMERALS = {"〇": 0, "○": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

_FIRST_SERIAL, _LAST_SERIAL = date(1990, 1, 1), date(2199, 12, 31)


def parse_written(text: str, year: int | None) -> date:
    """A date as offices write it → the last day that it covers: `6月底前` → 06-30, `3-5月` → 05-31, `上半年` → 06-30.

    `前` and `底前` include the last day; a month means its last day; 初 and 上旬 end on the 10th, 中旬 on the 20th,
    下旬 with the month. A span of dates means its end.

    Args:
        text: what stands in a cell.
        year: the year that is meant where none is written; None where nobody knows.

    Raises:
        Refused: it cannot be read; nothing is guessed.
    """
    said = re.sub("(?:完成|完工)?[。.]?$", "", _narrow(text))
    try:
        found = _span(said, year)
    except ValueError as error:
        raise Refused(_(str(error)).format(text=text.strip())) from None
    if found is None:
        expected = _("'{text}' is not a date (expected for example 2016-06-30, 2016年6月30日, 6月底前 or 上半年)")
        raise Refused(expected.format(text=text.strip()))
    return found


_NO_SUCH_DAY = N_("'{text}' is not a calendar date")

_NO_YEAR = N_("'{text}' has no year, and neither has the plan")

_BACKWARDS = N_("'{text}' ends before it starts: write both years")


def leading_date(text: str, year: int | None) -> tuple[date, str] | None:
    """The date that a sentence begins with, and the rest of it: `6月底前完成设计` → 06-30, `完成设计`.

    Returns:
        None where it begins with none.

    Raises:
        Refused: it begins with one that is not in the calendar.
    """
    said = _narrow(text)
    for end in range(min(len(said), _LONGEST), 1, -1):
        try:
            found = _span(said[:end], year)
        except ValueError as error:
            raise Refused(_(str(error)).format(text=said[:end])) from None
        if found is not None:
            return found, said[end:].lstrip(",，、:")
    return None


_LONGEST = 30
"""Characters of the longest date: `2016年10月下旬至2016年12月下旬前` has 20."""


def serial_day(serial: float, epoch: date) -> date:
    """The day of a spreadsheet's serial number, counted from its workbook's epoch.

    Raises:
        Refused: it has a fraction, or is no day of our time: `6` in a column of dates may be a month, and `2016.6` too.
    """
    first, last = ((day - epoch).days for day in (_FIRST_SERIAL, _LAST_SERIAL))
    if serial != int(serial) or not first <= serial <= last:
        raise Refused(_("the number {serial} is not a date (write it as 2016-06-30)").format(serial=f"{serial:.15g}"))
    return epoch + timedelta(days=int(serial))


def _narrow(text: str) -> str:
    """Without blanks, half-width, with Arabic numerals before 年, 月, 日 and 季度."""
    said = re.sub(r"\s+0?0:00(:00)?$", "", unicodedata.normalize("NFKC", text).strip())
    said = re.sub(r"\s", "", said)
    return re.sub("[〇○一二三四五六七八九十]+(?=[年月日号]|季度)", lambda match: _arabic(match[0]), said)


def _arabic(numeral: str) -> str:
    """`十二` → 12, `二〇一六` → 2016."""
    tens, ten, ones = numeral.rpartition("十")
    digits = [str(_NUMERALS.get(character, "")) for character in (ones if ten else numeral)]
    if not ten:
        return "".join(digits)
    return f"{_NUMERALS.get(tens, 1)}{''.join(digits) or 0}"


def _span(said: str, year: int | None) -> date | None:
    """The end of a span, or the one date that it is; None where it is not written as one.

    Raises:
        ValueError: it is written as one, and there is none such; its text is a message with a place for what was read.
    """
    said = re.sub("(?:之前|以前|前)$", "", said)
    if (whole := _point(said, year)) is not None:
        return whole
    for dash in re.finditer(_TO, said):
        left, right = said[: dash.start()], said[dash.end() :]
        left += "月" if re.fullmatch(f"{_YEAR}[0-9]{{1,2}}", left) else ""
        own = re.match("(?:19|20|21)[0-9]{2}", left)
        within = int(own[0]) if own else year
        begins, ends = (_shaped(part) and _point(part, within) for part in (left, right))
        if begins and ends:
            if ends < begins:
                raise ValueError(_BACKWARDS)
            return ends
    return None


def _shaped(said: str) -> bool:
    return any(re.fullmatch(form, said) for form in _FORMS)


def _point(said: str, year: int | None) -> date | None:
    match = next(filter(None, (re.fullmatch(form, said) for form in _FORMS)), None)
    if match is None:
        return None
    parts = match.groupdict()
    written = int(parts["year"]) if parts.get("year") else year
    if written is None:
        raise ValueError(_NO_YEAR)
    if parts.get("quarter"):
        return month_of(date(written, 3 * int(parts["quarter"]), 1)).end
    month = int(parts["month"]) if parts.get("month") else 6 if parts.get("half") == "上半年" else 12
    try:
        ends = month_of(date(written, month, 1)).end
        day = int(parts["day"]) if parts.get("day") else _PARTS.get(parts.get("part") or "", ends.day)
        return ends.replace(day=day)
    except ValueError:
        raise ValueError(_NO_SUCH_DAY) from None
