"""Output formats: `Document` → text or bytes. Each module has one `render` and is imported on first use."""

from collections.abc import Mapping
from contextlib import nullcontext
from importlib import import_module

from msgspec import Struct

from ..errors import extra
from ..language import N_
from ..reports.document import Document


class Format(Struct, frozen=True):
    """The properties of a format, known before its module is imported."""

    module: str
    ending: str = ""
    """The file ending; empty for formats that are only printed on a terminal."""
    words: str = ""
    """Other names that `-f` accepts."""
    extra: str = ""
    """The pip extra that it needs. Such a format is an office file: bytes, in the language of the plan."""
    items: bool = False
    """Whether it contains the items of a report."""
    sections: bool = True
    """Whether it contains the sections of a report."""
    on_paper: bool = False
    """Whether its files are sent to other people; such a file mentions no commands."""
    for_programs: bool = False
    """Whether it is always printed in UTF-8, whatever the encoding of the terminal."""
    always_utf_8: bool = False
    """Whether the file declares UTF-8 itself, so that no other encoding is possible."""


FORMATS: Mapping[str, Format] = {
    "table": Format("table", words="表格"),
    "plain": Format("plain", ".txt", "文本"),
    "markdown": Format("markdown", ".md"),
    "csv": Format("csv_", ".csv", items=True, sections=False, for_programs=True),
    "json": Format("json_", ".json", items=True, sections=False, for_programs=True),
    "html": Format("html_", ".html", "网页", on_paper=True, for_programs=True, always_utf_8=True),
    "xlsx": Format("xlsx", ".xlsx", "excel", extra="office", items=True, on_paper=True),
    "docx": Format("word", ".docx", "word", extra="office", on_paper=True),
    "ics": Format("ics", ".ics", for_programs=True, always_utf_8=True),
}
"""Name of a format (`-f`) → its properties."""

ENDINGS = {of.ending: name for name, of in FORMATS.items() if of.ending}
"""Ending of an output file → name of its format."""

PDF = N_("for a PDF write a Word file (-o FILE.docx), open it and save or print it as PDF")
"""What is said to those who ask for a format that none of these is."""


def render(document: Document, form: str) -> str | bytes:
    """Render a document for a file or a pipe.

    Raises:
        MissingExtra: the extra that the format needs is not installed.
    """
    of = FORMATS[form]
    with extra(of.extra) if of.extra else nullcontext():
        module = import_module(f".{of.module}", __package__)
    rendered: str | bytes = module.render(document)
    return rendered
