"""Assessment (督导考核): the score of a unit's work in a period, out of 100.

The plan sets the weights of four parts (`assessment:`): progress against planned, deadlines met, problems fixed in
time, observation. A part with nothing to judge is left out and the other weights are rescaled. A unit without progress
and deadlines to judge has no score. Each week without a report costs points. A unit that did more never scores less.

Work that was not reported earns nothing, so that silence is never better than a small figure. Whether something is
judged depends on what was planned, not on what was done. Unconfirmed entries of the plan are not judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ..dates import Period
from ..facts import Received, TaskFacts
from ..kinds.lifecycle import Extension, Problem
from ..model import Indicator, Milestone, Plan, Task
from ..thresholds import PARTS, Assessment
from .observation import Scored
from .progress import FULL, share
from .reporting_periods import weeks_due
from .status import Judgement

Grade = Literal["excellent", "good", "qualified", "unqualified"]


class Dossier(Struct, frozen=True):
    """The data for a unit's assessment: its part of the plan and the ledger in a period, as of a date."""

    unit: str
    judgements: tuple[Judgement, ...]
    """The judgements of the tasks that it is confirmed to lead."""
    amounts: Mapping[tuple[str, str, date], Decimal]
    """(task, indicator, last day of a month) → the amount reported in that month."""
    problems: tuple[Problem, ...]
    """The problems of any task that the unit must fix."""
    observed: tuple[Scored, ...]
    """Its observation scores that count in the period."""
    reports: tuple[Received, ...]
    """Reports on its tasks, late ones included, received since the start of the first week judged in the period."""
    led: int = 0
    """The number of tasks that it leads, confirmed or not."""


class Item(Struct, frozen=True):
    """One judged thing: its share of the full points, from 0 to 1, and the figures behind it."""

    code: Literal["progress", "done", "month", "deadline", "problem", "observation"]
    value: float
    entries: tuple[int, ...]
    """The numbers of the entries behind it; empty if nothing was reported."""
    figures: Mapping[str, Any]
    """The figures of its sentence. `happened` is the date on which it was done, on time or late, or None."""


class SilentWeek(Struct, frozen=True):
    """A week for which no report came in on time."""

    ends: date
    due: date
    """The day by which its report was due, which may be in the next month."""
    made_up: Received | None
    """The first late report about a day of the week, or None."""


class Part(Struct, frozen=True):
    """One part of an assessment."""

    name: str
    weight: float
    """As set in the plan."""
    items: tuple[Item, ...]

    @property
    def value(self) -> float | None:
        """The mean of its items, from 0 to 1; None without items."""
        return sum(item.value for item in self.items) / len(self.items) if self.items else None


class Assessed(Struct, frozen=True):
    """The assessment of a unit."""

    unit: str
    tasks: int
    parts: tuple[Part, ...]
    silent: tuple[SilentWeek, ...]
    deducted: float
    score: float | None
    """From 0 to 100; None if there is nothing to judge."""
    grade: Grade | None
    capped_by: tuple[str, ...] = ()
    """The ids of the tasks that are red at the end of the period and alone keep the unit from the best grade."""
    unconfirmed: int = 0
    """The number of its tasks that are not judged, because the plan does not confirm that it leads them."""
    earlier_problems: int = 0
    """The number of its open problems that were due before the period, and are not judged in it again."""

    @property
    def weighed(self) -> tuple[Part, ...]:
        """The parts that count: those with items and a weight."""
        return tuple(part for part in self.parts if part.value is not None and part.weight > 0)

    def rescaled(self, part: Part) -> float:
        """The weight of a counting part, scaled so that these weights add up to 100."""
        return FULL * part.weight / sum(each.weight for each in self.weighed)


