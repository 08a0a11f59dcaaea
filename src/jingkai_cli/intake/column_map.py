"""The map of a unit's own sheet: which column holds what (`jk import --map`)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date as Date  # noqa: N812 - `date` is a column here
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import fields, replace

from ..dates import parse_day
from ..errors import InvalidInput, Refused
from ..kinds.kind import REPORT_TEXTS
from ..language import _
from ..plan.files import read_bytes, text_of
from ..plan.yaml_reader import read_nodes, text_faults
from ..plan.yaml_tree import Fault, Fields, Listing, Node, Scalar, findings
from ..text import near, quoted


class Columns(Struct, frozen=True):
    """A column map: the title of each column; `figures` maps the titles of figure columns to indicators."""

    task: str
    sheet: str | None = None
    header: int = 1
    """The row with the titles; the last of them where there are several."""
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
    """The column with the units of measure of the figures beside it; `unit` is the one that reports."""
    indicator: str | None = None
    """The column with the name of an indicator; `total` and `added` hold its figures."""
    total: str | None = None
    """Without `indicator`, of the only indicator that a task has; so too `added`."""
    added: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    """Title → `greened` for a total, `+greened` for an increment, `percent` for the percentage."""
    skip: tuple[str, ...] = ()
    """Values of the task column in rows to skip, such as 合计."""

    def named(self) -> Iterator[str]:
        """The titles that the sheet must have."""
        reporting = (self.task, self.date, self.unit, self.measure_unit)
        single = (*reporting, self.percent, self.indicator, self.total, self.added)
        yield from (title for title in (*single, *self.texts().values()) if title is not None)
        yield from self.figures

    def figure_titles(self) -> list[str]:
        """The titles of the columns of figures."""
        return [title for title in (self.percent, self.total, self.added, *self.figures) if title]

    def texts(self) -> dict[str, str | None]:
        """The columns of texts: field of an entry → title."""
        return {name: getattr(self, name) for name in ("note", *REPORT_TEXTS)}


_NAMES = [each.name for each in fields(Columns) if each.name != "first_header"]

_ROWS = re.compile(r"([1-9][0-9]{0,5})(?:\s*[-–—~～至到]\s*([1-9][0-9]{0,5}))?行?")
"""`3`, or `3-4` where the header has two rows."""


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
    """A map in which each title is on one line: a header with a line break is copied as it stands."""
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
    """The first and the last row of a header: `3`, or `3-4`.

    Raises:
        Refused: it is neither.
    """
    match = _ROWS.fullmatch(text.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not match or not first <= last < first + _DEEPEST:
        raise Refused(
            _("found {found} (expected the number of a row, or of two such as 3-4)").format(found=quoted(text))
        )
    return first, last


_DEEPEST = 4
"""Rows that a header may have."""


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
    """Fields that the map lacks."""
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
