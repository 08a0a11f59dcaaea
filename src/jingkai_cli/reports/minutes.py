"""`jk minutes`: what a meeting decided (会议纪要)."""

from collections.abc import Sequence
from typing import Any

from ..dates import official_date
from ..kinds.lifecycle import Decision, Problem
from ..language import _
from ..model import Plan
from .agenda import OpenMatters
from .document import Document, Items, Letterhead, Scope, Section


def build(scope: Scope, meeting: str, decisions: Sequence[Decision], open_matters: OpenMatters) -> Document:
    """The minutes of a meeting: blanks for what the ledger does not know, then each decision with unit and date.

    Problems split on the day of the meeting follow.

    Args:
        scope: the plan and the date of the report.
        meeting: its name, such as 第8次.
        decisions: the decisions of the meeting, in the order in which they were recorded.
        open_matters: the open matters, for the problems.
    """
    held = decisions[0].on
    blank = "____________"
    head = (
        _("Time: {day}").format(day=official_date(held)),
        _("Place: {blank}").format(blank=blank),
        _("Chair: {blank}").format(blank=blank),
        _("Present: {blank}").format(blank=blank),
    )
    resolutions = [_resolution(scope.plan, number, decision) for number, decision in enumerate(decisions, 1)]
    parts = [p for p in open_matters.problems if p.part_of in open_matters.wholes and p.opened_on == held]
    split = [_part(number, part, open_matters.wholes[part.part_of]) for number, part in enumerate(parts, 1)]
    return Document(
        kind="minutes",
        about=scope.about,
        title=_("Minutes of the meeting on problems"),
        fields=_decision_fields(),
        items=Items(lambda: [_decision_item(decision) for decision in decisions]),
        sections=(
            Section(None, head),
            Section(_("Decided"), tuple(resolutions)),
            *([Section(_("Problems split"), tuple(split))] if split else []),
        ),
        found=True,
        extra={"meeting": meeting, "parts": [part.seq for part in parts]},
        letterhead=Letterhead(number=meeting, issuer=scope.plan.issuer, dated=held),
    )


def _resolution(plan: Plan, number: int, decision: Decision) -> str:
    task = plan.task(decision.task) if decision.task else None
    about = _("{title}: ").format(title=task.title) if task else ""
    by = official_date(decision.deadline) if decision.deadline else _("as soon as possible")
    text = _("{number}. {about}{text}. Responsible: {unit}; by: {by}.")
    return text.format(number=number, about=about, text=decision.text.rstrip("。.；;"), unit=decision.unit, by=by)


def _part(number: int, part: Problem, whole: str) -> str:
    """A part of a problem that was split, with the date set at that time."""
    text = _("{number}. {about}{text}. Responsible: {unit}; by: {by}.")
    by, about = official_date(part.original or part.deadline), _("{title}: ").format(title=whole)
    return text.format(number=number, about=about, text=part.title.rstrip("。.；;"), unit=part.responsible, by=by)


def _decision_fields() -> dict[str, str]:
    return {
        "number": _("No."),
        "task": _("Task"),
        "text": _("What"),
        "unit": _("Responsible unit"),
        "on": _("Date"),
        "due": _("Due"),
        "settled_on": _("Settled"),
        "superseded_by": _("Superseded by"),
    }


def _decision_item(decision: Decision) -> dict[str, Any]:
    return {
        "number": decision.seq,
        "task": decision.task or None,
        "text": decision.text,
        "unit": decision.unit,
        "on": decision.on,
        "due": decision.deadline,
        "settled_on": decision.settled_on,
        "superseded_by": decision.superseded_by,
    }
