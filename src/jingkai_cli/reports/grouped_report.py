"""`jk report --group-by unit|leader`: the tasks of each lead unit or leader, counted by lamp and state."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from ..language import N_, _
from ..model import Plan
from ..quantities import enumeration
from ..rules.status import Judgement, Lamp, State, answered_for
from .document import MARK, Column, Document, Scope, Section, Table
from .findings import by_title
from .reason_wording import full_titles, or_unknown, with_number
from .task_cells import summary
from .task_filters import NO_TASK, By, Filters
from .task_notes import gap_words

_FIELDS: Mapping[By, str] = {"unit": "lead_unit", "leader": "leader", "category": "category"}

_HEADINGS: Mapping[By, str] = {"unit": N_("Lead unit"), "leader": N_("Lead leader"), "category": N_("Category")}
_TITLES: Mapping[By, str] = {
    "unit": N_("Tasks by lead unit"),
    "leader": N_("Tasks by lead leader"),
    "category": N_("Tasks by category"),
}

COUNTED: Mapping[By, str] = {
    "unit": N_("Counted here: tasks and sub-tasks, each once and by its own dates, for the unit that leads it."),
    "leader": N_("Counted here: tasks and sub-tasks, each once and by its own dates, for the leader that leads it."),
}
"""Grouping → the note that sub-tasks are counted too."""


class Counted(NamedTuple):
    """The values of one task that are counted."""

    group: str | None
    """The unit, leader or category; None if the plan names none."""
    task: str
    title: str
    lamp: Lamp
    state: State
    gap: float | None
    worst_days: int
    flagged: bool
    """Whether it has any reason to be late or at risk."""
    confirmed: bool = True
    """Whether the plan confirms its group."""


def counted(judgements: Sequence[Judgement], filters: Filters, by: By | None) -> list[Counted]:
    """The values to count of the tasks that `filters` keep, with their groups; without `by`, groups are None.

    Units and leaders answer for each task and sub-task that they lead, by its own dates. Categories count tasks only.
    """
    judged = answered_for(judgements) if by in ("unit", "leader") else judgements
    return [
        Counted(
            getattr(j.task, _FIELDS[by]) if by else None,
            j.task.id,
            j.task.title,
            j.lamp,
            j.state,
            j.position.gap,
            j.position.worst_days,
            bool(j.reasons),
            by is None or _FIELDS[by] not in j.task.unconfirmed,
        )
        for j in judged
        if filters.keep(j)
    ]


def build(scope: Scope, judgements: Sequence[Judgement], filters: Filters, by: By) -> Document:
    """One row for each unit, leader or category. Tasks without one are the last row; without a unit, a footnote.

    Paper has a row of the tasks without a unit too, below the sums, which leave it out.

    Args:
        scope: the plan and the date.
        judgements: every task of the plan, judged as of that date.
        filters: select the tasks to count.
        by: the grouping.
    """
    groups: dict[str | None, list[Counted]] = {}
    for each in counted(judgements, filters, by):
        groups.setdefault(each.group, []).append(each)
    unsettled = groups.pop(None, []) if by == "unit" else []
    names = [name for name in groups if name is not None] + [None] * (None in groups)
    items: list[dict[str, Any]] = [{by: name, **counts(groups[name])} for name in names]
    unconfirmed = {name: sum(not each.confirmed for each in groups[name]) for name in names if name is not None}
    marked = {name: f"{name}{MARK}" for name, count in unconfirmed.items() if count}
    titles = full_titles(scope.plan)
    table = _table(by, items, titles, marked)
    unled = [(_("lead unit not stated"), *count_cells(counts(unsettled), titles))] if unsettled else []
    paper = replace(table, rows=(*table.rows, *unled))
    notes = (*_notes(items), *_unconfirmed(unconfirmed))
    levels = (_(COUNTED[by]),) if by in COUNTED and any(task.subtasks for task in scope.plan.tasks) else ()
    return Document(
        kind=f"report-by-{by}",
        about=scope.about,
        title=_(_TITLES[by]),
        fields=fields(by),
        items=items,
        sections=(Section(table=table, paper=lambda: paper),) if items else (Section(lines=(_(NO_TASK),)),),
        summary=(summary(judgements),),
        footnotes=(*_unsettled(scope.plan, unsettled), *levels, *notes),
        paper_footnotes=(*_unsettled_on_paper(scope.plan, unsettled), *levels, *notes),
        found=any(item["overdue"] for item in items),
    )


def _notes(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is in the mean gap, and what no lamp means, if the table has them."""
    listed = list(items)
    if any(item["mean_gap"] is not None for item in listed):
        yield _("Mean gap: of the tasks with both planned and actual progress; what was never reported is not in it.")
    if any(item["none"] for item in listed):
        yield _("No lamp: there is no progress or date to judge by yet.")


def _unconfirmed(counts_by_name: Mapping[str, int]) -> Iterator[str]:
    """Yield how many tasks of each marked group are counted although the plan does not confirm the group."""
    text = _("{unit} {count}")
    if listed := enumeration(text.format(unit=name, count=count) for name, count in counts_by_name.items() if count):
        yield _("* not confirmed in the plan, but counted: {listed}").format(listed=listed)


def _unsettled(plan: Plan, unled: Sequence[Counted]) -> Iterator[str]:
    """Yield what the total leaves out: the tasks without a lead unit, and their number."""
    if unled:
        yield not_in_the_total(unled, enumeration(each.task for each in unled), _parts(plan, unled))


