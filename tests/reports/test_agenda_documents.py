"""An agenda on paper: one row for things late for one reason, tasks with their numbers, nothing repeated."""

import re
from pathlib import Path

import docx
from openpyxl import load_workbook

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


def test_sub_tasks_that_are_late_for_one_reason_share_a_row(tmp_path: Path) -> None:
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


def test_groups_are_numbered_and_empty_ones_listed_in_the_last_line(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    assert place.here("decide", "明确责任人", "--unit", "住建局", "--meeting", "第1次", "--on", "2016-07-12").code == 0
    for task in ("2", "1"):
        opened = ("problem", "open", task, f"围挡{task}", "--unit", "水利局", "--due", "2016-07-14")
        assert place.here(*opened, "--on", "2016-07-01").code == 0
    done = place.here("agenda", "--as-of", "2016-07-15", "-o", "议题.docx", LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    word = docx.Document(str(place.folder / "议题.docx"))
    said = [paragraph.text for paragraph in word.paragraphs if paragraph.text]
    assert [line[:2] for line in said if line[1:2] == "、"] == ["一、", "二、", "三、", "四、"]
    assert "有1项议定事项未定完成时限，请会议明确。" in said
    assert "上次会议以来办结事项、需协调事项、未反馈的督办通知：均无。" in said
    assert [row.cells[1].text for row in word.tables[1].rows[1:]] == ["1.充电桩整治", "2.道路"]


def test_a_settled_decision_has_its_day_and_outcome_on_terminal_paper_and_workbook(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    for number, text in ((1, "联合检查"), (2, "研究经费")):
        decided = ("decide", text, "--unit", "住建局", "--meeting", "第1次", "--due", "2016-07-14")
        assert place.here(*decided, "--on", "2016-07-12").code == 0
        note = ("-m", "发现问题3处") if number == 1 else ()
        assert place.here("decide", "--settled", str(2 * number - 1), *note, "--on", "2016-07-13").code == 0

    shown = place.here("agenda", "--as-of", "2016-07-15", "-f", "plain", LANG="zh_CN.UTF-8").out
    assert "2016-07-13  发现问题3处" in shown
    narrow = place.here("agenda", "--as-of", "2016-07-15", "-f", "table", LANG="zh_CN.UTF-8", COLUMNS="80").out
    assert "7月13日办结：发现问题3处" in narrow
    for file in ("议题.docx", "议题.xlsx"):
        assert place.here("agenda", "--as-of", "2016-07-15", "-o", file, LANG="zh_CN.UTF-8").code == 0
    (table,) = [
        each
        for each in docx.Document(str(place.folder / "议题.docx")).tables
        if each.rows[0].cells[-1].text == "办结情况"
    ]
    assert [[cell.text for cell in row.cells[-2:]] for row in table.rows[1:]] == [
        ["7月13日", "发现问题3处"],
        ["7月13日", "–"],
    ]
    sheet = load_workbook(place.folder / "议题.xlsx").worksheets[0]
    rows = [
        [cell.value.replace("\n", "") if isinstance(cell.value, str) else cell.value for cell in row]
        for row in sheet.iter_rows()
    ]
    titles = next(row for row in rows if "办结情况" in row)
    settled = next(dict(zip(titles, row, strict=True)) for row in rows if "发现问题3处" in row)
    assert (settled.get("提出日期"), f"{settled['办结日期']:%m-%d}") == (None, "07-13")


def test_a_replaced_decision_says_that_it_was(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    for text in ("研究经费", "经费列入预算"):
        assert place.here("decide", text, "--unit", "住建局", "--meeting", "第1次", "--on", "2016-07-12").code == 0
    assert place.here("decide", "--settled", "1", "--superseded-by", "2", "--on", "2016-07-13").code == 0
    shown = place.here("agenda", "--as-of", "2016-07-15", "-f", "plain", LANG="zh_CN.UTF-8").out
    assert "2016-07-13  已由后一议定事项取代" in shown


def test_a_task_that_is_due_does_not_repeat_its_title_on_a_terminal(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    told = place.here("agenda", "--as-of", "2016-07-15", LANG="zh_CN.UTF-8").out.partition("六、")[2]
    assert ("道路" in told, told.count("道路"), "整项任务" in told) == (True, 1, True)


def test_the_row_of_a_late_task_gives_each_date_once_and_every_late_thing(tmp_path: Path) -> None:
    milestones = ", ".join(f"{{id: m{n}, title: 节点{n}, deadline: 2016-0{n}-01}}" for n in (3, 4, 5))
    late = f"- {{id: 1, title: 管廊, lead_unit: 住建局, deadline: 2016-06-01, milestones: [{milestones}]}}\n"
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN.partition("- id: 1")[0] + late, "utf-8")
    assert place.here("agenda", "--as-of", "2016-07-15", "-o", "议题.docx", LANG="zh_CN.UTF-8").code == 0
    [table] = docx.Document(str(place.folder / "议题.docx")).tables
    cells = table.rows[1].cells
    assert cells[2].text.split("\n") == [
        "节点3，逾期未报",
        "节点4，逾期未报（时限4月1日，105天）",
        "节点5，逾期未报（时限5月1日，75天）",
        "整项任务，逾期未报（时限6月1日，44天）",
    ]
    assert cells[4].text == "3月1日\n逾期136天"


def test_tasks_behind_are_in_the_order_of_their_printed_days_and_the_meeting_is_asked_for_lead_units(
    tmp_path: Path,
) -> None:
    """A longer task may be behind by more days but by a smaller share of its time."""
    tasks = (
        "- {id: 1, title: 道路, lead_unit: null, deadline: 2016-07-30}\n"
        "- {id: 2, title: 绿化, lead_unit: 住建局, deadline: 2017-12-31}\n"
        "- {id: 3, title: 管网, lead_unit: 住建局, deadline: 2016-12-31, unconfirmed: [lead_unit]}\n"
    )
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN.partition("- id: 1")[0] + tasks, "utf-8")
    for task, percentage in (("1", "60"), ("2", "5"), ("3", "10")):
        assert place.here("record", task, percentage, "--from", "住建局", "--on", "2016-07-14").code == 0
    assert place.here("agenda", "--as-of", "2016-07-15", "-o", "议题.docx", LANG="zh_CN.UTF-8").code == 0
    word = docx.Document(str(place.folder / "议题.docx"))
    assert "表中2项任务的牵头单位未明确或待确认，请会议明确。" in [paragraph.text for paragraph in word.paragraphs]
    behind = [int(re.findall(r"滞后(\d+)天", row.cells[2].text)[0]) for row in word.tables[0].rows[1:-1]]
    assert len(behind) == 3
    assert behind == sorted(behind, reverse=True)
