"""A unit's own sheet may state its day and year: a map or a plan with another one is refused."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from office_files import sheet

from running import Done, Workspace, workspace

MAP = "header: 2\ntask: 任务\nfigures: {累计: spaces}\n"
ON = f"{MAP}on: 2016-03-31\n"
DATED = f"{MAP}date: 日期\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


def bring(place: Workspace, text: str, *rows: Sequence[Any]) -> Done:
    (place.folder / "map.yaml").write_text(text, "utf-8")
    sheet(place.folder / "own.xlsx", rows)
    return place.here("import", "own.xlsx", "--map", "map.yaml")


def of(above: str) -> list[Sequence[Any]]:
    return [(above,), ("任务", "日期", "累计"), ("8", "3月31日", 650)]


@pytest.mark.parametrize(
    "above",
    [
        "停车场建设进展（截至4月30日）",
        "截止2016年2月29日停车场建设情况",
        "停车场建设进展（统计至：3月30日）",
        "停车场建设进展（截至4月底）",
        "2015年度停车场建设进展",
        "停车场2015年3月进度表",
    ],
)
def test_a_map_of_another_day_than_the_sheet_says_is_refused(above: str, place: Workspace) -> None:
    done = bring(place, ON, *of(above))
    assert (done.code, done.err.count("\n")) == (3, 1)
    assert f"own.xlsx!表!A1: “{above}” is of 201" in done.err
    assert "and the map says on: 2016-03-31: correct the one that is wrong" in done.err


def test_a_column_title_with_another_day_is_refused(place: Workspace) -> None:
    rows = [("进展",), ("任务", "截至4月底累计"), ("8", 650)]
    assert (
        "own.xlsx!表!B2: “截至4月底累计” is of 2016-04-30"
        in bring(place, ON.replace("累计", "截至4月底累计"), *rows).err
    )


@pytest.mark.parametrize(
    "above",
    [
        "停车场建设进展（截至3月31日）",
        "截至3月底停车场建设情况",
        "填报时间：2016年4月5日",
        "填报单位：执法局   填报日期：2017年1月5日",
        "2015—2017年停车场建设进展",
        "2015年结转、2016年新开工的停车场",
        "根据晋政〔2015〕12号文",
        "附件1",
    ],
)
@pytest.mark.parametrize("text", [ON, DATED])
def test_text_that_states_no_other_day_changes_nothing(text: str, above: str, place: Workspace) -> None:
    done = bring(place, text, *of(above))
    assert (done.code, done.err.count("Warning")) == (0, 0)
    assert json.loads(place.here("log", "-f", "json").out)["items"][0]["on"] == "2016-03-31"


def test_a_date_without_a_year_below_a_title_of_another_year_is_refused(place: Workspace) -> None:
    done = bring(place, DATED, *of("2015年度停车场建设进展"))
    said = "'3月31日' has no year: the plan is of 2016, and “2015年度停车场建设进展” (表!A1) is not: write the year"
    assert (done.code, said in done.err) == (3, True)
    rows = [("2015年度停车场建设进展",), ("任务", "日期", "累计"), ("8", "2016-3-31", 650)]
    assert bring(place, DATED, *rows).code == 0


SUMS = [
    ("合计", None, 900),
    (None, "合计", 900),
    ("小计：", None, 900),
    ("总计（3项）", None, 900),
]


@pytest.mark.parametrize("last", SUMS)
def test_a_row_of_totals_is_listed_and_not_recorded(last: tuple[Any, ...], place: Workspace) -> None:
    text = "task: 任务\nfigures: {累计: spaces}\non: 2016-03-31\n"
    done = bring(place, text, ("序号", "任务", "累计"), (1, "8", 650), last)
    assert done.code == 0
    assert "1 row (3) not read: a row of sums, not a task" in done.err


@pytest.mark.parametrize("typed", ["执法局\n城镇办", "执法局城镇办", "市财政局 城镇办"])
def test_two_units_in_a_cell_are_not_read_as_the_last(typed: str, place: Workspace) -> None:
    rows = [("任务", "单位", "进展"), ("8", typed, "已开工")]
    done = bring(place, "task: 任务\nunit: 单位\nnote: 进展\non: 2016-03-31\n", *rows)
    assert (done.code, "own.xlsx!表!B2: the plan has no unit" in done.err) == (3, True)
