"""Paragraphs and runs in WordprocessingML. Every run names its faces for Chinese and for other characters."""

import re
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from msgspec import Struct

from ...text import visible
from ..line_breaks import CLOSING, OPENING, UNITS
from .gbt9704 import CHARACTER, WHOLE, Face

Element = BaseOxmlElement


class Shape(Struct, frozen=True):
    """The layout of a paragraph: indents in hundredths of a character, line height in twips (None: automatic)."""

    align: str = "both"
    first_line: int = 0
    left: int = 0
    right: int = 0
    line: int | None = None
    level: int | None = None
    """The level of a heading, from 0; None for body text. A heading is kept with the next paragraph."""
    kept: bool = False
    """Whether to keep the paragraph on the page of the next one."""


def element(tag: str, *children: Element, **attributes: str | int) -> Element:
    """`<w:tag w:attribute="…">` with its children."""
    made: Element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def paragraph(shape: Shape, *runs: Element) -> Element:
    """A paragraph of runs."""
    return element("p", _paragraph_properties(shape), *runs)


def keep_with_next(block: Element) -> Element:
    """Keep a paragraph on the page of the next one; return the paragraph."""
    properties = block.find(qn("w:pPr"))
    if properties is not None and properties.find(qn("w:keepNext")) is None:
        properties.insert(0, element("keepNext"))
    return block


def ruled_below(block: Element, color: str) -> Element:
    """Draw a rule as wide as the text below a paragraph; return the paragraph."""
    line = element("bottom", val="single", sz=12, space=6, color=color)
    properties = block.find(qn("w:pPr"))
    if properties is not None:
        before = next(child for child in properties if child.tag == qn("w:autoSpaceDE"))
        before.addprevious(element("pBdr", line))
    return block


def _paragraph_properties(shape: Shape) -> Element:
    """The properties of a paragraph, in the order that the schema requires."""
    properties = element("pPr")
    if shape.kept or shape.level is not None:
        properties.append(element("keepNext"))
    for space in ("autoSpaceDE", "autoSpaceDN"):  # keep digits half a character wide beside Chinese
        properties.append(element(space, val=0))
    properties.append(element("snapToGrid", val=0))  # programs snap differently; height and spacing are set here
    if shape.line is not None:
        properties.append(element("spacing", before=0, after=0, line=shape.line, lineRule="exact"))
    else:
        properties.append(element("spacing", before=0, after=0, line=240, lineRule="auto"))
    properties.append(_indent(shape))
    properties.append(element("jc", val=shape.align))
    if shape.level is not None:
        properties.append(element("outlineLvl", val=shape.level))
    return properties


