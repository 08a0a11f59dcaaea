"""The last entry of a ledger: the one question that is asked without what reads entries."""

from collections.abc import Callable, Sequence
from typing import Any


def last(rows: Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]) -> tuple[int, str] | None:
    """The number and the hash of a ledger's last entry; None where there is none."""
    found = rows("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1", ())
    return (found[0][0], found[0][1]) if found else None
