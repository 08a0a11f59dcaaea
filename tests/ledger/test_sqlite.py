"""The SQLite ledger beyond the common contract: triggers refuse changes, and the check finds tampering."""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from ledger_samples import BEGUN, Clock, append, days, entry, percent, retraction

from jingkai_cli.errors import LedgerError
from jingkai_cli.ledger import (
    backup_files,
    chain,
    empty_ledger,
    open_for_reading,
    open_for_writing,
    sqlite,
    sqlite_connection,
)
from jingkai_cli.ledger.check import check_anchor, check_ledger
from jingkai_cli.ledger.derived_writer import TOGETHER
from jingkai_cli.ledger.entries import Selection
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.ledger.reader import SqlReader
from jingkai_cli.ledger.replay import known_on
from jingkai_cli.ledger.sqlite_connection import Connection
from jingkai_cli.ledger.writer import columns
from jingkai_cli.model import Head, Recorded


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with four entries."""
    path = tmp_path / "ledger.db"
    with closing(open_for_writing(str(path), Clock())) as ledger:
        append(ledger, [percent("40", on=days(1)), entry("done", on=days(2)), percent("+5", on=days(3)), retraction(2)])
    return path


def behind_its_back(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)


def check(path: Path) -> list[str]:
    with closing(open_for_reading(str(path))) as ledger:
        return check_ledger(ledger)


ALTERED = "database: the derived tables were changed other than by an entry"

SWALLOWING = """
INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_stat1', 'entries', 0,
  'CREATE TRIGGER sqlite_stat1 BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END')"""


def test_an_entry_discarded_by_a_trigger_is_not_acknowledged(path: Path) -> None:
    behind_its_back(path, "PRAGMA writable_schema = ON", SWALLOWING)
    with closing(open_for_writing(str(path), Clock())) as ledger:
        with pytest.raises(LedgerError, match="entry 5 is not in the ledger"):
            append(ledger, [percent("41")])
        assert ledger.head().seq == 4
    assert "database: trigger sqlite_stat1 is not as this program created it" in check(path)


def test_an_entry_changed_by_a_trigger_is_not_acknowledged(path: Path) -> None:
    changing = "CREATE TRIGGER mine AFTER INSERT ON entries BEGIN UPDATE entries SET body = '{}'; END"
    behind_its_back(path, "DROP TRIGGER entries_no_update", changing)
    with closing(open_for_writing(str(path), Clock())) as ledger:
        with pytest.raises(LedgerError, match="entry 5 is not in the ledger"):
            append(ledger, [percent("41")])
        assert ledger.head().seq == 4


def test_tables_of_analyze_are_not_faults(path: Path) -> None:
    behind_its_back(path, "ANALYZE")
    assert check(path) == []


# The triggers

INTO = " INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def next_row(path: Path, **changed: Any) -> tuple[Any, ...]:
    with closing(open_for_reading(str(path))) as ledger:
        recorded = chain.link(percent("60", key="next"), ledger.head(), BEGUN)
    row = dict(zip(columns_of(path), columns(recorded), strict=True))
    return tuple({**row, **changed}.values())


def columns_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return [name for _cid, name, *_rest in raw.execute("PRAGMA table_info(entries)")]


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize("insert", ["INSERT", "INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL"])
@pytest.mark.parametrize(
    "changed",
    [
        {"seq": 4},
        {"seq": 1},
        {"seq": 6},
        {"seq": None},
        {"seq": -1},
        {"prev_hash": "0" * 64},
        {"prev_hash": None},
        {"key": "there"},
        {"hash": "there"},
    ],
    ids=str,
)
def test_only_the_next_entry_can_be_inserted(path: Path, changed: dict[str, Any], insert: str, recursive: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute(f"PRAGMA recursive_triggers = {recursive}")
        ((key, hash_),) = raw.execute("SELECT key, hash FROM entries WHERE seq = 2")
        there = {"key": key, "hash": hash_}
        row = next_row(path, **{name: there[name] if value == "there" else value for name, value in changed.items()})
        before = raw.execute("SELECT * FROM entries").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(insert + INTO, row)
        assert raw.execute("SELECT * FROM entries").fetchall() == before


@pytest.mark.parametrize(
    "column", ["key", "on_date", "recorded_at", '"by"', "kind", "task", "unit", "ref", "body", "hash"]
)
def test_every_column_is_required(path: Path, column: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        row = next_row(path, **{column.strip('"'): None})
        with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
            raw.execute("INSERT OR REPLACE" + INTO, row)


def test_the_next_entry_can_be_inserted(path: Path) -> None:
    """Otherwise the two tests above would prove nothing."""
    with closing(sqlite3.connect(path)) as raw:
        ((before,),) = raw.execute("SELECT count(*) FROM entries")
        raw.execute("INSERT" + INTO, next_row(path))
        assert raw.execute("SELECT count(*) FROM entries").fetchone() == (before + 1,)


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = '' WHERE seq = 2",
        "UPDATE OR REPLACE entries SET key = (SELECT key FROM entries WHERE seq = 1) WHERE seq = 2",
        "UPDATE entries SET task = task",
        "DELETE FROM entries WHERE seq = 4",
        "DELETE FROM entries",
        "INSERT INTO entries SELECT * FROM entries WHERE seq = 2 ON CONFLICT (key) DO UPDATE SET body = ''",
    ],
)
def test_no_update_and_no_delete(path: Path, statement: str, recursive: str) -> None:
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    assert path.read_bytes() == before


# Tampering

OPEN = ("DROP TRIGGER entries_no_update", "DROP TRIGGER entries_no_delete")


@pytest.fixture(scope="module")
def guards() -> Sequence[str]:
    """The SQL that restores the triggers, so that only the change itself can be found."""
    script = Path(sqlite.__file__).with_name("sqlite.sql").read_text("utf-8")
    triggers = [part.strip() for part in script.split("CREATE TRIGGER ")[1:]]
    return [f"CREATE TRIGGER {trigger[: trigger.index('END;') + 4]}" for trigger in triggers[:2]]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE entries SET body = replace(body, '40', '90') WHERE seq = 1", "entry 1: its text was changed"),
        ("UPDATE entries SET body = '{' WHERE seq = 3", "entry 3: its text cannot be read"),
        ("UPDATE entries SET body = body || ' ' WHERE seq = 2", "entry 2: its text is not in the canonical form"),
        ("UPDATE entries SET body = '' WHERE seq = 3", "entry 3: its text was changed"),
        ("UPDATE entries SET task = '12' WHERE seq = 3", "entry 3: its columns differ from its text: task"),
        (
            "UPDATE entries SET on_date = '2016-01-01' WHERE seq = 1",
            "entry 1: its columns differ from its text: on_date",
        ),
        ("UPDATE entries SET \"by\" = 'wang' WHERE seq = 2", "entry 2: its columns differ from its text: by"),
        ("UPDATE entries SET ref = 3 WHERE seq = 4", "entry 4: its columns differ from its text: ref"),
        ("UPDATE entries SET recorded_at = '2015' WHERE seq = 2", "entry 2: it was recorded before the previous entry"),
        ("UPDATE entries SET prev_hash = hash WHERE seq = 2", "entry 2: it does not link to the previous entry"),
        ("UPDATE entries SET hash = '0' WHERE seq = 2", "entry 3: it does not link to the previous entry"),
        ("DELETE FROM entries WHERE seq = 2", "entry 3: it follows entry 1: the entries between are missing"),
        ("DELETE FROM entries WHERE seq = 2", "entry 4: it retracts entry 2, which does not exist"),
        ("DELETE FROM entries WHERE seq = 1", "entry 2: it follows entry 0: the entries between are missing"),
        ("DELETE FROM entries WHERE seq = 4", "entry 2: the table events has None, expected"),
        ("DELETE FROM entries WHERE seq >= 3", "entry 2: the table events has None, expected"),
        ("UPDATE readings SET total = '99' WHERE seq = 3", "entry 3: the table readings has"),
        ("UPDATE readings SET since = 0 WHERE seq = 1", "entry 1: the table readings has"),
        ("DELETE FROM readings", "entry 1: the table readings has None"),
        ("DELETE FROM reports WHERE seq = 3", "entry 3: the table reports has None"),
        ("UPDATE reports SET received = '2016-01-01' WHERE seq = 1", "entry 1: the table reports has"),
        ("INSERT INTO tasks VALUES ('12')", "database: the table tasks has ('12',), expected None from the entries"),
        ("DELETE FROM series", "database: the table series has None"),
        ("DROP TABLE readings", "no such table: readings"),
        ("DROP TABLE readings", "database: table readings is missing"),
        ("DROP INDEX entries_on", "database: index entries_on is missing"),
        ("CREATE TABLE notes (a)", "database: table notes is not as this program created it"),
    ],
)
def test_check_names_each_tampering(path: Path, statement: str, finding: str, guards: Sequence[str]) -> None:
    assert check(path) == []
    behind_its_back(path, *OPEN, statement, *guards)
    found = check(path)
    assert [sentence for sentence in found if finding in sentence], found


def test_check_reports_one_differing_row_or_all_of_them(path: Path) -> None:
    behind_its_back(path, "UPDATE reports SET received = '2016-01-01'", "DELETE FROM readings WHERE seq = 1")
    with closing(open_for_reading(str(path))) as ledger:
        first, every = check_ledger(ledger), check_ledger(ledger, most=None)
    assert [sentence.partition(" has ")[0] for sentence in first] == [
        "entry 1: the table readings",
        "entry 1: the table reports",
        ALTERED,
    ]
    assert [sentence.partition(" has ")[0] for sentence in every] == [
        "entry 1: the table readings",
        "entry 1: the table reports",
        "entry 3: the table reports",
        ALTERED,
    ]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE readings SET total = value || '0'", "the table readings has"),
        ("UPDATE readings SET value = 'x' WHERE seq = 1", "the table readings has"),
        ("UPDATE readings SET task = '12'", "the table readings has"),
        ("UPDATE readings SET unit = 'x'", "the table readings has"),
        ("UPDATE reports SET on_date = '2016-02-28' WHERE seq = 1", "the table reports has"),
        ("UPDATE reports SET recorded_at = '2016' WHERE seq = 1", "the table reports has"),
        ("INSERT INTO reports SELECT '99', on_date, seq, received, recorded_at FROM reports", "the table reports has"),
        ("INSERT INTO events VALUES ('11', '2016-03-01', 9, 'done', '', '', '')", "the table events has"),
        ("UPDATE series SET name = 'x'", "the table series has"),
    ],
)
def test_every_change_of_a_derived_table_is_found(path: Path, statement: str, finding: str) -> None:
    behind_its_back(path, statement)
    assert [sentence for sentence in check(path) if finding in sentence]


def test_an_entry_retracted_twice_is_found(path: Path) -> None:
    """The chain was computed again, without the index that forbids it."""
    with closing(open_for_reading(str(path))) as ledger:
        entries = list(ledger.entries())
    twice = chain.link(retraction(2, on=entries[-1].entry.on), Head(4, entries[-1].hash), entries[-1].recorded_at)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP INDEX entries_retracted")
        raw.execute("INSERT" + INTO, columns(twice))
        raw.commit()
    assert check(path) == [
        "database: index entries_retracted is missing",
        "entry 5: it retracts entry 2, which entry 4 already retracted",
        ALTERED,
    ]


@pytest.mark.parametrize("trigger", ["entries_no_update", "entries_no_delete", "entries_next"])
def test_check_finds_a_missing_or_changed_trigger(path: Path, trigger: str) -> None:
    behind_its_back(path, f"DROP TRIGGER {trigger}")
    assert check(path) == [f"database: trigger {trigger} is missing"]
    behind_its_back(path, f"CREATE TRIGGER {trigger} BEFORE DELETE ON entries BEGIN SELECT 1; END")
    assert check(path) == [f"database: trigger {trigger} is not as this program created it"]


def test_each_removed_object_is_named(path: Path) -> None:
    with closing(open_for_reading(str(path))) as ledger:
        made = ledger.rows("SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL", ())
    whole = path.read_bytes()
    assert len(made) > 12
    for type_, name in made:
        path.write_bytes(whole)
        behind_its_back(path, f"DROP {type_} {name}")
        assert f"database: {type_} {name} is missing" in check(path), name


def test_an_index_on_other_columns_is_found(path: Path) -> None:
    """Entries, triggers and totals are right, but a query for a week would miss entries."""
    with closing(sqlite3.connect(path)) as raw:
        ((root,),) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entries_on'").fetchall()
        ((size,),) = raw.execute("PRAGMA page_size").fetchall()
    whole = path.read_bytes()
    page = slice((root - 1) * size, root * size)
    moved = whole[page].replace(b"2016-03-", b"2015-03-")
    assert moved != whole[page]
    path.write_bytes(whole[: page.start] + moved + whole[page.stop :])
    assert [fault for fault in check(path) if "entries_on" in fault]


def test_a_schema_that_is_not_text_is_reported_as_damage(path: Path) -> None:
    """SQLite quotes the schema in its error message."""
    whole = path.read_bytes()
    assert b"CREATE TRIGGER entries_next" in whole
    path.write_bytes(whole.replace(b"CREATE TRIGGER entries_next", b"CREATE TRIGGE\xc5 entries_next"))
    with pytest.raises(LedgerError, match=r"ledger.db is damaged \("):
        check(path)
    with pytest.raises(LedgerError, match=r"ledger.db is damaged \("):
        open_for_writing(str(path), Clock())


def test_check_survives_a_ledger_without_entries(path: Path) -> None:
    behind_its_back(path, "DROP TABLE entries")
    assert "database: table entries is missing" in check(path)


def test_two_entries_of_one_key_are_found(path: Path) -> None:
    """The table was created again without its constraints."""
    behind_its_back(
        path,
        "PRAGMA legacy_alter_table = ON",  # else a view on the table prevents the change
        "CREATE TABLE other AS SELECT * FROM entries",
        "DROP TABLE entries",
        "ALTER TABLE other RENAME TO entries",
        "UPDATE entries SET key = (SELECT key FROM entries WHERE seq = 1) WHERE seq = 3",
    )
    found = check(path)
    assert [sentence for sentence in found if sentence.startswith("entry 3: its key ")], found


def test_an_anchor_reveals_a_rewritten_chain(path: Path, tmp_path: Path) -> None:
    with closing(open_for_reading(str(path))) as ledger:
        anchor = ledger.head()
        entries = list(ledger.entries())
    with closing(open_for_writing(str(tmp_path / "other.db"), Clock())) as other:
        append(other, [percent("90", on=days(1)), *(recorded.entry for recorded in entries[1:])])
        assert check_ledger(other) == []
        assert "rewritten" in (check_anchor(other, anchor.seq, anchor.hash) or "")


def test_an_anchor_reveals_removed_last_entries(path: Path) -> None:
    with closing(open_for_reading(str(path))) as ledger:
        anchor, entries = ledger.head(), list(ledger.entries())
    with closing(sqlite.in_memory(entries[:2], "cut")) as cut:
        assert check_ledger(cut) == []
        assert "ends at entry 2" in (check_anchor(cut, anchor.seq, anchor.hash[:12]) or "")


@pytest.mark.parametrize("body", ["[]", "{}", "{", "{}x", '{"seq": 2, "recorded_at": 3}', '{"seq": 2, "on": []}'])
def test_an_unreadable_entry_has_its_own_kind(path: Path, body: str) -> None:
    behind_its_back(path, OPEN[0], f"UPDATE entries SET body = '{body}' WHERE seq = 2")
    with closing(open_for_reading(str(path))) as ledger:
        found = ledger.entry(2)
        assert found
        assert (found.seq, found.entry.kind, found.entry.note) == (2, "unreadable", body)
        assert [one.seq for one in ledger.entries()] == [1, 2, 3, 4]
        assert [said["seq"] for said, _hash in ledger.entries().fields()] == [1, 2, 3, 4]
        with pytest.raises(LedgerError, match="link to the last one"):
            known_on(ledger, BEGUN.replace(year=2017))
        assert any(fault.startswith("entry 2: ") for fault in check_ledger(ledger))


# Flat cost


def counted(path: Path, ask: Callable[[SqlReader], object]) -> tuple[int, list[str]]:
    """The number of SQLite virtual machine steps of a query, and the query plans."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    plans: list[str] = []
    with closing(sqlite3.connect(path)) as raw:

        def rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
            raw.set_progress_handler(None, 1)
            plans.extend(detail for *_ids, detail in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values))
            raw.set_progress_handler(step, 1)
            return raw.execute(statement, values).fetchall()

        ask(SqlReader(rows))
    return steps, plans


