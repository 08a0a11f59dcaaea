"""Issues bulletins and letters (印发): writes the files, and records them once they are written. Also `jk reply`."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace
from typer import Argument, Option

from ..dates import official_date
from ..errors import Refused
from ..kinds.lifecycle import Issued, tasks_named
from ..language import _
from ..model import Head
from ..quantities import enumeration
from ..text import name_key
from .environment import ask
from .options import WHO, Reporting, Writing, without
from .output import notify, write_whole
from .recording import WritingSession
from .session import Session


class Issuing(Struct, frozen=True):
    """The options of a command that makes papers to send."""

    issue: Annotated[
        bool,
        Option(
            "--issue", help=_("Record that it was sent: number, date, unit, items, and the SHA-256 of the file (-o).")
        ),
    ] = False
    by: Annotated[
        str | None,
        Option(
            "--by", metavar=_("WHO"), help=_("Who issues it; else JK_BY, else the system's user name."),
            rich_help_panel=WHO,
        ),
    ] = None  # fmt: skip

    def session(self, options: Reporting, file: str) -> Session:
        """The session for a report; if it is issued, a session that can record.

        Args:
            options: the options of the report.
            file: the option to suggest if the output file is missing.

        Raises:
            Refused: a paper is issued without a file, not as an office document, or from an earlier state.
        """
        if not self.issue:
            if self.by:
                raise Refused(_("--by says who issues it: add --issue"))
            return options.session()
        if options.known_on:
            raise Refused(_("--issue cannot be combined with --known-on"))
        if options.output is None:
            raise Refused(_("--issue needs a file: add {file}").format(file=file))
        if not options.destination.on_paper:
            raise Refused(_("--issue needs a Word file, a workbook or a page: -o FILE.docx"))
        return WritingSession(Writing(on=options.as_of, by=self.by, plan=options.plan, ledger=options.ledger))


class Sent(Struct, frozen=True):
    """A file that is issued, with the content of its entry."""

    file: Path
    content: bytes
    on: date
    fields: Mapping[str, Any]
    """The fields of its entry."""
    issued_before: Issued | None = None
    """The entry that recorded it before, if there is one."""
    workbook: Mapping[Path, bytes] = {}
    """Further files that are written and sent with it."""

    @property
    def tasks(self) -> int:
        """The number of tasks in a letter."""
        return tasks_named(str(self.fields.get("note", "")).splitlines())

    @property
    def sha256(self) -> str:
        """The SHA-256 of its content."""
        return sha256(self.content).hexdigest()

    @property
    def evidence(self) -> tuple[str, ...]:
        """The name and the SHA-256 of each file that is sent."""
        return tuple(f"{file.name} sha256:{sha256(content).hexdigest()}" for file, content in self.files.items())

    @property
    def files(self) -> Mapping[Path, bytes]:
        """All files to write."""
        return {self.file: self.content, **self.workbook}


def whole_number(number: str) -> int:
    """Parse the number of an issued paper; digits may be full-width.

    Raises:
        Refused: it is not a whole number above 0.
    """
    typed = normalize("NFKC", number).strip()
    if not (typed.isascii() and typed.isdecimal() and int(typed)):
        raise Refused(
            _("--no '{number}' is not a whole number such as 3: issued papers are numbered").format(number=number)
        )
    return int(typed)


def head_text(head: Head) -> str:
    """The head of a ledger in the form for an entry."""
    return f"{head.seq}:{head.hash}"


def issue(session: Session, papers: Sequence[Sent]) -> None:
    """Write the files (`write_whole`), and record them if all are written; those issued before are not recorded again.

    Raises:
        Refused: the date is in the future, or the number is taken.
        JkError: a file cannot be written.
    """
    assert isinstance(session, WritingSession)  # noqa: S101 - `Issuing.session` made it
    for day in {paper.on for paper in papers if paper.on > session.today}:
        raise Refused(_("{day} is in the future").format(day=official_date(day)))
    programme = session.plan.programme
    new = [paper for paper in papers if paper.issued_before is None]
    entries = [
        replace(
            session.entry("issued", programme, **paper.fields),
            on=paper.on,
            evidence=paper.evidence,
        )
        for paper in new
    ]
    files = {file: content for paper in papers for file, content in paper.files.items()}
    if entries:

        def record(writer: Any) -> Any:
            recorded, _remarks = session.append(programme, entries, writer)
            write_whole(files)
            return recorded

        recorded = session.write(record)
    else:
        recorded = []
        write_whole(files)
    session.acknowledge(programme, recorded)
    for paper in papers:
        if paper.issued_before:
            _notify_issued_before(paper, paper.issued_before)


def _notify_issued_before(paper: Sent, before: Issued) -> None:
    text = _("{number} was issued on {day} already (#{seq}); it is not recorded again.")
    notify(text.format(number=before.number, day=official_date(before.on), seq=before.seq))
    if paper.sha256 != before.sha256:
        text = _("{file} is not the file that was sent, {sent}: its SHA-256 differs.")
        notify(text.format(file=paper.file, sent=before.file))


_BRACKETS = str.maketrans("[]【】()", "〔〕〔〕〔〕")

_NUMBER = re.compile("(?:〔?([0-9]{4})〕?年?[-第]?)?第?([0-9]{1,9})号?")
"""The number of a letter as users type it: 3, 3号, 〔2016〕3号, 2016年第3号."""


def reply(
    options: Annotated[Writing, without("received", "unit")],
    number: Annotated[
        str,
        Argument(metavar=_("LETTER"), help=_("The letter's number: 3, or in full."), show_default=False),
    ],
    receipt: Annotated[
        bool, Option("--receipt", help=_("The unit received it and has not answered yet: it stays open."))
    ] = False,
) -> None:
    from ..reports.unit_facts import register

    with WritingSession(options) as session:
        letters = [each for each in register(session.ledger, session.plan) if each.paper == "notice"]
        letter = _letter(letters, number)
        given = {"ref": letter.seq, "number": letter.number, "unit": letter.unit}
        if receipt:
            session.record("receipt", session.plan.programme, **given)
            return
        answer = ask(options.note, _("say what the unit answered"), "-m " + _("TEXT"))
        session.record("reply", session.plan.programme, **given, note=answer)


def _letter(letters: Sequence[Issued], typed: str) -> Issued:
    """The letter with that number, given in full or within the year.

    Raises:
        Refused: there is none, or there are several.
    """
    key = name_key(typed).translate(_BRACKETS)
    found = [each for each in letters if name_key(each.number).translate(_BRACKETS) == key]
    if not found and (match := _NUMBER.fullmatch(key)):
        year = int(match[1]) if match[1] else None
        found = [each for each in letters if each.ordinal == int(match[2]) and year in (None, each.on.year)]
    if len(found) == 1:
        return found[0]
    if found:
        text = _("'{typed}' may be {numbers}: name it in full")
        raise Refused(text.format(typed=typed, numbers=enumeration([each.number for each in found])))
    if not letters:
        text = _("there is no letter '{typed}': none was issued yet (jk notice UNIT --issue -o FILE.docx)")
        raise Refused(text.format(typed=typed))
    each_open = _("{number} ({unit})")
    waiting = [each_open.format(number=each.number, unit=each.unit) for each in letters if each.answered_on is None]
    text = _("there is no letter '{typed}'; not answered: {numbers}")
    if not waiting:
        text = _("there is no letter '{typed}'; all that were issued are answered")
    raise Refused(text.format(typed=typed, numbers=enumeration(waiting)))
