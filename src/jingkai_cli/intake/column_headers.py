"""The fields of a plan that column titles stand for: in headers of tables, as labels in a text, or by a column map."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from unicodedata import normalize

from msgspec import Struct, field

from ..date_reader import leading_date
from ..errors import InvalidInput, Refused
from ..language import _
from ..plan.files import read_bytes, text_of
from ..plan.yaml_reader import read_nodes, text_faults
from ..plan.yaml_tree import Fault, Fields, Listing, Node, Scalar, findings
from ..text import near, quoted
from .column_map import on_one_line
from .grid import Cell, Grid

FIELDS = (
    *("id", "title", "measure", "goal", "category", "leader", "lead_unit", "responsible", "support_units", "person"),
    *("start", "deadline", "milestones", "comment"),
)
"""The fields of columns. `measure`: a step or part in a row of its own under the title of a task."""

SEVERAL = frozenset({"goal", "responsible", "support_units", "milestones", "comment"})
"""The fields that may have more than one column."""

_TITLES = ("title", "measure", "goal")
"""The fields that can name a task; without a `title` column, the leftmost of the others is used as the title."""

_ENOUGH = 2

_DEEPEST = 3
"""The most rows of a header."""

_MARKS = re.compile(r"[\s()\[\]{}/、:,，.。·*“”\"'_—-]|[与和]")

_BRACKETS = re.compile(r"[(\[].*?[)\]]")

_PERIOD_WORDS = re.compile(
    "(?:的?(?:工作|主要|重点|阶段|节点|推进|计划|目标|任务|进度|形象|安排|完成|要求|预期){0,4})?(?:[(（].*[)）])?"
)
"""Words that may follow a period in a header: 一季度工作目标, 6月底前完成."""

_MONEY = re.compile("投资|资金|[万亿]元|经费|产值|金额|预算|支付|拨付")

_WHEN = re.compile("(?!.*(?:目标|任务|内容|要求))(?:.*(?:时间|日期|时限|季度|月份|年月)|阶段$)", re.DOTALL)

_COLON = re.compile("[:：]")

_LONGEST_LABEL = 12

_AROUND = " \t\n　，,；;。、|"

Synonyms = Mapping[str, str]
"""Header, as `plain` returns it → its field."""


def plain(header: str) -> str:
    """Return a header without spaces, brackets, punctuation and 与, 和, in lower case, for comparison."""
    return _MARKS.sub("", normalize("NFKC", header).casefold())


@cache
def synonyms(more: Path | None = None) -> Synonyms:
    """Return the known headers: the built-in ones and those of the user's file `more`.

    Raises:
        InvalidInput: the file cannot be read, or has faults; lists all of them.
    """
    known = read_synonyms(Path(__file__).with_name("headers.yaml"), FIELDS)
    return {**known, **read_synonyms(more, FIELDS)} if more is not None else known


def read_synonyms(path: Path, names: tuple[str, ...]) -> Synonyms:
    """Read a YAML file of fields (all in `names`), each with its headers.

    Raises:
        InvalidInput: the file cannot be read, or has faults; lists all of them.
    """
    root = read_nodes(text_of(path, read_bytes(path)), str(path))
    _refuse(path, root, [*text_faults(root), *_unknown(root, names)])
    fields = root.members if isinstance(root, Fields) else {}
    return {plain(header): name for name, node in fields.items() for header in _texts(node)}


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar) and node.value:
        yield node.value
    elif isinstance(node, Listing | Fields):
        for member in node.members if isinstance(node, Listing) else node.members.values():
            yield from _texts(member)


def _unknown(root: Node, names: tuple[str, ...]) -> Iterator[Fault]:
    if not isinstance(root, Fields):
        yield Fault((), _("expected fields such as 'title: 工作任务'"))
        return
    for name in root.members:
        if name not in names:
            yield Fault((name,), _("unknown field {name} {near}").format(name=quoted(name), near=near(name, names)))


def _refuse(path: Path, root: Node, faults: list[Fault]) -> None:
    if faults:
        raise InvalidInput(sorted(findings(str(path), root, faults), key=lambda each: (each.line, each.column)))


class PlanMap(Struct, frozen=True):
    """A user's column map for a plan: the header of each field, and the row and sheet of the header."""

    titles: Mapping[str, str] = field(default_factory=dict)
    """Header, as `plain` returns it → its field."""
    written: Mapping[str, str] = field(default_factory=dict)
    """Header, as `plain` returns it → as it is written in the map."""
    header: int | None = None
    sheet: str | None = None


