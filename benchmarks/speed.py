"""Measure the speed of `jk` and its peers: `python benchmarks/speed.py --write` also fills in docs/performance.md.

`jk` is installed from this tree into a fresh environment, as for a user. Every morning the ledger has a new entry,
so one is recorded before each measured `jk`. Commands that are compared run in turn, round after round, and
the median of the rounds' ratios counts: other load on the machine affects a whole round.
Peers that are not installed are left out: taskwarrior and hledger are Debian packages, todoman comes from PyPI into an
environment of its own. Takes about half an hour; `--quick` leaves out the ledger of a million entries.
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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from workload import (
    workload,
    write_city_week,
    write_entries,
    write_hledger,
    write_plan,
    write_problems,
    write_rows,
    write_sites,
    write_taskwarrior,
    write_todoman,
)

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
LONG_HISTORY = Path(__file__).with_name("long_history.py")
BEGIN, END = "<!-- speed -->", "<!-- /speed -->"
RUNS, FEW = 21, 7
FEWEST, MOST = 1_000, 1_000_000
"""The numbers of entries of twenty tasks with a short and a long history."""
BARE = "python -c pass"


@dataclass(frozen=True)
class Place:
    """A folder in which commands run, and the installed programs."""

    folder: Path
    bin: Path
    peers: Path | None

    def environment(self) -> dict[str, str]:
        """The environment of a user's shell, without Python's settings."""
        path = os.pathsep.join(map(str, filter(None, (self.bin, self.peers, os.environ["PATH"]))))
        own = {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8", "JK_BY": "li"}
        return own | {"TASKRC": str(self.folder / "taskrc"), "TODOMAN_CONFIG": str(self.folder / "todoman.py")}


@dataclass
class Row:
    """A measured command, with the seconds of its runs and the peak memory in MiB."""

    command: str
    within: Path
    entry: str | None = None
    """The command that records an entry before each run, with `{n}` for the entry's number."""
    limit: str = "–"
    """The greatest ratio that is acceptable."""
    seconds: list[float] = field(default_factory=list)
    memory: float = 0.0


NUMBERS = count(1)


def run(place: Place, command: str, within: Path, into: Row | None = None) -> None:
    """Run a command to its end and read its output from a pipe.

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


def measure(place: Place, rows: Sequence[Row], rounds: int) -> None:
    """Run all commands in each round, and once before to warm up."""
    for number in range(rounds + 1):
        for row in rows:
            if row.entry:
                run(place, row.entry.format(n=next(NUMBERS)), row.within)
            run(place, row.command, row.within, row if number else None)


def ratio(row: Row, against: Row) -> float:
    """The median of the ratios of the rounds."""
    return median(mine / other for mine, other in zip(row.seconds, against.seconds, strict=True))


def table(rows: Sequence[Row], against: Mapping[str, Row]) -> Iterator[str]:
    """A table row for each command: median, memory, and its ratio to the commands that it is compared with."""
    titles = " | ".join(f"× {name}" for name in against)
    yield f"| command | median (ms) | {titles} | at most | memory (MiB) |"
    yield f"| --- | --: |{' --: |' * (len(against) + 2)}"
    for row in rows:
        ratios = " | ".join(f"{ratio(row, other):.2f}" for other in against.values())
        yield f"| `{row.command}` | {1000 * median(row.seconds):.0f} | {ratios} | {row.limit} | {row.memory:.0f} |"


def installed(home: Path, *wanted: str) -> Path:
    """Install a package into a fresh environment; return the folder of its programs."""
    venv.create(home, with_pip=True)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([home / "bin" / "pip", "install", "--quiet", *wanted], check=True, env=clean)  # noqa: S603
    return home / "bin"


def prepared(place: Place, tasks: int, entries: int, name: str) -> Path:
    """A folder with the workload for every installed program."""
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


def peers(place: Place, folder: Path) -> list[Row]:
    """The equivalent command of each installed peer, taskwarrior first."""
    asked = []
    if shutil.which("task"):
        asked.append(Row(f"task rc.data.location={folder} +OVERDUE list", folder))
    if shutil.which("hledger"):
        asked.append(Row("hledger -f hledger.journal bal", folder))
    if place.peers:
        asked.append(Row("todo list --due 1", folder))
    return asked


def named(rows: Sequence[Row], folder: Path) -> list[Row]:
    """The rows without the names of this machine's folders."""
    for row in rows:
        row.command = row.command.replace(f"rc.data.location={folder} ", "")
    return list(rows)


