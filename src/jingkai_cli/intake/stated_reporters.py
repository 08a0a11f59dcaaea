"""The unit that reports, where it stands above a unit's own sheet: 填报单位：水利局."""

import re
from collections.abc import Iterable

from msgspec import Struct

from ..errors import InvalidInput
from ..language import _
from ..model import Plan
from ..plan.unit_names import matching_units
from ..text import quoted
from .column_map import Columns
from .grid import Cell, Grid
from .text_files import Line, fault
from .unused_cells import Account

_STATED = re.compile(
    r"(?:填报|报送|上报|填表|呈报|汇报)(?:单位|部门|科室)(?:名称)?(?:[（(][^（）()]{1,6}[）)])?\s*[:：]\s*"
    r"(?P<name>.*?)\s*(?:[（(](?:盖?公?章|签章)[）)])?(?:\s{2,}|\s+(?=[^\s:：]{2,8}[:：])|$)"
)


class StatedReporter(Struct, frozen=True):
    """Who reports all rows, by what stands above them."""

    cells: tuple[Cell, ...]
    """The text, and the cell beside it where the name has one of its own."""
    name: str
    """As it is written there."""
    unit: str | None
    """The unit of the plan; None where it has none of that name."""
    whole: bool
    """Whether nothing else stands there."""

    @property
    def text(self) -> str:
        """What stands there."""
        return " ".join(" ".join(cell.text.split()) for cell in self.cells)


def stated_reporter(grid: Grid, columns: Columns, plan: Plan, *, any_unit: bool) -> StatedReporter | None:
    """Who reports the rows of a sheet, by the texts above its header; None where they do not say it.

    Args:
        grid: the sheet.
        columns: its map.
        plan: its units.
        any_unit: whether a unit is taken that the plan does not have.

    Raises:
        InvalidInput: two units are named.
    """
    found = [each for row in sorted(grid.rows) if row < columns.first_header for each in _in_row(grid, row)]
    named: dict[str, StatedReporter] = {}
    for cells, name, whole in found:
        meant = matching_units(plan, name)
        unit = meant[0] if len(meant) == 1 else name if any_unit else None
        named.setdefault(unit or name, StatedReporter(cells, name, unit, whole))
    if len(named) > 1:
        first, second = [*named.values()][:2]
        text = _("“{second}” and “{first}” ({place}) name two units: leave the one that reports")
        said = text.format(first=first.text, second=second.text, place=first.cells[0].where)
        raise InvalidInput([fault(grid.file, second.cells[0].where, said)])
    return next(iter(named.values()), None)


def _in_row(grid: Grid, row: int) -> Iterable[tuple[tuple[Cell, ...], str, bool]]:
    cells = [cell for _column, cell in grid.own(row)]
    for cell, beside in zip(cells, [*cells[1:], None], strict=True):
        match = _STATED.search(cell.text) if isinstance(cell.value, str) else None
        if match and match["name"]:
            yield (cell,), match["name"], match[0].strip() == cell.text.strip()
        elif match and beside and isinstance(beside.value, str) and not re.search("[:：]", beside.text):
            yield (cell, beside), beside.text, True


def tell(reporter: StatedReporter, columns: Columns, lines: Iterable[Line], account: Account, grid: Grid) -> None:
    """Say what became of the unit above a sheet: in the account of its cells, in a line.

    Raises:
        InvalidInput: a column names the units, and in all rows that is another one.
    """
    place, said = reporter.cells[0].where, reporter.text
    if columns.unit is not None:
        named = {line["unit"] for _where, line in lines if "unit" in line}
        if reporter.unit and len(named) == 1 and reporter.unit not in named:
            text = _(
                "“{text}” contradicts the column {title}, where every row is of {unit}: correct the one that is wrong"
            )
            why = text.format(text=said, title=quoted(columns.unit), unit=named.pop())
            raise InvalidInput([fault(grid.file, place, why)])
        return
    for cell in reporter.cells:
        account.release(cell)
    if reporter.unit is None:
        why = _("the plan has no unit {name}: the rows are recorded without one (--force records it)")
        account.leave(reporter.cells[0], why.format(name=quoted(reporter.name)))
        account.use(*reporter.cells[1:])
        return
    account.use(*reporter.cells)
    if not reporter.whole:
        account.leave(reporter.cells[0], _("only the unit that reports, {unit}, was used").format(unit=reporter.name))
    text = _("“{text}” ({place}): {unit} is taken as the unit that reports every row")
    account.remarks.append(text.format(text=said, place=place, unit=reporter.unit))
