"""`.ci/run` runs every test, and all cases of the tests that the README's command only samples."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
SAMPLING = {"share", "THOROUGH", "few"}
"""Names that make a test take a sample, unless JK_TEST_THOROUGH is set."""
CHOSEN = {"slow", "sampled", "given"}
"""Marks and decorators of the tests in the second run of `.ci/run`."""
ALSO_TESTED_OTHERWISE = {
    "test_every_command_of_a_page_prints_its_transcript",  # in separate processes, as the stories
    "test_the_documented_verifier_does_not_need_jk",  # in separate processes too
    "test_the_readme_shows_what_the_command_prints",  # compares all figures, which takes ten seconds
}
"""Tests that only a developer runs with JK_TEST_THOROUGH."""


def test_ci_runs_what_the_readme_s_command_leaves_out() -> None:
    options = tomllib.loads((TESTS.parent / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert options["addopts"].endswith(" -m 'not slow'")
    steps = (TESTS.parent / ".ci" / "run").read_text("utf-8")
    assert "\nJK_TEST_THOROUGH=1 \"$bin/pytest\" -m 'slow or sampled or hypothesis' " in steps
    assert steps.count("\nwhole_run ") == 2


def test_every_test_that_takes_a_sample_is_marked() -> None:
    unmarked = {f"{file.name}: {name}" for file in TESTS.rglob("test_*.py") for name in _unmarked(file)}
    assert unmarked == set(), "mark it with `pytest.mark.sampled`"


def _unmarked(file: Path) -> Iterator[str]:
    """Yield the tests of a file that use a sampling function, by whatever alias, without the mark."""
    text = file.read_text("utf-8")
    if "from effort" not in text and "from hostile" not in text:
        return
    module = ast.parse(text)
    sampling = SAMPLING & {
        alias.asname or alias.name
        for node in module.body
        if isinstance(node, ast.ImportFrom) and node.module in {"effort", "hostile"}
        for alias in node.names
    }
    for node in module.body:
        used = _names(node)
        if not used & sampling:
            continue
        if isinstance(node, ast.Assign):
            sampling |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
            sampling.add(node.name)
        elif isinstance(node, ast.FunctionDef) and node.name not in ALSO_TESTED_OTHERWISE:
            marks = _names(*node.decorator_list) | _marks(module)
            if not marks & CHOSEN:
                yield node.name


def _marks(module: ast.Module) -> set[str]:
    """The names in `pytestmark`."""
    marks = (node for node in module.body if isinstance(node, ast.Assign) and _names(*node.targets) == {"pytestmark"})
    return _names(*marks)


def _names(*nodes: ast.AST) -> set[str]:
    """All names, attributes and parameters below the nodes."""
    every = [inner for node in nodes for inner in ast.walk(node)]
    return (
        {inner.id for inner in every if isinstance(inner, ast.Name)}
        | {inner.attr for inner in every if isinstance(inner, ast.Attribute)}
        | {inner.arg for inner in every if isinstance(inner, ast.arg)}
    )
