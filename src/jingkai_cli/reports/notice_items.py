"""The items of a letter to a unit, with their levels and sentences, and what letters leave out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ..field_types import Level
from ..kinds.issued import LEVELS
from ..kinds.lifecycle import Problem
from ..language import N_, _, ngettext
from ..model import Milestone, Plan, Task
from ..quantities import days, enumeration, percent
from ..rules.lateness import Late
from ..rules.reasons import Code, Reason
from ..rules.status import Judgement, answered_for
from .bulletin_paragraphs import confirmed_unit
from .findings import unconfirmed
from .reason_wording import full_titles, late_line, numbered, problem_due, reason_on_paper
from .task_notes import Due, due_within

Request = Literal["report", "start", "explain", "put-right", "catch-up", "finish"]
"""What is requested: a missing report, a start, the reason for a delay, a fix, measures, or keeping a date."""

SHORT = {
    "report": N_("Report what was done, with evidence."),
    "start": N_("Report whether work has begun, why it had not, and the day on which it begins."),
    "explain": N_("Finish it, or give the reason for the delay and the date of completion."),
    "put-right": N_("Put it right, and report."),
    "catch-up": N_("State the measures to catch up, and report the figures."),
    "finish": N_("Finish it on time."),
}


class Item(Struct, frozen=True):
    """One thing about a task in a letter."""

    level: Level
    task: Task
    request: Request
    what: str
    """Its line in data: days, title, deadline."""
    sentence: str
    """The same as a sentence of the letter, without a full stop."""
    day: date | None
    overdue: int
    late: Late | None = None
    """The late thing; None for what is at risk or due."""
    periods: int = 0
    """The number of reporting periods without a report; 0 unless reports are missing."""


def requested(item: Item) -> str:
    """What is requested for an item: where only reports are missing, nothing was to be done yet."""
    is_progress = item.request == "report" and not item.overdue
    return _("Report progress, with evidence.") if is_progress else _(SHORT[item.request])


def items_of(plan: Plan, unit: str, judgements: Sequence[Judgement], tasks: Sequence[str] = ()) -> list[Item]:
    """The items of a unit: red ones with the most days late first, then yellow and blue ones.

    Args:
        plan: gives the thresholds.
        unit: the addressee.
        judgements: the tasks of the whole plan.
        tasks: the ids of the tasks to include; empty for all tasks of the unit.
    """
    found: list[Item] = []
    for judgement in answered_for(judgements):
        if not tasks or judgement.task.id in tasks:
            found += _items(plan, unit, judgement)
    return sorted(found, key=lambda item: ([*LEVELS].index(item.level), -item.overdue))


def _items(plan: Plan, unit: str, judgement: Judgement) -> Iterator[Item]:
    """Yield the items of one task by its own dates, without unconfirmed dates.

    What other units must do does not hide what this unit must do.
    """
    task, level = judgement.task, _level(judgement)
    leads = confirmed_unit(task) == unit
    for late in judgement.position.late:
        if _is_for_unit(late.thing, unit, leads=leads) and _is_confirmed(late.thing):
            yield _late_item(level, task, late)
    yield from _problems_of_ended_task(plan, unit, judgement)
    major = [problem for problem in judgement.position.problems if problem.major and not _is_late(problem, judgement)]
    if not (judgement.position.finished or judgement.on_hold):
        yield from (_major_item(task, problem) for problem in major if problem.responsible == unit)
    own = _without_problems(judgement)
    risks = _risks(own) if leads else []
    if risks:
        texts = [reason_on_paper(why) for why in risks]
        is_single = len(risks) == 1 and not own.position.own_late
        short = [reason_on_paper(why) if is_single else _short_reason(why) for why in risks]
        day = judgement.position.deadline if _is_confirmed(task) else None
        missed = [each for why in risks if isinstance(each := why.figures.get("periods"), int)]
        yield Item(
            _level(own),
            task,
            _request_of_risks(own, risks),
            "\n".join(texts),
            _("; ").join(short),
            day,
            0,
            None,
            sum(missed),
        )
    figures = any(why.figures.get("progress") is not None for why in risks)
    named = {str(why.figures.get("id", task.id)) for why in risks if why.code in _WITH_A_DATE}
    for due in due_within(judgement, plan.rules.due_soon):
        stated = due.thing in major or (not isinstance(due.thing, Problem) and getattr(due.thing, "id", "") in named)
        if _is_for_unit(due.thing, unit, leads=leads) and _is_confirmed(due.thing) and not (stated or due.review):
            yield Item(
                "blue",
                task,
                "finish",
                str(due),
                _due_sentence(due, None if figures else judgement.position.progress),
                due.day,
                0,
            )


def _request_of_risks(own: Judgement, risks: Sequence[Reason]) -> Request:
    """The request for risks: a start if nothing was ever done, a report if only reports are missing, else measures."""
    if any(why.code == "unstarted" for why in risks):
        return "start"
    if all(why.code in _WITHOUT_REPORT for why in risks):
        return "report"
    return "explain" if own.position.own_late else "catch-up"  # measures are already requested for late work


_WITHOUT_REPORT: frozenset[Code] = frozenset(("silent", "unstarted"))
"""Reasons that only need a report."""

_WITH_A_DATE: frozenset[Code] = frozenset(("due-soon", "waits"))
"""Reasons whose sentence has the date of what falls due."""


def _without_problems(judgement: Judgement) -> Judgement:
    """The judgement of a task without its problems, for which other units may be responsible."""
    at = judgement.position
    if not at.problems:
        return judgement
    own = tuple(late for late in at.own_late if not isinstance(late.thing, Problem))
    return Judgement(replace(at, problems=(), own_late=own), positions=judgement.positions)


def _risks(judgement: Judgement) -> list[Reason]:
    """Why a task without problems is at risk, each thing once.

    If the task is late by its own dates, reasons explained by its late things or by their missing reports are left out.
    """
    if judgement.state not in ("at-risk", "overdue"):
        return []
    late = judgement.position.own_late
    report_requested = any(not each.reported for each in late)

    def is_stated(why: Reason) -> bool:
        explains = bool(late) and bool(why.figures.get("straight_line"))
        listed = why.code == "milestone" or why.code.endswith("overdue")  # has an item of its own, as late or due
        return listed or explains or (report_requested and why.code in _WITHOUT_REPORT)

    found = [why for why in judgement.reasons if not is_stated(why)]
    paced = any(why.code == "pace" for why in found)  # it has the planned and the actual progress
    return [why for why in found if not (paced and why.code == "behind" and "month" not in why.figures)]


def _short_reason(why: Reason) -> str:
    """A reason next to other reasons or late things: silence is stated without its dates."""
    if why.code != "silent":
        return reason_on_paper(why)
    figures: dict[str, Any] = why.figures
    count = figures["periods"]
    text = ngettext("not reported for {count} reporting period", "not reported for {count} reporting periods", count)
    return text.format(count=count)


def _late_item(level: Level, task: Task, late: Late) -> Item:
    return Item(level, task, _request(late), late_line(late), _late_sentence(late), late.deadline, late.days, late)


def sentences_of(items: Sequence[Item]) -> Iterator[str]:
    """Yield the sentences of a task's items; late problems share one sentence, and so do other late things."""
    groups: dict[object, list[Item]] = {}
    for place, item in enumerate(items):
        thing = item.late.thing if item.late else None
        if item.late and isinstance(thing, Problem) and not thing.severity:
            groups.setdefault("problems", []).append(item)
        elif item.late and thing is not None and not isinstance(thing, Problem | Task):
            groups.setdefault(("late", item.late.reported), []).append(item)
        else:
            groups[place] = [item]
    for group in groups.values():
        late = [item.late for item in group if item.late]
        yield group[0].sentence if len(group) == 1 else _joint_sentence(late)


