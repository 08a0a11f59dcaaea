"""What `jk notice` makes: one letter, a letter for each unit that needs one, or texts for a work-chat group."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..errors import JkError, Refused, reason
from ..formats import FORMATS
from ..kinds.life import Issued, LetterContent
from ..language import _, ngettext, speaking
from ..reports.document import Scope
from ..reports.notice import Letter, build
from ..reports.notice_items import units_with_items
from ..reports.reminders import Text, of_notice, of_unreported, printed
from ..rules.register import ignored, next_letter, same_letter
from ..rules.status import Judgement
from ..text import one_line
from .issuing import Sent, head_text
from .options import Reporting
from .output import emit, notify, write_whole


class Notices(Struct, frozen=True):
    """Letters and texts about one plan as of one day."""

    scope: Scope
    judgements: Sequence[Judgement]
    issued: Sequence[Issued] = ()
    """What was sent before."""

    def put(self, letter: Letter, options: Reporting) -> None:
        """Print a letter, or write it to its file."""
        options.put(build(self.scope, letter, self.judgements))

    def addressed(self, letter: Letter) -> Letter:
        """The letter, with a higher level if its unit did not answer an earlier one in time."""
        return replace(letter, unanswered=ignored(self.issued, letter.unit, self.scope.as_of))

    def letters(self, first: Letter) -> list[Letter]:
        """A letter for each unit that needs one; the numbers go on from the first one's, where it is a number."""
        units = units_with_items(self.scope.plan, self.judgements)
        start = int(first.number) if first.number.isdecimal() else None
        return [
            self.addressed(replace(first, unit=unit, number=first.number if start is None else str(start + place)))
            for place, unit in enumerate(units)
        ]

    def write_all(self, first: Letter, options: Reporting, folder: Path) -> None:
        """Write a letter for each unit that needs one into a folder, all or none; print what was written.

        Raises:
            Refused: the folder is a file.
            JkError: it cannot be made.
        """
        options = replace(options, form=options.form or "docx")
        letters = self.letters(first)
        files = _files(letters, folder, str(options.form))
        documents = [build(self.scope, letter, self.judgements) for letter in letters]
        written = {file: options.destination.file(document) for file, document in zip(files, documents, strict=True)}
        if not letters:
            emit(_("No unit needs a letter."))
            return
        _make(folder)
        write_whole(written)
        for file, document in zip(files, documents, strict=True):
            emit(written_file(file, len(document.items)))

    def to_issue(self, letter: Letter, options: Reporting, number: int | None) -> list[Sent]:
        """The letter to one unit that is issued, as `number` or the next one.

        Raises:
            Refused: it needs none, or it was issued under another number.
        """
        sent = self._sent([self.addressed(letter)], [options.output or Path()], options, number)
        if not sent:
            text = _("{unit} has nothing that is overdue, at risk or due soon: no letter is issued")
            raise Refused(text.format(unit=letter.unit))
        again = sent[0].again
        if again and number not in (None, again.ordinal):
            text = _("the same letter was issued as {number} already (#{seq}): leave out --no")
            raise Refused(text.format(number=again.number, seq=again.seq))
        return sent

    def all_to_issue(self, first: Letter, options: Reporting, number: int | None) -> list[Sent]:
        """The letters to all units that need one, from `number` or the next one on.

        Raises:
            Refused: the folder is a file, or no unit needs a letter.
            JkError: it cannot be made.
        """
        folder = options.output or Path()
        letters = self.letters(first)
        sent = self._sent(letters, _files(letters, folder, str(options.form)), options, number)
        if not sent:
            raise Refused(_("No unit needs a letter."))
        _make(folder)
        return sent

    def _sent(
        self, letters: Sequence[Letter], files: Sequence[Path], options: Reporting, number: int | None
    ) -> list[Sent]:
        """The letters that have an item. One with the content of a letter of that day keeps its number."""
        on, sent = self.scope.as_of, []
        following = count(number or next_letter(self.issued, on.year))
        for letter, file in zip(letters, files, strict=True):
            with speaking(self.scope.plan.language):
                document = build(self.scope, letter, self.judgements)
            if not document.items:
                continue
            level = document.extra["level"]
            items = [_line(item) for item in document.items]
            again = same_letter(self.issued, LetterContent(letter.unit, on, letter.answer_by, level, tuple(items)))
            scope = replace(self.scope, head=again.head) if again else self.scope  # as the file showed it first
            numbered = replace(letter, number=str(again.ordinal if again else next(following)))
            with speaking(self.scope.plan.language):
                document = build(scope, numbered, self.judgements)
                content = options.destination.file(document)
            given = {
                "number": document.letterhead and document.letterhead.number,
                "level": level,
                "note": "\n".join(items),
                "head": head_text(scope.head),
                "responsible": letter.unit,
                "deadline": letter.answer_by,
            }
            sent.append(Sent(file, content, on, given, again))
        return sent

    def remind(self, letters: Iterable[Letter], output: Path | None) -> None:
        """Print the texts of notices for a chat group."""
        texts = [text for letter in letters if (text := of_notice(self.scope, letter, self.judgements))]
        _print(texts, _("No unit needs a letter."), output)

    def remind_unreported(self, output: Path | None) -> None:
        """Print who has not reported, as a text for a chat group."""
        text = of_unreported(self.scope, self.judgements)
        _print([text] if text else [], _("Every unit has reported."), output)


def written_file(file: Path, items: int) -> str:
    """What is printed of a letter in a folder."""
    return ngettext("{file}: {count} item", "{file}: {count} items", items).format(file=file, count=items)


def _line(item: Mapping[str, Any]) -> str:
    """An item of a letter as its entry has it: `4.1 安置房建设 逾期11天：…`."""
    return one_line(f"{item['task']} {item['title']} {item['what']}")


def _files(letters: Sequence[Letter], folder: Path, form: str) -> list[Path]:
    """The file of each letter.

    Raises:
        Refused: the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=folder))
    ending = FORMATS[form].ending or FORMATS["plain"].ending
    return [folder / f"{_file_name(letter.unit)}{ending}" for letter in letters]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o775, exist_ok=True)
    except OSError as error:
        raise JkError(_("{folder} cannot be made: {why}").format(folder=folder, why=reason(error))) from error


def _print(texts: Sequence[Text], nothing: str, output: Path | None) -> None:
    """Print the messages, or write them to a file; where there are none, stderr says so."""
    if not texts:
        notify(nothing)
    elif output is None:
        for message in printed(texts):
            emit(message)
    else:
        write_whole({output: ("\n".join(printed(texts)) + "\n").encode()})


def _file_name(unit: str) -> str:
    """The name of a unit as that of a file."""
    return re.sub(r"[\\/:*?\"<>|\x00-\x1f]", "_", unit).strip(". ") or "_"
