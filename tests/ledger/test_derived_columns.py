"""For each changed column of a derived table, `jk check` names the table, and the entry if the row has one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from ledger_samples import Clock, append, days, entry, percent

from effort import STORES
from jingkai_cli.ledger import open_for_reading, open_for_writing
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.derived_tables import TABLES
from postgres_server import Server

COLUMNS = [(table, column) for table, layout in TABLES.items() for column in (*layout.key, *layout.others)]
WHOLE = {"seq", "since", "added"}
"""The columns that hold integers."""
ENTRIES = [
    percent("40", received=days(1)),
    percent("+2.5", on=days(2)),
    percent("60", on=days(4)),
    entry("extend", on=days(3)),
    entry("reach", milestone="m1", on=days(5)),
]

Run = Callable[[str], None]


@pytest.fixture(scope="module", params=STORES)
def changing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Run, str]]:
    """A ledger with rows in each derived table, a function that changes it by SQL, and the prefix of its tables."""
    with ExitStack() as lent:
        if request.param == "postgres":
            server: Server = request.getfixturevalue("server")
            where, schema = lent.enter_context(server.lent_ledger()), "jk."
        else:
            where, schema = str(tmp_path_factory.mktemp("changing") / "ledger.db"), ""

        def run(statement: str) -> None:
            if schema:
                server.run(statement, url=where)
                return
            with closing(sqlite3.connect(where)) as raw, raw:
                raw.execute(statement)

        with closing(open_for_writing(where, Clock())) as ledger:
            append(ledger, ENTRIES)
        yield where, run, schema


def found(where: str) -> list[str]:
    with closing(open_for_reading(where)) as ledger:
        return check_ledger(ledger)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda name: name)
def test_a_changed_column_is_named(changing: tuple[str, Run, str], table: str, column: str) -> None:
    where, run, schema = changing
    assert not [fault for fault in found(where) if "the table " in fault]  # the mark of an earlier change stays
    to, back = f"{column} || '0'", f"substr({column}, 1, length({column}) - 1)"
    if column in WHOLE:
        to, back = f"{column} + 1", f"{column} - 1"
    key = "seq" if "seq" in TABLES[table].key else "task"
    row = f"{key} = (SELECT max({key}) FROM {schema}{table})"  # the same one before and after
    run(f"UPDATE {schema}{table} SET {column} = {to} WHERE {row}")
    named = [fault for fault in found(where) if f"the table {table} " in fault]
    run(f"UPDATE {schema}{table} SET {column} = {back} WHERE {row}")
    assert named
    assert key != "seq" or named[0].startswith("entry ")
