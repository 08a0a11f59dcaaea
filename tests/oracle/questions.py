"""Random questions about a plan and its ledger: as-of day, known-on moment, tasks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

from .history import Mapped, day_of, end_of
from .random_plans import UNITS


@dataclass(frozen=True)
class Question:
    """The arguments of `jk report`."""

    as_of: date
    known_on: str | None = None
    moment: datetime | None = None
    overdue: bool = False
    at_risk: bool = False
    due_within: int | None = None
    unit: str | None = None
    tasks: tuple[str, ...] = ()

    @property
    def filtered(self) -> bool:
        return bool(self.overdue or self.at_risk or self.due_within is not None or self.unit or self.tasks)

    @property
    def arguments(self) -> list[str]:
        given = ["report", *self.tasks, "--as-of", self.as_of.isoformat()]
        given += ["--known-on", self.known_on] if self.known_on else []
        given += ["--overdue"] if self.overdue else []
        given += ["--at-risk"] if self.at_risk else []
        given += ["--due-within", str(self.due_within)] if self.due_within is not None else []
        return given + (["--unit", self.unit] if self.unit else [])


def question(random: Random, plan: Mapped, lines: list[Mapped], *, filtered: bool) -> Question:
    day = _day(random, plan, lines)
    known_on, moment = _known(random, plan, lines) if lines and random.random() < 0.5 else (None, None)
    if not filtered:
        return Question(day, known_on, moment)
    units = [unit for unit in UNITS if unit in {t["lead_unit"] for t in plan["tasks"]}]
    names = [name for t in plan["tasks"] for name in (t["id"], *t.get("formerly", []))]
    kind = random.choice(["overdue", "overdue", "at-risk", "both", "due-within", "unit", "tasks", "all"])
    return Question(
        day,
        known_on,
        moment,
        overdue=kind in ("overdue", "both", "all"),
        at_risk=kind in ("at-risk", "both"),
        due_within=random.choice([0, 1, 7, 30, 400]) if kind == "due-within" else None,
        unit=random.choice(units) if units and kind in ("unit", "all") else None,
        tasks=tuple(random.sample(names, random.randint(1, len(names)))) if kind == "tasks" else (),
    )


def _day(random: Random, plan: Mapped, lines: list[Mapped]) -> date:
    """A day on which something changes (a start, a deadline, an entry, the leap day), or a random day."""
    task = random.choice(plan["tasks"])
    things = [task, *task["milestones"]]
    days = [day_of(thing["deadline"]) for thing in things] + [day_of(task.get("start", "2016-01-01"))]
    days += [day_of(line["deadline"]) for line in lines if "deadline" in line]
    days += [day_of(line["on"]) for line in lines]
    near = random.choice(days) + timedelta(days=random.choice([-30, -7, -1, 0, 0, 0, 1, 2, 7, 8, 16, 31]))
    share = random.choice(_shares(plan, task, lines) or days)
    between = date(2015, 9, 1) + timedelta(days=random.randrange(600))
    return random.choice([near, near, near, share, between, date(2016, 2, 29), date(2020, 2, 29), date(2014, 12, 31)])


def _shares(plan: Mapped, task: Mapped, lines: list[Mapped]) -> list[date]:
    """Days on which the elapsed share of a task's time equals a reported percentage or the limit of the pace rule."""
    start, end = day_of(task.get("start", "2016-01-01")), day_of(task["deadline"])
    said = [line["readings"].get("percent", "+") for line in lines if "readings" in line and line["task"] == task["id"]]
    shares = [
        Fraction(text) for text in (*said, plan["rules"].get("pace_after", "15")) if text.replace(".", "").isdecimal()
    ]
    gone = [(end - start).days * share / 100 for share in shares]
    return [start + timedelta(days=int(number)) for number in gone if number.denominator == 1]


def _known(random: Random, plan: Mapped, lines: list[Mapped]) -> tuple[str, datetime]:
    """A day, meaning its end in the plan's time zone, or an instant at or just before a recording."""
    moment: datetime = random.choice(lines)["recorded_at"]
    if random.random() < 0.5:
        day = moment.date() + timedelta(days=random.randint(-2, 1))
        return day.isoformat(), end_of(day, plan.get("timezone", "Asia/Shanghai"))
    exact = moment - timedelta(microseconds=random.choice([0, 1]))
    return exact.astimezone(UTC).isoformat(), exact
