"""A report as data: items for programs and sections for people, the same for every format."""

import re
from collections import UserList
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ..dates import written_out
from ..language import Language, in_use
from ..model import Head, Plan
from ..quantities import without_numbers
from ..text import with_chinese_marks

MARK = "*"
"""Printed beside every value that the plan does not confirm."""

CELL = 200
"""The most characters of a list, or of a line of text, in a cell."""

Tone = Literal["red", "yellow", "green", "none"]


class About(Struct, frozen=True):
    """The head and foot of a report: the title, language and time zone of its plan, its date, the ledger's state."""

    plan: str
    language: Language
    timezone: str
    as_of: date
    known_on: datetime | None
    head: Head | None
    """The ledger's head; None for a report on several ledgers."""


class Toned(Struct, frozen=True):
    """A text in the colour of a lamp; the text has the same meaning without the colour."""

    text: str
    tone: Tone


Cell = str | Toned


class Column(Struct, frozen=True):
    """A column of a table for people. On a narrow page the highest `drop` is left out first; 0 is always shown."""

    title: str
    align: Literal["left", "right"] = "left"
    wraps_from: int | None = None
    """The least width to which the column may be narrowed by wrapping; None keeps it on one line."""
    drop: int = 0
    sentences: bool = False
    """Whether its cells are sentences, in which a Chinese screen writes dates out; other cells keep dates in digits."""
    of_entries: bool = False
    """Whether its cells are entry numbers, which are left out on paper."""
    joins: str = ""
    """The title of the column below whose cells this column is stacked on paper, if the table has many columns."""
    merged: bool = False
    """Whether an empty cell belongs to the cell above it; Word merges them."""
    shown: Literal["always", "wide", "narrow"] = "always"
    """When a brief table has it: `wide` if all other text stays whole beside it, `narrow` if no wide one is shown."""
    note: str = ""
    """The footnote on its figures, which a terminal prints only if it shows the column."""


