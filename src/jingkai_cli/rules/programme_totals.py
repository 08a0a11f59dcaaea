"""Programme totals (汇总指标): the sum of one quantity over the tasks, each reading once however deep it stands."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from ..model import Indicator, Plan, ProgrammeTotal, Task
from ..unit_conversion import convert
from .position import Position
from .status import Judgement, flattened


class Share(NamedTuple):
    """What one indicator brings to a programme total, in the total's unit; None where nothing was reported of it."""

    task: Task
    indicator: Indicator
    value: Decimal | None


class Totalled(NamedTuple):
    """A programme total as of a date."""

    total: ProgrammeTotal
    shares: tuple[Share, ...]
    """Of each indicator that is reported, in the plan's order."""

    @property
    def value(self) -> Decimal | None:
        """The sum of what was reported; None where nothing was."""
        known = [share.value for share in self.shares if share.value is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def missing(self) -> tuple[Share, ...]:
        """The indicators of which nothing was reported: the sum is then "at least" its value."""
        return tuple(share for share in self.shares if share.value is None)


def programme_totals(plan: Plan, judgements: Iterable[Judgement]) -> list[Totalled]:
    """The totals of the plan, in its order, that anything counts towards; `judgements` are of its first level."""
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
    """The indicators that are reported and make one up: itself, or the parts of a sum."""
    if not indicator.sum:
        yield position, indicator
        return
    for part, own in position.summed(indicator.id):
        yield from _reported(part, own)
