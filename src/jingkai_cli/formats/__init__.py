"""Formats: `Document` → text. Each module has one `render` and is imported only when it is asked for."""

from importlib import import_module

from ..reports.document import Document

MODULES = {"table": "table", "plain": "plain", "markdown": "markdown", "csv": "csv_", "json": "json_", "html": "html_"}
"""Format, as `-f` names it → its module."""
ENDINGS = {".txt": "plain", ".md": "markdown", ".csv": "csv", ".json": "json", ".html": "html"}
"""Ending of an output file → its format."""


def render(document: Document, form: str) -> str:
    """The document in a format that goes to a file or a pipe."""
    rendered: str = import_module(f".{MODULES[form]}", __package__).render(document)
    return rendered
