"""The plan cache never raises, whatever the folder contains, and its size is limited."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import pytest

from effort import share
from jingkai_cli.model import Plan
from jingkai_cli.plan import cache, load_plan
from jingkai_cli.plan.cache import CHECKSUM, keep, pack, recall, unpack
from jingkai_cli.plan.files import PlanFiles

DATA = Path(__file__).parents[2] / "data" / "tasks.yaml"
FEW = 12
"""How many plans are kept here, so that a test fills the cache fast."""


@pytest.fixture
def files(tmp_path: Path) -> PlanFiles:
    file = tmp_path / "tasks.yaml"
    file.write_bytes(DATA.read_bytes())
    return PlanFiles(file)


def crafted(folder: Path, files: PlanFiles, plan: Plan, packed: bytes) -> None:
    """Replace the bytes of a cached plan and correct the checksum, as this program would have written them."""
    keep(folder, files, plan)
    (file,) = folder.iterdir()
    begins = file.read_bytes().index(files.content()[0]) + len(files.content()[0])
    file.write_bytes(file.read_bytes()[:begins] + crc32(packed).to_bytes(CHECKSUM) + packed)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\0",
        b"(\xff\xff\xff\x7f",  # in `marshal`, a tuple with two thousand million elements
        b"null",
        b"0",
        b"[]",
        b"{}",
        b'{"":1}',
        b'{"":99999999999999999999}',
        b'{"":-1,"title":[]}',
        b'{"":1e400,"title":["t"]}',
        b'{"":1,"title":["t"],"tasks":{"counts":[1],"things":{"":1}}}',
        b'{"":1,"title":["t"],"tasks":{"counts":[9],"things":{"":0}},"rules":[[1,2]]}',
        b"[" * 100_000,
        b"9" * 5_000,
        b'"\xff"',
    ],
)
def test_invalid_cache_content_is_ignored(packed: bytes, files: PlanFiles, tmp_path: Path) -> None:
    plan = load_plan(files.plan)
    crafted(tmp_path / "cache", files, plan, packed)
    assert recall(tmp_path / "cache", files) is None
    assert load_plan(files.plan, tmp_path / "cache") == plan


def mutated(random: Random, value: Any) -> Any:
    """The value with one part replaced."""
    strange: Any = random.choice(
        [None, True, -1, 10**20, 1.5, "", "1e9", "NaN", [], {}, [[]], [None], ["x", "y"], {"": 3}]
    )
    if isinstance(value, dict) and value and random.random() < 0.9:
        name = random.choice(list(value))
        return {**value, name: mutated(random, value[name])}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], mutated(random, value[place]), *value[place + 1 :]]
    return strange


@pytest.mark.sampled
def test_a_changed_cache_entry_gives_a_plan_or_is_ignored(files: PlanFiles, tmp_path: Path) -> None:
    random, kept = Random(13), load_plan(files.plan)  # noqa: S311 - the same each time
    packed = pack(kept)
    found: dict[bool, int] = {True: 0, False: 0}
    for _ in range(share(600)):
        crafted(tmp_path / "cache", files, kept, json.dumps(mutated(random, packed)).encode())
        plan = recall(tmp_path / "cache", files)
        assert plan is None or isinstance(plan, Plan)
        found[plan is None] += 1
    assert min(found.values()) > 2  # the test sees both cases


def test_a_report_is_the_same_with_any_cache_content(files: PlanFiles, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    crafted(folder, files, load_plan(files.plan), b"(\xff\xff\xff\x7f")

    def report(**environ: str) -> tuple[int, bytes]:
        done = subprocess.run(
            [sys.executable, "-m", "jingkai_cli", "report", "--as-of", "2016-07-15"],
            cwd=tmp_path,
            env={**os.environ, **environ},
            capture_output=True,
            check=False,
        )
        return done.returncode, done.stdout

    assert report(JK_CACHE_DIR=str(folder)) == report(JK_NO_CACHE="1")


def test_packed_plans_with_missing_values_or_names_are_refused(files: PlanFiles) -> None:
    packed = json.loads(json.dumps(pack(load_plan(files.plan))))
    tasks = packed["tasks"]["things"]
    for column, error in (("title", TypeError), ("id", ValueError), ("deadline", TypeError)):
        wrong = {"title": None, "id": tasks["id"][1:], "deadline": ["2016-01-01", *tasks["deadline"][1:]]}[column]
        changed = {name: values for name, values in {**tasks, column: wrong}.items() if values is not None}
        with pytest.raises(error):
            unpack({**packed, "tasks": {**packed["tasks"], "things": changed}})


# Limits


@lru_cache
def the_plan() -> Plan:
    return load_plan(DATA)


def kept(folder: Path, text: str, second: int) -> None:
    """Cache a plan with a given time, because some file systems give the same time to successive writes."""
    file = folder.parent / "tasks.yaml"
    file.write_text(text, encoding="utf-8")
    before = set(folder.iterdir()) if folder.exists() else set()
    keep(folder, PlanFiles(file), the_plan())
    for added in set(folder.iterdir()) - before if folder.exists() else ():
        os.utime(added, (second, second))


def test_the_oldest_plans_are_removed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", FEW)
    folder = tmp_path / "cache"
    kept(folder, "# first", 0)
    (first,) = folder.iterdir()
    for number in range(1, FEW + 1):
        kept(folder, f"# {number}", number)
    assert len(list(folder.iterdir())) == FEW
    assert not first.exists()


def test_the_size_of_the_cache_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    kept(folder, "# 0", 0)
    (first,) = folder.iterdir()
    monkeypatch.setattr(cache, "ROOM", 3 * first.stat().st_size + 100)
    for number in range(1, 5):
        kept(folder, f"# {number}", number)
    assert len(list(folder.iterdir())) == 3
    assert not first.exists()


def test_a_plan_that_is_too_large_is_not_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    monkeypatch.setattr(cache, "LARGEST", 9999)
    kept(folder, "#" * 9999, 0)
    assert not folder.exists()


def test_files_of_a_killed_program_are_removed_with_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", FEW)
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "7.99.plan").write_bytes(b"half")
    for number in range(FEW):
        kept(folder, f"# {number}", 2**31 + number)
    assert not (folder / "7.99.plan").exists()
