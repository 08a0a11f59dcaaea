"""What the hidden sheet of a form says: whose form it is, of which period, and what each of its lines is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from ...errors import Refused
from ...language import _
from ..grid import Grid
from .layout import FIRST_KEY, HEAD, VERSION, Key

_FIELDS = 7
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Keys:
    """A form's own account of itself."""

    identity: str
    plan: str
    unit: str | None
    until: date
    """The last day of its period."""
    lines: tuple[Key, ...]


def read_keys(grid: Grid) -> Keys:
    """The keys of a form.

    Raises:
        Refused: the sheet was changed, or comes from a newer version of this program.
    """
    head = {
        name: cell.text if (cell := grid.cell(row, 2)) else ""
        for row, name in enumerate(HEAD, 1)
        if (first := grid.cell(row, 1)) and first.text == name
    }
    version = head.get(HEAD[0], "")
    if version.isdecimal() and int(version[:_DIGITS]) > VERSION:
        raise Refused(_("is a form of a newer jk: update this one"))
    changed = Refused(_("its hidden sheet was changed: copy what was filled in into a fresh form (`jk form`)"))
    if version != str(VERSION) or not head.get("id"):
        raise changed
    try:
        lines = tuple(_lines(grid))
        return Keys(head["id"], head["plan"], head["unit"] or None, date.fromisoformat(head["until"]), lines)
    except (KeyError, ValueError, InvalidOperation):
        raise changed from None


def _lines(grid: Grid) -> Iterator[Key]:
    for row in sorted(grid.rows):
        if row >= FIRST_KEY:
            number, kind, task, name, label, last, asks = (
                cell.text if (cell := grid.cell(row, column)) else "" for column in range(1, _FIELDS + 1)
            )
            yield Key(int(number), kind, task, name, label, Decimal(last) if last else None, tuple(asks.split()))
