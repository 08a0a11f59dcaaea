"""`jk export`: the four files of a month, each an ordinary report."""

from collections.abc import Iterable, Mapping

from ..facts import TaskFacts
from ..model import Recorded
from . import groups, log, problems, report
from .document import Document, Scope


def build(
    scope: Scope, facts: Mapping[str, TaskFacts], entries: Iterable[Recorded], retracted_by: Mapping[int, int]
) -> dict[str, Document]:
    """File name → report. `scope` and `facts` are as of the month's last day, `entries` are those of the month."""
    by_unit = groups.build(scope, facts, report.Filters(), "unit")
    return {
        "tasks.csv": report.build(scope, facts, report.Filters()),
        "entries.csv": log.build(scope, entries, retracted_by),
        "problems.csv": problems.build(scope, facts, problems.ProblemFilters()),
        "units.csv": groups.named(by_unit),
    }