def small(place: Place) -> Iterator[str]:
    """The 20 real tasks."""
    folder = place.folder / "real"
    folder.mkdir()
    for name in ("tasks.yaml", "2016-02.jsonl"):
        shutil.copy(ROOT / "data" / name, folder)
    run(place, "jk import 2016-02.jsonl", folder)
    entry, twenty = "jk record 12 -m 第{n}次", prepared(place, 20, 200, "twenty")
    bare = Row(BARE, folder)
    rows = [
        bare,
        Row("python -c 'import typer'", folder),
        Row("jk report --overdue", folder, entry, "8 (aim 7)"),
        Row("jk record 12 35 --on 2016-03-01 --force -m 测速", folder, entry, "9"),
        Row("jk report -f table", folder, entry, "12"),
        *peers(place, twenty),
    ]
    measure(place, rows, RUNS)
    yield from ("### Twenty tasks, after a new entry", "", *table(named(rows, twenty), {"Python": bare}))


def large(place: Place) -> Iterator[str]:
    """Ten thousand tasks and a hundred thousand entries, recorded day by day, so that one day's are new today."""
    folder = prepared(place, 10_000, 100_000, "large")
    imported = Row("jk import entries.jsonl --ledger imported.db", folder)
    run(place, "jk report", folder)
    run(place, imported.command, folder, imported)
    run(place, f"python {LONG_HISTORY} ledger.db 10000 100000 --workload", folder)
    entry = "jk record t{n} -m 测速"
    others = peers(place, folder)
    bare = Row(BARE, folder)
    rows = [
        bare,
        *others,
        Row("jk report --overdue", folder, entry, "1.5 (aim 1)"),
        Row("jk report", folder, entry, "3"),
        Row("jk today", folder, entry, "3"),
    ]
    measure(place, rows, FEW)
    against = {"taskwarrior": others[0]} if shutil.which("task") else {}
    title = "### Ten thousand tasks, a hundred thousand entries, after a new entry"
    yield from (title, "", *table(named(rows, folder), against | {"Python": bare}))
    through = [Row(f"jk {said}", folder) for said in ("log -f csv -o all.csv", "check --full ledger", "check --full")]
    measure(place, through, 3)
    yield from ("", *throughput([imported, *through], 100_000))


def imports(place: Place) -> Iterator[str]:
    """Imports into an empty ledger: reports of ten thousand tasks, and problems of two tasks."""
    reports = prepared(place, 10_000, 100_000, "reports")
    problems = place.folder / "problems"
    problems.mkdir()
    write_plan(list(workload(2, 0, date.today())), problems / "tasks.yaml")  # noqa: DTZ011 - as above
    sizes = (500, 2_000, 50_000)
    for size in sizes:
        write_problems(size, 2, date.today(), problems / f"{size}.jsonl")  # noqa: DTZ011 - as above
    afresh = "sh -c 'rm -f ledger.db; jk import {}'"
    few, many, most = (Row(afresh.format(f"{size}.jsonl"), problems) for size in sizes)
    whole = Row(afresh.format("entries.jsonl"), reports)
    measure(place, [few, many], FEW)
    measure(place, [whole, most], 2)
    yield from ("### Imports", "", "| what | seconds | at most | memory (MiB) |", "| --- | --: | --: | --: |")
    for name, row, limit in (
        ("100,000 reports of 10,000 tasks", whole, "10"),
        ("50,000 problems of 2 tasks", most, "15"),
        ("2,000 problems of 2 tasks", many, "–"),
        ("500 problems of 2 tasks", few, "–"),
    ):
        yield f"| {name} | {median(row.seconds):.1f} | {limit} | {row.memory:.0f} |"
    yield from ("", f"2,000 problems take {ratio(many, few):.2f} × the time of 500; 4.4 at most.")


