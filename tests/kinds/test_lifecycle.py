"""The life of a problem: open → fixed → verified, or sent back; overdue only until it is reported fixed."""

from datetime import date

import pytest

from jingkai_cli.facts import Event, TaskFacts
from jingkai_cli.kinds import life_of
from jingkai_cli.kinds.lifecycle import Problem
from jingkai_cli.model import Entry, Task
from jingkai_cli.thresholds import Rules
from judged import judge_task

DUE = date(2016, 3, 20)
OPENED = Entry("problem", date(2016, 3, 10), "7", "li", "k", note="占道经营", responsible="祥云办事处", deadline=DUE)
TASK = Task(
    "7",
    "城市精细化管理",
    "执法局",
    date(2016, 12, 31),
    start=date(2016, 1, 1),
    measure="none",
    unconfirmed=("deadline",),
)


def step(seq: int, kind: str, day: int) -> Event:
    return Event(seq, date(2016, 3, day), kind, "1", None, None)


def life(*steps: Event) -> tuple[Event, ...]:
    return (Event(1, OPENED.on, "problem", None, DUE, None, OPENED), *steps)


def folded(*steps: Event) -> Problem:
    (problem,) = life_of(TASK, life(*steps)).problems.values()
    return problem


def test_a_problem_goes_from_open_to_fixed_to_verified_and_can_be_sent_back() -> None:
    fixed, verified, back = step(2, "fix", 18), step(3, "verify", 19), step(4, "reopen", 25)
    assert folded().state == "open"
    assert (folded(fixed).state, folded(fixed).fixed_on) == ("fixed", date(2016, 3, 18))
    assert folded(fixed, verified).state == "verified"
    again = folded(fixed, verified, back)
    assert (again.state, again.fixed_on, again.verified_on, again.returned) == ("open", None, None, 1)


@pytest.mark.parametrize(("day", "late"), [(20, 0), (21, 1), (31, 11)])
def test_a_problem_is_overdue_from_the_day_after_its_due_date(day: int, late: int) -> None:
    assert folded().days_overdue(date(2016, 3, day)) == late
    assert folded(step(2, "fix", 31)).days_overdue(date(2016, 3, day)) == 0


@pytest.mark.parametrize(("day", "lamp"), [(21, "yellow"), (27, "yellow"), (28, "red")])
def test_an_overdue_problem_makes_its_task_overdue_and_after_a_week_red(day: int, lamp: str) -> None:
    late = judge_task(TASK, TaskFacts(events=life()), date(2016, 3, day), Rules())
    fixed = judge_task(TASK, TaskFacts(events=life(step(2, "fix", 19))), date(2016, 3, 21), Rules())
    assert (late.state, late.lamp, late.reasons[0].code) == ("overdue", lamp, "problem-overdue")
    assert "problem-overdue" not in [reason.code for reason in fixed.reasons]
    assert fixed.state != "overdue"


def test_sending_a_problem_back_does_not_reopen_the_task() -> None:
    done = Event(2, date(2016, 3, 15), "done", None, None, None)
    facts = TaskFacts(events=(*life(), done, step(3, "fix", 18), step(4, "reopen", 19)))
    assert judge_task(TASK, facts, date(2016, 4, 1), Rules()).state == "done"
