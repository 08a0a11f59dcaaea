"""Who may write what in PostgreSQL: every role logs in and tries what it must not, in SQL and through the ledger."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from ledger_samples import append, entry, percent, reading, retraction

from jingkai_cli.errors import LedgerError
from jingkai_cli.ledger import chain, open_for_reading, open_for_writing
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.protocol import WritableLedger
from jingkai_cli.ledger.writer import INSERT, columns
from jingkai_cli.model import Entry, Reading
from postgres_server import QUOTED, Server

OWN, OTHER = "城镇办", "执法局"
LOGINS = {"desk_a": "jk_unit", "desk_b": "jk_unit", "office": "jk_coordinator", "auditor": "jk_inspector"}
STRANGER = "stranger"
PASSWORD = "p@ss/wörd:%1?"  # noqa: S105 - of a server that lives as long as the tests


def now() -> datetime:
    return datetime.now(UTC)


class Desks:
    """A ledger with a task 1 of one unit and a task 2 of another, and the desks of everybody."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url = server.ledger()
        name = self.url.rpartition("/")[2]
        quoted = PASSWORD.replace("'", "''")
        for login, role in {**LOGINS, STRANGER: ""}.items():
            if not server.run(f"SELECT 1 FROM pg_roles WHERE rolname = '{login}'"):
                server.run(f"CREATE ROLE {login} LOGIN PASSWORD '{quoted}'")
                server.run(*([f"GRANT {role} TO {login}"] if role else []))
        self.urls = {login: server.address(name, login) for login in (*LOGINS, STRANGER)}
        units = f"INSERT INTO jk.unit_logins VALUES ('desk_a', '{OWN}'), ('desk_b', '{OTHER}')"
        server.run(units, url=self.url)
        with closing(self.ledger("office")) as office:
            office.write(lambda writer: writer.assign({"1": [OWN], "2": [OTHER], "3": [OWN, OTHER]}))
            append(
                office,
                [
                    percent("10", task="1", unit=OWN),
                    percent("20", task="2", unit=OTHER),
                    entry("problem", "2", responsible=OTHER, deadline=date(2016, 4, 1), note="积水"),
                    entry("problem", "1", responsible=OWN, deadline=date(2016, 4, 1), note="裸土"),
                ],
            )

    def ledger(self, login: str) -> WritableLedger:
        return open_for_writing(self.urls[login], now)

    def sql(self, login: str, statement: str, values: Any = None) -> list[Any]:
        with psycopg.connect(self.urls[login], autocommit=True, cursor_factory=psycopg.RawCursor) as raw:
            cursor = raw.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def insert(self, login: str, said: Entry, at: datetime | None = None, **changed: Any) -> None:
        """Insert an entry behind the program's back, linked rightly; `changed` columns are not."""
        with closing(open_for_reading(self.url)) as ledger:
            recorded = chain.link(said, ledger.head(), at or now())
        row = columns(recorded)
        names = ("seq", "key", "on_date", "recorded_at", "by", "kind", "task", "unit", "ref", "body", "prev_hash")
        values = [changed.get(name, value) for name, value in zip((*names, "hash"), row, strict=True)]
        marks = ", ".join(f"${number}" for number in range(1, 13))
        self.sql(login, INSERT.replace("INTO entries", "INTO jk.entries").partition("VALUES")[0] + f"VALUES ({marks})",
                 values)  # fmt: skip

    def whole(self) -> None:
        with closing(open_for_reading(self.url)) as ledger:
            assert check_ledger(ledger) == []


@pytest.fixture(scope="module")
def desks(server: Server) -> Iterator[Desks]:
    made = Desks(server)
    yield made
    made.whole()


def own(kind: str = "report", task: str = "1", **fields: Any) -> Entry:
    return entry(kind, task, **{"unit": OWN, **fields})


def moved(minutes: int) -> datetime:
    return now() + timedelta(minutes=minutes)


def test_a_unit_records_of_its_own_tasks_and_retracts_its_own(desks: Desks) -> None:
    with closing(desks.ledger("desk_a")) as desk:
        said = [
            own(readings={"percent": reading("30")}),
            own(task="3", readings={"greened": reading("+5", OWN)}),
            own("reach", milestone="m"),
            own("fix", ref=4),
            own("done"),
            own("object", note="不同意"),
        ]
        recorded = append(desk, said)
        append(desk, [retraction(recorded[0].seq, task="1"), own(note="more", received=now().date())])
    desks.whole()


