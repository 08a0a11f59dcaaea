"""What was reported on a task in a period: figures with the amounts added, events and notes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from ..facts import moved_milestones
from ..kinds import kind_of, sentence
from ..language import _
from ..model import PERCENT, PROGRAMME, Plan, Recorded, Task
from ..quantities import amount, enumeration, number
from ..rules.change import Change, Figure, figures
from ..text import one_line
from .reason_wording import abridged

EntriesByTask = Mapping[str, Sequence[Recorded]]
"""Task id → its standing entries of the period."""


def by_task(plan: Plan, entries: Iterable[Recorded]) -> EntriesByTask:
    """Group the entries by task; entries under a former id belong to the current task."""
    found: dict[str, list[Recorded]] = {}
    named, moved = plan.subjects(), moved_milestones(plan)
    for recorded in entries:
        entry, subject = recorded.entry, named.get(recorded.entry.task)
        if subject and (now := moved.get((subject.id, entry.milestone or ""))):
            for name, milestone in now:  # the milestone's current place
                moved_entry = replace(entry, task=name, milestone=milestone)
                found.setdefault(name, []).append(replace(recorded, entry=moved_entry))
            continue
        task = named.get(recorded.entry.task)
        if task and task.id != PROGRAMME:
            found.setdefault(task.id, []).append(recorded)
    return found


def reported(entries: Iterable[Recorded]) -> bool:
    """Whether a unit reported anything: figures, text, a milestone reached or the completion."""
    return any(kind_of(recorded.entry.kind).is_report for recorded in entries)


def reported_on(task: Task, entries: EntriesByTask) -> bool:
    """Whether a task or one of its sub-tasks was reported on in a period. Every output counts by this rule."""
    return any(reported(entries.get(part.id, ())) for part in task.with_subtasks())


def unreported(changes: Iterable[Change], entries: EntriesByTask) -> list[Change]:
    """The tasks for which reports were expected throughout a period, but none was received."""
    return [change for change in changes if change.report_awaited and not reported_on(change.task, entries)]


def brief(plan: Plan, change: Change, entries: Sequence[Recorded]) -> str:
    """All news of a task in one cell: `完成绿化 120万平方米 (+60万平方米)`, then notes and events, one per line."""
    figures = enumeration(_with_amount(change.task, figure) for figure in _figures(change, entries))
    return abridged([*filter(None, (figures,)), *_notes(entries), *_events(plan, entries)], "\n")


def _with_amount(task: Task, figure: Figure) -> str:
    text = f"{_name(task, figure)} {_total(task, figure)}".strip()
    if figure.name == PERCENT and not task.indicator(PERCENT):
        text = _("progress {percent}").format(percent=_total(task, figure))
    return text if figure.amount is None else _("{total} ({amount})").format(total=text, amount=_amount(task, figure))


def _figures(change: Change, entries: Sequence[Recorded]) -> Iterator[Figure]:
    """Yield the figures that changed in the period, then those reported late for earlier days, which add nothing."""
    changed = figures(change)
    yield from changed
    task, facts = change.task, change.now.position.facts
    known = dict.fromkeys(figure.name for figure in changed)
    for name in dict.fromkeys(name for recorded in entries for name in recorded.entry.readings):
        if name not in known and (total := facts.total(name)) is not None and (name == PERCENT or task.indicator(name)):
            yield Figure(name, total, None)


def _name(task: Task, figure: Figure) -> str:
    indicator = task.indicator(figure.name)
    return indicator.name if indicator else _("progress") if figure.name == PERCENT else figure.name


def _total(task: Task, figure: Figure) -> str:
    return _quantity(task, figure.name, figure.total)


def _amount(task: Task, figure: Figure) -> str:
    """The amount added, with its sign; `–` if only the total is known."""
    if figure.amount is None:
        return "–"
    plus = "+" if figure.amount >= 0 else ""
    if figure.name == PERCENT:
        return plus + _("{number} points").format(number=number(figure.amount))
    return plus + _quantity(task, figure.name, figure.amount)


def _quantity(task: Task, name: str, value: Decimal) -> str:
    indicator = task.indicator(name)
    return amount(value, indicator.unit if indicator else "%")


def _events(plan: Plan, entries: Iterable[Recorded]) -> Iterator[str]:
    """Yield a sentence for each entry that is not a report."""
    return (
        one_line(sentence(plan.task(recorded.entry.task), recorded.entry).replace("\n", _("; ")))
        for recorded in entries
        if recorded.entry.kind != "report"
    )


def events(plan: Plan, entries: Iterable[Recorded]) -> str:
    """The events of a period for one cell, one per line."""
    return abridged(list(_events(plan, entries)), "\n")


def _notes(entries: Iterable[Recorded]) -> Iterator[str]:
    """The notes of the reports, without duplicates."""
    notes = (recorded.entry.note for recorded in entries if recorded.entry.kind == "report")
    return iter(dict.fromkeys(note for note in notes if note))
