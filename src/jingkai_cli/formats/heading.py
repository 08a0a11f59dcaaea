"""What stands above and below every report for people: plan, title and date; summary, footnotes and the anchor."""

from ..figures import enumeration, long_date
from ..language import _
from ..reports.document import Document, Letterhead


def head(document: Document) -> list[str]:
    """The plan's title, then what the report is and which date it speaks about."""
    scope = document.scope
    if document.letterhead:
        return [scope.plan.title, document.title, *_letterhead(document.letterhead)]
    when = _("as of {day}").format(day=scope.as_of)
    if scope.known_on:
        when += _(", known on {moment}").format(moment=scope.known_on.isoformat(sep=" ", timespec="minutes"))
    return [scope.plan.title, f"{document.title} | {when}"]


def _letterhead(letterhead: Letterhead) -> list[str]:
    """Number, issuer and date on one line, as far as they are known; below it to whom it goes."""
    dated = "  ".join(filter(None, (letterhead.number, letterhead.issuer, long_date(letterhead.dated))))
    return [dated, *([_("{addressee}:").format(addressee=letterhead.addressee)] if letterhead.addressee else [])]


def _distribution(letterhead: Letterhead) -> list[str]:
    """To whom a document was sent, at its end (版记)."""
    named = ((_("To: {names}"), letterhead.send_to), (_("Copies: {names}"), letterhead.copy_to))
    return [text.format(names=enumeration(names)) for text, names in named if names]


def foot(document: Document) -> list[str]:
    """Summary, footnotes, and the ledger's head: the anchor that proves what the figures were made from."""
    anchor = (
        _("Ledger {head}").format(head=document.scope.head) if document.scope.head.seq else _("The ledger is empty.")
    )
    sent = _distribution(document.letterhead) if document.letterhead else []
    return [*document.summary, *document.footnotes, *sent, anchor]
