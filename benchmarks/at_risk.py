"""Measure how well `jk report --at-risk` predicts lateness, on simulated tasks: `python benchmarks/at_risk.py`.

Tasks with a known finish (`courses.py`) are judged before their deadline: by the rules of the program, by its
former rule (the ratio of the pace that is needed to the pace so far), and by a naive rule, "30 days left and
under 90 %". Each warning and forecast is compared with the truth. `README.md` beside this file explains the figures.
The same seed always prints the same.
"""

import json
import sys
from argparse import ArgumentParser
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from math import ceil
from operator import attrgetter
from random import Random
from statistics import median

from courses import Course, Programme, programme
from msgspec import Struct
from msgspec.structs import asdict, replace

from jingkai_cli.rules.forecast import forecast
from jingkai_cli.rules.lateness import DaysBehind
from jingkai_cli.rules.position import Position
from jingkai_cli.rules.progress import earned_schedule
from jingkai_cli.rules.reasons import WORST_FIRST
from jingkai_cli.rules.status import Judgement
from jingkai_cli.rules.status import judge as judge_plan
from jingkai_cli.thresholds import Rules

Row = dict[str, str | int | float | None]

LAST = "with 15 days left"
CHECKPOINTS = ("25 %", "50 %", "75 %", LAST)
"""When every task is judged: shares of its planned time, and the first day of `due-soon`."""

RULES = ("jk", "old", "naive")
SCORES = ("jk", "waits", "old", "naive")
"""`waits` is `jk` with the days by which a predecessor delays the task, if that is more."""
ABOUT_REPORTS = frozenset({"silent", "unstarted"})
"""Reasons that predict nothing about the work: they are counted, but are no warnings here."""
NAIVE_DAYS, NAIVE_PERCENT = 30, 90.0
OLD_RATIO, OLD_PRIOR, OLD_BEHIND, OLD_SOON = 1.25, 60, 10.0, 15
BINS = 10
"""The number of equal groups of scores by which a score is calibrated: each has its share of late tasks."""
WEEKLY = 200
"""The number of programmes that are judged every week, for the lead time."""


class Case(Struct, frozen=True):
    """One task judged at one checkpoint, and the truth. Results of the rules are keyed by the rule's name."""

    number: int
    """The number of its programme: odd ones calibrate, even ones are measured."""
    course: str  # scenario and plan
    plan: str
    checkpoint: str
    days_late: int  # in truth, negative where early
    reasons: frozenset[str]
    warned: Mapping[str, bool]
    scores: Mapping[str, float]
    """Rule → score; higher means more risk."""
    errors: Mapping[str, float]
    """|forecast - true finish| in percent of the planned days; missing for a rule that gives no date yet."""
    covered: bool
    """Whether the task is done by the later bound."""


def judge(number: int, whole: Programme) -> Iterator[Case]:
    """Judge every task of a programme at every checkpoint that comes before it is done."""
    for course in whole.courses:
        duration = course.planned_days
        days = [*(round(duration * share) for share in (0.25, 0.5, 0.75)), duration - 15]
        for checkpoint, day in zip(CHECKPOINTS, days, strict=True):
            if day < course.finish:
                yield _case(number, course, checkpoint, judged(whole, course, day))


def judged(whole: Programme, course: Course, day: int) -> Judgement:
    """A task on a day after its start."""
    as_of = course.task.start + timedelta(days=day)
    (judgement,) = judge_plan(whole.plan, whole.facts(as_of), as_of, (course.task,))
    return judgement


def _case(number: int, course: Course, checkpoint: str, judgement: Judgement) -> Case:
    at, truth = judgement.position, course.task.start + timedelta(days=course.finish)
    behind, old = at.behind, old_pace(at)
    finishes = {"deadline": at.deadline}
    if found := forecast(at, behind):
        finishes |= {"jk": found.finish, "old": old.finish if old else at.deadline}
    errors = {name: 100 * abs((day - truth).days) / course.planned_days for name, day in finishes.items() if day}
    plan = "planned curve" if course.task.planned else "straight line"
    return Case(
        number,
        f"{course.task.title}, {plan}",
        plan,
        checkpoint,
        course.finish - course.planned_days,
        frozenset(reason.code for reason in judgement.reasons),
        warned(judgement),
        scores(judgement, behind, old),
        errors if found else {},
        found is not None and truth <= found.late,
    )


def warned(judgement: Judgement) -> dict[str, bool]:
    """Whether each rule warns: something is late, or the work is at risk."""
    at = judgement.position
    reasons = {reason.code for reason in judgement.reasons}
    late, old, left = bool(at.late), old_pace(at), at.days_left or 0
    slow = old is not None and (at.as_of - at.task.start).days >= 0.15 * old.duration and old.ratio >= OLD_RATIO
    behind = at.gap is not None and at.gap >= OLD_BEHIND
    soon = left <= OLD_SOON and (old is None or (100 - old.progress) * old.gone > old.progress * left)
    return {
        "jk": late or not reasons <= ABOUT_REPORTS,
        "old": late or slow or behind or soon,
        "naive": _short(at) > 0,
    }


