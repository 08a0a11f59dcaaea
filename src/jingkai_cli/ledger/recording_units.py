"""Sets which units may record for each task when a plan is adopted, and compares these rights with the adopted plan."""

from collections.abc import Iterable, Iterator, Mapping

from ..errors import InvalidInput
from ..language import _
from ..model import Entry, Recorded
from ..plan import parse_plan
from ..quantities import enumeration
from .protocol import Ledger, Reader, Writer


def follow_adoption(writer: Writer, recorded: Iterable[Recorded]) -> None:
    """Call `assign_units` if one of these entries, just appended, adopts a plan or retracts an adoption."""
    if any(touches_adoption(writer, one.entry) for one in recorded):
        assign_units(writer)


def assign_units(writer: Writer) -> None:
    """Set the units that may record for each task, in a ledger that knows its users.

    Raises:
        InvalidInput: this program cannot read the adopted plan.
    """
    writer.assign(_units_of_tasks(writer))


def _units_of_tasks(ledger: Reader) -> Mapping[str, list[str]]:
    """Id of each task and sub-task → the units that may record for it: its lead unit and its support units.

    They follow from the last adopted plan that was not retracted. Empty if there is none.

    Raises:
        InvalidInput: this program cannot read the plan.
    """
    adoption = ledger.adopted()
    if adoption is None:
        return {}
    plan = parse_plan(adoption.entry.plan or "", f"#{adoption.seq}")
    return {task.id: [u for u in (task.lead_unit, *plan.support_units(task)) if u] for task in plan.every_task()}


def touches_adoption(ledger: Reader, entry: Entry) -> bool:
    """Whether an entry adopts a plan or retracts an adoption."""
    if entry.kind != "retract":
        return entry.kind == "adopt"
    withdrawn = ledger.entry(entry.ref or 0)
    return withdrawn is not None and withdrawn.entry.kind == "adopt"


def unit_faults(ledger: Ledger) -> Iterator[str]:
    """Yield where the rights of units differ from the adopted plan; nothing in a ledger that does not know its users.

    Without an adopted plan nothing is compared, because the administrator may have granted rights by hand.
    """
    assigned = ledger.assigned()
    if assigned is None or ledger.adopted() is None:
        return
    try:
        expected = _units_of_tasks(ledger)
    except InvalidInput:
        return  # the check of the plan reports it
    for task in sorted(assigned.keys() | expected.keys()):
        found, due = set(assigned.get(task, ())), set(expected.get(task, ()))
        if more := sorted(found - due):
            text = _("database: {units} may record for task {task}, which the adopted plan does not say")
            yield text.format(units=enumeration(more), task=task)
        if fewer := sorted(due - found):
            text = _("database: {units} may not record for task {task}, though the adopted plan says so")
            yield text.format(units=enumeration(fewer), task=task)
