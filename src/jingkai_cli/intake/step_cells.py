"""Reads cells with dated steps. A clause that is not understood as a whole is listed with the reason."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from msgspec import Struct, field

from ..date_reader import leading_date, parse_written
from ..dates import month_of
from ..errors import Refused
from ..language import _
from ..text import split_outside
from .responsible_units import NOBODY

Step = tuple[str, date]
"""The text of a step, and its last day."""

_NUMBER = re.compile(
    r"^\s*(?:[（(][0-9一二三四五六七八九十]+[)）]、?|[0-9一二三四五六七八九十]+、|[0-9]+[.．](?:(?![0-9])|(?=[0-9]{1,2}月|(?:19|20)[0-9]{2}年))"
    r"|[0-9]+[)）]|[①-⑳]|[一二三四五六七八九]是)\s*"
)
"""A number before a step: `1.` `2、` `（1）` `①` `一是`."""

_CIRCLED = re.compile("(?=[①-⑳])")

_INLINE = (
    re.compile(r"(?:(?<=^)|(?<=[^0-9]))(?=([0-9]{1,2})[.．、](?:(?![0-9])|(?=[0-9]{1,2}月|(?:19|20)[0-9]{2}年)))"),
    re.compile(r"(?=[（(]([0-9]{1,2})[)）])"),
)
"""Numbers within a line; they count only if they begin with 1 and increase by one."""

_EVERY = re.compile(
    "^每(?:个)?(?:(?P<period>季度|季|半年)(?:度)?(?:末|底|最后一天)|月(?:(?P<day>[0-9]{1,2})[日号]|末|底|月底))(?:之前|以前|前)?"
)

_MORE_WORDS = re.compile("[月的第前后内各起初末底0-9]")
"""Characters that must not follow `_EVERY`: 每季度末月25日前 is another day."""

_ANOTHER_TIME = re.compile("^[\u4e00-\u9fff]{1,6}(?:之?前|以前|之?后|以后)(?=[，,、]|完成|开工|启动|投|建|交|$)")
"""Another time after the date: 9月1日开学前完成."""

_PURPOSE = re.compile("^(?:确保|力争|争取|务必|必须|保证|计划|预计|原则上|拟|须|应|要)+(?=.)")
"""Words before a date that belong to the text of the step."""

_BRACKET = re.compile(r"^(?P<text>.+?)[（(【\[](?P<date>[^（）()【】]+)[)）】\]]$", re.DOTALL)

_STAGE = re.compile(r"^(?P<name>[^（(:：，,]{2,20})[（(](?P<date>[^（）()]+)[)）][:：](?P<text>.+)$", re.DOTALL)
"""第一阶段（1-3月）：完成设计"""

_LEADING_BRACKET = re.compile(r"^[（(【\[](?P<date>[^（）()【】]+)[)）】\]](?P<text>.+)$", re.DOTALL)

_BEFORE_COLON = re.compile("^(?P<text>.+)[:：](?P<date>[^:：]+)$", re.DOTALL)

_BARE_YEAR = re.compile("^(?:截至|到|于|在)?(?:19|20|21)[0-9]{2}年(?P<of>度)?(?![0-9底末内前])")

_VERB = re.compile(
    "^(?:年)?(?:完成|建成|竣工|完工|开工|启动|实现|达到|投入|交付|基本|全面|全部|力争|确保|争取|通车|投用|验收)"
)

_CUTS = "；;\n。"

_TRIM = " \t　，,、:：；;。"

_EXPLICIT = re.compile("(?:19|20|21)[0-9]{2}|明年|次年")

_DATE_LEFT = re.compile("[0-9０-９一二三四五六七八九十]月|季度|半年|年[底末内]|[0-9]{4}[-./][0-9]")
"""A date in the remaining text, which shows that the clause was not fully understood."""

_VAGUE = re.compile(
    f"{_DATE_LEFT.pattern}|^.{{0,6}}(?:[前后起](?![期往续草])|左右|期间|以来)|近期|适时|择机|尽快|视情|按计划|春节|汛期|国庆|元旦|五一|中秋"
)
"""Words for a time that is vague or not understood."""

_NO_STEP = re.compile(
    f"{_DATE_LEFT.pattern}|^(?:确保|力争|争取|务必|必须|保证|计划|预计|原则上|拟|须|应|要)*$|^各[一二三四五六七八九十0-9]"
)
"""Texts that cannot be a step: a date, words of purpose alone, and 各一次, which refers to several dates."""

_IN_BRACKETS = re.compile("[（(【][^（）()【】]*[)）】]")


class Steps(Struct):
    """The dated steps of a cell, and the clauses that are not steps, each with the reason."""

    steps: list[Step] = field(default_factory=list)
    rest: list[tuple[str, str]] = field(default_factory=list)


def read_steps(text: str, year: int, within: date | None = None) -> Steps:
    """Read the steps of a cell, such as `3月底前完成设计；6月底前开工`, numbered, or in lines.

    A date alone before a colon (`一季度：`) applies to the following clauses without a date.

    Args:
        text: the text of the cell.
        year: the year of dates without one.
        within: the last day of the period of the cell, for clauses without a date.
    """
    found = Steps()
    text = without_inclusive(text)
    heading: date | None = None
    written = ""  # the year in an earlier clause, if it is not the plan's
    for clause in _clauses(text):
        try:
            if alone := _heading_date(clause, year):
                heading = alone
                continue
            steps = _steps(clause, year)
            own = _EXPLICIT.match(clause)
            _refuse_year(clause, steps, "" if own else written, year)
        except Refused as refused:
            day = heading or within
            if day is not None and not _names_a_date(clause, year) and not _VAGUE.search(clause):
                found.steps.append((clause, day))
            else:
                found.rest.append((clause, str(refused)))
            continue
        written = own[0] if own and own[0] != str(year) else ""
        heading = steps[0][1] if len(steps) == 1 and _PERIOD.match(clause) and _names_a_date(clause, year) else None
        found.steps += steps
    return found


def without_inclusive(text: str) -> str:
    """Return a text without `（含）` after dates, which include their last day anyway.

    >>> without_inclusive("6月底（含）前完成")
    '6月底前完成'
    """
    return re.sub("(?<=[日号月底末])[（(]含(?:当[日天]|本[日数])?[）)]", "", text)


_PERIOD = re.compile("[^，,。；;:：]{2,12}[:：]")


def has_date(text: str) -> bool:
    """Whether a text has a date anywhere, such as 6月 or 二季度; a year alone does not count."""
    return _DATE_LEFT.search(text) is not None


def _heading_date(clause: str, year: int) -> date | None:
    """The day of a clause that is only a date and a colon; else None."""
    if not clause.endswith((":", "：")):
        return None
    found = leading_date(clause.rstrip(":："), year)
    return found[0] if found and not found[1] else None


def _refuse_year(clause: str, steps: list[Step], written: str, year: int) -> None:
    """Refuse dates without a year after a date in another year than the plan's: their year is ambiguous."""
    if written and any(day.year == year for _title, day in steps):
        raise Refused(_("no year is given after a date in {year}: “{text}”").format(year=written, text=clause))


