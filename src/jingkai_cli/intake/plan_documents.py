"""Converts an office's plan from any file to the text of `tasks.yaml`, and lists what was not used."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from ..errors import Finding, InvalidInput, Refused
from ..language import _, ngettext
from ..quantities import enumeration
from ..text import did_you_mean, quoted
from .above_tables import LONGEST_TITLE, find_title, find_year, names_year, years_above
from .column_headers import HeaderFinder, PlanMap, plain, read_plan_map, synonyms
from .grid import Cell, Grid
from .plan_drafts import Drafts, plan_text
from .plan_prose import read_prose
from .plan_row_groups import PlanSpans
from .plan_tables import PlanTables
from .plan_words import PlanWords
from .sources import Source, read_source
from .unused_cells import Account, formulas_as_saved, some

_SEEN = 5
"""The most tables whose headers an error shows, and the most pairs of units in remarks."""

_SEARCHED = 15

_ANY_YEAR = 2000
"""The year with which periods in headers are read before the year of the plan is known."""


class PlanReadingOptions(Struct, frozen=True):
    """Options for reading a plan: its year, a column map, and a file of further headers."""

    year: int | None = None
    map_file: Path | None = None
    headers: Path | None = None


class OfficePlan(Struct, frozen=True):
    """A plan read from an office's file, with the account of its cells."""

    path: Path
    title: str
    year: int
    drafts: Drafts
    account: Account
    encoding: str

    def text(self) -> str:
        """The text of the plan file."""
        return plan_text(self.drafts, self.title, self.year, self.path.name, self.account.lines())

    def unused(self) -> list[Finding]:
        """Content of the file that is not in the plan, with its place and the reason."""
        return [Finding(str(self.path), 0, 0, line.message, line.where) for line in self.account.lines()]

    def undated(self) -> list[str]:
        """The ids of the tasks for which no deadline could be read."""
        return [draft.id for draft in self.drafts.tasks if draft.has_no_deadline()]

    def remarks(self) -> list[Finding]:
        """Remarks on what to check: a guessed encoding, dates in other years, similar units, values of formulas."""
        guessed = [_("read as GB18030")] if self.encoding == "gb18030" else []
        messages = [*guessed, *_remarks(self.account, self.drafts, self.year)]
        return [Finding(str(self.path), 0, 0, remark) for remark in messages]


def read_office_plan(path: Path, options: PlanReadingOptions) -> OfficePlan:
    """Read the plan in a file.

    Raises:
        InvalidInput: the file cannot be read, or has no list of tasks.
        MissingExtra: `office` is not installed.
        Refused: no year was given, and the file names none or several, or one that its dates contradict; or the file
            needs LibreOffice, which is not installed.
    """
    plan_map = read_plan_map(options.map_file) if options.map_file else PlanMap()
    known = synonyms(options.headers)
    source = read_source(path)
    _check_map(plan_map, options.map_file, source)
    account = Account(source.grids)
    finder = HeaderFinder(known, plan_map, options.year or _ANY_YEAR)
    above = _above(source, finder)
    of_the_year = (
        cells for cells in above.values() if not options.year or options.year in (years_above(cells) or {options.year})
    )
    first = next(of_the_year, [cell for grid in source.grids if grid.is_text for cell in _cells(grid)])
    title = find_title(first)
    year, is_stated = (
        (options.year, True) if options.year else _year(path, title[0] if title else "", first, above, source)
    )
    if title:
        account.use(title[1])
    drafts = Drafts()
    words = PlanWords(account, known, year, drafts)
    _read_tables(source, PlanTables(HeaderFinder(known, plan_map, year), words, PlanSpans(words)), plan_map, above)
    if not drafts.tasks:
        read_prose([grid for grid in source.grids if grid.is_text], words)
    if not drafts.tasks:
        raise InvalidInput.of_file(path, _no_tasks(source))
    if not options.year:
        _refuse_contradicted(year, drafts, is_stated=is_stated)
    return OfficePlan(path, (title[0] if title else path.stem)[:LONGEST_TITLE], year, drafts, account, source.encoding)


def _check_map(plan_map: PlanMap, file: Path | None, source: Source) -> None:
    """Check that the file has the headers of a map.

    Raises:
        InvalidInput: headers are missing; lists all of them.
    """
    labels = {plain(cell.label): cell.label for grid in source.grids for cell in _cells(grid)}
    missing = [title for name, title in plan_map.written.items() if name not in labels]
    if missing and file:
        raise InvalidInput([Finding(str(file), 0, 0, _no_header(title, list(labels.values()))) for title in missing])


def _no_header(title: str, labels: list[str]) -> str:
    text = _("no column has the header {title}").format(title=quoted(title))
    guess = did_you_mean(title, labels)
    return f"{text} ({guess})" if guess else text


def _year(path: Path, title: str, first: list[Cell], above: dict[int, list[Cell]], source: Source) -> tuple[int, bool]:
    """Return the year of the plan, and whether the title, the file name or the texts above the tables state it.

    Otherwise it is the only year in the whole file.

    Raises:
        Refused: there is no year or several, or two tables are for two years.
    """
    years = {year for cells in above.values() for year in years_above(cells)}
    if len(above) > 1 and len(years) > 1:
        return find_year([]), True
    stated = ([title], [path.name, *map(str, years_above(first))])
    everything = [cell.text for grid in source.grids for cell in _cells(grid)]
    year = find_year(*stated, everything)
    return year, any(names_year(texts, year) for texts in stated)


