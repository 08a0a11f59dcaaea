"""Forecasts: when a task will probably be done, and what waits for a predecessor, `after` in the plan (受前置事项制约).

Statistics, not policy: the rules and their constants were measured on 106 real projects with 809 status reports (OR-AS,
DSLIB). Sources: W. Lipke, "Schedule is different", 2003 (earned schedule); S. Vandevoorde and M. Vanhoucke, "A
comparison of different project duration forecasting methods using earned value metrics", 2006.

A wait does not need any share of the time to have passed: if a predecessor is late, it counts at once.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from ..model import Milestone, Task
from .lateness import DaysBehind, is_reported
from .position import Position, Positions
from .progress import NOISE

LATER = 0.12
"""The share of the planned time between the forecast and its later bound; four of five projects finished by then."""


class Forecast(NamedTuple):
    """The probable date on which a task will be done."""

    finish: date
    late: date
    """The later bound: four of five tasks are done by then."""


def forecast(position: Position, behind: DaysBehind | None) -> Forecast | None:
    """The probable date of completion: the deadline in force plus the days behind, but not before the as-of date.

    None if the days behind are unknown, if no deadline counts, or if it is too early for a forecast.
    """
    deadline = position.deadline
    if behind is None or behind.days is None or behind.planned_days is None or behind.too_early or deadline is None:
        return None
    finish = max(position.as_of, _after(deadline, behind.days))
    return Forecast(finish, _after(finish, LATER * behind.planned_days))


def _after(day: date, days: float) -> date:
    """The date that many days later, rounded up; negative days count as 0.

    >>> _after(date(2016, 6, 30), 2.1), _after(date(2016, 6, 30), -3)
    (datetime.date(2016, 7, 3), datetime.date(2016, 6, 30))
    """
    return day + timedelta(days=min(max(0, ceil(days - NOISE)), (date.max - day).days))


class Node(NamedTuple):
    """A task or a milestone that something waits for."""

    position: Position
    """The position of the task, or of the milestone's task."""
    milestone: Milestone | None

    @property
    def name(self) -> str:
        """`task`, or `task/milestone`."""
        return f"{self.position.task.id}/{self.milestone.id}" if self.milestone else self.position.task.id

    def titles_within(self, task: Task) -> tuple[str, str]:
        """The task (`2 土地征收`) and its milestone (`征收完成`); empty if it is `task`, or if there is none."""
        subtask_name = "" if self.position.task is task else f"{self.position.task.id} {self.position.task.title}"
        return subtask_name, self.milestone.title if self.milestone else ""

    @property
    def reached_on(self) -> date | None:
        """The day on which it was reached or done, or None. Reporting a task done also reaches its milestones."""
        life, milestone = self.position.life, self.milestone
        if milestone is None:
            return life.done_on
        if milestone.indicators and all(
            is_reported(self.position.facts, i, milestone.deadline) for i in milestone.indicators
        ):
            return life.reached.get(milestone.id, min(milestone.deadline, self.position.as_of))
        return life.reached.get(milestone.id, life.done_on)

    @property
    def deadline(self) -> date | None:
        """The deadline in force; None if no deadline counts."""
        task = self.position.task
        if self.milestone:
            return self.position.life.deadline(self.milestone)
        return None if task.standing or "deadline" in task.unconfirmed else self.position.deadline

    def forecast(self, deadline: date) -> date:
        """The day on which it was reached; else its deadline plus its task's days behind, not before the as-of date."""
        behind = self.position.behind
        days = behind.days if behind and behind.days is not None else 0
        return self.reached_on or max(self.position.as_of, _after(deadline, days))


class Wait(NamedTuple):
    """A milestone or a sub-task that waits for something not reached yet."""

    thing: Task | Milestone
    """The milestone or sub-task that waits."""
    deadline: date
    earliest: date | None
    """The earliest possible date; None while something that it waits for is suspended."""
    unreached: tuple[Node, ...]
    """What it waits for, in the order of the plan."""


def waits(position: Position, among: Positions) -> tuple[Wait, ...]:
    """The waits of a task itself: the sub-task as a whole, then its milestones, in the plan's order."""
    if position.finished or position.life.on_hold:
        return ()
    return tuple(_waits(position, among))


def _waits(position: Position, among: Positions) -> Iterator[Wait]:
    task, life = position.task, position.life
    own = Node(position, None).deadline
    if task.after and own:
        nodes = _nodes(among, among.parent(task.id), task.after)
        yield from _wait(task, own, nodes, position.as_of)
    for milestone in life.unreached(task):
        if milestone.after:
            nodes = _nodes(among, task.id, milestone.after)
            yield from _wait(milestone, life.deadline(milestone), nodes, position.as_of)


def _nodes(among: Positions, scope: str, names: tuple[str, ...]) -> list[Node]:
    """The nodes for names in a task: its milestones, tasks, or `task/milestone`. Cancelled ones are left out."""
    found = []
    for name in names:
        position = among.find(scope)
        milestone = next((m for m in position.task.milestones if m.id == name), None) if position else None
        if position is None or milestone is None:
            task_id, _slash, rest = name.partition("/")
            position = among.find(task_id)
            milestone = next((m for m in position.task.milestones if m.id == rest), None) if position and rest else None
        if position and not position.life.cancelled_on:
            found.append(Node(position, milestone))
    return found


def _wait(thing: Task | Milestone, deadline: date, nodes: list[Node], as_of: date) -> Iterator[Wait]:
    """Yield the wait if a node is not reached: earliest = latest forecast + the time that the plan leaves between."""
    unreached = tuple(node for node in nodes if node.reached_on is None)
    if any(node.position.life.on_hold for node in unreached):
        yield Wait(thing, deadline, None, unreached)
        return
    dated = [(due, node.forecast(due)) for node in nodes if (due := node.deadline)]
    if unreached and dated:
        last, latest = (max(days) for days in zip(*dated, strict=True))
        yield Wait(thing, deadline, max(as_of, _after(latest, (deadline - last).days)), unreached)
