"""What a ledger says of a plan's tasks as of a date or in a period: the one place where plan and ledger meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..dates import Period, day_ends
from ..facts import NOTHING, Received, TaskFacts
from ..kinds import life_of
from ..kinds.life import Score
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import PROGRAMME, Head, Plan, Recorded, Task
from ..rules.assessment import Assessed, assess
from ..rules.assessment_items import Dossier
from ..rules.position import last_ended, month_before
from ..rules.status import judge


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


def survey_task(ledger: Reader, plan: Plan, task: Task, as_of: date) -> Survey:
    """Everything that a report of one task needs to know as of a date: the ledger is asked for no other task."""
    facts = facts_of(ledger, plan, task, as_of)
    if months := _months(ledger, plan, task, as_of):
        facts = replace(facts, months=months)
    return Survey(as_of, ledger.head(), {task.id: facts}, ())


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


@dataclass(frozen=True, slots=True)
class Course:
    """Two surveys and the standing entries between them, all of one state."""

    before: Survey
    now: Survey
    entries: tuple[Recorded, ...]


def course(ledger: Reader, plan: Plan, start: date, as_of: date) -> Course:
    """What happened from `start` to `as_of`, both days included, by the dates that the entries speak about."""
    before = survey(ledger, plan, start - timedelta(days=1))
    return Course(before, survey(ledger, plan, as_of), _standing(ledger, Selection(since=start, until=as_of)))


def course_since(ledger: Reader, earlier: Reader, plan: Plan, start: date, as_of: date) -> Course:
    """What came to be known since an earlier state of the ledger: late entries about days before `start` too."""
    before = survey(earlier, plan, start - timedelta(days=1))
    selection = Selection(after_seq=earlier.head().seq, until=as_of)
    return Course(before, survey(ledger, plan, as_of), _standing(ledger, selection))


def _standing(ledger: Reader, selection: Selection) -> tuple[Recorded, ...]:
    entries = [recorded for recorded in ledger.entries(selection) if recorded.entry.kind != "retract"]
    retracted = ledger.retracted_by([recorded.seq for recorded in entries])
    return tuple(recorded for recorded in entries if recorded.seq not in retracted)


def assessments(
    ledger: Reader, plan: Plan, period: Period, as_of: date, unit: str | None = None
) -> tuple[Survey, list[Assessed]]:
    """The assessment of every unit that the plan names, or of one, and the survey that it rests on, of one state."""
    found = survey(ledger, plan, as_of)
    units = [unit] if unit else plan.known_units()
    return found, [assess(plan, dossier, period, as_of) for dossier in dossiers(ledger, plan, found, period, units)]


def dossiers(ledger: Reader, plan: Plan, found: Survey, period: Period, units: Sequence[str]) -> list[Dossier]:
    """One dossier for each of the units.

    Args:
        ledger: one state of it.
        plan: its tasks and its time zone.
        found: what it says of every task as of the period's last day, or an earlier one while that is to come.
        period: a month or a year.
        units: names that the plan knows.
    """
    as_of = found.as_of
    judgements = judge(plan, found.facts, as_of)
    problems = [p for j in judgements for p in j.at.problems]
    scores = [s for s in observed(ledger, plan, as_of) if period.start <= _month(s.month) <= period.end]
    reports = _reports(ledger, plan, period, as_of)
    made = []
    for unit in units:
        those = tuple(j for j in judgements if j.task.lead_unit == unit)
        made.append(
            Dossier(
                unit=unit,
                judgements=those,
                amounts=_amounts(ledger, plan, (j.task for j in those), period),
                problems=tuple(p for p in problems if p.responsible == unit),
                scores=tuple(s for s in scores if s.unit == unit),
                reports=tuple(r for j in those for r in reports.get(j.task.id, ())),
            )
        )
    return made


def observed(ledger: Reader, plan: Plan, as_of: date) -> list[Score]:
    """Every observation score that counts as of a date, in the order of their recording."""
    ends = day_ends(as_of, ZoneInfo(plan.timezone))
    programme = ledger.facts(as_of, day_ends=ends, tasks=[PROGRAMME]).get(PROGRAMME, NOTHING)
    return sorted(life_of(plan.programme, programme.events).scores.values(), key=lambda score: score.seq)


def _month(name: str) -> date:
    return date(int(name[:4]), int(name[5:]), 1)


def _amounts(ledger: Reader, plan: Plan, tasks: Iterable[Task], period: Period) -> dict[tuple[str, str, date], Decimal]:
    found = {}
    for task in tasks:
        for indicator in task.indicators:
            for ends in indicator.monthly:
                inside = period.start <= ends <= period.end
                if inside and (amount := amount_of(ledger, plan, task, indicator.id, ends)) is not None:
                    found[task.id, indicator.id, ends] = amount
    return found


def _reports(ledger: Reader, plan: Plan, period: Period, as_of: date) -> dict[str, list[Received]]:
    """The reports of each task received since the period began, whatever id it had then."""
    now = {name: task.id for task in plan.tasks for name in (task.id, *task.formerly)}
    begins = datetime.combine(period.start, time.min, ZoneInfo(plan.timezone))
    found: dict[str, list[Received]] = {}
    for report in ledger.received(list(now), begins, as_of):
        found.setdefault(now[report.task], []).append(report)
    return found
