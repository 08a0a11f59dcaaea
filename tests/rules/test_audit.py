"""Each check of reports finds its fault, and has no findings in a correct history."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from jingkai_cli.model import Entry, Indicator, Milestone, Plan, Reading, Recorded, Task
from jingkai_cli.rules.audit import CHECKS, audit

TASK = Task(
    id="1",
    title="停车场建设",
    lead_unit="城镇办",
    deadline=date(2016, 12, 31),
    indicators=(
        Indicator("spaces", "建成车位", "个", target=Decimal(600)),
        Indicator("rate", "利用率", "%", type="level"),
    ),
    milestones=(Milestone("design", "设计完成", date(2016, 3, 1)),),
)
PLAN = Plan("试验", (TASK,), units=("城镇办", "督查室"))


def entry(seq: int, kind: str, on: str, *, percent: str | None = None, **fields: object) -> Recorded:
    readings = {"percent": Reading(Decimal(percent))} if percent else fields.pop("readings", {})
    said = Entry(kind, date.fromisoformat(on), "1", "li", f"k{seq}", readings=readings, **fields)  # type: ignore[arg-type]
    return Recorded(seq, datetime(2016, 12, 1, tzinfo=UTC), "", "", "", said)


def found(check: str, *entries: Recorded, as_of: str = "2016-12-01", task: Task = TASK) -> list[int]:
    failures = audit(PLAN, task, entries, date.fromisoformat(as_of), [check])
    return [failure.seq for _name, failure in failures]


HONEST = (
    entry(1, "report", "2016-02-01", percent="20", unit="城镇办"),
    entry(2, "report", "2016-03-01", percent="50", unit="城镇办"),
    entry(3, "reach", "2016-03-01", milestone="design"),
    entry(4, "report", "2016-04-01", percent="100", evidence=("photo.jpg sha256:00",)),
    entry(5, "done", "2016-04-10", note="验收单", unit="城镇办"),
    entry(6, "accept", "2016-04-12", verifier="督查室"),
)


@pytest.mark.parametrize("check", CHECKS)
def test_a_correct_history_fails_no_check(check: str) -> None:
    assert found(check, *HONEST) == []


def test_a_total_that_fell_is_found_and_a_level_may_fall() -> None:
    readings = {"rate": Reading(Decimal(80))}, {"rate": Reading(Decimal(60))}
    levels = [entry(n, "report", f"2016-02-0{n}", readings=r) for n, r in enumerate(readings, 1)]
    assert found(
        "fell", entry(1, "report", "2016-02-01", percent="50"), entry(2, "report", "2016-03-01", percent="40")
    ) == [2]
    assert found("fell", *levels) == []


def test_a_negative_increment_is_a_fall() -> None:
    up, down = ({"spaces": Reading(Decimal(v), added=True)} for v in (100, -1))
    assert found(
        "fell", entry(1, "report", "2016-02-01", readings=up), entry(2, "report", "2016-03-01", readings=down)
    ) == [2]


@pytest.mark.parametrize(("second", "evidence", "expected"), [("80", (), []), ("80.1", (), [2]), ("90", ("p",), [])])
def test_a_jump_of_more_than_thirty_points_needs_evidence(
    second: str, evidence: tuple[str, ...], expected: list[int]
) -> None:
    reports = (
        entry(1, "report", "2016-02-01", percent="50"),
        entry(2, "report", "2016-03-01", percent=second, evidence=evidence),
    )
    assert found("jumped", *reports) == expected


def test_a_jump_of_an_indicator_is_measured_against_its_target() -> None:
    readings = [{"spaces": Reading(Decimal(value), added=True)} for value in (10, 180, 181)]
    entries = [entry(n, "report", f"2016-02-0{n}", readings=r) for n, r in enumerate(readings, 1)]
    assert found("jumped", *entries) == [3]


def test_a_total_of_many_times_its_target_is_found_once_also_with_evidence() -> None:
    readings = [{"spaces": Reading(Decimal(value))} for value in (10, 6001, 6002)]
    entries = [entry(n, "report", f"2016-02-0{n}", readings=r, evidence=("p",)) for n, r in enumerate(readings, 1)]
    assert found("jumped", *entries) == [2]
    assert found("jumped", entries[1]) == [2]


@pytest.mark.parametrize(("as_of", "expected"), [("2016-03-15", []), ("2016-03-16", [1])])
def test_a_task_may_be_at_100_percent_for_fourteen_days(as_of: str, expected: list[int]) -> None:
    assert found("full", entry(1, "report", "2016-03-01", percent="100"), as_of=as_of) == expected


def test_a_reopened_task_at_100_percent_is_found_again() -> None:
    reopened = [
        entry(1, "report", "2016-03-01", percent="100"),
        entry(2, "done", "2016-03-02", note="n"),
        entry(3, "reopen", "2016-03-03", note="n"),
    ]
    assert found("full", *reopened[:2]) == []
    assert found("full", *reopened) == [1]


def test_done_needs_evidence_or_a_note() -> None:
    assert found("bare", entry(1, "done", "2016-03-01"), entry(2, "done", "2016-03-01", note="x")) == [1]


def test_acceptance_by_the_reporter_is_found() -> None:
    by_unit = entry(1, "done", "2016-03-01", unit="城镇办", note="x")
    assert found("own-accept", by_unit, entry(2, "accept", "2016-03-02", verifier="城镇办")) == [2]
    assert found("own-accept", by_unit, entry(2, "accept", "2016-03-02")) == []
    assert found("own-accept", entry(1, "done", "2016-03-01"), entry(2, "accept", "2016-03-02")) == [2]


def test_entries_for_items_not_in_the_plan_are_found() -> None:
    gone = [
        entry(1, "report", "2016-02-01", readings={"trees": Reading(Decimal(1))}),
        entry(2, "reach", "2016-02-02", milestone="opening"),
        entry(3, "report", "2016-02-03", percent="1", unit="园林局"),
    ]
    assert found("vanished", *gone) == [1, 2, 3]


def test_a_sum_that_stays_at_its_target_is_found() -> None:
    part = Task("1.1", "一期", "城镇办", date(2016, 12, 31), indicators=(Indicator("spaces", "车位", "个"),))
    other = replace(part, id="1.2", title="二期", formerly=("old",))
    whole = replace(
        TASK,
        measure="indicators",
        milestones=(),
        indicators=(Indicator("spaces", "建成车位", "个", target=Decimal(600), sum="subtasks"),),
        subtasks=(part, other),
    )

    def report(seq: int, task: str, value: str, day: str) -> Recorded:
        made = entry(seq, "report", day, readings={"spaces": Reading(Decimal(value))})
        return replace(made, entry=replace(made.entry, task=task))

    short = report(1, "1.1", "400", "2016-05-01"), report(2, "old", "100", "2016-05-02")
    full = report(3, "1.2", "200", "2016-06-01")
    assert found("full", *short, task=whole) == []
    assert found("full", *short, report(3, "1.2", "150", "2016-06-01"), task=whole) == []
    assert found("full", *short, full, task=whole) == [3]
    assert found("full", *short, full, entry(4, "done", "2016-06-10"), task=whole) == []


@pytest.mark.parametrize("verifier", ["城镇办", "城镇 办", "城镇办李四", "经开区城镇办"])
def test_acceptance_by_the_lead_unit_under_any_of_its_names_is_found(verifier: str) -> None:
    done = entry(1, "done", "2016-03-01", note="x")
    assert found("own-accept", done, entry(2, "accept", "2016-03-02", verifier=verifier)) == [2]
    assert found("own-accept", done, entry(2, "accept", "2016-03-02", verifier="督查室")) == []
