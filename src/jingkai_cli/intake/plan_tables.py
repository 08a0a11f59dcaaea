"""Tables of an office's plan → drafts of tasks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..dates import leading_date
from ..errors import Finding, Refused
from ..language import _
from .grid import Cell, Grid
from .text_files import fault

NAMES: Mapping[str, frozenset[str]] = {
    field: frozenset(titles.split())
    for field, titles in {
        "id": "序号 编号 任务编号 号 No. No",
        "title": "工作任务 重点工作 重点任务 任务名称 工作名称 项目名称 目标任务 任务 重点工作任务 主要任务 工作内容",
        "leader": "牵头领导 责任领导 分管领导 包联领导 牵头区领导 责任区领导",
        "lead_unit": "牵头单位 牵头部门 主办单位 牵头责任单位 主责单位",
        "support_units": "责任单位 责任部门 配合单位 协办单位 责任配合单位 责任单位配合单位 配合部门 参与单位",
        "deadline": "完成时限 完成时间 时限 时限要求 办结时限 完成期限 时间要求 计划完成时间",
        "milestones": "节点目标 阶段目标 阶段性目标 时间节点 时间节点安排 节点任务 节点计划 节点安排 推进节点 工作节点",
    }.items()
}
"""Field → the headers that mean it, without blanks, brackets and slashes."""

_BESIDE = re.compile(r"[\s()/、::,.与和及*]")

_SEARCHED = 15
"""Rows from the top among which a header is looked for."""

_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a table is, and which column is what."""

    last_row: int
    columns: Mapping[str, int]
    unknown: Mapping[int, str]
    """Columns that are no field of a plan, with their titles."""


def find_header(grid: Grid) -> Header | None:
    """The header of a plan table: the first row with the task and one more; None where there is none.

    A header of two rows, where 牵头单位 and 责任单位 stand under one title, is read from its lower row.
    """
    for row in sorted(grid.rows)[:_SEARCHED]:
        fields = _fields(grid, row)
        if "title" in fields.values() and len(set(fields.values())) >= _ENOUGH:
            below = _fields(grid, row + 1)
            two = len(set(below.values())) >= _ENOUGH and "title" in below.values()
            return _header(grid, row + 1 if two else row)
    return None


def _header(grid: Grid, row: int) -> Header:
    columns: dict[str, int] = {}
    unknown: dict[int, str] = {}
    fields = _fields(grid, row)
    for column in _columns(grid):
        cell = grid.cell(row, column)
        if column in fields and fields[column] not in columns:
            columns[fields[column]] = column
        elif cell is not None:
            unknown[column] = cell.label
    return Header(row, columns, unknown)


def _columns(grid: Grid) -> list[int]:
    return sorted({column for cells in grid.rows.values() for column in cells})


def _fields(grid: Grid, row: int) -> dict[int, str]:
    """Column → field, for the titles of a row that are known."""
    found: dict[int, str] = {}
    for column in _columns(grid):
        cell = grid.cell(row, column)
        name = _field(cell.label) if cell else None
        if name is not None:
            found[column] = name
    return found


def _field(title: str) -> str | None:
    narrow = _BESIDE.sub("", title.translate(str.maketrans("（）／：，", "()/:,")))
    return next((field for field, names in NAMES.items() if narrow in names), None)


_BETWEEN_UNITS = re.compile(r"[、,，;；\n/]+|\s{2,}")

_BETWEEN_CLAUSES = re.compile(r"[;；。\n]+")

_NUMBERED = re.compile(r"^\s*(?:[（(]?[0-9一二三四五六七八九十]+[)）、]|[0-9]+[.．](?![0-9])|[①-⑳])\s*")

_ID = re.compile(r"[\w.-]{1,32}")

LONGEST = 500
"""Characters that a text of a plan may have."""

_NOBODY = frozenset({"无", "/", "-", "—", "——", "待定", "未定", "未明确"})


