"""`jk agenda`: the agenda of the weekly meeting (问题分拆会议题)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from ..kinds.issued import LEVELS
from ..kinds.lifecycle import Decision, Issued, Problem, tasks_named
from ..language import N_, _, ngettext
from ..model import Entry, Milestone, Plan, Recorded, Task
from ..quantities import days
from ..rules.status import Judgement
from .document import Column, Document, Items, Letterhead, Scope, Section, Table
from .late_on_agenda import why_listed, worst_first
from .problems import due_notes
from .reason_wording import (
    full_titles,
    marked,
    numbered,
    or_unknown,
    problem_title,
)
from .task_cells import footnotes

_UNTIL_NEXT = timedelta(days=7)
"""The time from one meeting to the next."""


class OpenMatters(Struct, frozen=True):
    """The matters that a meeting has to deal with, all from one state of the ledger."""

    decisions: Sequence[Decision]
    """All decisions up to the date, in the order in which they were recorded."""
    problems: Sequence[Problem]
    wholes: Mapping[int | None, str]
    """Number of a problem that was split → its title."""
    judgements: Sequence[Judgement]
    """The judgements of every task and sub-task."""
    reports: Mapping[str, Recorded]
    """The last report of each task."""
    needs: Mapping[str, Recorded]
    """Task → the report whose need still stands."""
    letters: Sequence[Issued]
    """The letters that are not answered."""


class AgendaItem(NamedTuple):
    """One line of an agenda."""

    group: str
    number: int | None
    """The number of the entry of the decision, problem or letter."""
    task: str | None
    text: str
    unit: str | None
    on: date | None
    """The date on which it was decided, found, settled, reported or sent."""
    due: date | None
    days_open: int | None
    days_overdue: int | None
    outcome: str | None = None
    """What was noted when a decision was settled; for a decision that was replaced, that it was."""


TITLES = {
    "open": N_("1. Decided before and still open"),
    "settled": N_("2. Settled since the last meeting"),
    "problems": N_("3. Problems to be split or given to a unit"),
    "late": N_("4. Overdue and at-risk tasks"),
    "needs": N_("5. To be settled by others"),
    "due": N_("6. Due before the next meeting"),
    "letters": N_("7. Letters not answered"),
}
"""The groups of an agenda, in order."""

_OF_TASKS = ("late", "due")
"""The groups whose units and dates come from the plan and may be marked as unconfirmed."""


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "group": _("Group"),
        "number": _("No."),
        "task": _("Task"),
        "text": _("What"),
        "unit": _("Unit"),
        "on": _("Date"),
        "due": _("Due"),
        "days_open": _("Days open"),
        "days_overdue": _("Days overdue"),
        "outcome": _("Outcome"),
    }


def _last_meeting(decisions: Iterable[Decision], as_of: date) -> date:
    """The day of the last meeting before a date, or a week before the date if none is recorded."""
    return max((d.on for d in decisions if d.on < as_of), default=as_of - _UNTIL_NEXT)


def agenda_items(open_matters: OpenMatters, as_of: date) -> Iterator[AgendaItem]:
    """Yield the lines of the agenda, group by group. Decisions settled before the last meeting are left out."""
    since = _last_meeting(open_matters.decisions, as_of)
    yield from (_decision("open", d, as_of) for d in open_matters.decisions if d.settled_on is None)
    yield from (
        _decision("settled", d, as_of) for d in open_matters.decisions if d.settled_on and d.settled_on >= since
    )
    yield from (_problem(p, open_matters.wholes, as_of) for p in open_matters.problems if p.state == "open")
    late = [j for j in open_matters.judgements if j.state in ("overdue", "at-risk")]
    yield from (_late(open_matters, j) for j in sorted(late, key=worst_first))
    yield from (_need(task, report.entry, as_of) for task, report in open_matters.needs.items())
    for judgement in open_matters.judgements:
        if judgement.state not in ("done", "accepted", "suspended", "cancelled"):
            yield from _due(judgement, as_of)
    yield from (_letter(letter, as_of) for letter in open_matters.letters)


def _decision(group: str, d: Decision, as_of: date) -> AgendaItem:
    line = AgendaItem(group, d.seq, d.task or None, d.text, d.unit, d.on, d.deadline, None, d.days_overdue(as_of))
    if d.settled_on is None:
        return line._replace(days_open=_open(d.on, as_of))
    replaced = _("replaced by a later decision") if d.superseded_by else None
    said = _("; ").join(filter(None, (replaced, d.outcome)))
    return line._replace(on=d.settled_on, outcome=said or None)


def _problem(p: Problem, wholes: Mapping[int | None, str], as_of: date) -> AgendaItem:
    late, open_for = p.days_overdue(as_of), _open(p.opened_on, as_of)
    title = problem_title(p)
    if p.part_of in wholes:
        title = _("{title} (part of “{whole}”)").format(title=title, whole=wholes[p.part_of])
    text = "\n".join([title, *due_notes(p)])
    return AgendaItem("problems", p.seq, p.task, text, p.responsible, p.opened_on, p.deadline, open_for, late)


def _late(open_matters: OpenMatters, judgement: Judgement) -> AgendaItem:
    """A task that is late or at risk: why, and the unit's own explanation. Its date is that of the latest thing."""
    task, late = judgement.task, judgement.position.late
    text = why_listed(judgement, open_matters.reports.get(task.id))
    worst = max(late, key=attrgetter("days"), default=None)
    due = worst.deadline if worst else judgement.position.life.deadline(task)
    late_by = worst.days if worst else None
    return AgendaItem("late", None, task.id, text, task.lead_unit, None, due, None, late_by)


