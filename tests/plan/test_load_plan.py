from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jingkai_cli.model import Indicator, Milestone, Plan, Task
from jingkai_cli.plan import load_plan
from jingkai_cli.thresholds import Rules

WHOLE = """\
title: 二十项重点工作
year: 2016
language: en
timezone: Asia/Urumqi
units: [城镇办, "执法局"]
zones: [严控区]
rules: {report_by: fri, due_soon: 10, behind: 5, far_behind: 7.5, milestone_red: 0, pace_ratio: 1.5, pace_after: 20}
contacts: {城镇办: 王主任 67881234}
notes:
  - >
    任务名称和顺序
    照报道
source: '~'
tasks:
  - id: 011
    title: 生态廊道建设
    leader: ~
    lead_unit: 城镇办
    support_units: [执法局]
    start: 2016-02-01
    deadline: 2016-12-31
    measure: indicators
    planned: {2016-03: 20, 2016-04: 20, 2016-06-15: 40.5}
    indicators:
      - id: greened
        name: 完成绿化
        unit: 万平方米
        target: 120
        weight: 2
        type: level
        per_unit: true
        planned: {2016-02: 60}
        monthly: {2016-12: 5}
        note: null
    milestones:
      - {id: new-greenway, title: "NO", deadline: 2016-06-30, indicators: [greened], unconfirmed: [title]}
    formerly: [1_1]
    aliases: [廊道]
    unconfirmed: [lead_unit]
    notes: [on]
"""


def plan_of(text: str, folder: Path) -> Plan:
    path = folder / "tasks.yaml"
    path.write_text(text, encoding="utf-8")
    return load_plan(path)


def test_a_plan_has_exactly_the_written_values(tmp_path: Path) -> None:
    assert plan_of(WHOLE, tmp_path) == Plan(
        title="二十项重点工作",
        year=2016,
        language="en",
        timezone="Asia/Urumqi",
        units=("城镇办", "执法局"),
        zones=("严控区",),
        rules=Rules("fri", 10, Decimal(5), Decimal("7.5"), 0, Decimal("1.5"), Decimal(20)),
        contacts={"城镇办": "王主任 67881234"},
        notes=("任务名称和顺序 照报道",),
        source="~",
        tasks=(
            Task(
                id="011",
                title="生态廊道建设",
                lead_unit="城镇办",
                support_units=("执法局",),
                start=date(2016, 2, 1),
                deadline=date(2016, 12, 31),
                measure="indicators",
                planned={
                    date(2016, 3, 31): Decimal(20),
                    date(2016, 4, 30): Decimal(20),
                    date(2016, 6, 15): Decimal("40.5"),
                },
                indicators=(
                    Indicator(
                        id="greened",
                        name="完成绿化",
                        unit="万平方米",
                        target=Decimal(120),
                        weight=Decimal(2),
                        type="level",
                        per_unit=True,
                        planned={date(2016, 2, 29): Decimal(60)},
                        monthly={date(2016, 12, 31): Decimal(5)},
                    ),
                ),
                milestones=(
                    Milestone("new-greenway", "NO", date(2016, 6, 30), indicators=("greened",), unconfirmed=("title",)),
                ),
                formerly=("1_1",),
                aliases=("廊道",),
                unconfirmed=("lead_unit",),
                notes=("on",),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("head", "deadline", "start"),
    [
        ("year: 2016", "2016-12-31", date(2016, 1, 1)),
        ("year: 2016", "2017-06-30", date(2016, 1, 1)),
        ("source: 简报", "2017-06-30", date(2017, 1, 1)),
        ("year: 2016", "2015-11-30", date(2015, 11, 30)),
    ],
)
def test_a_missing_start(head: str, deadline: str, start: date, tmp_path: Path) -> None:
    task = f"{{id: 1, title: 安置房建设, lead_unit: null, deadline: {deadline}}}"
    assert plan_of(f"title: 工作\n{head}\ntasks: [{task}]\n", tmp_path).tasks[0].start == start


def test_a_missing_year_stays_unknown(tmp_path: Path) -> None:
    text = "title: 工作\ntasks: [{id: 1, title: 安置房建设, lead_unit: null, deadline: 2016-12-31}]\n"
    assert plan_of(text, tmp_path).year is None


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "tasks.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert load_plan(path).tasks[0].title == "生态廊道建设"


def test_contacts_may_be_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text("城镇办: 67881234\n", encoding="utf-8")
    text = "title: 工作\ntasks: [{id: 1, title: 安置房建设, lead_unit: null, deadline: 2016-12-31}]\n"
    assert plan_of(text, tmp_path).contacts == {"城镇办": "67881234"}
