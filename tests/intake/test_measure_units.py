"""Units of measure beside the figures of a unit's own sheet: each is applied or refused, none is ignored."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from office_files import sheet

from running import Done, Workspace

PLAN = """title: 城区重点工作
year: 2026
units: [{name: 区城管局, also: [城管局]}, 区住建局]
tasks:
  - id: 1
    title: 背街小巷改造
    lead_unit: 区城管局
    deadline: 2026-11-30
    measure: indicators
    indicators:
      - {id: lanes, name: 改造背街小巷, unit: 条, target: 32}
      - {id: inv, name: 完成投资, unit: 亿元, target: 1.2}
  - id: 2
    title: 老旧小区改造
    lead_unit: 区住建局
    deadline: 2026-10-31
    measure: indicators
    indicators:
      - {id: n, name: 改造小区, unit: 个, target: 45}
      - {id: area, name: 改造面积, unit: 万平方米, target: 68.5}
      - {id: inv, name: 完成投资, unit: 万元, target: 8600}
  - {id: 3, title: 新建小学, lead_unit: 区住建局, deadline: 2026-12-31}
"""
FACE = "header: 3\ntask: 工作任务\non: 2026-09-30\nfigures: {完成投资: inv}\n"
LONG = "task: 工作任务\non: 2026-09-30\nindicator: 指标\ntotal: 累计\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    return Workspace(tmp_path)


def bring(
    place: Workspace, text: str, *rows: Sequence[Any], change: Callable[[Any], None] = lambda _sheet: None
) -> Done:
    (place.folder / "map.yaml").write_text(text, "utf-8")
    sheet(place.folder / "own.xlsx", rows, change)
    return place.here("import", "own.xlsx", "--map", "map.yaml")


def figures(place: Workspace) -> list[Any]:
    items = json.loads(place.here("log", "-f", "json").out)["items"] if place.ledger.exists() else []
    return [each["readings"] for each in items]


def titled(title: str, *above: str, below: str | None = None) -> list[Sequence[Any]]:
    first = [(text, None) for text in above] + [(None, None)] * (2 - len(above))
    return [*first, ("工作任务", title), ("背街小巷改造", 9600), *([(below, None)] if below else [])]


@pytest.mark.parametrize(
    "above",
    [
        "9月份进展情况表（单位：万元）",
        "填报单位：督查室      单位：万元",
        "计量单位：人民币万元",
        "（万元）",
        "9月份投资（万元）进展情况表",
        "单 位：万元",
        "金额单位: 万元",
        "单位：万元、个",
        "本表以万元为单位",
        "金额按万元填写",
    ],
)
def test_a_unit_above_the_table_is_applied(above: str, place: Workspace) -> None:
    done = bring(place, FACE, *titled("完成投资", above))
    assert (done.code, figures(place)) == (0, [{"inv": "0.96"}]), done.err


def test_a_note_below_the_table_and_the_name_of_the_sheet_state_the_unit(place: Workspace) -> None:
    done = bring(place, FACE, *titled("完成投资", below="注：投资单位为万元"))
    assert (done.code, figures(place)) == (0, [{"inv": "0.96"}])
    assert "A5 “注：投资单位为万元” was not read: only its unit, 万元, was used" in done.err

    def rename(active: Any) -> None:
        active.title = "投资（万元）"
        active["B4"] = 9700

    assert bring(place, FACE, *titled("完成投资"), change=rename).code == 0
    assert figures(place)[1:] == [{"inv": "0.97"}]


@pytest.mark.parametrize(
    "title",
    [
        "完成投资万元",
        "累计完成投资（万元、不含征迁）",
        "完成投资【万元】",
        "完成投资，万元",
        "完成投资（累计，万元）",
        "完成投资（单位：万元）",
        "投资额/万元",
        "完成投资（万）",
        "投资额（含贷款）（万元）",
    ],
)
def test_a_unit_in_the_title_of_a_column_is_applied(title: str, place: Workspace) -> None:
    done = bring(place, FACE.replace("完成投资:", json.dumps(title, ensure_ascii=False) + ":"), *titled(title))
    assert (done.code, figures(place)) == (0, [{"inv": "0.96"}]), done.err


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (titled("完成投资", "单位：千元"), "A1“单位：千元” states 千元, which cannot be converted to 亿元"),
        (titled("完成投资", "单位：美元"), "states 美元"),
        (
            titled("完成投资", "单位：万元", "单位：亿元"),
            "two units are stated for this figure: 表!A1“单位：万元” and 表!A2“单位：亿元”",
        ),
        (titled("完成投资", "投资完成万元表"), "表!A1“投资完成万元表” speaks of 万元"),
        (titled("完成投资", below="以下万元数为快报数"), "表!A5“以下万元数为快报数” speaks of 万元"),
    ],
)
def test_a_unit_that_cannot_be_applied_is_refused_with_its_place(
    rows: list[Sequence[Any]], said: str, place: Workspace
) -> None:
    done = bring(place, FACE, *rows)
    assert (done.code, figures(place)) == (3, [])
    assert said in done.err
    assert done.err.startswith("own.xlsx!表!B4: ")


def test_two_units_in_one_title_are_refused(place: Workspace) -> None:
    done = bring(place, FACE.replace("完成投资:", "完成投资（亿元/万元）:"), *titled("完成投资（亿元/万元）"))
    assert (done.code, figures(place), "two units are stated" in done.err) == (3, [], True)


@pytest.mark.parametrize("above", ["亿元以上项目进展表", "完成投资1.2亿元的项目", "单位：城管局", "填报单位：区城管局"])
def test_text_that_states_no_unit_changes_nothing(above: str, place: Workspace) -> None:
    text = FACE.replace("inv", "lanes")
    done = bring(place, text, *titled("完成投资", above))
    assert (done.code, figures(place)) == (0, [{"lanes": "9600"}])


def test_units_in_a_cell_or_column_title_override_the_unit_of_the_sheet(place: Workspace) -> None:
    rows = (
        ("单位：万元", None, None),
        (),
        ("工作任务", "完成投资（亿元）", "改造背街小巷"),
        ("背街小巷改造", 0.96, 25),
        ("老旧小区改造", "9700万元"),
    )
    done = bring(place, FACE.replace("完成投资:", "改造背街小巷: lanes, 完成投资（亿元）:"), *rows)
    assert (done.code, figures(place)) == (0, [{"lanes": "25", "inv": "0.96"}, {"inv": "9700"}]), done.err


ROWS = (
    ("工作任务", "指标", "单位", "目标", "累计"),
    ("老旧小区改造", "改造小区", "个", 45, 38),
    (None, "改造面积", "㎡", 685000, 412000),
    (None, "完成投资", "亿元", 0.86, 0.68),
    ("背街小巷改造", "完成投资", "万元", 12000, 9600),
)


def merge(active: Any) -> None:
    active.merge_cells("A2:A4")


def test_a_column_of_units_of_measure_is_read(place: Workspace) -> None:
    done = bring(place, "measure_unit: 单位\n" + LONG, *ROWS, change=merge)
    assert done.code == 0, done.err
    assert figures(place) == [{"n": "38"}, {"area": "41.2"}, {"inv": "6800"}, {"inv": "0.96"}]


def test_a_column_of_units_of_measure_that_the_map_does_not_name_is_refused(place: Workspace) -> None:
    done = bring(place, LONG, *ROWS, change=merge)
    assert (done.code, figures(place)) == (3, [])
    assert "own.xlsx!表!C2: column C (单位) holds units of measure (个, ㎡, 亿元, 万元)" in done.err
    assert "measure_unit: 单位" in done.err
    done = bring(place, LONG + "unit: 单位\n", *ROWS, change=merge)
    assert (done.code, "is a unit of measure, and `unit` is the unit that reports" in done.err) == (3, True)


def test_a_unit_in_the_row_and_another_in_the_title_are_refused(place: Workspace) -> None:
    rows = (("工作任务", "指标", "单位", "累计（亿元）"), ("背街小巷改造", "完成投资", "万元", 9600))
    done = bring(place, "measure_unit: 单位\n" + LONG.replace("累计", "累计（亿元）"), *rows)
    assert (
        done.code,
        "two units are stated for this figure: the title “累计（亿元）” and 表!C2“万元”" in done.err,
    ) == (3, True)


def test_a_suggested_map_distinguishes_units_of_measure_from_reporting_units(place: Workspace) -> None:
    sheet(place.folder / "own.xlsx", ROWS, merge)
    suggested = place.here("import", "own.xlsx", "--suggest-map").out
    assert ("measure_unit: 单位" in suggested, "\nunit: " in suggested) == (True, False)
    sheet(place.folder / "own.xlsx", [("工作任务", "单位", "完成投资"), ("背街小巷改造", "城管局", 9600)])
    assert "\nunit: 单位" in place.here("import", "own.xlsx", "--suggest-map").out


def test_titles_above_the_header_apply_to_the_columns_below(place: Workspace) -> None:
    def change(active: Any) -> None:
        active.merge_cells("B1:C1")

    rows = (
        ("任务", "投资（万元）", None, "面积（亩）"),
        ("工作任务", "本月", "累计", "面积"),
        ("背街小巷改造", 1200, 9600, 3),
    )
    done = bring(place, "header: 2\ntask: 工作任务\non: 2026-09-30\nfigures: {累计: inv}\n", *rows, change=change)
    assert (done.code, figures(place)) == (0, [{"inv": "0.96"}]), done.err


def test_a_header_of_two_rows_is_named_by_both_titles(place: Workspace) -> None:
    def change(active: Any) -> None:
        for area in ("A1:A2", "B1:C1", "D1:E1"):
            active.merge_cells(area)

    rows = (
        ("工作任务", "9月份完成", None, "截至9月底累计完成", None),
        (None, "投资（万元）", "小区（个）", "投资\n（万元）", "小区（个）"),
        ("老旧小区改造", 800, 4, 6800, 38),
    )
    named = "figures: {截至9月底累计完成/投资（万元）: inv, 截至9月底累计完成/小区（个）: n}"
    text = f"header: 1-2\ntask: 工作任务\non: 2026-09-30\n{named}\n"
    done = bring(place, text, *rows, change=change)
    assert (done.code, figures(place)) == (0, [{"inv": "6800", "n": "38"}]), done.err
    done = bring(place, "header: 2\ntask: 工作任务\non: 2026-09-30\nfigures: {小区（个）: n}\n", *rows, change=change)
    assert done.code == 3
    assert "with `header: 1-2` they are '9月份完成/小区（个）', '截至9月底累计完成/小区（个）'" in done.err


def test_a_title_with_a_line_break_is_copied_into_the_map(place: Workspace) -> None:
    title = "完成投资\n(万元)"
    done = bring(place, FACE.replace("完成投资:", json.dumps(title, ensure_ascii=False) + ":"), *titled(title))
    assert (done.code, figures(place)) == (0, [{"inv": "0.96"}]), done.err


def test_a_total_beside_an_increment_is_recorded_with_a_notice(place: Workspace) -> None:
    rows = (
        ("工作任务", "指标", "本期", "累计"),
        ("老旧小区改造", "改造小区", 4, 38),
        ("背街小巷改造", "改造背街小巷", 2, None),
    )
    done = bring(place, LONG + "added: 本期\n", *rows)
    assert (done.code, figures(place)) == (0, [{"n": "38"}, {"lanes": "+2"}])
    assert "column C (本期) was not read: the total to date in the same row is taken" in done.err


def test_other_names_of_units_are_replaced_by_those_of_the_plan(place: Workspace) -> None:
    rows = (("工作任务", "责任单位", "进展"), ("背街小巷改造", "城管局", "已开工"))
    done = bring(place, "task: 工作任务\nunit: 责任单位\nnote: 进展\non: 2026-09-30\n", *rows)
    assert (done.code, "'城管局' is taken as 区城管局" in done.err) == (0, True)
    assert json.loads(place.here("log", "-f", "json").out)["items"][0]["unit"] == "区城管局"


def test_a_second_total_of_a_day_is_refused_from_another_unit_and_gets_a_notice_from_the_same(place: Workspace) -> None:
    text = "task: 工作任务\nunit: 单位\ndate: 日期\nfigures: {累计: lanes}\n"
    titles = ("工作任务", "单位", "日期", "累计")
    assert bring(place, text, titles, ("背街小巷改造", "区城管局", "9月30日", 8)).code == 0
    other = bring(place, text, titles, ("背街小巷改造", "区住建局", "9月30日", 12))
    said = "区城管局 reported 改造背街小巷 8条 of 2026-09-30 (#1), and here 区住建局 reports 改造背街小巷 12条"
    assert (other.code, said in other.err, figures(place)) == (3, True, [{"lanes": "8"}])
    own = bring(place, text, titles, ("背街小巷改造", "区城管局", "9月30日", 9))
    assert (own.code, figures(place)) == (0, [{"lanes": "8"}, {"lanes": "9"}])
    assert "own.xlsx!表!D2: #1 has 改造背街小巷 8条 of 2026-09-30: 改造背街小巷 9条 counts from now on" in own.err
    (place.folder / "map.yaml").write_text(text, "utf-8")
    sheet(place.folder / "own.xlsx", [titles, ("背街小巷改造", "区住建局", "9月30日", 12)])
    assert place.here("import", "own.xlsx", "--map", "map.yaml", "--again").code == 0


def test_a_unit_that_reports_on_another_unit_s_task_gets_one_notice(place: Workspace) -> None:
    rows = (
        ("工作任务", "单位", "进展", "日期"),
        ("新建小学", "区城管局", "选址", "8月31日"),
        ("新建小学", "区城管局", "开工", "9月30日"),
        ("新建小学", "区住建局", "封顶", "10月31日"),
    )
    done = bring(place, "task: 工作任务\nunit: 单位\nnote: 进展\ndate: 日期\n", *rows)
    said = ": 区城管局 is not a unit of task 3, whose units are 区住建局"
    assert (done.code, done.err.count(said), done.err.count("is not a unit of task")) == (0, 1, 1)
