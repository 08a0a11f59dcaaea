"""Reads the cells of a table row into the fields of a task."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from msgspec import Struct

from ..errors import Refused
from ..language import _
from .column_headers import plain, splits_dates
from .deadline_cells import Deadline
from .grid import Cell
from .plan_drafts import Draft
from .plan_rows import Row
from .plan_words import PlanWords
from .responsible_units import Units, looks_like_units
from .step_cells import read_steps

_FULL_DAY = re.compile("[日号]|[0-9][-./][0-9]{1,2}[-./][0-9]|^[0-9]{8}$")

_TEXTS = ("leader", "person", "goal", "category")

_UNITS = ("lead_unit", "responsible", "support_units")


class PlanFields(Struct, frozen=True):
    """Fills drafts of tasks from the cells of rows."""

    words: PlanWords

    def fill(self, draft: Draft, row: Row, accepts: Callable[[Cell], bool] = lambda _cell: True) -> None:
        """Fill a task from its row.

        Args:
            draft: the task.
            row: its row.
            accepts: whether a cell is about this task, not about another task in the same rows.
        """
        goals = list(filter(accepts, row.all("goal")))
        for name in _TEXTS:
            for cell in filter(accepts, row.all(name)):
                if not self._holds_units(name, cell, row):
                    self.words.text(draft, name, cell, cell.text)
        self._units(draft, row, accepts)
        start, deadline = row.get("start"), row.get("deadline")
        if start and accepts(start):
            draft.start = self.words.account.read(start, lambda cell: self._full_day(cell, row))
        if deadline and accepts(deadline):
            self._deadline(draft, deadline, row)
        self._rest(draft, row, accepts)
        for goal in goals:
            self.words.dated_goal(draft, goal)

    def more(self, draft: Draft, row: Row) -> None:
        """Add to a task from a further row: steps, support units, remarks, and fields that are still empty."""
        names = (each for each in row.all("id") + row.all("title"))
        self.words.account.use(*(each for each in names if each.label in (draft.id, draft.title)))
        for name in _TEXTS:
            for cell in filter(row.is_own, row.all(name)):
                self.words.text(draft, name, cell, cell.text)
        deadline = row.get("deadline")
        if deadline is None or not row.is_own(deadline):
            lead, responsible, support = self._read(row, row.is_own)
            self.words.support(draft, [*lead.names(), *responsible.names(), *support.names()])
        elif draft.deadline is None:
            self._deadline(draft, deadline, row)
        self._rest(draft, row, row.is_own)

    def measure(self, draft: Draft, cell: Cell, row: Row) -> None:
        """Add the text of a measure to its task: as steps if all of it is dated, else as the goal or a note."""
        found = read_steps(cell.text, self.words.year)
        header = next((row.header.names[each] for each in row.header.columns["measure"]), "")
        if found.steps and not found.rest:
            self.words.steps(draft, cell, cell.text)
        elif self.words.known.get(plain(header)) == "title" and draft.goal is None:
            self.words.text(draft, "goal", cell, cell.text)
        else:
            self.words.note(draft, cell, cell.text)

    def _rest(self, draft: Draft, row: Row, accepts: Callable[[Cell], bool]) -> None:
        """Add remarks and steps. Steps are in cells with steps, in period columns, or in a date and a text column."""
        for columns in row.header.columns.get("comment", []):
            if (cell := row.at(columns)) and accepts(cell):
                self.words.remark(draft, cell, cell.text, row.header.names[columns])
        if date_columns := splits_dates(row.header):
            when, what = (row.at(columns) for columns in date_columns)
            if when and what and (accepts(when) or accepts(what)):
                day = self.words.account.read(when, lambda cell: row.grid.day(cell, self.words.year))
                self._steps(draft, what, day)
            elif (cell := when or what) and accepts(cell):
                self._steps_or_deadline(draft, cell, row)
        else:
            for cell in filter(accepts, row.all("milestones")):
                self._steps_or_deadline(draft, cell, row)
        for period in row.header.periods:
            if (cell := row.at(period.columns)) and accepts(cell):
                self._steps(draft, cell, period.day)

    def _steps_or_deadline(self, draft: Draft, cell: Cell, row: Row) -> None:
        """Add the steps of a cell; in a table without a deadline column, a date alone is the deadline."""
        if "deadline" not in row.header and draft.deadline is None:
            try:
                self.words.deadline(draft, cell, Deadline(row.grid.day(cell, self.words.year)))
            except Refused:
                pass
            else:
                return
        self._steps(draft, cell, None)

    def _steps(self, draft: Draft, cell: Cell, within: date | None) -> None:
        if isinstance(cell.value, str):
            self.words.steps(draft, cell, cell.text, within)
        else:
            self.words.account.leave(cell, _("a figure or a date where a step was expected"))

    def _full_day(self, cell: Cell, row: Row) -> date:
        """The day on which a task starts. A month alone is ambiguous: its first day or its last.

        Raises:
            Refused: there is no full date.
        """
        if isinstance(cell.value, str) and not _FULL_DAY.search(cell.text):
            raise Refused(_("a start needs a day: write it as 2016-03-01"))
        return row.grid.day(cell, self.words.year)

    def _deadline(self, draft: Draft, cell: Cell, row: Row) -> None:
        if isinstance(cell.value, str):
            try:
                row.grid.refuse_half_month(cell.text)
            except Refused as refused:
                self.words.account.leave(cell, str(refused))
            else:
                self.words.deadline_text(draft, cell, cell.text)
            return
        day = self.words.account.read(cell, lambda cell: row.grid.day(cell, self.words.year))
        if day:
            self.words.deadline(draft, cell, Deadline(day))

    def _holds_units(self, name: str, cell: Cell, row: Row) -> bool:
        """Whether a cell in the column of persons has units, in a table without a column of units."""
        has_units = "lead_unit" in row.header or "responsible" in row.header
        return name == "person" and not has_units and looks_like_units(cell.text)

    def _units(self, draft: Draft, row: Row, accepts: Callable[[Cell], bool]) -> None:
        found = self._read(row, accepts)
        self.words.units(draft, *found, has_lead="lead_unit" in row.header)
        for name, units in zip(_UNITS, found, strict=True):
            self.words.persons(draft, units, next(iter(row.all(name)), None))

    def _read(self, row: Row, accepts: Callable[[Cell], bool]) -> tuple[Units, Units, Units]:
        """Read the units that lead, are responsible, and support."""
        cells = {name: list(filter(accepts, row.all(name))) for name in _UNITS}
        cells["responsible"] += [cell for cell in self._persons(row) if accepts(cell)]
        lead, responsible, support = (self.words.read(self._names(cells[name])) for name in _UNITS)
        return lead, responsible, support

    def _persons(self, row: Row) -> Iterable[Cell]:
        return (cell for cell in row.all("person") if self._holds_units("person", cell, row))

    def _names(self, cells: list[Cell]) -> list[tuple[Cell, str]]:
        for cell in cells:
            if not isinstance(cell.value, str):
                self.words.account.leave(cell, _("a figure, not the name of a unit"))
        return [(cell, cell.text) for cell in cells if isinstance(cell.value, str)]