def _names_a_date(clause: str, year: int) -> bool:
    """Whether a clause begins with a date, or with one that is not valid."""
    try:
        return leading_date(clause, year) is not None
    except Refused:
        return True


def _clauses(text: str) -> Iterator[str]:
    for part in split_outside(text, _CUTS):
        for numbered in _by_number(part):
            clause = _NUMBER.sub("", numbered).strip(" \t　，,、；;。.")
            if clause not in NOBODY:
                yield clause


def _by_number(text: str) -> list[str]:
    """The items of a line with numbers in it: `1.设计 2.招标`, `①设计②招标`; else the line alone."""
    if text.count("①") and "②" in text:
        return [part for part in _CIRCLED.split(text) if part.strip()]
    for form in _INLINE:
        places: list[int] = []
        for match in form.finditer(text):
            if int(match[1]) == len(places) + 1:
                places.append(match.start())
        if len(places) > 1 and places[0] == 0:
            return [text[begin:end].strip() for begin, end in zip(places, [*places[1:], len(text)], strict=True)]
    return [text]


def _steps(clause: str, year: int) -> list[Step]:
    """Return the steps of a clause: one, or several separated by commas if each has a date.

    Raises:
        Refused: the clause has no date where one is expected, no text, or words that change the meaning of the date.
    """
    if recurring := _recurring_steps(clause, year):
        return recurring
    parts = [_part(text, year) for text in _with_commas(clause)]
    if {part.leads for part in parts if part.day} == {False}:  # each date follows its text
        steps = _join_parts([*reversed(parts)], follow=False)[::-1]
    else:
        steps = _join_parts(parts, follow=True)
    if any(_NO_STEP.search(title) or not _IN_BRACKETS.sub("", title) for title, _day in steps):
        steps = []
    if not steps:
        raise Refused(_("no date at the start, or nothing after the date: “{text}”").format(text=clause))
    backwards = any(later < earlier for (_one, earlier), (_other, later) in pairwise(steps))
    if backwards and not _EXPLICIT.search(clause):
        raise Refused(_("an earlier date follows a later one: write the years in “{text}”").format(text=clause))
    return steps


