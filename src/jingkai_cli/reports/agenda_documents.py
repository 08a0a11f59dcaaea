"""The agenda of a meeting for paper, with numbered sections, and for a workbook, as one numbered list.

In both, one line names the empty groups.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from ..language import _, in_use
from ..model import Plan, Task
from ..quantities import days, enumeration
from ..text import chinese_numeral
from .agenda import (
    TITLES,
    AgendaItem,
    OpenMatters,
    agenda,
    by_when_of,
    grouped,
    how_long,
    is_unconfirmed,
    outcome_cells,
    outcome_columns,
    questions,
    text_of,
    who,
)
from .document import Column, Document, Scope, Section, Table, for_paper, stopped
from .notice import as_one
from .reason_wording import full_titles, numbered


def on_paper(scope: Scope, open_matters: OpenMatters) -> Document:
    """The agenda for paper; its last line names the empty groups."""
    groups = grouped(scope, open_matters)
    asked, sections = questions(scope.plan, groups), list[Section]()
    for group, lines_of_group in groups.items():
        if lines_of_group:
            title = _numbered_title(len(sections) + 1, bare_title(group))
            sections.append(Section(title, asked.get(group, ()), _table(scope.plan, lines_of_group)))
    return replace(agenda(scope, open_matters), sections=(*sections, *line_of_empty_groups(groups))).on_paper


def bare_title(group: str) -> str:
    """The title of a group without its number."""
    return re.sub(_NUMBER, "", _(TITLES[group]))


_NUMBER = r"^(?:\d+\. |[一二三四五六七]、)"


def line_of_empty_groups(groups: Mapping[str, Sequence[AgendaItem]]) -> tuple[Section, ...]:
    """The sentence that names the empty groups; nothing if every group has lines."""
    if empty_groups := [bare_title(group) for group, lines in groups.items() if not lines]:
        return (Section(lines=(_("Nothing under: {groups}.").format(groups=enumeration(empty_groups)),)),)
    return ()


def _numbered_title(number: int, title: str) -> str:
    return f"{chinese_numeral(number)}、{title}" if in_use() == "zh" else f"{number}. {title}"


def _table(plan: Plan, lines: Sequence[AgendaItem]) -> Table:
    """The table of a group, with its rows numbered."""
    settled = any(line.group == "settled" for line in lines)
    columns = (
        Column(_("No."), align="right"),
        Column(_("Entry"), align="right", of_entries=True),
        Column(_("Task"), wraps_from=10),
        Column(_("What"), wraps_from=20, sentences=True),
        Column(_("Unit and person"), wraps_from=8),
        Column(_("By when"), wraps_from=10),
        *(outcome_columns() if settled else (Column(_("Days open"), align="right", drop=1),)),
    )
    rows, titles = [], full_titles(plan)
    parents = plan.parents()
    for number, lines_of_row in enumerate(_lines_by_row(plan, lines), 1):
        line, tasks = lines_of_row[0], [task for each in lines_of_row if each.task and (task := plan.task(each.task))]
        task = tasks[0] if tasks else None
        first = parents.get(task.id, task) if task and len(tasks) > 1 else task
        rows.append(
            (
                str(number),
                f"#{line.number}" if line.number else "–",
                numbered(first, as_one(titles, first.id, tasks)) if first else "–",
                text_of(line, task),
                "\n".join(dict.fromkeys(who(each, plan.task(each.task or "")) for each in lines_of_row)),
                _when(line, task),
                *(outcome_cells(line) if settled else (str(line.days_open) if line.days_open is not None else "–",)),
            )
        )
    return Table(columns, tuple(rows))


def _lines_by_row(plan: Plan, lines: Sequence[AgendaItem]) -> Iterable[Sequence[AgendaItem]]:
    """Group the lines into rows: a late task and its sub-tasks share a row if they are late in the same way."""
    parents, rows = plan.parents(), dict[object, list[AgendaItem]]()
    for place, line in enumerate(lines):
        parent = parents.get(line.task or "")
        key = (
            (parent.id if parent else line.task, line.text, line.due, line.days_overdue)
            if line.group == "late"
            else place
        )
        rows.setdefault(key, []).append(line)
    return rows.values()


def _when(line: AgendaItem, task: Task | None) -> str:
    return "\n".join(filter(None, (by_when_of(line, task), how_long(line) if line.days_overdue else "")))


def as_list(scope: Scope, open_matters: OpenMatters) -> Document:
    """The agenda with one row for each line, and a sentence that names the empty groups.

    Only if decisions were settled does it have columns for their day and outcome.
    """
    groups, document = grouped(scope, open_matters), agenda(scope, open_matters)
    rows = [*_list_items([line for lines in groups.values() for line in lines], scope.plan, scope.as_of)]
    notes = tuple(map(stopped, document.footnotes)) if any(row["unconfirmed"] for row in rows) else ()
    # Footnotes of marks are left out unless a section's table has the mark; here it is in the items.
    asked = [line for lines in questions(scope.plan, groups).values() for line in lines]
    sections = (Section(lines=(*asked,)), *line_of_empty_groups(groups), Section(lines=notes))
    settled = {"settled_on": _("Settled on"), "outcome": _("Outcome")} if groups["settled"] else {}
    return replace(document, fields=_list_fields() | settled, items=rows, sections=sections, footnotes=())


def _list_fields() -> dict[str, str]:
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


def _list_items(lines: Sequence[AgendaItem], plan: Plan, as_of: date) -> Iterator[Mapping[str, Any]]:
    titles = full_titles(plan)
    for number, line in enumerate(lines, 1):
        task = plan.task(line.task) if line.task else None
        raised_on, settled_on = (None, line.on) if line.group == "settled" else (line.on, None)
        unit, _break, person = who(line, task).partition("\n")
        yield {
            **line._asdict(),
            "group": bare_title(line.group),
            "number": number,
            "task_title": titles.get(line.task or ""),
            "text": for_paper(_list_text(line, task, as_of), as_of.year),
            "unit": unit,
            "person": person or None,
            "on": raised_on,
            "settled_on": settled_on,
            "due": line.due or (_("as soon as possible") if line.group == "open" else None),
            "days_overdue": line.days_overdue or None,
            "unconfirmed": ("due",) if is_unconfirmed(line, task) else (),
        }


def _list_text(line: AgendaItem, task: Task | None, as_of: date) -> str:
    """The text of a line; for a line that falls due, the part of the task and the days left."""
    if line.group != "due" or task is None or line.due is None:
        return line.text
    left = (line.due - as_of).days
    when = _("{days} left").format(days=days(left)) if left else _("due today")
    return _("{title}: {text}").format(title=text_of(line, task), text=when)
