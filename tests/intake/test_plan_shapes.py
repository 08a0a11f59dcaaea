"""Tables of random shape: every cell is used or listed, and is read as a person reads it."""

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path

from docx import Document
from hypothesis import HealthCheck, given, settings
from office_plans import TITLE, Places, Shape, hidden_shapes, save_csv, save_sheet, save_word, shapes
from openpyxl import load_workbook

from effort import share
from jingkai_cli.errors import InvalidInput
from jingkai_cli.intake.grid import letters
from jingkai_cli.intake.plan_documents import OfficePlan, PlanReadingOptions, read_office_plan
from jingkai_cli.model import Task
from jingkai_cli.plan import parse_plan

quick = settings(max_examples=share(30), deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(shape=hidden_shapes())
def test_a_spreadsheet_is_read_or_listed(shape: Shape) -> None:
    read_or_listed(shape, ".xlsx", save_sheet, filled_sheet)


@quick
@given(shape=shapes())
def test_a_word_file_is_read_or_listed(shape: Shape) -> None:
    read_or_listed(shape, ".docx", save_word, filled_word)


@quick
@given(shape=shapes())
def test_a_csv_is_read_or_listed(shape: Shape) -> None:
    read_or_listed(shape, ".csv", save_csv, filled_csv)


def filled_sheet(file: Path) -> set[str]:
    sheet = load_workbook(file).worksheets[0]
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value is not None}


def filled_word(file: Path) -> set[str]:
    rows = Document(str(file)).tables[0].rows
    cells = [(row, column, cell) for row, each in enumerate(rows, 1) for column, cell in enumerate(each.cells, 1)]
    first = {id(cell._tc): f"{letters(column)}{row}" for row, column, cell in reversed(cells) if cell.text.strip()}  # noqa: SLF001
    return {"paragraph 1", *first.values()}


def filled_csv(file: Path) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return {
            f"{letters(column)}{row}"
            for row, cells in enumerate(csv.reader(text), 1)
            for column, cell in enumerate(cells, 1)
            if cell.strip()
        }


def read_or_listed(
    shape: Shape, ending: str, save: Callable[[Shape, Path], Places], filled: Callable[[Path], set[str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"plan{ending}"
        places, there = save(shape, file), filled(file)
        try:
            made = read_office_plan(file, PlanReadingOptions(2016))
        except InvalidInput:  # no row with a task is left
            assert all(number in shape.hidden_rows | shape.struck_rows for number in range(len(shape.tasks)))
            return
    unused = [each.where.rpartition("!")[2] for each in made.account.unused()]
    used = [str(cell.where).rpartition("!")[2] for cell in made.account.used()]
    assert {*used, *unused} == there
    assert len(used) == len({*used} - {*unused})
    _as_a_person_reads(shape, made, {key for key, place in places.items() if place in unused})


def _as_a_person_reads(shape: Shape, made: OfficePlan, unused: set[tuple[int, str]]) -> None:
    """Check each field of each task against its cell; the cell of a missing field must be listed."""
    plan = parse_plan(made.text(), "tasks.yaml")
    assert plan.title == TITLE
    tasks = {task.title: task for task in plan.tasks}
    assert set(tasks) <= {str(task["title"].read) for task in shape.tasks}
    for number, cells in enumerate(shape.tasks):
        task = tasks.get(str(cells["title"].read))
        if task is None:
            assert (number, "title") in unused or not shape.is_live(number, "title")
            continue
        live = {column: cell for column, cell in cells.items() if shape.is_live(number, column)}
        known = {column for column in live if (number, column) not in unused}
        assert not [column for column in known if live[column].left]
        beside = "张某" if "lead_unit" in live and "（张某）" in str(live["lead_unit"].text) else None
        for column, default in (("goal", None), ("leader", None), ("person", beside)):
            assert getattr(task, column) == (live[column].read if column in known else default)
        assert "comment" not in known or live["comment"].read in made.text()
        if "category" in known:
            assert str(task.category).rpartition(" / ")[2] == live["category"].read
        _units(task, {column: live[column].read for column in live if column in ("lead_unit", "support_units")}, known)
        assert _days(task) <= {day for cell in live.values() for day in cell.days}
        _dates(task, {column: live[column].read for column in live if column in ("deadline", "milestones")}, known)


def _days(task: Task) -> set[str]:
    """The dates by which a task is judged."""
    own = {str(milestone.deadline) for milestone in task.milestones}
    return own | (set() if "deadline" in task.unconfirmed else {str(task.deadline)})


def _units(task: Task, read: dict[str, list[str]], known: set[str]) -> None:
    lead, support = read.get("lead_unit", []), read.get("support_units", [])
    if {*read} <= known:
        assert task.lead_unit == (lead[0] if lead else None)
        assert list(task.support_units) == [u for u in dict.fromkeys([*lead[1:], *support]) if u != task.lead_unit]
    assert task.lead_unit in (None, *lead[:1])
    assert {*task.support_units} <= {*lead, *support}


def _dates(task: Task, read: dict[str, object], known: set[str]) -> None:
    if "deadline" in known:
        assert (str(task.deadline), "deadline" in task.unconfirmed) == (read["deadline"], False)
    else:
        assert "deadline" in task.unconfirmed
    steps = [(milestone.title, str(milestone.deadline)) for milestone in task.milestones]
    expected = read.get("milestones") or []
    assert isinstance(expected, list)
    if "milestones" in known:
        assert steps == list(dict.fromkeys(expected))
    else:
        assert set(steps) <= set(expected)
