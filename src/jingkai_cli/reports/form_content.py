"""`jk form`: the lines that a unit fills in for a period, with the figures that are known."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from ..dates import Period
from ..facts import NOTHING, TaskFacts, Total
from ..kinds import life_of
from ..kinds.kind import REPORT_TEXTS
from ..kinds.lifecycle import Life
from ..language import speaking
from ..model import PERCENT, Indicator, Milestone, Plan, Task
from ..rules.lateness import late_things
from ..rules.progress import planned as planned_course
from ..rules.progress import planned_total
from ..rules.reporting_periods import next_report_by
from .reason_wording import full_titles

_FIGURES = ("added", "total")

_DATE = ("done", "done_on")

_TEXTS = ("note", *REPORT_TEXTS)


class Line(Struct, frozen=True):
    """One line of a form, about a task, or about one of its indicators or milestones."""

    task: Task
    about: Task | Indicator | Milestone
    deadline: date | None
    """The deadline in force at the end of the period; None if a task's deadline is not confirmed."""
    asks: tuple[str, ...] = _TEXTS
    """The fields to fill in: `added`, `total`, `done`, `done_on`, `note`, `problem`, `next`, `need`."""
    last: Total | None = None
    """The total at the end of the period before."""
    planned_within: Decimal | None = None
    """The amount planned for this period alone."""
    planned_by: Decimal | None = None
    """The total planned for the end of this period."""
    reached: date | None = None
    missing: bool = False
    """Whether a milestone was due before the period and has no figures for the month by which it is judged."""

    @property
    def judged_by_figures(self) -> bool:
        """Whether it is a milestone that figures of indicators decide; its own line asks for nothing."""
        return isinstance(self.about, Milestone) and bool(self.about.indicators)


class Form(Struct, frozen=True):
    """The form of one unit."""

    plan: Plan
    unit: str
    period: Period
    lines: tuple[Line, ...]
    titles: Mapping[str, str]
    """Task id → title; a sub-task's title includes that of its task."""
    due: date | None
    """The day by which the form is to be returned; None leaves a blank to be filled in by hand."""


class Known(Struct, frozen=True):
    """The facts before the period, for figures, and at its end, for everything else."""

    before: Mapping[str, TaskFacts]
    now: Mapping[str, TaskFacts]


def build(plan: Plan, known: Known, unit: str, period: Period, due: date | None = None) -> Form:
    """The form of a unit: the tasks that it leads, and its own shares in tasks that it supports.

    A weekly form without `due` is to be returned by the plan's reporting day. Tasks reported done or cancelled are left
    out, because nothing more is asked about them, and so are tasks whose lead unit is not confirmed.
    """
    with speaking(plan.language):
        titles = full_titles(plan)
    if due is None and period.name.partition("-")[2].startswith("W"):
        due = next_report_by(period.end, plan.rules)
    return Form(plan, unit, period, tuple(_lines(plan, known, unit, period)), titles, due)


def _lines(plan: Plan, known: Known, unit: str, period: Period) -> Iterator[Line]:
    for task in plan.every_task():
        life = life_of(task, known.now.get(task.id, NOTHING).events)
        if life.done_on is not None or life.cancelled_on is not None:
            continue
        before = known.before.get(task.id, NOTHING)
        own = [i for i in task.indicators if i.per_unit and not i.counts]
        if task.answering_unit == unit:
            shared = [i for i in task.indicators if not (i.per_unit or i.sum or i.counts)]
            yield _of_task(task, life, before, period)
            yield from (_of_indicator(task, i, life, before, unit, period) for i in [*shared, *own])
            yield from _of_milestones(task, life, known.now.get(task.id, NOTHING), period)
        elif unit in plan.support_units(task) and own:
            yield Line(task, task, _confirmed_deadline(task, life))
            yield from (_of_indicator(task, i, life, before, unit, period) for i in own)


def _confirmed_deadline(task: Task, life: Life) -> date | None:
    return None if "deadline" in task.unconfirmed else life.deadline(task)


def _of_task(task: Task, life: Life, before: TaskFacts, period: Period) -> Line:
    if task.measure != "percent":
        return Line(task, task, _confirmed_deadline(task, life), (*_DATE, *_TEXTS))
    course = planned_course(task, life)
    return Line(
        task,
        task,
        _confirmed_deadline(task, life),
        (*_FIGURES, *_DATE, *_TEXTS),
        last=before.totals.get((PERCENT, "")),
        planned_by=Decimal(str(round(course.on(period.end), 1))) if course else None,
    )


def _of_indicator(  # noqa: PLR0913, PLR0917 - the values of one line
    task: Task, indicator: Indicator, life: Life, before: TaskFacts, unit: str, period: Period
) -> Line:
    whole = not indicator.per_unit  # planned values are for the sum over units, not for one share
    return Line(
        task,
        indicator,
        None,
        ("total", "note") if indicator.type == "level" else (*_FIGURES, "note"),
        last=before.totals.get((indicator.id, "" if whole else unit)),
        planned_within=_within(indicator, period) if whole else None,
        planned_by=planned_total(task, life, indicator, period.end) if whole else None,
    )


def _within(indicator: Indicator, period: Period) -> Decimal | None:
    """The sum of the amounts planned for the months within the period; None if there is no such month."""
    amounts = [
        amount
        for ends, amount in indicator.monthly.items()
        if period.start <= ends.replace(day=1) and ends <= period.end
    ]
    return sum(amounts, Decimal(0)) if amounts else None


def _of_milestones(task: Task, life: Life, facts: TaskFacts, period: Period) -> Iterator[Line]:
    late = [each.thing for each in late_things(task, facts, life, (), period.start, date.min)]
    for milestone in task.milestones:
        reached = life.reached.get(milestone.id)
        asked = reached is None and not milestone.indicators  # milestones with indicators are judged by figures
        deadline = life.deadline(milestone)
        missing = bool(milestone.indicators) and milestone in late
        yield Line(task, milestone, deadline, (*_DATE, "note") if asked else (), reached=reached, missing=missing)
