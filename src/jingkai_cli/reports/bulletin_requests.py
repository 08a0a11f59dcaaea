"""The last section of a bulletin: what falls due in the coming days, and what the units must do by when."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from ..kinds.lifecycle import Problem
from ..language import N_, _, ngettext
from ..model import Task
from ..quantities import enumeration
from ..rules.change import Change
from ..rules.status import Judgement
from .bulletin_paragraphs import confirmed_unit, sentences
from .document import Column, Section, Table
from .late_notes import MOST_LATE
from .reason_wording import numbered, or_unknown
from .task_notes import Due, due_within, with_days

_WEEK = 7
_MOST_UNITS = 5
"""Requests to more units than this name none; the paragraphs of the tasks name them."""

_BEHIND = ("behind", "pace", "milestone", "due-soon", "waits")

_EXPLAIN = N_("By {day}, {units} must explain why work is overdue, with measures and a date of completion.")
_CATCH_UP = N_("By {day}, {units} must report how work that is behind will catch up.")
_BOTH = N_(
    "By {day}, {units} must explain why work is overdue, with measures and a date of completion; and report how "
    "work that is behind will catch up."
)
_REQUESTS = (_EXPLAIN, _CATCH_UP)


def due_and_required(changes: Sequence[Change], as_of: date, answer_by: date) -> Section:
    """The section with what falls due in the week after the period, with dates, and what is required of the units."""
    lines = [_("The next reports are due by {day}.").format(day=answer_by)]
    requests: dict[str, list[str]] = {}
    for text, unit in (each for change in changes for each in _requests(change.now)):
        if unit:
            requests.setdefault(text, []).append(unit)
    units_by_request = {}
    for text in _REQUESTS:
        if units := dict.fromkeys(requests.get(text, ())):
            units_by_request[text] = enumeration(units) if len(units) <= _MOST_UNITS else _("all units concerned")
    if len(units_by_request) > len(set(units_by_request.values())):  # both requests go to the same units
        units_by_request = {_BOTH: units_by_request[_EXPLAIN]}
    lines += [_(text).format(units=units, day=answer_by) for text, units in units_by_request.items()]
    dues = [(change.task, due) for change in changes for due in due_within(change.now, _WEEK) if due.left]
    own = [(task, due) for task, due in dues if not isinstance(due.thing, Problem)]
    count, problems = len(own), len(dues) - len(own)
    text = ngettext(
        "from {start} to {end} {count} item falls due", "from {start} to {end} {count} items fall due", count
    )
    if not count:
        text = _("from {start} to {end} no task or milestone falls due")
    first = text.format(start=as_of + timedelta(days=1), end=as_of + timedelta(days=_WEEK), count=count)
    if problems:
        text = ngettext(
            "{said}, and {count} problem, which section 5 names", "{said}, and {count} problems, which section 5 names",
            problems,
        )  # fmt: skip
        first = text.format(said=first, count=problems)
    lines.insert(0, first)
    paragraphs = map(sentences, filter(None, (lines, [*_units_to_settle(changes)])))
    return Section(_("6. Due next week, and what is required"), tuple(paragraphs), _due_next(own) if own else None)


def _units_to_settle(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the sentence that asks for the lead units that are not stated or confirmed, with the overdue tasks."""
    unled = [
        change.now
        for change in changes
        if not (change.now.position.finished or change.now.on_hold)
        and any(confirmed_unit(task) is None for task in change.task.with_subtasks())
    ]
    if unled:
        text = ngettext(
            "The lead unit of {count} task is not stated or not confirmed and is to be settled",
            "The lead units of {count} tasks are not stated or not confirmed and are to be settled",
            len(unled),
        )
        said = text.format(count=len(unled))
        late = [
            judgement for judgement in unled if any(confirmed_unit(x.task) is None for x in judgement.position.late)
        ]
        text = "{said}"
        if late:
            text = _("{said}; overdue: {tasks}")
        if len(late) > MOST_LATE:  # sections 2 and 3 name them
            text = _("{said}; {count} are overdue: No. {numbers}")
        numbers = enumeration(judgement.task.id for judgement in late)
        yield text.format(said=said, tasks=with_days(late), count=len(late), numbers=numbers)


def _requests(judgement: Judgement) -> Iterator[tuple[str, str | None]]:
    """Yield each request with the unit responsible; None if the unit is not stated or not confirmed."""
    for late in judgement.position.late:
        yield _EXPLAIN, late.thing.responsible if isinstance(late.thing, Problem) else confirmed_unit(late.task)
    for why in () if judgement.position.late else judgement.reasons:
        if why.code in _BEHIND:
            yield _CATCH_UP, confirmed_unit(why.task or judgement.task)


def _due_next(dues: Iterable[tuple[Task, Due]]) -> Table:
    """The tasks and milestones due after the as-of day, nearest first; the as-of day belongs to the period."""
    columns = (
        Column(_("Falls due")),
        Column(_("Task"), wraps_from=14),
        Column(_("What falls due"), wraps_from=20),
        Column(_("Unit"), wraps_from=10),
    )
    rows = (
        (due.day.isoformat(), numbered(task), due.title, or_unknown(due.task.lead_unit))
        for task, due in sorted(dues, key=lambda item: item[1].day)
    )
    return Table(columns, tuple(rows))
