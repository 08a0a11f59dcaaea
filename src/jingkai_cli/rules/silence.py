"""Reporting periods: a unit reports each week by a weekday; a whole one without a report is silence (未按时报送)."""

from datetime import date, timedelta

from ..thresholds import WEEKDAYS, Rules

WEEK = 7


def last_period_end(as_of: date, rules: Rules) -> date:
    """The day on which the last whole reporting period ended: on the day itself a report may still come.

    >>> last_period_end(date(2016, 7, 15), Rules(report_by="wed"))
    datetime.date(2016, 7, 13)
    >>> last_period_end(date(2016, 7, 13), Rules(report_by="wed"))
    datetime.date(2016, 7, 6)
    """
    back = (as_of.weekday() - WEEKDAYS.index(rules.report_by)) % WEEK
    return as_of - timedelta(days=back or WEEK)


def missed_periods(start: date, last_received: date | None, as_of: date, rules: Rules) -> int:
    """How many whole reporting periods in a row, up to the last one, ended without a report received.

    A report that came in after the last period's end ends the silence. A period before the task's start does not count.
    """
    end = last_period_end(as_of, rules)
    heard = max(last_received or date.min, start - timedelta(days=1))
    return max(0, (end - heard).days // WEEK)
