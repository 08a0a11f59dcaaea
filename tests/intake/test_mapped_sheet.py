"""Units' own sheets, read with a column map, and CSV in every encoding that offices use."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from office_files import sheet
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from running import Workspace, workspace

COLUMNS = """sheet: 表
header: 2
task: 工作任务
date: 填报时间
unit: 单位
note: 进展
percent: 完成比例
figures: {建成车位: spaces, 本月绿化: +greened}
skip: [合计]
"""
TITLES = ("工作任务", "填报时间", "单位", "进展", "完成比例", "建成车位", "本月绿化")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path)
    (tmp_path / "columns.yaml").write_text(COLUMNS, "utf-8")
    return made


def recorded(place: Workspace) -> list[Any]:
    return list(json.loads(place.here("log", "-f", "json").out)["items"])


def bring(place: Workspace, rows: list[tuple[Any, ...]], change: Any = lambda _sheet: None) -> Any:
    sheet(place.folder / "own.xlsx", [("一季度进展",), TITLES, *rows], change)
    return place.here("import", "own.xlsx", "--map", "columns.yaml")


def test_a_sheet_is_read_with_its_map_and_importing_twice_adds_nothing(place: Workspace) -> None:
    rows = [
        ("12", date(2016, 3, 31), "执法局", "完成调查", 35, None, None),
        ("中心城区停车场建设", "2016.3.31", "", None, None, "650个", None),
        ("10", "3月底", None, "植树", None, None, 900.5),
        ("合计", None, None, "共三项", 35, 650, 900.5),
        (None, None, None, None, None, None, None),
    ]
    done = bring(place, rows)
    assert (done.code, done.err.splitlines()[1:]) == (0, [])
    assert done.out.startswith("own.xlsx: 3 added, 0 already recorded")
    entries = recorded(place)
    assert [(e["task"], e["on"], e["unit"], e["readings"]) for e in entries] == [
        ("12", "2016-03-31", "执法局", {"percent": "35"}),
        ("8", "2016-03-31", None, {"spaces": "650"}),
        ("10", "2016-03-31", None, {"greened": "+900.5"}),
    ]
    assert bring(place, rows).out.startswith("own.xlsx: 0 added, 3 already recorded")


def test_every_wrong_cell_is_reported(place: Workspace) -> None:
    done = bring(
        place,
        [
            ("中心城区停车场", "3月底", "", "好", None, None, None),
            ("12", "近期", "执法所", "好", None, None, None),
            ("12", "6月31日", "", None, "不少", None, None),
            ("12", 13, "", "好", None, None, None),
            ("12", "3月底", "", None, None, 5, None),
        ],
    )
    assert (done.code, done.out) == (3, "")
    said = done.err.splitlines()
    assert [line.removeprefix("own.xlsx!表!").partition(": ")[0] for line in said] == [
        "A3",
        "B4",
        "C4",
        "B5",
        "E5",
        "B6",
        "F7",
    ]
    assert "did you mean task 8 中心城区停车场建设?" in said[0]
    assert not place.ledger.exists()


@pytest.mark.parametrize("mac", [False, True])
def test_serial_numbers_count_from_the_epoch_of_their_workbook(mac: bool, place: Workspace) -> None:  # noqa: FBT001
    def change(active: Any) -> None:
        if mac:
            active.parent.epoch = CALENDAR_MAC_1904

    serial = (date(2016, 3, 31) - (date(1904, 1, 1) if mac else date(1899, 12, 30))).days
    assert bring(place, [("12", serial, "", "好", None, None, None)], change).code == 0
    assert recorded(place)[0]["on"] == "2016-03-31"


def test_a_percentage_cell_of_excel_is_read_as_shown(place: Workspace) -> None:
    def change(active: Any) -> None:
        active["E3"].number_format = "0%"

    assert bring(place, [("12", datetime(2016, 3, 31), "", None, 0.35, None, None)], change).code == 0  # noqa: DTZ001
    assert recorded(place)[0]["readings"] == {"percent": "35"}


def test_a_merged_cell_applies_to_every_row_that_it_covers(place: Workspace) -> None:
    def change(active: Any) -> None:
        active.merge_cells("A3:A4")
        active.merge_cells("B3:B4")

    rows = [("12", "3月底", "", "其一", None, None, None), (None, None, "", "其二", None, None, None)]
    assert bring(place, rows, change).code == 0
    assert [(e["task"], e["on"], e["note"]) for e in recorded(place)] == [
        ("12", "2016-03-31", "其一"),
        ("12", "2016-03-31", "其二"),
    ]


def test_a_table_with_one_indicator_in_a_row(place: Workspace) -> None:
    (place.folder / "columns.yaml").write_text(
        "task: 任务\non: 2016-03-31\nindicator: 指标\ntotal: 累计\nadded: 本期\n", "utf-8"
    )
    sheet(
        place.folder / "own.xlsx",
        [("任务", "指标", "本期", "累计"), ("10", "完成绿化", "900亩", None), ("10", "投资", None, 2)],
    )
    assert place.here("import", "own.xlsx", "--map", "columns.yaml").code == 0
    assert [e["readings"] for e in recorded(place)] == [{"greened": "+60"}, {"invested": "2"}]


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", ""), ("utf-8-sig", ""), ("gb18030", "GB18030")])
def test_csv_in_every_encoding(encoding: str, said: str, place: Workspace) -> None:
    text = "一季度,,,,,,\n" + ",".join(TITLES) + "\n12,2016年3月底前,,完成𠮷祥调查,35,,\n"
    (place.folder / "own.csv").write_bytes(text.encode(encoding))
    done = place.here("import", "own.csv", "--map", "columns.yaml")
    assert (done.code, said in done.err) == (0, True)
    assert recorded(place)[0]["note"] == "完成𠮷祥调查"


def test_a_fault_in_csv_has_its_line(place: Workspace) -> None:
    (place.folder / "own.csv").write_text("标题,,,,,,\n" + ",".join(TITLES) + "\n12,42460,,好,,,\n", "utf-8")
    done = place.here("import", "own.csv", "--map", "columns.yaml")
    assert (done.code, done.err.startswith("own.csv:3:1: ")) == (3, True)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("date: a\n", "task: TITLE"),
        ("task: a\n", "date: TITLE"),
        ("task: a\ndate: b\nhedder: 2\n", "did you mean 'header'"),
        ("task: a\ndate: b\nheader: 0\n", "number of a row"),
        ("task: a\non: 2016-02-30\n", "2016-02-30"),
        ("task: [a]\ndate: b\n", "title of a column"),
        ("task: a\ndate: b\nfigures: c\n", "greened"),
        ("task: a\ndate: b\nindicator: c\n", "'total'"),
        ("[a]\n", "fields such as"),
        ("", "this file is empty"),
        ("task: 工作任务\ndate: 填报\nheader: 2\n", "填报时间"),
        ("task: 工作任务\ndate: 填报时间\nsheet: 别的\nheader: 2\n", "别的"),
    ],
)
def test_a_wrong_map_is_reported(columns: str, said: str, place: Workspace) -> None:
    (place.folder / "columns.yaml").write_text(columns, "utf-8")
    done = bring(place, [("12", "3月底", "", "好", None, None, None)])
    assert (done.code, done.out) == (3, "")
    assert said in done.err
