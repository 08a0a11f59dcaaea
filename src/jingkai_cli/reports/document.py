"""A report as data: items for programs and sections for people, the same for every format."""

import re
from collections import UserList
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ..dates import written_out
from ..language import Language, in_use
from ..model import Head, Plan
from ..quantities import without_numbers
from ..text import with_chinese_marks

MARK = "*"
"""Stands beside every value that the plan does not confirm."""

CELL = 200
"""The characters that a list, or a single text, may take in a cell."""

Tone = Literal["red", "yellow", "green", "none"]


class About(Struct, frozen=True):
    """The head and foot of a report: its plan, its date, and the state of the ledger."""

    plan: str
    """The plan's title."""
    language: Language
    """The plan's: `zh` or `en`."""
    timezone: str
    as_of: date
    known_on: datetime | None
    head: Head | None
    """The ledger's; None of a report on several ledgers."""


class Toned(Struct, frozen=True):
    """A text with a lamp's colour; the text says the same in words."""

    text: str
    tone: Tone


Cell = str | Toned


class Column(Struct, frozen=True):
    """One column of a table for people. Where the page is too narrow, the highest `drop` goes first; 0 never goes."""

    title: str
    align: Literal["left", "right"] = "left"
    wraps_from: int | None = None
    """The width from which the column may wrap; None keeps it on one line."""
    drop: int = 0
    sentences: bool = False
    """Whether its cells are sentences, in which a Chinese screen writes dates out; other cells keep them in digits."""
    of_entries: bool = False
    """Whether its cells are numbers of entries, which paper leaves out."""
    joins: str = ""
    """The title of the column below whose cells its own stand on paper, where the table has many columns."""
    merged: bool = False
    """Whether an empty cell belongs to the one above it, with which Word shows it as one."""
    extra: bool = False
    """Whether a brief table has it only where the terminal is so wide that every other text stays whole beside it."""


