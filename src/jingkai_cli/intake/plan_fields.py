"""The cells of a row → the fields of a task."""

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
from .step_cells import read_steps
from .unit_cells import Units, looks_like_units

_FULL_DAY = re.compile("[日号]|[0-9][-./][0-9]{1,2}[-./][0-9]|^[0-9]{8}$")

_TEXTS = ("leader", "person", "goal", "category")

_UNITS = ("lead_unit", "responsible", "support_units")


class PlanFields(Struct, frozen=True):
    """Reads the cells of rows into tasks."""

    words: PlanWords

    def fill(self, draft: Draft, row: Row, wanted: Callable[[Cell], bool] = lambda _cell: True) -> None:
        """Give a task all that its row says.

        Args:
            draft: the task.
            row: its row.
            wanted: whether a cell is for this task, and not for those beside it.
        """
        goals = list(filter(wanted, row.all("goal")))
        for name in _TEXTS:
            for cell in filter(wanted, row.all(name)):
                if not self._holds_units(name, cell, row):
                    self.words.text(draft, name, cell, cell.text)
        self._units(draft, row, wanted)
        start, deadline = row.get("start"), row.get("deadline")
        if start and wanted(start):
            draft.start = self.words.account.read(start, lambda cell: self._full_day(cell, row))
        if deadline and wanted(deadline):
            self._deadline(draft, deadline, row)
        self._rest(draft, row, wanted)
        for goal in goals:
            self.words.dated_goal(draft, goal)

    def more(self, draft: Draft, row: Row) -> None:
        """Give a task what a further row says of it: steps, units beside those above, and what it did not say yet."""
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
        """Take the text of a measure in the row of its task: as steps where all of it has dates, else in words."""
        found = read_steps(cell.text, self.words.year)
        header = next((row.header.names[each] for each in row.header.columns["measure"]), "")
        if found.steps and not found.rest:
            self.words.steps(draft, cell, cell.text)
        elif self.words.known.get(plain(header)) == "title" and draft.goal is None:
            self.words.text(draft, "goal", cell, cell.text)
        else:
            self.words.note(draft, cell, cell.text)

    def _rest(self, draft: Draft, row: Row, wanted: Callable[[Cell], bool]) -> None:
        """Remarks, and steps: from cells with steps, periods, or dates and texts apart."""
        for columns in row.header.columns.get("comment", []):
            if (cell := row.at(columns)) and wanted(cell):
                self.words.remark(draft, cell, cell.text, row.header.names[columns])
        if apart := splits_dates(row.header):
            when, what = (row.at(columns) for columns in apart)
            if when and what and (wanted(when) or wanted(what)):
                day = self.words.account.read(when, lambda cell: row.grid.day(cell, self.words.year))
                self._steps(draft, what, day)
            elif (cell := when or what) and wanted(cell):
                self._steps_or_deadline(draft, cell, row)
        else:
            for cell in filter(wanted, row.all("milestones")):
                self._steps_or_deadline(draft, cell, row)
        for period in row.header.periods:
            if (cell := row.at(period.columns)) and wanted(cell):
                self._steps(draft, cell, period.day)

    def _steps_or_deadline(self, draft: Draft, cell: Cell, row: Row) -> None:
        """A cell of steps that is nothing but a date is the deadline where no column has one."""
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
        """The day on which a task starts: a month would be its first day for one reader, its last for another.

        Raises:
            Refused: it is no day.
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
        """Whether a column of persons holds units, in a table that has no column of units."""
        has_units = "lead_unit" in row.header or "responsible" in row.header
        return name == "person" and not has_units and looks_like_units(cell.text)

    def _units(self, draft: Draft, row: Row, wanted: Callable[[Cell], bool]) -> None:
        found = self._read(row, wanted)
        self.words.units(draft, *found, has_lead="lead_unit" in row.header)
        for name, units in zip(_UNITS, found, strict=True):
            self.words.persons(draft, units, next(iter(row.all(name)), None))

    def _read(self, row: Row, wanted: Callable[[Cell], bool]) -> tuple[Units, Units, Units]:
        """The units that lead, that are responsible, and that support."""
        cells = {name: list(filter(wanted, row.all(name))) for name in _UNITS}
        cells["responsible"] += [cell for cell in self._persons(row) if wanted(cell)]
        lead, responsible, support = (self.words.read(self._names(cells[name])) for name in _UNITS)
        return lead, responsible, support

    def _persons(self, row: Row) -> Iterable[Cell]:
        return (cell for cell in row.all("person") if self._holds_units("person", cell, row))

    def _names(self, cells: list[Cell]) -> list[tuple[Cell, str]]:
        for cell in cells:
            if not isinstance(cell.value, str):
                self.words.account.leave(cell, _("a figure, not the name of a unit"))
        return [(cell, cell.text) for cell in cells if isinstance(cell.value, str)]
