"""The plans that were adopted in a ledger: what each of them had."""

from collections.abc import Sequence

from ..errors import InvalidInput
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import PROGRAMME, Plan, Recorded
from ..plan import parse_plan


def adopted_plan(adoption: Recorded) -> Plan:
    """The plan of an adoption.

    Raises:
        InvalidInput: this program cannot read it, such as one that a program with other rules adopted.
    """
    return parse_plan(adoption.entry.plan or "", f"#{adoption.seq}")


def left_out_for_a_reason(ledger: Reader, tasks: Sequence[str]) -> set[str]:
    """Which of these tasks, that the plan does not have, it had until a plan without them was adopted with a reason."""
    if not tasks:
        return set()
    entries = list(ledger.entries(Selection(tasks=frozenset({PROGRAMME}))))
    retracted = ledger.retracted_by([recorded.seq for recorded in entries])
    before: set[str] = set()
    gone: set[str] = set()
    for recorded in entries:
        if recorded.entry.kind != "adopt" or recorded.seq in retracted:
            continue
        try:
            now = {task.id for task in adopted_plan(recorded).every_task()}
        except InvalidInput:
            continue
        gone -= now
        if recorded.entry.note:
            gone |= before - now
        before = now
    return gone & set(tasks)
