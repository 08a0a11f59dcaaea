"""What has to be seen to: one line a matter, with whom to call or what to type next. `today`, `handover`, `notice`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..language import _
from ..model import Plan, Task
from .document import Cell, Column, Section, Table, Tone, Toned
from .wording import or_unknown


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to see to."""

    group: str
    """The stable name of the group that it is in."""
    task: Task | None
    what: str
    day: date | None
    """The date that counts: when it was due, falls due, or happened."""
    unit: str | None
    next: str
    """The command to type."""
    tone: Tone = "none"


def fields() -> dict[str, str]:
    """The fields of an item, and their titles."""
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


def items(plan: Plan, matters: Iterable[Matter]) -> list[dict[str, Any]]:
    """The matters as data."""
    return [
        {
            "group": matter.group,
            "task": matter.task.id if matter.task else None,
            "title": matter.task.title if matter.task else None,
            "what": matter.what,
            "date": matter.day,
            "unit": matter.unit,
            "contact": plan.contacts.get(matter.unit or ""),
            "next": matter.next,
        }
        for matter in matters
    ]


def sections(plan: Plan, titles: Mapping[str, str], matters: Sequence[Matter], most: int | None) -> list[Section]:
    """A section for each group that has something, in the order of `titles`.

    Args:
        plan: its contacts.
        titles: group → heading.
        matters: all of them, in their order.
        most: how many of a group are shown; None for all. What is left out is counted.
    """
    found = []
    for group, title in titles.items():
        those = [matter for matter in matters if matter.group == group]
        shown = those[:most]
        more = len(those) - len(shown)
        lines = (_("and {count} more").format(count=more),) if more else ()
        if those:
            heading = _("{title} ({count})").format(title=_(title), count=len(those))
            found.append(Section(heading, table=_table(plan, shown)))
            found += [Section(lines=lines)] if lines else []
    return found


def _table(plan: Plan, matters: Iterable[Matter]) -> Table:
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("What"), wraps_from=22),
        Column(_("Unit"), wraps_from=10),
        Column(_("Call, or type"), wraps_from=14),
    )
    return Table(columns, tuple(_row(plan, matter) for matter in matters))


def _row(plan: Plan, matter: Matter) -> tuple[Cell, ...]:
    contact = plan.contacts.get(matter.unit or "")
    return (
        matter.task.id if matter.task else "–",
        matter.task.title if matter.task else "–",
        Toned(matter.what, matter.tone),
        or_unknown(matter.unit),
        contact or matter.next,
    )
