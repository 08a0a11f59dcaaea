"""The map of a unit's own sheet: which column holds what (`jk import --map`)."""

from collections.abc import Iterator, Mapping
from datetime import date as Date  # noqa: N812 - `date` is a column here
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import fields

from ..dates import parse_day
from ..errors import InvalidInput, Refused
from ..kinds.kind import REPORT_TEXTS
from ..language import _
from ..plan.files import read_bytes, text_of
from ..plan.nodes import Fault, Fields, Node, Scalar, findings
from ..plan.yaml_reader import read_nodes, text_faults
from ..text import near, quoted


class Columns(Struct, frozen=True):
    """A column map: the title of each column; `figures` maps the titles of figure columns to indicators."""

    task: str
    sheet: str | None = None
    header: int = 1
    """The row with the titles."""
    on: Date | None = None
    """The date of every row, if there is no date column."""
    date: str | None = None
    unit: str | None = None
    note: str | None = None
    problem: str | None = None
    next: str | None = None
    need: str | None = None
    percent: str | None = None
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
        single = (self.task, self.date, self.unit, self.percent, self.indicator, self.total, self.added)
        yield from (title for title in (*single, *self.texts().values()) if title is not None)
        yield from self.figures

    def texts(self) -> dict[str, str | None]:
        """The columns of texts: field of an entry → title."""
        return {name: getattr(self, name) for name in ("note", *REPORT_TEXTS)}


_NAMES = [each.name for each in fields(Columns)]


def read_columns(path: Path) -> Columns:
    """Read a column map.

    Raises:
        InvalidInput: the map cannot be read, or has faults; lists all of them.
    """
    file = str(path)
    root = read_nodes(text_of(path, read_bytes(path)), file)
    faults = [*text_faults(root), *_faults(root)]
    if faults or not isinstance(root, Fields):
        found = findings(file, root, faults)
        raise InvalidInput(sorted(found, key=lambda one: (one.line, one.column)))
    texts = {name: root.text(name) for name in _NAMES if name not in ("figures", "skip", "header", "on")}
    figures = root.fields("figures")
    on = root.text("on")
    return Columns(
        header=int(root.text("header") or 1),
        on=parse_day(on) if on else None,
        figures={title: figures.text(title) or "" for title in figures.members},
        skip=tuple(text for _loc, text in root.texts((), "skip")),
        **{name: text for name, text in texts.items() if text is not None},
    )


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
    if not header.isdecimal() or int(header) < 1:
        yield Fault(("header",), _("found {found} (expected the number of a row)").format(found=quoted(header)))
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