def scores(judgement: Judgement, behind: DaysBehind | None, old: "OldPace | None") -> dict[str, float]:
    """The risk score of each rule. Without any report a task counts as on schedule, except for the naive rule."""
    at = judgement.position
    share = behind.share if behind and behind.share is not None else 0.0
    delays = [(wait.earliest - wait.deadline).days for wait in judgement.waits if wait.earliest]
    waits = max(delays, default=0) / max(1, at.planned_days or 1)
    return {
        "jk": share,
        "waits": max(share, waits),
        "old": old.ratio if old else 1.0,
        "naive": _short(at),
    }


def _short(at: Position) -> float:
    """The percentage points by which a task is below the naive rule's limit in its last days."""
    short = NAIVE_PERCENT - (at.progress or 0) if (at.days_left or 0) <= NAIVE_DAYS else 0.0
    return max(0.0, short)


class OldPace(Struct, frozen=True):
    """The former rule: need / have, with 60 days of credit, from the latest day on which the progress was due."""

    start: date
    progress: float
    earned: float
    gone: int
    duration: int

    @property
    def have(self) -> float:
        """The pace so far."""
        return (self.earned + OLD_PRIOR) / (self.gone + OLD_PRIOR)

    @property
    def ratio(self) -> float:
        """The pace that is needed from here on, divided by the pace so far."""
        return (self.duration - self.earned) / max(1, self.duration - self.gone) / self.have

    @property
    def finish(self) -> date:
        """The day on which the task is done at the pace so far."""
        return self.start + timedelta(days=ceil(self.gone + (self.duration - self.earned) / self.have))


def old_pace(at: Position) -> OldPace | None:
    """The former rule's pace of a task; None if its progress is unknown."""
    if at.curve is None or at.progress is None:
        return None
    earned = earned_schedule(at.curve, at.progress, at.curve.duration)
    return OldPace(at.curve.start, at.progress, earned, (at.as_of - at.curve.start).days, at.curve.duration)


