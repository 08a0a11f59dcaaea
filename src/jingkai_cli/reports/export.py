"""`jk export`: the files of a month, each an ordinary report, and the anchor beside them."""

from collections.abc import Iterable, Mapping

from ..facts import TaskFacts
from ..model import Recorded
from . import groups, log, problems, report
from .document import Document, Scope

ANCHOR = "anchor.txt"
"""The file beside the CSV files that holds the ledger's head: what `jk check --anchor-file` proves."""


def anchor(scope: Scope, month: str, plan_sha256: str) -> str:
    """What was exported, and by which entries: nothing in it depends on the clock."""
    return (
        f"plan: {scope.plan.title}\nplan_sha256: {plan_sha256}\nmonth: {month}\n"
        f"head: {scope.head.seq}:{scope.head.hash}\n"
    )


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
