"""How fast `jk` is, beside its peers: `python benchmarks/speed.py --write` measures and fills in docs/performance.md.

`jk` is installed from this tree into a fresh environment, as a user has it. Commands that are compared run in turn, one
after the other, so that whatever else the machine does hits all of them; the minimum of some runs is what counts.
Peers that are not installed are left out: taskwarrior and hledger are Debian packages, todoman comes from PyPI into an
environment of its own. Takes about ten minutes, most of them for the ledger of a million entries; `--quick` has none.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import time
import venv
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from workload import workload, write_entries, write_hledger, write_plan, write_taskwarrior, write_todoman

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- speed -->", "<!-- /speed -->"
RUNS, FEW = 20, 5
FEWEST, MOST = 1_000, 1_000_000
"""Entries behind the twenty tasks whose history is long."""
BARE = "python -c pass"


@dataclass(frozen=True)
class Place:
    """A folder in which commands run, and the programs that are there."""

    folder: Path
    bin: Path
    peers: Path | None

    def environment(self) -> dict[str, str]:
        """What a user's shell has, with nothing of Python's own settings."""
        path = os.pathsep.join(map(str, filter(None, (self.bin, self.peers, os.environ["PATH"]))))
        own = {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8", "JK_BY": "li"}
        return own | {"TASKRC": str(self.folder / "taskrc"), "TODOMAN_CONFIG": str(self.folder / "todoman.py")}


@dataclass
class Measured:
    """What the runs of one command took: seconds, and the most memory in MiB."""

    seconds: list[float] = field(default_factory=list)
    memory: float = 0.0


def run(place: Place, command: str, within: Path, into: Measured | None = None) -> None:
    """Run a command to its end, with its output into a pipe that is read.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - the commands stand below
        ["sh", "-c", f"exec {command}"],  # noqa: S607
        cwd=within,
        env=place.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = process.stdout.read() if process.stdout else b""
    _pid, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command}: {said.decode()[-500:]}")
    if into:
        into.seconds.append(took)
        into.memory = max(into.memory, usage.ru_maxrss / 1024)


def measure(place: Place, commands: Mapping[str, tuple[Path, str]], runs: int) -> dict[str, Measured]:
    """Run the commands in turn: name → the folder and the command."""
    found = {name: Measured() for name in commands}
    for _ in range(runs):
        for name, (within, command) in commands.items():
            run(place, command, within, found[name])
    return found


def rows(found: Mapping[str, Measured], bare: float, *, memory: bool = False) -> Iterator[str]:
    """A line of the table for each command."""
    for name, measured in found.items():
        least, middle = min(measured.seconds), median(measured.seconds)
        most = f" {measured.memory:.0f} |" if memory else ""
        yield f"| {name} | {least * 1000:.0f} | {middle * 1000:.0f} | {least / bare:.1f} |{most}"


def head(memory: bool = False) -> list[str]:  # noqa: FBT001, FBT002 - a column or none
    """The first lines of a table."""
    most, line = (" memory (MiB) |", " --: |") if memory else ("", "")
    return [f"| command | minimum (ms) | median (ms) | × Python |{most}", f"| --- | --: | --: | --: |{line}"]


def installed(home: Path, *wanted: str) -> Path:
    """The programs of a fresh environment in which this was installed."""
    venv.create(home, with_pip=True)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([home / "bin" / "pip", "install", "--quiet", *wanted], check=True, env=clean)  # noqa: S603
    return home / "bin"


def prepared(place: Place, tasks: int, entries: int, name: str) -> Path:
    """A folder with a workload for every program that is there."""
    folder = place.folder / name
    folder.mkdir()
    works = list(workload(tasks, entries, date.today()))  # noqa: DTZ011 - taskwarrior knows no other day
    write_plan(works, folder / "tasks.yaml")
    write_entries(works, folder / "entries.jsonl")
    if shutil.which("hledger"):
        write_hledger(works, folder / "hledger.journal")
    if place.peers:
        write_todoman(works, folder / "todo" / "list")
    if shutil.which("task"):
        write_taskwarrior(works, folder / "task.jsonl")
        run(place, f"task rc.data.location={folder} rc.confirmation=no import task.jsonl", folder)
    return folder


def peers(place: Place, folder: Path) -> dict[str, tuple[Path, str]]:
    """The same question to each peer that is there."""
    asked: dict[str, tuple[Path, str]] = {}
    if shutil.which("task"):
        asked["`task +OVERDUE list`"] = (folder, f"task rc.data.location={folder} +OVERDUE list")
    if shutil.which("hledger"):
        asked["`hledger bal`"] = (folder, "hledger -f hledger.journal bal")
    if place.peers:
        asked["`todo list`"] = (folder, "todo list --due 1")
    return asked


def small(place: Place) -> Iterator[str]:
    """The 20 real tasks."""
    still, going = place.folder / "real", place.folder / "recording"
    for folder in (still, going):
        folder.mkdir()
        for name in ("tasks.yaml", "2016-02.jsonl"):
            shutil.copy(ROOT / "data" / name, folder)
        run(place, "jk import 2016-02.jsonl", folder)
    commands = {
        "`python -c pass`": (still, BARE),
        "`import typer`, nothing else": (still, "python -c 'import typer'"),
        "`jk report --overdue -f table` (Rich)": (still, "jk report --overdue -f table"),
        "`jk record 12 35`": (going, "jk record 12 35 --on 2016-03-01"),
        "`jk report --overdue`, after each of these": (going, "jk report --overdue"),
        "`jk --help` (Rich)": (still, "jk --help"),
        **peers(place, prepared(place, 20, 200, "twenty")),
    }
    measure(place, commands, 1)  # to warm up
    found = measure(place, commands, RUNS)
    yield from ("### Twenty tasks", "", *head())
    yield from rows(found, min(found["`python -c pass`"].seconds))


