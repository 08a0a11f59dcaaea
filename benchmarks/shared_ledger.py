"""Measure a ledger in PostgreSQL: appends by twenty desks at once, and reports with a long history.

    python benchmarks/shared_ledger.py postgresql://OWNER@HOST/EMPTY_DATABASE [--entries 1000000]

Creates a ledger in the database, which must be empty, and leaves it there. The long history is generated in the
server: its entries are linked and hashed as `jk` does it, while the triggers are disabled, which only the owner
can do.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from jingkai_cli.ledger import chain, create, open_for_reading, open_for_writing
from jingkai_cli.ledger.protocol import Writer
from jingkai_cli.model import Entry, Recorded

DESKS = 20
EACH = 50
TASKS = 10_000
DAY = date(2016, 1, 1)
BEGUN = datetime(2016, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--entries", type=int, default=1_000_000)
    asked = parser.parse_args()
    create(asked.url, _now)
    _told(f"appends per second, one desk: {_desks(asked.url, 1):.0f}")
    _told(f"appends per second, {DESKS} desks: {_desks(asked.url, DESKS):.0f}")
    began = time.perf_counter()
    _fill(asked.url, asked.entries)
    _told(f"{asked.entries} entries of {TASKS} tasks made in {time.perf_counter() - began:.0f} s")
    with closing(open_for_reading(asked.url)) as ledger:
        day = DAY + timedelta(days=asked.entries // TASKS // 2)
        for what, tasks in ((f"facts of {TASKS} tasks", None), ("facts of one task", ["t77"])):
            began = time.perf_counter()
            found = ledger.facts(day, tasks=tasks)
            _told(f"{what}, as of {day}: {time.perf_counter() - began:.3f} s ({len(found)} found)")
    _told(f"append to the long history, one desk: {_desks(asked.url, 1):.0f} per second")
    _told(f"jk report of {TASKS} tasks: {_report(asked.url, day):.1f} s")


def _told(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)


def _append(said: Entry, writer: Writer) -> Recorded:
    return writer.append(said)


def _desk(url: str, name: str) -> None:
    with closing(open_for_writing(url, _now)) as ledger:
        for number in range(EACH):
            said = Entry("report", DAY, "desk", name, f"{name}-{number}-{time.time_ns()}", note="benchmark")
            ledger.write(partial(_append, said))


def _desks(url: str, number: int) -> float:
    """Entries per second that a number of desks append at once, each in its own process."""
    with ProcessPoolExecutor(number) as pool:
        list(pool.map(time.sleep, [0.5] * number))  # all desks have started
        began = time.perf_counter()
        list(pool.map(partial(_desk, url), [f"desk{desk}" for desk in range(number)]))
        return number * EACH / (time.perf_counter() - began)


KEYS = {
    "entries_pkey": "PRIMARY KEY (seq)",
    "entries_key_key": "UNIQUE (key)",
    "entries_prev_hash_key": "UNIQUE (prev_hash)",
    "entries_hash_key": "UNIQUE (hash)",
}
INDEXES = {"entries_task": "(task, seq, on_date)", "entries_on": "(on_date, seq)"}
LOOP = """
DO $$
DECLARE
  last text := '{hash}';
  body text;
  task text;
  day text;
BEGIN
  FOR step IN 0 .. {number} - 1 LOOP
    task := 't' || step % {tasks};
    day := (date '2016-01-01' + step / {tasks})::text;
    body := '{{"by":"seed","key":"g' || step || '","kind":"report","on":"' || day || '","prev_hash":"' || last
      || '","readings":{{"percent":"' || 1 + step / {tasks} % 99 || '"}},"recorded_at":"{moment}","seq":'
      || {seq} + 1 + step || ',"task":"' || task || '"}}';
    INSERT INTO jk.entries VALUES ({seq} + 1 + step, 'g' || step, day, '{moment}', 'seed', 'report', task, '', 0, body,
      last, encode(sha256(convert_to(E'jk-ledger-v1\\n' || body, 'UTF8')), 'hex'))
    RETURNING hash INTO last;
  END LOOP;
END $$"""
FOLLOWS = (
    "INSERT INTO jk.tasks SELECT DISTINCT task FROM jk.entries WHERE seq > {seq}",
    "INSERT INTO jk.series SELECT task, 'percent', '' FROM jk.tasks WHERE task <> 'desk'",
    """INSERT INTO jk.readings SELECT task, 'percent', '', on_date, seq, 0, v, v, seq
    FROM (SELECT *, (1 + (seq - {seq} - 1) / {tasks} % 99)::text AS v FROM jk.entries WHERE seq > {seq}) AS e""",
    "INSERT INTO jk.reports SELECT task, on_date, seq, '', recorded_at FROM jk.entries WHERE seq > {seq}",
)


def _fill(url: str, number: int) -> None:
    """Generate a long history, hashed in the server; the indexes are built afterwards."""
    with closing(open_for_reading(url)) as ledger:
        head = ledger.head()
    words = {"hash": head.hash, "seq": head.seq, "number": number, "tasks": TASKS, "moment": chain.instant(_now())}
    statements = [
        "SET maintenance_work_mem = '512MB'",
        "ALTER TABLE jk.entries DISABLE TRIGGER ALL",
        *(f"ALTER TABLE jk.entries DROP CONSTRAINT {name}" for name in KEYS),
        *(f"DROP INDEX jk.{name}" for name in INDEXES),
        LOOP,
        *(f"ALTER TABLE jk.entries ADD CONSTRAINT {name} {key}" for name, key in KEYS.items()),
        *(f"CREATE INDEX {name} ON jk.entries {key}" for name, key in INDEXES.items()),
        *FOLLOWS,
        *(f"ALTER TABLE jk.entries ENABLE ALWAYS TRIGGER entries_{name}" for name in ("follow", "kept", "next")),
        "VACUUM ANALYZE",
    ]
    with psycopg.connect(url, autocommit=True) as raw:
        for statement in statements:
            raw.execute(statement.format(**words).encode())


def _report(url: str, day: date) -> float:
    """Seconds that a whole `jk report` takes, including reading the plan."""
    with TemporaryDirectory() as folder:
        tasks = "".join(
            f"  - {{id: t{task}, title: 任务{task}, lead_unit: null, deadline: 2016-12-31}}\n" for task in range(TASKS)
        )
        (Path(folder) / "tasks.yaml").write_text(f"title: 基准\nyear: 2016\ntasks:\n{tasks}", encoding="utf-8")
        began = time.perf_counter()
        command = [sys.executable, "-m", "jingkai_cli", "report", "--as-of", day.isoformat(), "-f", "csv"]
        subprocess.run(  # noqa: S603 - our own program
            command, cwd=folder, env={**os.environ, "JK_LEDGER": url}, check=True, stdout=subprocess.DEVNULL
        )
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
