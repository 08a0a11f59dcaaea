"""Where everything stands in a form, for who writes it and for who reads it; a change here is a new `VERSION`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from ...dates import Period
from ...language import N_
from ...model import Plan

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
