"""The layout of a form, and the keys on its hidden sheet that identify each line."""

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
"""The name of the hidden sheet with the keys."""

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
"""Column → title, in order."""

PLACES = {name: number for number, name in enumerate(COLUMNS, 1)}

HEADER_ROW = 4

FIRST_ROW = HEADER_ROW + 1

YES, NO = N_("yes"), N_("no")

HEAD = ("jk-form", "id", "plan", "unit", "period", "from", "until")
"""The names in the first lines of the hidden sheet; the values are in the second column."""

FIRST_KEY = len(HEAD) + 1
"""The line of the hidden sheet with the first key."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one line: its task, and its indicator or milestone."""

    row: int
    kind: str
    """`task`, `indicator` or `milestone`."""
    task: str
    name: str
    """The indicator's or the milestone's id; empty for the task itself."""
    label: str
    """The visible title of the line, to detect lines that were moved."""
    last: Decimal | None
    """The total before the period, as of the day on which the form was written."""
    asks: tuple[str, ...]
    """The columns to fill in."""


def identity(plan: Plan, unit: str | None, period: Period) -> str:
    """The prefix of the keys of a form's entries: the same for every form of a unit and a period.

    So a form that is written again after a correction does not report everything a second time.
    """
    return sha256("\n".join((plan.title, unit or "", period.name)).encode()).hexdigest()[:12]


_FIELDS = 7

_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Keys:
    """The content of the hidden sheet."""

    identity: str
    plan: str
    unit: str | None
    until: date
    """The last day of its period."""
    lines: tuple[Key, ...]


def read_keys(grid: Grid) -> Keys:
    """Read the keys of a form.

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
