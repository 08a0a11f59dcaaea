"""The benchmark of `--at-risk` is repeatable, its AUC is right, and its README shows what it prints."""

import json
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.thresholds import Rules

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
SCRIPT = SimpleNamespace(**runpy.run_path(str(FOLDER / "at_risk.py")))

scores = st.lists(st.integers(0, 5) | st.floats(0, 5) | st.just(float("inf")), min_size=1, max_size=20)


@cache
def run(*arguments: str) -> str:
    command = [sys.executable, str(FOLDER / "at_risk.py"), *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=120, encoding="utf-8").stdout


def cases(tasks: int) -> list[SimpleNamespace]:
    random = Random(1)
    return [case for number in range(tasks) for case in SCRIPT.judge(SCRIPT.simulate(number, random), Rules())]


@given(scores, scores)
def test_auc_is_the_share_of_pairs_in_the_right_order(late: list[float], others: list[float]) -> None:
    pairs = [(one > other) + (one == other) / 2 for one in late for other in others]
    assert SCRIPT.auc(late, others) == pytest.approx(sum(pairs) / len(pairs))


def test_auc_of_a_perfect_a_reversed_a_random_and_a_constant_score() -> None:
    random = Random(1)
    noise = [random.random() for _ in range(20000)]
    assert SCRIPT.auc([2, 3, 3], [0, 1]) == 1
    assert SCRIPT.auc([0, 1], [2, 3, 3]) == 0
    assert SCRIPT.auc(noise[:8000], noise[8000:]) == pytest.approx(0.5, abs=0.01)
    assert SCRIPT.auc([1] * 7, [1] * 3) == 0.5


def test_auc_needs_late_tasks_and_others() -> None:
    assert SCRIPT.auc([], [1]) is None
    assert SCRIPT.auc([1], []) is None


@given(st.integers(0, 7), st.integers())
def test_a_task_is_simulated_as_the_readme_describes(number: int, seed: int) -> None:
    course = SCRIPT.simulate(number, Random(seed))
    planned = (course.task.deadline - course.task.start).days
    said = [int(total.value) for total in course.reports]
    assert 90 <= planned <= 365
    assert 0.85 * planned <= course.finish <= 1.5 * planned
    assert said == sorted(said)
    assert {value % 5 for value in said} <= {0}
    assert all(0 <= value <= 95 for value in said)
    assert {total.on.weekday() for total in course.reports} <= {2}
    assert all((total.on - course.task.start).days < course.finish for total in course.reports)


def test_about_two_in_five_tasks_are_late_whatever_their_course() -> None:
    begun = [case for case in cases(2000) if case.checkpoint == "25 %"]
    for course in {case.course for case in begun}:
        late = [case.days_late > 0 for case in begun if case.course == course]
        assert sum(late) / len(late) == pytest.approx(0.4, abs=0.1)


def test_the_naive_rule_warns_if_its_score_is_positive() -> None:
    for case in cases(200):
        assert case.warned["naive"] == (case.scores["naive"] > 0)
        assert not (case.warned["naive"] and case.checkpoint in ("25 %", "50 %"))


def test_reasons_about_reports_alone_are_no_warning() -> None:
    judged = cases(400)
    assert any("silent" in case.reasons for case in judged)
    assert all(case.warned["jk"] == bool(case.reasons - {"silent", "unstarted"}) for case in judged)


def test_a_small_run_repeats_itself_and_another_seed_differs() -> None:
    assert run("--tasks", "80") == run.__wrapped__("--tasks", "80") != run("--tasks", "80", "--seed", "7")


def test_json_holds_the_same_tables_unrounded() -> None:
    found = json.loads(run("--tasks", "80", "--json"))
    assert (found["tasks"], found["seed"], found["rules"]["pace_ratio"]) == (80, 2016, "1.25")
    assert SCRIPT.markdown(found["tables"]) == run("--tasks", "80")


def test_higher_thresholds_warn_less() -> None:
    usual, higher = (
        json.loads(run("--tasks", "80", "--json", *arguments))["tables"]["By checkpoint"][-1]["jk recall"]
        for arguments in ([], ["--pace-ratio", "3", "--behind", "40"])
    )
    assert higher < usual


def test_no_tasks_and_one_task_print_tables() -> None:
    assert "### By checkpoint" in run("--tasks", "0")
    assert "### By checkpoint" in run("--tasks", "1")


def test_the_readme_shows_what_the_command_prints() -> None:
    assert run() in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("twin", ["README.md", "README.zh-CN.md"])
def test_both_readmes_show_the_first_table(twin: str) -> None:
    table = (
        (FOLDER / "README.md").read_text(encoding="utf-8").partition("### By checkpoint\n\n")[2].partition("\n\n")[0]
    )
    assert table.startswith("| tasks |")
    assert table in (FOLDER.parent / twin).read_text(encoding="utf-8")
