"""The sums of a programme (汇总指标) for people: each sum in a sentence with its parts, and what is missing."""

from collections.abc import Sequence
from decimal import Decimal

from ..language import _
from ..quantities import amount
from ..rules.programme_totals import Share, Totalled
from .wording import abridged


def total_line(total: Totalled) -> str:
    """`Investment: at least 3.3亿元 (1 1.2亿元, 2 2.1亿元); missing 4.2 …`: the sum over the tasks of one plan."""
    name = total.total.name
    parts = [(_share(share, name), share.value) for share in total.shares if share.value is not None]
    return sum_line(name, total.total.unit, total.value, parts, [_share(share, name) for share in total.missing])


def _share(share: Share, total: str) -> str:
    """Where a part of a sum comes from: the task, and its indicator where that is called otherwise than the sum."""
    if share.indicator.name == total:
        return _("task {task}").format(task=share.task.id)
    return f"{share.task.id} {share.indicator.name}"


def sum_line(
    name: str, unit: str, value: Decimal | None, parts: Sequence[tuple[str, Decimal]], missing: Sequence[str]
) -> str:
    """A sum with the parts that make it up; "at least" where `missing` names what was not reported.

    Args:
        name: of the total.
        unit: of `value` and of every part.
        value: the sum; None where nothing was reported.
        parts: what each brings, with its name.
        missing: the names of what brings nothing yet.
    """
    if value is None:
        return _("{name}: no figure").format(name=name)
    text = _("{name}: at least {value} ({parts})") if missing else _("{name}: {value} ({parts})")
    listed = abridged([f"{part} {amount(brought, unit)}" for part, brought in parts], _(", "))
    line = text.format(name=name, value=amount(value, unit), parts=listed)
    return line + _("; missing {names}").format(names=abridged(missing, _(", "))) if missing else line
