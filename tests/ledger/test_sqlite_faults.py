"""A ledger with concurrent and killed writers and full disks: no acknowledged entry is lost, the rest is an error."""

import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from ledger_samples import Clock, append, days, percent

from effort import memory, share
from jingkai_cli.errors import LedgerError
from jingkai_cli.ledger import open_for_reading, open_for_writing, sqlite
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.protocol import Reader
from jingkai_cli.ledger.sqlite_connection import Connection
from jingkai_cli.model import Head
from ledger_writer import Desk

HERE = str(Path(__file__).parent)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def check_whole(path: Path, entries: dict[int, str]) -> None:
    with closing(open_for_reading(str(path))) as ledger:
        found = {recorded.seq: recorded.entry.key for recorded in ledger.entries()}
        assert entries.items() <= found.items()
        assert check_ledger(ledger) == []


def test_eight_writers_at_once_lose_nothing(path: Path) -> None:
    desks = [Desk(str(path), f"desk{number}", 50) for number in range(8)]
    said: dict[int, str] = {}
    for desk in desks:
        said |= desk.finish()
        assert desk.code == 0
    assert sorted(said) == list(range(1, 401))
    check_whole(path, said)


def test_concurrent_first_writers_create_one_ledger(path: Path) -> None:
    def begin(name: str) -> None:
        with closing(open_for_writing(str(path), Clock())) as ledger:
            append(ledger, [percent("1", by=name)])

    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor() as threads:
        other.execute("BEGIN IMMEDIATE")
        beginning = [threads.submit(begin, name) for name in ("lin", "wang", "zhao")]
        time.sleep(0.3)  # by now all have found no ledger and wait to create it
        other.execute("ROLLBACK")
        for one in beginning:
            one.result()
    with closing(open_for_reading(str(path))) as ledger:
        assert sorted(recorded.entry.by for recorded in ledger.entries()) == ["lin", "wang", "zhao"]
        assert check_ledger(ledger) == []


@pytest.mark.sampled
def test_a_killed_writer_loses_no_acknowledged_entry(path: Path) -> None:
    said: dict[int, str] = {}
    for turn in range(share(60)):
        desk = Desk(str(path), f"turn{turn}", 10_000)
        desk.wait_for(turn * 7 % 12)
        time.sleep(turn % 20 * 0.0007)
        said |= desk.kill()
        assert desk.code == -signal.SIGKILL
        if path.exists():
            check_whole(path, said)
    assert len(said) > 20


@pytest.mark.slow
def test_a_bit_that_flips_anywhere_is_found_or_changes_nothing(path: Path) -> None:
    with closing(open_for_writing(str(path), Clock())) as ledger:
        append(ledger, [percent(str(n), note=f"第{n}次") for n in range(40)])
        before, facts = list(ledger.entries()), ledger.facts(days(400))
    sound = path.read_bytes()
    told = 0
    chance = random.Random(2016)  # noqa: S311 - the same flips each time, not a secret
    anywhere = [(chance.randrange(len(sound)), 1 << chance.randrange(8)) for _flip in range(150)]
    another_figure = [(found.end(), 1) for found in re.finditer("第".encode(), sound)]  # text that is equally valid
    for place, bit in anywhere + another_figure:
        flipped = bytearray(sound)
        flipped[place] ^= bit
        path.write_bytes(flipped)
        try:
            with closing(open_for_reading(str(path))) as ledger:
                faults = check_ledger(ledger)
                if not faults:
                    assert list(ledger.entries()) == before
                    assert ledger.facts(days(400)) == facts
        except LedgerError as error:
            faults = [str(error)]
        told += bool(faults)
    assert told > 80


CRASH = """
import os, signal, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("PRAGMA cache_size = 1")
raw.execute("BEGIN IMMEDIATE")
raw.execute("UPDATE readings SET total = '0'")
raw.execute("CREATE TABLE filler (a)")
raw.executemany("INSERT INTO filler VALUES (?)", [("x" * 4000,)] * 100)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_reading_rolls_back_the_transaction_of_a_killed_writer(path: Path) -> None:
    with closing(open_for_writing(str(path), Clock())) as ledger, ExitStack() as opened:
        append(ledger, [percent("40") for _time in range(200)])
        before = path.read_bytes()
        open_already = opened.enter_context(closing(open_for_reading(str(path))))
        crashed = subprocess.run([sys.executable, "-c", CRASH, str(path)], check=False)
        assert crashed.returncode == -signal.SIGKILL
        assert path.with_name("ledger.db-journal").exists()
        assert path.read_bytes() != before
        with (
            pytest.raises(sqlite3.OperationalError, match="readonly"),
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as raw,
        ):
            raw.execute("SELECT * FROM entries")
        with closing(open_already):
            assert open_already.facts(days(9))["11"].total("percent") == 40
        assert path.read_bytes() == before
    check_whole(path, {})


BEGUN_AND_CRASHED = """
import os, signal, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("PRAGMA cache_size = 1")
raw.execute("BEGIN IMMEDIATE")
raw.execute("CREATE TABLE entries (a)")
raw.executemany("INSERT INTO entries VALUES (?)", [("x" * 4000,)] * 100)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_ledger_whose_creation_was_killed_has_no_entries(path: Path) -> None:
    subprocess.run([sys.executable, "-c", BEGUN_AND_CRASHED, str(path)], check=False)
    assert path.stat().st_size > 0
    with closing(open_for_reading(str(path))) as ledger:
        assert ledger.head().seq == 0
    with closing(open_for_writing(str(path), Clock())) as writable:
        append(writable, [percent("40")])
    check_whole(path, {})


