"""The milestones of a task on a time line: what was reached, what is late, what is to come."""

from ..figures import days
from ..language import _
from ..model import Milestone
from ..rules.status import Judgement
from .chart import time_line
from .document import Column, Table, Toned
from .wording import deadlines, marked

_MARKS = {"green": "v", "red": "x", "none": "o"}


def milestones(judgement: Judgement) -> Table:
    """One line a milestone; on the time line `v` is reached, `x` late, `o` to come, `|` today."""
    at = judgement.at
    end = max([at.deadline, at.as_of, *(at.life.deadline(m) for m in at.task.milestones)])
    columns = (
        Column(_("Milestone and id"), wraps_from=16),
        Column(_("Deadline"), wraps_from=11),
        Column(_("Status"), wraps_from=12),
        Column(_("Time line"), drop=1),
    )
    rows = []
    for milestone in at.task.milestones:
        status = _status(judgement, milestone)
        day = at.life.reached.get(milestone.id, at.life.deadline(milestone))
        line = time_line(at.task.start, end, at.as_of, [(day, _MARKS[status.tone])])
        title = f"{marked(milestone.title, 'title', milestone)}\n{milestone.id}"
        rows.append((title, deadlines(milestone, at.life), status, line))
    return Table(columns, tuple(rows))


def _status(judgement: Judgement, milestone: Milestone) -> Toned:
    at = judgement.at
    if reached := at.life.reached.get(milestone.id):
        return Toned(_("reached {day}").format(day=reached), "green")
    if milestone.indicators:
        return Toned(_("by its figures"), "none")
    left = (at.life.deadline(milestone) - at.as_of).days
    if left < 0:
        return Toned(_("{days} overdue").format(days=days(-left)), "red")
    return Toned(_("{days} left").format(days=days(left)) if left else _("due today"), "none")
