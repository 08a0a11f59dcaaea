"""The output of `jk notice`: one letter, a letter for each unit that needs one, or texts for a chat group."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..errors import Refused
from ..formats import FORMATS, render
from ..kinds.lifecycle import Issued, LetterContent
from ..language import _, ngettext, speaking
from ..reports.document import Document, Scope
from ..reports.notice import as_list, build, nothing
from ..reports.notice_items import units_with_items
from ..reports.notice_on_paper import on_paper
from ..reports.notice_requests import Letter
from ..reports.reminders import Text, of_notice, of_unreported, printed
from ..rules.issued_papers import ignored, next_letter, same_letter
from ..rules.status import Judgement
from ..text import one_line
from .environment import make_folder
from .issuing import Sent, head_text
from .options import Reporting
from .output import emit, emit_whole, notify, write_whole
from .unit_files import files_for


class Notices(Struct, frozen=True):
    """Letters and texts about one plan as of one date."""

    scope: Scope
    judgements: Sequence[Judgement]
    issued: Sequence[Issued] = ()
    """The papers that were issued before."""

    def put(self, letter: Letter, options: Reporting) -> None:
        """Print a letter, or write it to its file with its workbook. If there is nothing to write, stderr says so."""
        document = self._document(letter, options)
        if not (document.items or options.destination.for_programs):
            notify(nothing(self.scope.plan, letter))
            return
        file = options.output
        workbook = self._workbook(letter, document, file or Path(letter.unit))
        if file and workbook:
            write_whole({file: options.destination.file(document), **workbook})
        else:
            options.put(document)
        if file:
            _notify_workbooks(workbook)
        elif workbook:
            notify(_("Attachment 2 is a workbook, which is written with the letter alone: -o FILE.docx"))

    def _document(self, letter: Letter, options: Reporting) -> Document:
        """The letter as a document; for Word, the version laid out in three pages."""
        make = on_paper if options.destination.is_in("docx") else build
        return make(self.scope, letter, self.judgements)

    def _workbook(self, letter: Letter, document: Document, file: Path) -> dict[Path, bytes]:
        """The workbook to send with a letter that does not list everything, to be written beside its file."""
        if not (document.letterhead and document.letterhead.workbook):
            return {}
        workbook_file = file.with_name(_("{letter}-attachment-2.xlsx").format(letter=file.stem))
        content = render(as_list(build(self.scope, letter, self.judgements), self.scope.plan), "xlsx")
        return {workbook_file: content if isinstance(content, bytes) else content.encode()}

    def addressed(self, letter: Letter) -> Letter:
        """The letter, with a higher level if its unit did not answer an earlier letter in time."""
        return replace(letter, unanswered=ignored(self.issued, letter.unit, self.scope.as_of))

    def letters(self, first: Letter) -> list[Letter]:
        """A letter for each unit that needs one, numbered upwards from the first if that has a number."""
        units = units_with_items(self.scope.plan, self.judgements)
        start = int(first.number) if first.number.isdecimal() else None
        return [
            self.addressed(replace(first, unit=unit, number=first.number if start is None else str(start + place)))
            for place, unit in enumerate(units)
        ]

    def write_all(self, first: Letter, options: Reporting, folder: Path) -> None:
        """Write a letter for each unit that needs one to a folder (`write_whole`), and print what was written.

        Raises:
            Refused: the folder is a file.
            JkError: the folder cannot be created.
        """
        options = replace(options, form=options.form or "docx")
        letters = self.letters(first)
        files = _files(letters, folder, str(options.form))
        documents = [self._document(letter, options) for letter in letters]
        written, workbooks = dict[Path, bytes](), dict[Path, bytes]()
        for file, letter, document in zip(files, letters, documents, strict=True):
            written[file] = options.destination.file(document)
            workbooks |= self._workbook(letter, document, file)
        if not letters:
            emit(_("No unit needs a letter."))
            return
        make_folder(folder)
        write_whole(written | workbooks)
        for file, document in zip(files, documents, strict=True):
            emit(written_file(file, len({item["task"] for item in document.items})))
        _notify_workbooks(workbooks)

    def to_issue(self, letter: Letter, options: Reporting, number: int | None) -> list[Sent]:
        """The letter to issue to one unit, with `number` or the next number.

        Raises:
            Refused: the unit needs no letter, or the letter was issued with another number.
        """
        sent = self._papers_to_send([self.addressed(letter)], [options.output or Path()], options, number)
        if not sent:
            text = _("{unit} has nothing that is overdue, at risk or due soon: no letter is issued")
            raise Refused(text.format(unit=letter.unit))
        previous = sent[0].issued_before
        if previous and number not in (None, previous.ordinal):
            text = _("the same letter was issued as {number} already (#{seq}): leave out --no")
            raise Refused(text.format(number=previous.number, seq=previous.seq))
        return sent

    def all_to_issue(self, first: Letter, options: Reporting, number: int | None) -> list[Sent]:
        """The letters to issue to all units that need one, numbered from `number` or from the next number.

        Raises:
            Refused: the folder is a file, or no unit needs a letter.
            JkError: the folder cannot be created.
        """
        folder = options.output or Path()
        letters = self.letters(first)
        sent = self._papers_to_send(letters, _files(letters, folder, str(options.form)), options, number)
        if not sent:
            raise Refused(_("No unit needs a letter."))
        make_folder(folder)
        return sent

    def _papers_to_send(
        self, letters: Sequence[Letter], files: Sequence[Path], options: Reporting, number: int | None
    ) -> list[Sent]:
        """The letters with items. A letter with the same content as one issued on that day keeps the number of that."""
        on, sent = self.scope.as_of, []
        numbers = count(number or next_letter(self.issued, on.year))
        for letter, file in zip(letters, files, strict=True):
            with speaking(self.scope.plan.language):
                document = build(self.scope, letter, self.judgements)
            if not document.items:
                continue
            level = document.extra["level"]
            items = [_item_line(item) for item in document.items]
            previous = same_letter(self.issued, LetterContent(letter.unit, on, letter.answer_by, level, tuple(items)))
            scope = (
                replace(self.scope, head=previous.head) if previous else self.scope
            )  # the head that the file showed first
            numbered = replace(letter, number=str(previous.ordinal if previous else next(numbers)))
            with speaking(self.scope.plan.language):
                issued = replace(self, scope=scope)
                document = issued._document(numbered, options)  # noqa: SLF001 - of the same class
                content = options.destination.file(document)
                workbook = issued._workbook(numbered, document, file)  # noqa: SLF001
            fields = {
                "number": document.letterhead and document.letterhead.number,
                "level": level,
                "note": "\n".join(items),
                "head": head_text(scope.head),
                "responsible": letter.unit,
                "deadline": letter.answer_by,
            }
            sent.append(Sent(file, content, on, fields, previous, workbook))
        return sent

    def remind(self, letters: Iterable[Letter], output: Path | None) -> None:
        """Print the texts of letters for a chat group."""
        texts = [text for letter in letters if (text := of_notice(self.scope, letter, self.judgements))]
        _print(texts, _("No unit needs a letter."), output)

    def remind_unreported(self, output: Path | None) -> None:
        """Print the units that have not reported, as a text for a chat group."""
        text = of_unreported(self.scope, self.judgements)
        _print([text] if text else [], _("Every unit has reported."), output)


def _notify_workbooks(workbooks: Iterable[Path]) -> None:
    """Report on stderr which workbooks belong to the letters."""
    for file in workbooks:
        notify(_("{file}: attachment 2, with every matter; send it with the letter.").format(file=file))


def written_file(file: Path, tasks: int) -> str:
    """The line printed for a letter that was written to a folder."""
    return ngettext("{file}: {count} task", "{file}: {count} tasks", tasks).format(file=file, count=tasks)


def _item_line(item: Mapping[str, Any]) -> str:
    """An item of a letter as text for its entry: `4.1 安置房建设 逾期11天：…`."""
    return one_line(f"{item['task']} {item['title']} {item['what']}")


def _files(letters: Sequence[Letter], folder: Path, form: str) -> list[Path]:
    """The file for each letter.

    Raises:
        Refused: the folder is a file, or two units would have the same file name.
    """
    if folder.exists() and not folder.is_dir():
        raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=folder))
    ending = FORMATS[form].ending or FORMATS["plain"].ending
    return files_for([letter.unit for letter in letters], folder, ending)


def _print(texts: Sequence[Text], nothing: str, output: Path | None) -> None:
    """Print the texts, or write them to a file; if there are none, print `nothing` on stderr."""
    if not texts:
        notify(nothing)
    elif output is None:
        for message in printed(texts):
            emit_whole(message)
    else:
        write_whole({output: ("\n".join(printed(texts)) + "\n").encode()})
