"""A report as a Word file in the layout of GB/T 9704-2012."""

from collections.abc import Iterable
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENTATION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.shared import Twips
from msgspec.structs import replace

from ...language import speaking
from ...reports.document import About, Document
from ...text import one_line
from ..heading import short_anchor, whole_anchor
from ..zip_archive import frozen, made_on
from . import gbt9704 as standard
from .body import body
from .gbt9704 import CHINESE, ENGLISH, OTHER_NAMES, Faces
from .paging import pages
from .table_layout import joined, on_its_side, tighter
from .xml import Element, Shape, element, face_properties, line_rules, page_number, paragraph, run

_PALE = "7F7F7F"
"""The text colour of the ledger's head."""


def _set_up(word: WordDocument, faces: Faces, about: About, *, sideways: bool) -> None:
    """Set up the page, the footer and the default styles."""
    _page(word, grid=about.language == "zh" and not sideways, sideways=sideways)
    _foot(word, faces, short_anchor(about))
    _defaults(word, faces, about.language)
    for name, relation in list(word.part.package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # a leftover of python-docx's template
            del word.part.package.rels[name]


def _page(word: WordDocument, *, grid: bool, sideways: bool) -> None:
    """Set up an A4 page. A landscape page has the margins rotated, with the binding edge at the top."""
    section = word.sections[0]
    size = (standard.PAGE_WIDTH, standard.PAGE_HEIGHT)
    margins = (standard.TOP, standard.RIGHT, standard.BOTTOM, standard.LEFT)
    if sideways:
        section.orientation = WD_ORIENTATION.LANDSCAPE
        size, margins = size[::-1], (*margins[-1:], *margins[:-1])
    section.page_width, section.page_height = map(Twips, size)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Twips, margins)
    footer = standard.FOOTER_SIDEWAYS if sideways else standard.FOOTER
    section.header_distance = section.footer_distance = Twips(footer)
    properties = section._sectPr  # noqa: SLF001 - python-docx cannot set the grid
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    if grid:
        space = {"linePitch": standard.LINE_PITCH, "charSpace": standard.CHARACTER_SPACE}
        properties.append(element("docGrid", type="linesAndChars", **space))


def _foot(word: WordDocument, faces: Faces, anchor: str) -> None:
    """Write the footer: page numbers between dashes, at the right on odd pages and at the left on even pages.

    The head of the ledger follows below in small type.
    """
    word.settings.odd_and_even_pages_header_footer = True
    section = word.sections[0]
    on_odd = Shape("right", right=standard.WHOLE, line=standard.FOOTER_LINE)
    on_even = Shape("left", left=standard.WHOLE, line=standard.FOOTER_LINE)
    for footer, shape in ((section.footer, on_odd), (section.even_page_footer, on_even)):
        footer.is_linked_to_previous = False
        number = (run(faces.page_number, "— "), *page_number(faces.page_number), run(faces.page_number, " —"))
        small = paragraph(replace(shape, line=standard.ANCHOR_LINE), run(faces.anchor, anchor, _PALE))
        root = footer._element  # noqa: SLF001 - python-docx cannot write fields
        root[:] = [paragraph(shape, *number), small]


def _defaults(word: WordDocument, faces: Faces, language: str) -> None:
    """Use the body's face as the default, so that text typed later looks the same."""
    styles = word.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is not None:
        styles.remove(defaults)
    face = face_properties(faces.body, None)
    # Mark figures as Chinese: under its English rules LibreOffice may begin a line with the 、 after a figure.
    face.append(element("lang", val="zh-CN" if language == "zh" else "en-US", eastAsia="zh-CN", bidi="ar-SA"))
    spacing = element("spacing", before=0, after=0, line=240, lineRule="auto")
    # Word hangs marks beyond the edge and draws them; LibreOffice takes the property for its opposite and hangs none,
    # of which it would lose some.
    hung = element("overflowPunct", val=1)
    # A page of Chinese is full: a paragraph may end on the next one with a line.
    widow_control = [element("widowControl", val=0)] if language == "zh" else []
    shape = element("pPr", *widow_control, hung, spacing)
    styles.insert(0, element("docDefaults", element("rPrDefault", face), element("pPrDefault", shape)))
    normal = word.styles["Normal"].element
    for old in normal.findall(qn("w:rPr")):
        normal.remove(old)
    normal.append(face_properties(faces.body, None))
    settings = word.settings.element
    for compatibility in settings.iter(qn("w:compatSetting")):
        if compatibility.get(qn("w:name")) == "compatibilityMode":
            compatibility.set(qn("w:val"), "15")  # Word 2013; otherwise Word opens the file in compatibility mode
    for after in settings.iter(qn("w:savePreviewPicture")):
        for rule in line_rules() if language == "zh" else ():
            after.addprevious(rule)
    for zoom in settings.iter(qn("w:zoom")):
        zoom.attrib.clear()
        zoom.set(qn("w:percent"), "100")
    for theme in settings.iter(qn("w:themeFontLang")):
        theme.set(qn("w:eastAsia"), "zh-CN")


