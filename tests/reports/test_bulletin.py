"""The numbers of a bulletin agree with `jk report` and `jk log` for the same dates."""

import json
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from running import Workspace, workspace

MARCH = Path(__file__).parents[1] / "cli" / "2016-03.jsonl"
WEEKS = ["2016-W09", "2016-W10", "2016-W11", "2016-W12", "2016-W13", "2016-W15"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The real plan with February as published and an invented March."""
    made = workspace(tmp_path_factory.mktemp("office"), recorded=True)
    shutil.copy(MARCH, made.folder)
    assert made.here("import", MARCH.name).code == 0
    assert made.here("done", "12", "-m", "系统上线", "--on", "2016-03-29").code == 0
    return made


def asked(office: Workspace, *arguments: str) -> Any:
    done = office.here(*arguments, "-f", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def day_before(office: Workspace, bulletin: Any) -> Any:
    """`jk report` for the day before the bulletin's period."""
    day, month = int(bulletin["from"][8:]), bulletin["from"][:8]
    assert day > 1 or month == "2016-02-"
    return asked(office, "report", "--as-of", f"{month}{day - 1:02}")


@pytest.mark.parametrize("week", ["2016-W10", "2016-W11", "2016-W12", "2016-W13", "2016-W15"])
def test_a_bulletin_agrees_with_the_reports_of_both_dates(office: Workspace, week: str) -> None:
    bulletin = asked(office, "bulletin", "--week", week)
    now, before = asked(office, "report", "--as-of", bulletin["to"]), day_before(office, bulletin)
    assert len(bulletin["items"]) == len(now["items"]) == 20
    for said, later, earlier in zip(bulletin["items"], now["items"], before["items"], strict=True):
        assert {name: said[name] for name in later} == later
        assert (said["lamp_before"], said["state_before"]) == (earlier["lamp"], earlier["state"])
        assert said["progress_before"] == earlier["progress"]


@pytest.mark.parametrize("week", WEEKS)
def test_the_entries_and_amounts_of_a_bulletin_agree_with_the_log(office: Workspace, week: str) -> None:
    bulletin = asked(office, "bulletin", "--week", week)
    log = asked(office, "log", "--since", bulletin["from"], "--until", bulletin["to"])["items"]
    assert sorted(seq for item in bulletin["items"] for seq in item["entries"]) == [
        entry["seq"] for entry in log if entry["kind"] != "score"
    ]
    for item in bulletin["items"]:
        increments: Counter[str] = Counter()
        for entry in log:
            if entry["task"] == item["id"]:
                for name, value in entry["readings"].items():
                    if value.startswith("+"):
                        increments[name] += Decimal(value[1:])  # type: ignore[assignment]
        for name, amount in increments.items():
            assert Decimal(str(item["amounts"][name])) == Decimal(amount)


def test_the_lamp_counts_agree_with_the_report(office: Workspace) -> None:
    text = office.here("bulletin", "--week", "2016-W12", "-f", "plain").out
    lamps = Counter(item["lamp"] for item in asked(office, "report", "--as-of", "2016-03-27")["items"])
    before = Counter(item["lamp"] for item in asked(office, "report", "--as-of", "2016-03-20")["items"])
    for lamp, word in {"red": "红灯", "yellow": "黄灯", "green": "绿灯", "none": "暂不亮灯"}.items():
        said = re.search(rf"{word}(\d+)项（上期(\d+)项）", text)
        if said is None:
            assert lamps[lamp] == before[lamp] == 0
        else:
            assert (int(said[1]), int(said[2])) == (lamps[lamp], before[lamp])


def test_an_earlier_bulletin_is_printed_again_with_the_same_bytes(office: Workspace) -> None:
    head = asked(office, "report", "--as-of", "2016-03-13")["ledger_head"]["seq"]
    moment = asked(office, "log")["items"][head - 1]["recorded_at"]
    known = ("--known-on", moment, "-f", "markdown")
    before = office.here("bulletin", "--week", "2016-W10", *known)
    late = office.here("record", "7", "联合执法+=5", "--on", "2016-03-10", "--key", "late")
    assert before.code == late.code == 0
    assert office.here("bulletin", "--week", "2016-W10", *known).out == before.out
    assert office.here("bulletin", "--week", "2016-W10", "-f", "markdown").out != before.out
    assert office.here("retract", str(head + 1), "-m", "试验").code == 0


@pytest.mark.parametrize(
    ("ends", "first", "last"), [("sun", "2016-03-07", "2016-03-13"), ("fri", "2016-03-05", "2016-03-11")]
)
def test_week_ends_sets_the_last_day_of_the_week(ends: str, first: str, last: str, tmp_path: Path) -> None:
    place = workspace(tmp_path)
    plan = place.folder / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8") + f"\nrules: {{week_ends: {ends}}}\n", encoding="utf-8")
    said = asked(place, "bulletin", "--week", "2016-W10")
    assert (said["week"], said["from"], said["to"]) == ("2016-W10", first, last)
    assert asked(place, "bulletin", "--as-of", "2016-03-12")["to"] == ("2016-03-11" if ends == "fri" else "2016-03-06")


def test_five_hundred_tasks_of_two_years_and_a_unit_without_one(tmp_path: Path) -> None:
    tasks = "".join(
        f"  - {{id: t{n}, title: 任务{n}, lead_unit: 单位{n % 9}, start: 2016-01-01, deadline: 2017-06-30}}\n"
        for n in range(500)
    )
    units = ", ".join(f"单位{n}" for n in range(10))
    (tmp_path / "tasks.yaml").write_text(f"title: 两年方案\nunits: [{units}]\ntasks:\n{tasks}", encoding="utf-8")
    place = Workspace(tmp_path)
    assert place.here("record", "t7", "20", "--on", "2016-12-30", "--received", "2016-12-30").code == 0
    assert len(asked(place, "bulletin", "--week", "2016-W52")["items"]) == 500
    new_year = asked(place, "bulletin", "--week", "2016-W52")
    assert (new_year["from"], new_year["to"]) == ("2016-12-26", "2017-01-01")
    assert new_year["items"][7]["entries"] == [1]
    assessed = {
        item["unit"]: item for item in asked(place, "assess", "--year", "2017", "--as-of", "2017-03-01")["items"]
    }
    assert assessed["单位9"]["tasks"] == 0
    assert assessed["单位9"]["score"] is None
    assert assessed["单位0"]["tasks"] == 56
    for command in (
        ["today", "--as-of", "2016-12-31"],
        ["handover"],
        ["notice", "单位7"],
        ["rank", "--month", "2017-01"],
    ):
        assert place.here(*command).code == 0


def test_a_late_sub_task_is_named_with_the_days(tmp_path: Path) -> None:
    """If only a sub-task is late, its days are given."""
    said = workspace(tmp_path, recorded=True).here("bulletin", "--week", "2016-W16", LANG="zh_CN.UTF-8").out
    assert "4.“三级三类”市民服务中心建设（4.2 瑞和服务中心：节点逾期24天）" in said


def test_later_steps_of_a_problem_are_not_listed_as_progress_of_its_task(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    due, approved = ("--due", "2016-03-10"), ("--to", "2016-03-30", "--approved-by", "领导甲", "--basis", "minutes")
    for step in (
        ("problem", "open", "7", "占道经营", "--unit", "县城市管理综合执法局", *due, "--on", "2016-03-01"),
        ("extend", "--problem", "1", *approved, "-m", "雨季", "--on", "2016-03-08"),
        ("problem", "fix", "1", "--on", "2016-03-09"),
        ("problem", "reopen", "1", "-m", "回潮", "--on", "2016-03-10"),
    ):
        done = place.here(*step)
        assert done.code == 0, done.err
    said = place.here("bulletin", "--week", "2016-W10", "-f", "plain").out
    assert "占道经营" in said
    assert "领导甲" not in said
    assert "问题退回重办：" not in said
