"""The items of an assessment: each thing that is judged in a period, with its value and the entries behind it.

What was not reported earns nothing, so that silence is never better than a small figure; and a thing is judged or not
by what was planned, whatever was done. What the plan marks as unconfirmed is not judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from ..dates import Period
from ..facts import Received, TaskFacts
from ..kinds.life import Extension, Life, Problem
from ..model import Indicator, Milestone, Plan, Task
from .observation import Scored
from .progress import FULL, share
from .reporting_periods import weeks_due
from .status import Judgement


class Dossier(Struct, frozen=True):
    """Everything that a unit is assessed by: what plan and ledger have of it in a period, as of a date."""

    unit: str
    judgements: tuple[Judgement, ...]
    """Of the tasks that it leads, and that the plan has confirmed it to lead."""
    amounts: Mapping[tuple[str, str, date], Decimal]
    """(task, indicator, last day of a month) → what was reported in that month."""
    problems: tuple[Problem, ...]
    """Those that the unit must fix, of any task."""
    observed: tuple[Scored, ...]
    """Its scores at the observation that count in the period."""
    reports: tuple[Received, ...]
    """Of its tasks, received since the first week began that is judged in the period, late ones included."""
    led: int = 0
    """How many tasks it leads, confirmed or not."""


class Item(Struct, frozen=True):
    """One judged thing: its share of the full points, 0 to 1, and what the share is based on."""

    code: Literal["progress", "done", "month", "deadline", "problem", "observation"]
    value: float
    entries: tuple[int, ...]
    """The entries behind it; none where nothing was reported."""
    figures: Mapping[str, Any]
    """The numbers of its sentence. `happened` is the date on which it was done, on time or late; None if it was not."""


class SilentWeek(Struct, frozen=True):
    """A week of which no report was in on time."""

    ends: date
    made_up: Received | None
    """The first late report about its days."""


def is_due(day: date, period: Period, as_of: date) -> bool:
    """Whether a date in a period can be judged: it has passed, or it is the last day of a period that is over."""
    return period.start <= day <= period.end and (day < as_of or day == as_of == period.end)


def assessed_deadline(thing: Task | Milestone, life: Life) -> date | None:
    """The deadline in force when it passed: an extension requested after that does not count."""
    if isinstance(thing, Task) and thing.standing:
        return None
    return _moved_in_time(thing.deadline, life.extensions_of(thing))


def _moved_in_time(deadline: date | None, extensions: Iterable[Extension]) -> date | None:
    for extension in extensions:
        if extension.after_deadline:
            break
        if not extension.waiting:
            deadline = extension.deadline
    return deadline


def progress(dossier: Dossier) -> Iterable[Item]:
    """Actual over planned progress of each task with some planned by now; a task that is done has 1."""
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


def months(dossier: Dossier, period: Period, as_of: date) -> Iterable[Item]:
    """The amount reported over the amount planned, for each planned month that is over."""
    for judgement in dossier.judgements:
        for indicator in judgement.task.indicators:
            for ends, planned in indicator.monthly.items():
                if planned and is_due(ends, period, as_of) and "monthly" not in indicator.unconfirmed:
                    amount = dossier.amounts.get((judgement.task.id, indicator.id, ends))
                    value = min(1.0, max(0.0, share(amount, planned) / FULL)) if amount is not None else 0.0
                    entries = _of_indicator(judgement.position.facts, indicator) if amount is not None else ()
                    said = {"task": judgement.task.id, **_named(indicator), "unit": indicator.unit}
                    figures = {**said, "month": f"{ends:%Y-%m}", "planned": planned, "amount": amount}
                    yield Item("month", value, entries, figures)


def _of_indicator(facts: TaskFacts, indicator: Indicator) -> tuple[int, ...]:
    return tuple(sorted(total.seq for (name, _unit), total in facts.totals.items() if name == indicator.id))


def deadlines(dossier: Dossier, period: Period, as_of: date, late_credit: float) -> Iterable[Item]:
    """The deadlines of tasks and milestones that count in the period.

    One of the period counts 1 where met, `late_credit` where met late within the period, else 0. One of an earlier
    period that is still open counts as missed once more (结转逾期).
    """
    for judgement in dossier.judgements:
        life = judgement.position.life
        for thing, due in _assessed_deadlines(judgement):
            reached = life.reached.get(thing.id) if isinstance(thing, Milestone) else None
            happened = min(filter(None, (reached, life.done_on)), default=None)
            carried = due < period.start and happened is None and not life.on_hold
            if carried or is_due(due, period, as_of):
                value = 0.0 if happened is None else 1.0 if happened <= due else late_credit
                entries = _of_event(judgement.position.facts, thing, happened)
                figures = {"due": due, "happened": happened, "carried": carried}
                yield Item("deadline", value, entries, {"task": judgement.task.id, **_named(thing), **figures})


def _assessed_deadlines(judgement: Judgement) -> Iterable[tuple[Task | Milestone, date]]:
    """The confirmed deadlines of a task and its milestones, without those that a decision or the day of issue lifts."""
    task, life, issued = judgement.task, judgement.position.life, judgement.position.issued
    held = life.cancelled_on or life.suspended_on
    things: list[Task | Milestone] = [task, *(m for m in task.milestones if not m.indicators)]
    for thing in things:
        due = assessed_deadline(thing, life)
        if due is None or "deadline" in thing.unconfirmed or (issued and due < issued):
            continue
        if not held or due < held:  # what was overdue before the decision stays
            yield thing, due


def _of_event(facts: TaskFacts, thing: Task | Milestone, happened: date | None) -> tuple[int, ...]:
    """The entry that recorded a milestone as reached or the task as done."""
    kinds = {"reach": thing.id if isinstance(thing, Milestone) else "", "done": None}
    found = (e.seq for e in facts.events if e.on == happened and e.kind in kinds and e.subject == kinds[e.kind])
    return tuple(found)[:1]


def rectification(dossier: Dossier, period: Period, as_of: date) -> Iterable[Item]:
    """The problems due in the period: 1 where reported fixed on time and not sent back, else 0.

    As of a deadline, an extension that was requested after the date does not count.
    """
    for problem in dossier.problems:
        due = _moved_in_time(problem.original or problem.deadline, problem.extensions)
        if due and is_due(due, period, as_of):
            met = problem.fixed_on is not None and problem.fixed_on <= due
            entries = tuple(filter(None, (problem.seq, problem.fixed_seq)))
            figures = {**_named(problem), "due": due, "happened": problem.fixed_on}
            yield Item("problem", float(met), entries, figures)


def observation(dossier: Dossier) -> Iterable[Item]:
    """Each score at the observation; a month counts once, whatever the number of judges."""
    for scored in dossier.observed:
        points = float(scored.exact)
        parts = [(part.name, float(part.value)) for part in scored.parts]
        figures = {"month": scored.name, "judges": scored.judges, "mean": points, "parts": parts}
        yield Item("observation", points / FULL, scored.entries, figures)


def silent_weeks(plan: Plan, dossier: Dossier, period: Period, as_of: date) -> Iterable[SilentWeek]:
    """The weeks of which a report was due in the period, a task ran all through, and no report was in on time."""
    for first, last, due in weeks_due(period, plan.rules):
        if (
            is_due(due, period, as_of)
            and (not plan.issued or plan.issued <= first)
            and _running(dossier.judgements, first, last)
            and not any(first <= report.received <= due for report in dossier.reports)
        ):
            later = (r for r in dossier.reports if first <= r.on <= last and due < r.received)
            yield SilentWeek(last, min(later, key=lambda r: (r.received, r.seq), default=None))


def _running(judgements: Sequence[Judgement], first: date, ends: date) -> bool:
    """Whether a task of the unit was running for the whole week."""
    for judgement in judgements:
        life = judgement.position.life
        ended = min(filter(None, (life.done_on, life.suspended_on, life.cancelled_on)), default=None)
        if judgement.task.start <= first and (ended is None or ended > ends):
            return True
    return False
