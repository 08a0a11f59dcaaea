"""A city's copy of a district's ledger, filled by PostgreSQL's own logical replication with the documented SQL."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from jingkai_cli.ledger import create
from postgres_server import PASSWORD, OwnServer, missing, started
from running import DATA, Workspace, wait_until

PAGES = ("docs/districts.md", "docs/districts.zh-CN.md")
ROOT = Path(__file__).parents[2]


def documented(page: str) -> list[str]:
    return re.findall(r"^```sql\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def servers() -> Iterator[tuple[OwnServer, OwnServer]]:
    try:
        with started("fsync=off", "wal_level=logical") as district, started("fsync=off") as city:
            yield district, city
    except OSError as error:
        missing(error)


@pytest.mark.slow
def test_both_pages_have_the_same_sql() -> None:
    assert documented(PAGES[0]) == documented(PAGES[1])
    assert len(documented(PAGES[0])) == 3


@pytest.mark.slow
def test_a_copy_follows_its_district_or_reports_that_it_cannot(
    servers: tuple[OwnServer, OwnServer], tmp_path: Path
) -> None:
    district, city = servers
    place = Workspace(tmp_path)
    for name in ("tasks.yaml", "2016-02.jsonl"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    source, copy = district.database(), city.database()
    create(source, lambda: pytest.fail("no clock is needed"))
    assert place.here("import", "2016-02.jsonl", "--ledger", source).code == 0
    publish, subscribe, readers = documented(PAGES[0])
    secret = PASSWORD.replace("'", "''")

    for statement in publish.replace("SECRET", secret).split(";\n"):
        district.run(*filter(None, [statement.strip()]), url=source)
    done = place.here("init", "--ledger", copy, "--copy")
    assert (done.code, "prepared as a copy" in done.out) == (0, True), done.err
    assert place.here("init", "--ledger", copy, "--copy").code == 0, "twice is the same"
    there = conninfo_to_dict(district.url)
    connection = subscribe.replace("DISTRICT port=5432", f"127.0.0.1 port={there['port']}")
    connection = connection.replace("dbname=DATABASE", f"dbname={source.rpartition('/')[2]}")
    city.run(connection.replace("password=SECRET", f"password={PASSWORD}").rstrip().rstrip(";"), url=copy)
    for statement in readers.replace("SECRET", secret).split(";\n"):
        city.run(*filter(None, [statement.strip()]), url=copy)
    reading = city.address(copy.rpartition("/")[2], "overseer")

    def arrived(count: int) -> bool:
        return city.run("SELECT count(*) FROM jk.entries", url=copy) == [(count,)]

    wait_until(lambda: arrived(23))
    assert place.here("record", "12", "35", "--on", "2016-03-15", "--ledger", source).code == 0
    assert place.here("retract", "1", "-m", "误报", "--ledger", source).code == 0
    later, earlier = (
        f'{{"on": "2016-03-{day}", "task": "10", "kind": "report", "by": "li", "readings": {{"投资": "+{day}"}}}}\n'
        for day in (20, 10)
    )
    (tmp_path / "last-day-first.jsonl").write_text(later + earlier, "utf-8")
    assert place.here("import", "last-day-first.jsonl", "--ledger", source).code == 0
    wait_until(lambda: arrived(27))
    for command in (("report", "--as-of", "2016-07-15", "-f", "json"), ("log", "-f", "json"), ("check", "ledger")):
        ours, theirs = (place.here(*command, "--ledger", url) for url in (source, reading))
        assert (theirs.code, theirs.out) == (0, ours.out), theirs.err

    districts = f"title: 全市\ndistricts: [{{name: 甲县, plan: tasks.yaml, ledger: '{reading}'}}]\n"
    (tmp_path / "districts.yaml").write_text(districts, "utf-8")
    done = place.here("overview", "districts.yaml", "--check", "--as-of", "2016-07-15", "-f", "json")
    assert done.code == 0, done.err
    assert PASSWORD not in done.out
    assert [each["state"] for each in json.loads(done.out)["districts"]] == ["whole"]

    for url in (reading, copy):
        done = place.here("record", "12", "40", "--on", "2016-03-20", "--ledger", url)
        assert (done.code, "is a copy" in done.err) == (4, True), done.err

    _gap(district, source)
    wait_until(lambda: city.run("SELECT subenabled FROM pg_subscription", url=copy) == [(False,)])
    done = place.here("check", "ledger", "--ledger", reading)
    assert (done.code, "the subscription jk_district stopped" in done.out) == (1, True), done.out
    assert arrived(27)
    city.run("DROP SUBSCRIPTION jk_district", url=copy)
    assert "no subscription fills this copy" in place.here("check", "ledger", "--ledger", reading).out


def _gap(district: OwnServer, url: str) -> None:
    """Insert an entry that does not follow the last one, as a superuser could."""
    district.run(
        "ALTER TABLE jk.entries DISABLE TRIGGER USER",
        "INSERT INTO jk.entries SELECT 29, 'x', on_date, recorded_at, \"by\", kind, task, unit, ref, body, "
        "repeat('b', 64), repeat('a', 64) FROM jk.entries WHERE seq = 24",
        url=url,
    )


@pytest.mark.slow
def test_a_ledger_with_own_entries_does_not_become_a_copy(server: Any, tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (tmp_path / "tasks.yaml").write_bytes((DATA / "tasks.yaml").read_bytes())
    with server.lent_ledger() as url:
        assert place.here("record", "12", "35", "--on", "2016-03-15", "--ledger", url).code == 0
        done = place.here("init", "--ledger", url, "--copy")
        assert (done.code, "entries of its own" in done.err) == (2, True), done.err
        assert place.here("check", "ledger", "--ledger", url).code == 0
    assert place.here("init", "--copy").code == 2
    assert place.here("init", "--ledger", "x.db", "--copy").code == 2
