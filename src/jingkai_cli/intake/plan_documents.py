"""An office's plan (.docx, .xlsx) → the text of `tasks.yaml`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import Finding, Refused, extra
from ..language import _
from ..plan.files import unseen
from ..text import visible
from .grid import Cell, Grid
from .plan_tables import LONGEST, Draft, Drafts, find_header, read_tables
from .workbook import open_package, refusal

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_ALPHABET = 26


def read_word(path: Path) -> tuple[str, list[Grid]]:
    """The text before and between the tables, and the tables.

    Raises:
        InvalidInput: it is hostile, encrypted or damaged.
        MissingExtra: `office` is not installed.
    """
    content = open_package(path)
    with extra("office"):
        from docx import Document
    try:
        document = Document(content)
        heading = "\n".join(_word_text(paragraph._p) for paragraph in document.paragraphs)  # noqa: SLF001 - the one way
        return heading, [_grid(path, number, each) for number, each in enumerate(document.tables, 1)]
    except Exception as error:  # python-docx raises whatever a broken file makes of it
        text = _("is damaged: its tables cannot be read (open it in the office program and save it again)")
        raise refusal(path, text) from error


def _word_text(element: Any) -> str:
    """The text of an element as it is printed: what was inserted counts, what was deleted does not."""
    tags = {f"{_W}t": None, f"{_W}br": "\n", f"{_W}tab": " "}
    return "".join(tags[node.tag] or node.text or "" for node in element.iter(*tags))


def _grid(path: Path, number: int, table: Any) -> Grid:
    sheet = _("table {number}").format(number=number)
    rows: dict[int, dict[int, Cell]] = {}
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    first: dict[Any, tuple[int, int]] = {}
    for row_number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row.cells, 1 + row.grid_cols_before):
            place = (row_number, column)
            origin = first.setdefault(cell._tc, place)  # noqa: SLF001 - merged cells share it
            if origin != place:
                origins[place] = origin
                continue
            text = "\n".join(_paragraphs(cell._tc)).strip()  # noqa: SLF001
            if text:
                where = f"{sheet}!{_letters(column)}{row_number}"
                rows.setdefault(row_number, {})[column] = Cell(where, text)
    return Grid(str(path), sheet, rows, None, origins)


def _paragraphs(element: Any) -> Iterator[str]:
    yield from (_word_text(paragraph) for paragraph in element.iter(f"{_W}p"))


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


_PLAIN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff\w（）、，。“”《》·-]*|[1-9][0-9]*")
"""Texts that YAML reads as they stand."""


def written(drafts: Drafts, title: str, year: int, source: str) -> str:
    """The plan file. A task without a deadline that could be read ends with the year, marked as not confirmed."""
    lines = [
        "# " + _("Written from {source}: compare every line with it.").format(source=_comment(source)),
        f"title: {_writing_text(title)}",
        f"year: {year}",
        "tasks:",
    ]
    for draft in drafts.tasks:
        lines += _task(draft, year)
    return "\n".join(lines) + "\n"


def _task(draft: Draft, year: int) -> Iterator[str]:
    yield from (f"  # {_comment(text)}" for text in draft.unread)
    yield f"  - id: {_writing_text(draft.id)}"
    yield f"    title: {_writing_text(draft.title)}"
    yield f"    leader: {_writing_text(draft.leader)}"
    yield f"    lead_unit: {_writing_text(draft.lead_unit)}"
    if draft.support_units:
        yield f"    support_units: [{', '.join(map(_writing_text, draft.support_units))}]"
    start = date(year, 1, 1)
    dates = [day for day in (draft.deadline, *(day for _title, day in draft.milestones)) if day]
    if dates and min(dates) < start:
        yield f"    start: {min(dates).replace(month=1, day=1)}"
    if draft.deadline is None:
        yield "    # " + _("the deadline is unknown: the year's end is used, and nothing is judged before it")
    yield f"    deadline: {draft.deadline or date(year, 12, 31)}"
    if draft.milestones:
        yield "    milestones:"
        for number, (title, day) in enumerate(draft.milestones, 1):
            yield f"      - {{id: m{number}, title: {_writing_text(title)}, deadline: {day}}}"
    if draft.deadline is None:
        yield "    unconfirmed: [deadline]"


def _writing_text(value: str | None) -> str:
    """A text as YAML reads it back, cut where a plan would refuse it for its length."""
    if value is None:
        return "null"
    seen = " ".join(unseen().sub("", value).split())[:LONGEST]
    return seen if _PLAIN.fullmatch(seen) else json.dumps(seen, ensure_ascii=False)


def _comment(text: str) -> str:
    return visible(" ".join(text.split()))


ENDINGS = (".docx", ".xlsx")

_YEAR = re.compile("((?:19|20|21)[0-9]{2})年")

_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Converted:
    """A plan file that was made, how many tasks it has, and what of the office's file is not in it."""

    text: str
    tasks: int
    unread: tuple[Finding, ...]


def convert(path: Path, year: int | None) -> Converted:
    """The plan of a file.

    Args:
        path: a .docx or an .xlsx.
        year: of the dates that do not say theirs; None looks for the one year that the file names.

    Raises:
        InvalidInput: it cannot be read, or no table in it is one of tasks.
        Refused: no year was given, and the file names none or several.
    """
    heading, grids = _read(path)
    drafts_year = year or _only_year(path, heading, grids)
    drafts = read_tables(grids, drafts_year)
    if not drafts.tasks:
        text = _("has no table with a header such as 序号, 工作任务, 牵头单位, 完成时限, or no task in it")
        raise refusal(path, text)
    title = _title(heading) or path.stem
    return Converted(written(drafts, title, drafts_year, path.name), len(drafts.tasks), tuple(drafts.unread))


def _read(path: Path) -> tuple[str, list[Grid]]:
    """What stands outside of the tables, and the tables."""
    if path.suffix.lower() == ".docx":
        return read_word(path)
    from .workbook import grid, open_workbook

    grids = [grid(path, sheet) for sheet in open_workbook(path).worksheets if sheet.sheet_state == "visible"]
    return "\n".join(text for each in grids for text in _above(each)), grids


def _above(grid: Grid) -> list[str]:
    """The texts above the header of a sheet, where its title stands."""
    header = find_header(grid)
    rows = [row for row in sorted(grid.rows) if header is not None and row < header.last_row]
    return [cell.text for row in rows for _column, cell in grid.own(row)]


def _title(heading: str) -> str:
    """The first line that says something."""
    return next((line.strip()[:_LONGEST_TITLE] for line in heading.splitlines() if line.strip()), "")


def _only_year(path: Path, heading: str, grids: list[Grid]) -> int:
    everything = [heading, path.name]
    for source in (everything, [cell.text for grid in grids for row in grid.rows for _c, cell in grid.own(row)]):
        years = {match for text in source for match in _YEAR.findall(text)}
        if len(years) == 1:
            return int(years.pop())
    raise Refused(_("name the plan's year: --year 2016"))
