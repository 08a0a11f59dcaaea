"""`jk bulletin`: the bulletin of a week (周通报)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..dates import Period
from ..kinds.life import Problem
from ..language import _, ngettext, speaking
from ..model import Plan, Recorded, Task
from ..quantities import days, enumeration, long_date
from ..rules.change import Change, figures
from ..rules.programme_totals import programme_totals
from ..rules.reporting_periods import next_report_by
from ..rules.status import Judgement
from . import task_columns
from .activity import EntriesByTask, by_task, reported, reported_on, unreported
from .activity import table as activity_table
from .document import Cell, Column, Document, Items, Letterhead, Scope, Section, Table, Toned
from .findings import to_confirm
from .problems import table as agenda
from .task_cells import counted_levels, due_within, footnotes, late_lines, summary, unit_and_contact
from .totals import total_lines
from .wording import LAMPS, STATES, abridged, lamp_and_state, marked, reason

WEEK = 7

_SHOWN_STATES = ("overdue", "at-risk", "done", "accepted")

_TROUBLES = ("behind", "pace", "due-soon", "milestone")
"""The reasons for listing a task after the overdue ones; silence has its own section."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Which issue of the bulletin it is."""

    number: str
    period: Period
    dated: date
    """The day of issue."""
    ranking: Table | None = None
    """The internal ranking of the units, where it was asked for."""


def build(scope: Scope, issue: Issue, changes: Sequence[Change], entries: Sequence[Recorded]) -> Document:
    """The bulletin of a period.

    Args:
        scope: as of the period's last day.
        issue: its number and its period.
        changes: every task, before the period and at its end.
        entries: the standing entries of the period.
    """
    plan, of_task = scope.plan, by_task(scope.plan, entries)
    sections = [
        Section(_("1. Overall"), tuple(_overall(plan, issue, changes)), _lamps(changes)),
        _progress(scope, changes, of_task),
        _section(_("3. Overdue and behind"), tuple(_turned(changes)), _troubles(plan, changes)),
        Section(
            _("4. Reports from the units"),
            (*_silence(changes, of_task), *counted_levels(plan)),
            _units(changes, of_task),
        ),
        _problems(scope, issue, changes),
        _next(scope, issue, changes),
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
        ),
    )


def fields() -> dict[str, str]:
    """The fields of an item, and their titles: those of `jk report`, and what the week changed."""
    return {
        **task_columns.fields(),
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
        **task_columns.item(change.now, parents),
        "lamp_before": change.before.lamp,
        "state_before": change.before.state,
        "progress_before": change.before.at.progress,
        "entries": [r.seq for part in change.task.with_subtasks() for r in entries.get(part.id, ())],
        "amounts": amounts,
        "reported": reported_on(change.task, entries),
    }


def _overall(plan: Plan, issue: Issue, changes: Sequence[Change]) -> Iterator[str]:
    start, end = issue.period.start, issue.period.end
    yield _("From {start} to {end}:").format(start=long_date(start), end=long_date(end))
    yield summary([change.now for change in changes])
    yield from total_lines(programme_totals(plan, [change.now for change in changes]))


def _lamps(changes: Sequence[Change]) -> Table:
    """How many tasks have each lamp and state, and how many had it before the period."""
    columns = (
        Column(_("Lamp or state")),
        Column(_("Now"), align="right"),
        Column(_("Before"), align="right"),
        Column(_("Change"), align="right"),
    )
    now, before = [change.now for change in changes], [change.before for change in changes]
    now_lamps, before_lamps = (Counter[str](j.lamp for j in judged) for judged in (now, before))
    now_states, before_states = (Counter[str](j.state for j in judged) for judged in (now, before))
    rows = [_counted(Toned(_(word), lamp), now_lamps[lamp], before_lamps[lamp]) for lamp, word in LAMPS.items()]
    rows += [_counted(_(STATES[state]), now_states[state], before_states[state]) for state in _SHOWN_STATES]
    return Table(columns, tuple(rows))


def _counted(name: Cell, now: int, before: int) -> tuple[Cell, ...]:
    return (name, str(now), str(before), f"{now - before:+}" if now != before else "0")


def _progress(scope: Scope, changes: Sequence[Change], entries: EntriesByTask) -> Section:
    every = [each for change in changes for each in change.every()]
    silent = [change.task.id for change in unreported(changes, entries)]
    quiet = _("Not reported on: {tasks}.").format(tasks=enumeration(silent)) if silent else ""
    if not any(reported_on(change.task, entries) for change in changes):
        quiet = _("No task was reported on.")
    table = activity_table(scope.plan, every, entries)
    return _section(_("2. Progress of the tasks"), (quiet,) if quiet else (), table)


def _turned(changes: Sequence[Change]) -> Iterator[str]:
    for text, those in (
        (_("Turned red: {tasks}"), [c.task.id for c in changes if c.turned_red]),
        (_("Recovered from red: {tasks}"), [c.task.id for c in changes if c.recovered]),
    ):
        yield text.format(tasks=enumeration(those) or _("none"))


