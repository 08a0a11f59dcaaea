"""Days behind, pace and forecast: properties for any task, and cases that random ledgers rarely have."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from jingkai_cli.facts import Earlier, Event, TaskFacts, Total
from jingkai_cli.language import speaking
from jingkai_cli.model import PERCENT, AssumedDay, Milestone, Task
from jingkai_cli.plan import parse_plan
from jingkai_cli.reports.forecast_wording import finish, slips
from jingkai_cli.reports.reason_wording import reason
from jingkai_cli.rules.forecast import forecast
from jingkai_cli.rules.position import position_of
from jingkai_cli.thresholds import Rules
from judged import judge_task
from random_tasks import days, percents, reported, tasks

RULES = Rules()
YEAR = Task("1", "停车场建设", "城镇办", date(2016, 12, 31), start=date(2016, 1, 1))
"""366 days, 365 of them planned."""


def on(number: int) -> date:
    return YEAR.start + timedelta(days=number)


def said(percent: str, day: date, *events: Event, earlier: Earlier | None = None) -> TaskFacts:
    total = {(PERCENT, ""): Total(Decimal(percent), day, 1, stated=True)}
    return TaskFacts(total, events, last_report_on=day, last_received=day, earlier=earlier)


def reach(name: str, day: date) -> Event:
    return Event(2, day, "reach", name, None, None)


@given(tasks(), percents, percents, days)
def test_more_progress_never_means_more_days_behind(task: Task, one: Decimal, other: Decimal, as_of: date) -> None:
    less, more = (
        position_of(task, {"1": reported(task, value)}, as_of, RULES).behind for value in sorted((one, other))
    )
    assert less
    assert more
    if less.lag is not None and more.lag is not None:
        assert more.lag <= less.lag + 1e-6


@given(tasks(), st.integers(0, 500))
def test_work_exactly_as_planned_is_not_behind(drawn: Task, gone: int) -> None:
    task, as_of = replace(drawn, measure="percent", unconfirmed=()), drawn.start + timedelta(days=gone)
    planned = judge_task(task, TaskFacts(), as_of, RULES).position.planned
    assert planned is not None
    behind = position_of(task, {"1": reported(task, Decimal(repr(planned)))}, as_of, RULES).behind
    assert behind
    assert behind.lag is not None
    assert behind.planned_days is not None
    assert behind.lag == pytest.approx(max(0, behind.elapsed - behind.planned_days), abs=1e-6)


@given(tasks(), percents, days, st.lists(days, max_size=3))
def test_a_forecast_is_never_before_the_day_or_the_deadline(
    task: Task, value: Decimal, as_of: date, reached: list[date]
) -> None:
    events = tuple(reach(m.id, day) for m, day in zip(task.milestones, sorted(reached), strict=False) if day <= as_of)
    at = position_of(task, {"1": reported(task, value, events)}, as_of, RULES)
    behind = at.behind
    found = forecast(at, behind)
    if found and behind and behind.planned_days is not None and at.deadline:
        assert as_of <= found.finish <= found.late
        assert at.deadline <= found.finish
        assert behind.elapsed >= 0.4 * behind.planned_days


@given(tasks(), percents, st.integers(0, 500), st.integers(0, 60))
def test_a_milestone_that_comes_later_never_means_fewer_days_behind(
    drawn: Task, value: Decimal, gone: int, later: int
) -> None:
    first = Milestone("m0", "节点", drawn.start + timedelta(days=30))
    task = replace(drawn, measure="percent", indicators=(), milestones=(first, *drawn.milestones[1:]))
    as_of = task.start + timedelta(days=gone)
    day = as_of - timedelta(days=later)
    early, late = (
        position_of(task, {"1": reported(task, value, (reach(first.id, on),))}, as_of, RULES).behind
        for on in (day, as_of)
    )
    assert early
    assert late
    assert early.days is not None
    assert late.days is not None
    assert early.days <= late.days


def test_the_last_three_milestones_count_against_their_deadlines_at_that_time() -> None:
    milestones = tuple(Milestone(f"m{n}", f"节点{n}", on(10 * n)) for n in range(1, 6))
    task = replace(YEAR, milestones=milestones)
    moved = Event(3, on(45), "extend", "m4", on(60), "document")
    moved_too_late = Event(9, on(70), "extend", "m3", on(80), "document")
    oral = Event(4, on(20), "extend", "m3", on(40), "oral")
    events = (oral, reach("m1", on(90)), moved, reach("m2", on(12)), reach("m3", on(50)), reach("m4", on(63)))
    ordered = tuple(sorted((*events, moved_too_late), key=lambda event: event.on))
    behind = position_of(task, {"1": TaskFacts(events=ordered)}, on(120), RULES).behind
    assert behind
    assert behind.slips == (20, 3, 80)
    assert behind.slip == pytest.approx(103 / 3)
    assert behind.lag is None
    assert behind.days == behind.slip


def test_milestones_of_sub_tasks_count_for_the_task() -> None:
    part = Task("1.1", "基坑", "城镇办", on(100), start=YEAR.start, milestones=(Milestone("m", "开挖", on(30)),))
    task = replace(YEAR, milestones=(Milestone("m", "立项", on(10)),), subtasks=(part,))
    facts = {"1": TaskFacts(events=(reach("m", on(10)),)), "1.1": TaskFacts(events=(reach("m", on(50)),))}
    behind = position_of(task, facts, on(60), RULES).behind
    assert behind
    assert behind.slips == (0, 20)


@pytest.mark.parametrize(
    ("gone", "percent", "held"),
    [
        (54, "11.78", False),  # 11 days behind, before 15 % of 365 days has gone
        (55, "12.05", True),  # 11.02 days behind: 3 % of 365 is 10.95
        (55, "12.06", True),
        (55, "12.07", False),  # 10.94
    ],
)
def test_pace_begins_at_its_limits(gone: int, percent: str, held: bool) -> None:  # noqa: FBT001 - a column of the table
    at = position_of(YEAR, {"1": said(percent, on(gone))}, on(gone), RULES)
    assert (at.pace is not None) == held


@pytest.mark.parametrize(("gone", "dated"), [(145, False), (146, True)])
def test_there_is_no_forecast_before_two_fifths_of_the_time(gone: int, dated: bool) -> None:  # noqa: FBT001
    judgement = judge_task(YEAR, said("10", on(gone)), on(gone), RULES)
    found = forecast(judgement.position, judgement.position.behind)
    assert (found is not None) == dated
    with speaking("en"):
        said_so = finish(judgement)
    # 10 % was due on day 36.5, which is 109.5 days before day 146: 110 days after the deadline, and 43.8 more at most.
    assert said_so == ("about 2017-04-20, four in five by 2017-06-03" if dated else "too early for a date")


@pytest.mark.parametrize("percent_then", ["5", "30"])
def test_steady_means_behind_at_the_previous_reading_too(percent_then: str) -> None:
    earlier = Earlier(on(100), {"1": said(percent_then, on(100))})
    judgement = judge_task(YEAR, said("10", on(200), earlier=earlier), on(200), RULES)
    (pace,) = [why for why in judgement.reasons if why.code == "pace"]
    assert pace.figures["steady"] == (percent_then == "5")
    with speaking("en"):
        assert ("(steady)" in reason(pace)) == (percent_then == "5")


def test_a_straight_line_without_a_written_plan_flags_nothing() -> None:
    task = replace(YEAR, deadline=on(60))
    behind = judge_task(task, said("30", on(30)), on(30), Rules(pace_days=30, report_by="wed"))
    flagged = judge_task(task, said("30", on(30)), on(30), RULES)
    assert [why.code for why in behind.reasons] == []
    assert behind.state == "on-track"
    assert [why.code for why in flagged.reasons] == ["pace", "behind"]
    assert flagged.reasons[1].figures["straight_line"] is True


def test_due_soon_flags_only_tasks_without_reported_progress() -> None:
    day = on(360)
    known = judge_task(YEAR, said("99", day), day, RULES)
    unknown = judge_task(YEAR, TaskFacts(last_report_on=day, last_received=day), day, RULES)
    assert "due-soon" not in [why.code for why in known.reasons]
    assert "due-soon" in [why.code for why in unknown.reasons]


@pytest.mark.parametrize(("written", "code"), [(True, "unstarted"), (False, "silent")])
def test_a_task_without_a_written_start_is_not_flagged_as_unstarted(written: bool, code: str) -> None:  # noqa: FBT001
    start = "start: 2016-01-01, " if written else ""
    plan = parse_plan(
        f"title: 方案\nyear: 2016\ntasks:\n  - {{id: 1, title: 甲, {start}lead_unit: 城镇办, deadline: 2016-12-31}}\n",
        "tasks.yaml",
    )
    (task,) = plan.tasks
    assert isinstance(task.start, AssumedDay) != written
    assert task.start == date(2016, 1, 1)
    assert [why.code for why in judge_task(task, TaskFacts(), date(2016, 3, 1), RULES).reasons] == [code]


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ((18, 25, 31), "the last 3 milestones came 18, 25 and 31 days late"),
        ((1,), "the last milestone came 1 day late"),
        ((-3, 0, 12), "the last 3 milestones came 3 days early, on time and 12 days late"),
        ((0,), "the last milestone came on time"),
    ],
)
def test_the_lateness_of_milestones_in_words(late: tuple[int, ...], expected: str) -> None:
    with speaking("en"):
        assert slips(late) == expected
