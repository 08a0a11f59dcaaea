"""Assesses units: reads a dossier for each from plan and ledger, and applies the rules."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..dates import Period
from ..facts import NOTHING, Received, TaskFacts
from ..kinds import life_of
from ..kinds.lifecycle import Issued, Score
from ..ledger.protocol import Reader
from ..model import PROGRAMME, Plan, Task
from ..rules.assessment import Assessed, Dossier, assess
from ..rules.observation import assessed_scores
from ..rules.reporting_periods import weeks_due
from ..rules.status import answered_for, judge
from .agenda import OpenMatters
from .survey import Survey, survey
from .task_facts import amount_of, latest_reports


def assessments(
    ledger: Reader, plan: Plan, period: Period, as_of: date, unit: str | None = None
) -> tuple[Survey, list[Assessed]]:
    """Assess every unit of the plan, or one; also return the survey, from the same state of the ledger."""
    found = survey(ledger, plan, as_of)
    units = [unit] if unit else plan.single_units()
    return found, [assess(plan, dossier, period, as_of) for dossier in dossiers(ledger, plan, found, period, units)]


def dossiers(ledger: Reader, plan: Plan, found: Survey, period: Period, units: Sequence[str]) -> list[Dossier]:
    """One dossier for each of the units.

    Args:
        ledger: one state of the ledger.
        plan: gives the tasks and the time zone.
        found: the survey as of the period's last day, or of today if the period is not over.
        period: a month or a year.
        units: units of the plan.
    """
    as_of = found.as_of
    judgements = answered_for(judge(plan, found.facts, as_of))
    problems = [p for j in judgements for p in j.position.problems]
    scores = assessed_scores(plan, observed(ledger, plan, as_of), period)
    reports = _reports(ledger, plan, period, as_of)
    made = []
    for unit in units:
        led = [j for j in judgements if j.task.lead_unit == unit]
        own = tuple(j for j in led if j.task.answering_unit == unit)
        made.append(
            Dossier(
                unit=unit,
                judgements=own,
                amounts=_amounts(ledger, (j.task for j in own), period),
                problems=tuple(p for p in problems if p.responsible == unit),
                observed=scores.get(unit, ()),
                reports=tuple(r for j in own for r in reports.get(j.task.id, ())),
                led=len(led),
            )
        )
    return made


def observed(ledger: Reader, plan: Plan, as_of: date) -> list[Score]:
    """Every observation score that counts as of a date, in the order of recording."""
    programme = _programme(ledger, as_of)
    return sorted(life_of(plan.programme, programme.events).scores.values(), key=lambda score: score.seq)


def register(ledger: Reader, plan: Plan) -> list[Issued]:
    """Every bulletin and letter that was sent, whatever its date, by (`on`, `seq`)."""
    return [*life_of(plan.programme, ledger.events(PROGRAMME)).issued.values()]


def _programme(ledger: Reader, as_of: date) -> TaskFacts:
    """The facts of the programme as a whole."""
    return ledger.facts(as_of, tasks=[PROGRAMME]).get(PROGRAMME, NOTHING)


def _amounts(ledger: Reader, tasks: Iterable[Task], period: Period) -> dict[tuple[str, str, date], Decimal]:
    found = {}
    for task in tasks:
        for indicator in task.indicators:
            for ends in indicator.monthly:
                inside = period.start <= ends <= period.end
                if inside and (amount := amount_of(ledger, task, indicator.id, ends)) is not None:
                    found[task.id, indicator.id, ends] = amount
    return found


def _reports(ledger: Reader, plan: Plan, period: Period, as_of: date) -> dict[str, list[Received]]:
    """Task id → its reports received since the first week judged in the period, also those under former ids."""
    now = {name: task.id for task in plan.every_task() for name in (task.id, *task.formerly)}
    first = min((week.first for week in weeks_due(period, plan.rules)), default=period.start)
    begins = datetime.combine(first, time.min, ZoneInfo(plan.timezone))
    found: dict[str, list[Received]] = {}
    for report in ledger.received(list(now), begins, as_of):
        found.setdefault(now[report.task], []).append(report)
    return found


def before_meeting(ledger: Reader, plan: Plan, as_of: date) -> tuple[Survey, OpenMatters]:
    """The matters of a meeting on a date; also return the survey, from the same state of the ledger."""
    found = survey(ledger, plan, as_of)
    judgements = answered_for(judge(plan, found.facts, as_of))
    programme = life_of(plan.programme, _programme(ledger, as_of).events)
    decisions = [d for life in (programme, *(j.position.life for j in judgements)) for d in life.decisions.values()]
    problems = [p for j in judgements for p in j.position.problems]
    reports = latest_reports(ledger, plan, found.facts)
    return found, OpenMatters(
        decisions=sorted(decisions, key=lambda decision: decision.seq),
        problems=sorted(problems, key=lambda problem: problem.seq),
        wholes={p.seq: p.title for j in judgements for p in j.position.life.problems.values() if p.parts},
        judgements=judgements,
        reports=reports,
        needs={task: report for task, report in reports.items() if report.entry.need},
        letters=[each for each in programme.issued.values() if each.open_on(as_of)],
    )
