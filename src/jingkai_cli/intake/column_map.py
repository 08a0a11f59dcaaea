"""The column map of a unit's own sheet (`jk import --map`): the title of each column, and the header rows."""

import re
from collections.abc import Iterator, Mapping
from datetime import date as Date  # noqa: N812 - `date` is a column here
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import fields, replace

from ..dates import parse_day
from ..errors import Finding, InvalidInput, Refused
from ..kinds.kind import REPORT_TEXTS
from ..language import _
from ..plan.files import read_bytes, text_of
from ..plan.yaml_reader import read_nodes, text_faults
from ..plan.yaml_tree import Fault, Fields, Listing, Node, Scalar, findings
from ..text import near, quoted
from .grid import Grid


class Columns(Struct, frozen=True):
    """A column map: the title of each column; `figures` maps the titles of figure columns to indicators."""

    task: str
    sheet: str | None = None
    header: int = 1
    """The row with the titles, or the last of several."""
    first_header: int = 1
    on: Date | None = None
    """The date of every row, if there is no date column."""
    date: str | None = None
    unit: str | None = None
    note: str | None = None
    problem: str | None = None
    next: str | None = None
    need: str | None = None
    percent: str | None = None
    measure_unit: str | None = None
    """The column with the units of measure of the figures in the same row; `unit` is the reporting unit."""
    indicator: str | None = None
    """The column with the name of an indicator; its figures are in the columns `total` and `added`."""
    total: str | None = None
    """The column of totals. Without `indicator`, `total` and `added` are of the only indicator of the task."""
    added: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    """Title → `greened` for a total, `+greened` for an increment, `percent` for the percentage."""
    skip: tuple[str, ...] = ()
    """Values of the task column in rows to skip, such as 合计."""

    def named(self) -> Iterator[str]:
        """Yield the titles that the sheet must have."""
        reporting = (self.task, self.date, self.unit, self.measure_unit)
        single = (*reporting, self.percent, self.indicator, self.total, self.added)
        yield from (title for title in (*single, *self.texts().values()) if title is not None)
        yield from self.figures

    def figure_titles(self) -> list[str]:
        """The titles of the columns of figures."""
        return [title for title in (self.percent, self.total, self.added, *self.figures) if title]

    def texts(self) -> dict[str, str | None]:
        """The columns of texts: field of an entry → title, or None."""
        return {name: getattr(self, name) for name in ("note", *REPORT_TEXTS)}


_NAMES = [each.name for each in fields(Columns) if each.name != "first_header"]

_ROWS = re.compile(r"([1-9][0-9]{0,5})(?:\s*[-–—~～至到]\s*([1-9][0-9]{0,5}))?行?")
"""`3`, or `3-4` if the header has several rows."""


def read_columns(path: Path) -> Columns:
    """Read a column map.

    Raises:
        InvalidInput: the map cannot be read, or has faults; lists all of them.
    """
    file = str(path)
    absent = _("there is no such file (make one from the header: `jk import FILE --suggest-map`)")
    root = on_one_line(read_nodes(text_of(path, read_bytes(path, absent)), file))
    faults = [*text_faults(root), *_faults(root)]
    if faults or not isinstance(root, Fields):
        found = findings(file, root, faults)
        raise InvalidInput(sorted(found, key=lambda one: (one.line, one.column)))
    texts = {name: root.text(name) for name in _NAMES if name not in ("figures", "skip", "header", "on")}
    figures = root.fields("figures")
    on = root.text("on")
    first, last = header_rows(root.text("header") or "1")
    return Columns(
        first_header=first,
        header=last,
        on=parse_day(on) if on else None,
        figures={title: figures.text(title) or "" for title in figures.members},
        skip=tuple(text for _loc, text in root.texts((), "skip")),
        **{name: text for name, text in texts.items() if text is not None},
    )


def on_one_line(node: Node) -> Node:
    """Put each title of a map on one line: headers copied from a sheet may have line breaks."""
    if isinstance(node, Scalar):
        return Scalar(node.line, node.column, node.value and " ".join(node.value.split()))
    if isinstance(node, Listing):
        return Listing(node.line, node.column, [on_one_line(each) for each in node.members])
    members = {" ".join(name.split()): on_one_line(each) for name, each in node.members.items()}
    keys = {
        " ".join(name.split()): Scalar(key.line, key.column, " ".join(name.split())) for name, key in node.keys.items()
    }
    return replace(node, members=members, keys=keys)


