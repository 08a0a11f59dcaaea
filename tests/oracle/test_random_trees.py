"""`jk report --tree -f json` agrees with the oracle on random plans with sub-tasks."""

from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random

import pytest

from effort import THOROUGH, share
from jingkai_cli.ledger import open_for_reading
from jingkai_cli.reports.survey import survey
from jingkai_cli.rules.status import flattened, judge

from . import history
from .held_trees import DECIDED, HELD, HeldNode, decisions
from .history import Mapped
from .program import Workspace, load
from .questions import question
from .trees import SUM, Node, every, tree_of
from .verdict import Verdict

BATCHES = 20 if THOROUGH else 1
CASES = 25
"""Cases in a batch."""

pytestmark = [pytest.mark.sampled, pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")]


def recorded(case: int, folder: Path) -> tuple[Workspace, Random]:
    random = Random(case)  # noqa: S311 - the same cases each time, and no secret
    place = folder / str(case)
    place.mkdir()
    workspace = Workspace(place, tree_of(random))
    flat = {**workspace.plan, "tasks": [part for task in workspace.plan["tasks"] for part in every(task)]}
    workspace.record(random, random.choice([1, 3, 6, 16, 30]), flat)
    return workspace, random


@pytest.mark.parametrize("batch", range(BATCHES))
def test_jk_and_the_oracle_agree_on_trees(batch: int, tmp_path: Path) -> None:
    for case in range(batch * CASES, (batch + 1) * CASES):
        workspace, random = recorded(case, tmp_path)
        flat = {**workspace.plan, "tasks": [part for task in workspace.plan["tasks"] for part in every(task)]}
        for _ in range(2):
            asked = question(random, flat, workspace.lines, filtered=False)
            _code, answer = workspace.report([*asked.arguments, "--tree"])
            known = history.known(workspace.lines, asked.moment)
            peers: dict[str, Verdict] = {}
            nodes = [Node(workspace.plan, task, known, asked.as_of, peers) for task in workspace.plan["tasks"]]
            found = {item["id"]: item for item in answer["items"]}
            assert list(found) == [task["id"] for task in flat["tasks"]]
            for node in nodes:
                for each in _every(node):
                    _same(f"case {case}, {asked.as_of}, task {each.task['id']}", each, found[each.task["id"]])


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_jk_and_the_oracle_agree_on_trees_that_are_on_hold(batch: int, tmp_path: Path) -> None:
    held = 0
    for case in range(2000 + batch * CASES, 2000 + (batch + 1) * CASES):
        workspace, random = recorded(case, tmp_path)
        flat = {**workspace.plan, "tasks": [part for task in workspace.plan["tasks"] for part in every(task)]}
        for _ in range(2):
            workspace.offer(random, decisions(random, flat, workspace.today, 6))
            workspace.record(random, random.choice([1, 4]), flat)
            asked = question(random, flat, workspace.lines, filtered=False)
            _code, answer = workspace.report([*asked.arguments, "--tree"])
            known = history.known(workspace.lines, asked.moment)
            found = {item["id"]: item for item in answer["items"]}
            peers: dict[str, Verdict] = {}
            nodes = [HeldNode(workspace.plan, task, known, asked.as_of, peers) for task in workspace.plan["tasks"]]
            for node in nodes:
                for each in _every(node):
                    _same(f"case {case}, {asked.as_of}, task {each.task['id']}", each, found[each.task["id"]])
                    held += each.all_state in HELD
    assert held > CASES


def _every(node: Node) -> list[Node]:
    return [node, *(each for part in node.parts for each in _every(part))]


def _same(where: str, node: Node, item: Mapped) -> None:
    figures: dict[str, Fraction | int | None] = {
        "progress": node.actual,
        "planned": node.planned,
        "gap": node.gap,
        "planned_days": node.planned_days,
    }
    if node.behind:
        figures |= {name: getattr(node.behind, name) for name in ("lag", "slip")} | {"days_behind": node.behind.days}
    for name, value in figures.items():
        said = item[name]
        same = said is None if value is None else said is not None and abs(said - float(value)) < 1e-6
        assert same, f"{where}: {name} {said}, expected {value and float(value)}"
    overdue = sorted((m["task"], m["id"], m["days_overdue"]) for m in item["overdue_milestones"])
    expected = sorted(late for late in node.all_late if isinstance(late[1], str) and late[0] != late[1])
    assert overdue == expected, where
    assert node.all_reasons is not None  # computed now, so that `close` is complete
    if node.close:
        return  # float rounding may decide
    assert item["waits_for"] == list(dict.fromkeys(name for wait in node.waits for name in wait.unreached)), where
    assert item["state"] == node.all_state, where
    assert [(why["code"], why["task"]) for why in item["reasons"]] == node.all_reasons, where
    assert item["lamp"] == node.all_lamp, where


@pytest.mark.parametrize("case", range(share(40)))
def test_a_sum_is_the_sum_of_what_was_reported_of_its_parts(case: int, tmp_path: Path) -> None:
    workspace, random = recorded(1000 + case, tmp_path)
    plan = load(workspace.file)
    ledger = open_for_reading(str(workspace.file.with_name("ledger.db")))
    flat = {**workspace.plan, "tasks": [part for task in workspace.plan["tasks"] for part in every(task)]}
    for _ in range(4):
        day = question(random, flat, workspace.lines, filtered=False).as_of
        facts = ledger.read(partial(survey, plan=plan, as_of=day)).facts
        judged = {each.task.id: each for each in flattened(judge(plan, facts, day))}
        for task in (task for task in flat["tasks"] if task.get("subtasks")):
            leaves = [part for part in every(task) if not part.get("subtasks")]
            said = {part["id"]: history.total(history.standing(workspace.lines, part, day), SUM) for part in leaves}
            known = [value for value in said.values() if value is not None]
            total = judged[task["id"]].position.facts.total("sum")
            assert (None if total is None else Fraction(total)) == (sum(known) if known else None)
            indicator = judged[task["id"]].task.indicator("sum")
            assert indicator
            missing = [part.id for part in judged[task["id"]].position.missing(indicator)]
            assert missing == [name for name, value in said.items() if value is None]
    ledger.close()


@pytest.mark.parametrize("case", range(3000, 3000 + share(60)))
def test_suspending_and_resuming_on_one_day_changes_nothing(case: int, tmp_path: Path) -> None:
    workspace, random = recorded(case, tmp_path)
    flat = {**workspace.plan, "tasks": [part for task in workspace.plan["tasks"] for part in every(task)]}
    day = question(random, flat, workspace.lines, filtered=False).as_of
    asked = ["report", "--tree", "--as-of", day.isoformat()]
    before = workspace.report(asked)[1]["items"]
    for task in flat["tasks"]:
        line = {"task": task["id"], "on": day.isoformat(), "by": "王", **DECIDED}
        workspace.offer(random, [{"kind": kind, **line} for kind in ("suspend", "resume")])
        if workspace.lines and workspace.lines[-1]["kind"] == "suspend":  # a later entry contradicts the resumption
            withdrawn = {"task": task["id"], "on": day.isoformat(), "by": "王", "note": "撤销"}
            workspace.offer(random, [{"kind": "retract", "ref": workspace.lines[-1]["seq"], **withdrawn}])
    assert workspace.report(asked)[1]["items"] == before
