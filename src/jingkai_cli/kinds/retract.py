"""`retract`: an entry is withdrawn; it stays in the ledger but no longer counts."""

from collections.abc import Iterator

from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection


def objections(case: Case) -> Iterator[Objection]:
    """Refuse an entry of another task, and a completion or a report that an acceptance is based on."""
    withdrawn = case.history.entry(case.entry.ref or 0)
    if withdrawn and withdrawn.entry.task not in (case.task.id, *case.task.formerly):
        text = _("entry {seq} is of task {task}")
        yield Objection("refused", text.format(seq=case.entry.ref, task=withdrawn.entry.task))
    accepted_on = case.life.accepted_on
    rests = withdrawn and withdrawn.entry.kind == "report" and accepted_on and withdrawn.entry.on <= accepted_on
    if accepted_on and (rests or case.entry.ref == case.life.done_seq):
        text = _("entry {seq} was accepted: retract the acceptance first")
        yield Objection("refused", text.format(seq=case.entry.ref))


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the number of the withdrawn entry."""
    return _("retracts #{seq}").format(seq=entry.ref)


RETRACT = Kind(
    "retract", N_("retraction"), required=("ref", "note"), task="optional", objections=objections, sentence=sentence
)
