"""What `jk check` reports about a plan besides faults."""

from pathlib import Path

import pytest

from jingkai_cli.plan import parse_plan
from jingkai_cli.reports.findings import information, unknown_tasks
from running import Workspace

HEAD = "title: 工作\nyear: 2016\n"
TASK = "{id: 1, title: 河道, lead_unit: 水利局, deadline: 2016-12-31"


def findings(text: str) -> list[str]:
    return list(information(parse_plan(f"{HEAD}{text}", "tasks.yaml")))


def test_a_complete_plan_has_no_findings() -> None:
    assert findings(f"tasks: [{TASK}}}]\n") == []


def test_an_inherited_unconfirmed_field_is_listed_for_the_parent_only() -> None:
    parts = "[{id: 1.1, title: 上游}, {id: 1.2, title: 下游, lead_unit: null, deadline: 2016-11-30}]"
    assert findings(f"tasks: [{TASK}, unconfirmed: [deadline], subtasks: {parts}}}]\n") == [
        "lead unit to be settled: 1.2 河道 (下游)",
        "deadline to be confirmed: all tasks",
    ]


def test_standing_work_lacks_no_deadline() -> None:
    assert findings("tasks: [{id: 1, title: 河道, lead_unit: 水利局, standing: true}]\n") == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2016-12-31", []),
        ("2017-01-01", ["task 1: sub-task 1.1 is due 2017-01-01, after the task's deadline 2016-12-31"]),
    ],
)
def test_a_sub_task_that_is_due_after_its_parent(day: str, expected: list[str]) -> None:
    assert findings(f"tasks: [{TASK}, subtasks: [{{id: 1.1, title: 上游, deadline: {day}}}]}}]\n") == expected


def test_a_milestone_of_a_sub_task_that_is_due_after_it() -> None:
    milestone = "{id: m, title: 通水, deadline: 2017-01-31}"
    assert findings(f"tasks: [{TASK}, subtasks: [{{id: 1.1, title: 上游, milestones: [{milestone}]}}]}}]\n") == [
        "task 1.1: milestone m is due 2017-01-31, after the task's deadline 2016-12-31"
    ]


def test_a_collective_name_that_the_plan_does_not_define() -> None:
    head = "collective: {各乡镇: [甲镇]}\n"
    one = "{id: 1, title: 河道, lead_unit: 各乡镇, support_units: [各乡镇, 各部门], deadline: 2016-12-31}"
    two = "{id: 2, title: 绿化, lead_unit: 各企业, support_units: [各部门], deadline: 2016-12-31}"
    assert findings(f"{head}tasks: [{one}, {two}]\n") == [
        "units without members under 'collective', which get no form, letter or rank: 各部门, 各企业",
        "tasks that several units lead, none of which gets a form, letter or rank for it: 1",
    ]


def test_a_programme_total_without_indicators() -> None:
    totals = "totals: [{id: investment, name: 完成投资, unit: 亿元}, {id: roads, name: 道路}]\n"
    indicator = "indicators: [{id: a, name: 投资, unit: 万元, total: investment}]"
    assert findings(f"{totals}tasks: [{TASK}, subtasks: [{{id: 1.1, title: 上游, {indicator}}}]}}]\n") == [
        "the total 道路 has nothing to sum (expected an indicator with 'total: roads')"
    ]


def test_ids_and_former_ids_of_sub_tasks_are_known() -> None:
    plan = parse_plan(f"{HEAD}tasks: [{TASK}, subtasks: [{{id: 1.1, title: 上游, formerly: ['7']}}]}}]\n", "tasks.yaml")
    assert list(unknown_tasks(plan, ["1", "1.1", "7"])) == []
    assert len(list(unknown_tasks(plan, ["1.2"]))) == 1


@pytest.mark.parametrize(
    ("better", "first", "times"),
    [("", "60", 1), (", better: lower, baseline: 60", "60", 0), ("", "38", 0)],
)
def test_a_level_that_begins_above_its_target(better: str, first: str, times: int, tmp_path: Path) -> None:
    indicator = f"{{id: pm, name: PM2.5, unit: 微克, type: level, target: 38{better}}}"
    place = Workspace(tmp_path)
    (tmp_path / "tasks.yaml").write_text(f"{HEAD}tasks: [{TASK}, indicators: [{indicator}]}}]\n", "utf-8")
    for day, value in (("2016-02-01", first), ("2016-03-01", int(first) - 1)):
        assert place.here("record", "1", f"pm={value}", "--on", day).code == 0
    checked = place.here("check")
    assert checked.code == 0
    assert checked.err.count(f"Information: task 1: PM2.5 began at {first}, above its target 38: if") == times


def test_a_cancelled_task_may_leave_the_plan_though_a_problem_of_it_was_reopened(tmp_path: Path) -> None:
    place, plan, gone = Workspace(tmp_path), tmp_path / "tasks.yaml", "{id: 2, title: 绿化, lead_unit: 林业局"
    plan.write_text(f"{HEAD}tasks: [{TASK}}}, {gone}, deadline: 2016-12-31}}]\n", "utf-8")
    decided = ("-m", "规划调整", "--approved-by", "领导小组", "--basis", "document")
    for step in (
        ("problem", "open", "2", "枯死", "--unit", "林业局", "--due", "2016-03-10", "--on", "2016-03-01"),
        ("problem", "fix", "1", "--on", "2016-03-02"),
        ("cancel", "2", *decided, "--on", "2016-03-03"),
        ("problem", "reopen", "1", "-m", "又枯死", "--on", "2016-03-04"),
    ):
        done = place.here(*step)
        assert done.code == 0, done.err
    plan.write_text(f"{HEAD}tasks: [{TASK}}}]\n", "utf-8")
    checked = place.here("check", "vanished")
    assert (checked.code, checked.out.count("绿化")) == (0, 0), checked.out