def test_opening_during_creation_sees_the_whole_ledger_or_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger is recognised by several queries; no commit may fall between them."""
    path.touch()
    rows = Connection.rows

    def meanwhile(self: Connection, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        answer = rows(self, statement, values)
        if statement == "PRAGMA application_id":
            monkeypatch.undo()
            with suppress(LedgerError):
                sqlite.open_for_writing(path, Clock(), patience=0).close()
        return answer

    monkeypatch.setattr(Connection, "rows", meanwhile)
    with closing(open_for_reading(str(path))) as ledger:
        assert ledger.head().seq == 0


FULL = """
import os, resource, sys
sys.path.insert(0, sys.argv[2])
from ledger_samples import Clock, append, percent
from jingkai_cli.errors import LedgerError
from jingkai_cli.ledger import open_for_writing
ledger = open_for_writing(sys.argv[1], Clock())
append(ledger, [percent("40") for _time in range(100)])
room = os.path.getsize(sys.argv[1]) + int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    append(ledger, [percent("41") for _time in range(1000)])
except LedgerError as error:
    print(error)
print(ledger.head().seq)
"""


@pytest.mark.slow
@pytest.mark.parametrize("room", [0, 4096, 100_000])
def test_a_full_disk_is_an_error_and_does_no_harm(path: Path, room: int) -> None:
    command = [sys.executable, "-c", FULL, str(path), HERE, str(room)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    sentence, head = done.stdout.splitlines()
    assert "nothing was recorded" in sentence
    assert str(path) in sentence
    assert head == "100"
    with closing(open_for_reading(str(path))) as ledger:
        assert ledger.head().seq == 100
        assert check_ledger(ledger) == []
    with closing(open_for_writing(str(path), Clock())) as again:
        append(again, [percent("41", key="after the disk was full")])


def test_a_locked_ledger_is_an_error_and_can_be_written_afterwards(path: Path) -> None:
    with closing(sqlite.open_for_writing(path, Clock(), patience=0.05)) as ledger:
        append(ledger, [percent("40")])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LedgerError, match=r"is locked: .* Try again"):
                append(ledger, [percent("41")])
            assert ledger.head().seq == 1
            other.execute("ROLLBACK")
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(LedgerError, match="is locked"):
                sqlite.open_for_reading(path, patience=0.05)
            with pytest.raises(LedgerError, match="is locked"):
                ledger.head()
        append(ledger, [percent("42")])
        assert ledger.head().seq == 2


def test_a_commit_blocked_by_a_reader_is_rolled_back_after_a_timeout(path: Path) -> None:
    with closing(sqlite.open_for_writing(path, Clock(), patience=0.05)) as ledger:
        append(ledger, [percent("40")])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM entries").fetchall()
            with pytest.raises(LedgerError, match="is locked"):
                append(ledger, [percent("41")])
            other.execute("COMMIT")
        assert ledger.head().seq == 1
        append(ledger, [percent("42")])
    check_whole(path, {})


def test_a_reader_sees_one_state_while_others_write(path: Path) -> None:
    with closing(open_for_writing(str(path), Clock())) as ledger:
        append(ledger, [percent("40")])
        with (
            closing(sqlite.open_for_reading(path)) as reader,
            closing(sqlite.open_for_writing(path, Clock(), patience=0.05)) as other,
        ):

            def look_twice(state: Reader) -> tuple[Head, Head]:
                first = state.head()
                with pytest.raises(LedgerError, match="is locked"):
                    append(other, [percent("41")])
                return first, state.head()

            first, second = reader.read(look_twice)
            assert first == second


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder outside pytest's own, which other users cannot enter."""
    with TemporaryDirectory(prefix="jk-open-", dir=memory()) as folder:
        yield Path(folder)


@pytest.mark.parametrize("frozen", ["file", "folder"])
def test_a_read_only_file_or_folder_is_read_and_not_written(frozen: str, open_folder: Path) -> None:
    """Runs in a child process without root's rights, so that permissions apply."""
    path = open_folder / "ledger.db"
    with closing(open_for_writing(str(path), Clock())) as ledger:
        append(ledger, [percent("40")])
    path.chmod(0o444 if frozen == "file" else 0o666)
    path.parent.chmod(0o555 if frozen == "folder" else 0o755)
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(path), HERE], capture_output=True, text=True, check=False
    )
    path.parent.chmod(0o755)
    assert done.returncode == 0, done.stderr
    sentence, head = done.stdout.splitlines()
    assert str(path) in sentence
    assert head == "1"
    check_whole(path, {})


UNPRIVILEGED = """
import hashlib, json, os, sys, urllib.parse  # imported now, while the files can be read
sys.path.insert(0, sys.argv[2])
from ledger_samples import Clock, append, percent
from jingkai_cli.errors import LedgerError
from jingkai_cli.ledger import open_for_reading, open_for_writing, sqlite, writer
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    append(open_for_writing(sys.argv[1], Clock()), [percent("41", key="other")])
except LedgerError as error:
    print(str(error).splitlines()[0])
print(open_for_reading(sys.argv[1]).head().seq)
"""
