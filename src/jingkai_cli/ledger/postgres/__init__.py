"""The ledger in a PostgreSQL database with many users: the schema `jk`, and roles that limit who writes what."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ...errors import LedgerError
from ...language import _
from ...model import Recorded
from ...quantities import enumeration
from .. import dump
from ..protocol import Reader, Writer
from ..reader import SqlReader
from ..sql_ledger import SqlLedger
from .entry_writer import TOTALS, PostgresWriter
from .guards import faults
from .link import LIMITS, Denied, Limits, Link, LinkLost, Locked, Misfit, Overtaken, address
from .schema import VERSION, is_copy, script

T = TypeVar("T")

TRIES = 5
"""How often a transaction is tried when other programs write without waiting for their turn."""

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"

_TURNS: Sequence[str] = (
    "SELECT pg_advisory_xact_lock(1785416772)",
    "SELECT pg_advisory_xact_lock(1785416772)",
    "SELECT number FROM jk.turn FOR UPDATE",
)
"""By the version of a ledger (the last for all later ones), the statement that waits until no other program writes.

Only a role that may write the row can lock it; anybody who may log in can lock the number of the older versions, which
is the application id of a SQLite ledger (`jkLD`)."""

_HOLDER = """
SELECT a.pid, a.usename, coalesce(a.application_name, '')
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.relation = 'jk.turn'::regclass AND l.mode = 'RowShareLock' AND a.pid <> pg_backend_pid()
 AND NOT EXISTS (SELECT FROM pg_locks w WHERE w.pid = l.pid AND NOT w.granted)
ORDER BY a.xact_start LIMIT 1"""
"""Selects the session whose turn it is."""

_NOTED_SINCE = 4
"""The first version that notes whether the derived tables were changed: see `sqlite.py`."""


def open_for_reading(url: str, limits: Limits = LIMITS) -> "PostgresLedger":
    """Open an existing ledger for reading.

    Raises:
        LedgerError: it is unreachable, does not exist yet, is newer than this program, or this login may not read it.
    """
    return PostgresLedger(*_linked(url, limits))


def open_for_writing(url: str, now: Callable[[], datetime], limits: Limits = LIMITS) -> "WritablePostgresLedger":
    """Open an existing ledger, made by `create`, for recording.

    Raises:
        LedgerError: it is unreachable, does not exist yet, is newer than this program, or this login may not read it.
    """
    link, version = _linked(url, limits)
    if is_copy(link.rows):
        link.close()
        raise LedgerError(_("{where} is a copy: record in the ledger that it copies.").format(where=link.where))
    return WritablePostgresLedger(link, version, now)


def create(url: str) -> str:
    """Create the schema and the roles where they are missing, or migrate an older schema to the present version.

    Returns:
        The name of the ledger in messages.

    Raises:
        LedgerError: it is unreachable, this login may not create it, or the schema belongs to something else.
    """
    with closing(Link(address(url), LIMITS)) as link, link.transaction(_WRITE):
        link.rows(_TURNS[0])
        version = _version(link)
        if version == 0:
            ((encoding,),) = link.rows("SHOW server_encoding")
            if encoding != "UTF8":
                text = _("{where} stores text as {encoding}: create a database with the encoding UTF8.")
                raise LedgerError(text.format(where=link.where, encoding=encoding))
        for later in range(version + 1, VERSION + 1):
            link.script(script(later))
        return link.where


def _linked(url: str, limits: Limits) -> tuple[Link, int]:
    """Connect to a ledger; return the connection and the version of the ledger's tables."""
    link = Link(address(url), limits)
    with ExitStack() as closing_it:
        closing_it.callback(link.close)
        if (version := _version(link)) == 0:
            text = _(
                "There is no ledger at {where} yet: its administrator creates one with `jk init --ledger {where}`."
            )
            raise LedgerError(text.format(where=link.where))
        closing_it.pop_all()
    return link, version


def _version(link: Link) -> int:
    """The version of a ledger's tables; 0 if there are none.

    Raises:
        LedgerError: this login may not read it, or the tables are newer than this program.
    """
    try:
        ((exists,),) = link.rows("SELECT to_regclass('jk.version') IS NOT NULL")
        version = int(link.rows("SELECT number FROM jk.version")[0][0]) if exists else 0
    except Denied as denied:
        text = _("{where}: this login has no role in the ledger. Its administrator runs: GRANT jk_inspector TO …;")
        raise LedgerError(text.format(where=link.where)) from denied
    if version > VERSION:
        raise LedgerError(
            _("{where} was written by a newer jk (version {version}): upgrade this one.").format(
                where=link.where, version=version
            )
        )
    return version


class PostgresReader(SqlReader):
    """Reads the tables of a ledger in PostgreSQL."""

    series_totals = TOTALS


