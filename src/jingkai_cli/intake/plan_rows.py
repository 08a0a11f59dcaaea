"""Rows of a plan table: recognizes headings, totals and notes, and reads the numbers of tasks."""

import re
from collections.abc import Iterator
from decimal import Decimal
from unicodedata import normalize

from msgspec import Struct

from .column_headers import Header
from .grid import Cell, Grid

_TOTAL = re.compile("(?:合计|小计|总计|共计|累计|total|subtotal)(?:[（(:：0-9].*)?", re.IGNORECASE)


def is_sum(label: str) -> bool:
    """Whether the first cell of a row marks it as a total: 合计, 小计, 总计."""
    return _TOTAL.fullmatch(label) is not None


_NOTE = re.compile(
    "(?:注|备注|说明|填表说明|填报说明|填报人|填表人|填报单位|填表单位|填报日期|制表|制表人|审核|审核人|联系人|联系电话|单位[（(]盖章[)）]|notes?)[:：]",
    re.IGNORECASE,
)

_GROUP = re.compile(
    r"^(?:(?P<part>第[一二三四五六七八九十]+(?:部分|类|章|篇))[、:：]?|(?P<han>[一二三四五六七八九十]+)、"
    r"|(?P<bracket>[（(][一二三四五六七八九十]+[)）])、?|(?P<roman>[IVXⅠ-Ⅻ]+)[、.．])"
)
"""The number of a heading: 第一部分, 一、, （一）."""

_GROUP_ID = re.compile(
    "[一二三四五六七八九十]+|[（(][一二三四五六七八九十]+[)）]|[IVXⅠ-Ⅻ]+|第[一二三四五六七八九十]+(?:部分|类)"
)

_COUNT = re.compile("[（(]共?[0-9一二三四五六七八九十]+[项个件类条大]+[)）]$")

_KIND = re.compile("[类篇]$")

_NUMBERED = re.compile(r"^(?P<number>[0-9]+)(?:[.．](?![0-9])|、)")

_DOTTED = re.compile(
    r"^(?P<number>[0-9]{1,3}(?:[.．-][0-9]{1,3}){1,2})(?:[.、．]\s*|\s+|(?![0-9公里千米万亿元个吨亩平㎡倍度伏兆%％年月日号级期]))"
)
"""1.1, but not the 3.5 of 3.5公里."""

_PART = re.compile("^(?:[（(](?P<bracket>[0-9]{1,2})[)）]|(?P<circle>[①-⑳])|(?P<half>[0-9]{1,2})[)）])")

_WIDE = 3

GENERIC = re.compile(
    "(?:20[0-9]{2}年)?(?:年度)?(?:重点|主要|具体|工作|年度)*(?:任务|工作|目标|内容|事项|项目|措施|分工|安排|清单)(?:分解|清单|安排|分工|及分工|和责任分工|与责任分工|及责任分工|台账|表)*"
)
"""A heading that only says that tasks follow, so that it is not a category."""


class Numbered(Struct, frozen=True):
    """The number of a task (`1`, `1.1`, `（1）`), its level, and the length of the number in its text."""

    number: str
    level: int
    """0 for 1, 1 for 1.1 or （1）, 2 for 1.1.1."""
    length: int = 0


def numbered(text: str) -> Numbered | None:
    """The number at the start of a text; None if there is none."""
    if match := _DOTTED.match(text):
        number = re.sub("[．-]", ".", match["number"])
        return Numbered(number, number.count("."), match.end())
    if match := _PART.match(text):
        circle = match["circle"]
        return Numbered(
            str(ord(circle) - ord("①") + 1) if circle else match["bracket"] or match["half"], 1, match.end()
        )
    if match := _NUMBERED.match(text):
        return Numbered(match["number"], 0, match.end())
    return None


def numbered_id(cell: Cell | None) -> Numbered | None:
    """The number in a cell of the number column; None if there is no cell."""
    if cell is None:
        return None
    shown = shown_number(cell).rstrip(".、．")
    if (part := _PART.fullmatch(shown)) and part["circle"]:  # NFKC would turn ① into the top-level number 1
        return numbered(shown)
    label = normalize("NFKC", shown)
    found = numbered(label)
    if found and found.length == len(label):
        return found
    return Numbered(label, 0)


def shown_number(cell: Cell) -> str:
    """The text of a number as its format shows it: 1.1 in the format 0.00 is 1.10."""
    places = re.fullmatch("0\\.(0+)", cell.format)
    return f"{cell.value:.{len(places[1])}f}" if places and isinstance(cell.value, Decimal) else cell.label


class Group(Struct, frozen=True):
    """A heading of tasks; level -1 for 第一部分, 0 for 一、, 1 for （一）; the text is without number and count."""

    cell: Cell
    level: int
    text: str

    @property
    def is_generic(self) -> bool:
        """Whether it only says that tasks follow, so that it is not a category."""
        return not self.text or GENERIC.fullmatch(self.text) is not None


