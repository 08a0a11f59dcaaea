"""A judge's ballot sheet: every typed score is recorded, wherever its row was moved; the rest is refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from office_files import fill
from openpyxl import load_workbook

from jingkai_cli.text import width
from running import Done, Workspace

OBSERVED = Path(__file__).parents[1] / "cli" / "observed.yaml"
SHEET = "f/评委甲-2016-03.xlsx"
FULL = {f"{column}{row}": points for row in range(5, 10) for column, points in (("D", 40), ("E", 30), ("F", 30))}


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "tasks.yaml").write_text(OBSERVED.read_text("utf-8"), "utf-8")
    made = Workspace(tmp_path)
    assert made.here("form", "--observation", "--month", "2016-03", "--judge", "评委甲", "-o", "f").code == 0
    return made


def imported(place: Workspace, cells: dict[str, Any]) -> Done:
    fill(place.folder / SHEET, cells)
    return place.here("import", SHEET)


def recorded(place: Workspace) -> set[tuple[str, str, str]]:
    lines = place.here("export", "--all").out.splitlines()
    entries = [entry for entry in map(json.loads, lines) if entry.get("kind") == "score"]
    return {(entry["unit"], entry["item"], entry["score"]) for entry in entries}


def test_typed_scores_are_recorded_by_judge_unit_and_item(place: Workspace) -> None:
    done = imported(place, FULL | {"D5": "３８.5分", "H5": "路口有渣土"})
    assert (done.code, done.err) == (0, "")
    found = recorded(place)
    assert len(found) == 15
    assert {("祥云办事处", "road", "38.5"), ("执法局", "air", "30")} <= found
    assert place.here("import", SHEET).out.endswith("0 added, 15 already recorded\n")


def test_units_may_be_left_out_sorted_or_deleted(place: Workspace) -> None:
    cells = dict.fromkeys(FULL) | {"C5": "执法局", "C7": None, "C9": "祥云办事处"}
    cells |= {"D5": 11, "E5": 12, "F5": 13, "D6": "/"}
    assert imported(place, cells).code == 0
    assert recorded(place) == {("执法局", "road", "11"), ("执法局", "green", "12"), ("执法局", "air", "13")}


@pytest.mark.parametrize(
    ("cells", "where", "said"),
    [
        ({"D5": 40.5}, "D5", "not a score"),
        ({"D5": -1}, "D5", "not a score"),
        ({"D5": None}, "D5", "has no score here"),
        ({"D5": "同上"}, "D5", "not a score"),
        ({"C6": "祥云办事处"}, "C6", "is already in row 5"),
        ({"C6": "县外单位"}, "C6", "not a unit on this form"),
        ({"C6": None}, "C6", "scores without a unit"),
        ({"A2": "评委：评委乙    观摩月份：2016年3月"}, "A2", "was written with"),
        ({"D4": "绿化提升（30分）", "E4": "道路整治（40分）"}, "D4", "was written with"),
        (
            {"D5": None, "E5": None, "F5": None, "H5": "未到现场"},
            "H5",
            "has no score: fill in the scores; if nothing was observed here",
        ),
        ({"D5": "=40-1"}, "D5", "formula without a saved value"),
    ],
)
def test_a_cell_without_a_valid_score_is_refused_with_its_address(
    place: Workspace, cells: dict[str, Any], where: str, said: str
) -> None:
    done = imported(place, FULL | cells)
    assert done.code == 3
    assert f"评分表!{where}: " in done.err
    assert said in done.err
    assert recorded(place) == set()


def test_text_beside_the_table_is_listed(place: Workspace) -> None:
    done = imported(place, FULL | {"A11": "评委签名", "I5": "旁注"})
    assert done.code == 0
    assert "A11 “评委签名” was not read" in done.err
    assert "column I (旁注) was not read" in done.err


def test_a_second_sheet_that_is_filled_in_is_refused(place: Workspace) -> None:
    book = load_workbook(place.folder / SHEET)
    book.copy_worksheet(book.worksheets[0])
    book.save(place.folder / SHEET)
    done = imported(place, FULL)
    assert done.code == 3
    assert "both filled in" in done.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: 试验区重点工作", "title: 另一方案", "form of another plan"),
        ("id: air, name: 扬尘治理", "id: dust, name: 扬尘治理", "no longer has this item"),
        ("points: 40", "points: 39", "not a score"),
    ],
)
def test_a_ballot_of_another_plan_is_refused(place: Workspace, old: str, new: str, said: str) -> None:
    plan = place.folder / "tasks.yaml"
    text = plan.read_text("utf-8").replace(old, new)
    plan.write_text(text.replace("points: 30}\n  method", "points: 31}\n  method") if "39" in new else text, "utf-8")
    done = imported(place, FULL)
    assert done.code == 3
    assert said in done.err


SITES = """\
编号,点位,责任单位,任务
S1,永定河大道,执法局,1
S2,中心公园,执法局,2
S3,祥云小区,祥云办事处,2
S4,京航路口,京航办事处,2
"""
"""On the sheet, by group: 祥云小区 in row 5, 永定河大道 in row 6, 中心公园 in row 7; 京航办事处 is in no group."""

FULL_SITES = {f"{column}{row}": points for row in (5, 6, 7) for column, points in (("E", 40), ("F", 30), ("G", 30))}


@pytest.fixture
def by_site(place: Workspace) -> Workspace:
    plan = place.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("observation:\n", "observation:\n  of: sites\n"), "utf-8")
    (place.folder / "sites.csv").write_text(SITES, "utf-8")
    (place.folder / SHEET).rename(place.folder / "f/units.xlsx")
    done = place.here("form", "--observation", "--month", "2016-03", "--judge", "评委甲", "-o", "f")
    assert done.code == 0
    assert "京航路口" in done.err
    assert "城镇办, 明湖办事处, 潮河办事处" in done.err
    return place


def test_a_sheet_of_sites_records_a_score_for_each_site_and_item(by_site: Workspace) -> None:
    assert imported(by_site, FULL_SITES | {"E6": 33, "D6": "中心公园", "D7": "永定河大道"}).code == 0
    lines = map(json.loads, by_site.here("export", "--all").out.splitlines())
    found = {
        (entry["unit"], entry["site"], entry["place"], entry["item"], entry["score"])
        for entry in lines
        if entry.get("kind") == "score"
    }
    assert len(found) == 9
    assert ("执法局", "S2", "中心公园", "road", "33") in found
    assert ("执法局", "S1", "永定河大道", "road", "40") in found
    assert by_site.here("import", SHEET).out.endswith("0 added, 9 already recorded\n")
    explained = by_site.here("rank", "--month", "2016-03", "--explain").out
    assert "评委甲: 96.5, the mean of 2 sites" in explained  # (100 + 93) / 2
    assert "  中心公园: 93 = 道路整治 33 + 绿化提升 30 + 扬尘治理 30" in explained


def test_a_changed_score_of_one_site_replaces_only_that_score(by_site: Workspace) -> None:
    assert imported(by_site, FULL_SITES).code == 0
    assert "2 added, 8 already recorded" in imported(by_site, {"E7": 10}).out  # the retraction, and the score
    assert "评委甲: 85, the mean of 2 sites" in by_site.here("rank", "--month", "2016-03", "--explain").out


@pytest.mark.parametrize(
    ("cells", "where", "said"),
    [
        ({"E5": 40.5}, "E5", "not a score"),
        ({"E5": None}, "E5", "祥云小区 has no score here"),
        ({"D6": "祥云小区"}, "D6", "is already in row 5"),
        ({"D6": "县外工地"}, "D6", "not a site on this form"),
        ({"D6": None}, "D6", "scores without a site"),
        ({"C6": "祥云办事处"}, "C6", "'永定河大道' is a site of '执法局'"),
    ],
)
def test_a_cell_without_a_valid_score_in_a_sheet_of_sites_is_refused(
    by_site: Workspace, cells: dict[str, Any], where: str, said: str
) -> None:
    done = imported(by_site, FULL_SITES | cells)
    assert done.code == 3
    assert f"评分表!{where}: " in done.err
    assert said in done.err
    assert '"score"' not in by_site.here("export", "--all").out


def test_a_sheet_of_units_is_refused_if_the_plan_scores_sites(by_site: Workspace) -> None:
    fill(by_site.folder / "f/units.xlsx", FULL)
    done = by_site.here("import", "f/units.xlsx")
    assert done.code == 3
    assert "this form is of units, and the plan's observation is of sites" in done.err


def test_without_sites_there_is_no_sheet_of_sites(by_site: Workspace) -> None:
    form = ("form", "--observation", "--month", "2016-04", "--judge", "评委甲", "-o", "f")
    (by_site.folder / "sites.csv").write_text("".join(SITES.splitlines(keepends=True)[::4]), "utf-8")
    assert "no site of the units that are judged" in by_site.here(*form).err
    (by_site.folder / "sites.csv").unlink()
    done = by_site.here(*form)
    assert done.code == 2
    assert "there is no" in done.err


def test_without_items_a_judge_gives_one_score(place: Workspace) -> None:
    plan = place.folder / "tasks.yaml"
    text = plan.read_text("utf-8")
    plan.write_text(text[: text.index("observation:")] + text[text.index("tasks:") :], "utf-8")
    assert place.here("form", "--observation", "--month", "2016-04", "--judge", "评委甲", "-o", "g").code == 0
    file = "g/评委甲-2016-04.xlsx"
    fill(place.folder / file, {"C5": 92.5, "C6": 100, "C10": 0})
    assert place.here("import", file).out.startswith(f"{file}: 3 added")
    ranks = place.here("rank", "--month", "2016-04", "-f", "plain").out
    assert "92.5" in ranks


def test_the_points_of_an_item_are_below_its_name_and_no_title_is_cut(place: Workspace) -> None:
    sheet = load_workbook(place.folder / SHEET).worksheets[0]
    assert sheet["D4"].value == "道路整治\n（40分）"
    assert sheet.column_dimensions["D"].width >= width("道路整治") + 1
    low = sheet.row_dimensions[4].height
    plan = place.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("道路整治", "城区道路综合整治和沿街立面改造"), "utf-8")
    assert place.here("form", "--observation", "--month", "2016-03", "--judge", "评委乙", "-o", "f").code == 0
    high = load_workbook(place.folder / "f/评委乙-2016-03.xlsx").worksheets[0].row_dimensions[4].height
    assert (low or 0) + 16 <= (high or 0)


def test_a_total_that_differs_from_the_sum_of_items_is_refused(place: Workspace) -> None:
    done = imported(place, FULL | {"D5": 38, "G5": 100})
    assert (done.code, recorded(place)) == (3, set())
    assert "!G5: '100' is not the sum of the items, which is 98" in done.err
    assert imported(place, {"G5": 98, "G6": None}).code == 0


def test_a_line_shows_its_total_when_every_item_is_scored(place: Workspace) -> None:
    active = load_workbook(place.folder / SHEET).worksheets[0]
    assert active["G4"].value == "合计"
    assert active["G5"].value == '=IF(COUNT(D5:F5)=3,SUM(D5:F5),"")'
    assert active["G5"].protection.locked


def test_a_ballot_of_an_earlier_layout_is_still_read(place: Workspace) -> None:
    """It has no column of totals."""
    old = shutil.copy(Path(__file__).with_name("before") / "ballot-1.xlsx", place.folder / "old.xlsx")
    fill(Path(old), FULL | {"G5": "路口有渣土"})
    done = place.here("import", "old.xlsx")
    assert (done.code, done.err, len(recorded(place))) == (0, "", 15)
