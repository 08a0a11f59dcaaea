"""Texts for a work-chat group, in Markdown: a notice, or who has not reported (催报). `jk` sends nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..dates import Period, written_out
from ..language import _
from ..model import Plan
from ..quantities import enumeration
from ..rules.reporting_periods import last_received_on, weeks_due
from ..rules.status import Judgement, answered_for
from ..text import with_chinese_marks
from .bulletin_paragraphs import confirmed_unit, sentences
from .document import Scope
from .notice import COLOURS
from .notice_items import Item, items_of, requested, sentences_of
from .notice_requests import Letter
from .reason_wording import full_titles, numbered

MOST = 4096
"""The size limit of a message of a work-chat robot, in bytes."""


class Text(NamedTuple):
    """A text that may be split between its items."""

    head: str
    items: tuple[str, ...]
    tail: str


def messages(text: Text, most: int = MOST) -> list[str]:
    """Split the text into messages of at most `most` bytes in UTF-8, each with head and tail, numbered if several."""
    room = most - _size("\n".join((text.head, _place(99, 99), text.tail))) - 2
    parts: list[list[str]] = [[]]
    for item in text.items:
        line = item if _size(item) <= room else _shortened(item, room)
        if parts[-1] and _size("\n".join((*parts[-1], line))) > room:
            parts.append([])
        parts[-1].append(line)
    places = [_place(number, len(parts)) if len(parts) > 1 else "" for number in range(1, len(parts) + 1)]
    heads = (f"{text.head}{place}" for place in places)
    return ["\n".join((head, *part, text.tail)) for head, part in zip(heads, parts, strict=True)]


def _place(number: int, count: int) -> str:
    return _(" ({number}/{count})").format(number=number, count=count)


def _size(text: str) -> int:
    return len(text.encode())


def _shortened(text: str, room: int) -> str:
    """The beginning of an item that is longer than a message."""
    return text.encode()[: room - 3].decode(errors="ignore") + "…"


def of_notice(scope: Scope, letter: Letter, judgements: Sequence[Judgement]) -> Text | None:
    """The text of a notice to a unit, an item for each task; None if there is nothing to notify."""
    items = items_of(scope.plan, letter.unit, judgements, letter.tasks)
    if not items:
        return None
    level, titles = letter.level(items) or items[0].level, full_titles(scope.plan)
    head = _("**{level} | {unit}** (as of {day})").format(level=_(COLOURS[level]), unit=letter.unit, day=scope.as_of)
    by_task: dict[str, list[Item]] = {}
    for item in items:
        by_task.setdefault(item.task.id, []).append(item)
    lines = (
        _("{number}. {title}: {what}").format(number=number, title=titles[task], what=_what_and_requests(own))
        for number, (task, own) in enumerate(by_task.items(), start=1)
    )
    office = scope.plan.issuer
    tail = _("Please answer {office} by {day}.") if office else _("Please answer by {day}.")
    tail = tail.format(office=office, day=letter.answer_by)
    return _in_chinese(scope, Text(head, tuple(lines), tail))


def _what_and_requests(items: Sequence[Item]) -> str:
    requests = dict.fromkeys(_request(item, items) for item in items)
    return sentences([*sentences_of(items), *requests])


def _request(item: Item, items: Sequence[Item]) -> str:
    if item.request == "finish" and any(other.request != "finish" for other in items):
        return _("Finish what falls due on time.")
    return requested(item)


def of_unreported(scope: Scope, judgements: Sequence[Judgement]) -> Text | None:
    """Which units have not reported on which tasks since the start of the last whole week; None if all have.

    A task is included from its start or the plan's day of issue, unless it is finished or on hold.
    """
    plan, fortnight = scope.plan, Period("", scope.as_of - timedelta(days=6), scope.as_of + timedelta(days=6))
    week = [each for each in weeks_due(fortnight, plan.rules) if each.last < scope.as_of][-1]
    due = week.report_by
    missing = _unreported(plan, judgements, week.first)
    if not missing:
        return None
    head = _("**Reports missing for {start} to {end}, as of {day}**")
    lines = (
        _("{number}. {unit}: {tasks}").format(number=number, unit=unit, tasks=enumeration(tasks))
        for number, (unit, tasks) in enumerate(missing.items(), start=1)
    )
    tail = (
        _("Please report by {day}.") if scope.as_of <= due else _("The reports were due by {day}: please report now.")
    )
    message = Text(head.format(start=week.first, end=week.last, day=scope.as_of), tuple(lines), tail.format(day=due))
    return _in_chinese(scope, message)


def _unreported(plan: Plan, judgements: Iterable[Judgement], start: date) -> dict[str, list[str]]:
    """Unit → its tasks without a report received since a day, in the plan's order of units."""
    found: dict[str, list[str]] = {}
    titles = full_titles(plan)
    for judgement in answered_for(judgements):
        at, unit = judgement.position, confirmed_unit(judgement.task)
        received = last_received_on(at.facts)
        if not unit or judgement.task.subtasks or at.finished or judgement.on_hold or at.reports_expected_from > start:
            continue
        if received is None or received < start:
            found.setdefault(unit, []).append(numbered(judgement.task, titles[judgement.task.id]))
    order = {unit: place for place, unit in enumerate(plan.known_units())}
    return dict(sorted(found.items(), key=lambda each: order.get(each[0], len(order))))


def _in_chinese(scope: Scope, text: Text) -> Text:
    """The text with dates written out and the marks of Chinese if the plan is in Chinese."""
    if scope.plan.language != "zh":
        return text

    def edit(sentence: str) -> str:
        return with_chinese_marks(written_out(sentence, scope.as_of.year))

    return Text(edit(text.head), tuple(map(edit, text.items)), edit(text.tail))


def printed(texts: Iterable[Text]) -> Iterator[str]:
    """Yield the messages of all texts, separated by a line of dashes that is not to be pasted."""
    for number, message in enumerate(each for text in texts for each in messages(text)):
        yield f"{'' if not number else '---' + chr(10)}{message}"
