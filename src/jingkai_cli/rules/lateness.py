"""Lateness: what is past its deadline, also a planned month that nobody reported, and how many days work is behind."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from ..facts import NOTHING, TaskFacts
from ..kinds import life_of
from ..kinds.lifecycle import Life, Problem
from ..model import Indicator, Milestone, Task
from ..thresholds import Rules
from .progress import FULL, NOISE, reaches, share

SLIPS = 3
"""So many milestones, those reached last, say how late milestones come."""
TOO_EARLY = 0.4
"""The share of the planned time before which a forecast has no date: it was worse than the deadline itself."""


class MonthlyPlan(Struct, frozen=True):
    """The planned amount of an indicator in one month, and the amount reported."""

    indicator: Indicator
    ends: date
    """The month's last day."""
    planned: Decimal
    actual: Decimal | None
    """None where nothing was reported in the month."""

    @property
    def title(self) -> str:
        """The month and the indicator: `2016-03 新增主体面积`."""
        return f"{self.ends:%Y-%m} {self.indicator.name}"

    @property
    def gap(self) -> float | None:
        """Points behind the month's plan; negative when ahead."""
        return FULL - share(self.actual, self.planned) if self.actual is not None and self.planned else None


Thing = Task | Milestone | Problem | MonthlyPlan
"""What has a deadline. A planned month has its last day."""


class Late(Struct, frozen=True):
    """A thing past its deadline: a task itself, one of its milestones, a problem not reported fixed, a planned month.

    A month, and a milestone that is judged by a month's figures, is late while nothing was reported of it.
    """

    thing: Thing
    deadline: date
    days: int
    reported: bool
    """Whether there is a report about its deadline or a later day: 逾期未完成; otherwise 逾期未报."""
    task: Task
    """The task or sub-task where it arises."""
    life: Life
    """That task's."""


def open_dates(task: Task, life: Life, problems: Iterable[Problem]) -> list[tuple[Thing, date]]:
    """Each thing still to be done, with its deadline in force: the task, unreached milestones, open problems.

    An unconfirmed deadline of a task is left out.
    """
    dates: list[tuple[Thing, date]] = []
    if (own := life.deadline(task)) and not task.standing and "deadline" not in task.unconfirmed:
        dates.append((task, own))
    if task.milestones:
        dates += [(milestone, life.deadline(milestone)) for milestone in life.unreached(task)]
    if problems:
        dates += [(problem, problem.deadline) for problem in problems if problem.state == "open"]
    return dates


def late_things(  # noqa: PLR0913, PLR0917 - what lateness follows from
    task: Task, facts: TaskFacts, life: Life, problems: Iterable[Problem], as_of: date, reported: date
) -> tuple[Late, ...]:
    """What is past its deadline, most days first; `reported` is the date of the last report on the task itself.

    On the day of the deadline nothing is late.
    """
    passed = [(thing, day) for thing, day in open_dates(task, life, problems) if day < as_of]
    unreported = _unreported(task, facts, life, as_of) if task.indicators else []
    if not passed and not unreported:
        return ()
    late = [Late(thing, day, (as_of - day).days, reported >= day, task, life) for thing, day in passed]
    late += [Late(thing, day, (as_of - day).days, reported=False, task=task, life=life) for thing, day in unreported]
    return tuple(sorted(late, key=lambda each: -each.days))


def life_within(task: Task, facts: TaskFacts, held: Life | None) -> Life:
    """The life of a task: on hold where that of its parent, `held`, is."""
    life = life_of(task, facts.events)
    if held and not life.done_on:
        life.suspended_on = life.suspended_on or held.suspended_on
        life.cancelled_on = life.cancelled_on or held.cancelled_on
    return life


def late_by_events(task: Task, facts: Mapping[str, TaskFacts], as_of: date, held: Life | None = None) -> Iterator[Task]:
    """The task and those of its sub-tasks that would be late themselves if no figure had been reported.

    Args:
        task: with its sub-tasks.
        facts: the events of each task, by id.
        as_of: the date of the report.
        held: the life of its parent where that is suspended or cancelled, and its sub-tasks with it.
    """
    said = facts.get(task.id, NOTHING)
    life = life_within(task, said, held)
    if not (life.done_on or life.on_hold) and late_things(task, said, life, life.counted_problems, as_of, date.min):
        yield task
    inner = life if task.subtasks and life.on_hold else None
    for part in task.subtasks:
        yield from late_by_events(part, facts, as_of, inner)


def _unreported(task: Task, facts: TaskFacts, life: Life, as_of: date) -> list[tuple[Thing, date]]:
    """What is judged by a month's figures and has none: milestones, and planned months that no milestone judges."""
    found: list[tuple[Thing, date]] = [
        (milestone, life.deadline(milestone))
        for milestone in task.milestones
        if milestone.indicators
        and milestone.id not in life.reached
        and life.deadline(milestone) < as_of
        and not all(is_reported(facts, name, milestone.deadline) for name in milestone.indicators)
    ]
    if any(indicator.monthly for indicator in task.indicators):
        found += [(month, month.ends) for month in _unreported_months(task, facts, as_of)]
    return found


