"""`jk export`: the CSV files of a month, each an ordinary report, and the anchor file."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from ..dates import Period, month_of
from ..facts import TaskFacts
from ..language import _
from ..ledger.entries import Entries
from ..model import Plan, Recorded
from ..rules.assessment import Assessed
from ..rules.status import judge
from . import assess, grouped_report, log, problem_stats, problems, task_report
from .document import Document, Scope
from .task_columns import with_titles
from .task_filters import Filters
from .wording import full_titles

ANCHOR = "anchor.txt"
"""The file beside the CSV files that holds the ledger's head: what `jk check --anchor-file` proves."""


def anchor(scope: Scope, month: Period, plan_sha256: str) -> str:
    """The anchor file: plan, month and last entry, and the date of the files while the month is not over."""
    as_of = f"as_of: {scope.as_of}\n" if scope.as_of < month.end else ""
    return (
        f"plan: {scope.plan.title}\nplan_sha256: {plan_sha256}\nmonth: {month.name}\n{as_of}"
        f"head: {scope.head.seq}:{scope.head.hash}\n"
    )


def build(
    scope: Scope,
    facts: Mapping[str, TaskFacts],
    entries: Entries,
    retracted_by: Mapping[int, int],
    assessed: Iterable[Assessed],
) -> dict[str, Document]:
    """File name → report.

    Args:
        scope: as of the month's last day, or of today while it is not over.
        facts: what the ledger says of each task as of that day.
        entries: those of the month.
        retracted_by: which of them were retracted.
        assessed: the assessment of each unit for the month.
    """
    judgements = judge(scope.plan, facts, scope.as_of)
    by_unit = grouped_report.build(scope, judgements, Filters(), "unit")
    return {
        "tasks.csv": task_report.build(scope, judgements, Filters()),
        "entries.csv": log.data(scope, entries, retracted_by),
        "problems.csv": problems.build(scope, facts, problems.ProblemFilters()),
        "units.csv": _with_problems(
            _assessed(grouped_report.named(by_unit, scope.plan.single_units()), list(assessed)),
            problem_stats.by_unit(scope, facts, month_of(scope.as_of)),
        ),
    }


def for_people(documents: Mapping[str, Document], plan: Plan, entries: Iterable[Recorded]) -> dict[str, Document]:
    """The same reports for a workbook: tasks have their titles, and each entry its sentence.

    Args:
        documents: as `build` makes them.
        plan: the tasks.
        entries: those of the month.
    """
    titles = full_titles(plan)
    found = dict(documents)
    found["entries.csv"] = log.for_people(found["entries.csv"], plan, entries)
    found["problems.csv"] = with_titles(found["problems.csv"], titles)
    units = found["units.csv"]
    worst = [{**item, "worst_task": _named(item["worst_task"], titles)} for item in units.items]
    found["units.csv"] = replace(units, items=worst)
    return found


def _named(task: str | None, titles: Mapping[str, str]) -> str | None:
    return f"{task} {titles[task]}" if task and task in titles else task


def unit_fields() -> dict[str, str]:
    """The columns of `units.csv`, and their titles."""
    return {**grouped_report.fields("unit"), **_assessed_fields(), **_problem_fields()}


def _assessed_fields() -> dict[str, str]:
    return {name: title for name, title in assess.fields().items() if name not in ("unit", "tasks")}


def _problem_fields() -> dict[str, str]:
    titles = problem_stats.fields().items()
    return {f"problems_{name}": _("Problems: {title}").format(title=title) for name, title in titles if name != "group"}


def _with_problems(units: Document, counted: Mapping[str, problem_stats.Counts]) -> Document:
    """The units with the statistics of their problems in the month."""
    titles = _problem_fields()
    nothing = problem_stats.total(())
    items = [
        {
            **item,
            **{name: getattr(counted.get(item["unit"], nothing), name.removeprefix("problems_")) for name in titles},
        }
        for item in units.items
    ]
    return replace(units, fields={**units.fields, **titles}, items=items)


def _assessed(units: Document, assessed: Sequence[Assessed]) -> Document:
    """The units with their assessments."""
    titles = _assessed_fields()
    of_unit = {each.unit: assess.item(each) for each in assessed}
    items = [{**item, **{name: of_unit[item["unit"]][name] for name in titles}} for item in units.items]
    return replace(units, fields={**units.fields, **titles}, items=items)