class PostgresLedger(SqlLedger):
    """A ledger in PostgreSQL that is open for reading."""

    def __init__(self, link: Link, version: int) -> None:
        """Read by `link`, a connection to a ledger whose tables have that version."""
        super().__init__(link.where, link.rows)
        self._link = link
        self._noted = version >= _NOTED_SINCE

    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on one state of the ledger. Writers do not wait meanwhile."""
        with self._link.transaction(_READ):
            if self._noted:
                self.altered |= self.rows("SELECT changed FROM derivation", ()) != [(0,)]
            return work(PostgresReader(self.rows, self.unreadable, self.doubtful))

    def guards(self) -> Iterator[str]:
        """Yield the faults of the functions, triggers, policies and rights in the database."""
        return faults(self.rows)

    def assigned(self) -> Mapping[str, Sequence[str]] | None:
        """Task → the units that may record for it; None in a copy, where no unit records."""
        if is_copy(self.rows):
            return None
        found: dict[str, list[str]] = {}
        for task, unit in self.rows("SELECT task, unit FROM jk.task_units ORDER BY task, unit", ()):
            found.setdefault(task, []).append(unit)
        return found

    def outdated(self) -> str | None:
        """A message if the tables are of an earlier version: the server then refuses newer kinds of entry. Or None."""
        if (version := _version(self._link)) == VERSION:
            return None
        text = _(
            "{where} has tables of version {version}, this jk has {own}: its administrator runs `jk init --ledger URL`"
        )
        return text.format(where=self.where, version=version, own=VERSION)

    def copy_to(self, file: Path) -> None:
        """Write the whole ledger to a new file, as a dump. It is one state, because entries are only ever added."""
        dump.write(self.entries(), file)

    def close(self) -> None:
        """Close the connection."""
        self._link.close()


class WritablePostgresLedger(PostgresLedger):
    """A ledger in PostgreSQL that is open for recording."""

    def __init__(self, link: Link, version: int, now: Callable[[], datetime]) -> None:
        """Record at the time that `now` returns."""
        super().__init__(link, version)
        self._now = now
        self._turn = _TURNS[min(version, len(_TURNS) - 1)]

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one transaction. When this returns, the entries that it appended are in the database.

        Writers take turns by a lock, so `work` runs once, or again if another program writes without taking that lock.
        """
        for tried in range(1, TRIES + 1):
            try:
                return self._once(work)
            except Overtaken:
                if tried == TRIES:
                    raise
                time.sleep(0.02 * tried)
            except Denied as denied:
                raise LedgerError(f"{denied}\n{_rights(self._link)}") from denied
            except Misfit as misfit:
                raise LedgerError("\n".join(filter(None, (str(misfit), self.outdated())))) from misfit
        raise AssertionError

    def _once(self, work: Callable[[Writer], T]) -> T:
        appended: list[Recorded] = []
        try:
            with self._link.transaction(_WRITE):
                self._take_turn()
                writer = PostgresWriter(self._link, self._now, appended)
                result = work(writer)
                writer.confirm()
        except LinkLost as lost:
            if lost.committing:
                self._find_again(appended)
            else:
                raise
        return result

    def _take_turn(self) -> None:
        """Wait until no other program writes.

        Raises:
            LedgerError: another session holds the lock for too long; the message names it.
        """
        try:
            self._link.rows(self._turn)
        except Locked as locked:
            self._link.rows("ROLLBACK")
            for pid, user, application in self._link.rows(_HOLDER) if "jk.turn" in self._turn else ():
                text = _("It is held by process {pid} of the server: {user}, program {application}.")
                named = text.format(pid=pid, user=user, application=application or "–")
                raise LedgerError(f"{locked}\n{named}") from locked
            raise

    def _find_again(self, appended: Sequence[Recorded]) -> None:
        """Find out by the key of the last entry whether a transaction was committed although the connection broke.

        Raises:
            LedgerError: it was not committed, or this cannot be found out.
        """
        try:
            self._link.reconnect()
            with self._link.transaction(_WRITE):
                self._take_turn()  # by now the broken session has committed, or never will
                is_recorded = not appended or self.find(appended[-1].entry.key) == appended[-1]
        except LedgerError as error:
            text = _(
                "The connection to {where} broke while recording #{seq}; it is not known "
                "whether it was recorded. {error}"
            )
            seq = appended[-1].seq if appended else 0
            raise LedgerError(text.format(where=self.where, seq=seq, error=error)) from error
        if not is_recorded:
            raise LedgerError(
                _("The connection to {where} broke: nothing was recorded. Try again.").format(where=self.where)
            )


def _rights(link: Link) -> str:
    """A sentence that says what this login may do, for a user who tried something else."""
    ((login, unit, inspector),) = link.rows(
        "SELECT current_user, pg_has_role('jk_unit', 'USAGE'), pg_has_role('jk_inspector', 'USAGE')"
    )
    if not unit:
        role = "jk_inspector" if inspector else "–"
        return _("{login} (role {role}) may read the ledger, not record in it.").format(login=login, role=role)
    units = [name for (name,) in link.rows("SELECT unit FROM unit_logins WHERE login = current_user ORDER BY unit")]
    tasks = link.rows(
        "SELECT DISTINCT task FROM task_units JOIN unit_logins USING (unit) WHERE login = current_user ORDER BY task"
    )
    if not units or not tasks:
        text = _("{login} (role jk_unit) belongs to no unit that has a task here: ask the ledger's administrator.")
        return text.format(login=login)
    text = _(
        "{login} (role jk_unit) records report, reach, done, fix and object (--from {unit}) of its own tasks "
        "({tasks}), now, and retracts its own; accept, verify, extend and the rest are for the coordinator."
    )
    return text.format(login=login, unit=enumeration(units), tasks=enumeration([task for (task,) in tasks]))
