"""The overdue and at-risk tasks of an agenda: in which order they come, and why each is listed."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from ..kinds.lifecycle import Problem
from ..language import _
from ..model import Recorded, Task
from ..quantities import amount, days
from ..rules.lateness import Late, MonthlyPlan
from ..rules.status import Judgement
from .forecast_wording import without_repeated_gap
from .late_notes import MOST_IN_FULL, late_texts
from .reason_wording import abridged, how_late, of_subtask, problem_title
from .shared_statements import reason_of_parts

_PRINTED: Mapping[str, str] = {"pace": "days_behind", "behind": "gap", "unstarted": "days", "silent": "periods"}
"""Code of a reason → its figure that is printed and sorted by; in this order."""


def worst_first(judgement: Judgement) -> tuple[int, bool, int, bool, float]:
    """Sort key: most days late first, then red lamps, then by the figures that are printed; steadily behind first."""
    first = judgement.worst
    code = first.code if first else ""
    place = [*_PRINTED].index(code) if code in _PRINTED else len(_PRINTED)
    figures: Mapping[str, Any] = first.figures if first else {}
    size = figures[_PRINTED[code]] if code in _PRINTED else 0.0
    return -judgement.position.worst_days, judgement.lamp != "red", place, not figures.get("steady"), -size


def why_listed(judgement: Judgement, report: Recorded | None) -> str:
    """What is late or the reasons, a line each, and the unit's own explanation from its last report.

    The row gives the date and the days of the latest thing; a thing of another date has its own behind its line.
    """
    late = judgement.position.late
    reasons = (reason_of_parts(judgement, each) for each in without_repeated_gap(judgement.reasons))
    worst = max(late, key=attrgetter("days"), default=None)

    def line(each: Late, task: Task) -> str:
        said = _undated(each, task)
        if worst is None or (each.days, each.deadline) == (worst.days, worst.deadline):
            return said
        return _("{said} (due {deadline}, {days})").format(said=said, deadline=each.deadline, days=days(each.days))

    why = late_texts(judgement, line) or [*dict.fromkeys(reasons)]
    why = [abridged(why[:MOST_IN_FULL], "\n", len(why))]
    if report and report.entry.problem:
        why.append(_("the unit says: {text}").format(text=report.entry.problem))
    return "\n".join(why)


def _undated(late: Late, task: Task) -> str:
    """The line of a late thing without its date and its days."""
    how = how_late({"reported": late.reported})
    match late.thing:
        case Problem():
            text = _("problem #{seq} {title}, not fixed by {unit}")
            return text.format(seq=late.thing.seq, title=problem_title(late.thing), unit=late.thing.responsible)
        case MonthlyPlan(indicator=indicator, planned=planned):
            text = _("{title}, planned {planned}, {how}")
            line = text.format(title=late.thing.title, planned=amount(planned, indicator.unit), how=how)
        case _:
            title = _("the task itself") if isinstance(late.thing, Task) else late.thing.title
            line = _("{title}, {how}").format(title=title, how=how)
    if late.task.id == task.id:
        return line
    return of_subtask(late.task, how if isinstance(late.thing, Task) else line)
