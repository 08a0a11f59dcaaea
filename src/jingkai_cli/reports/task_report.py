"""`jk report`: the state of every task, or of those asked for."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial

from ..language import N_, _
from ..model import Plan
from ..quantities import days, percent
from ..rules.programme_totals import programme_totals
from ..rules.status import Judgement
from ..text import pad, width
from .document import Cell, Column, Document, Scope, Section, Table, Toned
from .findings import confirmations
from .task_cells import call, due_lines, footnotes, over_or_left, red_tasks, summary, unit_and_contact, why
from .task_columns import calendar_dates, fields, items
from .task_filters import NO_TASK, Filters
from .text_charts import bar, sparkline
from .totals import total_line, total_on_paper
from .wording import LAMPS, deadlines, lamp_and_state, marked, or_unknown, without_repeated_days


def build(scope: Scope, judgements: Sequence[Judgement], filters: Filters) -> Document:
    """The report, in the plan's order; with `filters.overdue` worst first, with `filters.at_risk` by days behind.

    `overdue_report` builds the report of late tasks alone.

    Args:
        scope: its plan and date.
        judgements: every task of the plan, judged as of that date; sub-tasks where they are listed too.
        filters: which of them are listed.
    """
    listed = [j for j in judgements if filters.keep(j)]
    if filters.at_risk:
        listed.sort(key=_urgency)
    if filters.overdue:
        listed.sort(key=lambda j: -j.position.worst_days)
    parents = scope.plan.parents()
    within = filters.due_within
    reasons = why if within is None else partial(due_lines, within=within)
    in_brief = _why_lit if within is None else reasons
    section = Section(lines=(_nothing(filters),))
    if listed:
        section = Section(
            table=_table(scope.plan, listed, reasons).short(), brief=lambda: brief(scope.plan, listed, in_brief)
        )
    top = [j for j in judgements if j.task.id not in parents]
    unfiltered = filters == Filters()
    totals = programme_totals(scope.plan, top) if unfiltered else []
    unconfirmed = confirmations(scope.plan) if unfiltered else ()
    return Document(
        kind="report",
        about=scope.about,
        title=_title(filters),
        fields=fields(),
        items=items(scope.plan, listed),
        sections=(section, *unconfirmed),
        summary=(summary(top), *map(total_line, totals)),
        footnotes=footnotes(listed),
        extra={"to_confirm": [line for part in unconfirmed for line in part.lines]} if unfiltered else {},
        found=any(j.position.late for j in judgements) if unfiltered else bool(listed),
        dates=calendar_dates(scope.plan, listed),
        paper_title=_("Progress of the work") if unfiltered else "",
        paper_summary=tuple(filter(None, (summary(top), red_tasks(top), *map(total_on_paper, totals)))),
    )


def _urgency(judgement: Judgement) -> tuple[bool, float]:
    """The order of tasks at risk: the steadily behind first, then by the share of their time that they are behind."""
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


def _table(plan: Plan, judgements: Iterable[Judgement], why: Callable[[Judgement], str]) -> Table:
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=12),
        Column(_("Status"), wraps_from=8),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right", drop=1),
        Column(_("Deadline"), wraps_from=11),
        Column(_("Why"), wraps_from=16, sentences=True),
        Column(_("Lead unit"), wraps_from=8),
        Column(_("Last report"), drop=2),
        Column(_("Lead leader"), wraps_from=8, drop=3),
    )
    return Table(columns, tuple(_row(plan, j, why(j)) for j in judgements))


def _row(plan: Plan, judgement: Judgement, why: str) -> tuple[Cell, ...]:
    task, at = judgement.task, judgement.position
    return (
        task.id,
        marked(task.title, "title", task),
        Toned(lamp_and_state(judgement), judgement.lamp),
        percent(at.progress),
        percent(at.planned),
        f"{deadlines(task, at.life)}\n{over_or_left(judgement)}".strip(),
        why,
        unit_and_contact(plan, task),
        at.facts.last_report_on.isoformat() if at.facts.last_report_on else "–",
        marked(or_unknown(task.leader), "leader", task),
    )


def brief(plan: Plan, judgements: Iterable[Judgement], why: Callable[[Judgement], str]) -> Table:
    """A line for each task; below it what `why` says of it, and whom to call."""
    columns = (
        Column(""),
        Column(""),
        Column("", wraps_from=16),
        Column(""),
        Column("", align="right"),
        Column("", align="right"),
        Column("", wraps_from=8, drop=1),
    )
    those = list(judgements)
    rows = tuple(
        (
            Toned(_(LAMPS[j.lamp]), j.lamp),
            j.task.id,
            marked(j.task.title, "title", j.task),
            ""
            if j.position.progress is j.position.planned is None
            else bar(j.position.progress, j.position.planned, CELLS),
            percent(j.position.progress),
            _days(j),
            marked(or_unknown(j.task.lead_unit), "lead_unit", j.task),
        )
        for j in those
    )
    return Table(columns, rows, tuple(_note(plan, j, why(j)) for j in those))


CELLS = 8
"""The characters of a bar in the brief table."""


def _days(judgement: Judgement) -> str:
    """The most days that anything of it is late; else the days left, or that it is done or held."""
    at = judgement.position
    if late := at.worst_days:
        return _("{days} overdue").format(days=days(late))
    return _(_SHORT_STATES[judgement.state]) if judgement.state in _SHORT_STATES else over_or_left(judgement)


_SHORT_STATES = {
    "done": N_("reported as done"),
    "accepted": N_("accepted"),
    "suspended": N_("suspended"),
    "cancelled": N_("cancelled"),
}
"""States that a line of the brief table tells in the place of days."""


def _is_lit(judgement: Judgement) -> bool:
    return judgement.lamp in ("red", "yellow")


def _why_lit(judgement: Judgement) -> str:
    return why(judgement) if _is_lit(judgement) else ""


def _note(plan: Plan, judgement: Judgement, why: str) -> tuple[str, str]:
    if not why and not _is_lit(judgement):
        return "", ""
    first, *others = (without_repeated_days(line, judgement.position.worst_days) for line in why.split("\n"))
    if others and judgement.parts:
        first = _("; ").join((first, others[0]))  # how many sub-tasks are late, and the worst
    elif others:
        first = _("{first}; {count} in all").format(
            first=first, count=max(len(judgement.position.late), len(others) + 1)
        )
    if judgement.position.life.objection:
        first = _("disputed; {why}").format(why=first)
    return first, call(plan, judgement.task) or ""


def lamps_over_time(course: Sequence[tuple[date, Sequence[Judgement]]]) -> Section:
    """How many tasks had which lamp on some dates, a sparkline each.

    Args:
        course: the judgements of every task as of each date, the earliest first.
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
    title = _("Lamps each week, {first} to {last}").format(first=course[0][0], last=course[-1][0])
    return Section(title, tuple(lines), drawn=True)
