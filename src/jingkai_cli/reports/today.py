"""`jk today` (日协调): what was recorded since the last working day, what is overdue, changed, due, and silent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from ..kinds.life import Problem
from ..language import N_, _
from ..model import Recorded, Task
from ..quantities import days, enumeration
from ..rules.change import Change
from .action_items import ActionItem, fields, fields_on_paper, items, items_on_paper, sections, sections_on_paper
from .activity import brief, by_task
from .document import Document, Scope, Section, Tone
from .task_cells import due_within, footnotes, summary, why
from .wording import abridged, full_titles, numbered, problem_title

SOON = 7
"""How many days ahead what falls due is listed."""
SHOWN = 5
"""How many items of a group are printed, to fit one screen; JSON and CSV have all."""

TITLES: Mapping[str, str] = {
    "reported": N_("Reported"),
    "overdue": N_("Overdue"),
    "red": N_("Turned red"),
    "recovered": N_("Recovered"),
    "due": N_("Due in the next seven days"),
    "problems": N_("Problems due or overdue"),
    "silent": N_("Units without a report"),
}


def build(scope: Scope, since: date, changes: Sequence[Change], entries: Iterable[Recorded]) -> Document:
    """The report of the morning.

    Args:
        scope: as of this morning.
        since: the first day of the period, usually the last working day.
        changes: every task, as it was known before that day and now.
        entries: the standing entries that were recorded on those days.
    """
    said = list(entries)
    actions = _action_items(scope, changes, said)
    empty = [_(title) for group, title in TITLES.items() if not any(action.group == group for action in actions)]
    nothing = (Section(lines=(_("Nothing under: {groups}").format(groups=enumeration(empty)),)),) if empty else ()
    return Document(
        kind="today",
        about=scope.about,
        title=_("Today, since {day}").format(day=since),
        paper_title=_("Daily coordination since {day}").format(day=since),
        fields=fields(),
        items=items(scope.plan, lambda: _action_items(scope, changes, said)),
        sections=(*sections(scope.plan, TITLES, actions, SHOWN), *nothing),
        summary=(summary([change.now for change in changes]),),
        footnotes=footnotes([change.now for change in changes if change.now.position.late]),
        found=bool(actions),
    )


def on_paper(scope: Scope, since: date, changes: Sequence[Change], entries: Iterable[Recorded]) -> Document:
    """The same for paper: with the persons in charge, and without commands."""
    said = list(entries)
    actions, document = _action_items(scope, changes, said), build(scope, since, changes, said)
    empty = [section for section in document.sections if section.table is None and section.title is None]
    return replace(
        document,
        fields=fields_on_paper(),
        items=items_on_paper(scope.plan, TITLES, actions),
        sections=(*sections_on_paper(scope.plan, TITLES, actions), *empty[-1:]),
    ).on_paper


def _action_items(scope: Scope, changes: Sequence[Change], entries: Sequence[Recorded]) -> list[ActionItem]:
    return [
        *_reported(scope, changes, entries),
        *_overdue(changes),
        *_turned(changes),
        *_due(changes),
        *_problems(changes),
        *_silent(scope, changes),
    ]


def _overdue(changes: Iterable[Change]) -> Iterator[ActionItem]:
    """Every overdue task, worst first: the same, in the same order, as `jk report --overdue`."""
    overdue = [change.now for change in changes if change.now.position.late]
    for now in sorted(overdue, key=lambda judgement: -judgement.position.worst_days):
        yield ActionItem(
            "overdue",
            now.task,
            why(now),
            now.position.late[0].deadline,
            now.task.lead_unit,
            f"jk show {now.task.id}",
            "red",
        )


def _turned(changes: Iterable[Change]) -> Iterator[ActionItem]:
    for change in changes:
        task, now = change.task, change.now
        if change.turned_red:
            yield ActionItem("red", task, why(now), now.position.deadline, task.lead_unit, f"jk show {task.id}", "red")
        elif change.recovered:
            how = _("reported done") if now.position.finished else _("no longer red")
            yield ActionItem("recovered", task, how, None, task.lead_unit, f"jk show {task.id}", "green")


def _reported(scope: Scope, changes: Iterable[Change], entries: Iterable[Recorded]) -> Iterator[ActionItem]:
    of_task = by_task(scope.plan, entries)
    for change in (each for task in changes for each in task.with_subtasks()):
        if those := of_task.get(change.task.id):
            last = max(recorded.entry.on for recorded in those)
            unit = next((r.entry.unit for r in reversed(those) if r.entry.unit), change.task.lead_unit)
            yield ActionItem(
                "reported", change.task, brief(scope.plan, change, those), last, unit, f"jk log {change.task.id}"
            )


def _due(changes: Iterable[Change]) -> Iterator[ActionItem]:
    """Deadlines and milestones, nearest first."""
    dues = [(c.task, due) for c in changes for due in due_within(c.now, SOON) if not isinstance(due.thing, Problem)]
    for task, due in sorted(dues, key=lambda item: item[1].day):
        yield ActionItem("due", task, str(due), due.day, due.task.lead_unit, f"jk show {task.id}", "yellow")


def _problems(changes: Iterable[Change]) -> Iterator[ActionItem]:
    """Open problems that are overdue or fall due within a week, the earliest date first."""
    open_ones = [
        (c, problem)
        for change in changes
        for c in change.with_subtasks()
        for problem in c.now.position.problems
        if problem.state == "open"
    ]
    for change, problem in sorted(open_ones, key=lambda item: item[1].deadline):
        if problem.deadline <= change.now.position.as_of + timedelta(days=SOON):
            yield _problem(change.task, problem, change.now.position.as_of)


def _problem(task: Task, problem: Problem, as_of: date) -> ActionItem:
    late = problem.days_overdue(as_of)
    when = _("{days} overdue").format(days=days(late)) if late else _("due {day}").format(day=problem.deadline)
    text = _("#{seq} {title}: {when}").format(seq=problem.seq, title=problem_title(problem), when=when)
    next_ = f"jk problem fix {problem.seq}"
    tone: Tone = "red" if late else "yellow"
    return ActionItem("problems", task, text, problem.deadline, problem.responsible, next_, tone)


def _silent(scope: Scope, changes: Iterable[Change]) -> Iterator[ActionItem]:
    """One item a unit, with its silent tasks; a task that no single unit leads is nobody's silence."""
    silent: dict[str, list[Task]] = {unit: [] for unit in scope.plan.single_units()}
    titles = full_titles(scope.plan)
    for change in (each for task in changes for each in task.answered_for()):
        if change.now.silent and change.task.lead_unit in silent:
            silent[change.task.lead_unit].append(change.task)
    for unit, tasks in ((unit, tasks) for unit, tasks in silent.items() if tasks):
        text = _("no report received for {tasks}").format(tasks=abridged([task.id for task in tasks], _(", ")))
        named = abridged([numbered(task, titles[task.id]) for task in tasks], _(", "))
        yield ActionItem("silent", None, text, None, unit, f"jk notice {unit}", "yellow", on_paper=named)
