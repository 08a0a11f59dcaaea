"""Build office files, valid and hostile ones, so that each fault is visible in the test."""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from openpyxl import Workbook, load_workbook

from running import Done, Workspace

HEADER = ("序号", "工作任务", "牵头领导", "牵头单位", "责任单位", "完成时限", "节点目标")
ROWS = (
    ("1", "停车场建设", "分管副主任", "城镇办", "执法局、规划局", "2016年6月底前", "3月底前完成设计；5月底前主体完工"),
    ("2", "市场外迁", "无", "执法局", "", "近期", "适时启动"),
    ("3", "道路绿化", "", "", "市政局，园林局", "12月底前", "1.上半年完成招标\n2.6月31日前开工"),
)
TITLE = "试验区2016年重点工作推进方案"


def import_own(
    titles: Sequence[str],
    place: Workspace,
    *rows: Sequence[Any],
    change: Callable[[Any], None] = lambda _sheet: None,
    more: str = "",
) -> Done:
    """Import a unit's own sheet of these rows by `map.yaml`; `more` are options, `change` may edit the sheet."""
    sheet(place.folder / "own.xlsx", [titles, *rows], change)
    return place.here("import", "own.xlsx", "--map", "map.yaml", *more.split())


def sheet(path: Path, rows: Iterable[Iterable[Any]], change: Callable[[Any], None] = lambda _sheet: None) -> Path:
    """An .xlsx with these rows."""
    book = Workbook()
    active: Any = book.active
    active.title = "表"
    for row in rows:
        active.append(list(row))
    change(active)
    book.save(path)
    return path


def word(path: Path, rows: Iterable[Iterable[str]], change: Callable[[Any], None] = lambda _table: None) -> Path:
    """A .docx with a title and a table of these rows."""
    listed = [list(row) for row in rows]
    document = Document()
    document.add_paragraph(TITLE)
    table = document.add_table(len(listed), len(listed[0]))
    for number, row in enumerate(listed):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    change(table)
    document.save(str(path))
    return path


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same zip with some parts replaced."""
    with ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    path.write_bytes(content.getvalue())
    return path


def fill(path: Path, cells: dict[str, Any]) -> Path:
    """Type into cells of the first sheet, and save, as a person in an office program does."""
    book = load_workbook(path)
    for place, value in cells.items():
        book.worksheets[0][place].value = value
    book.save(path)
    return path