class _Part(Struct, frozen=True):
    """The text between two commas, without its date, and the date if it has one."""

    text: str
    day: date | None = None
    leads: bool = True
    """Whether the date is before the text."""
    comma: str = ""
    """The comma before it."""


def _join_parts(parts: list[_Part], *, follow: bool) -> list[Step]:
    """Join parts to steps: parts without a date belong to a neighbour; empty if it is not clear to which."""
    steps: list[Step] = []
    comma = ""  # before the previous part
    for part in parts:
        if part.day:
            steps.append((part.text, part.day))
        elif not steps:
            return []
        else:
            title, day = steps[-1]
            joined = f"{title}{part.comma if title else ''}{part.text}" if follow else f"{part.text}{comma}{title}"
            steps[-1] = joined, day
        comma = part.comma
    mixed = {part.leads for part in parts if part.day} == {True, False}
    return [] if mixed and not all(part.day for part in parts) else steps


def _part(written: str, year: int) -> _Part:
    """Return a part with its date, which comes first, or last in brackets or after a colon.

    Raises:
        Refused: the date is not in the calendar, or has no last day.
    """
    text = written.lstrip("，,、 ")
    comma = written[: len(written) - len(text)].strip()
    unnumbered = _NUMBER.sub("", text).strip()
    if (leading := leading_step(unnumbered, year)) is not None:
        return _Part(*leading, comma=comma)
    for form in (_STAGE, _LEADING_BRACKET, _BRACKET, _BEFORE_COLON):
        match = form.match(unnumbered)
        day = _whole_date(match["date"], year) if match else None
        if match and day:
            name = f"{match['name']}：" if form is _STAGE else ""
            return _Part(name + match["text"].strip(_TRIM), day, form in (_STAGE, _LEADING_BRACKET), comma)
    return _Part(unnumbered.strip(_TRIM), comma=comma)


def _with_commas(clause: str) -> Iterator[str]:
    """Yield the parts between commas outside of brackets, each with the comma before it."""
    place = 0
    for part in split_outside(clause, "，,、"):
        end = clause.index(part, place) + len(part)
        yield clause[place:end]
        place = end


def leading_step(text: str, year: int) -> Step | None:
    """The step in a text that begins with a date, or None. A year before a noun is not a date: 2016年度预算."""
    purpose = _PURPOSE.match(text)
    found = leading_date(text[purpose.end() :] if purpose else text, year)
    bare = _BARE_YEAR.match(text)
    if found is None or _ANOTHER_TIME.match(found[1]) or (bare and (bare["of"] or not _VERB.match(found[1]))):
        return None
    title = found[1].strip(_TRIM)
    return (f"{purpose[0]}{title}" if purpose else title), found[0]


def _whole_date(text: str, year: int) -> date | None:
    try:
        return parse_written(text, year)
    except Refused:
        return None


def _recurring_steps(clause: str, year: int) -> list[Step]:
    """The steps of a recurring clause, `每季度末报送`, one for each period; empty for other clauses."""
    text = re.sub(r"\s", "", clause)
    match = _EVERY.match(text)
    if match is None or _MORE_WORDS.match(text, match.end()):
        return []
    title = text[match.end() :].strip("，,、:：") or text
    if any(_names_a_date(part, year) for part in [*split_outside(title, "，,、")][1:]):
        return []  # another date follows: 每月5日前报送，12月底前总结
    months = {"季度": (3, 6, 9, 12), "季": (3, 6, 9, 12), "半年": (6, 12)}.get(match["period"] or "", range(1, 13))
    steps = []
    for month in months:
        ends = month_of(date(year, month, 1)).end
        day = min(int(match["day"]), ends.day) if match["day"] else ends.day
        if not day:
            return []
        name = (
            {3: "一季度", 6: "二季度", 9: "三季度", 12: "四季度"}[month]
            if "季" in (match["period"] or "")
            else f"{month}月"
        )
        steps.append((f"{title}（{name}）", ends.replace(day=day)))
    return steps
