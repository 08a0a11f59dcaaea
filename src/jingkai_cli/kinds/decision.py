"""`decision`: a decision of a meeting, with the unit that must carry it out (议定事项)."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .lifecycle import Decision, Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a deadline before the meeting."""
    entry = case.entry
    if entry.deadline and entry.deadline < entry.on:
        text = _("the date by which it must be done, {due}, is before the meeting's, {day}")
        yield Objection("refused", text.format(due=entry.deadline, day=entry.on))


def apply(life: Life, event: Event) -> None:
    """Add the decision, which is open until it is settled; its number is that of the entry."""
    if entry := event.entry:
        life.decisions[event.seq] = Decision(
            seq=event.seq,
            task=entry.task,
            text=entry.note or "",
            meeting=entry.meeting or "",
            unit=entry.responsible or "",
            on=event.on,
            deadline=event.until,
        )


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the decision, its unit and its deadline."""
    by = _("by {day}").format(day=entry.deadline) if entry.deadline else _("as soon as possible")
    text = _("decided at meeting {meeting}: {text}; {unit}, {by}")
    return text.format(meeting=entry.meeting, text=entry.note, unit=entry.responsible, by=by)


DECISION = Kind(
    "decision",
    N_("decision"),
    fields=("meeting", "responsible", "deadline"),
    required=("note", "meeting", "responsible"),
    task="optional",
    keeps_entry=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
