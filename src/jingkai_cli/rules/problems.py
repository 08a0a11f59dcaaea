"""Problems (问题) and their life: open (交办) → fixed (报整改) → verified (核验销号), or sent back (退回重办)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ..facts import Event

ProblemState = Literal["open", "fixed", "verified"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was found, with a unit and a date to put it right (限期整改), as of a date."""

    seq: int
    """The entry that opened it, and the number by which it is known."""
    task: str
    title: str
    responsible: str
    zone: str | None
    shift: str | None
    opened_on: date
    deadline: date
    state: ProblemState = "open"
    fixed_on: date | None = None
    fixed_seq: int | None = None
    verified_on: date | None = None
    returned: int = 0
    """How often it was sent back."""

    def days_overdue(self, as_of: date) -> int:
        """Days past its date while nobody has reported it fixed; the day itself is not overdue."""
        return max(0, (as_of - self.deadline).days) if self.state == "open" else 0


def fold(events: Iterable[Event]) -> tuple[Problem, ...]:
    """The problems of a task from its standing events, ordered by (`on`, `seq`); in the order of their opening."""
    found: dict[int, Problem] = {}
    for event in events:
        entry = event.entry
        if event.kind == "problem" and entry and event.until:
            found[event.seq] = Problem(
                seq=event.seq,
                task=entry.task,
                title=entry.note or "",
                responsible=entry.responsible or "",
                zone=entry.zone,
                shift=entry.shift,
                opened_on=event.on,
                deadline=event.until,
            )
            continue
        number = int(event.subject) if event.subject and event.subject.isdecimal() else 0
        if number not in found:
            continue
        problem = found[number]
        match event.kind:
            case "fix":
                found[number] = replace(problem, state="fixed", fixed_on=event.on, fixed_seq=event.seq)
            case "verify":
                found[number] = replace(problem, state="verified", verified_on=event.on)
            case "reopen":
                again = problem.returned + 1
                found[number] = replace(
                    problem, state="open", fixed_on=None, fixed_seq=None, verified_on=None, returned=again
                )
            case _:
                pass
    return tuple(found.values())
