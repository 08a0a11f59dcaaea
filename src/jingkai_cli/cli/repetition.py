"""Whether what is recorded already is to be recorded again."""

from msgspec.structs import replace

from ..errors import Refused
from ..kinds import life_of, texts
from ..language import _
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import Entry, Recorded, Task
from .environment import confirm, someone_is_there


def refuse_repetition(ledger: Reader, task: Task, entry: Entry) -> None:
    """Ask whether an entry that says what is recorded already is to be recorded again.

    The same key is no repetition: it is recorded once in any case.

    Raises:
        Refused: it is not, or nobody is there to ask.
    """
    if ledger.find(entry.key):
        return
    before = recorded_before(ledger, task, entry)
    if before is None:
        return
    if someone_is_there():
        if confirm(_("the same as #{seq}; record it again?").format(seq=before.seq)):
            return
        raise Refused(_("Nothing was recorded."))
    text = _("the same as #{seq} of {day}; to record it again: --force -m WHY")
    raise Refused(text.format(seq=before.seq, day=before.entry.on))


def recorded_before(ledger: Reader, task: Task, entry: Entry) -> Recorded | None:
    """A standing entry that says the same.

    It is a report's figures of that date, a problem that is not yet verified, or a decision that is not settled.
    """
    said = (entry.responsible, entry.note)
    if entry.kind == "problem":
        problems = life_of(task, ledger.events(task.id, task.formerly)).problems.values()
        same = (p.seq for p in problems if p.state != "verified" and (p.responsible, p.title) == said)
        return ledger.entry(next(same, 0))
    if entry.kind == "decision":
        decisions = life_of(task, ledger.events(task.id, task.formerly)).decisions.values()
        same = (d.seq for d in decisions if d.settled_on is None and (d.unit, d.text) == said)
        return ledger.entry(next(same, 0))
    if entry.kind != "report":
        return None
    ids = frozenset({task.id, *task.formerly})
    same_day = ledger.entries(Selection(tasks=ids, since=entry.on, until=entry.on, unit=entry.unit))
    found = [r for r in same_day if r.entry.kind == "report" and _figures(r.entry) == _figures(entry)]
    retracted = ledger.retracted_by([r.seq for r in found])
    return next((r for r in found if r.seq not in retracted), None)


def _figures(entry: Entry) -> object:
    """What a report says: its figures, or its texts where it has none; and of which unit."""
    said = {name: replace(reading, printed=None) for name, reading in entry.readings.items()}
    return entry.unit, said or (entry.note, *texts(entry))
