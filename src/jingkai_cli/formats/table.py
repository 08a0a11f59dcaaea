"""Tables for a terminal: the columns that fit, line breaks by the rules of Chinese, and colours of lamps."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from msgspec.structs import replace
from rich import _wrap
from rich.console import Console
from rich.text import Text

from ..dates import official_date
from ..language import _, in_use
from ..reports.document import MARK, Cell, Column, Document, Section, Table
from ..text import one_line, pad, visible, width
from .heading import foot, head
from .line_breaks import (
    CLOSING,
    OPENING,
    WIDE,
    cut,
    cut_name,
    fit,
    natural_width,
    shown,
    tokens,
    unbreakable,
    wrap,
    wrap_indented,
)

# A word includes the blanks around it.
_WORD = re.compile(rf"\s*(?:[{OPENING}]*(?:[^\s{WIDE}{OPENING}{CLOSING}]+|[{WIDE}][,.;:!?)]*)[{CLOSING}]*|\S)\s*")


def break_chinese() -> None:
    """Patch Rich, which treats a Chinese sentence as one word, so that it moves to the next line or is cut off.

    Rich formats the help of the commands.
    """
    _wrap.re_word = _WORD
    Text.rstrip_end = _rstrip_end  # type: ignore[method-assign,assignment]


def _rstrip_end(text: Text, size: int) -> None:
    """Remove blanks beyond the width of a line. Rich counts characters instead of columns and would cut off a word."""
    beyond = text.cell_len - size
    blanks = len(text.plain) - len(text.plain.rstrip(" "))
    if beyond > 0 and blanks:
        text.right_crop(min(blanks, beyond))


_STYLES = {"red": "bold red", "yellow": "yellow", "green": "green", "none": "dim"}
"""Lamp → style, in the colours of the terminal's palette."""

_GUTTER = 2
"""Space between two columns of a table, in half-width characters."""

_WIDE_FROM = 120
"""The terminal width from which every column of a table fits; a narrower terminal gets the brief table."""

_EXTRAS_FROM = 100
"""The terminal width from which a brief table has extra columns and column titles."""

_WHOLE_NAME = 40
"""Names up to this width are not cut to make room for extra columns."""

_LEAST_BESIDE = 56
"""The width beside a brief table from which reasons are printed in its rows instead of below them."""

_WIDEST_TOKEN = 20
"""The width up to which a word stays whole; a longer one, such as a URL, may be broken."""

_LEAST_NOTE, _LONGEST_CALL = 20, 36
"""A telephone number is printed beside a reason that has at least the first width, if the number has at most the
second; otherwise the number has a line of its own."""


def show(document: Document, console: Console) -> None:
    """Print the document on a terminal."""
    for line in _lines(document, console.width):
        console.print(line, soft_wrap=True)


def render(document: Document) -> str:
    """Render without colours, 80 columns wide, for `-f table` to a file or a pipe."""
    return "".join(f"{line.plain}\n" for line in _lines(document, 80))


def _lines(document: Document, columns: int) -> Iterator[Text]:
    document = document.on_screen
    plan, *titles = head(document, official_date if in_use() == "zh" else None)
    yield from _texts(plan, columns, "bold")
    for title in titles:
        for line in [title] if width(title) <= columns else title.rsplit(" | ", 1):
            yield from _texts(line, columns)
    marked = ""
    for section in document.sections:
        for row in _section(section, columns):
            marked = MARK if MARK in row.plain else marked
            yield row
    noted = {column.note for each in document.sections if each.table for column in each.table.columns}
    for line in (line for line in foot(document, marked) if line not in noted):
        yield from _texts(line, columns, "dim")


def _section(section: Section, columns: int) -> Iterator[Text]:
    if section.title:
        yield Text("")
        yield from _texts(section.title, columns, "bold")
    for line in section.lines:
        yield from [Text(visible(line).rstrip())] if section.drawn else _texts(line, columns)
    brief = section.brief() if section.brief else None
    if brief and (brief.at_any_width or columns < _WIDE_FROM):
        yield from _brief(brief, columns)
    elif section.table:
        yield from _table(section.table, columns)


def _texts(text: str, columns: int, style: str = "") -> Iterator[Text]:
    for line in wrap_indented(visible(text), columns):
        yield Text(line, style)


def _table(table: Table, columns: int) -> Iterator[Text]:
    table = _with_whole_figures(table.without_blank_columns)
    rows, below = _sentences_below(table, columns)
    widths = fit(rows, columns, _GUTTER)
    fits = sum(widths.values()) + _GUTTER * (len(widths) - 1) <= columns
    if not fits or (table.keeps_columns and len(widths) < len(rows.columns)):
        for row in table.rows:
            yield from _block(table, row, columns)
        yield from _notes_on_columns(table.columns, columns)
        return
    yield from _header(rows, widths)
    indent = " " * (widths[min(widths)] + _GUTTER)
    for row, sentence in zip(rows.rows, below, strict=True):
        yield from _row(rows, row, widths)
        yield from (Text(indent + line) for line in wrap(sentence, columns - len(indent)) if line)
    yield from _notes_on_columns([rows.columns[place] for place in widths], columns)


