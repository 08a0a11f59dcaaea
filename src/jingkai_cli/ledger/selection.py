"""Which entries of a ledger are asked for."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries `entries` gives: all of them where a field is None. Dates are `on`, both ends included."""

    tasks: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None
    unit: str | None = None
    after_seq: int = 0
    until_seq: int | None = None
    last: int | None = None
    """Only the last so many, still in the order of their numbers."""
    dated: bool = False
    """Ordered by the dates that they speak about, and by number where they speak about one date."""


ALL = Selection()
"""Every entry."""
