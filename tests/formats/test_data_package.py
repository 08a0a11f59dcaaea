"""The data package of a month, validated by the `frictionless` library."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from jingkai_cli.reports import log, problems, tasks_csv
from jingkai_cli.reports.export import unit_fields
from jingkai_cli.reports.item_types import ITEMS, field_types
from running import Workspace, workspace

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import frictionless


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path, recorded=True)
    for command in (
        ("record", "12", "35", "--on", "2016-03-15", "--from", "建投公司", "-m", '=危险, "引号"'),
        ("problem", "open", "12", "围挡破损", "--unit", "城镇办", "--due", "2016-03-20", "--on", "2016-03-01"),
        ("score", "城镇办", "90", "--month", "2016-03", "--by", "评委甲"),
    ):
        done = made.here(*command)
        assert done.code == 0, done.err
    return made


def described(place: Workspace, *options: str) -> Any:
    done = place.here("export", "--month", "2016-03", "-o", "out", *options)
    assert done.code == 0, done.err
    return json.loads((place.folder / "out" / "datapackage.json").read_text("utf-8"))


@pytest.mark.parametrize("options", [(), ("--encoding", "gb18030"), ("--labels",)], ids=" ".join)
def test_a_month_is_a_valid_data_package(options: tuple[str, ...], place: Workspace) -> None:
    package = described(place, *options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = frictionless.validate(str(place.folder / "out" / "datapackage.json"))
    assert report.valid, report.flatten(["fieldName", "message"])
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    assert rows == {"tasks": 20, "entries": 2, "problems": 1, "units": rows["units"]}
    assert rows["units"] > 0
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"], field


def test_a_wrong_cell_is_found(place: Workspace) -> None:
    described(place)
    file = place.folder / "out" / "tasks.csv"
    file.write_text(file.read_text("utf-8").replace("2016-12-31", "soon", 1), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not frictionless.validate(str(place.folder / "out" / "datapackage.json")).valid


def test_every_column_has_a_type_and_a_meaning() -> None:
    columns = {
        "tasks": tasks_csv.fields(),
        "entries": log.fields(),
        "problems": problems.fields(),
        "units": unit_fields(),
    }
    for name, titles in columns.items():
        assert [field.name for field in field_types(ITEMS[name])] == list(titles), name


def test_units_of_measurement_are_named(place: Workspace) -> None:
    (tasks, *_others) = described(place)["resources"]
    units = {field["name"]: field.get("unit") for field in tasks["schema"]["fields"]}
    assert (units["gap"], units["days_overdue"], units["title"]) == ("个百分点", "天", None)
