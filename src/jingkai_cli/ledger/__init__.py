"""The ledger (台账): append-only, hash-chained entries. This module opens one, in SQLite or in PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LedgerError, Refused, extra
from ..language import _
from ..text import discreet

if TYPE_CHECKING:  # the protocols are needed only by type checkers
    from .protocol import Ledger, WritableLedger


def open_for_reading(where: str) -> Ledger:
    """Open the ledger at a path or a URL for reading.

    Raises:
        LedgerError: it is missing, is unreachable, is not a ledger, is damaged, or is newer than this program.
    """
    if _on_a_server(where):
        with extra("postgres"):
            from . import postgres
        return postgres.open_for_reading(where)
    from . import sqlite

    return sqlite.open_for_reading(_file(where))


def open_for_writing(where: str, now: Callable[[], datetime]) -> WritableLedger:
    """Open the ledger at a path or a URL for recording. Creates a missing file, but not its folder.

    Args:
        where: a path, `sqlite:///` and a path, or `postgresql://…`.
        now: the clock; it returns an aware moment.

    Raises:
        LedgerError: its folder is missing, it is not a ledger, is damaged, or is newer than this program.
    """
    if _on_a_server(where):
        with extra("postgres"):
            from . import postgres
        return postgres.open_for_writing(where, now)
    from . import sqlite

    return sqlite.open_for_writing(_file(where), now)


def create(where: str, now: Callable[[], datetime]) -> str:
    """Create an empty ledger: a file, or a schema with its roles in a PostgreSQL database.

    An existing ledger is left as it is.

    Returns:
        The name of the ledger in messages.

    Raises:
        LedgerError: it cannot be created there.
    """
    if _on_a_server(where):
        with extra("postgres"):
            from . import postgres
        return postgres.create(where)
    if discreet(where) != where:
        raise LedgerError(_("This looks like a password, not a file name: name a file, or postgresql://HOST/DATABASE."))
    with closing(open_for_writing(where, now)) as made:
        return made.where


def create_copy(where: str, now: Callable[[], datetime]) -> str:
    """Create a ledger in a PostgreSQL database as the copy of another one, which a subscription will fill.

    Returns:
        The name of the ledger in messages.

    Raises:
        LedgerError: it cannot be created there.
        Refused: `where` names no server, or the database already has a ledger with entries of its own.
    """
    if not _on_a_server(where):
        raise Refused(_("a copy is kept by a PostgreSQL server: name it with --ledger postgresql://HOST/DATABASE"))
    named = create(where, now)
    from .postgres.schema import mark_as_copy

    mark_as_copy(where)
    return named


def empty_ledger(where: str) -> Ledger:
    """An empty ledger in memory. It stands for the ledger at `where`, which does not exist yet."""
    from . import sqlite

    return sqlite.in_memory((), where)


def _on_a_server(where: str) -> bool:
    return where.startswith(("postgresql://", "postgres://"))


def file_of(where: str) -> Path | None:
    """The file that a path or a URL names; None if it names a server."""
    return None if "://" in where and not where.startswith("sqlite:///") else _file(where)


def _file(where: str) -> Path:
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", where)
    if scheme is None:
        return Path(where)
    if scheme[1] != "sqlite" or not where.startswith("sqlite:///"):
        raise LedgerError(
            _(
                "{scheme}://… cannot be a ledger: name a file, sqlite:/// and a file, or postgresql://HOST/DATABASE."
            ).format(scheme=scheme[1])
        )
    return Path(where.removeprefix("sqlite:///"))
