"""State and lamp (红黄绿灯): what a position and its reasons come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ..facts import NOTHING, TaskFacts
from ..model import Milestone, Plan, Rules, Task
from .position import Position, locate
from .progress import reaches
from .reasons import Reason, reasons

State = Literal["accepted", "done", "overdue", "at-risk", "on-track", "not-started"]
Lamp = Literal["red", "yellow", "green", "none"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One task, judged as of a date."""

    at: Position
    state: State
    lamp: Lamp
    reasons: tuple[Reason, ...]
    """Worst first."""

    @property
    def task(self) -> Task:
        """The task that is judged."""
        return self.at.task

    @property
    def silent(self) -> bool:
        """Whether nothing was received of it in the last whole reporting period, or ever."""
        return any(why.code in ("silent", "unstarted") for why in self.reasons)


def judge(plan: Plan, facts: Mapping[str, TaskFacts], as_of: date) -> list[Judgement]:
    """Judge every task of the plan, in its order, from what the ledger says of each as of that date."""
    return [judge_task(task, facts.get(task.id, NOTHING), as_of, plan.rules) for task in plan.tasks]


def judge_task(task: Task, facts: TaskFacts, as_of: date, rules: Rules) -> Judgement:
    """Judge one task. A deadline on the as-of day itself is not overdue."""
    position = locate(task, facts, as_of, rules)
    why = reasons(position, rules)
    return Judgement(position, _state(position, why), _lamp(position, why, rules), why)


def _state(position: Position, why: tuple[Reason, ...]) -> State:
    if position.finished:
        return "accepted" if position.life.accepted_on else "done"
    if position.late:
        return "overdue"
    if position.silent_so_far and position.as_of < position.task.start:
        return "not-started"
    return "at-risk" if why else "on-track"


def _lamp(position: Position, why: tuple[Reason, ...], rules: Rules) -> Lamp:
    """Green when done; else red, yellow, no lamp where there is nothing to judge by, or green: the first that holds.

    A straight line alone is never more than yellow: nobody promised it.
    """
    if position.finished:
        return "green"
    if _far_behind_a_written_plan(position, rules) or any(
        not isinstance(x.thing, Milestone) or x.days > rules.milestone_red for x in position.late
    ):
        return "red"
    if why:
        return "yellow"
    if position.silent_so_far and position.as_of < position.task.start:
        return "none"
    reported = position.gap is not None or any(gap is not None for gap in _monthly_gaps(position))
    return "green" if reported or _confirmed_date_due(position) else "none"


def _monthly_gaps(position: Position) -> list[float | None]:
    """The gaps of the monthly plans that somebody confirmed."""
    return [month.gap for month in position.months if "monthly" not in month.indicator.unconfirmed]


def _far_behind_a_written_plan(position: Position, rules: Rules) -> bool:
    written = position.curve is not None and position.curve.written
    gaps = [*_monthly_gaps(position), position.gap if written else None]
    return any(gap is not None and reaches(gap, rules.far_behind) for gap in gaps)


def _confirmed_date_due(position: Position) -> bool:
    life, as_of = position.life, position.as_of
    return any(
        life.deadline(m) <= as_of and "deadline" not in m.unconfirmed
        for m in position.task.milestones
        if not m.indicators
    )
