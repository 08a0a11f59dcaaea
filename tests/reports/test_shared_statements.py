"""A statement that is true of all sub-tasks of a task is printed once, not for each of them."""

from pathlib import Path

import docx
import pytest

from running import Workspace

PARTS = (
    "title: 重点工作\nyear: 2016\nunits: [住建局]\ntasks:\n"
    "- {id: 1, title: 绿化, lead_unit: 住建局, deadline: 2016-12-31, subtasks: ["
)
THREE = "{{id: '1.{part}', title: {title}, measure: percent, {dates}}}"


def office(folder: Path, *dates: str) -> Workspace:
    place = Workspace(folder)
    parts = (THREE.format(part=n, title=f"{n}号地块", dates=said) for n, said in enumerate(dates, start=1))
    others = "- {id: 2, title: 道路, lead_unit: 住建局, deadline: 2016-12-31}\n"
    (place.folder / "tasks.yaml").write_text(PARTS + ", ".join(parts) + "]}\n" + others, "utf-8")
    return place


def recorded(place: Workspace, *arguments: str) -> None:
    done = place.here("record", *arguments)
    assert done.code == 0, done.err


def paper(place: Workspace, *command: str) -> str:
    """The text of a Word file, including its tables."""
    done = place.here(*command, "-o", "paper.docx", LANG="zh_CN.UTF-8")
    assert done.code in (0, 1), done.err
    found = docx.Document(str(place.folder / "paper.docx"))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in found.paragraphs), *cells]).replace("\u2060", "")


@pytest.mark.parametrize("command", ["report", "handover"])
def test_silence_of_all_sub_tasks_is_reported_once(command: str, tmp_path: Path) -> None:
    place = office(tmp_path, *["deadline: 2016-12-31"] * 3)
    for part in ("1.1", "1.2", "1.3"):
        recorded(place, part, "20", "--on", "2016-03-02")
    said = paper(place, command, "--as-of", "2016-03-20")
    assert "3项分项任务均已有1个报送周期未按时报送，最近报送截至3月2日" in said
    assert "1.1 1号地块：已有" not in said
    assert "时限12月31日\n\n3项" not in said
    recorded(place, "1.3", "25", "--on", "2016-03-18")
    assert "分项任务均" not in paper(place, command, "--as-of", "2016-03-20")


def test_sub_tasks_that_never_began_are_not_named_one_by_one(tmp_path: Path) -> None:
    place = office(tmp_path, *["start: 2016-02-03, deadline: 2016-12-31"] * 3)
    said = paper(place, "report", "--as-of", "2016-03-12")
    assert "3项分项任务均到期未启动，应于2月3日启动" in said
    assert "3项分项任务均未报送" in said
    assert "未报：" not in said
    bulletin = paper(place, "bulletin", "--week", "2016-W10", "--date", "2016-03-14")
    assert "绿化（3项分项任务均到期未启动）" in bulletin
    recorded(place, "1.2", "5", "--on", "2016-03-11")
    assert "3项分项任务已报1项，未报：1.1 1号地块、1.3 3号地块" in paper(place, "report", "--as-of", "2016-03-12")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("deadline: 2016-03-02",) * 3, "绿化（3项分项任务均逾期10天）"),
        (("deadline: 2016-03-02", "deadline: 2016-02-02"), "绿化（2项分项任务均逾期，最长1.2 2号地块39天）"),
        (("deadline: 2016-03-02", "deadline: 2016-12-31"), "绿化（1.1 1号地块：逾期10天）"),
    ],
)
def test_sub_tasks_that_are_all_late_are_counted(dates: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert said in paper(office(tmp_path, *dates), "report", "--as-of", "2016-03-12")


def test_a_handover_counts_tasks_and_sub_tasks_separately(tmp_path: Path) -> None:
    said = paper(office(tmp_path, *["deadline: 2016-12-31"] * 3), "handover", "--as-of", "2016-03-12")
    assert "在办（2项任务、3项分项任务）" in said


def test_a_near_date_names_the_sub_tasks_that_were_not_reported(tmp_path: Path) -> None:
    place = office(tmp_path, *["deadline: 2016-12-31"] * 3)
    for part in ("1.1", "1.2"):
        recorded(place, part, "99", "--on", "2016-12-27")
    near = "时限12月31日即将到期，仅剩4天；3项分项任务已报2项，未报：1.3 3号地块"
    for command in ("agenda", "report"):
        said = paper(place, command, "--as-of", "2016-12-27").replace("\n", "")
        assert said.count("未报：1.3 3号地块") == 1
        assert near in said


@pytest.mark.parametrize("command", [("handover",), ("show", "1")])
def test_task_that_is_behind_is_also_said_to_be_silent(command: tuple[str, ...], tmp_path: Path) -> None:
    place = office(tmp_path, *["start: 2016-01-04, deadline: 2016-12-31"] * 3)
    for part, progress in (("1.1", "1"), ("1.2", "30"), ("1.3", "2")):
        recorded(place, part, progress, "--on", "2016-03-16")
    said = paper(place, *command, "--as-of", "2016-04-15")
    assert said.count("滞后") >= 2
    assert said.count("\n已有3个报送周期未按时报送，最近报送截至3月16日") == 3
