"""Sub-tasks: progress, sums, totals, lamps and lateness are computed from the parts up."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from jingkai_cli.facts import Event, TaskFacts, Total, moved_milestones
from jingkai_cli.model import Indicator, Milestone, Plan, ProgrammeTotal, Task
from jingkai_cli.plan import parse_plan
from jingkai_cli.rules.programme_totals import programme_totals
from jingkai_cli.rules.progress import attained
from jingkai_cli.rules.status import Judgement, answered_for, flattened, judge

START, END, DAY = date(2016, 1, 1), date(2016, 12, 31), date(2016, 7, 1)


def part(name: str, **fields: object) -> Task:
    task = Task(name, f"分项{name}", "城镇办", END, start=START)
    return replace(task, **fields)


def tree(*parts: Task, **fields: object) -> Task:
    return part("1", measure="subtasks", subtasks=parts, **fields)


def read(value: float, name: str = "percent", on: date = date(2016, 6, 30)) -> TaskFacts:
    total = Total(Decimal(str(value)), on, 1, stated=True)
    return TaskFacts(totals={(name, ""): total}, last_report_on=on, last_received=on)


def judged(task: Task, facts: Mapping[str, TaskFacts], day: date = DAY) -> Judgement:
    (judgement,) = judge(Plan("方案", (task,), year=2016), facts, day)
    return judgement


def test_progress_is_the_mean_by_weight() -> None:
    found = judged(tree(part("1.1"), part("1.2", weight=Decimal(3))), {"1.1": read(40), "1.2": read(80)})
    assert found.position.progress == pytest.approx(70)
    assert found.position.planned == pytest.approx(found.parts[0].position.planned)


def test_a_missing_figure_is_named_and_is_not_zero() -> None:
    found = judged(tree(part("1.1"), part("1.2")), {"1.1": read(40)})
    assert found.position.progress is None
    assert [task.id for task in found.position.unreported] == ["1.2"]


def test_a_part_that_starts_later_does_not_count_and_is_not_missing() -> None:
    later = part("1.2", start=date(2016, 9, 1))
    assert judged(tree(part("1.1"), later), {"1.1": read(40)}).position.progress == pytest.approx(20)


def test_standing_work_does_not_count_and_done_work_counts_fully() -> None:
    done = TaskFacts(events=(Event(1, date(2016, 6, 1), "done", None, None, None),))
    parts = part("1.1"), part("1.2"), part("1.3", standing=True, deadline=None), part("1.4", measure="none")
    assert judged(tree(*parts), {"1.1": read(50), "1.2": done}).position.progress == pytest.approx(75)
    assert judged(tree(*parts[2:]), {}).position.progress is None


def test_a_parent_is_late_with_its_parts_and_names_them() -> None:
    late = part("1.2", milestones=(Milestone("m", "封顶", date(2016, 5, 31)),))
    found = judged(tree(part("1.1"), late), {"1.1": read(50), "1.2": read(50)})
    assert found.state == "overdue"
    assert [(x.task.id, x.days) for x in found.position.late] == [("1.2", 31)]
    assert [(why.code, why.task and why.task.id) for why in found.reasons] == [
        ("milestone-overdue", "1.2"),
        ("subtasks-red", None),
    ]
    assert found.position.days_overdue == 0
    assert (found.alone.state, found.alone.position.late) == ("on-track", ())


@pytest.mark.parametrize(
    ("red", "parts", "key", "lamp"),
    [(1, 4, False, "yellow"), (1, 3, False, "red"), (2, 4, False, "red"), (1, 9, True, "red"), (0, 3, True, "green")],
)
def test_the_lamp_of_a_parent(red: int, parts: int, key: bool, lamp: str) -> None:  # noqa: FBT001
    over = date(2016, 6, 1)
    made = [part(f"1.{n}", deadline=over if n < red else END, key=key) for n in range(parts)]
    assert judged(tree(*made), {task.id: read(60) for task in made}).lamp == lamp


def test_a_sum_counts_each_reading_once_and_names_what_is_missing() -> None:
    area = Indicator("area", "面积", "万平方米", sum="subtasks", total="built")
    own = Indicator("area", "面积", "平方米", total="built")
    deep = part("1.2", measure="none", indicators=(area,), subtasks=(part("1.2.1", indicators=(own,)),))
    parts = part("1.1", indicators=(own,)), deep, part("1.3", indicators=(own,))
    task = tree(*parts, indicators=(area,))
    facts = {"1.1": read(20000, "area"), "1.2.1": read(30000, "area")}
    found = judged(task, facts)
    assert found.position.facts.total("area") == 5
    assert [missing.id for missing in found.position.missing(area)] == ["1.3"]
    plan = Plan("方案", (task,), year=2016, totals=(ProgrammeTotal("built", "建成面积", "万平方米"),))
    (total,) = programme_totals(plan, [found])
    assert total.value == 5
    assert [share.task.id for share in total.missing] == ["1.3"]


def test_seven_projects_add_up() -> None:
    areas = ["40.3", "22", "30", "25", "35", "20", "30"]
    flats = [3000, 1500, 2000, 1698, 2500, 1000, 2000]
    indicators = [("area", "面积", "万平方米"), ("flats", "套数", "套")]
    own = tuple(Indicator(*each) for each in indicators)
    sums = tuple(Indicator(*each, sum="subtasks") for each in indicators)
    parts = tuple(part(f"1.{n}", measure="none", indicators=own) for n in range(1, 8))
    facts = {}
    for task, area, count in zip(parts, areas, flats, strict=True):
        both = {**read(float(area), "area").totals, **read(count, "flats").totals}
        facts[task.id] = TaskFacts(totals=both, last_report_on=DAY, last_received=DAY)
    found = judged(tree(*parts, indicators=sums), facts)
    assert [found.position.facts.total(name) for name in ("area", "flats")] == [Decimal("202.3"), 13698]
    del facts["1.3"]
    found = judged(tree(*parts, indicators=sums), facts)
    assert [task.id for task in found.position.missing(sums[0])] == ["1.3"]
    assert found.position.facts.total("area") == Decimal("172.3")


@pytest.mark.parametrize(
    ("value", "baseline", "expected"),
    [(60, 60, 0), (49, 60, 50), (38, 60, 100), (30, 60, 100), (70, 60, 0), (30, None, 100), (60, None, None)],
)
def test_less_is_better(value: int, baseline: int | None, expected: float | None) -> None:
    pm = Indicator("pm", "PM2.5", target=Decimal(38), type="level", better="lower")
    pm = replace(pm, baseline=None if baseline is None else Decimal(baseline))
    assert attained(pm, Decimal(value)) == expected


def test_a_falling_level_is_judged_by_its_share_of_the_way_to_the_target() -> None:
    pm = Indicator(
        "pm", "PM2.5", target=Decimal(38), type="level", better="lower", baseline=Decimal(60),
        planned={date(2016, 7, 1): Decimal(49)},
    )  # fmt: skip
    task = part("1", measure="indicators", indicators=(pm,))
    high, low = (judged(task, {"1": read(value, "pm")}) for value in (60, 30))
    assert (high.position.progress, high.position.planned, high.lamp) == (0, 50, "red")
    assert (low.position.progress, low.lamp) == (100, "green")


def test_no_report_is_due_before_the_plan_was_issued() -> None:
    plan = Plan("方案", (part("1"),), year=2016, issued=date(2016, 6, 28))
    (found,) = judge(plan, {}, DAY)
    assert [why.code for why in found.reasons] == []


parts_of = st.lists(
    st.tuples(st.integers(0, 400), st.booleans(), st.one_of(st.none(), st.integers(0, 100))), min_size=1, max_size=5
)


@given(parts_of, st.integers(0, 420))
def test_late_things_are_the_task_s_own_and_its_sub_tasks(drawn: list[tuple[int, bool, int | None]], day: int) -> None:
    parts = [part(f"1.{n}", deadline=START + timedelta(days=due), key=key) for n, (due, key, _) in enumerate(drawn)]
    facts = {task.id: read(value) for task, (_due, _key, value) in zip(parts, drawn, strict=True) if value is not None}
    found = judged(tree(*parts), facts, START + timedelta(days=day))
    expected = [x for each in answered_for([found]) for x in each.position.late]
    assert sorted(map(str, found.position.late)) == sorted(map(str, expected))
    assert bool(found.position.late) == (found.state == "overdue")
    assert len(flattened([found])) == len(parts) + 1


def test_a_moved_milestone_keeps_its_entries() -> None:
    text = """title: 工作
year: 2016
tasks:
  - id: 4
    title: 服务中心
    lead_unit: 城镇办
    deadline: 2016-12-31
    subtasks:
      - {id: 4.1, title: 甲, milestones: [{id: m, title: 甲完工, deadline: 2016-05-31, formerly: [4/all]}]}
      - {id: 4.2, title: 乙, milestones: [{id: m, title: 乙完工, deadline: 2016-05-31, formerly: [4/all]}]}
"""
    plan = parse_plan(text, "tasks.yaml")
    assert moved_milestones(plan) == {("4", "all"): [("4.1", "m"), ("4.2", "m")]}
