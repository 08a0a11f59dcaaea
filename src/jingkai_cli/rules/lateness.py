"""Lateness: things past their deadlines, planned months without a report, and how many days work is behind."""

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
"""The number of milestones, those reached last, from which the slip is computed."""
TOO_EARLY = 0.4
"""The share of the planned time before which no forecast is made: it was less accurate than the deadline itself."""


class MonthlyPlan(Struct, frozen=True):
    """The planned amount of an indicator in one month, and the reported amount."""

    indicator: Indicator
    ends: date
    """The last day of the month."""
    planned: Decimal
    actual: Decimal | None
    """None if nothing was reported in the month."""

    @property
    def title(self) -> str:
        """The month and the indicator: `2016-03 新增主体面积`."""
        return f"{self.ends:%Y-%m} {self.indicator.name}"

    @property
    def gap(self) -> float | None:
        """Points behind the plan of the month; negative when ahead. None without a report or a plan."""
        return FULL - share(self.actual, self.planned) if self.actual is not None and self.planned else None


Thing = Task | Milestone | Problem | MonthlyPlan
"""Something with a deadline. That of a planned month is its last day."""


class Late(Struct, frozen=True):
    """Something past its deadline: a task itself, a milestone, a problem not reported fixed, a planned month.

    A month, and a milestone that is judged by a month's figures, is late only while nothing is reported for it.
    """

    thing: Thing
    deadline: date
    days: int
    reported: bool
    """Whether there is a report about its deadline or a later day: 逾期未完成 if so, else 逾期未报."""
    task: Task
    """The task or sub-task to which it belongs."""
    life: Life
    """The life of that task."""


def open_dates(task: Task, life: Life, problems: Iterable[Problem]) -> list[tuple[Thing, date]]:
    """Each open thing with its deadline in force: the task, unreached milestones, open problems.

    Unconfirmed deadlines of tasks are left out.
    """
    dates: list[tuple[Thing, date]] = []
    if (own := life.deadline(task)) and not task.standing and "deadline" not in task.unconfirmed:
        dates.append((task, own))
    if task.milestones:
        dates += [(milestone, life.deadline(milestone)) for milestone in life.unreached(task)]
    if problems:
        dates += [(problem, problem.deadline) for problem in problems if problem.state == "open"]
    return dates


def late_things(  # noqa: PLR0913, PLR0917 - what lateness depends on
    task: Task, facts: TaskFacts, life: Life, problems: Iterable[Problem], as_of: date, reported: date
) -> tuple[Late, ...]:
    """The things past their deadlines, most days first; `reported` is the date of the last report on the task itself.

    On the day of its deadline, nothing is late yet.
    """
    passed = [(thing, day) for thing, day in open_dates(task, life, problems) if day < as_of]
    unreported = _unreported(task, facts, life, as_of) if task.indicators else []
    if not passed and not unreported:
        return ()
    late = [Late(thing, day, (as_of - day).days, reported >= day, task, life) for thing, day in passed]
    late += [Late(thing, day, (as_of - day).days, reported=False, task=task, life=life) for thing, day in unreported]
    return tuple(sorted(late, key=lambda each: -each.days))


def life_within(task: Task, facts: TaskFacts, parent: Life | None) -> Life:
    """The life of a task; it is on hold if the life of its parent, `held`, is."""
    life = life_of(task, facts.events)
    if parent and not life.done_on:
        life.suspended_on = life.suspended_on or parent.suspended_on
        life.cancelled_on = life.cancelled_on or parent.cancelled_on
    return life


def late_by_events(task: Task, facts: Mapping[str, TaskFacts], as_of: date, held: Life | None = None) -> Iterator[Task]:
    """Yield the task and its sub-tasks that would be late themselves if no figure had been reported.

    Args:
        task: the task, with its sub-tasks.
        facts: the events of each task, by id.
        as_of: the date of the report.
        held: the life of the parent if that is suspended or cancelled, which applies to its sub-tasks too.
    """
    task_facts = facts.get(task.id, NOTHING)
    life = life_within(task, task_facts, held)
    if not (life.done_on or life.on_hold) and late_things(
        task, task_facts, life, life.counted_problems, as_of, date.min
    ):
        yield task
    inner = life if task.subtasks and life.on_hold else None
    for part in task.subtasks:
        yield from late_by_events(part, facts, as_of, inner)


