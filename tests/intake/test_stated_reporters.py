"""填报单位 above the table of a unit's own sheet is the unit of its rows, where no column names one."""

import json
from pathlib import Path

import pytest
from office_files import sheet

from running import Workspace

PLAN = """title: 工作
year: 2016
units: [{name: 县水利局, also: [水务局]}, 乙局, 丙局]
tasks:
- {id: 1, title: 河道, lead_unit: 县水利局, support_units: [乙局], deadline: 2016-12-31, measure: indicators,
   indicators: [{id: km, name: 长度, unit: 公里, target: 10, per_unit: true}]}
- {id: 2, title: 道路, lead_unit: 县水利局, deadline: 2016-12-31}
"""

HEADER = ["工作任务", "本月增加", "份额", "日期"]

ROW = ["道路", "20%", None, "2016-03-01"]

MAP = "header: {header}\ntask: 工作任务\nfigures: {{本月增加: +percent, 份额: km}}\ndate: 日期\n"


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "map.yaml").write_text(MAP.format(header=2), "utf-8")
    return Workspace(tmp_path)


def units(made: Workspace) -> list[str | None]:
    return [item["unit"] for item in json.loads(made.here("log", "-f", "json").out)["items"]]


@pytest.mark.parametrize(
    "above", [["填报单位：水务局"], ["报送单位（盖章）：", "水务局"], ["填报时间：3月  填报单位: 水务局（盖章）"]]
)
def test_the_unit_above_the_table_reports_every_row(above: list[str], made: Workspace) -> None:
    sheet(made.folder / "own.xlsx", [above, HEADER, ROW, ["河道", None, 3, "2016-03-01"]])
    done = made.here("import", "own.xlsx", "--map", "map.yaml")
    assert done.code == 0
    assert "县水利局 is taken as the unit that reports every row" in done.err
    assert units(made) == ["县水利局", "县水利局"]
    again = made.here("import", "own.xlsx", "--map", "map.yaml")
    assert again.out == "own.xlsx: 0 added, 2 already recorded\n"


def test_a_row_recorded_earlier_without_the_unit_is_already_recorded(made: Workspace) -> None:
    """Earlier versions ignored that line: without this check the increment would count twice."""
    sheet(made.folder / "own.xlsx", [["制表"], HEADER, ROW])
    assert made.here("import", "own.xlsx", "--map", "map.yaml").code == 0
    sheet(made.folder / "own.xlsx", [["填报单位：水务局"], HEADER, ROW])
    done = made.here("import", "own.xlsx", "--map", "map.yaml")
    assert (done.code, done.out) == (0, "own.xlsx: 0 added, 1 already recorded\n")
    assert made.here("import", "own.xlsx", "--map", "map.yaml", "--again").out.startswith("own.xlsx: 1 added")


def test_the_same_figure_of_another_unit_is_another_entry(made: Workspace) -> None:
    for unit in ("水务局", "乙局"):
        sheet(made.folder / "own.xlsx", [["填报单位：" + unit], HEADER, ROW])
        assert made.here("import", "own.xlsx", "--map", "map.yaml").code == 0
    assert units(made) == ["县水利局", "乙局"]


def test_a_unit_that_is_not_in_the_plan_gets_a_notice(made: Workspace) -> None:
    sheet(made.folder / "own.xlsx", [["填报单位：督查室"], HEADER, ROW])
    done = made.here("import", "own.xlsx", "--map", "map.yaml")
    assert (done.code, units(made)) == (0, [None])
    assert "the plan has no unit '督查室': the rows have none" in done.err


def test_two_units_above_a_table_are_refused(made: Workspace) -> None:
    sheet(made.folder / "own.xlsx", [["填报单位：水务局", "报送单位：乙局"], HEADER, ROW])
    done = made.here("import", "own.xlsx", "--map", "map.yaml")
    assert (done.code, done.out) == (3, "")
    assert "name two units" in done.err


@pytest.mark.parametrize(("column", "code"), [(["乙局", "乙局"], 3), (["乙局", "丙局"], 0), (["水务局", "水务局"], 0)])
def test_a_column_with_only_other_units_contradicts_it(column: list[str], code: int, made: Workspace) -> None:
    """Above rows of several units, the name is that of who compiled the table."""
    (made.folder / "map.yaml").write_text(MAP.format(header=2) + "unit: 单位名称\n", "utf-8")
    rows = [[*ROW, column[0]], [*ROW[:3], "2016-03-02", column[1]]]
    sheet(made.folder / "own.xlsx", [["填报单位：水务局"], [*HEADER, "单位名称"], *rows])
    done = made.here("import", "own.xlsx", "--map", "map.yaml")
    assert (done.code, "contradicts the column '单位名称'" in done.err) == (code, code == 3)
