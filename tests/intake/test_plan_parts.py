"""Numbers, parts, dates and units of office plans that an earlier version misread without a notice."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office_files import sheet

from jingkai_cli.intake.plan_documents import OfficePlan, PlanReadingOptions, read_office_plan
from jingkai_cli.intake.plan_drafts import Draft

HEADER = ("序号", "工作任务", "牵头单位", "完成时限", "节点目标")


def table(folder: Path, *rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> OfficePlan:
    return read_office_plan(sheet(folder / "plan.xlsx", [header, *rows]), PlanReadingOptions(2026))


def text(folder: Path, *lines: str) -> OfficePlan:
    (folder / "plan.txt").write_text("明湖区2026年重点工作\n" + "\n".join(lines), "utf-8")
    return read_office_plan(folder / "plan.txt", PlanReadingOptions(2026))


def tree(drafts: list[Draft]) -> list[Any]:
    return [(each.id, each.title, *([tree(each.subtasks)] if each.subtasks else [])) for each in drafts]


def unused(made: OfficePlan) -> str:
    return "\n".join(f"{each.where}: {each.message}" for each in made.account.lines())


def test_a_circled_number_is_a_part_and_takes_no_number_of_a_later_task(tmp_path: Path) -> None:
    made = table(
        tmp_path,
        ("14", "停车场", "区城管局", "9月"),
        ("①", "东区停车场", None, "6月"),
        ("②", "西区停车场", None, "9月"),
        ("15", "三改一拆", "区城管局", "9月"),
        ("15.1", "旧改", None, "6月"),
    )
    parts = [("14.1", "东区停车场"), ("14.2", "西区停车场")]
    assert tree(made.drafts.tasks) == [("14", "停车场", parts), ("15", "三改一拆", [("15.1", "旧改")])]
    assert not unused(made)


def test_a_number_given_by_the_program_is_no_parent(tmp_path: Path) -> None:
    rows = [
        (number, f"子项{number}{name}", "区城管局", "12月")
        for number, name in zip(("3.1", "3.2", "3.1", "3.11"), "甲乙丙丁", strict=True)
    ]
    made = table(tmp_path, *rows)
    assert [(each.id, each.subtasks) for each in made.drafts.tasks] == [
        ("3.1", []),
        ("3.2", []),
        ("4", []),
        ("3.11", []),
    ]
    assert "表!A4: 3.1 cannot be the id of a task" in unused(made)


def test_parts_follow_the_task_that_has_their_number_in_the_file(tmp_path: Path) -> None:
    rows = (("1", "甲"), ("1.1", "甲一"), ("二、民生类", None), ("1", "乙"), ("1.1", "乙一"))
    made = table(tmp_path, *((*row, "区城管局" if row[1] else None, "12月" if row[1] else None) for row in rows))
    first, second = made.drafts.tasks
    assert [tree([first]), second.title, [each.title for each in second.subtasks]] == [
        [("1", "甲", [("1.1", "甲一")])],
        "乙",
        ["乙一"],
    ]
    assert second.subtasks[0].id.startswith(f"{second.id}.")


def test_rows_after_one_with_among_them_are_parts_too(tmp_path: Path) -> None:
    made = table(
        tmp_path,
        ("1", "新建小学", "区教体局", "12月"),
        (None, "其中：明湖小学", None, "8月"),
        (None, "祥云小学", None, "12月"),
        ("2", "养老中心", "区民政局", "9月"),
    )
    parts = [("1.1", "明湖小学"), ("1.2", "祥云小学")]
    assert tree(made.drafts.tasks) == [("1", "新建小学", parts), ("2", "养老中心")]


def test_an_ambiguous_month_without_its_last_zero_is_listed(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("序号,工作任务,牵头单位,完成时限\n1,河道治理,区水利局,2026.1\n", "utf-8")
    made = read_office_plan(tmp_path / "plan.csv", PlanReadingOptions(2026))
    assert (made.drafts.tasks[0].deadline, "D2: '2026.1' may be January or October" in unused(made)) == (None, True)


def test_the_first_of_two_dates_of_a_deadline_is_kept(tmp_path: Path) -> None:
    made = table(tmp_path, ("1", "河道治理", "区水利局", "10月底前完工，2027年6月竣工验收"))
    (task,) = made.drafts.tasks
    assert task.deadline == date(2027, 6, 30)
    assert task.milestones == [("完工", date(2026, 10, 31)), ("竣工验收", date(2027, 6, 30))]


def test_the_dated_steps_of_a_goal_are_milestones_or_listed(tmp_path: Path) -> None:
    goal = "①3月15日前完成选址②5月底完成立项③12月底前主体封顶"
    header = ("序号", "工作任务", "目标任务", "牵头单位", "完成时限", "节点目标")
    made = table(
        tmp_path,
        ("1", "小学", goal, "区教体局", "12月"),
        ("2", "中学", goal, "区教体局", "12月", "6月底前开工"),
        ("3", "幼儿园", "新建2所", "区教体局", "12月"),
        header=header,
    )
    first, second, _third = made.drafts.tasks
    assert (first.goal, [title for title, _day in first.milestones]) == (goal, ["完成选址", "完成立项", "主体封顶"])
    assert [title for title, _day in second.milestones] == ["开工"]
    assert (len(made.unused()), f"表!C3: “{goal}”: the dates in it are not milestones" in unused(made)) == (1, True)


@pytest.mark.parametrize(
    ("line", "title", "lead", "support"),
    [
        ("1.招商引资55亿元，区商务局负责，年底前完成", "招商引资55亿元", "区商务局", []),
        ("1.新建小学2所，12月底前完成。（区教体局）", "新建小学2所，12月底前完成", "区教体局", []),
        (
            "1.老旧小区改造。由区住建局牵头，区财政局、各街道配合，12月底前完成45个。",
            "老旧小区改造",
            "区住建局",
            ["区财政局", "各街道"],
        ),
        ("1.老旧小区改造，由区住建局牵头，12月底前完成", "老旧小区改造", "区住建局", []),
    ],
)
def test_units_are_read_from_a_sentence(line: str, title: str, lead: str, support: list[str], tmp_path: Path) -> None:
    made = text(tmp_path, line, "2.河道治理。牵头单位：区水利局；完成时限：10月底")
    task = made.drafts.tasks[0]
    assert (task.title, task.lead_unit, task.support_units) == (title, lead, support)
    assert task.deadline == date(2026, 12, 31)
    assert not unused(made)


def test_a_line_with_only_unit_and_date_belongs_to_the_task_above(tmp_path: Path) -> None:
    made = text(
        tmp_path,
        "一、关于背街小巷改造工作",
        "（一）区城管局牵头，6月底前完成20条，11月底前全部完成。",
        "二、关于老旧小区改造工作。由区住建局牵头，10月底前完成45个。",
    )
    first = made.drafts.tasks[0]
    assert (first.lead_unit, first.subtasks, first.deadline) == ("区城管局", [], date(2026, 11, 30))


def test_words_that_resemble_a_unit_are_not_read_as_one(tmp_path: Path) -> None:
    made = text(tmp_path, "1.河道治理。完成12公里，抓好落实。牵头单位：区水利局；完成时限：10月底")
    assert (made.drafts.tasks[0].lead_unit, made.drafts.tasks[0].support_units) == ("区水利局", [])
    assert "抓好落实" in (made.drafts.tasks[0].goal or "")


def test_two_names_that_may_be_one_unit_are_reported(tmp_path: Path) -> None:
    made = table(
        tmp_path, ("1", "甲", "水利局", "9月"), ("2", "乙", "明湖区水利局", "9月"), ("3", "丙", "区城管局", "9月")
    )
    (remark,) = made.remarks()
    assert "'水利局' and '明湖区水利局' are two units here" in remark.message
    assert "units: [{name: 明湖区水利局, also: [水利局]}]" in remark.message
