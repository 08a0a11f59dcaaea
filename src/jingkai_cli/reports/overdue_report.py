"""`jk report --overdue`: what is late, worst first, and who is responsible."""

from collections.abc import Sequence

from ..language import _
from ..model import Plan
from ..quantities import days
from ..rules.status import Judgement
from .document import Column, Document, Scope, Section, Table, Toned
from .late_notes import late_lines
from .reason_wording import LAMPS, marked, or_unknown, without_repeated_days
from .task_cells import brief, footnotes, of_all, summary_of_late, unit_and_contact
from .task_filters import NO_TASK, Filters, titled
from .tasks_csv import calendar_dates, fields, items


def build(scope: Scope, late: Sequence[Judgement], filters: Filters) -> Document:
    """Build the report, worst tasks first.

    Args:
        scope: the plan and the date.
        late: every task of the plan that is late, in the plan's order.
        filters: select the tasks to list.
    """
    listed = sorted((j for j in late if filters.keep(j)), key=lambda j: -j.position.worst_days)
    unfiltered = filters == Filters(overdue=True)
    nothing = _("Nothing is overdue.") if unfiltered else _(NO_TASK)
    rows = sorted(filters.rows(listed), key=lambda j: -j.position.worst_days)
    counted = summary_of_late(scope.plan, late)
    return Document(
        kind="report",
        about=scope.about,
        title=_("Overdue"),
        fields=fields(),
        items=items(scope.plan, listed),
        sections=(
            Section(table=_table(scope.plan, rows).short(), brief=lambda: _brief(scope.plan, rows))
            if listed
            else Section(lines=(nothing,)),
        ),
        summary=(counted if unfiltered else of_all(counted),),
        footnotes=footnotes(listed),
        found=bool(listed),
        dates=calendar_dates(scope.plan, listed),
        last_reports={j.task.id: day for j in listed if (day := j.position.last_report_on)},
        late=lambda: {j.task.id: late_lines(j) for j in listed},
        paper_title=_("Overdue tasks"),
    )


def _table(plan: Plan, late: Sequence[Judgement]) -> Table:
    """The table: days late, what is late, lead unit with its contact, and leader."""
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=16),
        Column(_("Overdue")),
        Column(_("What is overdue"), wraps_from=26, sentences=True),
        Column(_("Lead unit"), wraps_from=10),
        Column(_("Lead leader"), wraps_from=10, drop=1),
    )
    rows = (
        (
            j.task.id,
            marked(title, "title", j.task),
            Toned(f"{_(LAMPS[j.lamp])}\n{days(j.position.worst_days)}", j.lamp),
            late_lines(j),
            unit_and_contact(plan, j.task),
            marked(or_unknown(j.task.leader), "leader", j.task),
        )
        for j, title in titled(plan, late)
    )
    return Table(columns, tuple(rows))


def _brief(plan: Plan, late: Sequence[Judgement]) -> Table:
    """The brief table: a line for each task with its most days late, and what is late below."""
    return brief(
        plan,
        titled(plan, late),
        (
            Column(_("Overdue"), align="right"),
            Column(_("Lead leader"), drop=1, shown="wide"),
            Column(_("Lead unit"), wraps_from=8),
        ),
        lambda j: (
            _("{days} overdue").format(days=days(j.position.worst_days)),
            marked(or_unknown(j.task.leader), "leader", j.task),
        ),
        lambda j: without_repeated_days(late_lines(j), j.position.worst_days),
    )
