"""Files of entries may name a unit by another of its names: it is recorded once, under the plan's name."""

import json
from pathlib import Path
from typing import Any

import pytest

from running import Workspace

PLAN = """
title: 工作
year: 2016
units: [{units}, 乙局]
tasks:
- {{id: 1, title: 河道, lead_unit: 县水利局, deadline: 2016-12-31, measure: indicators,
    indicators: [{{id: km, name: 长度, unit: 公里, target: 10, per_unit: true}}]}}
- {{id: 2, title: 道路, lead_unit: 县水利局, support_units: [乙局], deadline: 2016-12-31}}
"""

ALIAS = "{name: 县水利局, also: [水务局]}"

ROWS: list[dict[str, Any]] = [
    {"kind": "report", "task": "1", "on": "2016-03-01", "unit": "水务局", "readings": {"km": "3"}},
    {"kind": "report", "task": "2", "on": "2016-03-01", "unit": "水务局", "readings": {"percent": "20"}},
    {"kind": "report", "task": "2", "on": "2016-03-02", "unit": "乙局", "readings": {"percent": "30"}},
    {"kind": "problem", "task": "2", "on": "2016-03-02", "unit": "乙局", "responsible": "水务局", "note": "积水",
     "deadline": "2016-03-20", "key": "p1"},
]  # fmt: skip


@pytest.fixture(params=["rows.csv", "rows.jsonl"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    if path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), "utf-8")
        return path
    names = ["kind", "task", "on", "unit", "responsible", "readings", "note", "deadline", "key"]
    lines = [[";".join(f"{k}={v}" for k, v in row.get("readings", {}).items()) if n == "readings" else row.get(n, "")
              for n in names] for row in ROWS]  # fmt: skip
    path.write_text("\n".join(map(",".join, [names, *lines])), "utf-8")
    return path


def office(folder: Path, units: str) -> Workspace:
    (folder / "tasks.yaml").write_text(PLAN.format(units=units), "utf-8")
    return Workspace(folder)


def recorded(made: Workspace) -> list[tuple[str | None, str | None]]:
    return [(item["unit"], item["responsible"]) for item in json.loads(made.here("log", "-f", "json").out)["items"]]


MEANT = [("县水利局", None), ("县水利局", None), ("乙局", None), ("乙局", "县水利局")]


def test_a_unit_is_recorded_under_the_name_of_the_plan_with_one_notice(file: Path, tmp_path: Path) -> None:
    made = office(tmp_path, ALIAS)
    done = made.here("import", file.name)
    assert (done.code, done.out.splitlines()[0]) == (0, f"{file.name}: 4 added, 0 already recorded")
    assert done.err.splitlines() == [f"{file.name}: '水务局' is taken as 县水利局"]
    assert recorded(made) == MEANT


@pytest.mark.parametrize("by", ["甲", "乙"])
def test_the_same_file_again_is_recorded_already(by: str, file: Path, tmp_path: Path) -> None:
    made = office(tmp_path, ALIAS)
    made.here("import", file.name, "--by", "甲")
    again = made.here("import", file.name, "--by", by)
    assert (again.code, again.out) == (0, f"{file.name}: 0 added, 4 already recorded\n")


def test_a_file_recorded_under_the_other_name_is_recorded_already(file: Path, tmp_path: Path) -> None:
    """Earlier versions recorded it so, when the other name was that of a unit."""
    plan = PLAN.replace("lead_unit: 县水利局", "lead_unit: 水务局")
    (tmp_path / "tasks.yaml").write_text(plan.format(units="水务局"), "utf-8")
    assert Workspace(tmp_path).here("import", file.name).code == 0
    made = office(tmp_path, ALIAS)
    assert recorded(made)[0][0] == "水务局"
    again = made.here("import", file.name)
    assert (again.code, again.out) == (0, f"{file.name}: 0 added, 4 already recorded\n")


def test_another_text_under_the_same_key_is_refused(tmp_path: Path) -> None:
    made = office(tmp_path, ALIAS)
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(ROWS[3]), "utf-8")
    made.here("import", file.name)
    file.write_text(json.dumps(ROWS[3] | {"note": "断路"}), "utf-8")
    done = made.here("import", file.name)
    assert done.code == 3
    assert "key 'p1' is already in the ledger as #1" in done.err