def auc(late: Sequence[float], others: Sequence[float]) -> float | None:
    """The chance that a late task scores above one that is not, ties counting half; None without tasks of both kinds.

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


def calibrated(name: str, cases: Sequence[Case]) -> float | None:
    """The Brier score of a calibrated score: the mean square of (share of late tasks - truth).

    Half of the programmes give the share of late tasks for each tenth of the scores; the other half is measured.
    """
    learned = sorted((c.scores[name], c.days_late > 0) for c in cases if c.number % 2)
    tested = [c for c in cases if not c.number % 2]
    if not learned or not tested:
        return None
    limits = [learned[len(learned) * n // BINS][0] for n in range(1, BINS)]
    groups: dict[int, list[bool]] = {}
    for score, late in learned:
        groups.setdefault(bisect_right(limits, score), []).append(late)
    base = sum(late for _score, late in learned) / len(learned)
    shares = {n: sum(late) / len(late) for n, late in groups.items()}
    wrong = [(shares.get(bisect_right(limits, c.scores[name]), base) - (c.days_late > 0)) ** 2 for c in tested]
    return sum(wrong) / len(wrong)


def tables(cases: Sequence[Case], leads: Sequence[Row]) -> dict[str, list[Row]]:
    """Every table, by its heading."""
    return {
        "By checkpoint": [*_by(cases, "checkpoint"), _accuracy("all", cases)],
        "Calibrated shares": [_calibration(name, those) for name, those in _groups(cases, "checkpoint")],
        "Lead time": list(leads),
        "Forecast": [_forecasts(name, those) for name, those in _groups(cases, "checkpoint")],
        "By course, all checkpoints": [*_by(cases, "course"), *_by(cases, "plan")],
        "By reason, all checkpoints": [_reason(c, cases) for c in WORST_FIRST if any(c in x.reasons for x in cases)],
    }


def _groups(cases: Sequence[Case], name: str) -> list[tuple[str, list[Case]]]:
    key = attrgetter(name)
    return [(group, list(those)) for group, those in groupby(sorted(cases, key=key), key)]


def _by(cases: Sequence[Case], name: str) -> Iterator[Row]:
    return (_accuracy(group, those) for group, those in _groups(cases, name))


def _accuracy(name: str, cases: Sequence[Case]) -> Row:
    late, others = [c for c in cases if c.days_late > 0], [c for c in cases if c.days_late <= 0]
    row: Row = {"tasks": name, "judged": len(cases), "late": _share(len(late), len(cases))}
    for score in SCORES:
        row[f"{score} AUC"] = auc([c.scores[score] for c in late], [c.scores[score] for c in others])
    for rule in RULES:
        flagged, hits = sum(c.warned[rule] for c in cases), sum(c.warned[rule] for c in late)
        row[f"{rule} precision"] = _share(hits, flagged)
        row[f"{rule} recall"] = _share(hits, len(late))
    return row


def _calibration(name: str, cases: Sequence[Case]) -> Row:
    tested = [c.days_late > 0 for c in cases if not c.number % 2]
    base = sum(tested) / len(tested) if tested else 0.0
    constant = base * (1 - base) if tested else None
    return {"tasks": name, "base rate alone": constant} | {score: calibrated(score, cases) for score in SCORES}


def _forecasts(name: str, cases: Sequence[Case]) -> Row:
    dated = [c for c in cases if c.errors]
    row: Row = {"tasks": name, "judged": len(cases), "with a date": len(dated)}
    for rule in ("jk", "old", "deadline"):
        row[f"{rule} error"] = median(c.errors[rule] for c in dated) if dated else None
    row["done by the later bound"] = _share(sum(c.covered for c in dated), len(dated))
    return row


def lead_times(programmes: Sequence[Programme]) -> list[Row]:
    """The table of how early each rule warns, judged every week until the deadline."""
    first: dict[str, list[int | None]] = {rule: [] for rule in RULES}
    alarms: dict[str, list[bool]] = {rule: [] for rule in RULES}
    for whole in programmes:
        for course in whole.courses:
            duration = course.planned_days
            found: dict[str, int] = {}
            for day in range(0, min(duration, course.finish - 1) + 1, 7):
                said = warned(judged(whole, course, day))
                found |= {rule: duration - day for rule in RULES if said[rule] and rule not in found}
            for rule in RULES:
                if course.finish > duration:
                    first[rule].append(found.get(rule))
                else:
                    alarms[rule].append(rule in found)
    return [_lead(rule, first[rule], alarms[rule]) for rule in RULES]


def _lead(rule: str, first: Sequence[int | None], alarms: Sequence[bool]) -> Row:
    known = [days for days in first if days is not None]
    return {
        "rule": rule,
        "late tasks": len(first),
        "warned before the deadline": _share(len(known), len(first)),
        "days before it, median": float(median(known)) if known else None,
        "tasks on time": len(alarms),
        "ever warned": _share(sum(alarms), len(alarms)),
    }


def _reason(code: str, cases: Sequence[Case]) -> Row:
    row: Row = {"reason": code}
    for name, others in (("", frozenset(WORST_FIRST)), ("alone: ", ABOUT_REPORTS)):
        given = [c.days_late > 0 for c in cases if code in c.reasons and c.reasons <= others | {code}]
        row[f"{name}given"], row[f"{name}precision"] = len(given), _share(sum(given), len(given))
        row[f"{name}recall"] = _share(sum(given), sum(c.days_late > 0 for c in cases))
    return row


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def markdown(found: Mapping[str, Sequence[Row]]) -> str:
    """The tables as Markdown; shares with two decimals, `–` where the divisor is 0."""
    lines = []
    for heading, rows in found.items():
        cells = [list(rows[0]), ["---"] + ["--:"] * (len(rows[0]) - 1)] if rows else []
        cells += [[_cell(value) for value in row.values()] for row in rows]
        lines += [f"### {heading}", "", *(f"| {' | '.join(row)} |" for row in cells), ""]
    return "\n".join(lines)


def _cell(value: str | float | None) -> str:
    return "–" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def main() -> None:
    """Simulate, judge and print the tables."""
    usual, parser = Rules(), ArgumentParser(description="How well `jk report --at-risk` foretells lateness.")
    parser.add_argument("--programmes", type=int, default=800, help="of five tasks each")
    parser.add_argument("--seed", type=int, default=2016)
    parser.add_argument("--pace-days", type=int, default=usual.pace_days)
    parser.add_argument("--pace-share", type=Decimal, default=usual.pace_share)
    parser.add_argument("--behind", type=Decimal, default=usual.behind)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rules = replace(usual, pace_days=asked.pace_days, pace_share=asked.pace_share, behind=asked.behind)
    random = Random(asked.seed)
    drawn = [programme(number, random) for number in range(asked.programmes)]
    programmes = [replace(each, plan=replace(each.plan, rules=rules)) for each in drawn]
    cases = [case for number, whole in enumerate(programmes) for case in judge(number, whole)]
    found = tables(cases, lead_times(programmes[:WEEKLY]))
    document = {"programmes": asked.programmes, "seed": asked.seed, "rules": asdict(rules), "tables": found}
    sys.stdout.write(json.dumps(document, default=str, indent=2) + "\n" if asked.json else markdown(found))


if __name__ == "__main__":
    main()
