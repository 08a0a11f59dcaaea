"""Spreadsheets: the items as a table with a filter, each section's table on its own sheet, and a cover sheet.

Text is never a formula; figures and dates are typed cells. Everything is in the language of the plan, because the file
is sent to other offices.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from openpyxl import Workbook

from ..kinds import all_kinds
from ..kinds.extend import BASES
from ..kinds.issued import LEVELS
from ..language import N_, _, in_use, speaking
from ..quantities import gap_as_printed
from ..reports import assess, problems
from ..reports.document import MARK, Document, Table, Toned, for_paper
from ..reports.late_notes import MOST_LATE
from ..reports.problem_stats import SOURCES
from ..reports.reason_wording import LAMPS, STATES, abridged
from ..thresholds import PARTS
from .column_widths import UPRIGHT
from .csv_ import flat
from .heading import short_anchor, whole_anchor
from .printed_cells import as_printed_cells, worded_figure
from .read_columns import columns_to_group, sentence_columns, width_bounds
from .sheet import (
    avoid_short_last_page,
    group_rows,
    head_and_foot,
    new_sheet,
    signs_in,
    write_cover,
    write_note,
    write_notes,
    write_table,
    write_total,
)
from .sheet_cells import FONTS, Gap, Indented, Number, Percent, Unconfirmed, Worded, with_local_marks
from .task_rows import as_rows, levels
from .task_sheet import write_task
from .workbook_file import workbook_file
from .workbook_words import cover_lines, has_words, margins, notes_below, signs_explained

_PERCENTAGES = frozenset({"planned", "progress_before", *PARTS} - {"observation"})
"""Fields of items that are percentages from 0 to 100. The observation is excluded: it is a score in points."""
_GAPS = frozenset(("gap", "mean_gap"))
"""Fields of items that are points behind the planned progress; negative if ahead."""
_SENTENCES = frozenset(("what", "reasons", "overdue_milestones", "lost"))
"""Fields whose texts are generated and contain dates."""
_WORDS: Mapping[str, Mapping[Any, str]] = {
    "lamp": LAMPS,
    "lamp_before": LAMPS,
    "level": LEVELS,
    "state": STATES | problems.STATES,
    "state_before": STATES,
    "grade": assess.GRADES,
    "kind": {kind.name: kind.label for kind in all_kinds()},
    "basis": BASES,
    "severity": {"major": N_("major")},
}
"""Field of an item → its codes → their words."""


def render(document: Document) -> bytes:
    """Render the document as a spreadsheet."""
    return workbook([document])


def workbook(documents: Sequence[Document]) -> bytes:
    """Render several reports of one plan and day as one spreadsheet: a sheet for each, and one for long texts."""
    first = documents[0]
    with speaking(first.about.language):
        book = Workbook()
        book.remove(book.worksheets[0])
        covered: list[Document] = []
        written_lines: set[str] = set()
        for document in documents:
            if not document.items and len(documents) > 1:
                _write_nothing(book, document)
                continue
            before = len(book.worksheets)
            _write(book, document)
            own_sheets = book.worksheets[before:]
            notes, signs = notes_below(document), signs_explained(document)
            notes_sheet = own_sheets[0] if document.kind.startswith(_NOTES_ON_FIRST_SHEET) else own_sheets[-1]
            for sheet in own_sheets:
                own = [signs[sign] for sign in signs_in(sheet, signs)]
                absent = {*written_lines, *signs.values()} - {*own}
                below = [line for line in notes or () if line not in absent] if sheet is notes_sheet else []
                write_notes(sheet, first.about.language, [*(line for line in own if line not in below), *below])
                avoid_short_last_page(sheet)
            written_lines.update({*(notes or ())} - {*signs.values()})
            if notes is None and has_words(document):
                covered.append(document)
        if covered:
            cover = new_sheet(book, _("About"))
            write_cover(cover, FONTS[first.about.language], [*cover_lines(covered)])
            head_and_foot(cover, "", short_anchor(first.about))
        return workbook_file(book, first.on_paper.title, first.about.as_of, whole_anchor(first.about))


def _write_nothing(book: Workbook, document: Document) -> None:
    """Write the sheet of a monthly report without items: its column titles, and one line of text."""
    sheet = new_sheet(book, document.title)
    titles = [*document.fields.values()]
    write_table(sheet, document.about.language, titles, [], columns_to_group(document, []))
    write_note(sheet, document.about.language, _("Nothing recorded in this month."), len(titles))
    head_and_foot(sheet, *margins(document))


def _write_one_task(book: Workbook, document: Document) -> None:
    """Write the sheet of a task, and one of its last entries, which can be filtered."""
    printed = document.on_paper
    entries = [section for section in printed.sections if section.title == _("Last entries")]
    sheet = new_sheet(book, _("Progress of the work"))
    write_task(sheet, document, [section for section in printed.sections if section not in entries])
    head_and_foot(sheet, *margins(document))
    for section in entries:
        sheet = new_sheet(book, section.title or "")
        header, rows, sentences = as_printed_cells(section.table or Table((), ()), document.about.as_of.year)
        write_table(sheet, document.about.language, header, rows, (), document.about.as_of.year, {}, sentences, UPRIGHT)
        head_and_foot(sheet, *margins(replace(document, paper_title=f"{document.paper_title} {section.title}")))


def _write(book: Workbook, document: Document) -> None:
    """Write the sheets of one report."""
    if document.kind == "show":
        _write_one_task(book, document)
        return
    of_tasks = {"reasons", "overdue_milestones"} <= document.fields.keys()
    shown = as_rows(document) if of_tasks else _with_major_marked(_with_worst_task_titles(_group_first(document)))
    for title, (header, rows, sentences) in _tables(shown.on_paper):
        sheet = new_sheet(book, title.partition(_(": "))[0] if document.kind == "assess" else title)
        whole = header == list(shown.fields.values()) and document.kind not in _AS_PRINTED
        listed, total = (rows[:-1], rows[-1]) if rows and document.kind in _AS_PRINTED else (rows, None)
        if whole and rows and document.kind.startswith(("report-by-", "overview-by-")):
            total = _totals(shown, rows)
        if not whole and document.kind.startswith("overview") and rows and rows[-1][0] == _("All"):
            listed, total = rows[:-1], rows[-1]
        if not whole and document.kind == "assess" and (score := _SCORE.search(title)):
            total = [_("Total"), *[None] * (len(header) - 2), Worded(Decimal(score[1]), "", "")]
        hidden = columns_to_group(shown, rows) if whole else ()
        if whole and of_tasks:
            listed = _indented(shown, listed)
        widths = width_bounds(shown) if whole else {}
        about = document.about
        write_table(sheet, about.language, header, listed, hidden, about.as_of.year, widths, sentences)
        if not rows:
            lines = [line for section in shown.on_paper.sections for line in section.lines]
            write_note(sheet, document.about.language, "\n".join(lines[:1]), len(header))
        if total:
            write_total(sheet, document.about.language, total)
        head_and_foot(sheet, *margins(_with_group_title(document, title)))
        if whole and of_tasks:
            sheet.freeze_panes = "D2" if "district" in shown.fields else "C2"
            group_rows(sheet, levels(document))


_SCORE = re.compile(r"[:：＝=] ?(-?\d+(?:\.\d+)?)(?!.*[＝=])")
"""The score of a unit in the title of its sheet."""


def _group_first(document: Document) -> Document:
    """A ranking of several groups, with the group of each unit as its first column."""
    if document.kind != "rank" or not any(item["group"] for item in document.items):
        return document
    return replace(document, fields={"group": document.fields["group"], **document.fields})


def _with_group_title(document: Document, group: str) -> Document:
    """A ranking whose title names the group of the sheet, before the brackets at its end; an assessment, the unit.

    A sheet of an overview has a title of its own.
    """
    if document.kind.startswith("overview") and group != document.on_paper.title:
        return replace(document, title=group, paper_title="")
    if document.kind == "assess" and group != document.on_paper.title:
        return replace(document, title=f"{document.title} {group}", paper_title="")
    if document.kind != "rank" or group == document.on_paper.title:
        return document
    bracket = "（" if in_use() == "zh" else " ("
    title, _bracket, internal = document.title.rpartition(bracket)
    return replace(document, title=f"{title}{_(' ({entries})').format(entries=group)}{bracket}{internal}")


def _indented(document: Document, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The rows of tasks, with the titles of sub-tasks indented."""
    place = list(document.fields).index("title")
    return [
        [Indented(value, level) if number == place and level else value for number, value in enumerate(row)]
        for row, level in zip(rows, levels(document), strict=True)
    ]


