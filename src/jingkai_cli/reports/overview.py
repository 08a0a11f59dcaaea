"""`jk overview`: the report over many districts (全市汇总): their ledgers, their tasks, and the sums over all."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from ..language import N_, Language, _, in_use, ngettext
from ..plan.districts import Districts
from ..quantities import days, enumeration
from ..text import name_key
from . import tasks_csv
from .district import FAULTS, STATES, DistrictReport, State
from .document import About, Cell, Column, Document, Section, Table, Tone, Toned
from .grouped_report import (
    Counted,
    compared,
    count_cells,
    count_columns,
    count_fields,
    counts,
    not_in_the_total,
    number_columns,
)
from .reason_wording import LAMPS, abridged, or_unknown
from .sums_of_districts import item_of_sum, line_of_sum, totals_of
from .task_filters import NO_TASK

Grouping = Literal["district", "unit", "category", "task"]

_TITLES: Mapping[Grouping, str] = {
    "district": N_("Tasks by district"),
    "unit": N_("Tasks by lead unit"),
    "category": N_("Tasks by category"),
    "task": N_("Tasks by number"),
}

_PROGRESS = N_("Progress of the key tasks")
_TONES: dict[str, Tone] = {
    "whole": "green",
    "first-seen": "none",
    "as-seen": "green",
    "silent": "yellow",
    "behind": "yellow",
}


class OverviewScope(NamedTuple):
    """The subject of an overview."""

    file: Districts
    as_of: date
    known_on: datetime | None


class _ItemsOfAll(Collection[Mapping[str, Any]]):
    """The items of all districts with the district's name first, one district at a time."""

    def __init__(self, districts: Mapping[str, Collection[Mapping[str, Any]]]) -> None:
        self._districts = districts

    def __len__(self) -> int:
        return sum(map(len, self._districts.values()))

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return ({"district": name, **item} for name, items in self._districts.items() for item in items)

    def __contains__(self, item: object) -> bool:
        return any(item == each for each in self)


def listing(scope: OverviewScope, found: Sequence[DistrictReport]) -> Document:
    """The rows of each district's own report, with a column for the district first."""
    reports = [(each.name, each.document) for each in found if each.document]
    first = reports[0][1] if reports else None
    items = _ItemsOfAll({name: document.items for name, document in reports})
    fields = {"district": _("District"), **tasks_csv.fields()}  # needed even if no district could be read
    tables = [(name, section.table) for name, document in reports for section in document.sections[:1] if section.table]
    rows = tuple((name, *row) for name, table in tables for row in table.rows)
    own = tables[0][1].columns if tables else ()
    # With the district, 80 columns have no room for figures; the reasons state them.
    columns = (
        Column(_("District"), wraps_from=8),
        *(replace(column, drop=column.drop or 1) if column.align == "right" else column for column in own),
    )
    table, name = Table(columns, rows), _("Tasks of the districts")
    body = Section(name, table=table, brief=lambda: _brief(found)) if rows else Section(name, (_(NO_TASK),))
    title = (first.paper_title if first.title == _("Overdue") else first.title) if first else _(_PROGRESS)
    notes = [note for _name, document in reports for note in document.footnotes]
    is_found = any(document.found for _name, document in reports)
    combined = _document(scope, found, "overview", title, body)
    dates = [
        {**date, "uid": f"{name}/{date['uid']}", "title": f"{name} {date['title']}"}
        for name, document in reports
        for date in document.dates or ()
    ]
    footnotes = (*dict.fromkeys(notes), *combined.footnotes)
    last_reports = [(each.name, each.document.last_reports or {}) for each in found if each.document]
    return replace(
        combined,
        fields=fields,
        items=items,
        paper_summary=(combined.summary[0], *_red(found), *combined.summary[1:]),
        footnotes=footnotes,
        found=is_found,
        dates=dates,
        last_reports={f"{name}/{task}": day for name, days in last_reports for task, day in days.items()},
        late=lambda: {f"{each.name}/{task}": text for each in found for task, text in each.late.items()},
    )


_MOST_NAMED = 3
"""The red tasks of up to this many districts are named above the tables: a leader reads the first page."""


def _red(found: Sequence[DistrictReport]) -> Iterator[str]:
    """Yield a sentence for each district that names its red tasks, unless there are many districts."""
    with_red = [each for each in found if each.red]
    if len(with_red) <= _MOST_NAMED:
        yield from (_("{district}: {red}").format(district=each.name, red=each.red) for each in with_red)


def _brief(found: Sequence[DistrictReport]) -> Table:
    """The brief tables of all districts as one, with the district after lamp and number."""
    briefs = [(each.name, each.brief) for each in found if each.brief]
    lamp, number, title, *others = briefs[0][1].columns
    return Table(
        (lamp, number, Column(_("District"), wraps_from=8), replace(title, wraps_from=_TITLE[in_use()]), *others),
        tuple((*row[:2], name, *row[2:]) for name, table in briefs for row in table.rows),
        tuple(note for _name, table in briefs for note in table.notes),
        at_any_width=True,
    )


