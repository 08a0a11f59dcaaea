"""What a letter to a unit is about: its items with their level and sentences, and what is left out of letters."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from ..field_types import Level
from ..kinds.issued import LEVELS
from ..kinds.life import Problem
from ..language import N_, _
from ..model import Milestone, Plan, Task
from ..quantities import days
from ..rules.lateness import Late
from ..rules.status import Judgement, answered_for
from .bulletin_paragraphs import confirmed_unit
from .task_cells import Due, due_within
from .wording import full_titles, late_line, numbered, problem_due, reason_on_paper

Request = Literal["report", "explain", "put-right", "catch-up", "finish"]
"""What is asked: a report that is missing, the reason for a delay, a problem put right, measures, a date kept."""

SHORT = {
    "report": N_("Report what was done, with evidence."),
    "explain": N_("Finish it, or give the reason for the delay and the date of completion."),
    "put-right": N_("Put it right, and report."),
    "catch-up": N_("State the measures to catch up, and report the figures."),
    "finish": N_("Finish it on time."),
}


class Item(Struct, frozen=True):
    """One thing of a task that a letter is about."""

    level: Level
    task: Task
    request: Request
    what: str
    """Its line in data: days, title, deadline."""
    sentence: str
    """The same as the letter says it, without a full stop."""
    day: date | None
    overdue: int


def items_of(plan: Plan, unit: str, judgements: Sequence[Judgement], tasks: Sequence[str] = ()) -> list[Item]:
    """The items of a unit: red ones, most days first, then yellow and blue ones.

    Args:
        plan: its thresholds.
        unit: the addressee.
        judgements: the tasks of the whole plan.
        tasks: only these tasks; all of the unit's where there are none.
    """
    found: list[Item] = []
    for judgement in answered_for(judgements):
        if not tasks or judgement.task.id in tasks:
            found += _items(plan, unit, judgement)
    return sorted(found, key=lambda item: ([*LEVELS].index(item.level), -item.overdue))


def _items(plan: Plan, unit: str, judgement: Judgement) -> Iterator[Item]:
    """The items of one task, by its own dates; an unconfirmed date is none of them."""
    task, level = judgement.task, _level(judgement)
    leads = confirmed_unit(task) == unit
    for late in judgement.position.late:
        if _concerns(late.thing, unit, leads=leads) and _is_confirmed(late.thing):
            yield Item(level, task, _request(late), late_line(late), _late_sentence(late), late.deadline, late.days)
    yield from _left_over(plan, unit, judgement)
    major = [problem for problem in judgement.position.problems if problem.major and not _is_late(problem, judgement)]
    if not (judgement.position.finished or judgement.on_hold):
        yield from (_major_item(task, problem) for problem in major if problem.responsible == unit)
    own = [why for why in judgement.reasons if why.code != "problem-major"] if judgement.state == "at-risk" else []
    if leads and own:
        said = [reason_on_paper(why) for why in own]
        silent = all(why.code in ("silent", "unstarted") for why in own)
        request: Request = "report" if silent else "catch-up"
        day = judgement.position.deadline if _is_confirmed(task) else None
        yield Item("yellow", task, request, "\n".join(said), said[0], day, 0)
    if leads and (judgement.position.late or own):
        return  # the letter is about it already
    for due in due_within(judgement, plan.rules.due_soon):
        if _concerns(due.thing, unit, leads=leads) and _is_confirmed(due.thing) and due.thing not in major:
            yield Item("blue", task, "finish", str(due), _due_sentence(due), due.day, 0)


def _is_late(problem: Problem, judgement: Judgement) -> bool:
    return problem.days_overdue(judgement.position.as_of) > 0


def _major_item(task: Task, problem: Problem) -> Item:
    """A major problem whose date has not passed: it is asked for at once, since it makes the lamp red."""
    text = _("the major problem “{title}” is to be put right by {deadline}")
    said = text.format(title=problem.title, deadline=problem.deadline)
    return Item("red", task, "finish", said, said, problem.deadline, 0)


def _left_over(plan: Plan, unit: str, judgement: Judgement) -> Iterator[Item]:
    """The overdue problems of a task that is finished or suspended: they stand, and do not make it late."""
    at = judgement.position
    if at.life.cancelled_on or not (at.finished or at.life.suspended_on):
        return
    for problem in at.problems:
        if problem.responsible == unit and (overdue := problem.days_overdue(at.as_of)):
            late = Late(problem, problem.deadline, overdue, reported=False, task=at.task, life=at.life)
            level: Level = "red" if overdue > plan.rules.problem_red else "yellow"
            yield Item(level, at.task, "put-right", late_line(late), _late_sentence(late), late.deadline, overdue)


def _level(judgement: Judgement) -> Level:
    """The level of what is late: as the lamp of its task."""
    return "red" if judgement.lamp == "red" else "yellow"


def _request(late: Late) -> Request:
    if isinstance(late.thing, Problem):
        return "put-right"
    return "explain" if late.reported else "report"


def _concerns(thing: object, unit: str, *, leads: bool) -> bool:
    """A problem concerns the unit that must put it right; anything else concerns the lead unit."""
    return thing.responsible == unit if isinstance(thing, Problem) else leads


def _is_confirmed(thing: Any) -> bool:
    """Whether the date of a task, a milestone or a problem is confirmed."""
    return "deadline" not in getattr(thing, "unconfirmed", ())


def _late_sentence(late: Late) -> str:
    match late.thing:
        case Problem(severity="major"):
            text = _("the major problem “{title}” was to be put right by {deadline} and is {days} overdue")
        case Problem():
            text = _("the problem “{title}” was to be put right by {deadline} and is {days} overdue")
            return text.format(title=late.thing.title, deadline=problem_due(late.thing), days=days(late.days))
        case Task():
            text = _("the task was due on {deadline}, {days} overdue, not finished")
            if not late.reported:
                text = _("the task was due on {deadline}, {days} overdue, without a report")
        case _:
            text = _("“{title}” was due on {deadline}, {days} overdue, not finished")
            if not late.reported:
                text = _("“{title}” was due on {deadline}, {days} overdue, without a report")
    return text.format(title=late.thing.title, deadline=late.deadline, days=days(late.days))


def _due_sentence(due: Due) -> str:
    if isinstance(due.thing, Task):
        return _("the task is due on {day}").format(day=due.day)
    return _("“{title}” is due on {day}").format(title=due.thing.title, day=due.day)


def units_with_items(plan: Plan, judgements: Sequence[Judgement]) -> list[str]:
    """The units that need a letter, in the plan's order; units that only must put a problem right come last."""
    problems = (
        problem for judgement in judgements for each in judgement.with_subtasks() for problem in each.position.problems
    )
    named = dict.fromkeys([*plan.known_units(), *(problem.responsible for problem in problems)])
    return [unit for unit in named if items_of(plan, unit, judgements)]


