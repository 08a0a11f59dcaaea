"""`done`: a unit reports a task done; someone else must still verify it."""

from collections.abc import Iterator
from decimal import Decimal

from ..facts import Event
from ..language import N_, _, ngettext
from ..model import PERCENT
from ..quantities import amount, enumeration
from .kind import Case, Kind, Objection, before_return
from .lifecycle import Life


def _is_open(life: Life) -> bool:
    return life.done_on is None and life.cancelled_on is None


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a task that is done already or has open sub-tasks; remark on open milestones and figures below target."""
    task, life = case.task, case.life
    if not_done := [f"{part.id} {part.title}" for part in task.subtasks if _is_open(case.life_of(part))]:
        text = ngettext(
            "a sub-task is not reported done: {titles}", "sub-tasks are not reported done: {titles}", len(not_done)
        )
        yield Objection("refused", text.format(titles=enumeration(not_done)))
    yield from before_return(case, life.reopened_on)
    if life.done_on:
        text = _("task {task} was reported done on {day} already")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    elif open_titles := [m.title for m in life.unreached(task)]:
        text = ngettext(
            "a milestone is not reached: {titles}", "milestones are not reached: {titles}", len(open_titles)
        )
        yield Objection("remark", text.format(titles=enumeration(open_titles)))
    if not life.done_on and (below_target := [*_below_target(case)]):
        yield Objection(
            "remark", _("reported done, but the figures are: {figures}").format(figures=enumeration(below_target))
        )
    elif not life.done_on and _is_never_reported(case):
        yield Objection("remark", _("reported done, but no progress was ever reported"))


def _below_target(case: Case) -> Iterator[str]:
    """Yield the last figures of the task that are below their targets, each with its target."""
    task = case.task
    targets = [(i.id, i.name, i.unit, i.target) for i in task.indicators if i.better == "higher" and not i.per_unit]
    if task.measure == PERCENT:
        targets.append((PERCENT, _("progress"), "%", Decimal(100)))
    for series, name, unit, target in targets:
        total = case.history.total([task.id, *task.formerly], series, "", case.entry.on)
        if total and target is not None and total.value < target:
            text = _("{name} {value} of {target}")
            yield text.format(name=name, value=amount(total.value, unit), target=amount(target, unit))


def _is_never_reported(case: Case) -> bool:
    """Whether a task that is measured by figures has none."""
    task = case.task
    series = [PERCENT] if task.measure == PERCENT else [i.id for i in task.indicators if not i.per_unit]
    names = [task.id, *task.formerly]
    return task.measure in (PERCENT, "indicators") and not any(
        case.history.total(names, name, "", case.entry.on) for name in series
    )


def apply(life: Life, event: Event) -> None:
    """Mark the task as reported done."""
    life.done_on, life.done_seq = event.on, event.seq


DONE = Kind("done", N_("reported done"), recorded_by="unit", is_report=True, objections=objections, apply=apply)
