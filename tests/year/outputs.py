"""Every figure that two outputs print for one date, compared."""

import csv
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any
from unittest.mock import patch

from jingkai_cli.cli.session import Session
from jingkai_cli.reports import dashboard_content
from oracle.history import Mapped
from oracle.trees import every
from running import Done, Workspace

LAMPS = {"red": "红灯", "yellow": "黄灯", "green": "绿灯", "none": "暂不亮灯"}

NOT_LATE = {"done", "accepted", "suspended", "cancelled"}
"""The states of tasks that are never late, even with an open problem."""

LATE = ("overdue", "milestone-overdue", "month-overdue")


class Outputs:
    """The outputs of `jk` as of one date; each report is run once, when it is first compared."""

    def __init__(self, place: Workspace, day: date) -> None:
        self.place, self.day = place, day

    @cached_property
    def report(self) -> list[Mapped]:
        return self._items("report")

    @cached_property
    def tree(self) -> list[Mapped]:
        return self._items("report", "--tree")

    @cached_property
    def overdue(self) -> list[Mapped]:
        return self._items("report", "--overdue")

    @cached_property
    def units(self) -> list[Mapped]:
        return self._items("report", "--group-by", "unit")

    @cached_property
    def problems(self) -> list[Mapped]:
        return self._items("problem", "list")

    @cached_property
    def today(self) -> list[Mapped]:
        return self._items("today")

    def _run(self, *command: str) -> Done:
        done = self.place.here(*command, "--as-of", self.day.isoformat(), "-f", "json")
        assert done.code == 0, f"{command}: {done.err}"
        return done

    def _items(self, *command: str) -> list[Mapped]:
        return list(json.loads(self._run(*command).out)["items"])

    def compare(self) -> None:
        """Compare the outputs that take one command each."""
        top = {item["id"]: item for item in self.report}
        assert [item for item in self.tree if item["parent"] is None] == self.report
        late = [item for item in self.report if item["state"] == "overdue"]
        assert sorted(item["id"] for item in self.overdue) == sorted(item["id"] for item in late)
        at_risk = self._items("report", "--at-risk")
        assert all(item == top[item["id"]] for item in (*self.overdue, *at_risk))
        assert {item["id"] for item in at_risk} == {i["id"] for i in self.report if i["state"] == "at-risk"}
        self._today()
        self._units()
        self._major()

    def _major(self) -> None:
        """Check that a judged task with an open major problem is red, and that the reasons name the problem."""
        judged = {item["id"]: item for item in self.tree if item["state"] not in NOT_LATE}
        wholes = {problem["part_of"] for problem in self.problems}
        major = {p["id"]: p["task"] for p in self.problems if p["severity"] and p["state"] == "open"}
        expected = {(seq, task) for seq, task in major.items() if seq not in wholes and task in judged}
        assert all(judged[task]["lamp"] == "red" for _seq, task in expected)
        reasons = [why for item in judged.values() for why in item["reasons"] if why["code"] == "problem-major"]
        assert {(why["id"], why["task"]) for why in reasons if why["task"] in judged} == expected

    def _group(self, name: str) -> list[Mapped]:
        return [item for item in self.today if item["group"] == name]

    def _today(self) -> None:
        assert [item["task"] for item in self._group("overdue")] == [item["id"] for item in self.overdue]
        red = {item["id"] for item in self.report if item["lamp"] == "red"}
        assert {item["task"] for item in self._group("red")} <= red
        assert not {item["task"] for item in self._group("recovered")} & red
        late = {item["id"]: item for item in self.problems if item["days_overdue"]}
        listed = {int(match[1]) for item in self._group("problems") if (match := re.match(r"#(\d+)", item["what"]))}
        open_ = {item["id"]: item for item in self.problems if item["state"] == "open"}
        assert late.keys() <= listed <= open_.keys()
        assert {item["unit"] for item in self._group("silent")} == {unit for unit, _task in self.silent()}

    def silent(self) -> list[tuple[str, str]]:
        """(unit, task) of each task with a missing report, by the reasons in the report."""
        codes = {"silent", "unstarted"}
        return [
            (item["lead_unit"], item["id"])
            for item in self.tree
            if item["lead_unit"] and any(why["code"] in codes and why["task"] == item["id"] for why in item["reasons"])
        ]

    def _units(self) -> None:
        led = Counter(item["lead_unit"] for item in self.tree if item["lead_unit"])
        assert {item["unit"]: item["tasks"] for item in self.units} == led
        parents = {item["parent"] for item in self.tree}
        leaves = [item for item in self.tree if item["id"] not in parents]
        for unit in self.units:
            assert sum(unit[lamp] for lamp in LAMPS) == unit["tasks"]
            own = [item for item in leaves if item["lead_unit"] == unit["unit"]]
            if len(own) == unit["tasks"]:  # with `--tree`, a parent has the worst state of its sub-tasks
                assert {lamp: unit[lamp] for lamp in LAMPS} == {lamp: _lamps(own)[lamp] for lamp in LAMPS}
                assert unit["overdue"] == sum(item["state"] == "overdue" for item in own)

    def compare_bulletin(self, *options: str) -> Mapped:
        """Compare the bulletin whose last day is the date."""
        asked = ("bulletin", "--as-of", self.day.isoformat(), *options)
        done = self.place.here(*asked, "-f", "json")
        assert done.code == 0, done.err
        bulletin: Mapped = json.loads(done.out)
        assert bulletin["to"] == self.day.isoformat()
        for said, item in zip(bulletin["items"], self.report, strict=True):
            assert {name: said[name] for name in item} == item
        text = self.place.here(*asked, "-f", "plain").out
        lamps = _lamps(self.report)
        for lamp, word in LAMPS.items():
            if said := re.search(rf"{word}\s*(\d+)", text):  # in a sentence or in a table; 0 may be left out
                assert int(said[1]) == lamps[lamp], f"{said[0]}, {lamps}\n{text}"
            else:
                assert not lamps[lamp], f"{word}: {lamps}\n{text}"
        late = sum(bool(item["days_overdue"]) for item in self.problems)
        said_late = rf"逾期\s*{late}个|未整改到位\s*{late}个，均已逾期"
        assert not late or re.search(said_late, text), f"{late} problems\n{text}"
        return bulletin

    def compare_letters(self, units: Iterable[str]) -> None:
        """Compare letters with the report: the same things are late; anything left out of all letters has a notice."""
        judged = {item["id"]: item for item in self.tree}
        parents = {item["parent"] for item in self.tree}
        late, unsure = self._late()
        for unit in units:
            done = self._run("notice", unit)
            letter = [item for item in json.loads(done.out)["items"] if item["days_overdue"]]
            said = Counter((item["task"], item["days_overdue"]) for item in letter)
            assert said == late[unit], f"{unit}: only in the letter {said - late[unit]}, not in it {late[unit] - said}"
            for item in letter:
                # With `--tree`, a parent has the worst lamp of its sub-tasks.
                if item["task"] not in parents and judged[item["task"]]["state"] not in NOT_LATE:
                    assert item["level"] == judged[item["task"]]["lamp"], f"{unit}: {item}"
            for words in unsure[unit]:
                assert re.search(words, done.err), f"{unit}: {words} is not in the letter, and not told: {done.err}"

    def _late(self) -> tuple[dict[str, Counter[tuple[str, int]]], dict[str, list[str]]]:
        """Unit → (task, days) of late things, and the late milestones whose dates are unconfirmed."""
        open_ = self._unconfirmed_milestones()
        late: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
        unsure: dict[str, list[str]] = defaultdict(list)
        for item in self.tree:
            if not item["lead_unit"] or "lead_unit" in item["unconfirmed"]:
                continue
            for why in item["reasons"]:
                if why["task"] != item["id"] or why["code"] not in LATE:
                    continue
                if why["code"] == "milestone-overdue" and (item["id"], why["id"]) in open_:
                    words = f"{re.escape(item['id'])} [^;]*“{re.escape(why['title'])}” {why['deadline']}"
                    unsure[item["lead_unit"]].append(words)
                else:
                    late[item["lead_unit"]][item["id"], why["days"]] += 1
        states = {item["id"]: item["state"] for item in self.tree}
        for problem in self.problems:
            if problem["days_overdue"] and states[problem["task"]] != "cancelled":
                late[problem["unit"]][problem["task"], problem["days_overdue"]] += 1
        return late, unsure

    def _unconfirmed_milestones(self) -> set[tuple[str, str]]:
        """(task, milestone) of each unconfirmed date, which no letter mentions."""
        plan = json.loads((self.place.folder / "tasks.yaml").read_text("utf-8"))
        return {
            (task["id"], milestone["id"])
            for top in plan["tasks"]
            for task in every(top)
            for milestone in task.get("milestones", [])
            if "deadline" in milestone.get("unconfirmed", [])
        }

    def compare_month(self, month: str) -> None:
        """Compare the files of a month with the reports of the same day."""
        done = self.place.here("export", "--month", month, "-o", "month")
        assert done.code == 0, done.err
        assessed = {item["unit"]: item for item in self._items("assess", "--month", month)}
        counted = {item["unit"]: item for item in self.units}
        for row in self._csv("units"):
            for name, value in (counted[row["unit"]] | assessed[row["unit"]]).items():
                assert _same(row[name], value), f"units.csv {row['unit']} {name}: {row[name]}, expected {value}"
        for row, item in zip(self._csv("tasks"), self.report, strict=True):
            for name in ("id", "lamp", "state", "days_overdue", "progress", "planned", "gap", "deadline"):
                assert _same(row[name], item[name]), f"tasks.csv {row['id']} {name}: {row[name]}, {item[name]}"
        problems = [(row["id"], row["state"], row["days_overdue"]) for row in self._csv("problems")]
        listed = [(str(p["id"]), p["state"], str(p["days_overdue"])) for p in self.problems]
        assert sorted(problems) == sorted(listed)  # one is sorted by number, the other worst first
        led = Counter(item["lead_unit"] for item in self.tree)
        assert {unit: item["tasks"] for unit, item in assessed.items()} == {unit: led[unit] for unit in assessed}

    def _csv(self, name: str) -> list[dict[str, str]]:
        with (self.place.folder / "month" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def compare_dashboard(self) -> None:
        """Compare the counts on the page for leaders."""
        with (
            patch.dict(os.environ, self.place.environment(), clear=True),
            Session(self.place.folder / "tasks.yaml", str(self.place.ledger), as_of=self.day.isoformat()) as session,
        ):
            page = dashboard_content.build(*session.surveys(dashboard_content.days(session.plan, session.as_of)))
        lamps, states = _lamps(self.report), Counter(item["state"] for item in self.report)
        assert {k: v for k, v in page.now.lamps.items() if v} == lamps
        assert {k: v for k, v in page.now.states.items() if v} == states
        assert [item["id"] for item in page.overdue.items] == [item["id"] for item in self.overdue]
        assert page.now.overdue_problems == sum(bool(item["days_overdue"]) for item in self.problems)
        assert json.loads(json.dumps(list(page.units.items))) == self.units


def _lamps(items: Iterable[Mapped]) -> Counter[str]:
    return Counter(item["lamp"] for item in items)


def _same(text: str, value: Any) -> bool:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return bool(text) and abs(float(text) - value) < 1e-6
    return text == ("" if value is None else str(value))
