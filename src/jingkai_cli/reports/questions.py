"""What `jk report` asks, judges and lists: the one way for the command, the Python API and the overview."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from ..ledger.protocol import Ledger
from ..model import Plan
from ..rules.status import Judgement, flattened, judge
from .document import Document, Scope
from .survey import Survey, survey, survey_late, survey_lateness
from .task_filters import Filters

if TYPE_CHECKING:  # imported only where they are needed
    from .grouped_report import By


class Question(Struct, frozen=True):
    """What a report is asked for."""

    filters: Filters = Filters()
    tree: bool = False
    """Whether sub-tasks are listed on lines of their own."""
    original: bool = False
    """Whether the original deadlines judge."""
    group_by: "By | None" = None
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


def build(scope: Scope, judgements: Sequence[Judgement], question: Question) -> Document:
    """The report on what `judged` found."""
    if question.group_by:
        from . import grouped_report

        return grouped_report.build(scope, judgements, question.filters, question.group_by)
    if question.filters.only_late:
        from . import overdue_report

        return overdue_report.build(scope, [j for j in judgements if j.position.late], question.filters)
    from . import task_report

    return task_report.build(scope, judgements, question.filters)
