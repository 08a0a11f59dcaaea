"""What happened in a period: the tasks before it and at its end, and what was recorded of it."""

from dataclasses import dataclass
from datetime import date, timedelta

from ..ledger import Reader
from ..ledger.selection import Selection
from ..model import Plan, Recorded
from . import Survey, survey


@dataclass(frozen=True, slots=True)
class Course:
    """Two surveys and the standing entries between them, all of one state."""

    before: Survey
    now: Survey
    entries: tuple[Recorded, ...]


def course(ledger: Reader, plan: Plan, start: date, as_of: date) -> Course:
    """What happened from `start` to `as_of`, both days included, by the dates that the entries speak about."""
    before = survey(ledger, plan, start - timedelta(days=1))
    return Course(before, survey(ledger, plan, as_of), _standing(ledger, Selection(since=start, until=as_of)))


def course_since(ledger: Reader, earlier: Reader, plan: Plan, start: date, as_of: date) -> Course:
    """What came to be known since an earlier state of the ledger: late entries about days before `start` too."""
    before = survey(earlier, plan, start - timedelta(days=1))
    selection = Selection(after_seq=earlier.head().seq, until=as_of)
    return Course(before, survey(ledger, plan, as_of), _standing(ledger, selection))


def _standing(ledger: Reader, selection: Selection) -> tuple[Recorded, ...]:
    entries = [recorded for recorded in ledger.entries(selection) if recorded.entry.kind != "retract"]
    retracted = ledger.retracted_by([recorded.seq for recorded in entries])
    return tuple(recorded for recorded in entries if recorded.seq not in retracted)