def assess(plan: Plan, dossier: Dossier, period: Period, as_of: date) -> Assessed:
    """Assess one unit.

    Args:
        plan: the plan, with the weights and the reporting day.
        dossier: the unit's tasks, problems, scores and reports as of the date.
        period: a month or a year.
        as_of: the last day of the period, or an earlier day while the period is running.
    """
    weights = plan.assessment
    found = {
        "progress": (*_progress(dossier), *_months(dossier, period, as_of)),
        "deadlines": tuple(_deadlines(dossier, period, as_of, float(weights.late_credit))),
        "rectification": tuple(_rectification(dossier, period, as_of)),
        "observation": tuple(_observation(dossier)),
    }
    parts = tuple(Part(name, float(getattr(weights, name)), found[name]) for name in PARTS)
    silent = tuple(_silent_weeks(plan, dossier, period, as_of))
    deducted = min(float(weights.silent_most), len(silent) * float(weights.silent_week))
    tasks = max(dossier.led, len(dossier.judgements))
    earlier = sum(problem.state == "open" and problem.deadline < period.start for problem in dossier.problems)
    unconfirmed = tasks - len(dossier.judgements)
    unscored = Assessed(dossier.unit, tasks, parts, silent, deducted, None, None, (), unconfirmed, earlier)
    counted = unscored.weighed
    if not counted or not (found["progress"] or found["deadlines"]):
        return unscored
    earned = sum(unscored.rescaled(part) * (part.value or 0) for part in counted)
    score = max(0.0, earned - deducted)
    grade_earned = grade(score, weights)
    red = tuple(judgement.task.id for judgement in dossier.judgements if judgement.red)
    if red and grade_earned == "excellent":
        return replace(unscored, score=score, grade="good", capped_by=red)
    return replace(unscored, score=score, grade=grade_earned)


def grade(score: float, weights: Assessment) -> Grade:
    """The grade of a score (优秀, 良好, 合格, 不合格). The score is rounded to one decimal, as it is printed.

    >>> grade(89.96, Assessment()), grade(89.94, Assessment())
    ('excellent', 'good')
    """
    shown = Decimal(f"{score:.1f}")
    if shown >= weights.excellent:
        return "excellent"
    if shown >= weights.good:
        return "good"
    return "qualified" if shown >= weights.qualified else "unqualified"


def _is_due(day: date, period: Period, as_of: date) -> bool:
    """Whether a date is in the period and can be judged: it has passed, or is the last day of a period that is over."""
    return period.start <= day <= period.end and (day < as_of or day == as_of == period.end)


def _moved_in_time(deadline: date | None, extensions: Iterable[Extension]) -> date | None:
    """The deadline in force when it passed: an extension requested after that does not count."""
    for extension in extensions:
        if extension.after_deadline:
            break
        if not extension.waiting:
            deadline = extension.deadline
    return deadline


def _progress(dossier: Dossier) -> Iterable[Item]:
    """Yield actual over planned progress of each task that has planned progress by now; 1 for a task that is done."""
    for judgement in dossier.judgements:
        at = judgement.position
        if not at.planned or at.life.on_hold:
            continue
        if at.finished:
            done = tuple(filter(None, (at.life.done_seq,)))
            yield Item("done", 1.0, done, {**_named(at.task), "happened": at.life.done_on})
        else:
            value = min(1.0, max(0.0, (at.progress or 0.0) / at.planned))
            figures = {**_named(at.task), "planned": at.planned, "progress": at.progress}
            yield Item("progress", value, _readings(at.facts), figures)


def _named(thing: Task | Milestone | Indicator | Problem) -> dict[str, Any]:
    title = thing.name if isinstance(thing, Indicator) else thing.title
    return {"id": thing.seq if isinstance(thing, Problem) else thing.id, "title": title}


def _readings(facts: TaskFacts) -> tuple[int, ...]:
    return tuple(sorted({total.seq for total in facts.totals.values()}))


def _months(dossier: Dossier, period: Period, as_of: date) -> Iterable[Item]:
    """Yield the reported over the planned amount of each planned month that is over."""
    for judgement in dossier.judgements:
        for indicator in judgement.task.indicators:
            for ends, planned in indicator.monthly.items():
                if planned and _is_due(ends, period, as_of) and "monthly" not in indicator.unconfirmed:
                    amount = dossier.amounts.get((judgement.task.id, indicator.id, ends))
                    value = min(1.0, max(0.0, share(amount, planned) / FULL)) if amount is not None else 0.0
                    entries = _of_indicator(judgement.position.facts, indicator) if amount is not None else ()
                    common = {"task": judgement.task.id, **_named(indicator), "unit": indicator.unit}
                    figures = {**common, "month": f"{ends:%Y-%m}", "planned": planned, "amount": amount}
                    yield Item("month", value, entries, figures)


def _of_indicator(facts: TaskFacts, indicator: Indicator) -> tuple[int, ...]:
    return tuple(sorted(total.seq for (name, _unit), total in facts.totals.items() if name == indicator.id))


