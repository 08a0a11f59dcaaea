"""State and lamp (红黄绿灯) of a task, from its position and reasons."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal

from ..facts import NOTHING, TaskFacts
from ..model import Milestone, Plan, Rules, Task
from .position import Position, computed_once, position_of
from .progress import reaches

if TYPE_CHECKING:
    from .reasons import Reason

State = Literal["accepted", "done", "overdue", "at-risk", "on-track", "not-started"]
Lamp = Literal["red", "yellow", "green", "none"]


@dataclass(frozen=True)
class Judgement:
    """One task, judged as of a date. State, lamp and reasons are computed on first access."""

    at: Position

    @computed_once
    def state(self) -> State:
        """The state. The reasons are computed only for a task that is neither done nor late."""
        at = self.at
        if at.finished:
            return "accepted" if at.life.accepted_on else "done"
        if at.late:
            return "overdue"
        if at.silent_so_far and at.as_of < at.task.start:
            return "not-started"
        return "at-risk" if self.reasons else "on-track"

    @computed_once
    def lamp(self) -> Lamp:
        """Green when done; else the first that holds of red, yellow, none (nothing to judge by) and green.

        An assumed straight line alone never makes a lamp red.
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
        """Whether the lamp is red.

        So it is when the task or a problem is late, a milestone more than `rules.milestone_red` days late, or the task
        at least `rules.far_behind` points behind a written plan.
        """
        at = self.at
        if at.finished:
            return False
        milestone_red = at.rules.milestone_red
        if at.late and any(not isinstance(x.thing, Milestone) or x.days > milestone_red for x in at.late):
            return True
        return _far_behind_a_written_plan(at)

    @computed_once
    def reasons(self) -> "tuple[Reason, ...]":
        """Why it is overdue or at risk, worst first."""
        return _reasons()(self.at)

    @property
    def task(self) -> Task:
        """The task that is judged."""
        return self.at.task

    @property
    def silent(self) -> bool:
        """Whether no report was received in the last whole reporting period, or ever."""
        return any(why.code in ("silent", "unstarted") for why in self.reasons)


def judge(
    plan: Plan, facts: Mapping[str, TaskFacts], as_of: date, tasks: Iterable[Task] | None = None
) -> list[Judgement]:
    """Judge tasks of the plan (all of them, in its order, by default) from their facts as of a date."""
    those = plan.tasks if tasks is None else tasks
    return [judge_task(task, facts.get(task.id, NOTHING), as_of, plan.rules) for task in those]


def judge_task(task: Task, facts: TaskFacts, as_of: date, rules: Rules) -> Judgement:
    """Judge one task. A deadline on the as-of day itself is not overdue."""
    return Judgement(position_of(task, facts, as_of, rules))


@cache
def _reasons() -> "Callable[[Position], tuple[Reason, ...]]":
    """The function that finds the reasons, imported on first use: a report of late tasks needs none."""
    from .reasons import reasons

    return reasons


def _monthly_gaps(position: Position) -> list[float | None]:
    """The gaps of the confirmed monthly plans."""
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
