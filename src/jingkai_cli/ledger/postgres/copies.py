"""A city's copy of a district's ledger, filled by PostgreSQL's logical replication, and why it may have stopped."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ...errors import Refused
from ...language import _, ngettext
from ..derived import Rows
from .link import LIMITS, Link, address

MARK = "a copy"
"""The comment on the schema of a copy."""

_IS_COPY = "SELECT obj_description('jk'::regnamespace, 'pg_namespace')"

_SUBSCRIPTIONS = """
SELECT s.subname, s.subenabled, coalesce(t.apply_error_count + t.sync_error_count, 0)
FROM pg_catalog.pg_subscription s LEFT JOIN pg_catalog.pg_stat_subscription_stats t ON t.subid = s.oid
WHERE s.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) ORDER BY 1"""


def is_copy(rows: Rows) -> bool:
    """Whether a ledger is the copy of another one."""
    return rows(_IS_COPY, ()) == [(MARK,)]


def mark_as_copy(url: str) -> None:
    """Make the ledger at a URL, in which nothing was recorded, a copy that only a subscription fills.

    Raises:
        LedgerError: it is unreachable, or this login is not its owner.
        Refused: it is a ledger of its own already.
    """
    with closing(Link(address(url), LIMITS)) as link, link.transaction("BEGIN"):
        if is_copy(link.rows):
            return
        if link.rows("SELECT 1 FROM jk.entries LIMIT 1", ()):
            text = _("{where} has entries of its own: make the copy in a database without a ledger")
            raise Refused(text.format(where=link.where))
        link.script(Path(__file__).with_name("copy.sql").read_text("utf-8"))


def copy_faults(rows: Rows) -> Iterator[str]:
    """Why a copy no longer follows its ledger."""
    found = rows(_SUBSCRIPTIONS, ())
    if not found:
        yield _("database: no subscription fills this copy: what it has is as old as its last entry")
    for name, enabled, errors in found:
        if not enabled:
            text = ngettext(
                "database: the subscription {name} stopped after {count} error: what came does not follow the last "
                "entry here, so that entries are missing between, or the ledger was forked (see the server's log)",
                "database: the subscription {name} stopped after {count} errors: what came does not follow the last "
                "entry here, so that entries are missing between, or the ledger was forked (see the server's log)",
                errors,
            )
            yield text.format(name=name, count=errors)
