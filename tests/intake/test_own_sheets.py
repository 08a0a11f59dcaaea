"""Units' own sheets: rows sent before, cells with two meanings, and columns that the map does not name."""

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from office_files import import_own, sheet

from running import Done, Workspace

PLAN = """title: 园区重点工作
year: 2016
units: [甲局, 乙局]
tasks:
  - id: '3.1'
    title: 管网改造
    lead_unit: 甲局
    deadline: 2016-12-31
  - id: '3.10'
    title: 泵站新建
    lead_unit: 甲局
    deadline: 2016-12-31
  - id: '4.20'
    title: 绿道建设
    lead_unit: 乙局
    deadline: 2016-12-31
    measure: indicators
    indicators: [{id: built, name: 建成绿道, unit: 公里, target: 40}]
  - id: 5
    title: 招商引资
    lead_unit: 乙局
    deadline: 2016-12-31
    measure: indicators
    indicators:
      - {id: signed, name: 签约项目, unit: 个, target: 12}
      - {id: invested, name: 到位资金, unit: 亿元, target: 30}
"""
MAP = """task: 任务
date: 日期
note: 进展
percent: 比例
figures: {本月绿道: +built, 累计签约: signed}
skip: [合计]
"""
TITLES = ("任务", "日期", "进展", "比例", "本月绿道", "累计签约", "核对")
DAY = date(2016, 5, 31)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return Workspace(tmp_path)


bring = partial(import_own, TITLES)


def csv(place: Workspace, text: str, encoding: str = "utf-8") -> Done:
    (place.folder / "own.csv").write_bytes(text.encode(encoding))
    return place.here("import", "own.csv", "--map", "map.yaml")


def recorded(place: Workspace) -> list[Any]:
    return list(json.loads(place.here("log", "-f", "json").out)["items"]) if place.ledger.exists() else []


def figures(place: Workspace) -> list[Any]:
    return [(e["task"], e["readings"]) for e in recorded(place) if e["readings"]]


def test_a_row_sent_again_with_other_words_is_skipped_with_a_notice(place: Workspace) -> None:
    assert bring(place, ("绿道建设", DAY, "完成东段", None, 3, None)).code == 0
    done = bring(place, ("绿道建设", DAY, "完成东段。", None, 3.0, None), ("招商引资", DAY, None, None, None, 4))
    assert (done.code, "skipped 1 row that is recorded already: #1" in done.err) == (0, True)
    assert done.out.startswith("own.xlsx: 1 added, 1 already recorded")
    assert figures(place) == [("4.20", {"built": "+3"}), ("5", {"signed": "4"})]
    done = bring(place, ("绿道建设", DAY, "完成东段。", None, 3, None), more="--again")
    assert (done.code, figures(place)[-1]) == (0, ("4.20", {"built": "+3"}))
    assert place.here("retract", "3", "-m", "重复").code == 0
    assert place.here("retract", "1", "-m", "误报").code == 0
    assert bring(place, ("绿道建设", DAY, "完成", None, 3, None)).out.startswith("own.xlsx: 1 added")


def test_an_increment_among_new_figures_is_not_counted_again(place: Workspace) -> None:
    (place.folder / "map.yaml").write_text("task: 任务\ndate: 日期\nfigures: {比例: signed, 本月绿道: +invested}\n")
    assert bring(place, ("招商引资", DAY, None, 4, 3)).code == 0
    done = bring(place, ("招商引资", DAY, None, 5, 3))
    assert (done.code, "到位资金 +3亿元 is recorded already (#1)" in done.err) == (3, True)
    assert len(recorded(place)) == 1


def test_the_same_increment_twice_in_a_file_is_refused_naming_both_rows(place: Workspace) -> None:
    rows = (
        ("绿道建设", DAY, "东段", None, 3),
        ("招商引资", DAY, None, None, None, 4),
        ("绿道建设", DAY, "西段", None, 3),
    )
    done = bring(place, *rows)
    assert (done.code, done.out, recorded(place)) == (3, "", [])
    assert done.err.splitlines()[-1].startswith("own.xlsx!表!E4: 建成绿道 +3公里 of 2016-05-31 is already in 表!E2")
    assert bring(place, *rows, more="--again").code == 0
    assert figures(place).count(("4.20", {"built": "+3"})) == 2
    assert bring(place, *rows).out.startswith("own.xlsx: 0 added, 3 already recorded")