def _deadlines(dossier: Dossier, period: Period, as_of: date, late_credit: float) -> Iterable[Item]:
    """Yield the deadlines of tasks and milestones that count in the period.

    A deadline in the period counts 1 if it was met, `late_credit` if it was met late but within the period, else 0. A
    deadline of an earlier period that is still open counts as missed again (结转逾期).
    """
    for judgement in dossier.judgements:
        life = judgement.position.life
        for thing, due in _assessed_deadlines(judgement):
            reached = life.reached.get(thing.id) if isinstance(thing, Milestone) else None
            happened = min(filter(None, (reached, life.done_on)), default=None)
            carried = due < period.start and happened is None and not life.on_hold
            if carried or _is_due(due, period, as_of):
                value = 0.0 if happened is None else 1.0 if happened <= due else late_credit
                entries = _of_event(judgement.position.facts, thing, happened)
                figures = {"due": due, "happened": happened, "carried": carried}
                yield Item("deadline", value, entries, {"task": judgement.task.id, **_named(thing), **figures})


def _assessed_deadlines(judgement: Judgement) -> Iterable[tuple[Task | Milestone, date]]:
    """Yield a task and its milestones with confirmed deadlines, unless a decision or the day of issue lifts them."""
    task, life, issued = judgement.task, judgement.position.life, judgement.position.issued
    held = life.cancelled_on or life.suspended_on
    things: list[Task | Milestone] = [task, *(m for m in task.milestones if not m.indicators)]
    for thing in things:
        standing = isinstance(thing, Task) and thing.standing
        due = None if standing else _moved_in_time(thing.deadline, life.extensions_of(thing))
        if due is None or "deadline" in thing.unconfirmed or (issued and due < issued):
            continue
        if not held or due < held:  # overdue before the decision counts
            yield thing, due


def _of_event(facts: TaskFacts, thing: Task | Milestone, happened: date | None) -> tuple[int, ...]:
    """The number of the entry that recorded the milestone as reached or the task as done; empty if there is none."""
    kinds = {"reach": thing.id if isinstance(thing, Milestone) else "", "done": None}
    found = (e.seq for e in facts.events if e.on == happened and e.kind in kinds and e.subject == kinds[e.kind])
    return tuple(found)[:1]


def _rectification(dossier: Dossier, period: Period, as_of: date) -> Iterable[Item]:
    """Yield the problems due in the period: 1 if reported fixed on time and not sent back, else 0.

    An extension that was requested after the deadline does not count.
    """
    for problem in dossier.problems:
        due = _moved_in_time(problem.original or problem.deadline, problem.extensions)
        if due and _is_due(due, period, as_of):
            met = problem.fixed_on is not None and problem.fixed_on <= due
            entries = tuple(filter(None, (problem.seq, problem.fixed_seq)))
            figures = {**_named(problem), "due": due, "happened": problem.fixed_on}
            yield Item("problem", float(met), entries, figures)


def _observation(dossier: Dossier) -> Iterable[Item]:
    """Yield each observation score; a month counts once, whatever the number of judges."""
    for scored in dossier.observed:
        points = float(scored.exact)
        parts = [(part.name, float(part.value)) for part in scored.parts]
        figures = {"month": scored.name, "judges": scored.judges, "mean": points, "parts": parts}
        yield Item("observation", points / FULL, scored.entries, figures)


def _silent_weeks(plan: Plan, dossier: Dossier, period: Period, as_of: date) -> Iterable[SilentWeek]:
    """Yield the weeks whose report was due in the period and not in on time, if a task was running all week."""
    for first, last, due in weeks_due(period, plan.rules):
        if (
            _is_due(due, period, as_of)
            and (not plan.issued or plan.issued <= first)
            and _running(dossier.judgements, first, last)
            and not any(first <= report.received <= due for report in dossier.reports)
        ):
            later = (r for r in dossier.reports if first <= r.on <= last and due < r.received)
            yield SilentWeek(last, due, min(later, key=lambda r: (r.received, r.seq), default=None))


def _running(judgements: Sequence[Judgement], first: date, ends: date) -> bool:
    """Whether a task of the unit was running for the whole week."""
    for judgement in judgements:
        life = judgement.position.life
        ended = min(filter(None, (life.done_on, life.suspended_on, life.cancelled_on)), default=None)
        if judgement.task.start <= first and (ended is None or ended > ends):
            return True
    return False
