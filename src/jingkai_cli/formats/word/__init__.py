"""Word documents after GB/T 9704-2012 (`gbt9704`): bulletins, letters, and any other report that goes on paper.

The wording is punctuated where it is made, in the catalogue; what people typed and what was printed elsewhere is
quoted as it came, half-width commas included.
"""

from io import BytesIO

import docx

from ...escape import one_line
from ...language import speaking
from ...reports.document import Document
from ..package import frozen, made_on
from .body import body
from .gbt9704 import CHINESE, ENGLISH
from .page import font_table, set_up

LONGEST_PROPERTY = 255
"""Characters that a property of a file has room for."""


def render(document: Document) -> bytes:
    """The document for Word, in the language of its plan."""
    language = document.about.language
    faces = CHINESE if language == "zh" else ENGLISH
    with speaking(language):
        word = docx.Document()
        set_up(word, faces, language)
        section_properties = word.element.body[-1]
        for block in body(document, faces):
            section_properties.addprevious(block)
        about = word.core_properties
        issuer = document.letterhead.issuer if document.letterhead else None
        about.author, about.title, about.comments = _about(issuer or "jk"), _about(document.title), ""
        about.created = about.modified = made_on(document.about.as_of)
        about.last_modified_by, about.revision = about.author, 1
        content = BytesIO()
        word.save(content)
    return frozen(content.getvalue(), {"word/fontTable.xml": font_table(faces)})


def _about(text: str) -> str:
    """A text as a property of the file holds it."""
    return one_line(text)[:LONGEST_PROPERTY]
