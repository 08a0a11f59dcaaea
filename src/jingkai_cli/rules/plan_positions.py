"""The positions of the tasks of a plan, each computed once, whether a survey or a judgement asks for it first."""

from collections.abc import Mapping
from datetime import date

from ..facts import TaskFacts
from ..model import Plan, Task
from .position import Position, computed_once, position_of


class Positions:
    """The positions of the tasks of a plan as of a date, each computed on first access."""

    def __init__(self, plan: Plan, facts: Mapping[str, TaskFacts], as_of: date) -> None:
        """Take the facts of the tasks that are asked for, by id."""
        self.plan, self.facts, self.as_of = plan, facts, as_of
        self._known: dict[str, Position] = {}

    def whole(self, task: Task) -> Position:
        """The position of a task with its sub-tasks; of a part of another as if it stood alone."""
        found = self._known.get(task.id)
        if found is None:
            found = position_of(task, self.facts, self.as_of, self.plan.rules, self.plan.issued)
            self._known[task.id] = found
        return found

    def find(self, name: str) -> Position | None:
        """The position of the task or sub-task of an id, on hold where what it is a part of is."""
        top = self._tops.get(name)
        at = self.whole(top) if top else None
        while at is not None and at.task.id != name:
            at = next(part for part in at.parts if any(name == task.id for task in part.task.with_subtasks()))
        return at

    def parent(self, name: str) -> str:
        """The id of the task that a sub-task is a part of; empty for any other."""
        return self._parents.get(name, "")

    @computed_once
    def _tops(self) -> dict[str, Task]:
        return {part.id: task for task in self.plan.tasks for part in task.with_subtasks()}

    @computed_once
    def _parents(self) -> dict[str, str]:
        return {part: task.id for part, task in self.plan.parents().items()}


class Facts(dict[str, TaskFacts]):
    """What a survey found: task id → facts, and the positions that it computed from them."""

    positions: Positions | None = None


def positions_of(plan: Plan, facts: Mapping[str, TaskFacts], as_of: date) -> Positions:
    """The positions of the tasks of a plan, those that its survey computed included."""
    known = facts.positions if isinstance(facts, Facts) else None
    return known if known and known.plan is plan and known.as_of == as_of else Positions(plan, facts, as_of)
