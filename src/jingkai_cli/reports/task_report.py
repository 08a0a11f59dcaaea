"""`jk report`: the state of every task, or of those asked for."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from ..facts import TaskFacts
from ..kinds.life import Problem
from ..language import _, ngettext, speaking
from ..model import Milestone, Plan, Task
from ..quantities import days, enumeration, percent
from ..rules.status import Judgement, judge
from .document import Cell, Column, Document, Scope, Section, Table, Toned
from .wording import LAMPS, deadlines, lamp_and_state, late_line, marked, or_unknown, reason


@dataclass(frozen=True, slots=True)
class Due:
    """A thing that falls due, and in how many days."""

    thing: Task | Milestone | Problem
    day: date
    left: int

    @property
    def title(self) -> str:
        """What it is, within its task."""
        return _("the task itself") if isinstance(self.thing, Task) else self.thing.title

    @property
    def when(self) -> str:
        """In how many days."""
        return _("{days} left").format(days=days(self.left)) if self.left else _("due today")

    def __str__(self) -> str:
        """All of it in a line."""
        return _("{day} {title}: {when}").format(day=self.day, title=self.title, when=self.when)


def due_within(judgement: Judgement, within: int) -> list[Due]:
    """Each thing that is due from the as-of date on, at most `within` days later; nearest first."""
    at = judgement.at
    if at.finished:
        return []
    things: list[tuple[Task | Milestone | Problem, date]] = []
    if at.deadline and not at.task.standing:
        things.append((at.task, at.deadline))
    things += [(milestone, at.life.deadline(milestone)) for milestone in at.life.unreached(at.task)]
    things += [(problem, problem.deadline) for problem in at.problems if problem.state == "open"]
    last = at.as_of + timedelta(days=within)
    found = [Due(thing, day, (day - at.as_of).days) for thing, day in things if at.as_of <= day <= last]
    return sorted(found, key=lambda due: (due.day, due.title))


def due_lines(judgement: Judgement, within: int) -> str:
    """Each of them on its own line: when, what, and in how many days."""
    return "\n".join(map(str, due_within(judgement, within)))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which tasks a report lists; every filter that is set must hold."""

    tasks: tuple[str, ...] = ()
    overdue: bool = False
    at_risk: bool = False
    due_within: int | None = None
    unit: str | None = None

    def keep(self, judgement: Judgement) -> bool:
        """Whether a task is listed. `overdue` and `at_risk` together list both."""
        task = judgement.task
        states = {name for name, on in (("overdue", self.overdue), ("at-risk", self.at_risk)) if on}
        return (
            (not self.tasks or task.id in self.tasks)
            and (not states or judgement.state in states)
            and (self.unit is None or task.lead_unit == self.unit)
            and (self.due_within is None or bool(due_within(judgement, self.due_within)))
        )


def build(scope: Scope, facts: Mapping[str, TaskFacts], filters: Filters) -> Document:
    """The report: overdue tasks worst first when they alone are asked for, otherwise in the plan's order."""
    everything = judge(scope.plan, facts, scope.as_of)
    listed = [j for j in everything if filters.keep(j)]
    if filters.overdue:
        listed.sort(key=lambda j: -j.at.worst_days)
    only_late = filters.overdue and not filters.at_risk
    within = filters.due_within
    reasons = why if within is None else partial(due_lines, within=within)
    table = _overdue_table(scope.plan, listed) if only_late else _overview_table(scope.plan, listed, reasons)
    filtered = filters != Filters()
    return Document(
        kind="report",
        about=scope.about,
        title=_title(filters),
        fields=fields(),
        items=items(scope.plan, listed),
        sections=(Section(table=table),) if listed else (Section(lines=(_nothing(filters),)),),
        summary=(summary(everything),),
        footnotes=footnotes(listed),
        found=bool(listed) if filtered else any(j.state == "overdue" for j in everything),
    )


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
    if filters == Filters(overdue=True):
        return _("Nothing is overdue.")
    if filters == Filters(at_risk=True):
        return _("Nothing is at risk.")
    return _("No task meets these conditions.")


def summary(judgements: Sequence[Judgement]) -> str:
    """One line: how many tasks, how many overdue and at risk, how many of each lamp."""
    states, lamps = Counter[str](j.state for j in judgements), Counter[str](j.lamp for j in judgements)
    tasks = ngettext("{count} task", "{count} tasks", len(judgements)).format(count=len(judgements))
    counts = [
        _("{count} overdue").format(count=states["overdue"]),
        _("{count} at risk").format(count=states["at-risk"]),
        _("{count} done").format(count=states["done"] + states["accepted"]),
    ]
    lit = [_("{lamp} {count}").format(lamp=_(LAMPS[lamp]), count=lamps[lamp]) for lamp in LAMPS if lamps[lamp]]
    said = {"tasks": tasks, "counts": enumeration(counts), "lamps": enumeration(lit)}
    return _("{tasks}: {counts} | {lamps}").format(**said)


def footnotes(judgements: Iterable[Judgement]) -> tuple[str, ...]:
    """What a reader has to know of the figures shown: which values nobody confirmed."""
    shown = [j.task for j in judgements]
    things: list[Task | Milestone] = [*shown, *(m for t in shown for m in t.milestones)]
    return (_("* not confirmed in the plan"),) if any(t.unconfirmed for t in things) else ()