def large(place: Place) -> Iterator[str]:
    """Ten thousand tasks and a hundred thousand entries."""
    folder = prepared(place, 10_000, 100_000, "large")
    plan = folder / "tasks.yaml"
    run(place, "jk report", folder)
    imported = measure(place, {"`jk import`": (folder, "jk import entries.jsonl")}, 1)
    edited = "`jk report --overdue`, the plan edited before"

    commands = {"`python -c pass`": (folder, BARE), "`jk report --overdue`": (folder, "jk report --overdue")}
    commands |= peers(place, folder)
    measure(place, commands, 1)  # to warm up
    found = measure(place, commands, FEW)
    bare = min(found["`python -c pass`"].seconds)
    for _ in range(3):
        with plan.open("a", encoding="utf-8") as file:
            file.write("\n")
        found.setdefault(edited, Measured())
        run(place, "jk report --overdue", folder, found[edited])
    yield from ("### Ten thousand tasks, a hundred thousand entries", "", *head(memory=True))
    yield from rows(found, bare, memory=True)
    through = {
        f"`jk {said}`": (folder, f"jk {said}")
        for said in ("log -f csv -o all.csv", "check --full ledger", "check --full")
    }
    run(place, "jk log --last 1", folder)
    imported |= measure(place, through, FEW)
    yield from (
        "",
        "| a hundred thousand entries | seconds | entries a second | memory (MiB) |",
        "| --- | --: | --: | --: |",
    )
    yield from throughput(imported, 100_000)


def history(place: Place) -> Iterator[str]:
    """Twenty tasks behind which a thousand entries stand, or a million of which all but the same thousand are old."""
    today = date.today()  # noqa: DTZ011 - as above
    asked = (
        "report --overdue",
        "log -f csv --since " + str(today - timedelta(days=30)),
        "export --month last -o out",
    )
    found: dict[tuple[str, int], Measured] = {}
    folders: dict[int, Path] = {}
    for entries in (FEWEST, MOST):
        folders[entries] = place.folder / f"history-{entries}"
        folders[entries].mkdir()
        write_plan(list(workload(20, 0, today)), folders[entries] / "tasks.yaml")
        run(place, f"python {Path(__file__).with_name('filling.py')} ledger.db 20 {entries}", folders[entries])
    bare = Measured()
    for turn in range(RUNS + 1):
        run(place, BARE, place.folder, bare)
        for said in asked:
            for entries, folder in folders.items():
                into = found.setdefault((said, entries), Measured()) if turn else None  # the first one is to warm up
                run(place, f"jk {said}", folder, into)
    yield from ("### History", "", "| command | 1,000 entries (ms) | 1,000,000 entries (ms) | ratio |")
    yield "| --- | --: | --: | --: |"
    for said in asked:
        few, many = (min(found[said, entries].seconds) for entries in (FEWEST, MOST))
        name = re.sub("[0-9]{4}-[0-9-]+", "30-DAYS-AGO", said)
        yield f"| `jk {name}` | {few * 1000:.0f} | {many * 1000:.0f} | {many / few:.2f} |"
    whole = {f"`jk check {what}`": (folders[MOST], f"jk check {what}") for what in ("--full ledger", "--full")}
    yield from ("", "| a million entries | seconds | entries a second | memory (MiB) |", "| --- | --: | --: | --: |")
    yield from throughput(measure(place, whole, 1), MOST)


def throughput(found: Mapping[str, Measured], entries: int) -> Iterator[str]:
    """A line for each command that goes through so many entries."""
    for name, measured in found.items():
        least = min(measured.seconds)
        yield f"| {name} | {least:.1f} | {entries / least:,.0f} | {measured.memory:.0f} |"


def about() -> Iterator[str]:
    """The machine, the versions and the day."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    busy = os.getloadavg()[1]
    yield f"Measured {date.today()} on {os.cpu_count()} × {cpu[1] if cpu else platform.machine()}, "  # noqa: DTZ011
    yield f"Python {platform.python_version()}, {version('task')}, {version('hledger')}; "
    yield f"load of the last five minutes at the end: {busy:.1f}."


def version(program: str) -> str:
    """What a peer says of its version."""
    if not shutil.which(program):
        return f"no {program}"
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"[0-9]+\.[0-9.]+", done.stdout)
    return f"{program} {number[0] if number else '?'}"


def main(arguments: list[str]) -> int:
    """Measure everything, print it, and write it into the page where that is asked for."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="leave out the ledger of a million entries")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            others = installed(folder / "peers", "todoman")
        except subprocess.CalledProcessError:
            others = None
        place = Place(folder, installed(folder / "jk", str(ROOT)), others)
        (folder / "taskrc").write_text("", encoding="utf-8")
        (folder / "todoman.py").write_text('path = "todo/*"\ndate_format = "%Y-%m-%d"\n', encoding="utf-8")
        parts = (small, large) if asked.quick else (small, large, history)
        lines: list[str] = []
        for part in parts:
            for line in (*part(place), ""):
                lines.append(line)
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
        lines += ["".join(about()), ""]
        sys.stdout.write(lines[-2] + "\n")
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        start, _, rest = text.partition(BEGIN)
        PAGE.write_text(start + "\n".join((BEGIN, "", *lines)) + END + rest.partition(END)[2], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
