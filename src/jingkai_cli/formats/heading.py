"""The lines above and below every report: plan, title and date; summary, footnotes and the anchor."""

from ..language import _
from ..quantities import enumeration, long_date
from ..reports.document import About, Document, Letterhead


def head(document: Document) -> list[str]:
    """The plan's title, then the report's title and its as-of date."""
    about = document.about
    if document.letterhead:
        return [about.plan, document.title, *_letterhead(document.letterhead)]
    return [about.plan, f"{document.title} | {when(about, about.as_of.isoformat())}"]


def when(about: About, as_of: str) -> str:
    """The as-of date as `as_of` writes it, and the known-on date if there is one."""
    dates = _("as of {day}").format(day=as_of)
    if about.known_on:
        dates += _(", known on {moment}").format(moment=about.known_on.isoformat(sep=" ", timespec="minutes"))
    return dates


def _letterhead(letterhead: Letterhead) -> list[str]:
    """Number, issuer and date on one line, as far as they are known; below it the addressee."""
    dated = "  ".join(filter(None, (letterhead.number, letterhead.issuer, long_date(letterhead.dated))))
    return [dated, *([salutation(letterhead.addressee)] if letterhead.addressee else [])]


def salutation(addressee: str) -> str:
    """The first line of a letter."""
    return _("{addressee}:").format(addressee=addressee)


def distribution(letterhead: Letterhead) -> list[str]:
    """The recipients at the end of a document (版记)."""
    named = ((_("To: {names}"), letterhead.send_to), (_("Copies: {names}"), letterhead.copy_to))
    return [text.format(names=enumeration(names)) for text, names in named if names]


def foot(document: Document) -> list[str]:
    """Summary, footnotes, and the anchor."""
    sent = distribution(document.letterhead) if document.letterhead else []
    head = [anchor(document.about)] if document.about.head else []
    return [*document.summary, *document.footnotes, *sent, *head]


def anchor(about: About) -> str:
    """The head of the ledger; with it, `jk check --anchor` proves that no earlier entry was changed."""
    return _("Ledger {head}").format(head=about.head) if about.head and about.head.seq else _("The ledger is empty.")
