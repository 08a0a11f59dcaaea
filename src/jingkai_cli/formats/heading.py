"""What stands above and below every report for people: plan, title and date; summary, footnotes and the anchor."""

from ..language import _
from ..reports.document import Document, Scope


def head(document: Document) -> list[str]:
    """The plan's title, then what the report is and which date it speaks about."""
    return [document.scope.plan.title, f"{document.title} | {when(document.scope)}"]


def when(scope: Scope) -> str:
    """Which date a report speaks about, and up to when what was recorded counts."""
    said = _("as of {day}").format(day=scope.as_of)
    if scope.known_on:
        said += _(", known on {moment}").format(moment=scope.known_on.isoformat(sep=" ", timespec="minutes"))
    return said


def foot(document: Document) -> list[str]:
    """Summary, footnotes, and the anchor."""
    return [*document.summary, *document.footnotes, anchor(document.scope)]


def anchor(scope: Scope) -> str:
    """The ledger's head, which proves what the figures were made from."""
    return _("Ledger {head}").format(head=scope.head) if scope.head.seq else _("The ledger is empty.")
