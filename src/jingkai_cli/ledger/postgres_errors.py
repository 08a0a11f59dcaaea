"""What PostgreSQL and libpq say, as sentences that name the ledger and never its password."""

import re
from collections.abc import Mapping, Sequence

import psycopg

from ..errors import JkError, LedgerError, Refused
from ..language import N_, _
from .postgres_address import Address


class Overtaken(LedgerError):
    """Another desk was first: the same work, done again, will do."""


class Denied(LedgerError):
    """The login may not do that."""


class LinkLost(LedgerError):
    """The link broke, or the server went down."""

    committing = False
    """Whether it broke while a transaction was committed: then only the ledger itself can say whether it was."""


_AGAIN = {"40001", "40P01"}
_LINKS = {"entries_pkey", "entries_prev_hash_key", "entries_hash_key"}
"""The unique constraints that two desks meet at when both take the same next place: not that of the key."""

_SENTENCES = {
    "25006": N_("{where} is read-only (a replica, or a server that was set so): record where it is written."),
    "42501": N_("{where} does not let this login do that ({error})."),
    "53100": N_("The disk of {where} is full: nothing was recorded. Make room and try again."),
    "54000": N_("A key or a name is too long to be recorded."),
    "55P03": N_("{where} is locked: another program has been using it for {patience:g} s. Try again."),
    "57014": N_("{where} did not answer in time, and the statement was given up: nothing was recorded. Try again."),
    "XX001": N_("{where} is damaged ({error}). Restore a backup, and keep the damaged file."),
    "XX002": N_("{where} is damaged ({error}). Restore a backup, and keep the damaged file."),
}
_KINDS: Mapping[str, type[JkError]] = {"42501": Denied, "54000": Refused}
_LOST = N_("The link to {where} broke ({error}): nothing was recorded. Try again.")

_UNREACHED: Sequence[tuple[str, str]] = (
    (r"no password supplied", N_("{where} asks for a password: put it into ~/.pgpass or PGPASSWORD.")),
    (r"password authentication failed", N_("{where}: the password is wrong, or there is no such user.")),
    (r"database \".*\" does not exist", N_("{where}: the server has no such database: `createdb` makes one.")),
    (r"role \".*\" does not exist", N_("{where}: the server has no such user.")),
    (r"no pg_hba\.conf entry", N_("{where}: the server lets nobody in from here (its pg_hba.conf decides).")),
    (r"too many clients|remaining connection slots", N_("{where} has no connection left: try again.")),
    (
        r"resolve host|refused|timeout|timed out|translate host|No such file|unreachable|No route",
        N_("{where} cannot be reached ({error}). Is the server up, and the address right?"),
    ),
)


def told(address: Address, patience: float, error: psycopg.Error) -> JkError:
    """What became of a statement, as a person is told it.

    Args:
        address: the ledger's.
        patience: seconds for which a lock was waited for.
        error: what PostgreSQL said.
    """
    state = error.sqlstate or ""
    said = address.scrubbed(error.diag.message_primary or _first_line(error))
    message = _(_SENTENCES.get(state, "{where}: {error}")).format(where=address.where, error=said, patience=patience)
    if state in _AGAIN or (state == "23505" and error.diag.constraint_name in _LINKS):
        return Overtaken(message)
    if state in _KINDS:
        return _KINDS[state](message)
    if isinstance(error, psycopg.DataError) and not state:
        return Refused(_("Text with a NUL character cannot be recorded."))
    if isinstance(error, psycopg.OperationalError) and state not in _SENTENCES and state[:2] in ("", "08", "57"):
        return LinkLost(_(_LOST).format(where=address.where, error=said))
    return LedgerError(message)


def unreached(address: Address, error: psycopg.Error) -> LedgerError:
    """Why there is no connection. libpq keeps the server's code to itself, so only its words can be looked at."""
    text = address.scrubbed(str(error))
    for pattern, sentence in _UNREACHED:
        if re.search(pattern, text):
            return LedgerError(_(sentence).format(where=address.where, error=_first_line(text)))
    return LedgerError(_("{where}: {error}").format(where=address.where, error=_first_line(text)))


def _first_line(said: object) -> str:
    return next(iter(str(said).strip().splitlines()), "")
