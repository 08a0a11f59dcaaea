"""`problem`: something was found, with a unit and a date to put it right (交办)."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .life import Life, Problem


def objections(case: Case) -> Iterator[Objection]:
    """The date by which it must be put right is not before the day on which it was found."""
    entry = case.entry
    if entry.deadline and entry.deadline < entry.on:
        text = _("the date to put it right, {due}, is before the problem's own date, {day}")
        yield Objection("refused", text.format(due=entry.deadline, day=entry.on))


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
    objections=objections,
    apply=apply,
    sentence=sentence,
)
