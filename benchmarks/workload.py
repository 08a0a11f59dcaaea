"""Workloads for measurements: N tasks and M reports, equal for `jk` and its peers, and repeatable by seed.

The figures are made up: one task in ten is past its deadline, one in five has a milestone, and every task has a share
of the entries, one a week, with percentages that never fall.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

UNITS = 40
LATE = 0.1
MILESTONES = 0.2
FULL = 100


@dataclass(frozen=True, slots=True)
class Work:
    """One task and its reports as (day, percent), the earliest first."""

    number: int
    start: date
    deadline: date
    milestone: date | None
    reports: tuple[tuple[date, int], ...]

    @property
    def title(self) -> str:
        """The title of the task."""
        return f"完成第{self.number}项绿化工程建设"

    @property
    def unit(self) -> str:
        """The lead unit."""
        return f"单位{self.number % UNITS + 1}"


def workload(tasks: int, entries: int, today: date, seed: int = 0) -> Iterator[Work]:
    """Draw a number of tasks with a total number of reports, as of today."""
    random = Random(seed)
    for number in range(1, tasks + 1):
        late = random.random() < LATE
        start = today - timedelta(days=random.randint(120, 200))
        deadline = today + timedelta(days=-random.randint(1, 60) if late else random.randint(1, 200))
        milestone = deadline - timedelta(days=30) if random.random() < MILESTONES else None
        count = entries * number // tasks - entries * (number - 1) // tasks
        done = random.randint(20, 95)
        days = [start + timedelta(days=(today - start).days * (n + 1) // (count + 1)) for n in range(count)]
        reports = tuple((day, done * (n + 1) // count) for n, day in enumerate(days))
        yield Work(number, start, deadline, milestone, reports)


def write_plan(works: list[Work], file: Path) -> None:
    """Write the plan for `jk`."""
    lines = ["title: 测速", "tasks:"]
    for work in works:
        milestone = f", milestones: [{{id: m, title: 主体完工, deadline: {work.milestone}}}]" if work.milestone else ""
        about = f"id: t{work.number}, title: {work.title}, lead_unit: {work.unit}"
        lines.append(f"  - {{{about}, start: {work.start}, deadline: {work.deadline}{milestone}}}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_entries(works: list[Work], file: Path) -> None:
    """Write the reports for `jk import`, in the order of their dates, each received on its own date."""
    dated = sorted((day, work.number, done, work.unit) for work in works for day, done in work.reports)
    with file.open("w", encoding="utf-8") as lines:
        for place, (day, number, done, unit) in enumerate(dated):
            said = {
                "on": f"{day}",
                "received": f"{day}",
                "task": f"t{number}",
                "kind": "report",
                "unit": unit,
                "by": "li",
                "key": f"k{place}",
                "readings": {"percent": str(done)},
            }
            lines.write(json.dumps(said, ensure_ascii=False) + "\n")


def write_rows(works: list[Work], sheet: Path, lines: Path) -> None:
    """Write the reports, in the order of their dates, as a unit's own sheet and as JSON lines with the same fields."""
    from openpyxl import Workbook  # imported here, because the other workloads do not need it

    book = Workbook(write_only=True)
    table = book.create_sheet("填报")
    table.append(["任务", "日期", "报送单位", "完成比例"])
    dated = sorted((day, work.number, done, work.unit) for work in works for day, done in work.reports)
    with lines.open("w", encoding="utf-8") as out:
        for day, number, done, unit in dated:
            table.append([f"t{number}", day, unit, done])
            said = {"on": f"{day}", "task": f"t{number}", "kind": "report", "unit": unit}
            out.write(json.dumps(said | {"readings": {"percent": str(done)}}, ensure_ascii=False) + "\n")
    book.save(sheet)


def write_problems(count: int, tasks: int, today: date, file: Path) -> None:
    """Write problems of the tasks in turn for `jk import`; half of them are past their dates."""
    with file.open("w", encoding="utf-8") as lines:
        for number in range(count):
            said = {
                "on": f"{today - timedelta(days=60)}",
                "task": f"t{number % tasks + 1}",
                "kind": "problem",
                "note": f"第{number + 1}处占道经营",
                "responsible": f"单位{number % UNITS + 1}",
                "deadline": f"{today + timedelta(days=number % 60 - 30)}",
                "by": "li",
                "key": f"p{number}",
            }
            lines.write(json.dumps(said, ensure_ascii=False) + "\n")


