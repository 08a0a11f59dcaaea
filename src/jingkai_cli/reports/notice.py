"""`jk notice` (催办、督办单): the letter to one unit: what is late, at risk or due, and what is required by when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ..kinds.life import Problem
from ..language import N_, _, ngettext, speaking
from ..model import Plan, Task
from ..quantities import days, long_date
from ..rules.position import Late
from ..rules.status import Judgement, answered_for
from .document import Column, Document, Letterhead, Scope, Section, Table, Tone, Toned
from .task_cells import Due, due_within
from .wording import late_line, marked, reason

Level = Literal["red", "yellow", "blue"]

TITLES: Mapping[Level, str] = {"red": N_("Red notice"), "yellow": N_("Yellow notice"), "blue": N_("Blue notice")}
WORDS: Mapping[Level, str] = {"red": N_("overdue"), "yellow": N_("at risk"), "blue": N_("due soon")}
_TONES: Mapping[Level, Tone] = {"red": "red", "yellow": "yellow", "blue": "none"}
_ASKED: Mapping[Level, str] = {
    "red": N_("Finish it, or give the reason for the delay and the date of completion."),
    "yellow": N_("State the measures to catch up, and report the figures."),
    "blue": N_("Finish it on time."),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """The addressee of a notice, and what is required."""

    unit: str
    number: str
    """Its number within the year; blanks, to be filled in by hand, by default."""
    answer_by: date
    tasks: tuple[str, ...] = ()
    """Only these tasks; all of the unit's where there are none."""


@dataclass(frozen=True, slots=True)
class _Point:
    level: Level
    task: Task
    what: str
    day: date | None
    overdue: int


def build(scope: Scope, letter: Letter, judgements: Sequence[Judgement]) -> Document:
    """The letter, with the level of its worst point. `judgements` are those of the whole plan."""
    points = list(_points(scope, letter, judgements))
    levels = [level for level in TITLES if any(point.level == level for point in points)]
    with speaking(scope.plan.language):
        data = [_item(point) for point in _points(scope, letter, judgements)]
    return Document(
        kind="notice",
        about=scope.about,
        title=_(TITLES[levels[0]]) if levels else _("Notice"),
        fields=fields(),
        items=data,
        sections=tuple(_sections(scope, letter, points)) if points else (Section(lines=(_nothing(scope, letter),)),),
        found=bool(points),
        extra={"unit": letter.unit, "level": levels[0] if levels else None, "answer_by": letter.answer_by},
        letterhead=Letterhead(
            number=_("[{year}] No. {number}").format(year=scope.as_of.year, number=letter.number),
            issuer=scope.plan.issuer,
            dated=scope.as_of,
            addressee=letter.unit,
            copy_to=_copies(scope.plan, letter.unit, points),
        ),
    )


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


def _item(point: _Point) -> dict[str, Any]:
    return {
        "level": point.level,
        "task": point.task.id,
        "title": point.task.title,
        "what": point.what,
        "date": point.day,
        "days_overdue": point.overdue,
        "asked": _(_ASKED[point.level]),
    }


def _points(scope: Scope, letter: Letter, judgements: Sequence[Judgement]) -> Iterator[_Point]:
    """The points of the letter: red ones, most days first, then yellow and blue ones."""
    found: list[_Point] = []
    for judgement in answered_for(judgements):
        if letter.tasks and judgement.task.id not in letter.tasks:
            continue
        leads = judgement.task.answering_unit == letter.unit
        found += _late(judgement, letter.unit, leads=leads)
        if leads and judgement.state == "at-risk":
            why = "\n".join(map(reason, judgement.reasons))
            day = None if "deadline" in judgement.task.unconfirmed else judgement.at.deadline
            found.append(_Point("yellow", judgement.task, why, day, 0))
        found += _due(scope, judgement, letter.unit, leads=leads)
    yield from sorted(found, key=lambda point: (list(TITLES).index(point.level), -point.overdue))


def _concerns(thing: object, unit: str, *, leads: bool) -> bool:
    """A problem concerns the unit that must fix it; anything else concerns the lead unit."""
    return thing.responsible == unit if isinstance(thing, Problem) else leads


def _copies(plan: Plan, unit: str, points: Sequence[_Point]) -> tuple[str, ...]:
    """The units that lead the parents of the sub-tasks that a letter is about: they get a copy."""
    parents = plan.parents()
    leads = (parents[point.task.id].answering_unit for point in points if point.task.id in parents)
    return tuple(dict.fromkeys(lead for lead in leads if lead and lead != unit))


def _late(judgement: Judgement, unit: str, *, leads: bool) -> Iterator[_Point]:
    those: list[Late] = [late for late in judgement.at.late if _concerns(late.thing, unit, leads=leads)]
    return (_Point("red", judgement.task, late_line(late), late.deadline, late.days) for late in those)


def _due(scope: Scope, judgement: Judgement, unit: str, *, leads: bool) -> Iterator[_Point]:
    """What falls due within `due_soon` days."""
    dues: list[Due] = due_within(judgement, scope.plan.rules.due_soon)
    those = (due for due in dues if _concerns(due.thing, unit, leads=leads))
    return (_Point("blue", judgement.task, str(due), due.day, 0) for due in those)


def _sections(scope: Scope, letter: Letter, points: Sequence[_Point]) -> Iterator[Section]:
    counts = [(level, sum(point.level == level for point in points)) for level in TITLES]
    said = _(", ").join(_("{what}: {count}").format(what=_(WORDS[level]), count=n) for level, n in counts if n)
    opening = _(
        "As of {day}, the work for which your unit is responsible has: {points}. Please act on it without delay."
    )
    yield Section(lines=(opening.format(day=long_date(scope.as_of), points=said),), table=_table(points))
    answer = _(
        "Please answer in writing by {day}: what was done, what remains, who is "
        "responsible, and the date of completion."
    )
    yield Section(_("What is required"), (answer.format(day=long_date(letter.answer_by)),))
    contact = scope.plan.contacts.get(letter.unit)
    receipt = [_("Received on: ____________    Signed: ____________")]
    receipt += [_("Contact: {contact}").format(contact=contact)] if contact else []
    yield Section(_("Receipt"), tuple(receipt), slip=True)


def _table(points: Sequence[_Point]) -> Table:
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("Level")),
        Column(_("Matter"), wraps_from=22),
        Column(_("What is required"), wraps_from=14),
    )
    rows = (
        (
            point.task.id,
            marked(point.task.title, "title", point.task),
            Toned(
                f"{_(WORDS[point.level])}\n{days(point.overdue)}" if point.overdue else _(WORDS[point.level]),
                _TONES[point.level],
            ),
            point.what,
            _(_ASKED[point.level]),
        )
        for point in points
    )
    return Table(columns, tuple(rows))


def _nothing(scope: Scope, letter: Letter) -> str:
    text = ngettext(
        "{unit} has nothing that is overdue, at risk or due within {count} day.",
        "{unit} has nothing that is overdue, at risk or due within {count} days.",
        scope.plan.rules.due_soon,
    )
    return text.format(unit=letter.unit, count=scope.plan.rules.due_soon)
