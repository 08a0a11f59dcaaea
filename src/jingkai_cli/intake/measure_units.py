"""Units of measure stated outside the cells of figures: in column titles, above and below the table."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from unicodedata import normalize

from msgspec import Struct, field

from ..errors import Refused
from ..language import _
from ..model import Plan
from ..unit_conversion import convert, unit_name
from .column_map import Columns
from .grid import Cell, Grid

_COUNTED = (
    "[美欧日港]?元|[平立]方(?:米|公里)|方|公?里|千?米|亩|公顷|[公千]?克|吨|户|人次?|套|个|处|家|座|条|栋|幢|棵|株|辆|台|盏|块"
    "|所|件|项|次|间|床|张|名|对"
)
_MEASURE = re.compile(f"(?:[十百千]?[万亿]|[百千])?(?:{_COUNTED})|[十百千]?[万亿]|[百千]|[%‰]|[kKMm]?m[23]?|hm2|k?g|t")
"""A text that is a unit as a whole: 万元, but not 累计 or 含续建."""

_POWER = re.compile("^(?:[十百千]?[万亿]|[百千])")
_AREAS = frozenset(["平方米", "平方公里", "公顷", "亩"])
_LENGTHS = frozenset(["米", "千米", "公里", "里"])

_BRACKETED = re.compile(r"[(\[【〔〈《{“‘\"'「]([^()\[\]【】〔〕〈〉《》{}“”‘’\"'「」]*)[)\]】〕〉》}”’\"'」]")
_PARTS = re.compile(r"[、,;/·]|和|及")
_CURRENCY = re.compile("^(?:人民币|RMB)|(?:人民币|RMB)$")
_NAMED = re.compile(r"^(?:[计数]量|金额|货币|面积|投资|资金)?单位(?:均|都|统一)?[:为是]?")
_AT_END = re.compile(
    r"(?:(?:[十百千]?[万亿]|[百千])(?:[美欧日港]?元|平方米|亩|公里|公顷)|[美欧日港]?元|平方米|公里|公顷|亩)$"
)

_SAID = re.compile(r"(?P<of>[^\s:,;。、()]*?)单位(?:均|都|统一)?[:为是](?P<unit>[^\s()。;]+)")
"""`单位：万元、亩`, `投资单位均为万元`."""
_BY = re.compile(r"[以按](?P<unit>[^\s()。;,]{1,6}?)(?:为(?:计量)?单位|计算?|统计|填[报写列])")
_OF_MEASURE = re.compile("(?:[计数]量|金额|货币|面积|投资|资金|核算|统计)$")
_ORGANISATION = re.compile("[局委办室院厅镇乡部队站会府区县市]$|中心$|街道|公司$|集团$|学校$")
_MENTIONED = re.compile(
    r"(?<![\d.多余几数超近约])(?:[十百千]?[万亿]|[百千])(?:[美欧日港]?元|平方米|亩|公里)"
    "(?!以上|以下|级|项目|企业|工程|产业|大关|产值)"
)
"""A unit that a text mentions without stating that figures are in it: not 1.2亿元, and not 亿元以上项目."""

_HEADER_CELLS = 3
"""A row above the header with at least this many cells is a row of titles, each for its own columns."""


def measure(text: str) -> str | None:
    """The unit that a text consists of, in its normal form: 单位：万元 and 人民币万元 are 万元; else None."""
    name = _without_currency(_NAMED.sub("", "".join(normalize("NFKC", text).split())))
    return unit_name(name) if _MEASURE.fullmatch(name) else None


def _without_currency(text: str) -> str:
    return _CURRENCY.sub("", "".join(normalize("NFKC", text).split())) or text


class Statement(Struct, frozen=True):
    """A unit that a text near the figures states."""

    unit: str
    where: str
    text: str
    cell: Cell | None = None
    whole: bool = False
    """Whether the text has nothing else."""

    def __str__(self) -> str:
        """The place and the text, for messages."""
        return f"{self.where}“{' '.join(self.text.split())}”" if self.text else self.where


class Units(Struct, frozen=True):
    """The known units of measure: the usual ones of offices, and those of the plan."""

    of_plan: frozenset[str]
    names: frozenset[str] = frozenset()
    """The names of indicators. A title such as 造林亩 states no unit if it is one of them."""

    def one(self, text: str) -> str | None:
        """The unit that a text consists of, in its normal form; None if it is not a unit."""
        bare = _without_currency(text)
        name = unit_name(bare)
        return name if _MEASURE.fullmatch(bare) or name in self.of_plan or bare in self.of_plan else None

    def all_of(self, text: str) -> list[str]:
        """The units among the parts of a text: `万元、不含征迁` has one."""
        single = self.one(text)
        parts = [single] if single else [self.one(part) for part in _PARTS.split(text) if part]
        return list(dict.fromkeys(unit for unit in parts if unit))

    def of_title(self, title: str) -> list[str]:
        """The units that the title of a column states: `投资（万元、不含征迁）`, `投资/万元`, `万元投资`."""
        label = "".join(normalize("NFKC", title).split())
        found = [unit for part in _BRACKETED.findall(label) for unit in self.all_of(_NAMED.sub("", part))]
        bare = _BRACKETED.sub("", label)
        parts = re.split(r"[/:,;]", bare)
        found += [unit for part in (parts if len(parts) > 1 else []) if (unit := self.one(_NAMED.sub("", part)))]
        if not found and bare not in self.names and (match := _AT_END.search(bare)) and match.start():
            found.append(unit_name(match[0]))
        if not found and bare not in self.names and (match := _MENTIONED.match(bare)):
            found.append(unit_name(match[0]))
        return list(dict.fromkeys(found))

    def stated_in(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield the units that a text near a table states for figures, each with whether the text has nothing else.

        `单位：万元、亩`, `投资（万元）`, `注：投资单位为万元`; but not the reporting unit: `填报单位：甲局`.
        """
        normalized = re.sub(r"\s*([:、,;/])\s*", r"\1", re.sub(r"单\s*位", "单位", normalize("NFKC", text)).strip())
        seen: set[str] = set()
        for unit in self._stated(normalized):
            if unit not in seen:
                seen.add(unit)
                yield unit, self._only_units(normalized)

    def _stated(self, text: str) -> Iterator[str]:
        for match in _SAID.finditer(text):
            units = self.all_of(match["unit"])
            if units:
                yield from units
            elif _OF_MEASURE.search(match["of"]) or (not match["of"] and not _ORGANISATION.search(match["unit"])):
                yield match["unit"]
        yield from (unit for match in _BY.finditer(text) if (unit := self.one(match["unit"])))
        for bracket in _BRACKETED.findall(text):
            yield from self.all_of(_NAMED.sub("", bracket))
        yield from (unit for chunk in text.split() if (unit := self.one(chunk)))

    def _only_units(self, text: str) -> bool:
        core = _NAMED.sub("", re.sub(r"\W+$|^\W+", "", text))
        return all(self.one(part) for part in _PARTS.split(core))

    def mentioned_in(self, text: str) -> Iterator[str]:
        """Yield the units of money, area and length that occur anywhere in a text."""
        yield from (unit_name(match[0]) for match in _MENTIONED.finditer(normalize("NFKC", text)))