def header_rows(text: str) -> tuple[int, int]:
    """Return the first and the last row of a header, given as `3` or `3-4`.

    Raises:
        Refused: the text is neither, or the header has too many rows.
    """
    match = _ROWS.fullmatch(text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not match or not first <= last < first + _DEEPEST:
        raise Refused(
            _("found {found} (expected the number of a row, or of two such as 3-4)").format(found=quoted(text))
        )
    return first, last


_DEEPEST = 4
"""The most rows of a header."""


def _faults(root: Node) -> Iterator[Fault]:
    if not isinstance(root, Fields):
        yield Fault((), _("expected fields such as 'task: 工作任务'"))
        return
    for name, node in root.members.items():
        if name not in _NAMES:
            yield Fault((name,), _("unknown field {name} {near}").format(name=quoted(name), near=near(name, _NAMES)))
        elif name == "figures" and not isinstance(node, Fields):
            yield Fault((name,), _("expected fields such as `完成绿化面积: greened`"))
        elif name not in ("figures", "skip") and not isinstance(node, Scalar):
            yield Fault((name,), _("expected the title of a column"))
    yield from _missing(root)


def _missing(root: Fields) -> Iterator[Fault]:
    """Yield a fault for each field that is missing, and for a header or a date that cannot be read."""
    header, on = root.text("header") or "1", root.text("on")
    try:
        header_rows(header)
    except Refused as refused:
        yield Fault(("header",), str(refused))
    if on:
        try:
            parse_day(on)
        except Refused as refused:
            yield Fault(("on",), str(refused))
    if not root.text("task"):
        yield Fault((), _("name the column of the task: task: TITLE"))
    if not on and not root.text("date"):
        yield Fault((), _("name the column of the date (date: TITLE), or one date for all (on: 2016-03-31)"))
    if root.text("indicator") and not root.text("total") and not root.text("added"):
        yield Fault((), _("'indicator' needs 'total' or 'added': the column of the figure"))


def titles_of(grid: Grid, columns: Columns, column: int) -> list[str]:
    """The titles of a column, from top to bottom; a cell merged over several rows counts once."""
    cells = {
        id(cell): cell.label
        for row in range(columns.first_header, columns.header + 1)
        if (cell := grid.cell(row, column))
    }
    return list(cells.values())


def _columns_by_name(grid: Grid, columns: Columns) -> dict[str, list[int]]:
    """Name by which a map may refer to a column → its columns: its last title, or all of them (`累计/投资`)."""
    named: dict[str, list[int]] = {}
    for column in grid.columns():
        lowest = columns.header
        while lowest > columns.first_header and grid.cell(lowest, column) is None:
            lowest -= 1
        if grid.origins.get((lowest, column), (lowest, column))[1] != column:
            continue
        labels = titles_of(grid, columns, column)
        for name in dict.fromkeys((*labels[-1:], "/".join(labels), "".join(labels))) if labels else ():
            named.setdefault(name, []).append(column)
    return named


def places_of(grid: Grid, columns: Columns) -> dict[str, int]:
    """Return the column of each title in a map.

    Raises:
        InvalidInput: the header lacks a title or has it twice; lists all of these titles.
    """
    titles = _columns_by_name(grid, columns)
    head = range(columns.first_header, columns.header + 1)
    hidden = {"".join(aside.text.split()): aside.why for aside in grid.aside if aside.row in head}
    places: dict[str, int] = {}
    faults: list[str] = []
    for title in columns.named():
        label = "".join(title.split())
        found = titles.get(label, [])
        if len(found) == 1:
            places[title] = found[0]
        elif found:
            text = _("row {row}: the title {title} appears twice{hint}")
            hint = _with_titles_above(grid, columns, found)
            faults.append(text.format(row=columns.header, title=quoted(title), hint=hint))
        elif label in hidden:
            text = _("row {row}: the title {title} is not read: {why}")
            faults.append(text.format(row=columns.header, title=quoted(title), why=hidden[label]))
        else:
            text = _("row {row} has no title {title} {near}")
            faults.append(text.format(row=columns.header, title=quoted(title), near=near(title, titles)))
    if faults:
        raise InvalidInput([Finding(grid.file, 0, 0, message) for message in faults])
    return places


def _with_titles_above(grid: Grid, columns: Columns, found: list[int]) -> str:
    """The hint how to tell columns with the same title apart by the titles above them; empty if these do not help."""
    wider = replace(columns, first_header=columns.first_header - 1)
    names = ["/".join(titles_of(grid, wider, column)) for column in found] if wider.first_header else []
    if len(set(names)) < len(found):
        return ""
    text = _(": with `header: {first}-{last}` they are {titles}")
    return text.format(first=wider.first_header, last=columns.header, titles=_(", ").join(map(quoted, names)))
