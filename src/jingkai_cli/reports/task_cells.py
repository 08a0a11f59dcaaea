"""Cells and lines that several reports print of tasks: what is late, what falls due, why, the unit, the summary."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from ..language import _, ngettext
from ..model import Plan, Task
from ..quantities import days, enumeration, number
from ..rules.lateness import Thing, open_dates
from ..rules.status import Judgement
from .wording import (
    LAMPS,
    abridged,
    late_line,
    marked,
    numbered,
    of_subtask,
    or_unknown,
    problem_due,
    problem_title,
    reason,
)

MOST_LATE = 3
"""How many late things of a task are printed at most."""


class Due(Struct, frozen=True):
    """A thing that falls due, with its date and the days left."""

    thing: Thing
    day: date
    left: int
    task: Task
    """The task or sub-task that it belongs to."""
    of_part: bool = False
    review: bool = False
    """Not a deadline: the day on which to look at a suspended task again."""

    @property
    def title(self) -> str:
        """What it is, within the task that is listed."""
        if self.review:
            text = _("suspended: decide whether to resume")
            return of_subtask(self.task, text) if self.of_part else text
        if self.of_part:
            return self.own_title
        return _("the task itself") if isinstance(self.thing, Task) else self.thing.title

    @property
    def own_title(self) -> str:
        """The same of a sub-task's, with the sub-task's name."""
        if isinstance(self.thing, Task):
            return f"{self.thing.id} {self.thing.title}"
        return of_subtask(self.task, self.thing.title)

    @property
    def when(self) -> str:
        """The days left, in words."""
        return _("{days} left").format(days=days(self.left)) if self.left else _("due today")

    def __str__(self) -> str:
        """All of it in one line."""
        return _("{day} {title}: {when}").format(day=self.day, title=self.title, when=self.when)


def due_within(judgement: Judgement, within: int) -> list[Due]:
    """Each thing that is due from the as-of date on, at most `within` days later; nearest first."""
    found: list[Due] = []
    for each in judgement.with_subtasks():
        at = each.position
        if at.finished:
            continue
        first, last = at.as_of, at.as_of + timedelta(days=within)
        inside = each is not judgement
        if at.life.on_hold:
            review = at.life.suspended_until
            if review and first <= review <= last:
                found.append(Due(at.task, review, (review - first).days, at.task, inside, review=True))
            continue
        dates = open_dates(at.task, at.life, at.problems)
        found += [Due(thing, day, (day - first).days, at.task, inside) for thing, day in dates if first <= day <= last]
    return sorted(found, key=lambda due: (due.day, due.title))


def due_lines(judgement: Judgement, within: int) -> str:
    """What falls due, one thing a line."""
    return abridged([str(due) for due in due_within(judgement, within)], "\n")


def late_lines(judgement: Judgement) -> str:
    """What is late, one thing a line, most days first; `MOST_LATE` of them, and the number of the others.

    Where a task has sub-tasks, the first line says how many of them are overdue.
    """
    at = judgement.position
    first = [late_line(late, at.task) for late in at.late[:MOST_LATE]]
    listed = abridged(first, "\n", len(at.late))
    overdue = overdue_subtasks(judgement)
    return f"{overdue}\n{listed}" if overdue else listed


def overdue_subtasks(judgement: Judgement) -> str:
    """How many sub-tasks are overdue: `2 of 5 sub-tasks overdue`; nothing where none is."""
    overdue = sum(bool(part.position.late) for part in judgement.parts)
    text = _("{count} of {all} sub-tasks overdue")
    return text.format(count=overdue, all=len(judgement.parts)) if overdue else ""


def why(judgement: Judgement) -> str:
    """What is late; else the worst reason, or nothing."""
    if judgement.position.late:
        return late_lines(judgement)
    said = [reason(judgement.reasons[0])] if judgement.reasons else []
    if missing := unreported(judgement):
        said.append(missing)
    return "\n".join(said)


def unreported(judgement: Judgement) -> str:
    """`4 of 7 reported, missing 1.3 …`: why the progress of a task with sub-tasks is not known; else nothing."""
    at, missing = judgement.position, judgement.position.unreported
    if not missing:
        return ""
    names = abridged([f"{task.id} {task.title}" for task in missing], _(", "))
    text = _("{count} of {all} reported, missing {names}")
    return text.format(count=len(at.counting) - len(missing), all=len(at.counting), names=names)


def trouble(judgement: Judgement) -> str:
    """How late a task is, or how far behind, in a few words."""
    at = judgement.position
    if at.worst_days:
        return most_overdue(judgement)
    return "" if at.gap is None or at.gap <= 0 else _("{gap} points behind").format(gap=number(at.gap))


def gap_words(gap: float | None) -> str:
    """A gap in words, since a sign would be taken for either: `34 behind`, `28.3 ahead`; `–` where it is not known."""
    if gap is None:
        return "–"
    figure = number(abs(gap))
    if figure == "0":
        return figure
    return (_("{points} behind") if gap > 0 else _("{points} ahead")).format(points=figure)


def most_overdue(judgement: Judgement) -> str:
    """The most days past a date: `逾期108天`; of a sub-task by its name: `4.2 瑞和服务中心：逾期108天`."""
    worst = max(judgement.position.late, key=lambda late: late.days)
    said = _("{days} overdue").format(days=days(worst.days))
    return said if worst.task.id == judgement.task.id else of_subtask(worst.task, said)


def with_days(judgements: Iterable[Judgement]) -> str:
    """`27.公共厕所新建改造（逾期24天）、…`: tasks by number and title, each with its worst lateness."""
    return enumeration(_with_days(judgement) for judgement in judgements)


def _with_days(judgement: Judgement) -> str:
    task, how = numbered(judgement.task), in_short(judgement)
    return _("{task} ({how})").format(task=task, how=how) if how else task


def in_short(judgement: Judgement) -> str:
    """How late a task is, else how far behind, in a few words; empty where it is neither."""
    if judgement.position.late:
        return most_overdue(judgement)
    for why in judgement.reasons:
        figures: dict[str, Any] = why.figures
        if why.code == "pace":
            from .forecast_words import decimal_days  # a report of late tasks does not need it

            return _("{days} behind").format(days=decimal_days(figures["days_behind"]))
        if why.code == "behind":
            return _("{gap} points behind").format(gap=number(figures["gap"]))
        if why.code == "unstarted":
            return _("not started in time")
    return ""


def by_trouble(judgements: Sequence[Judgement]) -> str:
    """The tasks that are late or behind, each with how much; then those that were not reported in time."""
    silent = [j for j in judgements if not in_short(j) and {why.code for why in j.reasons} == {"silent"}]
    listed, names = with_days(j for j in judgements if j not in silent), enumeration(numbered(j.task) for j in silent)
    if not silent:
        return listed
    if not listed:
        return _("{tasks}, all of them not reported in time").format(tasks=names)
    text = _("{tasks}; not reported in time, {count}: {silent}")
    return text.format(tasks=listed, count=len(silent), silent=names)


def red_tasks(judgements: Iterable[Judgement]) -> str:
    """The sentence that names the tasks with a red lamp, most days late first; empty where there are none."""
    red = sorted((j for j in judgements if j.lamp == "red"), key=lambda j: -j.position.worst_days)
    return _("Red, {count}: {tasks}").format(count=len(red), tasks=with_days(red)) if red else ""


def open_problems(judgement: Judgement) -> str:
    """The open problems whose date has not passed, one a line; `why` has the others."""
    as_of = judgement.position.as_of
    those = [p for p in judgement.position.problems if p.state == "open" and not p.days_overdue(as_of)]
    text = _("problem #{seq} {title}, {unit}, to be put right by {deadline}")
    return abridged(
        [text.format(seq=p.seq, title=problem_title(p), unit=p.responsible, deadline=problem_due(p)) for p in those],
        "\n",
    )


def over_or_left(judgement: Judgement) -> str:
    """The days to the task's deadline or past it; nothing once it is finished, or for standing work."""
    at = judgement.position
    left = at.days_left
    if at.finished or at.life.on_hold or left is None:
        return ""
    if left < 0 and "deadline" in at.task.unconfirmed:
        return ""  # it judges nothing
    if left < 0:
        return _("{days} overdue").format(days=days(-left))
    return _("{days} left").format(days=days(left)) if left else _("due today")