def test_a_merged_figure_counts_once_and_names_repeat(place: Workspace) -> None:
    def merge(active: Any) -> None:
        for column in "ABE":
            active.merge_cells(f"{column}2:{column}3")

    rows = ("绿道建设", DAY, "东段完工", None, 3), (None, None, "西段开工")
    assert bring(place, *rows, change=merge).code == 0
    assert figures(place) == [("4.20", {"built": "+3"})]
    assert [e["note"] for e in recorded(place)] == ["东段完工", "西段开工"]


def test_a_figure_merged_over_two_tasks_is_refused(place: Workspace) -> None:
    rows = ("管网改造", DAY, None, 40), ("泵站新建", DAY, "在建", None)
    done = bring(place, *rows, change=lambda active: active.merge_cells("D2:D3"))
    assert (done.code, "own.xlsx!表!D2: this figure is merged over the rows of" in done.err) == (3, True)


@pytest.mark.parametrize(("typed", "shown"), [(0.35, "35%"), (1, "100%"), ("0.5", "50%"), (0.005, "0.5%")])
def test_a_percentage_that_may_be_a_fraction_is_refused(typed: Any, shown: str, place: Workspace) -> None:
    done = bring(place, ("管网改造", DAY, None, typed))
    assert (done.code, "own.xlsx!表!D2: " in done.err, shown in done.err) == (3, True, True)


def test_a_number_without_its_last_zero_is_an_id_only_where_one_id_has_its_value(place: Workspace) -> None:
    done = bring(place, (3.1, DAY, "在建"), (4.2, DAY, "在建"))
    assert (done.code, "may be task 3.1 or 3.10" in done.err, done.err.count("own.xlsx!")) == (3, True, 1)
    assert bring(place, ("3.10", DAY, "在建"), (4.2, DAY, "在建")).code == 0
    assert [e["task"] for e in recorded(place)] == ["3.10", "4.20"]
    assert "may be task" in csv(place, "任务,日期,进展,比例,本月绿道,累计签约\n3.1,2016-05-31,在建,,,\n").err


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("2016/5/31", "2016-05-31"),
        ("2016-5-31 0:00", "2016-05-31"),
        ("2016-05-31T00:00:00", "2016-05-31"),
        ("20160531", "2016-05-31"),
        ("16年5月31日", "2016-05-31"),
        ("2016.10", "2016-10-31"),
        ("2016.1", None),
        ("5.3", None),
        ("5.31", "2016-05-31"),
        ("5月31日至6月后", None),
    ],
)
def test_dates_of_a_csv_that_excel_saved(written: str, on: str | None, place: Workspace) -> None:
    done = csv(place, f"任务,日期,进展,比例,本月绿道,累计签约\n管网改造,{written},在建,,,\n")
    assert done.code == (0 if on else 3), done.err
    assert [e["on"] for e in recorded(place)] == ([on] if on else [])


def test_unread_columns_sheets_and_rows_are_listed_once(place: Workspace) -> None:
    def change(active: Any) -> None:
        active["G2"] = "=1+1"
        active.parent.create_sheet("说明")["A1"] = "五月数据"
        active.row_dimensions[5].hidden = True

    rows = [
        ("管网改造", DAY, "在建", 40),
        ("泵站新建", DAY),
        ("绿道建设",),
        ("招商引资", DAY, "已签", None),
        ("合计", None, None, 40),
    ]
    done = bring(place, *rows, ("绿道建设", DAY, "通车"), change=change)
    assert done.code == 3  # no sheet is named, and there are two
    (place.folder / "map.yaml").write_text(MAP + "sheet: 表\n", "utf-8")
    done = place.here("import", "own.xlsx", "--map", "map.yaml")
    assert done.code == 0
    assert [line.removeprefix("own.xlsx: ") for line in done.err.splitlines()] == [
        "column G (核对) was not read: the map does not name this column",
        "表!G2 “=1+1” was not read: a formula without a saved value: open the file in the office program and save it",
        "2 rows (3–4) not read: no figure and no text to record: “泵站新建 | 2016-05-31”, “绿道建设”",
        "1 row (5) not read: in a hidden row: “招商引资 | 2016-05-31 |…”",
        "sheet 说明 was not read: the map does not name this sheet",
    ]
    assert [e["task"] for e in recorded(place)] == ["3.1", "4.20"]


