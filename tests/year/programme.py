"""A programme of twenty tasks with sub-tasks, led by twelve units: a plan drawn from a seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from oracle.history import Mapped

TOWNS = ["城关镇", "东明镇", "西河镇"]
UNITS = ["住建局", "水利局", "交通局", "林业局", "环保局", "执法局", "国土局", "卫生局", "教育局", *TOWNS]
YEAR = 2016
INVESTMENT = {"id": "invest", "name": "完成投资", "unit": "万元", "total": "investment"}


def plan_of(random: Random) -> Mapped:
    tasks = [_task(random, number) for number in range(1, 21)]
    tasks[6]["lead_unit"] = None
    tasks[9]["unconfirmed"] = ["lead_unit"]
    tasks[12]["unconfirmed"] = ["deadline"]
    return {
        "title": "县重点工作推进方案",
        "year": str(YEAR),
        "units": UNITS,
        "collective": {"各乡镇": TOWNS},
        "totals": [{"id": "investment", "name": "完成投资", "unit": "亿元"}],
        "tasks": tasks,
    }


def every(plan: Mapped) -> Iterator[Mapped]:
    """Yield each task, before its sub-tasks."""
    for task in plan["tasks"]:
        yield task
        yield from task.get("subtasks", [])


def leaves(plan: Mapped) -> list[Mapped]:
    """The tasks and sub-tasks without sub-tasks, on which units report."""
    return [task for task in every(plan) if not task.get("subtasks")]


def _task(random: Random, number: int) -> Mapped:
    task: Mapped = {"id": str(number), "title": f"重点任务{number}号", "lead_unit": UNITS[number % len(UNITS)]}
    if number in {3, 8, 14}:
        task["support_units"] = ["各乡镇"]
    if number % 4 == 0:
        parts = [_work(random, f"{number}.{n}", f"分项工程{number}之{n}") for n in range(1, random.randint(3, 4))]
        for part in parts:
            if random.random() < 0.6:
                part["lead_unit"] = random.choice(UNITS)
            part["key"] = random.choice(["true", "false"])
            part["indicators"] = [*part.get("indicators", []), {**INVESTMENT, "target": "800"}]
        own = {**INVESTMENT, "sum": "subtasks"}
        return {**task, **_dates(random), "measure": "subtasks", "indicators": [own], "subtasks": parts}
    return {**task, **_work(random, task["id"], task["title"])}


def _dates(random: Random) -> Mapped:
    start = date(YEAR, 1, 1) + timedelta(days=random.choice([0, 0, 0, 31, 60, 120]))
    return {"start": start.isoformat(), "deadline": _later(random, start, 400).isoformat()}


def _later(random: Random, start: date, most: int) -> date:
    return min(date(YEAR, 12, 31), start + timedelta(days=random.randint(60, most)))


def _work(random: Random, name: str, title: str) -> Mapped:
    work: Mapped = {"id": name, "title": title, **_dates(random)}
    start, end = (date.fromisoformat(work[edge]) for edge in ("start", "deadline"))
    work["measure"] = random.choice(["percent", "percent", "indicators", "milestones"])
    least = 2 if work["measure"] == "milestones" else 0
    days = sorted(
        start + timedelta(days=random.randint(20, (end - start).days)) for _n in range(random.randint(least, 3))
    )
    work["milestones"] = [
        {"id": f"m{n}", "title": f"{title}节点{n}", "deadline": day.isoformat()} for n, day in enumerate(days, 1)
    ]
    if work["measure"] == "indicators":
        work["indicators"] = [{"id": "area", "name": "完成面积", "unit": "亩", "target": "1200"}]
        if random.random() < 0.5:
            work["indicators"][0]["planned"] = {(start + (end - start) / 2).isoformat(): "500"}
    elif work["measure"] == "percent" and random.random() < 0.5:
        work["planned"] = {(start + (end - start) / 3).isoformat(): "20"}
    return work