def call(plan: Plan, task: Task) -> str | None:
    """Whom to call about a task: the person in charge, else the lead unit."""
    if not plan.contacts:
        return None
    person = plan.contacts.get(task.person or "")
    if person and task.person:
        return person if task.person in person else f"{task.person} {person}"
    return plan.contacts.get(task.lead_unit or "")


def unit_and_contact(plan: Plan, task: Task) -> str:
    """The lead unit, and its contact where one is known."""
    contact = call(plan, task)
    unit = marked(or_unknown(task.lead_unit), "lead_unit", task)
    return f"{unit}\n{contact}" if contact else unit


def summary(judgements: Sequence[Judgement]) -> str:
    """The summary line: the number of tasks, of overdue, at-risk and done ones, and of each lamp.

    Tasks are counted, and how many sub-tasks they have that are not.
    """
    states = Counter[str](j.state for j in judgements)
    counts = [
        _("{count} overdue").format(count=states["overdue"]),
        _("{count} at risk").format(count=states["at-risk"]),
        _("{count} done").format(count=states["done"] + states["accepted"]),
    ]
    if states["suspended"]:
        counts.append(_("{count} suspended").format(count=states["suspended"]))
    if states["cancelled"]:
        counts.append(_("{count} cancelled").format(count=states["cancelled"]))
    return _summary([j.task for j in judgements], counts, judgements)


