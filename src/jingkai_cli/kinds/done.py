"""`done`: a unit reports a task done; someone else must still verify it."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _, ngettext
from ..quantities import enumeration
from .kind import Case, Kind, Objection
from .life import Life


def objections(case: Case) -> Iterator[Objection]:
    """A task is reported done once; milestones that were not reached are named."""
    task, life = case.task, case.life
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
