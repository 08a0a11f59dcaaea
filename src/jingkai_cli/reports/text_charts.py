"""Charts in characters for a terminal: a bar of progress, planned and actual curves, a time line."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

WIDTH, HEIGHT = 60, 10
"""Characters of the field in which curves are drawn."""

FULL = 100.0

Curve = Callable[[date], float | None]
"""A percentage as of a date; None where nothing can be said."""


def bar(actual: float | None, planned: float | None, columns: int = 40) -> str:
    """Progress as a bar: `#` what is done, `|` where it should be.

    >>> bar(50.0, 75.0, 8)
    '[####..|.]'
    """
    done = round(min(FULL, actual or 0.0) / FULL * columns)
    cells = ["#" if cell < done else "." for cell in range(columns)]
    if planned is not None:
        cells[min(columns - 1, round(planned / FULL * columns))] = "|"
    return f"[{''.join(cells)}]"


def curves(start: date, end: date, as_of: date, planned: Curve, actual: Curve) -> tuple[str, ...]:
    """The planned (`.`) and actual (`*`) percentage from start to end; `|` is the as-of date."""
    days = max(1, (end - start).days)
    dates = [start + timedelta(days=round(days * column / (WIDTH - 1))) for column in range(WIDTH)]
    today = _column(start, days, as_of)
    rows = [[" "] * WIDTH for _ in range(HEIGHT + 1)]
    for column, day in enumerate(dates):
        if column == today:
            for row in rows:
                row[column] = "|"
        _dot(rows, column, planned(day), ".")
        _dot(rows, column, actual(day) if day <= as_of else None, "*")
    if 0 <= today < WIDTH:
        _dot(rows, today, actual(as_of), "*")
    labels = [f"{FULL * (HEIGHT - n) / HEIGHT:3.0f}" if n % 5 == 0 else "   " for n in range(HEIGHT + 1)]
    drawn = [f"{label} {''.join(row)}".rstrip() for label, row in zip(labels, rows, strict=True)]
    return (*drawn, f"    {start}{end.isoformat():>{WIDTH - len(start.isoformat())}}")


def time_line(start: date, end: date, as_of: date, marks: Sequence[tuple[date, str]], columns: int = 24) -> str:
    """A line from start to end with its marks, and `|` at the as-of date.

    >>> time_line(date(2016, 1, 1), date(2016, 12, 31), date(2016, 7, 1), [(date(2016, 3, 31), "x")], 12)
    '---x--|-----'
    """
    days = max(1, (end - start).days)
    cells = ["-"] * columns
    for day, mark in [(as_of, "|"), *marks]:
        column = round((day - start).days / days * (columns - 1))
        if 0 <= column < columns:
            cells[column] = mark
    return "".join(cells)


def _dot(rows: list[list[str]], column: int, percent: float | None, mark: str) -> None:
    if percent is not None:
        rows[HEIGHT - round(max(0.0, min(FULL, percent)) / FULL * HEIGHT)][column] = mark


def _column(start: date, days: int, day: date) -> int:
    return round((day - start).days / days * (WIDTH - 1))
