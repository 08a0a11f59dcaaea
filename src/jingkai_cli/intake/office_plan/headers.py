"""Which column of a plan table is what: offices call the same thing by many names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..grid import Grid

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
