"""`columns.yaml`: which column of a unit's own sheet is the task, the date, the value, the note."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date as Date  # noqa: N812 - `date` is a column here
from pathlib import Path

from ...dates import parse_day
from ...errors import InvalidInput, Refused
from ...language import _
from ...plan.files import read_bytes
from ...plan.legible import legible
from ...plan.nodes import Fault, Fields, Node, Scalar, findings
from ...plan.reader import read_nodes
from ...plan.source import text_of
from ...plan.wording import near, quoted


@dataclass(frozen=True, slots=True)
class Columns:
    """Each column by its title; `figures` are those that hold one indicator each: title → indicator."""

    task: str
    sheet: str | None = None
    header: int = 1
    """The row in which the titles stand."""
    on: Date | None = None
    """The date of every row, where no column has one."""
    date: str | None = None
    unit: str | None = None
    note: str | None = None
    percent: str | None = None
    indicator: str | None = None
    """The column with an indicator's name, whose figures `total` and `added` hold."""
    total: str | None = None
    added: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    """`+greened` for what came on top, `greened` for the total to date; `percent` for the percentage."""
    skip: tuple[str, ...] = ()
    """What stands in the task's column of a row that is no task: 合计."""

    def named(self) -> Iterator[str]:
        """The titles of the columns that must be there."""
        single = (self.task, self.date, self.unit, self.note, self.percent, self.indicator, self.total, self.added)
        yield from (title for title in single if title is not None)
        yield from self.figures


_NAMES = [each.name for each in fields(Columns)]


def read_columns(path: Path) -> Columns:
    """A map of columns.

    Raises:
        InvalidInput: it cannot be read, or every fault in it.
    """
    file = str(path)
    root = read_nodes(text_of(path, read_bytes(path)), file)
    faults = [*legible(root), *_faults(root)]
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
    """What a map must say, and does not."""
    header, on = root.text("header") or "1", root.text("on")
    if not header.isdecimal() or int(header) < 1:
        yield Fault(("header",), _("found {found} (expected the number of a row)").format(found=quoted(header)))
    if on:
        try:
            parse_day(on)
        except Refused as refused:
            yield Fault(("on",), str(refused))
    if not root.text("task"):
        yield Fault((), _("say which column names the task: task: TITLE"))
    if not on and not root.text("date"):
        yield Fault((), _("say which column has the date (date: TITLE), or the date of all (on: 2016-03-31)"))
    if (root.text("indicator") is None) != (root.text("total") is None and root.text("added") is None):
        yield Fault((), _("'indicator' goes with 'total' or 'added': the figure beside the name"))
