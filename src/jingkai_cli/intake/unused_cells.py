"""The account of cells: what of a file was used, and what was not, with its place and the reason, in a line each."""

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
"""The number of a grid in its file, a row, a column."""


class Listed(Struct, frozen=True):
    """Something that was not used, or only in part."""

    place: Place
    where: str
    text: str
    why: str
    group: str = ""
    """`row`, `column` or `sheet` where the reason is one for all that stands there."""


class Line(Struct, frozen=True):
    """One line about what was not used: a cell, or a row, a column or a sheet as a whole."""

    where: str
    message: str
    members: tuple[Listed, ...]

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.members[0].place

    def comments(self) -> Iterator[tuple[Place, str]]:
        """What to write beside each task that it is about: the texts in full, each with its place."""
        first, *others = self.members
        if first.group == "column" and others:
            yield from ((each.place, f"{each.where}: {first.text}: {each.text}") for each in others)
        elif first.group == "sheet":
            yield first.place, f"{self.where}: {self.message}"
        else:
            said = " | ".join(each.text for each in self.members)
            yield first.place, f"{self.where}: {_message(said, first.why, len(said))}"


class Account:
    """Which cells of the tables of a file were used, and why the others were not."""

    def __init__(self, grids: Sequence[Grid]) -> None:
        """Open the account of a file: no cell is used yet."""
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
        """What else there is to say of what was read."""

    def number(self, grid: Grid) -> int:
        """Which of the grids of its file a grid is."""
        return self._numbers[id(grid)]

    def place(self, cell: Cell) -> Place:
        """Where a cell is in its file."""
        return self._cells[id(cell)][0]

    def use(self, *cells: Cell | None) -> None:
        """Say that all that stands in these cells is used."""
        self._used.update(id(cell) for cell in cells if cell is not None)

    def leave(self, cell: Cell, why: str, text: str | None = None, group: str = "") -> None:
        """Say why a cell is not used, or which part of its text is not."""
        place, _cell = self._cells[id(cell)]
        listed = Listed(place, str(cell.where), cell.text if text is None else text, why, group)
        entries = self._listed.setdefault(id(cell), [])
        if listed not in entries:
            entries.append(listed)

    def release(self, cell: Cell) -> None:
        """Forget what was said of a cell that turned out to be used."""
        self._listed.pop(id(cell), None)

    def leave_all(self, cells: Iterable[Cell], why: str, group: str) -> None:
        """Say why none of a row, a column or a sheet is used."""
        for cell in cells:
            self.leave(cell, why, group=group)

    def read(self, cell: Cell | None, parse: Callable[[Cell], T]) -> T | None:
        """The value of a cell, which counts as used; where `parse` refuses it, it is listed with the reason.

        Args:
            cell: None where the place is empty.
            parse: makes the value of all that stands in the cell, or raises `Refused`.
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
        """Whether nobody has taken or left a cell yet."""
        return id(cell) not in self._used and id(cell) not in self._listed

    def used(self) -> list[Cell]:
        """The cells of which everything was used."""
        return [cell for key, (_place, cell) in self._cells.items() if key in self._used and key not in self._listed]

    def unused(self) -> list[Listed]:
        """All that was not used, in the order of the file: what nobody took, what was left, what is not live."""
        listed = [each for entries in self._listed.values() for each in entries]
        why = _("not part of the plan")
        listed += [
            Listed(place, str(cell.where), cell.text, why) for place, cell in self._cells.values() if self.is_open(cell)
        ]
        listed += [_aside(number, aside) for number, grid in enumerate(self.grids) for aside in grid.aside]
        return sorted(listed, key=lambda each: each.place)

    def lines(self) -> list[Line]:
        """What was not used, one line for each cell, or for each row, column or sheet that was left as a whole."""
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
    """What stands under one line: what was left for one reason as a row, a column or a sheet."""
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
    """The reason, after the words that it is about where it does not repeat them."""
    said = " ".join(text.split())
    if not said or said in why or text in why:
        return why
    return f"“{said if len(said) <= longest else said[: longest - 1] + '…'}”: {why}"


_SEEN = 5
"""Places that a line names."""


def once_each(account: Account) -> Iterator[str]:
    """The remarks, one line for each column, sheet and reason of what was not used, and one for formulas as saved."""
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
    """A line that names the formulas that were used, if there are any."""
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
    said = some([f"“{_short(text)}”" for text in texts.values()] + ([""] if len(rows) > _SEEN else []))
    text = _("{count} ({rows}) not read: {why}: {texts}")
    return text.format(count=count, rows=some(_runs(rows)), why=why, texts=said)


def _runs(rows: Sequence[int]) -> list[str]:
    """Row numbers with those in a run joined: 3–7."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1][1:] = [row]
        else:
            runs.append([row])
    return ["–".join(map(str, run)) for run in runs]


def some(texts: list[str]) -> str:
    """The first of some texts, and whether there are more."""
    return ", ".join(texts[:_SEEN]) + (", …" if len(texts) > _SEEN else "")


def _short(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= 20 else said[:19] + "…"  # noqa: PLR2004 - a glance
