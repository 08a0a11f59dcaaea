"""The body of a Word file: paragraphs, headings, signature and recipients."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from docx.oxml.ns import qn
from msgspec.structs import replace

from ...dates import official_date
from ...language import _
from ...reports.document import Document, Letterhead, Section, Table
from ...text import chinese_numeral, width
from ..heading import attachments, distribution, salutation, titles, when
from . import gbt9704 as standard
from .gbt9704 import MONOSPACED, WHOLE, Face, Faces
from .paging import height
from .table_layout import GUTTER, layout, line_height, of_one_size, safe_width
from .tables import lines_of_rows, notes_of_tables, ruled, table
from .xml import Element, Shape, element, keep_with_next, paragraph, prose, ruled_below, run, runs, spreads

_RED = "E60012"
"""The colour of the masthead."""

_DRAWN = Shape("left", line=200)

_SMALL_LINE = 360
"""The line height of footnotes in a report, in twips."""

_GAP = Shape("left", line=160)
"""The space between a table and the text below it."""

_ABOVE = Shape("left", line=100)
"""The space between a line of text and the table below it."""

_DIGITS = "一二三四五六七八九十"

_LEVELS = (f"[{_DIGITS}]+、", f"（[{_DIGITS}]+）", r"\d+[.．](?!\d)", r"[(（]\d+[)）]")
"""For each level, the pattern of the number that begins a heading."""


def body(document: Document, faces: Faces, text_width: int) -> Iterator[Element]:
    """Yield everything between the margins; `text_width` in twips."""
    letterhead = document.letterhead
    yield from _head(document, faces)
    blocks = [*_text(document, faces, text_width)] or [_blank(faces)]
    if not letterhead:
        _keep_short_end(blocks)
    if letterhead:  # at least one line of text must be on the page of the signature
        attached = len(attachments(letterhead))
        for last in blocks[-2 - attached if attached else -1 - len(document.footnotes) :]:
            keep_with_next(last)
    yield from blocks
    signature = [*_signature(letterhead, faces)] if letterhead else []
    label = _("Attachment 1") if letterhead and letterhead.workbook else _("Attachment")
    slips = [
        block for section in document.sections if section.slip for block in _slip(section, faces, text_width, label)
    ]
    recipients = [*_recipients(letterhead, faces, height(slips, text_width))] if letterhead else []
    if recipients:  # recipients belong on the last page, but not alone
        for block in slips[-1:] or signature:
            keep_with_next(block)
    yield from (*signature, *slips, *recipients)


_SHORT_END = 6
"""Fewer paragraphs than this below the last table stay on the page of its last rows."""


def _keep_short_end(blocks: list[Element]) -> None:
    """Keep the last lines of a report, if they are few, on the page of the table above them."""
    tables = [place for place, block in enumerate(blocks) if block.tag == qn("w:tbl")]
    end = blocks[tables[-1] + 1 : -1] if tables else []
    if len(end) < _SHORT_END:
        for block in end:
            keep_with_next(block)


def _head(document: Document, faces: Faces) -> Iterator[Element]:
    """Yield the masthead, titles, number and addressee; a report has its as-of date instead of a number."""
    letterhead, centred = document.letterhead, Shape("center", line=faces.line)
    if letterhead and letterhead.masthead:
        size = min(faces.masthead.size, 0.85 * standard.TEXT_WIDTH / 20 / max(1, width(letterhead.masthead) / 2))
        red = replace(faces.masthead, size=int(2 * size) / 2)
        yield paragraph(Shape("center"), run(red, letterhead.masthead, _RED))
        numbered = paragraph(centred, run(faces.body, _number_line(letterhead)))
        yield _blank(faces)
        yield ruled_below(numbered, _RED)
        yield _blank(faces)
    for title in _titles(document):
        yield paragraph(replace(centred, kept=True), run(faces.title, _broken(title)))
    if not letterhead:
        about = document.about
        dated = _("({when})").format(when=when(about, official_date))
        yield paragraph(centred, run(faces.dated, dated))
    elif letterhead.addressee is None and not letterhead.masthead:
        beside = letterhead.number or official_date(letterhead.dated)
        yield paragraph(centred, run(faces.dated, _("({when})").format(when=beside)))
    elif not letterhead.masthead:
        yield paragraph(centred, run(faces.body, _number_line(letterhead)))
    yield _blank(faces) if letterhead else paragraph(_GAP, run(faces.anchor, ""))
    if letterhead and letterhead.addressee:
        yield paragraph(Shape(line=faces.line), run(faces.body, salutation(letterhead.addressee)))


_TITLE_CHARACTERS = 20
"""The characters of 二号 that fit on a line."""

_BREAKS = re.compile(r"(?=等\d+项)|(?=有关事项)|(?<!以)(?=及)|(?=的督办)|(?=（)|(?<=[、，）])(?![、，）])|(?<=关于)")


def _titles(document: Document) -> list[str]:
    """The titles of a document; in Chinese, two titles that form one sentence are joined if they fit on two lines."""
    found = titles(document)
    one_line = (document.letterhead is not None or document.paper_title != "") and safe_width(
        "".join(found)
    ) <= 2 * _TITLE_CHARACTERS
    return ["".join(found)] if one_line and document.about.language == "zh" else found


def _broken(title: str) -> str:
    """Break a title that is longer than a line between words, into two lines of similar length, else into three."""
    wide = safe_width(title) / 2
    if wide <= _TITLE_CHARACTERS or wide > 2 * _TITLE_CHARACTERS:
        return title
    places = [match.start() for match in _BREAKS.finditer(title)]
    for breaks in (1, 2):
        ways = [pairwise((0, *chosen, len(title))) for chosen in combinations(places, breaks)]
        lines = [[title[start:end] for start, end in way] for way in ways]
        if fitting := [each for each in lines if max(map(width, each)) <= 2 * _TITLE_CHARACTERS]:
            return "\n".join(min(fitting, key=lambda each: max(map(width, each))))
    return title


def _number_line(letterhead: Letterhead) -> str:
    """The document number and the text beside it."""
    return "　　".join((letterhead.number, *letterhead.beside))


def _text(document: Document, faces: Faces, text_width: int) -> Iterator[Element]:
    if not document.letterhead:  # the most important lines come first
        yield from (_line(line, faces) for line in document.summary)
        first = next(iter(document.sections), None)
        if document.summary and first and not (first.title or first.lines):
            yield paragraph(_ABOVE, run(faces.anchor, ""))
    sections = [section for section in _numbered(document) if not section.slip]
    within = document.letterhead is not None
    fitted = of_one_size([section.table for section in sections if section.table], faces, text_width, within=within)
    footnotes = document.footnotes
    in_prose = any(note[:1] in line for note in footnotes for section in sections for line in section.lines)
    notes = [] if within and in_prose else notes_of_tables([section.table for section in sections], footnotes)
    if any(notes):
        footnotes = ()
    for number, section in enumerate(sections, start=1):
        last = number == len(sections) and not footnotes and not document.letterhead
        of_table = notes[number - 1] if notes else ()
        ends = within and number == len(sections)
        yield from _section(section, fitted, text_width, notes=of_table, followed=not last, within=within, ends=ends)
    if document.letterhead:
        yield from (_line(line, faces) for line in document.summary)
    for line in footnotes:
        yield paragraph(_body(faces), *runs(faces.record, line)) if document.letterhead else _note(line, faces)
    for number, attached in enumerate(attachments(document.letterhead) if document.letterhead else []):
        if number == 0:
            yield _blank(faces)
            yield paragraph(_body(faces), *runs(faces.body, attached))
        else:  # aligned with the number of the first attachment
            before = faces.first_line + (3 * WHOLE if document.about.language == "zh" else 6 * WHOLE)
            yield paragraph(replace(_body(faces), first_line=0, left=before), *runs(faces.body, attached))


def _note(line: str, faces: Faces) -> Element:
    """A note of a report, in small type."""
    return paragraph(replace(_body(faces), line=_SMALL_LINE), *runs(faces.cells[0], line))


def _numbered(document: Document) -> Iterator[Section]:
    """Yield the sections. A Chinese report numbers their titles if there are several and none is numbered."""
    titles = [section.title for section in document.sections if section.title]
    not_numbered = document.about.language != "zh" or document.letterhead or len(titles) == 1
    unchanged = not_numbered or any(_numbering(title) for title in titles)
    count = 0
    for section in document.sections:
        if section.title and not unchanged:
            count += 1
            yield replace(section, title=f"{chinese_numeral(count)}、{section.title}")
        else:
            yield section


def _section(  # noqa: PLR0913 - what stands around its table
    section: Section, faces: Faces, text_width: int, *, notes: tuple[str, ...], followed: bool, within: bool, ends: bool
) -> Iterator[Element]:
    if section.title and faces.runs_in and len(section.lines) == 1 and not section.table:
        yield _line(_("{title}. {text}").format(title=section.title, text=section.lines[0]), faces)
        return
    if section.title:
        yield paragraph(replace(_body(faces), level=0), run(faces.levels[0], section.title))
    small = section.title and text_width == standard.WIDE_TEXT_WIDTH
    lines = [
        paragraph(_DRAWN, run(MONOSPACED, line))
        if section.drawn
        else keep_with_next(_note(line, faces))
        if small  # what a wide page counts or leaves open, which would take another page in body type
        else _line(line, faces)
        for line in section.lines
    ]
    yield from lines
    if section.table:
        if lines and within:
            keep_with_next(lines[-1])
            yield keep_with_next(paragraph(_ABOVE, run(faces.anchor, "")))
        yield table(section.table, faces, text_width, notes=notes, followed=followed, within=within, ends=ends)
        if followed:
            yield paragraph(_GAP, run(faces.anchor, ""))


def _slip(slip: Section, faces: Faces, text_width: int, label: str) -> Iterator[Element]:
    """Yield an attachment on a page of its own: 附件 in the corner, then its title, centred, on the third line."""
    page = paragraph(Shape("left", line=faces.line), run(faces.levels[0], label))
    properties = page[0]
    properties.insert(0, element("pageBreakBefore"))
    yield page
    yield keep_with_next(_blank(faces))
    yield paragraph(Shape("center", line=faces.line, kept=True), run(faces.title, slip.title or ""))
    yield paragraph(_GAP, run(faces.anchor, ""))
    if slip.table:
        yield _by_hand(slip.table, faces, text_width)
        yield paragraph(_GAP, run(faces.anchor, ""))
    for line in slip.lines:
        yield _line(line, faces)


_SLIP, _ROW_BY_HAND = 8500, 1020
"""The most height of the rows of a table to be filled in by hand, and the preferred height of one row (1.8 cm), in
twips."""


_ABOVE_BY_HAND = 57
"""The preferred space above and below the text in such a table, in twips: 1 mm."""


_TALLEST_BY_HAND = 4
"""The most lines in a row of such a table, if smaller type makes them fewer."""


def _by_hand(blank: Table, faces: Faces, text_width: int) -> Element:
    """A table to be filled in by hand, on one page. With many rows, its type is smaller or its rows are lower."""
    fitting = [replace(face, above=above) for face in faces.cells for above in (_ABOVE_BY_HAND, face.above)]

    def lines(face: Face) -> list[int]:
        widths = layout(blank, replace(faces, cells=(face,)), text_width, _SLIP).widths
        fits = sum(width_ + GUTTER for width_ in widths.values()) <= text_width / (face.size * 10)
        return lines_of_rows(blank, face, widths, text_width) if fits else [_SLIP]

    def heights(face: Face) -> list[int]:
        return [2 * face.above + number * line_height(face) for number in lines(face)]

    on_a_page = [face for face in fitting if sum(heights(face)) <= _SLIP] or fitting[-1:]
    chosen = next((face for face in on_a_page if max(lines(face)) <= _TALLEST_BY_HAND), on_a_page[0])
    taken = heights(chosen)
    least = next((h for h in range(_ROW_BY_HAND, 0, -20) if sum(max(h, row) for row in taken) <= _SLIP), 1)
    made = table(blank, replace(faces, cells=(chosen,)), text_width, followed=True)
    for least_height in made.iter(qn("w:trHeight")):
        least_height.set(qn("w:val"), str(least))
    return made


def _line(line: str, faces: Faces) -> Element:
    """A line of text. If it begins with a number, its first sentence is set as a heading.

    A line that is just one sentence with a full stop is not a heading. A line is not justified if a
    figure, which is not broken, would spread the characters before it too far.
    """
    begins = _numbering(line)
    shape, ending = _body(faces), "月"
    if spreads(line, faces.first_line):
        shape, ending = replace(shape, align="left"), ""
    if begins is None:
        return paragraph(shape, *prose(faces.body, line, ending=ending))
    level, number = begins
    stop = _STOP.search(line, number.end())
    if stop and stop.end() == len(line):  # a numbered sentence
        return paragraph(shape, *prose(faces.body, line, ending=ending))
    head, rest = (line[: stop.end()], line[stop.end() :]) if stop else (line, "")
    made = [*prose(faces.levels[level], head, ending=ending)]
    if rest:
        return paragraph(shape, *made, *prose(faces.body, rest, head[-1], ending=ending))
    return paragraph(replace(shape, level=level), *made)


_STOP = re.compile(r"。|[.](?= |$)")
"""The end of a sentence; in English a full stop before a blank or at the end of the text."""


def _numbering(line: str) -> tuple[int, re.Match[str]] | None:
    """The heading level of the number that begins a line, and its match; None if there is no number."""
    found = ((level, re.match(start, line)) for level, start in enumerate(_LEVELS))
    return next(((level, number) for level, number in found if number), None)


def _signature(letterhead: Letterhead, faces: Faces) -> Iterator[Element]:
    """Yield the issuer, centred above the date, which ends four characters from the right edge; then the contact."""
    day = official_date(letterhead.dated)
    for _line_of_it in range(faces.above_signature):
        yield keep_with_next(_blank(faces))
    if letterhead.issuer:
        beyond = (width(day) - width(letterhead.issuer)) * WHOLE // 4  # half of the difference in half-widths
        indent = max(0, standard.DATE_FROM_THE_RIGHT * WHOLE + beyond)
        yield paragraph(Shape("right", right=indent, line=faces.line, kept=True), run(faces.body, letterhead.issuer))
    indent = standard.DATE_FROM_THE_RIGHT * WHOLE
    yield paragraph(Shape("right", right=indent, line=faces.line, kept=bool(letterhead.contact)), run(faces.body, day))
    if letterhead.contact:
        yield paragraph(_body(faces), *runs(faces.body, letterhead.contact))


_SAFE_LINES = 2
"""The lines of a page that may be taken if an attachment is higher than estimated."""


def _recipients(letterhead: Letterhead, faces: Faces, above: int) -> Iterator[Element]:
    """Yield the recipients (版记), kept on one page: near the foot of that of an attachment of the height `above`."""
    if lines := distribution(letterhead):
        spare = standard.TEXT_HEIGHT - above - (_SAFE_LINES + len(lines)) * faces.line
        to_foot = paragraph(Shape("left", line=max(_GAP.line or 0, spare)), run(faces.anchor, ""))
        yield keep_with_next(to_foot if above else _blank(faces))
        shape = Shape("left", line=faces.line)
        made = [paragraph(shape, run(faces.record, line)) for line in lines]
        yield ruled([*map(keep_with_next, made[:-1]), made[-1]])


def _body(faces: Faces) -> Shape:
    """The shape of a body paragraph. English is ragged-right: its words are too long for justified lines."""
    return Shape("both" if faces.first_line else "left", first_line=faces.first_line, line=faces.line)


def _blank(faces: Faces) -> Element:
    return paragraph(Shape(line=faces.line), run(faces.body, ""))
