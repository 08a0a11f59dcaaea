"""Tables of an office's plan → drafts of tasks."""

import re
from dataclasses import dataclass, field

from ..language import _
from .account import Account
from .column_headers import Header, HeaderFinder
from .grid import Cell, Grid
from .plan_drafts import LONGEST, Draft, Drafts, one_line
from .plan_fields import PlanFields
from .plan_rows import Group, Numbered, Row, group_of, is_group_text, numbered, numbered_id
from .plan_words import PlanWords

_SEARCHED = 15
"""Rows from the top among which the first header is looked for."""

_LONGEST_HEADING = 40

_HAN_NUMBER = re.compile("[一二三四五六七八九十]+")

_OF_A_PART = ("id", "lead_unit", "responsible", "support_units", "person", "deadline", "milestones", "leader", "start")
"""What a sub-task has in its row beside its text; a line of a list has none of it."""


@dataclass(slots=True)
class PlanTables:
    """Reads the tables of a file one after the other: one may go on in the next."""

    finder: HeaderFinder
    words: PlanWords
    header: Header | None = None
    current: Draft | None = None
    """The task to which a row without a title belongs."""
    groups: list[tuple[Group, int]] = field(default_factory=list)
    """The headings that hold now, and how many tasks there were before each."""

    @property
    def account(self) -> Account:
        """Which cells were used."""
        return self.words.account

    @property
    def drafts(self) -> Drafts:
        """The tasks so far."""
        return self.words.drafts

    @property
    def fields(self) -> PlanFields:
        """Reads the cells of a row."""
        return PlanFields(self.words)

    def read(self, grid: Grid) -> bool:
        """Read the tasks of a table or a sheet; False where there is no table of tasks in it."""
        rows = sorted(grid.rows)
        begins = next((row for row in rows[:_SEARCHED] if self.finder.find(grid, row)), None)
        goes_on = self.header is not None and max(grid.columns(), default=0) == self.header.width
        if begins is None and not goes_on:
            return False
        if begins is not None and begins > min(rows, default=0):
            self.current = None
        reader = _Table(self, grid, next(n for n, each in enumerate(self.account.grids) if each is grid))
        for row in rows:
            if begins is None or row >= begins:
                reader.take(row)
        reader.close_span()
        return True

    def open_text(self, cell: Cell) -> bool:
        """Take a paragraph before a table as the heading over its tasks; False where it is none."""
        if not is_group_text(cell) or len(cell.label) > _LONGEST_HEADING or cell.label[-1] in "。：:；;":
            return False
        self.open(group_of(cell))
        return True

    def open(self, group: Group) -> None:
        """Let a heading hold for the tasks that follow."""
        self.close_groups(group.level)
        self.account.use(group.cell)
        self.groups.append((group, len(self.drafts.tasks)))
        self.current = None

    def close_groups(self, level: int = -1) -> None:
        """End the headings of a level and below; one without a task under it was none."""
        while self.groups and self.groups[-1][0].level >= level:
            group, before = self.groups.pop()
            if len(self.drafts.tasks) == before:
                self.account.leave(group.cell, _("a heading with no task under it"))

    def category(self) -> str | None:
        """The headings that hold now."""
        return " / ".join(group.text for group, _before in self.groups if not group.is_generic)[:LONGEST] or None


