"""A command opens the plan once and the ledger once, closes the ledger, and reads only what it prints."""

import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from effort import mostly_slow
from jingkai_cli.facts import TaskFacts
from jingkai_cli.ledger.reader import SqlReader
from jingkai_cli.ledger.sqlite_connection import Connection
from running import Workspace, workspace

MARCH = ("--as-of", "2016-03-31")
READING = (
    ("report",),
    ("report", "--overdue", *MARCH),
    ("report", *MARCH, "--known-on", "2016-03-01"),
    ("today", *MARCH),
    ("show", "12", *MARCH),
    ("show", "12", "--explain", *MARCH),
    ("problem", "list", *MARCH),
    ("handover", *MARCH),
    ("bulletin", *MARCH),
    ("notice", "城镇办", *MARCH),
    ("assess", "--month", "2016-02"),
    ("export", "--month", "2016-02", "-o", "out"),
    ("form", "--month", "2016-02", "-o", "forms"),
    ("log", "--last", "3"),
    ("dashboard", "-o", "page.html", *MARCH),
)
WRITING = (
    ("record", "12", "35", "--on", "2016-03-01"),
    ("record", "12", "35", "--on", "2016-03-01", "--dry-run"),
    ("correct", "24", "40", "-m", "误报"),
    ("retract", "24", "-m", "误报"),
    ("done", "12", "--on", "2016-03-01", "-m", "完工"),
    ("extend", "12", "--to", "2017-01-31", "-m", "会议", "--approved-by", "领导小组"),
    ("problem", "fix", "25", "-m", "已整改"),
    ("adopt", "-m", "第4次会议"),
    ("score", "城镇办", "90", "--month", "2016-02", "--by", "评委甲"),
    ("import", "2016-02.jsonl"),
)

_seen: list[Counter[str]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen and event == "open":
        _seen[-1]["plan"] += Path(str(arguments[0])).name == "tasks.yaml"
    if _seen and event == "sqlite3.connect":
        _seen[-1]["ledger"] += "ledger.db" in str(arguments[0])


@cache
def _listen() -> None:
    """Add the audit hook, which cannot be removed: hence only where a test needs it."""
    sys.addaudithook(_hear)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace whose ledger has #24, a report, #25, a problem, and #26, the adoption of another text of the plan."""
    made = workspace(tmp_path, recorded=True)
    plan = tmp_path / "tasks.yaml"
    text = plan.read_text("utf-8")
    plan.write_text(f"{text}# 初稿\n", "utf-8")
    for command in (
        ("record", "12", "30", "--on", "2016-03-01"),
        ("problem", "open", "12", "围挡破损", "--unit", "城镇办", "--due", "2016-12-31", "--on", "2016-03-01"),
        ("adopt", "--on", "2016-03-01"),
    ):
        done = made.here(*command)
        assert done.code == 0, done.err
    plan.write_text(text, "utf-8")
    return made


def counted(place: Workspace, *command: str, **environ: str) -> Counter[str]:
    """How often a command opens the plan and the ledger, and closes a database."""
    _listen()
    _seen.append(Counter())
    close = Connection.close

    def closing(connection: Connection) -> None:
        _seen[-1]["closed"] += connection.where.endswith("ledger.db")
        close(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "close", closing)
        done = place.here(*command, **environ)
    assert done.code == 0, done.err
    return _seen.pop()


@pytest.mark.parametrize("command", mostly_slow((each,) for each in READING), ids=" ".join)
def test_a_report_opens_plan_and_ledger_once(command: tuple[str, ...], place: Workspace) -> None:
    closed = 2 if "--known-on" in command else 1  # the earlier state is a ledger in memory
    for environ in ({"JK_NO_CACHE": "1"}, {}, {}):  # without the cache, then filling it, then reading from it
        assert counted(place, *command, **environ) == {"plan": 1, "ledger": 1, "closed": closed}


@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_a_recording_opens_plan_and_ledger_once(command: tuple[str, ...], place: Workspace) -> None:
    assert counted(place, *command) == {"plan": 1, "ledger": 1, "closed": 1}


def test_a_ledger_is_created_with_one_connection(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    assert counted(place, "record", "12", "35", "--on", "2016-03-01") == {"plan": 1, "ledger": 1, "closed": 1}


def test_a_plan_that_only_the_ledger_has_is_read_by_the_same_connection(place: Workspace) -> None:
    (place.folder / "tasks.yaml").unlink()
    named = {"JK_LEDGER": "ledger.db"}
    assert counted(place, "report", *MARCH, **named) == {"plan": 0, "ledger": 1, "closed": 1}
    assert counted(place, "record", "12", "35", "--on", "2016-03-02", **named) == {"plan": 0, "ledger": 1, "closed": 1}


@pytest.mark.parametrize("command", [("show", "12", *MARCH), ("record", "12", "35", "--on", "2016-03-02")])
def test_a_report_of_one_task_reads_one_task(command: tuple[str, ...], place: Workspace) -> None:
    asked: set[tuple[str, ...] | None] = set()
    facts = SqlReader.facts

    def asking(reader: SqlReader, *days: Any, tasks: Any = None, **others: Any) -> Mapping[str, TaskFacts]:
        asked.add(None if tasks is None else tuple(tasks))
        return facts(reader, *days, tasks=tasks, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlReader, "facts", asking)
        assert place.here(*command).code == 0
    assert asked == {("12",)}
