"""Every change that affects the judgement of a task is reported; changes of wording are not."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from jingkai_cli.model import PROGRAMME, Indicator, Milestone, Plan, ProgrammeTotal, Task
from jingkai_cli.plan.differences import WORDING, Difference, differences
from jingkai_cli.reports.plan_changes import change, unrecorded_change
from jingkai_cli.thresholds import Assessment, Rules

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
    "collective": {"各乡镇": ("甲镇", "乙镇")},
    "unit_aliases": {"城镇办": ("城办",)},
    "totals": (ProgrammeTotal("investment", "完成投资", "亿元"),),
    "issued": DAY,
    "goal": "建成600个",
    "category": "基础设施",
    "person": "王主任",
    "standing": True,
    "deadline_text": "持续推进",
    "key": True,
    "better": "lower",
    "baseline": Decimal(200),
    "sum": "subtasks",
    "total": "investment",
    "subtasks": (Task("1.1", "地下车库", "城镇办", DAY),),
    "rules": Rules(behind=Decimal(11)),
    "assessment": Assessment(progress=Decimal(41)),
}
"""Field → another value; tuples are below."""


def found(before: Plan, after: Plan) -> list[tuple[str, str]]:
    return [(difference.task, ".".join(difference.path)) for difference in differences(before, after)]


def with_other(thing: Any) -> Iterator[tuple[str, Any]]:
    """For each field of an object, a copy with that field changed."""
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        other = OTHER.get(name, value + 1 if isinstance(value, int | Decimal) else ("另一个",))
        if name == "indicators" and isinstance(thing, Task):
            other = ()
        if name == "milestones":
            other = ()
        yield name, replace(thing, **{name: other})


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
def test_every_changed_field_is_reported_unless_it_is_wording(thing: str, name: str, plan: Plan) -> None:
    told = found(PLAN, plan)
    assert bool(told) == (name not in WORDING), thing
    assert bool(found(plan, PLAN)) == bool(told)
    for difference in differences(PLAN, plan):
        assert "{" not in unrecorded_change(difference)


def test_wording_does_not_affect_the_judgement() -> None:
    """A field listed here may be changed without a notice."""
    texts = {"leader", "person", "source", "note", "notes", "aliases", "formerly", "contacts", "language"}
    lists = {"units", "unit_aliases", "zones", "send_to", "copy_to", "category", "deadline_text"}
    assert texts | lists | {"issuer", "code", "masthead"} == WORDING


def test_a_plan_does_not_differ_from_itself_whatever_its_order() -> None:
    turned = replace(PLAN, tasks=PLAN.tasks[::-1])
    assert found(PLAN, PLAN) == found(PLAN, turned) == []
    marked = [replace(PLAN, tasks=(replace(TASK, unconfirmed=those),)) for those in (("a", "b"), ("b", "a"))]
    assert found(*marked) == []


def test_an_added_or_removed_item_is_one_difference() -> None:
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


PART = Task("4.2", "瑞和服务中心", "城镇办", DAY, milestones=(MILESTONE,))
CENTRES = Task("4", "市民服务中心", "城镇办", DAY, subtasks=(Task("4.1", "瑞锦服务中心", "城镇办", DAY), PART))
TREE = replace(PLAN, tasks=(*PLAN.tasks, CENTRES))


def test_a_sub_task_is_compared_by_its_id_at_any_level() -> None:
    later = replace(CENTRES, subtasks=(CENTRES.subtasks[1], replace(CENTRES.subtasks[0], deadline=date(2016, 9, 30))))
    assert found(TREE, replace(TREE, tasks=(*PLAN.tasks, later))) == [("4.1", "deadline")]
    deeper = replace(CENTRES, subtasks=(replace(CENTRES.subtasks[0], subtasks=(PART,)),))
    assert list(differences(TREE, replace(TREE, tasks=(*PLAN.tasks, deeper)))) == [
        Difference("4.2", ("parent",), "4", "4.1")
    ]


def test_a_sub_task_that_moves_to_the_first_level_has_no_parent_any_more() -> None:
    apart = replace(TREE, tasks=(*PLAN.tasks, replace(CENTRES, subtasks=CENTRES.subtasks[:1]), PART))
    assert list(differences(TREE, apart)) == [Difference("4.2", ("parent",), "4", None)]
    assert list(differences(apart, TREE)) == [Difference("4.2", ("parent",), None, "4")]
    assert [change(difference) for difference in differences(TREE, apart)] == [
        "task 4.2: the task that it is a part of 4 → –"
    ]


def test_renaming_a_parent_moves_none_of_its_parts() -> None:
    renamed = replace(TREE, tasks=(*PLAN.tasks, replace(CENTRES, id="4a", formerly=("4",))))
    assert found(TREE, renamed) == []


def test_parts_added_or_removed_with_their_parent_are_one_difference() -> None:
    assert found(PLAN, TREE) == found(TREE, PLAN) == [("4", "")]
    fewer = replace(TREE, tasks=(*PLAN.tasks, replace(CENTRES, subtasks=())))
    assert found(TREE, fewer) == found(fewer, TREE) == [("4.1", ""), ("4.2", "")]
    saved = replace(TREE, tasks=(replace(PLAN.tasks[0], subtasks=(PART,)), PLAN.tasks[1]))
    assert sorted(found(TREE, saved)) == [("4", ""), ("4.2", "parent")]


def test_a_milestone_that_was_renamed_is_the_same_milestone() -> None:
    design = replace(MILESTONE, id="drawings", formerly=("design",))
    assert found(PLAN, replace(PLAN, tasks=(replace(TASK, milestones=(design,)), PLAN.tasks[1]))) == []
    moved = replace(design, deadline=date(2016, 9, 30))
    told = found(PLAN, replace(PLAN, tasks=(replace(TASK, milestones=(moved,)), PLAN.tasks[1])))
    assert told == [("1", "milestones.drawings.deadline")]
    both = replace(PLAN, tasks=(replace(TASK, milestones=(MILESTONE, design)), PLAN.tasks[1]))
    assert found(PLAN, both) == [("1", "milestones.drawings")]
    one = replace(PLAN, tasks=(replace(TASK, milestones=(design,)), PLAN.tasks[1]))
    assert found(both, one) == [("1", "milestones.design")]


def test_a_programme_total_is_compared_by_its_id() -> None:
    total = ProgrammeTotal("investment", "完成投资", "亿元")
    one, other = replace(PLAN, totals=(total,)), replace(PLAN, totals=(replace(total, unit="万元"),))
    assert [change(difference) for difference in differences(one, other)] == [
        "the programme: programme total investment: unit of measurement 亿元 → 万元"
    ]
    assert [change(difference) for difference in differences(PLAN, one)] == [
        "the programme: programme total investment: added"
    ]


def test_the_notice_names_extend_for_a_deadline_and_adopt_for_other_changes() -> None:
    moved = replace(PLAN, rules=Rules(behind=Decimal(40)), tasks=(replace(TASK, deadline=date(2016, 9, 30)),))
    assert [unrecorded_change(difference) for difference in differences(PLAN, moved)] == [
        "the programme: threshold behind 10 → 40 in the file: use `jk adopt -m WHY`",
        "task 1: deadline 2016-06-30 → 2016-09-30 in the file: use `jk extend`",
        "task 2: 道路绿化: removed in the file: use `jk adopt -m WHY`",
    ]
    assert found(PLAN, moved)[0] == (PROGRAMME, "rules.behind")
