"""An office's plan in Word or Excel → the text of `tasks.yaml`."""

import re
from dataclasses import dataclass
from pathlib import Path

from ...errors import Finding, Refused
from ...language import _
from ..grid import Grid
from ..sheets.package import refusal
from .headers import find_header
from .tasks import read_tables
from .writing import written

ENDINGS = (".docx", ".xlsx")
_YEAR = re.compile("((?:19|20|21)[0-9]{2})年")
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Converted:
    """A plan file that was made, how many tasks it has, and what of the office's file is not in it."""

    text: str
    tasks: int
    unread: tuple[Finding, ...]


def convert(path: Path, year: int | None) -> Converted:
    """The plan of a file.

    Args:
        path: a .docx or an .xlsx.
        year: of the dates that do not say theirs; None looks for the one year that the file names.

    Raises:
        InvalidInput: it cannot be read, or no table in it is one of tasks.
        Refused: no year was given, and the file names none or several.
    """
    heading, grids = _read(path)
    drafts_year = year or _only_year(path, heading, grids)
    drafts = read_tables(grids, drafts_year)
    if not drafts.tasks:
        text = _("has no table with a header such as 序号, 工作任务, 牵头单位, 完成时限, or no task in it")
        raise refusal(path, text)
    title = _title(heading) or path.stem
    return Converted(written(drafts, title, drafts_year, path.name), len(drafts.tasks), tuple(drafts.unread))


def _read(path: Path) -> tuple[str, list[Grid]]:
    """What stands outside of the tables, and the tables."""
    if path.suffix.lower() == ".docx":
        from .word import read_word

        return read_word(path)
    from ..sheets.workbook import grid, open_workbook

    grids = [grid(path, sheet) for sheet in open_workbook(path).worksheets if sheet.sheet_state == "visible"]
    return "\n".join(text for each in grids for text in _above(each)), grids


def _above(grid: Grid) -> list[str]:
    """The texts above the header of a sheet, where its title stands."""
    header = find_header(grid)
    rows = [row for row in sorted(grid.rows) if header is not None and row < header.last_row]
    return [cell.text for row in rows for _column, cell in grid.own(row)]


def _title(heading: str) -> str:
    """The first line that says something."""
    return next((line.strip()[:_LONGEST_TITLE] for line in heading.splitlines() if line.strip()), "")


def _only_year(path: Path, heading: str, grids: list[Grid]) -> int:
    everything = [heading, path.name]
    for source in (everything, [cell.text for grid in grids for row in grid.rows for _c, cell in grid.own(row)]):
        years = {match for text in source for match in _YEAR.findall(text)}
        if len(years) == 1:
            return int(years.pop())
    raise Refused(_("say which year the plan is for: --year 2016"))