def summary_of_late(plan: Plan, late: Sequence[Judgement]) -> str:
    """The summary line where only late tasks were judged: the number of tasks, of late ones, and of their lamps."""
    return _summary(plan.tasks, [_("{count} overdue").format(count=len(late))], late)


def _summary(tasks: Sequence[Task], counts: Iterable[str], judgements: Iterable[Judgement]) -> str:
    lamps = Counter[str](j.lamp for j in judgements)
    lit = [_("{lamp} {count}").format(lamp=_(LAMPS[lamp]), count=lamps[lamp]) for lamp in LAMPS if lamps[lamp]]
    number = ngettext("{count} task", "{count} tasks", len(tasks)).format(count=len(tasks))
    if parts := sum(len([*task.with_subtasks()]) - 1 for task in tasks if task.subtasks):
        text = ngettext("{tasks} (without their {count} sub-task)", "{tasks} (without their {count} sub-tasks)", parts)
        number = text.format(tasks=number, count=parts)
    said = {
        "tasks": number,
        "counts": enumeration(counts),
        "lamps": enumeration(lit),
    }
    return (_("{tasks}: {counts} | {lamps}") if lit else _("{tasks}: {counts}")).format(**said)


def counted_levels(plan: Plan) -> tuple[str, ...]:
    """The note that counts by unit or leader include sub-tasks; nothing if the plan has none."""
    if not any(task.subtasks for task in plan.tasks):
        return ()
    return (_("Counted here: tasks and sub-tasks, each once, for the unit or leader that leads it."),)


def footnotes(judgements: Iterable[Judgement]) -> tuple[str, ...]:
    """The footnote of unconfirmed values, where there are any."""
    return (_("* not confirmed in the plan"),) if any(_is_unconfirmed(j.task) for j in judgements) else ()


def _is_unconfirmed(task: Task) -> bool:
    """Whether a value of a task, of its milestones or of its sub-tasks is unconfirmed."""
    if task.unconfirmed or any(milestone.unconfirmed for milestone in task.milestones):
        return True
    return bool(task.subtasks) and any(map(_is_unconfirmed, task.subtasks))
