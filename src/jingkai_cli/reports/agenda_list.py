"""The agenda of a meeting as one list, for a workbook: numbered through, with the title of each task."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ..language import _
from ..model import Plan
from ..quantities import enumeration
from .agenda import TITLES, AgendaItem, OpenMatters, agenda_items, who
from .document import Document, Section, for_paper
from .reason_wording import full_titles, without_repeated_days

_NUMBERED = re.compile(r"^(?:\d+\. |[一二三四五六七八九十]+、)")
"""The number of a group among all groups: a list has only those in which there is something."""


def as_list(document: Document, plan: Plan, before: OpenMatters) -> Document:
    """The agenda with a row for each thing, and a sentence that names the groups in which there is nothing.

    Args:
        document: the agenda.
        plan: the titles of its tasks.
        before: what is before the meeting.
    """
    year = document.about.as_of.year
    lines = list(agenda_items(before, document.about.as_of))
    groups = {group: _NUMBERED.sub("", _(title)) for group, title in TITLES.items()}
    empty = [title for group, title in groups.items() if group not in {line.group for line in lines}]
    nothing = _("Nothing under: {groups}.").format(groups=enumeration(empty))
    return replace(
        document,
        fields=_fields(),
        items=[*_rows(lines, plan, groups, year)],
        sections=(Section(lines=(nothing,)),) if empty else (),
    )


def _fields() -> dict[str, str]:
    return {
        "group": _("Group"),
        "number": _("No."),
        "task": _("Task no."),
        "task_title": _("Task"),
        "text": _("What"),
        "unit": _("Responsible unit"),
        "person": _("Person in charge"),
        "on": _("Date"),
        "due": _("By when"),
        "days_overdue": _("Days overdue"),
        "days_open": _("Days open"),
    }


def _rows(lines: Sequence[AgendaItem], plan: Plan, groups: Mapping[str, str], year: int) -> Iterator[Mapping[str, Any]]:
    titles = full_titles(plan)
    for number, line in enumerate(lines, 1):
        task = plan.task(line.task) if line.task else None
        unit, _break, person = who(line, task).partition("\n")
        yield {
            **line._asdict(),
            "group": groups[line.group],
            "number": number,
            "task_title": titles.get(line.task or ""),
            "text": for_paper(without_repeated_days(line.text, line.days_overdue or 0), year),
            "unit": unit,
            "person": person or None,
            "due": line.due or (_("as soon as possible") if line.group == "open" else None),
            "days_overdue": line.days_overdue or None,
        }
