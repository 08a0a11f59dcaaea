"""The benchmark of `--at-risk` is repeatable, its AUC is right, and its README shows what it prints."""

import json
import re
import runpy
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import THOROUGH
from running import PATIENCE

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(FOLDER))  # as for a script that is run
SCRIPT = SimpleNamespace(**runpy.run_path(str(FOLDER / "at_risk.py")))

scores = st.lists(st.integers(0, 5) | st.floats(0, 5) | st.just(float("inf")), min_size=1, max_size=20)


@cache
def run(*arguments: str) -> str:
    command = [sys.executable, str(FOLDER / "at_risk.py"), *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=5 * PATIENCE, encoding="utf-8").stdout


@cache
def programmes(count: int) -> list[SimpleNamespace]:
    random = Random(1)
    return [SCRIPT.programme(number, random) for number in range(count)]


@cache
def cases(count: int) -> list[SimpleNamespace]:
    return [case for number, whole in enumerate(programmes(count)) for case in SCRIPT.judge(number, whole)]


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
def test_tasks_are_simulated_as_the_readme_describes(number: int, seed: int) -> None:
    whole = SCRIPT.programme(number, Random(seed))
    assert len(whole.courses) == 5
    for course in whole.courses:
        said = [int(total.value) for total in course.reports]
        came = {event.subject: (event.on - course.task.start).days for event in course.reached}
        assert 90 <= course.planned_days <= 365
        assert 0.85 * course.planned_days <= course.finish - course.pushed <= 1.5 * course.planned_days
        assert said == sorted(said)
        assert {value % 5 for value in said} <= {0}
        assert all(0 <= value <= 95 for value in said)
        assert {total.on.weekday() for total in course.reports} <= {2}
        assert all((total.on - course.task.start).days < course.finish for total in course.reports)
        assert all(0 < day < course.finish for day in came.values())
        assert course.pushed == 0 or any(milestone.after for milestone in course.task.milestones)


def test_a_waiting_milestone_is_reached_after_the_one_it_waits_for() -> None:
    seen = 0
    for whole in programmes(60):
        for before, course in pairwise(whole.courses):
            days = {event.subject: event.on for event in course.reached}
            earlier = {f"{before.task.id}/{event.subject}": event.on for event in before.reached}
            for milestone in (m for m in course.task.milestones if m.after and m.id in days):
                if milestone.after[0] in earlier:
                    seen += 1
                    first = next(m for m in before.task.milestones if m.id == milestone.after[0].rpartition("/")[2])
                    earliest = earlier[milestone.after[0]] + (milestone.deadline - first.deadline)
                    assert days[milestone.id] >= earliest
    assert seen > 20


@pytest.mark.slow
def test_about_two_in_five_tasks_that_do_not_wait_are_late_for_each_kind_of_course() -> None:
    alone = [course for whole in programmes(400) for course in whole.courses if not course.pushed]
    for title in {course.task.title for course in alone}:
        late = [course.finish > course.planned_days for course in alone if course.task.title == title]
        assert sum(late) / len(late) == pytest.approx(0.4, abs=0.1)


def test_the_naive_rule_warns_if_its_score_is_positive() -> None:
    for case in cases(40):
        assert case.warned["naive"] == (case.scores["naive"] > 0)
        assert not (case.warned["naive"] and case.checkpoint in ("25 %", "50 %"))


def test_reasons_about_reports_alone_are_no_warning() -> None:
    judged = cases(80)
    assert any("silent" in case.reasons for case in judged)
    assert all(case.warned["jk"] == bool(case.reasons - {"silent", "unstarted"}) for case in judged)


def test_a_forecast_comes_only_after_two_fifths_of_the_time() -> None:
    assert {case.checkpoint for case in cases(40) if case.errors} == {"50 %", "75 %", "with 15 days left"}


def test_the_brier_score_of_a_perfect_and_of_an_uninformative_score() -> None:
    def drawn(score: float, *, late: bool, number: int) -> SimpleNamespace:
        return SimpleNamespace(number=number, scores={"x": score}, days_late=int(late))

    knows = [drawn(n % 4 // 2, late=n % 4 > 1, number=n) for n in range(400)]
    blind = [drawn(0, late=n % 4 > 1, number=n) for n in range(400)]
    assert SCRIPT.calibrated("x", knows) == pytest.approx(0)
    assert SCRIPT.calibrated("x", blind) == pytest.approx(0.25)
    assert SCRIPT.calibrated("x", []) is None


@pytest.mark.slow
def test_a_small_run_repeats_itself_and_another_seed_differs() -> None:
    small = ("--programmes", "16")
    assert run(*small) == run.__wrapped__(*small) != run(*small, "--seed", "7")


@pytest.mark.slow
def test_json_has_the_same_tables_unrounded() -> None:
    found = json.loads(run("--programmes", "16", "--json"))
    assert (found["programmes"], found["seed"], found["rules"]["pace_days"]) == (16, 2016, 7)
    assert SCRIPT.markdown(found["tables"]) == run("--programmes", "16")


@pytest.mark.slow
def test_higher_thresholds_warn_less() -> None:
    usual, higher = (
        json.loads(run("--programmes", "16", "--json", *arguments))["tables"]["By checkpoint"][-1]["jk recall"]
        for arguments in ([], ["--pace-days", "90", "--behind", "40"])
    )
    assert higher < usual


def test_tables_are_printed_for_no_programme_and_for_one() -> None:
    assert "### By checkpoint" in run("--programmes", "0")
    assert "### By checkpoint" in run("--programmes", "1")


def test_the_readme_shows_what_the_command_prints() -> None:
    """Compare the whole output with JK_TEST_THOROUGH, which takes ten seconds; else headings and row names only."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    if THOROUGH:
        assert run() in page
    heads = [re.match(r"#.*|\|[^|]*\||", line)[0] for line in run("--programmes", "16").splitlines()]  # type: ignore[index]
    assert len(set(heads)) > 10
    assert [head for head in heads if head not in page] == []


@pytest.mark.parametrize("twin", ["judgement.md", "judgement.zh-CN.md"])
def test_both_pages_on_judgement_show_the_first_table(twin: str) -> None:
    table = (
        (FOLDER / "README.md").read_text(encoding="utf-8").partition("### By checkpoint\n\n")[2].partition("\n\n")[0]
    )
    assert table.startswith("| tasks |")
    assert table in (FOLDER.parent / "docs" / twin).read_text(encoding="utf-8")
