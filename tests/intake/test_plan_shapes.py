"""Tables of random shape: every cell is used or listed, and nothing is read otherwise than a person reads it."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from office_plans import TITLE, Shape, save, shapes
from openpyxl import load_workbook

from jingkai_cli.errors import InvalidInput
from jingkai_cli.intake.plan_documents import OfficePlan, Reading, read_office_plan
from jingkai_cli.model import Task
from jingkai_cli.plan import parse_plan

YEAR_END = "2016-12-31"


def read(shape: Shape) -> tuple[OfficePlan, dict[tuple[int, str], str], set[str]]:
    """A plan from a spreadsheet of a shape, the places of its cells, and every place where anything stands."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.xlsx"
        places = save(shape, file)
        made = read_office_plan(file, Reading(2016))
        sheet = load_workbook(file).worksheets[0]
        return made, places, {c.coordinate for row in sheet.iter_rows() for c in row if c.value is not None}


def listed(made: OfficePlan) -> list[str]:
    return [each.where.removeprefix("表!") for each in made.account.unused()]


def days(task: Task) -> set[str]:
    """The dates of a task that judge."""
    own = {str(milestone.deadline) for milestone in task.milestones}
    return own | (set() if "deadline" in task.unconfirmed else {str(task.deadline)})


@settings(
    max_examples=120,
    deadline=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
@given(shape=shapes())
def test_every_cell_is_used_or_listed_and_none_is_read_otherwise(shape: Shape) -> None:
    try:
        made, places, filled = read(shape)
    except InvalidInput:  # no row with a task is left
        assert all(number in shape.hidden_rows | shape.struck_rows for number in range(len(shape.tasks)))
        return
    unused = listed(made)
    used = [str(cell.where).removeprefix("表!") for cell in made.account.used()]
    assert sorted({*used, *unused}) == sorted(filled)
    assert not {*used} & {*unused}
    assert len(used) == len({*used})
    plan = parse_plan(made.text(), "tasks.yaml")
    assert plan.title == TITLE
    tasks = {task.title: task for task in plan.tasks}
    assert set(tasks) <= {str(task["title"].read) for task in shape.tasks}
    for number, cells in enumerate(shape.tasks):
        task = tasks.get(str(cells["title"].read))
        if not shape.live(number, "title"):
            assert task is None
            continue
        if task is None:
            assert places[number, "title"] in unused
            continue
        live = {column: cell for column, cell in cells.items() if shape.live(number, column)}
        known = {column for column in live if places[number, column] not in unused}
        beside = "张某" if "（张某）" in str(live.get("lead_unit", cells["title"]).text) else None
        for column, default in (("goal", None), ("leader", None), ("person", beside)):
            assert getattr(task, column) == (live[column].read if column in known else default)
        if "category" in known:
            assert task.category is not None
            assert task.category.rpartition(" / ")[2] == live["category"].read
        _units(task, {column: live[column].read for column in live if column in ("lead_unit", "support_units")}, known)
        assert days(task) <= {day for cell in live.values() for day in cell.days}
        _dates(task, {column: live[column].read for column in live if column in ("deadline", "milestones")}, known)


def _units(task: Task, read: dict[str, list[str]], known: set[str]) -> None:
    lead, support = read.get("lead_unit", []), read.get("support_units", [])
    if {"lead_unit", "support_units"} & {*read} <= known:
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
