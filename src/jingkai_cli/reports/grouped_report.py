"""`jk report --group-by unit|leader`: the tasks of each lead unit or leader, counted by lamp and state."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, Literal

from ..language import N_, _
from ..quantities import enumeration, number
from ..rules.status import Judgement, answered_for
from .document import Column, Document, Scope, Section, Table
from .task_cells import counted_levels, summary
from .task_filters import NO_TASK, Filters
from .wording import or_unknown

By = Literal["unit", "leader", "category"]

_OF: Mapping[str, Callable[[Judgement], str | None]] = {
    "unit": attrgetter("task.lead_unit"),
    "leader": attrgetter("task.leader"),
    "category": attrgetter("task.category"),
}


_HEADINGS: Mapping[By, str] = {"unit": N_("Lead unit"), "leader": N_("Lead leader"), "category": N_("Category")}
_TITLES: Mapping[By, str] = {
    "unit": N_("Tasks by lead unit"),
    "leader": N_("Tasks by lead leader"),
    "category": N_("Tasks by category"),
}


def build(scope: Scope, judgements: Sequence[Judgement], filters: Filters, by: By) -> Document:
    """One line for each unit, leader or category; tasks without a leader or category come last, together.

    A unit that is not stated has no line: a footnote names the tasks whose lead unit is to be settled.
    Units and leaders answer for each task and sub-task that they lead, by its own dates. Categories count tasks.

    Args:
        scope: its plan and date.
        judgements: every task of the plan, judged as of that date.
        filters: which of them are counted.
        by: what they are grouped by.
    """
    groups: dict[str | None, list[Judgement]] = {}
    for judgement in judgements if by == "category" else answered_for(judgements):
        if filters.keep(judgement):
            groups.setdefault(_OF[by](judgement), []).append(judgement)
    unsettled = groups.pop(None, []) if by == "unit" else []
    names = [name for name in groups if name is not None] + [None] * (None in groups)
    items = [_item(by, name, groups[name]) for name in names]
    return Document(
        kind=f"report-by-{by}",
        about=scope.about,
        title=_(_TITLES[by]),
        fields=fields(by),
        items=items,
        sections=(Section(table=_table(by, items)),) if items else (Section(lines=(_(NO_TASK),)),),
        summary=(summary(judgements),),
        footnotes=(*_unsettled(unsettled), *(counted_levels(scope.plan) if by != "category" else ())),
        found=any(item["overdue"] for item in items),
    )


def _unsettled(judgements: Sequence[Judgement]) -> Iterator[str]:
    if judgements:
        text = _("Lead unit to be settled: {tasks}")
        yield text.format(tasks=enumeration(judgement.task.id for judgement in judgements))


def fields(by: By) -> dict[str, str]:
    """The fields of an item, and their titles."""
    return {
        by: _(_HEADINGS[by]),
        "tasks": _("Tasks"),
        "red": _("Red"),
        "yellow": _("Yellow"),
        "green": _("Green"),
        "none": _("No lamp"),
        "overdue": _("Overdue"),
        "at_risk": _("At risk"),
        "done": _("Done"),
        "mean_gap": _("Mean gap (points)"),
        "worst_task": _("Worst task"),
        "worst_days": _("Days overdue"),
    }


def _item(by: By, name: str | None, judgements: Iterable[Judgement]) -> dict[str, Any]:
    those = list(judgements)
    lamps, states = Counter[str](j.lamp for j in those), Counter[str](j.state for j in those)
    gaps = [j.at.gap for j in those if j.at.gap is not None]
    worst = max(those, key=lambda j: (j.at.worst_days, j.at.gap or 0.0))
    return {
        by: name,
        "tasks": len(those),
        **{lamp: lamps[lamp] for lamp in ("red", "yellow", "green", "none")},
        "overdue": states["overdue"],
        "at_risk": states["at-risk"],
        "done": states["done"] + states["accepted"],
        "mean_gap": sum(gaps) / len(gaps) if gaps else None,
        "worst_task": worst.task.id if worst.reasons else None,
        "worst_days": worst.at.worst_days,
    }


def _table(by: By, items: Iterable[Mapping[str, Any]]) -> Table:
    titles = fields(by)
    counts = ("tasks", "red", "yellow", "green", "none", "overdue", "at_risk", "done")
    columns = (
        Column(titles[by], wraps_from=10),
        *(Column(titles[name], align="right", drop=2 if name in ("none", "done") else 0) for name in counts),
        Column(titles["mean_gap"], align="right", wraps_from=8, drop=1),
        Column(titles["worst_task"]),
    )
    rows = (
        (
            or_unknown(item[by]),
            *(str(item[name]) for name in counts),
            "–" if item["mean_gap"] is None else number(item["mean_gap"]),
            item["worst_task"] or "–",
        )
        for item in items
    )
    return Table(columns, tuple(rows))


def named(document: Document, units: Collection[str]) -> Document:
    """The same with those units alone: 未明确 is a display, and a name of several units is none of them."""
    return replace(document, items=[item for item in document.items if item["unit"] in units])
