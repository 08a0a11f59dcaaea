"""Which tasks a report lists."""

from msgspec import Struct

from ..language import N_
from ..rules.status import Judgement, Lamp
from .task_cells import due_within

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

        A task is also listed for whoever answers for one of its sub-tasks.
        """
        task = judgement.task
        return (
            (not self.tasks or task.id in self.tasks)
            and (self.unit is None or any(each.task.lead_unit == self.unit for each in judgement.with_subtasks()))
            and (self.leader is None or any(each.task.leader == self.leader for each in judgement.with_subtasks()))
            and (
                self.category is None or any(each.task.category == self.category for each in judgement.with_subtasks())
            )
            and (self.person is None or any(each.task.person == self.person for each in judgement.with_subtasks()))
            and (self.lamp is None or judgement.lamp == self.lamp)
            and self._in_a_state(judgement)
            and (self.due_within is None or bool(due_within(judgement, self.due_within)))
        )

    def _in_a_state(self, judgement: Judgement) -> bool:
        if not (self.overdue or self.at_risk):
            return True
        return (self.overdue and bool(judgement.position.late)) or (self.at_risk and judgement.state == "at-risk")
