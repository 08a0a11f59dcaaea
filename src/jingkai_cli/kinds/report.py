"""`report`: the report of a unit on a task: figures and texts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..facts import History, Total
from ..language import N_, _
from ..model import PERCENT, Entry, Indicator, Plan, Reading, Task
from ..quantities import amount, enumeration, number, reading_text
from ..unit_conversion import convert, smaller_units
from .kind import REPORT_TEXTS, Case, Kind, Objection


def incomplete(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message if a report has neither figures nor a text."""
    if not any(given.get(name) for name in ("readings", "note", *REPORT_TEXTS)):
        yield _("a report needs readings or a note")


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a report after the completion or acceptance; object to figures that are not reported or implausible."""
    task, entry, life = case.task, case.entry, case.life
    if life.done_on and entry.on > life.done_on:
        text = _("task {task} was reported done on {day}: `jk reopen {task} -m WHY` first")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    elif life.accepted_on:
        text = _("task {task} was accepted on {day} and takes no more reports: `jk reopen {task} -m WHY` first")
        yield Objection("refused", text.format(task=task.id, day=life.accepted_on))
    elif life.done_on:
        text = _("task {task} was reported done on {day}: recorded as a supporting report")
        yield Objection("remark", text.format(task=task.id, day=life.done_on))
    if task.measure == "subtasks" and PERCENT in entry.readings:
        text = _("the progress of task {task} follows from its sub-tasks: report on {parts}")
        yield Objection("refused", text.format(task=task.id, parts=enumeration([part.id for part in task.subtasks])))
    for name, reading in entry.readings.items():
        if indicator := task.indicator(name):
            yield from _not_reported(task, indicator)
        yield from _implausible(case, name, reading, indicator)


def _not_reported(task: Task, indicator: Indicator) -> Iterator[Objection]:
    """Refuse a figure that is computed from sub-tasks or inspections."""
    values = {"name": indicator.name, "task": task.id}
    if indicator.sum:
        text = _("{name} of task {task} is the sum of its sub-tasks: report it on {parts}")
        parts = enumeration([part.id for part, _own in summed_in(task, indicator.id)])
        yield Objection("refused", text.format(**values, parts=parts))
    if indicator.counts:
        text = _("{name} of task {task} is counted from inspections: record those with `jk import`")
        yield Objection("refused", text.format(**values))


def _implausible(case: Case, name: str, reading: Reading, indicator: Indicator | None) -> Iterator[Objection]:
    """Object to a percentage above 100, to a total that is far above what is expected, or that falls."""
    task = case.task
    old = case.history.total([task.id, *task.formerly], name, reading.unit or "", case.entry.on)
    new = reading.value + (old.value if old and reading.added else 0)
    if name == PERCENT and new > 100:  # noqa: PLR2004 - a whole
        text = _("{value} % is above 100 %").format(value=number(new))
        yield Objection("implausible", text, N_("percentages above 100 %"))
    if indicator:
        yield from implausible_total(indicator, reading, old.value if old else None, new)
    if indicator is None or indicator.type == "total":
        yield from _falling_total(case, name, reading, old, new)


def other_units(plan: Plan, task: Task, entry: Entry) -> Iterator[Objection]:
    """Yield a remark if the unit is of neither the task nor its parents: it may have the wrong task."""
    if entry.unit in _units_of(plan, task) or entry.unit not in plan.known_units():  # the cheap check comes first
        return
    parents, ancestry = plan.parents(), [task]
    while above := parents.get(ancestry[-1].id):
        ancestry.append(above)
    units = dict.fromkeys(unit for each in ancestry for unit in _units_of(plan, each))
    if units and entry.unit not in units:
        text = _("{unit} is not a unit of task {task}, whose units are {units}")
        yield Objection("remark", text.format(unit=entry.unit, task=task.id, units=enumeration(units)))


def _units_of(plan: Plan, task: Task) -> list[str]:
    """The lead unit and the support units of a task, including members of a collective."""
    lead = plan.collective.get(task.lead_unit or "", (task.lead_unit,))
    return [unit for unit in (*lead, *plan.support_units(task)) if unit]


def foreign_shares(plan: Plan, task: Task, entry: Entry) -> Iterator[Objection]:
    """Refuse the share of a unit that is not the lead unit or a support unit of the task, or a member of a collective.

    If the task has no units, any unit is accepted.
    """
    shares = [(name, reading.unit) for name, reading in entry.readings.items() if reading.unit]
    if not shares:
        return
    units = _units_of(plan, task)
    for name, unit in shares:
        if units and unit not in units:
            indicator = task.indicator(name)
            text = _("{unit} is not a unit of task {task} and has no share of {name} (expected one of: {units})")
            values = {"unit": unit, "task": task.id, "name": indicator.name if indicator else name}
            yield Objection("refused", text.format(**values, units=enumeration(units)))


def summed_in(task: Task, name: str) -> Iterator[tuple[Task, Indicator]]:
    """Yield the sub-tasks that an indicator sums: in each branch the topmost one that reports it."""
    for part in task.subtasks:
        own = part.indicator(name)
        if own is None or own.sum:
            yield from summed_in(part, name)
        else:
            yield part, own


def _falling_total(case: Case, name: str, reading: Reading, old: Total | None, new: Decimal) -> Iterator[Objection]:
    """Object to a total that is below the previous one, or above the next reported one."""
    task, history = case.task, case.history
    before = old if old and new < old.value else None
    series = ([task.id, *task.formerly], name, reading.unit or "")
    later = history.next_total(*series, case.entry.on)
    later = history.total(*series, later.on) if later else None  # the last one of that day counts
    after = later if later and later.value < new and _has_total(history, later.seq, name) else None
    if not (before or after):
        return
    indicator = task.indicator(name)
    unit = indicator.unit if indicator else "%"
    subject = _("the total of {name}").format(name=indicator.name) if indicator else _("the percentage")
    if before:
        text = _("{name} would fall from {old} ({day}) to {new}")
        figures = {"old": amount(before.value, unit), "day": before.on, "new": amount(new, unit)}
        yield Objection("implausible", text.format(name=subject, **figures), N_("totals that fall"))
    if after:
        text = _("{name} would fall from {new} to {later} on {day}")
        figures = {"new": amount(new, unit), "later": amount(after.value, unit), "day": after.on}
        yield Objection("implausible", text.format(name=subject, **figures), N_("totals that fall"))


def _has_total(history: History, seq: int, name: str) -> bool:
    """Whether an entry reports a total, not an increment, so that it does not depend on earlier totals."""
    entry = history.entry(seq)
    return entry is not None and not entry.entry.readings[name].added


def sentence(task: Task | None, entry: Entry) -> str:
    """The log text: the figures, one per line."""
    return "\n".join(reading_text(task, *named) for named in entry.readings.items()) or _("report")


REPORT = Kind(
    "report",
    N_("report"),
    fields=("readings", "printed", *REPORT_TEXTS),
    recorded_by="unit",
    is_report=True,
    incomplete=incomplete,
    objections=objections,
    sentence=sentence,
)


TIMES_TARGET = 5
"""A total of this many times the target, or the largest planned total, is implausible (our choice).

