"""What follows from the adoption of a plan: a ledger that knows its users is told which units answer for each task."""

from collections.abc import Iterable

from ..ledger.protocol import Reader, Writer
from ..model import Entry, Recorded
from ..plan import parse_plan


def follow_adoption(writer: Writer, recorded: Iterable[Recorded]) -> None:
    """Do as `assign_units` where one of these entries, appended just now, adopted a plan or took an adoption back."""
    if any(touches_adoption(writer, one.entry) for one in recorded):
        assign_units(writer)


def assign_units(writer: Writer) -> None:
    """Tell a ledger that knows its users which units answer for each task: the lead unit and those that support it.

    The last plan that was adopted and not retracted says so; where there is none, no unit does.

    Raises:
        InvalidInput: this program cannot read that plan.
    """
    adoption = writer.adopted()
    plan = parse_plan(adoption.entry.plan or "", f"#{adoption.seq}") if adoption else None
    tasks = plan.every_task() if plan else ()
    writer.assign({t.id: [u for u in (t.lead_unit, *plan.support_units(t)) if u] for t in tasks if plan})


def touches_adoption(ledger: Reader, entry: Entry) -> bool:
    """Whether an entry adopts a plan or takes an adoption back."""
    if entry.kind != "retract":
        return entry.kind == "adopt"
    withdrawn = ledger.entry(entry.ref or 0)
    return withdrawn is not None and withdrawn.entry.kind == "adopt"
