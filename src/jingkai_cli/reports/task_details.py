"""A task in detail, for `jk show` and the dashboard: people and dates, milestones, indicators, monthly plans."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from ..facts import TaskFacts
from ..language import _
from ..model import Indicator, Milestone
from ..quantities import amount, days, enumeration, number, percent
from ..rules.progress import planned_total, reaches
from ..rules.reasons import Reason
from ..rules.status import Judgement
from ..thresholds import Rules
from .document import Column, Scope, Table, Tone, Toned
from .reason_wording import abridged, deadlines, lamp_and_state, marked, or_unknown, reason
from .shared_statements import silence
from .task_cells import call, unit_and_contact
from .task_notes import distinct_reasons, why
from .text_charts import time_line

_SINCE = "+"
"""Marks a total that was never stated: it is the sum of what was added since records began."""

_MARKS = {"green": "v", "red": "x", "yellow": "x", "none": "o"}


def people_and_dates(scope: Scope, judgement: Judgement) -> list[tuple[str, str]]:
    """The people and dates of a task, as (title, text); the text is empty if nothing is known."""
    task = judgement.task
    support = marked(enumeration(task.support_units), "support_units", task) if task.support_units else ""
    return [
        (_("Goal"), marked(task.goal, "goal", task) if task.goal else ""),
        (_("Category"), marked(task.category, "category", task) if task.category else ""),
        (_("Lead leader"), marked(or_unknown(task.leader), "leader", task)),
        (_("Lead unit"), marked(or_unknown(task.lead_unit), "lead_unit", task)),
        (_("Person in charge"), marked(task.person, "person", task) if task.person else ""),
        (_("Call"), call(scope.plan, task) or ""),
        (_("Support units"), support),
        (_("Start"), task.start.isoformat()),
        (_("Deadline"), deadlines(task, judgement.position.life)),
    ]


def reason_lines(reasons: Iterable[Reason]) -> list[str]:
    """The sentences of reasons; days and points behind of a task are one sentence, as they share figures."""
    listed, lines = distinct_reasons(reasons), list[str]()
    gaps = {_task_of(each): each for each in listed if each.code == "behind" and "month" not in each.figures}
    paced = {_task_of(each) for each in listed if each.code == "pace"}
    for each in listed:
        gap = gaps.get(_task_of(each))
        if each.code == "pace" and gap:
            in_days = reason(replace(each, figures={**each.figures, "planned": None}))
            lines.append(_("; ").join((in_days, reason(replace(gap, task=None)))))
        elif each is not gap or _task_of(each) not in paced:
            lines.append(reason(each))
    return lines


def _task_of(why: Reason) -> str | None:
    return why.task.id if why.task else None


def objection(judgement: Judgement) -> list[tuple[str, str]]:
    """An objection that has no ruling yet, as (title, text); empty if there is none."""
    entry = judgement.position.life.objection
    if entry is None:
        return []
    text = _("{who} objects since {day}: {why}").format(who=entry.unit, day=entry.on, why=entry.note)
    return [(_("Objection"), text)]


def subtasks(scope: Scope, judgement: Judgement) -> Table:
    """A row for each sub-task of every level."""
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("Status"), wraps_from=8),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right"),
        Column(_("Why"), wraps_from=16, sentences=True),
        Column(_("Lead unit"), wraps_from=8),
    )
    rows = (
        (
            each.task.id,
            marked(each.task.title, "title", each.task),
            Toned(lamp_and_state(each), each.lamp),
            percent(each.position.progress),
            percent(each.position.planned),
            with_silence_and_order(each, why(each)),
            unit_and_contact(scope.plan, each.task),
        )
        for part in judgement.parts
        for each in part.with_subtasks()
    )
    return Table(columns, tuple(rows))


def subtasks_on_paper(scope: Scope, judgement: Judgement) -> Table:
    """The table of sub-tasks with their numbers before their titles, so that it fits on an upright page."""
    found = subtasks(scope, judgement)
    return Table(found.columns[1:], tuple((f"{number} {title}", *others) for number, title, *others in found.rows))


def with_silence_and_order(judgement: Judgement, why: str) -> str:
    """Why a sub-task is as it is, then, unless it is late, that it was not reported in time, and its predecessors."""
    said = "" if judgement.position.late else silence(judgement)
    return "\n".join(filter(None, (why, "" if said in why else said, comes_after(judgement))))


def comes_after(judgement: Judgement) -> str:
    """The predecessors of a sub-task; empty if it has none."""
    after = judgement.task.after
    return _("after {tasks}").format(tasks=enumeration(after)) if after else ""


def milestones(judgement: Judgement) -> Table:
    """A row for each milestone; on the time line, `v` is reached, `x` late, `o` to come, `|` the as-of date."""
    at = judgement.position
    end = max([at.deadline or at.as_of, at.as_of, *(at.life.deadline(m) for m in at.task.milestones)])
    columns = (
        Column(_("Milestone and id"), wraps_from=16),
        Column(_("Deadline"), wraps_from=11),
        Column(_("Status"), wraps_from=12, sentences=True),
        Column(_("Time line"), drop=1),
    )
    rows = []
    for milestone in at.task.milestones:
        how = milestone_status(judgement, milestone)
        day = at.life.reached.get(milestone.id, at.life.deadline(milestone))
        line = time_line(at.task.start, end, at.as_of, [(day, _MARKS[how.tone])])
        title = f"{marked(milestone.title, 'title', milestone)}\n{milestone.id}"
        if milestone.after:
            title += "\n" + _("after {tasks}").format(tasks=enumeration(milestone.after))
        rows.append((title, deadlines(milestone, at.life), how, line))
    return Table(columns, tuple(rows))


def milestone_list(judgement: Judgement) -> Table:
    """The table of milestones without a time line, for a page that draws one."""
    at = judgement.position
    columns = (Column(_("Milestone"), wraps_from=16), Column(_("Deadline")), Column(_("Status")))
    rows = (
        (marked(m.title, "title", m), deadlines(m, at.life), milestone_status(judgement, m)) for m in at.task.milestones
    )
    return Table(columns, tuple(rows))


def milestone_status(judgement: Judgement, milestone: Milestone) -> Toned:
    """The status of a milestone: green if reached, red or yellow if late, none if still to come."""
    at = judgement.position
    if reached := at.life.reached.get(milestone.id):
        return Toned(_("reached {day}").format(day=reached), "green")
    left = (at.life.deadline(milestone) - at.as_of).days
    if at.finished or at.life.on_hold:
        return Toned(_("not reached"), "none")
    if milestone.indicators:
        return _by_figures(judgement, milestone, -left)
    if left < 0:
        return Toned(_("{days} overdue").format(days=days(-left)), _tone_of_late(-left, at.rules))
    return Toned(_("{days} left").format(days=days(left)) if left else _("due today"), "none")


def _tone_of_late(over: int, rules: Rules) -> Tone:
    return "red" if over > rules.milestone_red else "yellow"


def _by_figures(judgement: Judgement, milestone: Milestone, over: int) -> Toned:
    """The status of a milestone judged by the figures of its month; `over` is the number of days it is late."""
    if any(isinstance(late.thing, Milestone) and late.thing.id == milestone.id for late in judgement.position.own_late):
        tone: Tone = _tone_of_late(over, judgement.position.rules)
        return Toned(_("{days} overdue, no figure").format(days=days(over)), tone)
    ends = judgement.position.life.deadline(milestone)
    months = [
        m
        for m in judgement.position.months
        if m.indicator.id in milestone.indicators and (m.ends.year, m.ends.month) == (ends.year, ends.month)
    ]
    gap = max((m.gap for m in months if m.gap is not None), default=0.0)
    if over > 0 and gap > 0:
        tone = "red" if reaches(gap, judgement.position.rules.far_behind) else "yellow"
        return Toned(_("{days} overdue, figures below the plan").format(days=days(over)), tone)
    if over > 0 and months and all(m.gap is not None for m in months):
        return Toned(_("figures as planned"), "green")
    return Toned(_("judged by its figures"), "none")


def indicators(judgement: Judgement) -> Table:
    """A row for each indicator."""
    columns = (
        Column(_("Indicator and id"), wraps_from=12),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right"),
        Column(_("Gap"), align="right"),
        Column(_("Target"), align="right"),
        Column(_("Last report")),
    )
    return Table(columns, tuple(_indicator(judgement, i) for i in judgement.task.indicators))


def indicators_on_paper(judgement: Judgement) -> Table:
    """The table of indicators without their ids."""
    found = indicators(judgement)
    names = [indicator.name for indicator in judgement.task.indicators]
    columns = (replace(found.columns[0], title=_("Indicator")), *found.columns[1:])
    return Table(columns, tuple((name, *row[1:]) for name, row in zip(names, found.rows, strict=True)))


def monthly_plans(judgement: Judgement) -> Table:
    """The last ended month of each indicator with monthly plans."""
    columns = (
        Column(_("Month")),
        Column(_("Indicator"), wraps_from=12),
        Column(_("Planned amount"), align="right"),
        Column(_("Reported amount"), align="right"),
        Column(_("Gap (points)"), align="right"),
    )
    rows = (
        (
            f"{m.ends:%Y-%m}",
            m.indicator.name,
            marked(amount(m.planned, m.indicator.unit), "monthly", m.indicator),
            _amount(m.actual, m.indicator, _("no figure")),
            "–" if m.gap is None else number(m.gap),
        )
        for m in judgement.position.months
    )
    return Table(columns, tuple(rows))


def _total_text(judgement: Judgement, indicator: Indicator) -> str:
    """The total of an indicator; a sum that lacks sub-tasks is "at least" its value, and names them."""
    total_text = _amount(judgement.position.facts.total(indicator.id), indicator, _("no figure"))
    missing = judgement.position.missing(indicator)
    if not missing:
        return total_text
    names = abridged([f"{task.id} {task.title}" for task in missing], _(", "))
    if judgement.position.facts.total(indicator.id) is None:
        return _("{amount}\nmissing {names}").format(amount=total_text, names=names)
    return _("at least {amount}\nmissing {names}").format(amount=total_text, names=names)


def since_records_began(judgement: Judgement) -> tuple[str, ...]:
    """The footnote of totals that were never stated; empty if there are none."""
    facts = judgement.position.facts
    began = any(_began_with_an_increment(facts, i) for i in judgement.task.indicators)
    return (_("+ since records began: a total was never stated"),) if began else ()


def _indicator(judgement: Judgement, indicator: Indicator) -> tuple[str, ...]:
    facts = judgement.position.facts
    total = facts.total(indicator.id)
    due = planned_total(judgement.task, judgement.position.life, indicator, judgement.position.as_of)
    target = indicator.target
    short = None if due is None or total is None else total - due if indicator.better == "lower" else due - total
    return (
        f"{indicator.name}\n{indicator.id}",
        _total_text(judgement, indicator) + (_SINCE if _began_with_an_increment(facts, indicator) else ""),
        _amount(due, indicator, "–"),
        _amount(short, indicator, "–"),
        marked(_amount(target, indicator, ""), "target", indicator) if target is not None else _("no target"),
        _last(facts, indicator),
    )


def _amount(value: Decimal | None, indicator: Indicator, otherwise: str) -> str:
    return otherwise if value is None else amount(value, indicator.unit)


def _last(facts: TaskFacts, indicator: Indicator) -> str:
    last: date | None = max((t.on for (name, _unit), t in facts.totals.items() if name == indicator.id), default=None)
    return last.isoformat() if last else "–"


def _began_with_an_increment(facts: TaskFacts, indicator: Indicator) -> bool:
    return any(name == indicator.id and not total.stated for (name, _unit), total in facts.totals.items())
