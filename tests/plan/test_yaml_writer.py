"""A written plan is read back unchanged, including a plan carried over into the next year."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from effort import share
from jingkai_cli.facts import Event, TaskFacts, Total
from jingkai_cli.model import DEEPEST, Indicator, Milestone, Plan, Task
from jingkai_cli.plan import load_plan, parse_plan
from jingkai_cli.plan.files import invisible_pattern
from jingkai_cli.plan.yaml_writer import write
from jingkai_cli.rules.next_year import next_year
from jingkai_cli.thresholds import Rules

DATA = Path(__file__).parents[2] / "data" / "tasks.yaml"
LAST = date(2016, 12, 31)
WORDS = (
    "no",
    "null",
    "~",
    "1:30",
    "012",
    "1_000",
    "2016-06-30",
    "- x",
    "# x",
    "a: b",
    "'",
    '"',
    "*a",
    "&a",
    "!x",
    "{",
    "[",
)
text = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
).filter(lambda said: said == said.strip() and said and not invisible_pattern().search(said))


def test_the_real_plan_is_read_back_the_same() -> None:
    plan = load_plan(DATA)
    assert parse_plan(write(plan, "重点工作"), "written") == replace(plan, contacts={})


@settings(deadline=None, max_examples=share(150))
@given(title=text, unit=st.none() | text, source=st.none() | text, value=st.decimals(0, 10**6, places=2))
def test_any_plan_is_read_back_the_same(title: str, unit: str | None, source: str | None, value: Decimal) -> None:
    indicator = Indicator("a", "绿化", "亩", value, planned={date(2016, 6, 30): value})
    milestone = Milestone("m", title, date(2016, 6, 30), unconfirmed=("deadline",), note=source)
    task = Task("1", title, unit, LAST, start=date(2016, 1, 1), indicators=(indicator,), milestones=(milestone,))
    plan = Plan("重点工作", (replace(task, source=source),), 2016, rules=Rules(behind=Decimal(12)))
    assert parse_plan(write(plan, "重点工作"), "written") == plan


def test_a_tree_is_read_back_the_same_and_what_is_inherited_is_left_out() -> None:
    plan = parse_plan(TREE, "tasks.yaml")
    text = write(plan, "重点工作")
    assert parse_plan(text, "written") == plan
    written = yaml.safe_load(text)
    (one, two) = written["tasks"][0]["subtasks"]
    assert one.keys() == {"id", "title", "leader", "measure", "indicators", "weight", "key", "after", "unconfirmed"}
    assert one["leader"] is None
    assert two.keys() == {"id", "title", "deadline", "measure", "milestones", "subtasks"}
    assert two["subtasks"][0].keys() == {"id", "title", "support_units", "measure", "standing", "deadline_text"}
    assert two["subtasks"][0]["support_units"] == []
    area, flats = written["tasks"][0]["indicators"]
    assert "target" not in area
    assert flats["target"] == 700
    assert written["units"] == ["城镇办", {"name": "县水利局", "also": ["水利局"]}]


TREE = """\
title: 工作
year: 2016
issued: 2016-03-15
units: [城镇办, {name: 县水利局, also: [水利局]}]
collective: {各单位: [城镇办, 水利局]}
totals: [{id: area, name: 面积, unit: 亩}]
tasks:
  - id: 1
    title: 安置房建设
    leader: 王伟
    lead_unit: 城镇办
    support_units: [水利局, 各单位]
    category: 民生类
    deadline: 2016-12-31
    unconfirmed: [deadline]
    indicators:
      - {id: area, name: 面积, unit: 亩, sum: subtasks, total: area}
      - {id: flats, name: 套数, sum: subtasks, target: 700}
    subtasks:
      - id: 1.1
        title: 世和
        leader: null
        key: true
        weight: 2
        after: [1.2/m]
        indicators:
          - {id: area, name: 面积, unit: 亩, target: 30, baseline: 60, better: lower, type: level}
          - {id: flats, name: 套数, target: 600}
      - id: 1.2
        title: 锦祥
        deadline: 2016-12-31
        milestones: [{id: m, title: 封顶, deadline: 2016-06-30, formerly: [1/m]}]
        subtasks: [{id: 1.2.1, title: 巡查, support_units: [], standing: true, deadline_text: 长期}]