A misplaced decimal point multiplies by ten: for a task that is half done, that is five times the target."""

TIMES_LAST = 100
"""Without target and planned totals: this many times the last total, or the largest planned month (our choice)."""

A_WHOLE = Decimal(100)


def expected(indicator: Indicator, old: Decimal | None) -> tuple[Decimal | None, int, str]:
    """Return the figure to compare a total with, the factor from which it is implausible, and the figure's description.

    The figure is the target or the largest planned total; without these, the last total or the largest planned month.
    It is None for a level without planned values, which has no usual growth.
    """
    planned = max(filter(None, (indicator.baseline, *indicator.planned.values())), default=Decimal(0))
    if indicator.target and indicator.target >= planned:
        return indicator.target, TIMES_TARGET, N_("the target of {figure}")
    if planned:
        return planned, TIMES_TARGET, N_("the {figure} that are planned")
    month = max(filter(None, indicator.monthly.values()), default=Decimal(0))
    if indicator.type == "level":
        return None, TIMES_LAST, ""
    if old and old >= month:
        return old, TIMES_LAST, N_("the last total, {figure}")
    return month or None, TIMES_LAST, N_("the {figure} of a planned month")


def times_expected(indicator: Indicator, old: Decimal | None, new: Decimal) -> Decimal:
    """Return the ratio of an implausible total to the expected figure, to one decimal below 100; 0 if plausible.

    Args:
        indicator: the indicator of the total.
        old: the previous total; None if there is none.
        new: the total.
    """
    figure, limit, _name = expected(indicator, old)
    if not figure or new < limit * figure:
        return Decimal(0)
    return round(new / figure, 1 if new < A_WHOLE * figure else 0)


def implausible_total(indicator: Indicator, reading: Reading, old: Decimal | None, new: Decimal) -> Iterator[Objection]:
    """Object to a total that is far too high, or to a percentage that was typed as a fraction of 1.

    Args:
        indicator: the indicator of the reading.
        reading: the reading as reported.
        old: the previous total; None if there is none.
        new: the total with the reading.
    """
    if indicator.unit == "%":
        yield from _percentage(indicator, old, new)
    elif times := times_expected(indicator, old, new):
        yield Objection("implausible", _excess(indicator, reading, old, new, times), N_("totals that are far too high"))


def _percentage(indicator: Indicator, old: Decimal | None, new: Decimal) -> Iterator[Objection]:
    """Object to a percentage above 100 and above the plan, and to a fraction of 1 such as 0.8 after 80."""
    if new > max(A_WHOLE, expected(indicator, None)[0] or A_WHOLE):
        text = _("{name}: {value} is above 100 %")
        message = text.format(name=indicator.name, value=amount(new, "%"))
        yield Objection("implausible", message, N_("percentages above 100 %"))
    if old and 0 < new < 1 <= old and indicator.type == "level":
        text = _("{name} would fall from {old} to {new}: is {meant} meant?")
        figures = {"old": amount(old, "%"), "new": amount(new, "%"), "meant": amount(new * A_WHOLE, "%")}
        yield Objection("implausible", text.format(name=indicator.name, **figures), N_("percentages below 1 %"))


def _excess(indicator: Indicator, reading: Reading, old: Decimal | None, new: Decimal, times: Decimal) -> str:
    """The message that a total is many times the expected figure, with the unit that may have been meant."""
    unit, (found, _most, name) = indicator.unit, expected(indicator, old)
    figure = found or Decimal(0)
    what = _(name).format(figure=amount(figure, unit))
    text = _("{name} {value} is {times} times {what}")
    message = text.format(name=indicator.name, value=amount(new, unit), times=number(times), what=what)
    before = new - reading.value
    for smaller in smaller_units(unit) if reading.printed is None else ():
        converted = convert(reading.value, smaller, unit)
        if converted and converted * A_WHOLE >= figure and not times_expected(indicator, old, before + converted):
            text = _("; if it is in {unit}, write {typed}")
            return message + text.format(unit=smaller, typed=f"{number(reading.value)}{smaller}")
    return message
