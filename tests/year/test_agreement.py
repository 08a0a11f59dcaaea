"""Report, bulletin, today, letters, assessment, export and dashboard of one date agree in every figure."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from effort import share
from oracle.program import Workspace as Recorder
from oracle.trees import every, tree_of
from running import Workspace

from .outputs import Outputs

CASES = share(60)


@pytest.mark.sampled
@pytest.mark.parametrize("case", range(CASES))
def test_all_outputs_of_one_date_agree(case: int, tmp_path: Path) -> None:
    random = Random(case)  # noqa: S311 - the same cases each time, and no secret
    folder = tmp_path / "office"
    folder.mkdir()
    recorder = Recorder(folder, tree_of(random))
    flat = {**recorder.plan, "tasks": [part for task in recorder.plan["tasks"] for part in every(task)]}
    recorder.record(random, random.choice([3, 10, 30, 60]), flat)
    day = date(2016, 1, 1) + timedelta(days=random.randrange(366))
    outputs = Outputs(Workspace(folder), day)
    outputs.compare()
    outputs.compare_bulletin("--from", (day - timedelta(days=6)).isoformat(), "--to", day.isoformat())
    outputs.compare_letters(recorder.plan["units"])
    outputs.compare_dashboard()
    month_end = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    Outputs(Workspace(folder), month_end).compare_month(f"{day:%Y-%m}")