def _notes_on_columns(shown_columns: Iterable[Column], columns: int) -> Iterator[Text]:
    for column in shown_columns:
        if column.note:
            yield from _texts(column.note, columns, "dim")


def _sentences_below(table: Table, columns: int) -> tuple[Table, list[str]]:
    """The table without its column of sentences, and those sentences, one for each row, to be printed below it.

    A table that fits, has no such column or may drop columns is returned unchanged, with empty sentences.
    """
    place = next((n for n, column in enumerate(table.columns) if column.sentences), None)
    whole = sum(natural_width(table, n) + _GUTTER for n in range(len(table.columns))) - _GUTTER <= columns
    if place is None or whole or not table.keeps_columns:
        return table, [""] * len(table.rows)
    return table.without_column(place), [shown(row[place]) for row in table.rows]


def _block(table: Table, row: tuple[Cell, ...], columns: int) -> Iterator[Text]:
    """Yield a row that is too wide for the terminal: name or number and title, then the other cells, labelled."""
    cells = [(column.title, cell) for column, cell in zip(table.columns, row, strict=True) if shown(cell)]
    named = 2 if len(cells) > 1 and table.columns[1].wraps_from is not None and table.columns[1].align == "left" else 1
    yield from _texts(" ".join(one_line(shown(cell)) for _title, cell in cells[:named]), columns, "bold")
    line = Text()
    for title, cell in cells[named:]:
        labelled = _("; ").join(shown(cell).split("\n"))
        labelled = _("{title}: {text}").format(title=title, text=labelled) if title else labelled
        if len(line) and width(line.plain) + _GUTTER + width(labelled) > columns:
            yield line
            line = Text()
        first, *others = wrap(labelled, columns - len(_BLOCK))
        line.append(" " * _GUTTER if len(line) else _BLOCK)
        line.append(first, "" if isinstance(cell, str) else _STYLES[cell.tone])
        if others:
            yield line
            yield from (Text(_BLOCK + other) for other in others)
            line = Text()
    if len(line):
        yield line


_BLOCK = "    "
"""The indent of a block after its first line."""


def _header(table: Table, widths: dict[int, int], columns: int = 0) -> Iterator[Text]:
    """Yield the column titles and a rule; nothing if no column has a title.

    If `columns` is given, notes are printed beside the rows up to that width, and they get a title too.
    """
    if any(column.title for column in table.columns):
        *above, last = _row(table, _bottom_aligned(table, widths), widths)
        if columns:
            last.append(" " * (sum(widths.values()) + _GUTTER * len(widths) - width(last.plain)) + _("Why"))
        yield from (*above, last)
        rule = "─" if width("─") == 1 else "-"
        yield Text(rule * max(columns, sum(widths.values()) + _GUTTER * (len(widths) - 1)))


def _bottom_aligned(table: Table, widths: dict[int, int]) -> tuple[Cell, ...]:
    """The column titles, aligned at the bottom."""
    lines = {index: wrap(table.columns[index].title, wide) for index, wide in widths.items()}
    tallest = max(map(len, lines.values()))
    titles = {index: "\n" * (tallest - len(title)) + "\n".join(title) for index, title in lines.items()}
    return tuple(titles.get(index, "") for index in range(len(table.columns)))


def _with_whole_figures(table: Table) -> Table:
    """The table with columns wide enough for each word of their titles, each date, figure and telephone number."""

    def whole(index: int, column: Column) -> Column:
        if column.wraps_from is None:
            return column
        figures = unbreakable(shown(row[index]) for row in table.rows)
        title = max(map(width, tokens(column.title)), default=0)
        return replace(column, wraps_from=max(column.wraps_from, title, min(_WIDEST_TOKEN, figures)))

    return replace(table, columns=tuple(whole(n, column) for n, column in enumerate(table.columns)))


def _row(table: Table, row: tuple[Cell, ...], widths: dict[int, int]) -> Iterator[Text]:
    cells = {index: wrap(shown(row[index]), wide) for index, wide in widths.items()}
    for n in range(max(map(len, cells.values()))):
        line = Text()
        for index, wide in widths.items():
            part = cells[index][n] if n < len(cells[index]) else ""
            _add(line, row[index], part, wide, table.columns[index].align)
            line.append(" " * _GUTTER)
        line.rstrip()
        yield line