def _need(task: str, report: Entry, as_of: date) -> AgendaItem:
    open_for = _open(report.on, as_of)
    return AgendaItem("needs", None, task, report.need or "", report.unit, report.on, None, open_for, None)


def _letter(letter: Issued, as_of: date) -> AgendaItem:
    count = tasks_named(letter.items)
    text = ngettext("{number} ({level}), {count} task", "{number} ({level}), {count} tasks", count)
    level = _(LEVELS[letter.level]) if letter.level else "–"
    heading = text.format(number=letter.number, level=level, count=count)
    receipt = _("received {day}").format(day=letter.received_on) if letter.received_on else _("receipt not recorded")
    late, open_for = letter.days_overdue(as_of), _open(letter.on, as_of)
    return AgendaItem(
        "letters", letter.seq, None, f"{heading}\n{receipt}", letter.unit, letter.on, letter.answer_by, open_for, late
    )


def _due(judgement: Judgement, as_of: date) -> Iterator[AgendaItem]:
    task, life = judgement.task, judgement.position.life
    things: list[Task | Milestone] = [task, *life.unreached(task)]
    for thing in things:
        deadline = life.deadline(thing)
        if deadline and as_of <= deadline <= as_of + _UNTIL_NEXT:
            yield AgendaItem("due", None, task.id, thing.title, task.lead_unit, None, deadline, None, None)


def _open(since: date, as_of: date) -> int:
    return (as_of - since).days


def grouped(scope: Scope, open_matters: OpenMatters) -> dict[str, list[AgendaItem]]:
    """The lines of each group of `TITLES`; problems are in the order of the plan."""
    groups: dict[str, list[AgendaItem]] = {group: [] for group in TITLES}
    for line in agenda_items(open_matters, scope.as_of):
        groups[line.group].append(line)
    places = {task.id: place for place, task in enumerate(scope.plan.every_task())}
    groups["problems"].sort(key=lambda line: places.get(line.task or "", len(places)))
    return groups


def questions(plan: Plan, groups: Mapping[str, Sequence[AgendaItem]]) -> dict[str, tuple[str, ...]]:
    """Group → the sentences that ask the meeting for dates of open decisions and for lead units of late tasks."""
    undated = sum(line.due is None for line in groups["open"])
    text = ngettext(
        "{count} decision has no date: ask when it will be done.",
        "{count} decisions have no date: ask when they will be done.",
        undated,
    )
    late = {line.task for line in groups["late"]}
    unled = sum(any(part.id in late and not part.answering_unit for part in top.with_subtasks()) for top in plan.tasks)
    text_of_units = ngettext(
        "{count} of these tasks has no lead unit, or none that is confirmed: ask the meeting to name it.",
        "{count} of these tasks have no lead unit, or none that is confirmed: ask the meeting to name it.",
        unled,
    )
    asked = (("open", text, undated), ("late", text_of_units, unled))
    return {group: (said.format(count=count),) if count else () for group, said, count in asked}


def agenda(scope: Scope, open_matters: OpenMatters) -> Document:
    """The agenda of the meeting on the date of the report."""
    groups = grouped(scope, open_matters)
    lines = [line for lines_of_group in groups.values() for line in lines_of_group]
    asked = questions(scope.plan, groups)
    sections = [
        Section(
            _(TITLES[group]),
            asked.get(group, ()),
            table=_table(scope.plan, lines_of_group),
            brief=partial(_brief, scope.plan, lines_of_group),
        )
        if lines_of_group
        else Section(_(TITLES[group]), (_("None."),))
        for group, lines_of_group in groups.items()
    ]
    return Document(
        kind="agenda",
        about=scope.about,
        title=_("Agenda of the meeting on problems"),
        fields=fields(),
        items=Items(lambda: [line._asdict() for line in lines]),
        sections=tuple(sections),
        footnotes=footnotes(open_matters.judgements),
        found=bool(groups["open"] or groups["late"] or groups["letters"]),
        extra={"since": _last_meeting(open_matters.decisions, scope.as_of)},
        letterhead=Letterhead(number="", issuer=scope.plan.issuer, dated=scope.as_of),
    )


