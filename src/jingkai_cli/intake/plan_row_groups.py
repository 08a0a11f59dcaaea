"""Makes a task, with its sub-tasks, from the rows of a plan table that share a title."""

import re

from msgspec import Struct

from ..language import _
from .grid import Cell
from .plan_drafts import LONGEST, Draft, one_line
from .plan_fields import PlanFields
from .plan_rows import Numbered, Row, numbered, numbered_id
from .plan_words import PlanWords

_HAN_NUMBER = re.compile("[一二三四五六七八九十]+")

_AMONG = re.compile(r"^\s*其中[:：]")
"""其中：一期 is a sub-task of the task above."""

_OF_A_PART = ("id", "lead_unit", "responsible", "support_units", "person", "deadline", "milestones", "leader", "start")
"""The fields that a sub-task may have in its row besides its text; a line of a list has none of them."""


class PlanSpans(Struct):
    """Makes tasks from spans. A span is the rows that share a title."""

    words: PlanWords
    current: Draft | None = None
    """The task to which a row without a title belongs."""
    outer: Draft | None = None
    """The task with a number such as 一 that has the tasks 1, 2 as sub-tasks."""
    inside: Draft | None = None
    """After 其中：, the task that has the following ones without a number as sub-tasks."""
    last_level: int = 0
    """The level of the number of the last top-level task: 0 for 1, 1 for （1）."""

    def make(self, span: list[Row], title: Cell, category: str | None) -> None:
        """Make a task, or by its number a sub-task of an earlier one."""
        number = numbered_id(span[0].get("id")) or numbered(one_line(title.text))
        parent = self._parent(number, span[0])
        if number is not None:
            self.inside = None
        elif _AMONG.match(title.text) and self.words.drafts.tasks and self.current:
            parent = self.inside = self.words.drafts.tasks[-1]
        elif self.inside is not None and self.current and _is_further_subtask(span[0]):
            parent = self.inside
        else:
            self.inside = None
        draft = self._draft(title, span, number, parent)
        if draft is None:
            return
        draft.category = None if parent else category
        if parent is None:
            self.last_level = number.level if number else 0
            self.outer = draft if number and _HAN_NUMBER.fullmatch(number.number) else None
        self.current = draft
        self.words.account.use(*(row.get("title") for row in span))
        if parts := self._parts(span):
            shared = _shared(span)
            PlanFields(self.words).fill(draft, span[0], lambda cell: id(cell) in shared)
            for measure, rows in parts:
                self._part(draft, rows, measure, shared)
        else:
            self._fill(draft, span, title)

    def continue_task(self, span: list[Row]) -> None:
        """Add rows without a title, at the top of a table, to the task before."""
        draft = self.current
        if draft is None:
            return
        for row in span:
            self._set_owner(draft, row)
            measure = row.get("measure")
            if draft.subtasks and measure and row.is_own(measure):
                self._part(draft, [row], measure, frozenset())
            else:
                PlanFields(self.words).more(draft, row)

    def _parent(self, number: Numbered | None, row: Row) -> Draft | None:
        """The parent of a task by its number: 1 for 1.1, the task before for （1）; None if it has none."""
        if number is None:
            return None
        drafts = self.words.drafts
        if "." in number.number:
            return drafts.numbers.get(number.number.rpartition(".")[0])
        if number.level == 1:
            last = drafts.tasks[-1] if drafts.tasks and self.current and self.last_level == 0 else None
            return last.subtasks[-1] if last and last is self.outer and last.subtasks else last
        return self.outer if row.get("id") and number.number.isdecimal() else None

    def _draft(self, title: Cell, span: list[Row], number: Numbered | None, parent: Draft | None) -> Draft | None:
        """Add a task and return it; None if the title is taken."""
        account, drafts = self.words.account, self.words.drafts
        text = _without_number(one_line(title.text), number)
        if same_titled := drafts.same_title(text[:LONGEST], parent):
            why = _("a task with this title is there already: {id}").format(id=same_titled.id)
            for row in span:
                account.leave_all((cell for _column, cell in row.own()), why, "row")
            return None
        several = len({id(cell) for row in span if (cell := row.get("id"))}) > 1 and bool(self._parts(span))
        draft = Draft("", text[:LONGEST], account.place(title))
        draft.id = self._id(None if several else span[0].get("id"), None if several else number, parent)
        drafts.add(draft, parent)
        if number is not None and (parent is None or "." in number.number):
            drafts.numbers[number.number] = draft
        account.use(title)
        if len(text) > LONGEST:
            account.leave(title, _("longer than {longest} characters: cut").format(longest=LONGEST))
        for row in span:
            self._set_owner(draft, row)
        return draft

    def _id(self, cell: Cell | None, number: Numbered | None, parent: Draft | None) -> str:
        """The id of a task: its number in the table if that is free, else the next free number."""
        drafts = self.words.drafts
        self.words.account.use(cell)
        number_wanted = number.number if number else ""
        if parent is not None and number_wanted:
            number_wanted = f"{parent.id}.{number_wanted.rpartition('.')[2]}"
        given = drafts.free_id(number_wanted) or drafts.next_id(parent)
        renumbered = number is not None and "." in number.number and given != number.number
        if cell is not None and (given != number_wanted or renumbered):
            text = _("{found} cannot be the id of a task, or is one already: {id} is used")
            self.words.account.leave(cell, text.format(found=cell.label, id=given))
        return given

    def _parts(self, span: list[Row]) -> list[tuple[Cell, list[Row]]]:
        """The text cell and the rows of each sub-task; empty if the rows are not sub-tasks."""
        parts: list[tuple[Cell, list[Row]]] = []
        for row in span:
            measure = row.get("measure")
            if measure and not (parts and parts[-1][0] is measure):
                parts.append((measure, [row]))
            elif parts:
                parts[-1][1].append(row)
        shared = _shared(span)
        cells = (cell for row in span for name in _OF_A_PART for cell in row.all(name))
        return parts if len(parts) > 1 and any(id(cell) not in shared for cell in cells) else []

    def _part(self, parent: Draft, rows: list[Row], measure: Cell, shared: frozenset[int]) -> None:
        """Add a sub-task from the rows of one measure."""
        account, drafts, fields = self.words.account, self.words.drafts, PlanFields(self.words)
        cell = rows[0].get("id")
        cell = None if cell is None or id(cell) in shared or not rows[0].is_own(cell) else cell
        number = numbered_id(cell) or numbered(one_line(measure.text))
        text = _without_number(one_line(measure.text), number)
        if same_titled := drafts.same_title(text[:LONGEST], parent):
            account.leave(measure, _("a task with this title is there already: {id}").format(id=same_titled.id))
            return
        part = Draft("", text[:LONGEST], account.place(measure))
        part.id = self._id(cell, number, parent)
        drafts.add(part, parent)
        account.use(measure)
        if len(text) > LONGEST:
            account.leave(measure, _("longer than {longest} characters: cut").format(longest=LONGEST))
        for row in rows:
            self._set_owner(part, row)
        fields.fill(part, rows[0], lambda cell: id(cell) not in shared)
        for row in rows[1:]:
            fields.more(part, row)
        self.words.deadline_within(part, part.title)

    def _fill(self, draft: Draft, span: list[Row], title: Cell) -> None:
        """Fill a task without sub-tasks from its rows; its measures become steps, the goal or notes."""
        fields = PlanFields(self.words)
        fields.fill(draft, span[0])
        for row in span[1:]:
            fields.more(draft, row)
        measures = {id(cell): cell for row in span for cell in row.all("measure") if cell is not title}
        for measure in measures.values():
            fields.measure(draft, measure, span[0])
        self.words.deadline_within(draft, draft.goal, draft.title, *draft.notes)

    def _set_owner(self, draft: Draft, row: Row) -> None:
        place = self.words.account.number(row.grid)
        self.words.drafts.owners[place, row.number] = draft


def _is_further_subtask(row: Row) -> bool:
    """Whether a row without a number is a further sub-task: the table has numbers, or the row has no units."""
    return "id" in row.header or not any(row.all(name) for name in ("lead_unit", "responsible"))


def _without_number(text: str, number: Numbered | None) -> str:
    """Return a title without the number in front of it, if that is the number of the task."""
    found = numbered(text)
    text = _AMONG.sub("", text) or text
    if found and (number is None or found.number == number.number or found.level == number.level):
        return text[found.length :].strip(" 、.．") or text
    return text


def _shared(span: list[Row]) -> frozenset[int]:
    """The id() of each cell that is about the whole task, not a sub-task: it is merged over all rows.

    If nothing is merged, as in a CSV, a cell with nothing below it is about the whole task.
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
