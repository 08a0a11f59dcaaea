"""What was reported of a task in a period: figures with what came on top, what happened, and notes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ..kinds import sentence
from ..language import _
from ..model import PERCENT, PROGRAMME, Plan, Recorded, Task
from ..quantities import amount, number
from ..rules.change import Change, Figure, figures
from ..text import one_line
from .document import Cell, Column, Table
from .wording import abridged, lamp_and_state

EntriesByTask = Mapping[str, Sequence[Recorded]]
"""Task id → its standing entries of the period."""


def by_task(plan: Plan, entries: Iterable[Recorded]) -> EntriesByTask:
    """The entries of each task of the plan, whatever id it had then."""
    found: dict[str, list[Recorded]] = {}
    named = plan.subjects()
    for recorded in entries:
        task = named.get(recorded.entry.task)
        if task and task.id != PROGRAMME:
            found.setdefault(task.id, []).append(recorded)
    return found


def brief(plan: Plan, change: Change, entries: Sequence[Recorded]) -> str:
    """All of it in one cell: `完成绿化 120万平方米 (+60万平方米)`, then what happened and the notes."""
    said = [_with_amount(change.task, figure) for figure in figures(change)]
    return abridged([*said, *_happened(plan, entries), *_notes(entries)], _(", "))


def _with_amount(task: Task, figure: Figure) -> str:
    text = f"{_name(task, figure)} {_total(task, figure)}".strip()
    return text if figure.amount is None else _("{total} ({amount})").format(total=text, amount=_amount(task, figure))


def table(plan: Plan, changes: Iterable[Change], entries: EntriesByTask) -> Table:
    """For a bulletin: a line for each figure with the period's amount and the total, and one for each other thing."""
    columns = (
        Column(_("No.")),
        Column(_("Task"), wraps_from=14),
        Column(_("What was reported"), wraps_from=16),
        Column(_("This period"), align="right", wraps_from=10),
        Column(_("Total"), align="right", wraps_from=10),
        Column(_("Status"), wraps_from=8),
    )
    rows = [row for change in changes for row in _rows(plan, change, entries.get(change.task.id, ()))]
    return Table(columns, tuple(rows))


def _rows(plan: Plan, change: Change, entries: Sequence[Recorded]) -> Iterator[tuple[Cell, ...]]:
    """The lines of a task; its number, title and status stand in the first one alone."""
    task = change.task
    said = [(_name(task, f), _amount(task, f), _total(task, f)) for f in figures(change)]
    said += [(text, "", "") for text in (*_happened(plan, entries), *_notes(entries))]
    first: tuple[str, str, str] = (task.id, task.title, lamp_and_state(change.now))
    for what_, amount_, total in said:
        yield (*first[:2], what_, amount_, total, first[2])
        first = ("", "", "")


def _name(task: Task, figure: Figure) -> str:
    indicator = task.indicator(figure.name)
    return indicator.name if indicator else _("progress") if figure.name == PERCENT else figure.name


def _total(task: Task, figure: Figure) -> str:
    return _quantity(task, figure.name, figure.total)


def _amount(task: Task, figure: Figure) -> str:
    """What came on top, with its sign; nothing where only the total is known."""
    if figure.amount is None:
        return "–"
    plus = "+" if figure.amount >= 0 else ""
    if figure.name == PERCENT:
        return plus + _("{number} points").format(number=number(figure.amount))
    return plus + _quantity(task, figure.name, figure.amount)


def _quantity(task: Task, name: str, value: Decimal) -> str:
    indicator = task.indicator(name)
    return amount(value, indicator.unit if indicator else "%")


def _happened(plan: Plan, entries: Iterable[Recorded]) -> Iterator[str]:
    """What entries other than reports say."""
    return (
        one_line(sentence(plan.task(recorded.entry.task), recorded.entry))
        for recorded in entries
        if recorded.entry.kind != "report"
    )


def _notes(entries: Iterable[Recorded]) -> Iterator[str]:
    """What the units wrote, each note once."""
    notes = (recorded.entry.note for recorded in entries if recorded.entry.kind == "report")
    return iter(dict.fromkeys(note for note in notes if note))
