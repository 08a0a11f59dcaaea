"""`jk notice` (督办通知): the letter to one unit: what is late, at risk or due, and what is asked by which day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from ..field_types import Level
from ..kinds.issued import LEVELS
from ..kinds.life import Issued
from ..language import N_, _, in_use, ngettext, speaking
from ..model import Plan
from ..quantities import enumeration
from ..rules.register import RAISED, raised
from ..rules.reporting_periods import next_report_by
from ..rules.status import Judgement
from ..text import chinese_numeral
from .bulletin_paragraphs import sentences
from .document import Column, Document, Letterhead, Scope, Section, Table
from .notice_items import SHORT, Item, Request, items_of
from .task_cells import MOST_LATE
from .wording import counted_more, full_titles

COLOURS: Mapping[Level, str] = {"red": N_("red level"), "yellow": N_("yellow level"), "blue": N_("blue level")}
_PLAN_WORDS = ("方案", "计划", "意见", "通知", "办法", "要点")
"""What the title of a document ends in; a plan's title that ends in none of them is that of its work."""


class Letter(Struct, frozen=True):
    """The addressee of a notice, and what is required."""

    unit: str
    number: str
    """Its number within the year; blanks, to be filled in by hand, by default."""
    answer_by: date
    tasks: tuple[str, ...] = ()
    """Only these tasks; all of the unit's where there are none."""
    unanswered: Issued | None = None
    """An earlier one to the unit that was not answered in time, and raises the level of this one."""

    def level(self, items: Sequence[Item]) -> Level | None:
        """Its level: that of its worst item, or the one to which an unanswered letter raises it."""
        return raised(items[0].level, self.unanswered) if items else None


def build(scope: Scope, letter: Letter, judgements: Sequence[Judgement]) -> Document:
    """The letter, with its level. `judgements` are those of the whole plan."""
    plan = scope.plan
    items = items_of(plan, letter.unit, judgements, letter.tasks)
    level = letter.level(items)
    with speaking(plan.language):
        data = [_data(item) for item in items_of(plan, letter.unit, judgements, letter.tasks)]
    beside = (_("Level: {level}").format(level=_(COLOURS[level])), _("Approved by:")) if level else ()
    return Document(
        kind="notice",
        about=scope.about,
        title=_title(plan, items),
        fields=fields(),
        items=data,
        sections=tuple(_sections(scope, letter, items, level))
        if level
        else (Section(lines=(_nothing(plan, letter),)),),
        found=bool(items),
        extra={"unit": letter.unit, "level": level, "answer_by": letter.answer_by},
        letterhead=Letterhead(
            number=_number(scope, letter),
            issuer=plan.issuer,
            dated=scope.as_of,
            addressee=letter.unit,
            copy_to=_copies(plan, letter.unit, items),
            masthead=plan.masthead,
            beside=beside,
            attachment=_("Receipt") if items else None,
            contact=_contact(plan) if items else None,
        ),
    ).on_paper


def fields() -> dict[str, str]:
    """The fields of an item, and their titles."""
    return {
        "level": _("Level"),
        "task": _("No."),
        "title": _("Task"),
        "what": _("What"),
        "date": _("Date"),
        "days_overdue": _("Days overdue"),
        "asked": _("What is required"),
    }


def _data(item: Item) -> dict[str, Any]:
    return {
        "level": item.level,
        "task": item.task.id,
        "title": item.task.title,
        "what": item.what,
        "date": item.day,
        "days_overdue": item.overdue,
        "asked": _(SHORT[item.request]),
    }


def _number(scope: Scope, letter: Letter) -> str:
    """`经开督〔2016〕3号`; without the code where the plan has none."""
    number = _("[{year}] No. {number}").format(year=scope.as_of.year, number=letter.number)
    return f"{scope.plan.code or ''}{number}"


def _title(plan: Plan, items: Sequence[Item]) -> str:
    named = full_titles(plan)
    titles = list(dict.fromkeys(named[item.task.id] for item in items))
    if not titles:
        return _("Notice")
    text = _("Notice about {title} and other work ({count})") if len(titles) > 1 else _("Notice about {title}")
    return text.format(title=titles[0], count=len(titles))


def _contact(plan: Plan) -> str:
    """Whom to ask at the office; blanks, to be filled in by hand, where the plan has no contact of the issuer."""
    contact = plan.contacts.get(plan.issuer or "")
    return _("(Contact: {contact})").format(contact=contact) if contact else _("(Contact:        Telephone:        )")


def _copies(plan: Plan, unit: str, items: Sequence[Item]) -> tuple[str, ...]:
    """The units that lead the parents of sub-tasks that a letter is about, and who gets copies of everything."""
    parents = plan.parents()
    leads = (parents[item.task.id].answering_unit for item in items if item.task.id in parents)
    return tuple(dict.fromkeys(name for name in (*leads, *plan.copy_to) if name and name != unit))


