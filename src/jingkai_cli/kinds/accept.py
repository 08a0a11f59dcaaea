"""`accept`: someone other than the reporter verified a task that was reported done."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _, ngettext
from ..model import Entry, Task
from ..quantities import enumeration
from .kind import Case, Kind, Objection, after_done, another_verifier
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a task that is not done or already accepted, a verifier who reported it, and open problems without a note.

    Open problems stay open.
    """
    yield from after_done(case)
    if case.life.accepted_on:
        text = _("task {task} was accepted on {day} already")
        yield Objection("refused", text.format(task=case.task.id, day=case.life.accepted_on))
    if case.life.done_seq:
        yield from another_verifier(case, case.life.done_seq, case.task.lead_unit)
    if waiting := [f"#{p.seq} {p.title}" for p in case.life.counted_problems if p.state != "verified"]:
        text = ngettext("a problem is still open: {titles}", "problems are still open: {titles}", len(waiting))
        still_open = text.format(titles=enumeration(waiting))
        if case.entry.note:
            yield Objection("remark", _("{said}: accepted with an open problem").format(said=still_open))
        else:
            yield Objection("refused", _("{said}; to accept the task all the same: -m WHY").format(said=still_open))


def apply(life: Life, event: Event) -> None:
    """Mark the task as accepted, if it was reported done."""
    if life.done_on:
        life.accepted_on = event.on


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: who accepted the task."""
    return _("accepted by {who}").format(who=entry.verifier or entry.by)


ACCEPT = Kind("accept", N_("accepted"), fields=("verifier",), objections=objections, apply=apply, sentence=sentence)
