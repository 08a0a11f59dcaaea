"""The extension of a task names the sub-tasks that keep an earlier deadline: none is extended with it."""

from pathlib import Path

import pytest

from running import Workspace

PLAN = """\
title: 安置房
year: 2016
tasks:
- id: '2'
  title: 安置房建设
  lead_unit: 住建局
  deadline: 2016-09-30
  subtasks:
  - {id: '2.1', title: 东区}
  - {id: '2.2', title: 西区}
  - {id: '2.3', title: 南区, deadline: 2016-12-31}
  - {id: '2.4', title: 巡查, standing: true}
"""
APPROVED = ("-m", "雨季", "--approved-by", "领导小组", "--basis", "document", "--on", "2016-09-01")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    return Workspace(tmp_path)


def test_sub_tasks_that_are_due_before_the_new_deadline_are_named(place: Workspace) -> None:
    done = place.here("extend", "2", "--to", "2016-12-10", *APPROVED)
    assert done.code == 0
    sentence = "its sub-tasks keep their dates: 2.1 东区 2016-09-30; 2.2 西区 2016-09-30; "
    assert sentence + "to extend one too: jk extend 2.1 --to 2016-12-10 …" in done.err


def test_a_sub_task_that_is_done_or_extended_is_not_named(place: Workspace) -> None:
    place.here("done", "2.1", "-m", "完工", "--on", "2016-08-01")
    place.here("extend", "2.2", "--to", "2016-12-10", *APPROVED)
    assert "sub-tasks" not in place.here("extend", "2", "--to", "2016-12-10", *APPROVED).err
    assert "keep their dates: 2.2" in place.here("extend", "2", "--to", "2016-12-20", *APPROVED).err
