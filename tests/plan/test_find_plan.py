import subprocess
import sys
from pathlib import Path

import pytest

from jingkai_cli.errors import InvalidInput
from jingkai_cli.plan import find_plan


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A plan in a folder above, a plan in `data`, and a folder named `tasks.yaml`."""
    (tmp_path / "tasks.yaml").touch()
    (tmp_path / "near" / "data").mkdir(parents=True)
    (tmp_path / "near" / "data" / "tasks.yaml").touch()
    (tmp_path / "near" / "deep" / "deeper" / "tasks.yaml").mkdir(parents=True)
    return tmp_path


def test_the_plan_option_wins(tree: Path) -> None:
    assert find_plan(Path("my.yaml"), {"JK_PLAN": "other.yaml"}, tree) == Path("my.yaml")


def test_then_jk_plan(tree: Path) -> None:
    assert find_plan(None, {"JK_PLAN": "other.yaml"}, tree) == Path("other.yaml")


@pytest.mark.parametrize(
    ("start", "plan"),
    [
        (".", "tasks.yaml"),
        ("near", "near/data/tasks.yaml"),
        ("near/data", "near/data/tasks.yaml"),
        ("near/deep/deeper", "near/data/tasks.yaml"),
    ],
)
def test_then_the_nearest_plan_upwards(start: str, plan: str, tree: Path) -> None:
    assert find_plan(None, {"JK_PLAN": ""}, tree / start) == tree / plan


def test_upwards_from_a_relative_folder(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "near" / "deep")
    assert find_plan(None, {}, Path()) == tree / "near" / "data" / "tasks.yaml"


def test_a_plan_in_the_folder_comes_before_one_in_its_data(tree: Path) -> None:
    (tree / "near" / "tasks.yaml").touch()
    assert find_plan(None, {}, tree / "near") == tree / "near" / "tasks.yaml"


def test_a_missing_plan_lists_the_places_and_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        find_plan(None, {}, tmp_path)
    for part in (str(tmp_path), "tasks.yaml", "data/tasks.yaml", "jk init", "--plan FILE", "JK_PLAN"):
        assert part in str(caught.value)


def test_finding_a_plan_loads_neither_yaml_nor_pydantic() -> None:
    code = "import sys, jingkai_cli.plan; sys.exit(bool({'yaml', 'pydantic'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
