"""The state and the lamp (红黄绿灯) of a task, from its position and reasons."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from ..facts import TaskFacts
from ..kinds.lifecycle import Problem
from ..model import Milestone, Plan, Task
from ..thresholds import Rules
from . import computed_once
from .lateness import DaysBehind, Late, MonthlyPlan, Thing
from .position import Position, Positions, positions_of
from .progress import is_written, reaches

if TYPE_CHECKING:
    from .forecast import Wait
    from .reasons import Reason

State = Literal[
    "accepted", "done", "overdue", "at-risk", "no-plan", "on-track", "not-started", "suspended", "cancelled"
]
Lamp = Literal["red", "yellow", "green", "none"]


ON_HOLD: frozenset[State] = frozenset(("suspended", "cancelled"))
"""The states of tasks that a decision excludes from judgement."""

_LAMPS: dict[State, Lamp] = {
    **dict.fromkeys(("accepted", "done", "on-track"), "green"),
    **dict.fromkeys(("overdue", "at-risk"), "yellow"),
    **dict.fromkeys(("no-plan", "not-started", "suspended", "cancelled"), "none"),
}
"""State → lamp, of a task that is not red."""

WORST_FIRST: tuple[State, ...] = ("overdue", "at-risk", "no-plan", "on-track", "not-started", "done", "accepted")
"""The order in which states of sub-tasks become the state of their parent."""


class Judgement(Struct, frozen=True, dict=True):
    """One task, judged as of a date. State, lamp and reasons are computed on first access."""

    position: Position
    parts: "tuple[Judgement, ...]" = ()
    """The judgements of its sub-tasks."""
    positions: Positions | None = None
    """The positions of tasks that it may wait for; None if waits do not matter."""

    @computed_once
    def alone(self) -> "Judgement":
        """The task by its own dates and figures, without its sub-tasks."""
        return Judgement(self.position.alone, positions=self.positions) if self.parts else self

    def with_subtasks(self) -> "Iterator[Judgement]":
        """The task, then its sub-tasks of every level, in the plan's order."""
        yield self
        for part in self.parts:
            yield from part.with_subtasks()

    @computed_once
    def state(self) -> State:
        """The worst of its own state and the states of its sub-tasks.

        Reasons are computed only for a task that is neither done nor late.
        """
        at = self.position
        if self.parts:
            return self._state_of_all()
        if at.finished:
            return "accepted" if at.life.accepted_on else "done"
        if at.life.on_hold:
            return "cancelled" if at.life.cancelled_on else "suspended"
        return self._running_state()

    def _running_state(self) -> State:
        at = self.position
        if at.own_late:
            return "overdue"
        if at.as_of < at.task.start and at.never_reported:
            return "not-started"
        if self.silent or at.pace or self.reasons:
            return "at-risk"
        return "on-track" if _has_something_to_judge_by(at) else "no-plan"

    @computed_once
    def lamp(self) -> Lamp:
        """Green once done; else the first that holds of red, yellow, none (nothing to judge by) and green.

        An assumed straight line alone never turns a lamp red.
        """
        if self.parts:
            return self._lamp_of_all()
        if self.red:
            return "red"
        if self.state == "not-started" and self.reasons:
            return "yellow"
        return _LAMPS[self.state]

    @computed_once
    def red(self) -> bool:
        """Whether the lamp is red, found without computing reasons.

        A task without sub-tasks is red if it is late itself, if a milestone or a planned month is more than
        `rules.milestone_red` days late or a problem more than `rules.problem_red`, if a major problem is open, or if
        the task is at least `rules.far_behind` points behind a written plan.
        """
        at = self.position
        if self.parts:
            return self._red_of_all()
        if at.finished or at.life.on_hold:
            return False
        if at.own_late and any(turns_red(late, at.rules) for late in at.own_late):
            return True
        return (at.problems and any(problem.major for problem in at.problems)) or _far_behind_a_written_plan(at)

    @computed_once
    def reasons(self) -> "tuple[Reason, ...]":
        """Why it is overdue or at risk, worst first."""
        if self.position.life.on_hold:
            return ()
        if not self.parts:
            return _finding().reasons(self.position, self.waits, self.silence)
        red = sum(part.red for part in self.parts)
        parts = [(part.task, part.reasons) for part in self.parts]
        return _finding().reasons(self.position, self.waits, self.silence, parts, red)

    @computed_once
    def worst(self) -> "Reason | None":
        """The first of its reasons. If that is its pace, the others are not computed."""
        at = self.position
        if at.pace and not (self.parts or at.problems):
            return _finding().pace(at, at.pace)
        return self.reasons[0] if self.reasons else None

    @computed_once
    def waits(self) -> "tuple[Wait, ...]":
        """What waits in the task itself."""
        task = self.task
        milestones = task.milestones
        if self.positions is None or not (
            task.after or (milestones and any(milestone.after for milestone in milestones))
        ):
            return ()
        return _waits()(self.position, self.positions)

    def _state_of_all(self) -> State:
        """The state of a task with sub-tasks. Suspended and cancelled ones are left out, unless all are."""
        if self.position.late:
            return "overdue"
        own, states = self.alone.state, {part.state for part in self.parts} - ON_HOLD
        if own in ON_HOLD:
            return own
        if not states:
            return own if own in ("overdue", "at-risk", "done", "accepted") else self._all_held()
        waiting = states == {"not-started"}
        if own in ("on-track", "no-plan") and self.position.has_no_own_entries and waiting:
            return "not-started"
        if own == "no-plan" and not waiting:  # its sub-tasks are its plan
            return min(states, key=WORST_FIRST.index)
        return min({own, *states}, key=WORST_FIRST.index)

    def _all_held(self) -> State:
        """The state if every sub-task is suspended or cancelled."""
        return "suspended" if any(part.state == "suspended" for part in self.parts) else "cancelled"

    def _lamp_of_all(self) -> Lamp:
        """The lamp of a task with sub-tasks: at least yellow if something is late or a sub-task is yellow."""
        if self.on_hold:
            return "none"
        if self.red:
            return "red"
        if self.position.late:
            return "yellow"
        own, lamps = self.alone.lamp, [part.lamp for part in self.parts]
        if own == "yellow" or "red" in lamps or "yellow" in lamps:
            return "yellow"
        return "green" if own == "green" or "green" in lamps else "none"

    def _red_of_all(self) -> bool:
        """Whether a task with sub-tasks is red: by itself, by a key sub-task, or by a third of the weight."""
        if self.on_hold:
            return False
        red = [part.task for part in self.parts if part.red]
        if self.alone.red or any(task.key for task in red):
            return True
        if not red:
            return False
        weights = [part.task.weight for part in self.parts if not part.on_hold]
        return 3 * sum(task.weight for task in red) >= sum(weights)

    @property
    def on_hold(self) -> bool:
        """Whether it is suspended or cancelled. A late task with sub-tasks is not; for others their own life counts."""
        if self.parts:
            return not self.position.late and self.state in ON_HOLD
        return self.position.life.on_hold and not self.position.finished

    @property
    def task(self) -> Task:
        """The task that is judged."""
        return self.position.task

    @computed_once
    def silence(self) -> "tuple[Reason, ...]":
        """The reason that no report on the task itself was received, if so."""
        return () if self.position.life.on_hold else _finding().silence(self.position)

    @property
    def silent(self) -> bool:
        """Whether no report was received in the last whole reporting period, or ever; other reasons do not matter."""
        if self.silence or not self.parts:
            return bool(self.silence)
        return not self.position.life.on_hold and any(part.silent for part in self.parts)


