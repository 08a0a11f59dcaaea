"""A connection to PostgreSQL on which every wait has a limit, and which raises readable errors."""

import os
import re
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from threading import Timer
from typing import Any
from urllib.parse import quote
from weakref import finalize

import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from ...errors import JkError, LedgerError, Refused
from ...language import N_, _

_SECRET = ("password", "sslpassword")

_HIDDEN = "***"


class Address(Struct, frozen=True):
    """How to reach a database. Its `repr` hides the password."""

    where: str
    """The URL without its password: the name of the ledger in messages."""
    parameters: Mapping[str, Any]
    """The parameters for libpq, the password included."""

    def __repr__(self) -> str:
        """Without the parameters, so that no password is shown."""
        return f"Address({self.where!r})"

    def scrubbed(self, text: str) -> str:
        """A message of libpq or the server, with the password replaced by `***` if it is quoted."""
        for name in _SECRET:
            secret = str(self.parameters.get(name) or "")
            for form in {secret, quote(secret, safe="")} - {""}:
                text = text.replace(form, _HIDDEN)
        return text


def address(url: str) -> Address:
    """Parse the address in a `postgresql://` URL.

    Raises:
        LedgerError: it cannot be parsed. The message quotes no part of the URL, which may be a piece of the password.
    """
    try:
        parameters = conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        raise _unreadable() from None
    host, port, name, user = (str(parameters.get(part) or "") for part in ("host", "port", "dbname", "user"))
    if "@" in host or "@" in name or (not port.replace(",", "").isdecimal() and port):
        raise _unreadable()  # an @ or / in the password: libpq takes what follows for the host or the port
    place = "" if host.startswith("/") else host + (f":{port}" if port else "")
    host_parameter = f"?host={host}" + (f"&port={port}" if port else "") if host.startswith("/") else ""
    return Address(f"postgresql://{user}{'@' if user else ''}{place}/{name}{host_parameter}", parameters)


def _unreadable() -> LedgerError:
    return LedgerError(
        _(
            "The ledger's URL is malformed: write postgresql://USER@HOST:PORT/DATABASE. In a "
            "password write @ : / ? % as %40 %3A %2F %3F %25; better keep it in ~/.pgpass."
        )
    )


class Overtaken(LedgerError):
    """Another program wrote first. The same transaction may succeed if it is tried again."""


class Denied(LedgerError):
    """This login may not do that."""


class Locked(LedgerError):
    """Another session holds a lock for too long."""


class Misfit(LedgerError):
    """The server's checks refuse the entry."""


class LinkLost(LedgerError):
    """The connection broke, or the server went down."""

    committing = False
    """Whether it broke during a COMMIT: then only the ledger itself shows whether the commit took effect."""


_AGAIN = {"40001", "40P01"}

_LINKS = {"entries_pkey", "entries_prev_hash_key", "entries_hash_key"}
"""The unique constraints that fail when two writers append the same next number. That of the key is not one of them."""

_SENTENCES = {
    "25006": N_("{where} is read-only (a replica, or a read-only server): record on the primary server."),
    "42501": N_("{where} does not let this login do that ({error})."),
    "53100": N_("The disk of {where} is full: nothing was recorded. Free some space and try again."),
    "54000": N_("A key or a name is too long to be recorded."),
    "55P03": N_("{where} is locked: another program has been using it for {patience:g} s. Try again."),
    "57014": N_("{where} did not answer in time and the statement was cancelled: nothing was recorded. Try again."),
    "XX001": N_("{where} is damaged ({error}). Restore a backup, and keep the damaged file."),
    "XX002": N_("{where} is damaged ({error}). Restore a backup, and keep the damaged file."),
}

_KINDS: Mapping[str, type[JkError]] = {"42501": Denied, "54000": Refused, "55P03": Locked, "23514": Misfit}

_LOST = N_("The connection to {where} broke ({error}): nothing was recorded. Try again.")

_UNREACHED: Sequence[tuple[str, str]] = (
    (r"no password supplied", N_("{where} requires a password: put it into ~/.pgpass or PGPASSWORD.")),
    (r"password authentication failed", N_("{where}: the password is wrong, or there is no such user.")),
    (r"database \".*\" does not exist", N_("{where}: the server has no such database: create it with `createdb`.")),
    (r"role \".*\" does not exist", N_("{where}: the server has no such user.")),
    (r"no pg_hba\.conf entry", N_("{where}: the server rejects logins from here (see its pg_hba.conf).")),
    (r"too many clients|remaining connection slots", N_("{where} has no free connections: try again.")),
    (
        r"resolve host|refused|timeout|timed out|translate host|No such file|unreachable|No route",
        N_("{where} cannot be reached ({error}). Check that the server is up and the address is right."),
    ),
)


