"""Simulate programmes of tasks with a known finish: the reports of their units, and when milestones are reached.

`README.md` beside this file describes the simulation.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from jingkai_cli.facts import Event, TaskFacts, Total
from jingkai_cli.model import PERCENT, Milestone, Plan, Task

Curve = Callable[[float], float]
"""Percent done on a day, counted from the start."""

SCENARIOS = ("steady", "stall", "late burst", "optimistic")
TOGETHER = 5
"""Tasks in a programme; each may wait for the one before it."""
WAITING = 0.5
"""The share of tasks that wait for none, of those that could wait for the previous one."""
MILESTONES = (0.2, 0.4, 0.6, 0.8)
"""The shares of the planned time at which milestones are due, give or take a twentieth."""


class Course(Struct, frozen=True):
    """One task, the day on which it will truly be done (from its start), and what is recorded of it until then."""

    task: Task
    finish: int
    reports: tuple[Total, ...]
    reached: tuple[Event, ...]
    pushed: int
    """Days by which a late predecessor delayed it."""

    @property
    def planned_days(self) -> int:
        """From the start to the deadline."""
        return ((self.task.deadline or self.task.start) - self.task.start).days

    def facts(self, as_of: date) -> TaskFacts:
        """The facts recorded up to a day."""
        events = tuple(event for event in self.reached if event.on <= as_of)
        heard = [total for total in self.reports if total.on <= as_of]
        if not heard:
            return TaskFacts(events=events)
        last = heard[-1]
        return TaskFacts({(PERCENT, ""): last}, events, last_report_on=last.on, last_received=last.on)


class Programme(Struct, frozen=True):
    """The tasks of one plan."""

    plan: Plan
    courses: tuple[Course, ...]

    def facts(self, as_of: date) -> dict[str, TaskFacts]:
        """The facts of all tasks recorded up to a day."""
        return {course.task.id: course.facts(as_of) for course in self.courses}


def programme(number: int, random: Random) -> Programme:
    """Draw the tasks of a programme; each begins within two months of the first."""
    start = date(2016, 1, 1) + timedelta(days=random.randrange(366))
    courses: list[Course] = []
    for place in range(TOGETHER):
        begins = start + timedelta(days=random.randrange(60))
        courses.append(_course(number * TOGETHER + place, begins, courses, random))
    return Programme(Plan("simulated", tuple(course.task for course in courses)), tuple(courses))


def _course(number: int, start: date, before: Sequence[Course], random: Random) -> Course:
    """Draw one task. Scenarios, with and without written plans, alternate, so that each has the same share."""
    scenario = SCENARIOS[number % len(SCENARIOS)]
    written = number // len(SCENARIOS) % 2 == 0
    duration = random.randint(90, 365)
    finish = duration + _days_late(duration, random)
    middle, steepness = random.uniform(0.35, 0.65), random.uniform(4, 10)
    intended = s_curve(duration, middle, steepness)
    # Even work that goes well does not follow its plan exactly.
    natural = s_curve(finish, middle + random.gauss(0, 0.04), steepness * random.uniform(0.8, 1.25))
    due = [round(duration * (share + random.uniform(-0.05, 0.05))) for share in MILESTONES]
    came = _came(natural, [intended(day) for day in due], finish, random)
    milestones = [Milestone(f"m{n}", f"m{n}", start + timedelta(days=day)) for n, day in enumerate(due, 1)]
    held, pushed = _wait(milestones, start, came, before[-1] if before else None, random)
    told = _stalled(_told(scenario, natural, finish, random), came[held] if pushed else finish, pushed)
    came = [day + pushed if n >= held else day for n, day in enumerate(came)]
    months = range(30, duration, 30) if written else ()
    task = Task(
        str(number),
        scenario,
        "unit",
        start + timedelta(days=duration),
        start=start,
        planned={start + timedelta(days=day): Decimal(_rounded(intended(day))) for day in months},
        milestones=tuple(milestones),
    )
    reached = [
        Event(1000 + n, start + timedelta(days=day), "reach", m.id, None, None)
        for n, (m, day) in enumerate(zip(milestones, came, strict=True))
        if day < finish + pushed
    ]
    reports = tuple(_reports(told, start, finish + pushed, random))
    return Course(task, finish + pushed, reports, tuple(sorted(reached, key=lambda event: event.on)), pushed)


def _came(natural: Curve, percents: Sequence[float], finish: int, random: Random) -> list[int]:
    """For each milestone the day on which true progress reaches its planned progress, give or take four days."""
    days = [next((day for day in range(finish + 1) if natural(day) >= percent), finish) for percent in percents]
    return [max(1, min(finish, day + round(random.gauss(0, 4)))) for day in days]


def _wait(
    milestones: list[Milestone], start: date, came: Sequence[int], before: Course | None, random: Random
) -> tuple[int, int]:
    """Make a milestone wait for one of the previous task, in a share of the tasks.

    Returns:
        The milestone's index, and the days by which it and everything after it are delayed.
    """
    held = random.randrange(len(milestones))
    if before is None or random.random() < WAITING:
        return held, 0
    those = [m for m in before.task.milestones if m.deadline < milestones[held].deadline]
    if not those:
        return held, 0
    first, own = those[-1], milestones[held]
    milestones[held] = replace(own, after=(f"{before.task.id}/{first.id}",))
    reached = next((event.on for event in before.reached if event.subject == first.id), None)
    if reached is None:
        reached = before.task.start + timedelta(days=before.finish)
    earliest = reached + (own.deadline - first.deadline)
    return held, max(0, (earliest - start).days - came[held])


def _stalled(told: Curve, begins: int, lasts: int) -> Curve:
    """The reported progress of a task that stands still for a number of days."""
    return lambda day: told(day if day < begins else max(float(begins), day - lasts))


def s_curve(days: int, middle: float, steepness: float) -> Curve:
    """A logistic curve from 0 on day 0 to 100 on the last day, steepest at the share `middle` of the days."""

    def logistic(share: float) -> float:
        return 1 / (1 + exp(-steepness * (share - middle)))

    low, high = logistic(0), logistic(1)
    return lambda day: 100 * (logistic(min(1.0, day / days)) - low) / (high - low)


def _days_late(duration: int, random: Random) -> int:
    """Draw days late: three in five tasks are up to 15 % of their time early, one up to 14 days late, one far later."""
    early, soon = -int(random.uniform(0, 0.15) * duration), random.randint(1, 14)
    return random.choice((early, early, early, soon, random.randint(15, duration // 2)))


def _told(scenario: str, natural: Curve, finish: int, random: Random) -> Curve:
    """What a unit reports, without noise: the truth, unless the unit is optimistic."""
    match scenario:
        case "stall":
            begins, lasts = random.uniform(0.2, 0.7) * finish, min(random.uniform(21, 70), 0.3 * finish)
            pressed = finish / (finish - lasts)  # the finish stays, so progress is faster on the other days
            return lambda day: natural((min(day, begins) + max(0.0, day - begins - lasts)) * pressed)
        case "late burst":
            knee = 0.7 * finish
            return lambda day: 10 * day / knee if day < knee else 10 + 90 * (day - knee) / (finish - knee)
        case "optimistic":
            factor = random.uniform(1.2, 1.6)
            return lambda day: max(natural(day), min(90.0, natural(day) * factor))
        case _:
            return natural


def _reports(told: Curve, start: date, finish: int, random: Random) -> Iterator[Total]:
    """Draw reports on Wednesdays, give or take 3 points, never falling; some units miss no week, some two in five."""
    said, missed = 0, random.uniform(0, 0.4)
    for day in range((2 - start.weekday()) % 7, finish, 7):
        if random.random() >= missed:
            said = max(said, _rounded(told(day) + random.gauss(0, 3)))
            yield Total(Decimal(said), start + timedelta(days=day), day, stated=True)


def _rounded(percent: float) -> int:
    """Round to steps of 5; nobody plans or reports more than 95 before the end."""
    return max(0, min(95, 5 * round(percent / 5)))
