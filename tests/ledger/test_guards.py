"""Rights in PostgreSQL: every role logs in and tries what it must not do, in SQL and through the ledger."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from ledger_samples import DAY, REQUIRED, append, days, entry, percent, reading, retraction
from msgspec.structs import replace

from effort import mostly_slow
from jingkai_cli.errors import LedgerError
from jingkai_cli.facts import Total
from jingkai_cli.kinds import NAMES, all_kinds
from jingkai_cli.kinds.kind import COMMON
from jingkai_cli.ledger import chain, create, open_for_reading, open_for_writing, postgres
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.entries import Selection
from jingkai_cli.ledger.postgres.link import Limits
from jingkai_cli.ledger.postgres.schema import VERSION, declared
from jingkai_cli.ledger.protocol import WritableLedger, Writer
from jingkai_cli.ledger.recording_units import follow_adoption
from jingkai_cli.ledger.writer import INSERT, columns
from jingkai_cli.model import Entry, Head, Reading
from postgres_server import QUOTED, Server

OWN, OTHER = "城镇办", "执法局"
LOGINS = {"desk_a": "jk_unit", "desk_b": "jk_unit", "office": "jk_coordinator", "auditor": "jk_inspector"}
STRANGER = "stranger"
FOR_A_LOCK = Limits(lock=0.3)
KINDS_OF_VERSION = {
    3: "34b4c713bd3400397cff0bb2a38ee67fbc477f35b0a62d7ededc1ff3dea74193",
    4: "c9ab40b5ef995a04c8e7e6492004a3e5e10a081eaa462d157f0f3936e0b0c056",
    5: "c9ab40b5ef995a04c8e7e6492004a3e5e10a081eaa462d157f0f3936e0b0c056",
}
"""Version of the schema → SHA-256 of its kinds. Add a line for a new version; never change that of a released one."""
PASSWORD = "p@ss/wörd:%1?"  # noqa: S105 - of a server that lives as long as the tests


def now() -> datetime:
    return datetime.now(UTC)


class Desks:
    """A ledger with task 1 of one unit and task 2 of another, and a login for each role."""

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
        """Insert a correctly linked entry with SQL, with some columns `changed`."""
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


def test_totals_are_right_for_entries_in_reverse_order(desks: Desks) -> None:
    """The entries are inserted without this program; each total is corrected once, not once for each earlier entry."""
    written = 60
    with closing(open_for_reading(desks.url)) as ledger:
        head = ledger.head()
    insert = INSERT.replace("INTO entries", "INTO jk.entries").partition("VALUES")[0]
    marks = ", ".join(f"${number}" for number in range(1, 13))
    with psycopg.connect(desks.urls["office"], cursor_factory=psycopg.RawCursor) as raw:
        for back in range(written):
            said = entry(task="3", on=days(-back), readings={"felled": reading(f"+{back % 3}")})
            recorded = chain.link(said, head, now())
            raw.execute(f"{insert} VALUES ({marks})".encode(), columns(recorded))
            head = Head(recorded.seq, recorded.hash)
        raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
        updated = raw.execute("SELECT pg_stat_get_xact_tuples_updated('jk.readings'::regclass)").fetchall()
    assert updated == [(written,)]
    desks.whole()
    with closing(open_for_reading(desks.url)) as ledger:
        for back in (0, 1, written - 1):
            expected = Decimal(sum(other % 3 for other in range(back, written)))
            assert ledger.total(["3"], "felled", "", days(-back)) == Total(
                expected, days(-back), head.seq - written + 1 + back, stated=False
            )


def test_a_unit_records_for_its_own_tasks_and_retracts_its_own_entries(desks: Desks) -> None:
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
    "fix of another task's problem": own("fix", ref=3),
    "fix of what is no problem": own("fix", ref=1),
    "a report about another task's entry": own(ref=2),
    "received long ago": own(received=date(2016, 3, 1), note="x"),
    "retract another's": retraction(2, task="2"),
    "retract another's in its own task": retraction(2, task="1"),
    "retract a problem": retraction(4, task="1", unit=OWN),
    "retract in another's name": retraction(1, task="1", unit=OTHER),
}


@pytest.mark.parametrize("name", mostly_slow(REFUSED))
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


MISFITS = {
    "a deadline in a report": (own(deadline=date(2017, 1, 1)), "deadline"),
    "a verifier in done": (own("done", verifier="wang"), "verifier"),
    "figures in done": (own("done", readings={"percent": reading("99")}), "readings"),
    "a kind that there is not": (own("bogus"), "kind"),
    "a score of 1000": (own("score", "", score=Decimal(1000)), "score"),
    "a score below 0": (own("score", "", score=Decimal(-1)), "score"),
    "a month that there is not": (own("score", "", month="2016-99"), "month"),
    "a basis that there is not": (own("extend", basis="bribe"), "basis"),
    "a shift that there is not": (own("problem", shift="x"), "shift"),
    "a ruling that there is not": (own("ruling", ruling="x"), "ruling"),
    "an adoption without a plan": (own("adopt", "", plan=None), "plan"),
    "an adoption of another plan": (own("adopt", "", plan="b"), "plan_sha256"),
    "a retraction without a reason": (retraction(1, task="1", note=None), "note"),
    "a report of no task": (own(task="", note="x"), "task"),
    "a score of a task": (own("score", "1"), "task"),
}


@pytest.mark.parametrize("login", ["desk_a", "office"])
@pytest.mark.parametrize("name", mostly_slow(MISFITS))
def test_nobody_records_an_entry_that_is_invalid_for_its_kind(desks: Desks, name: str, login: str) -> None:
    said, field = MISFITS[name]
    with closing(desks.ledger(login)) as desk:
        before = desk.head()
        with pytest.raises(LedgerError, match=f"field {field} of the entry does not fit its kind|row-level security"):
            append(desk, [replace(said, key=name)])
        assert desk.head() == before
    with pytest.raises(psycopg.errors.CheckViolation, match=f"field {field}"):
        desks.insert("office", replace(said, key=name))


POISONS = {
    "a date without an end": ('"on":"2016-03-01"', '"on":"infinity"', {"on_date": "infinity"}),
    "a date of five digits": ('"on":"2016-03-01"', '"on":"10000-01-01"', {"on_date": "10000-01-01"}),
    "a day that there is not": ('"on":"2016-03-01"', '"on":"2016-02-30"', {"on_date": "2016-02-30"}),
    "received for ever": ('"prev_hash"', '"received":"infinity","prev_hash"', {}),
    "recorded for ever": ('"recorded_at":"{at}"', '"recorded_at":"infinity"', {"recorded_at": "infinity"}),
    "a field that there is not": ('"on":', '"nothing":"x","on":', {}),
}


def poisoned(ledger: WritableLedger, name: str, key: str) -> tuple[str, dict[str, Any]]:
    """The body of an entry that no program can read, and the columns in which it differs from a readable one."""
    recorded = chain.link(own(note="x", key=key), ledger.head(), now())
    old, new, changed = POISONS[name]
    body = recorded.body.replace(old.replace("{at}", chain.instant(recorded.recorded_at)), new)
    said = json.loads(body)
    body = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert body != recorded.body
    return body, {"body": body, "hash": chain.digest(body), "recorded_at": said["recorded_at"], **changed}


@pytest.mark.parametrize("login", ["desk_a", "office"])
@pytest.mark.parametrize("name", mostly_slow(POISONS))
def test_nobody_records_an_unreadable_entry(desks: Desks, name: str, login: str) -> None:
    with closing(desks.ledger("office")) as office:
        _body, changed = poisoned(office, name, name)
    with pytest.raises(psycopg.Error) as refused:
        desks.insert(login, own(note="x", key=name), **changed)
    assert refused.value.sqlstate in {"23514", "22007", "22008"}, refused.value


def test_nobody_records_at_a_future_time(desks: Desks) -> None:
    for login in ("desk_a", "office"):
        with pytest.raises(psycopg.Error, match="time to come"):
            desks.insert(login, own(note="x"), moved(70))
    with pytest.raises(psycopg.Error, match="time to come"):
        desks.insert("office", own(note="x"), datetime(9999, 12, 31, tzinfo=UTC))


def test_numbers_and_lists_of_entries_are_not_text(desks: Desks) -> None:
    with closing(desks.ledger("office")) as office:
        inspection = entry("inspection", "1", passed=("覆盖", "冲洗"), not_applicable=("运输",))
        whole, decided, _seen = append(office, [entry("problem", "1"), entry("decision", "1"), inspection])
        part, settled = entry("problem", "1", part_of=whole.seq), entry("settled", "1", ref=decided.seq)
        append(office, [part, replace(settled, superseded_by=decided.seq)])
        assert check_ledger(office) == []
        assert [r.entry.passed for r in office.entries() if r.entry.kind == "inspection"] == [("覆盖", "冲洗")]
    with pytest.raises(psycopg.Error, match="not canonical"):
        desks.insert("office", entry("inspection", "1", failed=(1,)))


def test_the_kinds_on_the_server_are_those_of_the_program(desks: Desks, server: Server) -> None:
    ((found,),) = server.run("SELECT jk.kinds()", url=desks.url)
    assert found["kinds"].keys() == set(NAMES)
    for kind in all_kinds():
        there = found["kinds"][kind.name]
        assert set(there["fields"]) >= {*COMMON, *kind.fields}
        assert (set(there["required"]), there["task"], there["recorded_by"]) == (
            {*kind.required}, kind.task, kind.recorded_by)  # fmt: skip
    assert found["bounds"]["score"] == {"ge": 0, "le": 100}
    assert found["bounds"]["basis"] == {"one_of": ["document", "minutes", "oral", "instruction", "requested"]}


@pytest.mark.parametrize("minutes", [-70, 70])
def test_a_unit_records_at_the_time_of_the_server(desks: Desks, minutes: int) -> None:
    with pytest.raises(psycopg.Error, match=r"row-level security|recorded before|time to come"):
        desks.insert("desk_a", own(note="x"), moved(minutes))
    desks.insert("desk_a", own(note="now"))


@pytest.mark.parametrize("login", ["desk_a", "office"])
def test_the_clock_of_a_desk_does_not_change_the_order(desks: Desks, login: str) -> None:
    """The program uses the time of the previous entry; an SQL INSERT is refused."""
    with closing(desks.ledger("office")) as office:
        (last,) = append(office, [percent("10", task="1", unit=OWN)])
    with pytest.raises(psycopg.Error, match="recorded before"):
        desks.insert(login, own(note="x"), last.recorded_at - timedelta(seconds=1))
    with closing(open_for_writing(desks.urls[login], lambda: now() - timedelta(days=400))) as desk:
        (recorded,) = append(desk, [own(note="x")])
    assert recorded.recorded_at == last.recorded_at


def test_a_unit_cannot_retract_an_accepted_or_verified_entry(desks: Desks) -> None:
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
    given = {"note": "x", "approved_by": "组长", "basis": "document", "ref": 1, "milestone": "m", "verifier": "甲"}
    with closing(desks.ledger("office")) as office:
        before = office.head().seq
        for kind in all_kinds():
            task = "" if kind.task == "none" else "1"
            fields = {name: given[name] for name in kind.required if name in given}
            if kind.name != "retract":
                append(office, [entry(kind.name, task, **REQUIRED.get(kind.name, fields))])
        assert {one.entry.kind for one in office.entries(Selection(after_seq=before))} == {*NAMES} - {"retract"}
        seqs = [*range(before + 1, office.head().seq + 1)]
        append(office, [retraction(seq, task="1") for seq in seqs])
        assert [one.entry.ref for one in office.entries(Selection(after_seq=seqs[-1]))] == seqs


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
def test_no_login_changes_the_ledger_except_by_an_entry(desks: Desks, login: str) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(psycopg.Error) as refused:
            desks.sql(login, statement)
        assert refused.value.sqlstate in ("42501", "22023", "0A000"), f"{statement}: {refused.value}"


@pytest.mark.parametrize("login", ["desk_a", "desk_b", "auditor"])
def test_only_coordinators_set_the_units_of_tasks(desks: Desks, login: str) -> None:
    with closing(desks.ledger(login)) as desk, pytest.raises(LedgerError, match="permission denied"):
        desk.write(lambda writer: writer.assign({"2": [OWN]}))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        desks.sql(login, "SELECT jk.fill_task_units('{}')")


def test_a_changed_search_path_gives_no_rights(desks: Desks) -> None:
    """A temporary table with the name of the real one, first in the search path."""
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
def test_only_the_next_row_that_agrees_with_its_text_is_accepted(
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


@pytest.mark.parametrize("name", mostly_slow(BODIES))
def test_text_that_is_not_canonical_is_refused(desks: Desks, name: str) -> None:
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
def test_the_owner_cannot_change_an_entry(desks: Desks, server: Server, statement: str) -> None:
    with pytest.raises(psycopg.Error, match="append-only"):
        server.run(statement, url=desks.url)


TAMPERED = [
    ("ALTER TABLE jk.entries DISABLE TRIGGER entries_next", "TRIGGER entries_next is not as"),
    ("ALTER TABLE jk.entries ENABLE TRIGGER entries_kept", "TRIGGER entries_kept is not as"),
    ("DROP TRIGGER entries_follow ON jk.entries", "TRIGGER entries_follow is missing"),
    ("DROP POLICY unit_records ON jk.entries", "POLICY unit_records is missing"),
    ("CREATE POLICY more ON jk.entries FOR INSERT TO jk_unit WITH CHECK (true)", "POLICY more is not as"),
    ("ALTER TABLE jk.entries DISABLE ROW LEVEL SECURITY", "ROW LEVEL SECURITY entries is missing"),
    ("GRANT UPDATE ON jk.readings TO jk_unit", "jk_unit has UPDATE on readings"),
    ("GRANT UPDATE (total) ON jk.readings TO PUBLIC", "PUBLIC has UPDATE on readings.total"),
    (
        "GRANT EXECUTE ON FUNCTION jk.fill_task_units(jsonb) TO jk_unit",
        "jk_unit has EXECUTE on fill_task_units",
    ),
    ("GRANT CREATE ON SCHEMA jk TO jk_unit", "jk_unit has CREATE on schema"),
    ("ALTER TABLE jk.entries DROP CONSTRAINT entries_key_key", "INDEX entries_key_key is missing"),
    ("UPDATE jk.readings SET total = '99' WHERE seq = 1", "entry 1: the table readings has"),
    (
        "CREATE OR REPLACE FUNCTION jk.unit_may(entry jk.entries) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "FUNCTION unit_may is not as",
    ),
    ("ALTER FUNCTION jk.entries_next() RESET search_path", "FUNCTION entries_next is not as"),
]


@pytest.mark.parametrize(("statement", "finding"), mostly_slow(TAMPERED))
def test_a_guard_removed_by_the_owner_is_found(server: Server, statement: str, finding: str) -> None:
    with server.lent_ledger() as url, closing(open_for_writing(url, now)) as ledger:
        append(ledger, [percent("40")])
        assert check_ledger(ledger) == []
        server.run(statement, url=url)
        found = check_ledger(ledger)
    if "readings has" in finding:
        assert found.pop() == "database: the derived tables were changed other than by an entry"
    assert len(found) == 1
    assert finding in found[0]


GUARDS = """
SELECT 'DROP TRIGGER ' || tgname || ' ON jk.' || relname,
  'TRIGGER ' || tgname || CASE relname WHEN 'entries' THEN '' ELSE ' ON ' || relname END || ' is missing'
FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'jk'::regnamespace AND NOT tgisinternal
UNION ALL
SELECT 'ALTER TABLE jk.' || relname || ' DISABLE TRIGGER ' || tgname,
  'TRIGGER ' || tgname || CASE relname WHEN 'entries' THEN '' ELSE ' ON ' || relname END || ' is not as'
FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'jk'::regnamespace AND NOT tgisinternal
UNION ALL
SELECT 'DROP POLICY ' || polname || ' ON jk.' || relname, 'POLICY ' || polname || ' is missing'
FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE relnamespace = 'jk'::regnamespace
UNION ALL
SELECT 'DROP FUNCTION ' || oid::regprocedure || ' CASCADE', 'FUNCTION ' || proname || ' is missing'
FROM pg_proc WHERE pronamespace = 'jk'::regnamespace
UNION ALL
SELECT 'ALTER FUNCTION ' || oid::regprocedure || ' RESET search_path', 'FUNCTION ' || proname || ' is not as'
FROM pg_proc WHERE pronamespace = 'jk'::regnamespace
UNION ALL
SELECT 'ALTER TABLE jk.' || relname || ' DROP CONSTRAINT ' || conname, 'INDEX ' || conname || ' is missing'
FROM pg_constraint JOIN pg_class c ON c.oid = conrelid WHERE relnamespace = 'jk'::regnamespace AND contype IN ('p', 'u')
UNION ALL
SELECT 'DROP INDEX jk.' || indexname, 'INDEX ' || indexname || ' is missing'
FROM pg_indexes WHERE schemaname = 'jk' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
UNION ALL
SELECT 'ALTER TABLE jk.' || relname || ' ALTER ' || quote_ident(attname) || ' DROP NOT NULL',
  'TABLE ' || relname || ' is not as'
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = 'jk'::regnamespace AND relkind = 'r' AND attnum > 0 AND attnotnull
 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p' AND attnum = ANY (conkey))
