"""`jk show`: one task in full, with its sub-tasks, curves, milestones, indicators, problems and last entries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from ..facts import TaskFacts
from ..language import _
from ..model import Recorded, Task
from ..quantities import percent
from ..rules.forecast import forecast
from ..rules.status import Judgement, judge_tree
from .document import Cell, Column, Document, Scope, Section, Table, Toned
from .forecast_wording import finish, how_far_behind
from .late_notes import overdue_subtasks
from .log import listed, table_of_task
from .log import table as log_table
from .reason_wording import full_titles, lamp_and_state, numbered, with_number
from .shared_statements import silence, unreported
from .task_cells import footnotes
from .task_details import (
    indicators,
    indicators_on_paper,
    milestone_list,
    milestones,
    monthly_plans,
    objection,
    people_and_dates,
    reason_lines,
    since_records_began,
    subtasks,
    subtasks_on_paper,
    with_silence_and_order,
)
from .task_notes import why
from .tasks_csv import fields, items
from .text_charts import AXIS, bar, curves, marks

FactsOn = Callable[[date], Mapping[str, TaskFacts]]
"""A function that returns the facts of the task and its sub-tasks as of a date, by id."""


MONTHS = 11
"""The number of month ends for which paper gives the progress, in addition to the as-of date."""


class Latest(NamedTuple):
    """What was last recorded about a task."""

    entries: Sequence[Recorded]
    retracted_by: Mapping[int, int]
    """Number of a retracted entry → number of its retraction."""
    need: Recorded | None
    """The report whose need still stands."""


def build(scope: Scope, task: Task, facts_on: FactsOn, latest: Latest) -> Document:
    """Facts, reasons, needs, sub-tasks, curves, milestones, indicators, problems and last entries of a task."""
    judgement = judge_tree(task, facts_on(scope.as_of), scope.as_of, scope.plan)
    curve = _curves(scope, judgement, facts_on)
    drawn = (
        *_subtasks(scope, judgement),
        Section(_legend(judgement, curve), curve, drawn=True),
        Section(
            _("Milestones: v reached, x late, o to come, | today"),
            table=milestones(judgement) if task.milestones else None,
        ),
        Section(_("Indicators"), table=indicators(judgement) if task.indicators else None),
    )
    progress = _progress(judgement)
    if judgement.position.progress is not None or judgement.position.planned is not None:
        progress = f"{bar(judgement.position.progress, judgement.position.planned)}\n{progress}"
    entries = listed(log_table(scope.plan, latest.entries, latest.retracted_by), _("Last entries"))
    notes = Section(_("Notes of the plan"), task.notes)
    return _document(scope, judgement, latest.need, (_head(scope, judgement, progress), *drawn), (notes, entries))


def on_paper(scope: Scope, task: Task, facts_on: FactsOn, latest: Latest) -> Document:
    """The report of a task as tables, without entry numbers and ids; drawings would need a monospaced font."""
    judgement = judge_tree(task, facts_on(scope.as_of), scope.as_of, scope.plan)
    shown = (
        _head(scope, judgement, _progress(judgement)),
        Section(_("Sub-tasks"), table=subtasks_on_paper(scope, judgement) if judgement.parts else None),
        Section(_("Progress by month"), table=_course(scope, judgement, facts_on)),
        Section(_("Milestones"), table=milestone_list(judgement) if task.milestones else None),
        Section(_("Indicators"), table=indicators_on_paper(judgement) if task.indicators else None),
    )
    entries = table_of_task(scope.plan, task, latest.entries, latest.retracted_by)
    columns = (Column("", align="right"), Column("", wraps_from=20, sentences=True))
    notes = Table(columns, tuple((str(number), note) for number, note in enumerate(task.notes, start=1)))
    end = (Section(_("Notes of the plan"), table=notes), Section(_("Last entries"), table=entries))
    return _document(scope, judgement, latest.need, shown, end)


def _document(
    scope: Scope, judgement: Judgement, need: Recorded | None, shown: tuple[Section, ...], end: tuple[Section, ...]
) -> Document:
    """Join all sections; `shown` are head, sub-tasks, course, milestones, indicators, `end` notes and last entries."""
    head, *others = shown
    task, at = judgement.task, judgement.position
    title = full_titles(scope.plan)[task.id]
    sections = [
        head,
        Section(_("Why"), _why(judgement)),
        Section(_("To be settled by others"), (_need(need),) if need else ()),
        *others,
        Section(_("Monthly plans"), table=monthly_plans(judgement) if at.months else None),
        *_problems(scope, judgement),
        *(section for section in end if section.lines or (section.table and section.table.rows)),
    ]
    return Document(
        kind="show",
        about=scope.about,
        title=with_number(task.id, title),
        paper_title=_("{task}: how it stands").format(task=numbered(task, title)),
        fields=fields(),
        items=items(scope.plan, [judgement]),
        sections=tuple(section for section in sections if section.lines or section.table),
        footnotes=(*footnotes([judgement]), *since_records_began(judgement)),
        found=judgement.state == "overdue",
        last_reports={j.task.id: day for j in judgement.with_subtasks() if (day := j.position.last_report_on)},
        late=lambda: {judgement.task.id: why(judgement)} if judgement.position.late else {},
    )


def _why(judgement: Judgement) -> tuple[str, ...]:
    """The number of overdue sub-tasks, then every reason of the task itself; without any, those of its sub-tasks.

    A silence of all sub-tasks is one of the task itself.
    """
    overdue = overdue_subtasks(judgement)
    late = sum(bool(part.position.late) for part in judgement.parts)
    own = reason_lines(
        each
        for each in judgement.reasons
        if each.task is None and not (each.code == "subtasks-red" and each.figures["count"] == late)
    )
    lines = [overdue, *own] if overdue and own else own or why(judgement).split("\n")
    return tuple(dict.fromkeys(filter(None, (*lines, silence(judgement)))))


def _problems(scope: Scope, judgement: Judgement) -> Iterator[Section]:
    if problems := judgement.position.problems:
        from .problems import section  # most tasks have none

        yield section(scope, problems, {p.seq: p for p in problems}, _("Problems"), judgement.task.id)


def _head(scope: Scope, judgement: Judgement, progress: str) -> Section:
    """The status, people, dates and progress of the task."""
    rows: list[tuple[Cell, ...]] = [
        (_("Status"), Toned(_status(judgement), judgement.lamp)),
        *people_and_dates(scope, judgement),
        (_("Progress"), progress),
        how_far_behind(judgement),
        (_("Forecast finish"), finish(judgement)),
        *objection(judgement),
    ]
    columns = (Column(""), Column("", wraps_from=20, sentences=True))
    return Section(table=Table(columns, tuple(row for row in rows if row[1])))


def _status(judgement: Judgement) -> str:
    """Lamp and state, and since when a task is finished or on hold."""
    life, status = judgement.position.life, lamp_and_state(judgement).replace("\n", " ")
    since = life.accepted_on or life.done_on or life.cancelled_on or life.suspended_on
    status += _(", since {day}").format(day=since) if since else ""
    return status + (
        _(", to be reviewed on {day}").format(day=life.suspended_until) if life.on_hold and life.suspended_until else ""
    )


def _need(report: Recorded) -> str:
    """What a unit asks others to settle, and since when."""
    return _("{day}: {what}").format(day=report.entry.on, what=report.entry.need)


def _progress(judgement: Judgement) -> str:
    at = judgement.position
    if at.progress is None and at.planned is None:
        return unreported(judgement)
    missing = unreported(judgement)
    text = _("actual {actual}, planned {planned}")
    if at.progress is None:
        text = _("actual not reported in full, planned {planned}") if missing else _("no actual yet, planned {planned}")
    progress = text.format(actual=percent(at.progress), planned=percent(at.planned))
    if at.curve and not at.curve.written:
        progress += _(" (straight line assumed)")
    return f"{progress}\n{missing}" if missing else progress


def _subtasks(scope: Scope, judgement: Judgement) -> Iterator[Section]:
    """The state of each sub-task of every level, and why; the brief table is that of the report, with bars."""
    if not judgement.parts:
        return
    from .task_report import brief_report, note  # most tasks have none

    parts = [each for part in judgement.parts for each in part.with_subtasks()]
    yield Section(
        _("Sub-tasks"),
        table=subtasks(scope, judgement),
        brief=lambda: brief_report(
            scope.plan,
            [(part, part.task.title) for part in parts],
            lambda part: with_silence_and_order(part, note(part)),
        ),
    )


def _legend(judgement: Judgement, curve: Sequence[str]) -> str:
    """The meaning of the marks of a curve; marks of the actual progress only if it is drawn."""
    symbols, drawn = marks(), "".join(curve[:-AXIS])
    keys = [_("{mark} planned").format(mark=symbols.planned)]
    if not {symbols.done, *symbols.levels}.isdisjoint(drawn):
        keys.append(_("{mark} actual").format(mark=symbols.done))
    if symbols.hidden != symbols.planned and symbols.hidden in drawn:
        keys.append(_("{mark} planned within actual").format(mark=symbols.hidden))
    keys.append(_("{mark} today").format(mark=symbols.mark))
    if forecast(judgement.position, judgement.position.behind):
        keys.append(_("{mark} forecast").format(mark=symbols.finish))
    return _("Course: {keys}").format(keys=_(", ").join(keys))


def _course(scope: Scope, judgement: Judgement, facts_on: FactsOn) -> Table | None:
    """Planned and actual percentages at the last month ends and on the as-of date; None if neither is known."""
    at, task = judgement.position, judgement.task
    if at.progress is None and at.curve is None:
        return None
    days = [day for day in [*islice(_month_ends(at.as_of), MONTHS)][::-1] if day >= task.start]
    rows: list[tuple[str, ...]] = []
    for day in (*days, at.as_of):
        planned = at.curve.on(day) if at.curve else None
        actual = judge_tree(task, facts_on(day), day, scope.plan).position.progress
        if rows or planned is not None or actual is not None:
            rows.append((day.isoformat(), percent(planned), percent(actual)))
    columns = (Column(_("Date")), Column(_("Planned"), align="right"), Column(_("Actual"), align="right"))
    return Table(columns, tuple(rows))


def _month_ends(before: date) -> Iterator[date]:
    """Yield the last days of months before a date, latest first."""
    while True:
        before = before.replace(day=1) - timedelta(days=1)
        yield before


def _curves(scope: Scope, judgement: Judgement, facts_on: FactsOn) -> tuple[str, ...]:
    """The planned and the actual curve; empty if neither can be drawn."""
    at, task = judgement.position, judgement.task

    def actual(day: date) -> float | None:
        return judge_tree(task, facts_on(day), day, scope.plan).position.progress

    def planned(day: date) -> float | None:
        return at.curve.on(day) if at.curve else None

    if at.progress is None and at.curve is None:
        return ()
    expected = forecast(at, at.behind)
    end = max(at.deadline or at.as_of, at.as_of)
    if expected:
        end = max(end, min(expected.late, end + (end - task.start)))
    return curves(task.start, end, at.as_of, planned, actual, expected)
