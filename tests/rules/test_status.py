"""Properties of the rules for any task and figures, and the examples in docstrings."""

import doctest
import importlib
import pkgutil
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli import rules
from jingkai_cli.facts import Event, TaskFacts, Total
from jingkai_cli.model import PERCENT, Indicator, Measure, Milestone, Plan, Task
from jingkai_cli.rules.forecast import pace_of
from jingkai_cli.rules.status import Judgement, judge, judge_task
from jingkai_cli.thresholds import Rules

FIRST = date(2016, 1, 1)
LAMPS = ("green", "yellow", "red")
DOCUMENTED = [f"jingkai_cli.rules.{module.name}" for module in pkgutil.iter_modules(rules.__path__)]
DOCUMENTED += ["jingkai_cli.quantities", "jingkai_cli.text"]

days = st.integers(0, 420).map(lambda number: FIRST + timedelta(days=number))
percents = st.decimals(0, 100, places=1)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    start = draw(days)
    deadline = start + timedelta(days=draw(st.integers(0, 400)))
    points = sorted(draw(st.lists(percents, max_size=4)))
    written = dict(zip(sorted(draw(st.sets(days, min_size=4, max_size=4))), points, strict=False))
    measure: Measure = draw(st.sampled_from(["percent", "indicators", "milestones", "none"]))
    milestones = draw(st.lists(days, min_size=int(measure == "milestones"), max_size=3))
    return Task(
        id="1",
        title="某任务",
        lead_unit=None,
        start=start,
        deadline=deadline,
        measure=measure,
        planned=written if measure == "percent" else {},
        indicators=(Indicator("i", "指标", target=Decimal(100), planned=written),) if measure == "indicators" else (),
        milestones=tuple(Milestone(f"m{n}", f"节点{n}", day) for n, day in enumerate(milestones)),
        unconfirmed=("deadline",) if draw(st.booleans()) and draw(st.booleans()) else (),
    )


def reported(task: Task, value: Decimal, events: tuple[Event, ...] = ()) -> TaskFacts:
    """The facts after one report of the task's percentage or only indicator, received on the first day."""
    name = PERCENT if task.measure == "percent" else "i"
    totals = {(name, ""): Total(value, FIRST, 1, stated=True)}
    return TaskFacts(totals=totals, events=events, last_report_on=FIRST, last_received=FIRST)


def ratio(judgement: Judgement) -> float:
    pace = pace_of(judgement.at)
    return pace.ratio if pace else 0.0


@given(st.lists(tasks(), min_size=1, max_size=6), days, days)
def test_without_new_entries_overdue_items_only_grow(those: list[Task], one: date, other: date) -> None:
    plan = Plan("方案", tuple(replace(task, id=str(n)) for n, task in enumerate(those)))
    earlier, later = ({j.task.id for j in judge(plan, {}, day) if j.state == "overdue"} for day in sorted((one, other)))
    assert earlier <= later


@given(tasks(), percents, percents, days)
def test_more_progress_never_worsens_lamp_or_pace(task: Task, one: Decimal, other: Decimal, as_of: date) -> None:
    less, more = (judge_task(task, reported(task, value), as_of, Rules()) for value in sorted((one, other)))
    if less.lamp == "none" or more.lamp == "none":
        assert less.lamp == more.lamp
    else:
        assert LAMPS.index(more.lamp) <= LAMPS.index(less.lamp)
    if pace_of(less.at):
        assert ratio(more) <= ratio(less) + 1e-9


@given(tasks(), st.sets(st.integers(0, 2)), days)
def test_more_milestones_reached_never_worsen_the_lamp(task: Task, hit: set[int], as_of: date) -> None:
    reached = tuple(Event(n + 1, FIRST, "reach", f"m{n}", None, None) for n in sorted(hit))
    less, more = (judge_task(task, reported(task, Decimal(50), events), as_of, Rules()) for events in ((), reached))
    if "none" not in (less.lamp, more.lamp):
        assert LAMPS.index(more.lamp) <= LAMPS.index(less.lamp)


@given(tasks(), days, days)
def test_planned_never_falls_with_time(task: Task, one: date, other: date) -> None:
    earlier, later = (judge_task(task, TaskFacts(), day, Rules()).at.planned for day in sorted((one, other)))
    if earlier is None or later is None:
        assert earlier is later
    else:
        assert earlier <= later + 1e-9


@given(tasks(), percents, days, st.integers(1, 300), st.data())
def test_a_later_deadline_never_makes_anything_overdue(
    task: Task, value: Decimal, as_of: date, more: int, data: st.DataObject
) -> None:
    things: list[Task | Milestone] = [task, *task.milestones]
    thing = data.draw(st.sampled_from(things))
    assert thing.deadline
    until = thing.deadline + timedelta(days=more)
    subject = thing.id if isinstance(thing, Milestone) else None
    extension = Event(2, FIRST, "extend", subject, until, data.draw(st.sampled_from(["document", "minutes", "oral"])))
    before, after = (judge_task(task, reported(task, value, events), as_of, Rules()) for events in ((), (extension,)))
    late_before = [x.thing for x in before.at.late]
    assert all(x.thing in late_before for x in after.at.late)
    assert after.at.worst_days <= before.at.worst_days


@given(tasks())
def test_a_deadline_is_overdue_from_the_day_after_it(task: Task) -> None:
    alone = replace(task, milestones=(), measure="none", indicators=(), planned={}, unconfirmed=())
    assert task.deadline
    on_the_day, after_it = (
        judge_task(alone, TaskFacts(), task.deadline + timedelta(days=gone), Rules()) for gone in (0, 1)
    )
    assert on_the_day.at.late == ()
    assert [late.days for late in after_it.at.late] == [1]


@given(tasks(), percents, days)
def test_a_task_that_is_done_has_no_reason_and_a_green_lamp(task: Task, value: Decimal, as_of: date) -> None:
    done = Event(2, FIRST, "done", None, None, None)
    judgement = judge_task(task, reported(task, value, (done,)), as_of, Rules())
    assert (judgement.state, judgement.lamp, judgement.reasons, judgement.at.late) == ("done", "green", (), ())


@given(tasks(), percents, days)
def test_lamp_and_state_follow_from_the_reasons(task: Task, value: Decimal, as_of: date) -> None:
    judgement = judge_task(task, reported(task, value), as_of, Rules())
    codes = {reason.code for reason in judgement.reasons}
    assert (judgement.state == "overdue") == bool(codes & {"overdue", "milestone-overdue"})
    assert (judgement.lamp in ("red", "yellow")) == bool(codes)
    assert (judgement.state == "on-track") == (not codes)
    assert judgement.lamp == "red" or "overdue" not in codes


@pytest.mark.parametrize("name", DOCUMENTED)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
