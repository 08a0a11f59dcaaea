"""Finds figures that a file repeats: units send last week's rows again, and each increment would count twice."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct, field

from ..language import _
from ..ledger.entries import Selection
from ..ledger.protocol import Reader
from ..model import Entry, Reading, Task
from ..quantities import enumeration, number
from .grid import Where

Figure = tuple[str, date, str | None, str, str | None, Decimal, bool]
"""Task, date, reporting unit, series, unit of the share, amount, whether it is an increment."""


def figures(entry: Entry) -> Iterator[Figure]:
    """The figures of a report, each with all by which it is the same as another."""
    for name, reading in entry.readings.items():
        yield entry.task, entry.on, entry.unit, name, reading.unit, reading.value, reading.added


class Repeated(Struct):
    """Finds figures that a ledger had before a file was imported, and increments that a file has twice."""

    ledger: Reader
    before: int
    """The number of the last entry before the import."""
    _known: dict[str, dict[int, int]] = field(default_factory=dict)
    """Task → hash of a figure → the number of the entry that has it."""
    _seen: dict[int, Where] = field(default_factory=dict)

    def recorded_as(self, entry: Entry, task: Task) -> tuple[int, ...]:
        """The numbers of the entries that have the figures of a report: one for each that is recorded already."""
        known = self._known.get(task.id)
        if known is None:
            known = self._known[task.id] = self._of_task(task)
        return tuple(known[key] for key in map(hash, figures(entry)) if key in known)

    def faults(self, entry: Entry, task: Task, where: Where, recorded: tuple[int, ...]) -> Iterator[str]:
        """Why a row would count something twice.

        Args:
            entry: the report in the row.
            task: its task.
            where: the row.
            recorded: what `recorded_as` says of it.
        """
        yield from self._twice(entry, task, where)
        there = {one for seq in recorded if (found := self.ledger.entry(seq)) for one in _amounts(found.entry)}
        again = [one for one in _amounts(entry) if one in there and one[-1]]
        if again:
            text = _(
                "{figures} is recorded already ({numbers}), and would count twice: leave it out of this row "
                "(--again records it)"
            )
            said = enumeration(increment(task, name, entry.readings[name]) for name, *_rest in again)
            yield text.format(figures=said, numbers=enumeration(f"#{seq}" for seq in dict.fromkeys(recorded)))

    def _twice(self, entry: Entry, task: Task, where: Where) -> Iterator[str]:
        """Say of each increment where the file has it before."""
        for one in figures(entry):
            if not one[-1]:
                continue
            first = self._seen.setdefault(hash(one), where)
            if first != where:
                text = _(
                    "{figure} of {day} is already in {place}: it would count twice (delete one of the rows; "
                    "--again records both)"
                )
                said = {"figure": increment(task, one[3], entry.readings[one[3]]), "day": entry.on}
                place = first if isinstance(first, str) else _("line {number}").format(number=first)
                yield text.format(**said, place=place)

    def _of_task(self, task: Task) -> dict[int, int]:
        selection = Selection(tasks=frozenset({task.id, *task.formerly}), until_seq=self.before)
        known: dict[int, int] = {}
        for recorded in self.ledger.entries(selection) if self.before else ():
            if recorded.entry.kind == "report":
                for one in figures(recorded.entry):
                    known[hash((task.id, *one[1:]))] = recorded.seq
        gone = self.ledger.retracted_by(sorted(set(known.values())))
        return {key: seq for key, seq in known.items() if seq not in gone}


def _amounts(entry: Entry) -> list[tuple[str, str | None, Decimal, bool]]:
    return [(name, reading.unit, reading.value, reading.added) for name, reading in entry.readings.items()]


def increment(task: Task, name: str, reading: Reading) -> str:
    """An increment in words: `建成车位 +60个`."""
    indicator = task.indicator(name)
    if indicator is None:
        return f"+{number(reading.value)}%"
    return f"{indicator.name} +{number(reading.value)}{indicator.unit}"
