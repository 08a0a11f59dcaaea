"""Statements made once for a task and its sub-tasks, or for all sub-tasks, because they are true of each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..kinds.lifecycle import Problem
from ..language import _, ngettext
from ..model import Task
from ..quantities import days
from ..rules.lateness import Late
from ..rules.status import Judgement
from .reason_wording import abridged, due, how_late, of_subtask, reason

if TYPE_CHECKING:  # a report of late tasks does not need it
    from ..rules.reasons import Reason

_WITHOUT_REPORT = frozenset(("silent", "unstarted"))
"""The codes of reasons that nothing was reported."""


def equally_late(late: Sequence[Late], task: Task) -> list[Late]:
    """The late task itself and the sub-tasks late by the same date in the same way; empty unless there are both."""
    own = next((each for each in late if each.thing == task), None)
    if own is None:
        return []
    equal = [
        each for each in late
        if isinstance(each.thing, Task) and (each.deadline, each.reported) == (own.deadline, own.reported)
    ]  # fmt: skip
    return [own, *(each for each in equal if each is not own)] if len(equal) > 1 else []


def equally_late_line(late: Sequence[Late]) -> str:
    """The line for the result of `equally_late`."""
    return _("{days}: {said}").format(days=days(late[0].days), said=equally_late_text(late))


def equally_late_text(late: Sequence[Late]) -> str:
    """The text for the result of `equally_late`, without the days."""
    first, parts = late[0], len(late) - 1
    text = ngettext(
        "the task itself and {count} sub-task, due {deadline}, {how}",
        "the task itself and {count} sub-tasks, due {deadline}, {how}",
        parts,
    )
    return text.format(count=parts, deadline=due(first.task, first.life), how=how_late({"reported": first.reported}))


def reason_of_parts(judgement: Judgement, why: "Reason") -> str:
    """The sentence of a reason of a task; a silence shared by all sub-tasks is stated once for all of them.

    If a deadline is near and only some sub-tasks were reported on, the sentence names the others.
    """
    at = judgement.position
    if why.code == "due-soon" and why.task is None and 0 < len(at.unreported) < len(at.counting):
        figures: dict[str, Any] = why.figures
        text = _("{days} left until {deadline}; {missing}") if figures["days_left"] else _("due today; {missing}")
        left = days(figures["days_left"])
        return text.format(days=left, deadline=figures["deadline"], missing=unreported(judgement))
    if not _is_shared(judgement, why):
        return reason(why)
    return of_all_parts(len(judgement.parts), reason(replace(why, task=None)))


def short_reason_of_parts(judgement: Judgement, why: "Reason", text: str) -> str:
    """A short reason of a task, prefixed with the sub-task where it arises, or with all sub-tasks if they share it."""
    if why.task is None or why.task.id == judgement.task.id:
        return text
    return of_all_parts(len(judgement.parts), text) if _is_shared(judgement, why) else of_subtask(why.task, text)


def _is_shared(judgement: Judgement, why: "Reason") -> bool:
    """Whether each of several sub-tasks has not begun, or has not been reported on, since the same day."""
    if why.task is None or why.code not in _WITHOUT_REPORT or len(judgement.parts) == 1:
        return False
    return all(
        any((each.code, each.figures) == (why.code, why.figures) for each in part.reasons) for part in judgement.parts
    )


def silence(judgement: Judgement) -> str:
    """The sentence that a task was not reported in time, its own or one of all its sub-tasks; empty without one."""
    found = [why for why in judgement.reasons if why.code in _WITHOUT_REPORT]
    return next(
        (reason_of_parts(judgement, why) for why in found if why.task is None or _is_shared(judgement, why)), ""
    )


def overdue_parts(judgement: Judgement) -> str:
    """`3项分项任务均逾期24天`, or the same with the longest delay: all sub-tasks are late; empty if they are not."""
    late = [[each for each in part.position.late if not isinstance(each.thing, Problem)] for part in judgement.parts]
    if len(late) <= 1 or not all(late):
        return ""
    worst = [max(late_things, key=lambda each: each.days) for late_things in late]
    longest = max(worst, key=lambda each: each.days)
    if longest.days < judgement.position.worst_days or any(x.days >= longest.days for x in judgement.position.own_late):
        return ""  # something else is later, or the task itself is as late
    if len({each.days for each in worst}) == 1:
        return of_all_parts(len(judgement.parts), _("{days} overdue").format(days=days(longest.days)))
    text = _("overdue, the longest {part} by {days}")
    part = f"{longest.task.id} {longest.task.title}"
    return of_all_parts(len(judgement.parts), text.format(part=part, days=days(longest.days)))


def unreported(judgement: Judgement, name: str = "{0.id} {0.title}") -> str:
    """Why a task's progress is unknown: `4 of 7 reported, missing 1.3 …`, with each task formatted by `name`.

    Empty if every sub-task was reported on.
    """
    at, missing = judgement.position, judgement.position.unreported
    if not missing:
        return ""
    if len(missing) == len(at.counting) > 1:
        return of_all_parts(len(missing), _("not reported"))
    names = abridged([name.format(task) for task in missing], _(", "))
    text = _("{count} of {all} reported, missing {names}")
    return text.format(count=len(at.counting) - len(missing), all=len(at.counting), names=names)


def of_all_parts(count: int, statement: str) -> str:
    """Format a statement that is true of all `count` sub-tasks."""
    return _("all {count} sub-tasks: {said}").format(count=count, said=statement)
