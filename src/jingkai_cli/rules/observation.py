"""Monthly observation (月观摩): the mean of the judges' scores, and the ranking of the units."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..kinds.life import Score


def mean(scores: Iterable[Score]) -> float | None:
    """The mean of all judges; None where nobody scored."""
    values = [score.value for score in scores]
    return float(sum(values, Decimal(0)) / len(values)) if values else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place in the ranking of a month."""

    rank: int
    """Units with the same mean share a place, and the next one is left free: 1, 1, 3."""
    unit: str
    judges: int
    mean: float
    """Of all judges, to two decimals: what is printed alike is ranked alike."""


def ranking(scores: Iterable[Score], month: str) -> list[Standing]:
    """The units that were scored for a month, best first; ties in the order of their names."""
    of_unit: dict[str, list[Score]] = {}
    for score in scores:
        if score.month == month:
            of_unit.setdefault(score.unit, []).append(score)
    means = {unit: round(mean(those) or 0.0, 2) for unit, those in of_unit.items()}
    ordered = sorted(means, key=lambda unit: (-means[unit], unit))
    return [
        Standing(1 + sum(other > means[unit] for other in means.values()), unit, len(of_unit[unit]), means[unit])
        for unit in ordered
    ]
