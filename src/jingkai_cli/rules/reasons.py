"""The reasons why a task is overdue or at risk (预警), as figures; `reports.reason_wording` has their sentences."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from ..kinds.lifecycle import Problem
from ..model import AssumedDay, Milestone, Task
from .lateness import DaysBehind, MonthlyPlan
from .position import Position
from .progress import reaches
from .reporting_periods import WEEK, last_received_on, missed_periods

if TYPE_CHECKING:  # imported only if something waits
    from .forecast import Wait

Code = Literal[  # worst first
    "overdue",
    "milestone-overdue",
    "month-overdue",
    "problem-overdue",
    "problem-major",
    "subtasks-red",
    "pace",
    "waits",
    "behind",
    "due-soon",
    "milestone",
    "unstarted",
    "silent",
]

Figure = float | int | str | date | tuple[int, ...] | tuple[str, ...] | tuple[tuple[str, str], ...] | None

WORST_FIRST: tuple[Code, ...] = get_args(Code)
"""The order of reasons. Reasons with the same code keep the order in which they were found."""


class Reason(Struct, frozen=True):
    """One reason. `figures` are the values of its sentence, with their names in JSON."""

    code: Code
    figures: dict[str, Figure]
    task: Task | None = None
    """The sub-task to which it belongs; None for the task itself."""


def reasons(
    position: Position,
    waits: "Iterable[Wait]" = (),
    silence: Iterable[Reason] = (),
    parts: Iterable[tuple[Task, Iterable[Reason]]] = (),
    red: int = 0,
) -> tuple[Reason, ...]:
    """All reasons that hold, worst first. A finished task has none of its own.

    Args:
        position: the position of the task.
        waits: what waits in the task itself.
        silence: the result of `silence` for the task.
        parts: each sub-task with its reasons, which are also reasons of the task.
        red: the number of sub-tasks with a red lamp.
    """
    found = _own_reasons(position, waits, silence)
    if red:
        found.append(Reason("subtasks-red", {"count": red}))
    found += [replace(one, task=one.task or task) for task, own in parts for one in own if one.code != "subtasks-red"]
    return tuple(sorted(found, key=_rank) if len(found) > 1 else found)


def silence(position: Position) -> tuple[Reason, ...]:
    """The reason that nothing was reported lately, if so. A task with sub-tasks has none: its sub-tasks have."""
    if position.finished or position.parts:
        return ()
    return _unstarted(position) or _silent(position)


def _own_reasons(position: Position, waits: "Iterable[Wait]", silence: Iterable[Reason]) -> list[Reason]:
    found: list[Reason] = []
    if position.finished:
        return found
    if position.own_late:
        found += _overdue(position)
    elif behind := position.pace:
        found.append(pace(position, behind))
    if position.problems:
        found += _major(position)
    if waits:
        found += _waits(position, waits)
    curve, gap = position.curve, position.gap
    is_behind = gap is not None and reaches(gap, position.rules.behind)
    short = [_points_behind(position)] if is_behind and curve and curve.written else []
    if position.task.indicators and position.months:
        short += _behind_the_month(position)
    if short:
        found += [*short, *_milestone(position, short)]
    if position.progress is None and not position.own_late:
        found += _due_soon(position)
    found += silence
    if found and is_behind and curve and not curve.written:  # explains other reasons, never given alone
        found.append(_points_behind(position))
    return found


def _rank(reason: Reason) -> int:
    return WORST_FIRST.index(reason.code)


def _overdue(position: Position) -> Iterator[Reason]:
    """Yield a reason for each deadline in force that has passed (逾期): of the task, a milestone, month or problem."""
    for x in position.own_late:
        common: dict[str, Figure] = {"title": x.thing.title, "deadline": x.deadline, "days": x.days}
        match x.thing:
            case Task():
                yield Reason("overdue", {"id": x.thing.id, **common, "reported": x.reported})
            case Milestone():
                yield Reason("milestone-overdue", {"id": x.thing.id, **common, "reported": x.reported})
            case MonthlyPlan():
                month: dict[str, Figure] = {
                    "id": x.thing.indicator.id,
                    "month": f"{x.thing.ends:%Y-%m}",
                    "planned": float(x.thing.planned),
                }
                yield Reason("month-overdue", {**common, **month, "unit": x.thing.indicator.unit, "reported": False})
            case Problem():
                yield Reason("problem-overdue", {"id": x.thing.seq, **common, "unit": x.thing.responsible})


def _major(position: Position) -> Iterator[Reason]:
    """Yield a reason for each open major problem (重大问题), late or not."""
    for problem in position.problems:
        if problem.major:
            figures: dict[str, Figure] = {"id": problem.seq, "title": problem.title, "deadline": problem.deadline}
            yield Reason("problem-major", {**figures, "unit": problem.responsible})


def pace(position: Position, behind: DaysBehind) -> Reason:
    """The reason that the task is some days behind, by its progress and its last milestones (进度滞后)."""
    figures: dict[str, Figure] = {
        **_gap(position),
        "days_behind": behind.days,
        "lag": behind.lag,
        "slip": behind.slip,
        "slips": behind.slips,
        "planned_days": behind.planned_days,
        "steady": position.steady,
    }
    return Reason("pace", figures)


def _waits(position: Position, waits: "Iterable[Wait]") -> Iterator[Reason]:
    """Yield a reason for each thing that cannot be in time, as its predecessors are not reached (受前置事项制约)."""
    for wait in waits:
        days = None if wait.earliest is None else (wait.earliest - wait.deadline).days
        if days is None or days >= position.rules.pace_days:
            figures: dict[str, Figure] = {
                "id": wait.thing.id,
                "title": wait.thing.title,
                "deadline": wait.deadline,
                "earliest": wait.earliest,
                "days": days,
                "after": tuple(node.name for node in wait.unreached),
                "titles": tuple(node.titles_within(position.task) for node in wait.unreached),
            }
            yield Reason("waits", figures)


def _due_soon(position: Position) -> Iterator[Reason]:
    """Yield the reason that at most `rules.due_soon` days are left and progress is unknown (即将到期)."""
    curve, left = position.curve, position.days_left
    if curve and left is not None and 0 <= left <= position.rules.due_soon and position.as_of >= curve.start:
        yield Reason("due-soon", {"days_left": left, "deadline": position.deadline, "progress": None})


def _points_behind(position: Position) -> Reason:
    """The reason that it is at least `rules.behind` points behind planned (滞后; 严重滞后 from `rules.far_behind`)."""
    assumed = position.curve is not None and not position.curve.written
    far = position.gap is not None and reaches(position.gap, position.rules.far_behind)
    return Reason("behind", {**_gap(position), "far": far, "straight_line": assumed})


def _milestone(position: Position, short: Iterable[Reason]) -> Iterator[Reason]:
    """Yield a reason for each milestone due within `rules.due_soon` days while the task is behind, as in `short`."""
    soon = position.as_of + timedelta(days=position.rules.due_soon)
    behind = next(iter(short)).figures
    for milestone in position.life.unreached(position.task):
        deadline = position.life.deadline(milestone)
        if position.as_of <= deadline <= soon:
            figures: dict[str, Figure] = {"id": milestone.id, "title": milestone.title, "deadline": deadline}
            figures |= {name: behind[name] for name in ("planned", "progress", "gap")}
            yield Reason("milestone", {**figures, "days_left": (deadline - position.as_of).days})


def _behind_the_month(position: Position) -> Iterator[Reason]:
    """Yield a reason for each indicator whose last planned month is at least `rules.behind` points short."""
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


def _unstarted(position: Position) -> tuple[Reason, ...]:
    """The reason that a written start passed a reporting period ago and nothing was ever reported (到期未启动)."""
    if position.facts.last_report_on or not position.never_reported or isinstance(position.task.start, AssumedDay):
        return ()
    days = (position.as_of - position.reports_expected_from).days
    return (Reason("unstarted", {"start": position.reports_expected_from, "days": days}),) if days >= WEEK else ()


def _silent(position: Position) -> tuple[Reason, ...]:
    """The reason that a weekly report is due and nothing was received since its week began (未按时报送)."""
    facts = position.facts
    periods = missed_periods(position.reports_expected_from, last_received_on(facts), position.as_of, position.rules)
    return (Reason("silent", {"periods": periods, "last_report_on": facts.last_report_on}),) if periods else ()


def _gap(position: Position) -> dict[str, Figure]:
    return {"planned": position.planned, "progress": position.progress, "gap": position.gap}
