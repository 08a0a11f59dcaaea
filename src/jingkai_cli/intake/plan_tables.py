"""Reads the tables of an office's plan into drafts of tasks."""

from msgspec import Struct, field

from ..language import _
from .column_headers import Header, HeaderFinder
from .grid import Cell, Grid
from .plan_drafts import LONGEST, Drafts, one_line
from .plan_row_groups import PlanSpans
from .plan_rows import Group, Row, group_of, is_group_text, numbered
from .plan_words import PlanWords
from .unused_cells import Account

_SEARCHED = 15
"""The number of rows in which the first header is looked for."""

_LONGEST_HEADING = 40


class PlanTables(Struct):
    """Reads the tables of a file in order; a table may continue in the next one."""

    finder: HeaderFinder
    words: PlanWords
    spans: PlanSpans
    header: Header | None = None
    groups: list[tuple[Group, int]] = field(default_factory=list)
    """The current headings, each with the number of tasks before it."""

    @property
    def account(self) -> Account:
        """The account of used cells."""
        return self.words.account

    @property
    def drafts(self) -> Drafts:
        """The tasks so far."""
        return self.words.drafts

    def read(self, grid: Grid) -> bool:
        """Read the tasks of a table or a sheet; return False if there is no table of tasks in it."""
        rows = sorted(grid.rows)
        header_row = next((row for row in rows[:_SEARCHED] if self.finder.find(grid, row)), None)
        continues = self.header is not None and max(grid.columns(), default=0) == self.header.width
        continues = continues and len(list(grid.own(rows[0]))) > 1  # and not a title alone
        if header_row is None and not continues:
            return False
        reader = _Table(self, grid, unread=frozenset((each.row, each.column) for each in grid.aside))
        for row in rows:
            if continues or (header_row is not None and row >= header_row):
                reader.take(row)
        reader.close_span()
        return True

    def open_text(self, cell: Cell) -> bool:
        """Use a paragraph before a table as the heading of its tasks; return False if it is not a heading."""
        if not is_group_text(cell) or len(cell.label) > _LONGEST_HEADING or cell.label[-1] in "。：:；;":
            return False
        self.open(group_of(cell))
        return True

    def open(self, group: Group) -> None:
        """Make a heading the current one of its level for the tasks that follow."""
        self.close_groups(group.level)
        self.account.use(group.cell)
        self.groups.append((group, len(self.drafts.tasks)))
        self.spans.current = None

    def close_groups(self, level: int = -1) -> None:
        """End the headings of a level and of deeper ones; a heading without tasks is listed as not used."""
        while self.groups and self.groups[-1][0].level >= level:
            group, before = self.groups.pop()
            if len(self.drafts.tasks) == before:
                self.account.leave(group.cell, _("a heading with no task under it"))

    def category(self) -> str | None:
        """The current headings, joined; None if there are none."""
        return " / ".join(group.text for group, _before in self.groups if not group.is_generic)[:LONGEST] or None


class _Table(Struct):
    """Reads the rows of one table in order. A span is the rows that share a title."""

    tables: PlanTables
    grid: Grid
    span: list[Row] = field(default_factory=list)
    title: Cell | None = None
    unread: frozenset[tuple[int, int]] = frozenset()
    """The places of cells that are struck through or hidden."""
    skipped: int = 0
    """The last row of the latest header."""

    def take(self, number: int) -> None:
        """Read the next row."""
        if number <= self.skipped:
            return
        if header := self.tables.finder.find(self.grid, number):
            self._open_header(header)
        if number <= self.skipped or self.tables.header is None:
            return
        row = Row(self.grid, number, self.tables.header)
        account = self.tables.account
        if row.is_total():
            account.leave_all((cell for _column, cell in row.own()), _("a total, not a task"), "row")
        elif row.is_count():
            account.leave_all((cell for _column, cell in row.own()), _("the numbers of the columns, not a task"), "row")
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
            self.tables.spans.current = None
        self.tables.header = header
        self.skipped = header.last_row
        account.use(*header.cells)
        for cells in header.unknown.values():
            account.leave(cells[-1], _("not a column of a plan"), group="column")

    def _with_parts(self, header: Header) -> Header:
        """Split a title over two columns into `title` and `measure`, if the second column has its own texts."""
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
        why = _("not a column of a plan")
        for column, cell in row.own():
            covers = range(column, self.tables.header.width + 1) if self.tables.header else ()
            if not any(row.header.knows(each) for each in covers if self.grid.cell(row.number, each) is cell):
                self.tables.account.leave(cell, why, group="column")

    def _open_group(self, row: Row, group: Group) -> None:
        self.close_span()
        self.tables.spans.outer = None
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
        if title is None and (row.number, row.header.first("title")) in self.unread:
            cells = [cell for _column, cell in row.own()]
            self.tables.account.leave_all(cells, _("its task is struck through or hidden"), "row")
            return
        if title is None and self._has_other_number(row):
            self.close_span()
            self.tables.spans.current = None
            return
        if title is None or title is self.title or self._is_repeated(row, title):
            self.span.append(row)
            return
        self.close_span()
        if not isinstance(title.value, str):
            self.tables.spans.current = None
            return
        known = [cell for column, cell in row.own() if row.header.knows(column)]
        if "id" in row.header and row.get("id") is None and known == [title] and numbered(title.text) is None:
            why = _("neither a task nor a heading: it has no number, unit or date")
            self.tables.account.leave(title, why)
            return
        self.span, self.title = [row], title

    def _has_other_number(self, row: Row) -> bool:
        """Whether a row without a title has a number of its own: it is another task, whose title is unknown."""
        number, measure = row.get("id"), row.get("measure")
        if number is None or not row.is_own(number) or (measure is not None and row.is_own(measure)):
            return False
        return number.label != (self.tables.spans.current.id if self.tables.spans.current else None)

    def _is_repeated(self, row: Row, title: Cell) -> bool:
        """Whether a row repeats the title of the current task, as on the next page."""
        current = self.tables.spans.current
        before = one_line(self.title.text) if self.title else current.title if current else None
        numbers = [each.get("id") for each in self.span] if self.span else []
        known = {number.label for number in numbers if number} or ({current.id} if current else set())
        number, measure = row.get("id"), row.get("measure")
        is_part = bool(self.span) and measure is not None and row.is_own(measure)
        return before == one_line(title.text) and (is_part or number is None or number.label in known)

    def close_span(self) -> None:
        """Make a task from the current span."""
        span, title, self.span, self.title = self.span, self.title, [], None
        if span and title is None:
            self.tables.spans.continue_task(span)
        elif span and title is not None:
            self.tables.spans.make(span, title, self.tables.category())
