"""What units ask others to settle (需协调事项): a need stands until a later report of the task has none."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from ..facts import TaskFacts
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import Plan, Recorded


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
        entries = list(reader.entries(Selection(tasks=frozenset(names), since=day, until=day)))
        retracted = reader.retracted_by([r.seq for r in entries])
        standing = (r for r in entries if r.entry.kind == "report" and r.seq not in retracted)
        found |= {names[r.entry.task]: r for r in standing}
    return {task.id: found[task.id] for task in plan.every_task() if task.id in found}


def standing_needs(reader: Reader, plan: Plan, facts: Mapping[str, TaskFacts]) -> dict[str, Recorded]:
    """The reports whose need stands as of the date of `facts`, by task, in the plan's order."""
    return {task: report for task, report in latest_reports(reader, plan, facts).items() if report.entry.need}
