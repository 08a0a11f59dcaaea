"""Figures that contradict each other, corrected figures sent again, and figures that differ from what a cell shows."""

import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from office_files import fill, import_own
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from running import Workspace

PLAN = """title: 城区重点工作
year: 2026
units: [区城管局, 区住建局, 明湖街道办事处, 祥云街道办事处]
tasks:
  - id: 1
    title: 背街小巷改造
    lead_unit: 区城管局
    support_units: [明湖街道办事处, 祥云街道办事处]
    deadline: 2026-11-30
    measure: indicators
    indicators:
      - {id: lanes, name: 改造背街小巷, unit: 条, target: 32}
      - {id: lamps, name: 安装路灯, unit: 盏, target: 90, per_unit: true}
  - {id: 2, title: 新建小学, lead_unit: 区住建局, deadline: 2026-12-31}
"""
MAP = """task: 任务
unit: 单位
date: 日期
figures: {累计小巷: lanes, 本月小巷: +lanes, 累计路灯: lamps, 比例: percent}
"""
TITLES = ("任务", "单位", "日期", "累计小巷", "本月小巷", "累计路灯", "比例")
DAY = date(2026, 9, 30)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return Workspace(tmp_path)


bring = partial(import_own, TITLES)


def figures(place: Workspace) -> list[Any]:
    items = json.loads(place.here("log", "-f", "json").out)["items"] if place.ledger.exists() else []
    return [each["readings"] for each in items if each["kind"] == "report"]


def test_two_totals_of_one_day_are_refused_naming_both_places(place: Workspace) -> None:
    rows = (("1", "明湖街道办事处", DAY, 4), ("1", "祥云街道办事处", DAY, 6), ("1", "区城管局", DAY, 15))
    done = bring(place, *rows)
    assert (done.code, figures(place)) == (3, [])
    first, second = done.err.splitlines()
    assert first.startswith("own.xlsx!表!D3: 改造背街小巷 6条 of 2026-09-30 contradicts 改造背街小巷 4条 in 表!D2")
    assert "per_unit: true" in first
    assert second.startswith("own.xlsx!表!D4: 改造背街小巷 15条")


def test_two_percentages_of_one_day_are_refused_also_when_the_first_is_recorded(place: Workspace) -> None:
    assert bring(place, ("2", None, DAY, None, None, None, "40%")).code == 0
    done = bring(place, ("2", None, DAY, None, None, None, "40%"), ("2", None, DAY, None, None, None, "50%"))
    assert (done.code, "表!G3: 50% of 2026-09-30 contradicts 40% in 表!G2: leave one" in done.err) == (3, True)
    assert "per_unit" not in done.err


def test_the_same_total_twice_and_the_shares_of_units_are_no_contradiction(place: Workspace) -> None:
    rows = [("1", unit, DAY, 15, None, lamps) for unit, lamps in (("明湖街道办事处", 4), ("祥云街道办事处", 6))]
    assert bring(place, *rows).code == 0
    assert [each["lamps"] for each in figures(place)] == ["4", "6"]


def test_an_increment_sent_again_with_another_figure_is_refused(place: Workspace) -> None:
    assert bring(place, ("1", "区城管局", DAY, None, 4)).code == 0
    done = bring(place, ("1", "区城管局", DAY, None, 5))
    assert (done.code, figures(place)) == (3, [{"lanes": "+4"}])
    assert "#1 has 改造背街小巷 +4条 of 2026-09-30 already, and here it is 改造背街小巷 +5条" in done.err
    assert "jk correct 1 lanes+=5 -m WHY; to count both: --again" in done.err
    assert place.here("correct", "1", "lanes+=5", "-m", "误报").code == 0
    assert bring(place, ("1", "区城管局", DAY, None, 5)).out.startswith("own.xlsx: 0 added, 1 already recorded")
    assert bring(place, ("1", "区城管局", DAY, None, 7), more="--again").code == 0


def test_increments_of_other_days_and_units_and_retracted_ones_are_no_correction(place: Workspace) -> None:
    assert bring(place, ("1", "区城管局", DAY, None, 4)).code == 0
    assert bring(place, ("1", "区城管局", date(2026, 10, 31), None, 5)).code == 0
    assert bring(place, ("1", "明湖街道办事处", DAY, None, 6)).code == 0
    assert place.here("retract", "1", "-m", "误报").code == 0
    assert bring(place, ("1", "区城管局", DAY, None, 7)).code == 0


@pytest.mark.parametrize("typed", ["25①", "25¹", "25¹⁾", "2½"])
def test_a_footnote_mark_is_no_digit(typed: str, place: Workspace) -> None:
    done = bring(place, ("1", None, DAY, typed))
    assert (done.code, figures(place)) == (3, [])
    assert "is not part of a figure" in done.err
    done = place.here("record", "1", f"lanes={typed}", "--on", "2026-09-30")
    assert (done.code, "is not part of a figure" in done.err) == (2, True)


def test_a_superscript_digit_is_no_digit_of_the_figure(place: Workspace) -> None:
    def change(active: Any) -> None:
        active["D2"] = CellRichText("25", TextBlock(InlineFont(vertAlign="superscript"), "1"))

    done = bring(place, ("1", None, DAY, None), change=change)
    assert (done.code, "the mark ¹ is not part of a figure" in done.err) == (3, True)


