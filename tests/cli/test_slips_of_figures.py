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


@pytest.mark.parametrize(("typed", "meant"), [("签约面积=20亩", "面积"), ("签约面积=20户", "签约户数")])
def test_a_suggested_indicator_takes_the_typed_unit(typed: str, meant: str, made: Workspace) -> None:
    done = made.here("record", "7", typed, "--on", "2016-03-01")
    assert done.err.rstrip().endswith(f"; did you mean '{meant}'?")


@pytest.mark.parametrize(
    ("first", "second"),
    [(("面积=20亩",), ("面积=21亩",)), (("面积+=2公顷",), ("面积+=15亩",)), (("-m", "走访"), ("--note", "座谈"))],
)
def test_the_advice_to_correct_again_can_be_typed(
    first: tuple[str, ...], second: tuple[str, ...], made: Workspace
) -> None:
    assert made.here("record", "7", *first, "--on", "2016-03-01").code == 0
    assert made.here("correct", "1", *second, "-m", "笔误").code == 0
    _before, _jk, advice = made.here("undo").err.strip().partition("jk ")
    assert made.here(*advice.replace("WHY", "笔误").replace("NOTE", "会谈").split(), "--dry-run").code == 0


def test_the_advice_to_correct_a_percentage_is_a_percentage(made: Workspace) -> None:
    (made.folder / "tasks.yaml").write_text(PLAN.partition("- {id: 7")[0] + PERCENT, "utf-8")
    made.here("record", "8", "22", "--on", "2016-03-01")
    assert made.here("correct", "1", "-m", "笔误").err == "give what is right: jk correct 1 22% -m WHY\n"
    made.here("correct", "1", "20", "-m", "笔误")
    assert made.here("undo").err == "#3 corrects #1: correct it again, jk correct 3 20% -m WHY\n"
    assert made.here("correct", "3", "20%", "-m", "笔误").code == 0


PERCENT = "- {id: 8, title: 绿化, lead_unit: 甲局, deadline: 2016-12-31}\n"


def test_a_converted_figure_is_rounded_for_people_and_kept_exactly(tmp_path: Path) -> None:
    (tmp_path / "tasks.yaml").write_text(PLAN.replace("unit: 亩", "unit: 万平方米"), "utf-8")
    made = Workspace(tmp_path)
    done = made.here("record", "7", "面积+=200亩", "--on", "2016-03-01", LANG="zh_CN.UTF-8")
    assert "面积 +200亩（约13.33万平方米）" in done.out
    assert "累计：面积 约13.33万平方米" in done.out
    assert "area=+13.333333" in made.here("log", "-f", "csv").out
    assert "13.333333" in made.here("log", "-f", "json").out


def test_a_task_reported_done_without_a_report_has_a_remark(made: Workspace) -> None:
    assert "reported done, but no progress was ever reported" in made.here("done", "7", "--on", "2016-03-01").err


def test_a_milestone_reached_before_earlier_ones_has_a_remark(tmp_path: Path) -> None:
    milestones = "[{id: a, title: 开工, deadline: 2016-03-01}, {id: b, title: 竣工, deadline: 2016-05-01}]"
    (tmp_path / "tasks.yaml").write_text(PLAN.replace("measure: indicators", f"milestones: {milestones}"), "utf-8")
    made = Workspace(tmp_path)
    assert "an earlier milestone is not reached: 开工" in made.here("reach", "7", "b", "--on", "2016-04-01").err
    assert "earlier" not in made.here("reach", "7", "a", "--on", "2016-04-02").err


def test_a_backdated_total_is_compared_with_the_last_of_the_next_day(tmp_path: Path) -> None:
    (tmp_path / "tasks.yaml").write_text(PLAN.partition(", measure")[0] + "}\n", "utf-8")
    made = Workspace(tmp_path)
    for percent in ("75", "80"):
        assert made.here("record", "7", percent, "--on", "2016-04-15").code == 0
    assert "from 84 % to 80 % on 2016-04-15" in made.here("record", "7", "84", "--on", "2016-04-14").err
    assert made.here("record", "7", "79", "--on", "2016-04-14").code == 0


def test_a_plan_is_no_list_of_districts(made: Workspace) -> None:
    done = made.here("overview", "tasks.yaml")
    assert (done.code, len(done.err.splitlines())) == (3, 1)
    assert "this is a plan of tasks" in done.err


def test_without_a_letter_nothing_is_said_of_its_signature(made: Workspace) -> None:
    assert "unsigned" not in made.here("notice", "乙局", "--as-of", "2016-01-05").err
    assert "unsigned" in made.here("notice", "甲局", "--as-of", "2017-01-05").err
