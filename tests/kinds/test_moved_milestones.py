"""A milestone that moved to a sub-task keeps its entries under the former task."""

import json
from pathlib import Path

import pytest

from running import Workspace

BEFORE = """\
title: 服务中心
year: 2016
units: [城建局]
tasks:
- id: old
  title: 服务中心
  lead_unit: 城建局
  deadline: 2016-12-31
  milestones: [{id: m, title: 主体完工, deadline: 2016-06-30}]
"""
AFTER = """\
title: 服务中心
year: 2016
units: [城建局]
tasks:
- id: '4'
  title: 服务中心
  lead_unit: 城建局
  deadline: 2016-12-31
  formerly: [old]
  subtasks:
  - {id: '4.1', title: 瑞锦, milestones: [{id: done, title: 主体完工, deadline: 2016-06-30, formerly: [4/m]}]}
  - {id: '4.2', title: 瑞和, milestones: [{id: done, title: 主体完工, deadline: 2016-06-30}]}
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace with a milestone that was reached before it moved."""
    made = Workspace(tmp_path)
    (tmp_path / "tasks.yaml").write_text(BEFORE, "utf-8")
    assert made.here("reach", "old", "m", "--on", "2016-05-10").code == 0
    (tmp_path / "tasks.yaml").write_text(AFTER, "utf-8")
    return made


def test_it_is_not_reached_again_by_command(place: Workspace) -> None:
    done = place.here("reach", "4.1", "done", "--on", "2016-05-20")
    assert (done.code, done.out) == (2, "")
    assert done.err == "milestone done was reached on 2016-05-10 already, as 4/m\n"
    assert place.here("reach", "4.2", "done", "--on", "2016-05-20").code == 0


def test_it_is_not_reached_again_by_import(place: Workspace) -> None:
    line = {"kind": "reach", "task": "4.1", "milestone": "done", "on": "2016-05-20", "by": "li"}
    (place.folder / "new.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    done = place.here("import", "new.jsonl")
    assert done.code == 3
    assert "milestone done was reached on 2016-05-10 already, as 4/m" in done.err


def test_once_the_former_entry_is_retracted_it_may_be_reached(place: Workspace) -> None:
    assert place.here("retract", "1", "-m", "误录").code == 0
    assert place.here("reach", "4.1", "done", "--on", "2016-05-20").code == 0


def test_a_parent_shows_the_entries_of_its_sub_tasks(place: Workspace) -> None:
    assert place.here("record", "4.2", "30", "--on", "2016-05-12").code == 0
    shown = place.here("show", "4", "--as-of", "2016-06-01").out.partition("Last entries")[2]
    assert [line.split()[2] for line in shown.splitlines() if " 2016-" in line] == ["old", "4.2"]
    alone = place.here("show", "4.1", "--as-of", "2016-06-01").out
    assert "4.2" not in alone.partition("Last entries")[2]
