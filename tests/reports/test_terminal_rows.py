"""Rows on a terminal: nothing due is left out, each red lamp has its reason, a unit gets its own rows."""

import re
from datetime import date
from pathlib import Path

import pytest

from jingkai_cli.facts import TaskFacts
from jingkai_cli.plan import load_plan
from jingkai_cli.reports.task_report import brief_report
from judged import judge_task
from running import Workspace, workspace

PLAN = """title: 试验区重点工作
contacts: {甲局: 0371-66780001, 乙局: 0371-66780002}
tasks:
  - {id: 1, title: 道路改造, lead_unit: 甲局, start: 2016-01-01, deadline: 2016-12-31,
     milestones: [{id: m, title: 设计, deadline: 2016-04-06}]}
  - id: 2
    title: 绿化提升
    lead_unit: 甲局
    deadline: 2016-12-31
    subtasks:
      - {id: 2.1, title: 东片区, lead_unit: 甲局, start: 2016-01-01, deadline: 2016-04-01}
      - {id: 2.2, title: 西片区, lead_unit: 乙局, start: 2016-01-01, deadline: 2016-04-20}
  - {id: 3, title: 桥梁新建, lead_unit: 丙局, start: 2016-01-01, deadline: 2016-12-31}
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    tmp_path.joinpath("tasks.yaml").write_text(PLAN, "utf-8")
    return made


def problem(place: Workspace, task: str, text: str, due: str, *more: str) -> None:
    asked = ("problem", "open", task, text, "--unit", "甲局", "--due", due, "--on", "2016-03-01", *more)
    assert place.here(*asked).code == 0


def printed(place: Workspace, *command: str) -> list[str]:
    done = place.here(*command, "--as-of", "2016-04-08", "-f", "table", LANG="zh_CN.UTF-8")
    return [line.strip() for line in done.out.splitlines()]


def test_work_due_soon_is_counted_without_overdue_work(place: Workspace) -> None:
    for text, due in (("甲", "2016-04-20"), ("乙", "2016-04-21"), ("丙", "2016-04-01"), ("丁", "2016-04-02")):
        problem(place, "3", text, due)
    lines = printed(place, "report", "3", "--due-within", "30")
    assert lines[3:5] == ["4月20日，剩余12天：甲", "4月21日，剩余13天：乙"]
    for text in ("戊", "己"):
        problem(place, "3", text, "2016-04-22")
    assert printed(place, "report", "3", "--due-within", "30")[5] == "4月22日，剩余14天：己；另有1项"


def test_a_number_beside_the_name_of_another_unit_has_its_own_unit(place: Workspace) -> None:
    assert place.here("reach", "1", "m", "--on", "2016-03-01").code == 0
    asked = ("problem", "open", "1", "未围挡", "--unit", "乙局", "--due", "2016-03-08", "--on", "2016-03-01")
    assert place.here(*asked).code == 0
    row = "".join(printed(place, "report", "1"))
    assert "乙局应于3月8日前整改" in row
    assert "甲局 0371-66780001" in row
    assert "甲局 0371" not in "".join(printed(place, "report", "3"))


def test_a_note_on_a_column_is_printed_only_with_the_column(place: Workspace) -> None:
    assert place.here("record", "1", "20", "--on", "2016-04-01").code == 0
    command = ("report", "--group-by", "unit", "--as-of", "2016-04-08", "-f", "table")
    for language, note in (("zh_CN.UTF-8", "平均差距只计"), ("C.UTF-8", "Mean gap: of the tasks")):
        narrow, wide = (place.on_a_terminal(*command, COLUMNS=columns, LANG=language).out for columns in ("70", "140"))
        assert note not in narrow
        assert note in wide
        assert note in place.here(*command[:-1], "plain", LANG=language).out


def test_a_rate_is_named_on_one_line(place: Workspace) -> None:
    problem(place, "1", "未围挡", "2016-03-20")
    assert place.here("problem", "fix", "1", "--on", "2016-03-18").code == 0
    assert place.here("problem", "verify", "1", "--verifier", "监理", "--on", "2016-03-19").code == 0
    command = ("problem", "stats", "--month", "2016-03", "--as-of", "2016-04-08")
    heads = place.on_a_terminal(*command, COLUMNS="80", LANG="zh_CN.UTF-8").out.split("─")[0]
    assert "结案率" in heads
    assert "案率" not in heads.replace("结案率", "")


def test_a_unit_that_gets_no_letter_has_no_command_for_one(place: Workspace) -> None:
    plan = PLAN.replace("lead_unit: 丙局,", "lead_unit: 丙局, unconfirmed: [lead_unit],")
    place.folder.joinpath("tasks.yaml").write_text(plan, "utf-8")
    lines = printed(place, "today", "--since", "2016-04-07")
    assert "丙局  任务3*未报送      jk show 3" in lines
    assert "jk notice 甲局" in lines


def test_the_reason_for_a_red_lamp_comes_first(place: Workspace) -> None:
    problem(place, "1", "基坑渗水", "2016-05-01", "--major")
    for command in (("report", "1"), ("report", "--overdue"), ("today",), ("report", "1", "-w")):
        lines = printed(place, *command)
        at = next(n for n, line in enumerate(lines) if "基坑渗水" in line)
        assert not [line for line in lines[:at] if "设计" in line], command
    assert any("设计" in line for line in printed(place, "report", "--overdue"))


def test_late_things_below_a_row_have_their_dates_and_no_other_days(place: Workspace) -> None:
    problem(place, "1", "路面破损", "2016-04-01")
    row, *below = printed(place, "report", "1")[2:5]
    assert row.split()[-2:] == ["逾期7天", "甲局"]
    said = "".join(below).replace(" ", "").replace("0371-66780001", "")
    assert said == "问题#1“路面破损”，甲局应于4月1日前整改；设计，时限4月6日，逾期未报"
    problem(place, "1", "围挡破损", "2016-04-02")
    assert "；另有2项" in "".join(printed(place, "report", "1")[3:5])


def test_days_beside_a_deadline_say_what_else_they_are_of(place: Workspace) -> None:
    plan = load_plan(place.folder / "tasks.yaml")
    late = judge_task(plan.tasks[0], TaskFacts(), date(2016, 4, 8), plan.rules)
    made = brief_report(plan, [(late, "")], lambda _judgement: "")
    columns = {column.shown: n for n, column in enumerate(made.columns) if column.title == "Left or overdue"}
    assert made.rows[0][columns["narrow"]] == "2 days overdue"
    assert made.rows[0][columns["wide"]] == "a milestone 2 days overdue"


def test_a_unit_gets_the_row_of_its_own_subtask(place: Workspace) -> None:
    lines = printed(place, "report", "--unit", "乙局")
    assert lines[2].split()[1:3] == ["2.2", "绿化提升（西片区）"]
    assert lines[2].endswith("乙局")
    assert not [line for line in lines if "东片区" in line]
    assert lines[4].startswith("全部3项任务（不含2项分项任务）：")


def test_a_task_is_not_overdue_for_a_unit_whose_subtask_is_not(place: Workspace) -> None:
    assert "没有符合条件的任务。" in printed(place, "report", "--unit", "乙局", "--overdue")
    assert [line.split()[1] for line in printed(place, "report", "--unit", "甲局", "--overdue")[2:4:2]] == ["2"]


def test_the_weekly_lamps_of_a_filtered_report_count_all_tasks(place: Workspace) -> None:
    assert any(line.startswith("全部3项任务每周亮灯情况") for line in printed(place, "report", "--unit", "乙局", "-w"))


def test_an_agenda_has_the_worst_first_with_the_entry_numbers_for_commands(place: Workspace) -> None:
    problem(place, "3", "路面破损", "2016-03-01")
    for columns in ("80", "140"):
        done = place.here("agenda", "--as-of", "2016-04-08", "-f", "table", LANG="zh_CN.UTF-8", COLUMNS=columns)
        lines = done.out.split("四、逾期和预警任务")[1].split("五、")[0].splitlines()
        numbers = [line.split()[0] for line in lines if line[:1].isdigit()]
        assert numbers[:3] == ["3", "2.1", "1"], columns


def test_problems_are_listed_worst_first_in_the_words_of_their_totals(place: Workspace) -> None:
    for number, due in enumerate(("2016-04-20", "2016-04-01", "2016-03-20"), 1):
        problem(place, "3", f"问题{number}", due)
    assert place.here("problem", "fix", "3", "-m", "已整改", "--from", "甲局", "--on", "2016-03-19").code == 0
    assert place.here("problem", "verify", "3", "--verifier", "督查室", "--on", "2016-03-20").code == 0
    lines = printed(place, "problem", "list")
    assert [line.split()[0] for line in lines if line.startswith("#")] == ["#2", "#1", "#3"]
    assert [line.split()[-1] for line in lines if line.startswith("#")] == ["逾期7天", "已交办", "已销号"]
    assert lines[-2] == "问题3个：已交办2个，待核验0个，已销号1个；逾期1个"
    assert printed(place, "problem", "list", "--state", "待核验")[2] == "没有符合条件的问题。"


def test_the_statistics_by_task_are_in_the_order_of_the_plan(place: Workspace) -> None:
    for task, text in (("3", "甲"), ("3", "乙"), ("1", "丙")):
        problem(place, task, text, "2016-03-20")
    lines = printed(place, "problem", "stats", "--from", "2016-03-01", "--to", "2016-03-31", "--group-by", "任务")
    assert [line[:2] for line in lines if line[:1].isdigit() and line[1] == "."] == ["1.", "3."]


def test_the_statistics_fit_a_terminal_of_80_columns_in_english(place: Workspace) -> None:
    problem(place, "3", "甲", "2016-03-20")
    asked = ("problem", "stats", "--from", "2016-03-01", "--to", "2016-03-31", "--as-of", "2016-04-08", "-f", "table")
    printed = place.here(*asked).out.splitlines()
    assert printed[4].split()[:3] == ["Unit", "Found", "period"]
    assert printed[6].split()[:3] == ["甲局", "1", "1"]


def test_what_is_not_confirmed_has_its_mark_and_a_unit_of_a_problem_has_none(place: Workspace) -> None:
    plan = place.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("丙局,", "丙局, unconfirmed: [deadline, lead_unit],"), "utf-8")
    asked = ("problem", "open", "3", "路面破损", "--unit", "丙局", "--due", "2016-04-10", "--on", "2016-03-01")
    assert place.here(*asked).code == 0
    row = next(line for line in printed(place, "report") if " 3  桥梁新建" in line)
    assert row.split()[-2:] == ["剩余267天*", "丙局*"]
    for command in ("today", "handover"):
        lines = printed(place, command)
        at = next(n for n, line in enumerate(lines) if "路面破损" in line)
        assert re.search(r"\b3 +桥梁新建 +丙局(?!\*)", lines[at - 1]), command


def test_a_task_that_is_late_only_by_its_subtasks_has_a_reason(place: Workspace) -> None:
    lines = printed(place, "show", "2")
    assert "2项分项任务中逾期1项" in lines[lines.index("原因") + 1]
    lines = printed(place, "show", "1", "--explain")
    assert not [line for line in lines if line.startswith(("milestone-overdue", "unstarted", "silent"))]
    assert any(line.startswith("计量方式  按完成百分比") for line in lines)


def test_today_has_one_line_per_item_with_figures_first(place: Workspace) -> None:
    problem(place, "3", "路面破损", "2016-05-01")
    assert place.here("record", "3", "30", "--from", "丙局", "--on", "2016-04-07", "-m", "已开挖").code == 0
    lines = printed(place, "today", "--since", "2016-01-01")
    at = next(n for n, line in enumerate(lines) if line.startswith("进度30%"))
    assert lines[at + 1] == "已开挖"
    assert lines[at + 2].startswith("问题：路面破损")


def test_a_subtask_is_named_with_its_task_and_once(place: Workspace) -> None:
    lines = printed(place, "handover")
    assert any("绿化提升（东片区）" in line for line in lines)
    explained = printed(place, "show", "2", "--explain")
    assert any(line.endswith("= 逾期7天：2.1 东片区") for line in explained)


def test_a_handover_lists_a_late_problem_once(place: Workspace) -> None:
    problem(place, "3", "路面破损", "2016-04-01")
    assert place.here("record", "3", "60", "--from", "丙局", "--on", "2016-04-07").code == 0
    assert sum("路面破损" in line for line in printed(place, "handover")) == 1


def test_today_has_lamps_in_words_in_a_pipe_too_and_counts_units(place: Workspace) -> None:
    assert any(line.startswith("红灯  2  绿化提升") for line in printed(place, "today"))
    piped = place.here("today", "--as-of", "2016-04-08", LANG="zh_CN.UTF-8").out
    assert re.search("^红灯  2 +绿化提升 ", piped, re.MULTILINE)
    units = "".join(f"  - {{id: {n}, title: 甲{n}, lead_unit: 子{n}局, deadline: 2016-12-31}}\n" for n in range(4, 11))
    (place.folder / "tasks.yaml").write_text(PLAN + units, "utf-8")
    assert "个单位" in "".join(printed(place, "today")[-6:])


def test_a_report_by_unit_ends_with_a_row_of_sums(place: Workspace) -> None:
    [sums] = [line for line in printed(place, "report", "--group-by", "unit") if line.startswith("合计")]
    assert sums.split()[1] == "5"


def test_work_judged_by_milestones_is_not_called_standing(tmp_path: Path) -> None:
    made = Workspace(tmp_path)
    dated = "start: 2016-01-01, deadline: 2016-12-31,\n"
    (tmp_path / "tasks.yaml").write_text(PLAN.replace(dated, f"measure: none, {dated}", 1), "utf-8")
    lines = printed(made, "show", "1", "--explain")
    assert any("未设总目标值" in line for line in lines)
    assert not any("常态化工作" in line for line in lines)


def test_the_legend_of_a_curve_has_every_character_of_it(place: Workspace) -> None:
    assert place.here("record", "3", "60", "--on", "2016-03-31").code == 0
    lines = printed(place, "show", "3")
    [key] = [line for line in lines if line.startswith("进度曲线：")]
    assert all(mark in key for mark in "·█▓│")


def test_a_milestone_whose_figures_are_as_planned_is_not_listed_as_pending(tmp_path: Path) -> None:
    made = workspace(tmp_path, recorded=True)
    for figures in (("invested+=1.6亿元", "structure+=16万平方米"), ("rehoused=5.5万平方米",)):
        lines = printed(made, "show", "1")
        assert not any("填报数达到计划" in line for line in lines)
        assert made.here("record", "1", *figures, "--on", "2016-03-31").code == 0
    lines = printed(made, "show", "1")
    assert any("填报数达到计划" in line for line in lines)


def test_all_late_milestones_are_named_in_one_line(place: Workspace) -> None:
    plan = place.folder / "tasks.yaml"
    more = "{id: m, title: 设计, deadline: 2016-04-06}, {id: n, title: 开工, deadline: 2016-04-07}"
    plan.write_text(PLAN.replace("{id: m, title: 设计, deadline: 2016-04-06}", more), "utf-8")
    assert printed(place, "report", "1")[3].split()[0] == "设计（时限4月6日）、开工（时限4月7日），逾期未报"


def test_a_mark_is_explained_only_where_it_is_printed(place: Workspace) -> None:
    plan = place.folder / "tasks.yaml"
    plan.write_text(PLAN.replace("milestones:", "unconfirmed: [deadline], milestones:"), "utf-8")
    for command, is_marked in ((("report", "--overdue"), False), (("report", "-w"), True)):
        lines = printed(place, *command)
        assert ("* 推进方案中尚未确认" in lines) == is_marked == any("2016-12-31*" in line for line in lines), command


def test_a_refusal_says_in_chinese_what_to_type(place: Workspace) -> None:
    def refused(*command: str) -> str:
        done = place.here(*command, "--on", "2016-04-05", LANG="zh_CN.UTF-8")
        assert done.code == 2
        return done.err

    assert refused("record", "3", "完成投资=1") == "任务3没有指标“完成投资”，请填百分比，例如 `jk record 3 35%`\n"
    assert place.here("reach", "1", "m", "--on", "2016-04-02").code == 0
    assert refused("reach", "1", "设计") == "节点“设计”已于2016年4月2日完成\n"


def test_the_morning_names_every_unit(place: Workspace) -> None:
    piped = place.here("today", "--as-of", "2016-04-08", LANG="zh_CN.UTF-8").out
    silent = piped.partition("未按时报送的单位")[2].splitlines()
    assert silent[1].split() == ["单位", "内容", "联系人和命令"]
    assert [line.split()[0] for line in silent[3:6]] == ["甲局", "乙局", "丙局"]


def test_a_terminal_has_the_marks_of_chinese_and_the_log_those_that_were_typed(place: Workspace) -> None:
    problem(place, "3", "围挡破损,其中2处未覆盖:限期整改", "2016-04-01")
    for command in (("report",), ("report", "--overdue"), ("report", "-w"), ("today",), ("show", "3")):
        assert "围挡破损，其中2处未覆盖：限期整改" in "".join(printed(place, *command)), command
    chat = place.here("notice", "甲局", "-f", "chat", "--as-of", "2016-04-08", LANG="zh_CN.UTF-8").out
    assert "围挡破损，其中2处未覆盖：限期整改" in chat
    assert "围挡破损,其中2处未覆盖:限期整改" in place.here("log", "-f", "table", LANG="zh_CN.UTF-8").out


def test_the_log_of_a_task_has_the_entries_of_its_sub_tasks(place: Workspace) -> None:
    assert place.here("record", "2.1", "30", "--on", "2016-03-01").code == 0
    assert "30 %" in place.here("log", "2").out
    assert "No entries." in place.here("log", "2.2").out


def test_titles_of_problems_and_in_english_reports_are_whole_at_80_columns(place: Workspace) -> None:
    title = "高速公路出入口接驳道路整治提升"
    plan = place.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("桥梁新建", title), "utf-8")
    problem(place, "3", "围挡破损，物料未覆盖", "2016-04-01")
    place.here("record", "3", "10", "--on", "2016-03-01")
    english = place.here("report", "--as-of", "2016-07-15", "-f", "table").out
    assert title in english
    assert "…" not in english
    listed = "".join(printed(place, "problem", "list"))
    assert "…" not in listed
