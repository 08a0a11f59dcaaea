"""A plan that is written is read back as the same plan; what a year leaves open is such a plan."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from jingkai_cli.facts import Event, TaskFacts, Total
from jingkai_cli.model import Indicator, Milestone, Plan, Rules, Task
from jingkai_cli.plan import load_plan, parse_plan
from jingkai_cli.plan.files import unseen
from jingkai_cli.plan.yaml_writer import write
from jingkai_cli.rules.next_year import next_year

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
).filter(lambda said: said == said.strip() and said and not unseen().search(said))


def test_the_real_plan_is_read_back_the_same() -> None:
    plan = load_plan(DATA)
    assert parse_plan(write(plan, "重点工作"), "written") == replace(plan, contacts={})


@settings(deadline=None, max_examples=150)
@given(title=text, unit=st.none() | text, source=st.none() | text, value=st.decimals(0, 10**6, places=2))
def test_whatever_stands_in_it(title: str, unit: str | None, source: str | None, value: Decimal) -> None:
    indicator = Indicator("a", "绿化", "亩", value, planned={date(2016, 6, 30): value})
    milestone = Milestone("m", title, date(2016, 6, 30), unconfirmed=("deadline",), note=source)
    task = Task("1", title, unit, LAST, start=date(2016, 1, 1), indicators=(indicator,), milestones=(milestone,))
    plan = Plan("重点工作", (replace(task, source=source),), 2016, rules=Rules(behind=Decimal(12)))
    assert parse_plan(write(plan, "重点工作"), "written") == plan


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


def test_of_an_indicator_what_is_left_is_carried() -> None:
    carried = next_year(PLAN, {"1": facts(half=80, full=100, rate=70, aimless=5)}, 2017).carried[0]
    assert {i.id: i.target for i in carried.task.indicators} == {"half": 40, "rate": 90, "unread": 3, "aimless": None}
    assert carried.task.indicators[0].planned == {date(2017, 6, 30): Decimal(40)}
    assert carried.reached == ("车位",)
    assert {i.id: total for i, total in carried.figures} == {"half": 80, "full": 100, "rate": 70, "aimless": 5}


def test_a_date_that_nobody_decided_is_marked_and_one_that_holds_is_not() -> None:
    one, two = (carried.task for carried in next_year(PLAN, {}, 2017).carried)
    assert (one.deadline, one.unconfirmed) == (date(2017, 12, 31), ("deadline",))
    assert (two.deadline, two.unconfirmed) == (date(2017, 6, 30), ())
    assert one.lead_unit is None


def test_what_is_done_or_accepted_stays_and_what_was_reopened_goes_on() -> None:
    done = Event(1, LAST, "done", None, None, None)
    reopened = Event(2, LAST, "reopen", None, None, None)
    found = next_year(PLAN, {"1": TaskFacts(events=(done, reopened)), "2": TaskFacts(events=(done,))}, 2017)
    assert [carried.task.id for carried in found.carried] == ["1"]
    assert [task.id for task in found.left_out] == ["2"]


def test_where_nothing_is_left_to_measure_by_a_percentage_is_asked_for() -> None:
    task = replace(TASK, indicators=INDICATORS[1:2])
    (carried,) = next_year(replace(PLAN, tasks=(task,)), {"1": facts(full=100)}, 2017).carried
    assert carried.task.measure == "percent"


def test_the_real_plan_goes_on_into_the_next_year() -> None:
    plan = load_plan(DATA)
    found = next_year(plan, {}, 2017)
    new = found.plan(plan, 2017)
    assert parse_plan(write(new, "重点工作"), "written") == new
    assert [task.lead_unit for task in new.tasks] == [task.lead_unit for task in plan.tasks]
    for old, task in zip(plan.tasks, new.tasks, strict=True):
        assert set(old.unconfirmed) <= set(task.unconfirmed)
