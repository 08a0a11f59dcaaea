"""State and lamp (红黄绿灯): what a position and its reasons come to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from ..facts import NOTHING, TaskFacts
from ..model import Milestone, Plan, Rules, Task
from .position import Position, position_of
from .progress import reaches

if TYPE_CHECKING:
    from .reasons import Reason

State = Literal["accepted", "done", "overdue", "at-risk", "on-track", "not-started"]
Lamp = Literal["red", "yellow", "green", "none"]


@dataclass(frozen=True)
class Judgement:
    """One task, judged as of a date. What is asked for is computed then, and kept."""

    at: Position

    @cached_property
    def state(self) -> State:
        """The state, by the dates first: reasons are looked for where no date has passed."""
        at = self.at
        if at.finished:
            return "accepted" if at.life.accepted_on else "done"
        if at.late:
            return "overdue"
        if at.silent_so_far and at.as_of < at.task.start:
            return "not-started"
        return "at-risk" if self.reasons else "on-track"

    @cached_property
    def lamp(self) -> Lamp:
        """Green when done; else red, yellow, none where there is nothing to judge by, or green: the first that holds.

        A straight line alone is never more than yellow: nobody promised it.
        """
        at = self.at
        if at.finished:
            return "green"
        if self.red:
            return "red"
        if at.late or self.reasons:
            return "yellow"
        if at.silent_so_far and at.as_of < at.task.start:
            return "none"
        reported = at.gap is not None or any(gap is not None for gap in _monthly_gaps(at))
        return "green" if reported or _confirmed_date_due(at) else "none"

    @property
    def red(self) -> bool:
        """Whether the lamp is red: a date passed that makes it so, or the task is far behind a written plan."""
        at = self.at
        if at.finished:
            return False
        milestone_red = at.rules.milestone_red
        if at.late and any(not isinstance(x.thing, Milestone) or x.days > milestone_red for x in at.late):
            return True
        return _far_behind_a_written_plan(at)

    @cached_property
    def reasons(self) -> "tuple[Reason, ...]":
        """Why it is overdue or at risk, worst first."""
        return _reasons()(self.at)

    @property
    def task(self) -> Task:
        """The task that is judged."""
        return self.at.task

    @property
    def silent(self) -> bool:
        """Whether nothing was received of it in the last whole reporting period, or ever."""
        return any(why.code in ("silent", "unstarted") for why in self.reasons)


def judge(
    plan: Plan, facts: Mapping[str, TaskFacts], as_of: date, tasks: Iterable[Task] | None = None
) -> list[Judgement]:
    """Judge tasks of the plan, or all of them in its order, from what the ledger says of each as of that date."""
    those = plan.tasks if tasks is None else tasks
    return [judge_task(task, facts.get(task.id, NOTHING), as_of, plan.rules) for task in those]


def judge_task(task: Task, facts: TaskFacts, as_of: date, rules: Rules) -> Judgement:
    """Judge one task. A deadline on the as-of day itself is not overdue."""
    return Judgement(position_of(task, facts, as_of, rules))


@cache
def _reasons() -> "Callable[[Position], tuple[Reason, ...]]":
    """What finds the reasons, loaded when they are first asked for: a report of what is late does without."""
    from .reasons import reasons

    return reasons


def _monthly_gaps(position: Position) -> list[float | None]:
    """The gaps of the monthly plans that somebody confirmed."""
    return [month.gap for month in position.months if "monthly" not in month.indicator.unconfirmed]


def _far_behind_a_written_plan(position: Position) -> bool:
    gaps = _monthly_gaps(position) if position.months else []
    if position.curve and position.curve.written:
        gaps.append(position.gap)
    return bool(gaps) and any(gap is not None and reaches(gap, position.rules.far_behind) for gap in gaps)


def _confirmed_date_due(position: Position) -> bool:
    life, as_of = position.life, position.as_of
    return any(
        life.deadline(m) <= as_of and "deadline" not in m.unconfirmed
        for m in position.task.milestones
        if not m.indicators
    )
