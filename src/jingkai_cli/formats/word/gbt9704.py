"""The measures of GB/T 9704-2012 (党政机关公文格式) in Word's units: twips (1/20 pt) and hundredths of a character.

An English document has the same page, but plain faces and no grid.
"""

from msgspec import Struct

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
"""A4: 210 × 297 mm."""
TOP, BOTTOM, LEFT, RIGHT = 2098, 1980, 1587, 1474
"""Margins: 37, 35, 28 and 26 mm. Exactly 22 grid lines fit between top and bottom: if some twips were left over,
LibreOffice would lose rows that may not break at the end of a page."""
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
"""156 mm."""
TEXT_HEIGHT = WIDE_TEXT_WIDTH = PAGE_HEIGHT - TOP - BOTTOM
"""225 mm. It is also the text width of a landscape page, which is rotated so that table headers face the binding
edge."""
LINE = 579
"""The exact line height: 22 lines fit into 225 mm, with about one twip to spare for each."""
LINE_PITCH, CHARACTER_SPACE = 580, -848
"""The grid: 22 lines of 28 characters. The space is added to a 16 pt character, in 1/4096 pt."""
CHARACTER = TEXT_WIDTH // 28
"""The width of one body character, in twips."""
_PAGE_NUMBER = 1447
"""25.5 mm from the edge of the page, which places the page number 7 mm below the text."""
FOOTER_LINE = 280
"""The line height of the page number, exactly that of its characters."""
ANCHOR_LINE = 180
"""The line height of the ledger's head below the page number."""
FOOTER = _PAGE_NUMBER - ANCHOR_LINE
FOOTER_SIDEWAYS = 760
"""`FOOTER` on a landscape page, whose bottom margin is 26 mm."""
WHOLE = 100
"""One character: Word measures indents in hundredths of a character."""
BODY = 16
"""三号, in points."""
_CLOSER = 6
"""Twips by which body characters are condensed, because 28 characters of 16 pt are slightly wider than a line. The grid
would do the same, but LibreOffice gives two cells to a character wider than its cell, so paragraphs ignore the grid."""
DATE_FROM_THE_RIGHT = 4
"""The distance between the date and the right edge, in characters."""


class Face(Struct, frozen=True):
    """A typeface and its size in points; `east` is for Chinese characters, `latin` for all others."""

    east: str
    latin: str
    size: float
    bold: bool = False
    closer: int = 0
    """Twips by which characters are condensed."""
    leading: float = 1.25
    """The line height in a cell, as a multiple of the size. It does not depend on the fonts of a computer."""
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
    """The issuing office, in red (发文机关标志)."""
    anchor: Face
    """The head of the ledger in the page footer."""
    record: Face
    """The recipients at the end (版记)."""
    cells: tuple[Face, ...]
    """Table cells: from the preferred size to the smallest readable one."""
    column: Face
    """Column titles, whose size follows the cells."""
    stands: str
    """The vertical alignment of a cell with fewer lines than its row: in the middle or at the top."""
    line: int
    """The line height, in twips."""
    first_line: int
    """The indent of a paragraph's first line, in hundredths of a character."""
    above_signature: int = 2
    """The number of blank lines above the signature."""
    runs_in: bool = False
    """Whether the title of a section with a single paragraph begins that paragraph, instead of a line of its own."""


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
"""Font → its substitutes, the best first. `jk` ships no fonts."""
