"""Measure `jk overview` over many districts against one plain loop that judges the same ledgers.

    python benchmarks/many_districts.py              # 150 and 300 districts of 200 tasks; a few minutes
    python benchmarks/many_districts.py --districts 20

The districts are made up (`workload.py`), each with a plan and a ledger of its own. The loop opens each plan and ledger
in turn and judges every task, in one process, without any overhead. CPU times are those of all processes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from workload import workload, write_entries, write_plan

from jingkai_cli.cli.app import run

TODAY = date(2016, 7, 15)
JK = (sys.executable, "-m", "jingkai_cli")

LOOP = """
import sys
from datetime import date
from pathlib import Path
from jingkai_cli.ledger import open_for_reading
from jingkai_cli.plan import load_plan
from jingkai_cli.reports.document import Scope
from jingkai_cli.reports import build_report
from jingkai_cli.reports.task_filters import Question, judged
from jingkai_cli.formats.json_ import render
for folder in map(Path, sys.argv[3:]):
    ledger = open_for_reading(str(folder / "ledger.db"))
    plan = load_plan(folder / "tasks.yaml", Path(sys.argv[1]))
    day = date(2016, 7, 15)
    found, judgements = judged(ledger, plan, day, Question())
    sum(judgement.lamp == "red" and judgement.state == "overdue" for judgement in judgements)
    if sys.argv[2] == "json":
        sys.stdout.buffer.write(render(build_report(Scope(plan, day, None, found.head), judgements, Question())))
    ledger.close()
"""


class Cost(NamedTuple):
    """What a run took: seconds of CPU and of wall time, and MiB of the largest process."""

    cpu: float
    wall: float
    memory: float


def make(folder: Path, count: int, tasks: int, entries: int) -> list[str]:
    """Make districts, each with a plan and a ledger, and the file that lists them."""
    names = [f"d{number}" for number in range(count)]
    for number, name in enumerate(names):
        place = folder / name
        if place.exists():
            continue
        place.mkdir()
        works = list(workload(tasks, entries, TODAY, seed=number))
        write_plan(works, place / "tasks.yaml")
        write_entries(works, place / "entries.jsonl")
        with redirect_stdout(StringIO()):
            code = run(["import", str(place / "entries.jsonl"), "--plan", str(place / "tasks.yaml"), "--by", "li"])
        if code:
            sys.exit(code)
    lines = [f"  - {{name: {n}, plan: {n}/tasks.yaml, ledger: {n}/ledger.db}}" for n in names]
    (folder / "districts.yaml").write_text("\n".join(["title: 测速", "districts:", *lines]) + "\n", "utf-8")
    return names


def measured(folder: Path, cache: Path, runs: dict[str, tuple[str, ...]], rounds: int) -> dict[str, Cost]:
    """Run programs in turn, first to fill the plan cache, then to measure; the least CPU time of each counts."""
    environment = {**os.environ, "JK_CACHE_DIR": str(cache), "XDG_STATE_HOME": str(folder / "state")}
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _round in range(rounds + 1):
        for name, command in runs.items():
            began = time.perf_counter()
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
            _pid, status, used = os.wait4(process.pid, 0)  # of the process and all processes that it started
            if status:
                sys.exit(f"{command}: {status}")
            cost = Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024)
            costs[name].append(cost)
    return {name: min(those[1:]) for name, those in costs.items()}


def main() -> None:
    """Print the table of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=150)
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--entries", type=int, default=1000, help="of each district")
    parser.add_argument("--rounds", type=int, default=3, help="how often each run is measured")
    parser.add_argument("--folder", type=Path, help="keep the districts here, and use those that are there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        cache = folder / "cache"
        sys.stdout.write("| Districts | Run | CPU, s | Wall, s | Largest process, MiB | CPU ÷ its loop |\n")
        sys.stdout.write("| --- | --- | --: | --: | --: | --: |\n")
        costs: dict[str, list[float]] = {}
        for count in (given.districts, 2 * given.districts):
            names = make(folder, count, given.tasks, given.entries)
            loop = (sys.executable, "-c", LOOP, str(cache))
            overview = (*JK, "overview", "districts.yaml", "--as-of", str(TODAY))
            found = measured(
                folder,
                cache,
                {
                    "plain loop": (*loop, "judge", *names),
                    "`--overdue`, 1 worker": (*overview, "--overdue", "--workers", "1"),
                    "`--overdue`, 2 workers": (*overview, "--overdue", "--workers", "2"),
                    "plain loop that prints JSON": (*loop, "json", *names),
                    "all tasks as JSON, 2 workers": (*overview, "-f", "json", "--workers", "2"),
                },
                given.rounds,
            )
            for name, cost in found.items():
                costs.setdefault(name, []).append(cost.cpu)
                like = found["plain loop that prints JSON" if "JSON" in name else "plain loop"]
                figures = f"{cost.cpu:.1f} | {cost.wall:.1f} | {cost.memory:.0f} | {cost.cpu / like.cpu:.2f}"
                sys.stdout.write(f"| {count} | {name} | {figures} |\n")
            sys.stdout.flush()
        for name, (half, whole) in costs.items():
            said = f"{2 * given.districts} ÷ {given.districts} districts, {name}: {whole / half:.2f} × the CPU"
            sys.stdout.write(f"\n{said}; 2.1 at most.\n")


if __name__ == "__main__":
    main()
