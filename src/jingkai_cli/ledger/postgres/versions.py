"""The versions of the tables in PostgreSQL: the script of each, with the kinds of entry filled in from `kinds/`."""

import json
from functools import cache
from pathlib import Path

from ...kinds import all_kinds
from ...kinds.kind import COMMON
from ..entry_fields import BOUNDS

SCRIPTS = ("schema.sql", "schema-2.sql", "schema-3.sql", "schema-4.sql", "schema-5.sql")
"""The scripts that migrate a ledger from version 0, no schema, to the present version. Never change a released one.

When `declared` changes, a new version replaces the function `jk.kinds`: until then the server refuses what is new.
"""

VERSION = len(SCRIPTS)
"""The version of the tables that this program creates."""

_CHAINED = ("prev_hash", "recorded_at", "seq")
"""The fields that the ledger adds to an entry."""


def script(version: int) -> str:
    """The script that brings a ledger from the version before to this one."""
    text = Path(__file__).with_name(SCRIPTS[version - 1]).read_text("utf-8")
    return text.replace("{kinds}", declared().replace("'", "''"))


@cache
def declared() -> str:
    """Every kind with its fields, what it requires and who records it, and the bounds of the fields, as JSON."""
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
