"""Reads the last entries of a SQLite ledger by SQL alone: importing the ledger's reader would take too long for Tab.

Nothing is validated: a command reports faults when it opens the ledger.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

_STEPS = 10_000_000
"""The number of SQLite's instructions after which a query is aborted."""

_STANDING = """
SELECT seq, on_date, task, kind, json_extract(body, '$.responsible'), json_extract(body, '$.note')
FROM (SELECT * FROM entries ORDER BY seq DESC LIMIT ?)
WHERE seq NOT IN (SELECT ref FROM entries WHERE kind = 'retract')
ORDER BY seq DESC
"""


class RecentEntry(NamedTuple):
    """An entry that was not retracted."""

    seq: int
    on: str
    task: str | None
    kind: str
    responsible: str | None
    note: str | None


def standing(file: Path, last: int) -> list[RecentEntry]:
    """The last entries without retracted ones, the latest first.

    Args:
        file: a SQLite ledger.
        last: how many entries to look at.

    Raises:
        sqlite3.Error: the file is not a ledger, or another program is writing to it.
    """
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as ledger:
        ledger.execute("PRAGMA trusted_schema = OFF")
        ledger.set_progress_handler(lambda: 1, _STEPS)
        return [RecentEntry(*row) for row in ledger.execute(_STANDING, (last,))]
