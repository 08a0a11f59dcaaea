"""Reporting periods, of a week each: when they end, and how many a task missed."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from ..dates import Period
from ..thresholds import WEEKDAYS, Rules, Weekday

WEEK = 7


def last_period_end(as_of: date, rules: Rules) -> date:
    """The last day of the last whole reporting period; a period that ends on `as_of` itself is not over.

    >>> last_period_end(date(2016, 7, 15), Rules(report_by="wed"))
    datetime.date(2016, 7, 13)
    >>> last_period_end(date(2016, 7, 13), Rules(report_by="wed"))
    datetime.date(2016, 7, 6)
    """
    return _last_period_end(as_of, rules.report_by)


@lru_cache(maxsize=16)
def _last_period_end(as_of: date, report_by: Weekday) -> date:
    back = (as_of.weekday() - WEEKDAYS.index(report_by)) % WEEK
    return as_of - timedelta(days=back or WEEK)


def next_report_by(day: date, rules: Rules) -> date:
    """The next reporting day after a day.

    >>> next_report_by(date(2016, 3, 13), Rules(report_by="wed"))
    datetime.date(2016, 3, 16)
    """
    return day + timedelta(days=(WEEKDAYS.index(rules.report_by) - day.weekday() - 1) % WEEK + 1)


def period_ends(span: Period, rules: Rules) -> Iterator[date]:
    """The last days of the reporting periods that end within a span of days.

    >>> [day.day for day in period_ends(Period("2016-03", date(2016, 3, 1), date(2016, 3, 31)), Rules(report_by="wed"))]
    [2, 9, 16, 23, 30]
    """
    first = span.start + timedelta(days=(WEEKDAYS.index(rules.report_by) - span.start.weekday()) % WEEK)
    return (first + timedelta(days=days) for days in range(0, (span.end - first).days + 1, WEEK))


def missed_periods(start: date, last_received: date | None, as_of: date, rules: Rules) -> int:
    """How many whole reporting periods in a row, up to the last one, ended without a report received.

    A report that came in after the last period's end ends the silence. A period before the task's start does not count.
    """
    end = last_period_end(as_of, rules)
    if last_received is None or last_received < start:
        return max(0, ((end - start).days + 1) // WEEK)
    return max(0, (end - last_received).days // WEEK)
