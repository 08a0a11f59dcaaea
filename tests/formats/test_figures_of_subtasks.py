"""The workbook and the page have the figures of sub-tasks that `report --tree -f json` has.

The recorded figures and units are invented.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from openpyxl import load_workbook

from jingkai_cli.quantities import gap_as_printed, number
from running import Workspace

PLAN = """\
title: 重点工作
year: 2016
tasks:
- id: 1
  title: 安置房建设
  lead_unit: 城镇办
  start: 2016-01-01
  deadline: 2016-12-31
  subtasks:
  - {id: 1.1, title: 一期, lead_unit: 明湖办事处, deadline: 2016-12-31, planned: {2016-06-30: 80}}
  - {id: 1.2, title: 二期, deadline: 2016-06-30}
  - id: 1.3
    title: 片区
    deadline: 2016-12-31
    subtasks:
    - {id: 1.3.1, title: 甲地块, deadline: 2016-05-31, milestones: [{id: m, title: 封顶, deadline: 2016-03-31}]}
    - {id: 1.3.2, title: 乙地块, deadline: 2016-11-30, weight: 3}
- id: 2
  title: 道路
  lead_unit: 祥云办事处
  deadline: 2016-10-31
  subtasks: [{id: 2.1, title: 东路, deadline: 2016-09-30}, {id: 2.2, title: 西路, deadline: 2016-10-31}]
"""
RECORDED = (
    ("record", "1.1", "21.7", "--on", "2016-04-30"),
    ("record", "1.2", "97.5", "--on", "2016-06-20"),
    ("reach", "1.3.1", "m", "--on", "2016-04-20"),
    ("record", "1.3.2", "33.3", "--on", "2016-07-04"),
    ("record", "2.1", "35", "--on", "2016-07-01"),
    ("cancel", "2.2", "-m", "不再实施", "--approved-by", "领导小组", "--basis", "minutes", "--on", "2016-05-01"),
)
AS_OF = ("--as-of", "2016-07-15")
COLUMNS = {
    "实际进度": "progress",
    "序时进度": "planned",
    "差距（百分点）": "gap",
    "完成时限": "deadline",
    "逾期天数": "days_overdue",
    "剩余天数": "days_left",
    "牵头单位": "lead_unit",
    "最近报送": "last_report_on",
    "所属任务": "parent",
    "滞后天数": "days_behind",
    "计划天数": "planned_days",
    "预计完成": "forecast_finish",
}
_REACHED = {"1.3.1": "2016-04-20"}
"""The day on which a milestone was reached, without a figure."""
LAMPS = {"red": "红灯", "yellow": "黄灯", "green": "绿灯", "none": "暂不亮灯"}

Item = Mapping[str, Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("trees"))
    (made.folder / "tasks.yaml").write_text(PLAN, "utf-8")
    for words in RECORDED:
        done = made.here(*words)
        assert done.code == 0, done.err
    return made


@pytest.fixture(scope="module")
def items(place: Workspace) -> list[Item]:
    found: list[Item] = json.loads(place.here("report", "--tree", *AS_OF, "-f", "json").out)["items"]
    assert len(found) == len({item["id"] for item in found}) == 9
    assert {item["lamp"] for item in found} >= {"red", "yellow", "none"}
    return found


def test_the_workbook_has_the_figures_of_every_level(place: Workspace, items: list[Item]) -> None:
    assert place.here("report", "--tree", *AS_OF, "-o", "r.xlsx").code == 0
    sheet = load_workbook(place.folder / "r.xlsx").worksheets[0]
    head, *rows = sheet.iter_rows(max_row=len(items) + 1, values_only=True)
    titles = [str(title).replace("\n", "") for title in head]
    found = [dict(zip(titles, row, strict=True)) for row in rows]
    assert [str(row["序号"]) for row in found] == [item["id"] for item in items]
    assert [row["亮灯"] for row in found] == [LAMPS[item["lamp"]] for item in items]
    for row, item in zip(found, items, strict=True):
        for title, name in COLUMNS.items():
            value = row[title]
            said = value.date().isoformat() if isinstance(value, datetime) else value
            figure = gap_as_printed(item) if name == "gap" and item["gap"] is not None else item[name]
            expected = pytest.approx(figure) if isinstance(figure, float) else figure
            if (name, item[name]) == ("last_report_on", None):  # JSON has the day of the last figures or words
                expected = _REACHED.get(item["id"], "未报送")
            assert said == expected, (item["id"], name)


class Rows(HTMLParser):
    """The rows of tables whose cells have labels, each as label → text."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, str]] = []
        self._label: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append({})
        elif tag in {"td", "th"}:
            self._label = dict(attrs).get("data-label")
        elif tag == "table":
            self._label = None

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._label = None

    def handle_data(self, data: str) -> None:
        if self._label and self.rows:
            self.rows[-1][self._label] = self.rows[-1].get(self._label, "") + data


def test_the_page_has_the_figures_of_every_sub_task(place: Workspace, items: list[Item]) -> None:
    assert place.here("dashboard", *AS_OF, "-o", "p.html", LANG="zh_CN.UTF-8").code == 0
    parser = Rows()
    parser.feed((place.folder / "p.html").read_text("utf-8"))
    found = {row["序号"]: row for row in parser.rows if {"序号", "实际进度", "序时进度"} <= row.keys()}
    parts = [item for item in items if item["parent"]]
    assert sorted(found) == sorted(item["id"] for item in parts)
    for item in parts:
        row = found[item["id"]]
        assert row["工作任务"] == item["title"]
        assert row["状态"].startswith(LAMPS[item["lamp"]])
        assert (row["实际进度"], row["序时进度"]) == (shown(item["progress"]), shown(item["planned"])), item["id"]
        assert row["牵头单位"] == item["lead_unit"]


def shown(value: float | None) -> str:
    return "–" if value is None else f"{number(value)}%"
