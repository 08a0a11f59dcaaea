"""What `jk report` asks: which tasks it lists, and which must be judged for that."""

from datetime import date
from typing import Literal

from msgspec import Struct

from ..language import N_
from ..ledger.protocol import Ledger
from ..model import Plan
from ..rules.status import Judgement, Lamp, flattened, judge
from .survey import Survey, survey, survey_late, survey_lateness
from .task_cells import due_within

By = Literal["unit", "leader", "category"]
"""What a report may be grouped by."""

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


class Question(Struct, frozen=True):
    """What a report is asked for."""

    filters: Filters = Filters()
    tree: bool = False
    """Whether sub-tasks are listed on lines of their own."""
    original: bool = False
    """Whether the original deadlines judge."""
    group_by: By | None = None
    items: bool = True
    """Whether the items are asked for, which name every reason, or what is printed alone."""

    @property
    def only_late(self) -> bool:
        """Whether late tasks alone need be judged."""
        return self.filters.only_late and not (self.original or self.group_by or self.tree)


def judged(ledger: Ledger, plan: Plan, as_of: date, question: Question) -> tuple[Survey, list[Judgement]]:
    """Survey and judge what a report needs: every task, or only the late ones.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    late = survey_late if question.items else survey_lateness
    look = late if question.only_late else survey
    found = ledger.read(lambda reader: look(reader, plan, as_of))
    facts = found.facts
    if question.original:
        from ..kinds.extend import without_extensions

        facts = {task: without_extensions(said) for task, said in facts.items()}
    judgements = judge(plan, facts, as_of, found.tasks)
    return found, flattened(judgements) if question.tree else judgements
