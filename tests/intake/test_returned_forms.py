"""Forms as offices send them back: harmless changes are accepted, those that would record wrong figures are refused."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from office_files import fill
from openpyxl import load_workbook

from jingkai_cli.intake.form_layout import FIRST_ROW, HEADER_ROW, PLACES
from running import Done, Workspace

SMALL = Path(__file__).parents[1] / "cli" / "small.yaml"
FORM = "f/城镇办-2016-03.xlsx"
LETTERS = {name: chr(ord("A") + place - 1) for name, place in PLACES.items()}
TASK_1, DESIGN, BUILD, TASK_2, GREENED = range(FIRST_ROW, FIRST_ROW + 5)
"""The rows of the form of 城镇办."""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small plan with forms of March, and something recorded in February."""
    folder = tmp_path_factory.mktemp("sent")
    (folder / "tasks.yaml").write_text(SMALL.read_text("utf-8"), "utf-8")
    made = Workspace(folder)
    for command in (("1", "10"), ("2", "greened=30")):
        assert made.here("record", *command, "--on", "2016-02-20").code == 0
    assert made.here("form", "--month", "2016-03", "-o", "f").code == 0
    return folder


@pytest.fixture
def place(sent: Path, tmp_path: Path) -> Workspace:
    """A copy of that workspace, to fill in."""
    shutil.copytree(sent, tmp_path, dirs_exist_ok=True)
    return Workspace(tmp_path)


def cell(column: str, row: int) -> str:
    return f"{LETTERS[column]}{row}"


def filled(place: Workspace, cells: dict[str, Any], change: Callable[[Any], None] = lambda _book: None) -> Done:
    """Fill in the form of March, change the workbook, and import it."""
    file = fill(place.folder / FORM, cells)
    book = load_workbook(file)
    change(book)
    book.save(file)
    return place.here("import", FORM)


def entries(place: Workspace, since: str = "2016-03-01") -> list[dict[str, Any]]:
    items = json.loads(place.here("log", "-f", "json").out)["items"]
    return [item for item in items if item["on"] >= since]


def refused(place: Workspace, done: Done, *said: str) -> None:
    assert (done.code, done.out) == (3, "")
    for text in said:
        assert text in done.err, done.err
    assert not entries(place)


@pytest.mark.parametrize(
    ("typed", "value", "note"),
    [
        ("４５", "45", None),
        ("1,260", "1260", None),
        ("45万㎡", "45", None),
        ("45 万m2", "45", None),
        ("675亩", "45", None),
        ("45（含续建）", "45", "完成绿化：含续建"),
        ("約45", None, None),
        (45.5, "45.5", None),
    ],
)
def test_a_figure_is_read_as_people_type_it(typed: Any, value: str | None, note: str | None, place: Workspace) -> None:
    done = filled(place, {cell("total", GREENED): typed})
    if value is None:
        refused(place, done, str(typed))
        return
    (entry,) = entries(place)
    assert (Decimal(entry["readings"]["greened"]), entry["note"]) == (Decimal(value), note)


@pytest.mark.parametrize("nothing", ["/", "／", "—", "-", "–", "——", "无", " "])
def test_marks_for_nothing_are_empty(nothing: str, place: Workspace) -> None:
    columns = ("added", "total", "done", "done_on", "note", "problem", "next", "need")
    done = filled(place, {cell(column, TASK_1): nothing for column in columns})
    assert (done.code, "nothing is filled in" in done.err) == (0, True)


@pytest.mark.parametrize("yes", ["是", "√", "✓", "已完成", "完成", 1, "１", "yes"])
def test_every_word_for_yes_reaches_a_milestone(yes: Any, place: Workspace) -> None:
    assert filled(place, {cell("done", DESIGN): yes, cell("done_on", DESIGN): "3月20日"}).code == 0
    assert [(e["kind"], e["on"]) for e in entries(place)] == [("reach", "2016-03-20")]
    place.ledger.unlink()


@pytest.mark.parametrize(
    ("typed", "on"), [("3.28", "2016-03-28"), (3.28, "2016-03-28"), ("3.3", "2016-03-03"), (3.3, None), (2.3, None)]
)
def test_a_short_date_is_read_where_it_has_one_meaning(typed: Any, on: str | None, place: Workspace) -> None:
    done = filled(place, {cell("done", DESIGN): "是", cell("done_on", DESIGN): typed})
    if typed == 2.3:  # February has no 30th
        assert entries(place, "2016-02-03")[-1]["on"] == "2016-02-03"
    elif on is None:
        refused(place, done, "2016-03-03", "2016-03-30")
    else:
        assert [e["on"] for e in entries(place)] == [on]