def _with_major_marked(document: Document) -> Document:
    """A list of problems in which major problems are marked in their titles, and the place follows the zone."""
    if document.kind != "problems":
        return document
    fields: dict[str, str] = {}
    for name, title in document.fields.items():
        fields |= {name: title} | ({"place": document.fields["place"]} if name == "zone" else {})
    text = _("{title} (major)")
    items = [
        {**item, "problem": text.format(title=item["problem"]) if item["severity"] else item["problem"]}
        for item in document.items
    ]
    return replace(document, fields=fields, items=items)


def _with_worst_task_titles(document: Document) -> Document:
    """A report by unit, leader or category with the titles of the worst tasks and the marks of units, as on paper."""
    if document.kind.startswith("overview-by-") and (counted := document.sections[-1].table):
        groups = list(document.fields)[: list(document.fields).index("tasks")]
        return replace(
            document,
            items=[
                {**item, **dict(zip(groups, row, strict=False)), "worst_task": row[-1] if item["worst_task"] else None}
                for item, row in zip(document.items, counted.rows, strict=False)  # below them may be the sums
            ],
        )
    table = next((section.paper() for section in document.sections if section.paper), None)
    if table is None or not document.kind.startswith("report-by-"):
        return document
    by, rows = next(iter(document.fields)), {str(row[0]).removesuffix(MARK): row for row in table.rows}
    items = []
    for item in document.items:
        name, *_counts, worst = rows.get(item[by], ("", None))
        unconfirmed = (by,) if str(name).endswith(MARK) else ()
        items.append({**item, "worst_task": worst if item["worst_task"] else None, "unconfirmed": unconfirmed})
    return replace(document, items=items)


