"""The figures of a bulletin: what a period added and the total to date, no more precise than they were reported."""

from collections.abc import Callable, Iterator

from ..figure_reader import qualifier_of
from ..language import _
from ..model import PERCENT, Indicator, Recorded
from ..quantities import EXACT, Qualifier, amount, enumeration, number
from ..rules.change import Change, Figure, figures
from .activity import EntriesByTask
from .reason_wording import numbered

_SEVERAL = Qualifier("约")
"""The qualifier of a figure computed from figures with different qualifiers."""

FigureFormat = Callable[[Change, Figure, Qualifier], str]
"""Formats the sentence of a figure."""


def figures_of(change: Change, entries: EntriesByTask, format_figure: "FigureFormat | None" = None) -> Iterator[str]:
    """Yield a short text for each figure of a task that changed in the period: `征迁户数本期新增200余户，累计1100余户`.

    Args:
        change: the task, before the period and at its end.
        entries: the standing entries of the period.
        format_figure: formats a figure; the default is the format for a task.
    """
    for figure in figures(change):
        yield (format_figure or _figure)(change, figure, _qualifier(change, figure.name, entries))


def figure_of_part(change: Change, figure: Figure, qualifier: Qualifier) -> str:
    """The figure of a sub-task; a percentage is short: `40%（推进4个百分点）`."""
    if figure.name == PERCENT and figure.amount is not None:
        text = _("{total} ({points} points in this period)")
        return text.format(total=amount(figure.total, "%", qualifier), points=number(figure.amount))
    return _figure(change, figure, qualifier)


def _qualifier(change: Change, name: str, entries: EntriesByTask) -> Qualifier:
    """How precise a figure is, from the reports of the period; a stated total replaces the qualifiers before it."""
    indicator = change.task.indicator(name)
    tasks = change.task.with_subtasks() if indicator and indicator.sum else (change.task,)
    by_series: dict[tuple[str, str | None], set[Qualifier]] = {}
    for task in tasks:
        for recorded in sorted(entries.get(task.id, ()), key=_order):
            if reading := recorded.entry.readings.get(name):
                series = by_series.setdefault((task.id, reading.unit), set())
                if not reading.added:
                    series.clear()
                series.add(qualifier_of(reading.printed))
    qualifiers = set().union(*by_series.values()) - {EXACT}
    return qualifiers.pop() if len(qualifiers) == 1 else _SEVERAL if qualifiers else EXACT


def _order(recorded: Recorded) -> tuple[object, int]:
    return recorded.entry.on, recorded.seq


def _figure(change: Change, figure: Figure, qualifier: Qualifier) -> str:
    """`完成绿化本期新增60万平方米，累计120万平方米`; a rate or a first total has no increment."""
    indicator = change.task.indicator(figure.name)
    if figure.name == PERCENT or indicator is None:
        total = amount(figure.total, "%", qualifier)
        if figure.amount is None:
            return _("{total} done").format(total=total)
        text = _("{points} points in this period, {total} done")
        return text.format(points=number(figure.amount), total=total)
    name, total = indicator.name, amount(figure.total, indicator.unit, qualifier)
    if indicator.type == "level":
        return _("{name} {total}").format(name=name, total=total)
    to_date = _to_date(change, indicator).format(total=total)
    if figure.amount is None:
        sentence = _("{name}: {to_date}").format(name=name, to_date=to_date)
    else:
        text = _("{name}: {amount} in this period, {to_date}")
        sentence = text.format(name=name, amount=amount(figure.amount, indicator.unit, qualifier), to_date=to_date)
    if indicator.target is not None and figure.total > indicator.target:  # more does not raise the task's percentage
        sentence = _("{said} (target {target})").format(said=sentence, target=amount(indicator.target, indicator.unit))
    if missing := change.now.position.missing(indicator):
        text = _("{said} (not reported: {missing})")
        return text.format(said=sentence, missing=enumeration(numbered(task) for task in missing))
    return sentence


def since_records_began(change: Change, indicator: Indicator) -> bool:
    """Whether no total was ever stated, so that the amount before the first increment is unknown."""
    totals = change.now.position.facts.totals.items()
    return any(series == indicator.id and not total.stated for (series, _unit), total in totals)


def _to_date(change: Change, indicator: Indicator) -> str:
    """The words for a total: "at least" if a sub-task is missing, or if no total was ever stated."""
    is_more = since_records_began(change, indicator) or change.now.position.missing(indicator)
    return _("at least {total} to date") if is_more else _("{total} to date")
