"""What became known since a day, by the order of recording, for `jk today`.

While the clock is behind the last entry, each new entry gets the time of that entry, which is not when it was recorded
(`jk check` lists such runs). The order of a run's entries and the dates that they are about then decide which of them
belong to the period: no entry was recorded before an entry with a lower number.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import groupby, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from ..dates import day_ends
from ..facts import NOTHING, TaskFacts
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger, Reader
from ..ledger.replay import up_to
from ..model import PROGRAMME, UNREADABLE, Plan, Recorded
from .survey import PeriodSurvey, survey_changes, survey_to_compare
from .task_facts import standing

_TICK = timedelta(microseconds=1)
"""The resolution of recording times."""

_DAY = timedelta(days=1)


class RecordedSurvey(NamedTuple):
    """What became known in a period."""

    survey: PeriodSurvey
    passed_over: tuple[int, ...]
    """The numbers of entries whose time is in the period although, by their dates, they were recorded before it."""
    programme: TaskFacts
    """The facts of the programme as a whole."""


class _Known(Struct, frozen=True):
    """What became known in a period, from one state of the ledger."""

    survey: PeriodSurvey
    first: int
    """The number of the last entry recorded before the period."""
    backdated: bool
    """Whether entries of the period change what was known about the days before it."""
    passed_over: tuple[int, ...]
    programme: TaskFacts


class _Period(Struct, frozen=True):
    """The days that a report is about, and their limits by recording time."""

    start: date
    as_of: date
    known: date
    """The day of the last recording before the period; `date.min` if there is none."""
    first: int
    """The number of the last entry whose recording time is before the period."""
    last: int
    """The number of the last entry whose recording time is not after the period."""


def survey_recorded(ledger: Ledger, plan: Plan, start: date, as_of: date) -> RecordedSurvey:
    """Survey what became known from the day `start` to the end of `as_of`.

    If `as_of` is in the past, entries recorded later count by their own dates.

    Args:
        ledger: the ledger with all entries.
        plan: gives the tasks and the time zone.
        start: the first day.
        as_of: the date of the report.
    """
    found = ledger.read(lambda reader: _survey_known(reader, plan, start, as_of))
    if not found.backdated:
        return RecordedSurvey(found.survey, found.passed_over, found.programme)
    with closing(up_to(ledger, found.first)) as earlier:
        before = survey_to_compare(earlier, plan, start - _DAY)
    return RecordedSurvey(replace(found.survey, before=before), found.passed_over, found.programme)


def _survey_known(reader: Reader, plan: Plan, start: date, as_of: date) -> _Known:
    period = _period(reader, ZoneInfo(plan.timezone), start, as_of)
    first, last = period.first, period.last
    entries = {recorded.seq: recorded for recorded in reader.entries(Selection(after_seq=first, until_seq=last))}
    passed_over = _passed_over(period, entries.values())
    later = [*reader.entries(Selection(after_seq=last, since=start, until=as_of))]
    ahead = _dated_ahead(reader, period, later)
    entries |= {recorded.seq: recorded for recorded in (*later, *ahead)}
    if passed_over:
        first = max(passed_over)
    elif ahead and first == last:
        first = ahead[0].seq - 1
    listed = [entries[seq] for seq in sorted(entries.keys() - set(passed_over))]
    end = ahead[-1].seq if ahead else last
    backdated = reader.head().seq == end and any(_is_backdated(recorded, start, first) for recorded in listed)
    recorded_entries = standing(reader, [recorded for recorded in listed if recorded.entry.on <= as_of])
    found = PeriodSurvey(*survey_changes(reader, plan, start - _DAY, as_of), recorded_entries)
    programme = reader.facts(as_of, tasks=[PROGRAMME]).get(PROGRAMME, NOTHING)
    return _Known(found, first, backdated, tuple(passed_over), programme)


def _period(reader: Reader, zone: ZoneInfo, start: date, as_of: date) -> _Period:
    first, last = (reader.last_by(day_ends(day, zone)) for day in (start - _DAY, as_of))
    previous = reader.entry(first)
    readable = previous and previous.entry.kind != UNREADABLE
    known = previous.recorded_at.astimezone(zone).date() if previous and readable else date.min
    return _Period(start, as_of, known, first, last)


def _is_backdated(recorded: Recorded, start: date, known: int) -> bool:
    """Whether an entry is about a day before `start`, or retracts an entry with a number up to `known`."""
    entry = recorded.entry
    return entry.on < start or (entry.kind == "retract" and (entry.ref or 0) <= known)


def _passed_over(period: _Period, entries: Iterable[Recorded]) -> list[int]:
    """The entries whose time is in the period, but which were recorded before it, as the dates in their run show.

    They are the entries up to the last one about a day between the last recording before the period and its eve: the
    clock of such a run was ahead. A report about the eve itself is normal, whatever the clock.
    """
    found: list[int] = []
    for _time, run in groupby(entries, lambda recorded: recorded.recorded_at):
        _first, *others = run
        before = [*takewhile(lambda recorded: recorded.entry.on < period.start, others)]
        days = [recorded.entry.on for recorded in before]
        ends = max((n for n, day in enumerate(days, 1) if period.known <= day < period.start - _DAY), default=0)
        found += [recorded.seq for recorded in before[:ends]]
    return found


def _dated_ahead(reader: Reader, period: _Period, later: Iterable[Recorded]) -> list[Recorded]:
    """The entries whose time is after the period, but which were recorded in it, as their place in the ledger shows.

    Args:
        reader: one state of the ledger.
        period: the days.
        later: the entries about these days whose time is after them.
    """
    found: list[Recorded] = []
    begun = period.last > period.first  # entries after one of the period are not from before it
    for head, dated, end in _runs(reader, later):
        begin = head if begun else _first_of_period(reader, period, head, dated)
        after = reader.entries(Selection(after_seq=dated, until_seq=end, since=period.as_of + _DAY))
        until = min((recorded.seq for recorded in after), default=end + 1) - 1
        found += reader.entries(Selection(after_seq=begin - 1, until_seq=until))
        begun = True
    return found


def _runs(reader: Reader, entries: Iterable[Recorded]) -> Iterator[tuple[int, int, int]]:
    """For each run of equal times with any of the entries: its first number, that of their first, its last number.

    The first entry of a run has its own clock time and does not count as one of the entries.
    """
    for time, run in groupby(entries, lambda recorded: recorded.recorded_at):
        seqs = [recorded.seq for recorded in run]
        previous = reader.entry(seqs[0] - 1)
        if len(seqs) > 1 or (previous and previous.recorded_at == time):
            head = reader.last_by(time - _TICK) + 1
            yield head, next(seq for seq in seqs if seq > head), reader.last_by(time)


def _first_of_period(reader: Reader, period: _Period, head: int, dated: int) -> int:
    """The number of the first entry of a run that was not recorded before the period.

    Args:
        reader: one state of the ledger.
        period: the days.
        head: the number of the first entry of the run.
        dated: the number of its first entry that is about the period.
    """
    selection = Selection(after_seq=head, until_seq=dated - 1, since=period.known, until=period.start - _DAY, last=1)
    return max((recorded.seq + 1 for recorded in reader.entries(selection)), default=head)
