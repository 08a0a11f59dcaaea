"""Forty tasks: everything that the report shows as late, at risk or due for a unit is in its letter, with its name."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import forty_tasks
from running import Workspace

DAYS = ("2016-03-25", "2016-04-15", "2016-06-20", "2016-08-01")


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = Workspace(tmp_path_factory.mktemp("forty"))
    forty_tasks.write(place.folder)
    assert place.here("import", "2016.jsonl").code == 0
    return place


def asked(place: Workspace, *arguments: str) -> Any:
    done = place.here(*arguments, "-f", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)["items"]


@pytest.mark.parametrize("day", DAYS)
def test_a_letter_has_what_the_report_shows_of_its_unit(day: str, forty: Workspace) -> None:
    tasks = asked(forty, "report", "--tree", "--as-of", day)
    units = {task["lead_unit"] for task in tasks}
    letters = {unit: asked(forty, "notice", unit, "--as-of", day) for unit in units}
    whole = {task["parent"] for task in tasks}
    for task in tasks:
        told = {item["task"] for item in letters[task["lead_unit"]]}
        codes = {why["code"] for why in task["reasons"] if "task" not in why} - {"problem-overdue", "problem-major"}
        if task["id"] not in whole and task["state"] in ("overdue", "at-risk") and codes:
            assert task["id"] in told, (day, task["id"], codes)


@pytest.mark.parametrize("day", DAYS)
def test_every_item_of_a_letter_is_named_in_its_text(day: str, forty: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    assert forty.here("notice", "--all", "--as-of", day, "-f", "plain", "-o", str(folder)).code == 0
    for file in folder.iterdir():
        text = re.sub(r"\s", "", file.read_text("utf-8")).partition("二、办理要求")[0]
        for item in asked(forty, "notice", file.stem, "--as-of", day):
            assert item["title"].replace(" ", "") in text, (file.stem, item)
            for named in re.findall("“(.+?)”", item["what"]):
                assert named in text, (file.stem, item)
            if item["date"] and item["days_overdue"]:
                assert f"{int(item['date'][5:7])}月{int(item['date'][8:])}日" in text, (file.stem, item)


def test_problems_of_one_unit_change_no_letter_to_another(forty: Workspace, tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    forty_tasks.write(tmp_path)
    assert place.here("import", "2016.jsonl").code == 0
    other = "祥云办事处"
    for number in range(4, 41, 4):
        opened = ("problem", "open", str(number), "信访", "--unit", other, "--due", "2016-03-20", "--on", "2016-03-01")
        assert place.here(*opened).code == 0

    def items(of: Workspace, unit: str, day: str) -> list[str]:
        said = (str(item | {"level": ""}) for item in asked(of, "notice", unit, "--as-of", day))
        return sorted(each.replace("（连续滞后）", "") for each in said)  # not in a survey of overdue tasks

    units = {task["lead_unit"] for task in asked(forty, "report", "--tree")} - {other}
    for day in DAYS:
        for unit in units:
            assert items(place, unit, day) == items(forty, unit, day)
