"""The error for a nearly right figure or option suggests the right one."""

from pathlib import Path

import pytest

from running import Workspace

PLAN = """
title: 工作
year: 2016
tasks:
- {id: 7, title: 征迁, lead_unit: 甲局, deadline: 2016-12-31, measure: indicators,
   indicators: [{id: signed, name: 签约户数, unit: 户, target: 900}, {id: area, name: 面积, unit: 亩, target: 30}]}
"""


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    return Workspace(tmp_path)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("800户", "签约户数=800户"), ("＋8户", "签约户数+=8户"), ("2公顷", "面积=2公顷"), ("5个", None)],
)
def test_a_figure_without_a_name_belongs_to_the_only_indicator_with_its_unit(
    typed: str, meant: str | None, made: Workspace
) -> None:
    done = made.here("record", "7", typed, "--on", "2016-03-01")
    assert (done.code, done.out) == (2, "")
    assert done.err.rstrip().endswith(f"; did you mean {meant}?") if meant else "did you mean" not in done.err
