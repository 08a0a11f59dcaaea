"""The days and years that a sheet states itself: the map of last month, or the file of last year, is found by them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from ..date_reader import leading_date
from ..dates import month_of
from ..errors import Refused
from ..language import _
from .column_map import Columns
from .grid import Cell, Grid
from .plan_title import years_in
from .typed_cells import day

_UNTIL = re.compile("(?:截至|截止到?|统计至)(?:日期|时间)?[:：]?")

_OF_THE_PAPER = re.compile("(?:时间|日期)[:：]?[0-9年月日./\\s-]+")
"""When the sheet was filled in: 填报时间：2027年1月5日 may stand on the sheet of December 2026."""


def other_days(grid: Grid, columns: Columns, places: Mapping[str, int]) -> Iterator[tuple[Cell, str]]:
    """Each text above the table, or title of figures, that names another day than the map gives all rows (`on:`).

    Args:
        grid: the sheet.
        columns: its map.
        places: title → column.
    """
    if columns.on is None:
        return
    titles = (grid.cell(columns.header, places[title]) for title in columns.figure_titles())
    for cell in (*_above(grid, columns), *filter(None, titles)):
        day = _until(cell.text, columns.on.year)
        whole_month = day is not None and day == month_of(day).end and month_of(columns.on) == month_of(day)
        if day and day != columns.on and not whole_month:
            text = _("“{text}” is of {day}, and the map says on: {on}: correct the one that is wrong")
            yield cell, text.format(text=cell.text, day=day, on=columns.on)
    if found := other_year(grid, columns, columns.on.year):
        text = _("“{text}” is of {year}, and the map says on: {on}: correct the one that is wrong")
        yield found[0], text.format(text=found[0].text, year=found[1], on=columns.on)


def other_year(grid: Grid, columns: Columns, year: int | None) -> tuple[Cell, int] | None:
    """The text above the table that names a year, where every year that is named there comes before, or after, `year`.

    Args:
        grid: the sheet.
        columns: its map.
        year: that of the plan, or of the map's date.
    """
    named = [(cell, each) for cell in _above(grid, columns) for each in years_in(_OF_THE_PAPER.sub("", cell.text))]
    years = [each for _cell, each in named]
    if year is None or not years or min(years) <= year <= max(years):
        return None
    return named[0]


def day_of(grid: Grid, cell: Cell, year: int | None, other: tuple[Cell, int] | None) -> date:
    """The date in a cell.

    Args:
        grid: its sheet.
        cell: with a date.
        year: that of the plan, for a date that has none.
        other: what stands above the table of another year.

    Raises:
        Refused: as `typed_cells.day`; or the date has no year, and may be of either.
    """
    read = day(grid, cell, year)
    if other is None or day(grid, cell, other[1]) == read:
        return read
    text = _("'{text}' has no year: the plan is of {year}, and “{other}” ({place}) is not: write the year")
    raise Refused(text.format(text=cell.text, year=year, other=other[0].text, place=other[0].where))


def _above(grid: Grid, columns: Columns) -> Iterator[Cell]:
    """The texts above the header."""
    for row in sorted(grid.rows):
        if row < columns.first_header:
            yield from (cell for _column, cell in grid.own(row) if isinstance(cell.value, str))


def _until(text: str, year: int) -> date | None:
    """The day up to which a text says that its figures go; None where it says none."""
    for match in _UNTIL.finditer(text):
        try:
            found = leading_date(text[match.end() :], year)
        except Refused:
            continue
        if found:
            return found[0]
    return None