def group_of(cell: Cell, number: str = "") -> Group:
    """Return the heading in a cell; `number` is its number if that is in another cell."""
    label = cell.label
    match = _GROUP.match(label)
    shown = match[0] if match else number
    level = -1 if shown.startswith("第") else 1 if shown.startswith(("（", "(")) else 0
    text = label[match.end() :] if match else label
    return Group(cell, level, _COUNT.sub("", text).strip("：:、 "))


def is_numbered_heading(text: str) -> bool:
    """Whether a text begins with the number of a section: 一、 （一） 第一部分."""
    return _GROUP.match(text) is not None


def is_group_text(cell: Cell) -> bool:
    """Whether a text is numbered like a heading or named like a category: 一、征迁安置, 基础设施类（2项）."""
    return bool(_GROUP.match(cell.label) or _COUNT.search(cell.label) or _KIND.search(cell.label))


class Row(Struct, frozen=True):
    """A row of a table, by the fields of its header."""

    grid: Grid
    number: int
    header: Header

    def all(self, name: str) -> list[Cell]:
        """The cells of a field, including cells merged with a row above."""
        found: dict[int, Cell] = {}
        for columns in self.header.columns.get(name, []):
            found |= {id(cell): cell for cell in self._within(columns)}
        return list(found.values())

    def get(self, name: str) -> Cell | None:
        """The first cell of a field; None if it is empty."""
        return next(iter(self.all(name)), None)

    def at(self, columns: range) -> Cell | None:
        """The first cell in some columns; None if they are empty."""
        return next(iter(self._within(columns)), None)

    def _within(self, columns: range) -> Iterator[Cell]:
        """Yield the cells in some columns, except cells that also cover the columns of another field."""
        for column in columns:
            cell = self.grid.cell(self.number, column)
            if cell is not None and not self._covers_more(cell, columns):
                yield cell

    def _covers_more(self, cell: Cell, columns: range) -> bool:
        others = [each for ranges in self.header.columns.values() for each in ranges if each != columns]
        return any(self.grid.cell(self.number, each.start) is cell for each in others)

    def own(self) -> list[tuple[int, Cell]]:
        """The columns and cells of the row, without cells merged with a row above."""
        return list(self.grid.own(self.number))

    def is_own(self, cell: Cell | None) -> bool:
        """Whether a cell begins in this row."""
        return cell is not None and any(each is cell for _column, each in self.own())

    def is_total(self) -> bool:
        """Whether the row is a total, such as 合计 or 小计."""
        places = {0, self.header.first("id"), self.header.first("title")}
        cells = [cell for number, (column, cell) in enumerate(self.own()) if number == 0 or column in places]
        return any(is_sum(cell.label) for cell in cells)

    def is_count(self) -> bool:
        """Whether the row numbers the columns: 1, 2, 3, 4."""
        numbers = [cell.label for _column, cell in self.own()]
        first = int(numbers[0]) if numbers and numbers[0].isdecimal() else None
        counted = [str(first + more) for more in range(len(numbers))] if first is not None else []
        return len(numbers) >= _WIDE and numbers == counted

    def is_note(self) -> bool:
        """Whether the row is a note under the table, or a line for signatures."""
        return bool(_NOTE.match(next(cell.label for _column, cell in self.own())))

    def heading(self) -> Group | None:
        """The heading of the following tasks; None if the row is not a heading."""
        own = self.own()
        known = [(column, cell) for column, cell in own if not self._is_beside(column, cell)]
        number = next((cell for column, cell in known if column == self.header.first("id")), None)
        texts = [cell for column, cell in known if cell is not number]
        if number is not None and not texts:
            texts, number = [number], None
        if len(texts) != 1 or not isinstance(texts[0].value, str):
            return None
        (text,) = texts
        of_groups = number is not None and _GROUP_ID.fullmatch(number.label.rstrip(".、．"))
        if of_groups and number is not None:
            return group_of(text, number.label)
        if self._is_wide(text) or (number is None and is_group_text(text) and self._names_the_task(text)):
            return group_of(text, number.label if number else "")
        return None

    def _is_beside(self, column: int, cell: Cell) -> bool:
        """Whether a cell of a heading row is a figure in a column without a field, such as a subtotal."""
        return not isinstance(cell.value, str) and not self.header.knows(column)

    def _names_the_task(self, cell: Cell) -> bool:
        """Whether a cell is where a heading is written: under the number or the title, or at the left."""
        places = (self.header.first("id"), self.header.first("title"), self.header.left)
        return any(self.grid.cell(self.number, column) is cell for column in places)

    def _is_wide(self, cell: Cell) -> bool:
        """Whether a cell is merged over most of the table, like a heading."""
        fields = [each.start for ranges in self.header.columns.values() for each in ranges]
        covered = sum(self.grid.cell(self.number, column) is cell for column in fields)
        return covered >= min(_WIDE, len(fields)) or covered == len(fields)