UNION ALL
SELECT 'REVOKE ' || privilege_type || ' ON jk.' || relname || ' FROM ' || grantee::regrole,
  grantee::regrole || ' lacks ' || privilege_type || ' on ' || relname
FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'jk'::regnamespace AND relkind = 'r' AND grantee <> relowner
"""
"""For each guard, a statement that removes it from a ledger, and the message of `check`."""


@pytest.mark.slow
def test_each_removed_guard_is_named(server: Server) -> None:
    with server.lent_ledger() as url, closing(open_for_reading(url)) as ledger:
        rows = ledger.rows
        guards = rows(GUARDS, ())
        assert len(guards) > 90
        assert list(ledger.guards()) == []
        unnoticed = []
        for statement, finding in guards:
            rows("BEGIN", ())
            rows(statement, ())
            found = list(ledger.guards())
            rows("ROLLBACK", ())
            if not any(finding in fault for fault in found):
                unnoticed.append((statement, found))
        assert unnoticed == []


@pytest.mark.parametrize(
    ("given", "taken", "fault"),
    [
        (
            "ALTER ROLE jk_unit BYPASSRLS",
            "ALTER ROLE jk_unit NOBYPASSRLS",
            "database: the role jk_unit has more rights than the ledger grants",
        ),
        (
            "GRANT pg_write_all_data TO auditor",
            "REVOKE pg_write_all_data FROM auditor",
            "database: the role auditor has more rights than the ledger grants",
        ),
        (
            "GRANT jk_coordinator TO desk_a",
            "REVOKE jk_coordinator FROM desk_a",
            "database: the login desk_a of a unit also has the role jk_coordinator",
        ),
    ],
)
def test_excessive_rights_are_found(server: Server, desks: Desks, given: str, taken: str, fault: str) -> None:
    server.run(given)
    try:
        with closing(open_for_reading(desks.url)) as ledger:
            assert check_ledger(ledger) == [fault]
    finally:
        server.run(taken)


def test_a_password_is_never_in_a_message(desks: Desks) -> None:
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


# Objects that the owner added


FOREIGN = (
    "CREATE FOREIGN DATA WRAPPER mine; CREATE SERVER mine FOREIGN DATA WRAPPER mine; "
    "CREATE FOREIGN TABLE jk.mine (a int) SERVER mine"
)
QUIET = (
    "CREATE TRIGGER mine BEFORE UPDATE ON jk.events FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)
SWALLOWING = "CREATE RULE mine AS ON INSERT TO jk.entries DO INSTEAD NOTHING"


def test_an_entry_discarded_by_a_rule_is_not_acknowledged(server: Server) -> None:
    with server.lent_ledger() as url, closing(open_for_writing(url, now)) as ledger:
        append(ledger, [percent("40")])
        server.run(SWALLOWING, url=url)
        with pytest.raises(LedgerError, match="entry 2 is not in the ledger"):
            append(ledger, [percent("41")])
        assert ledger.head().seq == 1
        assert check_ledger(ledger) == ["database: RULE mine ON entries is not as this program created it"]


MORE_TAMPERED = [
    ("CREATE RULE mine AS ON INSERT TO jk.tasks DO INSTEAD NOTHING", "RULE mine ON tasks is not as"),
    ("CREATE VIEW jk.mine AS SELECT 1", "VIEW mine is not as"),
    ("CREATE MATERIALIZED VIEW jk.mine AS SELECT 1", "TABLE mine is not as"),
    ("CREATE TABLE jk.mine (a int)", "TABLE mine is not as"),
    ("CREATE SEQUENCE jk.mine", "TABLE mine is not as"),
    ("CREATE TABLE jk.mine () INHERITS (jk.entries)", "TABLE entries is not as"),
    ("ALTER TABLE jk.events ADD mine int", "TABLE events is not as"),
    ("ALTER TABLE jk.events ALTER basis DROP NOT NULL", "TABLE events is not as"),
    ("ALTER TABLE jk.events ALTER basis SET DEFAULT 'oral'", "TABLE events is not as"),
    ("ALTER TABLE jk.readings SET UNLOGGED", "TABLE readings is not as"),
    ("ALTER TABLE jk.entries ADD CONSTRAINT mine CHECK (seq < 1000)", "CONSTRAINT mine is not as"),
    ("CREATE INDEX mine ON jk.entries (lower(body))", "INDEX mine is not as"),
    ("CREATE TYPE jk.mine AS ENUM ('a')", "type mine is not as"),
    (
        "CREATE FUNCTION jk.unit_may(mine int) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "FUNCTION unit_may(mine",
    ),
    ("CREATE FUNCTION jk.mine() RETURNS boolean LANGUAGE sql AS 'SELECT true'", "FUNCTION mine is not as"),
    (
        QUIET,
        "TRIGGER mine ON events is not as",
    ),
    ("ALTER TABLE jk.events ENABLE ROW LEVEL SECURITY", "TABLE events is not as"),
    ("ALTER TABLE jk.entries FORCE ROW LEVEL SECURITY", "TABLE entries is not as"),
    ('ALTER TABLE jk.events ALTER kind TYPE text COLLATE "default"', "TABLE events is not as"),
    ("ALTER FUNCTION jk.entries_next() OWNER TO jk_unit", "OWNER OF entries_next is not as"),
    ("ALTER TABLE jk.events OWNER TO jk_coordinator", "OWNER OF events is not as"),
    ("ALTER FUNCTION jk.unit_may(jk.entries) STRICT", "FUNCTION unit_may is not as"),
    ("ALTER FUNCTION jk.unit_may(jk.entries) IMMUTABLE", "FUNCTION unit_may is not as"),
    ("GRANT SELECT ON jk.entries TO jk_unit WITH GRANT OPTION", "SELECT WITH GRANT OPTION on entries"),
    ("CREATE POLICY mine ON jk.task_units FOR SELECT USING (false)", "POLICY mine ON task_units is not as"),
    (
        FOREIGN,
        "TABLE mine is not as",
    ),
]


@pytest.mark.parametrize(("statement", "finding"), mostly_slow(MORE_TAMPERED))
def test_every_object_that_the_owner_added_is_found(server: Server, statement: str, finding: str) -> None:
    with server.lent_ledger() as url, closing(open_for_writing(url, now)) as ledger:
        append(ledger, [percent("40")])
        server.run(*statement.split("; "), url=url)
        try:
            found = check_ledger(ledger)
        finally:
            if "SERVER" in statement:
                server.run("DROP FOREIGN DATA WRAPPER mine CASCADE", url=url)
    assert any(finding in fault for fault in found), found


# Versions


def _of_version(number: int, server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a new ledger with that version of the schema."""
    url = server.database()
    with monkeypatch.context() as before:
        before.setattr(postgres, "VERSION", number)
        create(url, now)
    return url