def _sections(scope: Scope, letter: Letter, items: Sequence[Item], level: Level) -> Iterator[Section]:
    """Why it is written; what it is about; what is asked by which day; and the receipt, which is sent back."""
    plan = scope.plan
    of_task: dict[str, list[Item]] = {}
    for item in items:
        of_task.setdefault(_SILENT if _is_silent(item) else item.task.id, []).append(item)
    silent = of_task.pop(_SILENT, [])
    told = [*of_task.values(), *([silent] if silent else [])]
    opening = _("In line with {plan}, {you} are asked to attend to the following, as of {day}.")
    first = opening.format(plan=_cited(plan), you=you(letter.unit), day=scope.as_of)
    yield Section(lines=(*_reminded(letter, level), first))
    named = full_titles(plan)
    yield Section(_("1. Matters to attend to"), tuple(_numbered([_about(those, named) for those in told])))
    asked = [*_requests(scope, letter, told)]
    yield Section(_("2. What is required"), (*_numbered(asked), _unanswered(level)))
    columns = (
        Column(_("Work"), wraps_from=14),
        Column(_("What was done"), wraps_from=17),
        Column(_("Reason for the delay, and measures"), wraps_from=18),
        Column(_("Person in charge"), wraps_from=7),
        Column(_("Date of completion"), wraps_from=10),
    )
    titles = dict.fromkeys(named[item.task.id] for those in told for item in those)
    rows = tuple((title, "", "", "", "") for title in titles)
    signed = _("Unit (seal):            Head of the unit:          Date:")
    yield Section(_("Receipt"), (signed,), Table(columns, rows, by_hand=True), slip=True)


def _reminded(letter: Letter, level: Level) -> Iterator[str]:
    """That an earlier letter was not answered, and the level of this one."""
    before = letter.unanswered
    if before and before.level:
        text = _("{number} ({level}) was to be answered by {day} and has not been: this is a {now}.")
        yield text.format(
            number=before.number, level=_(LEVELS[before.level]), day=before.answer_by, now=_(LEVELS[level])
        )


def _cited(plan: Plan) -> str:
    """The plan as a letter cites it: 《…推进方案》."""
    title = plan.title if plan.title.endswith(_PLAN_WORDS) else _("{title}, plan").format(title=plan.title)
    return _("“{title}”").format(title=title)


def you(unit: str) -> str:
    """How a letter addresses a unit: 你局, 你办; else 你单位."""
    last = "办" if unit.endswith("办事处") else unit[-1:]
    if in_use() == "zh" and last in ("局", "办", "委", "镇", "乡", "处", "院", "队", "中心"):
        return f"你{last}"
    return _("your unit")


def _about(items: Sequence[Item], titles: Mapping[str, str]) -> str:
    """The title of a task, then a sentence for each of its items; at most three, then how many they are.

    The tasks that lack nothing but a report share one item.
    """
    if len(items) > 1 and _is_silent(items[0]):
        listed = enumeration(titles[item.task.id] for item in items)
        return _("{titles}: no report received in the last reporting period.").format(titles=listed)
    said = [item.sentence for item in items[:MOST_LATE]]
    if len(items) > MOST_LATE:
        count = counted_more(MOST_LATE, len(items))
        said[-1] = _("{listed} and {count} more").format(listed=said[-1], count=count)
    return sentences([titles[items[0].task.id], *said])


def _requests(scope: Scope, letter: Letter, tasks: Sequence[Sequence[Item]]) -> Iterator[str]:
    """What is asked by which day: each request once, with the numbers of what it is about."""
    missing = min(next_report_by(scope.as_of, scope.plan.rules), letter.answer_by)
    to_whom = scope.plan.issuer or _("the issuing office")
    for request, (text, day) in _asked(missing, letter.answer_by).items():
        numbers = [n for n, items in enumerate(tasks, start=1) if any(item.request == request for item in items)]
        if request == "explain":  # also of what was not reported
            numbers = [n for n, items in enumerate(tasks, start=1) if any(_is_late(item) for item in items)]
        if numbers:
            what = _("the above") if len(numbers) == len(tasks) else _referred(numbers)
            yield text.format(day=day, what=what, you=you(letter.unit), office=to_whom)


def _asked(missing: date, answer_by: date) -> dict[Request, tuple[str, date]]:
    """Request → its sentence and its day, in the order in which they are asked."""
    explain = _(
        "By {day}, give the reason and the amount still to do for each item of {what} that is not finished, with "
        "measures, the person in charge and the date of completion, in writing to {office}, "
        "signed by the head of {you}."
    )
    return {
        "report": (_("By {day}, report what was done about {what}, with evidence."), missing),
        "explain": (explain, answer_by),
        "put-right": (_("By {day}, put {what} right, and report it in writing."), answer_by),
        "catch-up": (_("By {day}, report measures to catch up with {what}."), answer_by),
        "finish": (_("Finish on time what falls due under {what}."), answer_by),
    }


_SILENT = ""
"""In the place of a task: those of which nothing but a report is missing."""


def _is_silent(item: Item) -> bool:
    return item.request == "report" and not item.overdue


def _is_late(item: Item) -> bool:
    return item.overdue > 0 and item.request in ("report", "explain")


def _referred(numbers: Sequence[int]) -> str:
    return _("items {numbers}").format(numbers=enumeration(_place(number) for number in numbers))


def _place(number: int) -> str:
    return _("({number})").format(number=chinese_numeral(number) if in_use() == "zh" else number)


def _numbered(lines: Sequence[str]) -> Iterator[str]:
    """The lines, numbered where they are several."""
    for number, line in enumerate(lines, start=1):
        yield line if len(lines) == 1 else f"{_place(number)}{line}"


def _unanswered(level: Level) -> str:
    if next_level := RAISED.get(level):
        text = _("If there is no answer in time, the level is raised to {level} and this will be circulated.")
        return text.format(level=_(LEVELS[next_level]))
    return _("If there is no answer in time, this will be circulated.")


def _nothing(plan: Plan, letter: Letter) -> str:
    text = ngettext(
        "{unit} has nothing that is overdue, at risk or due within {count} day.",
        "{unit} has nothing that is overdue, at risk or due within {count} days.",
        plan.rules.due_soon,
    )
    return text.format(unit=letter.unit, count=plan.rules.due_soon)
