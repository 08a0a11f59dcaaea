"""Where a ledger ends, apart from the model: every report prints it, and one that is remembered needs no model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a ledger: the anchor that proves what came before it. An empty ledger has 0 and 64 zeros."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """`#128 3fa9c1…`: short enough for the foot of a page."""
        return f"#{self.seq} {self.hash[:12]}"
