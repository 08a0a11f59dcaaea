"""The account of cells: which cells of a file were used, and a line with place and reason for each that was not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from msgspec import Struct

from ..errors import Refused
from ..language import _, ngettext
from ..text import LONGEST
from .grid import Aside, Cell, Grid, letters

T = TypeVar("T")

Place = tuple[int, int, int]
"""The number of a grid in its file, the row, and the column."""


class Listed(Struct, frozen=True):
    """A cell or a text that was not used, or only in part."""

    place: Place
    where: str
    text: str
    why: str
    group: str = ""
    """`row`, `column` or `sheet` if the reason applies to all of it; other values mean the cell alone."""


class Line(Struct, frozen=True):
    """A message about one unused cell, or about a row, a column or a sheet as a whole."""

    where: str
    message: str
    members: tuple[Listed, ...]

    @property
    def place(self) -> Place:
        """The place of the first member."""
        return self.members[0].place

    def comments(self) -> Iterator[tuple[Place, str]]:
        """Yield the comments to write beside tasks, each with its place; the texts are not shortened."""
        first, *others = self.members
        if first.group == "column" and others:
            yield from ((each.place, f"{each.where}: {first.text}: {each.text}") for each in others)
        elif first.group == "sheet":
            yield first.place, f"{self.where}: {self.message}"
        else:
            text = " | ".join(each.text for each in self.members)
            yield first.place, f"{self.where}: {_message(text, first.why, len(text))}"


class Account:
    """Which cells of the tables of a file were used, and why the others were not."""

    def __init__(self, grids: Sequence[Grid]) -> None:
        """Create the account of a file; no cell is used yet."""
        self.grids = grids
        self._numbers = {id(grid): number for number, grid in enumerate(grids)}
        self._cells: dict[int, tuple[Place, Cell]] = {}
        for number, grid in enumerate(grids):
            for row in sorted(grid.rows):
                for column, cell in grid.own(row):
                    self._cells[id(cell)] = ((number, row, column), cell)
        self._used: set[int] = set()
        self._listed: dict[int, list[Listed]] = {}
        self.remarks: list[str] = []
        """Further remarks on what was read."""

    def number(self, grid: Grid) -> int:
        """The number of a grid in its file."""
        return self._numbers[id(grid)]

    def place(self, cell: Cell) -> Place:
        """The place of a cell in its file."""
        return self._cells[id(cell)][0]

    def use(self, *cells: Cell | None) -> None:
        """Mark cells as used."""
        self._used.update(id(cell) for cell in cells if cell is not None)

    def leave(self, cell: Cell, why: str, text: str | None = None, group: str = "") -> None:
        """List a cell, or the part `text` of it, as not used, with the reason."""
        place, _cell = self._cells[id(cell)]
        listed = Listed(place, str(cell.where), cell.text if text is None else text, why, group)
        entries = self._listed.setdefault(id(cell), [])
        if listed not in entries:
            entries.append(listed)

    def release(self, cell: Cell) -> None:
        """Remove a cell from the list, because it is used after all."""
        self._listed.pop(id(cell), None)

    def leave_all(self, cells: Iterable[Cell], why: str, group: str) -> None:
        """List the cells of a row, a column or a sheet as not used, with one reason."""
        for cell in cells:
            self.leave(cell, why, group=group)

    def read(self, cell: Cell | None, parse: Callable[[Cell], T]) -> T | None:
        """Return the value of a cell and mark it as used; if `parse` refuses it, list it and return None.

        Args:
            cell: the cell, or None if the place is empty.
            parse: returns the value of the whole cell, or raises `Refused`.
        """
        if cell is None:
            return None
        try:
            value = parse(cell)
        except Refused as refused:
            self.leave(cell, str(refused))
            return None
        self.use(cell)
        return value

    def is_open(self, cell: Cell) -> bool:
        """Whether a cell is neither used nor listed yet."""
        return id(cell) not in self._used and id(cell) not in self._listed

    def used(self) -> list[Cell]:
        """The cells that were used as a whole."""
        return [cell for key, (_place, cell) in self._cells.items() if key in self._used and key not in self._listed]

    def unused(self) -> list[Listed]:
        """All that was not used, in the order of the file: listed cells, open cells, and content that is not read."""
        listed = [each for entries in self._listed.values() for each in entries]
        why = _("not part of the plan")
        listed += [
            Listed(place, str(cell.where), cell.text, why) for place, cell in self._cells.values() if self.is_open(cell)
        ]
        listed += [_aside(number, aside) for number, grid in enumerate(self.grids) for aside in grid.aside]
        return sorted(listed, key=lambda each: each.place)

    def lines(self) -> list[Line]:
        """The lines about what was not used: one for each cell, or for each row, column or sheet as a whole."""
        listed = sorted(self.unused(), key=_grouping)
        lines = [self._line(list(group)) for _key, group in groupby(listed, key=_grouping)]
        return sorted(lines, key=lambda line: line.place)

    def _line(self, members: list[Listed]) -> Line:
        first, last = members[0], members[-1]
        where, why = first.where, first.why
        if first.group == "sheet":
            where = self.grids[first.place[0]].sheet or where
        elif len(members) > 1:
            where = f"{first.where}:{last.where.rpartition('!')[2]}"
        if len(members) > 1:
            why += " " + ngettext("({count} cell)", "({count} cells)", len(members)).format(count=len(members))
        return Line(where, _message(" | ".join(each.text for each in members), why), tuple(members))


def _grouping(listed: Listed) -> tuple[int, int, int, str, str]:
    """The key of cells that share a line: those of a row, a column or a sheet with one reason."""
    grid, row, column = listed.place
    match listed.group:
        case "sheet":
            return grid, 0, 0, listed.why, ""
        case "row":
            return grid, row, 0, listed.why, ""
        case "column":
            return grid, 0, column, listed.why, ""
    return grid, row, column, listed.why, listed.text


def _aside(number: int, aside: Aside) -> Listed:
    return Listed((number, aside.row, aside.column), aside.where, aside.text, aside.why, aside.group)


def _message(text: str, why: str, longest: int = LONGEST) -> str:
    """Return the reason, after the text that it is about unless it repeats that; a long text is shortened."""
    shown = " ".join(text.split())
    if not shown or shown in why or text in why:
        return why
    return f"“{shown if len(shown) <= longest else shown[: longest - 1] + '…'}”: {why}"


_SEEN = 5
"""The most places in a line."""


def once_each(account: Account) -> Iterator[str]:
    """Yield the remarks, then one line for each reason, column and sheet that was not used, and one for formulas."""
    yield from account.remarks
    groups: dict[tuple[int, str, int, str], list[Listed]] = {}
    for listed in account.unused():
        number, _row, column = listed.place
        key = (number, listed.group, column if listed.group == "column" else 0, listed.why)
        groups.setdefault(key, []).append(listed)
    for (_number, group, column, why), members in groups.items():
        yield _line(group, column, why, members)
    yield from formulas_as_saved(account)


def formulas_as_saved(account: Account) -> Iterator[str]:
    """Yield a line with the formulas whose saved values were used, if there are any."""
    formulas = [str(cell.where) for cell in account.used() if cell.formula]
    if formulas:
        text = ngettext(
            "{count} formula was read as the value saved with it: {cells}",
            "{count} formulas were read as the values saved with them: {cells}",
            len(formulas),
        )
        yield text.format(count=len(formulas), cells=some(formulas))


def _line(group: str, column: int, why: str, members: list[Listed]) -> str:
    if group == "column":
        text = _("column {letters} ({title}) was not read: {why}")
        return text.format(letters=letters(column), title=_short(members[0].text), why=why)
    if group == "sheet":
        text = _("sheet {title} was not read: {why}")
        return text.format(title=members[0].where, why=why)
    if len(members) == 1:
        one = members[0]
        cell = _("line {number}").format(number=one.where) if one.where.isdecimal() else one.where
        return _("{cell} “{text}” was not read: {why}").format(cell=cell, text=_short(one.text), why=why)
    rows = sorted({listed.place[1] for listed in members})
    count = ngettext("{count} row", "{count} rows", len(rows)).format(count=len(rows))
    texts = {row: " | ".join(listed.text for listed in members if listed.place[1] == row) for row in rows[:_SEEN]}
    samples = some([f"“{_short(text)}”" for text in texts.values()] + ([""] if len(rows) > _SEEN else []))
    text = _("{count} ({rows}) not read: {why}: {texts}")
    return text.format(count=count, rows=some(_runs(rows)), why=why, texts=samples)


def _runs(rows: Sequence[int]) -> list[str]:
    """Row numbers as texts, with runs joined: 3–7."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1][1:] = [row]
        else:
            runs.append([row])
    return ["–".join(map(str, run)) for run in runs]


def some(texts: list[str]) -> str:
    """Join the first few texts, with … if there are more."""
    return ", ".join(texts[:_SEEN]) + (", …" if len(texts) > _SEEN else "")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 20 else words[:19] + "…"  # noqa: PLR2004 - enough to recognize a text