def _refuse_contradicted(year: int, drafts: Drafts, *, is_stated: bool) -> None:
    """Refuse a year that the dates contradict: dates without a year would be read in the wrong one.

    A stated year is refused if another year has more dates, a year from some cell if another year has any.

    Raises:
        Refused: the dates contradict the year; the message counts them by year.
    """
    counts = Counter(day.year for task in drafts.tasks for day in task.days())
    others = {other: count for other, count in counts.items() if other != year}
    if not others or (is_stated and max(others.values()) <= counts[year]):
        return
    found = [_("{year} ({count})").format(year=other, count=count) for other, count in counts.most_common()]
    text = _(
        "the text says {year}, but the dates are in {years}: name the plan's year, such as --year {most}, "
        "and give dates without a year theirs"
    )
    raise Refused(text.format(year=year, years=enumeration(found), most=counts.most_common(1)[0][0]))


def _read_tables(source: Source, tables: PlanTables, plan_map: PlanMap, above: dict[int, list[Cell]]) -> None:
    """Read the tables in their order. The paragraph before a table may be the heading of its tasks."""
    before: Cell | None = None
    for number, grid in enumerate(source.grids):
        if grid.is_text:
            cells = _cells(grid)
            before = cells[-1] if cells else before
            continue
        if before and tables.account.is_open(before) and not tables.open_text(before):
            tables.spans.current = None
        before = None
        years = years_above(above.get(number, []))
        if years and tables.words.year not in years:
            text = _("is for {years}, not for {year}")
            why = text.format(years=enumeration(map(str, sorted(years))), year=tables.words.year)
            tables.account.leave_all(_cells(grid), why, "sheet")
        elif plan_map.sheet not in (None, grid.sheet) or not tables.read(grid):
            tables.account.leave_all(_cells(grid), _("no table of tasks"), "sheet")
    tables.close_groups()


def _cells(grid: Grid) -> list[Cell]:
    return [cell for row in sorted(grid.rows) for _column, cell in grid.own(row)]


def _above(source: Source, finder: HeaderFinder) -> dict[int, list[Cell]]:
    """Number of a table of tasks → the cells before it and above its header."""
    found: dict[int, list[Cell]] = {}
    texts: list[Cell] = []
    for number, grid in enumerate(source.grids):
        if grid.is_text:
            texts += _cells(grid)
            continue
        rows = sorted(grid.rows)[:_SEARCHED]
        header = next((row for row in rows if finder.find(grid, row)), None)
        if header is not None:
            own = [cell for row in rows if row < header for _column, cell in grid.own(row)]
            found[number] = [*texts, *own]
        texts = []
    return found


def _no_tasks(source: Source) -> str:
    """The message that there is no table of tasks, with the headers that were found."""
    text = _("has no table with a header such as 序号, 工作任务, 牵头单位, 完成时限, or no task in it")
    headers = [_widest(grid) for grid in source.grids if grid.rows and not grid.is_text][:_SEEN]
    if not headers:
        return text
    return text + _("; these headers were seen: {headers} (say which column is what: --map FILE)").format(
        headers="; ".join(headers)
    )


def _widest(grid: Grid) -> str:
    """The row near the top with the most texts, the likely header, as text with its place."""
    rows = sorted(grid.rows)[:_SEARCHED]
    row = max(rows, key=lambda row: sum(isinstance(cell.value, str) for _column, cell in grid.own(row)))
    cells = [cell for _column, cell in grid.own(row)]
    return f"{cells[0].where}: " + " | ".join(cell.label for cell in cells)


def _remarks(account: Account, drafts: Drafts, year: int) -> Iterator[str]:
    outside = sorted({day for task in drafts.tasks for day in task.days() if day.year != year})
    if outside:
        count = ngettext(
            "{count} date is outside of {year}: {days}", "{count} dates are outside of {year}: {days}", len(outside)
        )
        yield count.format(count=len(outside), year=year, days=some([str(day) for day in outside]))
    yield from (_one_unit(*pair) for pair in _alike_units(drafts)[:_SEEN])
    yield from formulas_as_saved(account)


def _alike_units(drafts: Drafts) -> list[tuple[str, str]]:
    """Pairs of units where the first may be the short name of the second: 水利局 and 区水利局."""
    names = [unit for draft in drafts.with_subtasks() for unit in (draft.lead_unit, *draft.support_units) if unit]
    units = list(dict.fromkeys(names))
    return [
        (short, long)
        for short in units
        for long in units
        if 1 <= len(long) - len(short) <= _PLACE and _ends(long, short)
    ]


_PLACE = 3
"""The most characters of a place before the name of a unit: 区, 明湖区."""


def _ends(long: str, short: str) -> bool:
    """Whether the long name is a place followed by the short name: 明湖区 and 水利局."""
    place = long.removesuffix(short)
    return len(short) > 1 and 0 < len(place) <= _PLACE and long.endswith(short) and place[-1] in "省市区县州旗镇乡"


def _one_unit(short: str, long: str) -> str:
    text = _("'{short}' and '{long}' are two units here: if they are one, write one name, or {example}")
    example = f"units: [{{name: {long}, also: [{short}]}}]"
    return text.format(short=short, long=long, example=example)
