"""Reads dates as offices write them: `2016年6月底前`, `3-5月`, `上半年` → the last day that they cover."""

import re
from datetime import date, timedelta

from .dates import in_year, month_of
from .errors import Refused
from .language import N_, _
from .text import arabic, narrow

_TO = "-+|[~‐-―−〜]+|至|到"
"""Separators between the two ends of a span. Full-width characters are converted to half-width before."""

_Y4 = "(?:19|20|21)[0-9]{2}"
_YEAR = f"(?:(?P<year>{_Y4})年度?|(?P<short>[0-9]{{2}})年|(?P<next>明年)|今年|本年度?)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = (
    r"(?:(?:theendof|endof|end)?(?P<named>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?)"
)
_END = "(?:[底末终]|内(?![部容外]))"

_DAY_SIGN = "[日号](?![常均报产楼院线地路井桥门矿机泵间])"
_DAY_ENDS = f"(?:{_DAY_SIGN}|(?=前|之前|以前|止|[,:;。)至到~‐-―−〜-]|$))"
"""6月30号楼 is building No. 30, and 6月3个 is three of something: neither is a date."""

_PART = "(?P<part>上中旬|中下旬|[上中下]旬|初(?![步审验稿设评选检赛次始装])|底(?![座板部层盘色商])|末(?![端梢级]))"

_FORMS = (
    rf"(?P<year>{_Y4})(?P<sep>[-./])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}})日?(?![0-9])",
    rf"(?P<year>{_Y4})[-./](?P<month>[0-9]{{1,2}})(?![0-9%万亿元米亩公个])",
    rf"(?P<year>{_Y4})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?![0-9])",
    rf"{_YEAR}(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}}){_DAY_ENDS}",
    r"(?P<month>[0-9]{1,2})\.(?P<day>[0-9]{1,2})(?:" + _DAY_SIGN + "|(?=前|之前|以前))",
    rf"{_YEAR}(?P<month>[0-9]{{1,2}})月(?:份(?!额))?(?:月(?=[底末初]))?{_PART}?",
    rf"{_YEAR}第?(?P<quarter>[1-4])季度[底末]?",
    rf"{_YEAR}(?P<half>[上下]半年|全年|年{_END})度?[底末]?",
    rf"(?P<year>{_Y4})年度?{_END}?",
    rf"(?:(?P<short>[0-9]{{2}})年|(?P<next>明年)|今年|本年度?){_END}",
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:of)?{_NAMED},?(?P<year>{_Y4})?(?![0-9a-z])",
    rf"{_NAMED}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,?(?P<year>{_Y4}))?(?![0-9a-z])",
    rf"{_NAMED},?(?P<year>{_Y4})?(?![0-9a-z])",
    rf"q(?P<quarter>[1-4]),?(?P<year>{_Y4})?(?![0-9a-z])",
)
"""Texts, because `re` compiles and caches them when the first date in an office's wording is read."""

_PARTS = {"初": 10, "上旬": 10, "中旬": 20, "上中旬": 20}
"""The last day of a part of a month. 下旬, 底 and 末 end with the month; 月初 is the first ten days, like 上旬."""

_BEFORE = (
    "(?:[(](?:星期|周)[一二三四五六日天][)])?(?:之前|以前|前(?![期后置端往述沿瞻景提])|为?止)?"
    "(?:[(]含(?:当[日天]|本[日数])?[)])?"
)
"""What may follow a date as its end, such as 前. The words 前期 and 前后 do not count."""

_OPEN = (
    "以?后(?!续)|起(?![草步动吊飞降诉])|以来|左右|前后|上下|期间|之间|同期|以[上下内外]|或|的|为(?!期)|是|均|度|旬|初(?!步)"
    "|中(?![心小学央段型层高低华国原医介队药转试])|[月日年号季份底末至]|(?<![前底末旬内)])[0-9]|[0-9]+[:时点]|[%./]"
)
"""What may not follow a date, because it changes the meaning: 6月后, 7月起, 2016年初."""

