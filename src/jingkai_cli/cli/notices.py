"""What `jk notice` makes: one letter, a letter for each unit that needs one, or texts for a work-chat group."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import JkError, Refused, reason
from ..language import _, ngettext
from ..reports.document import Scope
from ..reports.notice import Letter, build
from ..reports.notice_items import units_with_items
from ..reports.reminders import Text, of_notice, of_unreported, printed
from ..rules.status import Judgement
from .options import Format, Reporting
from .output import emit, notify, write_whole


@dataclass(frozen=True, slots=True)
class Notices:
    """Letters and texts about one plan as of one day."""

    scope: Scope
    judgements: Sequence[Judgement]

    def put(self, letter: Letter, options: Reporting) -> None:
        """Print a letter, or write it to its file."""
        options.put(build(self.scope, letter, self.judgements))

    def letters(self, first: Letter) -> list[Letter]:
        """A letter for each unit that needs one; the numbers go on from the first one's, where it is a number."""
        units = units_with_items(self.scope.plan, self.judgements)
        start = int(first.number) if first.number.isdecimal() else None
        return [
            replace(first, unit=unit, number=first.number if start is None else str(start + place))
            for place, unit in enumerate(units)
        ]

    def write_all(self, first: Letter, options: Reporting, folder: Path) -> None:
        """Write a letter for each unit that needs one into a folder, all or none; print what was written.

        Raises:
            Refused: the folder is a file.
            JkError: it cannot be made.
        """
        if folder.exists() and not folder.is_dir():
            raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=folder))
        options = replace(options, form=options.form or Format.docx)
        letters = self.letters(first)
        documents = [build(self.scope, letter, self.judgements) for letter in letters]
        files = [
            folder / f"{_file_name(letter.unit)}.{_ENDINGS.get(str(options.form), options.form)}" for letter in letters
        ]
        written = {file: options.destination.file(document) for file, document in zip(files, documents, strict=True)}
        if not letters:
            emit(_("No unit needs a letter."))
            return
        try:
            folder.mkdir(mode=0o775, exist_ok=True)
        except OSError as error:
            raise JkError(_("{folder} cannot be made: {why}").format(folder=folder, why=reason(error))) from error
        write_whole(written)
        for file, document in zip(files, documents, strict=True):
            text = ngettext("{file}: {count} item", "{file}: {count} items", len(document.items))
            emit(text.format(file=file, count=len(document.items)))

    def remind(self, letters: Iterable[Letter], output: Path | None) -> None:
        """Print the texts of notices for a chat group."""
        texts = [text for letter in letters if (text := of_notice(self.scope, letter, self.judgements))]
        _print(texts, _("No unit needs a letter."), output)

    def remind_unreported(self, output: Path | None) -> None:
        """Print who has not reported, as a text for a chat group."""
        text = of_unreported(self.scope, self.judgements)
        _print([text] if text else [], _("Every unit has reported."), output)


_ENDINGS = {"plain": "txt", "table": "txt", "markdown": "md"}
"""Format → the ending of its files, where it is another word."""


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