_TITLE: Mapping[Language, int] = {"zh": 26, "en": 20}
"""The least width of a title in a brief table; the bar is dropped if both do not fit."""


def grouped(scope: OverviewScope, found: Sequence[DistrictReport], by: Grouping) -> Document:
    """The tasks of all districts, counted by district, unit, category or task number.

    As in a district's own report by unit, tasks without a lead unit are in no row: a footnote counts them.
    """
    groups: dict[tuple[str | None, ...], list[Counted]] = {}
    for each in found:
        for task in each.tasks:
            if by == "unit" and task.group is None:
                continue
            named = task if by in ("district", "unit") else task._replace(task=f"{each.name} {task.task}")
            groups.setdefault(_key(by, each.name, task), []).append(named)
    fields = {name: _(title) for name, title in _FIELDS[by].items()}
    keys = sorted(groups, key=lambda key: key[len(fields) - 1] is None)
    items = [{**dict(zip(fields, key, strict=False)), **counts(groups[key])} for key in keys]
    titles = [{task.task: task.title for task in groups[key]} if by != "task" else {} for key in keys]
    if by == "task":
        for item, key in zip(items, groups, strict=True):
            item["title"] = next(task.title for task in groups[key])
    columns = (*(Column(title, wraps_from=8) for title in fields.values()), *count_columns(items))
    rows = tuple(
        (*(or_unknown(item[name]) for name in fields), *count_cells(item, titles_of_row))
        for item, titles_of_row in zip(items, titles, strict=True)
    )
    body = compared(Table(columns, rows), by, items) if rows else Section(lines=(_(NO_TASK),))
    combined = _document(scope, found, f"overview-by-{by}", _(_TITLES[by]), body)
    return replace(
        combined,
        fields=fields | count_fields(),
        items=items,
        footnotes=(*(_unled(found) if by == "unit" else ()), *combined.footnotes),
        found=any(item["overdue"] for item in items),
    )


def _unled(found: Sequence[DistrictReport]) -> Iterator[str]:
    """Yield what the total by unit leaves out: the number of tasks without a lead unit, and their districts."""
    unled = [(each.name, task) for each in found for task in each.tasks if task.group is None]
    if unled:
        number = Counter(name for name, _task in unled)
        named = (_("{district}: {count}").format(district=name, count=number[name]) for name in number)
        yield not_in_the_total([task for _name, task in unled], enumeration(named))


_FIELDS: Mapping[Grouping, Mapping[str, str]] = {
    "district": {"district": N_("District")},
    "unit": {"district": N_("District"), "unit": N_("Lead unit")},
    "category": {"category": N_("Category")},
    "task": {"task": N_("No."), "title": N_("Task")},
}


def _key(by: Grouping, district: str, task: Counted) -> tuple[str | None, ...]:
    """The group of a task. Tasks with the same number are the same only if their titles are equal too."""
    keys = {"district": (district,), "unit": (district, task.group), "category": (task.group,)}
    return keys.get(by, _task_key(task))


def _task_key(task: Counted) -> tuple[str, str]:
    return task.task, name_key(task.title)


def matrix(scope: OverviewScope, found: Sequence[DistrictReport]) -> Document:
    """The lamps of tasks that districts share: a row for each task, a column for each district."""
    read = [each for each in found if each.counts]
    lamps: dict[tuple[str, str], dict[str, Counted]] = {}
    for each in read:
        for task in each.tasks:
            lamps.setdefault(_task_key(task), {})[each.name] = task
    names = [each.name for each in read]
    fields = {"task": _("No."), "title": _("Task"), **{name: name for name in names}}
    items = [
        {
            "task": next(iter(lamps_of_task.values())).task,
            "title": next(iter(lamps_of_task.values())).title,
            **{name: lamps_of_task[name].lamp if name in lamps_of_task else None for name in names},
        }
        for lamps_of_task in lamps.values()
    ]
    columns = (Column(_("No.")), Column(_("Task"), wraps_from=14), *(Column(name, wraps_from=4) for name in names))
    rows = tuple((str(item["task"]), str(item["title"]), *(_lamp(item[name]) for name in names)) for item in items)
    body = Section(table=Table(columns, rows)) if rows else Section(lines=(_(NO_TASK),))
    red = any(task.state == "overdue" for lamps_of_task in lamps.values() for task in lamps_of_task.values())
    combined = _document(scope, found, "overview-matrix", _("Lamps by task and district"), body)
    return replace(combined, fields=fields, items=items, found=red, codes=dict.fromkeys(names, "lamp"))


def _lamp(lamp: Any) -> Cell:
    return Toned(_(LAMPS[lamp]), lamp) if lamp else "–"


