"""`jk report`."""

from enum import StrEnum
from typing import Annotated

import typer
from typer import Argument, Option

from ..errors import Exit
from ..language import _
from ..reports.document import Document
from .options import (
    AsOfOption,
    EncodingOption,
    ExitCodeOption,
    FormatOption,
    KnownOnOption,
    LabelsOption,
    LedgerOption,
    OutputOption,
    PlanOption,
)
from .output import Destination
from .remembered import remembered


class GroupBy(StrEnum):
    """What `--group-by` takes."""

    unit = "unit"
    leader = "leader"


def report(
    tasks: Annotated[
        list[str] | None, Argument(metavar=_("[TASK]..."), help=_("Only these tasks."), show_default=False)
    ] = None,
    overdue: Annotated[bool, Option("--overdue", help=_("Only what is overdue, worst first."))] = False,
    at_risk: Annotated[bool, Option("--at-risk", help=_("Only what is at risk."))] = False,
    due_within: Annotated[
        int | None,
        Option(
            "--due-within",
            metavar=_("DAYS"),
            min=0,
            max=3660,
            help=_("Only tasks and milestones that are due by then."),
        ),
    ] = None,
    unit: Annotated[
        str | None, Option("--unit", metavar=_("UNIT"), help=_("Only the tasks of this lead unit."))
    ] = None,
    group_by: Annotated[
        GroupBy | None, Option("--group-by", metavar="unit|leader", help=_("One line for each unit or leader."))
    ] = None,
    original: Annotated[bool, Option("--original", help=_("Judge by the original deadlines."))] = False,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    exit_code: ExitCodeOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    destination = Destination(form, output, encoding, labels)

    def build() -> Document:
        from ..reports.task_filters import Filters
        from ..rules.status import judge
        from .desk import Desk

        desk = Desk.at(plan, ledger, known_on)
        filters = Filters(
            tasks=tuple(desk.task(name).id for name in tasks or ()),
            overdue=overdue,
            at_risk=at_risk,
            due_within=due_within,
            unit=desk.unit(unit),
        )
        day = desk.as_of(as_of)
        known, moment = desk.known()
        if filters.only_late and not (original or group_by):
            scope, judgements = desk.late(known, day, moment)
        else:
            scope, facts = desk.survey(known, day, moment)
            if original:
                facts = {task: said.without_extensions() for task, said in facts.items()}
            judgements = judge(desk.plan, facts, day)
        with destination.language_of(desk.plan):
            if group_by:
                from ..reports import grouped_report

                return grouped_report.build(
                    scope, judgements, filters, "unit" if group_by is GroupBy.unit else "leader"
                )
            if filters.only_late:
                from ..reports import overdue_report

                return overdue_report.build(scope, [j for j in judgements if j.at.late], filters)
            from ..reports import task_report

            return task_report.build(scope, judgements, filters)

    document = remembered(build, destination)
    destination.put(document)
    if exit_code and document.found:
        raise typer.Exit(Exit.FINDINGS)
