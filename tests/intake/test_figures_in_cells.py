"""Figures in units' own sheets whose cells have more than a number: brackets, number formats, colours."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from office_files import sheet
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill

from running import Done, Workspace

PLAN = """title: 城区重点工作
year: 2026
units: [区住建局]
tasks:
  - id: 1
    title: 老旧小区改造
    lead_unit: 区住建局
    deadline: 2026-10-31
    measure: indicators
    indicators:
      - {id: inv, name: 完成投资, unit: 万元, target: 8600}
      - {id: usd, name: 利用外资, unit: 万美元, target: 3000}
  - {id: 2, title: 新建小学, lead_unit: 区住建局, deadline: 2026-12-31}
"""
MAP = "task: 工作任务\non: 2026-09-30\nnote: 进展\npercent: 完成比例\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    return Workspace(tmp_path)


def bring(
    place: Workspace, figure: Any, series: str = "inv", change: Callable[[Any], None] = lambda _cell: None
) -> Done:
    (place.folder / "map.yaml").write_text(f"{MAP}figures: {{数: {series}}}\n", "utf-8")
    rows = [("工作任务", "数", "进展", "完成比例"), ("1", figure, "正常", None)]
    sheet(place.folder / "own.xlsx", rows, lambda made: change(made["B2"]))
    return place.here("import", "own.xlsx", "--map", "map.yaml")


def recorded(place: Workspace) -> dict[str, str]:
    entry = json.loads(place.here("log", "-f", "json").out)["items"][-1]
    return {**entry["readings"], "note": entry["note"]}


@pytest.mark.parametrize(
    ("typed", "value", "note"),
    [
        ("0.52（亿元）", "5200", "正常"),
        ("52000000（元）", "5200", "正常"),
        ("5200（单位：万元）", "5200", "正常"),
        ("0.52（亿元、含税）", "5200", "正常\n含税"),
        ("5200（累计5200）", "5200", "正常\n累计5200"),
        ("5200（含续建300万元）", "5200", "正常\n含续建300万元"),
        ("5200（计划8600）", "5200", "正常\n计划8600"),
    ],
)
def test_a_unit_in_brackets_belongs_to_the_figure_and_the_rest_is_a_remark(
    typed: str, value: str, note: str, place: Workspace
) -> None:
    assert bring(place, typed).code == 0
    assert recorded(place) == {"inv": value, "note": note}


@pytest.mark.parametrize(
    ("typed", "series"),
    [
        ("520（累计5200）", "inv"),
        ("5200（本月520）", "+inv"),
        ("520（应为5200）", "inv"),
        ("520（计划）", "inv"),
        ("520（预计完成）", "inv"),
        ("520（以审计数为准）", "inv"),
    ],
)
def test_brackets_that_contradict_the_figure_are_refused(typed: str, series: str, place: Workspace) -> None:
    done = bring(place, typed, series)
    assert done.code == 3
    assert f"own.xlsx!表!B2: '{typed}': what stands in brackets says that the figure is another one" in done.err


def test_a_unit_in_brackets_that_cannot_be_converted_is_refused(place: Workspace) -> None:
    assert "the unit 美元 cannot be converted to 万元" in bring(place, "5200（美元）").err


def in_format(form: str) -> Callable[[Any], None]:
    return lambda cell: setattr(cell, "number_format", form)


@pytest.mark.parametrize(
    "form",
    [
        "0.00亿元",
        "0.00\\亿\\元",
        '0.00"亿元"',
        '0.00_ "亿";[Red]-0.00',
        '[>=1]0.00"亿元";0.00"亿元"',
        'G/通用格式"亿元"',
        'General"亿元"',
    ],
)
def test_a_unit_in_a_number_format_is_read_in_every_notation(form: str, place: Workspace) -> None:
    assert bring(place, 0.52, change=in_format(form)).code == 0
    assert recorded(place)["inv"] == "5200"


@pytest.mark.parametrize(
    "form",
    ["#,##0.00", "¥#,##0.00", '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "0.00E+00", "[DBNum2]General"],
)
def test_a_format_that_only_shows_the_figure_changes_nothing(form: str, place: Workspace) -> None:
    assert bring(place, 5200, change=in_format(form)).code == 0
    assert recorded(place)["inv"] == "5200"


@pytest.mark.parametrize("form", ["yyyy/m/d", '"计划"0', "[<10000]0;0!.0,", '[<9]0"元";0"万元"', ";;;"])
def test_a_format_that_shows_something_else_is_refused(form: str, place: Workspace) -> None:
    assert "shows another figure: type the figure that is meant" in bring(place, 5200, change=in_format(form)).err


@pytest.mark.parametrize("form", ["$#,##0", "[$US$-409]#,##0.00", '0"美元"', "[$€-2] 0"])
def test_a_foreign_currency_is_refused_where_the_indicator_has_another(form: str, place: Workspace) -> None:
    assert bring(place, 5200, change=in_format(form)).code == 3


def test_the_indicator_s_own_currency_in_a_format_is_accepted(place: Workspace) -> None:
    assert bring(place, 1200, "usd", in_format("$#,##0")).code == 0
    assert recorded(place)["usd"] == "1200"


@pytest.mark.parametrize(
    "font", [Font(color="FFFFFFFF"), Font(color="00FFFFFF"), Font(strike=True)], ids=["white", "white too", "struck"]
)
def test_an_invisible_figure_is_listed_and_not_recorded(font: Font, place: Workspace) -> None:
    done = bring(place, 5200, change=lambda cell: setattr(cell, "font", font))
    assert "own.xlsx: 表!B2 “5200” was not read:" in done.err
    assert recorded(place) == {"note": "正常"}


def test_white_letters_on_a_dark_ground_are_read(place: Workspace) -> None:
    def change(cell: Any) -> None:
        cell.font, cell.fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF1F4E79")

    assert bring(place, 5200, change=change).code == 0
    assert recorded(place)["inv"] == "5200"


def test_a_digit_in_white_behind_a_figure_is_not_part_of_it(place: Workspace) -> None:
    done = bring(place, CellRichText("5200", TextBlock(InlineFont(color=Color("FFFFFFFF")), "0")))
    assert "“0” was not read: in the colour of its background" in done.err
    assert recorded(place)["inv"] == "5200"


@pytest.mark.parametrize(("align", "mark"), [("superscript", "²"), ("subscript", "₂")])
def test_a_small_digit_behind_a_figure_is_the_mark_of_a_note(align: Any, mark: str, place: Workspace) -> None:
    done = bring(place, CellRichText("5200", TextBlock(InlineFont(vertAlign=align), "2")))
    assert f"the mark {mark} is not part of a figure" in done.err


@pytest.mark.parametrize("form", ["0;-0;;@", "#,###"])
def test_a_zero_that_is_not_shown_is_no_report(form: str, place: Workspace) -> None:
    done = bring(place, 0, change=in_format(form))
    assert "“0” was not read: a nought that the sheet does not show" in done.err
    assert recorded(place) == {"note": "正常"}


def test_a_sheet_that_hides_zeros_reports_none(place: Workspace) -> None:
    done = bring(place, 0, change=lambda cell: setattr(cell.parent.sheet_view, "showZeros", False))
    assert "a nought that the sheet does not show" in done.err
    assert bring(place, 0).code == 0
    assert recorded(place) == {"inv": "0", "note": "正常"}


@pytest.mark.parametrize("typed", ["68万㎡", "680000㎡", "68万m²", "680000平方米"])
def test_an_area_typed_with_its_sign_is_converted(typed: str, place: Workspace) -> None:
    plan = PLAN.replace("unit: 万元, target: 8600", "unit: 万平方米, target: 68.5")
    (place.folder / "tasks.yaml").write_text(plan, "utf-8")
    assert place.here("record", "1", f"inv={typed}", "--on", "2026-09-30").code == 0
    assert json.loads(place.here("log", "-f", "json").out)["items"][0]["readings"] == {"inv": "68"}


@pytest.mark.parametrize("typed", ["1.100", "１.１００", "1.100户", "约1.100"])
def test_a_point_that_may_separate_thousands_is_refused_for_counted_things(typed: str, place: Workspace) -> None:
    (place.folder / "tasks.yaml").write_text(
        PLAN.replace("unit: 万元, target: 8600", "unit: 户, target: 2000"), "utf-8"
    )
    assert "may be 1100 or 1.1: write the one that is meant" in bring(place, typed).err
    assert "may be 1100 or 1.1" in place.here("record", "1", f"inv={typed}", "--on", "2026-09-30").err
    assert bring(place, "1,100").code == 0


@pytest.mark.parametrize("typed", ["1.100", "1.234"])
def test_a_point_is_a_decimal_point_for_measured_things(typed: str, place: Workspace) -> None:
    assert bring(place, typed).code == 0
    assert recorded(place)["inv"] in typed


COMPARED = ("同比", "占比", "完成率", "排名", "得分", "较上月增加", "缺口", "上月", "目标", "亩均")


def test_a_column_of_comparisons_is_not_suggested_for_a_figure(place: Workspace) -> None:
    titles = ("工作任务", "完成投资", *(f"完成投资{said}" for said in COMPARED), "本月完成投资", "累计完成投资数")
    sheet(place.folder / "own.xlsx", [titles, ("1", *range(len(titles) - 1))])
    said = place.here("import", "own.xlsx", "--suggest-map").out
    assert [line.split(":")[0].strip() for line in said.splitlines() if line.startswith("  ")] == [
        "完成投资",
        "本月完成投资",
        "累计完成投资数",
    ]
