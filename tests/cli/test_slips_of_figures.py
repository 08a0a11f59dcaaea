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


def test_an_option_with_one_dash_names_the_one_with_two(made: Workspace) -> None:
    done = made.here("record", "7", "signed=8", "-from", "甲局")
    assert done.code == 2
    assert "there is no -from here: use --from" in done.err


def test_a_missing_argument_ends_in_a_chinese_full_stop(made: Workspace) -> None:
    done = made.jk("record", environ={"LANG": "zh_CN.UTF-8"})
    assert "缺少参数“任务”。" in done.err


def test_an_unknown_command_has_chinese_quotation_marks(made: Workspace) -> None:
    done = made.jk("reprot", environ={"LANG": "zh_CN.UTF-8"})
    assert "没有命令“reprot”。是否应为“export”、“report”？" in done.err
