"""Properties of the rules for any task and figures, and the examples in docstrings."""

import doctest
import importlib
import pkgutil
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from jingkai_cli import rules
from jingkai_cli.facts import Event, TaskFacts
from jingkai_cli.model import Entry, Milestone, Plan, Task
from jingkai_cli.rules.status import judge
from jingkai_cli.thresholds import Rules
from judged import judge_task
from random_tasks import FIRST, days, percents, reported, tasks

LAMPS = ("green", "yellow", "red")
DOCUMENTED = [f"jingkai_cli.rules.{module.name}" for module in pkgutil.iter_modules(rules.__path__)]
DOCUMENTED += ["jingkai_cli.quantities", "jingkai_cli.text"]


@given(st.lists(tasks(), min_size=1, max_size=6), days, days)
def test_without_new_entries_overdue_items_only_grow(those: list[Task], one: date, other: date) -> None:
    plan = Plan("方案", tuple(replace(task, id=str(n)) for n, task in enumerate(those)))
    earlier, later = ({j.task.id for j in judge(plan, {}, day) if j.state == "overdue"} for day in sorted((one, other)))
    assert earlier <= later


@given(tasks(), percents, percents, days)
def test_more_progress_never_worsens_the_lamp(task: Task, one: Decimal, other: Decimal, as_of: date) -> None:
    less, more = (judge_task(task, reported(task, value), as_of, Rules()) for value in sorted((one, other)))
    if less.lamp == "none" or more.lamp == "none":
        assert less.lamp == more.lamp
    else:
        assert LAMPS.index(more.lamp) <= LAMPS.index(less.lamp)


ON = date(2016, 7, 1)
SLOW = Task("1", "停车场建设", "城镇办", date(2016, 12, 31), start=date(2016, 1, 1))
FAR_BEHIND = replace(SLOW, id="1.1", planned={date(2016, 6, 1): Decimal(90)})
MAJOR = Entry("problem", ON, "1", "li", "k", responsible="城镇办", severity="major")


@pytest.mark.parametrize(
    ("task", "events", "codes"),
    [
        (SLOW, (), ["pace", "behind"]),
        (replace(SLOW, subtasks=(FAR_BEHIND,)), (), ["subtasks-red", "pace"]),
        (SLOW, (Event(2, ON, "problem", None, ON, None, MAJOR),), ["problem-major", "pace"]),
        (replace(SLOW, deadline=date(2016, 6, 1)), (), ["overdue", "behind"]),
        (replace(SLOW, measure="none"), (), ["silent"]),
        (SLOW, (Event(2, ON, "done", None, None, None),), []),
    ],
)
def test_the_worst_reason_is_the_first_one(task: Task, events: tuple[Event, ...], codes: list[str]) -> None:
    facts = {each.id: reported(each, Decimal(10), events) for each in task.with_subtasks()}
    alone, among = (judge(Plan("方案", (task,)), facts, ON)[0] for _ in range(2))
    assert [why.code for why in among.reasons[:2]] == codes
    assert alone.worst == next(iter(among.reasons), None)


@given(tasks(), st.sets(st.integers(0, 2)), days)
def test_more_milestones_reached_never_worsen_the_lamp(task: Task, hit: set[int], as_of: date) -> None:
    reached = tuple(Event(n + 1, FIRST, "reach", f"m{n}", None, None) for n in sorted(hit))
    less, more = (judge_task(task, reported(task, Decimal(50), events), as_of, Rules()) for events in ((), reached))
    if "none" not in (less.lamp, more.lamp):
        assert LAMPS.index(more.lamp) <= LAMPS.index(less.lamp)


@given(tasks(), days, days)
def test_planned_never_falls_with_time(task: Task, one: date, other: date) -> None:
    earlier, later = (judge_task(task, TaskFacts(), day, Rules()).position.planned for day in sorted((one, other)))
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
    late_before = [x.thing for x in before.position.late]
    assert all(x.thing in late_before for x in after.position.late)
    assert after.position.worst_days <= before.position.worst_days


@given(tasks())
def test_a_deadline_is_overdue_from_the_day_after_it(task: Task) -> None:
    alone = replace(task, milestones=(), measure="none", indicators=(), planned={}, unconfirmed=())
    assert task.deadline
    on_the_day, after_it = (
        judge_task(alone, TaskFacts(), task.deadline + timedelta(days=gone), Rules()) for gone in (0, 1)
    )
    assert on_the_day.position.late == ()
    assert [late.days for late in after_it.position.late] == [1]


@given(tasks(), percents, days)
def test_a_task_that_is_done_has_no_reason_and_a_green_lamp(task: Task, value: Decimal, as_of: date) -> None:
    done = Event(2, FIRST, "done", None, None, None)
    judgement = judge_task(task, reported(task, value, (done,)), as_of, Rules())
    assert (judgement.state, judgement.lamp, judgement.reasons, judgement.position.late) == ("done", "green", (), ())


@given(tasks(), percents, days)
def test_lamp_and_state_follow_from_the_reasons(task: Task, value: Decimal, as_of: date) -> None:
    judgement = judge_task(task, reported(task, value), as_of, Rules())
    codes = {reason.code for reason in judgement.reasons}
    assert (judgement.state == "overdue") == bool(codes & {"overdue", "milestone-overdue"})
    assert (judgement.lamp in ("red", "yellow")) == bool(codes)
    assert (judgement.state in ("on-track", "no-plan")) == (not codes)
    assert (judgement.state == "no-plan") == (judgement.lamp == "none")
    assert judgement.lamp == "red" or "overdue" not in codes


@pytest.mark.parametrize("name", DOCUMENTED)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