def _document(scope: OverviewScope, found: Sequence[DistrictReport], kind: str, title: str, body: Section) -> Document:
    """A report over all districts, with a table of districts before its body; `fields` and `items` are empty."""
    file, totals = scope.file, totals_of(found)
    return Document(
        kind=kind,
        about=About(file.title, file.language, file.timezone, scope.as_of, scope.known_on, None),
        title=title,
        paper_title=title if kind == "overview" and title != _(_PROGRESS) else _("Progress of the work"),
        fields={},
        items=(),
        sections=(Section(_("Districts"), table=_district_table(found)), replace(body, title=body.title or title)),
        summary=(_summary(found), *map(line_of_sum, totals)),
        footnotes=(*_footnotes(found),),
        extra={"districts": [_item(each) for each in found], "totals": [item_of_sum(total) for total in totals]},
    )


def _item(each: DistrictReport) -> dict[str, Any]:
    return {
        "name": each.name,
        "head": {"seq": each.head.seq, "hash": each.head.hash} if each.head else None,
        "last_entry": each.last_entry,
        "days_since": each.days_since,
        "state": each.state,
        "fault": each.fault,
        **{name: each.counts[name] if each.counts else None for name in (*_COUNTS, *_PROBLEMS)},
    }


_COUNTS = ("tasks", "red", "yellow", "green", "none", "overdue", "at_risk", "done")

_PROBLEMS = ("problems_open", "problems_overdue")


def _district_table(found: Sequence[DistrictReport]) -> Table:
    """A row for each district: its tasks, and the state of its ledger."""
    columns = (
        Column(_("District"), wraps_from=8),
        *number_columns([each.counts for each in found if each.counts]),
        Column(_("Problems open"), align="right", wraps_from=8, drop=1),
        Column(_("Ledger"), wraps_from=10),
        Column(_("Last entry"), wraps_from=10, drop=0 if in_use() == "zh" else 2),  # English words are longer
        Column(_("Head"), drop=4, of_entries=True),
    )
    rows = [_district_row(each) for each in found]
    return Table(columns, (*rows, _sum_row(found)) if len(rows) > 1 else tuple(rows))


def _sum_row(found: Sequence[DistrictReport]) -> tuple[Cell, ...]:
    """The sums over the districts that could be read."""
    sums = _sums(found)
    return (_("All"), *(str(sums[name]) for name in _COUNTS), _open_problems(sums), "–", "–", "–")


def _sums(found: Sequence[DistrictReport]) -> dict[str, int]:
    return {name: sum(each.counts[name] for each in found if each.counts) for name in (*_COUNTS, *_PROBLEMS)}


def _district_row(each: DistrictReport) -> tuple[Cell, ...]:
    last = "–"
    if each.last_entry is not None and each.days_since is not None:
        ago = _("{days} ago").format(days=days(each.days_since)) if each.days_since > 0 else ""
        last = f"{each.last_entry.date()}\n{ago}".strip()
    return (
        each.name,
        *(str(each.counts[name]) if each.counts else "–" for name in _COUNTS),
        _open_problems(each.counts) if each.counts else "–",
        Toned(_(STATES[each.state]), _TONES.get(each.state, "red")),
        last,
        f"{each.head.seq}:{each.head.hash[:12]}" if each.head else "–",  # in the form that `anchor:` takes
    )


def _open_problems(counts: Mapping[str, Any]) -> str:
    if not counts["problems_overdue"]:
        return str(counts["problems_open"])
    text = _("{count} ({overdue} overdue)")
    return text.format(count=counts["problems_open"], overdue=counts["problems_overdue"])


_REMARKABLE: tuple[State, ...] = ("silent", "behind", *FAULTS)


def _summary(found: Sequence[DistrictReport]) -> str:
    """The number of districts, of their tasks, and of faults in their ledgers."""
    everything = _sums(found)
    districts = ngettext("{count} district", "{count} districts", len(found)).format(count=len(found))
    tasks = ngettext("{count} task", "{count} tasks", everything["tasks"]).format(count=everything["tasks"])
    counted_states = [
        _("{count} overdue").format(count=everything["overdue"]),
        _("{count} at risk").format(count=everything["at_risk"]),
        *([_("{count} done").format(count=everything["done"])] if everything["done"] else []),
    ]
    read = sum(bool(each.counts) for each in found)
    text = _("{districts}, {tasks}: {counts}")
    if read < len(found):
        text = _("{districts}, of which {read} could be read, {tasks}: {counts}")
    summary = text.format(districts=districts, read=read, tasks=tasks, counts=enumeration(counted_states))
    return _("; ").join((summary, *_remarks(found)))


def _remarks(found: Sequence[DistrictReport]) -> Iterator[str]:
    """Yield what is wrong with ledgers: counts of districts that were judged, names of those that were not."""
    for state in _REMARKABLE:
        in_state = [each for each in found if each.state == state]
        if counted := sum(bool(each.counts) for each in in_state):
            yield _("{state}: {count}").format(state=_(STATES[state]), count=counted)
        if names := [each.name for each in in_state if not each.counts]:
            yield _("{names} not counted ({state})").format(names=abridged(names, _(", ")), state=_(STATES[state]))


def _footnotes(found: Sequence[DistrictReport]) -> Iterator[str]:
    new = [each.name for each in found if each.head and not each.compared]
    if new:
        text = _("Seen for the first time, and compared with nothing: {names}")
        yield text.format(names=abridged(new, _(", ")))