@pytest.fixture(scope="module")
def short_and_long(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two ledgers with five tasks, one with 100 entries, the other with 5000; the last dates are the same."""
    paths = []
    for size in (100, 5000):
        path = tmp_path_factory.mktemp("flat") / "ledger.db"
        with closing(open_for_writing(str(path), Clock())) as ledger:
            append(ledger, [percent("+1", task=str(n % 5), on=days(300 + n - size)) for n in range(size)])
        paths.append(path)
    return paths[0], paths[1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda reader: reader.facts(days(280)),
        lambda reader: reader.facts(days(280), tasks=["1", "2"], formerly={"2": "1"}),
        lambda reader: reader.next_total(["1", "2"], "percent", "", days(280)),
        lambda reader: reader.head(),
        lambda reader: reader.received(["1", "2"], BEGUN.replace(year=2020), days(280)),
        lambda reader: reader.events("1"),
        lambda reader: reader.total(["1"], "percent", "", days(280)),
    ],
    ids=["all", "renamed", "next", "head", "received", "life", "total"],
)
def test_a_report_seeks_instead_of_scanning(
    short_and_long: tuple[Path, Path], ask: Callable[[SqlReader], object]
) -> None:
    (few, plans), (many, same_plans) = (counted(path, ask) for path in short_and_long)
    assert many <= few * 1.1
    assert plans == same_plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and plan not in ("SCAN tasks", "SCAN entries")]


def test_the_last_entries_of_a_task_and_of_a_week_use_an_index(short_and_long: tuple[Path, Path]) -> None:
    for selection in (
        Selection(tasks=frozenset(["1"]), last=5),
        Selection(since=days(270), until=days(276)),
        Selection(since=days(296)),
        Selection(last=5),
    ):
        few, many = (counted(path, partial(selected, selection))[0] for path in short_and_long)
        assert many <= few * 1.1


def test_the_adopted_plan_is_found_by_index_among_many_scores(tmp_path: Path) -> None:
    taken = []
    for size in (100, 5000):
        path = tmp_path / f"{size}.db"
        with closing(open_for_writing(str(path), Clock())) as ledger:
            append(ledger, [entry("adopt", "", plan="a: 1"), *(entry("score", "", on=days(n)) for n in range(size))])
        taken.append(counted(path, lambda reader: reader.adopted())[0])
    assert taken[0] == taken[1]


def selected(selection: Selection, reader: SqlReader) -> list[Recorded]:
    return list(reader.entries(selection))


# Version 1


def test_a_ledger_of_version_1_is_read_and_upgraded_by_the_next_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as before:
        before.setattr(sqlite, "MIGRATIONS", sqlite.MIGRATIONS[:1])
        before.setattr(sqlite._migrate, "__defaults__", (1,))  # noqa: SLF001 - as that program had it
        before.setattr(sqlite, "_DERIVED", "SELECT ?, ?")
        before.setattr(sqlite.WritableSqliteLedger, "_changed", lambda _self: 0)
        with closing(open_for_writing(str(path), Clock())) as ledger:
            append(ledger, [percent("40")])
    assert version(path) == 1
    with closing(open_for_reading(str(path))) as ledger:
        assert ledger.adopted() is None
        assert check_ledger(ledger) == []
    assert version(path) == 1
    with closing(open_for_writing(str(path), Clock())) as ledger:
        append(ledger, [entry("adopt", "", plan="a: 1")])
        assert ledger.adopted() == ledger.entry(2)
    assert version(path) == len(sqlite.MIGRATIONS)
    assert check(path) == []


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])


# What is not a ledger


def refused(path: Path, why: str) -> None:
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=why):
        open_for_reading(str(path))
    with pytest.raises(LedgerError, match=why):
        open_for_writing(str(path), Clock())
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_newer_ledger_is_not_touched(path: Path) -> None:
    behind_its_back(path, f"PRAGMA user_version = {len(sqlite.MIGRATIONS) + 1}")
    refused(path, "newer jk")


@pytest.mark.parametrize("text", ["x", "tasks: []\n", "SQLite format 3\0", "台账" * 1000])
def test_a_text_is_not_a_ledger(tmp_path: Path, text: str) -> None:
    (tmp_path / "tasks.yaml").write_text(text, "utf-8")
    refused(tmp_path / "tasks.yaml", "not a jk ledger")


MARKS = ("PRAGMA user_version = 1", "PRAGMA application_id = 1", "PRAGMA user_version = 0", "PRAGMA journal_mode = WAL")


@pytest.mark.parametrize("mark", MARKS)
def test_another_sqlite_database_is_not_a_ledger(tmp_path: Path, mark: str) -> None:
    behind_its_back(tmp_path / "other.db", "CREATE TABLE entries (a)", mark)
    refused(tmp_path / "other.db", "not a jk ledger")


def test_half_a_ledger_is_damaged(path: Path) -> None:
    whole = path.read_bytes()
    for half in (len(whole) // 2, len(whole) // 2 + 100, 4096, 1000):
        path.write_bytes(whole[:half])
        try:
            found = check(path)
        except LedgerError as error:
            found = [str(error)]
        assert any("damaged" in sentence or "database" in sentence for sentence in found), found


def test_a_folder_is_not_a_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="is a folder"):
        open_for_reading(str(tmp_path))
    with pytest.raises(LedgerError, match="is a folder"):
        open_for_writing(str(tmp_path), Clock())


def test_neither_a_pipe_nor_a_device_is_a_ledger(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/null"), Path("/dev/zero")):
        with pytest.raises(LedgerError, match="not a jk ledger"):
            open_for_reading(str(place))
        with pytest.raises(LedgerError, match="not a jk ledger"):
            open_for_writing(str(place), Clock())
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_missing_ledger_or_folder(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"no ledger at .*ledger\.db"):
        open_for_reading(str(tmp_path / "ledger.db"))
    with pytest.raises(LedgerError, match=r"folder .*new does not exist"):
        open_for_writing(str(tmp_path / "new" / "ledger.db"), Clock())
    with pytest.raises(LedgerError, match="cannot be opened"):
        open_for_reading("a\0b")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_ledger_without_entries(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.touch()
    with closing(open_for_reading(str(path))) as ledger:
        assert ledger.head() == chain.EMPTY
    with closing(open_for_writing(str(path), Clock())) as writable:
        append(writable, [percent("40")])
    assert check(path) == []


def test_an_empty_ledger_writes_no_file(tmp_path: Path) -> None:
    with closing(empty_ledger(str(tmp_path / "ledger.db"))) as ledger:
        assert ledger.head() == Head(0, "0" * 64)
        assert ledger.where == str(tmp_path / "ledger.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a?mode=memory", "a#b", "a%20b", "台账 2016.db", "a'b\"c", "file:x", "?mode=ro"])
def test_special_characters_in_a_file_name_are_literal(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for where in (str(tmp_path / name), name, f"sqlite:///{tmp_path / name}", f"sqlite:///{name}"):
        with closing(open_for_writing(where, Clock())) as ledger:
            append(ledger, [percent("40")])
        with closing(open_for_reading(where)) as again:
            assert again.head().seq > 0
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("where", ["mysql://host/db", "sqlite://host/x.db"])
def test_an_unknown_scheme_is_named(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LedgerError, match=r"cannot be a ledger|does not exist"):
        open_for_writing(where, Clock())


def test_reading_never_writes(path: Path) -> None:
    with closing(sqlite.open_for_reading(path)) as ledger, pytest.raises(LedgerError, match="read-only"):
        ledger.rows("DELETE FROM readings", ())
    connection = Connection(str(path), f"{path.as_uri()}?mode=ro")
    with pytest.raises(LedgerError, match="read-only"):
        connection.rows("DELETE FROM readings")
    connection.close()
    with pytest.raises(LedgerError, match="closed"):
        connection.rows("SELECT 1")


def test_the_journal_is_a_rollback_journal(path: Path) -> None:
    behind_its_back(path, "PRAGMA journal_mode = WAL")
    with closing(open_for_writing(str(path), Clock())) as ledger:
        append(ledger, [percent("41")])
        assert [file.name for file in path.parent.iterdir()] == [path.name]
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


# Queries that do not end


ENDLESS_VIEW = """
CREATE VIEW readings AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT '11' AS task, 'percent' AS name, '' AS unit, 'x' || i AS on_date, i AS seq, 0 AS added, '1' AS value,
 '1' AS total, 0 AS since FROM n WHERE i < 0"""
ENDLESS_TRIGGER = """
CREATE TRIGGER mine AFTER INSERT ON entries BEGIN
 INSERT INTO tasks WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'x' || i FROM n WHERE i < 0;
END"""


def test_an_endless_view_is_found_and_not_queried(path: Path) -> None:
    behind_its_back(path, "DROP TABLE readings", ENDLESS_VIEW)
    found = check(path)
    assert "database: view readings is not as this program created it" in found
    assert "database: table readings is missing" in found
    with pytest.raises(LedgerError, match="view readings"):
        backup_files.verify(path)


@pytest.mark.parametrize(
    "instead",
    [
        "SELECT 1 AS seq, 0 AS changed",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS seq, 0 AS changed FROM n WHERE 0",
    ],
)
def test_a_view_in_place_of_the_table_of_changes_is_found_and_not_queried(path: Path, instead: str) -> None:
    behind_its_back(path, "DROP TABLE derivation", f"CREATE VIEW derivation AS {instead}")
    found = check(path)
    assert "database: view derivation is not as this program created it" in found
    assert "database: table derivation is missing" in found
    with closing(open_for_writing(str(path), Clock())) as ledger, pytest.raises(LedgerError, match="derivation"):
        append(ledger, [percent("41")])


def test_a_query_that_never_ends_is_stopped(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_connection, "STATEMENT", 0.2)
    behind_its_back(path, ENDLESS_TRIGGER)
    with closing(open_for_writing(str(path), Clock())) as ledger:
        with pytest.raises(LedgerError, match="did not answer in time"):
            append(ledger, [percent("41")])
        assert ledger.head().seq == 4
    behind_its_back(path, "DROP TRIGGER mine", "DROP TABLE readings", ENDLESS_VIEW)
    with closing(open_for_reading(str(path))) as reader, pytest.raises(LedgerError, match="did not answer in time"):
        reader.facts(days(9))


def test_ctrl_c_interrupts_a_long_statement(path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
    pressed = Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a worker of xdist may have another
    try:
        with closing(Connection("here", f"{path.as_uri()}?mode=ro")) as reader:

            def read() -> None:
                pressed.start()
                reader.rows(endless)

            with pytest.raises(KeyboardInterrupt):
                read()
            assert reader.rows("SELECT max(seq) FROM entries") == [(4,)]
    finally:
        pressed.join()
        signal.signal(signal.SIGINT, before)


def test_a_file_of_unknown_origin_runs_no_code_and_changes_no_schema(path: Path) -> None:
    with closing(open_for_writing(str(path), Clock())) as ledger:
        assert ledger.rows("PRAGMA trusted_schema", ()) == [(0,)]
        if sys.version_info >= (3, 12):
            ledger.rows("PRAGMA writable_schema = ON", ())
            with pytest.raises(LedgerError, match="may not be modified"):
                ledger.rows("DELETE FROM sqlite_schema", ())


MANY = 3 * TOGETHER + 200


def many(writer: Writer) -> None:
    """Append entries as an import does; the first and the last block have retractions and earlier dates."""
    entries = [percent("+1", task=f"{number % 7}", on=days(number // 2)) for number in range(MANY)]
    for number in (100, 200, MANY - 100):
        entries[number : number + 2] = [retraction(number - 90), percent("+1", task="3", on=days(1))]
    for first in range(0, len(entries), TOGETHER):
        block = entries[first : first + TOGETHER]
        writer.seek(block)
        for each in block:
            writer.append(each)


def test_many_entries_and_their_derived_rows_are_inserted_in_a_thread(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside: list[str] = []
    later = Connection.later

    def counted(connection: Connection, statement: str, values: Sequence[Any]) -> None:
        beside.append(statement.split()[2])
        later(connection, statement, values)

    monkeypatch.setattr(Connection, "later", counted)
    with closing(open_for_writing(str(path), Clock())) as ledger:
        ledger.write(many)
        assert ledger.head().seq == 4 + MANY
    assert {"entries", "readings", "reports"} <= set(beside)
    assert check(path) == []


def test_an_error_in_the_thread_is_raised_and_nothing_is_recorded(path: Path) -> None:
    behind_its_back(
        path,
        "CREATE TRIGGER mine BEFORE INSERT ON entries WHEN NEW.seq = 700 BEGIN SELECT RAISE(ABORT, 'not this'); END",
    )
    with closing(open_for_writing(str(path), Clock())) as ledger:
        with pytest.raises(LedgerError, match="not this"):
            ledger.write(many)
        assert ledger.head().seq == 4
        append(ledger, [percent("41")])
        assert ledger.head().seq == 5


def test_the_thread_runs_nothing_after_the_end_of_the_transaction(path: Path) -> None:
    with closing(Connection("here", f"{path.as_uri()}?mode=rw")) as connection:

        def write() -> None:
            with connection.transaction("BEGIN IMMEDIATE"):
                connection.later("INSERT OR ROLLBACK INTO tasks SELECT task FROM tasks", ())
                connection.later("INSERT INTO tasks VALUES ('outside of it')", ())

        with pytest.raises(LedgerError, match="UNIQUE"):
            write()
        assert connection.rows("SELECT task FROM tasks") == [("11",)]
