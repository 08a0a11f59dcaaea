"""An assessment says why a unit has no score, and a list by unit how many tasks its sums leave out."""

import re
from pathlib import Path

import docx

from running import Workspace

PLAN = """title: 重点工作
year: 2016
units: [住建局, 水利局, 城管局]
tasks:
- {id: 1, title: 道路, lead_unit: 住建局, unconfirmed: [lead_unit], deadline: 2016-03-20}
- {id: 2, title: 河道, lead_unit: 水利局, deadline: 2016-12-31, unconfirmed: [deadline]}
- {id: 3, title: 绿化, lead_unit: null, deadline: 2016-03-20}
- {id: 4, title: 路灯, lead_unit: 城管局, start: 2016-01-01, deadline: 2016-12-31}
"""


def office(folder: Path, plan: str = PLAN) -> Workspace:
    place = Workspace(folder)
    folder.joinpath("tasks.yaml").write_text(plan, "utf-8")
    score = ("score", "住建局", "91", "--month", "2016-03", "--by", "王评委", "--on", "2016-03-28")
    assert place.here(*score).code == 0
    return place


def test_each_reason_for_no_score_is_in_a_note(tmp_path: Path) -> None:
    place = office(tmp_path)
    assert place.here("assess", "--month", "2016-03", "-o", "a.docx", LANG="zh_CN.UTF-8").code == 0
    word = docx.Document(str(tmp_path / "a.docx"))
    paper = "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    paper += "".join(paragraph.text for paragraph in word.paragraphs)
    screen = place.here("assess", "--month", "2016-03", LANG="zh_CN.UTF-8").out
    for said in (re.sub(r"[\s\u200b\u2060]", "", paper), screen):
        assert "牵头单位未确认的任务不考核：住建局1项。" in said
        assert "水利局不评分：本期没有可比的序时进度，也没有已确认的到期时限" in said
        assert "住建局仅有观摩评分，没有进度和按期完成可考核，不评分。" in said
        assert "城管局不评分" not in said


def test_without_any_score_the_reasons_stand_below_the_table_on_paper(tmp_path: Path) -> None:
    place = office(tmp_path, PLAN.replace("- {id: 4", "- {id: 4, unconfirmed: [lead_unit]"))
    assert place.here("assess", "--month", "2016-06", "-o", "a.docx", LANG="zh_CN.UTF-8").code == 0
    word = docx.Document(str(tmp_path / "a.docx"))
    text = "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    text += "".join(paragraph.text for paragraph in word.paragraphs)
    text = re.sub(r"[\s\u200b\u2060]", "", text)
    assert "牵头单位未确认的任务不考核：住建局1项、城管局1项。" in text
    assert "水利局未评分，扣分只列出，不计算。" in text


def test_a_list_by_unit_counts_the_tasks_that_its_sums_leave_out(tmp_path: Path) -> None:
    place = office(tmp_path)
    said = place.here("report", "--group-by", "unit", "--as-of", "2016-06-30", LANG="zh_CN.UTF-8").out
    assert "合计不含牵头单位待明确的1项（其中逾期1项、红灯1项）：3" in said
    command = ("report", "--group-by", "unit", "--as-of", "2016-06-30", "-o", "a.docx")
    assert place.here(*command, LANG="zh_CN.UTF-8").code == 0
    word = docx.Document(str(tmp_path / "a.docx"))
    text = " ".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    text += " ".join(paragraph.text for paragraph in word.paragraphs)
    assert "合计不含牵头单位待明确的1项（其中逾期1项、红灯1项）：3.绿化。" in re.sub("[\u200b\u2060]", "", text)


def test_sub_tasks_without_a_unit_are_counted_as_such(tmp_path: Path) -> None:
    parts = "subtasks: [{id: 3.1, title: 东片}, {id: 3.2, title: 西片}]"
    place = office(tmp_path, PLAN.replace("title: 绿化, ", f"title: 绿化, {parts}, "))
    said = place.here("report", "--group-by", "unit", "--as-of", "2016-06-30", LANG="zh_CN.UTF-8").out
    assert "合计不含牵头单位待明确的3项，其中分项任务2项（共逾期" in said


def test_a_list_by_unit_marks_unconfirmed_leads_and_says_what_the_mean_gap_counts(tmp_path: Path) -> None:
    place = office(tmp_path, PLAN + "- {id: 5, title: 停车场, lead_unit: 城管局, start: 2016-07-01, deadline: null, "
    "standing: true}\n")  # fmt: skip
    assert place.here("record", "4", "10", "--on", "2016-06-29").code == 0
    said = place.here("report", "--group-by", "unit", "--as-of", "2016-06-30", LANG="zh_CN.UTF-8").out
    assert "住建局* " in said
    assert "* 推进方案中尚未确认，但已计入：住建局1项" in said
    assert "平均差距只计既有序时进度又有实际进度的任务，未报送的不计入" in said
    assert "暂不亮灯：尚无可评判的进度和到期时限" in said
    rows = place.here("report", "--group-by", "unit", "--as-of", "2016-06-30", "-f", "csv", LANG="zh_CN.UTF-8").out
    assert "*" not in rows


def test_a_month_without_scores_has_one_sentence(tmp_path: Path) -> None:
    said = office(tmp_path).here("rank", "--month", "2016-02", "-f", "plain", LANG="zh_CN.UTF-8").out
    assert "本月没有评分。" in said
    assert "住建局" not in said


def test_open_problems_of_earlier_months_are_named_in_a_note_and_one_score_alone_has_no_rank(tmp_path: Path) -> None:
    place = office(tmp_path, PLAN + "- {id: 5, title: 桥梁, lead_unit: 城管局, deadline: 2016-05-10}\n")
    assert place.here("record", "4", "40", "--on", "2016-06-29").code == 0
    opened = ("problem", "open", "4", "积水", "--unit", "水利局", "--due", "2016-05-20", "--on", "2016-05-01")
    assert place.here(*opened).code == 0
    for month, is_named in (("2016-05", False), ("2016-06", True)):
        assert place.here("assess", "--month", month, "-o", "a.docx", LANG="zh_CN.UTF-8").code == 0
        word = docx.Document(str(tmp_path / "a.docx"))
        text = "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
        text = re.sub(r"[\s\u200b\u2060]", "", text)
        assert ("以前到期、至今未整改到位的（水利局1个），已在到期当期考核" in text) == is_named
        assert ("以前逾期、至今未完成的，本期再计一次未完成。" in text) == is_named
        screen = place.here("assess", "--month", month, LANG="zh_CN.UTF-8", COLUMNS="200").out
        assert ("（水利局1个）" in screen) == is_named
    assert "名次" not in text  # only 城管局 has a score
    assert "按得分排列" not in "".join(paragraph.text for paragraph in word.paragraphs)
