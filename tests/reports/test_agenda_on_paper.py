"""An agenda on paper: a row for what is late for one reason, tasks with their numbers, nothing said twice."""

from pathlib import Path

import docx

from running import Workspace

PLAN = """\
title: 重点工作
year: 2016
issuer: 领导小组办公室
tasks:
- id: 1
  title: 充电桩整治
  lead_unit: 住建局
  deadline: 2016-04-03
  subtasks: [{id: 1.1, title: 东片, lead_unit: 城管局}, {id: 1.2, title: 西片, lead_unit: 水利局}]
- {id: 2, title: 道路, lead_unit: 住建局, deadline: 2016-07-20}
"""


def test_sub_tasks_that_are_late_for_one_reason_stand_in_one_row(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    done = place.here("agenda", "--as-of", "2016-07-15", "-o", "议题.docx", LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    tables = docx.Document(str(place.folder / "议题.docx")).tables
    late, due = ([[cell.text.replace("\n", "") for cell in row.cells] for row in table.rows[1:]] for table in tables)
    assert late[0][:2] == ["1", "1.充电桩整治（含东片、西片）"]
    assert late[0][3] == "住建局城管局水利局"
    assert [row[1] for row in late[1:]] in ([], ["2.道路"])
    assert due[0][1:3] == ["2.道路", "整项任务"]