def test_a_total_needs_no_column_of_indicators_where_the_task_has_one(place: Workspace) -> None:
    (place.folder / "map.yaml").write_text("task: 任务\ndate: 日期\ntotal: 累计签约\n", "utf-8")
    assert bring(place, ("绿道建设", DAY, None, None, None, "8公里")).code == 0
    assert figures(place) == [("4.20", {"built": "8"})]
    done = bring(place, ("招商引资", DAY, None, None, None, 8))
    assert (done.code, "task 5 has 2 indicators" in done.err) == (3, True)


def test_a_unit_that_only_the_format_shows_is_read(place: Workspace) -> None:
    def change(active: Any) -> None:
        active["F2"].number_format = '0"户"'

    done = bring(place, ("招商引资", DAY, None, None, None, 8), change=change)
    assert (done.code, "户" in done.err) == (3, True)


def test_damaged_utf_8_is_refused_with_its_line_and_gb18030_gets_a_notice(place: Workspace) -> None:
    head, row = "任务,日期,进展,比例,本月绿道,累计签约\n", "管网改造,2016-05-31,在建,,,\n"
    (place.folder / "own.csv").write_bytes(head.encode() + row.encode("gbk"))
    done = place.here("import", "own.csv", "--map", "map.yaml")
    assert (done.code, done.err.partition(": ")[0]) == (3, "own.csv:2:1")
    done = csv(place, head + row, "gb18030")
    assert (done.code, done.err) == (0, "own.csv: read as GB18030: '任务'\n")


def test_the_suggested_map_reads_the_sheet(place: Workspace) -> None:
    titles = ("序号", "重点工作", "填报日期", "工作进展", "存在问题", "累计签约项目（个）", "本月建成绿道", "领导批示")
    rows = (
        ("五月进展表",),
        titles,
        (1, "绿道建设", DAY, "通车", "无", None, 2, "同意"),
        (2, "招商引资", DAY, "已签", "用地", 5, None, None),
    )
    sheet(place.folder / "own.xlsx", rows)
    assert "--suggest-map" in place.here("import", "own.xlsx").err
    done = place.here("import", "own.xlsx", "--suggest-map")
    assert (done.code, done.err) == (0, "")
    assert "领导批示" in done.out.splitlines()[-1]
    (place.folder / "map.yaml").write_text(done.out, "utf-8")
    assert place.here("import", "own.xlsx", "--map", "map.yaml").code == 0
    assert [(e["task"], e["readings"], e.get("problem")) for e in recorded(place)] == [
        ("4.20", {"built": "+2"}, None),
        ("5", {"signed": "5"}, "用地"),
    ]


def test_a_sheet_without_titles_gets_no_map(place: Workspace) -> None:
    sheet(place.folder / "own.xlsx", [("甲", "乙"), (1, 2)])
    done = place.here("import", "own.xlsx", "--suggest-map")
    assert (done.code, "甲 | 乙" in done.err) == (3, True)


def test_entries_in_a_csv_that_excel_saved(place: Workspace) -> None:
    rows = "on,task,kind,note,,\n2016/5/31,5,report,已签,,\n20160630,5,report,到位,\n,,,,,\n"
    (place.folder / "e.csv").write_text(rows, "utf-8-sig")
    assert place.here("import", "e.csv").code == 0
    assert [e["on"] for e in recorded(place)] == ["2016-05-31", "2016-06-30"]