def to_confirm(plan: Plan, judgements: Iterable[Judgement], unit: str | None = None) -> Iterator[str]:
    """What is left out of every letter (待确认事项), a line for each kind: units and dates that are not confirmed.

    What a sub-task inherits is stated for the parent alone. With `unit` only what concerns that unit.
    """
    parents = plan.parents()
    open_ones = [j for j in answered_for(judgements) if not j.position.finished and not j.on_hold]
    tasks = [j.task for j in open_ones if unit in (None, j.task.lead_unit)]

    def own(task: Task, field: str) -> bool:
        parent = parents.get(task.id)
        return parent is None or getattr(parent, field) != getattr(task, field)

    titles = full_titles(plan)

    def named(task: Task) -> str:
        return numbered(task, titles[task.id])

    unit_missing = [named(task) for task in tasks if task.lead_unit is None and own(task, "lead_unit")]
    unit_open = [
        _("{task} ({how})").format(task=named(task), how=task.lead_unit)
        for task in tasks
        if task.lead_unit and "lead_unit" in task.unconfirmed and own(task, "lead_unit")
    ]
    date_open = [named(task) for task in tasks if "deadline" in task.unconfirmed and own(task, "deadline")]
    milestones = [
        _("{task} “{title}” {day}").format(
            task=named(j.task), title=milestone.title, day=j.position.life.deadline(milestone)
        )
        for j in open_ones
        if unit in (None, j.task.lead_unit)
        for milestone in _open_milestones(j)
        if "deadline" in milestone.unconfirmed
    ]
    for text, those in (
        (_("lead unit to be settled: {tasks}"), unit_missing),
        (_("lead unit to be confirmed: {tasks}"), unit_open),
        (_("deadline to be confirmed: {tasks}"), date_open),
        (_("date of a milestone to be confirmed: {tasks}"), milestones),
    ):
        if those:
            yield text.format(tasks=_("; ").join(those))


def _open_milestones(judgement: Judgement) -> Iterator[Milestone]:
    """The milestones still to be reached, and those judged by a month's figures that are to come or have none."""
    at = judgement.position
    late = [late.thing for late in at.own_late]
    for milestone in at.task.milestones:
        if milestone.id in at.life.reached:
            continue
        if not milestone.indicators or milestone in late or at.life.deadline(milestone) >= at.as_of:
            yield milestone