def _parts(plan: Plan, unled: Sequence[Counted]) -> int:
    """The number of sub-tasks among the tasks without a lead unit."""
    parents = plan.parents()
    return sum(each.task in parents for each in unled)


def not_in_the_total(unled: Sequence[Counted], tasks: str, parts: int = 0) -> str:
    """A sentence on the tasks without a lead unit: their number, that of the sub-tasks among them, and which they are.

    It gives no number of sub-tasks if there are none, or if it is not known.
    """
    found = counts(unled)
    text = _("Not in the total, lead unit to be settled: {count} (overdue {overdue}, red {red}): {tasks}")
    if parts:
        text = _(
            "Not in the total, lead unit to be settled: {count}, {parts} of them sub-tasks (overdue {overdue}, red "
            "{red}): {tasks}"
        )
    return text.format(count=len(unled), parts=parts, overdue=found["overdue"], red=found["red"], tasks=tasks)


def _unsettled_on_paper(plan: Plan, unled: Sequence[Counted]) -> Iterator[str]:
    """The titles of the tasks without a lead unit. A sub-task whose parent has none either is left out."""
    parents = plan.parents()
    if tasks := [each.task for each in unled if each.task not in parents or parents[each.task].lead_unit]:
        yield not_in_the_total(unled, by_title(tasks, plan), _parts(plan, unled))


def fields(by: By) -> dict[str, str]:
    """The fields of an item and their titles."""
    return {by: _(_HEADINGS[by]), **count_fields()}


def count_fields() -> dict[str, str]:
    """The fields of the counts and their titles."""
    return {
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


def counts(tasks: Sequence[Counted]) -> dict[str, Any]:
    """The counts of the tasks of one group."""
    lamps, states = Counter[str](c.lamp for c in tasks), Counter[str](c.state for c in tasks)
    gaps = [c.gap for c in tasks if c.gap is not None]
    worst = max((c for c in tasks if c.flagged), key=lambda c: (c.worst_days, c.gap or 0.0), default=None)
    return {
        "tasks": len(tasks),
        **{lamp: lamps[lamp] for lamp in ("red", "yellow", "green", "none")},
        "overdue": states["overdue"],
        "at_risk": states["at-risk"],
        "done": states["done"] + states["accepted"],
        "mean_gap": sum(gaps) / len(gaps) if gaps else None,
        "worst_task": worst.task if worst else None,
        "worst_days": worst.worst_days if worst else 0,
    }


def _table(by: By, items: Sequence[Mapping[str, Any]], titles: Mapping[str, str], marked: Mapping[str, str]) -> Table:
    """A row for each group, and a row of sums. Sub-tasks are named with the titles of their tasks.

    Args:
        by: the grouping.
        items: the counts of each group.
        titles: task id → title.
        marked: name of a group that is not confirmed for every task → its name with the mark.
    """
    rows = [(marked.get(item[by], or_unknown(item[by])), *count_cells(item, titles)) for item in items]
    columns = (Column(_(_HEADINGS[by]), wraps_from=10), *count_columns(items))
    return Table(columns, (*rows, (_("Total"), *count_sums(items))))


def count_sums(items: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The cells of the sums of groups; there is none of the gaps and of the worst tasks."""
    return (*(str(sum(item[name] for item in items)) for name in _COUNTS), "", "")


_COUNTS = ("tasks", "red", "yellow", "green", "none", "overdue", "at_risk", "done")


def count_columns(items: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns of the counts in these items, with the mean gap and the worst task."""
    titles = count_fields()
    return (
        *number_columns(items),
        Column(titles["mean_gap"], align="right", wraps_from=8, drop=4),
        Column(titles["worst_task"], wraps_from=14),
    )


def compared(table: Table, by: str, items: Sequence[Mapping[str, Any]]) -> Section:
    """The table of an overview.

    By unit and by category it ends with the sums; by unit the note on what is counted is above it. By district, paper
    has no counts in it, because the table of districts has them.
    """
    if by == "district":
        kept = (0, -2, -1)
        rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
        return Section(table=table, paper=lambda: Table(tuple(table.columns[place] for place in kept), rows))
    if by in ("unit", "category"):
        sums = count_sums(items)
        names = (_("Total"), *[""] * (len(table.columns) - len(sums) - 1))
        table = replace(table, rows=(*table.rows, (*names, *sums)))
    return Section(lines=(_(COUNTED["unit"]),) if by == "unit" else (), table=table)


def number_columns(items: Iterable[Mapping[str, Any]]) -> Iterator[Column]:
    """Yield the columns of tasks, lamps and states. A narrow page first drops some columns that are 0 throughout."""
    titles, listed = count_fields(), list(items)
    for name in _COUNTS:
        drop = (1 if any(item[name] for item in listed) else 3) if name == "done" else 0
        if name == "none" and not any(item[name] for item in listed):
            drop = 2
        yield Column(titles[name], align="right", wraps_from=4 if name == "none" else None, drop=drop)


def count_cells(item: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, ...]:
    """The cells of the counts; `titles` has the titles of possible worst tasks, by id."""
    worst = item["worst_task"]
    return (
        *(str(item[name]) for name in _COUNTS),
        gap_words(item["mean_gap"]),
        with_number(worst, titles[worst]) if worst in titles else worst or "–",
    )


def named(document: Document, units: Collection[str]) -> Document:
    """The report by unit, limited to the given units, which excludes 未明确 and names for several units."""
    return replace(document, items=[item for item in document.items if item["unit"] in units])