_AND = (
    "(?:[、,/]|和|及|与|以及|到|[-~‐-―−〜]+)"
    "(?=(?:次|明|今|本|当|翌)年|第?[1-4]季度|[上下]半年|年[底末]|[0-9]{1,2}月|[0-9]{1,2}[日号]|[0-9]{4})"
)
"""Another date, or the other end of a span."""

_NEUTRAL = "(?:并?(?:截至|截止到?|不晚于|不迟于|最迟|最晚|by|于|在|到|至))?"
_FINISHED = "(?:(?:全部|全面)?(?:完成|完工|竣工))?[。.]?"
"""What may follow a deadline: that everything is done by then."""

_NO_SUCH_DAY = N_("'{text}' is not a calendar date")
_NO_YEAR = N_("'{text}' has no year, and neither has the plan")
_BACKWARDS = N_("'{text}' ends before it starts: write both years")


def parse_written(text: str, year: int | None) -> date:
    """Read a date as offices write it: `6月底前` → 06-30, `3-5月` → 05-31, `上半年` → 06-30.

    The result is the last day that the text covers: `前` and `底前` include it, a month means its last day, and a span
    means its end. 初 and 上旬 end on the 10th, 中旬 on the 20th, 下旬 with the month.

    Args:
        text: the content of a cell.
        year: the year to assume if the text has none; None if it is not known.

    Raises:
        Refused: the text cannot be read; nothing is guessed.
    """
    compact, _places = narrowed(text)
    found = _span(text, compact, year)
    if found is None or not re.compile(_FINISHED).fullmatch(compact, found[1]):
        expected = _("'{text}' is not a date (expected for example 2016-06-30, 2016年6月30日, 6月底前 or 上半年)")
        raise Refused(in_year(expected, year).format(text=text.strip()))
    return found[0]


def leading_date(text: str, year: int | None) -> tuple[date, str] | None:
    """The date at the start of a sentence and the rest of the sentence: `6月底前完成设计` → 06-30, `完成设计`.

    Returns:
        None if the sentence does not start with a date.

    Raises:
        Refused: the date is not in the calendar, or does not say by when, as in `6月后启动`, `7月起` or
            `9月、11月各一次`.
    """
    compact, places = narrowed(text)
    found = _span(text, compact, year)
    if found is None:
        return None
    day, end = found
    if _at(_OPEN, compact, end) or _at(_AND, compact, end):
        raise Refused(_("'{text}' does not say by which day").format(text=text.strip()))
    rest = text[places[end] :] if end < len(places) else ""
    return day, rest.lstrip(" \t\n　,，、:：-—–").rstrip()


def serial_day(serial: float, epoch: date, year: int | None = None) -> date:
    """The date of a spreadsheet's serial number, counted from the workbook's epoch; `year` is for examples in errors.

    Raises:
        Refused: it has a fraction, or is outside 1990 to 2199. `6` or `2016.6` in a column of dates may be a month.
    """
    first, last = ((day - epoch).days for day in (date(1990, 1, 1), date(2199, 12, 31)))
    if serial != int(serial) or not first <= serial <= last:
        message = _("the number {serial} is not a date (write it as 2016-06-30)")
        raise Refused(in_year(message, year).format(serial=f"{serial:.15g}"))
    return epoch + timedelta(days=int(serial))


_MIDNIGHT = r"(?<=[0-9])(?:\s+|T)0?0:00(?::00(?:\.0+)?)?"
_HAN_NUMBER = "[〇○零oO0-9]*[一二三四五六七八九十][〇○零oO0-9一二三四五六七八九十]*(?=[年月日号]|季度)"


def narrowed(text: str) -> tuple[str, list[int]]:
    """The text half-width, without blanks, with Arabic numerals in dates; and each character's place in `text`."""
    pairs = narrow(re.sub(_MIDNIGHT, lambda match: " " * len(match[0]), text))
    for number in reversed([*re.finditer(_HAN_NUMBER, "".join(character for character, _place in pairs))]):
        place = pairs[number.start()][1]
        pairs[number.start() : number.end()] = [(digit, place) for digit in arabic(number[0])]
    return "".join(character for character, _place in pairs), [place for _character, place in pairs]


