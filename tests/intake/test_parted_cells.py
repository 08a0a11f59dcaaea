"""A comma inside a figure splits it into two cells of a CSV: that is refused, never read as two values."""

import json
from pathlib import Path

import pytest

from running import Workspace, workspace

MAP = "task: 任务\non: 2016-03-31\nfigures: {建成车位: spaces}\nnote: 进展\n"
SAID = "'1,200' is parted into two cells by its comma: write 1200, or the cell in quotes"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path)
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return made


def mapped(place: Workspace, *lines: str) -> tuple[int, str]:
    (place.folder / "own.csv").write_text("\n".join(lines) + "\n", "utf-8")
    done = place.here("import", "own.csv", "--map", "map.yaml")
    return done.code, done.err


def entries(place: Workspace, *lines: str) -> tuple[int, str]:
    (place.folder / "own.csv").write_text("\n".join(lines) + "\n", "utf-8")
    done = place.here("import", "own.csv")
    return done.code, done.err


@pytest.mark.parametrize(
    "lines",
    [
        ("任务,建成车位,进展", "8,1,200,正常"),
        ("任务,建成车位,进展", "8,1,200"),
        ("任务,建成车位,进展,备注", "8,1,200,正常,"),
        ("任务,进展,建成车位,备注", "8,正常,1,200,"),
    ],
)
def test_a_split_figure_in_a_unit_s_own_csv_is_refused(lines: tuple[str, ...], place: Workspace) -> None:
    code, said = mapped(place, *lines)
    assert (code, SAID in said) == (3, True)


def test_a_row_with_more_cells_than_the_header_is_refused(place: Workspace) -> None:
    assert mapped(place, "任务,建成车位,进展", "8,650,挖方,回填") == (
        3,
        "own.csv:2:1: has 4 cells where the header has 3\n",
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("任务,建成车位,进展", '8,"1,200",正常'),
        ("任务,建成车位,进展,,", "8,1200,正常,,"),
        ("任务,建成车位,进展", "8,1200,正常,,"),
        ("附件", "任务,建成车位,进展,合计", "8,650,正常,200"),
    ],
)
def test_csv_written_by_a_spreadsheet_is_read(lines: tuple[str, ...], place: Workspace) -> None:
    (place.folder / "map.yaml").write_text(f"header: {len(lines) - 1}\n{MAP}", "utf-8")
    assert mapped(place, *lines)[0] == 0


@pytest.mark.parametrize(
    "lines",
    [
        ("on,task,kind,readings,note", "2016-03-31,8,report,spaces=1,200"),
        ("on,task,kind,readings,note", "2016-03-31,8,report,spaces=1,200,"),
        ("on,task,kind,readings,note", "2016-03-31,8,report,spaces=1,200,正常"),
        ("on,task,kind,note,readings", "2016-03-31,8,report,正常,spaces+=1,200"),
    ],
)
def test_a_split_figure_of_an_entry_is_refused(lines: tuple[str, ...], place: Workspace) -> None:
    assert entries(place, *lines) == (3, f"own.csv:2:1: {SAID}\n")


def test_a_note_that_begins_with_a_number_is_no_part_of_a_figure(place: Workspace) -> None:
    lines = ("on,task,kind,readings,note", "2016-03-31,8,report,spaces=38,650个车位已建成")
    assert entries(place, *lines)[0] == 0
    assert json.loads(place.here("log", "-f", "json").out)["items"][0]["readings"] == {"spaces": "38"}