class Table(Struct, frozen=True):
    """Rows of cells under columns. A cell may have several lines."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()
    """For a brief table: below each row a reason, which may be cut, and a contact, which may not."""
    by_hand: bool = False
    """Whether its empty cells are to be filled in by hand."""
    at_any_width: bool = False
    """For a brief table: whether a wide terminal shows it too."""
    keeps_words: bool = False
    """For a brief table: whether its texts wrap instead of being cut; a text extends over empty cells to its right."""
    keeps_columns: bool = False
    """Whether every column is shown; on a terminal that is too narrow, each row becomes a block of lines."""

    def short(self) -> "Table":
        """The table with each line of a cell cut at `CELL` characters, for reports on a screen.

        The log, `jk show`, bulletins and letters print every word.
        """
        cells = (cell for column in zip(*self.rows, strict=True) for cell in {*column})  # equal cells are measured once
        long = {cell for cell in cells if len(cell if isinstance(cell, str) else cell.text) > CELL}
        return Table(self.columns, tuple([row if long.isdisjoint(row) else tuple(map(_cut, row)) for row in self.rows]))

    @property
    def without_blank_columns(self) -> "Table":
        """The table without blank columns, unless they are to be filled in by hand."""
        if self.by_hand:
            return self
        return self.only([place for place in range(len(self.columns)) if not self.is_blank(place)])

    def is_blank(self, place: int) -> bool:
        """Whether every cell of a column is empty or a dash."""
        cells = (row[place] for row in self.rows)
        return all((cell if isinstance(cell, str) else cell.text) in ("", "–") for cell in cells)

    @property
    def without_entries(self) -> "Table":
        """The table without the columns of entry numbers."""
        return self.only([place for place, column in enumerate(self.columns) if not column.of_entries])

    def without_column(self, place: int) -> "Table":
        """The table without one of its columns."""
        return self.only([each for each in range(len(self.columns)) if each != place])

    def only(self, kept: Collection[int]) -> "Table":
        """The table with only the columns at the indexes `kept`."""
        rows = tuple(tuple(row[place] for place in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[place] for place in kept), rows=rows)

    def worded(self, edit: Callable[[str], str]) -> "Table":
        """The table with the text of every title and cell passed through `edit`."""
        columns = tuple(replace(column, title=edit(column.title)) for column in self.columns)
        return replace(self, columns=columns, rows=tuple(tuple(_worded(c, edit) for c in row) for row in self.rows))

    def on_screen(self, edit: Callable[[str], str], mark: Callable[[str], str]) -> "Table":
        """The table with sentences and notes passed through `edit`, other cells through `mark`."""
        edits = [edit if column.sentences else mark for column in self.columns]
        rows = tuple(tuple(_worded(c, e) for c, e in zip(row, edits, strict=True)) for row in self.rows)
        return replace(self, rows=rows, notes=tuple((edit(why), call) for why, call in self.notes))


class Section(Struct, frozen=True):
    """A heading (or none), lines of text, and a table (or none)."""

    title: str | None = None
    lines: tuple[str, ...] = ()
    table: Table | None = None
    drawn: bool = False
    """Whether the lines are a drawing in characters, which needs a monospaced font."""
    slip: bool = False
    """Whether it is filled in and sent back; on paper it has a page of its own after the signature."""
    brief: Callable[[], Table] | None = None
    """Makes the table for a narrow terminal, one line per row."""
    paper: Callable[[], Table] | None = None
    """Makes the table for paper, if it differs."""

    @property
    def with_whole_table(self) -> "Section":
        """The section without its brief table, and with every column of its table."""
        return replace(self, brief=None, table=self.table and replace(self.table, keeps_columns=True))

    def worded(self, edit: Callable[[str], str]) -> "Section":
        """The section for paper, with every text passed through `edit`; a drawing is unchanged."""
        if self.drawn:
            return self
        shown = self.paper() if self.paper else self.table
        table = shown.without_entries.worded(edit) if shown else None
        title = edit(self.title) if self.title else None
        return replace(self, title=title, lines=tuple(map(edit, self.lines)), table=table, paper=None)

    def on_screen(self, edit: Callable[[str], str], mark: Callable[[str], str]) -> "Section":
        """The section for a screen: see `Table.on_screen`."""
        make, title = self.brief, edit(self.title) if self.title else None
        lines = self.lines if self.drawn else tuple(map(edit, self.lines))
        table = self.table.on_screen(edit, mark) if self.table else None
        brief = (lambda: make().on_screen(edit, mark)) if make else None
        return replace(self, title=title, lines=lines, table=table, brief=brief)


class Letterhead(Struct, frozen=True):
    """What an office prints around the sections of a bulletin or a letter (文头、版记)."""

    number: str
    """`第10期`, `经开督〔2016〕3号`."""
    issuer: str | None
    """Who signs; None if the plan does not say."""
    dated: date
    addressee: str | None = None
    """The addressee of a letter, which begins with this name and a colon."""
    send_to: tuple[str, ...] = ()
    """主送."""
    copy_to: tuple[str, ...] = ()
    """抄送."""
    masthead: str | None = None
    """The text in red above a red line (发文机关标志); None if the plan has none."""
    beside: tuple[str, ...] = ()
    """Texts beside the number: the level of a letter, who approves it (签发人)."""
    attachment: str | None = None
    """The title of the attachment (附件)."""
    workbook: str | None = None
    """The title of a workbook with all items that is attached as well."""
    contact: str | None = None
    """The contact at the issuing office (联系人)."""


class Items(UserList[Mapping[str, Any]]):
    """Items that are made on first access; a report for people never makes them."""

    def __init__(self, make: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        """Store `make`, which is called on first access."""
        self._make = make

    @cached_property
    def data(self) -> list[Mapping[str, Any]]:  # type: ignore[override]
        """The items."""
        return list(self._make())


class Document(Struct, frozen=True):
    """A report. Every item has the same `fields`: the names in JSON, the columns in CSV."""

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
    """Whether it contains anything that `--exit-code` reports."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Additional fields of the JSON envelope."""
    importable: bool = False
    """Whether `jk import` can read its items back from CSV; the lists in its cells are then complete."""
    letterhead: Letterhead | None = None
    """The letterhead of an office document; None for a report."""
    dates: Collection[Mapping[str, Any]] | None = None
    """The dates of its tasks for a calendar (`tasks_csv.calendar_dates`); None if it lists no tasks."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Field of this report → the standard field whose codes it uses."""
    paper_title: str = ""
    """The title on paper, below that of the plan; empty if it is the same."""
    paper_summary: tuple[str, ...] = ()
    """The summary on paper, which a leader reads first; empty if it is the same."""
    paper_footnotes: tuple[str, ...] = ()
    """The footnotes on paper; empty if they are the same."""
    last_reports: Mapping[str, date] | None = None
    """Task id (in an overview `district/id`) → day of its last report, milestones included; None if not known."""
    late: Callable[[], Mapping[str, str]] | None = None
    """Makes id of a late task → what is late of it, as in its row on paper; None if not known."""

    @property
    def on_paper(self) -> "Document":
        """The document for paper: without entry numbers and, in Chinese, with dates written out.

        The lines of a report become sentences with full stops. Chinese text gets Chinese marks, except in the log.
        """
        edit = partial(for_paper if self.kind == "log" else as_printed, year=self.about.as_of.year)
        sections = tuple(section.worded(edit) for section in self.sections)
        summary = tuple(map(edit, self.paper_summary or self.summary))
        footnotes = tuple(stopped(edit(note)) for note in self.paper_footnotes or self.footnotes)
        if not any(MARK in text for section in sections for text in _texts(section)):  # nothing has the mark
            footnotes = tuple(note for note in footnotes if not note.startswith(MARK))
        if not self.letterhead:
            sections = tuple(s if s.drawn else replace(s, lines=tuple(map(stopped, s.lines))) for s in sections)
            summary = tuple(map(stopped, summary))
        title = edit(for_paper(self.paper_title or self.title))
        return replace(self, title=title, sections=sections, summary=summary, footnotes=footnotes)

    @property
    def with_whole_tables(self) -> "Document":
        """The document without its brief tables, so that a narrow terminal shows every column."""
        return replace(self, sections=tuple(section.with_whole_table for section in self.sections))

    @property
    def on_screen(self) -> "Document":
        """The document for a terminal: in Chinese with the marks of Chinese and, in headings and sentences, its dates.

        The log and commands stay as they were typed.
        """
        if in_use() != "zh":
            return self

        mark: Callable[[str], str] = str if self.kind == "log" else with_chinese_marks

        def edit(text: str) -> str:
            is_kept = "jk " in text or len(text) <= _LONGEST_DATE  # a command, or a date alone
            return text if is_kept else mark(written_out(text, self.about.as_of.year))

        return replace(
            self,
            title=written_out(self.title),
            sections=tuple(section.on_screen(edit, mark) for section in self.sections),
            summary=tuple(map(edit, self.summary)),
            footnotes=tuple(map(edit, self.footnotes)),
        )


