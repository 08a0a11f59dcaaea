"""What stands above and below every report for people: plan, title and date; summary, footnotes and the anchor."""

from ..language import _
from ..reports.document import Document


def head(document: Document) -> list[str]:
    """The plan's title, then what the report is and which date it speaks about."""
    scope = document.scope
    when = _("as of {day}").format(day=scope.as_of)
    if scope.known_on:
        when += _(", known on {moment}").format(moment=scope.known_on.isoformat(sep=" ", timespec="minutes"))
    return [scope.plan.title, f"{document.title} | {when}"]


def foot(document: Document) -> list[str]:
    """Summary, footnotes, and the ledger's head: the anchor that proves what the figures were made from."""
    anchor = (
        _("Ledger {head}").format(head=document.scope.head) if document.scope.head.seq else _("The ledger is empty.")
    )
    return [*document.summary, *document.footnotes, anchor]