@dataclass(slots=True)
class _Table:
    """Goes down the rows of one table. A span is the rows that have one title."""

    tables: PlanTables
    grid: Grid
    place: int
    """The number of the table in its file."""
    span: list[Row] = field(default_factory=list)
    title: Cell | None = None
    skipped: int = 0
    """The last row of the header that was read last."""
    outer: Draft | None = None
    """The task with a number such as 一 under which those with 1, 2 stand."""
    last_level: int = 0
    """How the last task at the top is numbered: 0 for 1, 1 for （1）."""

    def take(self, number: int) -> None:
        """Take the next row."""
        if number <= self.skipped:
            return
        if header := self.tables.finder.find(self.grid, number):
            self._open_header(header)
        if number <= self.skipped or self.tables.header is None:
            return
        row = Row(self.grid, number, self.tables.header)
        account = self.tables.account
        if row.is_total():
            account.leave_all((cell for _column, cell in row.own()), _("a sum, and no task"), "row")
        elif row.is_note():
            account.leave_all((cell for _column, cell in row.own()), _("a note under the table"), "row")
        elif group := row.heading():
            self._open_group(row, group)
        else:
            self._take_row(row)

    def _open_header(self, header: Header) -> None:
        before, account = self.tables.header, self.tables.account
        header = self._with_parts(header)
        if before is None or (before.columns, before.periods) != (header.columns, header.periods):
            self.close_span()
            self.tables.current = None
        self.tables.header = header
        self.skipped = header.last_row
        account.use(*header.cells)
        for cells in header.unknown.values():
            account.leave(cells[-1], _("no field of a plan"), group="column")

    def _with_parts(self, header: Header) -> Header:
        """A title over two columns, of which the second has its own texts, is over tasks and their parts."""
        columns = header.columns["title"][0]
        if len(columns) > 1 and "measure" not in header.columns:
            for row in (row for row in self.grid.rows if row > header.last_row):
                first, second = (self.grid.cell(row, column) for column in columns[:2])
                if first and second and first is not second:
                    title, parts = columns[:1], columns[1:]
                    header.columns |= {"title": [title], "measure": [parts]}
                    header.names |= {title: header.names[columns], parts: header.names[columns]}
                    break
        return header

    def _leave_unknown(self, row: Row) -> None:
        why = _("no field of a plan")
        for column, cell in row.own():
            covers = range(column, self.tables.header.width + 1) if self.tables.header else ()
            if not any(row.header.knows(each) for each in covers if self.grid.cell(row.number, each) is cell):
                self.tables.account.leave(cell, why, group="column")

    def _open_group(self, row: Row, group: Group) -> None:
        self.close_span()
        self.outer = None
        self._leave_unknown(row)
        self.tables.account.use(row.get("id"))
        if len(group.text) > LONGEST:
            text = _("longer than {longest} characters").format(longest=LONGEST)
            self.tables.account.leave(group.cell, text)
        else:
            self.tables.open(group)

    def _take_row(self, row: Row) -> None:
        self._leave_unknown(row)
        title = row.get("title")
        if title is None or title is self.title or self._is_repeated(row, title):
            self.span.append(row)
            return
        self.close_span()
        known = [cell for column, cell in row.own() if row.header.knows(column)]
        if "id" in row.header and row.get("id") is None and known == [title] and numbered(title.text) is None:
            why = _("neither a task nor a heading: it has no number, no unit and no date")
            self.tables.account.leave(title, why)
            return
        self.span, self.title = [row], title

    def _is_repeated(self, row: Row, title: Cell) -> bool:
        """Whether a table writes the title of a task again, as on the next page."""
        current = self.tables.current
        before = one_line(self.title.text) if self.title else current.title if current else None
        numbers = [each.get("id") for each in self.span] if self.span else []
        known = {number.label for number in numbers if number} or ({current.id} if current else set())
        number = row.get("id")
        return before == one_line(title.text) and (number is None or number.label in known)

    def close_span(self) -> None:
        """Make a task of the rows that have one title."""
        span, title, self.span, self.title = self.span, self.title, [], None
        if span and title is None:
            self._go_on(span)
        if not span or title is None:
            return
        number = numbered_id(span[0].get("id")) or numbered(one_line(title.text))
        parent = self._parent(number, span[0])
        draft = self._draft(title, span, number, parent)
        if draft is None:
            return
        if parent is None:
            self.last_level = number.level if number else 0
            self.outer = draft if number and _HAN_NUMBER.fullmatch(number.number) else None
        self.tables.current = draft
        if parts := self._parts(span):
            shared = self._shared(span)
            self.tables.fields.fill(draft, span[0], lambda cell: id(cell) in shared)
            for measure, rows in parts:
                self._part(draft, rows, measure, shared)
        else:
            self._fill(draft, span, title)

    def _go_on(self, span: list[Row]) -> None:
        """Rows without a title at the top of a table belong to the task before."""
        draft = self.tables.current
        if draft is None:
            return
        for row in span:
            self._own(draft, row)
            measure = row.get("measure")
            if draft.subtasks and measure and row.is_own(measure):
                self._part(draft, [row], measure, frozenset())
            else:
                self.tables.fields.more(draft, row)

    def _parent(self, number: Numbered | None, row: Row) -> Draft | None:
        """The task of which another one is a part by its number: 1.1 of 1, （1） of the one before."""
        if number is None:
            return None
        drafts = self.tables.drafts
        if "." in number.number:
            above = number.number.rpartition(".")[0]
            return next((draft for draft in drafts.every() if draft.id == above), None)
        if number.level == 1:
            last = drafts.tasks[-1] if drafts.tasks and self.tables.current and self.last_level == 0 else None
            return last.subtasks[-1] if last and last is self.outer and last.subtasks else last
        return self.outer if row.get("id") and number.number.isdecimal() else None

    def _draft(self, title: Cell, span: list[Row], number: Numbered | None, parent: Draft | None) -> Draft | None:
        """A new task; None where there is one of that title already."""
        account, drafts = self.tables.account, self.tables.drafts
        siblings = parent.subtasks if parent else drafts.tasks
        text = _without_number(one_line(title.text), number)
        if there := drafts.same_title(text[:LONGEST], siblings):
            why = _("a task with this title is there already: {id}").format(id=there.id)
            for row in span:
                account.leave_all((cell for _column, cell in row.own()), why, "row")
            return None
        several = len({id(cell) for row in span if (cell := row.get("id"))}) > 1 and bool(self._parts(span))
        draft = Draft("", text[:LONGEST], account.place(title), category=self.tables.category())
        draft.id = self._id(None if several else span[0].get("id"), None if several else number, parent)
        siblings.append(draft)
        account.use(title)
        if len(text) > LONGEST:
            account.leave(title, _("longer than {longest} characters: cut there").format(longest=LONGEST))
        for row in span:
            self._own(draft, row)
        return draft

    def _id(self, cell: Cell | None, number: Numbered | None, parent: Draft | None) -> str:
        """The number in the table where it is one that no task has yet; else the next that is free."""
        drafts = self.tables.drafts
        self.tables.account.use(cell)
        wanted = number.number if number else ""
        if parent is not None and "." not in wanted:
            wanted = f"{parent.id}.{wanted}"
        given = drafts.free_id(wanted) or drafts.next_id(parent)
        if cell is not None and given != wanted:
            text = _("{found} cannot be the id of a task, or is one already: {id} is used")
            self.tables.account.leave(cell, text.format(found=cell.label, id=given))
        return given

    def _parts(self, span: list[Row]) -> list[tuple[Cell, list[Row]]]:
        """The rows of each sub-task; none where the rows are no sub-tasks."""
        parts: list[tuple[Cell, list[Row]]] = []
        for row in span:
            measure = row.get("measure")
            if measure and not (parts and parts[-1][0] is measure):
                parts.append((measure, [row]))
            elif parts:
                parts[-1][1].append(row)
        shared = self._shared(span)
        cells = (cell for row in span for name in _OF_A_PART for cell in row.all(name))
        return parts if len(parts) > 1 and any(id(cell) not in shared for cell in cells) else []

    def _shared(self, span: list[Row]) -> frozenset[int]:
        """The cells that hold for the task as a whole, and not for a part of it: they are merged over its rows.

        Where nothing is merged, as in a CSV, a cell with nothing below it holds for all.
        """
        title = span[0].get("title")
        merges = any(row.get("title") is title for row in span[1:])
        shared: set[int] = set()
        for name in span[0].header.columns:
            for columns in span[0].header.columns[name]:
                cells = [row.at(columns) for row in span]
                first, below = cells[0], cells[1:]
                if first and all(cell is first if merges else cell in (None, first) for cell in below):
                    shared.add(id(first))
        return frozenset(shared)

    def _part(self, parent: Draft, rows: list[Row], measure: Cell, shared: frozenset[int]) -> None:
        """A sub-task, of the rows that belong to one measure."""
        account, drafts, fields = self.tables.account, self.tables.drafts, self.tables.fields
        cell = rows[0].get("id")
        cell = None if cell is None or id(cell) in shared or not rows[0].is_own(cell) else cell
        number = numbered_id(cell) or numbered(one_line(measure.text))
        text = _without_number(one_line(measure.text), number)
        if there := drafts.same_title(text[:LONGEST], parent.subtasks):
            account.leave(measure, _("a task with this title is there already: {id}").format(id=there.id))
            return
        part = Draft("", text[:LONGEST], account.place(measure))
        part.id = self._id(cell, number, parent)
        parent.subtasks.append(part)
        account.use(measure)
        if len(text) > LONGEST:
            account.leave(measure, _("longer than {longest} characters: cut there").format(longest=LONGEST))
        for row in rows:
            self._own(part, row)
        fields.fill(part, rows[0], lambda cell: id(cell) not in shared)
        for row in rows[1:]:
            fields.more(part, row)
        self.tables.words.deadline_within(part, part.title)

    def _fill(self, draft: Draft, span: list[Row], title: Cell) -> None:
        """A task without parts: its rows, and its measures as steps, as its goal, or as notes."""
        fields = self.tables.fields
        fields.fill(draft, span[0])
        for row in span[1:]:
            fields.more(draft, row)
        measures = {id(cell): cell for row in span for cell in row.all("measure") if cell is not title}
        for measure in measures.values():
            fields.measure(draft, measure, span[0])
        self.tables.words.deadline_within(draft, draft.goal, draft.title, *draft.notes)

    def _own(self, draft: Draft, row: Row) -> None:
        self.tables.drafts.owners[self.place, row.number] = draft


def _without_number(text: str, number: Numbered | None) -> str:
    """A title without the number in front of it, where that is the number of the task."""
    said = numbered(text)
    if said and (number is None or said.number == number.number or said.level == number.level):
        return text[said.length :].strip(" 、.．") or text
    return text
