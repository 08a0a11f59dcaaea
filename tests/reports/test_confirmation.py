"""What the plan does not have confirmed: it judges nothing, goes into no form or letter, and is listed once."""

import json
from datetime import date
from pathlib import Path

import pytest

from jingkai_cli.dates import Period
from jingkai_cli.ledger.chain import EMPTY
from jingkai_cli.model import Plan
from jingkai_cli.plan import parse_plan
from jingkai_cli.reports import form_content, notice
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


def in_letter(of: Plan, unit: str) -> set[str]:
    day = date(2016, 4, 5)
    letter = notice.Letter(unit, "1", day)
    document = notice.build(Scope(of, day, None, EMPTY), letter, judge(of, {}, day))
    return {item["task"] for item in document.items}


def test_an_unconfirmed_lead_unit_gets_no_form_and_no_letter() -> None:
    confirmed, doubtful = plan(""), plan("lead_unit")
    assert in_form(confirmed, "城镇办").keys() == {"1", "3.2"}
    assert "1" in in_letter(confirmed, "城镇办")
    assert in_form(doubtful, "城镇办") == {}
    assert in_letter(doubtful, "城镇办") == set()


def test_an_unconfirmed_deadline_is_in_no_form_and_no_letter() -> None:
    confirmed, doubtful = plan(""), plan("deadline")
    assert in_form(confirmed, "城镇办") == {"1": date(2016, 3, 31), "3.2": date(2016, 6, 30)}
    assert in_form(doubtful, "城镇办") == {"1": None, "3.2": None}
    assert "1" in in_letter(confirmed, "城镇办")
    assert "2016-03-31" not in str(in_letter(doubtful, "城镇办"))


@pytest.mark.parametrize("command", ["report", "bulletin --week 2016-W13"])
def test_what_is_to_be_confirmed_is_listed_once(command: str, tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (place.folder / "tasks.yaml").write_text(PLAN.replace("UNCONFIRMED", "lead_unit, deadline"), "utf-8")
    expected = [
        "lead unit to be settled: task 2",
        "lead unit to be confirmed: tasks 1, 3.2",
        "deadline to be confirmed: tasks 1, 3.2",
    ]
    done = place.here(*command.split(), "-f", "json", *(["--as-of", "2016-04-05"] if command == "report" else []))
    assert json.loads(done.out)["to_confirm"] == expected
    told = place.here("check").err
    assert all(told.count(line) == 1 for line in expected)
    shown = place.here("report", "--as-of", "2016-04-05").out
    assert all(shown.count(line) == 1 for line in expected)
    assert "to be confirmed" not in place.here("report", "--overdue", "--as-of", "2016-04-05").out
