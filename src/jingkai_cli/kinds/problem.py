"""`problem`: a problem was found and assigned to a unit, with a date to fix it (交办)."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .lifecycle import Life, Problem


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a date to fix it before the day on which it was found, and a part of a problem that cannot be split."""
    entry = case.entry
    if entry.deadline and entry.deadline < entry.on:
        text = _("the date to fix it, {due}, is before the problem's own date, {day}")
        if entry.on == case.today:
            text = _("the date to fix it, {due}, is before today, {day}: if it was found earlier, add --on DATE")
        yield Objection("refused", text.format(due=entry.deadline, day=entry.on))
    if not entry.part_of:
        return
    whole = case.problem(entry.part_of)
    if whole is None:
        text = _("task {task} has no problem #{seq}")
        yield Objection("refused", text.format(task=entry.task, seq=entry.part_of))
    elif whole.part_of:
        text = _("problem #{seq} is itself a part of #{whole}: split that one")
        yield Objection("refused", text.format(seq=whole.seq, whole=whole.part_of))
    elif entry.on < whole.opened_on:
        text = _("{day} is before problem #{seq} was found, {opened}")
        yield Objection("refused", text.format(day=entry.on, seq=whole.seq, opened=whole.opened_on))
    elif whole.state != "open" and not whole.parts:
        text = _("problem #{seq} was reported fixed already: `jk problem reopen {seq} -m WHY` first")
        yield Objection("refused", text.format(seq=whole.seq))


def apply(life: Life, event: Event) -> None:
    """Open the problem; its number is that of the entry. A part of a major problem is major."""
    if event.entry and event.until:
        entry = event.entry
        whole = life.problems.get(entry.part_of or 0)
        problem = Problem(
            seq=event.seq,
            task=entry.task,
            title=entry.note or "",
            responsible=entry.responsible or "",
            zone=entry.zone,
            shift=entry.shift,
            opened_on=event.on,
            deadline=event.until,
            source=entry.source,
            place=entry.place,
            part_of=entry.part_of,
            site=entry.site,
            item=entry.item,
            severity=entry.severity or (whole.severity if whole else None),
        )
        life.put(problem)


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the problem, its unit, and the date to fix it."""
    text = _("problem: {title}; {unit}, to be fixed by {day}")
    if entry.severity:
        text = _("major problem: {title}; {unit}, to be fixed by {day}")
    if entry.part_of:
        text = _("part of problem #{whole}: {title}; {unit}, to be fixed by {day}")
    return text.format(title=entry.note, unit=entry.responsible, day=entry.deadline, whole=entry.part_of)


PROBLEM = Kind(
    "problem",
    N_("problem opened"),
    fields=("responsible", "deadline", "zone", "shift", "source", "place", "part_of", "site", "item", "severity"),
    required=("note", "responsible", "deadline"),
    keeps_entry=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