def _troubles(plan: Plan, changes: Iterable[Change]) -> Table:
    """The overdue tasks, most days first; then those that are behind, in the plan's order."""
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("Status"), wraps_from=8),
        Column(_("Why"), wraps_from=24),
        Column(_("Lead unit"), wraps_from=8),
    )
    judged = [change.now for change in changes]
    overdue = sorted((j for j in judged if j.state == "overdue"), key=lambda j: -j.at.worst_days)
    behind = [j for j in judged if j.state == "at-risk" and any(why.code in _TROUBLES for why in j.reasons)]
    rows = [_trouble(plan, j, f"{_(LAMPS[j.lamp])}\n{days(j.at.worst_days)}", late_lines(j)) for j in overdue]
    rows += [_trouble(plan, j, lamp_and_state(j), _why_behind(j)) for j in behind]
    return Table(columns, tuple(rows))


def _why_behind(judgement: Judgement) -> str:
    return abridged([reason(why) for why in judgement.reasons if why.code in _TROUBLES], "\n")


def _trouble(plan: Plan, judgement: Judgement, status: str, why: str) -> tuple[Cell, ...]:
    task = judgement.task
    return (
        task.id,
        marked(task.title, "title", task),
        Toned(status, judgement.lamp),
        why,
        unit_and_contact(plan, task),
    )


def _silence(changes: Sequence[Change], entries: EntriesByTask) -> Iterator[str]:
    missing = len(unreported(changes, entries))
    text = ngettext(
        "{count} task without a report in the last reporting period",
        "{count} tasks without a report in the last reporting period",
        missing,
    )
    yield text.format(count=missing)


def _units(changes: Iterable[Change], entries: EntriesByTask) -> Table:
    """For each lead unit how many tasks were reported on in the period, and which were not."""
    columns = (
        Column(_("Lead unit"), wraps_from=10),
        Column(_("Tasks"), align="right"),
        Column(_("Reported on"), align="right", wraps_from=8),
        Column(_("Without a report"), wraps_from=20),
    )
    of_unit: dict[str, list[Change]] = {}
    for change in (each for task in changes for each in task.answered_for()):
        if change.task.lead_unit:
            of_unit.setdefault(change.task.lead_unit, []).append(change)
    return Table(columns, tuple(_unit(unit, those, entries) for unit, those in of_unit.items()))


def _unit(unit: str, changes: Sequence[Change], entries: EntriesByTask) -> tuple[Cell, ...]:
    heard = sum(reported(entries.get(change.task.id, ())) for change in changes)
    silent = [change.task.id for change in unreported(changes, entries)]
    return (unit, str(len(changes)), str(heard), abridged(silent, _(", ")) or _("none"))


def _problems(scope: Scope, issue: Issue, changes: Sequence[Change]) -> Section:
    """The agenda of the weekly meeting: open problems, with unit and date."""
    period, found = (
        issue.period,
        [problem for change in changes for each in change.every() for problem in each.now.at.problems],
    )

    def within(days_: Sequence[Any]) -> int:
        return sum(day is not None and period.start <= day <= period.end for day in days_)

    text = _("{opened} raised, {fixed} reported fixed, {verified} verified; {overdue} overdue")
    line = text.format(
        opened=within([p.opened_on for p in found]),
        fixed=within([p.fixed_on for p in found]),
        verified=within([p.verified_on for p in found]),
        overdue=sum(p.days_overdue(scope.as_of) > 0 for p in found),
    )
    standing = [p for p in found if p.state != "verified" or within([p.verified_on])]
    return _section(_("5. Problems to be put right"), (line,), agenda(scope, standing))


def _next(scope: Scope, issue: Issue, changes: Sequence[Change]) -> Section:
    """What falls due in the coming week, and what is required of the units."""
    plan = scope.plan
    day = long_date(next_report_by(max(scope.as_of, issue.dated), plan.rules))
    asked = [_("The next reports are due by {day}.").format(day=day)]
    if overdue := [change.task.id for change in changes if change.now.state == "overdue"]:
        text = _("The lead units of {tasks} explain by {day} why they are overdue and give the date of completion.")
        asked.append(text.format(tasks=enumeration(overdue), day=day))
    return _section(_("6. Due next week, and what is required"), tuple(asked), _due_next(plan, changes, WEEK))


def _due_next(plan: Plan, changes: Iterable[Change], within: int) -> Table:
    """What falls due in the coming days, nearest first; the as-of day itself belongs to the period."""
    columns = (
        Column(_("Falls due")),
        Column(_("No.")),
        Column(_("What falls due"), wraps_from=24),
        Column(_("Unit"), wraps_from=10),
    )
    dues = [(change.task, due) for change in changes for due in due_within(change.now, within) if due.left]
    rows = (
        (
            due.day.isoformat(),
            task.id,
            task.title if due.thing is task else due.title,
            due.thing.responsible if isinstance(due.thing, Problem) else unit_and_contact(plan, due.task),
        )
        for task, due in sorted(dues, key=lambda item: item[1].day)
    )
    return Table(columns, tuple(rows))


def _section(title: str, lines: tuple[str, ...], table: Table) -> Section:
    """A section; one with an empty table and no lines says so."""
    if table.rows:
        return Section(title, lines, table)
    return Section(title, lines or (_("None."),))
