"""What a letter requests of a unit, and by which day: each request once, with the matters it concerns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from ..dates import working_day
from ..field_types import Level
from ..kinds.issued import LEVELS
from ..kinds.lifecycle import Issued
from ..language import _, in_use, ngettext
from ..quantities import enumeration
from ..rules.issued_papers import RAISED, raised
from ..rules.reporting_periods import next_report_by
from ..text import chinese_numeral
from .bulletin_paragraphs import first_level
from .document import Scope, Section
from .notice_items import Item, Request

LetterRequest = Request | Literal["progress"]
"""What is requested for items; `progress` is for items without a report that were not due."""

Describe = Callable[[LetterRequest, Sequence[Sequence[Item]]], str]
"""Formats what a request is about, given the matters; empty if the request concerns none of them."""


class Letter(Struct, frozen=True):
    """The addressee of a letter, and its terms."""

    unit: str
    number: str
    """Its number within the year; by default blanks to be filled in by hand."""
    answer_by: date
    tasks: tuple[str, ...] = ()
    """The ids of the tasks to include; empty for all tasks of the unit."""
    unanswered: tuple[Issued, ...] = ()
    """Earlier letters to the unit that were not answered in time and raise the level of this one."""

    def level(self, items: Sequence[Item]) -> Level | None:
        """The level of its worst item, or the level to which unanswered letters raise it; None without items."""
        return raised(items[0].level, self.unanswered) if items else None


def required(
    scope: Scope,
    letter: Letter,
    matters: Sequence[Sequence[Item]],
    level: Level,
    describe: Describe,
) -> Section:
    """The section with what is requested by which day, and what follows if there is no answer.

    Args:
        scope: the plan and the date.
        letter: gives the day by which to answer.
        matters: the items of each paragraph.
        level: the level of the letter.
        describe: formats what a request is about.
    """
    requests = [*_requests(scope, letter, matters, describe)]
    return Section(_("2. What is required"), (*numbered_lines(requests), _unanswered(level)))


def _requests(
    scope: Scope,
    letter: Letter,
    matters: Sequence[Sequence[Item]],
    describe: Describe,
) -> Iterator[str]:
    """Yield each request once, with its day and what it is about."""
    missing = min(next_report_by(scope.as_of, scope.plan.rules), letter.answer_by)
    office = scope.plan.issuer or _("the issuing office")
    finish = _before_the_first(scope.as_of, missing, letter.answer_by, [item for items in matters for item in items])
    if reported := _missing(describe("report", matters), describe("progress", matters)):
        yield reported.format(day=missing)
    for request, (text, day) in _sentences_by_request(missing, letter.answer_by, finish, _explain(matters)).items():
        if what := describe(request, matters):
            yield text.format(day=day, what=what, you=form_of_address(letter.unit), office=office)


def _missing(done: str, progress: str) -> str:
    """The request for missing reports: whether what was due is done, and the progress of everything else."""
    text = ""
    if done and progress:
        text = _("By {{day}}, report what was done about {done}, and the progress of {progress}, with evidence.")
    elif done:
        text = _("By {{day}}, report what was done about {done}, with evidence.")
    elif progress:
        text = _("By {{day}}, report the progress of {progress}, with evidence.")
    return text.format(done=done, progress=progress)


def request_applies(request: LetterRequest, items: Iterable[Item]) -> bool:
    """Whether a request applies to any of some items; what is late without a report must be explained too."""
    match request:
        case "explain":
            return any(map(is_late, items))
        case "report":
            return any(item.request == "report" and item.overdue > 0 for item in items)
        case "progress":
            requests = [item.overdue for item in items if item.request == "report"]
            return bool(requests) and not any(requests)
    return any(item.request == request for item in items)


def by_number(request: LetterRequest, matters: Sequence[Sequence[Item]]) -> str:
    """What a request is about, as the numbers of paragraphs; empty if it is about none."""
    numbers = [n for n, items in enumerate(matters, start=1) if request_applies(request, items)]
    if not numbers:
        return ""
    what = _("the above") if len(numbers) == len(matters) else _reference(numbers)
    if sum(map(len, matters)) == 1:
        what = _("this item")
    if request == "finish" and any(item.request != request for number in numbers for item in matters[number - 1]):
        what = _("what falls due under {items}").format(items=what)
    return what


def _before_the_first(as_of: date, missing: date, answer_by: date, items: Iterable[Item]) -> tuple[str, date]:
    """The request about what falls due, and its day: the last working day before the first due date.

    If there is no such day left, a report on completion is requested by the day of the other reports (`missing`).
    """
    due = min((item.day for item in items if item.request == "finish" and item.day), default=answer_by)
    before = working_day(due - timedelta(days=1))
    if before <= as_of:
        text = _("Finish {what} on time; by {day}, report it in writing to {office}.")
        if due <= as_of:
            text = _(
                "Finish {what} on time, what is due today before the day ends; by {day}, report it in writing to "
                "{office}."
            )
        return text, max(missing, due)
    text = _("Finish {what} on time; by {day}, report progress and the measures to do so in writing to {office}.")
    return text, min(before, answer_by)


def _explain(matters: Sequence[Sequence[Item]]) -> str:
    """The request of a reason: of one late thing, or of each of several."""
    if sum(is_late(item) for items in matters for item in items) == 1:
        return _(
            "By {day}, if {what} is not finished, give the reason and the amount still to do, with "
            "measures, the person in charge and the date of completion, in writing to {office}, "
            "signed by the head of {you}."
        )
    return _(
        "By {day}, give the reason and the amount still to do for what is not finished of {what}, with "
        "measures, the person in charge and the date of completion, in writing to {office}, "
        "signed by the head of {you}."
    )


def _sentences_by_request(
    missing: date, answer_by: date, finish: tuple[str, date], explain: str
) -> dict[Request, tuple[str, date]]:
    """Request → its sentence and its day, in the order in which they are asked."""
    return {
        "start": (_("By {day}, report whether work on {what} has begun, why it had not, and when it begins."), missing),
        "explain": (explain, answer_by),
        "put-right": (_("By {day}, put {what} right, and report it in writing."), answer_by),
        "catch-up": (_("By {day}, report measures to catch up with {what}."), answer_by),
        "finish": finish,
    }


def is_silent(item: Item) -> bool:
    """Whether only the last report is missing; a task that missed more reports has a sentence of its own."""
    return item.request == "report" and not item.overdue and item.periods <= 1


def is_late(item: Item) -> bool:
    """Whether an item other than a problem is past its date."""
    return item.overdue > 0 and item.request in ("report", "explain")


def _reference(numbers: Sequence[int]) -> str:
    """`第（一）、（三）至（七）项`: items by number; three or more consecutive ones as a range."""
    rows: list[list[int]] = []
    for number in numbers:
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    listed = enumeration(
        _("{first} to {last}").format(first=_place(row[0]), last=_place(row[-1]))
        if len(row) > 2  # noqa: PLR2004 - two are named
        else enumeration(map(_place, row))
        for row in rows
    )
    return ngettext("item {numbers}", "items {numbers}", len(numbers)).format(numbers=listed)


def _place(number: int) -> str:
    return _("({number})").format(number=chinese_numeral(number) if in_use() == "zh" else number)


def _unanswered(level: Level) -> str:
    if next_level := RAISED.get(level):
        text = _("If there is no answer in time, the level is raised to {level} and this will be circulated.")
        return text.format(level=_(LEVELS[next_level]))
    return _("If there is no answer in time, this will be circulated.")


def form_of_address(unit: str) -> str:
    """How a letter addresses a unit: 你局, 你办; else 你单位."""
    last = "办" if unit.endswith("办事处") else unit[-1:]
    if in_use() == "zh" and last in ("局", "办", "委", "镇", "乡", "处", "院", "队", "中心"):
        return f"你{last}"
    return _("your unit")


def numbered_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines, numbered if there are several."""
    for number, line in enumerate(lines, start=1):
        yield line if len(lines) == 1 else first_level(number, line)
