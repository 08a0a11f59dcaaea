"""`done`: a unit reports a task done; someone else must still verify it."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _, ngettext
from ..quantities import enumeration
from .kind import Case, Kind, Objection
from .life import Life


def _is_open(life: Life) -> bool:
    return life.done_on is None and life.cancelled_on is None


def objections(case: Case) -> Iterator[Objection]:
    """A task is reported done once, after its sub-tasks; milestones that were not reached are named."""
    task, life = case.task, case.life
    if not_done := [f"{part.id} {part.title}" for part in task.subtasks if _is_open(case.life_of(part))]:
        text = ngettext(
            "a sub-task is not reported done: {titles}", "sub-tasks are not reported done: {titles}", len(not_done)
        )
        yield Objection("refused", text.format(titles=enumeration(not_done)))
    if life.done_on:
        text = _("task {task} was reported done on {day} already")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    elif open_ones := [m.title for m in life.unreached(task)]:
        text = ngettext("a milestone is not reached: {titles}", "milestones are not reached: {titles}", len(open_ones))
        yield Objection("remark", text.format(titles=enumeration(open_ones)))


def apply(life: Life, event: Event) -> None:
    """Finish the task."""
    life.done_on, life.done_seq = event.on, event.seq


DONE = Kind("done", N_("reported done"), recorded_by="unit", of_work=True, objections=objections, apply=apply)