def _indent(shape: Shape) -> Element:
    """The indents, in characters and also in twips for programs that ignore characters."""
    indent = element("ind")
    for name, chars in (("left", shape.left), ("right", shape.right), ("firstLine", shape.first_line)):
        indent.set(qn(f"w:{name}Chars"), str(chars))
        indent.set(qn(f"w:{name}"), str(chars * CHARACTER // WHOLE))
    return indent


def run(face: Face, text: str, color: str | None = None) -> Element:
    """A run of text; line breaks are kept, control characters are escaped."""
    made = element("r", face_properties(face, color))
    for number, line in enumerate(visible(text.replace("\t", " ")).split("\n")):
        if number:
            made.append(element("br"))
        for place, part in enumerate(_IN_A_DATE.split(line)):
            if place:
                made.append(element("noBreakHyphen"))
            piece = element("t")
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            piece.text = part
            made.append(piece)
    return made


_IN_A_DATE = re.compile(r"(?<=(?<!\d)\d{4})-(?=\d\d(?![\d/]))|(?<=(?<!\d)\d{4}-\d\d)-(?=\d\d(?!\d))")
"""The hyphens of a date in digits, at which no line may end."""


_FIGURE = r"(?<!\d)(?:[+-]?\d+(?:[.,:/-]\d+)*%|[+-]?\d+(?:[.,:/-]?\d+)+)(?![\d%])"
"""A figure of several characters, a date in digits or a telephone number."""

_UNITS = UNITS.replace("个百分点|万平方米|", "万(?=平方米)|")
"""The units that stay with their figures. Of the two longest only a part does, or justified lines would have gaps."""

_DAY = r"\d{1,2}月(?:\d{1,2}日\*?|份)?"

_JOINED = (
    rf"〔\d{{4}}〕\d+号|第\d+[\u4e00-\u9fff]|(?<=，)失\d[\d.]*分(?:……等\d+项)?|[\u4e00-\u9fff]?……等\d+项|(?<![，。、；：！？])等\d+项"
    rf"|\d{{1,2}}[-—–至]\d{{1,2}}月份?|{_DAY}|\d{{4}}年|\d{{1,2}}日\*?|0\d{{2,3}}-\d{{7,8}}"
    r"|(?<!\d)\d{1,2}\.[\u4e00-\u9fff]"
    rf"|[+-]?\d+(?:[.,]\d+)*(?:{_UNITS})(?:……等\d+项)?"
)
"""A day, a figure with its unit, a number with 第 or 号, a telephone number, or the number before a title.

A line may end between a year and its month: the whole date would leave a gap of up to seven characters.
"""

_KEPT = re.compile(f"{_JOINED}|{_FIGURE}")

_OF_A_FIGURE = re.compile(r"(?<=\d) (?=%|(?:day|week|month|point|task|item|problem)s?\b)")
"""The blank between a figure and its unit in English."""

_PART = re.compile(r"\d{3,4}-(?=\d{7})|[—–]|[^—–\u2e80-\uffef]+|.")
"""The parts of unbreakable text between which a line could end: figures, and single Chinese characters."""

_WORD_JOINER, _BREAK = "2060", "200B"

_HANGING = frozenset("。，、；：！？")
"""Punctuation that LibreOffice hangs beyond the end of a line."""


def runs(face: Face, text: str, mark: str = "", ending: str = "") -> Iterator[Element]:
    """Yield runs for a text in which no line ends inside a date or figure, or between a figure and its unit.

    LibreOffice breaks text only as intended if it is marked as English and has word joiners. The joiners are hidden,
    because Word may draw a box for them; for Word there is `line_rules`.

    Args:
        face: the face of the runs.
        text: the text.
        mark: the character that precedes it in another run.
        ending: the character of a date behind which a line may end too: in a justified line the day would leave a gap.
    """
    text, place = _OF_A_FIGURE.sub("\u00a0", text), 0
    for found in _KEPT.finditer(text):
        if before := text[place : found.start()]:
            yield run(face, before)
            mark = before[-1]
        if mark in _HANGING:  # LibreOffice would drop it at the end of a line before English
            yield _hidden(face, _BREAK)
        parts = _PART.findall(found[0])
        for before, part in zip(("", *parts), parts, strict=False):
            code = _BREAK if before == ending and part.isdigit() else _WORD_JOINER
            for made in (*([_hidden(face, code)] if before else []), run(face, part)):
                made[0].append(element("lang", val="en-US", eastAsia="en-US"))
                yield made
        place, mark = found.end(), " "
    if rest := text[place:]:
        yield run(face, rest)


def prose(face: Face, text: str, mark: str = "", *, ending: str) -> Iterator[Element]:
    """Like `runs`, with a possible break after each mark: LibreOffice loses some marks beyond the edge."""
    for number, part in enumerate(_AFTER_A_MARK.split(text)):
        if number:
            yield _hidden(face, _BREAK)
        yield from runs(face, part, "" if number else mark, ending)


_AFTER_A_MARK = re.compile(r"(?<=[。，、；：！？])(?=[^。，、；：！？”’）》])")


_PIECE = rf"[{OPENING}]*(?:{{kept}}|[A-Za-z0-9]+|.)[{CLOSING}]*"
"""What stays on a line of prose, with the marks around it."""

_SETTINGS = (
    (re.compile(_PIECE.format(kept=_KEPT.pattern)), 1.0, 0.0, 6),
    (re.compile(_PIECE.format(kept=_KEPT.pattern.replace(_DAY, r"\d{1,2}月份?"))), 1.2, 0.3, 4),
)
"""How Word sets prose with the fonts of an office, and LibreOffice without them: what stays whole, and in half-widths
the width of a digit, the space before a figure, and the most of a line that may be filled by spreading its characters:
more in Word, which also condenses marks."""

_LINE = 56
"""The width of a line of prose, in half-widths."""


def spreads(text: str, indent: int) -> bool:
    """Whether justifying a paragraph would spread a line by more than two Chinese characters, in Word three.

    Args:
        text: the paragraph.
        indent: the indent of its first line, in hundredths of a character.
    """
    return any(_spreads(pieces.findall(text), indent * 2 / WHOLE, *widths) for pieces, *widths in _SETTINGS)


def _spreads(pieces: Sequence[str], taken: float, digit: float, space: float, most: float) -> bool:
    for piece in pieces:
        wide = sum(2 if east_asian_width(char) in "WFA" else digit for char in piece)
        wide += space if piece[0].isdigit() else 0
        if taken + wide > _LINE:
            if _LINE - taken > most:
                return True
            taken = 0.0
        taken += wide
    return False


def _hidden(face: Face, code: str) -> Element:
    """A hidden character, as a symbol, so that it is not part of the searchable text."""
    properties = face_properties(face, None)
    size = next(child for child in properties if child.tag in (qn("w:spacing"), qn("w:sz")))
    size.addprevious(element("vanish"))
    return element("r", properties, element("sym", font=face.east, char=code))


_BEGINS_NO_LINE = "年月日号项天个期次户套处件元亿万"
_ENDS_NO_LINE = "第月"
"""Characters of dates and units: in Word, the former begin no line and the latter end none."""


def line_rules() -> Iterator[Element]:
    """Yield the characters that begin no line or end no line in Chinese (避头尾), with those of dates and units."""
    ends = "$(£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥"
    begins = "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
    yield element("noLineBreaksAfter", lang="zh-CN", val=ends + _ENDS_NO_LINE)
    yield element("noLineBreaksBefore", lang="zh-CN", val=begins + _BEGINS_NO_LINE)


def page_number(face: Face) -> tuple[Element, ...]:
    """The page number as a field that Word updates."""
    instruction = element("instrText")
    instruction.text = "PAGE"
    parts = (element("fldChar", fldCharType="begin"), instruction, element("fldChar", fldCharType="separate"))
    before = tuple(element("r", face_properties(face, None), part) for part in parts)
    return (*before, run(face, "1"), element("r", face_properties(face, None), element("fldChar", fldCharType="end")))


def face_properties(face: Face, color: str | None) -> Element:
    """The faces of a run for Chinese and other characters, and its size in half points."""
    fonts = element("rFonts", ascii=face.latin, hAnsi=face.latin, eastAsia=face.east, cs=face.latin)
    if face.latin == face.east:  # gives quotation marks, dashes and dots the width of Chinese characters
        fonts.set(qn("w:hint"), "eastAsia")
    properties = element("rPr", fonts)
    if face.bold:
        properties.append(element("b"))
    if color:
        properties.append(element("color", val=color))
    if face.closer:
        properties.append(element("spacing", val=-face.closer))
    properties.append(element("sz", val=round(face.size * 2)))
    properties.append(element("szCs", val=round(face.size * 2)))
    return properties
