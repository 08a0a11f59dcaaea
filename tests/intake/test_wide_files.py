"""Files with more columns or fields than any entry has are refused at once, in time linear in their size."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from running import Workspace, workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


FILES: dict[str, Callable[[], str]] = {
    "wide.csv": lambda: ",".join(f"c{n}" for n in range(100_000)) + "\n",
    "same.csv": lambda: ",".join(["on"] * 100_000) + "\n",
    "wide.jsonl": lambda: json.dumps({f"k{n}": "x" for n in range(500_000)}),
    "nested.jsonl": lambda: json.dumps({"on": "2016-03-01", "readings": {f"k{n}": "1" for n in range(100_000)}}),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "wide.jsonl" else name for name in FILES]
)
def test_a_wide_file_is_refused_at_once(name: str, place: Workspace) -> None:
    (place.folder / name).write_text(FILES[name](), "utf-8")
    began = time.process_time()  # CPU time: other load on the machine causes no failure
    done = place.here("import", name)
    assert time.process_time() - began < 10
    assert done.code == 3
    assert "fields, and at most 1000 are read" in done.err
    assert len(done.err) < 500


def test_columns_that_no_entry_has_are_each_named(place: Workspace) -> None:
    (place.folder / "some.csv").write_text("on,task,kind,abc,xyz\n", "utf-8")
    done = place.here("import", "some.csv")
    assert done.code == 3
    assert done.err.count("unknown field") == 2