def _table(plan: Plan, lines: Sequence[AgendaItem]) -> Table:
    """A row for each line, with the number that commands accept: that of the entry, else that of the task."""
    settled = any(line.group == "settled" for line in lines)
    open_for = (Column(_("Overdue"), align="right"), Column(_("Days open"), align="right", drop=1))
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=10),
        Column(_("What"), wraps_from=20, sentences=True),
        Column(_("Unit and person"), wraps_from=10),
        Column(_("By when"), wraps_from=10),
        *(outcome_columns() if settled else open_for),
    )
    rows, titles = [], full_titles(plan)
    for line in lines:
        task = plan.task(line.task) if line.task else None
        of_task = titles[task.id] if task else "–"
        rows.append(
            (
                f"#{line.number}" if line.number else line.task or "–",
                numbered(task, of_task) if task and line.number else of_task,
                text_of(line, task),
                who(line, task).replace("\n", " "),
                by_when_of(line, task),
                *(outcome_cells(line) if settled else _open_cells(line)),
            )
        )
    return Table(columns, tuple(rows))


def _open_cells(line: AgendaItem) -> tuple[str, str]:
    """The days that a line is overdue, and those that it is open."""
    open_for = str(line.days_open) if line.days_open is not None else "–"
    return days(line.days_overdue) if line.days_overdue else "", open_for


def outcome_columns() -> tuple[Column, Column]:
    """The columns of settled decisions only."""
    return Column(_("Settled on"), wraps_from=10), Column(_("Outcome"), wraps_from=16, sentences=True)


def outcome_cells(line: AgendaItem) -> tuple[str, str]:
    """The day on which a decision was settled, and what was noted then."""
    return str(line.on), line.outcome or "–"


def _brief(plan: Plan, lines: Sequence[AgendaItem]) -> Table:
    """The brief table: subject, unit, person, date and days, with the text of a task below.

    Each row begins with the number that commands accept: that of the entry, else that of the task.
    """
    figures = (Column("", align="right"), Column("", align="right"))
    columns = (Column(""), Column("", wraps_from=20), Column("", wraps_from=18), *figures)
    rows, notes, titles = [], [], full_titles(plan)
    for line in lines:
        task = plan.task(line.task) if line.task else None
        text = text_of(line, task)
        number, (subject, _break, detail) = f"#{line.number}", text.partition("\n")
        if task and line.number is None:
            number, subject, detail = task.id, titles[task.id], text
        elif task:
            subject, detail = numbered(task, titles[task.id]), text
        if line.group == "settled":
            settled = _("settled on {day}: {outcome}") if line.outcome else _("settled on {day}")
            detail = "\n".join(filter(None, (detail, settled.format(day=line.on, outcome=line.outcome))))
        rows.append((number, subject, who(line, task).replace("\n", " "), by_when_of(line, task), how_long(line)))
        notes.append((detail, ""))
    return Table(columns, tuple(rows), tuple(notes))


def text_of(line: AgendaItem, task: Task | None) -> str:
    """The text of a line in a table, which does not repeat the title of a task that is due."""
    is_whole = line.group == "due" and task is not None and line.text == task.title
    return _("the task itself") if is_whole else line.text


def how_long(line: AgendaItem) -> str:
    """The days that a line is overdue, else the days that it is open."""
    if line.days_overdue:
        return _("{days} overdue").format(days=days(line.days_overdue))
    return _("{days} open").format(days=days(line.days_open)) if line.days_open else ""


def who(line: AgendaItem, task: Task | None) -> str:
    """The unit, and the person in charge if the unit leads the task."""
    unit = or_unknown(line.unit)
    if task is None or line.unit != task.lead_unit:
        return unit
    unit = marked(unit, "lead_unit", task) if line.group in _OF_TASKS else unit
    return f"{unit}\n{task.person}" if task.person else unit


def by_when_of(line: AgendaItem, task: Task | None) -> str:
    """The date by which it is to be done, with the mark if it is not confirmed."""
    if line.due is None:
        return _("as soon as possible") if line.group == "open" else "–"
    day = line.due.isoformat()
    return marked(day, "deadline", task) if task and is_unconfirmed(line, task) else day


def is_unconfirmed(line: AgendaItem, task: Task | None) -> bool:
    """Whether the date of a line is a deadline that the plan does not confirm."""
    if task is None or line.group not in _OF_TASKS:
        return False
    return line.due == task.deadline and "deadline" in task.unconfirmed
