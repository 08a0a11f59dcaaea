"""One connection to PostgreSQL: every wait on it ends, and it says what is wrong."""

import os
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Timer
from typing import Any
from weakref import finalize

import psycopg

from ..errors import LedgerError, Refused
from ..language import _
from .postgres_address import Address
from .postgres_errors import LinkLost, told, unreached

NUMBERS = 2**63
"""Where the numbers of entries end."""

_PARTS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|IN \(\)|\?")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds after which a wait ends."""

    connect: int = 5
    lock: float = 10
    """For other desks that record."""
    statement: float = 60
    """For the server to answer one statement; it gives up by itself."""
    answer: float = 65
    """For anything at all from the server: then the client gives up, though the link looks whole."""


LIMITS = Limits()


class Link:
    """Runs statements in PostgreSQL; every error of it leaves as a `LedgerError`."""

    def __init__(self, address: Address, limits: Limits) -> None:
        """Connect.

        Raises:
            LedgerError: the server is not there, or does not let this login in.
        """
        self.where = address.where
        self.limits = limits
        self._address = address
        self._connect()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement with `?` for each value, and give all of its rows.

        Raises:
            LedgerError: PostgreSQL could not; `LinkLost` when nobody knows whether it did.
            Refused: a value is text that cannot be stored, or a number above 2⁶³.
        """
        for value in values:
            if isinstance(value, int) and not -NUMBERS <= value < NUMBERS:
                raise Refused(_("No entry has a number that large."))
        return self._run(translated(statement), values)

    def script(self, text: str) -> None:
        """Run a script of statements without values."""
        self._run(text, None)

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """Commit what the block did, or nothing of it.

        Raises:
            LinkLost: the link broke; with `committing`, it is not known whether the block is in the database.
        """
        self.rows(begin)
        try:
            yield
        except BaseException:
            with suppress(LedgerError):
                self.rows("ROLLBACK")
            raise
        try:
            self.rows("COMMIT")
        except LinkLost as lost:
            lost.committing = True
            raise

    def reconnect(self) -> None:
        """Connect anew after the link broke, and end the session that it leaves behind.

        A server that comes up again is waited for, as long as for a lock.

        Raises:
            LedgerError: it does not come.
        """
        behind = self._session
        gives_up = time.monotonic() + self.limits.lock
        while True:
            self.close()
            try:
                self._connect()
                self.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ? AND backend_start = ?", behind
                )
            except LedgerError:
                if time.monotonic() > gives_up:
                    raise
                time.sleep(0.1)
            else:
                return

    def close(self) -> None:
        """Let go of the connection, as also happens when nobody holds the link any more."""
        self._closing()

    def _connect(self) -> None:
        limits = self.limits
        bounds = {
            "connect_timeout": limits.connect,
            "tcp_user_timeout": int(limits.answer * 1000),
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "application_name": "jk",
            "client_encoding": "utf8",
        }
        try:
            self._connection = psycopg.connect(
                **{**bounds, **self._address.parameters}, autocommit=True, cursor_factory=psycopg.RawCursor
            )
        except psycopg.Error as error:
            raise unreached(self._address, error) from error
        self._socket = socket.socket(fileno=os.dup(self._connection.fileno()))
        self._closing = finalize(self, _close, self._socket, self._connection)
        settings = {
            "search_path": "jk, pg_temp",
            "lock_timeout": f"{limits.lock * 1000:.0f}",
            "statement_timeout": f"{limits.statement * 1000:.0f}",
            "idle_in_transaction_session_timeout": f"{limits.statement * 1000:.0f}",
        }
        asked = ", ".join("set_config(?, ?, false)" for _setting in settings)
        self.rows(f"SELECT {asked}", [word for setting in settings.items() for word in setting])
        (self._session,) = self.rows("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")

    def _run(self, statement: str, values: Sequence[Any] | None) -> list[tuple[Any, ...]]:
        try:
            with self._patiently():
                cursor = self._connection.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        except UnicodeEncodeError as error:
            raise Refused(_("Text that is not valid Unicode cannot be recorded.")) from error
        except psycopg.Error as error:
            raise told(self._address, self.limits.lock, error) from error

    @contextmanager
    def _patiently(self) -> Iterator[None]:
        """Cut the link when nothing comes over it any more: libpq itself would wait for ever for a frozen server."""
        watch = Timer(self.limits.answer, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def _close(ours: socket.socket, connection: psycopg.Connection) -> None:
    ours.close()
    connection.close()


@lru_cache(maxsize=256)
def translated(statement: str) -> str:
    """A statement with `?` for each value as PostgreSQL numbers them; an empty list, which it does not know, is NULL.

    What is quoted stays as it is.
    """
    numbers = iter(range(1, NUMBERS))

    def part(found: re.Match[str]) -> str:
        match found[0]:
            case "?":
                return f"${next(numbers)}"
            case "IN ()":
                return "IN (NULL)"
            case quoted:
                return quoted

    return _PARTS.sub(part, statement)