def _span(text: str, compact: str, year: int | None) -> tuple[date, int] | None:
    """The last day of the date or span at the start of `compact`, and the end of its wording; None if there is none.

    Raises:
        Refused: it has the form of a date, but there is no such date.
    """
    start = match.end() if (match := _at(_NEUTRAL, compact, 0)) else 0
    try:
        found = _ends(compact, start, year)
    except ValueError as error:
        raise Refused(_(str(error)).format(text=text.strip())) from None
    if found is None:
        return None
    closed = _at(_BEFORE, compact, found[1])
    return found[0], closed.end() if closed else found[1]


_BEGINS = (
    rf"(?:(?P<year>{_Y4})年)?(?P<month>[0-9]{{1,2}})(?:{_TO})(?=[0-9]{{1,2}}月)",  # 3-5月
    rf"(?P<year>{_Y4})(?:{_TO})(?={_Y4}年?)",  # 2015-2017年
)
"""Left ends of a span that are not dates by themselves, with the separator after them."""

_ENDS = (
    "(?P<later>[次翌]年|第2年)?(?:当年|同年)?(?:(?P<day>[0-9]{1,2})[日号]"
    rf"|(?P<month>[0-9]{{1,2}})[./](?P<date>[0-9]{{1,2}})(?![0-9])|(?P<year>{_Y4})(?![0-9]))?"
)
"""Right ends of a span that are not dates by themselves: 30日, 3.31, 2017, 次年."""


def _ends(compact: str, start: int, year: int | None) -> tuple[date, int] | None:
    for first_match in filter(None, (_at(form, compact, start) for form in _BEGINS)):
        parts = first_match.groupdict()
        own = int(parts["year"]) if parts["year"] else year
        first = _calendar(own, int(parts.get("month") or 1), 1) if own is not None else None
        if found := _right(compact, first_match.end(), own, first):
            return found
    match = _longest(compact, start)
    if match is None:
        return None
    day = _day(match, year)
    dash = _at(_TO, compact, match.end())
    return (dash and _right(compact, dash.end(), day.year, day)) or (day, match.end())


def _right(compact: str, start: int, year: int | None, first_day: date | None) -> tuple[date, int] | None:
    """The right end of a span; year and month come from the left end where they are missing. None if there is none.

    Raises:
        ValueError: it is before the left end.
    """
    short = _at(_ENDS, compact, start)
    parts = short.groupdict() if short else {}
    if parts.get("later"):
        start, year = start + len(parts["later"] or ""), year + 1 if year is not None else None
    if match := _longest(compact, start):
        found = _day(match, year), match.end()
    elif short and first_day and year is not None and (parts["day"] or parts["date"]):
        month = int(parts["month"] or first_day.month)
        found = _calendar(year, month, int(parts["day"] or parts["date"] or 0)), short.end()
    elif short and parts["year"]:
        found = date(int(parts["year"]), 12, 31), short.end()
    else:
        return None
    if first_day and found[0] < first_day:
        raise ValueError(_BACKWARDS)
    return found


def _at(form: str, compact: str, place: int) -> re.Match[str] | None:
    return re.compile(form).match(compact, place)


def _longest(compact: str, start: int) -> re.Match[str] | None:
    return max(filter(None, (_at(form, compact, start) for form in _FORMS)), key=re.Match.end, default=None)


def _day(match: re.Match[str], year: int | None) -> date:
    """The last day that a matched date covers."""
    parts = {name: part for name, part in match.groupdict().items() if part}
    if "next" in parts:
        year = year + 1 if year is not None else None
    written = int(parts["year"]) if "year" in parts else 2000 + int(parts["short"]) if "short" in parts else year
    if written is None:
        raise ValueError(_NO_YEAR)
    if "quarter" in parts:
        month = 3 * int(parts["quarter"])
    elif "named" in parts:
        month = 1 + _MONTHS.index(parts["named"])
    else:
        month = int(parts["month"]) if "month" in parts else 6 if parts.get("half", "").startswith("上") else 12
    ends = month_of(_calendar(written, month, 1)).end.day
    return _calendar(written, month, int(parts["day"]) if "day" in parts else _PARTS.get(parts.get("part", ""), ends))


def _calendar(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(_NO_SUCH_DAY) from None
