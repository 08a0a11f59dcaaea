"""The indicators of a task: target, planned, actual, gap; and their plans for single months."""

from datetime import date
from decimal import Decimal

from ..facts import TaskFacts
from ..language import _
from ..model import Indicator
from ..quantities import amount, number
from ..rules.progress import planned_total
from ..rules.status import Judgement
from .document import Column, Table
from .wording import abridged, marked

SINCE = "+"
"""Beside a total that was never stated: it adds up what was recorded since records began."""


def indicators(judgement: Judgement) -> Table:
    """One line an indicator, as of the date."""
    columns = (
        Column(_("Indicator and id"), wraps_from=12),
        Column(_("Actual"), align="right"),
        Column(_("Planned"), align="right"),
        Column(_("Gap"), align="right"),
        Column(_("Target"), align="right"),
        Column(_("Last report")),
    )
    return Table(columns, tuple(_row(judgement, i) for i in judgement.task.indicators))


def _row(judgement: Judgement, indicator: Indicator) -> tuple[str, ...]:
    facts = judgement.at.facts
    total = facts.total(indicator.id)
    due = planned_total(judgement.task, judgement.at.life, indicator, judgement.at.as_of)
    target = indicator.target
    short = None if due is None or total is None else total - due if indicator.better == "lower" else due - total
    return (
        f"{indicator.name}\n{indicator.id}",
        total_text(judgement, indicator) + (SINCE if _began_with_an_increment(facts, indicator) else ""),
        _amount(due, indicator, "–"),
        _amount(short, indicator, "–"),
        marked(_amount(target, indicator, ""), "target", indicator) if target is not None else _("no target"),
        _last(facts, indicator),
    )


def total_text(judgement: Judgement, indicator: Indicator) -> str:
    """What an indicator has come to: of a sum also that it is at least so much, and which sub-tasks are missing."""
    said = _amount(judgement.at.facts.total(indicator.id), indicator, _("no figure"))
    missing = judgement.at.missing(indicator)
    if not missing:
        return said
    names = abridged([f"{task.id} {task.title}" for task in missing], _(", "))
    if judgement.at.facts.total(indicator.id) is None:
        return _("{amount}\nmissing {names}").format(amount=said, names=names)
    return _("at least {amount}\nmissing {names}").format(amount=said, names=names)


def _amount(value: Decimal | None, indicator: Indicator, otherwise: str) -> str:
    return otherwise if value is None else amount(value, indicator.unit)


def _last(facts: TaskFacts, indicator: Indicator) -> str:
    last: date | None = max((t.on for (name, _unit), t in facts.totals.items() if name == indicator.id), default=None)
    return last.isoformat() if last else "–"


def _began_with_an_increment(facts: TaskFacts, indicator: Indicator) -> bool:
    return any(name == indicator.id and not total.stated for (name, _unit), total in facts.totals.items())


def since_records_began(judgement: Judgement) -> tuple[str, ...]:
    """The footnote of totals that were never stated, where there is one."""
    facts = judgement.at.facts
    began = any(_began_with_an_increment(facts, i) for i in judgement.task.indicators)
    return (_("+ since records began: a total was never stated"),) if began else ()


def monthly(judgement: Judgement) -> Table:
    """The last ended month of each indicator that has monthly plans."""
    columns = (
        Column(_("Month")),
        Column(_("Indicator"), wraps_from=12),
        Column(_("Planned"), align="right"),
        Column(_("Actual"), align="right"),
        Column(_("Gap (points)"), align="right"),
    )
    rows = (
        (
            f"{m.ends:%Y-%m}",
            m.indicator.name,
            marked(amount(m.planned, m.indicator.unit), "monthly", m.indicator),
            _amount(m.actual, m.indicator, _("no figure")),
            "–" if m.gap is None else number(m.gap),
        )
        for m in judgement.at.months
    )
    return Table(columns, tuple(rows))
