"""Today and the current month: news is decided by the clock and the order of recording."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from running import Done, Workspace, workspace

CLOCKS = tuple(f"jingkai_cli.cli.{module}.now" for module in ("recording", "ledger_location", "session"))
NOON = datetime(2016, 11, 3, 4, 0, tzinfo=UTC)
"""A Thursday."""

At = Callable[..., Done]


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


@pytest.fixture
def at(place: Workspace) -> At:
    def run(moment: datetime, *arguments: str, **environ: str) -> Done:
        with ExitStack() as stack:
            for clock in CLOCKS:
                stack.enter_context(patch(clock, lambda: moment))
            done = place.here(*arguments, **environ)
        assert done.code == 0, done.err
        return done

    return run


def reported(done: Done) -> list[str]:
    return [item["task"] for item in json.loads(done.out)["items"] if item["group"] == "reported"]


def test_history_imported_today_is_listed_as_reported_today(at: At, place: Workspace) -> None:
    rows = [{"kind": "report", "task": str(n), "on": f"2016-10-{n:02}", "note": "补录"} for n in range(12, 18)]
    (place.folder / "october.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    at(NOON - timedelta(days=9), "record", "8", "-m", "上周", "--on", "2016-10-25")
    assert reported(at(NOON, "today", "-f", "json")) == []
    at(NOON, "import", "october.jsonl")
    assert reported(at(NOON, "today", "-f", "json")) == [str(n) for n in range(12, 18)]
    assert reported(at(NOON + timedelta(days=1), "today", "-f", "json")) == [str(n) for n in range(12, 18)]
    assert reported(at(NOON + timedelta(days=5), "today", "-f", "json")) == []


def test_a_figure_of_last_month_that_was_recorded_today_is_shown_with_its_amount(at: At) -> None:
    at(NOON - timedelta(days=9), "record", "8", "spaces=600", "--on", "2016-10-01")
    at(NOON, "record", "8", "spaces+=50", "--on", "2016-10-20")
    shown = at(NOON, "today", "-f", "json", LANG="zh_CN.UTF-8")
    (item,) = [item for item in json.loads(shown.out)["items"] if item["group"] == "reported"]
    assert "650个" in item["what"]
    assert "+50个" in item["what"]


def test_the_current_month_is_exported_as_of_today_with_a_notice(at: At, place: Workspace) -> None:
    at(NOON, "record", "12", "40", "--on", "2016-11-02")
    done = at(NOON, "export", "--month", "2016-11", "-o", "november")
    assert "2016-11 is not over: the figures are as of 2016-11-03." in done.err
    anchor = (place.folder / "november" / "anchor.txt").read_text("utf-8")
    assert "month: 2016-11\nas_of: 2016-11-03\n" in anchor
    tasks = (place.folder / "november" / "tasks.csv").read_text("utf-8-sig")
    report = at(NOON, "report", "-f", "csv").out
    assert tasks.replace("\r\n", "\n") == report.replace("\r\n", "\n")
    typed = at(NOON, "export", "--month", "本月", "-o", "typed")
    assert "'本月' is taken as 2016-11" in typed.err
    assert "2016-11 is not over: the figures are as of 2016-11-03." in typed.err
    for file in ("tasks.csv", "units.csv", "anchor.txt"):
        assert (place.folder / "typed" / file).read_bytes() == (place.folder / "november" / file).read_bytes()
    over = at(NOON + timedelta(days=30), "export", "--month", "2016-11", "-o", "later")
    assert over.err == ""
    assert "as_of" not in (place.folder / "later" / "anchor.txt").read_text("utf-8")
    again = at(NOON + timedelta(days=30), "export", "--month", "2016-11", "--known-on", "2016-11-03", "-o", "again")
    assert "as of 2016-11-03" in again.err
    for file in ("tasks.csv", "units.csv", "anchor.txt"):
        assert (place.folder / "again" / file).read_bytes() == (place.folder / "november" / file).read_bytes()


def test_a_bulletin_is_dated_on_the_day_it_is_made_and_printed_again_with_that_date(at: At) -> None:
    made = at(NOON, "bulletin", "--week", "上周", "-f", "markdown")
    assert "2016年11月3日" in made.out
    assert "10月24日至10月30日" in made.out
    later = NOON + timedelta(days=20)
    again = at(later, "bulletin", "--week", "2016-W43", "-f", "markdown", "--known-on", "2016-11-03")
    assert again.out == made.out
    assert "2016年10月31日" in at(NOON, "bulletin", "--week", "上周", "--date", "2016-10-31", "-f", "markdown").out