def test_a_ledger_of_version_1_is_continued_and_upgraded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _of_version(1, server, monkeypatch)
    with closing(open_for_writing(url, now)) as ledger:
        append(ledger, [percent("40")])
        assert check_ledger(ledger) == []
    assert server.run("SELECT number FROM jk.version", url=url) == [(1,)]
    create(url, now)
    create(url, now)
    assert server.run("SELECT number FROM jk.version", url=url) == [(VERSION,)]
    with closing(open_for_writing(url, now)) as ledger:
        append(ledger, [percent("41")])
        assert check_ledger(ledger) == []
        with pytest.raises(LedgerError, match="does not fit its kind"):
            append(ledger, [entry("bogus")])


def test_a_ledger_of_version_4_is_continued_and_upgraded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _of_version(4, server, monkeypatch)

    def last_day_first(writer: Writer) -> None:
        for back in range(5):
            writer.append(percent("+1", on=days(-back)))
            following, before = (
                ask(["11"], "percent", "", days(-back - 1)) for ask in (writer.next_total, writer.total)
            )
            assert following
            assert following.value == (before.value if before else 0) + 1

    for times in (1, 2):
        with closing(open_for_writing(url, now)) as ledger:
            ledger.write(last_day_first)
            assert ledger.total(["11"], "percent", "", DAY) == Total(
                Decimal(5 * times), DAY, 5 * times - 4, stated=False
            )
            assert check_ledger(ledger) == []
        create(url, now)
    assert server.run("SELECT number FROM jk.version", url=url) == [(VERSION,)]


