"""A letter on paper has at most three pages: prose, or a list of its items with the receipt, and a workbook."""

import re
from datetime import date, timedelta
from pathlib import Path

import docx
import openpyxl
from docx.oxml.ns import qn

from jingkai_cli.formats.word.gbt9704 import TEXT_HEIGHT, TEXT_WIDTH
from jingkai_cli.formats.word.paging import pages
from running import Workspace

HEAD = "title: 重点工作\nyear: 2016\nissuer: 领导小组办公室\ncode: 示督\ntasks:\n"
DAY = ("--as-of", "2016-11-27")
LIST = "督办事项清单及办理回执"


def office(folder: Path, *tasks: str) -> Workspace:
    place = Workspace(folder)
    (place.folder / "tasks.yaml").write_text(HEAD + "\n".join(f"- {{{task}}}" for task in tasks), "utf-8")
    return place


def day(number: int) -> date:
    return date(2016, 8, 1) + timedelta(days=number)


def late(count: int) -> list[str]:
    """Tasks that are all late, each by a day more than the next."""
    return [
        f"id: {number}, title: 第{number}片区雨污分流管网改造, lead_unit: 住建局, deadline: {day(number)}"
        for number in range(1, count + 1)
    ]


def with_problems(place: Workspace, count: int, tasks: int) -> None:
    for number in range(count):
        what = f"围挡破损，渣土未覆盖，雨天泥水横流（{number + 1}）"
        task, due = f"{number % tasks + 1}", f"2016-11-{number % 20 + 1:02}"
        opened = ("problem", "open", task, what, "--unit", "住建局", "--due", due, "--on", "2016-10-20")
        assert place.here(*opened).code == 0


def written(place: Workspace, *options: str) -> tuple[list[str], list[list[str]]]:
    """The paragraphs of the letter to 住建局, and the rows of its receipt."""
    done = place.here("notice", "住建局", "-o", "letter.docx", *DAY, *options, LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    letter = docx.Document(str(place.folder / "letter.docx"))
    rows = [[cell.text for cell in row.cells] for row in letter.tables[0].rows]
    return [paragraph.text for paragraph in letter.paragraphs], rows


def workbook(place: Workspace) -> Path:
    return place.folder / "letter-附件2.xlsx"


def test_a_short_letter_has_everything_in_prose(tmp_path: Path) -> None:
    place = office(tmp_path, *late(3))
    text, rows = written(place)
    assert "附件：督办事项办理回执" in text
    assert rows[0] == ["督办事项", "办理情况", "未完成原因\n及补欠措施", "责任人", "完成日期"]
    assert len(rows) == 4
    assert not workbook(place).exists()


def test_a_long_letter_names_the_worst_and_lists_all(tmp_path: Path) -> None:
    place = office(tmp_path, *late(12))
    text, rows = written(place)
    assert "附件：" + LIST in text
    assert "你局承担的事项涉及12项工作（红色12项），详见附件。请首先办理逾期最久的红色事项：" in text
    assert [line[:4] for line in text if re.match("（.）第", line)] == ["（一）第", "（二）第", "（三）第"]
    assert rows[0] == ["序号", "督办事项", "目前情况", "办理情况、\n原因及措施", "责任人", "完成日期"]
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 13)]
    for number in range(1, 13):
        [row] = [row for row in rows if row[1].replace("\n", "") == f"第{number}片区雨污分流管网改造"]
        assert f"完成时限为{day(number).month}月{day(number).day}日" in row[2].replace("\n", "")
        assert row[3:] == ["", "", ""]
    assert not workbook(place).exists()  # the list has everything


def test_requests_are_grouped_by_kind(tmp_path: Path) -> None:
    place = office(tmp_path, *late(12))
    with_problems(place, 2, 12)
    text, _rows = written(place)
    asked = text[text.index("二、办理要求") + 1 :]
    assert asked[0].endswith("前，补报逾期未报事项完成情况，并附佐证材料。")
    assert "对逾期事项中未完成的逐项说明原因和欠账数量" in asked[1]
    assert "将逾期未整改的问题整改到位" in asked[2]


def test_a_list_asks_for_the_progress_of_what_is_not_due(tmp_path: Path) -> None:
    place = office(tmp_path, *late(9), "id: 10, title: 绿化, lead_unit: 住建局, deadline: 2017-12-31, measure: none")
    recorded = place.here("record", "10", "-m", "进场", "--on", "2016-11-13")
    assert recorded.code == 0, recorded.err
    text, _rows = written(place)
    asked = text[text.index("二、办理要求") + 1]
    assert asked.endswith("前，补报逾期未报事项完成情况和未按时报送事项进展情况，并附佐证材料。")


