"""The layout of a judge's ballot sheet (观摩评分表), and the keys on its hidden sheet."""

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from msgspec import Struct

from ..checklists import Site
from ..dates import Period
from ..language import _
from ..model import Plan
from ..quantities import number

MARK = "jk-ballot"
"""The first cell of the hidden sheet. It tells a ballot from a unit's form, whose first cell has another word."""

VERSION = "1"

HEAD = (MARK, "id", "plan", "judge", "month", "head")
"""The names in the first rows of the hidden sheet; the values are in the second column."""

HEAD_ROW, HEADER_ROW = 2, 4

FIRST_ROW = HEADER_ROW + 1

WHOLE = ""
"""The id of the only score column, if the plan has no items for the observation."""


class BallotColumn(NamedTuple):
    """A column of the table. Its `kind`: `number`, `group`, `unit`, `site`, `score`, `total` or `remark`."""

    kind: str
    item: str
    title: str
    points: Decimal = Decimal(0)
    """The highest score allowed."""


class BallotLine(NamedTuple):
    """A row of the table: a unit that is judged, or one of its sites."""

    group: str
    unit: str
    site: str = ""
    """`site` and `name` are the id and the name of the site; both are empty if units are judged as a whole."""
    name: str = ""


class BlankBallot(Struct, frozen=True):
    """The blank ballot sheet of one judge for one month."""

    plan: Plan
    judge: str
    month: Period
    sites: tuple[Site, ...] = ()
    """The sites of the plan, if its units are judged by sites; else empty."""

    @property
    def identity(self) -> str:
        """The prefix of the keys of its entries. It is the same each time the sheet is written."""
        subject = "observation of sites" if self.sites else "observation"
        content = f"{self.plan.title}\n{subject}\n{self.judge}\n{self.month.name}"
        return sha256(content.encode()).hexdigest()[:12]

    def title(self) -> str:
        """The title of the sheet."""
        year, month = self.month.start.year, self.month.start.month
        return _("{plan}: ballot of the observation, {year}-{month:02}").format(
            plan=self.plan.title, year=year, month=month
        )

    def head(self) -> str:
        """The line above the table, with the judge and the month."""
        values = {"judge": self.judge, "year": self.month.start.year, "month": self.month.start.month}
        return _("Judge: {judge}    Month: {year}-{month:02}").format(**values)

    def columns(self) -> list[BallotColumn]:
        """The columns, in order."""
        rules = self.plan.observation
        text = _("{item} ({points} points)")
        items = rules.items if rules else ()
        scores = [
            BallotColumn("score", item.id, text.format(item=item.name, points=number(item.points)), item.points)
            for item in items
        ]
        single = BallotColumn("score", WHOLE, text.format(item=_("Score"), points=100), Decimal(100))
        group = [BallotColumn("group", "", _("Group of units"))] if rules and rules.groups else []
        site = [BallotColumn("site", "", _("Site"))] if self.sites else []
        first = (BallotColumn("number", "", _("No.")), *group, BallotColumn("unit", "", _("Unit")), *site)
        total = [BallotColumn("total", "", _("Total"), Decimal(100))] if len(scores) > 1 else []
        return [*first, *(scores or [single]), *total, BallotColumn("remark", "", _("Remark"))]

    def units(self) -> Iterator[tuple[str, str]]:
        """Yield the group and the name of each unit that is judged; the group is empty if the plan has none."""
        rules = self.plan.observation
        if rules and rules.groups:
            yield from ((group, unit) for group, units in rules.groups.items() for unit in units)
        else:
            yield from (("", unit) for unit in self.plan.single_units())

    def lines(self) -> Iterator[BallotLine]:
        """Yield the rows of the table: the units, or their sites in the order of the units."""
        for group, unit in self.units():
            if not self.sites:
                yield BallotLine(group, unit)
            yield from (BallotLine(group, unit, site.id, site.name) for site in self.sites if site.unit == unit)

    def keys(self) -> Iterator[tuple[str, ...]]:
        """Yield the rows of the hidden sheet."""
        values = (VERSION, self.identity, self.plan.title, self.judge, self.month.name, self.head())
        yield from zip(HEAD, values, strict=True)
        yield from (("column", column.kind, column.item, column.title) for column in self.columns())
        yield from (("site", *line[1:]) if line.site else ("unit", line.unit) for line in self.lines())
