"""Charts in characters for a terminal: a progress bar, curves, a time line, a sparkline.

They use block characters, or ASCII on terminals that draw block characters two columns wide.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ..dates import official_date
from ..text import width

WIDTH, HEIGHT = 60, 10
"""The size of the field in which curves are drawn, in characters."""

FULL = 100.0

Curve = Callable[[date], float | None]
"""Returns a percentage as of a date, or None if there is none."""


class Marks(NamedTuple):
    """The characters of the charts."""

    done: str
    half: str
    rest: str
    mark: str
    """Where the progress should be, or the as-of date."""
    planned: str
    hidden: str
    """Planned progress within the actual progress."""
    levels: str
    """From the lowest to the highest."""
    finish: str
    span: str


_BLOCKS = Marks("█", "▌", "─", "│", "·", "▓", "▁▂▃▄▅▆▇█", "◆", "─")
_ASCII = Marks("#", "-", "-", "|", ".", ".", "_.-:=+*#", "F", "-")


def marks() -> Marks:
    """The characters for this terminal."""
    return _BLOCKS if width("█") == 1 else _ASCII


def bar(actual: float | None, planned: float | None, columns: int = 40) -> str:
    """Progress as a bar, with a mark at the planned progress.

    >>> bar(50.0, 75.0, 8), bar(None, None, 4)
    ('████──│─', '────')
    """
    use = marks()
    filled = min(FULL, max(0.0, actual or 0.0)) / FULL * columns
    cells = [use.done] * int(filled) + [use.half] * (filled % 1 >= 0.5)  # noqa: PLR2004 - half a character
    cells += [use.rest] * (columns - len(cells))
    if planned is not None:
        cells[min(columns - 1, round(max(0.0, planned) / FULL * columns))] = use.mark
    return "".join(cells)


AXIS = 2
"""The number of lines at the end of a drawing of curves that are its axis."""


def curves(  # noqa: PLR0913, PLR0917 - what is drawn
    start: date,
    end: date,
    as_of: date,
    planned: Curve,
    actual: Curve,
    outlook: tuple[date, date] | None = None,
) -> tuple[str, ...]:
    """Draw the actual percentage from start to end as columns, the planned one as dots, and a line at the as-of date.

    `outlook` is the forecast finish and its later bound (four in five are done by then), drawn at 100 %.
    """
    use, days = marks(), max(1, (end - start).days)
    dates = [start + timedelta(days=round(days * column / (WIDTH - 1))) for column in range(WIDTH)]
    today = _column(start, days, as_of)
    rows = [[" "] * WIDTH for _ in range(HEIGHT)]
    for column, day in enumerate(dates):
        _fill(rows, column, actual(as_of if column == today else day) if day <= as_of or column == today else None, use)
        if column == today:
            for row in rows:
                row[column] = use.mark if row[column] == " " else row[column]
        _dot(rows, column, planned(day), use)
    if outlook:
        _finish(rows[0], start, days, outlook, use)
    labels = {0: "100%", HEIGHT // 2: " 50%"}
    drawn = [f"{labels.get(n, ''):4} {''.join(row)}".rstrip() for n, row in enumerate(rows)]
    first, last = official_date(start), official_date(end)
    foot = [f"{'  0%'} {use.rest * WIDTH}", f"     {first}{' ' * (WIDTH - width(first) - width(last))}{last}"]
    return (*drawn, *foot)


def _finish(row: list[str], start: date, days: int, outlook: tuple[date, date], use: Marks) -> None:
    likely, late = outlook
    first, last = _column(start, days, likely), _column(start, days, late)
    for column in range(min(first, WIDTH - 1), min(last, WIDTH - 1) + 1):
        row[column] = use.span
    row[min(first, WIDTH - 1)] = use.finish


def sparkline(values: Sequence[int], most: int) -> str:
    """Counts as columns of one character each; `most` is the greatest possible count.

    >>> sparkline([0, 2, 4], 4)
    '▁▅█'
    """
    levels = marks().levels
    return "".join(levels[round(value / max(1, most) * (len(levels) - 1))] for value in values)


def time_line(start: date, end: date, as_of: date, marked: Sequence[tuple[date, str]], columns: int = 24) -> str:
    """A line from start to end with its marks, and `|` at the as-of date.

    >>> time_line(date(2016, 1, 1), date(2016, 12, 31), date(2016, 7, 1), [(date(2016, 3, 31), "x")], 12)
    '---x-|------'
    """
    days = max(1, (end - start).days)
    cells = ["-"] * columns
    for day, mark in [(as_of, "|"), *marked]:
        column = round((day - start).days / days * (columns - 1))
        if 0 <= column < columns:
            cells[column] = mark
    return "".join(cells)


def _fill(rows: list[list[str]], column: int, percent: float | None, use: Marks) -> None:
    """Fill a column from the bottom up to a percentage, in eighths of a character."""
    if percent is None:
        return
    levels = len(use.levels)
    eighths = round(max(0.0, min(FULL, percent)) / FULL * HEIGHT * levels)
    whole, rest = divmod(eighths, levels)
    for n in range(whole):
        rows[HEIGHT - 1 - n][column] = use.done
    if rest and whole < HEIGHT:
        rows[HEIGHT - 1 - whole][column] = use.levels[rest - 1]


def _dot(rows: list[list[str]], column: int, percent: float | None, use: Marks) -> None:
    if percent is not None:
        row = rows[min(HEIGHT - 1, HEIGHT - 1 - int(max(0.0, min(FULL - 0.01, percent)) / FULL * HEIGHT))]
        row[column] = use.hidden if row[column] == use.done else use.planned


def _column(start: date, days: int, day: date) -> int:
    return round((day - start).days / days * (WIDTH - 1))
