"""Plans with sub-tasks, collectives, sums and standing work: what is inherited, computed and cited."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jingkai_cli.errors import InvalidInput
from jingkai_cli.model import Indicator, Milestone, Plan, ProgrammeTotal, Task
from jingkai_cli.plan import load_plan, parse_plan
from jingkai_cli.plan.yaml_reader import places

TREE = """\
title: 经开区重点工作
year: 2016
issued: 2016-03-15
units:
  - 城镇办
  - {name: 县水利局, also: [水利局, 水务局]}
  - 甲镇
  - 乙镇
  - 丙镇
collective: {各乡镇: [甲镇, 乙镇, 丙镇]}
totals: [{id: investment, name: 完成投资, unit: 亿元}]
contacts: {水利局: 张科 1234, 王副主任: "5678"}
tasks:
  - id: 1
    title: 安置房建设
    goal: 新建202.3万平方米、13698套
    category: 一、基础设施类
    leader: 王副主任
    lead_unit: 城镇办
    person: 李科长
    support_units: [各乡镇, 水务局]
    start: 2016-02-01
    deadline: 2016-12-31
    unconfirmed: [deadline, leader]
    indicators:
      - {id: area, name: 建筑面积, unit: 万平方米, sum: subtasks}
      - {id: flats, name: 套数, unit: 套, sum: subtasks}
      - {id: invested, name: 投资, unit: 亿元, sum: subtasks, target: 9, total: investment}
    milestones:
      - {id: begun, title: 全部开工, deadline: 2016-06-30, after: [1.1, 1.2/roof]}
    subtasks:
      - id: 1.1
        title: 世和二期
        leader: null
        weight: 2.5
        key: true
        measure: percent
        unconfirmed: [title]
        indicators:
          - {id: area, name: 建筑面积, unit: 平方米, target: 500000}
          - {id: flats, name: 套数, unit: 套, target: 600}
          - {id: invested, name: 投资, unit: 万元, target: 20000}
      - id: 1.2
        title: 锦祥一期
        category: 二、民生类
        lead_unit: 水利局
        start: 2016-03-01
        deadline: 2016-10-31
        after: [1.1, begun]
        milestones:
          - {id: roof, title: 封顶, deadline: 2016-09-30, formerly: [1/old-roof, ceiling]}
        subtasks:
          - {id: 1.2.1, title: 地上, support_units: [], indicators: [{id: area, name: 面积, unit: 亩, target: 15}]}
          - {id: 1.2.2, title: 巡查, standing: true, indicators: [{id: flats, name: 套数, unit: 套}]}
  - id: 2
    title: 大气污染治理
    lead_unit: null
    standing: true
    deadline_text: 持续推进
    indicators:
      - {id: pm, name: PM2.5, type: level, better: lower, baseline: 60, target: 0, planned: {2016-03: 55, 2016-06: 45}}
      - {id: fires, name: 火情, unit: 起, type: level, better: lower, target: 10, planned: {2016-03: 5, 2016-06: 3}}
