"""What waits for what (受前置事项制约): milestones and sub-tasks that come `after` others, and when they can come.

A forecast of dependencies needs no share of the time to have gone: a predecessor that is late is late at once.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ..model import Milestone, Task
from .forecast import after
from .months import is_reported
from .plan_positions import Positions
from .position import Position


class Node(NamedTuple):
    """A task or a milestone that something waits for."""

    position: Position
    """That of the task, or of the milestone's task."""
    milestone: Milestone | None

    @property
    def name(self) -> str:
        """`task`, or `task/milestone`."""
        return f"{self.position.task.id}/{self.milestone.id}" if self.milestone else self.position.task.id

    def titles_within(self, task: Task) -> tuple[str, str]:
        """The task, `2 土地征收`, and its milestone, `征收完成`; one of them is empty where it says nothing more."""
        whose = "" if self.position.task is task else f"{self.position.task.id} {self.position.task.title}"
        return whose, self.milestone.title if self.milestone else ""

    @property
    def reached_on(self) -> date | None:
        """The day on which it was reached or done; a milestone of a task that is done is done with it."""
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
        """In force; None where none judges."""
        task = self.position.task
        if self.milestone:
            return self.position.life.deadline(self.milestone)
        return None if task.standing or "deadline" in task.unconfirmed else self.position.deadline

    def forecast(self, deadline: date) -> date:
        """The day on which it was reached; else its deadline and its task's days behind, not before the as-of date."""
        behind = self.position.behind
        days = behind.days if behind and behind.days is not None else 0
        return self.reached_on or max(self.position.as_of, after(deadline, days))


class Wait(NamedTuple):
    """Something that waits for what is not reached."""

    thing: Task | Milestone
    """A milestone, or a sub-task."""
    deadline: date
    earliest: date | None
    """The earliest that it can come; None while something that it waits for is suspended."""
    unreached: tuple[Node, ...]
    """What it waits for, in the plan's words."""


def waits(position: Position, among: Positions) -> tuple[Wait, ...]:
    """What of a task itself waits: the sub-task as a whole, then its milestones, in the plan's order."""
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
    """What names mean in a task: its milestones, tasks, or `task/milestone`; what is cancelled is left out."""
    found = []
    for name in names:
        here = among.find(scope)
        milestone = next((m for m in here.task.milestones if m.id == name), None) if here else None
        if here is None or milestone is None:
            whose, _slash, rest = name.partition("/")
            here = among.find(whose)
            milestone = next((m for m in here.task.milestones if m.id == rest), None) if here and rest else None
        if here and not here.life.cancelled_on:
            found.append(Node(here, milestone))
    return found


def _wait(thing: Task | Milestone, deadline: date, nodes: list[Node], as_of: date) -> Iterator[Wait]:
    """The wait, where something is not reached: earliest = latest forecast + what the plan leaves in between."""
    unreached = tuple(node for node in nodes if node.reached_on is None)
    if any(node.position.life.on_hold for node in unreached):
        yield Wait(thing, deadline, None, unreached)
        return
    dated = [(due, node.forecast(due)) for node in nodes if (due := node.deadline)]
    if unreached and dated:
        last, latest = (max(days) for days in zip(*dated, strict=True))
        yield Wait(thing, deadline, max(as_of, after(latest, (deadline - last).days)), unreached)