class Table(Struct, frozen=True):
    """Rows of cells under columns. A cell may have several lines."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()
    """Of a brief table: below each row why, which may be cut, and whom to call, which may not."""
    by_hand: bool = False
    """Whether its empty cells are to be filled in by hand."""
    at_any_width: bool = False
    """Of a brief table: whether a wide terminal shows it too."""
    keeps_words: bool = False
    """Of a brief table: whether its texts wrap where others are cut; a text goes on over empty cells to its right."""
    keeps_columns: bool = False
    """Whether every column is shown; on a terminal that is too narrow a row is then a block of lines."""

    def short(self) -> "Table":
        """The same table with each line of a cell cut at `CELL` characters, for reports on a screen.

        The log, `jk show`, bulletins and letters print every word.
        """
        cells = (cell for column in zip(*self.rows, strict=True) for cell in {*column})  # equal ones are measured once
        long = {cell for cell in cells if len(cell if isinstance(cell, str) else cell.text) > CELL}
        return Table(self.columns, tuple([row if long.isdisjoint(row) else tuple(map(_cut, row)) for row in self.rows]))

    @property
    def without_blank_columns(self) -> "Table":
        """The same table without the columns that say nothing in any row, unless they are to be filled in by hand."""
        if self.by_hand:
            return self
        return self.only([place for place in range(len(self.columns)) if not self.is_blank(place)])

    def is_blank(self, place: int) -> bool:
        """Whether no cell of a column says anything."""
        cells = (row[place] for row in self.rows)
        return all((cell if isinstance(cell, str) else cell.text) in ("", "–") for cell in cells)

    @property
    def without_entries(self) -> "Table":
        """The same table without the columns of numbers of entries."""
        return self.only([place for place, column in enumerate(self.columns) if not column.of_entries])

    def without_column(self, place: int) -> "Table":
        """The same table without one of its columns."""
        return self.only([each for each in range(len(self.columns)) if each != place])

    def only(self, kept: Collection[int]) -> "Table":
        """The same table with some of its columns."""
        rows = tuple(tuple(row[place] for place in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[place] for place in kept), rows=rows)

    def worded(self, say: Callable[[str], str]) -> "Table":
        """The same table with every text of a cell as `say` writes it."""
        columns = tuple(replace(column, title=say(column.title)) for column in self.columns)
        return replace(self, columns=columns, rows=tuple(tuple(_worded(c, say) for c in row) for row in self.rows))

    def on_screen(self, say: Callable[[str], str]) -> "Table":
        """The same table with the sentences in its cells and below its rows as `say` writes them."""
        told = [column.sentences for column in self.columns]
        rows = self.rows
        if any(told):
            rows = tuple(tuple(_worded(c, say) if t else c for c, t in zip(row, told, strict=True)) for row in rows)
        return replace(self, rows=rows, notes=tuple((say(why), call) for why, call in self.notes))


class Section(Struct, frozen=True):
    """A heading (or none), lines of text, and a table (or none)."""

    title: str | None = None
    lines: tuple[str, ...] = ()
    table: Table | None = None
    drawn: bool = False
    """Whether the lines are a drawing in characters, which needs a font of fixed width."""
    slip: bool = False
    """Whether it is filled in and sent back; on paper it stands on a page of its own, below the signature."""
    brief: Callable[[], Table] | None = None
    """Makes the table of a narrow terminal, a line a row."""
    paper: Callable[[], Table] | None = None
    """Makes the table that stands on paper instead, where there is more room."""

    @property
    def with_whole_table(self) -> "Section":
        """The same without its brief table, and with every column of the other."""
        return replace(self, brief=None, table=self.table and replace(self.table, keeps_columns=True))

    def worded(self, say: Callable[[str], str]) -> "Section":
        """The same section for paper, with every text as `say` writes it; a drawing stays as it was drawn."""
        if self.drawn:
            return self
        shown = self.paper() if self.paper else self.table
        table = shown.without_entries.worded(say) if shown else None
        title = say(self.title) if self.title else None
        lines = tuple(map(say, self.lines))
        return replace(self, title=title, lines=lines, table=table, paper=None)

    def on_screen(self, say: Callable[[str], str]) -> "Section":
        """The same section for a screen, with heading and sentences as `say` writes them."""
        make = self.brief
        return replace(
            self,
            title=say(self.title) if self.title else None,
            lines=self.lines if self.drawn else tuple(map(say, self.lines)),
            table=self.table.on_screen(say) if self.table else None,
            brief=(lambda: make().on_screen(say)) if make else None,
        )


class Letterhead(Struct, frozen=True):
    """What an office prints around the sections of a bulletin or a letter (文头、版记)."""

    number: str
    """`第10期`, `经开督〔2016〕3号`."""
    issuer: str | None
    """Who signs; None where the plan does not say."""
    dated: date
    addressee: str | None = None
    """To whom a letter goes: it begins with the name and a colon."""
    send_to: tuple[str, ...] = ()
    """主送."""
    copy_to: tuple[str, ...] = ()
    """抄送."""
    masthead: str | None = None
    """What stands in red above a red line (发文机关标志); None where the plan says nothing."""
    beside: tuple[str, ...] = ()
    """What stands beside the number: the level of a letter, who approves it (签发人)."""
    attachment: str | None = None
    """The title of what is attached (附件)."""
    workbook: str | None = None
    """The title of a workbook with all items, which is sent as well."""
    contact: str | None = None
    """Whom to ask at the office that issues it (联系人)."""


class Items(UserList[Mapping[str, Any]]):
    """Items that are made on first access: a report for people never makes them."""

    def __init__(self, make: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        """Make the items by calling `make`."""
        self._make = make

    @cached_property
    def data(self) -> list[Mapping[str, Any]]:  # type: ignore[override]
        """The items."""
        return list(self._make())


class Document(Struct, frozen=True):
    """A report. `items` has the same fields in every item: the names in JSON, the columns in CSV."""

    kind: str
    about: About
    title: str
    fields: Mapping[str, str]
    """Name of each field of an item → its title in the reader's language."""
    items: Collection[Mapping[str, Any]]
    sections: tuple[Section, ...]
    summary: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    found: bool = False
    """Whether there is something that `--exit-code` reports."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """More of the JSON envelope."""
    importable: bool = False
    """Whether `jk import` can read its items back from CSV: then the lists in its cells are complete."""
    letterhead: Letterhead | None = None
    """Of what is sent as an office document; None for a report."""
    dates: Collection[Mapping[str, Any]] | None = None
    """The dates of its tasks for a calendar (`task_items.calendar_dates`); None where it lists no tasks."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Field with a name of its own → the usual field whose codes it has."""
    paper_title: str = ""
    """The title on paper, below that of the plan; empty where it is the same."""
    paper_summary: tuple[str, ...] = ()
    """The summary on paper, which a leader reads first; empty where it is the same."""
    paper_footnotes: tuple[str, ...] = ()
    """The footnotes on paper; empty where they are the same."""
    heard: Mapping[str, date] | None = None
    """Task → the day of its last report, a milestone reached included; None where that is not known."""
    late: Callable[[], Mapping[str, str]] | None = None
    """Makes late task → what is late of it, as its row on paper says; None where that is not known."""

    @property
    def on_paper(self) -> "Document":
        """The document for paper: in Chinese, dates are written out; nothing has the number of an entry.

        The lines of a report are sentences with a full stop, and its text has Chinese marks, but for the log.
        """

        def say(text: str) -> str:
            said = for_paper(text, self.about.as_of.year)
            return said if self.kind == "log" or in_use() != "zh" else with_chinese_marks(said)

        sections = tuple(section.worded(say) for section in self.sections)
        summary = tuple(map(say, self.paper_summary or self.summary))
        footnotes = tuple(_stopped(say(note)) for note in self.paper_footnotes or self.footnotes)
        if not any(MARK in text for section in sections for text in _texts(section)):  # nothing has the mark
            footnotes = tuple(note for note in footnotes if not note.startswith(MARK))
        if not self.letterhead:
            sections = tuple(s if s.drawn else replace(s, lines=tuple(map(_stopped, s.lines))) for s in sections)
            summary = tuple(map(_stopped, summary))
        title = say(for_paper(self.paper_title or self.title))
        return replace(self, title=title, sections=sections, summary=summary, footnotes=footnotes)

    @property
    def with_whole_tables(self) -> "Document":
        """The document without its brief tables: a narrow terminal shows every column too."""
        return replace(self, sections=tuple(section.with_whole_table for section in self.sections))

    @property
    def on_screen(self) -> "Document":
        """The document for a terminal: in Chinese, headings and sentences have their dates written out."""
        if in_use() != "zh":
            return self

        def say(text: str) -> str:
            if "jk " in text or len(text) <= _LONGEST_DATE:  # a command keeps its dates, and a date alone is a figure
                return text
            return written_out(text, self.about.as_of.year)

        return replace(
            self,
            title=written_out(self.title),
            sections=tuple(section.on_screen(say) for section in self.sections),
            summary=tuple(map(say, self.summary)),
            footnotes=tuple(map(say, self.footnotes)),
        )