"""
END = date(2016, 12, 31)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return parse_plan(TREE.replace("after: [1.1, begun]", "after: [1.1]"), "tasks.yaml")


def of(plan: Plan, name: str) -> Task:
    task = plan.task(name)
    assert task
    return task


def test_a_tree_has_exactly_the_written_values(plan: Plan) -> None:
    assert [task.id for task in plan.every_task()] == ["1", "1.1", "1.2", "1.2.1", "1.2.2", "2"]
    assert [(part, task.id) for part, task in plan.parents().items()] == [
        ("1.1", "1"),
        ("1.2", "1"),
        ("1.2.1", "1.2"),
        ("1.2.2", "1.2"),
    ]
    one = of(plan, "1")
    assert (one.goal, one.category, one.person) == ("新建202.3万平方米、13698套", "一、基础设施类", "李科长")
    assert plan.totals == (ProgrammeTotal("investment", "完成投资", "亿元"),)
    assert plan.issued == date(2016, 3, 15)
    part = of(plan, "1.1")
    assert (part.weight, part.key, of(plan, "1.2").weight, of(plan, "1.2").key) == (
        Decimal("2.5"),
        True,
        Decimal(1),
        False,
    )
    assert one.milestones == (Milestone("begun", "全部开工", date(2016, 6, 30), after=("1.1", "1.2/roof")),)


def test_a_sub_task_inherits_fields_that_it_does_not_have(plan: Plan) -> None:
    part, deep = of(plan, "1.1"), of(plan, "1.2.1")
    assert (part.lead_unit, part.category) == ("城镇办", "一、基础设施类")
    assert (part.start, part.deadline) == (date(2016, 2, 1), END)
    assert part.support_units == ("各乡镇", "县水利局")
    assert (deep.leader, deep.lead_unit, deep.category) == ("王副主任", "县水利局", "二、民生类")
    assert (deep.start, deep.deadline) == (date(2016, 3, 1), date(2016, 10, 31))


def test_an_empty_field_is_not_inherited(plan: Plan) -> None:
    assert of(plan, "1.1").leader is None
    assert of(plan, "1.2.1").support_units == ()


def test_a_goal_and_a_person_are_not_inherited(plan: Plan) -> None:
    assert (of(plan, "1.1").goal, of(plan, "1.1").person) == (None, None)


def test_an_inherited_field_stays_unconfirmed(plan: Plan) -> None:
    assert of(plan, "1.1").unconfirmed == ("title", "deadline")  # its leader is its own: nobody
    assert of(plan, "1.2").unconfirmed == ("leader",)  # its deadline is its own
    assert of(plan, "1.2.1").unconfirmed == ("leader",)


def test_a_task_with_sub_tasks_is_measured_by_them_by_default(plan: Plan) -> None:
    assert [task.measure for task in plan.every_task()] == [
        "subtasks", "percent", "subtasks", "percent", "percent", "percent"
    ]  # fmt: skip


def test_standing_work_has_no_deadline_not_even_its_parent_s(plan: Plan) -> None:
    air, watch = of(plan, "2"), of(plan, "1.2.2")
    assert (air.standing, air.deadline, air.deadline_text, air.start) == (True, None, "持续推进", date(2016, 1, 1))
    assert (watch.deadline, watch.deadline_text, watch.start) == (None, None, date(2016, 3, 1))


def test_standing_work_may_have_a_deadline() -> None:
    text = "title: 工作\ntasks: [{id: 1, title: 巡查, lead_unit: null, standing: true, deadline: 2016-12-31}]\n"
    assert parse_plan(text, "tasks.yaml").tasks[0].deadline == END


def test_targets_are_summed_in_the_unit_of_the_sum_where_every_part_has_one(plan: Plan) -> None:
    area, flats, invested = of(plan, "1").indicators
    assert area.target == Decimal(51)  # 500000 square metres and 15 mu, which are one hectare
    assert flats.target is None  # 1.2.2 has none
    assert invested.target == Decimal(9)  # its own


def test_sums_of_sums_are_computed_from_the_lowest_level() -> None:
    text = """\
title: 工作
tasks:
  - id: 1
    title: 道路
    lead_unit: null
    deadline: 2016-12-31
    measure: indicators
    indicators: [{id: road, name: 道路, unit: 公里, sum: subtasks}]
    subtasks:
      - id: 1.1
        title: 东区
        indicators: [{id: road, name: 道路, unit: 米, sum: subtasks}]
        subtasks:
          - {id: 1.1.1, title: 一号路, indicators: [{id: road, name: 道路, unit: 公里, target: 1.5}]}
          - {id: 1.1.2, title: 二号路, indicators: [{id: road, name: 道路, unit: 米, target: 700}]}
      - {id: 1.2, title: 西区, indicators: [{id: road, name: 道路, unit: 米, target: 300}]}
