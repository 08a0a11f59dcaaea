"""With an unreadable entry, inserted past all guards, all commands still work."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from ledger_samples import append, entry, percent

from effort import THOROUGH, mostly_slow
from jingkai_cli.ledger import chain, open_for_reading, open_for_writing
from jingkai_cli.ledger.writer import INSERT, columns
from jingkai_cli.model import Entry
from running import DATA, Workspace

POISONS: dict[str, tuple[Entry, dict[str, Any]]] = {
    "a date without an end": (entry("reach", "1", milestone="m1"), {"on": "infinity"}),
    "a date of five digits": (entry("reach", "1", milestone="m1"), {"on": "10000-01-01"}),
    "a report of five digits": (percent("30", task="1"), {"on": "10000-01-01"}),
    "a report without an end": (percent("30", task="1"), {"on": "infinity"}),
    "recorded for ever": (entry("done", "1"), {"recorded_at": "infinity"}),
    "a kind that there is not": (entry("bogus", "1"), {}),
    "an adoption without a plan": (entry("adopt", "", plan=None), {}),
    "an adoption of no plan": (entry("adopt", ""), {}),
    "a basis that there is not": (entry("extend", "1"), {"basis": "bribe"}),
    "a month that there is not": (entry("score", ""), {"month": "2016-99"}),
    "a score beyond its bounds": (entry("score", ""), {"score": "1000"}),
    "a severity that there is not": (entry("problem", "1"), {"severity": "minor"}),
    "a problem that cannot be read": (entry("problem", "1"), {"deadline": "infinity"}),
    "no text": (entry("problem", "1"), {"note": 7}),
}


def now() -> datetime:
    return datetime.now(UTC)


def _insert(where: str, row: list[Any], follow: Callable[[Any], None]) -> None:
    """Insert a row past the guards, with its derived rows."""
    if where.startswith("postgresql:"):
        with psycopg.connect(where, autocommit=True, cursor_factory=psycopg.RawCursor) as raw:
            raw.execute(b"ALTER TABLE jk.entries DISABLE TRIGGER entries_next")
            marks = ", ".join(f"${number}" for number in range(1, 13))
            inserting = INSERT.replace("entries", "jk.entries", 1).partition("VALUES")[0] + f"VALUES ({marks})"
            raw.execute(inserting.encode(), row)
            raw.execute(b"ALTER TABLE jk.entries ENABLE ALWAYS TRIGGER entries_next")
        return
    with closing(sqlite3.connect(where)) as raw:
        raw.execute(INSERT, row)
        follow(raw)
        raw.commit()


def poison(where: str, name: str) -> None:
    """Insert an entry that is correctly linked but unreadable."""
    said, changed = POISONS[name]
    with closing(open_for_reading(where)) as ledger:
        recorded = chain.link(said, ledger.head(), now())
    fields = json.loads(recorded.body) | changed
    body = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = list(columns(recorded))
    row[2], row[3], row[9], row[11] = fields["on"], fields["recorded_at"], body, chain.digest(body)

    def follow(raw: Any) -> None:
        if said.kind == "report":
            raw.execute("INSERT INTO reports VALUES (?, ?, ?, '', ?)", (said.task, row[2], row[0], row[3]))
            raw.execute("INSERT OR IGNORE INTO series VALUES (?, 'percent', '')", (said.task,))
            place = (said.task, row[2], row[0], row[0])
            raw.execute("INSERT INTO readings VALUES (?, 'percent', '', ?, ?, 0, '30', '30', ?)", place)
        else:
            until = str(fields.get("deadline", ""))
            values = (said.task, row[2], row[0], said.kind, said.milestone or "", until, said.basis or "")
            raw.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        raw.execute("UPDATE derivation SET seq = seq + 1, changed = 0")

    _insert(where, row, follow)


COMMANDS = (
    "report", "report --overdue", "today", "show 1", "log", "log -f json", "problem list", "rank --month 2016-03",
    "assess --month 2016-03", "record 2 -m x --on 2016-03-05", "bulletin", "report --known-on 2030-01-01",
    "retract 1 -m x",
)  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("name", mostly_slow(POISONS))
def test_commands_work_with_unreadable_entries(name: str, where: str, tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    (tmp_path / "tasks.yaml").write_text((DATA / "tasks.yaml").read_text("utf-8"), "utf-8")
    environ = {"JK_LEDGER": where}
    with closing(open_for_writing(where, now)) as ledger:
        append(ledger, [percent("20", task="1", on=date(2016, 3, 2)), entry("problem", "1")])
    poison(where, name)
    number = [*POISONS].index(name)  # every third command for each entry; all commands with JK_TEST_THOROUGH
    for command in COMMANDS if THOROUGH else COMMANDS[number % 3 :: 3]:
        done = place.here(*command.split(), **environ)
        assert done.code in {0, 1}, (command, done)
        assert "Traceback" not in done.err
    assert ("cannot be read" in place.here("log", **environ).out) == (name not in READABLE)
    checked = place.here("check", *(["ledger"] if name != "an adoption of no plan" else []), **environ)
    assert checked.code == 1
    assert "entry 3" in checked.out
    saved = place.here("backup", "copy", **environ)
    assert (saved.code, saved.err) == (0, ""), saved
    restored = place.here("restore", "copy", "--ledger", "restored.db")
    assert (restored.code, restored.err) == (0, NAMED if name != "an adoption of no plan" else ""), restored
    for command in ("report", "log", "record 2 -m y --on 2016-03-06"):
        done = place.here(*command.split(), JK_LEDGER="restored.db")
        assert done.code in {0, 1}, (command, done)
    again = place.here("check", *(["ledger"] if name != "an adoption of no plan" else []), JK_LEDGER="restored.db")
    assert again.code == 1
    assert all(line.startswith(("entry 3: ", "plan: ")) for line in again.out.splitlines()), again.out
    if where.startswith("postgresql:") and name != "an adoption of no plan":
        refused = place.here("restore", "copy", **environ)
        assert refused.code == 2
        assert "restore it to a file" in refused.err


NAMED = "Entries that cannot be read were restored as they stand: #3 (`jk check` says what is wrong)\n"
READABLE = {"a kind that there is not", "an adoption without a plan", "an adoption of no plan"}
