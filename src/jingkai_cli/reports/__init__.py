"""Reports: facts → `Document`. Each report has one `build`; none prints, reads the clock or opens a file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported only where they are needed
    from ..rules.status import Judgement
    from .document import Document, Scope
    from .task_filters import Question


def build_report(scope: "Scope", judgements: Sequence["Judgement"], question: "Question") -> "Document":
    """Build `jk report` from judged tasks, in the same way for the command, the Python API and the overview."""
    if question.group_by:
        from . import grouped_report

        return grouped_report.build(scope, judgements, question.filters, question.group_by)
    if question.filters.only_late:
        from . import overdue_report

        return overdue_report.build(scope, [j for j in judgements if j.position.late], question.filters)
    from . import task_report

    return task_report.build(scope, judgements, question.filters)
