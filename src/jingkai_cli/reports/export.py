"""`jk export`: the CSV files of a month, each an ordinary report, and all data as typed rows (`--all -f parquet`)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from msgspec.structs import replace

from ..dates import Period, month_of
from ..facts import TaskFacts
from ..language import N_, _, speaking
from ..ledger.derived_tables import pages
from ..ledger.entries import Entries
from ..ledger.protocol import Ledger, Reader
from ..model import Plan, Recorded
from ..rules.assessment import Assessed
from ..rules.programme_totals import programme_totals
from ..rules.status import flattened, judge
from . import assess, grouped_report, log, problem_stats, problems, task_report, tasks_csv
from .document import Document, Scope
from .item_types import DAYS, EntryItem, Meaning, TaskItem
from .reason_wording import full_titles
from .survey import survey
from .task_filters import Filters

ANCHOR = "anchor.txt"
"""The file beside the CSV files that holds the ledger's head, which `jk check --anchor-file` verifies."""


def anchor(scope: Scope, month: Period, plan_sha256: str) -> str:
    """The content of the anchor file: plan, month and head, and the as-of date if the month is not over."""
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
        scope: as of the month's last day, or of today if it is not over.
        facts: what the ledger says of each task as of that day.
        entries: the entries of the month.
        retracted_by: number of a retracted entry → number of its retraction.
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
    """The reports of a month for a workbook: tasks have their titles, and each entry its sentence.

    Problems are in the order of the plan.

    Args:
        documents: the result of `build`.
        plan: gives the tasks.
        entries: the entries of the month.
    """
    titles = full_titles(plan)
    found = dict(documents)
    found["entries.csv"] = log.for_people(found["entries.csv"], plan, entries)
    found["problems.csv"] = tasks_csv.with_titles(_in_order(found["problems.csv"], plan), titles)
    units = found["units.csv"]
    worst = [{**item, "worst_task": _named(item["worst_task"], titles)} for item in units.items]
    found["units.csv"] = replace(units, items=worst)
    return found


def _in_order(listed: Document, plan: Plan) -> Document:
    """The problems in the order of the plan's tasks; problems of one task keep their order."""
    places = {task.id: place for place, task in enumerate(plan.every_task())}
    return replace(listed, items=sorted(listed.items, key=lambda item: places.get(item["task"], len(places))))


def _named(task: str | None, titles: Mapping[str, str]) -> str | None:
    return f"{task} {titles[task]}" if task and task in titles else task


def unit_fields() -> dict[str, str]:
    """The columns of `units.csv` and their titles, which `docs/reference.py` also writes into the docs."""
    return {**grouped_report.fields("unit"), **_assessed_fields(), **_problem_fields()}


def _assessed_fields() -> dict[str, str]:
    return {name: title for name, title in assess.fields().items() if name not in ("unit", "tasks")}


def _problem_fields() -> dict[str, str]:
    titles = problem_stats.fields().items()
    return {f"problems_{name}": _("Problems: {title}").format(title=title) for name, title in titles if name != "group"}


def _with_problems(units: Document, counted: Mapping[str, problem_stats.Counts]) -> Document:
    """The report by unit, with the statistics of each unit's problems in the month."""
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
    """The report by unit, with each unit's assessment."""
    titles = _assessed_fields()
    of_unit = {each.unit: assess.item(each) for each in assessed}
    items = [{**item, **{name: of_unit[item["unit"]][name] for name in titles}} for item in units.items]
    return replace(units, fields={**units.fields, **titles}, items=items)


@dataclass(frozen=True, slots=True)
class _JudgedTask(TaskItem):
    """A task or sub-task as judged."""

    late: Annotated[bool, Meaning(N_("whether the task, a milestone or a problem of it is late"))]
    worst_days: Annotated[int, Meaning(N_("how late the worst thing of that task is"), DAYS)]


@dataclass(frozen=True, slots=True)
class _ReadingItem:
    """A standing reading, with the total of its series from then on."""

    task: Annotated[str, Meaning(N_("the task's id in the plan"))]
    name: Annotated[str, Meaning(N_("the indicator's id, or percent"))]
    unit: Annotated[str, Meaning(N_("the unit whose share it is; empty for the task as a whole"))]
    on: Annotated[date, Meaning(N_("the date that the entry is about"))]
    seq: Annotated[int, Meaning(N_("the number of the entry in the ledger"))]
    added: Annotated[bool, Meaning(N_("whether the value adds to the total before"))]
    value: Annotated[Decimal, Meaning(N_("the value as reported"))]
    total: Annotated[Decimal, Meaning(N_("the total of the series from that date on"))]
    since: Annotated[int, Meaning(N_("the entry that stated the total counted from; 0 where none did"))]


@dataclass(frozen=True, slots=True)
class _ShareItem:
    """What one indicator contributes to a programme total."""

    total: Annotated[str, Meaning(N_("the id of the programme total"))]
    name: Annotated[str, Meaning(N_("its name"))]
    unit: Annotated[str, Meaning(N_("its unit of measurement"))]
    task: Annotated[str, Meaning(N_("the task's id in the plan"))]
    indicator: Annotated[str, Meaning(N_("the indicator's id, or percent"))]
    value: Annotated[Decimal | None, Meaning(N_("the total to date, in that unit; empty where nothing was reported"))]


class Export(NamedTuple):
    """The data to write, all from one state of the ledger."""

    scope: Scope
    files: Mapping[str, tuple[type, Iterator[Mapping[str, Any]]]]
    """Name → the type of its rows, and the rows."""


def export_whole(ledger: Ledger, plan: Plan, as_of: date, write: Callable[[Export], None]) -> Export:
    """Call `write` with all data to export, while the ledger cannot change.

    Args:
        ledger: the ledger to export.
        plan: gives the tasks.
        as_of: the date as of which they are judged.
        write: reads the rows of each file, once.

    Raises:
        LedgerError: the ledger cannot be read.
    """

    def work(reader: Reader) -> Export:
        found = survey(reader, plan, as_of)
        scope = Scope(plan, as_of, None, found.head)
        top = judge(plan, found.facts, as_of)
        parents = plan.parents()
        entries = reader.entries()
        logged = log.data(scope, entries, reader.retracted_by(entries.numbers))

        def tasks() -> Iterator[Mapping[str, Any]]:
            with speaking(plan.language):
                for each in flattened(top):
                    late = {"late": bool(each.position.late), "worst_days": each.position.worst_days}
                    yield {**tasks_csv.item(each, parents), **late}

        def readings() -> Iterator[Mapping[str, Any]]:
            names = ("task", "name", "unit", "on", "seq", "added", "value", "total", "since")
            for row in pages(ledger.rows, "readings"):
                values = dict(zip(names, row, strict=True))
                figures = {"value": Decimal(values["value"]), "total": Decimal(values["total"])}
                yield {**values, **figures, "added": bool(values["added"])}

        def totals() -> Iterator[Mapping[str, Any]]:
            for each in programme_totals(plan, top):
                total = {"total": each.total.id, "name": each.total.name, "unit": each.total.unit}
                for share in each.shares:
                    yield {**total, "task": share.task.id, "indicator": share.indicator.id, "value": share.value}

        export = Export(
            scope,
            {
                "entries": (EntryItem, iter(logged.items)),
                "readings": (_ReadingItem, readings()),
                "tasks": (_JudgedTask, tasks()),
                "totals": (_ShareItem, totals()),
            },
        )
        write(export)
        return export

    return ledger.read(work)
