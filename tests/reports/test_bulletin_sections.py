"""What the sections of a bulletin count and name: problems by state, numbered paragraphs, dates."""

import re
from pathlib import Path

from running import Workspace

PLAN = "title: 重点工作\nyear: 2016\nunits: [住建局, 水利局]\ntasks:\n" + "".join(
    f"- {{id: {number}, title: 工程{number}, lead_unit: 住建局, deadline: 2016-12-31}}\n" for number in range(1, 10)
)
CHINESE = {"LANG": "zh_CN.UTF-8"}


def office(folder: Path) -> Workspace:
    place = Workspace(folder)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    return place


def ran(place: Workspace, *arguments: str, on: str = "2016-03-01") -> None:
    done = place.here(*arguments, "--on", on)
    assert done.code == 0, done.err


def section(place: Workspace, number: str, week: str = "2016-W10") -> str:
    """One section of the bulletin of a week, without spaces."""
    done = place.here("bulletin", "--week", week, "-f", "plain", **CHINESE)
    assert done.code == 0, done.err
    (found,) = re.findall(rf"^{number}、.*?(?=^[一二三四五六]、|\Z)", done.out, re.DOTALL | re.MULTILINE)
    return re.sub(r"[ \n-]", "", found)


def with_problems(folder: Path) -> Workspace:
    """Three problems: late and open, due next week and open, and fixed but not verified."""
    place = office(folder)
    for title, due in (("未围挡", "2016-03-09"), ("未清运", "2016-03-18"), ("未洒水", "2016-03-17")):
        ran(place, "problem", "open", "1", title, "--unit", "水利局", "--due", due)
    ran(place, "problem", "fix", "3", "-m", "已洒水", on="2016-03-10")
    return place


def test_the_table_of_problems_has_those_that_the_line_counts_as_open(tmp_path: Path) -> None:
    said = section(with_problems(tmp_path), "五")
    assert "整改反馈1个、待核验1个、未整改到位2个（其中逾期1个）" in said
    assert "未洒水" not in said
    assert ("未围挡" in said, "未清运" in said) == (True, True)


def test_the_section_of_due_work_repeats_no_problem(tmp_path: Path) -> None:
    said = section(with_problems(tmp_path), "六")
    assert "没有到期的任务和节点，另有1个问题整改时限到期（见第五部分）。" in said
    assert "未清运" not in said


