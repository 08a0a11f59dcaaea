"""Each report tells of derived tables that something other than an entry wrote, and `check` does."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import REPORTED, STORES, Begin, Clock, append, beginning, days, entry, percent, retraction, take

from jingkai_cli import api
from jingkai_cli.ledger import open_for_reading, open_for_writing, sqlite
from jingkai_cli.ledger.check import alteration, check_ledger
from jingkai_cli.ledger.replay import up_to
from jingkai_cli.model import Entry
from running import Workspace, workspace

TOLD = "The derived tables were changed other than by an entry, and figures may be wrong: run `jk check`"

CHANGES = (
    "DELETE FROM {}events WHERE kind = 'extend'",
    "UPDATE {}events SET until = '2017-12-01' WHERE kind = 'extend'",
    "INSERT INTO {}events VALUES ('10', '2016-03-05', 3, 'done', '', '', '')",
    "UPDATE {}reports SET received = '2016-03-01'",
    "DELETE FROM {}reports WHERE task = '15'",
    "DELETE FROM {}readings WHERE seq = 1",
    "UPDATE {}readings SET total = '99', value = '99' WHERE seq = 1",
    "DELETE FROM {}series WHERE task = '15'",
    "UPDATE {}series SET task = '2' WHERE task = '15'",
    "INSERT INTO {}series VALUES ('2', 'percent', '')",
    "DELETE FROM {}tasks WHERE task = '15'",
    "UPDATE {}tasks SET task = '2' WHERE task = '15'",
    "INSERT INTO {}tasks VALUES ('2')",
)
"""A statement for each table and each way to change it."""

REPORTS = (
    "report", "report --overdue", "report -f json", "today", "show 15", "problem list", "rank --month 2016-03",
    "assess --month 2016-03", "bulletin --date 2016-03-20", "agenda", "handover", "inspections", "notice 城镇办",
    "export --month 2016-03 -o month", "report -o page.html", "assess --year 2016", "problem stats", "form --month 2016-03 -o forms",
)  # fmt: skip


def run(where: str, *statements: str) -> None:
    """Run SQL behind the program's back; `{}` stands for the schema."""
    if where.startswith("postgresql:"):
        with psycopg.connect(where, autocommit=True) as raw:
            for statement in statements:
                raw.execute(statement.format("jk.").encode())
    else:
        with closing(sqlite3.connect(where, isolation_level=None)) as raw_file:
            for statement in statements:
                raw_file.execute(statement.format(""))


@pytest.fixture
def place(tmp_path: Path, where: str) -> Workspace:
    place = workspace(tmp_path)
    for command in (
        "record 15 41.5 --on 2016-03-05",
        "extend 10 --to 2016-12-01 -m 雨 --approved-by 组长 --basis document --on 2016-03-05",
    ):
        done = place.here(*command.split(), "--ledger", where)
        assert done.code == 0, done.err
    return place


@pytest.mark.parametrize("statement", CHANGES)
def test_a_report_tells_of_a_changed_table(place: Workspace, where: str, statement: str) -> None:
    report = ("report", "--as-of", "2016-03-31", "--ledger", where)
    assert TOLD not in place.here(*report).err
    run(where, statement)
    changed = place.here(*report)
    assert changed.code == 0
    assert TOLD in changed.err
    assert TOLD not in place.here(*report, "--known-on", "2030-01-01").err  # derived from the entries themselves
    checked = place.here("check", "ledger", "--ledger", where)
    assert checked.code == 1
    assert alteration() in checked.out


def test_every_report_tells(place: Workspace, where: str) -> None:
    silent = []
    for command in REPORTS:
        before = place.here(*command.split(), "--ledger", where)
        assert TOLD not in before.err
        assert before.code in {0, 1}, (command, before)
    run(where, "UPDATE {}reports SET received = '2016-03-01'")
    for command in REPORTS:
        done = place.here(*command.split(), "--ledger", where)
        if TOLD not in done.err:
            silent.append((command, done.code, done.err[:300]))
    assert silent == []
