"""The latest words of units: the last report of each task, its note and its need."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from ..facts import TaskFacts
from ..language import _
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger, Reader
from ..model import Plan, Recorded
from .document import Scope
from .survey import standing

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


def latest_reports(reader: Reader, plan: Plan, facts: Mapping[str, TaskFacts]) -> dict[str, Recorded]:
    """The last standing report of each task, by (`on`, `seq`), as of the date of `facts`; in the plan's order.

    Costs one statement for each date on which a task was last reported.
    """
    on_day: defaultdict[date, dict[str, str]] = defaultdict(dict)
    for task in plan.every_task():
        if task.id in facts and (day := facts[task.id].last_report_on):
            on_day[day] |= dict.fromkeys((task.id, *task.formerly), task.id)
    found: dict[str, Recorded] = {}
    for day, names in on_day.items():
        entries = reader.entries(Selection(tasks=frozenset(names), since=day, until=day))
        found |= {names[r.entry.task]: r for r in standing(reader, entries) if r.entry.kind == "report"}
    return {task.id: found[task.id] for task in plan.every_task() if task.id in found}


def standing_needs(reader: Reader, plan: Plan, facts: Mapping[str, TaskFacts]) -> dict[str, Recorded]:
    """The reports whose need stands as of the date of `facts`, by task, in the plan's order."""
    return {task: report for task, report in latest_reports(reader, plan, facts).items() if report.entry.need}
