"""Only one total to date counts per day: neither a command nor an import replaces that of another unit."""

from pathlib import Path

import pytest

from running import Workspace

PLAN = """
title: 工作
year: 2016
units: [甲局, 乙局]
tasks:
- {id: 1, title: 绿化, lead_unit: 甲局, support_units: [乙局], deadline: 2016-12-31, measure: indicators,
   indicators: [{id: trees, name: 植树, unit: 株, target: 100}]}
"""

DAY = ("--on", "2016-03-01")


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    made = Workspace(tmp_path)
    assert made.here("record", "1", "trees=30", *DAY, "--from", "甲局").code == 0
    return made


def test_the_total_of_another_unit_of_that_day_is_not_replaced(made: Workspace) -> None:
    done = made.here("record", "1", "trees=20", *DAY, "--from", "乙局")
    assert (done.code, done.out) == (2, "")
    assert "甲局 reported 植树 30株 of 2016-03-01 (#1), which 植树 20株 of 乙局 would replace" in done.err
    assert "--force -m WHY" in done.err
    assert made.here("record", "1", "trees=20", *DAY, "--from", "乙局", "--force", "-m", "以乙局为准").code == 0


@pytest.mark.parametrize(
    "typed",
    [
        ("trees=30", *DAY, "--from", "乙局"),  # the same figure
        ("trees+=20", *DAY, "--from", "乙局"),
        ("trees=40", "--on", "2016-03-02", "--from", "乙局"),
        ("trees=40", *DAY, "--from", "甲局"),
    ],
)
def test_a_figure_that_replaces_no_other_unit_s_total_is_recorded(typed: tuple[str, ...], made: Workspace) -> None:
    assert made.here("record", "1", *typed).code == 0


def test_a_retracted_total_blocks_no_other_unit_s(made: Workspace) -> None:
    made.here("retract", "1", "-m", "错报")
    assert made.here("record", "1", "trees=20", *DAY, "--from", "乙局").code == 0
