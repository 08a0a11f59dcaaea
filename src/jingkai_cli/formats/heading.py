"""The lines above and below every report: plan, title and date; summary, footnotes and the ledger anchor."""

from collections.abc import Callable
from datetime import date

from ..dates import official_date
from ..language import _, in_use
from ..reports.document import MARK, About, Document, Letterhead


def head(document: Document, format_day: Callable[[date], str] | None = None) -> list[str]:
    """The plan's title, then the report's title with its as-of date, in digits or formatted by `format_day`."""
    about, letterhead = document.about, document.letterhead
    if letterhead:
        return [*titles(document), *_letterhead(letterhead)]
    return [about.plan, f"{document.title} | {when(about, format_day)}"]


def head_on_paper(document: Document) -> list[str]:
    """The head of a printed document: the plan's title, then the report's title with its date written out."""
    about = document.about
    day = official_date(about.as_of)
    ends = (day, day.partition("年")[2] or day)
    if about.known_on is None and document.title.rstrip("）").endswith(ends):  # the title names that day
        return [about.plan, document.title]
    return [about.plan, _("{title} ({when})").format(title=document.title, when=when(about, official_date))]


def titles(document: Document) -> list[str]:
    """The plan's title and the report's title; a letter has only its own."""
    letter = document.letterhead is not None and document.letterhead.addressee is not None
    return [document.title] if letter else [document.about.plan, document.title]


def when(about: About, format_day: Callable[[date], str] | None = None) -> str:
    """The as-of date and the known-on moment, if there is one: in digits, or with days formatted by `format_day`.

    With `format_day`, the last minute of a day is shown as that day.
    """
    if format_day is None:
        dates = _("as of {day}").format(day=about.as_of.isoformat())
        known, text = about.known_on, _(", known on {moment}")
        return dates + text.format(moment=known.isoformat(sep=" ", timespec="minutes")) if known else dates
    dates = _("as of {day}").format(day=format_day(about.as_of))
    if about.known_on is None:
        return dates
    day = format_day(about.known_on.date())
    ends = (about.known_on.hour, about.known_on.minute) == _LAST_MINUTE
    return dates + _(", as known on {day}").format(day=day if ends else f"{day} {about.known_on:%H:%M}")


_LAST_MINUTE = (23, 59)


def _letterhead(letterhead: Letterhead) -> list[str]:
    """Number, issuer and date on one line, as far as they are known, and the addressee on the next."""
    parts = (letterhead.number, *letterhead.beside, letterhead.issuer, official_date(letterhead.dated))
    dated = "  ".join(filter(None, parts))
    return [dated, *([salutation(letterhead.addressee)] if letterhead.addressee else [])]


def salutation(addressee: str) -> str:
    """The first line of a letter."""
    return _("{addressee}:").format(addressee=addressee)


def distribution(letterhead: Letterhead) -> list[str]:
    """The recipients at the end of a document (版记): names separated by commas, with a final full stop."""
    named = ((_("To: {names}"), letterhead.send_to), (_("Copies: {names}"), letterhead.copy_to))
    comma = "，" if in_use() == "zh" else ", "
    return [text.format(names=comma.join(names)) for text, names in named if names]


def foot(document: Document, above: str = MARK) -> list[str]:
    """Summary, footnotes and anchor. The footnote of a mark is left out unless the text `above` contains the mark."""
    notes = [note for note in document.footnotes if MARK in above or not note.startswith(MARK)]
    letterhead = document.letterhead
    sent = [*attached(letterhead), *distribution(letterhead)] if letterhead else []
    head = [anchor(document.about)] if document.about.head else []
    return [*document.summary, *notes, *sent, *head]


def attached(letterhead: Letterhead) -> list[str]:
    """The attachments and the contact."""
    return [*attachments(letterhead), *([letterhead.contact] if letterhead.contact else [])]


def attachments(letterhead: Letterhead) -> list[str]:
    """The attachments (附件), one per line, numbered if there are several."""
    titles = [title for title in (letterhead.attachment, letterhead.workbook) if title]
    if len(titles) > 1:
        numbered = _("{number}. {title}")
        titles = [numbered.format(number=number, title=title) for number, title in enumerate(titles, start=1)]
    return [*(_("Attachment: {title}").format(title=title) for title in titles[:1]), *titles[1:]]


def short_anchor(about: About) -> str:
    """The head of the ledger for a page footer: the number of the last entry and the start of its hash."""
    head = about.head
    return _("Ledger {head}").format(head=f"{head.seq}:{head.hash[:12]}") if head and head.seq else ""


def whole_anchor(about: About) -> str:
    """The full head of the ledger for the properties of a file, in the form that `jk check --anchor` accepts."""
    head = about.head
    return _("Ledger {head}").format(head=f"{head.seq}:{head.hash}") if head else ""


def anchor(about: About) -> str:
    """The head of the ledger, with which `jk check --anchor` proves that no earlier entry was changed."""
    return _("Ledger {head}").format(head=about.head) if about.head and about.head.seq else _("The ledger is empty.")