def font_table(faces: Faces) -> bytes:
    """The font table part: each font with its substitutes."""
    return serialize_part_xml(_font_table(faces))


def _font_table(faces: Faces) -> Element:
    used = (faces.title, faces.body, *faces.levels, faces.page_number, faces.column)
    names = dict.fromkeys(name for face in used for name in (face.east, face.latin))
    return element("fonts", *(_font(name) for name in names))


def _font(name: str) -> Element:
    font = element("font", name=name)
    if name in OTHER_NAMES:
        font.append(element("altName", val=",".join(OTHER_NAMES[name])))
        font.append(element("charset", val="86"))
    return font


def _on_fewest_pages(document: Document, faces: Faces, *, sideways: bool) -> list[Element]:
    """The body of the document, with lower table rows and less space above the signature if that saves a page."""
    width, height = standard.TEXT_WIDTH, standard.TEXT_HEIGHT
    if sideways:
        width, height = standard.WIDE_TEXT_WIDTH, standard.TEXT_WIDTH
    best = list(body(document, faces, width))
    fewest = pages(best, width, height)
    for each in _ways(document, faces) if 1 < fewest <= _FEW_PAGES else ():
        blocks = list(body(document, each, width))
        if (count := pages(blocks, width, height)) < fewest:
            best, fewest = blocks, count
    return best


def _ways(document: Document, faces: Faces) -> Iterable[Faces]:
    """The ways to take less room: a letter is not set in smaller type, but its titles may begin their paragraphs."""
    moved, *lower = tighter(faces)  # the first one only moves the signature
    if document.letterhead is None:
        return lower
    return (moved, replace(moved, runs_in=True)) if document.letterhead.addressee else (moved, *lower)


_FEW_PAGES = 12
"""The most pages of a document for which saving a page is tried; in longer ones it is not worth the time."""


_LONGEST_PROPERTY = 255
"""The most characters in a file property."""


def render(document: Document) -> bytes:
    """Render a document as a Word file, in the language of its plan."""
    about = document.about
    faces = CHINESE if about.language == "zh" else ENGLISH
    with speaking(about.language):
        document = document.on_paper
        joining = [replace(s, table=joined(s.table)) if s.table else s for s in document.sections]
        document = replace(document, sections=tuple(joining))
        tables = [section.table for section in document.sections if section.table]
        sideways = not document.letterhead and any(on_its_side(table, faces) for table in tables)
        word = docx.Document()
        _set_up(word, faces, about, sideways=sideways)
        section_properties = word.element.body[-1]
        for block in _on_fewest_pages(document, faces, sideways=sideways):
            section_properties.addprevious(block)
        properties = word.core_properties
        issuer = document.letterhead.issuer if document.letterhead else None
        properties.author, properties.title = _about(issuer or "jk"), _about(document.title)
        properties.comments = whole_anchor(about)
        properties.created = properties.modified = made_on(about.as_of)
        properties.last_modified_by, properties.revision = properties.author, 1
        content = BytesIO()
        word.save(content)
    return frozen(content.getvalue(), {"word/fontTable.xml": font_table(faces)})


def _about(text: str) -> str:
    """Text for a file property."""
    return one_line(text)[:_LONGEST_PROPERTY]