REFUSED = {
    "a task of another unit": own(task="2", note="x"),
    "in another unit's name": own(unit=OTHER, note="x"),
    "in nobody's name": own(unit=None, note="x"),
    "another's share": own(task="3", readings={"greened": Reading(Decimal(5), unit=OTHER)}),
    "accept": own("accept", verifier="wang"),
    "reopen": own("reopen", note="x"),
    "extend": own("extend", deadline=date(2017, 1, 1)),
    "verify": own("verify", ref=4),
    "problem": own("problem", responsible=OWN, deadline=date(2017, 1, 1)),
    "ruling": own("ruling", ruling="upheld"),
    "score": own("score", "", month="2016-03", score=Decimal(99)),
    "adopt": own("adopt", ""),
    "a deadline in a report": own(deadline=date(2017, 1, 1)),
    "a verifier in done": own("done", verifier="wang"),
    "figures in done": own("done", readings={"percent": reading("99")}),
    "fix of another task's problem": own("fix", ref=3),
    "fix of what is no problem": own("fix", ref=1),
    "a report about another task's entry": own(ref=2),
    "received long ago": own(received=date(2016, 3, 1), note="x"),
    "retract another's": retraction(2, task="2"),
    "retract another's in its own task": retraction(2, task="1"),
    "retract a problem": retraction(4, task="1", unit=OWN),
    "retract in another's name": retraction(1, task="1", unit=OTHER),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_unit_records_nothing_else(desks: Desks, name: str) -> None:
    with closing(desks.ledger("desk_a")) as desk:
        before = desk.head()
        said = replace(REFUSED[name], key=name)
        with pytest.raises(LedgerError, match=r"desk_a \(role jk_unit\).*城镇办.*1、3|desk_a.*1, 3") as refused:
            append(desk, [said])
        assert "row-level security" in str(refused.value)
        assert desk.head() == before
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desks.insert("desk_a", said)


@pytest.mark.parametrize("minutes", [-70, 70])
def test_a_unit_records_at_the_time_of_the_server(desks: Desks, minutes: int) -> None:
    with pytest.raises(psycopg.Error, match=r"row-level security|recorded before"):
        desks.insert("desk_a", own(note="x"), moved(minutes))
    desks.insert("desk_a", own(note="now"))


@pytest.mark.parametrize("login", ["desk_a", "office"])
def test_no_clock_of_a_desk_turns_the_order_round(desks: Desks, login: str) -> None:
    """By the program it is recorded at the time of the entry before; behind its back it is refused."""
    with closing(desks.ledger("office")) as office:
        (last,) = append(office, [percent("10", task="1", unit=OWN)])
    with pytest.raises(psycopg.Error, match="recorded before"):
        desks.insert(login, own(note="x"), last.recorded_at - timedelta(seconds=1))
    with closing(open_for_writing(desks.urls[login], lambda: now() - timedelta(days=400))) as desk:
        (recorded,) = append(desk, [own(note="x")])
    assert recorded.recorded_at == last.recorded_at


def test_what_was_accepted_or_verified_is_not_retracted_by_its_unit(desks: Desks) -> None:
    with closing(desks.ledger("office")) as office, closing(desks.ledger("desk_b")) as desk:
        done, fixed = append(desk, [entry("done", "2", unit=OTHER), entry("fix", "2", unit=OTHER, ref=3)])
        append(office, [entry("accept", "2", verifier="w"), entry("verify", "2", ref=3, verifier="w")])
        for each in (done, fixed):
            with pytest.raises(LedgerError, match="desk_b"):
                append(desk, [retraction(each.seq, task="2")])


def test_a_login_without_a_unit_or_a_role_records_nothing(desks: Desks, server: Server) -> None:
    with pytest.raises(LedgerError, match="no role in the ledger"):
        desks.ledger(STRANGER)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desks.sql(STRANGER, "SELECT * FROM jk.entries")
    server.run(f"GRANT jk_unit TO {STRANGER}")
    try:
        with closing(desks.ledger(STRANGER)) as desk, pytest.raises(LedgerError, match="belongs to no unit"):
            append(desk, [own(note="x")])
    finally:
        server.run(f"REVOKE jk_unit FROM {STRANGER}")


def test_an_inspector_reads_everything_and_writes_nothing(desks: Desks) -> None:
    with closing(desks.ledger("auditor")) as desk:
        assert len(list(desk.entries())) == desk.head().seq
        assert check_ledger(desk) == []
        with pytest.raises(LedgerError, match=r"auditor \(role jk_inspector\) may read"):
            append(desk, [percent("1")])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desks.insert("auditor", percent("1"))


def test_a_coordinator_records_all_kinds(desks: Desks) -> None:
    with closing(desks.ledger("office")) as office:
        (extended,) = append(office, [entry("extend", "1", deadline=date(2017, 1, 1), basis="document")])
        append(office, [retraction(extended.seq, task="1"), entry("score", "", unit=OWN, month="2016-03",
               score=Decimal("92.5"))])  # fmt: skip


DERIVED = ("tasks", "series", "readings", "reports", "events", "version", "unit_logins", "task_units")
FORBIDDEN = [
    *(f"{verb} jk.{table}" for table in (*DERIVED, "entries") for verb in ("DELETE FROM", "TRUNCATE")),
    *(f"INSERT INTO jk.{table} SELECT * FROM jk.{table}" for table in DERIVED),
    "UPDATE jk.readings SET total = '100'",
    "UPDATE jk.entries SET task = task",
    "UPDATE jk.task_units SET unit = '城镇办'",
    "UPDATE jk.unit_logins SET login = current_user",
    "INSERT INTO jk.entries SELECT * FROM jk.entries ON CONFLICT (key) DO UPDATE SET body = ''",
    "ALTER TABLE jk.entries DISABLE TRIGGER ALL",
    "ALTER TABLE jk.entries DISABLE ROW LEVEL SECURITY",
    "DROP TRIGGER entries_next ON jk.entries",
    "DROP TABLE jk.events",
    "DROP SCHEMA jk CASCADE",
    "CREATE TABLE jk.mine (a int)",
    "CREATE FUNCTION jk.unit_may(entry jk.entries, x int) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "ALTER FUNCTION jk.unit_may(jk.entries) SECURITY DEFINER",
    "SELECT jk.carry('1', 'percent', '', '', 0)",
    "SELECT jk.entries_follow()",
    "SET session_replication_role = replica",
    "SET ROLE jk_nobody_at_all",
    "SET SESSION AUTHORIZATION postgres",
    "GRANT jk_coordinator TO current_user",
    "CREATE ROLE another LOGIN",
]


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_changes_anything_but_by_an_entry(desks: Desks, login: str) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(psycopg.Error) as refused:
            desks.sql(login, statement)
        assert refused.value.sqlstate in ("42501", "22023", "0A000"), f"{statement}: {refused.value}"


@pytest.mark.parametrize("login", ["desk_a", "desk_b", "auditor"])
def test_coordinators_alone_say_whose_a_task_is(desks: Desks, login: str) -> None:
    with closing(desks.ledger(login)) as desk, pytest.raises(LedgerError, match="permission denied"):
        desk.write(lambda writer: writer.assign({"2": [OWN]}))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desks.sql(login, "SELECT jk.fill_task_units('{}')")


def test_a_search_path_of_ones_own_opens_nothing(desks: Desks) -> None:
    """A temporary table in the place of the real one, before all else in the search path."""
    with psycopg.connect(desks.urls["desk_a"], autocommit=True) as raw:
        raw.execute("CREATE TEMP TABLE unit_logins AS SELECT 'desk_a'::name AS login, '执法局' AS unit")
        raw.execute("CREATE TEMP TABLE task_units AS SELECT '2' AS task, '执法局' AS unit")
        raw.execute("SET search_path = pg_temp, jk")
        with closing(open_for_reading(desks.url)) as ledger:
            recorded = chain.link(entry(task="2", unit=OTHER, note="x"), ledger.head(), now())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(INSERT.replace("entries", "jk.entries", 1).replace("?", "%s"), columns(recorded))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"seq": 1}, "next number"),
        ({"seq": 999}, "next number"),
        ({"prev_hash": "0" * 64}, "link to the last"),
        ({"hash": "0" * 64}, "its hash"),
        ({"task": "2"}, "differ"),
        ({"unit": OTHER}, "differ"),
        ({"kind": "accept"}, "differ"),
        ({"on_date": "2016-01-01"}, "differ"),
        ({"ref": 7}, "differ"),
        ({"key": "other"}, "differ"),
        ({"body": "{}"}, "its hash"),
    ],
    ids=str,
)
@pytest.mark.parametrize("login", ["desk_a", "office"])
def test_no_row_but_the_next_one_that_is_what_its_text_says(
    desks: Desks, login: str, changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(psycopg.Error, match=why):
        desks.insert(login, own(note="x"), **changed)


BODIES = {
    "spaces": lambda body: body.replace(",", ", "),
    "order": lambda body: body.replace('{"by":"lin",', "{")[:-1] + ',"by":"lin"}',
    "a key twice": lambda body: body.replace('{"by":', '{"by":"x","by":'),
    "an escape that is not needed": lambda body: body.replace('"lin"', '"\\u006cin"'),
    "a number for text": lambda body: body.replace('"lin"', "7"),
    "no number": lambda body: body.replace('"30"', '"NaN"'),
    "a zero too many": lambda body: body.replace('"30"', '"30.0"'),
    "an exponent": lambda body: body.replace('"30"', '"3e1"'),
    "no date": lambda body: body.replace('"on":"2016-03-01"', '"on":"2016-02-30"'),
    "nothing in it": lambda body: body.replace('"evidence":["a"]', '"evidence":[]'),
    "a list of numbers": lambda body: body.replace('"evidence":["a"]', '"evidence":[1]'),
    "what was printed of another figure": lambda body: body.replace('"printed":{"percent"', '"printed":{"other"'),
    "no JSON": lambda body: body[:-1],
}


@pytest.mark.parametrize("name", BODIES)
def test_no_text_that_this_program_would_not_write(desks: Desks, name: str) -> None:
    said = own(readings={"percent": Reading(Decimal(30), printed="三成")}, evidence=("a",), key=name)
    with closing(open_for_reading(desks.url)) as ledger:
        body = chain.link(said, ledger.head(), now()).body
    changed = BODIES[name](body)
    assert changed != body
    on = "2016-02-30" if name == "no date" else "2016-03-01"
    by = "7" if name == "a number for text" else "lin"
    with pytest.raises(psycopg.Error):
        desks.insert("office", said, body=changed, hash=chain.digest(changed), on_date=on, by=by,
                     recorded_at=chain.parse(body, "").body and body.partition('"recorded_at":"')[2][:27])  # fmt: skip
    desks.insert("office", said)


# The owner


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE jk.entries SET task = task",
        "DELETE FROM jk.entries",
        "TRUNCATE jk.entries",
        "SET session_replication_role = replica; DELETE FROM jk.entries",
    ],
)
def test_the_owner_does_not_change_an_entry_either(desks: Desks, server: Server, statement: str) -> None:
    with pytest.raises(psycopg.Error, match="append-only"):
        server.run(statement, url=desks.url)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("ALTER TABLE jk.entries DISABLE TRIGGER entries_next", "TRIGGER entries_next is not as"),
        ("ALTER TABLE jk.entries ENABLE TRIGGER entries_kept", "TRIGGER entries_kept is not as"),
        ("DROP TRIGGER entries_follow ON jk.entries", "TRIGGER entries_follow is missing"),
        ("DROP POLICY unit_records ON jk.entries", "POLICY unit_records is missing"),
        ("CREATE POLICY more ON jk.entries FOR INSERT TO jk_unit WITH CHECK (true)", "POLICY more is not as"),
        ("ALTER TABLE jk.entries DISABLE ROW LEVEL SECURITY", "ROW LEVEL SECURITY entries is missing"),
        ("GRANT UPDATE ON jk.readings TO jk_unit", "jk_unit has UPDATE on readings"),
        ("GRANT UPDATE (total) ON jk.readings TO PUBLIC", "PUBLIC has UPDATE on readings.total"),
        ("GRANT EXECUTE ON FUNCTION jk.fill_task_units(jsonb) TO jk_unit", "jk_unit has EXECUTE on fill_task_units"),
        ("GRANT CREATE ON SCHEMA jk TO jk_unit", "jk_unit has CREATE on schema"),
        ("ALTER TABLE jk.entries DROP CONSTRAINT entries_key_key", "INDEX entries_key_key is missing"),
        ("UPDATE jk.readings SET total = '99' WHERE seq = 1", "entry 1: the table readings has"),
        (
            "CREATE OR REPLACE FUNCTION jk.unit_may(entry jk.entries) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
            "FUNCTION unit_may is not as",
        ),
        ("ALTER FUNCTION jk.entries_next() RESET search_path", "FUNCTION entries_next is not as"),
    ],
)
def test_a_guard_that_the_owner_took_away_is_found(server: Server, statement: str, finding: str) -> None:
    with server.lent_ledger() as url, closing(open_for_writing(url, now)) as ledger:
        append(ledger, [percent("40")])
        assert check_ledger(ledger) == []
        server.run(statement, url=url)
        found = check_ledger(ledger)
    assert len(found) == 1
    assert finding in found[0]


