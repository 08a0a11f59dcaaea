"""Every field of a plan is documented, and the template of `jk init` is the same, in both languages."""

import re
from pathlib import Path

import pytest
from msgspec import Struct

from jingkai_cli import cli
from jingkai_cli.model import Indicator, Milestone, Plan, ProgrammeTotal, Task
from jingkai_cli.plan import load_plan
from jingkai_cli.thresholds import Observation, QuarterWeights

DOCS = Path(__file__).parents[2] / "docs"
TEMPLATES = sorted(Path(cli.__file__).parent.glob("tasks.template*.yaml"))


@pytest.mark.parametrize("page", ["plan.md", "plan.zh-CN.md"])
@pytest.mark.parametrize("kind", [Plan, Task, Indicator, Milestone, ProgrammeTotal, Observation, QuarterWeights])
def test_every_field_has_its_meaning(page: str, kind: type[Struct]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    explained = re.sub("<!-- fields -->.*?<!-- /fields -->", "", text, flags=re.DOTALL)
    names = {*kind.__struct_fields__} - {"unit_aliases"}
    assert {name for name in names if f"`{name}`" not in explained} == set()
    assert "`also`" in text


def test_there_is_a_template_in_each_language() -> None:
    english, chinese = TEMPLATES
    assert load_plan(english) == load_plan(chinese)
    comments = [re.findall("#.*", file.read_text(encoding="utf-8")) for file in TEMPLATES]
    assert len(comments[0]) == len(comments[1])
    assert [comment for comment in comments[1] if not re.search("[\u4e00-\u9fff]", comment)] == []


def test_the_template_has_a_sub_task_that_inherits_from_its_parent() -> None:
    plan = load_plan(TEMPLATES[0])
    first, second = plan.tasks[1].subtasks
    assert (first.category, second.deadline) == (plan.tasks[1].category, plan.tasks[1].deadline)
    assert second.after == (first.id,)
    assert plan.tasks[1].indicators[0].target == sum(part.indicators[0].target or 0 for part in (first, second)) / 10000