def units_of(plan: Plan) -> Units:
    """The known units for a plan."""
    indicators = [indicator for task in plan.every_task() for indicator in task.indicators]
    of_plan = frozenset(unit_name(indicator.unit) for indicator in indicators if indicator.unit)
    return Units(of_plan, frozenset("".join(indicator.name.split()) for indicator in indicators))


def dimension(unit: str) -> str:
    """The dimension of a unit: money, area, length, or what it counts; empty for 万 alone."""
    base = _POWER.sub("", unit_name(unit))
    if base.endswith("元"):
        return "元"
    if base in _AREAS:
        return "平方米"
    return "米" if base in _LENGTHS else base


def same_dimension(unit: str, measured_in: str) -> bool:
    """Whether a stated unit can be about an indicator's figures: 千元 can for an indicator in 亿元, 亩 cannot."""
    own = dimension(unit)
    return own == dimension(measured_in) or (not own and measured_in != "%")


class StatedUnits(Struct):
    """The units stated outside the cells of figures and their column titles."""

    everywhere: list[Statement] = field(default_factory=list)
    columns: dict[int, list[Statement]] = field(default_factory=dict)
    """Column → the units that a row of titles above the header states for it."""
    mentioned: list[Statement] = field(default_factory=list)
    """Units that are mentioned, but not stated as those of figures."""
    rows: dict[int, list[Statement]] = field(default_factory=dict)
    """Row → the units that a text in it mentions."""
    _applied: dict[int, Statement] = field(default_factory=dict)

    def applied(self) -> Iterator[Statement]:
        """Yield the statements that were applied to figures."""
        yield from self._applied.values()

    def unit(self, row: int, column: int, measured_in: str) -> str | None:
        """The unit of a figure that has none in its cell, its row or the title of its column; None if none is stated.

        Raises:
            Refused: two units are stated, or one that cannot be converted; or one is mentioned, but it is not clear
                for which figures.
        """
        near = self.columns.get(column, [])
        found = [one for one in near or self.everywhere if same_dimension(one.unit, measured_in)]
        units = list(dict.fromkeys(one.unit for one in found))
        if len(units) > 1:
            raise Refused(two_units(found))
        unit = units[0] if units else None
        if unit and convert(Decimal(1), unit, measured_in) is None:
            text = _("{place} states {unit}, which cannot be converted to {wanted}: convert the figures")
            raise Refused(text.format(place=found[0], unit=unit, wanted=measured_in or _("no unit")))
        final = unit or unit_name(measured_in)
        for one in (*self.mentioned, *self.rows.get(row, ())):
            if same_dimension(one.unit, measured_in) and one.unit != final:
                text = _(
                    "{place} speaks of {unit}: write the unit of the figures into the title of their column, "
                    "such as （{unit}）"
                )
                raise Refused(text.format(place=one, unit=one.unit))
        self._applied.update((id(one.cell), one) for one in found)
        return unit


