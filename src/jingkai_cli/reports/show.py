"""`jk show`: one task whole, with its curves and milestones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from ..facts import TaskFacts
from ..kinds import life_of
from ..language import _
from ..model import Milestone, Recorded, Task
from ..quantities import days, enumeration, percent
from ..rules.progress import progress
from ..rules.status import Judgement, judge_task
from .document import Column, Document, Scope, Section, Table, Toned
from .indicators import indicators, monthly, since_records_began
from .log import table as log_table
from .problems import table as problem_table
from .task_cells import footnotes
from .task_items import fields, items
from .wording import deadlines, lamp_and_state, marked, or_unknown, reason

WIDTH = 60

HEIGHT = 10

FULL = 100.0

Course = Callable[[date], float | None]
"""A percentage as of a date; None where nothing can be said."""


def bar(actual: float | None, planned: float | None, columns: int = 40) -> str:
    """Progress as a bar: `#` what is done, `|` where it should be.

    >>> bar(50.0, 75.0, 8)
    '[####..|.]'
    """
    done = round(min(FULL, actual or 0.0) / FULL * columns)
    cells = ["#" if cell < done else "." for cell in range(columns)]
    if planned is not None:
        cells[min(columns - 1, round(planned / FULL * columns))] = "|"
    return f"[{''.join(cells)}]"


def curves(start: date, end: date, as_of: date, planned: Course, actual: Course) -> tuple[str, ...]:
    """The planned (`.`) and actual (`*`) percentage from start to end; `|` is the as-of date."""
    days = max(1, (end - start).days)
    dates = [start + timedelta(days=round(days * column / (WIDTH - 1))) for column in range(WIDTH)]
    today = _column(start, days, as_of)
    rows = [[" "] * WIDTH for _ in range(HEIGHT + 1)]
    for column, day in enumerate(dates):
        if column == today:
            for row in rows:
                row[column] = "|"
        _dot(rows, column, planned(day), ".")
        _dot(rows, column, actual(day) if day <= as_of else None, "*")
    if 0 <= today < WIDTH:
        _dot(rows, today, actual(as_of), "*")
    labels = [f"{FULL * (HEIGHT - n) / HEIGHT:3.0f}" if n % 5 == 0 else "   " for n in range(HEIGHT + 1)]
    drawn = [f"{label} {''.join(row)}".rstrip() for label, row in zip(labels, rows, strict=True)]
    return (*drawn, f"    {start}{end.isoformat():>{WIDTH - len(start.isoformat())}}")


def _dot(rows: list[list[str]], column: int, percent: float | None, mark: str) -> None:
    if percent is not None:
        rows[HEIGHT - round(max(0.0, min(FULL, percent)) / FULL * HEIGHT)][column] = mark


def time_line(start: date, end: date, as_of: date, marks: Sequence[tuple[date, str]], columns: int = 24) -> str:
    """A line from start to end with its marks, and `|` at the as-of date.

    >>> time_line(date(2016, 1, 1), date(2016, 12, 31), date(2016, 7, 1), [(date(2016, 3, 31), "x")], 12)
    '---x--|-----'
    """
    days = max(1, (end - start).days)
    cells = ["-"] * columns
    for day, mark in [(as_of, "|"), *marks]:
        column = round((day - start).days / days * (columns - 1))
        if 0 <= column < columns:
            cells[column] = mark
    return "".join(cells)


def _column(start: date, days: int, day: date) -> int:
    return round((day - start).days / days * (WIDTH - 1))


_MARKS = {"green": "v", "red": "x", "none": "o"}


def milestones(judgement: Judgement) -> Table:
    """One line a milestone; on the time line `v` is reached, `x` late, `o` to come, `|` today."""
    at = judgement.at
    end = max([at.deadline, at.as_of, *(at.life.deadline(m) for m in at.task.milestones)])
    columns = (
        Column(_("Milestone and id"), wraps_from=16),
        Column(_("Deadline"), wraps_from=11),
        Column(_("Status"), wraps_from=12),
        Column(_("Time line"), drop=1),
    )
    rows = []
    for milestone in at.task.milestones:
        how = status(judgement, milestone)
        day = at.life.reached.get(milestone.id, at.life.deadline(milestone))
        line = time_line(at.task.start, end, at.as_of, [(day, _MARKS[how.tone])])
        title = f"{marked(milestone.title, 'title', milestone)}\n{milestone.id}"
        rows.append((title, deadlines(milestone, at.life), how, line))
    return Table(columns, tuple(rows))


def listed(judgement: Judgement) -> Table:
    """The same for a page that draws the time line: what, by when, and how it stands."""
    at = judgement.at
    columns = (Column(_("Milestone"), wraps_from=16), Column(_("Deadline")), Column(_("Status")))
    rows = (
        (marked(m.title, "title", m), deadlines(m, at.life), status(judgement, m)) for m in judgement.task.milestones
    )
    return Table(columns, tuple(rows))


def status(judgement: Judgement, milestone: Milestone) -> Toned:
    """How a milestone stands: green is reached, red is late, none is to come."""
    at = judgement.at
    if reached := at.life.reached.get(milestone.id):
        return Toned(_("reached {day}").format(day=reached), "green")
    if milestone.indicators:
        return Toned(_("by its figures"), "none")
    left = (at.life.deadline(milestone) - at.as_of).days
    if at.finished:
        return Toned(_("not reached"), "none")
    if left < 0:
        return Toned(_("{days} overdue").format(days=days(-left)), "red")
    return Toned(_("{days} left").format(days=days(left)) if left else _("due today"), "none")


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
    return f"{bar(at.progress, at.planned)}\n{said}"


def _course(judgement: Judgement, facts_on: FactsOn) -> tuple[str, ...]:
    """The planned and the actual curve; nothing where neither can be drawn."""
    at, task = judgement.at, judgement.task

    def actual(day: date) -> float | None:
        facts = facts_on(day)
        return progress(task, facts, life_of(task, facts.events))

    def planned(day: date) -> float | None:
        return at.curve.on(day) if at.curve else None

    if at.progress is None and at.curve is None:
        return ()
    return curves(task.start, max(at.deadline, at.as_of), at.as_of, planned, actual)
