"""The state of a ledger, computed from all its lines, independent of the ledger's tables and of `kinds/lifecycle.py`.

A line is a mapping with the fields of an import file, and with `seq` and `recorded_at`.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Mapped = dict[str, Any]
"""A plan, task, milestone, indicator or line as in a file, with dates as text."""

SQUARE_METRES = {"平方米": Fraction(1), "万平方米": Fraction(10_000), "亩": Fraction(2000, 3), "公顷": Fraction(10_000)}
YUAN = {"元": Fraction(1), "万元": Fraction(10_000), "亿元": Fraction(100_000_000)}


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(23, 59, 59, 999_999), ZoneInfo(zone))


def known(lines: Iterable[Mapped], moment: datetime | None) -> list[Mapped]:
    """The lines that had been recorded by a moment."""
    return [line for line in lines if moment is None or line["recorded_at"] <= moment]


def standing(lines: Iterable[Mapped], task: Mapped, day: date) -> list[Mapped]:
    """The unretracted lines of a task up to a day, under all of its ids, ordered by (on, seq)."""
    everything = list(lines)
    withdrawn = {line["ref"] for line in everything if line["kind"] == "retract"}
    names = {task["id"], *task.get("formerly", [])}
    mine = [
        line
        for line in everything
        if line["task"] in names
        and line["kind"] != "retract"
        and line["seq"] not in withdrawn
        and day_of(line["on"]) <= day
    ]
    return sorted(mine, key=lambda line: (line["on"], line["seq"]))


def amount(text: str, unit: str) -> tuple[bool, Fraction]:
    """Parse a reading such as `+900亩` or `80%以上`: is it an increment, and its value in the indicator's unit."""
    match = re.search(r"^(\+?)[^\d-]*(-?[\d.]+)(?:余|多)?([^\d余以左]*)", text)
    assert match, text
    value = Fraction(match[2])
    given = match[3].strip("%")
    if given and given != unit:
        scale = SQUARE_METRES if given in SQUARE_METRES else YUAN
        value *= scale[given] / scale[unit]
    return match[1] == "+", value


def total(entries: Iterable[Mapped], indicator: Mapped) -> Fraction | None:
    """The value of an indicator: the latest stated total plus later increments, summed over units with shares."""
    shares: dict[str, Fraction] = {}
    for entry in entries:
        whose = entry.get("unit", "") if indicator.get("per_unit") == "true" else ""
        for name, text in entry.get("readings", {}).items():
            if name in (indicator["id"], indicator["name"]):
                adds, value = amount(text, indicator.get("unit", ""))
                shares[whose] = shares.get(whose, Fraction(0)) + value if adds else value
    return sum(shares.values(), Fraction(0)) if shares else None


PERCENT = {"id": "percent", "name": "percent", "unit": "%"}


def finished(entries: Iterable[Mapped]) -> tuple[bool, bool]:
    """Whether a task is done, and whether it is accepted: accepting needs done, reopening cancels both."""
    done = accepted = False
    for entry in entries:
        if entry["kind"] == "done":
            done = True
        elif entry["kind"] == "accept":
            accepted = accepted or done
        elif entry["kind"] == "reopen" and not entry.get("ref"):
            done = accepted = False
    return done, accepted


def problems(entries: Iterable[Mapped]) -> list[Mapped]:
    """The problems that are judged: a split problem is replaced by its parts, which are major if it is.

    Each has `id` (its number), `deadline` (the day by which it must be fixed), `open` and `major`.
    """
    found: dict[int, Mapped] = {}
    for entry in entries:
        about = found.get(entry.get("ref") or 0)
        if entry["kind"] == "problem":
            whole = found.get(entry.get("part_of") or 0, {})
            whole["split"] = True
            major = "severity" in entry or whole.get("major", False)
            found[entry["seq"]] = {"id": entry["seq"], "deadline": entry["deadline"], "open": True, "major": major}
        elif about and entry["kind"] in ("fix", "verify", "reopen"):
            about["open"] = entry["kind"] == "reopen"
    return [problem for problem in found.values() if not problem.get("split")]


def reached(entries: Iterable[Mapped], milestone: Mapped) -> bool:
    return any(e["kind"] == "reach" and e["milestone"] == milestone["id"] for e in entries)


def reached_on(entries: Iterable[Mapped], milestone: Mapped) -> date | None:
    """The day of the first `reach` entry; entries are ordered."""
    days = (day_of(e["on"]) for e in entries if e["kind"] == "reach" and e["milestone"] == milestone["id"])
    return next(days, None)


def done_on(entries: Iterable[Mapped]) -> date | None:
    """The day of the report that a task is done, unless it was reopened after it."""
    day = None
    for entry in entries:
        if entry["kind"] == "done":
            day = day_of(entry["on"])
        elif entry["kind"] == "reopen" and not entry.get("ref"):
            day = None
    return day


def reading_days(entries: Iterable[Mapped]) -> list[date]:
    """The days of readings, each once, in order."""
    return sorted({day_of(e["on"]) for e in entries if e["kind"] == "report" and e.get("readings")})


def deadline(entries: Iterable[Mapped], thing: Mapped, milestone: str | None) -> date:
    """The deadline in force: that of the last approved extension; an oral extension has no effect."""
    days = [thing["deadline"]] + [
        e["deadline"]
        for e in entries
        if e["kind"] == "extend" and e.get("milestone") == milestone and e["basis"] != "oral"
    ]
    return day_of(days[-1])


def last_report_on(entries: Iterable[Mapped]) -> date | None:
    return max((day_of(e["on"]) for e in entries if e["kind"] == "report"), default=None)


def last_received(entries: Iterable[Mapped], day: date) -> date | None:
    """The day on which the last report was received, up to a day: its `received`, else its own date.

    A milestone reached and a completion are reports too, received on their date.
    """
    came = [
        day_of(str(e.get("received", e["on"])) if e["kind"] == "report" else e["on"])
        for e in entries
        if e["kind"] in ("report", "reach", "done")
    ]
    return max((d for d in came if d <= day), default=None)
