"""The numbers of GB/T 9704-2012 (党政机关公文格式) in the units of Word: twips (1/20 pt) and hundredths of a character.

An English document has the same page, in plain faces and without the grid.
"""

from msgspec import Struct

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
"""A4: 210 × 297 mm."""
TOP, BOTTOM, LEFT, RIGHT = 2098, 1980, 1587, 1474
"""Margins: 37, 35, 28 and 26 mm; between the first two 22 lines of the grid exactly. Where some twips are left over,
LibreOffice loses rows that may not break at the end of a page."""
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
"""156 mm."""
TEXT_HEIGHT = WIDE_TEXT_WIDTH = PAGE_HEIGHT - TOP - BOTTOM
"""225 mm: the text of a page that lies on its side, turned so that the head of its tables is at the binding edge."""
LINE = 579
"""The exact height of a line: 22 lines fit into 225 mm, with a twip each to spare."""
LINE_PITCH, CHARACTER_SPACE = 580, -848
"""The grid: 22 lines of 28 characters. The space is subtracted from a 16 pt character, in 1/4096 pt."""
CHARACTER = TEXT_WIDTH // 28
"""The width of a character of the body."""
_PAGE_NUMBER = 1447
"""25.5 mm from the edge of the page, which puts the page number 7 mm below the text."""
FOOTER_LINE = 280
"""The line of the page number, exactly as high as its characters."""
ANCHOR_LINE = 180
"""The line below it: the head of the ledger, small."""
FOOTER = _PAGE_NUMBER - ANCHOR_LINE
FOOTER_SIDEWAYS = 760
"""`FOOTER` on a landscape page, whose margin below is 26 mm."""
WHOLE = 100
"""One character: Word counts indents in hundredths of a character."""
BODY = 16
"""三号, in points."""
_CLOSER = 6
"""Twips by which characters of the body are condensed, because 28 characters of 16 pt are slightly wider than a line.
The grid does the same, but LibreOffice gives a character wider than its cell two cells; so paragraphs ignore it."""
DATE_FROM_THE_RIGHT = 4
"""Characters between the date and the right edge."""


class Face(Struct, frozen=True):
    """A face and its size in points; `east` is for Chinese characters, `latin` for the rest."""

    east: str
    latin: str
    size: float
    bold: bool = False
    closer: int = 0
    """Twips by which characters are condensed."""
    leading: float = 1.25
    """The height of a line in a cell, in sizes of its characters: the same whatever font a computer has."""
    above: int = 28
    """Twips above and below the text of a cell."""


class Faces(Struct, frozen=True):
    """The faces of a document."""

    title: Face
    body: Face
    levels: tuple[Face, Face, Face, Face]
    """Headings: 一、 then (一) then 1. then (1)."""
    dated: Face
    """The line in brackets below the title."""
    page_number: Face
    masthead: Face
    """The office that issues it, in red (发文机关标志)."""
    anchor: Face
    """The head of the ledger in the foot of a page."""
    record: Face
    """The recipients at the end (版记)."""
    cells: tuple[Face, ...]
    """Tables: from the preferred size to the smallest readable one."""
    column: Face
    """Column titles, in the size of the cells."""
    stands: str
    """Where the text of a cell stands that has fewer lines than its row: in the middle, or at the top."""
    line: int
    """The height of a line, in twips."""
    first_line: int
    """The indent of a paragraph's first line, in hundredths of a character."""
    above_signature: int = 2
    """The lines left empty above the signature."""


def _chinese(name: str, size: float) -> Face:
    return Face(name, name, size, closer=_CLOSER if size == BODY else 0)


SONG, HEI, KAI, FANG_SONG, TITLE_SONG = "宋体", "黑体", "楷体", "仿宋", "方正小标宋简体"
CHINESE = Faces(
    title=_chinese(TITLE_SONG, 22),
    body=_chinese(FANG_SONG, BODY),
    levels=(_chinese(HEI, BODY), _chinese(KAI, BODY), _chinese(FANG_SONG, BODY), _chinese(FANG_SONG, BODY)),
    dated=_chinese(KAI, BODY),
    page_number=_chinese(SONG, 14),
    masthead=_chinese(TITLE_SONG, 36),
    anchor=_chinese(SONG, 7.5),
    record=_chinese(FANG_SONG, 14),
    cells=tuple(_chinese(FANG_SONG, size) for size in (12, 10.5, 9)),
    column=_chinese(HEI, 12),
    stands="center",
    line=LINE,
    first_line=2 * WHOLE,
)
_TIMES = "Times New Roman"
ENGLISH = Faces(
    title=Face(SONG, _TIMES, 18, bold=True),
    body=Face(SONG, _TIMES, 12),
    levels=(
        Face(SONG, _TIMES, 14, bold=True),
        Face(SONG, _TIMES, 12, bold=True),
        Face(SONG, _TIMES, 12),
        Face(SONG, _TIMES, 12),
    ),
    dated=Face(SONG, _TIMES, 12),
    page_number=Face(SONG, _TIMES, 12),
    masthead=Face(SONG, _TIMES, 28, bold=True),
    anchor=Face(SONG, _TIMES, 7.5),
    record=Face(SONG, _TIMES, 11),
    cells=tuple(Face(SONG, _TIMES, size) for size in (11, 10, 9)),
    column=Face(SONG, _TIMES, 11, bold=True),
    stands="top",
    line=400,
    first_line=0,
)
MONOSPACED = Face(SONG, "Courier New", 9)
"""For drawings made of characters."""

OTHER_NAMES = {
    TITLE_SONG: ("方正小标宋_GBK", "小标宋", "宋体", "SimSun"),
    FANG_SONG: ("仿宋_GB2312", "FangSong", "华文仿宋", "STFangsong"),
    KAI: ("楷体_GB2312", "KaiTi", "华文楷体", "STKaiti"),
    HEI: ("SimHei", "华文黑体", "STHeiti"),
    SONG: ("SimSun", "华文宋体", "STSong"),
}
"""Font → its substitutes, the nearest first. `jk` ships no fonts."""
