"""Calendars, read by the `icalendar` library: every open deadline and milestone once, with a UID that stays."""

from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest

from jingkai_cli.plan import load_plan
from running import Workspace, workspace

DAY = ("--as-of", "2016-03-31")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path, recorded=True)


def events(place: Workspace, *options: str) -> dict[str, Any]:
    done = place.here("report", "-o", "deadlines.ics", *DAY, *options)
    assert done.code == 0, done.err
    raw = (place.folder / "deadlines.ics").read_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    found = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert len({str(event["UID"]) for event in found}) == len(found)
    return {str(event["UID"]).split("/", 1)[1].removesuffix("@jk"): event for event in found}


def test_every_deadline_and_milestone_is_an_event_of_its_day(place: Workspace) -> None:
    found = events(place)
    plan = load_plan(place.folder / "tasks.yaml")
    expected = {}
    for task in plan.every_task():
        if task.deadline and "deadline" not in task.unconfirmed and not task.standing:
            expected[task.id] = task.deadline
        expected |= {f"{task.id}/{milestone.id}": milestone.deadline for milestone in task.milestones}
    assert {name: event.decoded("DTSTART") for name, event in found.items()} == expected
    assert all(
        event.decoded("DTEND").toordinal() == event.decoded("DTSTART").toordinal() + 1 for event in found.values()
    )
    assert str(found["4.2/decoration"]["SUMMARY"]) == "瑞和服务中心：瑞和服务中心开始装修"
    assert str(found["2/taipingzhuang"]["DESCRIPTION"]).startswith("牵头单位：城镇办\n2 ")


def test_a_moved_date_keeps_its_uid_and_a_reached_one_disappears(place: Workspace) -> None:
    before = events(place)
    moved = ("extend", "4.2", "decoration", "--to", "2016-06-30", "-m", "会议", "--approved-by", "领导小组")
    assert place.here(*moved, "--basis", "document", "--on", "2016-03-20").code == 0
    assert place.here("reach", "2", "taipingzhuang", "--on", "2016-03-20").code == 0
    after = events(place)
    assert before.keys() - after.keys() == {"2/taipingzhuang"}
    assert after["4.2/decoration"]["UID"] == before["4.2/decoration"]["UID"]
    assert after["4.2/decoration"].decoded("DTSTART") == date(2016, 6, 30)
    assert events(place, "--overdue").keys() < after.keys()


def test_special_characters_of_a_calendar_are_escaped(tmp_path: Path) -> None:
    title = "一;二,三\\四:五" + "很长" * 60
    plan = f"title: 'a;b,c'\ntasks: [{{id: 1, title: '{title}', lead_unit: null, deadline: 2016-12-31}}]\n"
    (tmp_path / "tasks.yaml").write_text(plan, "utf-8")
    (event,) = events(Workspace(tmp_path)).values()
    assert str(event["SUMMARY"]) == f"{title}：完成时限"


def test_a_report_without_dates_cannot_be_a_calendar(place: Workspace) -> None:
    for command in (("report", "--group-by", "unit"), ("today",), ("problem", "list")):
        done = place.here(*command, "-o", "x.ics", *DAY)
        assert (done.code, "x.ics" in place.files()) == (2, False), command
