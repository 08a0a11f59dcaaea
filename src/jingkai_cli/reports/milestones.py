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
        how = status(judgement, milestone)
        day = at.life.reached.get(milestone.id, at.life.deadline(milestone))
        line = time_line(at.task.start, end, at.as_of, [(day, _MARKS[how.tone])])
        title = f"{marked(milestone.title, 'title', milestone)}\n{milestone.id}"
        rows.append((title, deadlines(milestone, at.life), how, line))
    return Table(columns, tuple(rows))


def listed(judgement: Judgement) -> Table:
    """The same for a page that draws the time line: what, by when, and how it stands."""
    at = judgement.at
    columns = (Column(_("Milestone"), wraps_from=16), Column(_("Deadline")), Column(_("Status")))
    rows = (
        (marked(m.title, "title", m), deadlines(m, at.life), status(judgement, m)) for m in judgement.task.milestones
    )
    return Table(columns, tuple(rows))


def status(judgement: Judgement, milestone: Milestone) -> Toned:
    """How a milestone stands: green is reached, red is late, none is to come."""
    at = judgement.at
    if reached := at.life.reached.get(milestone.id):
        return Toned(_("reached {day}").format(day=reached), "green")
    if milestone.indicators:
        return Toned(_("by its figures"), "none")
    left = (at.life.deadline(milestone) - at.as_of).days
    if at.finished:
        return Toned(_("not reached"), "none")
    if left < 0:
        return Toned(_("{days} overdue").format(days=days(-left)), "red")
    return Toned(_("{days} left").format(days=days(left)) if left else _("due today"), "none")
