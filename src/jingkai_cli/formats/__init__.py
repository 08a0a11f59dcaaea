"""Formats: `Document` → text or bytes. Each module has one `render` and is imported when its format is first used."""

from collections.abc import Mapping
from contextlib import nullcontext
from importlib import import_module

from ..errors import extra
from ..reports.document import Document

MODULES = {
    "table": "table",
    "plain": "plain",
    "markdown": "markdown",
    "csv": "csv_",
    "json": "json_",
    "html": "html_",
    "xlsx": "xlsx",
    "docx": "word",
    "ics": "ics",
}
"""Name of a format (`-f`) → its module."""
ENDINGS = {
    ".txt": "plain",
    ".md": "markdown",
    ".csv": "csv",
    ".json": "json",
    ".html": "html",
    ".xlsx": "xlsx",
    ".docx": "docx",
    ".ics": "ics",
}
"""Ending of an output file → its format."""
EXTRAS: Mapping[str, str] = {"xlsx": "office", "docx": "office"}
"""Format → the extra that it needs. These are office files: bytes, in the language of the plan."""

ON_PAPER = ("docx", "html", "xlsx")
"""The formats of what is sent to others: nothing in it is a command."""

WITH_ITEMS = ("csv", "json", "xlsx")
"""The formats that write the items of a report; the others write its sections alone."""

ITEMS_ALONE = ("csv", "json")
"""The formats that write the items of a report and leave out its sections."""


def render(document: Document, form: str) -> str | bytes:
    """Render a document for a file or a pipe.

    Raises:
        MissingExtra: the extra that the format needs is not installed.
    """
    with extra(EXTRAS[form]) if form in EXTRAS else nullcontext():
        module = import_module(f".{MODULES[form]}", __package__)
    rendered: str | bytes = module.render(document)
    return rendered