def _unreported(task: Task, facts: TaskFacts, life: Life, as_of: date) -> list[tuple[Thing, date]]:
    """The milestones judged by a month's figures, and the months that no milestone judges, for which there are none."""
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
    """Yield the planned months that are over and have no reading in them or later (逾期未报).

    Months that a milestone judges, that are not confirmed, or for which nothing was planned are left out.
    """
    judged = {(name, f"{m.deadline:%Y-%m}") for m in task.milestones for name in m.indicators}
    for indicator in task.indicators:
        if "monthly" in indicator.unconfirmed:
            continue
        for ends, planned in indicator.monthly.items():
            is_due = ends < as_of and planned and (indicator.id, f"{ends:%Y-%m}") not in judged
            if is_due and not is_reported(facts, indicator.id, ends):
                yield MonthlyPlan(indicator, ends, planned, None)


def month_before(ends: date) -> date:
    """The last day of the month before the one with the last day `ends`.

    >>> month_before(date(2016, 3, 31))
    datetime.date(2016, 2, 29)
    """
    return ends.replace(day=1) - timedelta(days=1)


def last_ended(task: Task, as_of: date) -> dict[str, date]:
    """Indicator id → the last day of its last planned month that is over."""
    ended = {i.id: [day for day in i.monthly if day < as_of] for i in task.indicators if i.monthly}
    return {name: max(days) for name, days in ended.items() if days}


def monthly_plans(task: Task, facts: TaskFacts, as_of: date) -> Iterator[MonthlyPlan]:
    """Yield the last planned month that is over, for each indicator with monthly plans."""
    for name, ends in last_ended(task, as_of).items():
        indicator = task.indicator(name)
        if indicator:
            yield MonthlyPlan(indicator, ends, indicator.monthly[ends], facts.months.get((name, ends)))


def is_reported(facts: TaskFacts, name: str, ends: date) -> bool:
    """Whether an indicator has a reading dated in the month with the last day `ends`, or later."""
    last = facts.last_reading_on(name)
    return last is not None and last > month_before(ends)


class DaysBehind(Struct, frozen=True):
    """How many days work is behind, and the figures behind that. All in days; None if unknown."""

    elapsed: int
    """Actual time (AT): days since the start; negative before it."""
    planned_days: int | None
    """Planned days (PD): from the start to the deadline in force."""
    earned: float | None
    """Earned schedule (ES): the day of the plan on which today's progress was due."""
    slips: tuple[int, ...]
    """How late the last milestones were reached, at most `SLIPS` of them, in the order in which they were reached."""

    @property
    def lag(self) -> float | None:
        """AT - ES: the days that progress is behind; negative when ahead."""
        return None if self.earned is None else self.elapsed - self.earned

    @property
    def slip(self) -> float | None:
        """The mean lateness of the last milestones; negative when early."""
        return sum(self.slips) / len(self.slips) if self.slips else None

    @property
    def days(self) -> float | None:
        """The mean of lag and slip, or the known one."""
        if not self.slips:  # most tasks
            return None if self.earned is None else self.elapsed - self.earned
        lag, slip = self.lag, sum(self.slips) / len(self.slips)
        return slip if lag is None else (lag + slip) / 2

    def is_too_slow(self, rules: Rules) -> bool:
        """Whether a task that is neither done nor late is behind its pace (进度滞后).

        True if at least `rules.pace_after` percent of its time has passed, and it is behind by at least
        `rules.pace_days` days and at least `rules.pace_share` percent of its planned days.
        """
        days, planned = self.days, self.planned_days
        if days is None or planned is None or self.elapsed < 0 or not reaches(days, rules.pace_days):
            return False
        return (
            reaches(days, float(rules.pace_share) * planned / 100) and self.elapsed * 100 >= rules.pace_after * planned
        )

    @property
    def share(self) -> float | None:
        """The days behind as a share of the planned days."""
        return self.days / self.planned_days if self.days is not None and self.planned_days else None

    @property
    def too_early(self) -> bool:
        """Whether it is too early for a forecast."""
        return self.planned_days is None or self.elapsed < TOO_EARLY * self.planned_days - NOISE


def slips(life: Life, milestones: Iterable[Milestone]) -> Iterator[tuple[date, int]]:
    """Yield the day of each reached milestone, in the plan's order, and its lateness by the deadline in force then."""
    for milestone in milestones if life.reached else ():
        if day := life.reached.get(milestone.id):
            yield day, (day - _deadline_on(life, milestone, day)).days


def last_slips(found: Iterable[tuple[date, int]]) -> tuple[int, ...]:
    """The lateness of the milestones reached last, in the order in which they were reached."""
    return tuple(days for _day, days in sorted(found, key=lambda slip: slip[0])[-SLIPS:])


def _deadline_on(life: Life, milestone: Milestone, day: date) -> date:
    """The deadline of a milestone that was in force on a day."""
    moved = [x.deadline for x in life.extensions_of(milestone) if x.on <= day and not x.waiting]
    return moved[-1] if moved else milestone.deadline
