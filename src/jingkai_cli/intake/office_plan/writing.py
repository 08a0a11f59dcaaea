"""Drafts → the text of `tasks.yaml`: what was not read stands as null or as a comment, never as a guess."""

import json
import re
from collections.abc import Iterator
from datetime import date

from ...escape import visible
from ...language import _
from ...plan.source import UNSEEN
from .tasks import LONGEST, Draft, Drafts

_PLAIN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff\w（）、，。“”《》·-]*|[1-9][0-9]*")
"""Texts that YAML reads as they stand."""


def written(drafts: Drafts, title: str, year: int, source: str) -> str:
    """The plan file. A task without a deadline that could be read ends with the year, marked as not confirmed."""
    lines = [
        "# " + _("Made from {source}: hold every line against it.").format(source=_comment(source)),
        f"title: {_text(title)}",
        f"year: {year}",
        "tasks:",
    ]
    for draft in drafts.tasks:
        lines += _task(draft, year)
    return "\n".join(lines) + "\n"


def _task(draft: Draft, year: int) -> Iterator[str]:
    yield from (f"  # {_comment(text)}" for text in draft.unread)
    yield f"  - id: {_text(draft.id)}"
    yield f"    title: {_text(draft.title)}"
    yield f"    leader: {_text(draft.leader)}"
    yield f"    lead_unit: {_text(draft.lead_unit)}"
    if draft.support_units:
        yield f"    support_units: [{', '.join(map(_text, draft.support_units))}]"
    start = date(year, 1, 1)
    dates = [day for day in (draft.deadline, *(day for _title, day in draft.milestones)) if day]
    if dates and min(dates) < start:
        yield f"    start: {min(dates).replace(month=1, day=1)}"
    if draft.deadline is None:
        yield "    # " + _("the deadline is not known: the end of the year stands here and judges nothing before")
    yield f"    deadline: {draft.deadline or date(year, 12, 31)}"
    if draft.milestones:
        yield "    milestones:"
        for number, (title, day) in enumerate(draft.milestones, 1):
            yield f"      - {{id: m{number}, title: {_text(title)}, deadline: {day}}}"
    if draft.deadline is None:
        yield "    unconfirmed: [deadline]"


def _text(value: str | None) -> str:
    """A text as YAML reads it back, cut where a plan would refuse it for its length."""
    if value is None:
        return "null"
    seen = " ".join(UNSEEN.sub("", value).split())[:LONGEST]
    return seen if _PLAIN.fullmatch(seen) else json.dumps(seen, ensure_ascii=False)


def _comment(text: str) -> str:
    return visible(" ".join(text.split()))
