"""Which units may record for which task, in a ledger that knows its users: written at each adoption, and compared."""

from collections.abc import Iterable, Iterator, Mapping

from ..errors import InvalidInput
from ..language import _
from ..model import Entry, Recorded
from ..plan import parse_plan
from ..quantities import enumeration
from .protocol import Ledger, Reader, Writer


def follow_adoption(writer: Writer, recorded: Iterable[Recorded]) -> None:
    """Do as `assign_units` where one of these entries, appended just now, adopted a plan or took an adoption back."""
    if any(touches_adoption(writer, one.entry) for one in recorded):
        assign_units(writer)


def assign_units(writer: Writer) -> None:
    """Tell a ledger that knows its users which units answer for each task.

    Raises:
        InvalidInput: this program cannot read the adopted plan.
    """
    writer.assign(_units_of_tasks(writer))


def _units_of_tasks(ledger: Reader) -> Mapping[str, list[str]]:
    """The units that may record for each task and sub-task: its lead unit and those that support it.

    The last plan that was adopted and not retracted says so; where there is none, no unit does.

    Raises:
        InvalidInput: this program cannot read that plan.
    """
    adoption = ledger.adopted()
    if adoption is None:
        return {}
    plan = parse_plan(adoption.entry.plan or "", f"#{adoption.seq}")
    return {task.id: [u for u in (task.lead_unit, *plan.support_units(task)) if u] for task in plan.every_task()}


def touches_adoption(ledger: Reader, entry: Entry) -> bool:
    """Whether an entry adopts a plan or takes an adoption back."""
    if entry.kind != "retract":
        return entry.kind == "adopt"
    withdrawn = ledger.entry(entry.ref or 0)
    return withdrawn is not None and withdrawn.entry.kind == "adopt"


def unit_faults(ledger: Ledger) -> Iterator[str]:
    """Where the rights of the units are not those of the adopted plan; nothing in a ledger that knows no users.

    While no plan is adopted, the administrator may have given rights by hand: they are not compared.
    """
    assigned = ledger.assigned()
    if assigned is None or ledger.adopted() is None:
        return
    try:
        expected = _units_of_tasks(ledger)
    except InvalidInput:
        return  # the check of the plan says so
    for task in sorted(assigned.keys() | expected.keys()):
        found, due = set(assigned.get(task, ())), set(expected.get(task, ()))
        if more := sorted(found - due):
            text = _("database: {units} may record for task {task}, which the adopted plan does not say")
            yield text.format(units=enumeration(more), task=task)
        if fewer := sorted(due - found):
            text = _("database: {units} may not record for task {task}, though the adopted plan says so")
            yield text.format(units=enumeration(fewer), task=task)
