"""Words for how far behind a task is and when it will be done."""

from collections.abc import Sequence
from datetime import timedelta

from ..language import _, ngettext
from ..quantities import days, decimal_days, enumeration
from ..rules.reasons import Reason
from ..rules.status import Judgement


def finish(judgement: Judgement) -> str:
    """When the task will be done, in words; for `jk show` and the page, never for a bulletin or a letter.

    Empty if its days behind are not known, and after it is finished.
    """
    from ..rules.forecast import forecast  # not needed in a report of late tasks

    behind, deadline = judgement.position.behind, judgement.position.deadline
    if (
        behind is None
        or behind.days is None
        or behind.planned_days is None
        or judgement.position.as_of < judgement.task.start
    ):
        return ""
    found = forecast(judgement.position, behind)
    if found is None or deadline is None:
        is_idle = bool(judgement.position.late) and not judgement.position.progress
        return _("no progress yet, so no date") if is_idle else _("too early for a date")
    text, day = _("about {finish}, four in five by {late}"), found.finish
    if round(behind.days) <= 0:  # then it is the deadline itself, and the later day needs a reason
        text = _("on time, by {finish}; with the usual error of forecasts, four in five by {late}")
        day = deadline  # some hours behind are no day
    if deadline < judgement.position.as_of and found.finish <= judgement.position.as_of:
        text = _("the date expected by its days behind has passed, not done yet; four in five by {late}")
    return text.format(finish=day, late=found.late)


def how_far_behind(judgement: Judgement) -> tuple[str, str]:
    """How far the work as a whole is behind or ahead, as (title, text); the text is empty if it is not known.

    It names what the days were computed from, because a milestone beside it may be overdue by more days. Days by
    planned progress are explained by the day for which the present progress was planned.
    """
    behind = judgement.position.behind
    if behind is None or behind.days is None:
        return _("Work behind"), ""
    grounds = _("mean by planned progress and by milestones reached")
    if behind.lag is None:
        grounds = _("by milestones reached")
    elif behind.slip is None and not judgement.position.progress:
        grounds = _("by planned progress")
    elif behind.slip is None:
        planned_on = judgement.position.as_of - timedelta(days=round(behind.lag))
        grounds = _("the present progress was planned for {day}").format(day=planned_on)
    title = _("Work ahead") if round(behind.days) < 0 else _("Work behind")
    how_many = decimal_days(abs(behind.days)) if round(behind.days) else _("none")
    return title, _("{days} ({grounds})").format(days=how_many, grounds=grounds)


def slips(late: Sequence[int]) -> str:
    """How late the last milestones were, oldest first: `the last three milestones came 18, 25 and 31 days late`."""
    if all(value > 0 for value in late):
        found = _joined_with_and([str(value) for value in late])
        if len(late) == 1:
            return ngettext(
                "the last milestone came {days} day late", "the last milestone came {days} days late", late[0]
            ).format(days=found)
        return _("the last {count} milestones came {days} days late").format(count=len(late), days=found)
    found = _joined_with_and([_slip(value) for value in late])
    return ngettext("the last milestone came {how}", "the last {count} milestones came {how}", len(late)).format(
        count=len(late), how=found
    )


def _joined_with_and(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    return _("{first} and {last}").format(first=enumeration(texts[:-1]), last=texts[-1])


def _slip(value: int) -> str:
    if value == 0:
        return _("on time")
    return (_("{days} late") if value > 0 else _("{days} early")).format(days=days(abs(value)))


def without_repeated_gap(reasons: Sequence[Reason]) -> Sequence[Reason]:
    """The reasons without the gap to an assumed straight line if the days behind are among them."""
    if not any(why.code == "pace" for why in reasons):
        return reasons
    return [why for why in reasons if not (why.code == "behind" and why.figures.get("straight_line"))]