def _tables(document: Document) -> list[tuple[str, tuple[list[str], list[list[Any]], list[int]]]]:
    """Title, header, rows and places of the columns of sentences of each sheet.

    A table that repeats the items is left out: the only one of a report, the one with the report's title, and the last
    one of an overview. An overview begins with its districts.
    """
    tables = [(section, section.table) for section in document.sections if section.table]
    as_printed = document.kind in _AS_PRINTED and bool(tables)
    items = [(document.title, _items(document))] if document.fields and not as_printed else []
    others = []
    for section, table in tables if document.kind not in _LISTED else ():
        repeats = section.title == document.title or (document.kind in _ASSESSED and not section.title)
        repeats = repeats or (document.kind.startswith("overview") and section is document.sections[-1])
        if as_printed or not document.fields or (len(tables) > 1 and not repeats):
            others.append((section.title or document.title, as_printed_cells(table, document.about.as_of.year)))
    return [*others, *items] if document.kind == "overview" else [*items, *others]


_AS_PRINTED = frozenset(("problem-stats", "inspections"))
"""Kinds of report whose table is written as printed, with its rates, and a total in the last row."""

_NOTES_ON_FIRST_SHEET = ("assess", "rank", "overview", "show")
"""The kinds of report, or how they begin, whose words are about the first of several sheets."""

_ASSESSED = frozenset(("assess", "rank"))
"""The kinds of report whose table without a heading has the items again."""

_LISTED = frozenset(("today", "handover"))
"""Kinds of report that are one list of items, filtered by group; their tables would repeat the items."""

_NUMBERED = r"\d+(?:\.\d+)*[. ]"
_TASKS, _NEXT_TASK = re.compile(_NUMBERED), re.compile(rf"、(?={_NUMBERED})")
"""The beginning of a list of the tasks that a unit did not report, and what is before its next one.

Each stands on its own line, but not the tasks that a sentence names.
"""

_SUMMED = frozenset(("tasks", "red", "yellow", "green", "none", "overdue", "at_risk", "done"))
"""Counts in reports by unit, leader or category that are added up in the total."""


def _totals(document: Document, rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The last row of a table of counts: the total of each count, blank elsewhere."""
    names = list(document.fields)
    sums = [sum(row[place] for row in rows) if name in _SUMMED else None for place, name in enumerate(names)]
    return [_("Total"), *sums[1:]]


def _items(document: Document) -> tuple[list[str], list[list[Any]], list[int]]:
    zone = ZoneInfo(document.about.timezone)
    rows = [
        [_marked(item, name, _value(document, name, item[name], zone)) for name in document.fields]
        for item in map(_with_printed_gap, document.items)
    ]
    return list(document.fields.values()), rows, sentence_columns(document)


def _with_printed_gap(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item whose gap is the difference of the percentages beside it as they are shown."""
    return item if item.get("gap") is None else {**item, "gap": gap_as_printed(item)}


def _marked(item: Mapping[str, Any], name: str, value: Any) -> Any:
    """A value of a task, wrapped in `Unconfirmed` if the plan does not confirm it."""
    return Unconfirmed(value) if value is not None and name in (item.get("unconfirmed") or ()) else value


def _value(document: Document, field: str, value: Any, zone: ZoneInfo) -> Any:
    """A value of an item as a cell: codes as words, moments in the plan's time zone."""
    field = document.codes.get(field, field)
    if field == "reasons":
        value = [abridged([why["text"] for why in value[:MOST_LATE]], "\n", len(value))] if value else value
    if field == "source" and document.kind == "problems":
        value = _(SOURCES[value]) if value else value
    one = flat(document, _in_words(field, value, document.fields))
    if isinstance(one, str) and document.kind != "log":  # the log quotes, and its dates are already written out
        one = with_local_marks(one)
        one = for_paper(one, document.about.as_of.year) if field in _SENTENCES else one
        one = _NEXT_TASK.sub("\n", one) if field == "what" and document.kind in _LISTED and _TASKS.match(one) else one
    if field in ("id", "task") and isinstance(one, str) and one.isdecimal():
        return Number(int(one))
    if field.endswith("_points") and isinstance(one, str):
        return worded_figure(one) or one
    if field in ("lamp", "lamp_before"):
        return Toned(one, value) if value else one
    if isinstance(one, datetime):
        return one.astimezone(zone).replace(tzinfo=None)
    if one is None:
        return None
    return Percent(one) if field in _PERCENTAGES else Gap(one) if field in _GAPS else one


def _in_words(field: str, value: Any, titles: Mapping[str, str]) -> Any:
    """The word for a code, the titles for a list of field names, or any other value unchanged."""
    if field == "unconfirmed":
        return [titles.get(name, name) for name in value]
    word = _WORDS.get(field, {}).get(value) if isinstance(value, str) else None
    return _(word) if word else value
