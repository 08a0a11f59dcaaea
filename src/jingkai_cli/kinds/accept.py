"""`accept`: someone other than the reporter verified a task that was reported done."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection, after_done, another_verifier
from .life import Life


def objections(case: Case) -> Iterator[Objection]:
    """A task is accepted once, after it was reported done, by someone else."""
    yield from after_done(case)
    if case.life.accepted_on:
        text = _("task {task} was accepted on {day} already")
        yield Objection("refused", text.format(task=case.task.id, day=case.life.accepted_on))
    if case.life.done_seq:
        yield from another_verifier(case, case.life.done_seq)


def apply(life: Life, event: Event) -> None:
    """Accept a task that was reported done."""
    if life.done_on:
        life.accepted_on = event.on


def sentence(_task: Task | None, entry: Entry) -> str:
    """Who verified it."""
    return _("accepted by {who}").format(who=entry.verifier or entry.by)


ACCEPT = Kind("accept", N_("accepted"), fields=("verifier",), objections=objections, apply=apply, sentence=sentence)
