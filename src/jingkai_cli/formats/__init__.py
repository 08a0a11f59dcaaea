"""Formats: `Document` → text or bytes. Each module has one `render` and is imported only when it is asked for."""

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
}
"""Format, as `-f` names it → its module."""
ENDINGS = {
    ".txt": "plain",
    ".md": "markdown",
    ".csv": "csv",
    ".json": "json",
    ".html": "html",
    ".xlsx": "xlsx",
    ".docx": "docx",
}
"""Ending of an output file → its format."""
EXTRAS: Mapping[str, str] = {"xlsx": "office", "docx": "office"}
"""Format → the extra that it needs. These are files for other people's desks: bytes, in the language of the plan."""

ITEMS_ALONE = ("csv", "json")
"""The formats that show the items of a report and none of its sections."""


def render(document: Document, form: str) -> str | bytes:
    """The document in a format that goes to a file or a pipe.

    Raises:
        MissingExtra: what the format needs is not installed.
    """
    with extra(EXTRAS[form]) if form in EXTRAS else nullcontext():
        module = import_module(f".{MODULES[form]}", __package__)
    rendered: str | bytes = module.render(document)
    return rendered
