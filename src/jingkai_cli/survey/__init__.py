"""What a ledger says of a plan's tasks as of a date: the one place where plan and ledger meet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..dates import day_ends
from ..facts import NOTHING, TaskFacts
from ..head import Head
from ..ledger import Reader
from ..model import Plan, Task
from ..rules.monthly import last_ended, month_before


@dataclass(frozen=True, slots=True)
class Survey:
    """The ledger's head, and what it says of each task of the plan as of a date; both of one state."""

    as_of: date
    head: Head
    facts: Mapping[str, TaskFacts]
    strangers: tuple[str, ...]
    """Ids that the ledger speaks of and the plan does not have."""


def survey(ledger: Reader, plan: Plan, as_of: date) -> Survey:
    """Everything that a report as of a date needs to know.

    Args:
        ledger: one state of it (`Ledger.read`).
        plan: its tasks, their former ids and its time zone.
        as_of: the date that the report speaks about.
    """
    formerly = {old: task.id for task in plan.tasks for old in task.formerly}
    ends = day_ends(as_of, ZoneInfo(plan.timezone))
    facts = dict(ledger.facts(as_of, day_ends=ends, formerly=formerly))
    for task in plan.tasks:
        if task.id in facts and (months := _months(ledger, plan, task, as_of)):
            facts[task.id] = replace(facts[task.id], months=months)
    return Survey(as_of, ledger.head(), facts, tuple(sorted(set(facts) - {task.id for task in plan.tasks})))


def facts_of(ledger: Reader, plan: Plan, task: Task, as_of: date) -> TaskFacts:
    """What a ledger says of one task as of a date."""
    formerly = dict.fromkeys(task.formerly, task.id)
    ends = day_ends(as_of, ZoneInfo(plan.timezone))
    return ledger.facts(as_of, day_ends=ends, tasks=[task.id, *task.formerly], formerly=formerly).get(task.id, NOTHING)


def _months(ledger: Reader, plan: Plan, task: Task, as_of: date) -> dict[tuple[str, date], Decimal]:
    """What was reported of each indicator in its last planned month; left out where nothing was."""
    amounts = {
        (name, ends): amount_of(ledger, plan, task, name, ends) for name, ends in last_ended(task, as_of).items()
    }
    return {month: amount for month, amount in amounts.items() if amount is not None}


def amount_of(ledger: Reader, plan: Plan, task: Task, name: str, ends: date) -> Decimal | None:
    """What was reported of an indicator in the month that ends on a day; None where nothing was."""
    now = facts_of(ledger, plan, task, ends)
    before = month_before(ends)
    if not any(series == name and total.on > before for (series, _), total in now.totals.items()):
        return None
    return (now.total(name) or Decimal(0)) - (facts_of(ledger, plan, task, before).total(name) or Decimal(0))
