"""Where a workbook stores line breaks: in sentences only, so that a name is the same text in every book."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

import forty_tasks
from running import Workspace, workspace

DAY = "2016-04-15"
SENTENCES = {
    "原因",
    "内容",
    "说明",
    "主要失分事项",
    "逾期内容",
    "考核内容",
    "依据和计算",
    "评分情况",
    "考核事项",
    "进展",
}
"""The titles of the columns of sentences, in which a stored line break is allowed."""
COMMANDS = (
    ("report",),
    ("report", "--tree"),
    ("report", "--overdue"),
    ("report", "--group-by", "unit"),
    ("today",),
    ("handover",),
    ("agenda",),
    ("assess", "--month", "2016-03"),
    ("assess", "--month", "2016-03", "--explain"),
    ("rank", "--month", "2016-03"),
    ("log",),
    ("problem", "list"),
    ("problem", "stats", "--month", "2016-03"),
    ("export", "--month", "2016-03", "-f", "xlsx"),
    ("overview", "districts.yaml"),
    ("overview", "districts.yaml", "--overdue"),
    ("overview", "districts.yaml", "--group-by", "task"),
    ("show", "1"),
    ("show", "4", "--explain"),
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workspace]:
    """The real plan and the plan of forty tasks, each with its ledger and as the one district of an overview."""
    forty = Workspace(tmp_path_factory.mktemp("forty"))
    forty_tasks.write(forty.folder)
    assert forty.here("import", "2016.jsonl").code == 0
    found = {"real": workspace(tmp_path_factory.mktemp("real"), recorded=True), "forty": forty}
    for place in found.values():
        districts = "title: 汇总\ndistricts:\n  - {name: 示范区, plan: tasks.yaml, ledger: ledger.db}\n"
        (place.folder / "districts.yaml").write_text(districts, "utf-8")
    return found


def book(place: Workspace, *command: str) -> Any:
    day = () if {"export", "--month"} & {*command} or command[0] == "log" else ("--as-of", DAY)
    done = place.here(*command, *day, "-o", "x.xlsx", LANG="zh_CN.UTF-8")
    assert done.code == 0, (command, done)
    return load_workbook(BytesIO((place.folder / "x.xlsx").read_bytes()))


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["real", "forty"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_name_unit_state_or_date_has_a_line_break(
    plan: str, command: tuple[str, ...], places: dict[str, Workspace]
) -> None:
    torn: list[tuple[Any, ...]] = []
    for sheet in book(places[plan], *command).worksheets:
        if not sheet.auto_filter.ref:  # the sheet of a task, whose tables have no lists in their cells
            continue
        last = int("".join(filter(str.isdigit, str(sheet.auto_filter.ref).split(":")[-1])) or 1)
        for column in sheet.iter_cols(max_row=last):
            title = str(column[0].value or "")
            hidden = sheet.column_dimensions[column[0].column_letter].hidden
            if hidden and "\n" in title:
                torn.append((sheet.title, title))
            if title.replace("\n", "") not in SENTENCES and title:
                torn += [(sheet.title, title, cell.value) for cell in column[1:] if "\n" in str(cell.value)]
    assert not torn
