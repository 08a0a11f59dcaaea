"""`jk bulletin`: the bulletin of a week (周通报)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from ..dates import Period
from ..language import _, ngettext, speaking
from ..model import Indicator, Plan, Recorded, Task
from ..quantities import enumeration
from ..rules.change import Change, figures
from ..rules.programme_totals import programme_totals
from ..rules.reporting_periods import next_report_by
from . import tasks_csv
from .activity import EntriesByTask, by_task, reported, reported_on, unreported
from .bulletin_figures import since_records_began
from .bulletin_paragraphs import (
    confirmed_unit,
    first_level,
    has_news,
    lamps,
    paragraph,
    run_on,
    second_level,
    sentences,
)
from .bulletin_requests import due_and_required
from .document import Column, Document, Items, Letterhead, Scope, Section, Table
from .findings import to_confirm
from .problems import due_cell
from .problems import status as problem_status
from .reason_wording import LAMPS, STATES, full_titles, numbered, problem_title
from .task_cells import footnotes
from .totals import total_of_period

_COUNTED = ("overdue", "at-risk", "done", "accepted", "suspended", "cancelled")


class Issue(Struct, frozen=True):
    """One issue of the bulletin."""

    number: str
    period: Period
    dated: date
    """The day of issue."""
    ranking: Table | None = None
    """The internal ranking of the units, if requested."""


def build(scope: Scope, issue: Issue, changes: Sequence[Change], entries: Sequence[Recorded]) -> Document:
    """The bulletin of a period.

    Args:
        scope: as of the period's last day.
        issue: its number and its period.
        changes: every task, before the period and at its end.
        entries: the standing entries of the period.
    """
    plan, of_task = scope.plan, by_task(scope.plan, entries)
    answer_by = next_report_by(max(scope.as_of, issue.dated), plan.rules)
    sections = [
        Section(_("1. Overall"), (sentences(_overall(plan, issue, changes, of_task)),)),
        Section(_("2. Progress of the tasks"), tuple(_progress(plan, changes, of_task, answer_by))),
        *lamps(_("3. Overdue and behind"), changes, of_task),
        _reports(plan, changes, of_task),
        _problems(scope, issue, changes, answer_by),
        due_and_required(changes, scope.as_of, answer_by),
    ]
    if issue.ranking:
        sections.append(Section(_("7. Ranking of the units (internal)"), table=issue.ranking))
    return Document(
        kind="bulletin",
        about=scope.about,
        title=_("Weekly bulletin"),
        fields=fields(),
        items=Items(lambda: _items(scope, changes, of_task)),
        sections=tuple(sections),
        footnotes=footnotes([change.now for change in changes]),
        found=any(change.now.state == "overdue" for change in changes),
        extra={
            "week": issue.period.name,
            "from": issue.period.start,
            "to": issue.period.end,
            "to_confirm": [*to_confirm(plan)],
        },
        letterhead=Letterhead(
            number=_("No. {number}").format(number=issue.number),
            issuer=plan.issuer,
            dated=issue.dated,
            send_to=plan.send_to,
            copy_to=plan.copy_to,
            masthead=plan.masthead,
        ),
    ).on_paper


def fields() -> dict[str, str]:
    """The fields of an item and their titles: those of `jk report`, and what changed in the week."""
    return {
        **tasks_csv.fields(),
        "lamp_before": _("Lamp before"),
        "state_before": _("State before"),
        "progress_before": _("Actual before"),
        "entries": _("Entries of the period"),
        "amounts": _("This period"),
        "reported": _("Reported on"),
    }


def _items(scope: Scope, changes: Iterable[Change], entries: EntriesByTask) -> list[dict[str, Any]]:
    with speaking(scope.plan.language):  # as in `jk report`
        parents = scope.plan.parents()
        return [_item(change, entries, parents) for change in changes]


def _item(change: Change, entries: EntriesByTask, parents: Mapping[str, Task]) -> dict[str, Any]:
    amounts = {figure.name: figure.amount for figure in figures(change)}
    return {
        **tasks_csv.item(change.now, parents),
        "lamp_before": change.before.lamp,
        "state_before": change.before.state,
        "progress_before": change.before.position.progress,
        "entries": [r.seq for part in change.task.with_subtasks() for r in entries.get(part.id, ())],
        "amounts": amounts,
        "reported": reported_on(change.task, entries),
    }


def _overall(plan: Plan, issue: Issue, changes: Sequence[Change], entries: EntriesByTask) -> Iterator[str]:
    """Yield the number of reports, the lamps now and before, what turned red, and the programme totals."""
    now, before = [change.now for change in changes], [change.before for change in changes]
    reported_count = sum(reported_on(change.task, entries) for change in changes)
    text = _("From {start} to {end}, {count} of {all} tasks were reported on")
    if not reported_count:
        text = _("From {start} to {end}, none of {all} tasks was reported on")
    yield text.format(start=issue.period.start, end=issue.period.end, count=reported_count, all=len(changes))
    lamps, earlier = Counter[str](j.lamp for j in now), Counter[str](j.lamp for j in before)
    lamp_counts = [
        _("{lamp} {now} ({before} before)").format(lamp=_(word), now=lamps[lamp], before=earlier[lamp])
        for lamp, word in LAMPS.items()
        if lamps[lamp] or earlier[lamp]
    ]
    states = Counter[str](j.state for j in now)
    counts = [
        _("{state} {count}").format(state=_(STATES[state]), count=states[state]) for state in _COUNTED if states[state]
    ]
    text = _("As of {day}: {lamps}; {states}") if counts else _("As of {day}: {lamps}")
    yield text.format(day=issue.period.end, lamps=enumeration(lamp_counts), states=enumeration(counts))
    if new := [change.now for change in changes if change.turned_red]:
        yield _("Turned red, {count}: {tasks}").format(count=len(new), tasks=enumeration(numbered(j.task) for j in new))
    known = {each.total.id: each.value for each in programme_totals(plan, before)}
    yield from (total_of_period(each, known.get(each.total.id)) for each in programme_totals(plan, now))


def _progress(plan: Plan, changes: Sequence[Change], entries: EntriesByTask, answer_by: date) -> Iterator[str]:
    """Yield a paragraph for each task with news, by category, then a sentence about the other tasks.

    Numbers continue across categories. They are the plan's numbers if tasks have decimal ids, as in other sections.
    """
    with_news = [change for change in changes if has_news(change, entries)]
    categories = dict.fromkeys(change.task.category for change in with_news)
    several = len(categories) > 1
    categorised = len({change.task.category for change in changes}) > 1
    numbered_by_plan = several and all(change.task.id.isdecimal() for change in with_news)
    if opening := run_on(_opening(with_news, entries, numbered_by_plan=numbered_by_plan)):
        yield opening
    place = 0
    for number, category in enumerate(categories, start=1):
        if several:
            yield first_level(number, category or _("Other tasks"))
        for change in (each for each in with_news if each.task.category == category):
            place += 1
            text = paragraph(plan, change, entries, answer_by)
            if several:
                yield second_level(change.task.id if numbered_by_plan else place, text)
            else:
                single = second_level(change.task.id, text) if categorised and change.task.id.isdecimal() else text
                yield first_level(place, text) if len(with_news) > 1 else single
    yield from _no_news(changes, with_news, entries)


def _opening(with_news: Sequence[Change], entries: EntriesByTask, *, numbered_by_plan: bool) -> Iterator[str]:
    """Yield what the paragraphs are about, and what their totals leave out."""
    all_changes = [each for change in with_news for each in change.with_subtasks()]
    if numbered_by_plan:
        yield _("{count} tasks have news; each has its number in the plan.").format(count=len(with_news))
    elif with_news and not any(entries.get(each.task.id) for each in all_changes):
        count = len(with_news)
        yield ngettext("{count} task with a date that passed:", "{count} tasks with a date that passed:", count).format(
            count=count
        )
    if any(since_records_began(each, figure) for each in all_changes for figure in _figures_shown(each)):
        yield _("“At least” stands before totals of what was recorded here; earlier amounts are not known.")


def _figures_shown(change: Change) -> Iterator[Indicator]:
    """Yield the indicators whose figures changed in the period."""
    return filter(None, (change.task.indicator(figure.name) for figure in figures(change)))


def _no_news(changes: Sequence[Change], with_news: Sequence[Change], entries: EntriesByTask) -> Iterator[str]:
    """The sentence about the tasks without a paragraph.

    A task with a paragraph may not have been reported on either.
    """
    without_news = [change for change in changes if change not in with_news]
    answered = [change for change in changes if reported_on(change.task, entries)]
    if len(without_news) == len(changes):
        yield _("There is no news of any task.")
    elif without_news:
        text = ngettext(
            "There is no news of the other task: {tasks}.",
            "There is no news of the other {count} tasks: {tasks}.",
            len(without_news),
        )
        if all(unreported(change.answered_for(), entries) for change in without_news):
            text = ngettext(
                "There is no news of the other task; it is listed in section 4.",
                "There is no news of the other {count} tasks; they are listed in section 4.",
                len(without_news),
            )
            if any(change not in answered for change in with_news):
                text = ngettext(
                    "Of the other task there is no news, and neither it nor a milestone fell due; section 4 lists what "
                    "was not reported.",
                    "Of the other {count} tasks there is no news, and no task or milestone fell due; section 4 lists "
                    "what was not reported.",
                    len(without_news),
                )
        yield text.format(count=len(without_news), tasks=enumeration(numbered(change.task) for change in without_news))


def _reports(plan: Plan, changes: Iterable[Change], entries: EntriesByTask) -> Section:
    """How many tasks were reported on, and what each unit did not report.

    A sub-task counts for the unit that leads it.
    """
    due_changes = [
        each
        for change in changes
        for each in change.answered_for()
        if not each.task.subtasks and not each.now.position.finished and not each.now.on_hold
    ]
    reported_count = sum(reported(entries.get(each.task.id, ())) for each in due_changes)
    text = _("{reported} of {all} tasks and sub-tasks that are under way were reported on in this period.")
    lines = [text.format(reported=reported_count, all=len(due_changes))]
    if due_changes and not reported_count:
        lines = [_("None of the {all} tasks and sub-tasks under way was reported on:").format(all=len(due_changes))]
    unreported_tasks = _by_unit(each.task for each in unreported(due_changes, entries))
    missing = sum(map(len, unreported_tasks.values()))
    if missing and reported_count:
        text = ngettext(
            "Not reported in the last reporting period, {count} task:",
            "Not reported in the last reporting period, {count} tasks:",
            missing,
        )
        lines.append(text.format(count=missing))
    elif not missing:
        lines.append(_("Every task was reported on in the last reporting period."))
    columns = (
        Column(_("Unit"), wraps_from=10),
        Column(_("How many"), align="right"),
        Column(_("Task"), wraps_from=20),
    )
    titles = full_titles(plan)
    rows = (
        (unit, str(len(tasks)), enumeration(numbered(task, titles[task.id]) for task in tasks))
        for unit, tasks in unreported_tasks.items()
    )
    return _section(_("4. Reports from the units"), (run_on(lines),), Table(columns, tuple(rows)))


def _by_unit(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """The tasks of each unit; after the units those whose unit is to be confirmed, then those without one."""
    found, others = dict[str, list[Task]](), (_("lead unit to be confirmed"), _("lead unit not stated"))
    for task in tasks:
        found.setdefault(confirmed_unit(task) or others[task.lead_unit is None], []).append(task)
    return {unit: found[unit] for unit in sorted(found, key=lambda unit: (unit in others, unit == others[1]))}


def _problems(scope: Scope, issue: Issue, changes: Sequence[Change], answer_by: date) -> Section:
    """The number of problems in each state, and the open ones in a table, with unit and date."""
    period, found = (
        issue.period,
        [problem for change in changes for each in change.with_subtasks() for problem in each.now.position.problems],
    )

    def within(days_: Sequence[Any]) -> int:
        return sum(day is not None and period.start <= day <= period.end for day in days_)

    open_count = sum(p.state == "open" for p in found)
    overdue = sum(p.days_overdue(scope.as_of) > 0 for p in found)
    open_text, line = _("{count} open"), "{counts}"
    if 0 < overdue == open_count:
        open_text, line = _("{count} open, all overdue"), _("{counts}; to be fixed by {day}")
    elif overdue:
        open_text, line = (
            _("{count} open ({overdue} overdue)"),
            _("{counts}; what is overdue is to be fixed by {day}"),
        )
    counts = (
        (_("{count} raised in this period"), within([p.opened_on for p in found])),
        (_("{count} reported fixed"), within([p.fixed_on for p in found])),
        (_("{count} verified"), within([p.verified_on for p in found])),
        (_("{count} to be verified"), sum(p.state == "fixed" for p in found)),
        (open_text, open_count),
    )
    counted_states = [text.format(count=count, overdue=overdue) for text, count in counts if count]
    line = line.format(counts=enumeration(counted_states) or _("None."), day=answer_by)
    open_problems = [problem for problem in found if problem.state == "open"]
    titles = {change.task.id: numbered(change.task) for each in changes for change in each.with_subtasks()}
    columns = (
        Column(_("Problem"), wraps_from=20),
        Column(_("Task"), wraps_from=14),
        Column(_("Responsible unit"), wraps_from=10),
        Column(_("Due")),
        Column(_("Status"), wraps_from=8),
    )
    rows = tuple(
        (problem_title(p), titles.get(p.task, p.task), p.responsible, due_cell(p), problem_status(p, scope))
        for p in open_problems
    )
    return _section(_("5. Problems to be fixed"), (sentences([line]),), Table(columns, rows))


def _section(title: str, lines: tuple[str, ...], table: Table) -> Section:
    """A section; it says “None.” if the table is empty and there are no lines."""
    if table.rows:
        return Section(title, lines, table)
    return Section(title, lines or (_("None."),))
