"""`problem`: something was found, with a unit and a date to put it right (交办)."""

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Kind
from .life import Life, Problem


def apply(life: Life, event: Event) -> None:
    """Open the problem; its number is the entry's."""
    if event.entry and event.until:
        entry = event.entry
        life.problems[event.seq] = Problem(
            seq=event.seq,
            task=entry.task,
            title=entry.note or "",
            responsible=entry.responsible or "",
            zone=entry.zone,
            shift=entry.shift,
            opened_on=event.on,
            deadline=event.until,
        )


def sentence(_task: Task | None, entry: Entry) -> str:
    """What was found, and who must put it right by when."""
    text = _("problem: {title}; {unit}, to be put right by {day}")
    return text.format(title=entry.note, unit=entry.responsible, day=entry.deadline)


PROBLEM = Kind(
    "problem",
    N_("problem opened"),
    fields=("responsible", "deadline", "zone", "shift"),
    required=("note", "responsible", "deadline"),
    keeps_entry=True,
    apply=apply,
    sentence=sentence,
)
