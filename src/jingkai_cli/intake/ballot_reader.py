"""Read a filled-in ballot sheet into scores: every cell is used, at fault, or listed as not read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ..dates import parse_month
from ..errors import Finding, InvalidInput, Refused
from ..language import _
from ..model import Plan
from ..quantities import points
from ..text import name_key, near, quoted
from .ballot_layout import FIRST_ROW, HEAD, HEAD_ROW, HEADER_ROW, MARK, VERSION, WHOLE
from .grid import Cell, Grid, letters
from .rows import Row, entries
from .text_files import Line

_NOTHING = frozenset({"", "/", "—", "——", "-", "–", "无"})
"""What people type where there is nothing."""

_FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Keys:
    """What the hidden sheet says."""

    identity: str
    plan: str
    judge: str
    month: str
    head: str
    columns: tuple[tuple[str, str, str], ...]
    """Kind, item and title of each."""
    units: tuple[str, ...]


def is_ballot(hidden: Grid) -> bool:
    """Whether the keys are those of a ballot sheet."""
    cell = hidden.cell(1, 1)
    return cell is not None and cell.text == MARK


def ballot_head(hidden: Grid) -> str:
    """The line that stands over the table of a ballot sheet."""
    cell = hidden.cell(HEAD.index("head") + 1, 2)
    return cell.label if cell else ""


def _keys(hidden: Grid, plan: Plan) -> _Keys:
    """Read the keys.

    Raises:
        Refused: the sheet was changed, or comes from a newer version of this program, or belongs to another plan.
    """
    rows = [[cell.text if (cell := hidden.cell(row, c)) else "" for c in range(1, 5)] for row in sorted(hidden.rows)]
    head = dict(row[:2] for row in rows[: len(HEAD)])
    if head.get(MARK, "").isdecimal() and head[MARK] > VERSION:
        raise Refused(_("is a form of a newer jk: upgrade this one"))
    columns = tuple((row[1], row[2], row[3]) for row in rows if row[0] == "column")
    units = tuple(row[1] for row in rows if row[0] == "unit")
    if tuple(head) != HEAD or head[MARK] != VERSION or not columns or not units:
        raise Refused(_("its hidden sheet was changed: copy your figures into a new form (`jk form`)"))
    if head["plan"] != plan.title:
        raise Refused(_("is a form of another plan: {plan}").format(plan=head["plan"]))
    _mark, identity, of_plan, judge, month, over = head.values()
    return _Keys(identity, of_plan, judge, month, over, columns, units)


@dataclass(slots=True)
class _Sheet:
    """A ballot sheet that is being read."""

    grid: Grid
    keys: _Keys
    plan: Plan
    faults: list[Finding] = field(default_factory=list)
    used: set[tuple[int, int]] = field(default_factory=set)

    def take(self, row: int, column: int) -> Cell | None:
        """The cell at a place, which counts as used; None where nothing is filled in."""
        cell = self.grid.cell(row, column)
        self.used.add((row, column))
        return cell if cell and cell.label not in _NOTHING else None

    def fault(self, row: int, column: int, message: str) -> None:
        self.faults.append(Finding(self.grid.file, 0, 0, message, self.where(row, column)))

    def where(self, row: int, column: int) -> str:
        return f"{self.grid.sheet}!{letters(column)}{row}"

    def columns(self, kind: str) -> list[tuple[int, str]]:
        """The columns of a kind, each with its item."""
        return [(at, item) for at, (name, item, _title) in enumerate(self.keys.columns, 1) if name == kind]


def read_ballot(
    sheet: Grid, hidden: Grid, plan: Plan, typist: str, today: date
) -> tuple[list[Row], tuple[Finding, ...]]:
    """Read the scores of a ballot sheet, dated on the last day of the month, or `today` while it lasts.

    Returns:
        The entries, and the cells that were not read.

    Raises:
        InvalidInput: it belongs to another plan, or has cells that cannot be read; lists all of them.
    """
    try:
        keys = _keys(hidden, plan)
        month = parse_month(keys.month, today)
    except Refused as refused:
        raise InvalidInput([Finding(sheet.file, 0, 0, str(refused))]) from None
    read = _Sheet(sheet, keys, plan)
    if _is_as_written(read):
        lines = list(_lines(read, min(month.end, today)))
        rows = list(entries(sheet.file, lines, plan, typist)) if not read.faults else []
    if read.faults:
        raise InvalidInput(read.faults)
    return [replace(row, in_form=row.entry.key, unsaid=row.unsaid | {"on"}) for row in rows], tuple(_unread(read))


def _is_as_written(read: _Sheet) -> bool:
    """Whether head and header are those that `jk form` wrote: else scores would count for others."""
    expected = [(HEAD_ROW, 1, read.keys.head)]
    expected += [(HEADER_ROW, at, title) for at, (_kind, _item, title) in enumerate(read.keys.columns, 1)]
    for row, column, text in expected:
        cell = read.take(row, column)
        if cell is None or cell.label != "".join(text.split()):
            message = _("found {found}, but this form was written with {text} here: copy your scores into a new form")
            read.fault(row, column, message.format(found=quoted(cell.text if cell else ""), text=quoted(text)))
    items = read.plan.observation.item_ids if read.plan.observation else ()
    for column, item in read.columns("score"):
        if item not in (items or (WHOLE,)):
            read.fault(HEADER_ROW, column, _("the plan no longer has this item: write a new form (`jk form`)"))
    if missing := set(items).difference(item for _column, item in read.columns("score")):
        text = _("the plan now has items that this form lacks: {items}; write a new form (`jk form`)")
        read.fault(HEADER_ROW, 1, text.format(items=", ".join(sorted(missing))))
    return not read.faults


def _lines(read: _Sheet, on: date) -> Iterator[Line]:
    """A line for each score. Rows are found by the name of their unit, in whatever order they stand."""
    ((unit_column, _item),) = read.columns("unit")
    known = {name_key(unit): unit for unit in read.keys.units}
    first: dict[str, int] = {}
    for row in sorted(read.grid.rows):
        if row < FIRST_ROW:
            continue
        cell = read.grid.cell(row, unit_column)
        unit = known.get(name_key(cell.text)) if cell else None
        if unit is None:
            _refuse_scores(read, row, unit_column, cell)
        elif unit in first:
            text = _("{unit} stands in row {first} already")
            read.fault(row, unit_column, text.format(unit=quoted(unit), first=first[unit]))
        else:
            first[unit] = row
            read.used |= {(row, at) for at, (kind, *_rest) in enumerate(read.keys.columns, 1) if kind != "score"}
            yield from _scores(read, row, unit, on)


def _refuse_scores(read: _Sheet, row: int, unit_column: int, unit: Cell | None) -> None:
    """A row of no unit of this sheet has no scores."""
    filled = [c for c, _item in read.columns("score") if (cell := read.grid.cell(row, c)) and _is_figure(cell)]
    if not filled:
        return
    if unit is None:
        read.fault(row, unit_column, _("scores without a unit: write its name here, or clear the row"))
        return
    text = _("scores for {unit}, which is no unit of this form {hint}")
    read.fault(row, unit_column, text.format(unit=quoted(unit.text), hint=near(unit.text, read.keys.units)))


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell.value, str) or any(sign.isdecimal() for sign in cell.value)


def _scores(read: _Sheet, row: int, unit: str, on: date) -> Iterator[Line]:
    """The scores of a unit: of every item, or of none."""
    columns = read.columns("score")
    cells = {column: read.take(row, column) for column, _item in columns}
    ((remark_column, _item),) = read.columns("remark")
    remark = read.take(row, remark_column)
    if not any(cells.values()):
        if remark:
            read.fault(row, remark_column, _("a remark without a score: fill in the scores, or clear the remark"))
        return
    note = remark.text if remark else ""
    for column, item in columns:
        cell = cells[column]
        if cell is None:
            text = _("{unit} has no score here: fill in every item of a unit, or none")
            read.fault(row, column, text.format(unit=unit))
            continue
        try:
            score = _score(read.plan, item, cell)
        except Refused as refused:
            read.fault(row, column, str(refused))
            continue
        said = {"item": item} if item else {}
        said |= {"note": note} if note else {}
        key = f"form/{read.keys.identity}/{unit}" + (f"/{item}" if item else "")
        about = {"kind": "score", "on": on.isoformat(), "month": read.keys.month, "unit": unit, "by": read.keys.judge}
        yield read.where(row, column), {**about, "key": key, "score": f"{score:f}", **said}
        note = ""


def _score(plan: Plan, item: str, cell: Cell) -> Decimal:
    """The score in a cell.

    Raises:
        Refused: it is no number, or more than the item's points.
    """
    line = plan.observation.item(item) if plan.observation and item else None
    most = line.points if line else _FULL
    if isinstance(cell.value, date) or cell.percentage:
        raise Refused(_("'{text}' is a date or a percentage (expected a number of points)").format(text=cell.text))
    return points(cell.text, most)


def _unread(read: _Sheet) -> Iterator[Finding]:
    """The cells of the sheet that nothing was made of; the title and the guide above the table are ours."""
    for row in sorted(read.grid.rows):
        for column, cell in read.grid.own(row):
            if row >= HEADER_ROW and (row, column) not in read.used:
                yield Finding(
                    read.grid.file, 0, 0, _("not read: {text}").format(text=quoted(cell.text)), str(cell.where)
                )


def chosen_sheet(file: str, sheets: Sequence[Grid], head: str) -> tuple[Grid, tuple[Finding, ...]]:
    """The sheet of a workbook that is the ballot, and the other sheets in which something stands.

    Raises:
        InvalidInput: none is, or several are.
    """
    ballots = [sheet for sheet in sheets if (cell := sheet.cell(HEAD_ROW, 1)) and cell.label == head]
    if len(ballots) > 1:
        text = _("several sheets are ballots: {sheets} (expected one)")
        names = ", ".join(sheet.sheet for sheet in ballots)
        raise InvalidInput([Finding(file, 0, 0, text.format(sheets=names))])
    sheet = ballots[0] if ballots else sheets[0]
    others = [each for each in sheets if each is not sheet and each.rows]
    text = _("the sheet {sheet} is not read")
    return sheet, tuple(Finding(file, 0, 0, text.format(sheet=quoted(other.sheet))) for other in others)