def judge(
    plan: Plan, facts: Mapping[str, TaskFacts], as_of: date, tasks: Iterable[Task] | None = None
) -> list[Judgement]:
    """Judge tasks of the plan from their facts as of a date: by default all, in the plan's order."""
    among = positions_of(plan, facts, as_of)
    return [_judged(among.whole(task), among) for task in (plan.tasks if tasks is None else tasks)]


def judge_tree(task: Task, facts: Mapping[str, TaskFacts], as_of: date, plan: Plan) -> Judgement:
    """Judge one task with its sub-tasks."""
    (judgement,) = judge(plan, facts, as_of, (task,))
    return judgement


def _judged(at: Position, among: Positions) -> Judgement:
    return Judgement(at, tuple(_judged(part, among) for part in at.parts) if at.parts else (), among)


def flattened(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The judgements of every level, each task before its sub-tasks."""
    return [each for judgement in judgements for each in judgement.with_subtasks()]


def answered_for(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Each task and sub-task by its own dates and figures: a unit answers once for each that it leads."""
    return [each.alone for each in flattened(judgements)]


class _Finding(Struct, frozen=True):
    """The functions that find reasons."""

    reasons: "Callable[..., tuple[Reason, ...]]"
    silence: "Callable[[Position], tuple[Reason, ...]]"
    pace: "Callable[[Position, DaysBehind], Reason]"


@cache
def _finding() -> _Finding:
    """The functions that find reasons, imported on first use: a report of late tasks does not need them."""
    from .reasons import pace, reasons, silence

    return _Finding(reasons, silence, pace)


@cache
def _waits() -> "Callable[[Position, Positions], tuple[Wait, ...]]":
    """The function that finds waits, imported on first use."""
    from .forecast import waits

    return waits


def turns_red(late: Late, rules: Rules) -> bool:
    """Whether something late turns the lamp of its task red."""
    major = isinstance(late.thing, Problem) and late.thing.major
    return major or late.days > _red_after(late.thing, rules)


def _red_after(thing: Thing, rules: Rules) -> int:
    """The number of days by which a thing may be late before the lamp turns red."""
    match thing:
        case Task():
            return 0
        case Problem():
            return rules.problem_red
        case Milestone() | MonthlyPlan():
            return rules.milestone_red


def _has_something_to_judge_by(position: Position) -> bool:
    """Whether its progress can be compared with a plan, or a confirmed deadline of a milestone has come."""
    known = position.gap is not None or any(gap is not None for gap in _monthly_gaps(position))
    return known or _confirmed_date_due(position)


def _monthly_gaps(position: Position) -> list[float | None]:
    """The gaps of the confirmed monthly plans."""
    return [month.gap for month in position.months if "monthly" not in month.indicator.unconfirmed]


def _far_behind_a_written_plan(position: Position) -> bool:
    written = is_written(position.task)
    if not written and not (position.task.indicators and position.months):
        return False
    gaps = _monthly_gaps(position)
    if written and position.curve and position.curve.written:
        gaps.append(position.gap)
    return bool(gaps) and any(gap is not None and reaches(gap, position.rules.far_behind) for gap in gaps)


def _confirmed_date_due(position: Position) -> bool:
    life, as_of = position.life, position.as_of
    return any(
        life.deadline(m) <= as_of and "deadline" not in m.unconfirmed
        for m in position.task.milestones
        if not m.indicators
    )
