"""Why a task is overdue or at risk (预警): each rule yields figures; `reports.wording` has the sentences."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ..kinds.life import Problem
from ..model import Milestone, Task
from .forecast import pace_of
from .position import Position
from .progress import FULL, reaches
from .reporting_periods import WEEK, last_heard, missed_periods

Code = Literal[
    "overdue",
    "milestone-overdue",
    "problem-overdue",
    "subtasks-red",
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
    "subtasks-red",
    "pace",
    "behind",
    "due-soon",
    "milestone",
    "unstarted",
    "silent",
)
"""The order of reasons. Reasons of one code keep the order in which they are found."""


class Reason(NamedTuple):
    """One reason. `figures` are the numbers of its sentence, by the names that they have in JSON."""

    code: Code
    figures: dict[str, Figure]
    task: Task | None = None
    """The sub-task where it arises; None where it is the task's own."""


def reasons(
    position: Position, parts: Iterable[tuple[Task, Iterable[Reason]]] = (), red: int = 0
) -> tuple[Reason, ...]:
    """Every reason that holds, worst first; a finished task has none of its own.

    Args:
        position: the task's.
        parts: each sub-task with its reasons, which are its parent's too.
        red: how many sub-tasks have a red lamp.
    """
    found = list(_own_reasons(position))
    if red:
        found.append(Reason("subtasks-red", {"count": red}))
    found += [why._replace(task=why.task or task) for task, whys in parts for why in whys if why.code != "subtasks-red"]
    return tuple(sorted(found, key=_rank) if len(found) > 1 else found)


def _own_reasons(position: Position) -> Iterable[Reason]:
    if position.finished:
        return ()
    found = list(_overdue(position) if position.own_late else (*_pace(position), *_due_soon(position)))
    if position.gap is not None and reaches(position.gap, position.rules.behind):
        found += (*_behind(position, position.gap), *_milestone(position))
    if position.months:
        found += _behind_the_month(position)
    if not position.parts:  # what is asked of a task with sub-tasks is asked of them
        found += _unstarted(position) if position.silent_so_far else _silent(position)
    return found


def _rank(reason: Reason) -> int:
    return WORST_FIRST.index(reason.code)


def _overdue(position: Position) -> Iterator[Reason]:
    """The deadline in force of the task, of an unreached milestone or of an open problem has passed (逾期)."""
    for x in position.own_late:
        common: dict[str, Figure] = {"title": x.thing.title, "deadline": x.deadline, "days": x.days}
        match x.thing:
            case Task():
                yield Reason("overdue", {"id": x.thing.id, **common, "reported": x.reported})
            case Milestone():
                yield Reason("milestone-overdue", {"id": x.thing.id, **common, "reported": x.reported})
            case Problem():
                yield Reason("problem-overdue", {"id": x.thing.seq, **common, "unit": x.thing.responsible})


def _pace(position: Position) -> Iterator[Reason]:
    """The work must go faster than it has gone, by the ratio of earned schedule (推进速度不足)."""
    pace = pace_of(position)
    if pace is None:
        return
    ratio = pace.ratio
    if reaches(ratio, position.rules.pace_ratio):
        needed, finish = pace.needed_per_week, pace.forecast_finish
        figures: dict[str, Figure] = {"ratio": ratio, "needed_per_week": needed, "made_per_week": needed / ratio}
        late = (finish - pace.deadline).days
        yield Reason("pace", {**_gap(position), **figures, "forecast_finish": finish, "days_late": late})


def _due_soon(position: Position) -> Iterator[Reason]:
    """At most `rules.due_soon` days are left and the rest cannot be done at the mean pace so far (即将到期).

    A task of which no figure was reported has no pace, and counts.
    """
    curve, actual, left = position.curve, position.progress, position.days_left
    if not curve or left is None or not 0 <= left <= position.rules.due_soon or position.as_of < curve.start:
        return
    gone = curve.duration - left
    if actual is None or (actual < FULL and (FULL - actual) * gone > actual * left):
        yield Reason("due-soon", {"days_left": left, "deadline": position.deadline, "progress": actual})


def _behind(position: Position, gap: float) -> Iterator[Reason]:
    """At least `rules.behind` points behind planned (滞后); from `rules.far_behind` on it is 严重滞后."""
    if position.curve:
        far = reaches(gap, position.rules.far_behind)
        yield Reason("behind", {**_gap(position), "far": far, "straight_line": not position.curve.written})


def _milestone(position: Position) -> Iterator[Reason]:
    """A milestone is due within `rules.due_soon` days while the task is behind."""
    soon = position.as_of + timedelta(days=position.rules.due_soon)
    for milestone in position.life.unreached(position.task):
        deadline = position.life.deadline(milestone)
        if position.as_of <= deadline <= soon:
            figures: dict[str, Figure] = {"id": milestone.id, "title": milestone.title, "deadline": deadline}
            yield Reason("milestone", {**figures, "days_left": (deadline - position.as_of).days, **_gap(position)})


def _behind_the_month(position: Position) -> Iterator[Reason]:
    """What was reported in the last planned month is at least `rules.behind` points short of its plan."""
    for month in position.months:
        gap = month.gap
        if gap is not None and reaches(gap, position.rules.behind) and "monthly" not in month.indicator.unconfirmed:
            figures: dict[str, Figure] = {
                "id": month.indicator.id,
                "title": month.indicator.name,
                "unit": month.indicator.unit,
                "month": f"{month.ends:%Y-%m}",
                "planned": float(month.planned),
                "progress": float(month.actual or 0),
            }
            yield Reason("behind", {**figures, "gap": gap, "far": reaches(gap, position.rules.far_behind)})


def _unstarted(position: Position) -> Iterator[Reason]:
    """The start passed by a reporting period and nothing was ever reported (到期未启动)."""
    days = (position.as_of - position.asked_from).days
    if days >= WEEK:
        yield Reason("unstarted", {"start": position.asked_from, "days": days})


def _silent(position: Position) -> Iterator[Reason]:
    """A week's report is due, and nothing was received since that week began (未按时报送)."""
    facts = position.facts
    if periods := missed_periods(position.asked_from, last_heard(facts), position.as_of, position.rules):
        yield Reason("silent", {"periods": periods, "last_report_on": facts.last_report_on})


def _gap(position: Position) -> dict[str, Figure]:
    return {"planned": position.planned, "progress": position.progress, "gap": position.gap}
