"""The latest words of units: the note of the last report of each task."""

from typing import NamedTuple

from ..language import _
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger
from .document import Scope

LATEST = 8
"""Words are looked for among so many of the latest entries for each task."""


class Words(NamedTuple):
    """What a unit wrote of a task."""

    on: str
    unit: str | None
    text: str

    def __str__(self) -> str:
        """All of it in one line."""
        text = _("{unit} on {day}: {text}") if self.unit else _("{day}: {text}")
        return text.format(unit=self.unit, day=self.on, text=" ".join(self.text.split()))


def latest_words(ledger: Ledger, scope: Scope) -> dict[str, Words]:
    """The note of the latest report of each task and sub-task, by id.

    Only the latest entries of the ledger are looked through, `LATEST` for each task and 20 000 at least.
    """
    plan = scope.plan
    present = {old: task.id for task in plan.every_task() for old in task.formerly}
    last = max(20_000, LATEST * len(plan.tasks))
    entries = ledger.entries(Selection(until=scope.as_of, until_seq=scope.head.seq, last=last, dated=True))
    retracted = ledger.retracted_by(entries.numbers)
    found: dict[str, Words] = {}
    for fields, _hash in entries.fields():
        if fields["kind"] in ("report", "reach", "done") and fields.get("note") and fields["seq"] not in retracted:
            task = fields["task"]
            found[present.get(task, task)] = Words(fields["on"], fields.get("unit"), fields["note"])
    return found
