"""The derived tables as they are compared: each by its key, and read in that order."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .derived import PAGE, Rows, marks


class Layout(NamedTuple):
    """The columns of a table: those of its key, and the others."""

    key: tuple[str, ...]
    others: tuple[str, ...] = ()


TABLES: Mapping[str, Layout] = {
    "tasks": Layout(("task",)),
    "series": Layout(("task", "name", "unit")),
    "readings": Layout(("task", "name", "unit", "on_date", "seq"), ("added", "value", "total", "since")),
    "reports": Layout(("task", "on_date", "seq"), ("received", "recorded_at")),
    "events": Layout(("task", "on_date", "seq"), ("kind", "subject", "until", "basis")),
}
"""Every derived table."""

_ROWS = "SELECT {columns} FROM {table}{after} ORDER BY {key} LIMIT ?"
_AFTER = " WHERE ({key}) > ({marks})"


def pages(rows: Rows, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a derived table in the order of its key."""
    key, others = TABLES[table]
    names = ", ".join(key)
    after = _AFTER.format(key=names, marks=marks(len(key)))
    first, further = (
        _ROWS.format(columns=", ".join((*key, *others)), table=table, after=place, key=names) for place in ("", after)
    )
    page = rows(first, (PAGE,))
    while page:
        yield from page
        page = rows(further, (*page[-1][: len(key)], PAGE))
