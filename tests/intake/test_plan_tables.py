"""`jk init --from` converts an office's plan table to a valid plan, and lists the cells that it cannot read."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office_files import HEADER, ROWS, TITLE, sheet, word

from jingkai_cli.plan import load_plan
from running import Done, Workspace


def begun(folder: Path, file: Path, *more: str) -> Done:
    return Workspace(folder).here("init", "--from", file.name, *more)


@pytest.fixture(params=["xlsx", "docx"])
def office_plan(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "docx":
        return word(tmp_path / "plan.docx", [HEADER, *ROWS])
    return sheet(tmp_path / "plan.xlsx", [[TITLE], HEADER, *ROWS])


def test_a_plan_table_becomes_a_plan_that_loads(office_plan: Path, tmp_path: Path) -> None:
    done = begun(tmp_path, office_plan)
    assert (done.code, done.out.splitlines()[0]) == (0, f"tasks.yaml written from {office_plan.name}: 3 tasks")
    plan = load_plan(tmp_path / "tasks.yaml")
    assert (plan.title, plan.year) == (TITLE, 2016)
    first, second, third = plan.tasks
    assert (first.id, first.title, first.leader, first.lead_unit) == ("1", "停车场建设", "分管副主任", "城镇办")
    assert (first.support_units, first.deadline) == (("执法局", "规划局"), date(2016, 6, 30))
    assert [(m.title, m.deadline) for m in first.milestones] == [
        ("完成设计", date(2016, 3, 31)),
        ("主体完工", date(2016, 5, 31)),
    ]
    assert (second.leader, second.lead_unit, second.milestones) == (None, "执法局", ())
    assert (second.deadline, second.unconfirmed) == (date(2016, 12, 31), ("deadline",))
    assert (third.lead_unit, third.support_units) == (None, ("市政局", "园林局"))
    assert [(m.title, m.deadline) for m in third.milestones] == [("完成招标", date(2016, 6, 30))]


def test_an_unreadable_cell_is_reported_and_kept_as_a_comment(office_plan: Path, tmp_path: Path) -> None:
    done = begun(tmp_path, office_plan)
    row = 3 if office_plan.suffix == ".docx" else 4
    name = "table 1" if office_plan.suffix == ".docx" else "表"
    told, *said = done.err.splitlines()
    assert (told, done.out.splitlines()[1]) == ("3 not used:", "  23 cells read")
    assert [line.partition(": ")[0] for line in said] == [
        f"{office_plan.name}!{name}!F{row}",
        f"{office_plan.name}!{name}!G{row}",
        f"{office_plan.name}!{name}!G{row + 1}",
    ]
    assert ["近期" in said[0], "适时启动" in said[1], "6月31日" in said[2]] == [True] * 3
    text = (tmp_path / "tasks.yaml").read_text("utf-8")
    assert all(f"# {name}!{cell}: " in text for cell in (f"F{row}", f"G{row}", f"G{row + 1}"))


def test_cells_merged_downwards_are_one_task(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ("1", "停车场", "", "城镇办", "", "6月底", "3月底前设计"),
        ("", "", "", "", "规划局", "", "5月底前完工"),
    ]

    def merge(table: Any) -> None:
        for column in range(4):
            table.cell(1, column).merge(table.cell(2, column))

    assert begun(tmp_path, word(tmp_path / "plan.docx", rows, merge)).code == 0
    (task,) = load_plan(tmp_path / "tasks.yaml").tasks
    assert [m.title for m in task.milestones] == ["设计", "完工"]
    assert task.support_units == ("规划局",)
    (tmp_path / "tasks.yaml").unlink()

    def merge_too(active: Any) -> None:
        for column in "ABCD":
            active.merge_cells(f"{column}3:{column}4")

    merged = sheet(tmp_path / "plan.xlsx", [[TITLE], *rows], merge_too)
    assert begun(tmp_path, merged).code == 0
    (task,) = load_plan(tmp_path / "tasks.yaml").tasks
    assert [m.title for m in task.milestones] == ["设计", "完工"]


def test_a_heading_across_the_table_is_the_category_of_the_tasks_below(tmp_path: Path) -> None:
    rows = [[TITLE], HEADER, ["一、征迁改造"], *ROWS[:1]]
    file = sheet(tmp_path / "plan.xlsx", rows, lambda active: active.merge_cells("A3:G3"))
    assert begun(tmp_path, file).err == ""
    (task,) = load_plan(tmp_path / "tasks.yaml").tasks
    assert (task.title, task.category) == ("停车场建设", "征迁改造")


def test_without_a_lead_column_the_unit_listed_first_leads(tmp_path: Path) -> None:
    file = sheet(
        tmp_path / "p.xlsx", [["重点任务", "责任单位（配合单位）", "完成时间"], ["绿化", "市政局、园林局", "2016.6.30"]]
    )
    assert begun(tmp_path, file, "--year", "2016").code == 0
    (task,) = load_plan(tmp_path / "tasks.yaml").tasks
    assert (task.id, task.lead_unit, task.support_units) == ("1", "市政局", ("园林局",))


def test_an_unknown_column_is_reported(tmp_path: Path) -> None:
    file = sheet(tmp_path / "p.xlsx", [["工作任务", "完成时限", "资金来源"], ["绿化", "2016年6月底", "财政"]])
    assert "资金来源" in begun(tmp_path, file).err


def test_a_document_without_a_year_needs_the_option(tmp_path: Path) -> None:
    file = sheet(tmp_path / "p.xlsx", [["工作任务", "完成时限"], ["绿化", "6月底"]])
    done = begun(tmp_path, file)
    assert (done.code, done.out) == (2, "")
    assert "--year" in done.err
    assert not (tmp_path / "tasks.yaml").exists()


@pytest.mark.parametrize(
    "text", ["=1+1", "a: b # c", "'", '"', "- x", "!!tag", "\u202e反", "是", "null", "x" * 900, "{a}"]
)
def test_any_cell_text_gives_a_plan_that_loads(text: str, tmp_path: Path) -> None:
    def put(active: Any) -> None:
        for column in "BCDE":
            active[f"{column}3"].value = text
            active[f"{column}3"].data_type = "s"

    file = sheet(tmp_path / "plan.xlsx", [[TITLE], HEADER, ("1", "", "", "", "", "6月底", "")], put)
    assert begun(tmp_path, file).code == 0
    assert load_plan(tmp_path / "tasks.yaml").tasks[0].deadline == date(2016, 6, 30)


def test_missing_and_too_long_cells_are_reported(tmp_path: Path) -> None:
    done = begun(tmp_path, sheet(tmp_path / "plan.xlsx", [[TITLE], HEADER, ("1", "长" * 501, "", "", "", "", "")]))
    assert [line.partition(": ")[0] for line in done.err.splitlines()] == ["1 not used:", "plan.xlsx!表!B3"]
    assert "no deadline could be read for 1" in done.out
    assert len(load_plan(tmp_path / "tasks.yaml").tasks[0].title) == 500


def test_the_years_of_a_plan_of_several_are_asked_for(tmp_path: Path) -> None:
    rows = [
        ["测试区2016—2018年行动计划"],
        ["工作任务", "牵头单位", "2016年", "2018年"],
        ["治河", "水务局", "勘察", "完工"],
    ]
    file = sheet(tmp_path / "p.xlsx", rows)
    assert "--year" in begun(tmp_path, file).err
    assert begun(tmp_path, file, "--year", "2016").code == 0
    days = [m.deadline.year for m in load_plan(tmp_path / "tasks.yaml").tasks[0].milestones]
    assert days == [2016, 2018]


def test_labels_may_follow_the_sentences_of_prose(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text(
        "2016年民生实事\n1.新建学校2所。8月底前投用（含操场，责任单位另定）。责任单位：教体局，责任人：张某\n"
        "2.改造公厕。10月底前完成。责任单位：城管局，配合单位：各街道\n",
        "utf-8",
    )
    assert begun(tmp_path, tmp_path / "p.txt").err == ""
    first, second = load_plan(tmp_path / "tasks.yaml").tasks
    assert (first.title, first.lead_unit, first.person) == ("新建学校2所", "教体局", "张某")
    assert (second.lead_unit, second.support_units, second.deadline) == ("城管局", ("各街道",), date(2016, 10, 31))


def test_a_document_without_a_task_table(tmp_path: Path) -> None:
    done = begun(tmp_path, sheet(tmp_path / "p.xlsx", [["甲", "乙"], ["1", "2"]]), "--year", "2016")
    assert (done.code, done.out) == (3, "")
    assert "headers were seen: 表!A1: 甲 | 乙" in done.err
    assert begun(tmp_path, tmp_path / "p.pdf").code == 2


def test_marks_and_figures_in_the_columns_of_months_are_no_steps(tmp_path: Path) -> None:
    rows = [[TITLE], ["工作任务", "牵头单位", "1月", "2月", "3月", "4月"], ["绿化", "园林局", "√", "30%", "/", "验收"]]
    done = begun(tmp_path, sheet(tmp_path / "p.xlsx", rows))
    assert [line.partition(": ")[0] for line in done.err.splitlines()[1:]] == ["p.xlsx!表!C3", "p.xlsx!表!D3"]
    assert [m.title for m in load_plan(tmp_path / "tasks.yaml").tasks[0].milestones] == ["验收"]


def test_a_table_within_a_cell_is_listed_and_no_part_of_a_name(tmp_path: Path) -> None:
    def nest(table: Any) -> None:
        inner = table.cell(1, 1).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "勘察", "3月底"

    done = begun(tmp_path, word(tmp_path / "p.docx", [HEADER, ROWS[0]], nest))
    assert done.err == "1 not used:\np.docx!table 1!B2: “勘察 3月底”: a table within a cell\n"
    assert load_plan(tmp_path / "tasks.yaml").tasks[0].title == "停车场建设"


def test_the_end_of_the_works_is_the_deadline_beside_the_years_of_the_project(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [[TITLE], ["项目名称", "建设工期", None, "建设年限"], [None, "开工", "竣工"]]
    rows.append(["甲路", "2016-03-01", "2016.10", "2016-2018"])
    done = begun(tmp_path, sheet(tmp_path / "p.xlsx", rows, lambda active: active.merge_cells("B2:C2")))
    (task,) = load_plan(tmp_path / "tasks.yaml").tasks
    assert (task.start, task.deadline) == (date(2016, 3, 1), date(2016, 10, 31))
    assert "表!D2" in done.err


def test_a_possibly_shortened_unit_is_accepted_and_listed(tmp_path: Path) -> None:
    file = sheet(tmp_path / "p.xlsx", [[TITLE], ["工作任务", "责任单位"], ["绿化", "园林局；东街、西街办事处"]])
    assert "p.xlsx!表!B3: “园林局；东街、西街办事处”" in begun(tmp_path, file).err
    assert load_plan(tmp_path / "tasks.yaml").tasks[0].support_units == ("东街", "西街办事处")


@pytest.mark.parametrize(
    "days", [(46203, 46295), ("2026.6.30", "2026.9.30"), ("20260630", "20260930"), ("26年6月", "26年9月")]
)
def test_a_year_in_the_text_is_not_the_plan_s_year_if_the_dates_have_another(
    days: tuple[Any, Any], tmp_path: Path
) -> None:
    rows = [["工作任务", "完成时限"], ["治河", days[0]], ["绿化", days[1]], ["修路", "2025年12月底"]]
    file = sheet(tmp_path / "p.xlsx", rows)
    done = begun(tmp_path, file)
    assert (done.code, done.out) == (2, "")
    assert "2026 (2), 2025 (1)" in done.err
    assert "--year 2026" in done.err
    assert not (tmp_path / "tasks.yaml").exists()
    assert begun(tmp_path, file, "--year", "2026").code == 0
    assert load_plan(tmp_path / "tasks.yaml").year == 2026


def test_a_title_s_year_is_refused_if_more_dates_have_another_year(tmp_path: Path) -> None:
    rows = [
        ["2025年重点任务清单"],
        ["工作任务", "完成时限"],
        ["治河", "2026.6.30"],
        ["绿化", "2026.9.30"],
        ["修路", "6月底"],
    ]
    done = begun(tmp_path, sheet(tmp_path / "p.xlsx", rows))
    assert done.code == 2
    assert "the text says 2025, but the dates are in 2026 (2), 2025 (1)" in done.err
    rows[2] = ["治河", "2025年6月底"]
    assert begun(tmp_path, sheet(tmp_path / "p.xlsx", rows)).code == 0
    assert load_plan(tmp_path / "tasks.yaml").year == 2025
