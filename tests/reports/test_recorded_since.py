"""`jk today` goes by sequence where a clock that was ahead passed its time on to later entries."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.model import Entry
from running import Workspace, workspace

TASKS = ("1", "2", "3", "4", "5", "6", "7", "8")


class Morning(NamedTuple):
    """The output of `jk today`: the tasks under Reported and under Recovered, and stderr."""

    reported: list[str]
    recovered: list[str]
    err: str


Recording = tuple[str, str]
"""The time of the clock, and the date of the report, both in 2016: `("04-05 12:00", "04-05")`.

Without an hour it is noon and as many minutes as there are entries before. `04-05 done` is task 1 done.
"""

Today = Callable[[Sequence[Recording], str], Morning]


@pytest.fixture
def today(where: str, tmp_path: Path) -> Today:
    """Return a function that records a report of task 1, 2, 3 …, each a minute later, and then runs `jk today`."""
    place: Workspace = workspace(tmp_path)

    def run(recordings: Sequence[Recording], as_of: str) -> Morning:
        moment = datetime.min.replace(tzinfo=UTC)
        with closing(open_for_writing(where, lambda: moment)) as ledger:
            for minute, (task, (clock, on)) in enumerate(zip(TASKS, recordings, strict=False)):
                said = clock if ":" in clock else f"{clock} 12:{minute:02}"
                moment = datetime.fromisoformat(f"2016-{said}:00+08:00").astimezone(UTC)
                day, _space, kind = on.partition(" ")
                entry = Entry(
                    key=f"key {task}",
                    on=date.fromisoformat(f"2016-{day}"),
                    by="张",
                    kind=kind or "report",
                    task="1" if kind else task,
                    note="进场",
                )
                ledger.write(partial(append, entry))
        done = place.here("today", "--as-of", f"2016-{as_of}", "-f", "json", "--ledger", where)
        assert done.code == 0, done.err
        items = json.loads(done.out)["items"]
        groups = {name: [item["task"] for item in items if item["group"] == name] for name in ("reported", "recovered")}
        return Morning(**groups, err=done.err)

    return run


def append(entry: Entry, writer: Writer) -> None:
    writer.append(entry)


def test_after_a_clock_that_was_ahead_the_sequence_decides_what_is_new(today: Today) -> None:
    """Task 2 was recorded by a desk a month ahead, task 6 by one further ahead; the others got their times."""
    recordings = [
        ("04-01", "04-01"),
        ("05-06", "05-06"),
        ("04-04", "04-04"),
        ("04-05", "03-20"),
        ("04-05", "04-05"),
        ("06-06", "04-05"),
        ("04-05", "04-02"),
        ("04-06", "04-06"),
    ]
    assert today(recordings, "04-06").reported == ["4", "5", "6", "7", "8"]


def test_entries_recorded_after_one_dated_later_than_the_morning_are_not_listed(today: Today) -> None:
    recordings = [
        ("04-01", "04-01"),
        ("05-06", "05-06"),
        ("04-05", "04-05"),
        ("04-05", "03-20"),
        ("04-07", "04-07"),
        ("04-07", "03-21"),
    ]
    assert today(recordings, "04-06").reported == ["3", "4"]


def test_entries_recorded_after_one_of_the_period_are_listed(today: Today) -> None:
    recordings = [("04-01", "04-01"), ("04-05", "04-05"), ("05-06", "05-06"), ("04-05", "04-02"), ("04-05", "04-05")]
    assert today(recordings, "04-06").reported == ["2", "4", "5"]


def test_a_month_later_entries_recorded_before_are_not_new(today: Today) -> None:
    """As of the wrong clock's day, tasks 3 and 4 are a month old; task 5 was recorded that day."""
    recordings = [("04-01", "04-01"), ("05-05", "05-05"), ("04-04", "04-04"), ("04-05", "03-20"), ("04-05", "04-05")]
    morning = today([*recordings, ("05-05", "05-05"), ("05-05", "05-04")], "05-06")
    assert morning.reported == ["2", "6", "7"]
    why = "a clock was ahead, and by their dates they were recorded before 2016-05-05"
    assert f"Not listed: #3, #4, #5: {why}" in morning.err


def test_a_clock_that_is_seconds_behind_hides_no_report(today: Today) -> None:
    """Three desks on one day, the second a minute slow: its reports about earlier days are still new."""
    recordings = [("05-04", "05-04"), ("05-05 09:10", "05-05"), ("05-05 09:09", "05-04"), ("05-05 09:09", "04-20")]
    morning = today([*recordings, ("05-05 09:09", "05-05"), ("05-05 10:00", "05-03")], "05-06")
    assert morning.reported == ["2", "3", "4", "5", "6"]
    assert "Not listed" not in morning.err


@pytest.mark.parametrize(
    ("recordings", "expected"),
    [
        ([("05-20", "05-20"), ("04-18", "04-18 done"), ("04-19", "03-20"), ("04-19", "04-19")], []),
        ([("05-20", "05-20"), ("04-19", "04-19"), ("04-19", "04-18 done")], ["1"]),
        ([("04-19", "04-18 done")], ["1"]),
    ],
)
def test_a_task_done_before_the_period_is_not_listed_as_recovered(
    today: Today, recordings: list[Recording], expected: list[str]
) -> None:
    """Task 1 was red until it was done; that is visible as of 04-20, whatever the entry's recorded time."""
    assert today([("04-01", "04-01"), *recordings], "04-20").recovered == expected


def test_a_month_later_nothing_is_listed_as_recovered_again(today: Today) -> None:
    recordings = [("04-01", "04-01"), ("05-20", "05-20"), ("04-18", "04-18 done"), ("05-20", "04-02")]
    assert today(recordings, "05-23").recovered == []


def test_an_earlier_as_of_day_uses_the_dates_of_later_recorded_entries(today: Today) -> None:
    recordings = [("06-01", "03-20"), ("06-01", "04-05"), ("06-01", "03-21"), ("06-01", "04-06"), ("06-01", "06-01")]
    assert today(recordings, "04-06").reported == ["2", "4"]