def test_the_period_in_which_work_is_due_is_named(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    tasks = (f"- {{id: {n}, title: 工程{n}, lead_unit: 住建局, deadline: 2016-03-{n}}}\n" for n in (16, 17, 23, 24))
    (place.folder / "tasks.yaml").write_text("title: 重点工作\nyear: 2016\ntasks:\n" + "".join(tasks), "utf-8")
    for dated, days, named in (
        ("2016-03-13", "3月14日至3月20日到期2项", {"16", "17"}),
        ("2016-03-17", "3月14日至3月20日到期2项", {"16", "17"}),
        ("2016-04-17", "3月14日至3月20日到期2项", {"16", "17"}),
    ):
        done = place.here("bulletin", "--week", "2016-W10", "--date", dated, "-f", "plain", **CHINESE)
        (said,) = re.findall(r"^六、.*", done.out, re.DOTALL | re.MULTILINE)
        assert days in said
        assert set(re.findall(r"(\d+)\.工程", said)) == named


def test_a_late_problem_does_not_make_its_task_late(tmp_path: Path) -> None:
    said = section(with_problems(tmp_path), "三")
    assert "1.工程1（整改逾期4天）" in said


def test_paragraphs_and_lines_are_numbered_in_order(tmp_path: Path) -> None:
    place = with_problems(tmp_path)
    for task in ("2", "7", "9"):
        ran(place, "record", task, "30", on="2016-03-09")
    assert re.findall(r"（(.)）(工程\d)（牵", section(place, "二")) == [
        ("一", "工程2"),
        ("二", "工程7"),
        ("三", "工程9"),
    ]


def test_a_paragraph_alone_has_no_number(tmp_path: Path) -> None:
    place = office(tmp_path)
    ran(place, "record", "7", "30", on="2016-03-09")
    assert section(place, "二").startswith("二、重点任务进展工程7（牵头单位：住建局）。")


def test_a_week_without_reports_is_not_stated_twice(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    late = CATEGORIES.replace("2016-12-31", "2016-03-09", 1)
    (place.folder / "tasks.yaml").write_text(late, "utf-8")
    said = section(place, "二")
    assert said.startswith(
        "二、重点任务进展本期到期1项：1.工程1（牵头单位：住建局）。"
    )  # the task's number in the plan
    assert said.endswith("其余5项没有新进展，也没有到期任务和节点；未报送名单见第四部分。")
    ran(place, "record", "2", "30", on="2016-03-09")
    assert section(place, "二").endswith("其余4项没有新进展，也没有到期任务和节点；未报送名单见第四部分。")
    ran(place, "record", "1", "30", on="2016-03-09")
    assert section(place, "二").endswith("其余4项本期没有报送新进展，名单见第四部分。")


CATEGORIES = "title: 重点工作\nyear: 2016\nunits: [住建局]\ntasks:\n" + "".join(
    f"- {{id: {number}, title: 工程{number}, category: {('基础设施类', '民生保障类')[number > 3]}, lead_unit: 住建局, "
    f"deadline: 2016-12-31}}\n"
    for number in range(1, 7)
)


def test_paragraphs_of_several_categories_have_the_numbers_of_the_plan(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(CATEGORIES, "utf-8")
    for task in ("2", "3", "5"):
        ran(place, "record", task, "30", on="2016-03-09")
    said = section(place, "二")
    assert said.startswith(
        "二、重点任务进展本期共有3项任务有新进展或到期事项，分述如下（序号同推进方案）。（一）基础设施类2.工程2"
    )
    assert re.findall(r"(\d\.)(工程\d)（牵", said) == [("2.", "工程2"), ("3.", "工程3"), ("5.", "工程5")]


def test_paragraphs_of_a_plan_without_numbers_are_numbered_through(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(CATEGORIES.replace("id: ", "id: A"), "utf-8")
    for task in ("A2", "A3", "A5"):
        ran(place, "record", task, "30", on="2016-03-09")
    assert re.findall(r"(\d\.)(工程\d)（牵", section(place, "二")) == [
        ("1.", "工程2"),
        ("2.", "工程3"),
        ("3.", "工程5"),
    ]


def test_tasks_with_a_unit_to_be_confirmed_are_counted_apart_from_those_without_one(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    changed = CATEGORIES.replace("lead_unit: 住建局", "lead_unit: 住建局, unconfirmed: [lead_unit]", 2)
    changed = changed.replace("工程6, category: 民生保障类, lead_unit: 住建局", "工程6, lead_unit: null")
    (place.folder / "tasks.yaml").write_text(changed, "utf-8")
    said = section(place, "四")
    assert "住建局33.工程3、4.工程4、5.工程5牵头单位待确认21.工程1、2.工程2牵头单位未明确16.工程6" in said


def test_many_red_tasks_are_a_table_and_missing_lead_units_are_asked_for(tmp_path: Path) -> None:
    late = "".join(
        f"- {{id: {n}, title: 工程{n}, lead_unit: {(None, '住建局')[n > 2] or 'null'}, deadline: 2016-03-{n:02}}}\n"
        for n in range(1, 12)
    )
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN.partition("- {")[0] + late, "utf-8")
    red = section(place, "三")
    assert "亮红灯11项：工作任务逾期和滞后情况牵头单位1.工程1逾期12天未明确2.工程2逾期11天未明确3.工程3" in red
    asked = "2项任务的牵头单位未明确或待确认，提请研究明确，其中已逾期：1.工程1（逾期12天）、2.工程2（逾期11天）。"
    assert asked in section(place, "六")
    written = late.replace("住建局", "null")
    (place.folder / "tasks.yaml").write_text(PLAN.partition("- {")[0] + written, "utf-8")
    asked = "11项任务的牵头单位未明确或待确认，提请研究明确，其中已逾期11项，序号为1、2、3、4、5、6、7、8、9、10、11。"
    lines = place.here("bulletin", "--week", "2016-W10", "-f", "plain", **CHINESE).out.splitlines()
    assert asked in [line.removeprefix("- ") for line in lines]  # a paragraph of its own


def test_totals_since_records_began_are_explained_and_those_beyond_their_target_have_it(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    one = "- {id: 1, title: 绿化, lead_unit: 住建局, deadline: 2016-12-31, indicators: [{id: a, name: 面积, unit: 亩"
    (place.folder / "tasks.yaml").write_text(PLAN.partition("- {")[0] + one + ", target: 90}]}", "utf-8")
    ran(place, "record", "1", "面积+=30", on="2016-03-09")
    said = section(place, "二")
    assert said.startswith("二、重点任务进展“累计至少”不含台账记录前的数量。")
    assert "面积本期新增30亩，累计至少30亩。" in said
    ran(place, "record", "1", "面积=100", on="2016-03-10")
    assert "面积累计100亩（目标90亩）。" in section(place, "二")
    assert "“累计至少”" not in section(place, "二")


def test_what_is_late_hides_no_sub_task_that_was_not_begun_or_not_reported(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    parts = ", ".join(
        f"{{id: '1.{n}', title: {title}, lead_unit: 住建局, start: 2016-01-{day}}}"
        for n, title, day in ((1, "东段", "01"), (2, "西段", "01"), (3, "南段", "01"), (4, "北段", "04"))
    )
    one = f"- {{id: 1, title: 道路, lead_unit: 住建局, deadline: 2016-12-31, subtasks: [{parts}]}}"
    (place.folder / "tasks.yaml").write_text(PLAN.partition("- {")[0] + one, "utf-8")
    ran(place, "record", "1.1", "1", on="2016-03-10")
    ran(place, "record", "1.3", "20", on="2016-02-10")
    assert "1.1东段：滞后" in section(place, "二")
    assert "实际进度1%；1.2西段、1.4北段到期未启动；1.3南段未按时报送，亮黄灯。" in section(place, "二")
    ran(place, "problem", "open", "1", "未围挡", "--unit", "水利局", "--due", "2016-03-09")
    assert "1个问题整改逾期4天；1.2西段、1.4北段到期未启动；" in section(place, "二")
