"""What became known since a day, by the order of recording: what `jk today` is about."""

from contextlib import closing
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..dates import day_ends
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger, Reader
from ..ledger.replay import up_to
from ..model import Plan, Recorded
from .survey import PeriodSurvey, standing, survey, survey_period


class _Known(NamedTuple):
    """One state of the ledger."""

    survey: PeriodSurvey
    first: int
    """The last entry that was recorded before the period."""
    backdated: bool
    """Whether something was recorded since about days before the period, so that these look different now."""


def survey_recorded(ledger: Ledger, plan: Plan, start: date, as_of: date) -> PeriodSurvey:
    """Survey what became known from the day `start` to the end of `as_of`.

    On a past morning, what was recorded after it counts by its own date.

    Args:
        ledger: all that is known.
        plan: its tasks and its time zone.
        start: the first day.
        as_of: the date of the report.
    """
    found = ledger.read(lambda reader: _known(reader, plan, start, as_of))
    if not found.backdated:
        return found.survey
    with closing(up_to(ledger, found.first)) as earlier:
        return found.survey._replace(before=survey(earlier, plan, start - timedelta(days=1)))


def _known(reader: Reader, plan: Plan, start: date, as_of: date) -> _Known:
    zone = ZoneInfo(plan.timezone)
    first, last = (reader.last_by(day_ends(day, zone)) for day in (start - timedelta(days=1), as_of))
    entries = list(reader.entries(Selection(after_seq=first, until_seq=last)))
    backdated = reader.head().seq == last and any(_is_backdated(recorded, start, first) for recorded in entries)
    entries += reader.entries(Selection(after_seq=last, since=start, until=as_of))
    said = standing(reader, [recorded for recorded in entries if recorded.entry.on <= as_of])
    return _Known(survey_period(reader, plan, start, as_of)._replace(entries=said), first, backdated)


def _is_backdated(recorded: Recorded, start: date, known: int) -> bool:
    """Whether an entry is about a day before `start`, or retracts one of the entries up to `known`."""
    entry = recorded.entry
    return entry.on < start or (entry.kind == "retract" and (entry.ref or 0) <= known)
