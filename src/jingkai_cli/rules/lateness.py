"""What is past its deadline: tasks, milestones, problems, and planned months that nobody reported."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ..facts import TaskFacts
from ..kinds.life import Life, Problem
from ..model import Milestone, Task
from .months import MonthlyPlan, is_reported, unreported_months

Thing = Task | Milestone | Problem | MonthlyPlan
"""What has a deadline. A planned month has its last day."""


class Late(NamedTuple):
    """A thing past its deadline: a task itself, one of its milestones, a problem not reported fixed, a planned month.

    A month, and a milestone that is judged by a month's figures, is late while nothing was reported of it.
    """

    thing: Thing
    deadline: date
    days: int
    reported: bool
    """Whether there is a report about its deadline or a later day: 逾期未完成; otherwise 逾期未报."""
    task: Task
    """The task or sub-task where it arises."""
    life: Life
    """That task's."""


def open_dates(task: Task, life: Life, problems: Iterable[Problem]) -> list[tuple[Thing, date]]:
    """Each thing still to be done, with its deadline in force: the task, unreached milestones, open problems.

    An unconfirmed deadline of a task is left out.
    """
    dates: list[tuple[Thing, date]] = []
    if (own := life.deadline(task)) and not task.standing and "deadline" not in task.unconfirmed:
        dates.append((task, own))
    if task.milestones:
        dates += [(milestone, life.deadline(milestone)) for milestone in life.unreached(task)]
    if problems:
        dates += [(problem, problem.deadline) for problem in problems if problem.state == "open"]
    return dates


def late_things(  # noqa: PLR0913, PLR0917 - what lateness follows from
    task: Task, facts: TaskFacts, life: Life, problems: Iterable[Problem], as_of: date, reported: date
) -> tuple[Late, ...]:
    """What is past its deadline, most days first; `reported` is the date of the last report on the task itself.

    On the day of the deadline nothing is late.
    """
    passed = [(thing, day) for thing, day in open_dates(task, life, problems) if day < as_of]
    unreported = _unreported(task, facts, life, as_of) if task.indicators else []
    if not passed and not unreported:
        return ()
    late = [Late(thing, day, (as_of - day).days, reported >= day, task, life) for thing, day in passed]
    late += [Late(thing, day, (as_of - day).days, reported=False, task=task, life=life) for thing, day in unreported]
    return tuple(sorted(late, key=lambda each: -each.days))


def _unreported(task: Task, facts: TaskFacts, life: Life, as_of: date) -> list[tuple[Thing, date]]:
    """What is judged by a month's figures and has none: milestones, and planned months that no milestone judges."""
    found: list[tuple[Thing, date]] = [
        (milestone, life.deadline(milestone))
        for milestone in task.milestones
        if milestone.indicators
        and milestone.id not in life.reached
        and life.deadline(milestone) < as_of
        and not all(is_reported(facts, name, milestone.deadline) for name in milestone.indicators)
    ]
    return found + [(month, month.ends) for month in unreported_months(task, facts, as_of)]
