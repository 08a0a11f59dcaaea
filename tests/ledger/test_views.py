"""The views for other programs: they agree with `jk log` and `jk show`, are read-only, and `jk check` compares them."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from effort import STORES
from jingkai_cli.ledger import create
from jingkai_cli.plan import load_plan
from postgres_server import PASSWORD, Server
from running import DATA, Workspace

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(params=STORES)
def asking(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Workspace, Ask, Ask]]:
    """A workspace with entries, a function that queries its ledger read-only, and one that does so as its owner."""
    place = Workspace(tmp_path)
    (tmp_path / "tasks.yaml").write_bytes((DATA / "tasks.yaml").read_bytes())
    (tmp_path / "2016-02.jsonl").write_bytes((DATA / "2016-02.jsonl").read_bytes())
    options: tuple[str, ...] = ()
    if request.param == "postgres":
        server: Server = request.getfixturevalue("server")
        url = server.database()
        create(url, lambda: pytest.fail("no clock is needed"))
        login = f"reader_{url.rpartition('_')[2]}"
        quoted = PASSWORD.replace("'", "''")
        server.run(f"CREATE ROLE {login} LOGIN PASSWORD '{quoted}'", f"GRANT jk_inspector TO {login}")
        options = ("--ledger", url)
        urls = (server.address(url.rpartition("/")[2], login), url)
    for command in (
        ("import", "2016-02.jsonl"),
        ("record", "12", "35", "--on", "2016-03-15", "--from", "建投公司", "-m", "顺利"),
        ("record", "12", "40", "--on", "2016-03-20"),
        ("retract", "25", "-m", "误报"),
        ("record", "1", "invested+=0.25", "--on", "2016-03-31"),
    ):
        done = place.here(*command, *options)
        assert done.code == 0, done.err
    if request.param == "sqlite":
        with (
            closing(sqlite3.connect(f"{place.ledger.as_uri()}?mode=ro", uri=True)) as reader,
            closing(sqlite3.connect(place.ledger, isolation_level=None)) as owner,
        ):
            yield place, lambda query: reader.execute(query).fetchall(), lambda query: owner.execute(query).fetchall()
        return
    connections = [psycopg.connect(each, autocommit=True, options="-c search_path=jk") for each in urls]
    place = _InPostgres(tmp_path)
    place.url.append(urls[1])
    yield place, *(_ask(connection) for connection in connections)  # type: ignore[misc]
    for connection in connections:
        connection.close()


class _InPostgres(Workspace):
    """A workspace whose ledger is on the server."""

    url: list[str] = []  # noqa: RUF012 - of the fixture that is in use

    def here(self, *arguments: str, **environ: str) -> Any:
        return super().here(*arguments, JK_LEDGER=self.url[-1], **environ)


def _ask(connection: psycopg.Connection[Any]) -> Ask:
    def ask(query: str) -> list[tuple[Any, ...]]:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []

    return ask


def printed(place: Workspace, *command: str) -> Any:
    done = place.here(*command, "-f", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)["items"]


def test_entries_agree_with_the_log(asking: tuple[Workspace, Ask, Ask]) -> None:
    place, ask, _owner = asking
    rows = ask("SELECT seq, on_date, kind, task, unit, note, retracted_by, hash FROM v_entries ORDER BY seq")
    fields = ("seq", "on", "kind", "task", "unit", "note", "retracted_by", "hash")
    assert [tuple(row) for row in rows] == [tuple(item[field] for field in fields) for item in printed(place, "log")]
    (row,) = ask("SELECT readings FROM v_entries WHERE seq = 24")
    assert (json.loads(row[0]) if isinstance(row[0], str) else row[0]) == {"percent": "35"}


def test_readings_and_totals_agree_with_show(asking: tuple[Workspace, Ask, Ask]) -> None:
    place, ask, _owner = asking
    totals = {name: float(total) for name, total in ask("SELECT name, total FROM v_totals WHERE task = '1'")}
    assert totals["invested"] == 1.25
    shown = place.here("show", "1", "--as-of", "2016-12-31").out
    units = {indicator.id: indicator.unit for task in load_plan(place.folder / "tasks.yaml").tasks if task.id == "1"
             for indicator in task.indicators}  # fmt: skip
    for name, total in totals.items():
        assert f"{total:g}{units[name]}" in shown, name
    invested = "task = '1' AND name = 'invested'"
    readings = ask(f"SELECT on_date, added, value, total FROM v_readings WHERE {invested} ORDER BY on_date")
    assert [(on, added, float(value), float(total)) for on, added, value, total in readings] == [
        ("2016-02-29", 1, 1.0, 1.0),
        ("2016-03-31", 1, 0.25, 1.25),
    ]
    assert [float(total) for (total,) in ask("SELECT total FROM v_totals WHERE task = '12' AND name = 'percent'")] == [
        35
    ]


def test_nobody_writes_by_a_view(asking: tuple[Workspace, Ask, Ask]) -> None:
    place, ask, owner = asking
    for write in (ask, owner):
        for view in ("v_entries", "v_totals"):
            with pytest.raises((sqlite3.Error, psycopg.Error)):
                write(f"DELETE FROM {view}")
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        ask("UPDATE v_readings SET total = 9")
    assert place.here("check", "ledger").code == 0


def test_check_names_a_view_that_was_changed_or_added(asking: tuple[Workspace, Ask, Ask]) -> None:
    place, _ask, owner = asking
    assert place.here("check", "ledger").code == 0
    owner("DROP VIEW v_totals")
    done = place.here("check", "ledger")
    assert (done.code, "v_totals" in done.out) == (1, True), done.out
    owner("CREATE VIEW v_totals AS SELECT 1 AS task")
    done = place.here("check", "ledger")
    assert (done.code, "v_totals" in done.out) == (1, True), done.out
    owner("CREATE VIEW v_more AS SELECT 1 AS task")
    done = place.here("check", "ledger")
    assert (done.code, "v_more" in done.out) == (1, True), done.out
