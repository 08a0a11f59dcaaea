"""How a ledger in PostgreSQL bears twenty desks, and how long a report takes when its history is long.

    python benchmarks/shared_ledger.py postgresql://OWNER@HOST/EMPTY_DATABASE [--entries 1000000]

Makes a ledger in the database, which must be empty and stays full. The long history is generated: its entries are
linked and hashed as `jk` links them, and copied in with the triggers switched off, which only the owner can do.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from jingkai_cli.ledger import Writer, chain, create, open_for_reading, open_for_writing
from jingkai_cli.model import Entry, Recorded

DESKS = 20
EACH = 50
TASKS = 10_000
DAY = date(2016, 1, 1)
BEGUN = datetime(2016, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--entries", type=int, default=1_000_000)
    asked = parser.parse_args()
    create(asked.url, _now)
    _told(f"appends per second, one desk: {_desks(asked.url, 1):.0f}")
    _told(f"appends per second, {DESKS} desks: {_desks(asked.url, DESKS):.0f}")
    began = time.perf_counter()
    _fill(asked.url, asked.entries)
    _told(f"{asked.entries} entries of {TASKS} tasks copied in {time.perf_counter() - began:.0f} s")
    with closing(open_for_reading(asked.url)) as ledger:
        day = DAY + timedelta(days=asked.entries // TASKS // 2)
        for what, tasks in ((f"facts of {TASKS} tasks", None), ("facts of one task", ["t77"])):
            began = time.perf_counter()
            found = ledger.facts(day, day_ends=BEGUN + timedelta(days=9999), tasks=tasks)
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
    """Entries per second that so many desks append at once, each in a process of its own."""
    with ProcessPoolExecutor(number) as pool:
        list(pool.map(time.sleep, [0.5] * number))  # they have started
        began = time.perf_counter()
        list(pool.map(partial(_desk, url), [f"desk{desk}" for desk in range(number)]))
        return number * EACH / (time.perf_counter() - began)


def _fill(url: str, number: int) -> None:
    with psycopg.connect(url) as raw:
        raw.execute("ALTER TABLE jk.entries DISABLE TRIGGER ALL")
        with closing(open_for_reading(url)) as ledger:
            head = ledger.head()
        names = ("tasks", "series", "readings", "reports")
        copies = {name: raw.cursor() for name in names}
        rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in names}
        rows["tasks"] = [(f"t{task}",) for task in range(TASKS)]
        rows["series"] = [(f"t{task}", "percent", "") for task in range(TASKS)]
        with raw.cursor().copy("COPY jk.entries FROM STDIN") as entries:
            for seq, task, on, value, row in _entries(head.seq, head.hash, number):
                entries.write_row(row)
                rows["readings"].append((task, "percent", "", on, seq, 0, value, value, seq))
                rows["reports"].append((task, on, seq, "", row[3]))
        for name, cursor in copies.items():
            with cursor.copy(f"COPY jk.{name} FROM STDIN".encode()) as copy:
                for each in rows[name]:
                    copy.write_row(each)
        for trigger in ("entries_follow", "entries_kept", "entries_next"):
            raw.execute(f"ALTER TABLE jk.entries ENABLE ALWAYS TRIGGER {trigger}".encode())
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("VACUUM ANALYZE")


def _entries(seq: int, last: str, number: int) -> Iterator[tuple[int, str, str, str, tuple[object, ...]]]:
    moment = chain.instant(_now())
    for step in range(number):
        seq += 1
        task, on = f"t{step % TASKS}", (DAY + timedelta(days=step // TASKS)).isoformat()
        value, key = str(1 + step // TASKS % 99), f"g{step}"
        body = (
            f'{{"by":"seed","key":"{key}","kind":"report","on":"{on}","prev_hash":"{last}",'
            f'"readings":{{"percent":"{value}"}},"recorded_at":"{moment}","seq":{seq},"task":"{task}"}}'
        )
        digest = hashlib.sha256(chain.PREFIX + body.encode()).hexdigest()
        yield seq, task, on, value, (seq, key, on, moment, "seed", "report", task, "", 0, body, last, digest)
        last = digest


def _report(url: str, day: date) -> float:
    """Seconds that a whole `jk report` takes, the reading of its plan included."""
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
