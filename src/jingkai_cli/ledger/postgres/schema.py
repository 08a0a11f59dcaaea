"""The schema of a ledger in PostgreSQL: the script of each version, with the kinds of entry filled in from `kinds/`.

Also marks a ledger as a copy: a city keeps a copy of a district's ledger, filled by PostgreSQL's logical replication.
"""

import json
from contextlib import closing
from functools import cache
from pathlib import Path

from ...errors import Refused
from ...kinds import all_kinds
from ...kinds.kind import COMMON
from ...language import _
from ..derived_tables import Rows
from ..entry_fields import BOUNDS
from .link import LIMITS, Link, address

SCRIPTS = ("schema.sql", "schema-2.sql", "schema-3.sql", "schema-4.sql", "schema-5.sql")
"""The scripts that migrate a ledger from version 0 (no schema) to the present version. Never change a released one.

When `declared` changes, a new version must replace the function `jk.kinds`; until then the server refuses new kinds.
"""

VERSION = len(SCRIPTS)
"""The version of the tables that this program creates."""

_MARK = "a copy"
"""The comment on the schema that marks a copy."""

_IS_COPY = "SELECT obj_description('jk'::regnamespace, 'pg_namespace')"

_CHAINED = ("prev_hash", "recorded_at", "seq")
"""The fields that the ledger adds to an entry."""


def script(version: int) -> str:
    """The script that migrates a ledger from the previous version to this one."""
    text = Path(__file__).with_name(SCRIPTS[version - 1]).read_text("utf-8")
    return text.replace("{kinds}", declared().replace("'", "''"))


@cache
def declared() -> str:
    """All kinds as JSON: their fields, which are required, who records them; and the bounds of the fields."""
    kinds = {
        kind.name: {
            "fields": sorted({*COMMON, *_CHAINED, *kind.fields, *(["units"] if "readings" in kind.fields else ())}),
            "required": sorted(kind.required),
            "task": kind.task,
            "recorded_by": kind.recorded_by,
        }
        for kind in all_kinds()
    }
    return json.dumps({"kinds": kinds, "bounds": BOUNDS}, ensure_ascii=False, sort_keys=True)


def is_copy(rows: Rows) -> bool:
    """Whether a ledger is the copy of another one."""
    return rows(_IS_COPY, ()) == [(_MARK,)]


def mark_as_copy(url: str) -> None:
    """Turn the ledger at a URL into a copy, which only a subscription fills. It must have no entries.

    Raises:
        LedgerError: it is unreachable, or this login is not its owner.
        Refused: it has entries of its own.
    """
    with closing(Link(address(url), LIMITS)) as link, link.transaction("BEGIN"):
        if is_copy(link.rows):
            return
        if link.rows("SELECT 1 FROM jk.entries LIMIT 1", ()):
            text = _("{where} has entries of its own: make the copy in a database without a ledger")
            raise Refused(text.format(where=link.where))
        link.script(Path(__file__).with_name("copy.sql").read_text("utf-8"))