def volume(place: Place) -> Iterator[str]:
    """A week of a city's platform (50,000 problems, three in four fixed), and an inspection of 111 sites by 6 items."""
    folder = place.folder / "volume"
    folder.mkdir()
    today = date.today()  # noqa: DTZ011 - as above
    first = today - timedelta(days=14)
    plan = folder / "tasks.yaml"
    write_plan(list(workload(40, 0, today)), plan)
    with plan.open("a", encoding="utf-8") as lines:
        lines.write("checklists:\n  - {id: dust, name: 扬尘, items: [围挡, 覆盖, 冲洗, 硬化, 湿法, 密闭]}\n")
    write_city_week(50_000, 40, first, folder / "week.jsonl")
    write_sites(111, 40, folder / "sites.csv")
    filling = (
        "from openpyxl import load_workbook as load; b = load('form.xlsx'); s = b.worksheets[0]; "
        f"s['B3'], s['D3'], s['F3'] = '{today}', '白天', '检查员甲'; "
        "[s.cell(r, c, '×' if (r + c) % 20 == 0 else '√') for r in range(5, 116) for c in range(5, 11)]; "
        "b.save('filled.xlsx')"
    )
    (folder / "fill.py").write_text(filling, encoding="utf-8")
    run(place, "jk form --checklist dust -o form.xlsx", folder)
    run(place, "python fill.py", folder)
    run(place, "jk import week.jsonl --ledger week.db", folder)
    days = f"--from {first} --to {first + timedelta(days=9)}"
    measured = (
        (
            "import, 50,000 problems and 37,500 fixes",
            "sh -c 'rm -f new.db; jk import week.jsonl --ledger new.db'",
            "–",
        ),
        ("jk problem stats", f"jk problem stats {days} --ledger week.db", "1.5"),
        ("jk problem list --overdue \\| head", "sh -c 'jk problem list --overdue --ledger week.db | head'", "1"),
        ("jk form --checklist, 111 sites", "sh -c 'rm -f new.xlsx; jk form --checklist dust -o new.xlsx'", "2"),
        ("import, 111 sites by 6 items", "sh -c 'rm -f s.db; jk import filled.xlsx --ledger s.db'", "2"),
        ("jk inspections", "jk inspections --month this --ledger s.db", "2"),
    )
    rows = {name: (Row(command, folder), limit) for name, command, limit in measured}
    imported, *others = (row for row, _limit in rows.values())
    measure(place, [imported], 2)
    measure(place, others, FEW)
    yield from ("### A city's week of problems, and a day of inspections", "")
    yield from ("| what | seconds | at most | memory (MiB), 200 at most |", "| --- | --: | --: | --: |")
    for name, (row, limit) in rows.items():
        yield f"| {name} | {median(row.seconds):.1f} | {limit} | {row.memory:.0f} |"


def sheets(place: Place) -> Iterator[str]:
    """Ten thousand rows of a unit's own sheet, and the same rows as lines of JSON, imported into an empty ledger."""
    folder = place.folder / "sheets"
    folder.mkdir()
    works = list(workload(1_000, 10_000, date.today()))  # noqa: DTZ011 - as above
    write_plan(works, folder / "tasks.yaml")
    write_rows(works, folder / "rows.xlsx", folder / "rows.jsonl")
    columns = "task: 任务\ndate: 日期\nunit: 报送单位\npercent: 完成比例\n"
    (folder / "columns.yaml").write_text(columns, encoding="utf-8")
    afresh = "sh -c 'rm -f ledger.db; jk import {}'"
    lines, sheet = (Row(afresh.format(f"rows.{said}"), folder) for said in ("jsonl", "xlsx --map columns.yaml"))
    measure(place, [lines, sheet], 3)
    yield from ("### A spreadsheet of 10,000 rows", "", "| as | seconds | × JSONL | at most | memory (MiB) |")
    yield "| --- | --: | --: | --: | --: |"
    for name, row, limit in (("JSONL", lines, "–"), ("xlsx", sheet, "2")):
        yield f"| {name} | {median(row.seconds):.1f} | {ratio(row, lines):.2f} | {limit} | {row.memory:.0f} |"


def completion(place: Place) -> Iterator[str]:
    """The completion that a shell requests for Tab after `jk show t`, with a thousand tasks."""
    folder = place.folder / "completion"
    folder.mkdir()
    works = list(workload(1_000, 0, date.today()))  # noqa: DTZ011 - as above
    write_plan(works, folder / "tasks.yaml")
    asked = Row("env _JK_COMPLETE=complete_bash 'COMP_WORDS=jk show t' COMP_CWORD=2 jk", folder, limit="8")
    bare = Row(BARE, folder)
    measure(place, [bare, asked], RUNS)
    yield from ("### Completion, 1,000 tasks", "", *table([bare, asked], {"Python": bare}))


