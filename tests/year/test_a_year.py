"""Replay a year: what was typed is recorded, summed up, printed, and printed again unchanged.

By default the first thirty weeks; with JK_TEST_THOROUGH the whole year.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from effort import THOROUGH
from jingkai_cli.ledger import open_for_reading
from jingkai_cli.plan import load_plan
from jingkai_cli.reports.survey import survey

from .office import Office
from .outputs import Outputs
from .programme import UNITS, every, plan_of

FIRST_MONDAY = date(2016, 1, 4)
WEEKS = 52 if THOROUGH else 30
WEEK = timedelta(days=7)


@dataclass
class Issue:
    """A bulletin as it was printed on the Monday after its week."""

    week: str
    text: str
    known_on: str


@pytest.mark.slow
def test_a_year_is_replayed(tmp_path: Path) -> None:
    random = Random(0)  # noqa: S311 - the same year each time, and no secret
    office = Office(tmp_path / "office", plan_of(random), random)
    issues: list[Issue] = []
    with office.clock():
        for number in range(WEEKS):
            monday = FIRST_MONDAY + number * WEEK
            office.week(monday)
            _after_a_week(office, issues, monday + timedelta(days=6), random)
        for issue in issues:
            _printed_again(office, issue)
        assert office.place.here("check").code == 0
    assert {line["kind"] for line in office.journal.lines} >= {
        "report",
        "reach",
        "done",
        "retract",
        "extend",
        "suspend",
    }


def _after_a_week(office: Office, issues: list[Issue], sunday: date, random: Random) -> None:
    office.moment = office.moment.replace(year=sunday.year, month=sunday.month, day=sunday.day, hour=18)
    outputs = Outputs(office.place, sunday)
    if sunday.toordinal() % (14 if THOROUGH else 28) < 7:  # `test_agreement` compares sixty other plans
        outputs.compare()
    bulletin = outputs.compare_bulletin()
    _nothing_is_missing(office, bulletin["items"], sunday)
    _values_are_those_of_the_journal(office, sunday)
    if issues:
        _printed_again(office, random.choice(issues))
    office.moment += timedelta(hours=14)  # Monday morning: the issue is printed
    week = bulletin["week"]
    text = office.place.here("bulletin", "--week", week, "-f", "markdown").out
    issues.append(Issue(week, text, office.moment.isoformat()))
    if sunday.day <= 7:  # once a month
        assert office.place.here("check").code == 0
        outputs.compare_letters(UNITS)
        outputs.compare_dashboard()
        office.moment = office.moment - timedelta(hours=14)
        outputs.compare_month(f"{sunday:%Y-%m}")
        office.moment += timedelta(hours=14)


def _printed_again(office: Office, issue: Issue) -> None:
    again = office.place.here("bulletin", "--week", issue.week, "-f", "markdown", "--known-on", issue.known_on)
    assert again.out == issue.text, issue.week


def _nothing_is_missing(office: Office, items: list[dict[str, object]], sunday: date) -> None:
    """Check that a week's bulletin has every entry of its days, and that its reported tasks agree with the journal."""
    monday = sunday - timedelta(days=6)
    printed = {seq for item in items for seq in item["entries"]}  # type: ignore[attr-defined]
    week = [line for line in office.journal.standing() if monday.isoformat() <= line["on"] <= sunday.isoformat()]
    assert {line["seq"] for line in week} <= printed
    for item, task in zip(items, office.plan["tasks"], strict=True):
        names = [task["id"], *(part["id"] for part in task.get("subtasks", []))]
        assert item["reported"] == any(office.journal.reported(name, monday, sunday) for name in names), item["id"]


def _values_are_those_of_the_journal(office: Office, day: date) -> None:
    plan = load_plan(office.place.folder / "tasks.yaml")
    ledger = open_for_reading(str(office.place.ledger))
    found = survey(ledger, plan, day).facts
    ledger.close()
    for task in every(office.plan):
        totals = found[task["id"]].totals if task["id"] in found else {}
        values = {name: Fraction(total.value) for (name, _unit), total in totals.items()}
        assert values == office.journal.values(task, day), f"{day}, task {task['id']}"
