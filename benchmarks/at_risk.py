"""How well `jk report --at-risk` foretells lateness, on simulated tasks: `python benchmarks/at_risk.py`.

Tasks whose true finish is known are reported week by week, with noise. Before their deadline they are judged by the
rules of the program and by a naive rule, "30 days left and under 90 %", and each warning is held against the truth.
`README.md` beside this file says what is simulated, and what the figures mean. The same seed always prints the same.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from math import exp, inf
from operator import attrgetter
from random import Random

from jingkai_cli.facts import NOTHING, TaskFacts, Total
from jingkai_cli.model import PERCENT, Task
from jingkai_cli.rules.forecast import pace_of
from jingkai_cli.rules.reasons import WORST_FIRST
from jingkai_cli.rules.status import judge_task
from jingkai_cli.thresholds import Rules

Curve = Callable[[float], float]
"""Percent done on a day, counted from the start."""
Row = dict[str, str | int | float | None]

SCENARIOS = ("steady", "stall", "late burst", "optimistic")
LAST = "with 15 days left"
CHECKPOINTS = ("25 %", "50 %", "75 %", LAST)
"""When every task is judged: shares of its planned time, and the day on which `due-soon` begins to look."""
FINISHES = {"early or on time": 0, "1 to 14 days late": 14, "15 to 60 days late": 60, "over 60 days late": inf}

RULES = ("jk", "naive")
ABOUT_REPORTS = frozenset({"silent", "unstarted"})
"""Reasons that foretell nothing about the work: they are counted, but are no warning here."""
NAIVE_DAYS, NAIVE_PERCENT = 30, 90.0


@dataclass(frozen=True, slots=True)
class Course:
    """One task, the day on which it will truly be done (from its start), and the totals that its unit reports."""

    task: Task
    finish: int
    reports: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One task judged at one checkpoint, and the truth. What both rules say stands by the name of the rule."""

    course: str  # scenario and plan
    plan: str
    checkpoint: str
    days_late: int  # in truth, negative where early
    reasons: frozenset[str]
    warned: Mapping[str, bool]
    scores: Mapping[str, float]
    """Higher where the risk is said to be higher."""


def simulate(number: int, random: Random) -> Course:
    """Draw one task. Scenarios, and written plans or none, take turns, so that each has the same share."""
    scenario = SCENARIOS[number % len(SCENARIOS)]
    written = number // len(SCENARIOS) % 2 == 0
    start = date(2016, 1, 1) + timedelta(days=random.randrange(366))
    duration = random.randint(90, 365)
    finish = duration + _days_late(duration, random)
    middle, steepness = random.uniform(0.35, 0.65), random.uniform(4, 10)
    intended = s_curve(duration, middle, steepness)
    months = range(30, duration, 30) if written else ()
    planned = {start + timedelta(days=day): Decimal(_rounded(intended(day))) for day in months}
    # Even work that goes well does not follow its plan to the point.
    natural = s_curve(finish, middle + random.gauss(0, 0.04), steepness * random.uniform(0.8, 1.25))
    reports = tuple(_reports(_told(scenario, natural, finish, random), start, finish, random))
    deadline = start + timedelta(days=duration)
    return Course(Task(str(number), scenario, "unit", deadline, start=start, planned=planned), finish, reports)


def s_curve(days: int, middle: float, steepness: float) -> Curve:
    """A logistic curve from 0 on day 0 to 100 on the last, steepest at the share `middle` of the days."""

    def logistic(share: float) -> float:
        return 1 / (1 + exp(-steepness * (share - middle)))

    low, high = logistic(0), logistic(1)
    return lambda day: 100 * (logistic(min(1.0, day / days)) - low) / (high - low)