def overview(place: Place) -> Iterator[str]:
    """150 and 300 districts of 200 tasks, compared with one plain loop: see `many_districts.py`."""
    script = Path(__file__).with_name("many_districts.py")
    done = subprocess.run(  # noqa: S603
        [place.bin / "python", script], cwd=place.folder, env=place.environment(), capture_output=True, check=True
    )
    yield from ("### Many districts", "", *done.stdout.decode().splitlines())


def history(place: Place) -> Iterator[str]:
    """Twenty tasks with a thousand entries, or with a million of which all but the same thousand are old."""
    today = date.today()  # noqa: DTZ011 - as above
    since = str(today - timedelta(days=30))
    asked = ("jk report --overdue", f"jk log -f csv --since {since}", "jk export --month last -o out")
    rows: dict[int, list[Row]] = {}
    for entries in (FEWEST, MOST):
        folder = place.folder / f"history-{entries}"
        folder.mkdir()
        write_plan(list(workload(20, 0, today)), folder / "tasks.yaml")
        run(place, f"python {LONG_HISTORY} ledger.db 20 {entries}", folder)
        rows[entries] = [Row(said, folder, "jk record t1 -m 第{n}次") for said in asked]
    measure(place, [row for pair in zip(*rows.values(), strict=True) for row in pair], RUNS)
    yield from ("### History, after a new entry", "")
    yield "| command | 1,000 entries (ms) | 1,000,000 entries (ms) | ratio | at most |"
    yield "| --- | --: | --: | --: | --: |"
    for few, many in zip(*rows.values(), strict=True):
        name = few.command.replace(since, "30-DAYS-AGO")
        least, most = (1000 * median(row.seconds) for row in (few, many))
        yield f"| `{name}` | {least:.0f} | {most:.0f} | {ratio(many, few):.2f} | 1.1 |"
    whole = [Row(f"jk check {what}", rows[MOST][0].within) for what in ("--full ledger", "--full")]
    measure(place, whole, 1)
    yield from ("", *throughput(whole, MOST))


def throughput(rows: Sequence[Row], entries: int) -> Iterator[str]:
    """A table row for each command that processes a number of entries."""
    yield f"| {entries:,} entries | seconds | entries a second | memory (MiB) |"
    yield "| --- | --: | --: | --: |"
    for row in rows:
        middle = median(row.seconds)
        yield f"| `{row.command}` | {middle:.1f} | {entries / middle:,.0f} | {row.memory:.0f} |"


def about() -> Iterator[str]:
    """The machine, the versions and the day."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    busy = os.getloadavg()[1]
    yield f"Measured {date.today()} on {os.cpu_count()} × {cpu[1] if cpu else platform.machine()}, "  # noqa: DTZ011
    yield f"Python {platform.python_version()}, {version('task')}, {version('hledger')}; "
    yield f"load of the last five minutes at the end: {busy:.1f}."


def version(program: str) -> str:
    """The version that a peer prints."""
    if not shutil.which(program):
        return f"no {program}"
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"[0-9]+\.[0-9.]+", done.stdout)
    return f"{program} {number[0] if number else '?'}"


PARTS = {
    "small": small,
    "large": large,
    "imports": imports,
    "volume": volume,
    "sheets": sheets,
    "completion": completion,
    "overview": overview,
    "history": history,
}


def main(arguments: list[str]) -> int:
    """Measure everything, print it, and with `--write` write it into the page."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="leave out the ledger of a million entries")
    parser.add_argument("--only", choices=PARTS, help="one part alone, which is not written")
    asked = parser.parse_args(arguments)
    parts = [asked.only] if asked.only else [part for part in PARTS if not (asked.quick and part == "history")]
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            others = installed(folder / "peers", "todoman")
        except subprocess.CalledProcessError:
            others = None
        place = Place(folder, installed(folder / "jk", f"{ROOT}[office,overview]"), others)
        (folder / "taskrc").write_text("", encoding="utf-8")
        (folder / "todoman.py").write_text('path = "todo/*"\ndate_format = "%Y-%m-%d"\n', encoding="utf-8")
        lines: list[str] = []
        for part in parts:
            for line in (*PARTS[part](place), ""):
                lines.append(line)
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
        lines += ["".join(about()), ""]
        sys.stdout.write(lines[-2] + "\n")
    if asked.write and not asked.only:
        text = PAGE.read_text(encoding="utf-8")
        start, _, rest = text.partition(BEGIN)
        PAGE.write_text(start + "\n".join((BEGIN, "", *lines)) + END + rest.partition(END)[2], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
