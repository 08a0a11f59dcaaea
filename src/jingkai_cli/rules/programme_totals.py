"""Programme totals (汇总指标): the sum of one quantity over the tasks, with each reading counted once at any level."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from ..model import Indicator, Plan, ProgrammeTotal, Task
from ..unit_conversion import convert
from .position import Position
from .status import Judgement, flattened


class Share(NamedTuple):
    """What one indicator adds to a programme total, in the unit of the total; None if nothing was reported."""

    task: Task
    indicator: Indicator
    value: Decimal | None


class Totalled(NamedTuple):
    """A programme total as of a date."""

    total: ProgrammeTotal
    shares: tuple[Share, ...]
    """The shares of all indicators that are reported, in the plan's order."""

    @property
    def value(self) -> Decimal | None:
        """The sum of the reported values; None if there are none."""
        known = [share.value for share in self.shares if share.value is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def missing(self) -> tuple[Share, ...]:
        """The shares of which nothing was reported: if there are any, the sum is "at least" its value."""
        return tuple(share for share in self.shares if share.value is None)


def programme_totals(plan: Plan, judgements: Iterable[Judgement]) -> list[Totalled]:
    """The totals of the plan that any indicator counts towards, in its order; `judgements` are of the first level."""
    positions = [judgement.position for judgement in flattened(judgements)] if plan.totals else []
    found = []
    for total in plan.totals:
        shares: dict[tuple[str, str], Share] = {}
        for position in positions:
            for indicator in position.task.indicators:
                if indicator.total == total.id:
                    for part, own in _reported(position, indicator):
                        read = part.facts.total(own.id)
                        value = None if read is None else convert(read, own.unit, total.unit)
                        shares.setdefault((part.task.id, own.id), Share(part.task, own, value))
        if shares:
            found.append(Totalled(total, tuple(shares.values())))
    return found


def _reported(position: Position, indicator: Indicator) -> Iterator[tuple[Position, Indicator]]:
    """Yield the reported indicators behind an indicator: itself, or the parts of its sum."""
    if not indicator.sum:
        yield position, indicator
        return
    for part, own in position.summed(indicator.id):
        yield from _reported(part, own)
