"""Unconfirmed parts of a plan are not judged, are in no form or letter, and are listed once."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from jingkai_cli.dates import Period
from jingkai_cli.ledger.chain import EMPTY
from jingkai_cli.model import Plan
from jingkai_cli.plan import parse_plan
from jingkai_cli.reports import form_content, notice, notice_requests
from jingkai_cli.reports.document import Scope
from jingkai_cli.rules.status import judge
from running import Workspace

PLAN = """\
title: 重点工作
year: 2016
language: en
units: [城镇办, 水利局]
tasks:
- {id: 1, title: 道路整修, lead_unit: 城镇办, deadline: 2016-03-31, unconfirmed: [UNCONFIRMED]}
- {id: 2, title: 河道清淤, lead_unit: null, deadline: 2016-03-31}
- id: 3
  title: 安置房
  lead_unit: 水利局
  deadline: 2016-06-30
  subtasks: [{id: 3.1, title: 一期}, {id: 3.2, title: 二期, lead_unit: 城镇办, unconfirmed: [UNCONFIRMED]}]
"""
MARCH = Period("2016-03", date(2016, 3, 1), date(2016, 3, 31))


def plan(unconfirmed: str) -> Plan:
    return parse_plan(PLAN.replace("UNCONFIRMED", unconfirmed), "tasks.yaml")


def in_form(of: Plan, unit: str) -> dict[str, date | None]:
    lines = form_content.build(of, form_content.Known({}, {}), unit, MARCH).lines
    return {line.task.id: line.deadline for line in lines}


def in_letter(of: Plan, unit: str) -> dict[str, str]:
    day = date(2016, 4, 5)
    letter = notice_requests.Letter(unit, "1", day)
    document = notice.build(Scope(of, day, None, EMPTY), letter, judge(of, {}, day))
    return {item["task"]: str(item) for item in document.items}


def test_an_unconfirmed_lead_unit_gets_no_form_and_no_letter() -> None:
    confirmed, doubtful = plan(""), plan("lead_unit")
    assert in_form(confirmed, "城镇办").keys() == {"1", "3.2"}
    assert "1" in in_letter(confirmed, "城镇办")
    assert in_form(doubtful, "城镇办") == {}
    assert in_letter(doubtful, "城镇办") == {}


def test_an_unconfirmed_deadline_is_in_no_form_and_no_letter() -> None:
    confirmed, doubtful = plan(""), plan("deadline")
    assert in_form(confirmed, "城镇办") == {"1": date(2016, 3, 31), "3.2": date(2016, 6, 30)}
    assert in_form(doubtful, "城镇办") == {"1": None, "3.2": None}
    assert "2016, 3, 31" in in_letter(confirmed, "城镇办")["1"]
    assert "2016, 3, 31" not in in_letter(doubtful, "城镇办")["1"]


@pytest.mark.parametrize("command", ["report", "bulletin --week 2016-W13"])
def test_unconfirmed_items_are_listed_once(command: str, tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN.replace("UNCONFIRMED", "lead_unit, deadline"), "utf-8")
    expected = [
        "lead unit to be settled: 2 河道清淤",
        "lead unit to be confirmed: 1 道路整修; 3.2 安置房 (二期)",
        "deadline to be confirmed: 1 道路整修; 3.2 安置房 (二期)",
    ]
    done = place.here(*command.split(), "-f", "json", *(["--as-of", "2016-04-05"] if command == "report" else []))
    assert json.loads(done.out)["to_confirm"] == expected
    told = place.here("check").err
    assert all(told.count(line) == 1 for line in expected)
    shown = place.here("report", "--as-of", "2016-04-05").out
    assert all(shown.count(line) == 1 for line in expected)
    assert "to be confirmed" not in place.here("report", "--overdue", "--as-of", "2016-04-05").out


MONTHS = """\
title: 重点工作
year: 2016
units: [城镇办]
tasks:
- id: 1
  title: 三号工地
  lead_unit: 城镇办
  deadline: 2016-12-31
  measure: indicators
  indicators: [{id: work, name: 产值, unit: 万元, target: 100, monthly: {2016-03: 10, 2016-06: 10}}]
  milestones:
  - {id: m1, title: 三月份产值, deadline: 2016-03-31, indicators: [work], unconfirmed: [deadline]}
  - {id: m2, title: 六月份产值, deadline: 2016-06-30, indicators: [work], unconfirmed: [deadline]}
  - {id: m3, title: 竣工, deadline: 2016-12-31, unconfirmed: [deadline]}
"""


def test_a_letter_has_a_notice_of_every_open_milestone_without_a_confirmed_date(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(MONTHS, "utf-8")

    def told() -> list[tuple[str, str]]:
        done = place.here("notice", "城镇办", "--as-of", "2016-04-05")
        assert "三月份产值" not in done.out
        return re.findall(r"“(.*?)” (\S+?)[;,]? ", done.err.replace("\n", " "))

    assert told() == [("三月份产值", "2016-03-31"), ("六月份产值", "2016-06-30"), ("竣工", "2016-12-31")]
    reported = place.here("record", "1", "work=12", "--on", "2016-03-31", "--from", "城镇办", "-m", "据实")
    decided = ("--on", "2016-04-01", "-m", "雨季", "--approved-by", "领导小组", "--basis", "minutes")
    extended = place.here("extend", "1", "m3", "--to", "2017-01-20", *decided)
    assert (reported.code, extended.code) == (0, 0)
    assert told() == [("六月份产值", "2016-06-30"), ("竣工", "2017-01-20")]
