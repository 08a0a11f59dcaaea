"""Texts about what is late of a task: a line each, the number of overdue sub-tasks, and the worst in a few words."""

from collections.abc import Callable, Sequence
from itertools import compress
from operator import not_
from typing import TYPE_CHECKING

from ..kinds.lifecycle import Problem
from ..language import _
from ..model import Task
from ..quantities import days
from ..rules.lateness import Late, MonthlyPlan
from ..rules.status import Judgement, turns_red
from .reason_wording import abridged, late_line, of_subtask, reason, without_repeated_days
from .shared_statements import equally_late, equally_late_line, equally_late_text

if TYPE_CHECKING:  # a report of late tasks does not need it
    from ..rules.reasons import Reason

MOST_LATE = 3
"""The most late things of a task that are printed."""

MOST_IN_FULL = 5
"""The same for an agenda and a handover, which are to leave nothing out."""


def late_texts(judgement: Judgement, line: Callable[[Late, Task], str] = late_line) -> list[str]:
    """The texts of what is late, most days first, after everything that makes a lamp red, late or not.

    A task and its sub-tasks that are equally late have one text; `line` formats any other late thing.
    """
    return _late(judgement, line, equally_late_line)


def late_things(judgement: Judgement) -> list[str]:
    """Like `late_texts`, for a row that prints the most days itself: the texts do not repeat these days."""
    return _late(judgement, _late_thing, equally_late_text)


def _late_thing(late: Late, task: Task) -> str:
    own = without_repeated_days(late_line(late), late.days)
    return own if late.task.id == task.id else of_subtask(late.task, own)


def _late(
    judgement: Judgement, line: Callable[[Late, Task], str], equal_line: Callable[[Sequence[Late]], str]
) -> list[str]:
    at = judgement.position
    equal = equally_late(at.late, at.task)
    listed = [late for late in at.late if late not in equal[1:]]
    red = [turns_red(late, at.rules) for late in listed]
    texts = [equal_line(equal) if late in equal else line(late, at.task) for late in listed]
    return [
        *compress(texts, red),
        *(reason(why) for why in _other_red_reasons(judgement, is_explained=any(red))),
        *compress(texts, map(not_, red)),
    ]


def _other_red_reasons(judgement: Judgement, *, is_explained: bool) -> "list[Reason]":
    """The reasons for a red lamp other than lateness: a major problem, a gap to written planned values.

    The gap is left out if late things explain the lamp (`is_explained`). Reasons are computed only if needed.
    """
    has_major = any(problem.major for each in judgement.with_subtasks() for problem in each.position.problems)
    if not has_major and (is_explained or judgement.lamp != "red"):
        return []
    late = {each.thing.seq for each in judgement.position.late if isinstance(each.thing, Problem)}
    red = filter(makes_red, judgement.reasons)
    return [why for why in red if (why.figures["id"] not in late if why.code == "problem-major" else not is_explained)]


def makes_red(why: "Reason") -> bool:
    """Whether a reason other than lateness makes a lamp red."""
    if why.code == "behind":
        return bool(why.figures["far"]) and not why.figures.get("straight_line")
    return why.code in ("problem-major", "subtasks-red")


def late_lines(judgement: Judgement, most: int = MOST_LATE) -> str:
    """What is late, one thing per line: the first `most` of `late_texts`, and the number of the others.

    If a task has sub-tasks, the first line is the number of overdue ones.
    """
    texts = late_texts(judgement)
    listed = abridged(texts[:most], "\n", len(texts))
    return "\n".join(filter(None, (count_of_overdue(judgement), listed)))


def count_of_overdue(judgement: Judgement) -> str:
    """The number of overdue sub-tasks; empty if the line of the task itself has it."""
    already_counted = len(equally_late(judgement.position.late, judgement.task)) - 1
    overdue = sum(bool(part.position.late) for part in judgement.parts)
    return "" if already_counted == overdue else overdue_subtasks(judgement)


def overdue_subtasks(judgement: Judgement) -> str:
    """The number of overdue sub-tasks: `2 of 5 sub-tasks overdue`; empty if none is."""
    overdue = sum(bool(part.position.late) for part in judgement.parts)
    is_all = overdue == len(judgement.parts) > 1
    text = _("all {all} sub-tasks overdue") if is_all else _("{count} of {all} sub-tasks overdue")
    return text.format(count=overdue, all=len(judgement.parts)) if overdue else ""


def most_overdue(judgement: Judgement) -> str:
    """The most days past a date, and of what: `节点逾期24天`; for a sub-task with its name: `4.2 瑞和：逾期8天`."""
    worst = _worst(judgement)
    phrase = _overdue(worst)
    return phrase if worst.task.id == judgement.task.id else of_subtask(worst.task, phrase)


def overdue_of(judgement: Judgement) -> str:
    """The most days past a date, and of what kind of thing: `节点逾期24天`, `分项逾期8天`."""
    worst = _worst(judgement)
    if worst.task.id != judgement.task.id and not isinstance(worst.thing, Problem):
        return _("a sub-task {days} overdue").format(days=days(worst.days))
    return _overdue(worst)


def _worst(judgement: Judgement) -> Late:
    return max(judgement.position.late, key=lambda late: late.days)


def _overdue(late: Late) -> str:
    match late.thing:
        case Task():
            text = _("{days} overdue")
        case Problem():
            text = _("a problem {days} overdue")
        case MonthlyPlan():
            text = _("a month's plan {days} overdue")
        case _:
            text = _("a milestone {days} overdue")
    return text.format(days=days(late.days))
