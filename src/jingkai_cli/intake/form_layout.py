"""The layout of a form, and the hidden keys by which a filled-in one is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from ..dates import Period
from ..errors import Refused
from ..language import N_, _
from ..model import Plan
from .grid import Grid

VERSION = 1

KEYS = "jk"
"""The sheet that nobody sees: what each line of the form is about."""

COLUMNS: Mapping[str, str] = {
    "id": N_("No."),
    "title": N_("Task"),
    "content": N_("What to report"),
    "measure": N_("Measured in"),
    "target": N_("Target"),
    "deadline": N_("Deadline"),
    "planned_within": N_("Planned in this period"),
    "planned_by": N_("Planned by its end"),
    "last": N_("Total before"),
    "added": N_("In this period"),
    "total": N_("Total to date"),
    "done": N_("Done?"),
    "done_on": N_("Done on"),
    "note": N_("Progress, problems, next steps"),
}
"""The columns in their order, and their titles."""

PLACES = {name: number for number, name in enumerate(COLUMNS, 1)}

HEADER_ROW = 4

FIRST_ROW = HEADER_ROW + 1

YES, NO = N_("yes"), N_("no")

HEAD = ("jk-form", "id", "plan", "unit", "period", "from", "until")
"""What the first lines of the hidden sheet say, each with its value beside it."""

FIRST_KEY = len(HEAD) + 1
"""The line of the hidden sheet with which the lines of the form begin."""


@dataclass(frozen=True, slots=True)
class Key:
    """What one line of a form is about, as the hidden sheet says it."""

    row: int
    kind: str
    """`task`, `indicator` or `milestone`."""
    task: str
    name: str
    """The indicator's or the milestone's id; empty for the task itself."""
    label: str
    """What stands in the line for people: a line that was moved does not match."""
    last: Decimal | None
    """The total before, as it was when the form was made."""
    asks: tuple[str, ...]
    """The columns that may be filled in."""


def identity(plan: Plan, unit: str | None, period: Period) -> str:
    """What a form's entries are named by: the same unit's form for the same period is the same form.

    So a form that was made anew after a correction does not report everything a second time.
    """
    return sha256("\n".join((plan.title, unit or "", period.name)).encode()).hexdigest()[:12]


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
        raise Refused(_("is a form of a newer jk: upgrade this one"))
    changed = Refused(_("its hidden sheet was changed: copy your figures into a new form (`jk form`)"))
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
