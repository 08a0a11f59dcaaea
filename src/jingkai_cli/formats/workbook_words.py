"""The text of a workbook besides its tables: below them, in page headers and footers, or on a sheet of its own."""

from collections.abc import Iterator, Sequence

from ..reports.document import MARK, Document, Section, as_printed, stopped
from ..text import width
from .heading import foot, head, head_on_paper, short_anchor, titles
from .sheet import LONGEST_MARGIN


def cover_lines(documents: Sequence[Document]) -> Iterator[str]:
    """Yield the head, the sentences of the sections, the summary and the footnotes, but not the ledger's head."""
    written_lines: set[str] = set()
    for number, document in enumerate(each.on_paper for each in documents):
        lines = head(document) if document.letterhead else head_on_paper(document)
        yield from ("", *lines[1:]) if number else lines
        for section in document.sections:
            if section.lines:
                yield ""
                yield from _sentences(section)
                written_lines.update(section.lines)
        yield ""
        lines = [line for line in _foot(document) if not line or line not in written_lines]
        written_lines.update(lines)
        yield from lines


def _foot(document: Document) -> list[str]:
    """The summary and the footnotes, without the ledger's head, which is in the page footer."""
    lines = foot(document)
    return lines[:-1] if document.about.head else lines


def notes_below(document: Document) -> list[str] | None:
    """The lines below the table of a report: its sentences, the summary, the footnotes and the signatures.

    None if they need a sheet of their own: a letter, or more than `_MOST_NOTES` lines.
    """
    if document.letterhead and document.letterhead.addressee:
        return None
    if _header_with_counts(document):
        return []
    paper = document.on_paper
    sections = paper.sections if document.kind != "show" else ()  # the sheet of a task has its sentences
    last = max((place for place, section in enumerate(sections) if section.table), default=len(sections))
    before, after = (
        [line for section in part for line in (section.lines if section.table else _sentences(section))]
        for part in (sections[: last + 1], sections[last + 1 :])
    )
    if not document.items and last == len(sections):  # the table says that there is nothing
        del before[:1]
    lines = [line for line in dict.fromkeys((*before, *_foot(paper), *after)) if line]
    return lines if len(lines) <= _MOST_NOTES else None


def signs_explained(document: Document) -> dict[str, str]:
    """Sign beside a value → the footnote that says what it means, whatever table it stands in."""
    year = document.about.as_of.year
    return {note[0]: stopped(as_printed(note, year)) for note in document.footnotes if note.startswith(_SIGNS)}


_SIGNS = (MARK, "+")
"""What stands beside a value that the plan does not confirm, and beside a total that was never stated."""

_MOST_NOTES = 10
"""The most lines below a table; more of them take a sheet of their own."""


def _header_with_counts(document: Document) -> str:
    """The page header of a list of problems, with its counts; empty if it does not fit or there are several lines."""
    if document.kind != "problems" or not document.items or len(document.summary) != 1:
        return ""
    paper = document.on_paper
    page_header = f"{' '.join(head_on_paper(paper))}　{paper.summary[0]}"
    return page_header if width(page_header) <= LONGEST_MARGIN else ""


def has_words(document: Document) -> bool:
    """Whether a report has text besides its tables that the page header does not show."""
    summary = () if _header_with_counts(document) else document.summary
    return bool(document.letterhead or summary or document.footnotes) or any(
        section.lines for section in document.sections
    )


def _sentences(section: Section) -> Sequence[str]:
    return (section.title, *section.lines) if section.title else section.lines


def margins(document: Document) -> tuple[str, str]:
    """The page header and the page footer. The header of a letter is its title only: more would not fit on a line."""
    letter = document.letterhead
    above = head_on_paper(document.on_paper) if letter is None else head(document)
    if counts := _header_with_counts(document):
        return counts, short_anchor(document.about)
    return " ".join(titles(document) if letter and letter.addressee else above), short_anchor(document.about)
