"""A bulletin gives a figure only as exactly as it was reported: at least, about, more than."""

import re
from pathlib import Path

import pytest

from running import Workspace

PLAN = """\
title: 重点工作
year: 2016
totals: [{id: money, name: 完成投资, unit: 亿元}]
tasks:
- id: 1
  title: 征迁
  lead_unit: 城镇办
  deadline: 2016-12-31
  measure: none
  indicators:
  - {id: homes, name: 征迁户数, unit: 户}
  - {id: rate, name: 达标率, unit: '%', type: level}
  - {id: spent, name: 完成投入, unit: 亿元, total: money}
- id: 2
  title: 安置
  lead_unit: 城镇办
  deadline: 2016-12-31
  measure: none
  indicators: [{id: moved, name: 搬迁, unit: 户, sum: subtasks}]
  subtasks:
  - {id: 2.1, title: 一期, measure: none, indicators: [{id: moved, name: 搬迁, unit: 户}]}
  - {id: 2.2, title: 二期, measure: none, indicators: [{id: moved, name: 搬迁, unit: 户}]}
- id: 3
  title: 绿化
  lead_unit: 城镇办
  deadline: 2016-12-31
  measure: none
  indicators: [{id: spent, name: 完成投入, unit: 亿元, total: money}]
"""


def bulletin_of(folder: Path, *records: tuple[str, str, str]) -> str:
    """Record these and return the Chinese bulletin of the week of 2016-03-07, as one line."""
    place = Workspace(folder)
    (place.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    for task, figure, day in records:
        done = place.here("record", task, figure, "--on", day, "-m", "据实")
        assert done.code == 0, done.err
    done = place.here("bulletin", "--week", "2016-W10", "-f", "plain", LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    return re.sub(r"\s", "", done.out)


WEEK, BEFORE = "2016-03-09", "2016-03-01"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([("1", "homes=约200", WEEK)], "征迁户数累计约200户。"),
        ([("1", "homes=900", BEFORE), ("1", "homes=1100余户", WEEK)], "征迁户数本期新增200余户，累计1100余户。"),
        ([("1", "homes=900", BEFORE), ("1", "homes+=200余", WEEK)], "征迁户数本期新增200余户，累计1100余户。"),
        ([("1", "homes=约900", WEEK), ("1", "homes=950", "2016-03-10")], "征迁户数累计950户。"),
        ([("1", "homes+=约90", WEEK), ("1", "homes+=50余", "2016-03-10")], "本期新增约140户，累计至少约140户。"),
        ([("1", "rate=75%以上", WEEK)], "达标率75%以上。"),
        ([("1", "rate=94", BEFORE), ("1", "rate=96", WEEK)], "达标率96%。"),
        ([("1", "spent+=0.5", BEFORE), ("1", "spent+=4", WEEK)], "完成投入本期新增4亿元，累计至少4.5亿元。"),
        ([("2.1", "moved=690", WEEK)], "搬迁累计至少690户（未报送：2.2二期）"),
        ([("2.1", "moved=690", WEEK), ("2.2", "moved=10余", WEEK)], "搬迁累计700余户"),
        ([("1", "spent=2", WEEK)], "完成投资本期新增2亿元，累计至少2亿元（另有1项未报送）"),
        ([("1", "spent=2", WEEK), ("3", "spent=1", WEEK)], "完成投资本期新增3亿元，累计3亿元。"),
    ],
)
def test_a_figure_keeps_its_qualifier(records: list[tuple[str, str, str]], expected: str, tmp_path: Path) -> None:
    assert expected in bulletin_of(tmp_path, *records)
