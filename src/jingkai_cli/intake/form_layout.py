"""The layout of a form, and the keys on its hidden sheet that identify each line."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from msgspec import Struct

from ..dates import Period
from ..errors import Refused
from ..kinds.kind import REPORT_TEXTS
from ..language import CATALOGUES, N_, _, speaking
from ..model import Plan, Task
from .grid import Cell, Grid

VERSION = 3

KEYS = "jk"
"""The name of the hidden sheet with the keys."""

_FIGURES = {
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
}

_LEADING = {"id": N_("No."), "title": N_("Task and what to report")}

_AGAIN = {f"{name}_again": title for name, title in _LEADING.items()}
"""The leading columns again, for the second page, which has the texts."""

COLUMNS: Mapping[str, str] = {**_LEADING, **_FIGURES, **_AGAIN, "note": N_("Progress made"), **REPORT_TEXTS}
"""Column → title, in order. Columns up to the last figure are on the first page, the others on the second."""

_KNOWN_OF_2 = {"id": N_("No."), "title": N_("Task"), "content": N_("What to report"), **_FIGURES}

_COLUMNS_OF_2: Mapping[str, str] = {**_KNOWN_OF_2, "note": N_("Progress made"), **REPORT_TEXTS}

_COLUMNS_OF_1: Mapping[str, str] = _KNOWN_OF_2 | {"note": N_("Progress, problems, next steps")}


def _numbered(columns: Mapping[str, str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(columns, 1)}


PLACES: Mapping[str, int] = _numbered(COLUMNS)
"""Column → its number. Indicators and milestones have their names in the column `title`."""

FIGURES_END = PLACES["done_on"]
"""The last column of the page of figures."""

TEXTS = ("note", *REPORT_TEXTS)
"""The columns of texts, by the fields of a report."""

HEADER_ROW = 4

FIRST_ROW = HEADER_ROW + 1

_HEAD_OF_1 = ("jk-form", "id", "plan", "unit", "period", "from", "until")

HEAD = (*_HEAD_OF_1, "heading", "about", "guide", "titles")
"""The names in the first rows of the hidden sheet; the values begin in the second column.

`heading`, `about` and `guide` are the texts above the table, `titles` the column titles, as written. From version 3 on,
there are two guides: one for the page of figures, one for the page of texts, each under the heading.
"""


class Key(Struct, frozen=True):
    """The key of one line: its task, and its indicator or milestone."""

    row: int
    """The row in which the line was written."""
    kind: str
    """`task`, `indicator` or `milestone`."""
    task: str
    name: str
    """The indicator's or the milestone's id; empty for the task itself."""
    label: str
    """The visible title of the line, to detect lines that were changed."""
    last: Decimal | None
    """The total before the period, as known when the form was written."""
    asks: tuple[str, ...]
    """The columns to fill in."""
    number: str
    """The text in the first column; it may be empty in a form of version 1."""


class Printed(Struct, frozen=True):
    """A total before the period as printed in a form, to which a filled-in increment adds."""

    where: str
    task: Task
    name: str
    share: str
    """The unit of the share; empty for an indicator that is not `per_unit`."""
    last: Decimal | None


def identity(plan: Plan, unit: str | None, period: Period) -> str:
    """The prefix of the keys of a form's entries: the same for every form of a unit and a period.

    A form that is written again after a correction thus reports nothing a second time.
    """
    return sha256("\n".join((plan.title, unit or "", period.name)).encode()).hexdigest()[:12]


_FIELDS = 8

_DIGITS = 9


class Keys(Struct, frozen=True):
    """The content of the hidden sheet."""

    identity: str
    plan: str
    unit: str | None
    begins: date
    """The first day of its period."""
    until: date
    """The last day of its period."""
    lines: tuple[Key, ...]
    about: tuple[str, ...] | None
    """The lines above the table, repeated as on the sheet; None in a form of version 1."""
    guides: tuple[str, ...]
    titles: tuple[Mapping[str, str], ...]
    """Column → title. Version 1 does not record the language of a form: one map for each language."""
    places: Mapping[str, int]
    """Column → its number."""

    def cell(self, grid: Grid, row: int, column: str) -> Cell | None:
        """The cell of a form's column in a row; None if it is empty or this version has no such column."""
        return grid.cell(row, self.places[column]) if column in self.places else None


def read_keys(grid: Grid) -> Keys:
    """Read the keys of a form.

    Raises:
        Refused: the sheet was changed, or comes from a newer version of this program.
    """
    texts = {row: [cell.text if (cell := grid.cell(row, c)) else "" for c in range(1, _WIDEST)] for row in grid.rows}
    first = texts.get(1, ["", ""])
    version = first[1] if first[0] == HEAD[0] else ""
    if version.isdecimal() and int(version[:_DIGITS]) > VERSION:
        raise Refused(_("is a form of a newer jk: upgrade this one"))
    names = _HEAD_OF_1 if version == "1" else HEAD
    head = {name: texts[row][1:] for row, name in enumerate(names, 1) if row in texts and texts[row][0] == name}
    changed = Refused(_("its hidden sheet was changed: copy your figures into a new form (`jk form`)"))
    if version not in _COLUMNS_OF or not head.get("id", [""])[0]:
        raise changed
    columns = _COLUMNS_OF[version]
    try:
        lines = tuple(_line(texts[row]) for row in sorted(texts) if row > len(names))
        one = {name: values[0] for name, values in head.items()}
        return Keys(
            one["id"],
            one["plan"],
            one["unit"] or None,
            date.fromisoformat(one["from"]),
            date.fromisoformat(one["until"]),
            lines,
            (one["heading"], one["about"]) * _HEADINGS[version] if names is HEAD else None,
            tuple(filter(None, head.get("guide", []))),
            (dict(zip(columns, head["titles"], strict=False)),) if names is HEAD else tuple(_titles_of_1()),
            _numbered(columns),
        )
    except (KeyError, ValueError, InvalidOperation):
        raise changed from None


_COLUMNS_OF = {"1": _COLUMNS_OF_1, "2": _COLUMNS_OF_2, str(VERSION): COLUMNS}
"""Version → its columns."""

_HEADINGS = {"2": 1, str(VERSION): 2}
"""Version → how often the heading appears above the table."""

_WIDEST = len(COLUMNS) + 2


def _titles_of_1() -> Iterator[Mapping[str, str]]:
    for language in CATALOGUES:
        with speaking(language):
            yield {name: _(title) for name, title in _COLUMNS_OF_1.items()}


def _line(texts: list[str]) -> Key:
    row, kind, task, name, label, last, columns, number = texts[:_FIELDS]
    asked_for = tuple(columns.split())
    if not PLACES.keys() >= {*asked_for}:
        raise ValueError(columns)
    return Key(int(row), kind, task, name, label, Decimal(last) if last else None, asked_for, number)
