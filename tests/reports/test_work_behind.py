"""How far the work of a task is behind, in days, is named so that it contradicts no milestone beside it."""

from pathlib import Path

import docx
import pytest

from running import Workspace

PLAN = """title: 重点工作
year: 2016
tasks:
- id: 1
  title: 综合管廊
  lead_unit: 住建局
  start: 2016-01-01
  deadline: 2016-12-31
  milestones:
  - {id: a, title: 设计, deadline: 2016-02-01}
  - {id: b, title: 开工, deadline: 2016-03-01}
  - {id: c, title: 完工, deadline: 2016-10-01}
- {id: 2, title: 道路改造, lead_unit: 住建局, start: 2016-01-01, deadline: 2016-06-30}
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    tmp_path.joinpath("tasks.yaml").write_text(PLAN, "utf-8")
    assert made.here("reach", "1", "a", "--on", "2016-01-22").code == 0
    assert made.here("record", "1", "20", "--on", "2016-06-14").code == 0
    assert made.here("record", "2", "80", "--on", "2016-06-14").code == 0
    return made


def shown(place: Workspace, task: str, **environ: str) -> str:
    return place.here("show", task, "--as-of", "2016-07-15", "-f", "table", **environ).out


def test_the_days_name_what_they_were_computed_from(place: Workspace) -> None:
    chinese = shown(place, "1", LANG="zh_CN.UTF-8")
    assert "总体滞后" in chinese
    assert "天（按序时进度和已完成节点平均折算）" in chinese
    assert "滞后天数" not in chinese
    assert "days (mean by planned progress and by milestones reached)" in shown(place, "1")
    assert "总体滞后  51天（目前进度应于5月25日达到）" in shown(place, "2", LANG="zh_CN.UTF-8")


def test_paper_names_them_as_the_terminal_does(place: Workspace) -> None:
    made = place.here("show", "1", "--as-of", "2016-07-15", "-o", "a.docx", LANG="zh_CN.UTF-8")
    assert made.code == 0, made.err
    head = docx.Document(str(place.folder / "a.docx")).tables[0]
    told = {row.cells[0].text: row.cells[1].text for row in head.rows}
    assert told["总体滞后"].endswith("天（按序时进度和已完成节点平均折算）")


def test_a_forecast_in_the_past_says_that_the_work_is_not_done(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    plan = PLAN.replace("deadline: 2016-12-31", "deadline: 2016-05-01").replace("2016-10-01", "2016-04-20")
    tmp_path.joinpath("tasks.yaml").write_text(plan, "utf-8")
    for milestone in ("a", "b"):
        assert place.here("reach", "1", milestone, "--on", "2016-01-22").code == 0
    assert place.here("record", "1", "80", "--on", "2016-06-14").code == 0
    assert "预计完成  按滞后天数推算的日期已过，尚未完成；八成可能不晚于" in shown(place, "1", LANG="zh_CN.UTF-8")


def test_a_handover_counts_the_gap_of_a_late_task_in_days_like_that_of_others(place: Workspace) -> None:
    asked = ("problem", "open", "2", "未围挡", "--unit", "住建局", "--due", "2016-03-09", "--on", "2016-03-01")
    assert place.here(*asked).code == 0
    printed = place.here("handover", "--as-of", "2016-06-15", LANG="zh_CN.UTF-8").out
    assert "滞后21天；序时进度91.7%，实际进度80%" in printed
    assert "1个问题整改逾期98天（另列）" in printed  # this makes the lamp red
    assert "个百分点" not in printed


def test_a_forecast_after_the_deadline_of_a_task_that_is_ahead_has_a_reason(place: Workspace) -> None:
    assert place.here("record", "2", "75", "--on", "2016-05-02").code == 0
    ahead = place.here("show", "2", "--as-of", "2016-05-03", "-f", "table", LANG="zh_CN.UTF-8").out
    assert "总体提前" in ahead
    assert "预计完成  可按期（6月30日）完成；计入同类项目常见误差，八成可能不晚于7月22日" in ahead


def test_a_task_on_time_is_done_on_its_deadline_although_it_is_some_hours_behind(place: Workspace) -> None:
    assert place.here("record", "2", "67.2", "--on", "2016-05-02").code == 0
    told = place.here("show", "2", "--as-of", "2016-05-02", "-f", "table", LANG="zh_CN.UTF-8").out
    assert "预计完成  可按期（6月30日）完成" in told


def test_days_without_progress_name_no_day_for_it(place: Workspace) -> None:
    assert place.here("record", "2", "0", "--on", "2016-01-20").code == 0
    told = place.here("show", "2", "--as-of", "2016-01-21", "-f", "table", LANG="zh_CN.UTF-8").out
    assert "天（按序时进度折算）" in told


def test_the_title_of_a_sub_task_on_paper_has_the_title_of_its_task(place: Workspace) -> None:
    plan = (
        PLAN + "- {id: 3, title: 桥梁, lead_unit: 住建局, deadline: 2016-12-31, subtasks: [{id: 3.1, title: 东片}]}\n"
    )
    place.folder.joinpath("tasks.yaml").write_text(plan, "utf-8")
    assert place.here("show", "3.1", "--as-of", "2016-07-15", "-o", "a.docx", LANG="zh_CN.UTF-8").code == 0
    text = [paragraph.text for paragraph in docx.Document(str(place.folder / "a.docx")).paragraphs]
    assert any(line.endswith("桥梁（东片）推进情况") for line in text)
