"""Who is a unit or belongs to it, and so cannot verify what the unit did."""

from datetime import date

import pytest

from jingkai_cli.kinds.kind import same_party
from jingkai_cli.model import Plan, Task

UNITS = ("明湖街道办事处", "区住建局", "城关镇", "城关镇人民政府督查室", "督查室")
TASK = Task("1", "停车场", "明湖街道办事处", deadline=date(2016, 12, 31))
PLAN = Plan("试验", (TASK,), units=UNITS, unit_aliases={"区住建局": ("建设局",)})


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        ("明湖街道", "明湖街道办事处"),
        ("明湖", "明湖街道办事处"),
        ("明湖 街道办事处", "明湖街道办事处"),
        ("住建局李四", "区住建局"),
        ("住建局", "区住建局"),
        ("区住建局质监站", "区住建局"),
        ("建设局李四", "区住建局"),
        ("城关镇李四", "城关镇"),
        ("经开区督查室", "督查室"),
    ],
)
def test_a_short_name_or_a_person_of_the_unit_is_the_unit(who: str, unit: str) -> None:
    assert same_party(PLAN, who, unit)


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        ("督查室", "区住建局"),
        ("市住建局", "区住建局"),
        ("城关镇人民政府督查室", "城关镇"),
        ("督查室", "城关镇人民政府督查室"),
        ("政府督查室", "明湖区人民政府"),
        ("人民政府督查室", "明湖区人民政府"),
        ("街道办事处主任", "明湖街道办事处"),
        ("局", "区住建局"),
    ],
)
def test_another_unit_is_not(who: str, unit: str) -> None:
    assert not same_party(PLAN, who, unit)
