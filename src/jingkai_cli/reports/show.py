"""`jk show TASK`: one task whole."""

from collections.abc import Iterable, Mapping
from datetime import date

from ..facts import NOTHING, TaskFacts
from ..figures import amount, days, percent
from ..language import _
from ..model import Indicator, Milestone, Recorded, Task
from ..rules.status import Judgement, judge_task
from .document import Column, Document, Scope, Section, Table, Toned
from .log import table as log_table
from .report import fields, footnotes, items
from .wording import deadlines, lamp_and_state, marked, or_unknown, reason

SINCE = "+"
"""Beside a total that was never stated: it adds up what was recorded since records began."""


def build(
    scope: Scope, task: Task, facts: TaskFacts | None, entries: Iterable[Recorded], retracted_by: Mapping[int, int]
) -> Document:
    """The task's facts, why it stands as it does, its milestones and indicators, and its last `entries`."""
    judgement = judge_task(task, facts or NOTHING, scope.as_of, scope.plan.rules)
    those = list(entries)
    sections = [_head(scope, judgement)]
    if judgement.reasons:
        sections.append(Section(_("Why"), tuple(reason(r) for r in judgement.reasons)))
    if task.milestones:
        sections.append(Section(_("Milestones"), table=_milestones(judgement)))
    if task.indicators:
        sections.append(Section(_("Indicators"), table=_indicators(judgement)))
    if task.notes:
        sections.append(Section(_("Notes of the plan"), task.notes))
    if those:
        sections.append(Section(_("Last entries"), table=log_table(scope.plan, those, retracted_by)))
    return Document(
        kind="show",
        scope=scope,
        title=f"{task.id} {task.title}",
        fields=fields(),
        items=items(scope.plan, [judgement]),
        sections=tuple(sections),
        footnotes=(*footnotes([judgement]), *_since_records_began(judgement)),
        found=judgement.state == "overdue",
    )


def _began_with_an_increment(facts: TaskFacts, indicator: Indicator) -> bool:
    return any(name == indicator.id and not total.stated for (name, _unit), total in facts.totals.items())


def _since_records_began(judgement: Judgement) -> tuple[str, ...]:
    facts = judgement.at.facts
    began = any(_began_with_an_increment(facts, i) for i in judgement.task.indicators)
    return (_("+ since records began: no total was ever stated"),) if began else ()


def _head(scope: Scope, judgement: Judgement) -> Section:
    task, at = judgement.task, judgement.at
    lines = [
        _("Status: {status}").format(status=lamp_and_state(judgement.lamp, judgement.state).replace("\n", " ")),
        _("Lead leader: {leader}").format(leader=marked(or_unknown(task.leader), "leader", task)),
        _("Lead unit: {unit}").format(unit=marked(or_unknown(task.lead_unit), "lead_unit", task)),
    ]
    contact = scope.plan.contacts.get(task.lead_unit or "")
    lines += [_("Call: {contact}").format(contact=contact)] if contact else []
    if task.support_units:
        units = marked(", ".join(task.support_units), "support_units", task)
        lines.append(_("Support units: {units}").format(units=units))
    lines.append(_("From {start} to {deadline}").format(start=task.start, deadline=deadlines(task, at.life)))
    if task.measure != "none":
        lines.append(
            _("Actual {actual}, planned {planned}").format(actual=percent(at.progress), planned=percent(at.planned))
        )
    return Section(lines=tuple(lines))


def _milestones(judgement: Judgement) -> Table:
    at = judgement.at
    late = {x.thing.id: x.days for x in at.late if isinstance(x.thing, Milestone)}
    columns = (
        Column(_("Id"), drop=1),
        Column(_("Milestone"), wraps_from=16),
        Column(_("Deadline in force"), wraps_from=11),
        Column(_("Status"), wraps_from=12),
    )
    rows = []
    for milestone in at.task.milestones:
        reached: date | None = at.life.reached.get(milestone.id)
        if reached:
            status = Toned(_("reached {day}").format(day=reached), "green")
        elif milestone.indicators:
            status = Toned(_("by its figures"), "none")
        elif milestone.id in late:
            status = Toned(_("{days} overdue").format(days=days(late[milestone.id])), "red")
        else:
            left = (at.life.deadline(milestone) - at.as_of).days
            status = Toned(_("{days} left").format(days=days(left)), "none")
        rows.append((milestone.id, marked(milestone.title, "title", milestone), deadlines(milestone, at.life), status))
    return Table(columns, tuple(rows))


def _indicators(judgement: Judgement) -> Table:
    facts = judgement.at.facts
    columns = (
        Column(_("Id")),
        Column(_("Indicator"), wraps_from=12),
        Column(_("Total to date"), align="right"),
        Column(_("Target"), align="right"),
        Column(_("Last report")),
    )
    rows = []
    for indicator in judgement.task.indicators:
        total = facts.total(indicator.id)
        last = max((t.on for (name, _unit), t in facts.totals.items() if name == indicator.id), default=None)
        text = _("no figure") if total is None else amount(total, indicator.unit)
        rows.append(
            (
                indicator.id,
                indicator.name,
                text + (SINCE if _began_with_an_increment(facts, indicator) else ""),
                _("no target")
                if indicator.target is None
                else marked(amount(indicator.target, indicator.unit), "target", indicator),
                last.isoformat() if last else "–",
            )
        )
    return Table(columns, tuple(rows))
