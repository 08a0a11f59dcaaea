"""What follows from an adopted plan for those who write: which units report on which task."""

from ..ledger import Writer
from ..model import Plan
from ..plan import parse_plan


def assign(writer: Writer, plan: Plan) -> None:
    """Tell a ledger that knows its users which units answer for each task: the lead unit and those that support it."""
    writer.assign({task.id: [u for u in (task.lead_unit, *task.support_units) if u] for task in plan.tasks})


def assign_adopted(writer: Writer) -> None:
    """The same by the last plan that was adopted, where one was: for entries that came from another ledger.

    Raises:
        InvalidInput: this program cannot read that plan.
    """
    adoption = writer.adopted()
    if adoption:
        assign(writer, parse_plan(adoption.entry.plan or "", f"#{adoption.seq}"))
