"""`jk today` (日协调): what was recorded since the last working day, what is overdue, changed, due, and silent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ..facts import TaskFacts
from ..kinds.lifecycle import Problem
from ..language import N_, _, ngettext
from ..model import Recorded, Task
from ..quantities import days, enumeration
from ..rules.change import Change
from ..rules.position import Position
from ..rules.status import Judgement
from .action_items import ActionItem, fields, fields_on_paper, items, items_on_paper, sections, sections_on_paper
from .activity import brief, by_task, events, reported
from .decisions_and_letters import due_until
from .document import Document, Scope, Section
from .problems import overdue_tone
from .reason_wording import abridged, full_titles, marked, numbered, problem_title
from .task_cells import footnotes, summary
from .task_notes import due_within, why

_SOON = 7
"""The number of days ahead for which due dates are listed."""
SHOWN = 5
"""The number of items of a group that are printed, to fit on one screen; other formats have all."""

TITLES: Mapping[str, str] = {
    "reported": N_("Reported"),
    "overdue": N_("Overdue"),
    "red": N_("Turned red"),
    "recovered": N_("Recovered"),
    "due": N_("Due in the next seven days"),
    "problems": N_("Problems due or overdue"),
    "decided": N_("Decisions due or overdue"),
    "letters": N_("Letters due or overdue"),
    "silent": N_("Units without a report"),
}


TITLES_ON_PAPER: Mapping[str, str] = {"reported": TITLES["reported"], "recorded": N_("Also recorded"), **TITLES}
"""The groups on paper, where decisions, problems and extensions are separate from what units reported."""


class Morning(Struct, frozen=True):
    """What is known this morning."""

    since: date
    """The first day of the period, usually the last working day."""
    changes: Sequence[Change]
    """Every task, as it was known before that day and now."""
    entries: Sequence[Recorded]
    """The standing entries that were recorded on those days."""
    programme: TaskFacts
    """The facts of the programme as a whole, for decisions and letters."""


def build(scope: Scope, morning: Morning, most: int | None = SHOWN) -> Document:
    """Build the report of the morning, with at most `most` items of a group printed; None for all."""
    actions = _action_items(scope, morning)
    return Document(
        kind="today",
        about=scope.about,
        title=_("Today, since {day}").format(day=morning.since),
        paper_title=_("Daily coordination since {day}").format(day=morning.since),
        fields=fields(),
        items=items(scope.plan, lambda: _action_items(scope, morning)),
        sections=(
            *sections(scope.plan, TITLES, actions, most),
            *_silent_without_unit(morning.changes),
            *_line_of_empty_groups(actions),
        ),
        summary=(summary([change.now for change in morning.changes]),),
        footnotes=footnotes([*_possibly_marked(morning.changes)]),
        found=bool(actions),
    )


def on_paper(scope: Scope, morning: Morning) -> Document:
    """`jk today` for paper, with the persons in charge and without commands."""
    document, changes = build(scope, morning), morning.changes
    reports = [recorded for recorded in morning.entries if reported([recorded])]
    others = [recorded for recorded in morning.entries if not reported([recorded])]
    listed = [action for action in _action_items(scope, morning) if action.group != "reported"]
    lamps = {each.task.id: each.now.lamp for change in changes for each in change.with_subtasks()}
    reported_items = [
        replace(each, tone=lamps[each.task.id]) for each in _reported(scope, changes, reports) if each.task
    ]
    actions = [*reported_items, *_recorded(scope, changes, others), *listed]
    return replace(
        document,
        fields=fields_on_paper(),
        items=items_on_paper(scope.plan, TITLES_ON_PAPER, actions),
        sections=(
            *sections_on_paper(scope.plan, TITLES_ON_PAPER, actions),
            *_silent_without_unit(changes),
            *_line_of_empty_groups(actions),
        ),
    ).on_paper


def _line_of_empty_groups(actions: Sequence[ActionItem]) -> tuple[Section, ...]:
    """The sentence that names the empty groups; nothing if every group has items."""
    groups = {action.group for action in actions}
    empty = [_(title) for group, title in TITLES.items() if group not in groups]
    return (Section(lines=(_("Nothing under: {groups}.").format(groups=enumeration(empty)),)),) if empty else ()


def _silent_without_unit(changes: Iterable[Change]) -> tuple[Section, ...]:
    """The sentence that counts the unreported tasks whose lead unit the plan does not state."""
    silent = [
        each.task is change.task
        for change in changes
        for each in change.answered_for()
        if each.now.silent and each.task.lead_unit is None
    ]
    tasks, parts = silent.count(True), silent.count(False)
    counts = (
        ngettext("{count} task", "{count} tasks", tasks).format(count=tasks) if tasks else "",
        ngettext("{count} sub-task", "{count} sub-tasks", parts).format(count=parts) if parts else "",
    )
    text = _("Nor did a report come in time on {tasks} whose lead unit is to be settled.")
    return (Section(lines=(text.format(tasks=enumeration(filter(None, counts))),)),) if silent else ()


def _possibly_marked(changes: Iterable[Change]) -> Iterator[Judgement]:
    """Yield the tasks whose units or dates may be printed with the mark of unconfirmed values."""
    for change in changes:
        if change.now.position.late:
            yield change.now
        yield from (
            each.now for each in change.answered_for() if each.now.silent and "lead_unit" in each.task.unconfirmed
        )


def _action_items(scope: Scope, morning: Morning) -> list[ActionItem]:
    changes = morning.changes
    return [
        *_reported(scope, changes, morning.entries),
        *_overdue(changes),
        *_lamp_changes(changes),
        *_due(changes),
        *_problems(changes),
        *due_until(
            scope,
            (each.now for change in changes for each in change.with_subtasks()),
            morning.programme,
            scope.as_of + timedelta(days=_SOON),
        ),
        *_silent(scope, changes),
    ]


def _overdue(changes: Iterable[Change]) -> Iterator[ActionItem]:
    """Yield every overdue task, worst first, in the same order as `jk report --overdue`."""
    overdue = [change.now for change in changes if change.now.position.late]
    for now in sorted(overdue, key=lambda judgement: -judgement.position.worst_days):
        task, since = now.task, now.position.late[0].deadline
        yield ActionItem("overdue", task, why(now), since, task.lead_unit, f"jk show {task.id}", now.lamp)


def _lamp_changes(changes: Iterable[Change]) -> Iterator[ActionItem]:
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
        if task_entries := of_task.get(change.task.id):
            last = max(recorded.entry.on for recorded in task_entries)
            unit = next((r.entry.unit for r in reversed(task_entries) if r.entry.unit), change.task.lead_unit)
            yield ActionItem(
                "reported",
                change.task,
                brief(scope.plan, change, task_entries),
                last,
                unit,
                f"jk log {change.task.id}",
                own_unit=any(r.entry.unit for r in task_entries),
            )


def _recorded(scope: Scope, changes: Iterable[Change], entries: Iterable[Recorded]) -> Iterator[ActionItem]:
    """Yield what was recorded for each task besides reports, with the unit that must act on it."""
    of_task = by_task(scope.plan, entries)
    for task in (each.task for change in changes for each in change.with_subtasks()):
        of_unit: dict[str | None, list[Recorded]] = {}
        for recorded in of_task.get(task.id, ()):
            unit = recorded.entry.responsible or recorded.entry.unit or task.lead_unit
            of_unit.setdefault(unit, []).append(recorded)
        for unit, unit_entries in of_unit.items():
            last = max(recorded.entry.on for recorded in unit_entries)
            yield ActionItem("recorded", task, events(scope.plan, unit_entries), last, unit, f"jk log {task.id}")


def _due(changes: Iterable[Change]) -> Iterator[ActionItem]:
    """Yield deadlines and milestones that fall due, nearest first."""
    dues = [(c.now, due) for c in changes for due in due_within(c.now, _SOON) if not isinstance(due.thing, Problem)]
    for now, due in sorted(dues, key=lambda item: item[1].day):
        task = now.task
        yield ActionItem("due", task, str(due), due.day, due.task.lead_unit, f"jk show {task.id}", now.lamp)


def _problems(changes: Iterable[Change]) -> Iterator[ActionItem]:
    """Yield open problems that are overdue or fall due within a week, earliest date first."""
    open_ones = [
        (c, problem)
        for change in changes
        for c in change.with_subtasks()
        for problem in c.now.position.problems
        if problem.state == "open"
    ]
    for change, problem in sorted(open_ones, key=lambda item: item[1].deadline):
        if problem.deadline <= change.now.position.as_of + timedelta(days=_SOON):
            yield _problem(change.task, problem, change.now.position)


def _problem(task: Task, problem: Problem, at: Position) -> ActionItem:
    late = problem.days_overdue(at.as_of)
    when = _("{days} overdue").format(days=days(late)) if late else _("due {day}").format(day=problem.deadline)
    text = _("#{seq} {title}: {when}").format(seq=problem.seq, title=problem_title(problem), when=when)
    next_ = f"jk problem fix {problem.seq}"
    tone = overdue_tone(problem, late, at.rules) if late else "yellow"
    return ActionItem("problems", task, text, problem.deadline, problem.responsible, next_, tone, own_unit=True)


def _silent(scope: Scope, changes: Iterable[Change]) -> Iterator[ActionItem]:
    """Yield one item for each unit with its silent tasks, except tasks that no single unit leads.

    Tasks whose lead unit the plan does not confirm are marked.
    """
    silent: dict[str, list[Task]] = {unit: [] for unit in scope.plan.single_units()}
    titles = full_titles(scope.plan)
    for change in (each for task in changes for each in task.answered_for()):
        if change.now.silent and change.task.lead_unit in silent:
            silent[change.task.lead_unit].append(change.task)
    for unit, tasks in ((unit, tasks) for unit, tasks in silent.items() if tasks):
        text = ngettext("no report received for task {tasks}", "no report received for tasks {tasks}", len(tasks))
        text = text.format(tasks=abridged([marked(task.id, "lead_unit", task) for task in tasks], _(", ")))
        named = abridged([marked(numbered(task, titles[task.id]), "lead_unit", task) for task in tasks], _(", "))
        confirmed = any("lead_unit" not in task.unconfirmed for task in tasks)  # else it gets no letter
        command = f"jk notice {unit}" if confirmed else f"jk show {tasks[0].id}"
        yield ActionItem("silent", None, text, None, unit, command, on_paper=named)
