"""`jk report -f json` agrees with the oracle on a thousand random plans and ledgers.

By default the first 25 are tested; with JK_TEST_THOROUGH all of them.
"""

from pathlib import Path
from random import Random

import pytest

from effort import THOROUGH

from .comparing import Tally, compare
from .program import Workspace
from .questions import question
from .random_plans import plan_of

BATCHES = 40 if THOROUGH else 1
CASES = 25
"""Cases in a batch."""

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer imports what Click 8.5 deprecates


@pytest.mark.sampled
@pytest.mark.parametrize("batch", range(BATCHES))
def test_jk_and_the_oracle_agree(batch: int, tmp_path: Path) -> None:
    tally = Tally()
    for case in range(batch * CASES, (batch + 1) * CASES):
        differ(case, tmp_path, tally)
    assert not tally.differences, "\n".join(tally.differences)
    assert tally.skipped <= tally.compared / 100


def differ(case: int, folder: Path, tally: Tally) -> None:
    """Ask three questions about one case; each difference starts with the number of the case."""
    random = Random(case)  # noqa: S311 - the same cases each time, and no secret
    place = folder / str(case)
    place.mkdir()
    workspace = Workspace(place, plan_of(random))
    tally.curves.clear()
    workspace.record(random, random.choice([0, 1, 3, 6, 10, 16, 24]))
    for filtered in (False, False, True):
        asked = question(random, workspace.plan, workspace.lines, filtered=filtered)
        before = len(tally.differences)
        compare(workspace.plan, workspace.lines, asked, workspace.report(asked.arguments), tally)
        tally.differences[before:] = [f"case {case}: {text}" for text in tally.differences[before:]]
