"""Assessment (督导考核): what a unit's work of a period comes to, out of 100.

Four parts are weighed by the plan (`assessment:`): progress against planned, deadlines met, problems put right in time,
observation. A part with nothing to judge is left out and the other weights are rescaled. Each whole reporting period
without a report costs points. More done never scores less: what was not reported earns nothing, so that silence is
never better than a small figure, and a part is there or not whatever was done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from ..dates import Period
from ..facts import Received, TaskFacts
from ..model import Indicator, Milestone, Plan, Task
from ..thresholds import PARTS, Assessment
from .life import Life
from .observation import Score, mean
from .problems import Problem
from .progress import FULL, share
from .silence import WEEK, period_ends
from .status import Judgement

Grade = Literal["excellent", "good", "qualified", "unqualified"]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a unit is assessed by: everything that plan and ledger say of it in a period, as of a date."""

    unit: str
    judgements: tuple[Judgement, ...]
    """Of the tasks that it leads."""
    amounts: Mapping[tuple[str, str, date], Decimal]
    """(task, indicator, last day of a month) → what was reported in that month."""
    problems: tuple[Problem, ...]
    """Those that it has to put right, whatever the task."""
    scores: tuple[Score, ...]
    """The judges' scores of the period that count."""
    reports: tuple[Received, ...]
    """Of its tasks, received since the period began, however late."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was judged: its share of the full points, 0 to 1, and where that comes from."""

    task: Task | None
    thing: Task | Milestone | Indicator | Problem | Score
    value: float
    entries: tuple[int, ...]
    """The entries that it rests on; none where nothing was reported."""
    due: date | None = None
    happened: date | None = None
    """When it was reached, done or fixed, in time or later: what is made up stays visible."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an assessment."""

    name: str
    weight: float
    """As the plan says it."""
    items: tuple[Item, ...]

    @property
    def value(self) -> float | None:
        """The mean of its items, 0 to 1; None where there was nothing to judge."""
        return sum(item.value for item in self.items) / len(self.items) if self.items else None


@dataclass(frozen=True, slots=True)
class SilentWeek:
    """A whole reporting period without a report received."""

    ends: date
    made_up: Received | None
    """The first report about its days, which came later."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A unit's assessment."""

    unit: str
    tasks: int
    parts: tuple[Part, ...]
    silent: tuple[SilentWeek, ...]
    deducted: float
    score: float | None
    """0 to 100; None where there was nothing to judge."""
    grade: Grade | None

    @property
    def weighed(self) -> tuple[Part, ...]:
        """The parts that count."""
        return tuple(part for part in self.parts if part.value is not None and part.weight > 0)

    def rescaled(self, part: Part) -> float:
        """The weight of a part that counts, out of 100."""
        return FULL * part.weight / sum(each.weight for each in self.weighed)


def assess(plan: Plan, dossier: Dossier, period: Period, as_of: date) -> Assessed:
    """Assess one unit.

    Args:
        plan: its weights and its reporting day.
        dossier: what is known of the unit as of the date.
        period: a month or a year.
        as_of: the last day of the period, or an earlier one while it is not over.
    """
    weights = plan.assessment
    found = {
        "progress": (*_progress(dossier), *_months(dossier, period, as_of)),
        "deadlines": tuple(_deadlines(dossier, period, as_of)),
        "rectification": tuple(_rectification(dossier, period, as_of)),
        "observation": tuple(_observation(dossier)),
    }
    parts = tuple(Part(name, float(getattr(weights, name)), found[name]) for name in PARTS)
    silent = tuple(_silent(plan, dossier, period, as_of))
    deducted = min(float(weights.silent_most), len(silent) * float(weights.silent_week))
    bare = Assessed(dossier.unit, len(dossier.judgements), parts, silent, deducted, None, None)
    counted = bare.weighed
    if not counted:
        return bare
    earned = sum(bare.rescaled(part) * (part.value or 0) for part in counted)
    score = max(0.0, earned - deducted)
    return Assessed(bare.unit, bare.tasks, parts, silent, deducted, score, grade(score, weights))


def grade(score: float, weights: Assessment) -> Grade:
    """优秀, 良好, 合格 or 不合格: by the points as they are printed, with one decimal.

    >>> grade(89.96, Assessment()), grade(89.94, Assessment())
    ('excellent', 'good')
    """
    shown = Decimal(f"{score:.1f}")
    if shown >= weights.excellent:
        return "excellent"
    if shown >= weights.good:
        return "good"
    return "qualified" if shown >= weights.qualified else "unqualified"


def is_due(day: date, period: Period, as_of: date) -> bool:
    """Whether a date of a period can be judged: it has passed, or it is the last day of a period that is over."""
    return period.start <= day <= period.end and (day < as_of or day == as_of == period.end)