def test_a_role_that_can_do_more_is_found(server: Server, desks: Desks) -> None:
    server.run("ALTER ROLE jk_unit BYPASSRLS")
    try:
        with closing(open_for_reading(desks.url)) as ledger:
            assert check_ledger(ledger) == ["database: the role jk_unit has more rights than the ledger grants"]
    finally:
        server.run("ALTER ROLE jk_unit NOBYPASSRLS")


def test_a_password_is_never_told(desks: Desks) -> None:
    with closing(desks.ledger("desk_a")) as ledger:
        assert ledger.where.startswith("postgresql://desk_a@127.0.0.1:")
    bad = desks.urls["desk_a"].replace(QUOTED, "s3cret%40")
    for url in (bad, bad.replace("s3cret%40", "s3cret@x"), bad.replace("s3cret%40", "s3cret/x"),
        bad.replace("s3cret%40", "x@s3cret"),
        bad.replace("s3cret%40", "x/s3cret"),
                bad.replace("s3cret%40", "s3cret%zz"), bad.replace("127.0.0.1", "nowhere.invalid")):  # fmt: skip
        with pytest.raises(LedgerError) as refused:
            open_for_reading(url)
        assert "s3cret" not in str(refused.value)
        assert "s3cret" not in repr(refused.value.__cause__)
