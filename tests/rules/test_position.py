"""A monthly plan is judged after the month, by the reports in it; no reading is not zero."""

from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.model import Entry, Indicator, Plan, Reading, Task
from jingkai_cli.reports.survey import survey
from jingkai_cli.rules.status import Judgement
from judged import judge_task

MARCH = date(2016, 3, 31)
NOW = datetime.fromisoformat("2016-05-01T00:00:00+00:00")


def plan(unconfirmed: tuple[str, ...] = ()) -> Plan:
    monthly = {MARCH: Decimal(16)}
    indicator = Indicator("area", "新增主体面积", "万平方米", monthly=monthly, unconfirmed=unconfirmed)
    task = Task(
        "1", "征迁改造", None, date(2016, 12, 31), start=date(2016, 1, 1), measure="none", indicators=(indicator,)
    )
    return Plan("试验", (task,), year=2016)


def judged(folder: Path, as_of: str, *readings: tuple[str, str], unconfirmed: tuple[str, ...] = ()) -> Judgement:
    day, whole = date.fromisoformat(as_of), plan(unconfirmed)
    with closing(open_for_writing(str(folder / "ledger.db"), lambda: NOW)) as ledger:
        for n, (on, value) in enumerate(readings):
            reading = Reading(Decimal(value.removeprefix("+")), value.startswith("+"))
            entry = Entry("report", date.fromisoformat(on), "1", "li", str(n), readings={"area": reading})
            ledger.write(lambda writer, entry=entry: writer.append(entry))  # type: ignore[misc]
        found = ledger.read(lambda reader: survey(reader, whole, day))
    return judge_task(whole.tasks[0], found.facts["1"], day, whole.rules)


def gaps(judgement: Judgement) -> list[object]:
    return [reason.figures["gap"] for reason in judgement.reasons if reason.code == "behind"]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([("2016-02-29", "10"), ("2016-03-20", "+12")], [25.0]),
        ([("2016-02-29", "10"), ("2016-03-20", "18"), ("2016-04-02", "99")], [50.0]),
        ([("2016-03-31", "+16")], []),
        ([("2016-02-29", "10")], []),
        ([("2016-02-29", "10"), ("2016-04-01", "+1")], []),
    ],
    ids=["increment", "total", "reached on the last day", "nothing in March", "nothing in March, more in April"],
)
def test_readings_within_the_month_count(
    tmp_path: Path, readings: list[tuple[str, str]], expected: list[float]
) -> None:
    assert gaps(judged(tmp_path, "2016-04-05", *readings)) == expected


def test_the_month_is_not_judged_before_it_is_over(tmp_path: Path) -> None:
    assert gaps(judged(tmp_path, "2016-03-31", ("2016-03-01", "1"))) == []


def test_far_behind_its_written_plan_is_red(tmp_path: Path) -> None:
    assert judged(tmp_path, "2016-04-05", ("2016-03-01", "1")).lamp == "red"


def test_a_month_that_is_not_confirmed_is_not_judged(tmp_path: Path) -> None:
    assert gaps(judged(tmp_path, "2016-04-05", ("2016-03-01", "1"), unconfirmed=("monthly",))) == []