def read_plan_map(path: Path) -> PlanMap:
    """Read a map for `jk init --from`: `title: 建设任务`, `deadline: 何时完成`; also `header: 3`, `sheet: 表一`.

    Raises:
        InvalidInput: the map cannot be read, or has faults; lists all of them.
    """
    root = on_one_line(read_nodes(text_of(path, read_bytes(path)), str(path)))
    faults = [*text_faults(root), *_unknown(root, (*FIELDS, "header", "sheet"))]
    header = root.text("header") if isinstance(root, Fields) else None
    if header is not None and not (header.isdecimal() and int(header)):
        faults.append(
            Fault(("header",), _("found {found} (expected the number of a row)").format(found=quoted(header)))
        )
    _refuse(path, root, faults)
    fields = root.members if isinstance(root, Fields) else {}
    pairs = [(title, name) for name in FIELDS if name in fields for title in _texts(fields[name])]
    titles, written = {plain(title): name for title, name in pairs}, {plain(title): title for title, _name in pairs}
    sheet = root.text("sheet") if isinstance(root, Fields) else None
    return PlanMap(titles, written, int(header) if header else None, sheet)


class PeriodColumn(Struct, frozen=True):
    """A column with the work due in a period: the last day of the period, and its name in the header."""

    columns: range
    day: date
    name: str


class Header(Struct):
    """The header of a table: its rows, and the fields of its columns."""

    first_row: int
    last_row: int
    columns: dict[str, list[range]] = field(default_factory=dict)
    periods: list[PeriodColumn] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    """The title cells of known columns."""
    unknown: dict[int, list[Cell]] = field(default_factory=dict)
    """First column under an unknown title → the cells of that title, from top to bottom."""
    names: dict[range, str] = field(default_factory=dict)
    """Columns of a field or a period → their title."""
    left: int = 0
    width: int = 0
    """The first and the last column of the table."""

    def __contains__(self, name: str) -> bool:
        """Whether a field has a column."""
        return name in self.columns

    def knows(self, column: int) -> bool:
        """Whether a column is a field or a period."""
        ranges = [each for ranges in self.columns.values() for each in ranges]
        return any(column in each for each in (*ranges, *(period.columns for period in self.periods)))

    def first(self, name: str) -> int:
        """The first column of a field; 0 if it has none."""
        return self.columns[name][0].start if name in self.columns else 0