def why(judgement: Judgement) -> str:
    """What exactly is overdue; else the worst reason."""
    return late_lines(judgement) or (reason(judgement.reasons[0]) if judgement.reasons else "")


def unit_and_contact(plan: Plan, task: Task) -> str:
    """The lead unit and, where it is known, whom to call there."""
    contact = plan.contacts.get(task.lead_unit or "")
    unit = marked(or_unknown(task.lead_unit), "lead_unit", task)
    return f"{unit}\n{contact}" if contact else unit


def _status(judgement: Judgement) -> Toned:
    return Toned(lamp_and_state(judgement), judgement.lamp)


def _overdue_table(plan: Plan, judgements: Iterable[Judgement]) -> Table:
    """What is late, by how many days, what exactly, and who has to answer for it."""
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=20),
        Column(_("Overdue")),
        Column(_("What is overdue"), wraps_from=30),
        Column(_("Lead unit"), wraps_from=10),
        Column(_("Lead leader"), wraps_from=10, drop=1),
    )
    rows = (
        (
            j.task.id,
            marked(j.task.title, "title", j.task),
            Toned(f"{_(LAMPS[j.lamp])}\n{days(j.at.worst_days)}", j.lamp),
            late_lines(j),
            unit_and_contact(plan, j.task),
            marked(or_unknown(j.task.leader), "leader", j.task),
        )
        for j in judgements
    )
    return Table(columns, tuple(rows))


def late_lines(judgement: Judgement) -> str:
    """Each late thing of a task on its own line, most days first."""
    return "\n".join(late_line(late, judgement.at.life) for late in judgement.at.late)


def _overview_table(plan: Plan, judgements: Iterable[Judgement], why: Callable[[Judgement], str]) -> Table:
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("Status"), wraps_from=8),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right", drop=1),
        Column(_("Deadline"), wraps_from=11),
        Column(_("Why"), wraps_from=16),
        Column(_("Lead unit"), wraps_from=8),
        Column(_("Last report"), drop=2),
        Column(_("Lead leader"), wraps_from=8, drop=3),
    )
    return Table(columns, tuple(_overview_row(plan, j, why(j)) for j in judgements))


def _overview_row(plan: Plan, judgement: Judgement, why: str) -> tuple[Cell, ...]:
    task, at = judgement.task, judgement.at
    return (
        task.id,
        marked(task.title, "title", task),
        _status(judgement),
        percent(at.progress),
        percent(at.planned),
        f"{deadlines(task, at.life)}\n{over_or_left(judgement)}".strip(),
        why,
        unit_and_contact(plan, task),
        at.facts.last_report_on.isoformat() if at.facts.last_report_on else "–",
        marked(or_unknown(task.leader), "leader", task),
    )


def over_or_left(judgement: Judgement) -> str:
    """The days to the task's deadline or past it; nothing once it is finished, or for standing work."""
    at = judgement.at
    if at.finished or at.days_left is None:
        return ""
    if at.days_left < 0:
        return _("{days} overdue").format(days=days(-at.days_left))
    return _("{days} left").format(days=days(at.days_left)) if at.days_left else _("due today")


def fields() -> dict[str, str]:
    """The fields of an item, and their titles."""
    return {
        "id": _("No."),
        "title": _("Task"),
        "leader": _("Lead leader"),
        "lead_unit": _("Lead unit"),
        "support_units": _("Support units"),
        "start": _("Start"),
        "deadline": _("Deadline in force"),
        "original_deadline": _("Original deadline"),
        "state": _("State"),
        "lamp": _("Lamp"),
        "progress": _("Actual"),
        "planned": _("Planned"),
        "gap": _("Gap (points)"),
        "days_overdue": _("Days overdue"),
        "days_left": _("Days left"),
        "overdue_milestones": _("Overdue milestones"),
        "reasons": _("Reasons"),
        "forecast_finish": _("Forecast finish"),
        "last_report_on": _("Last report"),
        "unconfirmed": _("Not confirmed"),
    }


def items(plan: Plan, judgements: Iterable[Judgement]) -> list[dict[str, Any]]:
    """The tasks as data. Sentences follow the plan's language, so that cron and terminal agree."""
    with speaking(plan.language):
        return [_item(j) for j in judgements]


def _item(judgement: Judgement) -> dict[str, Any]:
    task, at = judgement.task, judgement.at
    return {
        "id": task.id,
        "title": task.title,
        "leader": task.leader,
        "lead_unit": task.lead_unit,
        "support_units": list(task.support_units),
        "start": task.start,
        "deadline": at.deadline,
        "original_deadline": task.deadline,
        "state": judgement.state,
        "lamp": judgement.lamp,
        "progress": at.progress,
        "planned": at.planned,
        "gap": at.gap,
        "days_overdue": at.days_overdue,
        "days_left": None if at.finished else at.days_left,
        "overdue_milestones": [
            {"id": x.thing.id, "title": x.thing.title, "deadline": x.deadline, "days_overdue": x.days}
            for x in at.late
            if isinstance(x.thing, Milestone)
        ],
        "reasons": [{"code": r.code, **r.figures, "text": reason(r)} for r in judgement.reasons],
        "forecast_finish": at.pace.forecast_finish if at.pace else None,
        "last_report_on": at.facts.last_report_on,
        "unconfirmed": list(task.unconfirmed),
    }