def two_units(found: Iterable[Statement]) -> str:
    """The message that two places state different units for one figure."""
    text = _("two units are stated for this figure: {places}: write one of them into the title of its column")
    return text.format(places=_(" and ").join(dict.fromkeys(map(str, found))))


def find_stated(
    grids: Sequence[Grid], columns: Columns, units: Units, reporting: AbstractSet[int], read: AbstractSet[int]
) -> StatedUnits:
    """Find the units of measure that a file states outside of a sheet's header.

    Args:
        grids: the sheet, then the other sheets of the file.
        columns: the map of the sheet.
        units: the known units.
        reporting: the rows that report something.
        read: the columns that the map names.
    """
    grid, stated = grids[0], StatedUnits()
    last = max(reporting, default=0)
    for row in grid.rows:
        own = [cell for _column, cell in grid.own(row) if isinstance(cell.value, str)]
        if row < columns.first_header and len(own) >= _HEADER_CELLS:
            _take_titles(stated, grid, row, units)
        elif row in reporting:
            others = [grid.rows[row][column] for column in grid.rows[row].keys() - read]
            speaking = (cell for cell in others if isinstance(cell.value, str) and "单" in cell.value)
            stated.rows[row] = [one for cell in speaking for one in _statements(cell, units)]
        elif not columns.first_header <= row <= columns.header:
            for cell in own:
                _take(stated, cell, units, certain=row < columns.first_header or row > last)
    named = _("the name of the sheet")
    stated.everywhere += (Statement(unit, named, grid.sheet) for unit, _whole in units.stated_in(grid.sheet))
    for aside in (aside for each in grids for aside in each.aside if aside.group != "sheet"):
        units_in_note = (*(unit for unit, _whole in units.stated_in(aside.text)), *units.mentioned_in(aside.text))
        stated.mentioned += (Statement(unit, aside.where, aside.text) for unit in units_in_note)
    return stated


def _take_titles(stated: StatedUnits, grid: Grid, row: int, units: Units) -> None:
    """Add the units in a row of titles above the header, each for the columns that its cell is merged over."""
    for column, cell in grid.own(row):
        found = [Statement(unit, str(cell.where), cell.text, cell) for unit in units.of_title(cell.text)]
        for each in grid.columns() if found else ():
            if grid.origins.get((row, each), (row, each)) == (row, column):
                stated.columns.setdefault(each, []).extend(found)


def _take(stated: StatedUnits, cell: Cell, units: Units, *, certain: bool) -> None:
    """Add the units in a text. `certain`: it is above or below the table, so that it applies to all rows."""
    found = list(_statements(cell, units))
    (stated.everywhere if certain else stated.mentioned).extend(found)
    known = {one.unit for one in found}
    others = (unit for unit in units.mentioned_in(cell.text) if unit not in known)
    stated.mentioned += (Statement(unit, str(cell.where), cell.text, cell) for unit in others)


def _statements(cell: Cell, units: Units) -> Iterator[Statement]:
    for unit, whole in units.stated_in(cell.text):
        yield Statement(unit, str(cell.where), cell.text, cell, whole=whole)
