"""What a workbook says besides its tables: below them, above and below each page, or on a sheet of its own."""

from collections.abc import Iterator, Sequence

from ..reports.document import Document, Section
from ..text import width
from .heading import foot, head, head_on_paper, short_anchor, titles
from .sheet import LONGEST_MARGIN


def cover_lines(documents: Sequence[Document]) -> Iterator[str]:
    """The head, the sentences of the sections, the summary and the footnotes; the ledger's head is in the foot."""
    said: set[str] = set()
    for number, document in enumerate(each.on_paper for each in documents):
        lines = head(document) if document.letterhead else head_on_paper(document)
        yield from ("", *lines[1:]) if number else lines
        for section in document.sections:
            if section.lines:
                yield ""
                yield from _sentences(section)
                said.update(section.lines)
        yield ""
        lines = [line for line in _foot(document) if not line or line not in said]
        said.update(lines)
        yield from lines


def _foot(document: Document) -> list[str]:
    """The summary and the footnotes: the head of the ledger is at the foot of each page."""
    lines = foot(document)
    return lines[:-1] if document.about.head else lines


def notes_below(document: Document) -> list[str] | None:
    """The lines below the table of a report: its sentences, the summary and the footnotes, and who signs.

    None where they are many or a letter, and need a sheet of their own.
    """
    if document.letterhead and document.letterhead.addressee:
        return None
    if _with_counts(document):
        return []
    paper = document.on_paper
    sections = paper.sections
    last = max((place for place, section in enumerate(sections) if section.table), default=len(sections))
    before, after = (
        [line for section in those if section.lines for line in _sentences(section)]
        for those in (sections[: last + 1], sections[last + 1 :])
    )
    if not document.items and last == len(sections):  # that there is nothing stands in the table
        del before[:1]
    lines = [line for line in dict.fromkeys((*before, *_foot(paper), *after)) if line]
    return lines if len(lines) <= _MOST_NOTES else None


_MOST_NOTES = 10
"""So many lines stand below a table; more have a sheet of their own."""


def _with_counts(document: Document) -> str:
    """What stands above each page of a list with one line of counts; empty where a page has not the room for it."""
    if document.kind != "problems" or not document.items or len(document.summary) != 1:
        return ""
    paper = document.on_paper
    said = f"{' '.join(head_on_paper(paper))}　{paper.summary[0]}"
    return said if width(said) <= LONGEST_MARGIN else ""


def has_words(document: Document) -> bool:
    """Whether a report has anything to say beside its tables, and not above their pages."""
    summary = () if _with_counts(document) else document.summary
    return bool(document.letterhead or summary or document.footnotes) or any(
        section.lines for section in document.sections
    )


def _sentences(section: Section) -> Sequence[str]:
    return (section.title, *section.lines) if section.title else section.lines


def margins(document: Document) -> tuple[str, str]:
    """The page header and the page footer. Above a letter stands its title alone: the rest is longer than a line."""
    letter = document.letterhead
    above = head_on_paper(document.on_paper) if letter is None else head(document)
    if counts := _with_counts(document):
        return counts, short_anchor(document.about)
    return " ".join(titles(document) if letter and letter.addressee else above), short_anchor(document.about)
