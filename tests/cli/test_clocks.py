"""A wrong clock is reported at each write and by `jk check`; one that is years ahead is refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from jingkai_cli.cli import environment, recording
from running import Done, Workspace, workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


@pytest.fixture
def at(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    def record(moment: datetime, *options: str) -> Done:
        monkeypatch.setattr(recording, "now", lambda: moment)
        monkeypatch.setattr("jingkai_cli.cli.ledger_location.now", lambda: moment)
        return place.here("record", "1", "-m", f"n{moment}", "--on", "2016-03-05", *options)

    return record


NOON = datetime(2016, 3, 5, 4, 0, tzinfo=UTC)


def test_a_clock_that_is_behind_is_reported(at: Callable[..., Done], place: Workspace) -> None:
    assert at(NOON + timedelta(days=28)).err == ""
    late = at(NOON)
    assert late.code == 0
    assert "#1 is dated 28 days ahead of this clock: one of the two is wrong" in late.err
    assert "3 hours" in at(NOON + timedelta(days=27, hours=20, minutes=30)).err
    assert "ahead of this clock" not in at(NOON + timedelta(days=28, minutes=-59)).err
    checked = place.here("check", "ledger")
    assert checked.code == 0
    assert "#1 to #4 were recorded with the time of #1" in checked.err


def test_a_clock_that_is_years_ahead_is_refused(at: Callable[..., Done]) -> None:
    assert at(NOON).code == 0
    far = at(datetime(2199, 1, 1, tzinfo=UTC))
    assert far.code == 2
    assert "This clock says 2199-01-01, more than two years after the last entry (#1, 2016-03-05)" in far.err
    assert at(datetime(2018, 12, 30, tzinfo=UTC)).code == 0
    assert at(datetime(2199, 1, 1, tzinfo=UTC), "--force").code == 0


def test_an_import_reports_a_wrong_clock_too(at: Callable[..., Done], place: Workspace) -> None:
    assert at(NOON + timedelta(days=28)).err == ""
    assert at(NOON).code == 0  # sets the clock back
    for name in ("a", "b"):
        line = {"kind": "report", "task": "2", "on": "2016-03-06", "note": name}
        (place.folder / f"{name}.jsonl").write_text(json.dumps(line) + "\n")
    behind = place.here("import", "a.jsonl")
    assert behind.code == 0
    assert "#2 is dated 28 days ahead of this clock" in behind.err
    with pytest.MonkeyPatch.context() as years:
        years.setattr(recording, "now", lambda: datetime(2199, 1, 1, tzinfo=UTC))
        far = place.here("import", "b.jsonl")
    assert (far.code, far.out) == (2, "")
    assert "This clock says 2199-01-01" in far.err


def test_a_coarse_clock_gives_no_time_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [NOON, NOON, NOON, NOON + timedelta(milliseconds=15), NOON - timedelta(days=1)]
    monkeypatch.setattr(environment, "datetime", SimpleNamespace(now=lambda _zone: steps.pop(0)))
    moments = [environment.now() - NOON for _step in range(5)]
    assert [moment // timedelta(microseconds=1) for moment in moments] == [0, 1, 2, 15_000, -86_400_000_000]


def test_an_empty_ledger_takes_any_clock(at: Callable[..., Done]) -> None:
    assert at(datetime(2026, 1, 1, tzinfo=UTC)).code == 0
    assert at(datetime(2026, 1, 2, tzinfo=UTC)).err == ""


def test_a_reporter_cannot_accept_under_a_lookalike_name(place: Workspace) -> None:
    assert place.here("done", "1", "--on", "2016-12-01", JK_BY="王伟").code == 0
    for name in ("王伟", "王\u200b伟", "王 伟", "王\u00ad伟", "王\u3164伟"):
        refused = place.here("accept", "1", "--on", "2016-12-02", "--verifier", name)
        assert refused.code == 2, name
        assert "cannot verify it" in refused.err
    assert place.here("accept", "1", "--on", "2016-12-02", "--verifier", "李娜").code == 0
