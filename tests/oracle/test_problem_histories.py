"""`jk problem list` and `jk problem stats` agree with the oracle on a thousand random histories.

By default the first 25 are tested; with JK_TEST_THOROUGH all of them.
"""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from effort import THOROUGH

from .history import Mapped
from .problems import problems_as_of, proposal, statistics
from .program import Workspace

BATCHES = 40 if THOROUGH else 1
CASES = 25
"""Cases in a batch."""
PLAN: Mapped = {
    "title": "重点工作",
    "year": 2016,
    "units": ["城镇办", "执法局"],
    "zones": ["严控区", "外围区"],
    "tasks": [{"id": each, "title": f"任务{each}", "lead_unit": "城镇办", "deadline": "2016-12-31"} for each in (1, 2)],
}
FIELDS = (
    *("state", "due", "fixed_on", "verified_on", "returned", "days_overdue", "part_of", "failed_again", "passed_on"),
    *("original_due", "extended"),
)
GROUPINGS = {"unit": "responsible", "zone": "zone", "shift": "shift", "source": "source", "task": "task"}

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer imports what Click 8.5 deprecates


@pytest.mark.sampled
@pytest.mark.parametrize("batch", range(BATCHES))
def test_jk_and_the_oracle_agree_on_problems(batch: int, tmp_path: Path) -> None:
    for case in range(batch * CASES, (batch + 1) * CASES):
        folder = tmp_path / str(case)
        folder.mkdir()
        agree(Random(case), Workspace(folder, PLAN), f"case {case}")  # noqa: S311 - the same cases each time


def agree(random: Random, workspace: Workspace, case: str) -> None:
    workspace.grow(random, random.choice([3, 16, 40, 60]), proposal)
    day = workspace.today - random.choice([0, 0, 5, 20]) * timedelta(days=1)
    found = problems_as_of(workspace.lines, day)
    _code, listed = workspace.answer(["problem", "list", "--as-of", day.isoformat()])
    assert {each["id"]: [each[name] for name in FIELDS] for each in listed["items"]} == {
        number: [_said(problem.get(name)) for name in FIELDS] for number, problem in found.items()
    }, case
    _code, late = workspace.answer(["problem", "list", "--overdue", "--as-of", day.isoformat()])
    overdue = [each for each in listed["items"] if each["days_overdue"]]
    assert late["items"] == sorted(overdue, key=lambda each: (each["due"], each["id"])), case
    first = day - timedelta(days=random.randint(0, 60))
    last = first + timedelta(days=random.randint(0, 60))
    for grouping, field in random.sample([*GROUPINGS.items()], 2):
        expected = statistics(found, first, last, lambda problem, field=field: problem.get(field))  # type: ignore[misc]
        asked = ["--from", first.isoformat(), "--to", last.isoformat(), "--group-by", grouping]
        _code, said = workspace.answer(["problem", "stats", *asked, "--as-of", day.isoformat()])
        total = {**said["total"]}
        del total["group"]
        assert total == expected.pop(...), case
        assert {each.pop("group"): each for each in said["items"]} == expected, f"{case}, by {grouping}"


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
