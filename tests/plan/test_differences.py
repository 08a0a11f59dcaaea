"""Whatever a task is judged by cannot be changed in a plan without being told; mere wording can."""

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jingkai_cli.model import PROGRAMME, Assessment, Indicator, Milestone, Plan, Rules, Task
from jingkai_cli.plan.differences import WORDING, Difference, differences
from jingkai_cli.reports.plan_changes import change, quiet_change

DAY = date(2016, 6, 30)
MILESTONE = Milestone("design", "设计完成", DAY)
INDICATOR = Indicator("greened", "完成绿化", "亩", Decimal(120), planned={DAY: Decimal(60)})
TASK = Task("1", "停车场建设", "城镇办", DAY, indicators=(INDICATOR,), milestones=(MILESTONE,))
PLAN = Plan("重点工作", (TASK, Task("2", "道路绿化", None, DAY)), 2016)

OTHER: dict[str, Any] = {
    "title": "另一项",
    "name": "另一个",
    "id": "other",
    "lead_unit": "执法局",
    "deadline": date(2016, 9, 30),
    "start": date(2016, 2, 1),
    "measure": "milestones",
    "planned": {DAY: Decimal(20)},
    "monthly": {DAY: Decimal(20)},
    "target": Decimal(1),
    "weight": Decimal(3),
    "unit": "公顷",
    "type": "level",
    "per_unit": True,
    "year": 2015,
    "timezone": "UTC",
    "language": "en",
    "contacts": {"城镇办": "1000"},
    "leader": "分管副主任",
    "source": "会议纪要",
    "note": "说明",
    "indicators": ("greened",),
    "report_by": "fri",
    "tasks": (),
    "week_ends": "fri",
    "rules": Rules(behind=Decimal(11)),
    "assessment": Assessment(progress=Decimal(41)),
}
"""Field → another value; tuples of texts and numbers have theirs below."""


def found(before: Plan, after: Plan) -> list[tuple[str, str]]:
    return [(difference.task, ".".join(difference.path)) for difference in differences(before, after)]


def with_other(thing: Any) -> Iterator[tuple[str, Any]]:
    """A thing with one field changed, for each field that it has."""
    for field in dataclasses.fields(thing):
        value = getattr(thing, field.name)
        other = OTHER.get(field.name, value + 1 if isinstance(value, int | Decimal) else ("另一个",))
        if field.name == "indicators" and isinstance(thing, Task):
            other = ()
        if field.name == "milestones":
            other = ()
        yield field.name, replace(thing, **{field.name: other})


CHANGES = [
    *(("plan", name, plan) for name, plan in with_other(PLAN)),
    *(("task", name, replace(PLAN, tasks=(task, PLAN.tasks[1]))) for name, task in with_other(TASK)),
    *(
        ("milestone", name, replace(PLAN, tasks=(replace(TASK, milestones=(milestone,)), PLAN.tasks[1])))
        for name, milestone in with_other(MILESTONE)
    ),
    *(
        ("indicator", name, replace(PLAN, tasks=(replace(TASK, indicators=(indicator,)), PLAN.tasks[1])))
        for name, indicator in with_other(INDICATOR)
    ),
    *(("rules", name, replace(PLAN, rules=rules)) for name, rules in with_other(Rules())),
    *(("assessment", name, replace(PLAN, assessment=weights)) for name, weights in with_other(Assessment())),
]


@pytest.mark.parametrize(("thing", "name", "plan"), CHANGES, ids=[f"{thing} {name}" for thing, name, _ in CHANGES])
def test_every_field_is_told_unless_it_is_wording(thing: str, name: str, plan: Plan) -> None:
    told = found(PLAN, plan)
    assert bool(told) == (name not in WORDING), thing
    assert bool(found(plan, PLAN)) == bool(told)
    for difference in differences(PLAN, plan):
        assert "{" not in quiet_change(difference)


def test_wording_is_what_nobody_is_judged_by() -> None:
    """Whoever adds a field here says that it may be changed in silence."""
    texts = {"leader", "source", "note", "notes", "aliases", "formerly", "contacts", "language"}
    assert texts | {"units", "zones", "issuer", "send_to", "copy_to"} == WORDING


def test_a_plan_does_not_differ_from_itself_whatever_its_order() -> None:
    turned = replace(PLAN, tasks=PLAN.tasks[::-1])
    assert found(PLAN, PLAN) == found(PLAN, turned) == []
    marked = [replace(PLAN, tasks=(replace(TASK, unconfirmed=those),)) for those in (("a", "b"), ("b", "a"))]
    assert found(*marked) == []


def test_what_was_put_in_or_taken_out_is_one_thing() -> None:
    more = replace(PLAN, tasks=(*PLAN.tasks, replace(TASK, id="3", title="市场外迁")))
    assert found(PLAN, more) == found(more, PLAN) == [("3", "")]
    assert [change(d) for d in differences(PLAN, more)] == ["task 3: 市场外迁: added"]
    assert [change(d) for d in differences(more, PLAN)] == ["task 3: 市场外迁: removed"]
    bare = replace(PLAN, tasks=(replace(TASK, milestones=()), PLAN.tasks[1]))
    assert list(differences(PLAN, bare)) == [Difference("1", ("milestones", "design"), MILESTONE, None)]


def test_a_task_that_was_renamed_is_the_same_task() -> None:
    renamed = replace(PLAN, tasks=(replace(TASK, id="1a", formerly=("1",)), PLAN.tasks[1]))
    assert found(PLAN, renamed) == []
    moved = replace(renamed, tasks=(replace(renamed.tasks[0], deadline=date(2016, 9, 30)), PLAN.tasks[1]))
    assert found(PLAN, moved) == [("1a", "deadline")]


def test_a_deadline_is_extended_and_everything_else_is_adopted() -> None:
    moved = replace(PLAN, rules=Rules(behind=Decimal(40)), tasks=(replace(TASK, deadline=date(2016, 9, 30)),))
    assert [quiet_change(difference) for difference in differences(PLAN, moved)] == [
        "the programme: threshold behind 10 → 40 in the file: use `jk adopt -m WHY`",
        "task 1: deadline 2016-06-30 → 2016-09-30 in the file: use `jk extend`",
        "task 2: 道路绿化: removed in the file: use `jk adopt -m WHY`",
    ]
    assert found(PLAN, moved)[0] == (PROGRAMME, "rules.behind")
