"""`jk report`: the state of every task, or of those that match the filters."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial

from ..language import N_, _, ngettext
from ..model import Milestone, Plan
from ..quantities import days, enumeration, percent
from ..rules.programme_totals import programme_totals
from ..rules.status import Judgement
from ..text import pad, width
from .document import Cell, Column, Document, Scope, Section, Table, Toned
from .findings import confirmations
from .late_notes import MOST_LATE, count_of_overdue, late_things, overdue_of
from .reason_wording import (
    LAMPS,
    counted_more,
    deadlines,
    due,
    how_late,
    lamp_and_state,
    marked,
    or_unknown,
)
from .shared_statements import unreported
from .task_cells import brief, footnotes, of_all, over_or_left, summary, unit_and_contact
from .task_filters import NO_TASK, Filters, titled
from .task_notes import due_lines, due_within, red_tasks, why
from .tasks_csv import calendar_dates, fields, items
from .text_charts import bar, sparkline
from .totals import total_line, total_on_paper


def build(scope: Scope, judgements: Sequence[Judgement], filters: Filters) -> Document:
    """Build the report in the plan's order; with `filters.overdue` by days late, with `filters.at_risk` by days behind.

    `overdue_report` builds the report of only late tasks.

    Args:
        scope: the plan and the date.
        judgements: every task of the plan, judged as of that date, and sub-tasks if they have rows of their own.
        filters: select the tasks to list.
    """
    unfiltered = filters == Filters()
    listed = [*judgements] if unfiltered else [j for j in judgements if filters.keep(j)]
    if filters.at_risk:
        listed.sort(key=urgency)
    if filters.overdue:
        listed.sort(key=lambda j: -j.position.worst_days)
    within = filters.due_within
    reasons = why if within is None else partial(due_lines, within=within)
    in_brief = note if within is None else partial(_due_note, within=within)
    section = Section(lines=(_nothing(filters),))
    if listed:
        rows = titled(scope.plan, filters.rows(listed))
        section = Section(
            table=_table(scope.plan, rows, reasons).short(),
            brief=lambda: brief_report(scope.plan, rows, in_brief),
        )
    parents = scope.plan.parents()
    top = [j for j in judgements if j.task.id not in parents] if parents else judgements
    counted = summary(top) if unfiltered else of_all(summary(top))
    totals = programme_totals(scope.plan, top) if unfiltered else []
    unconfirmed = confirmations(scope.plan) if unfiltered else ()
    return Document(
        kind="report",
        about=scope.about,
        title=_title(filters),
        fields=fields(),
        items=items(scope.plan, listed),
        sections=(section, *unconfirmed),
        summary=(counted, *map(total_line, totals)),
        footnotes=footnotes(listed),
        extra={"to_confirm": [line for part in unconfirmed for line in part.lines]} if unfiltered else {},
        found=any(j.position.late for j in judgements) if unfiltered else bool(listed),
        dates=calendar_dates(scope.plan, listed),
        last_reports={j.task.id: day for j in listed if (day := j.position.last_report_on)},
        late=lambda: {j.task.id: why(j) for j in listed if j.position.late},
        paper_title=_("Progress of the work") if unfiltered else "",
        paper_summary=tuple(filter(None, (counted, red_tasks(top), *map(total_on_paper, totals)))),
    )


def urgency(judgement: Judgement) -> tuple[bool, float]:
    """Sort key of tasks at risk: steadily behind ones first, then by the share of their time that they are behind."""
    behind = judgement.position.behind
    steady = any(why.code == "pace" and why.figures["steady"] and why.task is None for why in judgement.reasons)
    return not steady, -max(0.0, (behind and behind.share) or 0.0)


def _title(filters: Filters) -> str:
    if filters.overdue and filters.at_risk:
        return _("Overdue and at risk")
    if filters.overdue:
        return _("Overdue")
    if filters.at_risk:
        return _("At risk")
    if filters.due_within is not None:
        return _("Due within {days}").format(days=days(filters.due_within))
    return _("Progress of the key tasks")


def _nothing(filters: Filters) -> str:
    return _("Nothing is at risk.") if filters == Filters(at_risk=True) else _(NO_TASK)


def _table(plan: Plan, titled: Iterable[tuple[Judgement, str]], why: Callable[[Judgement], str]) -> Table:
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=16),
        Column(_("Status"), wraps_from=8),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right", drop=1),
        Column(_("Deadline"), wraps_from=11),
        Column(_("Why"), wraps_from=16, sentences=True),
        Column(_("Lead unit"), wraps_from=8),
        Column(_("Last report"), drop=2),
        Column(_("Lead leader"), wraps_from=8, drop=3, joins=_("Lead unit")),
    )
    return Table(columns, tuple(_row(plan, j, title, why(j)) for j, title in titled))


def _row(plan: Plan, judgement: Judgement, title: str, why: str) -> tuple[Cell, ...]:
    task, at = judgement.task, judgement.position
    return (
        task.id,
        marked(title, "title", task),
        Toned(lamp_and_state(judgement), judgement.lamp),
        percent(at.progress),
        percent(at.planned),
        f"{deadlines(task, at.life)}\n{over_or_left(judgement)}".strip(),
        why,
        unit_and_contact(plan, task),
        day.isoformat() if (day := at.last_report_on) else "–",
        marked(or_unknown(task.leader), "leader", task),
    )


def brief_report(plan: Plan, titled: Sequence[tuple[Judgement, str]], note: Callable[[Judgement], str]) -> Table:
    """The brief table: a line for each task with a bar, its progress and days, and below it the result of `note`."""
    columns = (
        Column(_("Progress"), drop=2),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right", drop=4, shown="wide"),
        Column(_("Deadline"), drop=3, shown="wide"),
        Column(_("Left or overdue"), align="right", shown="narrow"),
        Column(_("Left or overdue"), align="right", shown="wide"),
        Column(_("Status"), drop=7, shown="wide"),
        Column(_("Last report"), drop=6, shown="wide"),
        Column(_("Lead leader"), drop=5, shown="wide"),
        Column(_("Lead unit"), wraps_from=8, drop=1),
    )
    return brief(plan, titled, columns, _figures, lambda j: note(j) or ("" if _is_lit(j) else None))


def _figures(judgement: Judgement) -> tuple[str, ...]:
    at, task = judgement.position, judgement.task
    return (
        "" if at.progress is at.planned is None else bar(at.progress, at.planned, CELLS),
        percent(at.progress),
        percent(at.planned),
        _deadline(judgement),
        _days(judgement, _("{days} overdue").format(days=days(at.worst_days))),
        _days(judgement, overdue_of(judgement) if at.late else ""),
        " ".join(lamp_and_state(judgement).split("\n")[1:]),
        day.isoformat() if (day := at.last_report_on) else "–",
        marked(or_unknown(task.leader), "leader", task),
    )


def _deadline(judgement: Judgement) -> str:
    """The deadline; only the one in force if it was moved."""
    at, task = judgement.position, judgement.task
    if at.deadline and at.life.extensions_of(task):
        return marked(at.deadline.isoformat(), "deadline", task)
    return deadlines(task, at.life)


CELLS = 8
"""The width of a bar in the brief table, in characters."""


def _days(judgement: Judgement, overdue: str) -> str:
    """The text `overdue` if anything is late, else a short state, else the days left."""
    if judgement.position.worst_days:
        return overdue
    if judgement.state in _SHORT_STATES:
        return _(_SHORT_STATES[judgement.state])
    left = over_or_left(judgement)
    return marked(left, "deadline", judgement.task) if left else ""


_SHORT_STATES = {
    "done": N_("reported as done"),
    "accepted": N_("accepted"),
    "suspended": N_("suspended"),
    "cancelled": N_("cancelled"),
}
"""States that the brief table shows instead of days."""


def _is_lit(judgement: Judgement) -> bool:
    return judgement.lamp in ("red", "yellow")


def note(judgement: Judgement) -> str:
    """Why a task is red or yellow, in a line, with the number of overdue sub-tasks."""
    if not _is_lit(judgement):
        return ""
    at = judgement.position
    lines = why(judgement).split("\n")
    if len(at.unreported) >= MOST_LATE and lines[-1] == unreported(judgement):
        lines[-1] = unreported(judgement, "{0.id}")
    if at.late:
        lines = [*filter(None, (count_of_overdue(judgement), _late(judgement)))]
    text = _("; ").join(lines)
    return _("disputed; {why}").format(why=text) if at.life.objection else text


def _late(judgement: Judgement) -> str:
    """What is late: milestones by title, one or two other things in full, more by the first and their number."""
    at, texts = judgement.position, late_things(judgement)
    titles = [
        _("{title} (due {deadline})").format(title=late.thing.title, deadline=due(late.thing, late.life))
        for late in at.late
        if isinstance(late.thing, Milestone) and (late.task, late.reported) == (at.task, at.late[0].reported)
    ]
    if 1 < len(titles) == len(at.late) == len(texts):
        listed = enumeration(titles[:MOST_LATE])
        if len(titles) > MOST_LATE:
            more = counted_more(MOST_LATE, len(titles))
            listed = _("{listed} and {count} more").format(listed=listed, count=more)
        return _("{listed}: {how}").format(listed=listed, how=how_late({"reported": at.late[0].reported}))
    return _("; ").join(texts) if len(texts) <= _TWO else _and_more(texts[0], len(texts) - 1)


_TWO = 2
"""Up to this many late things of different kinds are all stated."""


def _due_note(judgement: Judgement, within: int) -> str:
    """What falls due, one thing per line: the first `MOST_LATE` things, and the number of all."""
    dues = due_within(judgement, within)
    *before, last = [due.figures_first for due in dues[:MOST_LATE]]
    return "\n".join((*before, _and_more(last, max(0, len(dues) - MOST_LATE))))


def _and_more(text: str, count: int) -> str:
    return _("{listed}; {count} more").format(listed=text, count=count) if count else text


def lamps_over_time(course: Sequence[tuple[date, Sequence[Judgement]]]) -> Section:
    """The number of tasks with each lamp over time, as sparklines.

    Args:
        course: the judgements of every task as of each date, earliest first.
    """
    counts = [Counter(j.lamp for j in judgements) for _day, judgements in course]
    most = max(sum(count.values()) for count in counts)
    words = {lamp: _(word) for lamp, word in LAMPS.items()}
    wide = max(map(width, words.values()))
    lines = []
    for lamp, word in words.items():
        values = [count[lamp] for count in counts]
        name = pad(word, wide - width(word), "left")
        lines.append(f"{name}  {sparkline(values, most)}  {values[0]} → {values[-1]}")
    title = ngettext(
        "Lamps of all {count} task each week, {first} to {last}",
        "Lamps of all {count} tasks each week, {first} to {last}",
        most,
    ).format(count=most, first=course[0][0], last=course[-1][0])
    return Section(title, tuple(lines), drawn=True)
