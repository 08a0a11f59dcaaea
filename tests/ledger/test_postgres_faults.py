"""A shared ledger with killed desks, a killed server, lost connections and locks: correct results in bounded time."""

import random
import resource
import signal
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from ledger_samples import Clock, append, entry, percent

from effort import STORES, share
from jingkai_cli.errors import LedgerError
from jingkai_cli.ledger import create, open_for_reading, open_for_writing, postgres
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.postgres.link import Limits, Overtaken, translated
from jingkai_cli.ledger.protocol import Reader, Writer
from jingkai_cli.model import Head
from ledger_writer import Desk
from postgres_server import OwnServer, Server, missing, started
from running import PATIENCE

COMMIT = b"COMMIT\0"
FOR_A_LOCK = Limits(connect=PATIENCE, lock=0.5, statement=PATIENCE, answer=2 * PATIENCE)
"""Only the wait for a lock is short: on a busy machine any other wait may take seconds without a fault."""
FOR_AN_ANSWER = Limits(connect=4, lock=4, statement=4, answer=4)
"""Longer than a busy machine may delay a process, and short enough for a test."""


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    with server.lent_ledger() as lent:
        yield lent


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The location of a new ledger, in each store."""
    return str(tmp_path / "ledger.db" if request.param == "sqlite" else request.getfixturevalue("url"))


def check_whole(place: str, entries: dict[int, str]) -> dict[int, str]:
    """Check that every acknowledged entry is in the ledger once, and that the ledger is whole."""
    with closing(open_for_reading(place)) as ledger:
        found = {recorded.seq: recorded.entry.key for recorded in ledger.entries()}
        assert entries.items() <= found.items()
        assert len(set(found.values())) == len(found)
        assert check_ledger(ledger) == []
    return found


# Many desks


@pytest.mark.slow
@pytest.mark.sampled
def test_twenty_desks_record_fifty_entries_each_at_once(place: str) -> None:
    """Fifty with JK_TEST_THOROUGH, else ten."""
    each = share(50)
    desks = [Desk(place, f"desk{number}", each) for number in range(20)]
    said: dict[int, str] = {}
    for desk in desks:
        mine = desk.finish()
        assert (desk.code, len(mine)) == (0, each)
        assert not mine.keys() & said.keys()
        said |= mine
    assert sorted(said) == list(range(1, 20 * each + 1))
    assert check_whole(place, said) == said


@pytest.mark.sampled
def test_killed_writers_lose_no_acknowledged_entry(url: str) -> None:
    """In each round one of two concurrent writers is killed at a random moment, and a new one is started."""
    chance, rounds = random.Random(2016), share(50)  # noqa: S311 - moments, not secrets
    said: dict[int, str] = {}
    first = Desk(url, "turn0", 10_000)
    first.wait_for(1)
    for turn in range(1, rounds + 1):
        second = Desk(url, f"turn{turn}", 10_000)
        second.wait_for(1)
        time.sleep(chance.uniform(0, 0.03))
        said |= first.kill()
        assert first.code == -signal.SIGKILL
        first = second
    said |= first.kill()
    assert {key.partition("-")[0] for key in said.values()} == {f"turn{turn}" for turn in range(rounds + 1)}
    check_whole(url, said)


def test_a_desk_retries_after_a_program_that_did_not_take_the_lock(url: str) -> None:
    """Another program inserts an entry with the same number during our transaction, without the lock."""
    tries = 0

    def work(writer: Writer) -> int:
        nonlocal tries
        tries += 1
        if tries == 1:
            with impatient(), closing(open_for_writing(url, Clock())) as other:
                append(other, [percent("1")])
        return writer.append(percent("2")).seq

    with closing(open_for_writing(url, Clock())) as ledger:
        assert ledger.write(work) == 2
        assert tries == 2
        assert ledger.head().seq == 2

        def again_and_again(_writer: Writer) -> None:
            nonlocal tries
            tries += 1
            raise Overtaken("another desk was first")

        with pytest.raises(Overtaken, match="another desk"):
            ledger.write(again_and_again)
        assert tries == 2 + postgres.TRIES
    check_whole(url, {})


@contextmanager
def impatient() -> Iterator[None]:
    """A program that does not take the lock."""
    turns, postgres._TURNS = postgres._TURNS, ("SELECT 1",) * len(postgres._TURNS)  # noqa: SLF001
    try:
        yield
    finally:
        postgres._TURNS = turns  # noqa: SLF001


# Connections


class Cutter:
    """A proxy between a desk and the server, which cuts the connection at a message with a given word."""

    def __init__(self, url: str, word: bytes, when: str, connections: int = 1) -> None:
        host, _, port = url.rpartition("@")[2].partition("/")[0].partition(":")
        self._server = (host, int(port))
        self._word, self._when, self._left = word, when, connections
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = url.replace(f"{host}:{port}", f"127.0.0.1:{self._listener.getsockname()[1]}") + "?sslmode=disable"
        self.cuts = 0
        self._answered, self._closed = Event(), Event()
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # otherwise the thread would accept one more
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                desk, _ = self._listener.accept()
                Thread(target=self._carry, args=(desk,), daemon=True).start()

    def _carry(self, desk: socket.socket) -> None:
        server = socket.create_connection(self._server)
        cut = Event()
        Thread(target=self._back, args=(server, desk, cut), daemon=True).start()
        with suppress(OSError), closing(desk), closing(server):
            while said := desk.recv(65536):
                if self._word in said and self._left > 0:
                    self._left -= 1
                    self.cuts += 1
                    if self._when == "before":
                        return
                    cut.set()
                    server.sendall(said)
                    # "after": the server commits, but its answer is lost; "silent": no answer for a long time.
                    (self._answered if self._when == "after" else self._closed).wait(PATIENCE)
                    return
                server.sendall(said)

    def _back(self, server: socket.socket, desk: socket.socket, cut: Event) -> None:
        with suppress(OSError):
            while said := server.recv(65536):
                if cut.is_set():
                    self._answered.set()
                else:
                    desk.sendall(said)
            desk.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting(url: str, word: bytes, when: str, connections: int = 1) -> Iterator[Cutter]:
    with closing(Cutter(url, word, when, connections)) as cutter:
        yield cutter


def test_a_connection_lost_before_commit_records_nothing(url: str) -> None:
    with cutting(url, COMMIT, "before") as link:
        with closing(open_for_writing(link.url, Clock())) as ledger:
            with pytest.raises(LedgerError, match="nothing was recorded"):
                append(ledger, [percent("1", key="a"), percent("2", key="b")])
            append(ledger, [percent("1", key="a")])
        assert link.cuts == 1
    assert check_whole(url, {}) == {1: "a"}


def test_a_connection_lost_in_a_transaction_records_nothing(url: str) -> None:
    with (
        cutting(url, b"INSERT", "before") as link,
        closing(open_for_writing(link.url, Clock())) as ledger,
        pytest.raises(LedgerError, match=r"broke .*nothing was recorded"),
    ):
        append(ledger, [percent("1")])
    assert check_whole(url, {}) == {}


def test_a_commit_with_a_lost_answer_is_found(url: str) -> None:
    with cutting(url, COMMIT, "after") as link:
        with closing(open_for_writing(link.url, Clock())) as ledger:
            (recorded,) = append(ledger, [percent("1", key="a")])
            assert recorded.seq == 1
            (again,) = append(ledger, [recorded.entry])
            assert again == recorded
        assert link.cuts == 1
    assert check_whole(url, {}) == {1: "a"}


@pytest.mark.slow
def test_a_server_that_stops_answering_is_disconnected(url: str) -> None:
    """The connection stays open but silent: the timeout of the client ends the wait."""
    began = time.monotonic()
    with cutting(url, COMMIT, "silent") as link:
        with closing(postgres.open_for_writing(link.url, Clock(), FOR_AN_ANSWER)) as ledger:
            (recorded,) = append(ledger, [percent("1", key="a")])
        assert (recorded.seq, link.cuts) == (1, 1)
    with cutting(url, b"SELECT seq", "silent") as link, closing(postgres.open_for_reading(link.url)) as reader:
        reader._link.limits = Limits(answer=0.5)  # noqa: SLF001 - from now on
        with pytest.raises(LedgerError, match="broke"):
            reader.head()
    assert time.monotonic() - began < PATIENCE
    assert check_whole(url, {}) == {1: "a"}


@pytest.mark.slow
def test_without_a_new_connection_the_outcome_is_reported_as_unknown(url: str) -> None:
    with (
        cutting(url, COMMIT, "after") as link,
        closing(postgres.open_for_writing(link.url, Clock(), FOR_A_LOCK)) as desk,
    ):

        def work(writer: Writer) -> None:
            writer.append(percent("1", key="a"))
            link.close()  # no new connection

        with pytest.raises(
            LedgerError, match=r"recording #1; it is not known whether it was recorded\. .*cannot be reached"
        ):
            desk.write(work)
    assert check_whole(url, {}) == {1: "a"}


@pytest.mark.slow
def test_an_unreachable_server(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(LedgerError, match=r"cannot be reached.*Check that the server is up"):
            open_for_reading(f"postgresql://lin@127.0.0.1:{port}/jk")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(LedgerError, match="cannot be reached"):
            postgres.open_for_reading(f"postgresql://lin@127.0.0.1:{port}/jk", Limits(connect=2))
        assert time.monotonic() - began < PATIENCE
    assert not list(tmp_path.iterdir())


# Locks and states


@pytest.mark.slow
def test_a_locked_ledger_is_an_error_and_can_be_written_afterwards(url: str) -> None:
    with closing(postgres.open_for_writing(url, Clock(), FOR_A_LOCK)) as ledger:
        append(ledger, [percent("1")])
        with psycopg.connect(url) as other:
            other.execute(postgres._TURNS[-1].encode())  # noqa: SLF001
            with pytest.raises(LedgerError, match=r"is locked: .* Try again"):
                append(ledger, [percent("2")])
            assert ledger.head().seq == 1
        with psycopg.connect(url) as other:
            other.execute(b"LOCK TABLE jk.entries")
            with pytest.raises(LedgerError, match="is locked"):
                ledger.head()
        append(ledger, [percent("3")])
        rows = ledger._link.rows  # noqa: SLF001
        assert rows("SHOW statement_timeout") == [(f"{PATIENCE // 60}min",)]
        rows("SET statement_timeout = 100")
        with pytest.raises(LedgerError, match="did not answer in time"):
            ledger.read(lambda _reader: rows("SELECT pg_sleep(600)"))
    check_whole(url, {})


def test_a_read_only_server_is_an_error(url: str, server: Server) -> None:
    name = url.rpartition("/")[2]
    with closing(open_for_writing(url, Clock())) as ledger:
        append(ledger, [percent("1")])
    server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with closing(open_for_writing(url, Clock())) as ledger:
        with pytest.raises(LedgerError, match="is read-only"):
            append(ledger, [percent("2")])
        assert ledger.head().seq == 1


def test_a_reader_sees_one_state_while_others_write(url: str) -> None:
    with closing(open_for_writing(url, Clock())) as other, closing(open_for_reading(url)) as ledger:
        append(other, [percent("1")])

        def look_twice(state: Reader) -> tuple[Head, Head]:
            first = state.head()
            append(other, [percent("2")])
            return first, state.head()

        first, second = ledger.read(look_twice)
        assert first == second
        assert ledger.head().seq == 2


def test_a_missing_or_other_schema_is_refused(server: Server) -> None:
    url = server.database()
    with pytest.raises(LedgerError, match=r"no ledger at postgresql://.*jk init --ledger"):
        open_for_writing(url, Clock())
    with pytest.raises(LedgerError, match="has no such database"):
        open_for_reading(url + "x")
    server.run("CREATE SCHEMA jk", url=url)
    with pytest.raises(LedgerError, match=r"schema.*exists"):
        create(url, Clock())
    server.run("DROP SCHEMA jk", url=url)
    create(url, Clock())
    server.run("UPDATE jk.version SET number = 99", url=url)
    for begin in (
        open_for_reading,
        lambda place: open_for_writing(place, Clock()),
        lambda place: create(place, Clock()),
    ):
        with pytest.raises(LedgerError, match=r"newer jk .version 99"):
            begin(url)


def test_an_existing_ledger_is_not_created_again(server: Server) -> None:
    url = server.database()
    with ThreadPoolExecutor() as threads:
        made = [threads.submit(create, url.replace("postgresql:", scheme), Clock()) for scheme in ("postgres:",) * 3]
        assert len({one.result() for one in made}) == 1
    with closing(open_for_writing(url, Clock())) as ledger:
        append(ledger, [percent("1")])
        create(url, Clock())
        assert ledger.head().seq == 1
        assert check_ledger(ledger) == []


@pytest.mark.slow
def test_a_key_that_is_too_long_is_refused(url: str) -> None:
    with closing(open_for_writing(url, Clock())) as ledger:
        with pytest.raises(Exception, match="too long"):
            append(ledger, [percent("1", key="".join(random.Random(1).choices("abcdefghijklmnop0123456789", k=9000)))])  # noqa: S311
        append(ledger, [entry(note="长" * 3_000_000)])
    check_whole(url, {})


# The server


@pytest.fixture(scope="module")
def own() -> Iterator[OwnServer]:
    """A server for this test alone, which it may kill."""
    starting = started("fsync=off")
    try:
        server = starting.__enter__()
    except (OSError, subprocess.SubprocessError) as error:
        missing(error)
    try:
        yield server
    finally:
        starting.__exit__(None, None, None)


@pytest.mark.slow
def test_a_killed_server_loses_no_acknowledged_entry(own: OwnServer) -> None:
    url = own.ledger()
    chance = random.Random(2016)  # noqa: S311 - moments, not secrets
    said: dict[int, str] = {}
    for turn in range(4):
        pair = [Desk(url, f"turn{turn}-{number}", 100_000) for number in range(2)]
        for desk in pair:
            desk.wait_for(1)
        time.sleep(chance.uniform(0.05, 0.2))
        own.kill()
        own.start()
        for desk in pair:
            desk.interrupt()
            said |= desk.finish()
        check_whole(url, said)
    assert len(said) >= 8


@pytest.mark.slow
def test_a_full_disk_of_the_server_is_an_error_and_does_no_harm(own: OwnServer) -> None:
    """The file size limit is 16 MiB, the size of the server's log files: the table of entries cannot grow."""
    url = own.ledger()
    chance = random.Random(2016)  # noqa: S311 - what cannot be compressed, not a secret
    large = [entry(note=b64encode(chance.randbytes(3_750_000)).decode()) for _note in range(5)]
    with started_again(own, 1 << 24), closing(open_for_writing(url, Clock())) as ledger:
        (kept,) = append(ledger, [percent("1", key="a")])
        with pytest.raises(LedgerError, match="File too large"):
            append(ledger, large)
        assert ledger.head() == Head(1, kept.hash)
        append(ledger, [percent("2", key="b")])
        assert check_whole(url, {}) == {1: "a", 2: "b"}
    with closing(open_for_writing(url, Clock())) as ledger:
        append(ledger, large)
    assert len(check_whole(url, {1: "a", 2: "b"})) == 7


