"""Random plans from a seed, as mappings in the form of tasks.yaml: every value is text."""

from datetime import date, timedelta
from random import Random

from .history import Mapped

UNITS = ["城镇办", "执法局", "明湖办事处"]
LENGTHS = [0, 0, 1, 2, 6, 7, 20, 40, 60, 91, 100, 120, 182, 200, 300, 365, 400]


def plan_of(random: Random) -> Mapped:
    plan: Mapped = {"title": "随机方案", "units": UNITS, "rules": _rules(random), "tasks": []}
    if random.random() < 0.8:
        plan["year"] = "2016"
    if random.random() < 0.3:
        plan["timezone"] = random.choice(["UTC", "America/New_York", "Pacific/Kiritimati"])
    plan["tasks"] = [_task(random, number) for number in range(1, random.randint(1, 5) + 1)]
    before: list[str] = []
    for task in plan["tasks"]:
        for milestone in task["milestones"]:
            _wait(random, task, milestone, before)
            before.append(f"{task['id']}/{milestone['id']}")
        before.append(task["id"])
    return plan


def _wait(random: Random, task: Mapped, milestone: Mapped, before: list[str]) -> None:
    """Sometimes make a milestone wait for tasks and milestones that are earlier in the plan."""
    if before and random.random() < 0.4:
        those = random.sample(before, min(len(before), random.randint(1, 2)))
        milestone["after"] = [name.removeprefix(f"{task['id']}/") for name in those]


def before_renaming(plan: Mapped) -> Mapped:
    """The plan with renamed tasks under their former ids."""
    former = {t["id"]: t["formerly"][0] for t in plan["tasks"] if t.get("formerly")}

    def earlier(name: str) -> str:
        whose, slash, rest = name.partition("/")
        return str(former.get(whose, whose)) + slash + rest

    tasks = []
    for task in plan["tasks"]:
        milestones = [{**m, "after": list(map(earlier, m["after"]))} if "after" in m else m for m in task["milestones"]]
        renamed = {"id": former[task["id"]], "formerly": []} if task.get("formerly") else {}
        tasks.append({**task, **renamed, "milestones": milestones})
    return {**plan, "tasks": tasks}


def _rules(random: Random) -> Mapped:
    behind = random.choice(["0", "5", "10", "12.5", "20"])
    drawn = {
        "report_by": random.choice(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        "week_ends": random.choice(["mon", "wed", "fri", "sat", "sun"]),
        "due_soon": str(random.choice([0, 1, 7, 30, 366])),
        "behind": behind,
        "far_behind": random.choice([behind, "25", "40"]),
        "milestone_red": str(random.choice([0, 1, 10, 30])),
        "problem_red": str(random.choice([0, 7, 20])),
        "pace_days": str(random.choice([0, 1, 7, 20])),
        "pace_share": random.choice(["0", "1", "3", "12.5"]),
        "pace_ratio": random.choice(["1", "1.1", "1.5", "2"]),
        "pace_after": random.choice(["0", "7", "20", "33.3", "50"]),
        "pace_prior": str(random.choice([1, 10, 30, 90, 365])),
    }
    rules = {name: value for name, value in drawn.items() if random.random() < 0.25}
    return {**rules, "behind": behind} if "far_behind" in rules else {"behind": "10", **rules, "far_behind": "40"}


def _task(random: Random, number: int) -> Mapped:
    start = date(2015, 9, 1) + timedelta(days=random.randrange(400))
    end = start + timedelta(days=random.choice(LENGTHS))
    if random.random() < 0.1:
        start, end = date(2016, 1, 1), date(2016, 2, 29)
    measure = random.choice(["percent", "percent", "indicators", "indicators", "milestones", "none"])
    task: Mapped = {
        "id": str(number),
        "title": f"任务{number}",
        "lead_unit": random.choice([*UNITS, None]),
        "start": start.isoformat(),
        "deadline": end.isoformat(),
        "measure": measure,
    }
    if measure == "percent" and random.random() < 0.2:
        del task["measure"]
    if random.random() < 0.2:
        del task["start"]
        start = min(end, date(2016, 1, 1))
    if random.random() < 0.12:
        task["unconfirmed"] = ["deadline", "lead_unit"]
    if random.random() < 0.25:
        task["formerly"] = [f"old-{number}"]
    if measure == "percent" and random.random() < 0.5:
        task["planned"] = _planned(random, start, end, 100)
    if measure == "indicators" or random.random() < 0.2:
        task["indicators"] = _indicators(random, start, end)
    least = 1 if measure == "milestones" else 0
    task["milestones"] = [_milestone(random, start, end, n, task) for n in range(1, random.randint(least, 4) + 1)]
    return task


def _indicators(random: Random, start: date, end: date) -> list[Mapped]:
    indicators = []
    for number in range(1, random.randint(1, 3) + 1):
        target = random.choice([3, 7, 40, 60, 120, 1000])
        indicator: Mapped = {"id": f"i{number}", "name": f"指标{number}"}
        indicator["unit"] = random.choice(["", "户", "万平方米", "亿元"])
        if number == 1 or random.random() < 0.8:
            indicator["target"] = str(target)
        if random.random() < 0.4:
            indicator["weight"] = random.choice(["0.5", "2", "3"])
        if random.random() < 0.3:
            indicator["per_unit"] = "true"
        if random.random() < 0.3:
            indicator["type"] = "level"
        if random.random() < 0.6:
            falls = indicator.get("type") == "level"
            indicator["planned"] = _planned(random, start, end, random.choice([1, 1, 1.3]) * target, falls=falls)
        if random.random() < 0.2:
            months = {start + timedelta(days=random.randint(0, (end - start).days + 31)) for _n in range(3)}
            indicator["monthly"] = {f"{day:%Y-%m}": str(random.choice([0, 2, 10, 25])) for day in sorted(months)}
            if random.random() < 0.2:
                indicator["unconfirmed"] = ["monthly"]
        indicators.append(indicator)
    return indicators


def _planned(random: Random, start: date, end: date, most: float, *, falls: bool = False) -> Mapped:
    """Some planned values within or around the task's time, sometimes on its first or last day."""
    days = {start + timedelta(days=random.randint(-10, (end - start).days + 10)) for _n in range(random.randint(1, 4))}
    if random.random() < 0.15:
        days.add(start)
    if random.random() < 0.35:
        days.add(end)
    values = [str(round(random.uniform(0, most), random.choice([0, 1]))).removesuffix(".0") for _day in days]
    ordered = values if falls else sorted(values, key=float)
    if random.random() < 0.1:
        return {f"{end:%Y-%m}": ordered[0]}
    return dict(zip((day.isoformat() for day in sorted(days)), ordered, strict=True))


def _milestone(random: Random, start: date, end: date, number: int, task: Mapped) -> Mapped:
    day = start + timedelta(days=random.randint(-3, (end - start).days + random.choice([0, 0, 15])))
    milestone: Mapped = {"id": f"m{number}", "title": f"节点{number}", "deadline": day.isoformat()}
    if random.random() < 0.2:
        milestone["unconfirmed"] = ["deadline"]
    if task.get("indicators") and random.random() < 0.3:
        milestone["indicators"] = [task["indicators"][0]["id"]]
    return milestone
