"""The agenda of a meeting as one numbered list for a workbook, with the title of each task."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from ..language import _
from ..model import Plan, Task
from ..quantities import days
from .agenda import AgendaItem, OpenMatters, agenda, grouped, is_unconfirmed, who
from .agenda_on_paper import bare_title, nothing_under
from .document import Document, Scope, Section, for_paper
from .reason_wording import full_titles, without_repeated_days


def as_list(scope: Scope, before: OpenMatters) -> Document:
    """The agenda with one row for each line, and a sentence that names the empty groups."""
    groups, document = grouped(scope, before), agenda(scope, before)
    rows = [*_rows([line for those in groups.values() for line in those], scope.plan, scope.as_of)]
    notes = document.footnotes if any(row["unconfirmed"] for row in rows) else ()
    # Footnotes of marks are left out unless a section's table has the mark; here it is in the items.
    sections = (*nothing_under(groups), Section(lines=notes))
    return replace(document, fields=_fields(), items=rows, sections=sections, footnotes=())


def _fields() -> dict[str, str]:
    return {
        "group": _("Group"),
        "number": _("No."),
        "task": _("Task no."),
        "task_title": _("Task"),
        "text": _("What"),
        "unit": _("Responsible unit"),
        "person": _("Person in charge"),
        "on": _("Raised on"),
        "due": _("By when"),
        "days_overdue": _("Days overdue"),
        "days_open": _("Days open"),
    }


def _rows(lines: Sequence[AgendaItem], plan: Plan, as_of: date) -> Iterator[Mapping[str, Any]]:
    titles = full_titles(plan)
    for number, line in enumerate(lines, 1):
        task = plan.task(line.task) if line.task else None
        unit, _break, person = who(line, task).partition("\n")
        yield {
            **line._asdict(),
            "group": bare_title(line.group),
            "number": number,
            "task_title": titles.get(line.task or ""),
            "text": for_paper(_text(line, task, as_of), as_of.year),
            "unit": unit,
            "person": person or None,
            "due": line.due or (_("as soon as possible") if line.group == "open" else None),
            "days_overdue": line.days_overdue or None,
            "unconfirmed": ("due",) if is_unconfirmed(line, task) else (),
        }


def _text(line: AgendaItem, task: Task | None, as_of: date) -> str:
    """What is to be said of a line; of what falls due, which part of the task it is and how many days remain."""
    if line.group != "due" or task is None or line.due is None:
        return without_repeated_days(line.text, line.days_overdue or 0)
    left = (line.due - as_of).days
    when = _("{days} left").format(days=days(left)) if left else _("due today")
    about = _("the task itself") if line.text == task.title else line.text
    return _("{title}: {text}").format(title=about, text=when)