@dataclass(slots=True)
class Draft:
    """One task of the table; `unread` is what stands in its cells and could not be used."""

    id: str
    title: str
    where: str
    leader: str | None = None
    lead_unit: str | None = None
    support_units: list[str] = field(default_factory=list)
    deadline: date | None = None
    milestones: list[tuple[str, date]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Drafts:
    """The tasks of a file, and everything in it that was not taken over."""

    tasks: list[Draft] = field(default_factory=list)
    unread: list[Finding] = field(default_factory=list)


def read_tables(grids: list[Grid], year: int | None) -> Drafts:
    """The tasks of all tables that have a header with 工作任务; the year is for dates that do not say theirs."""
    drafts = Drafts()
    for grid in grids:
        header = find_header(grid)
        if header is not None:
            _Table(grid, header, year, drafts).read()
    return drafts


@dataclass(frozen=True, slots=True)
class _Table:
    grid: Grid
    header: Header
    year: int | None
    drafts: Drafts

    def read(self) -> None:
        for column, title in self.header.unknown.items():
            cell = self.grid.cell(self.header.last_row, column)
            if cell:
                self.told(cell, _("the column {title} is not part of a plan: not used").format(title=title))
        draft: Draft | None = None
        for row in sorted({*self.grid.rows, *(row for row, _column in self.grid.origins)}):
            if row > self.header.last_row:
                draft = self.row(row, draft)

    def told(self, cell: Cell, message: str, draft: Draft | None = None) -> None:
        self.drafts.unread.append(fault(self.grid.file, cell.where, message))
        if draft is not None:
            draft.unread.append(f"{cell.where}: {message}")

    def cell(self, row: int, name: str) -> Cell | None:
        column = self.header.columns.get(name)
        return self.grid.cell(row, column) if column else None

    def row(self, row: int, before: Draft | None) -> Draft | None:
        """The task of a row: a new one, or more of the one above it, with which its title is merged or left out."""
        title = self.cell(row, "title")
        own = dict(self.grid.own(row))
        if title is None:
            self.more(before, own)
            return before
        if before is not None and str(title.where) == before.where:
            self.more(before, own)
            return before
        if len({str(c.where) for c in own.values()}) == 1 and self.spans(row, title):
            self.told(title, _("a heading, not a task: not used ({text})").format(text=title.label))
            return before
        draft = Draft(self.id(row), _line(title.text), str(title.where))
        self.short(title, draft.title, draft)
        self.drafts.tasks.append(draft)
        self.fill(row, draft)
        return draft

    def spans(self, row: int, title: Cell) -> bool:
        """Whether a cell is merged over the whole table, as the heading of a group is."""
        columns = self.header.columns.values()
        return all(
            (cell := self.grid.cell(row, column)) is not None and cell.where == title.where for column in columns
        )

    def id(self, row: int) -> str:
        """The number in the table where it is one that no task has yet; else the next that is free."""
        taken = {draft.id for draft in self.drafts.tasks}
        cell = self.cell(row, "id")
        said = cell.label.rstrip(".、") if cell else ""
        if _ID.fullmatch(said) and said not in taken:
            return said
        number = next(n for n in range(len(taken) + 1, 2 * len(taken) + 3) if str(n) not in taken)
        if cell:
            text = _("{found} cannot be the id of a task, or is one already: {id} is used")
            self.told(cell, text.format(found=cell.label, id=number))
        return str(number)

    def fill(self, row: int, draft: Draft) -> None:
        leader = self.cell(row, "leader")
        draft.leader = _line(leader.text) if leader and leader.label not in _NOBODY else None
        lead = list(_units(self.cell(row, "lead_unit")))
        support = list(_units(self.cell(row, "support_units")))
        if "lead_unit" not in self.header.columns:  # the unit that is listed first leads
            lead, support = support[:1], support[1:]
        draft.lead_unit = lead[0] if lead else None
        draft.support_units = [unit for unit in dict.fromkeys((*lead[1:], *support)) if unit != draft.lead_unit]
        self.deadline(self.cell(row, "deadline"), draft)
        self.milestones(self.cell(row, "milestones"), draft)

    def more(self, draft: Draft | None, own: dict[int, Cell]) -> None:
        """What a further row of a task has of its own: milestones, and units beside those above."""
        names = {column: name for name, column in self.header.columns.items()}
        for column, cell in own.items():
            name = names.get(column)
            if draft is not None and name == "milestones":
                self.milestones(cell, draft)
            elif draft is not None and name in ("lead_unit", "support_units"):
                known = {draft.lead_unit, *draft.support_units}
                draft.support_units += [unit for unit in _units(cell) if unit not in known]
            elif name is not None and name != "id":
                text = _("in a row without a task: not used ({text})")
                self.told(cell, text.format(text=cell.label), draft)

    def deadline(self, cell: Cell | None, draft: Draft) -> None:
        if cell is None:
            text = _("the task has no deadline: the year's end is used")
            self.drafts.unread.append(fault(self.grid.file, draft.where, text))
            return
        try:
            draft.deadline = self.grid.day(cell, self.year)
        except Refused as refused:
            self.told(cell, str(refused), draft)

    def short(self, cell: Cell, text: str, draft: Draft) -> None:
        """Tell what a plan has no room for."""
        if len(text) > LONGEST:
            self.told(cell, _("longer than {longest} characters: cut").format(longest=LONGEST), draft)

    def milestones(self, cell: Cell | None, draft: Draft) -> None:
        """`3月底前完成设计；6月底前开工`: each part that begins with a date is a milestone."""
        for clause in _clauses(cell):
            try:
                found = leading_date(clause, self.year)
            except Refused as refused:
                if cell:
                    self.told(cell, str(refused), draft)
                continue
            if found and found[1] and cell:
                self.short(cell, found[1], draft)
                draft.milestones.append((found[1], found[0]))
            elif cell:
                text = _("no date at the start, or nothing after the date: “{text}”")
                self.told(cell, text.format(text=clause), draft)


def _clauses(cell: Cell | None) -> Iterator[str]:
    parts = _BETWEEN_CLAUSES.split(cell.text) if cell else ()
    yield from (clause for part in parts if (clause := _NUMBERED.sub("", part).strip()))


def _units(cell: Cell | None) -> Iterator[str]:
    parts = _BETWEEN_UNITS.split(cell.text) if cell else ()
    yield from (unit for part in parts if (unit := _line(part)) and unit not in _NOBODY)


def _line(text: str) -> str:
    """On one line: a cell breaks its text where it is full, and Chinese has no blanks to break at."""
    return re.sub(r"\s*\n\s*", "", text).strip()
