"""Reads a filled-in ballot sheet into scores: every cell is used, reported as a fault, or listed as not read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct, field
from msgspec.structs import replace

from ..dates import parse_month
from ..errors import Finding, InvalidInput, Refused
from ..figure_reader import points
from ..language import _
from ..model import Plan
from ..quantities import enumeration, number
from ..text import name_key, near, quoted
from ..thresholds import Observation
from .ballot_layout import FIRST_ROW, HEAD, HEAD_ROW, HEADER_ROW, MARK, VERSION, WHOLE, BallotLine
from .grid import Cell, Grid, letters
from .rows import Row, entries
from .text_files import Line
from .typed_cells import says_something
from .unused_cells import Account, once_each

_FULL = Decimal(100)


class _Keys(Struct, frozen=True):
    """The content of the hidden sheet."""

    identity: str
    plan: str
    judge: str
    month: str
    head: str
    columns: tuple[tuple[str, str, str], ...]
    """Kind, item and title of each column."""
    lines: Mapping[str, BallotLine]
    """Name of a site → its line; name of a unit → its line if units are judged as a whole."""

    @property
    def of(self) -> str:
        """The kind of the column that names each line: `site` or `unit`."""
        return "site" if any(line.site for line in self.lines.values()) else "unit"


def is_ballot(hidden: Grid) -> bool:
    """Whether a hidden sheet is that of a ballot."""
    cell = hidden.cell(1, 1)
    return cell is not None and cell.text == MARK


class ReadBallot(Struct, frozen=True):
    """The scores of a ballot sheet, and a line for each part of the file that was not read."""

    rows: list[Row]
    unread: tuple[str, ...]


def _keys(hidden: Grid, plan: Plan) -> _Keys:
    """Read the hidden sheet.

    Raises:
        Refused: the sheet was changed, comes from a newer version of this program, or belongs to another plan.
    """
    rows = [[cell.text if (cell := hidden.cell(row, c)) else "" for c in range(1, 5)] for row in sorted(hidden.rows)]
    head = dict(row[:2] for row in rows[: len(HEAD)])
    if head.get(MARK, "").isdecimal() and head[MARK] > VERSION:
        raise Refused(_("is a form of a newer jk: upgrade this one"))
    columns = tuple((row[1], row[2], row[3]) for row in rows if row[0] == "column")
    lines = {row[3] or row[1]: BallotLine("", *row[1:]) for row in rows if row[0] in ("unit", "site")}
    if tuple(head) != HEAD or head[MARK] != VERSION or not columns or not lines:
        raise Refused(_("its hidden sheet was changed: copy your figures into a new form (`jk form`)"))
    if head["plan"] != plan.title:
        raise Refused(_("is a form of another plan: {plan}").format(plan=head["plan"]))
    _mark, identity, of_plan, judge, month, over = head.values()
    return _Keys(identity, of_plan, judge, month, over, columns, lines)


class _Sheet(Struct):
    """A ballot sheet that is being read."""

    grid: Grid
    keys: _Keys
    plan: Plan
    faults: list[Finding] = field(default_factory=list)
    used: set[tuple[int, int]] = field(default_factory=set)

    def take(self, row: int, column: int) -> Cell | None:
        """Mark a cell as used and return it; None if nothing is filled in."""
        cell = self.grid.cell(row, column)
        self.used.add((row, column))
        return says_something(cell)

    def fault(self, row: int, column: int, message: str) -> None:
        self.faults.append(Finding(self.grid.file, 0, 0, message, self.where(row, column)))

    def where(self, row: int, column: int) -> str:
        return f"{self.grid.sheet}!{letters(column)}{row}"

    def columns(self, kind: str) -> list[tuple[int, str]]:
        """The number and the item of each column of a kind."""
        return [(at, item) for at, (name, item, _title) in enumerate(self.keys.columns, 1) if name == kind]


def read_ballot(sheets: Sequence[Grid], hidden: Grid, plan: Plan, typist: str, today: date) -> ReadBallot:
    """Read the scores of a ballot sheet. They are dated on the last day of the month, or on `today` if that is earlier.

    Args:
        sheets: the visible sheets of the file.
        hidden: the sheet with the keys.
        plan: the plan with the units and the rules of the observation.
        typist: who imports the file.
        today: the date in the plan's zone.

    Raises:
        InvalidInput: the ballot belongs to another plan, or has cells that cannot be read; lists all of them.
    """
    try:
        keys = _keys(hidden, plan)
        month = parse_month(keys.month, today)
        read = _Sheet(_find_sheet(sheets, keys.head), keys, plan)
    except Refused as refused:
        raise InvalidInput.of_file(hidden.file, str(refused)) from None
    lines = list(_lines(read, min(month.end, today))) if _is_as_written(read) else []
    read.grid, shown = _without_totals(read), read.grid
    unread = tuple(once_each(_account(read, [read.grid if sheet is shown else sheet for sheet in sheets])))
    if read.faults:
        raise InvalidInput(read.faults)
    rows = entries(hidden.file, lines, plan, typist)
    return ReadBallot(
        [replace(row, in_form=row.entry.key, absent_fields=row.absent_fields | {"on"}) for row in rows], unread
    )


def _without_totals(read: _Sheet) -> Grid:
    """The sheet without its totals: they were compared with the scores already, or have no saved value."""
    totals = {column for column, _item in read.columns("total")}
    rows = {
        row: {at: cell for at, cell in cells.items() if row < FIRST_ROW or at not in totals}
        for row, cells in read.grid.rows.items()
    }
    aside = tuple(each for each in read.grid.aside if each.row < FIRST_ROW or each.column not in totals)
    return replace(read.grid, rows=rows, aside=aside)


def _find_sheet(sheets: Sequence[Grid], head: str) -> Grid:
    """The sheet with the ballot's head; the first sheet if none has it.

    Raises:
        Refused: several sheets have the head, or there are no sheets.
    """
    label = "".join(head.split())
    ballots = [sheet for sheet in sheets if (cell := sheet.cell(HEAD_ROW, 1)) and cell.label == label]
    if len(ballots) > 1:
        text = _("{sheets} are both filled in: leave one of them, delete the other")
        raise Refused(text.format(sheets=enumeration(sheet.sheet for sheet in ballots)))
    if not ballots and not sheets:
        raise Refused(_("its hidden sheet was changed: copy your figures into a new form (`jk form`)"))
    return ballots[0] if ballots else sheets[0]


def _is_as_written(read: _Sheet) -> bool:
    """Check head and column titles against what `jk form` wrote, and items against the plan.

    Returns whether they agree; if not, scores could count for another judge, month or item.
    """
    expected = [(HEAD_ROW, 1, read.keys.head)]
    expected += [(HEADER_ROW, at, title) for at, (_kind, _item, title) in enumerate(read.keys.columns, 1)]
    for row, column, text in expected:
        cell = read.take(row, column)
        if cell is None or cell.label != "".join(text.split()):
            message = _("found {found}, but this form was written with {text} here: copy your scores into a new form")
            read.fault(row, column, message.format(found=quoted(cell.text if cell else ""), text=quoted(text)))
    rules = read.plan.observation or Observation()
    items = rules.item_ids
    if rules.of != f"{read.keys.of}s":
        text = _("this form is of {form}, and the plan's observation is of {plan}: write a new form (`jk form`)")
        named = {"units": _("units"), "sites": _("sites")}
        values = {"form": named[f"{read.keys.of}s"], "plan": named[rules.of]}
        read.fault(HEADER_ROW, 1, text.format(**values))
    for column, item in read.columns("score"):
        if item not in (items or (WHOLE,)):
            read.fault(HEADER_ROW, column, _("the plan no longer has this item: write a new form (`jk form`)"))
    if missing := set(items).difference(item for _column, item in read.columns("score")):
        text = _("the plan now has items that this form lacks: {items}; write a new form (`jk form`)")
        read.fault(HEADER_ROW, 1, text.format(items=", ".join(sorted(missing))))
    return not read.faults


def _lines(read: _Sheet, on: date) -> Iterator[Line]:
    """Yield a line for each score. Rows are identified by the name of their unit or site; their order is free."""
    ((name_column, _item),) = read.columns(read.keys.of)
    known = {name_key(name): name for name in read.keys.lines}
    first: dict[str, int] = {}
    for row in sorted(read.grid.rows):
        if row < FIRST_ROW:
            continue
        cell = read.grid.cell(row, name_column)
        name = known.get(name_key(cell.text)) if cell else None
        if name is None:
            _refuse_scores(read, row, name_column, cell)
        elif name in first:
            text = _("{unit} is already in row {first}")
            read.fault(row, name_column, text.format(unit=quoted(name), first=first[name]))
        else:
            first[name] = row
            read.used |= {(row, at) for at, (kind, *_rest) in enumerate(read.keys.columns, 1) if kind != "score"}
            _refuse_another_unit(read, row, name)
            yield from _scores(read, row, name, on)


def _refuse_another_unit(read: _Sheet, row: int, name: str) -> None:
    """Report a fault if the unit beside a site was changed: the judge would score another unit than the sheet shows."""
    ((unit_column, _item),) = read.columns("unit")
    unit, cell = read.keys.lines[name].unit, read.grid.cell(row, unit_column)
    if cell is None or name_key(cell.text) != name_key(unit):
        text = _("{site} is a site of {unit} in this form: do not change its unit")
        read.fault(row, unit_column, text.format(site=quoted(name), unit=quoted(unit)))


def _refuse_scores(read: _Sheet, row: int, name_column: int, name: Cell | None) -> None:
    """Report a fault if a row has scores but its name is not a unit or a site of this sheet."""
    filled = [c for c, _item in read.columns("score") if (cell := read.grid.cell(row, c)) and _is_figure(cell)]
    if not filled:
        return
    by_site = read.keys.of == "site"
    if name is None:
        text = _("scores without a unit: write its name here, or clear the row")
        if by_site:
            text = _("scores without a site: write its name here, or clear the row")
        read.fault(row, name_column, text)
        return
    text = _("scores for {unit}, which is not a unit on this form {hint}")
    if by_site:
        text = _("scores for {unit}, which is not a site on this form {hint}")
    read.fault(row, name_column, text.format(unit=quoted(name.text), hint=near(name.text, list(read.keys.lines))))


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell.value, str) or any(sign.isdecimal() for sign in cell.value)


def _scores(read: _Sheet, row: int, name: str, on: date) -> Iterator[Line]:
    """Yield the scores of a unit or a site: for every item, or for none."""
    line = read.keys.lines[name]
    columns = read.columns("score")
    cells = {column: read.take(row, column) for column, _item in columns}
    ((remark_column, _item),) = read.columns("remark")
    remark = read.take(row, remark_column)
    if not any(cells.values()):
        if remark:
            read.fault(row, remark_column, _no_scores(remark))
        return
    note = remark.text if remark else ""
    scores: list[Decimal] = []
    for column, item in columns:
        cell = cells[column]
        if cell is None:
            text = _("{unit} has no score here: fill in every item of a line, or none")
            read.fault(row, column, text.format(unit=name))
            continue
        try:
            score = _score(read.plan, item, cell)
        except Refused as refused:
            read.fault(row, column, str(refused))
            continue
        scores.append(score)
        optional = {"item": item} if item else {}
        optional |= {"note": note} if note else {}
        optional |= {"site": line.site, "place": line.name} if line.site else {}
        key = f"form/{read.keys.identity}/{line.site or line.unit}" + (f"/{item}" if item else "")
        about = {"kind": "score", "on": on.isoformat(), "month": read.keys.month, "by": read.keys.judge}
        about |= {"unit": line.unit}
        yield read.where(row, column), {**about, "key": key, "score": f"{score:f}", **optional}
        note = ""
    if len(scores) == len(columns):
        _compare_total(read, row, sum(scores, Decimal(0)))


def _compare_total(read: _Sheet, row: int, expected: Decimal) -> None:
    """Report a fault if a typed total differs from the sum of the scores: one of the figures is wrong."""
    for column, _item in read.columns("total"):
        cell = read.take(row, column)
        if cell and not cell.formula and _typed_total(cell) != expected:
            text = _("'{text}' is not the sum of the items, which is {sum}: correct the item that is wrong")
            read.fault(row, column, text.format(text=cell.text, sum=number(expected)))


def _typed_total(cell: Cell) -> Decimal | None:
    try:
        return points(cell.text, _FULL)
    except Refused:
        return None


def _no_scores(remark: Cell) -> str:
    text = _("the remark {text} has no score: fill in the scores; if nothing was observed here, clear the remark too")
    return text.format(text=quoted(remark.text))


def _score(plan: Plan, item: str, cell: Cell) -> Decimal:
    """The score in a cell.

    Raises:
        Refused: it is not a number, or is more than the item's points.
    """
    line = plan.observation.item(item) if plan.observation and item else None
    most = line.points if line else _FULL
    if isinstance(cell.value, date) or cell.percentage:
        raise Refused(_("'{text}' is a date or a percentage (expected a number of points)").format(text=cell.text))
    return points(cell.text, most)


def _account(read: _Sheet, sheets: Sequence[Grid]) -> Account:
    """Return whether each cell was used. A score cell that cannot be read is reported as a fault."""
    account = Account(sheets)
    for sheet in sheets:
        for row in sorted(sheet.rows):
            for column, cell in sheet.own(row):
                if sheet is not read.grid:
                    account.leave(cell, _("another sheet than the ballot"), group="sheet")
                elif (row < HEADER_ROW and column == 1) or (row, column) in read.used:
                    account.use(cell)
                elif column > len(read.keys.columns):
                    account.leave(cell, _("not a column of the form"), group="column")
                else:
                    account.leave(cell, _("not in the row of a unit"))
    scores = {column for column, _item in read.columns("score")}
    for aside in read.grid.aside:
        if aside.unusable and aside.row >= FIRST_ROW and aside.column in scores:
            read.fault(aside.row, aside.column, _("{text}: {why}").format(text=aside.text, why=aside.why))
    return account
