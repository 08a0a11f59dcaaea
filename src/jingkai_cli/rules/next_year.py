"""Makes the plan of the next year: the open tasks, with the work that remains."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from ..facts import NOTHING, TaskFacts
from ..kinds import life_of
from ..kinds.lifecycle import Life
from ..model import PERCENT, Indicator, Milestone, Plan, Task


class Carried(Struct, frozen=True):
    """A task that is open at the end of the year, in the form for the next year's plan."""

    task: Task
    old_deadline: date | None
    """The deadline in force at the end of the year; None for standing work without one."""
    percent: Decimal | None
    """The reported percentage, or None."""
    figures: tuple[tuple[Indicator, Decimal], ...]
    """The indicators of the old plan with their reported totals."""
    reached: tuple[str, ...]
    """The titles of reached milestones, and of indicators that reached their target."""


class NextYear(Struct, frozen=True):
    """The tasks of the next year's plan, and the tasks that it leaves out."""

    carried: tuple[Carried, ...]
    left_out: tuple[Task, ...]
    """The tasks reported done or accepted."""

    def plan(self, old: Plan, year: int) -> Plan:
        """The old plan with the carried tasks in place of its own."""
        return replace(old, year=year, tasks=tuple(carried.task for carried in self.carried))


def next_year(plan: Plan, facts: Mapping[str, TaskFacts], year: int) -> NextYear:
    """Split the tasks of a plan into those that continue in `year` and those that are done.

    A deadline that has passed becomes the last day of `year`, unconfirmed, until somebody decides on a new one.

    Args:
        plan: the old plan.
        facts: the facts of each task as of the day before `year` begins.
        year: the new year.
    """
    carried: list[Carried] = []
    left_out: list[Task] = []
    for task in plan.tasks:
        life = life_of(task, facts.get(task.id, NOTHING).events)
        if life.done_on:
            left_out.append(task)
            continue
        parts = next_year(replace(plan, tasks=task.subtasks), facts, year) if task.subtasks else NextYear((), ())
        one = _carried(task, life, facts.get(task.id, NOTHING), year)
        subtasks = tuple(part.task for part in parts.carried)
        measure = "percent" if one.task.measure == "subtasks" and not subtasks else one.task.measure
        carried.append(replace(one, task=replace(one.task, measure=measure, subtasks=subtasks)))
        left_out += parts.left_out
    return NextYear(tuple(carried), tuple(left_out))


def _carried(task: Task, life: Life, facts: TaskFacts, year: int) -> Carried:
    first, last = date(year, 1, 1), date(year, 12, 31)
    indicators = tuple(remaining for indicator in task.indicators if (remaining := _remaining(indicator, facts, first)))
    kept = {indicator.id for indicator in indicators}
    milestones = tuple(_postponed(m, life, year, kept) for m in task.milestones if _is_open(m, life, first))
    measurable = {"indicators": any(i.target for i in indicators), "milestones": bool(milestones)}
    deadline = life.deadline(task)
    dropped = [m.title for m in task.milestones if not _is_open(m, life, first)]
    dropped += [i.name for i in task.indicators if i.id not in kept]
    passed = deadline is not None and deadline < first
    new = replace(
        task,
        deadline=last if passed else deadline,
        start=first if passed else max(task.start, first),
        unconfirmed=_unconfirmed(task, passed=passed),
        measure=task.measure if measurable.get(task.measure, True) else "percent",
        planned=_from(task.planned, first),
        indicators=indicators,
        milestones=milestones,
        formerly=(),
    )
    figures = tuple((i, total) for i in task.indicators if (total := facts.total(i.id)) is not None)
    return Carried(new, deadline, facts.total(PERCENT), figures, tuple(dropped))


def _remaining(indicator: Indicator, facts: TaskFacts, first: date) -> Indicator | None:
    """The rest of an indicator; None if its target was reached. The target of a level stays."""
    target, reached = indicator.target, facts.total(indicator.id)
    if target is not None and reached is not None and indicator.type == "total":
        if reached >= target:
            return None
        target -= max(reached, Decimal(0))
    done = (reached or Decimal(0)) if indicator.type == "total" else Decimal(0)
    planned = {day: max(total - done, Decimal(0)) for day, total in _from(indicator.planned, first).items()}
    return replace(indicator, target=target, planned=planned, monthly=_from(indicator.monthly, first))


def _is_open(milestone: Milestone, life: Life, first: date) -> bool:
    """Whether a milestone is still open. One that is judged by a month's figures ends with its month."""
    return milestone.deadline >= first if milestone.indicators else milestone.id not in life.reached


def _postponed(milestone: Milestone, life: Life, year: int, kept: set[str]) -> Milestone:
    deadline = life.deadline(milestone)
    passed = deadline < date(year, 1, 1)
    return replace(
        milestone,
        deadline=date(year, 12, 31) if passed else deadline,
        unconfirmed=_unconfirmed(milestone, passed=passed),
        indicators=tuple(name for name in milestone.indicators if name in kept),
    )


def _unconfirmed(thing: Task | Milestone, *, passed: bool) -> tuple[str, ...]:
    """The unconfirmed fields of a task or milestone; if its deadline has passed, with `deadline`."""
    return tuple(dict.fromkeys((*thing.unconfirmed, *(("deadline",) if passed else ()))))


def _from(values: Mapping[date, Decimal], first: date) -> dict[date, Decimal]:
    return {day: value for day, value in values.items() if day >= first}
