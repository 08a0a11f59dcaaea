"""`settled`: a decision of a meeting was carried out (已落实), or replaced by another one."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a decision that does not exist, is settled already, or was made later; and a wrong replacement."""
    entry = case.entry
    decision = case.life.decisions.get(entry.ref or 0)
    if decision is None:
        yield Objection("refused", _("there is no decision #{seq} (`jk agenda` lists them)").format(seq=entry.ref))
    elif decision.settled_on:
        text = _("decision #{seq} is settled already since {day}")
        yield Objection("refused", text.format(seq=decision.seq, day=decision.settled_on))
    elif entry.on < decision.on:
        text = _("{day} is before the decision, {made}")
        yield Objection("refused", text.format(day=entry.on, made=decision.on))
    if entry.superseded_by:
        later = case.history.entry(entry.superseded_by)
        if later is None or later.entry.kind != "decision" or entry.superseded_by == entry.ref:
            text = _("#{seq} is not another decision (`jk agenda` lists them)")
            yield Objection("refused", text.format(seq=entry.superseded_by))


def apply(life: Life, event: Event) -> None:
    """Mark the decision as settled, with the outcome that was noted."""
    number = event.subject or ""
    decision = life.decisions.get(int(number)) if number.isdecimal() else None
    if decision and event.entry:
        life.decisions[decision.seq] = replace(
            decision, settled_on=event.on, superseded_by=event.entry.superseded_by, outcome=event.entry.note
        )


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the number of the decision, and the one that replaces it."""
    if entry.superseded_by:
        text = _("decision #{seq} is superseded by #{later}")
        return text.format(seq=entry.ref, later=entry.superseded_by)
    return _("decision #{seq} is carried out").format(seq=entry.ref)


SETTLED = Kind(
    "settled",
    N_("decision settled"),
    fields=("superseded_by",),
    required=("ref",),
    task="optional",
    keeps_entry=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