@pytest.mark.parametrize(
    ("value", "form", "percent"),
    [(0.8, '0.0"%"', "0.8"), (75, '0"%"', "75"), (75, r"0\%", "75"), (0.75, "0%", "75"), (0.0075, "0.00%", "0.75")],
)
def test_a_percentage_is_read_as_its_format_shows_it(value: float, form: str, percent: str, place: Workspace) -> None:
    def change(active: Any) -> None:
        active["G2"].number_format = form

    done = bring(place, ("2", None, DAY, None, None, None, value), change=change)
    assert (done.code, figures(place)) == (0, [{"percent": percent}]), done.err


@pytest.mark.parametrize("form", ['"-"0', ";;;"])
def test_a_format_that_shows_another_figure_or_none_is_refused(form: str, place: Workspace) -> None:
    def change(active: Any) -> None:
        active["D2"].number_format = form

    done = bring(place, ("1", None, DAY, 25), change=change)
    assert (done.code, "its format" in done.err) == (3, True)


def test_an_error_quotes_the_figure_without_an_added_sign(place: Workspace) -> None:
    done = bring(place, ("1", None, DAY, None, "净减30"))
    assert (done.code, "'净减30' is not a number" in done.err) == (3, True)


@pytest.fixture
def form(place: Workspace) -> Path:
    """October's form, written before September's figures were recorded."""
    assert place.here("record", "1", "lanes=20", "--on", "2026-08-31").code == 0
    assert place.here("form", "--month", "2026-10", "--unit", "区城管局", "-o", "f").code == 0
    assert place.here("record", "1", "lanes=25", "--on", "2026-09-30").code == 0
    return place.folder / "f/区城管局-2026-10.xlsx"


@pytest.mark.parametrize("cells", [{"I6": 5}, {"I6": 5, "J6": 25}])
def test_an_increment_on_a_total_that_changed_since_the_form_was_written_is_refused(
    cells: dict[str, Any], form: Path, place: Workspace
) -> None:
    fill(form, cells)
    done = place.here("import", str(form))
    assert (done.code, figures(place)[1:]) == (3, [{"lanes": "25"}])
    assert "!H6: “上期累计” is 20 in this form, and the ledger has 25 as of 2026-09-30 now" in done.err
    assert "fill in “累计完成” alone" in done.err


def test_a_total_in_such_a_form_is_recorded(form: Path, place: Workspace) -> None:
    fill(form, {"J6": 30})
    assert place.here("import", str(form)).code == 0
    assert figures(place)[-1] == {"lanes": "30"}


def test_a_form_that_was_imported_adds_nothing_when_an_earlier_total_changes(place: Workspace) -> None:
    assert place.here("record", "1", "lanes=20", "--on", "2026-08-31").code == 0
    assert place.here("form", "--month", "2026-10", "--unit", "区城管局", "-o", "f").code == 0
    file = place.folder / "f/区城管局-2026-10.xlsx"
    fill(file, {"I6": 5})
    assert place.here("import", str(file)).code == 0
    assert place.here("record", "1", "lanes=22", "--on", "2026-09-30").code == 0
    assert place.here("import", str(file)).out.endswith("0 added, 1 already recorded\n")


def test_a_negative_increment_in_a_form_is_refused_with_advice(place: Workspace) -> None:
    assert place.here("form", "--month", "2026-10", "--unit", "区城管局", "-o", "f").code == 0
    file = place.folder / "f/区城管局-2026-10.xlsx"
    fill(file, {"I6": -3})
    done = place.here("import", str(file))
    assert (done.code, "'-3' is below 0" in done.err, "fill in “累计完成” alone" in done.err) == (3, True, True)


OTHERS = ("--on", "2026-10-31", "--from", "明湖街道办事处")


@pytest.mark.parametrize(
    ("recorded", "cells", "said"),
    [
        (("lanes=30", *OTHERS), {"J6": 26}, "明湖街道办事处 reported 改造背街小巷 30条 of 2026-10-31 (#3)"),
        (("lanes+=5", "--on", "2026-10-31", "--from", "区城管局"), {"I6": 5}, "is recorded already (#3)"),
    ],
)
def test_a_form_does_not_hide_the_total_of_another_unit_nor_count_an_increment_twice(
    recorded: tuple[str, ...], cells: dict[str, Any], said: str, place: Workspace
) -> None:
    assert place.here("record", "1", "lanes=20", "--on", "2026-08-31").code == 0
    assert place.here("form", "--month", "2026-10", "--unit", "区城管局", "-o", "f").code == 0
    assert place.here("record", "2", "40%", "--on", "2026-08-31").code == 0
    assert place.here("record", "1", *recorded).code == 0
    file = place.folder / "f/区城管局-2026-10.xlsx"
    fill(file, cells)
    done = place.here("import", str(file))
    assert (done.code, len(figures(place))) == (3, 3)
    assert said in done.err
    assert "--again records it" in done.err
    assert place.here("import", str(file), "--again").code == 0
    assert place.here("import", str(file)).out.endswith("0 added, 1 already recorded\n")


def test_a_form_that_replaces_the_unit_s_own_total_of_that_day_gives_a_notice(place: Workspace) -> None:
    assert place.here("form", "--month", "2026-10", "--unit", "区城管局", "-o", "f").code == 0
    assert place.here("record", "1", "lanes=30", "--on", "2026-10-31", "--from", "区城管局").code == 0
    file = place.folder / "f/区城管局-2026-10.xlsx"
    fill(file, {"J6": 31})
    done = place.here("import", str(file))
    assert (done.code, "#1 has 改造背街小巷 30条 of 2026-10-31: 改造背街小巷 31条 counts from now on" in done.err) == (
        0,
        True,
    )
