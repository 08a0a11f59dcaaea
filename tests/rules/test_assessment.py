"""Assessment: scores are bounded, more progress never lowers a score, and each part has examples."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from effort import share
from jingkai_cli.dates import Period, parse_month, parse_year
from jingkai_cli.facts import Event, Received, TaskFacts, Total
from jingkai_cli.kinds import life_of
from jingkai_cli.kinds.lifecycle import Problem, Score
from jingkai_cli.model import PERCENT, Entry, Milestone, Plan, Task
from jingkai_cli.rules.assessment import Assessed, Dossier, assess, grade
from jingkai_cli.rules.observation import Scored, assessed_scores
from jingkai_cli.thresholds import Assessment
from judged import judge_task

MARCH = parse_month("2016-03", date(2016, 4, 1))
START = date(2016, 2, 1)
MILESTONES = (
    Milestone("a", "甲", date(2016, 3, 10)),
    Milestone("b", "乙", date(2016, 3, 31)),
    Milestone("c", "丙", date(2016, 4, 15)),
)
TASK = Task("1", "停车场", "城镇办", date(2016, 6, 30), start=START, milestones=MILESTONES)
PLAN = Plan("方案", (TASK,))


def event(seq: int, kind: str, on: date, subject: str | None = None) -> Event:
    return Event(seq, on, kind, subject, None, None)


def dossier(  # noqa: PLR0913, PLR0917 - one for each thing that a unit may have done
    progress: int | None,
    reached: dict[str, date],
    problems: tuple[Problem, ...] = (),
    scores: tuple[Score, ...] = (),
    received: tuple[date, ...] = (),
    done: date | None = None,
) -> Dossier:
    totals = {} if progress is None else {(PERCENT, ""): Total(Decimal(progress), date(2016, 3, 30), 9, stated=True)}
    events = [event(n, "reach", on, name) for n, (name, on) in enumerate(reached.items(), 1)]
    events += [event(8, "done", done)] if done else []
    facts = TaskFacts(totals, tuple(sorted(events, key=lambda e: (e.on, e.seq))))
    judgement = judge_task(TASK, facts, MARCH.end, PLAN.rules)
    reports = tuple(Received(20 + n, "1", day, day) for n, day in enumerate(received))
    return Dossier("城镇办", (judgement,), {}, problems, observed(scores, MARCH), reports)


def observed(scores: tuple[Score, ...], period: Period) -> tuple[Scored, ...]:
    return assessed_scores(PLAN, scores, period)["城镇办"]


def assessed(case: Dossier, plan: Plan = PLAN, period: Period = MARCH) -> Assessed:
    return assess(plan, case, period, period.end)


def points(case: Dossier) -> float:
    score = assessed(case).score
    assert score is not None
    return score


def problem(seq: int, due: date, fixed: date | None) -> Problem:
    opened = Problem(seq, "1", "占道", "城镇办", None, None, START, due)
    return replace(opened, state="fixed", fixed_on=fixed, fixed_seq=seq + 100) if fixed else opened


DAYS = st.dates(START, MARCH.end)
DUE = st.sampled_from([date(2016, 3, 5), date(2016, 3, 31), date(2016, 4, 9)])
SCORES = st.lists(
    st.tuples(st.sampled_from(["甲", "乙", "丙"]), st.integers(0, 100)), max_size=3, unique_by=lambda s: s[0]
)
CASES = st.fixed_dictionaries(
    {
        "progress": st.none() | st.integers(0, 100),
        "reached": st.dictionaries(st.sampled_from("abc"), DAYS),
        "problems": st.lists(st.tuples(DUE, st.none() | DAYS), max_size=3).map(
            lambda those: tuple(problem(30 + n, due, fixed) for n, (due, fixed) in enumerate(those))
        ),
        "scores": SCORES.map(
            lambda those: tuple(Score(50 + n, "2016-03", "城镇办", j, Decimal(v)) for n, (j, v) in enumerate(those))
        ),
        "received": st.lists(DAYS, max_size=6).map(tuple),
        "done": st.none() | DAYS,
    }
)


@given(CASES)
@settings(max_examples=share(300))
def test_a_score_is_between_0_and_100_and_its_parts_explain_it(case: dict[str, object]) -> None:
    found = assessed(dossier(**case))  # type: ignore[arg-type]
    assert found.score is not None
    assert 0 <= found.score <= 100
    earned = sum(found.rescaled(part) * (part.value or 0) for part in found.weighed)
    assert found.score == pytest.approx(max(0, earned - found.deducted))
    assert sum(map(found.rescaled, found.weighed)) == pytest.approx(100)


@given(CASES, st.integers(0, 100), st.sampled_from("abc"), DAYS)
@settings(max_examples=share(300))
def test_more_done_never_scores_less(case: dict[str, object], more: int, name: str, day: date) -> None:
    before = points(dossier(**case))  # type: ignore[arg-type]
    progress, reached = case["progress"], case["reached"]
    assert isinstance(progress, int | None)
    assert isinstance(reached, dict)
    problems, received, done = case["problems"], case["received"], case["done"]
    assert isinstance(problems, tuple)
    assert isinstance(received, tuple)
    earlier = {**reached, name: min(day, reached.get(name, day))}
    fixed = tuple(problem(p.seq, p.deadline, min(day, p.fixed_on or day)) for p in problems)
    for better in (
        {"progress": more if progress is None else max(progress, more)},
        {"reached": earlier},
        {"problems": fixed},
        {"received": (*received, day)},
        {"done": min(day, done) if isinstance(done, date) else day},
    ):
        after = points(dossier(**{**case, **better}))  # type: ignore[arg-type]
        assert after >= before - 1e-9, better


def test_unreported_progress_counts_as_zero() -> None:
    parts = {part.name: part for part in assessed(dossier(None, {})).parts}
    assert parts["progress"].value == 0
    assert len(parts["progress"].items) == 1


@pytest.mark.parametrize(
    ("reached", "met"),
    [({}, 0), ({"a": date(2016, 3, 10)}, 0.5), ({"a": date(2016, 3, 11)}, 0.25), ({"b": date(2016, 3, 31)}, 0.5)],
)
def test_a_deadline_of_the_period_is_met_on_its_day_and_half_met_the_day_after(
    reached: dict[str, date], met: float
) -> None:
    parts = {part.name: part for part in assessed(dossier(50, reached)).parts}
    assert [item.figures["id"] for item in parts["deadlines"].items] == ["a", "b"]  # c is due in April
    assert parts["deadlines"].value == met


def test_a_milestone_reached_late_is_worth_half_and_is_listed() -> None:
    parts = {part.name: part for part in assessed(dossier(50, {"a": date(2016, 3, 20)})).parts}
    (made_up, _missed) = parts["deadlines"].items
    assert (made_up.value, made_up.figures["happened"]) == (0.5, date(2016, 3, 20))
    late = assess(
        PLAN,
        replace(dossier(50, {}), reports=(Received(70, "1", date(2016, 3, 8), date(2016, 3, 20)),)),
        MARCH,
        MARCH.end,
    )
    silent = {week.ends: week.made_up for week in late.silent}
    assert silent[date(2016, 3, 13)] == Received(70, "1", date(2016, 3, 8), date(2016, 3, 20))
    assert date(2016, 3, 23) not in silent


def test_an_unconfirmed_deadline_is_not_judged_and_a_late_extension_is_missed() -> None:
    unconfirmed = replace(TASK, milestones=(replace(MILESTONES[0], unconfirmed=("deadline",)),))
    found = assess(
        PLAN,
        replace(dossier(50, {}), judgements=(judge_task(unconfirmed, TaskFacts(), MARCH.end, PLAN.rules),)),
        MARCH,
        MARCH.end,
    )
    assert {part.name: part.items for part in found.parts}["deadlines"] == ()
    extended = Event(5, date(2016, 3, 12), "extend", "a", date(2016, 4, 30), "document")
    facts = TaskFacts(events=(extended,))
    late = replace(dossier(50, {}), judgements=(judge_task(TASK, facts, MARCH.end, PLAN.rules),))
    deadlines = {part.name: part for part in assessed(late).parts}["deadlines"]
    assert [(item.figures["id"], item.value) for item in deadlines.items] == [("a", 0), ("b", 0)]


@pytest.mark.parametrize(("weeks", "off"), [(5, 5), (0, 0)])
def test_a_week_without_a_report_costs_a_point(weeks: int, off: float) -> None:
    wednesdays = [date(2016, 3, 2) + timedelta(days=7 * n) for n in range(5)]
    found = assessed(dossier(50, {}, received=tuple(wednesdays[weeks:])))
    assert (len(found.silent), found.deducted) == (weeks, off)
    year = assess(PLAN, dossier(50, {}), Period("2016", date(2016, 1, 1), date(2016, 12, 31)), date(2016, 12, 31))
    assert (len(year.silent) > 10, year.deducted) == (True, 10)


def deadlines(case: Dossier, plan: Plan, period: Period) -> list[tuple[str, float, bool]]:
    part = next(part for part in assess(plan, case, period, period.end).parts if part.name == "deadlines")
    return [(item.figures["id"], item.value, item.figures["carried"]) for item in part.items]


def in_month(month: str, *events: Event, plan: Plan = PLAN) -> list[tuple[str, float, bool]]:
    period = parse_month(month, date(2016, 12, 31)) if len(month) > len("2016") else parse_year(month)
    known = TaskFacts(events=tuple(event for event in events if event.on <= period.end))
    case = Dossier("城镇办", (judge_task(plan.tasks[0], known, period.end, plan.rules),), {}, (), (), ())
    return deadlines(case, plan, period)


def test_an_open_deadline_is_carried_over_into_each_later_month_until_it_is_met() -> None:
    reached = event(1, "reach", date(2016, 5, 2), "a")
    assert in_month("2016-03", reached) == [("a", 0, False), ("b", 0, False)]
    assert in_month("2016-04", reached) == [("a", 0, True), ("b", 0, True), ("c", 0, False)]
    assert in_month("2016-05", reached) == [("b", 0, True), ("c", 0, True)]
    assert in_month("2016-07", reached, event(2, "done", date(2016, 6, 30))) == []


def test_only_an_extension_requested_in_time_ends_the_carry_over() -> None:
    in_time = Event(5, date(2016, 3, 10), "extend", "a", date(2016, 5, 31), "document")
    assert in_month("2016-03", in_time) == [("b", 0, False)]
    assert in_month("2016-04", in_time) == [("b", 0, True), ("c", 0, False)]
    assert ("a", 0, False) in in_month("2016-05", in_time)
    afterwards = replace(in_time, on=date(2016, 3, 11))
    assert in_month("2016-04", afterwards) == [("a", 0, True), ("b", 0, True), ("c", 0, False)]


def test_in_the_year_each_deadline_counts_once() -> None:
    events = [event(1, "reach", date(2016, 3, 10), "a"), event(2, "reach", date(2016, 5, 2), "b")]
    assert in_month("2016", *events) == [("1", 0, False), ("a", 1, False), ("b", 0.5, False), ("c", 0, False)]


def test_a_deadline_missed_before_a_suspension_stays_in_its_month_and_is_not_carried_over() -> None:
    suspended = event(1, "suspend", date(2016, 3, 20))
    assert in_month("2016-03", suspended) == [("a", 0, False)]
    assert in_month("2016-04", suspended) == []


def test_a_unit_with_a_red_task_is_not_excellent() -> None:
    task = replace(TASK, deadline=date(2016, 3, 20), milestones=(), planned={date(2016, 3, 20): Decimal(100)})
    totals = {(PERCENT, ""): Total(Decimal(99), date(2016, 3, 19), 9, stated=True)}
    reports = tuple(
        Received(20 + n, "1", date(2016, 3, 1) + timedelta(n), date(2016, 3, 1) + timedelta(n)) for n in range(31)
    )
    weights = Assessment(progress=Decimal(95), deadlines=Decimal(5))
    plan = Plan("方案", (task,), assessment=weights)
    judged = judge_task(task, TaskFacts(totals), MARCH.end, PLAN.rules)
    found = assess(plan, Dossier("城镇办", (judged,), {}, (), (), reports), MARCH, MARCH.end)
    assert found.score is not None
    assert found.score > 90
    assert (found.grade, found.capped_by) == ("good", ("1",))


def test_a_unit_without_progress_and_deadlines_has_no_score() -> None:
    scores = (Score(1, "2016-03", "城镇办", "甲", Decimal(100)),)
    found = assess(PLAN, Dossier("城镇办", (), {}, (), observed(scores, MARCH), ()), MARCH, MARCH.end)
    assert {part.name: part.value for part in found.parts}["observation"] == 1
    assert (found.score, found.grade) == (None, None)


def test_the_weights_of_the_parts_that_are_judged_add_up_to_100() -> None:
    found = assessed(dossier(50, {}))
    assert [part.name for part in found.weighed] == ["progress", "deadlines"]
    assert [round(found.rescaled(part), 1) for part in found.weighed] == [57.1, 42.9]
    nothing = assess(PLAN, Dossier("明湖办事处", (), {}, (), (), ()), MARCH, MARCH.end)
    assert (nothing.score, nothing.grade) == (None, None)


def test_weights_and_grades_come_from_the_plan() -> None:
    only_progress = Assessment(
        deadlines=Decimal(0), rectification=Decimal(0), observation=Decimal(0), silent_week=Decimal(0)
    )
    found = assessed(dossier(100, {}), replace(PLAN, assessment=only_progress))
    assert found.score == 100
    assert [grade(x, Assessment()) for x in (90, 89.9, 80, 60, 59.94, 0)] == [
        "excellent",
        "good",
        "good",
        "qualified",
        "unqualified",
        "unqualified",
    ]


def test_a_month_counts_once_whatever_the_number_of_judges() -> None:
    scores = tuple(
        Score(n, m, "城镇办", j, Decimal(v))
        for n, (m, j, v) in enumerate(
            [("2016-01", "甲", 60), ("2016-02", "甲", 90), ("2016-02", "乙", 100), ("2016-02", "丙", 80)]
        )
    )
    year = Period("2016", date(2016, 1, 1), date(2016, 12, 31))
    found = assess(PLAN, Dossier("城镇办", (), {}, (), observed(scores, year), ()), year, date(2016, 4, 1))
    assert {part.name: part.value for part in found.parts}["observation"] == pytest.approx(0.75)


@pytest.mark.parametrize(("fixed", "value"), [(date(2016, 3, 9), 1), (date(2016, 3, 10), 0), (None, 0)])
def test_a_problem_is_fixed_in_time_or_not(fixed: date | None, value: float) -> None:
    parts = {part.name: part for part in assessed(dossier(50, {}, (problem(30, date(2016, 3, 9), fixed),))).parts}
    assert parts["rectification"].value == value


def test_a_problem_sent_back_is_not_fixed() -> None:
    opened = Entry("problem", START, "1", "李", "k", responsible="城镇办", deadline=date(2016, 3, 9), note="占道")
    events = [
        Event(1, START, "problem", None, date(2016, 3, 9), None, opened),
        event(2, "fix", date(2016, 3, 8), "1"),
        event(3, "reopen", date(2016, 3, 10), "1"),
    ]
    fixed, sent_back = (assessed(dossier(50, {}, tuple(life_of(TASK, events[:n]).problems.values()))) for n in (2, 3))
    values = [{part.name: part.value for part in found.parts}["rectification"] for found in (fixed, sent_back)]
    assert values == [1, 0]
