"""Reporting weeks: when they end, by when their report must be in, and how many a task missed.

A week ends on `rules.week_ends`; its report must be in by the next `rules.report_by` after that. The unit form, the
bulletin, the reason `silent` and the assessment all use these weeks.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from ..dates import Period
from ..facts import TaskFacts
from ..kinds import kind_of
from ..thresholds import WEEKDAYS, Rules

WEEK = 7
_DAY = timedelta(days=1)


class Week(NamedTuple):
    """A reporting week; both days are inclusive."""

    first: date
    last: date
    report_by: date
    """The day by which its report must be in."""


def last_week_due(as_of: date, rules: Rules) -> Week:
    """The last week whose report is due: its `report_by` is before `as_of`.

    >>> last_week_due(date(2016, 7, 14), Rules()).last  # a Thursday; the report was due on Wednesday
    datetime.date(2016, 7, 10)
    >>> last_week_due(date(2016, 7, 13), Rules()).last
    datetime.date(2016, 7, 3)
    """
    return _last_week_due(as_of, rules.week_ends, rules.report_by)


@lru_cache  # called for each silent task
def _last_week_due(as_of: date, week_ends: str, report_by: str) -> Week:
    lag = _days_to_report(week_ends, report_by)
    day = as_of - timedelta(days=lag + 1)
    return _week(day - timedelta(days=(day.weekday() - WEEKDAYS.index(week_ends)) % WEEK), lag)


def weeks_due(span: Period, rules: Rules) -> Iterator[Week]:
    """Yield the weeks whose report must be in on a day of the span, so that each week belongs to one month.

    >>> march = Period("2016-03", date(2016, 3, 1), date(2016, 3, 31))
    >>> [week.report_by.day for week in weeks_due(march, Rules())]
    [2, 9, 16, 23, 30]
    """
    lag = _days_to_report(rules.week_ends, rules.report_by)
    due = span.start + timedelta(days=(WEEKDAYS.index(rules.report_by) - span.start.weekday()) % WEEK)
    while due <= span.end:
        yield _week(due - timedelta(days=lag), lag)
        due += timedelta(days=WEEK)


def next_report_by(day: date, rules: Rules) -> date:
    """The first reporting day after a day.

    >>> next_report_by(date(2016, 3, 13), Rules(report_by="wed"))
    datetime.date(2016, 3, 16)
    """
    return day + timedelta(days=(WEEKDAYS.index(rules.report_by) - day.weekday() - 1) % WEEK + 1)


def last_received_on(facts: TaskFacts) -> date | None:
    """The day of the last report on a task: that of its receipt if the report states it, else its own date."""
    if not facts.events:  # most tasks have only reports
        return facts.last_received
    days = [facts.last_received, *(event.on for event in facts.events if kind_of(event.kind).is_report)]
    return max(filter(None, days), default=None)


def missed_periods(start: date, last_received: date | None, as_of: date, rules: Rules) -> int:
    """The number of weeks, up to the last one whose report is due, that began after anything was last received.

    A week that began before `start` does not count.

    Args:
        start: the day from which reports are expected.
        last_received: the day on which something was last received (`last_received_on`).
        as_of: the date of the report.
        rules: the weekdays of the plan.
    """
    first = last_week_due(as_of, rules).first
    if last_received and last_received >= first:  # most tasks: skip the computation
        return 0
    silent_from = max(start - _DAY, last_received or date.min)
    return -((silent_from - first).days // WEEK) if silent_from < first else 0


def _week(last: date, lag: int) -> Week:
    return Week(last - timedelta(days=WEEK - 1), last, last + timedelta(days=lag))


def _days_to_report(week_ends: str, report_by: str) -> int:
    """The days from the end of a week to the day by which its report must be in, from 1 to 7."""
    return (WEEKDAYS.index(report_by) - WEEKDAYS.index(week_ends) - 1) % WEEK + 1
