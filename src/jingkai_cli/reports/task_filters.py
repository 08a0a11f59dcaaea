"""Which tasks a report lists."""

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from ..language import N_
from ..model import Plan, Task
from ..rules.status import Judgement, Lamp
from .task_cells import due_within
from .wording import full_titles

NO_TASK = N_("No task meets these conditions.")


class Filters(Struct, frozen=True):
    """Which tasks a report lists. All filters that are set must hold."""

    tasks: tuple[str, ...] = ()
    overdue: bool = False
    at_risk: bool = False
    due_within: int | None = None
    unit: str | None = None
    leader: str | None = None
    category: str | None = None
    person: str | None = None
    lamp: Lamp | None = None

    @property
    def only_late(self) -> bool:
        """Whether only late tasks are listed, so that no other need be judged."""
        return self.overdue and not self.at_risk and self.lamp is None

    def keep(self, judgement: Judgement) -> bool:
        """Whether a task is listed. `overdue` and `at_risk` together list the tasks of either state.

        A task is also listed for whoever answers for one of its sub-tasks, where that fits all the other filters.
        """
        if self.tasks and judgement.task.id not in self.tasks:
            return False
        return self._fits(judgement) or (self._asks_for_someone and any(map(self._fits, judgement.with_subtasks())))

    def rows(self, judgements: Sequence[Judgement]) -> list[Judgement]:
        """The tasks that were kept; in the place of one that is listed for its sub-tasks alone, those sub-tasks."""
        if not self._asks_for_someone:
            return list(judgements)
        found: dict[str, Judgement] = {}
        for judgement in judgements:
            those = [judgement] if self._fits(judgement) else filter(self._fits, judgement.with_subtasks())
            found |= {each.task.id: each for each in those}
        return list(found.values())

    @property
    def _asks_for_someone(self) -> bool:
        return any((self.unit, self.leader, self.category, self.person))

    def _fits(self, judgement: Judgement) -> bool:
        """Whether a task itself fits all filters but `tasks`."""
        task = judgement.task
        return (
            self.unit in (None, task.lead_unit)
            and self.leader in (None, task.leader)
            and self.category in (None, task.category)
            and self.person in (None, task.person)
            and self.lamp in (None, judgement.lamp)
            and self._in_a_state(judgement)
            and (self.due_within is None or bool(due_within(judgement, self.due_within)))
        )

    def _in_a_state(self, judgement: Judgement) -> bool:
        if not (self.overdue or self.at_risk):
            return True
        return (self.overdue and bool(judgement.position.late)) or (self.at_risk and judgement.state == "at-risk")


def titles_of_rows(plan: Plan, tasks: Sequence[Task]) -> dict[str, str]:
    """The titles of the tasks in a table; of a sub-task whose task has no row, both titles."""
    listed = {task.id for task in tasks}
    orphans = {part.id for top in plan.tasks if top.subtasks for part in _orphans(top, listed)}
    whole = full_titles(plan) if orphans else {}
    return {task.id: whole[task.id] if task.id in orphans else task.title for task in tasks}


def _orphans(task: Task, listed: Collection[str]) -> Iterator[Task]:
    """The listed sub-tasks of a task whose parents are not."""
    for part in task.subtasks:
        if part.id in listed and task.id not in listed:
            yield part
        yield from _orphans(part, listed)
