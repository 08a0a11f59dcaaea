"""`jk log`: the ledger itself, entry by entry."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from ..facts import moved_milestones
from ..kinds import all_texts, sentence
from ..kinds.kind import REPORT_TEXTS
from ..language import _
from ..ledger.entries import Entries
from ..ledger.entry_fields import LISTS
from ..model import Entry, Plan, Recorded, Task
from ..quantities import enumeration
from .document import Cell, Column, Document, Scope, Section, Table, for_paper
from .reason_wording import full_titles, numbered
from .tasks_csv import with_titles


def build(scope: Scope, entries: Entries, retracted_by: Mapping[int, int], since: date | None = None) -> Document:
    """The entries in the order of their numbers, with retracted ones marked.

    Args:
        scope: the plan and the date.
        entries: the entries.
        retracted_by: number of a retracted entry → number of its retraction.
        since: the first date requested, for the title.
    """
    lines = Section(lines=(_("No entries."),))
    section = listed(table(scope.plan, entries, retracted_by)) if len(entries) else lines
    title = _("Ledger entries since {day}").format(day=since) if since else _("Ledger entries")
    return replace(data(scope, entries, retracted_by), title=title, sections=(section,))


def on_paper(scope: Scope, entries: Entries, retracted_by: Mapping[int, int], since: date | None = None) -> Document:
    """The log for paper and workbooks: each task with its title, each entry with its sentence."""
    document = build(scope, entries, retracted_by, since)
    named = full_titles(scope.plan)
    titles = {task.id: numbered(task, named[task.id]) for task in scope.plan.every_task()}
    sections = tuple(
        replace(section, table=_with_titles(section.table, titles)) if section.table else section
        for section in document.sections
    )
    return for_people(replace(document, sections=sections), scope.plan, entries)


def _with_titles(table: Table, titles: Mapping[str, str]) -> Table:
    """The table of entries with the number and title of each task."""
    columns = tuple(
        replace(column, wraps_from=14, drop=0) if place == TASK else column
        for place, column in enumerate(table.columns)
    )
    rows = (
        (number, day, titles.get(str(task), task), _with_name(str(what)), *others)
        for number, day, task, what, *others in table.rows
    )
    return replace(table, columns=columns, rows=tuple(rows))


def _with_name(what: str) -> str:
    """The figures of a report; a bare percentage is named as the progress."""
    return re.sub(
        r"(?m)^(?:\+?\d+(?:\.\d+)?\s?%)", lambda found: _("progress {percent}").format(percent=found[0]), what
    )


TASK = 2
"""The index of the column of tasks."""


def data(scope: Scope, entries: Entries, retracted_by: Mapping[int, int]) -> Document:
    """The log for programs. It has no sections, so that a long history is never in memory as a whole."""
    return Document(
        kind="log",
        about=scope.about,
        title=_("Ledger entries"),
        fields=fields(),
        items=_Items(entries, retracted_by),
        sections=(),
        found=len(entries) > 0,
        importable=True,
    )


def for_people(document: Document, plan: Plan, entries: Iterable[Recorded]) -> Document:
    """The entries for a workbook: tasks have their titles, and a column has the sentence of each entry.

    The day of receipt is left out if it is the entry's date. Dates are written out in the items of a letter, which are
    generated; text that a person typed stays as it is.

    Args:
        document: the result of `data`.
        plan: gives the tasks.
        entries: the same entries.
    """
    document, sentence_of = with_titles(document, full_titles(plan)), _sentence_format(plan)
    fields_: dict[str, str] = {}
    for name, title in document.fields.items():
        fields_ |= {name: title} | ({"what": _("What")} if name == "milestone" else {})
    items = [
        {**item, **_sheet_values(item, r.entry, _with_name(sentence_of(r.entry)), document.about.as_of.year)}
        for item, r in zip(document.items, entries, strict=True)
    ]
    return replace(document, fields=fields_, items=items)


def _sheet_values(item: Mapping[str, Any], entry: Entry, what: str, year: int) -> dict[str, Any]:
    """The sentence of an entry, and its texts and day of receipt if they add to the sentence and its date.

    The note of a report without figures becomes its sentence.
    """
    note, what = item["note"], for_paper(what, year)
    if note and item["kind"] == "issued":
        note = "\n".join(for_paper(line, year) for line in note.split("\n"))
    elif item["kind"] == "report" and not entry.readings and note:
        what = note
    others = all_texts(replace(entry, note=None))
    received = None if item["received"] == item["on"] else item["received"]
    texts = "\n".join(filter(None, (None if note and note in what else note, others)))
    return {"what": what, "note": texts or None, "received": received}


def _sentence_format(plan: Plan) -> Callable[[Entry], str]:
    """Return a function that formats the sentence of an entry."""
    named, moved = plan.subjects(), moved_milestones(plan)
    lines = {line.id: line.name for line in plan.observation.items} if plan.observation else {}

    def sentence_of(entry: Entry) -> str:
        """The sentence of an entry, with ballot lines by name and moved milestones by their current names."""
        entry = replace(entry, item=lines.get(entry.item or "", entry.item))
        task = named.get(entry.task)
        now = moved.get((task.id, entry.milestone or ""), ()) if task else ()
        if not now:
            return sentence(task, entry)
        return enumeration(sentence(plan.task(place), replace(entry, milestone=milestone)) for place, milestone in now)

    return sentence_of


class _Items(Collection[Mapping[str, Any]]):
    """Makes an item for each entry on iteration."""

    def __init__(self, entries: Entries, retracted_by: Mapping[int, int]) -> None:
        self._entries = entries
        self._retracted_by = retracted_by

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        blank = dict.fromkeys(fields()) | {"readings": {}, "printed": {}} | {name: [] for name in LISTS}
        for values, hash_ in self._entries.fields():
            retraction = self._retracted_by.get(values["seq"])
            values.pop("plan", None)  # as long as a plan; the export of a whole ledger includes it
            yield {**blank, **values, "hash": hash_, "retracted_by": retraction}

    def __contains__(self, item: object) -> bool:
        return any(item == each for each in self)


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "seq": _("Entry"),
        "key": _("Key"),
        "on": _("Date"),
        "recorded_at": _("Recorded at"),
        "by": _("Typed by"),
        "kind": _("Kind"),
        "task": _("Task"),
        "readings": _("Figures"),
        "milestone": _("Milestone"),
        "note": _("Note"),
        "ref": _("Refers to"),
        "evidence": _("Evidence"),
        "prev_hash": _("Previous hash"),
        "hash": _("Hash"),
        "unit": _("Reported by"),
        "verifier": _("Verified by"),
        "received": _("Received"),
        "printed": _("As received"),
        "deadline": _("New deadline"),
        "approved_by": _("Approved by"),
        "basis": _("Basis"),
        "responsible": _("Responsible unit"),
        "zone": _("Zone"),
        "shift": _("Shift"),
        "ruling": _("Ruling"),
        "month": _("Month"),
        "score": _("Score"),
        "plan_sha256": _("SHA-256 of the plan"),
        "retracted_by": _("Retracted by"),
        **{name: _(heading) for name, heading in REPORT_TEXTS.items()},
        "meeting": _("Meeting"),
        "superseded_by": _("Superseded by"),
        "part_of": _("Part of problem"),
        "source": _("Source"),
        "place": _("Place"),
        "number": _("Number"),
        "level": _("Level"),
        "period": _("Period"),
        "head": _("Head of the ledger"),
        "item": _("Item"),
        "checklist": _("Checklist"),
        "site": _("Site no."),
        "inspectors": _("Inspectors"),
        "passed": _("Items passed"),
        "failed": _("Items failed"),
        "not_applicable": _("Items not applicable"),
        "severity": _("Severity"),
    }


def table(plan: Plan, entries: Iterable[Recorded], retracted_by: Mapping[int, int]) -> Table:
    """The entries for people, with their numbers."""
    return _table(plan, entries, {n: _("retracted by #{seq}").format(seq=by) for n, by in retracted_by.items()})


def listed(entries: Table, title: str | None = None) -> Section:
    """The section of entries. Its brief table has each note below its entry, and the typist if there is room."""

    def brief() -> Table:
        *columns, typist, _note = entries.columns
        rows = tuple(tuple("" if cell == "–" else cell for cell in row[:-1]) for row in entries.rows)
        notes = tuple((str(row[-1]), "") for row in entries.rows)
        return Table((*columns, replace(typist, shown="wide")), rows, notes, keeps_words=True)

    return Section(title, table=entries, brief=brief)


def table_of_task(plan: Plan, task: Task, entries: Iterable[Recorded], retracted: Iterable[int]) -> Table:
    """The entries of a task for office paper, the latest date first.

    The numbers of entries are left out, including those that entries refer to. The task is left out too, unless some
    entries are about its sub-tasks.
    """
    newest_first = sorted(entries, key=lambda recorded: (recorded.entry.on, recorded.seq), reverse=True)
    found = _table(plan, newest_first, dict.fromkeys(retracted, _("retracted")))
    rows = tuple(_without_number(row, each.entry.ref) for row, each in zip(found.rows, newest_first, strict=True))
    listed = replace(found, columns=found.columns[1:], rows=rows)
    if all(each.entry.task in (task.id, *task.formerly) for each in newest_first):
        kept = [place for place in range(len(listed.columns)) if place != TASK - 1]
        columns = tuple(listed.columns[place] for place in kept)
        return replace(listed, columns=columns, rows=tuple(tuple(row[place] for place in kept) for row in rows))
    return listed


def _without_number(row: tuple[Cell, ...], ref: int | None) -> tuple[Cell, ...]:
    """A row without its number and without the number of the entry that it refers to: `整改已核实：#17`."""
    _number, day, task, what, *others = row
    text = str(what) if ref is None else re.sub(rf"(?<![(（])[：:]?\s?#{ref}\b", "", str(what))
    return day, task, _with_name(text), *others


def _table(plan: Plan, entries: Iterable[Recorded], remarks: Mapping[int, str]) -> Table:
    """The table of entries; `remarks` are added to retracted entries."""
    sentence_of = _sentence_format(plan)
    columns = (
        Column(_("Entry"), align="right"),
        Column(_("Date")),
        Column(_("Task")),
        Column(_("What"), wraps_from=20, sentences=True),
        Column(_("Reported by"), wraps_from=10, drop=2),
        Column(_("Typed by"), wraps_from=6, drop=4),
        Column(_("Note"), wraps_from=16, drop=1),
    )
    return Table(columns, tuple(_row(sentence_of(r.entry), r, remarks.get(r.seq, "")) for r in entries))


def _row(what: str, recorded: Recorded, remark: str) -> tuple[Cell, ...]:
    entry, texts = recorded.entry, all_texts(recorded.entry)
    if entry.kind == "issued":
        texts = ""  # the items of a letter, whose number is in the sentence
    return (
        str(recorded.seq),
        entry.on.isoformat(),
        entry.task or "–",
        f"{what}\n{remark}" if remark else what,
        entry.unit or "–",
        entry.by,
        "" if texts in what else texts,  # the sentence of a problem is its note
    )
