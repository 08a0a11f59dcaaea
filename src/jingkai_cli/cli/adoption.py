"""The plan that was adopted, beside the one in the file: which of them counts, and what is said where they differ."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from ..language import _
from ..model import Plan, Recorded
from ..plan import parse_plan
from ..plan.differences import Difference
from ..plan.differences import differences as differing

MOST = 5
"""How many differences a report names: a line each morning, not a page."""


def fingerprint(text: str) -> str:
    """The SHA-256 of a plan's text."""
    return sha256(text.encode()).hexdigest()


def adopted_plan(adoption: Recorded) -> Plan:
    """The plan of an adoption.

    Raises:
        InvalidInput: it was adopted by a program that allowed more than this one.
    """
    return parse_plan(adoption.entry.plan or "", f"#{adoption.seq}")


def differences(plan: Plan, text: str, adoption: Recorded | None) -> list[Difference]:
    """How the plan in the file differs from the one that was adopted. The same text is not read twice.

    Args:
        plan: the one in the file.
        text: what stands in the file.
        adoption: the last one; None while nothing was adopted.

    Raises:
        InvalidInput: the adopted plan cannot be read.
    """
    if adoption is None or adoption.entry.plan_sha256 == fingerprint(text):
        return []
    return list(differing(adopted_plan(adoption), plan))


def remarks(file: str, found: Sequence[Difference], adoption: Recorded) -> Iterator[str]:
    """What a report says of the differences, on stderr."""
    from ..reports.plan_changes import quiet_change

    text = _("{file} differs from the plan that was adopted on {day} (#{seq}):")
    yield text.format(file=file, day=adoption.entry.on, seq=adoption.seq)
    yield from (f"  {quiet_change(difference)}" for difference in found[:MOST])
    if len(found) > MOST:
        yield "  " + _("and {count} more: `jk check plan`").format(count=len(found) - MOST)