def _unreported_months(task: Task, facts: TaskFacts, as_of: date) -> Iterator[MonthlyPlan]:
    """The planned months that are over and without a reading of them or later (逾期未报).

    A month that a milestone judges is left out, and so is one that is not confirmed, or in which nothing was planned.
    """
    judged = {(name, f"{m.deadline:%Y-%m}") for m in task.milestones for name in m.indicators}
    for indicator in task.indicators:
        if "monthly" in indicator.unconfirmed:
            continue
        for ends, planned in indicator.monthly.items():
            asked = ends < as_of and planned and (indicator.id, f"{ends:%Y-%m}") not in judged
            if asked and not is_reported(facts, indicator.id, ends):
                yield MonthlyPlan(indicator, ends, planned, None)


def month_before(ends: date) -> date:
    """The last day of the month before the one that ends on a day.

    >>> month_before(date(2016, 3, 31))
    datetime.date(2016, 2, 29)
    """
    return ends.replace(day=1) - timedelta(days=1)


def last_ended(task: Task, as_of: date) -> dict[str, date]:
    """The last planned month of each indicator that is over: indicator id → the month's last day."""
    ended = {i.id: [day for day in i.monthly if day < as_of] for i in task.indicators if i.monthly}
    return {name: max(days) for name, days in ended.items() if days}


def monthly_plans(task: Task, facts: TaskFacts, as_of: date) -> Iterator[MonthlyPlan]:
    """The last ended month of each indicator that has monthly plans."""
    for name, ends in last_ended(task, as_of).items():
        indicator = task.indicator(name)
        if indicator:
            yield MonthlyPlan(indicator, ends, indicator.monthly[ends], facts.months.get((name, ends)))


def is_reported(facts: TaskFacts, name: str, ends: date) -> bool:
    """Whether an indicator has a reading of the month that ends on a day, or of a later day."""
    last = facts.last_reading_on(name)
    return last is not None and last > month_before(ends)


class DaysBehind(Struct, frozen=True):
    """How many days behind the work stands, and what that follows from. Days; None where unknown."""

    gone: int
    """Actual time (AT): days since the start; negative before it."""
    planned_days: int | None
    """Planned days (PD): from the start to the deadline in force."""
    earned: float | None
    """Earned schedule (ES): the plan day on which today's progress was due."""
    slips: tuple[int, ...]
    """How late the last milestones came, at most `SLIPS` of them, in the order of the days on which they came."""

    @property
    def lag(self) -> float | None:
        """AT - ES: by how much the progress is behind; negative when ahead."""
        return None if self.earned is None else self.gone - self.earned

    @property
    def slip(self) -> float | None:
        """How late the last milestones came, on average; negative when early."""
        return sum(self.slips) / len(self.slips) if self.slips else None

    @property
    def days(self) -> float | None:
        """The mean of lag and slip, or the one that is known."""
        if not self.slips:  # most tasks
            return None if self.earned is None else self.gone - self.earned
        lag, slip = self.lag, sum(self.slips) / len(self.slips)
        return slip if lag is None else (lag + slip) / 2

    def is_too_slow(self, rules: Rules) -> bool:
        """Whether a task that is neither done nor late is behind its pace (进度滞后).

        At least `rules.pace_after` percent of its time has gone, and it is at least `rules.pace_days`, and
        `rules.pace_share` percent of its planned days, behind.
        """
        days, planned = self.days, self.planned_days
        if days is None or planned is None or self.gone < 0 or not reaches(days, rules.pace_days):
            return False
        return reaches(days, float(rules.pace_share) * planned / 100) and self.gone * 100 >= rules.pace_after * planned

    @property
    def share(self) -> float | None:
        """The days behind as a share of the planned days."""
        return self.days / self.planned_days if self.days is not None and self.planned_days else None

    @property
    def too_early(self) -> bool:
        """Whether a forecast would have no date yet."""
        return self.planned_days is None or self.gone < TOO_EARLY * self.planned_days - NOISE


def slips(life: Life, milestones: Iterable[Milestone]) -> Iterator[tuple[date, int]]:
    """Each milestone that was reached, in the plan's order: the day, and how late that was by the deadline of then."""
    for milestone in milestones if life.reached else ():
        if day := life.reached.get(milestone.id):
            yield day, (day - _deadline_on(life, milestone, day)).days


def last_slips(found: Iterable[tuple[date, int]]) -> tuple[int, ...]:
    """How late the milestones that were reached last came, in the order of the days on which they came."""
    return tuple(days for _day, days in sorted(found, key=lambda slip: slip[0])[-SLIPS:])


def _deadline_on(life: Life, milestone: Milestone, day: date) -> date:
    """The deadline of a milestone that was in force on a day."""
    moved = [x.deadline for x in life.extensions_of(milestone) if x.on <= day and not x.waiting]
    return moved[-1] if moved else milestone.deadline
