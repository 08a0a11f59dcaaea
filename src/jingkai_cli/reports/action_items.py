"""Action items of `jk today` and `jk handover`: one line each, with a contact and the command to type."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from ..language import _, ngettext, speaking
from ..model import Plan, Task
from ..quantities import enumeration
from .document import Cell, Column, Items, Section, Table, Tone, Toned
from .reason_wording import LAMPS, full_titles, marked, or_unknown
from .task_cells import call


class ActionItem(Struct, frozen=True):
    """Something to act on."""

    group: str
    """The stable name of its group."""
    task: Task | None
    what: str
    day: date | None
    """When it was or is due, or when it happened."""
    unit: str | None
    next: str
    """The command to type."""
    tone: Tone | None = None
    """The lamp; None if no lamp applies."""
    on_paper: str = ""
    """The text for paper, if it differs from `what`."""
    own_unit: bool = False
    """Whether the unit is that of a problem, decision or objection, which is never marked as unconfirmed."""
    is_problem: bool = False
    """Whether it is a problem; problems are counted separately from tasks."""


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "group": _("Group"),
        "task": _("No."),
        "title": _("Task"),
        "what": _("What"),
        "date": _("Date"),
        "unit": _("Unit"),
        "contact": _("Call"),
        "next": _("Type"),
    }


def items(plan: Plan, find: Callable[[], Iterable[ActionItem]]) -> Items:
    """The action items as data, in the plan's language, so that a cron job and a terminal get the same text.

    Args:
        plan: gives the language and the contacts.
        find: makes the action items again; called when the data is first read.
    """

    def make() -> list[dict[str, Any]]:
        with speaking(plan.language):
            return [_item(plan, action) for action in find()]

    return Items(make)


def fields_on_paper() -> dict[str, str]:
    """The fields of an item on paper: with the person in charge, and without the command."""
    titles = {**fields(), "lamp": _("Lamp"), "person": _("Person in charge"), "contact": _("Telephone")}
    printed = ("group", "task", "title", "lamp", "what", "date", "unit", "person", "contact")
    return {name: titles[name] for name in printed}


def items_on_paper(plan: Plan, titles: Mapping[str, str], actions: Iterable[ActionItem]) -> list[dict[str, Any]]:
    """The action items for a spreadsheet to be sent: groups by heading, sub-tasks with the titles of their tasks."""
    named = full_titles(plan)
    return [
        {
            **_item(plan, action),
            "group": _(titles[action.group]),
            "title": named[action.task.id] if action.task else None,
            "lamp": action.tone,
            "what": action.on_paper or action.what,
            "unit": _unit(action) if action.task or action.unit else None,
            "person": _person(action),
            "unconfirmed": ("date",) if _is_unconfirmed(action) else (),
        }
        for action in actions
    ]


def _is_unconfirmed(action: ActionItem) -> bool:
    """Whether the date of an action item is a deadline that the plan does not confirm."""
    task = action.task
    return task is not None and "deadline" in task.unconfirmed and action.day == task.deadline


def sections_on_paper(plan: Plan, titles: Mapping[str, str], actions: Sequence[ActionItem]) -> list[Section]:
    """A section for each group that is not empty, with the persons in charge and without commands."""
    sections, full = [], full_titles(plan)
    for group, title in titles.items():
        if in_group := [action for action in actions if action.group == group]:
            sections.append(Section(_heading(plan, title, in_group), table=_table_on_paper(in_group, full).short()))
    return sections


def _heading(plan: Plan, title: str, actions: Sequence[ActionItem]) -> str:
    """The title of a group with the number of its items, by kind if they are of several kinds."""
    problems = sum(action.is_problem for action in actions)
    own = {task.id for task in plan.tasks}
    of_tasks = [action for action in actions if not action.is_problem]
    tasks = sum(action.task is None or action.task.id in own for action in of_tasks)
    parts = len(of_tasks) - tasks
    if max(tasks, parts, problems) < len(actions):
        counts = (
            ngettext("{count} task", "{count} tasks", tasks).format(count=tasks) if tasks else "",
            ngettext("{count} sub-task", "{count} sub-tasks", parts).format(count=parts) if parts else "",
            ngettext("{count} problem", "{count} problems", problems).format(count=problems) if problems else "",
        )
        return _("{title} ({count})").format(title=_(title), count=enumeration(filter(None, counts)))
    return _("{title} ({count})").format(title=_(title), count=len(actions))


def _table_on_paper(actions: Sequence[ActionItem], titles: Mapping[str, str]) -> Table:
    """The items with full task titles; columns that are blank in every row are left out in print.

    Items that belong to units, not to tasks, begin with the unit.
    """
    if not any(action.task for action in actions):
        return Table(
            (Column(_("Unit"), wraps_from=10), Column(_("What"), wraps_from=22, sentences=True)),
            tuple((_unit(each) if each.unit else "–", each.on_paper or each.what) for each in actions),
        )
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("Lamp")),
        Column(_("What"), wraps_from=22, sentences=True),
        Column(_("Unit"), wraps_from=10),
        Column(_("Person in charge"), wraps_from=8),
    )
    rows = (
        (
            action.task.id if action.task else "–",
            titles[action.task.id] if action.task else "–",
            _lamp(action.tone),
            action.on_paper or action.what,
            _unit(action) if action.task or action.unit else "–",
            _person(action) or "–",
        )
        for action in actions
    )
    return Table(columns, tuple(rows))


def _person(action: ActionItem) -> str | None:
    """The person in charge of the task; None if the item belongs to another unit than the lead unit."""
    task = action.task
    return task.person if task and action.unit in (None, task.lead_unit) else None


def _lamp(tone: Tone | None) -> Cell:
    """The lamp by its word too, which pipes and black-and-white prints keep; a dash for what is not a task."""
    return Toned(_(LAMPS[tone]), tone) if tone else "–"


def _item(plan: Plan, action: ActionItem) -> dict[str, Any]:
    return {
        "group": action.group,
        "task": action.task.id if action.task else None,
        "title": action.task.title if action.task else None,
        "what": action.what,
        "date": action.day,
        "unit": action.unit,
        "contact": _contact(plan, action),
        "next": action.next,
    }


def _contact(plan: Plan, action: ActionItem) -> str | None:
    """Whom to call: for a task its person in charge, else the contact of the unit; None if unknown."""
    if action.task and action.unit == action.task.lead_unit:
        return call(plan, action.task)
    return plan.contacts.get(action.unit or "")


def sections(plan: Plan, titles: Mapping[str, str], actions: Sequence[ActionItem], most: int | None) -> list[Section]:
    """A section for each group that is not empty, in the order of `titles`.

    Args:
        plan: gives the contacts.
        titles: group → heading.
        actions: all action items, in order.
        most: the most items shown in a group, None for all. The others are counted; units are named.
    """
    found = []
    for group, title in titles.items():
        in_group = [action for action in actions if action.group == group]
        shown = in_group[:most]
        more = len(in_group) - len(shown)
        text = _("and {count} more")
        if all(action.task is None and action.unit for action in in_group):
            text = ngettext("and {count} more unit: {units}", "and {count} more units: {units}", more)
        left_out = enumeration(action.unit or "" for action in in_group[len(shown) :])
        lines = (text.format(count=more, units=left_out),) if more else ()
        if in_group:
            found.append(_section(plan, _heading(plan, title, in_group), shown))
            found += [Section(lines=lines)] if lines else []
    return found


def _section(plan: Plan, heading: str, actions: Sequence[ActionItem]) -> Section:
    """The table of a group. Its brief table has a line for each task or sub-task, and what to do below the line."""
    of_tasks = all(action.task for action in actions)
    return Section(
        heading, table=_table(plan, actions).short(), brief=(lambda: _brief(plan, actions)) if of_tasks else None
    )


def _brief(plan: Plan, actions: Sequence[ActionItem]) -> Table:
    """The brief table: a line for each item, with what is to be done, whom to call and what to type."""
    columns = (Column(""), Column(""), Column("", wraps_from=16), Column("", wraps_from=8))
    named = full_titles(plan)
    rows = tuple(
        (_lamp(action.tone), action.task.id, named[action.task.id], _unit(action)) for action in actions if action.task
    )
    notes = tuple((action.what, "  ".join(_next_steps(plan, action))) for action in actions)
    return Table(columns, rows, notes, at_any_width=True)


def _unit(action: ActionItem) -> str:
    """The unit, with the mark if it is a lead unit that the plan does not confirm."""
    task = action.task
    name = or_unknown(action.unit)
    is_lead = task and action.unit == task.lead_unit and not action.own_unit
    return marked(name, "lead_unit", task) if task and is_lead else name


def _next_steps(plan: Plan, action: ActionItem) -> list[str]:
    """Whom to call, if known, and the command to type."""
    return [text for text in (_contact(plan, action), action.next) if text]


def _table(plan: Plan, actions: Sequence[ActionItem]) -> Table:
    if not any(action.task for action in actions):
        return _table_of_units(plan, actions)
    columns = (
        Column(_("Lamp")),
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("What"), wraps_from=22, sentences=True),
        Column(_("Unit"), wraps_from=10),
        Column(_("Contact and command"), wraps_from=14),
    )
    named = full_titles(plan)
    return Table(columns, tuple(_row(plan, action, named) for action in actions))


def _table_of_units(plan: Plan, actions: Sequence[ActionItem]) -> Table:
    """The table of items that belong to units, not to tasks, and have no lamp."""
    columns = (
        Column(_("Unit"), wraps_from=10),
        Column(_("What"), wraps_from=22, sentences=True),
        Column(_("Contact and command"), wraps_from=14),
    )
    rows = tuple(
        (_unit(action) if action.unit else "–", action.what, "\n".join(_next_steps(plan, action))) for action in actions
    )
    return Table(columns, rows)


def _row(plan: Plan, action: ActionItem, titles: Mapping[str, str]) -> tuple[Cell, ...]:
    return (
        _lamp(action.tone),
        action.task.id if action.task else "–",
        titles[action.task.id] if action.task else "–",
        Toned(action.what, action.tone or "none"),
        _unit(action) if action.task or action.unit else "–",
        "\n".join(_next_steps(plan, action)),
    )
