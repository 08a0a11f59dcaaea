"""The agenda of a meeting as a handout: its sections are numbered, and one line names the empty groups."""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from ..language import _, in_use
from ..model import Plan, Task
from ..quantities import enumeration
from ..text import chinese_numeral
from .agenda import (
    TITLES,
    AgendaItem,
    OpenMatters,
    agenda,
    by_when_of,
    grouped,
    how_long,
    outcome_cells,
    outcome_columns,
    undated_decisions,
    who,
)
from .document import Column, Document, Scope, Section, Table
from .notice import as_one
from .reason_wording import full_titles, numbered


def on_paper(scope: Scope, before: OpenMatters) -> Document:
    """The agenda for paper; its last line names the empty groups."""
    groups = grouped(scope, before)
    sections = list[Section]()
    for group, those in groups.items():
        if those:
            lines = undated_decisions(groups) if group == "open" else ()
            title = _titled(len(sections) + 1, bare_title(group))
            sections.append(Section(title, lines, _table(scope.plan, those)))
    return replace(agenda(scope, before), sections=(*sections, *nothing_under(groups))).on_paper


def bare_title(group: str) -> str:
    """The title of a group without its number."""
    return re.sub(_NUMBER, "", _(TITLES[group]))


_NUMBER = r"^(?:\d+\. |[一二三四五六七]、)"


def nothing_under(groups: Mapping[str, Sequence[AgendaItem]]) -> tuple[Section, ...]:
    """The sentence that names the empty groups; nothing if every group has lines."""
    if empty := [bare_title(group) for group, those in groups.items() if not those]:
        return (Section(lines=(_("Nothing under: {groups}.").format(groups=enumeration(empty)),)),)
    return ()


def _titled(number: int, title: str) -> str:
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
    for number, those in enumerate(_of_one_reason(plan, lines), 1):
        line, tasks = those[0], [task for each in those if each.task and (task := plan.task(each.task))]
        task = tasks[0] if tasks else None
        first = parents.get(task.id, task) if task and len(tasks) > 1 else task
        rows.append(
            (
                str(number),
                f"#{line.number}" if line.number else "–",
                numbered(first, as_one(titles, first.id, tasks)) if first else "–",
                _("the task itself") if line.group == "due" and task and line.text == task.title else line.text,
                "\n".join(dict.fromkeys(who(each, plan.task(each.task or "")) for each in those)),
                _when(line, task),
                *(outcome_cells(line) if settled else (str(line.days_open) if line.days_open is not None else "–",)),
            )
        )
    return Table(columns, tuple(rows))


def _of_one_reason(plan: Plan, lines: Sequence[AgendaItem]) -> Iterable[Sequence[AgendaItem]]:
    """Group the lines into rows: a late task and its sub-tasks share a row if they are late in the same way."""
    parents, found = plan.parents(), dict[object, list[AgendaItem]]()
    for place, line in enumerate(lines):
        whole = parents.get(line.task or "")
        key = (
            (whole.id if whole else line.task, line.text, line.due, line.days_overdue)
            if line.group == "late"
            else place
        )
        found.setdefault(key, []).append(line)
    return found.values()


def _when(line: AgendaItem, task: Task | None) -> str:
    return "\n".join(filter(None, (by_when_of(line, task), how_long(line) if line.days_overdue else "")))
