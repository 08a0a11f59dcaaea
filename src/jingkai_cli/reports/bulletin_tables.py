"""The tables of the weekly bulletin."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ..figures import days, enumeration
from ..language import _
from ..model import Plan
from ..rules.change import Change
from ..rules.problems import Problem
from ..rules.status import Judgement
from .document import Cell, Column, Table, Toned
from .due import due_within
from .report import late_lines, unit_and_contact
from .reported import Entries
from .wording import LAMPS, STATES, lamp_and_state, marked, or_unknown, reason

_SHOWN_STATES = ("overdue", "at-risk", "done", "accepted")
_TROUBLES = ("behind", "pace", "due-soon", "milestone")
"""The reasons for which a task is listed beside the overdue ones; silence has a section of its own."""


def lamps(changes: Sequence[Change]) -> Table:
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


def troubles(plan: Plan, changes: Iterable[Change]) -> Table:
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
    return "\n".join(reason(why) for why in judgement.reasons if why.code in _TROUBLES)


def _trouble(plan: Plan, judgement: Judgement, status: str, why: str) -> tuple[Cell, ...]:
    task = judgement.task
    return (
        task.id,
        marked(task.title, "title", task),
        Toned(status, judgement.lamp),
        why,
        unit_and_contact(plan, task),
    )


def units(changes: Iterable[Change], entries: Entries) -> Table:
    """How many tasks of each lead unit were reported on in the period, and of which nothing was heard."""
    columns = (
        Column(_("Lead unit"), wraps_from=10),
        Column(_("Tasks"), align="right"),
        Column(_("Reported on"), align="right", wraps_from=8),
        Column(_("Without a report"), wraps_from=20),
    )
    of_unit: dict[str | None, list[Change]] = {}
    for change in changes:
        of_unit.setdefault(change.task.lead_unit, []).append(change)
    ordered = sorted(of_unit.items(), key=lambda item: item[0] is None)
    return Table(columns, tuple(_unit(unit, those, entries) for unit, those in ordered))


def _unit(unit: str | None, changes: Sequence[Change], entries: Entries) -> tuple[Cell, ...]:
    reported = [c for c in changes if any(r.entry.kind == "report" for r in entries.get(c.task.id, ()))]
    silent = [c.task.id for c in changes if c.now.silent]
    return (or_unknown(unit), str(len(changes)), str(len(reported)), enumeration(silent) or _("none"))


def due_next(plan: Plan, changes: Iterable[Change], within: int) -> Table:
    """What falls due in the coming days, nearest first; what is due on the as-of day itself belongs to the period."""
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
            due.thing.responsible if isinstance(due.thing, Problem) else unit_and_contact(plan, task),
        )
        for task, due in sorted(dues, key=lambda item: item[1].day)
    )
    return Table(columns, tuple(rows))