def test_a_long_letter_names_what_is_red_first_and_says_what_else_is_overdue(tmp_path: Path) -> None:
    late_milestones = ", ".join(f"{{id: m{n}, title: 节点{n}, deadline: 2016-08-0{n}}}" for n in (1, 2, 3))
    red = f"id: 30, title: 管廊, lead_unit: 住建局, deadline: 2016-12-30, milestones: [{late_milestones}]"
    yellow = [
        f"id: {40 + n}, title: 第{n}号泵站, lead_unit: 住建局, deadline: 2016-12-30, "
        f"milestones: [{{id: a, title: 开工, deadline: 2016-11-2{n}}}]"
        for n in range(1, 7)
    ]
    due = "id: 50, title: 桥梁, lead_unit: 住建局, deadline: 2016-11-29"
    place = office(tmp_path, red, *late(2), *yellow, due)
    assert place.here("record", "50", "60", "--on", "2016-11-26").code == 0
    text, _rows = written(place)
    [counted] = [line for line in text if line.startswith("你局承担的事项涉及")]
    assert counted.endswith("（红色3项、黄色7项），详见附件。请首先办理红色事项：")
    first = text.index(counted) + 1
    assert [line[:3] for line in text[first : first + 4]] == ["（一）", "（二）", "（三）", "二、办"]
    assert any(line.endswith("；另有2个节点逾期，见附件。") for line in text)
    assert any("确保即将到期的桥梁按期完成" in line for line in text)


def test_items_that_a_list_only_counts_are_in_a_workbook(tmp_path: Path) -> None:
    place = office(tmp_path, *late(24))
    with_problems(place, 40, 24)
    done = place.here("notice", "住建局", "-o", "letter.docx", *DAY, LANG="zh_CN.UTF-8")
    assert done.err == "letter-附件2.xlsx：附件2，逐条列明全部事项，请随文发送。\n"
    text, rows = written(place)
    assert [line for line in text if "督办事项" in line and "." in line] == [
        f"附件：1.{LIST}",
        "2.督办事项明细（电子表格）",
    ]
    assert "附件1" in text
    assert len(rows) == 1 + 24
    assert re.fullmatch(r"逾期\d+天等\d项", rows[24][2].replace("\n", ""))
    cells = [cell for row in openpyxl.load_workbook(workbook(place)).worksheets[0].values for cell in row]
    assert cells[:7] == ["督办等级", "序号", "工作任务", "内容", "时限", "逾期天数", "办理要求"]
    assert 0 not in cells
    for number in range(40):
        assert any(isinstance(cell, str) and f"（{number + 1}）" in cell for cell in cells), number


def test_items_without_a_row_are_counted(tmp_path: Path) -> None:
    place = office(tmp_path, *late(75))
    text, rows = written(place)
    assert any("涉及75项工作" in line for line in text)
    listed = len(rows) - 2
    assert 25 < listed < 40
    assert rows[-1][:3] == ["", f"其余{75 - listed}项工作", "见附件2"]
    assert openpyxl.load_workbook(workbook(place)).worksheets[0].max_row == 1 + 75


def test_a_terminal_and_a_page_have_everything(tmp_path: Path) -> None:
    place = office(tmp_path, *late(40))
    for form in ("plain", "html", "markdown"):
        said = place.here("notice", "住建局", *DAY, "-f", form, LANG="zh_CN.UTF-8").out
        assert "（四十）第" in said
        assert "清单" not in said