@contextmanager
def started_again(own: OwnServer, largest: int) -> Iterator[None]:
    """Restart the server with a limit on its file size; restore the limit afterwards."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    own.stop()
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        own.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    try:
        yield
    finally:
        own.stop()
        own.start()


@pytest.mark.slow
def test_a_replica_is_read_and_not_written(own: OwnServer) -> None:
    url = own.ledger()
    with closing(open_for_writing(url, Clock())) as ledger:
        append(ledger, [percent("1", key="a")])
    with own.replica() as copy, closing(open_for_writing(copy.address(url.rpartition("/")[2]), Clock())) as ledger:
        assert [recorded.entry.key for recorded in ledger.entries()] == ["a"]
        assert check_ledger(ledger) == []
        with pytest.raises(LedgerError, match="is read-only"):
            append(ledger, [percent("2")])


# Statements


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT a FROM b WHERE c = ? AND d < ?", "SELECT a FROM b WHERE c = $1 AND d < $2"),
        ("SELECT '?', \"?\", 'it''s ?', ?", "SELECT '?', \"?\", 'it''s ?', $1"),
        ("WHERE a IN () AND b = '%' AND c IN (?)", "WHERE a IN (NULL) AND b = '%' AND c IN ($1)"),
    ],
)
def test_only_unquoted_question_marks_are_parameters(statement: str, expected: str) -> None:
    assert translated(statement) == expected