def test_the_four_texts_of_a_task_are_recorded_separately(place: Workspace) -> None:
    texts = {"note": "主体开工", "problem": "管线未迁改", "next": "四月底前迁改", "need": "请供电公司配合"}
    assert filled(place, {cell(column, TASK_1): text for column, text in texts.items()}).code == 0
    (entry,) = entries(place)
    assert {name: entry[name] for name in texts} == texts


@pytest.mark.parametrize(
    ("column", "row", "typed", "said"),
    [
        ("total", GREENED, "+60", "without +"),
        ("total", GREENED, "同上", "write it out"),
        ("note", TASK_1, "同上", "write it out"),
        ("total", TASK_1, 0.35, "35%"),
        ("total", TASK_1, "1", "100%"),
        ("total", GREENED, "60户", "户"),
        ("done", DESIGN, "基本完成", "neither yes nor no"),
        ("problem", GREENED, "管线未迁改", "would be lost"),
    ],
)
def test_a_cell_with_two_meanings_is_refused(column: str, row: int, typed: Any, said: str, place: Workspace) -> None:
    refused(place, filled(place, {cell(column, row): typed}), f"!{cell(column, row)}: ", said)


def test_a_percentage_with_its_sign_is_read(place: Workspace) -> None:
    assert filled(place, {cell("total", TASK_1): "35%"}).code == 0
    assert entries(place)[0]["readings"] == {"percent": "35"}


def moved(book: Any) -> None:
    """Reverse the lines, with a blank one between."""
    active = book.worksheets[0]
    lines = [[each.value for each in row] for row in active.iter_rows(FIRST_ROW, GREENED)]
    active.delete_rows(FIRST_ROW, len(lines))
    for row, line in enumerate([*lines[::-1][:2], [], *lines[::-1][2:]], FIRST_ROW):
        for column, value in enumerate(line, 1):
            active.cell(row, column).value = value


def test_sorted_and_inserted_lines_are_found_by_their_numbers(place: Workspace) -> None:
    cells = {cell("total", GREENED): 50, cell("done", BUILD): "是", cell("done_on", BUILD): "3.9"}
    assert filled(place, cells | {cell("total", TASK_1): 20, cell("note", DESIGN): "在审"}, moved).code == 0
    found = {(e["task"], e["kind"]): e for e in entries(place)}
    assert found["2", "report"]["readings"] == {"greened": "50"}
    assert (found["1", "reach"]["milestone"], found["1", "reach"]["on"]) == ("build", "2016-03-09")
    assert (found["1", "report"]["readings"], found["1", "report"]["note"]) == (
        {"percent": "20"},
        "节点：设计完成：在审",
    )


def test_a_deleted_line_is_reported_and_a_copied_one_refused(place: Workspace) -> None:
    done = filled(place, {cell("total", GREENED): 50}, lambda book: book.worksheets[0].delete_rows(DESIGN))
    assert (done.code, "line 1(1) (节点：设计完成) is not in the form" in done.err) == (0, True)
    done = filled(place, {}, lambda book: fill_row(book.worksheets[0], 20, "2(1)"))
    assert (done.code, "appears in rows 8, 20" in done.err) == (3, True)


def fill_row(active: Any, row: int, *values: Any) -> None:
    for column, value in enumerate(values, 1):
        active.cell(row, column).value = value


def test_remarks_and_signatures_are_listed_and_do_no_harm(place: Workspace) -> None:
    def change(book: Any) -> None:
        book.create_sheet("填表说明", 0)["A1"] = "请于5日前报送"
        fill_row(book.worksheets[1], GREENED + 2, None, "填报人：经办员", None, "审核人：")

    done = filled(place, {cell("total", GREENED): 50}, change)
    assert done.code == 0
    assert [line.removeprefix(f"{FORM}: ") for line in done.err.splitlines()] == [
        f"1 row ({GREENED + 2}) not read: who filled it in is not recorded: “填报人：经办员 | 审核人：”",
        "sheet 填表说明 was not read: not the form",
    ]


def other_unit(book: Any) -> None:
    book.worksheets[0]["A2"] = str(book.worksheets[0]["A2"].value).replace("城镇办", "执法局")


def next_month(book: Any) -> None:
    active = book.worksheets[0]
    active["A1"] = str(active["A1"].value).replace("3月", "4月")
    active["A2"] = str(active["A2"].value).replace("2016-03-31", "2016-04-30").replace("2016-03-01", "2016-04-01")


def unit_of_measure(book: Any) -> None:
    book.worksheets[0][cell("total", HEADER_ROW)] = "累计完成（亩）"