"""
    plan = parse_plan(text, "tasks.yaml")
    assert [of(plan, name).indicators[0].target for name in ("1.1", "1")] == [2200, Decimal("2.5")]


def test_better_lower(plan: Plan) -> None:
    pm, fires = of(plan, "2").indicators
    assert pm == Indicator(
        "pm",
        "PM2.5",
        target=Decimal(0),
        type="level",
        planned={date(2016, 3, 31): Decimal(55), date(2016, 6, 30): Decimal(45)},
        better="lower",
        baseline=Decimal(60),
    )
    assert fires.better == "lower"


def test_units_are_known_by_their_own_names(plan: Plan) -> None:
    assert plan.units == ("城镇办", "县水利局", "甲镇", "乙镇", "丙镇")
    assert plan.unit_aliases == {"县水利局": ("水利局", "水务局")}
    assert of(plan, "1.2").lead_unit == "县水利局"
    assert plan.contacts == {"县水利局": "张科 1234", "王副主任": "5678"}


def test_a_collective_is_replaced_by_its_members(plan: Plan) -> None:
    assert plan.support_units(of(plan, "1")) == ("甲镇", "乙镇", "丙镇", "县水利局")
    assert plan.support_units(of(plan, "1.2")) == ("甲镇", "乙镇", "丙镇")  # 县水利局 leads it
    assert plan.known_units() == ["城镇办", "县水利局", "甲镇", "乙镇", "丙镇"]


def test_the_members_of_a_collective_are_known_where_no_units_are_listed() -> None:
    text = """\
title: 工作
collective: {各乡镇: [甲镇, 乙镇]}
tasks: [{id: 1, title: 河道, lead_unit: 水利局, support_units: [各乡镇, 各部门], deadline: 2016-12-31}]
"""
    assert parse_plan(text, "tasks.yaml").known_units() == ["水利局", "甲镇", "乙镇", "各部门"]
    led = text.replace("lead_unit: 水利局", "lead_unit: 各乡镇")
    assert parse_plan(led, "tasks.yaml").known_units() == ["甲镇", "乙镇", "各部门"]


def test_a_milestone_is_found_by_its_former_id(plan: Plan) -> None:
    task = of(plan, "1.2")
    assert task.milestone("ceiling") is task.milestone("roof") is task.milestone("封顶") is not None
    assert task.milestone("old-roof") is None


def test_every_field_is_cited_where_it_is_written_whatever_its_level() -> None:
    """An inherited deadline is cited with the line of the parent."""
    place, lines = places(TREE, "tasks.yaml"), ["", *TREE.splitlines()]

    def line(*names: str) -> str:
        return lines[int(place(*names).removeprefix("tasks.yaml:"))].strip()

    assert line("1.2", "deadline") == "deadline: 2016-10-31"
    assert line("1.1", "deadline") == line("1", "deadline") == "deadline: 2016-12-31"
    assert line("1.2.1", "start") == "start: 2016-03-01"
    assert line("1.2", "milestones", "roof", "deadline").startswith("- {id: roof")
    assert line("1.2.2", "indicators", "flats", "target").startswith("- {id: 1.2.2")
    assert line("1.1", "title") == "title: 世和二期"
    assert line("nowhere", "title") == "- id: 1"


def test_a_circular_dependency_through_sub_tasks_is_refused() -> None:
    """1.2 waits for a milestone that waits for a milestone of 1.2."""
    with pytest.raises(InvalidInput) as caught:
        parse_plan(TREE, "tasks.yaml")
    circle = "circular dependency: 1/begun → 1.2/roof → 1/begun (each waits for the next)"
    assert str(caught.value).splitlines() == [
        f"tasks.yaml:30:69: tasks[1].milestones[begun].after[#2]: {circle}",
    ]


def test_at_most_100_faults_are_printed_and_all_are_kept(tmp_path: Path) -> None:
    rows = "".join(f"  - {{id: {n}, title: 任务{n}, lead_unit: null, deadline: soon}}\n" for n in range(250))
    file = tmp_path / "tasks.yaml"
    for count, more in ((100, []), (101, ["and 1 more"]), (250, ["and 150 more"])):
        file.write_text("title: 工作\ntasks:\n" + "".join(rows.splitlines(keepends=True)[:count]), encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            load_plan(file)
        lines = str(caught.value).splitlines()
        assert len(caught.value.findings) == count
        assert [line for line in lines if not line.startswith(f"{file}:")] == more
        assert len(lines) == 100 + len(more)


def test_a_plan_with_too_many_levels_is_refused() -> None:
    task = "{id: 31, title: 底, lead_unit: null, deadline: 2016-12-31}"
    for level in range(30, 0, -1):
        task = f"{{id: {level}, title: 层, lead_unit: null, deadline: 2016-12-31, subtasks: [{task}]}}"
    with pytest.raises(InvalidInput, match="at most 3 levels"):
        parse_plan(f"title: 工作\ntasks: [{task}]\n", "tasks.yaml")