def _joint_sentence(late: Sequence[Late]) -> str:
    """One sentence for several late problems, or for other late things that are all reported on or all not."""
    first = late[0]
    each = _("“{title}” (due {deadline}, {days} overdue)")
    listed = enumeration(each.format(title=x.thing.title, deadline=_due_of(x), days=days(x.days)) for x in late)
    if isinstance(first.thing, Problem):
        return _("{count} problems were not fixed in time: {listed}").format(count=len(late), listed=listed)
    if len({x.deadline for x in late}) > 1:
        text = _("{listed} are not finished") if first.reported else _("{listed} are without a report")
        return text.format(listed=listed)
    text = _("{titles} were due on {deadline}, {days} overdue, not finished")
    if not first.reported:
        text = _("{titles} were due on {deadline}, {days} overdue, without a report")
    titles = enumeration(f"“{x.thing.title}”" for x in late)
    return text.format(titles=titles, deadline=first.deadline, days=days(first.days))


def _due_of(late: Late) -> str:
    return problem_due(late.thing) if isinstance(late.thing, Problem) else str(late.deadline)


def _is_late(problem: Problem, judgement: Judgement) -> bool:
    return problem.days_overdue(judgement.position.as_of) > 0


def _major_item(task: Task, problem: Problem) -> Item:
    """The item of a major problem that is not overdue: it is requested at once, because it turns the lamp red."""
    text = _("the major problem “{title}” is to be fixed by {deadline}")
    sentence = text.format(title=problem.title, deadline=problem.deadline)
    return Item("red", task, "finish", sentence, sentence, problem.deadline, 0)


