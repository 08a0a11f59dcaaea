"""Which columns of a table in a workbook are printed, and the widths of columns with long texts or states."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..reports.document import Document
from .column_widths import across
from .task_rows import READ_FIRST

_READ_OF_ENTRIES = frozenset(("seq", "on", "by", "task", "task_title", "what", "note", "unit", "received"))
"""The columns of ledger entries that are printed; the sentence of an entry shows its kind."""
_READ_OF_PROBLEMS = frozenset(
    ("task", "task_title", "problem", "unit", "zone", "place", "shift", "opened_on", "due", "state", "days_overdue")
)
"""The columns of problems that are printed."""
_READ_OF = {"log": _READ_OF_ENTRIES, "problems": _READ_OF_PROBLEMS}
"""Kind of report → the columns that are printed, for reports that do not print all."""
_FOR_PROGRAMS = frozenset(("key", "prev_hash", "hash", "body", "recorded_at", "plan_sha256", "plan"))
"""Columns for programs, which are not printed."""
_DETAIL = re.compile(r"^problems_|_weight$|_judged$")
"""Columns of the assessment of units: problem statistics, and what points were computed from."""
_WIDE = 14
"""In tables with at least this many columns, columns that are not printed are grouped."""


_WIDTHS: Mapping[str, tuple[int, int]] = {
    "state": (6, 9),
    "reasons": (17, 24),
    "lost": (28, 36),
    "note": (14, 22),
}
"""Field → the least and the greatest width of its column, in Chinese characters, in a table wider than a page."""
_OF_MATTERS = {"what": (22, 27), "text": (22, 27), "title": (10, 19), "task_title": (10, 19), "group": (5, 9)}
"""The same for lists of action items, in which one column has all the text."""
_WIDTHS_OF: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "today": _OF_MATTERS,
    "handover": {**_OF_MATTERS, "title": (10, 22)},
    "agenda": {**_OF_MATTERS, "text": (20, 27), "task_title": (10, 22), "group": (7, 9)},
    "notice": _OF_MATTERS,
    "log": {"what": (14, 20), "task_title": (10, 19)},
}


def width_bounds(document: Document) -> dict[int, tuple[float, float]]:
    """Index of a column → its least and greatest width; other columns fit their content."""
    widths = {**_WIDTHS, **_WIDTHS_OF.get(document.kind, {})}
    return {
        place: (across(widths[name][0]), across(widths[name][1]))
        for place, name in enumerate(document.fields)
        if name in widths
    }


_SENTENCES = frozenset(("reasons", "what", "text", "lost", "overdue_milestones"))
"""The fields with sentences, whose lines are broken when the workbook is written."""


def sentence_columns(document: Document) -> list[int]:
    """The places of the columns of sentences; none in the log, which is evidence and stays as it was typed."""
    return [place for place, name in enumerate(document.fields) if document.kind != "log" and name in _SENTENCES]


def columns_to_group(document: Document, rows: Sequence[Sequence[Any]]) -> list[int]:
    """The numbers of the columns to group: blank ones and, in a wide table, those for programs.

    In a table of tasks, every column outside `READ_FIRST` is grouped too.
    """
    names = list(document.fields)
    blank = {place for place in range(len(names)) if rows and all(row[place] in (None, "") for row in rows)}
    if len(names) < _WIDE:
        return [place + 1 for place in blank]
    of_tasks = {"reasons", "overdue_milestones"} <= document.fields.keys()
    printed: Collection[str] = (
        READ_FIRST if of_tasks else [n for n in names if n not in _FOR_PROGRAMS and not _DETAIL.search(n)]
    )
    printed = _READ_OF.get(document.kind, printed)
    return [place + 1 for place, name in enumerate(names) if name not in printed or place in blank]
