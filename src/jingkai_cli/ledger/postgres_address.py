"""Where a PostgreSQL ledger is: a URL as libpq reads it, and its name without the password."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ..errors import LedgerError
from ..language import _

_SECRET = ("password", "sslpassword")
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach a database. Its text never holds a password, whoever prints it."""

    where: str
    """The URL without its password: how to name the ledger to a person."""
    parameters: Mapping[str, Any] = field(repr=False)
    """What libpq is told, the password too."""

    def scrubbed(self, text: str) -> str:
        """A message of libpq or the server, without the password that it may quote."""
        for name in _SECRET:
            secret = str(self.parameters.get(name) or "")
            for form in {secret, quote(secret, safe="")} - {""}:
                text = text.replace(form, _HIDDEN)
        return text


def address(url: str) -> Address:
    """The address that a `postgresql://` URL gives.

    Raises:
        LedgerError: it is none. What is wrong is not quoted: it may be a piece of the password.
    """
    try:
        parameters = conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        raise _unreadable() from None
    host, port, name, user = (str(parameters.get(part) or "") for part in ("host", "port", "dbname", "user"))
    if "@" in host or "@" in name or (not port.replace(",", "").isdecimal() and port):
        raise _unreadable()  # an @ or / of the password, which begins what libpq takes for the host or its port
    place = "" if host.startswith("/") else host + (f":{port}" if port else "")
    there = f"?host={host}" + (f"&port={port}" if port else "") if host.startswith("/") else ""
    return Address(f"postgresql://{user}{'@' if user else ''}{place}/{name}{there}", parameters)


def _unreadable() -> LedgerError:
    return LedgerError(
        _(
            "The ledger's URL cannot be read: write postgresql://USER@HOST:PORT/DATABASE. In a password @ : / ? % are "
            "written %40 %3A %2F %3F %25; better keep it in ~/.pgpass."
        )
    )
