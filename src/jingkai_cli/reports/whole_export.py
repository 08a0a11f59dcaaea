"""`jk export --all -f parquet`: entries, readings, the tasks as judged and shares of totals, as typed rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from ..language import N_, speaking
from ..ledger.derived import pages
from ..ledger.protocol import Ledger, Reader
from ..model import Plan
from ..rules.programme_totals import programme_totals
from ..rules.status import flattened, judge
from . import log, task_columns
from .document import Scope
from .item_types import DAYS, EntryItem, Meaning, TaskItem
from .survey import survey


@dataclass(frozen=True, slots=True)
class JudgedTask(TaskItem):
    """A task or sub-task as judged."""

    late: Annotated[bool, Meaning(N_("whether the task, a milestone or a problem of it is late"))]
    worst_days: Annotated[int, Meaning(N_("how late the worst thing of that task is"), DAYS)]


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """A reading that stands, with the total that it brings its series to."""

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
class ShareItem:
    """What one indicator brings to a programme total."""

    total: Annotated[str, Meaning(N_("the id of the programme total"))]
    name: Annotated[str, Meaning(N_("its name"))]
    unit: Annotated[str, Meaning(N_("its unit of measurement"))]
    task: Annotated[str, Meaning(N_("the task's id in the plan"))]
    indicator: Annotated[str, Meaning(N_("the indicator's id, or percent"))]
    value: Annotated[Decimal | None, Meaning(N_("the total to date, in that unit; empty where nothing was reported"))]


class Export(NamedTuple):
    """What is written, all of one state of the ledger."""

    scope: Scope
    files: Mapping[str, tuple[type, Iterator[Mapping[str, Any]]]]
    """Name → the type of its rows, and the rows."""


def export_whole(ledger: Ledger, plan: Plan, as_of: date, write: Callable[[Export], None]) -> Export:
    """Call `write` with all that is exported, while no writer changes it.

    Args:
        ledger: as it is.
        plan: its tasks.
        as_of: the date as of which they are judged.
        write: takes the rows of each file once.

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
                    yield {**task_columns.item(each, parents), **late}

        def readings() -> Iterator[Mapping[str, Any]]:
            names = ("task", "name", "unit", "on", "seq", "added", "value", "total", "since")
            for row in pages(ledger.rows, "readings"):
                said = dict(zip(names, row, strict=True))
                figures = {"value": Decimal(said["value"]), "total": Decimal(said["total"])}
                yield {**said, **figures, "added": bool(said["added"])}

        def totals() -> Iterator[Mapping[str, Any]]:
            for each in programme_totals(plan, top):
                total = {"total": each.total.id, "name": each.total.name, "unit": each.total.unit}
                for share in each.shares:
                    yield {**total, "task": share.task.id, "indicator": share.indicator.id, "value": share.value}

        export = Export(
            scope,
            {
                "entries": (EntryItem, iter(logged.items)),
                "readings": (ReadingItem, readings()),
                "tasks": (JudgedTask, tasks()),
                "totals": (ShareItem, totals()),
            },
        )
        write(export)
        return export

    return ledger.read(work)
