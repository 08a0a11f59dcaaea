"""The plan cache is in the folder that the environment names, and does not change output."""

from pathlib import Path

import pytest

from running import Workspace, workspace

REPORT = ("report", "--as-of", "2016-07-15", "-f", "json")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    folder = tmp_path / "work"
    folder.mkdir()
    return workspace(folder)


def test_output_is_the_same_with_and_without_the_cache(place: Workspace) -> None:
    without = place.here(*REPORT, JK_NO_CACHE="1")
    assert not place.folder.with_name("work.cache").exists()
    first, second = place.here(*REPORT), place.here(*REPORT)
    assert list(place.folder.with_name("work.cache").glob("jk/*.plan"))
    assert first == second == without


@pytest.mark.parametrize(
    ("named", "there"),
    [
        ({"JK_CACHE_DIR": "mine", "XDG_CACHE_HOME": "/nowhere"}, "mine"),
        ({"XDG_CACHE_HOME": "relative"}, ".cache/jk"),
        ({"XDG_CACHE_HOME": ""}, ".cache/jk"),
    ],
)
def test_the_cache_folder_follows_the_environment(named: dict[str, str], there: str, place: Workspace) -> None:
    assert place.here(*REPORT, **named).code == 0
    assert {path.parent for path in place.folder.rglob("*.plan")} == {place.folder / there}


def test_an_invalid_plan_is_not_cached(place: Workspace) -> None:
    plan = place.folder / "tasks.yaml"
    good = plan.read_text("utf-8")
    assert place.here(*REPORT).code == 0
    plan.write_text(good.replace("deadline:", "deadlin:", 1), encoding="utf-8")
    first, second = place.here(*REPORT), place.here(*REPORT)
    assert first == second
    assert (first.code, first.out) == (3, "")