class Scope(Struct, frozen=True):
    """The subject of every report of one run."""

    plan: Plan
    as_of: date
    known_on: datetime | None
    head: Head
    """The last entry that counts, printed as the anchor."""

    @property
    def about(self) -> About:
        """What of it is printed."""
        plan = self.plan
        return About(plan.title, plan.language, plan.timezone, self.as_of, self.known_on, self.head)


_LONGEST_DATE = len("2016-07-15*")


def for_paper(text: str, year: int | None = None) -> str:
    """A sentence for paper: no numbers of entries; in Chinese, dates written out, those of `year` without the year."""
    said = without_numbers(text).replace("｜", "；").replace(" | ", "; ")  # signs for screens
    return written_out(said, year) if in_use() == "zh" else said


def _texts(section: Section) -> Iterator[str]:
    """Every text of a section."""
    yield from section.lines
    for row in section.table.rows if section.table else ():
        yield from (cell if isinstance(cell, str) else cell.text for cell in row)


def _stopped(line: str) -> str:
    """A line with a capital and a full stop, unless it ends in a mark or is a numbered heading."""
    line = line[:1].upper() + line[1:] if in_use() == "en" else line
    if not line or line.endswith(tuple("。！？：；….!?:;")) or re.match(_NUMBERED, line):
        return line
    return f"{line}。" if in_use() == "zh" else f"{line}."


_NUMBERED = r"[（(]?[0-9一二三四五六七八九十]+[）)、.．](?!\d)"


def _worded(cell: Cell, say: Callable[[str], str]) -> Cell:
    return say(cell) if isinstance(cell, str) else Toned(say(cell.text), cell.tone)


def _cut(cell: Cell) -> Cell:
    text = cell if isinstance(cell, str) else cell.text
    said = "\n".join(line if len(line) <= CELL else f"{line[: CELL - 1]}…" for line in text.split("\n"))
    return said if isinstance(cell, str) else Toned(said, cell.tone)
