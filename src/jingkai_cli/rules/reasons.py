"""Why a task is overdue or at risk (预警): each rule gives its numbers, never its words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ..dates import Period
from ..kinds.life import Problem
from ..model import WEEKDAYS, Milestone, Rules, Task
from .position import Position
from .progress import FULL, reaches

WEEK = 7


def last_period_end(as_of: date, rules: Rules) -> date:
    """The day on which the last whole reporting period ended: on the day itself a report may still come.

    >>> last_period_end(date(2016, 7, 15), Rules(report_by="wed"))
    datetime.date(2016, 7, 13)
    >>> last_period_end(date(2016, 7, 13), Rules(report_by="wed"))
    datetime.date(2016, 7, 6)
    """
    back = (as_of.weekday() - WEEKDAYS.index(rules.report_by)) % WEEK
    return as_of - timedelta(days=back or WEEK)


def next_report_by(day: date, rules: Rules) -> date:
    """The next reporting day after a day.

    >>> next_report_by(date(2016, 3, 13), Rules(report_by="wed"))
    datetime.date(2016, 3, 16)
    """
    return day + timedelta(days=(WEEKDAYS.index(rules.report_by) - day.weekday() - 1) % WEEK + 1)


def period_ends(span: Period, rules: Rules) -> Iterator[date]:
    """The last days of the reporting periods that end within a span of days.

    >>> [day.day for day in period_ends(Period("2016-03", date(2016, 3, 1), date(2016, 3, 31)), Rules(report_by="wed"))]
    [2, 9, 16, 23, 30]
    """
    first = span.start + timedelta(days=(WEEKDAYS.index(rules.report_by) - span.start.weekday()) % WEEK)
    return (first + timedelta(days=days) for days in range(0, (span.end - first).days + 1, WEEK))


def missed_periods(start: date, last_received: date | None, as_of: date, rules: Rules) -> int:
    """How many whole reporting periods in a row, up to the last one, ended without a report received.

    A report that came in after the last period's end ends the silence. A period before the task's start does not count.
    """
    end = last_period_end(as_of, rules)
    heard = max(last_received or date.min, start - timedelta(days=1))
    return max(0, (end - heard).days // WEEK)


Code = Literal[
    "overdue",
    "milestone-overdue",
    "problem-overdue",
    "pace",
    "behind",
    "due-soon",
    "milestone",
    "unstarted",
    "silent",
]

Figure = float | int | str | date | None

WORST_FIRST: tuple[Code, ...] = (
    "overdue",
    "milestone-overdue",
    "problem-overdue",
    "pace",
    "behind",
    "due-soon",
    "milestone",
    "unstarted",
    "silent",
)
"""The order of a task's reasons; within one code, the order in which they are found."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `figures` are the numbers of its sentence, by the names that they have in JSON."""

    code: Code
    figures: dict[str, Figure]


def reasons(position: Position, rules: Rules) -> tuple[Reason, ...]:
    """Every reason that holds, worst first; a finished task has none."""
    if position.finished:
        return ()
    found = [rule for each in _RULES for rule in each(position, rules)]
    return tuple(sorted(found, key=lambda reason: WORST_FIRST.index(reason.code)))


def _overdue(position: Position, _: Rules) -> Iterator[Reason]:
    """The deadline in force of the task, of an unreached milestone or of an open problem has passed (逾期)."""
    for x in position.late:
        common: dict[str, Figure] = {"title": x.thing.title, "deadline": x.deadline, "days": x.days}
        match x.thing:
            case Task():
                yield Reason("overdue", {"id": x.thing.id, **common, "reported": x.reported})
            case Milestone():
                yield Reason("milestone-overdue", {"id": x.thing.id, **common, "reported": x.reported})
            case Problem():
                yield Reason("problem-overdue", {"id": x.thing.seq, **common, "unit": x.thing.responsible})


