"""A judge's ballot sheet: every score that is typed is recorded, wherever its row stands now; the rest is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from office_files import fill
from openpyxl import load_workbook

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


def test_what_a_judge_types_is_recorded_under_the_judge_for_each_unit_and_item(place: Workspace) -> None:
    done = imported(place, FULL | {"D5": "３８.5分", "G5": "路口有渣土"})
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
        ({"C6": "祥云办事处"}, "C6", "stands in row 5 already"),
        ({"C6": "县外单位"}, "C6", "no unit of this form"),
        ({"C6": None}, "C6", "scores without a unit"),
        ({"A2": "评委：评委乙    观摩月份：2016年3月"}, "A2", "was written with"),
        ({"D4": "绿化提升（30分）", "E4": "道路整治（40分）"}, "D4", "was written with"),
        ({"D5": None, "E5": None, "F5": None, "G5": "未到现场"}, "G5", "a remark without a score"),
        ({"D5": "=40-1"}, "D5", "formula without a saved value"),
    ],
)
def test_a_cell_that_cannot_be_counted_is_refused_with_its_place(
    place: Workspace, cells: dict[str, Any], where: str, said: str
) -> None:
    done = imported(place, FULL | cells)
    assert done.code == 3
    assert f"评分表!{where}: " in done.err
    assert said in done.err
    assert recorded(place) == set()


def test_what_stands_beside_the_table_is_named(place: Workspace) -> None:
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
