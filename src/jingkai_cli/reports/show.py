"""`jk show TASK`: one task whole, on one screen."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from ..facts import TaskFacts
from ..figures import enumeration, percent
from ..language import _
from ..model import Recorded, Task
from ..rules.life import fold
from ..rules.progress import progress
from ..rules.status import Judgement, judge_task
from . import chart
from .document import Column, Document, Section, Table
from .indicators import indicators, monthly, since_records_began
from .log import table as log_table
from .milestones import milestones
from .problems import table as problem_table
from .report import fields, footnotes, items
from .scope import Scope
from .wording import deadlines, lamp_and_state, marked, or_unknown, reason

FactsOn = Callable[[date], TaskFacts]
"""What the ledger says of the task as of a date."""


def build(
    scope: Scope, task: Task, facts_on: FactsOn, entries: Iterable[Recorded], retracted_by: Mapping[int, int]
) -> Document:
    """Facts, reasons, course, milestones, indicators, problems and the last `entries` of a task."""
    judgement = judge_task(task, facts_on(scope.as_of), scope.as_of, scope.plan.rules)
    at = judgement.at
    those = list(entries)
    sections = [
        _head(scope, judgement),
        Section(_("Why"), tuple(reason(r) for r in judgement.reasons)),
        Section(_("Course: . planned, * actual, | today"), _course(judgement, facts_on), drawn=True),
        Section(
            _("Milestones: v reached, x late, o to come, | today"),
            table=milestones(judgement) if task.milestones else None,
        ),
        Section(_("Indicators"), table=indicators(judgement) if task.indicators else None),
        Section(_("Monthly plans"), table=monthly(judgement) if at.months else None),
        Section(_("Problems"), table=problem_table(scope, at.problems) if at.problems else None),
        Section(_("Notes of the plan"), task.notes),
        Section(_("Last entries"), table=log_table(scope.plan, those, retracted_by) if those else None),
    ]
    return Document(
        kind="show",
        about=scope.about,
        title=f"{task.id} {task.title}",
        fields=fields(),
        items=items(scope.plan, [judgement]),
        sections=tuple(section for section in sections if section.lines or section.table),
        footnotes=(*footnotes([judgement]), *since_records_began(judgement)),
        found=judgement.state == "overdue",
    )


def _head(scope: Scope, judgement: Judgement) -> Section:
    """What the task is, who has to answer for it, and how far it is."""
    rows = [
        (_("Status"), lamp_and_state(judgement).replace("\n", " ")),
        *people_and_dates(scope, judgement),
        (_("Progress"), _progress(judgement)),
        *objection(judgement),
    ]
    columns = (Column(""), Column("", wraps_from=20))
    return Section(table=Table(columns, tuple(row for row in rows if row[1])))


def people_and_dates(scope: Scope, judgement: Judgement) -> list[tuple[str, str]]:
    """Who has to answer for a task, whom to call, and by when: titles and texts, empty where nothing is known."""
    task = judgement.task
    support = marked(enumeration(task.support_units), "support_units", task) if task.support_units else ""
    return [
        (_("Lead leader"), marked(or_unknown(task.leader), "leader", task)),
        (_("Lead unit"), marked(or_unknown(task.lead_unit), "lead_unit", task)),
        (_("Call"), scope.plan.contacts.get(task.lead_unit or "", "")),
        (_("Support units"), support),
        (_("Start"), task.start.isoformat()),
        (_("Deadline"), deadlines(task, judgement.at.life)),
    ]


def objection(judgement: Judgement) -> list[tuple[str, str]]:
    """What a unit says against the judgement, while nobody has ruled on it."""
    said = judgement.at.life.objection
    if said is None:
        return []
    text = _("{who} objects since {day}: {why}").format(who=said.unit, day=said.on, why=said.note)
    return [(_("Objection"), text)]


def _progress(judgement: Judgement) -> str:
    at = judgement.at
    if at.progress is None and at.planned is None:
        return ""
    said = _("actual {actual}, planned {planned}").format(actual=percent(at.progress), planned=percent(at.planned))
    if at.curve and not at.curve.written:
        said += _(" (straight line assumed)")
    return f"{chart.bar(at.progress, at.planned)}\n{said}"


def _course(judgement: Judgement, facts_on: FactsOn) -> tuple[str, ...]:
    """The planned and the actual curve; nothing where neither can be drawn."""
    at, task = judgement.at, judgement.task

    def actual(day: date) -> float | None:
        facts = facts_on(day)
        return progress(task, facts, fold(task, facts.events))

    def planned(day: date) -> float | None:
        return at.curve.on(day) if at.curve else None

    if at.progress is None and at.curve is None:
        return ()
    return chart.curves(task.start, max(at.deadline, at.as_of), at.as_of, planned, actual)