"""


INHERITED: dict[str, list[Any]] = {
    "leader": [None, "王伟", "李强"],
    "lead_unit": [None, "城镇办", "执法局"],
    "support_units": [[], ["城镇办"], ["执法局", "城镇办"]],
    "category": [None, "民生类"],
    "start": ["2016-01-01", "2016-02-01"],
    "deadline": ["2016-11-30", "2016-12-31"],
}


@settings(deadline=None, max_examples=share(80))
@given(data=st.data())
def test_a_tree_with_any_fields_is_read_back_the_same(data: st.DataObject) -> None:
    task = drawn_task(data, "1", 1, must={"lead_unit", "deadline"})
    plan = parse_plan(json.dumps({"title": "工作", "year": "2016", "tasks": [task]}, ensure_ascii=False), "drawn")
    assert parse_plan(write(plan, "重点工作"), "written") == plan


def drawn_task(data: st.DataObject, name: str, level: int, must: set[str]) -> dict[str, Any]:
    """A task with some of the fields that a sub-task inherits, in JSON, which is YAML."""
    task: dict[str, Any] = {"id": name, "title": name}
    if data.draw(st.booleans()):
        task["standing"] = "true"
        must -= {"deadline"}
    for field, choices in INHERITED.items():
        if field in must or data.draw(st.booleans()):
            task[field] = data.draw(st.sampled_from(choices))
    task["unconfirmed"] = data.draw(st.lists(st.sampled_from(sorted(INHERITED)), unique=True))
    if level < DEEPEST:
        undated = {"deadline"} if "standing" in task and "deadline" not in task else set[str]()
        parts = range(1, data.draw(st.integers(0, 2)) + 1)
        task["subtasks"] = [drawn_task(data, f"{name}.{n}", level + 1, {*undated}) for n in parts]
    return task


def facts(**totals: int) -> TaskFacts:
    return TaskFacts({(name, ""): Total(Decimal(value), LAST, 1, stated=True) for name, value in totals.items()})


INDICATORS = (
    Indicator(
        "half", "绿化", "亩", Decimal(120), planned={date(2016, 6, 30): Decimal(60), date(2017, 6, 30): Decimal(120)}
    ),
    Indicator("full", "车位", "个", Decimal(100)),
    Indicator("rate", "满意率", "%", Decimal(90), type="level"),
    Indicator("unread", "投资", "亿元", Decimal(3)),
    Indicator("aimless", "户数", "户"),
)
TASK = Task("1", "停车场", None, LAST, measure="indicators", indicators=INDICATORS, start=date(2016, 1, 1))
PLAN = Plan("重点工作", (TASK, replace(TASK, id="2", title="绿化", deadline=date(2017, 6, 30))), 2016)


def test_the_rest_of_an_indicator_is_carried_over() -> None:
    carried = next_year(PLAN, {"1": facts(half=80, full=100, rate=70, aimless=5)}, 2017).carried[0]
    assert {i.id: i.target for i in carried.task.indicators} == {"half": 40, "rate": 90, "unread": 3, "aimless": None}
    assert carried.task.indicators[0].planned == {date(2017, 6, 30): Decimal(40)}
    assert carried.reached == ("车位",)
    assert {i.id: total for i, total in carried.figures} == {"half": 80, "full": 100, "rate": 70, "aimless": 5}


def test_a_guessed_date_is_marked_and_a_valid_date_is_not() -> None:
    one, two = (carried.task for carried in next_year(PLAN, {}, 2017).carried)
    assert (one.deadline, one.unconfirmed) == (date(2017, 12, 31), ("deadline",))
    assert (two.deadline, two.unconfirmed) == (date(2017, 6, 30), ())
    assert one.lead_unit is None


def test_done_tasks_are_left_out_and_reopened_tasks_are_carried_over() -> None:
    done = Event(1, LAST, "done", None, None, None)
    reopened = Event(2, LAST, "reopen", None, None, None)
    found = next_year(PLAN, {"1": TaskFacts(events=(done, reopened)), "2": TaskFacts(events=(done,))}, 2017)
    assert [carried.task.id for carried in found.carried] == ["1"]
    assert [task.id for task in found.left_out] == ["2"]


def test_a_task_without_remaining_measures_becomes_percent() -> None:
    task = replace(TASK, indicators=INDICATORS[1:2])
    (carried,) = next_year(replace(PLAN, tasks=(task,)), {"1": facts(full=100)}, 2017).carried
    assert carried.task.measure == "percent"


def test_the_real_plan_is_carried_over_into_the_next_year() -> None:
    plan = load_plan(DATA)
    found = next_year(plan, {}, 2017)
    new = found.plan(plan, 2017)
    assert parse_plan(write(new, "重点工作"), "written") == new
    assert [task.lead_unit for task in new.tasks] == [task.lead_unit for task in plan.tasks]
    for old, task in zip(plan.tasks, new.tasks, strict=True):
        assert set(old.unconfirmed) <= set(task.unconfirmed)
