"""The total of a series as of a date, by seeks in the derived readings alone.

A task that had another id has its readings under both ids. They are one history by (`on`, `seq`), and still nothing is
folded: the total is the latest one stated under any id, and what the running totals of the others grew since then.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ..facts import Total
from .derived import EXACT, Rows

END = 2**63 - 1
"""After every entry of a day."""

TOTALS = """
SELECT s.task, s.name, s.unit, r.on_date, r.seq, r.total, r.since
FROM series s CROSS JOIN readings r
WHERE r.task = s.task AND r.name = s.name AND r.unit = s.unit
 AND (r.on_date, r.seq) = (
   SELECT l.on_date, l.seq FROM readings l
   WHERE l.task = s.task AND l.name = s.name AND l.unit = s.unit AND l.on_date <= ?
   ORDER BY l.on_date DESC, l.seq DESC LIMIT 1)
 AND s.task {which}"""
"""The total of every series of these tasks as of a date. CROSS JOIN: SQLite must not begin with the readings."""

_LAST = """
SELECT r.on_date, r.seq, r.total, r.since, coalesce(e.on_date, '')
FROM readings r LEFT JOIN entries e ON e.seq = r.since
WHERE r.task = ? AND r.name = ? AND r.unit = ? AND (r.on_date, r.seq) <= (?, ?)
ORDER BY r.on_date DESC, r.seq DESC LIMIT 1"""
_NEXT = """
SELECT on_date, seq FROM readings
WHERE task = ? AND name = ? AND unit = ? AND on_date > ?
ORDER BY on_date, seq LIMIT 1"""


def total_at(rows: Rows, tasks: Sequence[str], name: str, unit: str, place: tuple[str, int]) -> Total | None:
    """The total of one series, which may stand under several ids, after its last reading up to `place` (on, seq)."""
    last = {task: found[0] for task in tasks if (found := rows(_LAST, (task, name, unit, *place)))}
    if not last:
        return None
    if len(tasks) == 1:
        ((on, seq, total, since, _since_on),) = last.values()
        return Total(Decimal(total), date.fromisoformat(on), seq, stated=since > 0)
    stated_on, stated = max((since_on, since) for _on, _seq, _total, since, since_on in last.values())
    value = Decimal(0)
    for task, (_on, _seq, total, since, _since_on) in last.items():
        value = EXACT.add(value, Decimal(total))
        if since != stated and (before := rows(_LAST, (task, name, unit, stated_on, stated))):
            value = EXACT.subtract(value, Decimal(before[0][2]))
    on, seq = max((on, seq) for on, seq, *_rest in last.values())
    return Total(value, date.fromisoformat(on), seq, stated=stated > 0)


def next_total(rows: Rows, tasks: Sequence[str], name: str, unit: str, on: date) -> Total | None:
    """The total after the first reading of a series that speaks about a day after `on`."""
    found = [place for task in tasks for place in rows(_NEXT, (task, name, unit, on.isoformat()))]
    return total_at(rows, tasks, name, unit, min(found)) if found else None
