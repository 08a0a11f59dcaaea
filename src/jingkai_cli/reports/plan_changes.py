"""The changes to an adopted plan: a sentence for each difference, and the tasks that were left out."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ..errors import InvalidInput
from ..language import N_, _
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import PROGRAMME, Indicator, Milestone, Plan, ProgrammeTotal, Recorded, Task
from ..plan import parse_plan
from ..plan.differences import Difference
from ..quantities import enumeration, number

NAMES = {
    "deadline": N_("deadline"),
    "title": N_("title"),
    "lead_unit": N_("lead unit"),
    "support_units": N_("support units"),
    "start": N_("start"),
    "measure": N_("way of measuring"),
    "planned": N_("planned value"),
    "monthly": N_("planned amount of the month"),
    "target": N_("target"),
    "weight": N_("weight"),
    "name": N_("name"),
    "unit": N_("unit of measurement"),
    "unconfirmed": N_("unconfirmed fields"),
    "rules": N_("threshold"),
    "assessment": N_("weight of the assessment"),
    "milestones": N_("milestone"),
    "indicators": N_("indicator"),
    "totals": N_("programme total"),
    "goal": N_("goal"),
    "parent": N_("the task that it is a part of"),
    "standing": N_("standing work"),
    "key": N_("key sub-task"),
    "after": N_("what comes before it"),
    "better": N_("which is better"),
    "baseline": N_("baseline"),
    "sum": N_("sum of"),
    "total": N_("programme total that it counts towards"),
    "issued": N_("day of issue"),
    "collective": N_("members of"),
}
"""Field → its name in a sentence; other fields are named as in the file."""


_WITH_MEMBERS = frozenset(
    {"milestones", "indicators", "planned", "monthly", "rules", "assessment", "totals", "collective"}
)
"""Fields whose members have names, which the sentence includes."""


def change(difference: Difference) -> str:
    """A sentence for one difference: the task, the field, the old and the new value."""
    subject = _("task {task}").format(task=difference.task) if difference.task != PROGRAMME else _("the programme")
    if _is_value(difference):
        sentence = _("{whose}: {what} {before} → {after}")
    else:
        sentence = _("{whose}: {what}: added") if difference.before is None else _("{whose}: {what}: removed")
    before, after = _shown(difference.before), _shown(difference.after)
    return sentence.format(whose=subject, what=_field_name(difference), before=before, after=after)


def unrecorded_change(difference: Difference) -> str:
    """A sentence for a difference without a recorded decision, with the command that records one."""
    moved = _is_value(difference) and difference.path[-1] == "deadline"
    text = _("{change} in the file: use `jk extend`") if moved else _("{change} in the file: use `jk adopt -m WHY`")
    return text.format(change=change(difference))


def _is_value(difference: Difference) -> bool:
    """Whether a value was changed, as opposed to a task, milestone, indicator or total added or removed."""
    types = (Task, Milestone, Indicator, ProgrammeTotal)
    return not any(isinstance(side, types) for side in (difference.before, difference.after))


def _field_name(difference: Difference) -> str:
    """`deadline`, `milestone design: deadline`, `planned value 2016-06-30`; for a task its title."""
    member = difference.before or difference.after
    if isinstance(member, Task):
        return member.title
    return _(": ").join(_parts(difference.path))


def _parts(path: tuple[str, ...]) -> Iterator[str]:
    first, *rest = path
    name = _(NAMES.get(first, first))
    if first in _WITH_MEMBERS:
        yield f"{name} {rest[0]}" if rest else name
        if rest[1:]:
            yield from _parts(tuple(rest[1:]))
    else:
        yield name


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "–"
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return enumeration(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def adopted_plan(adoption: Recorded) -> Plan:
    """Parse the plan of an adoption.

    Raises:
        InvalidInput: it cannot be parsed, for example because a program with other rules adopted it.
    """
    return parse_plan(adoption.entry.plan or "", f"#{adoption.seq}")


def left_out_for_a_reason(ledger: Reader, tasks: Sequence[str]) -> set[str]:
    """The tasks among `tasks` (none is in the plan now) that an adopted plan left out with a reason."""
    if not tasks:
        return set()
    entries = list(ledger.entries(Selection(tasks=frozenset({PROGRAMME}))))
    retracted = ledger.retracted_by([recorded.seq for recorded in entries])
    before: set[str] = set()
    removed: set[str] = set()
    for recorded in entries:
        if recorded.entry.kind != "adopt" or recorded.seq in retracted:
            continue
        try:
            now = {task.id for task in adopted_plan(recorded).every_task()}
        except InvalidInput:
            continue
        removed -= now
        if recorded.entry.note:
            removed |= before - now
        before = now
    return removed & set(tasks)
