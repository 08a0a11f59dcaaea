"""Reads deadlines, from cells and from the text of a task. A cell that is not understood as a whole is refused."""

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct, field

from ..date_reader import leading_date, parse_written
from ..errors import Refused
from ..text import split_outside
from .step_cells import Step, leading_step, read_steps, without_inclusive

_STANDING = re.compile(
    "(?:全年|并|且)*(?:(?:持续|长期|常年|常态|长效)(?:化|性)?(?:推进|坚持|开展|实施|进行|落实|抓好|巩固|保持|推动|管理|工作|运行|任务)*|常抓不懈|贯穿全年"
    "|ongoing|continuous|continuing)",
    re.IGNORECASE,
)

_DONE = re.compile("(?:全部|全面)?(?:完成|完工|竣工)")


class Deadline(Struct):
    """The content of a deadline cell: the day, the words of standing work, and intermediate steps."""

    day: date | None = None
    standing: str | None = None
    steps: list[Step] = field(default_factory=list)
    remark: str | None = None
    """Words beside the day that are understood but have no field."""


def read_deadline(text: str, year: int) -> Deadline:
    """Read a deadline as offices write it.

    Raises:
        Refused: a part of it is not understood.
    """
    stripped = without_inclusive(text.strip(" \t\n　。；;"))
    if _STANDING.fullmatch(re.sub(r"[\s，,、]", "", stripped)):
        return Deadline(standing=stripped)
    try:
        return Deadline(parse_written(stripped, year))
    except Refused as refused:
        clauses = list(split_outside(stripped, "，,、；;。\n并且"))
        if len(clauses) > 1 and all(_STANDING.fullmatch(clause.strip()) for clause in clauses[1:]):
            return Deadline(parse_written(clauses[0], year), remark=stripped)
        found = read_steps(stripped, year)
        if found.rest or not found.steps or not all(_ACHIEVES.match(title) for title, _day in found.steps):
            raise refused from None
        last = max(day for _title, day in found.steps)
        return Deadline(last, steps=[step for step in found.steps if step[1] != last or not is_done(step[0])])


_ACHIEVES = re.compile(
    "(?:力争|确保|争取|务必)?(?:基本|全部|全面|初步|主体)?(?:完成|完工|竣工|建成|开工|动工|启动|投用|投入|交付|通车|验收|封顶|见效|达标|达到|实现|取得|通过"
    "|办结|销号|整改|签约|招标|出台|印发|上线|运行|开园|开业|进场|每)"
)
"""How the words after a deadline begin if they say what is due: 6月底前基本完成, but not 6月底前，视情况而定."""


def is_done(title: str) -> bool:
    """Whether a step only says that the task is finished."""
    return _DONE.fullmatch(title) is not None


def split_head(text: str) -> list[str]:
    """The text after the first clause, which may be the name of the task, in a list; empty if there is one clause."""
    head, *rest = split_outside(text, "，,：:。")
    return [text[text.index(head) + len(head) + 1 :]] if rest else []


_ENDS = re.compile("(?:基本|全部|全面)?(?:完成|完工|竣工|建成|投用|投入使用|交付使用|通车|见效|达标|结束)")


def deadline_within(text: str, year: int) -> Deadline | None:
    """The deadline in the text of a task: the last day if all of it is dated steps, else its only date, or None."""
    for candidate in (text, *split_head(text)):
        found = read_steps(candidate, year)
        if len(found.steps) > 1 and not found.rest:
            return Deadline(max(day for _title, day in found.steps), steps=found.steps)
    days: set[date] = set()
    for part, is_aside in _parts(text):
        try:
            leading = leading_step(part, year)
        except Refused:
            return None
        if leading and (
            _ON_THE_WAY.search(leading[0]) or (is_aside and leading[0] and not _ENDS.fullmatch(leading[0]))
        ):
            return None
        day = leading[1] if leading else _inner_date(part, year)
        days |= {day} if day else set()
    return Deadline(days.pop()) if len(days) == 1 else None


_ON_THE_WAY = re.compile("(?<![0-9])[1-9]?[0-9](?:[.][0-9]+)?[%％]|过半|一半|[一二三四五六七八九]成")
"""Intermediate progress, which is not a deadline: 6月底达到50%."""


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the clauses of a text, and whether each is in brackets."""
    for number, piece in enumerate(re.split("[（()）]", text)):
        yield from ((part, bool(number % 2)) for part in split_outside(piece, "，,。；;\n"))


def _inner_date(part: str, year: int) -> date | None:
    """The date in a clause such as `甲路拓宽6月底前完工`, if only words for completion follow it; else None."""
    for place in range(1, len(part) - 1):
        try:
            found = leading_date(part[place:], year)
        except Refused:
            continue
        if found and _ENDS.fullmatch(found[1]) and not _names_digit(part[place - 1]):
            return found[0]
    return None


def _names_digit(character: str) -> bool:
    return character.isdigit() or character in "年月."