OLD_KINDS = """
CREATE OR REPLACE FUNCTION jk.kinds() RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '%s'::jsonb
$$"""
"""The SQL of a version 2 from a program without the kind `suspend`."""


def test_a_ledger_of_version_2_refuses_later_kinds_until_it_is_upgraded(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = _of_version(2, server, monkeypatch)
    known = json.loads(declared())
    del known["kinds"]["suspend"]
    server.run(OLD_KINDS % json.dumps(known).replace("'", "''"), url=url)
    suspension = entry("suspend", note="征地未完", approved_by="领导甲", basis="minutes")
    with closing(open_for_writing(url, now)) as ledger:
        assert "version 2" in (ledger.outdated() or "")
        assert check_ledger(ledger) == []
        with pytest.raises(LedgerError, match=f"does not fit its kind\n.*version 2, this jk has {VERSION}.*jk init"):
            append(ledger, [suspension])
        append(ledger, [percent("41")])
    create(url, now)
    with closing(open_for_writing(url, now)) as ledger:
        assert ledger.outdated() is None
        append(ledger, [suspension])
        assert check_ledger(ledger) == []


def test_a_change_of_the_kinds_needs_a_version_of_the_schema() -> None:
    """Else existing servers would refuse the new kinds: see `SCRIPTS`."""
    assert sha256(declared().encode()).hexdigest() == KINDS_OF_VERSION[VERSION]


def test_no_login_writes_large_objects(desks: Desks) -> None:
    for login in (*LOGINS, STRANGER):
        for statement in ("SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                desks.sql(login, statement)


# The units of the tasks


PLAN = """\
title: 计划
year: 2016
tasks:
- id: '1'
  title: 绿化
  lead_unit: 城镇办
  support_units: [水利局]
  deadline: 2016-12-31
  subtasks: [{id: '1.1', title: 道路, lead_unit: 交通局}]
"""


def test_units_of_tasks_that_are_not_those_of_the_adopted_plan_are_found(server: Server) -> None:
    adoption = entry("adopt", "", plan=PLAN, plan_sha256=sha256(PLAN.encode()).hexdigest())
    with server.lent_ledger() as url, closing(open_for_writing(url, now)) as ledger:
        server.run("INSERT INTO jk.task_units VALUES ('9', '城镇办')", url=url)
        assert check_ledger(ledger) == []  # no plan is adopted: an administrator assigned the units

        def work(writer: Writer) -> None:
            follow_adoption(writer, [writer.append(adoption)])

        ledger.write(work)
        assert check_ledger(ledger) == []
        assert ledger.assigned() == {"1": ["城镇办", "水利局"], "1.1": ["交通局", "水利局"]}
        server.run(
            "INSERT INTO jk.task_units VALUES ('1.1', '城管局')",
            "DELETE FROM jk.task_units WHERE task = '1' AND unit = '水利局'",
            url=url,
        )
        assert check_ledger(ledger) == [
            "database: 水利局 may not record for task 1, though the adopted plan says so",
            "database: 城管局 may record for task 1.1, which the adopted plan does not say",
        ]


# Turns


def test_a_login_without_write_rights_cannot_block_writers(desks: Desks) -> None:
    for login in ("auditor", STRANGER):
        with psycopg.connect(desks.urls[login]) as raw:
            raw.execute(b"SELECT pg_advisory_lock(1785416772)")
            for forbidden in (
                "SELECT * FROM jk.turn FOR UPDATE",
                "SELECT * FROM jk.turn FOR SHARE",
                "LOCK TABLE jk.turn IN ROW EXCLUSIVE MODE",
                "LOCK TABLE jk.entries IN SHARE MODE",
                "LOCK TABLE jk.derivation IN SHARE MODE",
                "SELECT * FROM jk.derivation FOR UPDATE",
                "SELECT * FROM jk.entries FOR KEY SHARE",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.transaction():
                    raw.execute(forbidden.encode())
            with closing(postgres.open_for_writing(desks.urls["desk_a"], now, FOR_A_LOCK)) as desk:
                append(desk, [own(note="x")])


def test_the_session_holding_the_lock_is_named(desks: Desks) -> None:
    with psycopg.connect(desks.urls["desk_b"], application_name="psql") as raw:
        raw.execute(b"SELECT * FROM jk.turn FOR UPDATE")
        held = rf"is locked.*\n.*process {raw.info.backend_pid} of the server: desk_b"
        with (
            closing(postgres.open_for_writing(desks.urls["desk_a"], now, FOR_A_LOCK)) as desk,
            pytest.raises(LedgerError, match=held),
        ):
            append(desk, [own(note="x")])


def test_no_session_idles_in_a_transaction_for_long(desks: Desks, server: Server) -> None:
    url = server.database()
    create(url, now)
    for login in desks.urls:
        with psycopg.connect(server.address(url.rpartition("/")[2], login)) as raw:
            assert raw.execute(b"SHOW idle_in_transaction_session_timeout").fetchone() == ("1min",)
            assert raw.execute(b"SHOW lock_timeout").fetchone() == ("30s",)
