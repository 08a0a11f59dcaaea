"""`jk report --overdue` reads the figures of late tasks only, and has the same lamps as the full report."""

import json
from pathlib import Path

import pytest

from running import Workspace

PLAN = """\
title: 重点工作
year: 2016
tasks:
- id: 1
  title: 征迁改造
  lead_unit: 城镇办
  deadline: 2016-12-31
  milestones: [{id: m, title: 开工, deadline: 2016-03-28}]
  subtasks:
  - {id: 1.1, title: 南区, deadline: 2016-12-31, measure: none}
  - {id: 1.2, title: 北区, deadline: 2016-12-31, measure: none}
  - {id: 1.3, title: 东区, start: 2016-01-01, deadline: 2016-12-31, %s}
"""

WRITTEN = "measure: percent, planned: {2016-03-31: 90}"
MONTH = (
    "milestones: [{id: s, title: 三月份, deadline: 2016-03-31, indicators: [invest]}], "
    "measure: indicators, indicators: [{id: invest, name: 投资, unit: 亿元, target: 10, monthly: {2016-03: 5}}]"
)


@pytest.mark.parametrize(("part", "reading"), [(WRITTEN, "10"), (MONTH, "invest=0.1")])
def test_a_sub_task_that_is_far_behind_and_not_late_makes_the_lamp_red(tmp_path: Path, part: str, reading: str) -> None:
    """The task is two days late, which is yellow; 1.3 has a third of the weight."""
    (tmp_path / "tasks.yaml").write_text(PLAN % part, "utf-8")
    place = Workspace(tmp_path)
    recorded = place.here("record", "1.3", reading, "--on", "2016-03-31", "-m", "受雨天影响")
    assert recorded.code == 0, recorded.err
    if part is MONTH:
        assert place.here("reach", "1.3", "s", "--on", "2016-03-31").code == 0
    (item,) = json.loads(place.here("report", "1", "--as-of", "2016-04-01", "-f", "json").out)["items"][:1]
    assert [late["id"] for late in item["overdue_milestones"]] == ["m"]
    assert item["lamp"] == "red"
    assert "red 1" in place.here("report", "--overdue", "--as-of", "2016-04-01").out
