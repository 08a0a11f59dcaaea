"""What falls due of a task in the coming days: itself, milestones, open problems."""

from datetime import date, timedelta

from ..figures import days
from ..language import _
from ..rules.status import Judgement


def due_within(judgement: Judgement, within: int) -> list[tuple[date, str]]:
    """Date and title of each thing that is due from the as-of date on, at most `within` days later; nearest first."""
    at = judgement.at
    if at.finished:
        return []
    things = [(at.deadline, _("the task itself"))]
    things += [(at.life.deadline(m), m.title) for m in at.life.unreached(at.task)]
    things += [(problem.deadline, problem.title) for problem in at.problems if problem.state == "open"]
    last = at.as_of + timedelta(days=within)
    return sorted((day, title) for day, title in things if at.as_of <= day <= last)


def due_lines(judgement: Judgement, within: int) -> str:
    """Each of them on its own line: when, what, and in how many days."""
    lines = []
    for day, title in due_within(judgement, within):
        left = (day - judgement.at.as_of).days
        when = _("{days} left").format(days=days(left)) if left else _("due today")
        lines.append(_("{day} {title}: {when}").format(day=day, title=title, when=when))
    return "\n".join(lines)
