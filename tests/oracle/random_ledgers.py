"""Random lines for the ledger of a plan, as in an import file. The program refuses some of them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from .history import Mapped, day_of
from .random_plans import UNITS

KINDS = (
    ["report"] * 9 + ["reach"] * 3 + ["done"] * 2 + ["accept"] * 3 + ["reopen"] * 3 + ["extend"] * 3 + ["retract"] * 3
    + ["problem"] * 4 + ["fix"] * 3 + ["verify"] * 2 + ["return"] * 2
)  # fmt: skip


def proposals(random: Random, plan: Mapped, recorded: list[Mapped], moment: datetime) -> list[Mapped]:
    """One or two lines to record next; a correction is a retraction and a report."""
    task = random.choice(plan["tasks"])
    kind = random.choice(KINDS)
    on = _on(random, moment)
    done = [(t, x) for t in plan["tasks"] for x in recorded if x["kind"] == "done" and x["task"] == t["id"]]
    if kind in ("accept", "reopen") and done:
        task, report = random.choice(done)
        on = day_of(report["on"]) + timedelta(days=random.choice([0, 0, 1, 3, 10, 20]))
    line: Mapped = {"kind": kind, "task": task["id"], "on": on.isoformat(), "by": "王", "note": "事由"}
    if kind == "accept":
        return [{**line, "verifier": "督查室"}]
    if kind == "reach" and not task["milestones"]:
        return []
    several: dict[str, Callable[[], list[Mapped]]] = {
        "report": lambda: [_report(random, line, task, moment)],
        "reach": lambda: [{**line, "milestone": random.choice(task["milestones"])["id"]}],
        "extend": lambda: [_extension(random, line, task)],
        "retract": lambda: _retraction(random, line, plan, recorded),
        "problem": lambda: [_problem(random, line, recorded)],
        **dict.fromkeys(("fix", "verify", "return"), lambda: _step(random, line, recorded)),
    }
    return several[kind]() if kind in several else [line]


def _problem(random: Random, line: Mapped, recorded: list[Mapped]) -> Mapped:
    """A problem, major or not; sometimes a part of an earlier one."""
    wholes = [x for x in recorded if x["kind"] == "problem"]
    if wholes and random.random() < 0.4:
        whole = random.choice(wholes)
        line |= {"task": whole["task"], "part_of": whole["seq"], "on": max(line["on"], whole["on"])}
    if random.random() < 0.25:
        line["severity"] = "major"
    until = day_of(line["on"]) + timedelta(days=random.choice([0, 1, 3, 10, 40]))
    return {**line, "responsible": random.choice(UNITS), "deadline": until.isoformat()}


def _step(random: Random, line: Mapped, recorded: list[Mapped]) -> list[Mapped]:
    """The next entry about a problem: fixed, verified, or sent back."""
    found = [x for x in recorded if x["kind"] == "problem"]
    if not found:
        return []
    about = random.choice(found)
    line["kind"] = {"return": "reopen"}.get(line["kind"], line["kind"])
    on = max(line["on"], (day_of(about["on"]) + timedelta(days=random.choice([0, 1, 9]))).isoformat())
    step = {**line, "task": about["task"], "on": on, "ref": about["seq"]}
    return [{**step, "verifier": "督查室"}] if line["kind"] == "verify" else [{**step, "unit": about["responsible"]}]


def _on(random: Random, moment: datetime) -> date:
    """Mostly the day of recording or shortly before; sometimes months before or some days in the future."""
    back = random.choice([0, 0, 0, 1, 2, 3, 10, 40, 120, -5, -30])
    return moment.date() - timedelta(days=random.randint(min(0, back), max(0, back)))


def _report(random: Random, line: Mapped, task: Mapped, moment: datetime) -> Mapped:
    line["unit"] = random.choice(UNITS)
    if random.random() < 0.3:
        line["received"] = (moment.date() - timedelta(days=random.randint(-3, 20))).isoformat()
    readings: dict[str, Any] = {}
    if task.get("measure", "percent") == "percent" and random.random() < 0.9:
        readings["percent"] = _on_schedule(random, task) or _figure(random, 120 if random.random() < 0.1 else 100)
    for indicator in task.get("indicators", []):
        if random.random() < 0.8:
            adds = indicator.get("type") != "level"
            name = random.choice([indicator["id"], indicator["name"]])
            most = float(indicator.get("target", "50")) * random.choice([0.5, 1, 1, 1.2])
            readings[name] = _figure(random, most, indicator["unit"], adds=adds)
    return {**line, "readings": readings} if readings else line


def _on_schedule(random: Random, task: Mapped) -> str | None:
    """A percentage; sometimes exactly the share of the task's time elapsed some days before its deadline."""
    days = (day_of(task["deadline"]) - day_of(task.get("start", "2016-01-01"))).days
    left = random.randint(1, 15)
    if random.random() < 0.7 or days <= left or 10_000 * (days - left) % days:
        return None
    return f"{100 * (days - left) / days:.2f}"


def _figure(random: Random, most: float, unit: str = "", *, adds: bool = True) -> str:
    if adds and random.random() < 0.4:
        lowest = -most / 10 if unit and random.random() < 0.2 else 0
        return "+" + _number(random, lowest, most / 3)
    text = _number(random, 0, most)
    if random.random() < 0.2:
        other = {"万平方米": "公顷", "亿元": "万元"}.get(unit, unit)
        return text + random.choice([other, "余" + unit, unit + "以上"])
    if unit == "万平方米" and random.random() < 0.3:
        return str(15 * random.randint(1, 100)) + "亩"
    return text


def _number(random: Random, least: float, most: float) -> str:
    value = round(random.uniform(least, most), random.choice([0, 0, 1, 2]))
    return f"{value:f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(value) < 1 else f"{value:g}"


def _extension(random: Random, line: Mapped, task: Mapped) -> Mapped:
    thing = random.choice([task, task, *task["milestones"]])
    if thing is not task:
        line["milestone"] = thing["id"]
    until = day_of(thing["deadline"]) + timedelta(days=random.choice([-40, -7, -1, 1, 5, 30, 60, 120]))
    basis = random.choice(["document", "document", "minutes", "oral"])
    return {**line, "deadline": until.isoformat(), "approved_by": "管委会", "basis": basis}


def _retraction(random: Random, line: Mapped, plan: Mapped, recorded: list[Mapped]) -> list[Mapped]:
    """A retraction of any entry so far; for a report, sometimes with a new report."""
    if not recorded:
        return []
    wrong = random.choice(recorded)
    task = next(t for t in plan["tasks"] if wrong["task"] in (t["id"], *t.get("formerly", [])))
    withdrawn = {**line, "task": task["id"], "ref": wrong["seq"]}
    if wrong["kind"] != "report" or random.random() < 0.4:
        return [withdrawn]
    anew = {"kind": "report", "task": task["id"], "on": wrong["on"], "by": "李", "note": "更正", "ref": wrong["seq"]}
    readings = {name: _figure(random, 50, adds=False) for name in wrong.get("readings", {})}
    return [withdrawn, {**anew, "unit": wrong["unit"], "readings": readings}]