def test_the_workbook_is_issued_with_its_letter(tmp_path: Path) -> None:
    place = office(tmp_path, *late(75))
    done = place.here("notice", "住建局", "-o", "letter.docx", *DAY, "--issue", LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    recorded = place.here("log", "-f", "json").out
    assert re.search(r"letter\.docx sha256:[0-9a-f]{64}", recorded)
    assert re.search(r"letter-附件2\.xlsx sha256:[0-9a-f]{64}", recorded)
    assert workbook(place).exists()
    again = place.here("notice", "住建局", "-o", "letter.docx", *DAY, "--issue", LANG="zh_CN.UTF-8")
    assert again.code == 0
    assert "不再登记" in again.err or "不重复登记" in again.err


def test_a_workbook_needs_a_file_for_its_letter(tmp_path: Path) -> None:
    place = office(tmp_path, *late(75))
    done = place.here("notice", "住建局", *DAY, "-f", "docx", LANG="zh_CN.UTF-8")
    assert done.code == 0
    assert "附件2为电子表格" in done.err


def test_letters_to_all_units_have_their_workbooks(tmp_path: Path) -> None:
    place = office(tmp_path, *late(75), "id: a, title: 征迁, lead_unit: 水利局, deadline: 2016-11-20")
    done = place.here("notice", "--all", "-o", "letters", *DAY, LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    names = {file.name for file in (tmp_path / "letters").iterdir()}
    assert names == {"住建局.docx", "住建局-附件2.xlsx", "水利局.docx"}
    assert "letters/住建局-附件2.xlsx：附件2" in done.err


def test_an_english_letter_has_the_same_list(tmp_path: Path) -> None:
    tasks = [
        f"id: {n}, title: Separate drains in block {n}, lead_unit: Housing Office, deadline: {day(n)}"
        for n in range(1, 76)
    ]
    place = office(tmp_path, *tasks)
    plan = place.folder / "tasks.yaml"
    english = plan.read_text("utf-8").replace("title: 重点工作", "title: Key works\nlanguage: en")
    plan.write_text(english.replace("领导小组办公室", "Steering Office").replace("示督", "SO"), "utf-8")
    done = place.here("notice", "Housing Office", "-o", "letter.docx", *DAY)
    assert done.code == 0, done.err
    letter = docx.Document(str(place.folder / "letter.docx"))
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    text += "\n".join(cell.text for row in letter.tables[0].rows for cell in row.cells)
    text = text.replace("\u00a0", " ")  # between a figure and its unit
    assert "are about 75 tasks (75 red); see the attachment. First of all, what is red and most days late:" in text
    assert "Attachment: 1. List of matters, and receipt" in text
    assert re.findall("[\u4e00-\u9fff]+", text) == []
    assert (place.folder / "letter-attachment-2.xlsx").exists()


def test_a_list_has_a_row_for_each_task_with_the_same_statement(tmp_path: Path) -> None:
    late_ones = late(9)
    silent = [f"id: {n}, title: 第{n}片区公厕改造, lead_unit: 住建局, deadline: 2016-12-31" for n in range(10, 13)]
    _said, rows = written(office(tmp_path, *late_ones, *silent))
    works = [row[1].replace("\n", "") for row in rows[1:]]
    assert [work for work in works if "公厕" in work] == [f"第{n}片区公厕改造" for n in range(10, 13)]
    assert len(works) == 12


def test_a_letter_about_one_late_thing_does_not_ask_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, _rows = written(office(tmp_path / "one", *late(1)))
    two, _rows = written(office(tmp_path / "two", *late(2)))
    assert "前，该项尚未完成的，说明原因和欠账数量" in "".join(one)
    assert "逐项" not in "".join(one)
    assert "前，对上述事项中未完成的逐项说明原因和欠账数量" in "".join(two)


def test_a_letter_about_one_item_has_a_page_and_its_receipt(tmp_path: Path) -> None:
    what = "新增主体面积十六万平方米，实现五万平方米安置房回迁入住，累计完成投资一亿六千万元"
    step = f"milestones: [{{id: a, title: {what}, deadline: 2016-11-15}}]"
    task = (
        f"围合区域大棚户区征迁改造, lead_unit: 住建局, deadline: 2016-12-31, measure: none, start: 2016-11-14, {step}"
    )
    place = office(tmp_path, f"id: 1, title: {task}")
    plan = place.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("重点工作", "城市精细化管理20项重点工作推进方案"), "utf-8")
    text, _rows = written(place)
    assert f"一、督办事项。“{what}”时限为11月15日，逾期12天未收到完成情况。" in text  # otherwise a line too many
    blocks = docx.Document(str(place.folder / "letter.docx")).element.body[:-1]
    assert pages(blocks, TEXT_WIDTH, TEXT_HEIGHT) == 2


def test_copies_are_named_at_the_foot_of_the_page_of_the_receipt(tmp_path: Path) -> None:
    """They are not part of what the unit fills in and sends back."""
    place = office(tmp_path, *late(3))
    plan = place.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("code: 示督", "code: 示督\ncopy_to: [督查室]"), "utf-8")
    written(place)
    blocks = docx.Document(str(place.folder / "letter.docx")).element.body[:-1]
    space, record = blocks[-2:]
    assert "抄送：督查室。" in "".join(record.itertext())
    height = int(next(space.iter(qn("w:spacing"))).get(qn("w:line")))
    assert height > TEXT_HEIGHT / 3
    assert pages(blocks, TEXT_WIDTH, TEXT_HEIGHT) == 3
