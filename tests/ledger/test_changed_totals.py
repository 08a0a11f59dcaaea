"""A report warns about totals that were changed in the database, and names `jk check`."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from running import Workspace, workspace

CHANGES = {
    "a total that was stated": "UPDATE {readings} SET total = '99' WHERE seq = 1",
    "a figure and its total": "UPDATE {readings} SET total = '99', value = '99' WHERE seq = 1",
    "a total of increments": "UPDATE {readings} SET total = '99' WHERE seq = 3",
    "an increment and its total": "UPDATE {readings} SET total = '2.5', value = '1.5' WHERE seq = 3",
    "what is no number": "UPDATE {readings} SET total = 'x', value = 'x' WHERE seq = 3",
    "an endless number": "UPDATE {readings} SET total = 'Infinity', value = 'Infinity' WHERE seq = 1",
    "since when": "UPDATE {readings} SET since = 2 WHERE seq = 1",
}


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


@pytest.fixture
def change(where: str) -> Callable[[str], None]:
    def run(statement: str) -> None:
        if where.startswith("postgresql:"):
            with psycopg.connect(where, autocommit=True) as raw:
                raw.execute("ALTER TABLE jk.readings DISABLE TRIGGER USER")
                raw.execute(statement.format(readings="jk.readings").encode())
                raw.execute("ALTER TABLE jk.readings ENABLE TRIGGER USER")
        else:
            with closing(sqlite3.connect(where, isolation_level=None)) as raw_file:
                raw_file.execute(statement.format(readings="readings"))

    return run


@pytest.mark.parametrize("named", CHANGES)
def test_a_report_warns_about_totals_that_do_not_follow_from_the_entries(
    place: Workspace, where: str, change: Callable[[str], None], named: str
) -> None:
    here = ("--ledger", where)
    for task, figure in (("15", "41.5"), ("10", "投资=+1亿元"), ("10", "投资=+0.2亿元")):
        done = place.here("record", task, figure, "--on", "2016-03-05", *here)
        assert done.code == 0, done.err
    report = ("report", "--as-of", "2016-03-31", "-f", "json", *here)
    assert "do not follow" not in place.here(*report).err
    change(CHANGES[named])
    changed = place.here(*report)
    assert changed.code == 0
    items = {item["id"]: item for item in json.loads(changed.out)["items"]}
    assert (items["15"]["progress"] is None) == ("Infinity" in CHANGES[named])
    seq = 1 if "seq = 1" in CHANGES[named] else 3
    assert f"The totals after #{seq} do not follow from the entries: run `jk check`" in changed.err
    assert place.here("check", "ledger", *here).code == 1
