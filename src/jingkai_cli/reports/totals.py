"""Programme totals (汇总指标) in words: each with its parts and what is missing."""

from collections.abc import Sequence
from decimal import Decimal

from ..language import _, ngettext
from ..quantities import amount, enumeration
from ..rules.programme_totals import Share, Totalled
from .reason_wording import abridged, numbered


def total_line(total: Totalled) -> str:
    """`Investment: at least 3.3亿元 (1 1.2亿元, 2 2.1亿元); missing 4.2 …`: the total over the tasks of one plan."""
    name = total.total.name
    parts = [(_share(share, name), share.value) for share in total.shares if share.value is not None]
    missing = [_share(share, name) for share in total.missing]
    missing_text = _("; missing {names}").format(names=abridged(missing, _(", "))) if missing else ""
    return sum_line(name, total.total.unit, total.value, parts, missing_text)


def _share(share: Share, total: str) -> str:
    """The source of a part: the task, and its indicator if its name differs from that of the total."""
    task = _("task {task}").format(task=share.task.id)
    return task if share.indicator.name == total else f"{task} {share.indicator.name}"


def total_on_paper(total: Totalled) -> str:
    """`完成投资累计至少23.1亿元（9项任务已报送），1项未报送：9.架空线缆入地`: the total, for paper."""
    name, unit = total.total.name, total.total.unit
    if total.value is None:
        return _("{name}: no figure").format(name=name)
    missing = dict.fromkeys(numbered(share.task) for share in total.missing)
    reported = len({share.task.id for share in total.shares if share.value is not None})
    text = (
        ngettext(
            "{name}: at least {value} from {count} task; not reported: {missing}",
            "{name}: at least {value} from {count} tasks; not reported: {missing}",
            reported,
        )
        if missing
        else ngettext("{name}: {value} from {count} task", "{name}: {value} from {count} tasks", reported)
    )
    return text.format(name=name, value=amount(total.value, unit), count=reported, missing=enumeration(missing))


def total_of_period(now: Totalled, before: Decimal | None) -> str:
    """`完成投资本期新增0.6亿元，累计23.1亿元（1项未报送）`."""
    name, unit = now.total.name, now.total.unit
    if now.value is None:
        return _("{name}: nothing reported yet").format(name=name)
    new = now.value - (before or 0)
    missing = len({share.task.id for share in now.missing})
    to_date = (_("at least {total} to date") if missing else _("{total} to date")).format(total=amount(now.value, unit))
    text = _("{name}: {amount} in this period, {to_date}") if new else _("{name}: {to_date}")
    text_now = text.format(name=name, amount=amount(new, unit), to_date=to_date)
    if missing:
        text = ngettext("{said} ({count} task not reported)", "{said} ({count} tasks not reported)", missing)
        text_now = text.format(said=text_now, count=missing)
    return text_now


def sum_line(name: str, unit: str, value: Decimal | None, parts: Sequence[tuple[str, Decimal]], missing: str) -> str:
    """A total with its parts; "at least" if `missing` is not empty.

    Args:
        name: the name of the total.
        unit: the unit of `value` and of every part.
        value: the total; None if nothing was reported.
        parts: name and value of each part.
        missing: a clause about what was not reported; empty if nothing is missing.
    """
    if value is None:
        return _("{name}: no figure").format(name=name)
    text = _("{name}: at least {value} ({parts})") if missing else _("{name}: {value} ({parts})")
    listed = abridged(
        [_("{part} {amount}").format(part=part, amount=amount(brought, unit)) for part, brought in parts], _(", ")
    )
    return text.format(name=name, value=amount(value, unit), parts=listed) + missing
