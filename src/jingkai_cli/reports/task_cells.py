"""Cells and lines that several reports print of tasks: what is late, what falls due, why, the unit, the summary."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..language import _, ngettext
from ..model import Plan, Task
from ..quantities import days, enumeration
from ..rules.position import Thing, open_dates
from ..rules.status import Judgement
from .wording import LAMPS, abridged, late_line, marked, or_unknown, reason

MOST_LATE = 3
"""How many late things of a task are printed at most."""


class Due(NamedTuple):
    """A thing that falls due, with its date and the days left."""

    thing: Thing
    day: date
    left: int

    @property
    def title(self) -> str:
        """Its title."""
        return _("the task itself") if isinstance(self.thing, Task) else self.thing.title

    @property
    def when(self) -> str:
        """The days left, in words."""
        return _("{days} left").format(days=days(self.left)) if self.left else _("due today")

    def __str__(self) -> str:
        """All of it in one line."""
        return _("{day} {title}: {when}").format(day=self.day, title=self.title, when=self.when)


def due_within(judgement: Judgement, within: int) -> list[Due]:
    """Each thing that is due from the as-of date on, at most `within` days later; nearest first."""
    at = judgement.at
    if at.finished:
        return []
    first, last = at.as_of, at.as_of + timedelta(days=within)
    dates = open_dates(at.task, at.life, at.problems)
    found = [Due(thing, day, (day - first).days) for thing, day in dates if first <= day <= last]
    return sorted(found, key=lambda due: (due.day, due.title))


def due_lines(judgement: Judgement, within: int) -> str:
    """What falls due, one thing a line."""
    return abridged([str(due) for due in due_within(judgement, within)], "\n")


def late_lines(judgement: Judgement) -> str:
    """What is late, one thing a line, most days first; `MOST_LATE` of them, and the number of the others."""
    at = judgement.at
    first = [late_line(late, at.life) for late in at.late[:MOST_LATE]]
    return abridged(first, "\n", len(at.late))


def why(judgement: Judgement) -> str:
    """What is late; else the worst reason, or nothing."""
    if judgement.at.late:
        return late_lines(judgement)
    return reason(judgement.reasons[0]) if judgement.reasons else ""


def over_or_left(judgement: Judgement) -> str:
    """The days to the task's deadline or past it; nothing once it is finished."""
    at = judgement.at
    if at.finished:
        return ""
    left = at.days_left
    if left < 0:
        return _("{days} overdue").format(days=days(-left))
    return _("{days} left").format(days=days(left)) if left else _("due today")


def unit_and_contact(plan: Plan, task: Task) -> str:
    """The lead unit, and its contact where one is known."""
    contact = plan.contacts.get(task.lead_unit or "")
    unit = marked(or_unknown(task.lead_unit), "lead_unit", task)
    return f"{unit}\n{contact}" if contact else unit


def summary(judgements: Sequence[Judgement]) -> str:
    """The summary line: the number of tasks, of overdue, at-risk and done ones, and of each lamp."""
    states = Counter[str](j.state for j in judgements)
    counts = [
        _("{count} overdue").format(count=states["overdue"]),
        _("{count} at risk").format(count=states["at-risk"]),
        _("{count} done").format(count=states["done"] + states["accepted"]),
    ]
    return _summary(len(judgements), counts, judgements)


def summary_of_late(plan: Plan, late: Sequence[Judgement]) -> str:
    """The summary line where only late tasks were judged: the number of tasks, of late ones, and of their lamps."""
    return _summary(len(plan.tasks), [_("{count} overdue").format(count=len(late))], late)


def _summary(tasks: int, counts: Iterable[str], judgements: Iterable[Judgement]) -> str:
    lamps = Counter[str](j.lamp for j in judgements)
    lit = [_("{lamp} {count}").format(lamp=_(LAMPS[lamp]), count=lamps[lamp]) for lamp in LAMPS if lamps[lamp]]
    said = {
        "tasks": ngettext("{count} task", "{count} tasks", tasks).format(count=tasks),
        "counts": enumeration(counts),
        "lamps": enumeration(lit),
    }
    return (_("{tasks}: {counts} | {lamps}") if lit else _("{tasks}: {counts}")).format(**said)


def footnotes(judgements: Iterable[Judgement]) -> tuple[str, ...]:
    """The footnote of unconfirmed values, where there are any."""
    shown = (j.task for j in judgements)
    unconfirmed = any(task.unconfirmed or any(m.unconfirmed for m in task.milestones) for task in shown)
    return (_("* not confirmed in the plan"),) if unconfirmed else ()