def _add(line: Text, cell: Cell, part: str, wide: int, align: str) -> None:
    """Append part of a cell to a line, coloured and padded to the width of its column."""
    space = max(0, wide - width(part))
    before, after = (space, 0) if align == "right" else (0, space)
    line.append(" " * before)
    line.append(part, "" if isinstance(cell, str) else _STYLES[cell.tone])
    line.append(" " * after)


def _brief(table: Table, columns: int) -> Iterator[Text]:
    """Yield one line for each row, with long texts cut; a note follows below the row or beside it.

    If the table keeps its words, rows and notes take as many lines as they need.
    """
    table = _with_whole_figures(_with_extras(table.without_blank_columns, columns))
    widths = fit(table, columns, _GUTTER)
    used = sum(widths.values()) + _GUTTER * len(widths)
    before = takewhile(lambda n: table.columns[n].wraps_from is None, widths)
    beside = not table.keeps_words and columns >= _EXTRAS_FROM and columns - used >= _LEAST_BESIDE
    indent = " " * (used if beside else sum(widths[n] + _GUTTER for n in before))  # or below the first text of the row
    edge = columns if beside else min(columns, max(used, _EXTRAS_FROM))  # right edge of telephone numbers
    yield from _header(table, widths, columns if beside else 0)
    for row, note in zip(table.rows, table.notes, strict=True):
        if table.keeps_words:
            yield from _row(table, row, _running_on(row, widths))
            inner = f"{indent}{' ' * _GUTTER}"
            yield from (Text(inner + line) for line in wrap(visible(note[0]), columns - len(inner)) if line)
            continue
        line = Text()
        for index, wide in widths.items():
            part = cut_name(one_line(shown(row[index])), wide)
            _add(line, row[index], part, wide, table.columns[index].align)
            line.append(" " * _GUTTER)
        below = list(_note(note, indent, edge if note[1] else columns))
        if beside and below:
            line.append(below.pop(0).plain[len(indent) :])
        line.rstrip()
        yield line
        yield from below


def _running_on(row: tuple[Cell, ...], widths: dict[int, int]) -> dict[int, int]:
    """The widths of the cells of a row; a cell extends over the empty cells to its right."""
    found: dict[int, int] = {}
    for index, wide in widths.items():
        if shown(row[index]) or not found:
            found[index] = wide
        else:
            found[next(reversed(found))] += _GUTTER + wide
    return found


def _with_extras(table: Table, columns: int) -> Table:
    """The table with the wide columns that fit without narrowing the others; if none does, without column titles."""
    extras = sorted(
        (n for n, column in enumerate(table.columns) if column.shown == "wide"), key=lambda n: table.columns[n].drop
    )
    if not extras:
        return table
    own = [n for n, column in enumerate(table.columns) if column.shown == "always"]
    if table.keeps_words or columns >= _EXTRAS_FROM:
        natural = [natural_width(table, n) for n in range(len(table.columns))]
        whole = [min(_WHOLE_NAME, n) if c.wraps_from else n for n, c in zip(natural, table.columns, strict=True)]
        while extras and sum(whole[n] + _GUTTER for n in (*own, *extras)) - _GUTTER > columns:
            extras.pop()
        if extras or table.keeps_words:
            return table.only(sorted((*own, *extras)))
    bare = table.only([n for n, column in enumerate(table.columns) if column.shown != "wide"])
    return replace(bare, columns=tuple(replace(column, title="") for column in bare.columns))


def _note(note: tuple[str, str], indent: str, columns: int) -> Iterator[Text]:
    """Yield the lines below a row: the reason, each of its lines cut to two, and a telephone number beside the first.

    The line beside a telephone number is not counted.
    """
    why, call = note[0], one_line(note[1])
    room = columns - len(indent)
    beside = room - width(call) - _GUTTER
    if call and (beside < _LEAST_NOTE or width(call) > _LONGEST_CALL):
        yield from (Text(indent + line) for line in _cut_lines(why, room))
        yield Text(indent + call)
    elif call:
        first_line, _break, rest = why.partition("\n")
        first = wrap(one_line(first_line), beside)[0]
        others = _cut_lines(f"{one_line(first_line)[len(first) :].strip()}\n{rest}", room)
        yield Text(f"{indent}{pad(first, beside - width(first) + _GUTTER, 'left')}{call}")
        yield from (Text(indent + line) for line in others)
    else:
        yield from (Text(indent + line) for line in _cut_lines(why, room))


_MOST_LINES = 2
"""The most terminal lines that one line of a note takes: two, so that a date or a name at its end is not cut off."""


def _cut_lines(text: str, columns: int) -> list[str]:
    found = []
    for line in filter(None, map(one_line, text.split("\n"))):
        wrapped = wrap(line, columns)
        rest = line[len(wrapped[0]) :].strip()
        found += wrapped if len(wrapped) <= _MOST_LINES else [wrapped[0], cut(rest, columns)]
    return found