def _days_late(duration: int, random: Random) -> int:
    """Three in five finish up to 15 % of their time early, one in five up to 14 days late, one in five far later."""
    early, soon = -int(random.uniform(0, 0.15) * duration), random.randint(1, 14)
    return random.choice((early, early, early, soon, random.randint(15, duration // 2)))


def _told(scenario: str, natural: Curve, finish: int, random: Random) -> Curve:
    """What a unit says without noise: the truth, unless it is optimistic."""
    match scenario:
        case "stall":
            begins, lasts = random.uniform(0.2, 0.7) * finish, min(random.uniform(21, 70), 0.3 * finish)
            pressed = finish / (finish - lasts)  # the finish stays, so the other days are worked faster
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
    """Each Wednesday, give or take 3 points, never less than before; some units miss no week, some two in five."""
    said, missed = 0, random.uniform(0, 0.4)
    for day in range((2 - start.weekday()) % 7, finish, 7):
        if random.random() >= missed:
            said = max(said, _rounded(told(day) + random.gauss(0, 3)))
            yield Total(Decimal(said), start + timedelta(days=day), day, stated=True)


def _rounded(percent: float) -> int:
    """To steps of 5; nobody plans or reports more than 95 before the end."""
    return max(0, min(95, 5 * round(percent / 5)))


def judge(course: Course, rules: Rules) -> Iterator[Case]:
    """Judge a task at every checkpoint that comes before it is done."""
    task, duration = course.task, ((course.task.deadline or course.task.start) - course.task.start).days
    plan = "planned curve" if task.planned else "straight line"
    days = [*(round(duration * share) for share in (0.25, 0.5, 0.75)), duration - 15]
    for checkpoint, day in zip(CHECKPOINTS, days, strict=True):
        if day < course.finish:
            as_of = task.start + timedelta(days=day)
            judged = judge_task(task, _heard(course, as_of), as_of, rules)
            reasons = frozenset(reason.code for reason in judged.reasons)
            short = NAIVE_PERCENT - (judged.at.progress or 0) if (judged.at.days_left or 0) <= NAIVE_DAYS else 0.0
            warned = {"jk": judged.state == "at-risk" and not reasons <= ABOUT_REPORTS, "naive": short > 0}
            # A task that never reported has no pace: 1 says that it is on schedule.
            scores = {"jk": pace.ratio if (pace := pace_of(judged.at)) else 1.0, "naive": max(0.0, short)}
            yield Case(f"{task.title}, {plan}", plan, checkpoint, course.finish - duration, reasons, warned, scores)


def _heard(course: Course, as_of: date) -> TaskFacts:
    heard = [total for total in course.reports if total.on <= as_of]
    if not heard:
        return NOTHING
    return TaskFacts({(PERCENT, ""): heard[-1]}, last_report_on=heard[-1].on, last_received=heard[-1].on)


def auc(late: Sequence[float], others: Sequence[float]) -> float | None:
    """The chance that a late task scores above one that is not, a tie counting half; None where either is missing.

    Computed by ranks (Mann and Whitney's U), tied scores sharing the mean of their ranks.
    """
    if not late or not others:
        return None
    marked = sorted([(score, 1) for score in late] + [(score, 0) for score in others])
    ranks, before = 0.0, 0
    for _, group in groupby(marked, key=lambda pair: pair[0]):
        marks = [mark for _, mark in group]
        ranks += sum(marks) * (before + (len(marks) + 1) / 2)
        before += len(marks)
    return (ranks - len(late) * (len(late) + 1) / 2) / (len(late) * len(others))


def tables(cases: Sequence[Case]) -> dict[str, list[Row]]:
    """Every table, by its heading."""
    last = [case for case in cases if case.checkpoint == LAST]
    return {
        "By checkpoint": [*_by(cases, "checkpoint"), _accuracy("all", cases)],
        "By course, all checkpoints": [*_by(cases, "course"), *_by(cases, "plan")],
        f"By course, {LAST}": [*_by(last, "course"), *_by(last, "plan")],
        "By reason, all checkpoints": [_reason(c, cases) for c in WORST_FIRST if any(c in x.reasons for x in cases)],
        f"Warned by true finish, {LAST}": list(_finishes(last)),
    }


def _by(cases: Sequence[Case], name: str) -> Iterator[Row]:
    key = attrgetter(name)
    return (_accuracy(group, list(those)) for group, those in groupby(sorted(cases, key=key), key))


def _accuracy(name: str, cases: Sequence[Case]) -> Row:
    late, others = [c for c in cases if c.days_late > 0], [c for c in cases if c.days_late <= 0]
    row: Row = {"tasks": name, "judged": len(cases), "late": _share(len(late), len(cases))}
    for rule in RULES:
        warned, hits = sum(c.warned[rule] for c in cases), sum(c.warned[rule] for c in late)
        row[f"{rule} precision"] = _share(hits, warned)
        row[f"{rule} recall"] = _share(hits, len(late))
        row[f"{rule} F1"] = _share(2 * hits, warned + len(late))
        row[f"{rule} AUC"] = auc([c.scores[rule] for c in late], [c.scores[rule] for c in others])
    return row


def _reason(code: str, cases: Sequence[Case]) -> Row:
    row: Row = {"reason": code}
    for name, others in (("", frozenset(WORST_FIRST)), ("alone: ", ABOUT_REPORTS)):
        given = [c.days_late > 0 for c in cases if code in c.reasons and c.reasons <= others | {code}]
        row[f"{name}given"], row[f"{name}precision"] = len(given), _share(sum(given), len(given))
        row[f"{name}recall"] = _share(sum(given), sum(c.days_late > 0 for c in cases))
    return row


def _finishes(cases: Sequence[Case]) -> Iterator[Row]:
    earliest = -inf
    for finish, latest in FINISHES.items():
        those = [c for c in cases if earliest < c.days_late <= latest]
        shares = {f"{rule} warned": _share(sum(c.warned[rule] for c in those), len(those)) for rule in RULES}
        yield {"finish": finish, "judged": len(those), **shares}
        earliest = latest


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def markdown(found: Mapping[str, Sequence[Row]]) -> str:
    """The tables as Markdown; shares with two decimals, `–` where there is nothing to divide by."""
    lines = []
    for heading, rows in found.items():
        cells = [list(rows[0]), ["---"] + ["--:"] * (len(rows[0]) - 1)] if rows else []
        cells += [[_cell(value) for value in row.values()] for row in rows]
        lines += [f"### {heading}", "", *(f"| {' | '.join(row)} |" for row in cells), ""]
    return "\n".join(lines)


def _cell(value: str | float | None) -> str:
    return "–" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def main() -> None:
    """Simulate, judge and print."""
    usual, parser = Rules(), ArgumentParser(description="How well `jk report --at-risk` foretells lateness.")
    parser.add_argument("--tasks", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=2016)
    parser.add_argument("--pace-ratio", type=Decimal, default=usual.pace_ratio)
    parser.add_argument("--behind", type=Decimal, default=usual.behind)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    random, rules = Random(asked.seed), replace(usual, pace_ratio=asked.pace_ratio, behind=asked.behind)
    found = tables([case for number in range(asked.tasks) for case in judge(simulate(number, random), rules)])
    document = {"tasks": asked.tasks, "seed": asked.seed, "rules": asdict(rules), "tables": found}
    sys.stdout.write(json.dumps(document, default=str, indent=2) + "\n" if asked.json else markdown(found))


if __name__ == "__main__":
    main()
