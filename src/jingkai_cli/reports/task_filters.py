"""The request of `jk report`: which tasks it lists, and which must be judged for that."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from ..language import N_
from ..ledger.protocol import Ledger
from ..model import Plan, Task
from ..rules.status import Judgement, Lamp, flattened, judge
from .reason_wording import full_titles
from .survey import Survey, survey, survey_late, survey_lateness

By = Literal["unit", "leader", "category"]
"""The groupings of a report."""

NO_TASK = N_("No task meets these conditions.")


class Filters(Struct, frozen=True):
    """Which tasks a report lists; all filters that are set must match."""

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
        """Whether only late tasks are listed, so that no others need to be judged."""
        return self.overdue and not self.at_risk and self.lamp is None

    def keep(self, judgement: Judgement) -> bool:
        """Whether a task is listed. `overdue` and `at_risk` together list the tasks in either state.

        A task is also listed if one of its sub-tasks matches all filters, one of them for a unit, person or category.
        """
        if self.tasks and judgement.task.id not in self.tasks:
            return False
        return self._fits(judgement) or (self._matches_subtasks and any(map(self._fits, judgement.with_subtasks())))

    def rows(self, judgements: Sequence[Judgement]) -> list[Judgement]:
        """The rows for the listed tasks; a task listed only because of its sub-tasks is replaced by those sub-tasks."""
        if not self._matches_subtasks:
            return list(judgements)
        found: dict[str, Judgement] = {}
        for judgement in judgements:
            fitting = [judgement] if self._fits(judgement) else filter(self._fits, judgement.with_subtasks())
            found |= {each.task.id: each for each in fitting}
        return list(found.values())

    @property
    def _matches_subtasks(self) -> bool:
        return any((self.unit, self.leader, self.category, self.person))

    def _fits(self, judgement: Judgement) -> bool:
        """Whether a task itself matches all filters except `tasks`."""
        task = judgement.task
        return (
            self.unit in (None, task.lead_unit)
            and self.leader in (None, task.leader)
            and self.category in (None, task.category)
            and self.person in (None, task.person)
            and self.lamp in (None, judgement.lamp)
            and self._in_a_state(judgement)
            and self._falls_due(judgement)
        )

    def _falls_due(self, judgement: Judgement) -> bool:
        if self.due_within is None:
            return True
        from .task_notes import due_within  # a report of late tasks does not need it

        return bool(due_within(judgement, self.due_within))

    def _in_a_state(self, judgement: Judgement) -> bool:
        if not (self.overdue or self.at_risk):
            return True
        return (self.overdue and bool(judgement.position.late)) or (self.at_risk and judgement.state == "at-risk")


class Question(Struct, frozen=True):
    """The request for a report."""

    filters: Filters = Filters()
    tree: bool = False
    """Whether sub-tasks have rows of their own."""
    original: bool = False
    """Whether to judge by the original deadlines."""
    group_by: By | None = None
    items: bool = True
    """Whether items are requested, which include every reason, or only printed output."""

    @property
    def only_late(self) -> bool:
        """Whether only late tasks need to be judged."""
        return self.filters.only_late and not (self.original or self.group_by or self.tree)


def judged(ledger: Ledger, plan: Plan, as_of: date, question: Question) -> tuple[Survey, list[Judgement]]:
    """Survey and judge what a report needs: every task, or only the late ones.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    survey_late_tasks = survey_late if question.items else survey_lateness
    survey_tasks = survey_late_tasks if question.only_late else survey
    found = ledger.read(lambda reader: survey_tasks(reader, plan, as_of))
    facts = found.facts
    if question.original:
        from ..kinds.extend import without_extensions

        facts = {task: without_extensions(task_facts) for task, task_facts in facts.items()}
    judgements = judge(plan, facts, as_of, found.tasks)
    return found, flattened(judgements) if question.tree else judgements


def titled(plan: Plan, rows: Sequence[Judgement]) -> list[tuple[Judgement, str]]:
    """The rows of a table, each with its title; the title of a sub-task includes that of its task if it has no row."""
    trees = [top for top in plan.tasks if top.subtasks]
    listed = {judgement.task.id for judgement in rows} if trees else set()
    orphans = {part.id for top in trees for part in _orphans(top, listed)}
    titles = full_titles(plan) if orphans else {}
    return [(row, titles[row.task.id] if row.task.id in orphans else row.task.title) for row in rows]


def _orphans(task: Task, listed: Collection[str]) -> Iterator[Task]:
    """Yield the listed sub-tasks of a task whose parents are not listed."""
    for part in task.subtasks:
        if part.id in listed and task.id not in listed:
            yield part
        yield from _orphans(part, listed)