class HeaderFinder(Struct, frozen=True):
    """Finds the headers of tables by known titles."""

    known: Synonyms
    map: PlanMap
    year: int

    def find(self, grid: Grid, row: int) -> Header | None:
        """Return the header that begins in a row, or None.

        A row begins a header if it has the title of a task column and of at least one other known column.
        """
        if self.map.header not in (None, row):
            return None
        if not any(self._field(cell.label) in _TITLES for _column, cell in grid.own(row)):
            return None
        labels = [cell.label for cell in self._labels(grid, row)]
        known = {self._field(label) or ("period" if self._period(label, "") else None) for label in labels} - {None}
        if not known & set(_TITLES) or (len(known) < _ENOUGH and self.map.header != row):
            return None
        last = row
        while last - row + 1 < _DEEPEST and self._has_row_below(grid, row, last + 1):
            last += 1
        return self._assign(grid, Header(row, last))

    def _labels(self, grid: Grid, row: int) -> list[Cell]:
        cells = {id(cell): cell for column in grid.columns() if (cell := grid.cell(row, column))}
        return list(cells.values())

    def _field(self, label: str) -> str | None:
        """The field of a title, which is compared whole, without its brackets, and without a year before it."""
        without = _BRACKETS.sub("", normalize("NFKC", label))
        for variant in (label, without, re.sub("^(?:(?:19|20|21)[0-9]{2}年度?|本年度?|全年|拟)", "", without)):
            for known in (self.map.titles, self.known):
                if plain(variant) in known:
                    return known[plain(variant)]
        return None

    def _period(self, label: str, above: str) -> date | None:
        """The last day of the period in a title (第一季度, 6月底前完成); None if there is none or it is about money."""
        if _MONEY.search(label) or _MONEY.search(above):
            return None
        try:
            found = leading_date(label, self.year)
        except Refused:
            return None
        return found[0] if found and _PERIOD_WORDS.fullmatch(found[1]) else None

    def _has_row_below(self, grid: Grid, row: int, below: int) -> bool:
        """Whether a row continues the header above: a title is merged down into it, or it has only known titles."""
        own = [cell for _column, cell in grid.own(below)]
        titles = [
            column
            for column in grid.columns()
            if (cell := grid.cell(row, column)) and self._field(cell.label) in _TITLES
        ]
        merged = any(grid.origins.get((below, column), (below, column))[0] < below for column in titles)
        if merged:
            return True
        empty = all(grid.cell(below, column) is None for column in titles)
        return empty and bool(own) and all(self._field(c.label) or self._period(c.label, "") for c in own)

    def _assign(self, grid: Grid, header: Header) -> Header | None:
        header.left, header.width = min(grid.columns()), max(grid.columns())
        for columns, cells in _paths(grid, header):
            *above, title = [cell.label for cell in cells]
            name = self._field("".join((*above, title))) or self._field(title)
            day = None if name else self._period(title, "".join(above))
            if name and (name not in header.columns or name in SEVERAL):
                header.columns.setdefault(name, []).append(columns)
            elif name in _TITLES and "measure" not in header.columns:
                header.columns["measure"] = [columns]
            elif day:
                header.periods.append(PeriodColumn(columns, day, title))
            else:
                header.unknown[columns.start] = cells
                continue
            header.names[columns] = title
            header.cells += cells
        if "title" not in header.columns:
            instead = min((name for name in _TITLES if name in header.columns), key=header.first, default=None)
            if instead is None:
                return None
            header.columns["title"] = header.columns.pop(instead)
        return header


def _paths(grid: Grid, header: Header) -> Iterator[tuple[range, list[Cell]]]:
    """Yield the columns of a table with their titles from top to bottom; columns that share a title are one range."""
    groups: list[tuple[list[int], list[Cell]]] = []
    for column in grid.columns():
        cells: dict[int, Cell] = {}
        for row in range(header.first_row, header.last_row + 1):
            if cell := grid.cell(row, column):
                cells[id(cell)] = cell
        path = list(cells.values())
        if not path:
            continue
        if groups and groups[-1][0][-1] == column - 1 and groups[-1][1][-1] is path[-1]:
            groups[-1][0].append(column)
        else:
            groups.append(([column], path))
    for columns, path in groups:
        yield range(columns[0], columns[-1] + 1), path


def splits_dates(header: Header) -> tuple[range, range] | None:
    """The columns of dates and of texts, if the table has steps in two columns: one for dates, one for texts."""
    columns = header.columns.get("milestones", [])
    dates = [each for each in columns if _WHEN.match("".join(header.names[each].split()))]
    texts = [each for each in columns if each not in dates]
    return (dates[0], texts[0]) if len(columns) == _ENOUGH and len(dates) == 1 else None


def labelled(text: str, known: Synonyms, fields: frozenset[str]) -> list[tuple[str | None, str]]:
    """Split a text at its labels.

    Args:
        text: a text such as `牵头：乙局；配合：甲局`.
        known: the labels, which are also headers of columns.
        fields: only labels of these fields count.

    Returns:
        Each field with its text, in the order of the text; the field of text before the first label is None.
    """
    places: list[tuple[int, int, str]] = []
    for colon in _COLON.finditer(text):
        end = colon.start()
        for length in range(min(_LONGEST_LABEL, end), 1, -1):
            label = text[end - length : end]
            if label == label.strip(_AROUND) and known.get(plain(label)) in fields:
                places.append((end - length, colon.end(), known[plain(label)]))
                break
    parts: list[tuple[str | None, str]] = []
    if before := text[: places[0][0] if places else len(text)].strip(_AROUND):
        parts.append((None, before))
    for number, (_start, end, name) in enumerate(places):
        until = places[number + 1][0] if number + 1 < len(places) else len(text)
        parts.append((name, text[end:until].strip(_AROUND)))
    return parts