def _problems_of_ended_task(plan: Plan, unit: str, judgement: Judgement) -> Iterator[Item]:
    """Yield the overdue problems of a finished or suspended task: they remain open, but do not make the task late."""
    at = judgement.position
    if at.life.cancelled_on or not (at.finished or at.life.suspended_on):
        return
    for problem in at.problems:
        if problem.responsible == unit and (overdue := problem.days_overdue(at.as_of)):
            late = Late(problem, problem.deadline, overdue, reported=False, task=at.task, life=at.life)
            yield _late_item("red" if overdue > plan.rules.problem_red else "yellow", at.task, late)


def _level(judgement: Judgement) -> Level:
    """The level of late things, which follows the lamp of their task."""
    return "red" if judgement.lamp == "red" else "yellow"


def _request(late: Late) -> Request:
    if isinstance(late.thing, Problem):
        return "put-right"
    return "explain" if late.reported else "report"


def _is_for_unit(thing: object, unit: str, *, leads: bool) -> bool:
    """Whether a thing concerns a unit: a problem concerns the unit that must fix it, anything else the lead unit."""
    return thing.responsible == unit if isinstance(thing, Problem) else leads


def _is_confirmed(thing: Any) -> bool:
    """Whether the date of a task, a milestone or a problem is confirmed."""
    return "deadline" not in getattr(thing, "unconfirmed", ())


def _late_sentence(late: Late) -> str:
    match late.thing:
        case Problem(severity="major"):
            text = _("the major problem “{title}” was to be fixed by {deadline} and is {days} overdue")
        case Problem():
            text = _("the problem “{title}” was to be fixed by {deadline} and is {days} overdue")
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


def _due_sentence(due: Due, actual: float | None) -> str:
    """What falls due, the date and the days left, with the actual progress in percent unless it is None."""
    text = _("“{title}” is due on {day}, {when}")
    if isinstance(due.thing, Task):
        text = _("the task is due on {day}, {when}")
    elif isinstance(due.thing, Problem):
        text = _("the problem “{title}” is to be fixed by {day}, {when}")
    sentence = text.format(title=due.thing.title, day=due.day, when=due.when)
    if isinstance(due.thing, Problem) or actual is None:
        return sentence
    return _("{due}, actual {actual}").format(due=sentence, actual=percent(actual))


def units_with_items(plan: Plan, judgements: Sequence[Judgement]) -> list[str]:
    """The units that need a letter, in the plan's order; units that only have problems to fix come last."""
    problems = (
        problem for judgement in judgements for each in judgement.with_subtasks() for problem in each.position.problems
    )
    named = dict.fromkeys([*plan.known_units(), *(problem.responsible for problem in problems)])
    return [unit for unit in named if items_of(plan, unit, judgements)]


def to_confirm(plan: Plan, judgements: Iterable[Judgement], unit: str | None = None) -> Iterator[str]:
    """Yield a line for each kind of unconfirmed unit or date that letters leave out (待确认事项).

    What a sub-task inherits is stated only for its parent. With `unit`, only what concerns that unit.
    """
    open_ones = [j for j in answered_for(judgements) if not j.position.finished and not j.on_hold]
    tasks = {j.task.id: j.task for j in open_ones if unit in (None, j.task.lead_unit)}
    titles = full_titles(plan)

    def named(task: Task) -> str:
        return numbered(task, titles[task.id])

    units = [tasks[task] for task in unconfirmed(plan, "lead_unit") if task in tasks]
    unit_missing = [named(task) for task in units if task.lead_unit is None]
    unit_open = [_("{task} ({how})").format(task=named(t), how=t.lead_unit) for t in units if t.lead_unit]
    date_open = [named(tasks[task]) for task in unconfirmed(plan, "deadline") if task in tasks]
    milestones = [
        _("{task} “{title}” {day}").format(
            task=named(j.task), title=milestone.title, day=j.position.life.deadline(milestone)
        )
        for j in open_ones
        if unit in (None, j.task.lead_unit)
        for milestone in _open_milestones(j)
        if "deadline" in milestone.unconfirmed
    ]
    for text, listed in (
        (_("lead unit to be settled: {tasks}"), unit_missing),
        (_("lead unit to be confirmed: {tasks}"), unit_open),
        (_("deadline to be confirmed: {tasks}"), date_open),
        (_("date of a milestone to be confirmed: {tasks}"), milestones),
    ):
        if listed:
            yield text.format(tasks=_("; ").join(listed))


def _open_milestones(judgement: Judgement) -> Iterator[Milestone]:
    """Yield milestones not reached; one judged by a month's figures only if it is to come or has no figures."""
    at = judgement.position
    late = [late.thing for late in at.own_late]
    for milestone in at.task.milestones:
        if milestone.id in at.life.reached:
            continue
        if not milestone.indicators or milestone in late or at.life.deadline(milestone) >= at.as_of:
            yield milestone
