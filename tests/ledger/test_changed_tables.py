"""Each report, and `jk check`, warns about derived tables that something other than an entry changed."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import REPORTED, Begin, Clock, append, beginning, entry, percent, retraction, take

from effort import STORES, share
from jingkai_cli import api
from jingkai_cli.errors import Refused
from jingkai_cli.ledger import chain, open_for_reading
from jingkai_cli.ledger.check import alteration, check_ledger
from jingkai_cli.ledger.protocol import Ledger
from jingkai_cli.ledger.replay import up_to
from jingkai_cli.ledger.writer import INSERT, columns
from jingkai_cli.model import Entry
from running import Workspace, workspace

BEFORE = Path(__file__).with_name("before")
TOLD = "The derived tables were changed other than by an entry, and figures may be wrong: run `jk check`"

CHANGES = (
    "DELETE FROM {}events WHERE kind = 'extend'",
    "UPDATE {}events SET until = '2017-12-01' WHERE kind = 'extend'",
    "INSERT INTO {}events VALUES ('10', '2016-03-05', 3, 'done', '', '', '')",
    "UPDATE {}reports SET received = '2016-03-01'",
    "DELETE FROM {}reports WHERE task = '15'",
    "DELETE FROM {}readings WHERE seq = 1",
    "UPDATE {}readings SET total = '99', value = '99' WHERE seq = 1",
    "INSERT INTO {}readings VALUES ('15', 'percent', '', '2016-03-06', 9, 0, '99', '99', 9)",
    "INSERT INTO {}reports VALUES ('15', '2016-03-06', 9, '', '2016-03-06T00:00:00.000000Z')",
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
    "export --month 2016-03 -o month", "report -o page.html", "assess --year 2016", "problem stats",
    "form --month 2016-03 -o forms",
)  # fmt: skip


def run(where: str, *statements: str) -> None:
    """Run SQL behind the program's back; `{}` stands for the schema."""
    if where.startswith("postgresql:"):
        with psycopg.connect(where, autocommit=True) as raw:
            for statement in statements:
                raw.execute(statement.replace("{}", "jk.").encode())
    else:
        with closing(sqlite3.connect(where, isolation_level=None)) as raw_file:
            for statement in statements:
                raw_file.execute(statement.replace("{}", ""))


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
def test_a_report_warns_about_a_changed_table(place: Workspace, where: str, statement: str) -> None:
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


def test_every_report_names_changed_tables(place: Workspace, where: str) -> None:
    silent = []
    for command in REPORTS:
        before = place.here(*command.split(), "--ledger", where)
        assert TOLD not in before.err
        assert before.code in {0, 1}, (command, before)
    run(where, "UPDATE {}reports SET received = '2016-03-01'")
    for command in REPORTS:
        done = place.here(*command.split(), "--ledger", where)
        if (
            TOLD not in done.err and "派生表有绕过台账记录的改动" not in done.err
        ):  # the agenda is in the plan's language
            silent.append((command, done.code, done.err[:300]))
    assert silent == []


def test_the_interface_and_the_overview_warn_about_changed_tables(place: Workspace, where: str) -> None:
    opened = api.open_workspace(place.folder, where)
    assert not opened.report(as_of="2016-03-31").doubtful
    run(where, "DELETE FROM {}events WHERE kind = 'extend'")
    assert opened.report(as_of="2016-03-31").doubtful
    assert alteration() in opened.check()
    districts = place.folder / "districts.yaml"
    districts.write_text(f"title: 全市\ndistricts:\n- {{name: 甲, plan: tasks.yaml, ledger: '{where}'}}\n", "utf-8")
    done = place.here("overview", "districts.yaml", "--as-of", "2016-03-31")
    assert "derived tables were changed other than by an entry" in done.out + done.err


HIDING = {
    "a change and its reverse": ("UPDATE {}reports SET received = '1'", "UPDATE {}reports SET received = ''"),
    "a row that is replaced": ("DELETE FROM {}tasks", "INSERT INTO {}tasks VALUES ('15'), ('10')"),
    "the row that tells": ("DELETE FROM {}events", "DELETE FROM {}derivation"),
    "many rows that tell": ("DELETE FROM {}events", "INSERT INTO {}derivation SELECT * FROM {}derivation"),
}


@pytest.mark.parametrize("named", HIDING)
def test_a_hidden_change_is_reported(place: Workspace, where: str, named: str) -> None:
    run(where, *HIDING[named])
    assert TOLD in place.here("report", "--as-of", "2016-03-31", "--ledger", where).err
    assert place.here("record", "15", "42", "--on", "2016-03-06", "--ledger", where).code == 0
    assert TOLD in place.here("report", "--as-of", "2016-03-31", "--ledger", where).err