def _pace(position: Position, rules: Rules) -> Iterator[Reason]:
    """The work must go faster than it has gone, by the ratio of earned schedule (推进速度不足)."""
    pace = position.pace
    if pace and reaches(pace.ratio, rules.pace_ratio):
        yield Reason(
            "pace",
            {
                **_gap(position),
                "ratio": pace.ratio,
                "needed_per_week": pace.needed_per_week,
                "made_per_week": pace.made_per_week,
                "forecast_finish": pace.forecast_finish,
                "days_late": pace.days_late,
            },
        )


def _behind(position: Position, rules: Rules) -> Iterator[Reason]:
    """At least `rules.behind` points behind planned (滞后); from `rules.far_behind` on it is 严重滞后."""
    if _is_behind(position, rules) and position.gap is not None and position.curve:
        far = reaches(position.gap, rules.far_behind)
        yield Reason("behind", {**_gap(position), "far": far, "straight_line": not position.curve.written})


def _behind_the_month(position: Position, rules: Rules) -> Iterator[Reason]:
    """What was reported in the last planned month is at least `rules.behind` points short of its plan."""
    for month in position.months:
        gap = month.gap
        if gap is not None and reaches(gap, rules.behind) and "monthly" not in month.indicator.unconfirmed:
            figures: dict[str, Figure] = {
                "id": month.indicator.id,
                "title": month.indicator.name,
                "unit": month.indicator.unit,
                "month": f"{month.ends:%Y-%m}",
                "planned": float(month.planned),
                "progress": float(month.actual or 0),
            }
            yield Reason("behind", {**figures, "gap": gap, "far": reaches(gap, rules.far_behind)})


def _due_soon(position: Position, rules: Rules) -> Iterator[Reason]:
    """At most `rules.due_soon` days are left and the rest cannot be done at the mean pace so far (临近时限).

    Where no figure was ever reported, no pace shows that it can.
    """
    curve, actual, left = position.curve, position.progress, position.days_left
    if not curve or position.late or left is None or not 0 <= left <= rules.due_soon or position.as_of < curve.start:
        return
    gone = curve.duration - left
    if actual is None or (actual < FULL and (FULL - actual) * gone > actual * left):
        yield Reason("due-soon", {"days_left": left, "deadline": position.deadline, "progress": actual})


def _milestone(position: Position, rules: Rules) -> Iterator[Reason]:
    """A milestone is due within `rules.due_soon` days while the task is behind."""
    if not _is_behind(position, rules):
        return
    soon = position.as_of + timedelta(days=rules.due_soon)
    for milestone in position.life.unreached(position.task):
        deadline = position.life.deadline(milestone)
        if position.as_of <= deadline <= soon:
            figures: dict[str, Figure] = {"id": milestone.id, "title": milestone.title, "deadline": deadline}
            yield Reason("milestone", {**figures, "days_left": (deadline - position.as_of).days, **_gap(position)})


def _unstarted(position: Position, _: Rules) -> Iterator[Reason]:
    """The start passed by a reporting period and nothing was ever reported (到期未启动)."""
    days = (position.as_of - position.task.start).days
    if position.silent_so_far and days >= WEEK:
        yield Reason("unstarted", {"start": position.task.start, "days": days})


def _silent(position: Position, rules: Rules) -> Iterator[Reason]:
    """A whole reporting period ended without a report received (未按时报送)."""
    facts = position.facts
    periods = missed_periods(position.task.start, facts.last_received, position.as_of, rules)
    if periods and not position.silent_so_far:
        yield Reason("silent", {"periods": periods, "last_report_on": facts.last_report_on})


_RULES = (_overdue, _pace, _behind, _behind_the_month, _due_soon, _milestone, _unstarted, _silent)


def _is_behind(position: Position, rules: Rules) -> bool:
    return position.gap is not None and reaches(position.gap, rules.behind)


def _gap(position: Position) -> dict[str, Figure]:
    return {"planned": position.planned, "progress": position.progress, "gap": position.gap}