def write_city_week(count: int, tasks: int, first: date, file: Path) -> None:
    """Write one week's problems of a city's platform for `jk import`; three in four were fixed.

    They need an empty ledger, because fixed problems are named by their numbers.
    """
    zones, places = ("严控区", "缓冲区", "外围区"), 200
    with file.open("w", encoding="utf-8") as lines:
        for number in range(count):
            on = first + timedelta(days=number % 7)
            said = {
                "on": f"{on}",
                "task": f"t{number % tasks + 1}",
                "kind": "problem",
                "note": f"第{number + 1}处占道经营",
                "responsible": f"单位{number % UNITS + 1}",
                "deadline": f"{on + timedelta(days=3)}",
                "zone": zones[number % len(zones)],
                "place": f"航海路{number % places}号",
                "source": "hotline",
                "by": "li",
                "key": f"p{number}",
            }
            lines.write(json.dumps(said, ensure_ascii=False) + "\n")
        for number in (each for each in range(count) if each % 4):
            fixed: dict[str, str | int] = {
                "on": f"{first + timedelta(days=number % 7 + 1 + number % 5)}",
                "task": f"t{number % tasks + 1}",
                "kind": "fix",
                "ref": number + 1,
                "note": "已整改",
                "by": "li",
                "key": f"f{number}",
            }
            lines.write(json.dumps(fixed, ensure_ascii=False) + "\n")


def write_sites(count: int, tasks: int, file: Path) -> None:
    """Write the list of inspected sites; the lead unit of its task is responsible for each."""
    with file.open("w", encoding="utf-8") as lines:
        lines.write("编号,点位,任务\n")
        lines.writelines(f"{n:03},第{n}号工地,t{n % tasks + 1}\n" for n in range(1, count + 1))


def write_taskwarrior(works: list[Work], file: Path, seed: int = 0) -> None:
    """Write the workload for `task import`: each report is an annotation."""
    random = Random(seed)
    with file.open("w", encoding="utf-8") as lines:
        for work in works:
            task = {
                "uuid": str(UUID(int=random.getrandbits(128), version=4)),
                "status": "pending",
                "entry": f"{work.start:%Y%m%d}T000000Z",
                "due": f"{work.deadline:%Y%m%d}T000000Z",
                "description": work.title,
                "project": work.unit,
            }
            notes = [{"entry": f"{day:%Y%m%d}T0000{n % 60:02d}Z", "description": f"{done} %"}
                     for n, (day, done) in enumerate(work.reports)]  # fmt: skip
            lines.write(json.dumps({**task, "annotations": notes} if notes else task, ensure_ascii=False) + "\n")


def write_hledger(works: list[Work], file: Path) -> None:
    """Write the workload for `hledger`: each report posts the percentage that it adds to its task."""
    dated = sorted((day, work.number, n) for work in works for n, (day, _done) in enumerate(work.reports))
    found = {work.number: work for work in works}
    with file.open("w", encoding="utf-8") as lines:
        for day, number, n in dated:
            reports = found[number].reports
            added = reports[n][1] - (reports[n - 1][1] if n else 0)
            lines.write(f"{day} 报送\n    {found[number].unit}:t{number}  {added}\n    报送\n\n")


def write_todoman(works: list[Work], folder: Path) -> None:
    """Write the tasks for todoman, one file each."""
    folder.mkdir(parents=True)
    for work in works:
        text = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//benchmark//EN\r\nBEGIN:VTODO\r\n"
            f"UID:t{work.number}\r\nDTSTAMP:{work.start:%Y%m%d}T000000Z\r\nDUE;VALUE=DATE:{work.deadline:%Y%m%d}\r\n"
            f"SUMMARY:{work.title}\r\nSTATUS:NEEDS-ACTION\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
        )
        (folder / f"t{work.number}.ics").write_text(text, encoding="utf-8", newline="")