class Scope(Struct, frozen=True):
    """The subject of all reports of one run."""

    plan: Plan
    as_of: date
    known_on: datetime | None
    head: Head
    """The last entry that counts, printed as the anchor."""

    @property
    def about(self) -> About:
        """The part of the scope that is printed."""
        plan = self.plan
        return About(plan.title, plan.language, plan.timezone, self.as_of, self.known_on, self.head)


_LONGEST_DATE = len("2016-07-15*")


def for_paper(text: str, year: int | None = None) -> str:
    """A sentence for paper: without entry numbers and, in Chinese, with dates written out, without the year `year`."""
    cleaned = without_numbers(text).replace("｜", "；").replace(" | ", "; ")  # separators for screens
    return written_out(cleaned, year) if in_use() == "zh" else cleaned


def as_printed(text: str, year: int | None = None) -> str:
    """A sentence for paper, in Chinese with the marks of Chinese."""
    printed = for_paper(text, year)
    return with_chinese_marks(printed) if in_use() == "zh" else printed


def _texts(section: Section) -> Iterator[str]:
    """Yield every text in a section's lines and table."""
    yield from section.lines
    for row in section.table.rows if section.table else ():
        yield from (cell if isinstance(cell, str) else cell.text for cell in row)


def stopped(line: str) -> str:
    """A line with a capital and a full stop, unless it ends with punctuation or is a numbered heading."""
    line = line[:1].upper() + line[1:] if in_use() == "en" else line
    if not line or line.endswith(tuple("。！？：；….!?:;")) or re.match(_NUMBERED, line):
        return line
    return f"{line}。" if in_use() == "zh" else f"{line}."


_NUMBERED = r"[（(]?[0-9一二三四五六七八九十]+[）)、.．](?!\d)"


def _worded(cell: Cell, edit: Callable[[str], str]) -> Cell:
    return edit(cell) if isinstance(cell, str) else Toned(edit(cell.text), cell.tone)


def _cut(cell: Cell) -> Cell:
    text = cell if isinstance(cell, str) else cell.text
    cut = "\n".join(line if len(line) <= CELL else f"{line[: CELL - 1]}…" for line in text.split("\n"))
    return cut if isinstance(cell, str) else Toned(cut, cell.tone)