def second_sheet(book: Any) -> None:
    book.copy_worksheet(book.worksheets[0])[cell("total", GREENED)] = 70


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (next_month, ("2016年4月", "城镇办 for 2016-03-01 to 2016-03-31")),
        (other_unit, ("执法局", "this is the form of 城镇办")),
        (lambda book: book.worksheets[0].delete_cols(PLACES["added"]), ("累计完成", "本期完成")),
        (lambda book: book.worksheets[0].insert_cols(PLACES["added"]), ("empty", "本期完成")),
        (unit_of_measure, ("累计完成（亩）", "累计完成")),
        (second_sheet, ("进度, 进度 Copy are both filled in",)),
        (lambda book: book.worksheets[0].delete_rows(1, HEADER_ROW), ("no sheet has the titles",)),
    ],
)
def test_a_form_that_contradicts_its_hidden_keys_is_refused(
    change: Callable[[Any], None], said: tuple[str, ...], place: Workspace
) -> None:
    refused(place, filled(place, {cell("total", GREENED): 50}, change), *said)


def test_a_copied_sheet_is_reported(place: Workspace) -> None:
    def change(book: Any) -> None:
        book.copy_worksheet(book.worksheets[0])[cell("total", GREENED)] = 50
        book.worksheets[0][cell("total", GREENED)] = None

    done = filled(place, {}, change)
    assert (done.code, "sheet 进度 was not read" in done.err) == (0, True)
    assert entries(place)[0]["readings"] == {"greened": "50"}


@pytest.mark.parametrize(("version", "title"), [(1, "完成情况、存在问题、下步措施"), (2, "进展情况")])
def test_a_form_of_an_earlier_layout_is_still_read(version: int, title: str, place: Workspace) -> None:
    (place.folder / "old").mkdir()
    old = shutil.copy(Path(__file__).with_name("before") / f"form-{version}.xlsx", place.folder / "old")
    texts: dict[str, Any] = {f"O{TASK_1}": "管线未迁改", f"Q{TASK_1}": "请供电公司配合"} if version > 1 else {}
    cells = {f"J{GREENED}": 20, f"N{TASK_1}": "在建", f"M{DESIGN}": date(2016, 3, 9), f"N{BUILD}": "在审", **texts}
    fill(Path(old), cells)
    assert place.here("import", str(old)).code == 0
    found = entries(place)
    assert [(e["task"], e["kind"], e["note"], e["problem"], e["need"]) for e in found] == [
        ("1", "report", "在建\n节点：主体开工：在审", *(texts.values() or (None, None))),
        ("2", "report", None, None, None),
        ("1", "reach", None, None, None),
    ]
    assert found[1]["readings"] == {"greened": "+20"}
    fill(Path(old), {f"N{HEADER_ROW}": "进展"})
    assert f"column N is “进展” where the form has “{title}”" in place.here("import", str(old)).err


def test_the_same_figures_in_the_form_before_and_in_that_of_today_are_recorded_once(place: Workspace) -> None:
    (place.folder / "old").mkdir()
    old = shutil.copy(Path(__file__).with_name("before") / "form-2.xlsx", place.folder / "old")
    fill(Path(old), {f"J{GREENED}": 20, f"N{TASK_1}": "在建"})
    assert place.here("import", str(old)).code == 0
    done = filled(place, {cell("added", GREENED): 20, cell("note", TASK_1): "在建"})
    assert (done.code, "0 added, 2 already recorded" in done.out) == (0, True)


def test_texts_that_are_moved_beside_another_line_are_refused(place: Workspace) -> None:
    """After cells of the page of texts are deleted, those below move up and would describe another line."""

    def change(book: Any) -> None:
        active = book.worksheets[0]
        active.move_range(f"{cell('id_again', BUILD)}:{cell('need', GREENED)}", rows=-1)

    done = filled(place, {cell("note", TASK_2): "在建"}, change)
    refused(place, done, f"!{cell('id_again', DESIGN)}: expected “1(1)” here")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"measure": "平方米"}, "the unit here is “平方米”, and that of the indicator is “万平方米”"),
        ({"last": 50}, "the form was written with 30 here, not “50”: to correct it, fill in “累计完成”"),
        ({"last": "三十"}, "the form was written with 30 here, not “三十”"),
    ],
)
def test_a_line_with_another_unit_or_total_before_is_refused(
    changed: dict[str, Any], said: str, place: Workspace
) -> None:
    cells = {cell(column, GREENED): value for column, value in changed.items()}
    refused(place, filled(place, {cell("added", GREENED): 5, **cells}), said)


def test_deleting_the_unit_and_the_previous_total_changes_no_figure(place: Workspace) -> None:
    done = filled(place, {cell("added", GREENED): 5, cell("measure", GREENED): None, cell("last", GREENED): None})
    assert (done.code, [e["readings"] for e in entries(place)]) == (0, [{"greened": "+5"}])
