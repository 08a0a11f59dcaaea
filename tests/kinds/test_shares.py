"""Only the units of a task can report shares of an indicator that is summed over units."""

import json
from pathlib import Path

import pytest

from running import Workspace

PLAN = """\
title: 绿化
year: 2016
units: [城镇办, 水利局, 交通局, 甲镇, 乙镇]
collective: {各乡镇: [甲镇, 乙镇]}
tasks:
- id: '1'
  title: 造林
  lead_unit: 城镇办
  support_units: [水利局, 各乡镇]
  deadline: 2016-12-31
  indicators: [{id: area, name: 造林面积, unit: 亩, target: 100, per_unit: true}]
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    return Workspace(tmp_path)


@pytest.mark.parametrize("unit", ["城镇办", "水利局", "甲镇", "乙镇"])
def test_a_unit_of_the_task_reports_its_share(unit: str, place: Workspace) -> None:
    assert place.here("record", "1", "area=+5", "--from", unit, "--on", "2016-03-01").code == 0


def test_a_share_of_another_unit_is_refused(place: Workspace) -> None:
    sentence = (
        "交通局 is not a unit of task 1 and has no share of 造林面积 (expected one of: 城镇办, 水利局, 甲镇, 乙镇)"
    )
    done = place.here("record", "1", "area=+5", "--from", "交通局", "--on", "2016-03-01")
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    line = {"kind": "report", "task": "1", "unit": "交通局", "readings": {"area": "+5"}, "on": "2016-03-01"}
    (place.folder / "share.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    imported = place.here("import", "share.jsonl")
    assert imported.code == 3
    assert sentence in imported.err
