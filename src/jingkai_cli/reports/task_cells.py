"""Cells and lines about tasks that several reports print: days, unit and contact, brief tables, the summary."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..language import Language, _, in_use, ngettext
from ..model import Plan, Task
from ..quantities import days, enumeration
from ..rules.status import Judgement
from .document import Cell, Column, Table, Toned
from .reason_wording import (
    LAMPS,
    marked,
    or_unknown,
)


def over_or_left(judgement: Judgement) -> str:
    """The days to the task's deadline or past it; empty if it is finished or on hold, or has no deadline."""
    at = judgement.position
    left = at.days_left
    if at.finished or at.life.on_hold or left is None:
        return ""
    if left < 0 and "deadline" in at.task.unconfirmed:
        return ""  # it is not judged
    if left < 0:
        return _("{days} overdue").format(days=days(-left))
    return _("{days} left").format(days=days(left)) if left else _("due today")


def call(plan: Plan, task: Task) -> str | None:
    """Whom to call about a task: the person in charge, else the lead unit; None if no contact is known."""
    if not plan.contacts:
        return None
    person = plan.contacts.get(task.person or "")
    if person and task.person:
        return person if task.person in person else f"{task.person} {person}"
    return plan.contacts.get(task.lead_unit or "")


def unit_and_contact(plan: Plan, task: Task) -> str:
    """The lead unit, with its contact if known."""
    contact = call(plan, task)
    unit = marked(or_unknown(task.lead_unit), "lead_unit", task)
    return f"{unit}\n{contact}" if contact else unit


def brief(
    plan: Plan,
    titled: Sequence[tuple[Judgement, str]],
    columns: Sequence[Column],
    figures: Callable[[Judgement], tuple[str, ...]],
    note: Callable[[Judgement], str | None],
) -> Table:
    """A line for each task: lamp, number, title, figures and unit; below it a note and whom to call.

    Args:
        plan: gives the contacts.
        titled: the tasks, each with the title to print.
        columns: the columns of figures and unit; their titles are shown if there is room for extra columns.
        figures: returns the cells between the title and the unit.
        note: returns the note on a task; None for a task without problems, which then has no contact either.
    """
    units = plan.known_units() if plan.contacts else ()
    rows: list[tuple[Cell, ...]] = []
    notes: list[tuple[str, str]] = []
    for each, name in titled:
        task, note_text = each.task, note(each)
        lamp, title = Toned(_(LAMPS[each.lamp]), each.lamp), marked(name, "title", task)
        rows.append((lamp, task.id, title, *figures(each), marked(or_unknown(task.lead_unit), "lead_unit", task)))
        contact = "" if note_text is None else call(plan, task) or ""
        if contact and task.lead_unit and any(unit in (note_text or "") for unit in units if unit != task.lead_unit):
            contact = f"{task.lead_unit} {contact}"  # it is not the number of the unit that the reason names
        notes.append((note_text or "", contact))
    first = (Column(_("Lamp")), Column(_("No.")), Column(_("Task"), wraps_from=_LEAST_TITLE[in_use()]))
    return Table((*first, *columns), tuple(rows), tuple(notes), at_any_width=True)


_LEAST_TITLE: Mapping[Language, int] = {"zh": 16, "en": 30}
"""The least width of a title in a brief table. English words around it are longer: there the bar is dropped first."""


def summary(judgements: Sequence[Judgement]) -> str:
    """The summary line: the number of tasks, of overdue, at-risk and done ones, and of each lamp.

    Sub-tasks are not among the counted tasks; their number is given.
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


def of_all(summary: str) -> str:
    """The summary below a list of only some of the tasks that it counts: `All 40 tasks: …`."""
    return _("All {summary}").format(summary=summary)


def summary_of_late(plan: Plan, late: Sequence[Judgement]) -> str:
    """The summary line if only late tasks were judged: the number of tasks, of late ones, and of their lamps."""
    return _summary(plan.tasks, [_("{count} overdue").format(count=len(late))], late)


def _summary(tasks: Sequence[Task], counts: Iterable[str], judgements: Iterable[Judgement]) -> str:
    lamps = Counter[str](j.lamp for j in judgements)
    lamp_counts = [_("{lamp} {count}").format(lamp=_(LAMPS[lamp]), count=lamps[lamp]) for lamp in LAMPS if lamps[lamp]]
    number = ngettext("{count} task", "{count} tasks", len(tasks)).format(count=len(tasks))
    if parts := sum(len([*task.with_subtasks()]) - 1 for task in tasks if task.subtasks):
        text = ngettext("{tasks} (without their {count} sub-task)", "{tasks} (without their {count} sub-tasks)", parts)
        number = text.format(tasks=number, count=parts)
    values = {
        "tasks": number,
        "counts": enumeration(counts),
        "lamps": enumeration(lamp_counts),
    }
    return (_("{tasks}: {counts} | {lamps}") if lamp_counts else _("{tasks}: {counts}")).format(**values)


def footnotes(judgements: Iterable[Judgement]) -> tuple[str, ...]:
    """The footnote of unconfirmed values; empty if there are none."""
    return (_("* not confirmed in the plan"),) if any(_is_unconfirmed(j.task) for j in judgements) else ()


def _is_unconfirmed(task: Task) -> bool:
    """Whether a value of a task, of its milestones or of its sub-tasks is unconfirmed."""
    if task.unconfirmed or any(milestone.unconfirmed for milestone in task.milestones):
        return True
    return bool(task.subtasks) and any(map(_is_unconfirmed, task.subtasks))