def _error_of(address: Address, patience: float, error: psycopg.Error) -> JkError:
    """The error to raise for an error of PostgreSQL.

    Args:
        address: the ledger's address.
        patience: how long a statement waits for a lock, in seconds.
        error: the error of psycopg.
    """
    state = error.sqlstate or ""
    error_text = address.scrubbed(error.diag.message_primary or _first_line(error))
    message = _(_SENTENCES.get(state, "{where}: {error}")).format(
        where=address.where, error=error_text, patience=patience
    )
    if state in _AGAIN or (state == "23505" and error.diag.constraint_name in _LINKS):
        return Overtaken(message)
    if state in _KINDS:
        return _KINDS[state](message)
    if isinstance(error, psycopg.DataError) and not state:
        return Refused(_("Text with a NUL character cannot be recorded."))
    if isinstance(error, psycopg.OperationalError) and state not in _SENTENCES and state[:2] in ("", "08", "57"):
        return LinkLost(_(_LOST).format(where=address.where, error=error_text))
    return LedgerError(message)


def _connection_error(address: Address, error: psycopg.Error) -> LedgerError:
    """The error to raise if connecting fails. libpq passes on no error code, so the text is searched."""
    text = address.scrubbed(str(error))
    for pattern, sentence in _UNREACHED:
        if re.search(pattern, text):
            return LedgerError(_(sentence).format(where=address.where, error=_first_line(text)))
    return LedgerError(_("{where}: {error}").format(where=address.where, error=_first_line(text)))


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), "")


NUMBERS = 2**63
"""A number greater than that of any entry."""

_PARTS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|IN \(\)|\?")


class Limits(Struct, frozen=True):
    """The limits of waits, in seconds."""

    connect: int = 5
    lock: float = 10
    """The wait for other writers."""
    statement: float = 60
    """The time for one statement. The server itself cancels it after that."""
    answer: float = 65
    """The wait for any answer. After that the client closes the connection, even if it looks alive."""


LIMITS = Limits()


class Link:
    """Runs statements in PostgreSQL, and raises its errors as `LedgerError`."""

    def __init__(self, address: Address, limits: Limits) -> None:
        """Connect.

        Raises:
            LedgerError: the server cannot be reached, or rejects this login.
        """
        self.where = address.where
        self.limits = limits
        self._address = address
        self._connect()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement with `?` for each value, and return all of its rows.

        Raises:
            LedgerError: PostgreSQL raised an error; `LinkLost` if it is unknown whether the statement ran.
            Refused: a value is text that cannot be stored, or a number above 2⁶³.
        """
        for value in values:
            if isinstance(value, int) and not -NUMBERS <= value < NUMBERS:
                raise Refused(_("There is no entry with a number that large."))
        return self._run(translated(statement), values)

    def script(self, text: str) -> None:
        """Run a script of statements without values."""
        self._run(text, None)

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """Commit what the block does, or roll all of it back.

        Raises:
            LinkLost: the connection broke; with `committing`, it is unknown whether the block was committed.
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
        """Connect again after the connection broke, and end the session that was left on the server.

        Wait for a server that restarts, as long as for a lock.

        Raises:
            LedgerError: the server did not come back.
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
        """Close the connection. It is also closed when this object is collected."""
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
            raise _connection_error(self._address, error) from error
        self._socket = socket.socket(fileno=os.dup(self._connection.fileno()))
        self._closing = finalize(self, _close, self._socket, self._connection)
        settings = {
            "search_path": "jk, pg_temp",
            "lock_timeout": f"{limits.lock * 1000:.0f}",
            "statement_timeout": f"{limits.statement * 1000:.0f}",
            "idle_in_transaction_session_timeout": f"{limits.statement * 1000:.0f}",
        }
        calls = ", ".join("set_config(?, ?, false)" for _setting in settings)
        self.rows(f"SELECT {calls}", [word for setting in settings.items() for word in setting])
        (self._session,) = self.rows("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")

    def _run(self, statement: str, values: Sequence[Any] | None) -> list[tuple[Any, ...]]:
        try:
            with self._with_deadline():
                cursor = self._connection.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        except UnicodeEncodeError as error:
            raise Refused(_("Text that is not valid Unicode cannot be recorded.")) from error
        except psycopg.Error as error:
            raise _error_of(self._address, self.limits.lock, error) from error

    @contextmanager
    def _with_deadline(self) -> Iterator[None]:
        """Close the connection if no answer comes in time: libpq itself would wait forever for a frozen server."""
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
    """Translate a statement for PostgreSQL: `$1`, `$2` … for `?`, `IN (NULL)` for `IN ()`. Quoted text is kept."""
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
