"""Standing work itself is never late and has no days left; its dated milestones are judged as usual."""

from datetime import date

import pytest

from jingkai_cli.facts import TaskFacts
from jingkai_cli.model import Milestone, Task
from jingkai_cli.reports import task_cells, task_notes
from jingkai_cli.reports.reason_wording import deadlines, due
from jingkai_cli.thresholds import Rules
from judged import judge_task

START, PAST, NOW = date(2016, 1, 1), date(2016, 3, 31), date(2016, 7, 15)


def standing(deadline: date | None = None, text: str | None = None) -> Task:
    milestone = Milestone("m", "启用平台", date(2016, 6, 30))
    return Task(
        "1", "巡查", "城镇办", deadline, start=START, standing=True, deadline_text=text, milestones=(milestone,)
    )


@pytest.mark.parametrize("deadline", [None, PAST])
def test_only_its_milestones_are_late(deadline: date | None) -> None:
    judged = judge_task(standing(deadline), TaskFacts(), NOW, Rules())
    assert [late.thing.title for late in judged.position.late] == ["启用平台"]
    assert (judged.position.days_left, judged.position.planned, judged.position.curve) == (None, None, None)
    assert task_cells.over_or_left(judged) == ""


@pytest.mark.parametrize("deadline", [None, date(2016, 6, 20)])
def test_it_is_never_due_soon(deadline: date | None) -> None:
    judged = judge_task(standing(deadline), TaskFacts(), date(2016, 6, 18), Rules())
    assert "due-soon" not in [why.code for why in judged.reasons]
    assert [thing.title for thing in task_notes.due_within(judged, 30)] == ["启用平台"]


@pytest.mark.parametrize(
    ("task", "printed"),
    [
        (standing(), "standing work"),
        (standing(text="持续推进"), "持续推进"),
        (standing(PAST, "持续推进"), "持续推进"),
        (standing(PAST), "2016-03-31"),
    ],
)
def test_its_deadline_text_replaces_the_deadline(task: Task, printed: str) -> None:
    life = judge_task(task, TaskFacts(), NOW, Rules()).position.life
    assert due(task, life) == deadlines(task, life) == printed
