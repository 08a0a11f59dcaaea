"""Everything typed in a year, line by line, kept and evaluated independently of the ledger."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from oracle import history
from oracle.history import Mapped

SAID = ("kind", "task", "on", "unit", "received", "milestone", "deadline", "ref", "note", "readings")


def said(line: Mapped) -> tuple[Any, ...]:
    """The fields of a line that the ledger must return unchanged."""
    given = {name: line.get(name) or None for name in SAID}
    readings = (line.get("readings") or {}).items()
    given["readings"] = tuple(sorted((name, text[:1] == "+", Fraction(text)) for name, text in readings))
    return tuple(given[name] for name in SAID)


class Journal:
    """The lines in the order of their entries; a line's number is that of its entry."""

    def __init__(self) -> None:
        self.lines: list[Mapped] = []

    def add(self, typed: Iterable[Mapped], recorded: Iterable[Mapped]) -> None:
        """Add typed lines; `recorded` is what the ledger has of them, which must be the same."""
        added = list(recorded)
        wanted, found = Counter(map(said, typed)), Counter(map(said, added))
        assert found == wanted, f"typed and not recorded: {wanted - found}, recorded and not typed: {found - wanted}"
        for line in added:
            assert line["seq"] == len(self.lines) + 1
            self.lines.append(line)

    def retracted(self) -> set[int]:
        return {line["ref"] for line in self.lines if line["kind"] == "retract"}

    def standing(self) -> list[Mapped]:
        """The unretracted lines, without retractions."""
        withdrawn = self.retracted()
        return [line for line in self.lines if line["kind"] != "retract" and line["seq"] not in withdrawn]

    def values(self, task: Mapped, day: date) -> dict[str, Fraction]:
        """The value of each series of a task as of a day, computed from the lines."""
        entries = history.standing(self.lines, task, day)
        series = [history.PERCENT, *task.get("indicators", [])]
        values = {one["id"]: history.total(entries, one) for one in series if not one.get("sum")}
        return {name: value for name, value in values.items() if value is not None}

    def reported(self, task: str, first: date, last: date) -> bool:
        """Whether a task was reported on in a week: an unretracted report is dated in it, or arrived late in it."""
        days = [
            day
            for line in self.standing()
            if line["task"] == task and line["kind"] in ("report", "reach", "done")
            for day in (line["on"], line.get("received") if line["on"] <= last.isoformat() else None)
        ]
        return any(first.isoformat() <= day <= last.isoformat() for day in days if day)
