"""The sums of the programme (汇总指标) for people: each sum in a sentence with its parts, and what is missing."""

from collections.abc import Iterator

from ..language import _
from ..quantities import amount
from ..rules.programme_totals import Totalled
from .wording import abridged


def total_lines(totals: list[Totalled]) -> Iterator[str]:
    """`Investment: at least 3.3亿元 (1 1.2亿元, 2 2.1亿元); missing 4.2 …`: a line for each total."""
    for each in totals:
        unit = each.total.unit
        if each.value is None:
            yield _("{name}: no figure").format(name=each.total.name)
            continue
        known = [share for share in each.shares if share.value is not None]
        parts = abridged(
            [f"{s.task.id} {s.indicator.name} {amount(s.value, unit)}" for s in known if s.value is not None], _(", ")
        )
        text = _("{name}: at least {value} ({parts})") if each.missing else _("{name}: {value} ({parts})")
        said = text.format(name=each.total.name, value=amount(each.value, unit), parts=parts)
        if each.missing:
            names = abridged([f"{share.task.id} {share.indicator.name}" for share in each.missing], _(", "))
            said += _("; missing {names}").format(names=names)
        yield said