@pytest.mark.parametrize(
    ("title", "above", "typed", "read"),
    [
        ("到位资金（万元）", None, 5000, "0.5"),
        ("到位资金/万元", None, "5000余", "0.5"),
        ("到位资金\n(单位：亿元)", None, 5, "5"),
        ("到位资金（截至5月）", None, 5, "5"),
        ("到位资金", "单位：万元", "5000以上", "0.5"),
        ("到位资金（亿元）", "（单位：万元、公里）", 5, "5"),
        ("到位资金", "填报单位：乙局", 5, "5"),
        ("到位资金（万元）", None, "5亿元", "5"),
    ],
)
def test_a_figure_has_the_unit_in_its_title_or_in_the_line_above(
    title: str, above: str | None, typed: object, read: str, place: Workspace
) -> None:
    label = "".join(title.split())
    (place.folder / "map.yaml").write_text(
        f"task: 任务\ndate: 日期\nheader: 2\nfigures: {{{label}: invested}}", "utf-8"
    )
    sheet(place.folder / "own.xlsx", [["报表", above], ["任务", "日期", title], ["招商引资", DAY, typed]])
    done = place.here("import", "own.xlsx", "--map", "map.yaml")
    assert (done.code, figures(place)) == (0, [("5", {"invested": read})])
    assert ("单位：万元" in done.err) == ("（亿元）" in title)  # used, or reported if the title has another unit


def test_a_title_with_a_unit_other_than_the_indicator_s_is_refused(place: Workspace) -> None:
    (place.folder / "map.yaml").write_text("task: 任务\ndate: 日期\nfigures: {签约（户）: signed}", "utf-8")
    sheet(place.folder / "own.xlsx", [["任务", "日期", "签约（户）"], ["招商引资", DAY, 5]])
    done = place.here("import", "own.xlsx", "--map", "map.yaml")
    assert (done.code, recorded(place)) == (3, [])
    assert done.err.startswith("own.xlsx!表!C2: the unit 户 cannot be converted to 个")


@pytest.mark.parametrize("form", ['0!.0,"万"', "0.0,", '#,##0.0,,"百万"', '0!.0000"万"', '0"."0000'])
def test_a_format_that_shows_another_figure_than_the_cell_has_is_refused(form: str, place: Workspace) -> None:
    def shrink(sheet: Any) -> None:
        sheet["F2"].number_format = form

    done = bring(place, ("招商引资", DAY, None, None, None, 12345), change=shrink)
    assert (done.code, recorded(place)) == (3, [])
    assert done.err.startswith("own.xlsx!表!F2: the cell holds 12345, and its format ")


def test_a_format_with_separators_keeps_the_value_of_the_cell(place: Workspace) -> None:
    def part(sheet: Any) -> None:
        sheet["F2"].number_format = '#,##0.0_);[Red](#,##0.0,"千")'

    assert bring(place, ("招商引资", DAY, None, None, None, 12345), change=part).code == 0
    assert figures(place) == [("5", {"signed": "12345"})]


def test_a_unit_that_is_not_in_the_plan_is_refused_and_with_force_recorded(place: Workspace) -> None:
    (place.folder / "map.yaml").write_text("task: 任务\ndate: 日期\nnote: 进展\nunit: 单位", "utf-8")
    sheet(place.folder / "own.xlsx", [["任务", "日期", "进展", "单位"], ["招商引资", DAY, "签约", "丙局"]])
    done = place.here("import", "own.xlsx", "--map", "map.yaml")
    assert (done.code, done.err.strip().endswith("if it is right: --force")) == (3, True)
    done = place.here("import", "own.xlsx", "--map", "map.yaml", "--force", "--strict")
    assert (done.code, recorded(place)) == (3, [])
    done = place.here("import", "own.xlsx", "--map", "map.yaml", "--force")
    assert (done.code, [e["unit"] for e in recorded(place)]) == (0, ["丙局"])
    assert "Warning: own.xlsx!表!C2: unit: the plan has no unit '丙局'" in done.err
