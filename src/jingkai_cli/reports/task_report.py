"""`jk report`: the state of every task, or of those asked for."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from ..language import _
from ..model import Plan
from ..quantities import days, percent
from ..rules.programme_totals import programme_totals
from ..rules.status import Judgement
from .document import Cell, Column, Document, Scope, Section, Table, Toned
from .findings import confirmations, to_confirm
from .task_cells import due_lines, footnotes, over_or_left, summary, unit_and_contact, why
from .task_columns import fields, items
from .task_filters import NO_TASK, Filters
from .totals import total_lines
from .wording import deadlines, lamp_and_state, marked, or_unknown


def build(scope: Scope, judgements: Sequence[Judgement], filters: Filters) -> Document:
    """The report, in the plan's order; with `filters.overdue` worst first.

    `overdue_report` builds the report of late tasks alone.

    Args:
        scope: its plan and date.
        judgements: every task of the plan, judged as of that date; sub-tasks where they are listed too.
        filters: which of them are listed.
    """
    listed = [j for j in judgements if filters.keep(j)]
    if filters.overdue:
        listed.sort(key=lambda j: -j.at.worst_days)
    parents = scope.plan.parents()
    within = filters.due_within
    reasons = why if within is None else partial(due_lines, within=within)
    section = (
        Section(table=_table(scope.plan, listed, reasons).short()) if listed else Section(lines=(_nothing(filters),))
    )
    top = [j for j in judgements if j.task.id not in parents]
    return Document(
        kind="report",
        about=scope.about,
        title=_title(filters),
        fields=fields(),
        items=items(scope.plan, listed),
        sections=(section, *confirmations(scope.plan)) if filters == Filters() else (section,),
        summary=(summary(top), *(total_lines(programme_totals(scope.plan, top)) if filters == Filters() else ())),
        footnotes=footnotes(listed),
        extra={"to_confirm": [*to_confirm(scope.plan)]} if filters == Filters() else {},
        found=bool(listed) if filters != Filters() else any(j.at.late for j in judgements),
    )


def _title(filters: Filters) -> str:
    if filters.overdue:
        return _("Overdue and at risk")
    if filters.at_risk:
        return _("At risk")
    if filters.due_within is not None:
        return _("Due within {days}").format(days=days(filters.due_within))
    return _("Progress of the key tasks")


def _nothing(filters: Filters) -> str:
    return _("Nothing is at risk.") if filters == Filters(at_risk=True) else _(NO_TASK)


def _table(plan: Plan, judgements: Iterable[Judgement], why: Callable[[Judgement], str]) -> Table:
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("Status"), wraps_from=8),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right", drop=1),
        Column(_("Deadline"), wraps_from=11),
        Column(_("Why"), wraps_from=16),
        Column(_("Lead unit"), wraps_from=8),
        Column(_("Last report"), drop=2),
        Column(_("Lead leader"), wraps_from=8, drop=3),
    )
    return Table(columns, tuple(_row(plan, j, why(j)) for j in judgements))


def _row(plan: Plan, judgement: Judgement, why: str) -> tuple[Cell, ...]:
    task, at = judgement.task, judgement.at
    return (
        task.id,
        marked(task.title, "title", task),
        Toned(lamp_and_state(judgement), judgement.lamp),
        percent(at.progress),
        percent(at.planned),
        f"{deadlines(task, at.life)}\n{over_or_left(judgement)}".strip(),
        why,
        unit_and_contact(plan, task),
        at.facts.last_report_on.isoformat() if at.facts.last_report_on else "–",
        marked(or_unknown(task.leader), "leader", task),
    )