@pytest.mark.parametrize(
    "statement", ["UPDATE {}reports SET received = '1' WHERE seq = 99", "DELETE FROM {}events WHERE seq < 0"]
)
def test_a_statement_that_changes_no_row_is_not_reported(place: Workspace, where: str, statement: str) -> None:
    run(where, statement)
    assert TOLD not in place.here("report", "--as-of", "2016-03-31", "--ledger", where).err


def test_a_truncated_table_is_reported(place: Workspace, where: str) -> None:
    run(where, "TRUNCATE {}tasks" if where.startswith("postgresql:") else "DELETE FROM tasks")
    assert TOLD in place.here("report", "--as-of", "2016-03-31", "--ledger", where).err


def test_an_entry_inserted_without_its_derived_rows_is_reported(tmp_path: Path) -> None:
    """In PostgreSQL a trigger writes the derived rows."""
    place = workspace(tmp_path)
    file = str(tmp_path / "ledger.db")
    assert place.here("record", "15", "41.5", "--on", "2016-03-05").code == 0
    with closing(open_for_reading(file)) as ledger:
        row = columns(chain.link(percent("100", task="15"), ledger.head(), datetime.now(UTC)))
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute(INSERT, row)
    assert TOLD in place.here("report", "--as-of", "2016-03-31").err
    assert place.here("record", "15", "42", "--on", "2016-03-06").code == 0
    assert TOLD in place.here("report", "--as-of", "2016-03-31").err


begin = pytest.fixture(params=STORES, name="begin")(beginning)


def unaltered(ledger: Ledger) -> None:
    assert check_ledger(ledger) == []
    ledger.read(lambda reader: reader.head())
    assert not ledger.altered


@settings(max_examples=share(15), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.lists(st.one_of(REPORTED, st.integers(0, 99)), max_size=6), max_size=5))
def test_no_history_of_entries_and_retractions_is_taken_for_a_change(
    begin: Begin, steps: list[list[Entry | int]]
) -> None:
    ledger = begin(Clock())
    for transaction in steps:
        ledger.write(partial(take, transaction))
        unaltered(ledger)
    with closing(up_to(ledger, ledger.head().seq)) as earlier:
        unaltered(earlier)


def test_a_transaction_that_is_rolled_back_or_appends_nothing_is_not_reported(begin: Begin) -> None:
    ledger = begin(Clock())
    (first,) = append(ledger, [percent("40")])
    append(ledger, [first.entry])
    with pytest.raises(Refused):
        append(ledger, [percent("50"), retraction(99)])
    unaltered(ledger)
    append(ledger, [percent("50"), entry("adopt", ""), retraction(1)])
    unaltered(ledger)


def test_copies_and_restored_ledgers_are_unaltered(place: Workspace, where: str) -> None:
    for command in (
        "adopt",
        "backup copy",
        "restore copy --ledger again.db",
        "export --all -o all.jsonl",
        "restore all.jsonl --ledger dump.db",
        "init --from nothing",
    )[:5]:
        named = () if "--ledger" in command else ("--ledger", where)
        done = place.here(*command.split(), *named)
        assert done.code == 0, (command, done.err)
    for name in (where, "again.db", "dump.db"):
        with closing(open_for_reading(name if "://" in name else str(place.folder / name))) as ledger:
            unaltered(ledger)


def test_an_altered_ledger_is_restored_unaltered(place: Workspace, where: str) -> None:
    run(where, "UPDATE {}reports SET received = '1'", "UPDATE {}reports SET received = ''")
    assert place.here("backup", "copy", "--ledger", where).code == 0
    assert place.here("restore", "copy", "--ledger", "again.db").code == 0
    with closing(open_for_reading(str(place.folder / "again.db"))) as ledger:
        unaltered(ledger)


def test_a_lowered_version_number_hides_no_change(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    assert place.here("record", "15", "41.5", "--on", "2016-03-05").code == 0
    run(str(tmp_path / "ledger.db"), "DELETE FROM reports", "PRAGMA user_version = 3")
    assert TOLD in place.here("report", "--as-of", "2016-03-31").err


def test_an_old_ledger_tracks_changes_from_its_next_entry(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    shutil.copy(BEFORE / "tasks.yaml", tmp_path)
    shutil.copy(BEFORE / "ledger.sqlite", tmp_path / "ledger.db")
    file = str(tmp_path / "ledger.db")
    report = ("report", "--as-of", "2016-06-30")
    assert TOLD not in place.here(*report).err
    assert place.here("record", "5", "95", "--on", "2016-06-25", "--from", "交通局", "--force", "-m", "补录").code == 0
    with closing(open_for_reading(file)) as ledger:
        unaltered(ledger)
    run(file, "DELETE FROM events")
    assert TOLD in place.here(*report).err