def assessed_deadline(thing: Task | Milestone, life: Life) -> date:
    """The deadline in force until it passed: an extension that was asked for later does not make it met."""
    deadline = thing.deadline
    for extension in life.extensions_of(thing):
        if extension.after_deadline:
            break
        if not extension.waiting:
            deadline = extension.deadline
    return deadline


def _progress(dossier: Dossier) -> Iterable[Item]:
    """Actual over planned of each task that was to have come to something by now; done is all of it."""
    for judgement in dossier.judgements:
        at = judgement.at
        if not at.planned:
            continue
        if at.finished:
            yield Item(at.task, at.task, 1.0, tuple(filter(None, (at.life.done_seq,))), happened=at.life.done_on)
        else:
            value = min(1.0, max(0.0, (at.progress or 0.0) / at.planned))
            yield Item(at.task, at.task, value, _readings(at.facts))


def _readings(facts: TaskFacts) -> tuple[int, ...]:
    return tuple(sorted({total.seq for total in facts.totals.values()}))


def _months(dossier: Dossier, period: Period, as_of: date) -> Iterable[Item]:
    """What was reported in each planned month that is over, against the month's plan."""
    for judgement in dossier.judgements:
        for indicator in judgement.task.indicators:
            for ends, planned in indicator.monthly.items():
                if planned and is_due(ends, period, as_of) and "monthly" not in indicator.unconfirmed:
                    amount = dossier.amounts.get((judgement.task.id, indicator.id, ends))
                    value = min(1.0, max(0.0, share(amount, planned) / FULL)) if amount is not None else 0.0
                    entries = _of_indicator(judgement.at.facts, indicator) if amount is not None else ()
                    yield Item(judgement.task, indicator, value, entries, due=ends)


def _of_indicator(facts: TaskFacts, indicator: Indicator) -> tuple[int, ...]:
    return tuple(sorted(total.seq for (name, _unit), total in facts.totals.items() if name == indicator.id))


def _deadlines(dossier: Dossier, period: Period, as_of: date) -> Iterable[Item]:
    """The confirmed deadlines of tasks and milestones that fell into the period: met, or not."""
    for judgement in dossier.judgements:
        task, life = judgement.task, judgement.at.life
        things: list[Task | Milestone] = [task, *(m for m in task.milestones if not m.indicators)]
        for thing in things:
            due = assessed_deadline(thing, life)
            if is_due(due, period, as_of) and "deadline" not in thing.unconfirmed:
                reached = life.reached.get(thing.id) if isinstance(thing, Milestone) else None
                happened = min(filter(None, (reached, life.done_on)), default=None)
                met = happened is not None and happened <= due
                entries = _of_event(judgement.at.facts, thing, happened)
                yield Item(task, thing, float(met), entries, due=due, happened=happened)


def _of_event(facts: TaskFacts, thing: Task | Milestone, happened: date | None) -> tuple[int, ...]:
    """The entry by which a milestone was reached or the task done."""
    kinds = {"reach": thing.id if isinstance(thing, Milestone) else "", "done": None}
    found = (e.seq for e in facts.events if e.on == happened and e.kind in kinds and e.subject == kinds[e.kind])
    return tuple(found)[:1]


def _rectification(dossier: Dossier, period: Period, as_of: date) -> Iterable[Item]:
    """The problems that were to be put right in the period: reported fixed in time and not sent back, or not."""
    for problem in dossier.problems:
        if is_due(problem.deadline, period, as_of):
            met = problem.fixed_on is not None and problem.fixed_on <= problem.deadline
            entries = tuple(filter(None, (problem.seq, problem.fixed_seq)))
            yield Item(None, problem, float(met), entries, due=problem.deadline, happened=problem.fixed_on)


def _observation(dossier: Dossier) -> Iterable[Item]:
    """The judges' mean of each month: a month counts once, however many judges came."""
    for month in sorted({score.month for score in dossier.scores}):
        scores = [score for score in dossier.scores if score.month == month]
        yield Item(None, scores[0], (mean(scores) or 0.0) / FULL, tuple(score.seq for score in scores))


def _silent(plan: Plan, dossier: Dossier, period: Period, as_of: date) -> Iterable[SilentWeek]:
    """The reporting periods that ended in the period while a task was running, and in which the unit sent nothing."""
    received = {report.received for report in dossier.reports}
    for ends in period_ends(period, plan.rules):
        first = ends - timedelta(days=WEEK - 1)
        week = [first + timedelta(days=n) for n in range(WEEK)]
        if is_due(ends, period, as_of) and _running(dossier.judgements, first, ends) and received.isdisjoint(week):
            later = (r for r in dossier.reports if first <= r.on <= ends < r.received)
            yield SilentWeek(ends, min(later, key=lambda r: (r.received, r.seq), default=None))


def _running(judgements: Sequence[Judgement], first: date, ends: date) -> bool:
    """Whether a task of the unit ran through a whole week."""
    lives = ((j.task.start, j.at.life.done_on) for j in judgements)
    return any(start <= first and (done is None or done > ends) for start, done in lives)
