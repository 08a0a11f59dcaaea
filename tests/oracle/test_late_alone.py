"""Partial computations agree with the full one, on random plans and ledgers, in any order of questions."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from random import Random

import pytest
from msgspec.structs import replace

from effort import share
from jingkai_cli.language import speaking
from jingkai_cli.ledger import open_for_reading
from jingkai_cli.ledger.protocol import Ledger
from jingkai_cli.model import Plan
from jingkai_cli.reports import overdue_report, task_report
from jingkai_cli.reports.document import Document, Scope
from jingkai_cli.reports.survey import (
    Survey,
    survey,
    survey_course,
    survey_late,
    survey_lateness,
    survey_period,
    survey_to_compare,
)
from jingkai_cli.reports.task_filters import Filters
from jingkai_cli.rules.status import Judgement, judge

from .held_trees import decisions
from .program import Workspace, load
from .random_plans import plan_of
from .trees import every, tree_of

CASES = [(number, deep) for deep in (False, True) for number in range(share(60))]
"""Half of the plans have sub-tasks."""

FIRST = date(2015, 11, 1)
pytestmark = pytest.mark.sampled


@pytest.fixture(scope="module", params=CASES)
def recorded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Plan, Ledger, int]]:
    number, deep = request.param
    random = Random(number)  # noqa: S311 - the same cases each time, and no secret
    workspace = Workspace(tmp_path_factory.mktemp("case"), tree_of(random) if deep else plan_of(random))
    tasks = [part for task in workspace.plan["tasks"] for part in every(task)] if deep else workspace.plan["tasks"]
    flat = {**workspace.plan, "tasks": tasks}
    workspace.record(random, random.choice([1, 6, 16, 24]), flat)
    if deep:
        workspace.offer(random, decisions(random, flat, workspace.today, 6))
    with closing(open_for_reading(str(workspace.file.with_name("ledger.db")))) as ledger:
        yield load(workspace.file), ledger, number


@pytest.fixture
def case(recorded: tuple[Plan, Ledger, int]) -> tuple[Plan, Ledger, Random]:
    """The plan, the ledger, and the random source of the questions."""
    plan, ledger, number = recorded
    return plan, ledger, Random(number)  # noqa: S311 - the same questions each time


def a_day(random: Random) -> date:
    return FIRST + timedelta(days=random.randint(0, 500))


def surveys(ledger: Ledger, plan: Plan, day: date) -> tuple[Survey, Survey]:
    """The survey of all tasks, and of late tasks only."""
    return ledger.read(lambda reader: (survey(reader, plan, day), survey_late(reader, plan, day)))


def figures(judgement: Judgement) -> tuple[object, ...]:
    at = judgement.position
    return judgement.state, judgement.lamp, judgement.reasons, at.late, at.progress, at.planned, at.gap, at.months


def but_for_steadiness(judgement: Judgement) -> tuple[object, ...]:
    whys = [(why.code, {**why.figures, "steady": None}, why.task) for why in judgement.reasons]
    at = judgement.position
    return judgement.state, judgement.lamp, whys, at.late, at.progress, at.planned, at.gap, at.months


def test_a_course_has_the_lamps_and_states_of_each_day(case: tuple[Plan, Ledger, Random]) -> None:
    plan, ledger, random = case
    days = sorted({a_day(random) for _ in range(4)})
    course = ledger.read(lambda reader: survey_course(reader, plan, days))
    for day, found in zip(days, course, strict=True):
        full = surveys(ledger, plan, day)[0]
        of_course, of_day = judge(plan, found.facts, day), judge(plan, full.facts, day)
        assert [(j.state, j.lamp, j.position.progress, j.position.late) for j in of_course] == [
            (j.state, j.lamp, j.position.progress, j.position.late) for j in of_day
        ]
        assert (found.as_of, found.head, found.unknown_tasks) == (day, full.head, full.unknown_tasks)
    assert list(map(figures, of_course)) == list(map(figures, of_day))  # the last day in full


def test_the_late_tasks_are_those_judged_overdue(case: tuple[Plan, Ledger, Random]) -> None:
    plan, ledger, random = case
    for day in sorted(a_day(random) for _ in range(6)):
        whole, part = surveys(ledger, plan, day)
        full = [j for j in judge(plan, whole.facts, day) if j.state == "overdue"]
        late = judge(plan, part.facts, day, part.tasks)
        assert [j.lamp for j in late] == [j.lamp for j in full]
        assert list(map(figures, late)) == list(map(figures, full))
        assert (part.head, part.unknown_tasks) == (whole.head, whole.unknown_tasks)


def test_the_overdue_report_agrees_with_the_full_report(case: tuple[Plan, Ledger, Random]) -> None:
    plan, ledger, random = case
    day = a_day(random)
    whole, part = surveys(ledger, plan, day)
    scope = Scope(plan, day, None, whole.head)
    full = task_report.build(scope, judge(plan, whole.facts, day), Filters())
    with speaking("en"):
        late = overdue_report.build(scope, judge(plan, part.facts, day, part.tasks), Filters(overdue=True))
    wanted = [item for item in full.items if item["state"] == "overdue"]
    assert sorted(late.items, key=lambda item: str(item["id"])) == sorted(wanted, key=lambda item: str(item["id"]))
    lamps = Counter(item["lamp"] for item in wanted)
    said = [f"{lamp} {lamps[lamp]}" for lamp in ("red", "yellow") if lamps[lamp]]
    (summary,) = late.summary
    assert summary.partition(": ")[2] == " | ".join(filter(None, (f"{len(wanted)} overdue", ", ".join(said))))


def printed(document: Document) -> tuple[object, ...]:
    """Everything that a report prints on a wide and on a narrow terminal."""
    wide = [replace(section, brief=None) for section in document.sections]
    narrow = [section.brief() for section in document.sections if section.brief]
    return wide, narrow, document.summary, document.footnotes


def test_the_printed_overdue_report_needs_no_more_than_lateness(case: tuple[Plan, Ledger, Random]) -> None:
    plan, ledger, random = case
    for day in sorted(a_day(random) for _ in range(6)):
        found = [look(ledger, plan, day) for look in (survey_late, survey_lateness)]
        scope = Scope(plan, day, None, found[0].head)
        full, lean = (
            overdue_report.build(scope, judge(plan, each.facts, day, each.tasks), Filters(overdue=True))
            for each in found
        )
        assert printed(lean) == printed(full)


def test_the_facts_before_a_period_are_those_of_that_day(case: tuple[Plan, Ledger, Random]) -> None:
    plan, ledger, random = case
    for _ in range(4):
        start = a_day(random)
        end = start + timedelta(days=random.choice([1, 7, 40, 200]))
        period = ledger.read(partial(survey_period, plan=plan, start=start, as_of=end))
        day = start - timedelta(days=1)
        before = ledger.read(partial(survey_to_compare, plan=plan, as_of=day))
        assert {task: period.before.facts.get(task) for task in before.facts} == before.facts
        assert all(facts == before.facts.get(task) for task, facts in period.before.facts.items())
        whole, _late = surveys(ledger, plan, day)  # may have still earlier events, which change no state and no figure
        compared, full = (judge(plan, each.facts, day) for each in (period.before, whole))
        assert list(map(but_for_steadiness, compared)) == list(map(but_for_steadiness, full))
