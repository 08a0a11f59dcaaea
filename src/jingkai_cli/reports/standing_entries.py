"""Which entries stand, and of each task the last report that does, with the need that it tells of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from ..facts import TaskFacts
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import Plan, Recorded


def standing(ledger: Reader, entries: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Those of some entries that stand: neither retractions nor retracted."""
    said = [recorded for recorded in entries if recorded.entry.kind != "retract"]
    retracted = ledger.retracted_by([recorded.seq for recorded in said])
    return tuple(recorded for recorded in said if recorded.seq not in retracted)


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
