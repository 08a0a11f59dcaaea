"""Compare the files in `data/` with the published facts, which are typed here again independently."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jingkai_cli.model import Indicator, Plan, Task
from jingkai_cli.plan import load_plan

DATA = Path(__file__).parent.parent / "data"

TITLES = (
    "围合区域大棚户区征迁改造",
    "县以下新型城镇化建设及高速、干线公路两侧村庄征迁改造",
    "枢纽立交、高速公路出入口、互通区及接驳道路整治提升",
    "“三级三类”市民服务中心建设",
    "围合区域工业企业和市场外迁",
    "围合区域道路大中修",
    "重点区域、路段城市精细化管理",
    "中心城区停车场建设",
    "中心城区架空线缆入地",
    "机场高速、京港澳高速及机场城际铁路两侧绿化、亮化、整治提升",
    "市域生态廊道建设",
    "中心城区智能化交通体系建设工作",
    "中心城区非机动车管理",
    "开展临街“住改商”治理",
    "社区充电桩整治规范",
    "全面实施市民文明素养提升工程",
    "建立健全政府主导、市场化运作的房屋租赁市场体系工作",
    "引导农民进城、房地产去库存工作",
    "大气污染治理",
    "围合区域生态水系建设",
)

MILESTONES = {
    ("1", "2016-03-31", "16万平方米"),
    ("2", "2016-04-30", "太平庄村"),
    ("3", "2016-07-31", "出入口连接道路亮化"),
    ("3", "2016-09-30", "互通区绿化提升"),
    ("4.2", "2016-03-31", "瑞和服务中心开始装修"),
    ("4.3", "2016-04-30", "锦龙服务中心完成室外装饰"),
    ("4.4", "2016-04-30", "锦程服务中心完成室外装饰"),
    ("4.5", "2016-04-30", "锦绣服务中心完成室外装饰"),
    ("4.1", "2016-06-30", "瑞锦服务中心交付使用"),
    ("10", "2016-05-31", "整治提升"),
    ("11", "2016-06-30", "新增生态绿道"),
}

PUBLISHED = {
    # (task, name in the plan): (the reading, the indicator's unit)
    ("1", "安置房建设投入"): ("+1", "亿元"),
    ("1", "新增主体面积"): ("+10", "万平方米"),
    ("2", "征迁投入"): ("+1.4", "亿元"),
    ("2", "完成续拆村庄"): ("+4", "个"),
    ("2", "征迁户数"): ("+260", "户"),
    ("2", "征迁面积"): ("+28.6", "万平方米"),
    ("5", "协商企业"): ("7", "家"),
    ("6", "维修道路"): ("8", "条"),
    ("6", "维修面积"): ("6.3", "万平方米"),
    ("7", "联合执法"): ("13", "次"),
    ("7", "清理"): ("1000余", "处"),
    ("8", "建成车位"): ("600", "个"),
    ("10", "投资"): ("+8000万元", "亿元"),
    ("10", "完成绿化"): ("+60", "万平方米"),
    ("13", "安装机非隔离设施道路"): ("7", "条"),
    ("15", "完成电动车车库建设社区"): ("17", "个"),
    ("19", "出动"): ("+380", "人次"),
    ("19", "督查整改问题"): ("+62", "处"),
    ("19", "排查在建工地"): ("+111", "个"),
    ("19", "取掉“土小”企业"): ("+18", "家"),
    ("19", "24小时吸尘、洒水和清扫道路"): ("14", "条"),
    ("19", "建成区机械化清扫率"): ("80%以上", "%"),
}

TARGETS = {("2", "started"): 11, ("10", "jinggangao"): 80, ("11", "corridor"): 55, ("13", "barriers"): 7}

MONTHLY = {
    ("1", "invested"): Decimal("1.6"),
    ("1", "structure"): Decimal(16),
    ("1", "rehoused"): Decimal("5.5"),
    ("10", "invested"): Decimal(2),
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(DATA / "tasks.yaml")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    lines = (DATA / "2016-02.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def task_of(plan: Plan, name: str) -> Task:
    task = plan.task(name)
    assert task is not None, name
    return task


def indicators(plan: Plan) -> dict[tuple[str, str], Indicator]:
    return {(task.id, indicator.id): indicator for task in plan.tasks for indicator in task.indicators}


def test_the_plan_is_the_one_of_2016(plan: Plan) -> None:
    assert plan.title == "经开区城市精细化管理20项重点工作"
    assert (plan.year, plan.language, plan.timezone) == (2016, "zh", "Asia/Shanghai")
    assert plan.zones == ("严控区", "缓冲区", "外围区")
    assert plan.units == ()
    assert "郑办〔2016〕2号" in (plan.source or "")


def test_twenty_tasks_with_their_printed_names_in_the_printed_order(plan: Plan) -> None:
    assert [(task.id, task.title) for task in plan.tasks] == [(str(n), t) for n, t in enumerate(TITLES, start=1)]


def test_the_names_that_the_article_varies_are_aliases(plan: Plan) -> None:
    assert {task.id: task.aliases for task in plan.tasks if task.aliases} == {
        "1": ("围合区域大棚户区拆迁改造",),
        "5": ("围合区域工业企业外迁",),
        "19": ("大气污染防治",),
    }


def test_no_leader_and_only_the_lead_units_that_are_known(plan: Plan) -> None:
    assert {task.leader for task in plan.tasks} == {None}
    assert {task.id: task.lead_unit for task in plan.tasks if task.lead_unit} == {
        "1": "城镇办",
        "2": "城镇办",
        "7": "执法局",
    }
    assert {task.id for task in plan.tasks if "lead_unit" in task.unconfirmed} == {"2", "7"}


def test_supporting_units_are_all_unconfirmed(plan: Plan) -> None:
    assert {task.id: task.support_units for task in plan.tasks if task.support_units} == {
        "7": ("祥云办事处",),
        "10": ("明湖办事处",),
        "19": ("执法局",),
    }
    assert {task.id for task in plan.tasks if "support_units" in task.unconfirmed} == {"7", "10", "19"}


def test_no_task_has_a_deadline_in_print(plan: Plan) -> None:
    assert {task.deadline for task in plan.tasks} == {date(2016, 12, 31)}
    assert all("deadline" in task.unconfirmed for task in plan.tasks)


def test_three_tasks_are_measured_by_percent_and_the_rest_are_standing_work(plan: Plan) -> None:
    assert [task.id for task in plan.tasks if task.measure == "percent"] == ["12", "15", "16"]
    assert {task.measure for task in plan.tasks} == {"percent", "none"}


def test_exactly_the_milestones_with_a_date_and_a_text_in_print(plan: Plan) -> None:
    found = [(task.id, str(stone.deadline), stone.title) for task in plan.every_task() for stone in task.milestones]
    assert len(found) == len(MILESTONES)
    for task, day, words in MILESTONES:
        assert [title for t, d, title in found if (t, d) == (task, day) and words in title], (task, day)


def test_every_milestone_names_its_line_and_only_the_orphan_is_unconfirmed(plan: Plan) -> None:
    stones = [stone for task in plan.every_task() for stone in task.milestones]
    assert all(re.match(r"L\d+", stone.source or "") for stone in stones)
    assert {stone.id: stone.unconfirmed for stone in stones if stone.unconfirmed} == {"taipingzhuang": ("deadline",)}


def test_the_housing_milestone_of_march_is_judged_by_three_figures(plan: Plan) -> None:
    task = task_of(plan, "1")
    stone = task.milestone("housing-march")
    assert stone is not None
    assert stone.indicators == ("invested", "structure", "rehoused")
    assert all(stone.deadline in found.monthly for found in task.indicators)


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("2", "……底前全部完成续拆任务(除太平庄村4月份完成)。”（L97，月份原文缺"),
        ("2", "计划新启动11个村庄的征迁工作,涉及6265……”（L79，单位及下文原文缺"),
        ("10", "确保机场高速两侧绿化大头落地"),
        ("10", "京港澳高速两侧绿化完成80%以上"),
        ("11", "4月30日前,已建成生态廊道内……（原文缺）"),
        ("11", "前程大街55万平方米生态廊道全面完成"),
    ],
)
def test_items_without_text_month_or_unit_are_notes(plan: Plan, task: str, words: str) -> None:
    assert [note for note in task_of(plan, task).notes if words in note]


@pytest.mark.parametrize(
    "words",
    [
        ("4个安置区", "106.7万平方米", "8849套", "盛和一期、二期、三期(多层)、世和一期1#、锦凤一期和瑞锦一期1#6#"),
        (
            "5个安置区",
            "7个项目",
            "202.3万平方米",
            "13698套",
            "盛和五期1-1#1-2#、世和二期2#3#、瑞锦一期3#、锦祥一期和锦程二期",
        ),
        (
            "12个安置区",
            "15个项目",
            "401.7万平方米",
            "29009套",
            "盛和三期1-2#四期2-2#、瑞锦一期2#二期3#4#5#、瑞和小区、锦凤二期和锦程一期等",
        ),
    ],
)
def test_the_housing_stock_is_a_note_and_not_a_target(plan: Plan, words: tuple[str, ...]) -> None:
    notes = [note for note in task_of(plan, "1").notes if all(word in note for word in words)]
    assert len(notes) == 1
    assert "非目标" in notes[0]


def test_exactly_these_indicators_have_a_target(plan: Plan) -> None:
    found = {key: indicator.target for key, indicator in indicators(plan).items() if indicator.target is not None}
    assert found == TARGETS
    assert {key for key in found if "target" in indicators(plan)[key].unconfirmed} == set(TARGETS) - {
        ("13", "barriers")
    }


def test_exactly_these_amounts_are_planned_for_march(plan: Plan) -> None:
    found = {key: dict(indicator.monthly) for key, indicator in indicators(plan).items() if indicator.monthly}
    assert found == {key: {date(2016, 3, 31): amount} for key, amount in MONTHLY.items()}
    assert [key for key in found if "monthly" in indicators(plan)[key].unconfirmed] == [("10", "invested")]
    assert not any(indicator.planned for indicator in indicators(plan).values())


def test_rates_and_present_states_are_levels(plan: Plan) -> None:
    assert {key for key, indicator in indicators(plan).items() if indicator.type == "level"} == {
        ("5", "talks"),
        ("10", "jinggangao"),
        ("19", "roads"),
        ("19", "swept"),
    }


def test_an_indicator_has_one_name_and_a_line_of_the_article(plan: Plan) -> None:
    for task in plan.tasks:
        names = Counter(name for indicator in task.indicators for name in (indicator.id, indicator.name))
        assert all(count == 1 for count in names.values()), task.id
    assert all(re.match(r"L\d+", indicator.source or "") for indicator in indicators(plan).values())


def test_every_indicator_is_published_or_planned_and_no_other(plan: Plan) -> None:
    names = {(task.id, indicator.name) for task in plan.tasks for indicator in task.indicators}
    planned = {
        ("1", "安置房回迁入住"),
        ("2", "新启动征迁村庄"),
        ("10", "京港澳高速两侧绿化"),
        ("11", "前程大街生态廊道"),
    }
    assert names == set(PUBLISHED) | planned


def test_every_published_figure_is_recorded_exactly_once(plan: Plan, rows: list[dict[str, Any]]) -> None:
    found = []
    for row in rows:
        for name, text in row.get("readings", {}).items():
            indicator = task_of(plan, row["task"]).indicator(name)
            assert indicator is not None, (row["key"], name)
            assert name == indicator.id
            found.append(((row["task"], indicator.name), (text, indicator.unit)))
    assert Counter(key for key, _ in found).most_common(1)[0][1] == 1
    assert dict(found) == PUBLISHED


def test_every_line_is_a_report_of_the_end_of_february(plan: Plan, rows: list[dict[str, Any]]) -> None:
    required = {"key", "on", "task", "kind", "note", "by"}
    for row in rows:
        assert required <= set(row) <= required | {"readings"}, row["key"]
        assert (row["kind"], row["on"], row["by"]) == ("report", "2016-02-29", "seed")
        assert task_of(plan, row["task"]).id == row["task"]


def test_keys_are_unique(rows: list[dict[str, Any]]) -> None:
    assert len({row["key"] for row in rows}) == len(rows) == 23


def test_every_note_is_marked_as_before_the_plan_and_cites_its_line(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert re.match(r"方案印发前进展。L\d+(、L\d+)?：“", row["note"]), row["key"]


def test_an_amount_of_february_adds_and_the_rest_is_a_total(rows: list[dict[str, Any]]) -> None:
    adding = {
        row["task"] for row in rows for text in row.get("readings", {}).values() if re.match(r"\+\d", text) is not None
    }
    assert adding == {"1", "2", "10", "19"}


def test_published_text_without_a_figure_is_a_note(rows: list[dict[str, Any]]) -> None:
    notes = [(row["task"], row["note"]) for row in rows if "readings" not in row]
    words = [
        ("4", "瑞锦服务中心内部装修基本完成"),
        ("4", "瑞和服务中心二层顶板铺设已基本完成"),
        ("4", "锦龙、锦程、锦绣3个服务中心主体已全面完工"),
        ("9", "完成了中心城区架空线缆入地摸排,明确了时间节点和工作要求"),
        ("14", "完成了临街“住改商”调查摸底,正积极准备集中整治"),
        ("20", "占地100万平方米的蝶湖已完成蓄水"),
        ("20", "环城水系循环工程全线定界,附属物清点核算等前期工作已全部完成"),
    ]
    assert len(notes) == len(words)
    for (task, note), (wanted, text) in zip(notes, words, strict=True):
        assert task == wanted
        assert text in note


def test_both_figures_of_housing_are_in_the_note(rows: list[dict[str, Any]]) -> None:
    row = next(row for row in rows if row["task"] == "1" and "invested" in row["readings"])
    assert row["readings"] == {"invested": "+1"}
    for words in ("其中,2月份投入1亿元", "在安置房建设1.2亿元", "1.2亿元待核定"):
        assert words in row["note"]


def test_tasks_that_the_article_never_mentions_again_have_no_entry(rows: list[dict[str, Any]]) -> None:
    silent = {str(number) for number in range(1, 21)} - {row["task"] for row in rows}
    assert silent == {"3", "11", "12", "16", "17", "18"}
