"""The options of the commands: groups of options as records, and options with a fixed set of words.

A command takes a group as one parameter, besides its own options:

    def show(options: Annotated[Reporting, without("encoding", "labels")], task: TaskArgument) -> None: ...

`command.flattened` turns this into the signature that Typer reads: first the command's own parameters, then those of
its groups. A group with a default keeps its place among the parameters.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer
from msgspec import Struct
from typer import Argument, Option

from ..dates import Period, official_date
from ..errors import Exit, Refused
from ..formats import FORMATS, PDF
from ..language import _, in_use, speaking
from ..quantities import enumeration
from ..reports.document import Document
from ..text import name_key
from .output import Destination

if TYPE_CHECKING:  # help needs neither plan nor ledger
    from ..model import Plan
    from ..plan.districts import Districts
    from .session import Session


class Words(click.Choice[str]):
    """A choice of names; each name may also be typed as other words."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take each name with its other words, separated by blanks. Messages show the first of them."""
        super().__init__([*words])
        self._first = {name: others.split()[0] for name, others in words.items() if others}
        self._names = {word.casefold(): name for name, others in words.items() for word in (name, *others.split())}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name for a typed word.

        Raises:
            click.BadParameter: there is no such word; the message lists the choices.
        """
        name = self._names.get(name_key(str(value)).casefold())
        if name is None:
            text = _("there is no '{value}'; type one of these: {choices}")
            message = text.format(value=value, choices=self.choices_in_words())
            self.fail(
                f"{message}{_('; ')}{_(PDF)}" if value == "pdf" and "docx" in self.choices else message, param, ctx
            )
        return name

    def choices_in_words(self) -> str:
        """The choices, in the current language where they have a word in it."""
        return enumeration(map(self._word, self.choices))

    def _word(self, name: str) -> str:
        """A name, or its other word if that is the one in the current language."""
        english = in_use() == "en"
        return next((word for word in (name, self._first.get(name, "")) if word and word.isascii() == english), name)


FORMAT_WORDS: Mapping[str, str] = {name: of.words for name, of in FORMATS.items()}
"""Name of a format → other words for it."""

FILES = _("Files")
WHO = _("Who and when")

TaskArgument = Annotated[
    str, Argument(metavar=_("TASK"), help=_("The task's id, title, or part of a title."), show_default=False)
]
FromOption = Annotated[
    str | None, Option("--from", metavar=_("UNIT"), help=_("The unit that reported."), rich_help_panel=WHO)
]
VerifierOption = Annotated[
    str | None,
    Option("--verifier", metavar=_("WHO"), help=_("Who verified it; not who reported it."), rich_help_panel=WHO),
]
NoteOption = Annotated[str | None, Option("-m", "--note", metavar=_("NOTE"), help=_("A note in your own words."))]
WhyOption = Annotated[str | None, Option("-m", "--note", metavar=_("WHY"), help=_("Why."))]
MonthOption = Annotated[
    str,
    Option(
        "--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."), show_default=False
    ),
]
PlanOption = Annotated[
    Path | None,
    Option(
        "--plan",
        metavar=_("FILE"),
        help=_("The plan; else JK_PLAN, else the nearest tasks.yaml."),
        rich_help_panel=FILES,
    ),
]
LedgerOption = Annotated[
    str | None,
    Option(
        "--ledger",
        metavar=_("FILE"),
        help=_("The ledger, a file or a PostgreSQL URL; else JK_LEDGER, else ledger.db beside the plan."),
        rich_help_panel=FILES,
    ),
]
WideOption = Annotated[bool, Option("-w", "--wide", help=_("Every word of each line in a narrow terminal too."))]
ExitCodeOption = Annotated[
    bool,
    Option(
        "--exit-code", help=_("Exit 1 if a filtered report lists anything, or if an unfiltered one has late tasks.")
    ),
]


class Reporting(Struct, frozen=True):
    """The options of a command that prints a report."""

    as_of: Annotated[
        str | None,
        Option("--as-of", metavar=_("DATE"), help=_("The date of the report; by default today.")),
    ] = None
    known_on: Annotated[
        str | None,
        Option(
            "--known-on",
            metavar=_("DATE"),
            help=_("Use only what had been recorded by then: reprints an old report."),
        ),
    ] = None
    form: Annotated[
        str | None,
        Option(
            "-f",
            "--format",
            click_type=Words(FORMAT_WORDS),
            metavar=_("FORMAT"),
            help=_("One of {formats}; else by the ending of -o; else table in a terminal, plain in a pipe.").format(
                formats=enumeration(FORMATS)
            ),
        ),
    ] = None
    output: Annotated[
        Path | None, Option("-o", "--output", metavar=_("FILE"), help=_("Write to a file, whole or not at all."))
    ] = None
    encoding: Annotated[
        str | None,
        Option(
            "--encoding", metavar=_("NAME"), help=_("Encoding of CSV; by default utf-8-sig in a file, utf-8 in a pipe.")
        ),
    ] = None
    labels: Annotated[
        bool, Option("--labels", help=_("Write CSV headers in Chinese or English words instead of the stable names."))
    ] = False
    exit_code: bool = False
    """Only `Listing` offers it."""
    plan: PlanOption = None
    ledger: LedgerOption = None

    def session(self) -> "Session":
        """A session with the plan and ledger of these options, for a `with` statement."""
        from .session import Session

        return Session(self.plan, self.ledger, as_of=self.as_of, known_on=self.known_on)

    @property
    def destination(self) -> Destination:
        """The destination and the format of the report."""
        return Destination(self.form, self.output, self.encoding, labels=self.labels)

    def language_of(self, plan: "Plan | Districts") -> AbstractContextManager[None]:
        """Use the plan's language inside the block if the report is a file for other people (xlsx, docx).

        Raises:
            Refused: the ending of the file does not tell the format.
        """
        return speaking(plan.language) if self.destination.for_others else nullcontext()

    def put(self, document: Document) -> None:
        """Print the report or write it to its file. With `--exit-code`, exit with 1 if it lists anything.

        Raises:
            JkError: the file cannot be written.
        """
        self.destination.put(document)
        if self.exit_code and document.found:
            raise typer.Exit(Exit.FINDINGS)


class Listing(Reporting, frozen=True):
    """The options of a command that prints a report and whose exit code may say whether something was found."""

    exit_code: ExitCodeOption = False


class Between(Struct, frozen=True):
    """The options for the period of statistics."""

    week: Annotated[
        str | None, Option("--week", metavar=_("WEEK"), help=_("2016-W10; by default the last week that has ended."))
    ] = None
    month: Annotated[
        str | None, Option("--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."))
    ] = None
    start: Annotated[str | None, Option("--from", metavar=_("DATE"), help=_("The first day."))] = None
    end: Annotated[str | None, Option("--to", metavar=_("DATE"), help=_("The last day."))] = None

    def period(self, session: "Session") -> Period:
        """The period given by the options; by default the last reporting week.

        Raises:
            Refused: several periods are given, or the first day is after the last.
        """
        from .typed_dates import last_week, typed_month, typed_week

        if sum((bool(self.week), bool(self.month), bool(self.start or self.end))) > 1:
            raise Refused(_("name one period: --week, --month, or --from and --to"))
        if self.month:
            return typed_month(self.month, session.plan, session.made_on)
        if self.start or self.end:
            last = session.typed_day(self.end) if self.end else session.as_of
            first = session.typed_day(self.start) if self.start else date(last.year, 1, 1)
            if first > last:
                raise Refused(_("{start} is after {end}").format(start=official_date(first), end=official_date(last)))
            return Period(f"{first} – {last}", first, last)
        if self.week:
            return typed_week(self.week, session.plan, session.made_on)
        return last_week(session.as_of, session.plan.rules.week_ends)


LAST_WEEK = Between()
"""The default: no period is given."""


class Writing(Struct, frozen=True):
    """The options of a command that records an entry."""

    note: NoteOption = None
    evidence: Annotated[
        list[Path] | None,
        Option("--evidence", metavar=_("FILE"), help=_("A file as evidence; its name and SHA-256 are recorded.")),
    ] = None
    force: Annotated[bool, Option("--force", help=_("Record it although it is implausible; needs -m WHY."))] = False
    dry_run: Annotated[bool, Option("--dry-run", help=_("Print the entry as a line of JSON; write nothing."))] = False
    on: Annotated[
        str | None,
        Option(
            "--on",
            metavar=_("DATE"),
            help=_("The date of the entry; by default today."),
            rich_help_panel=WHO,
        ),
    ] = None
    unit: FromOption = None
    by: Annotated[
        str | None,
        Option(
            "--by", metavar=_("WHO"), help=_("Your name; else JK_BY, else the system's user name."), rich_help_panel=WHO
        ),
    ] = None
    received: Annotated[
        str | None,
        Option(
            "--received",
            metavar=_("DATE"),
            help=_("The date of receipt, of a report that came in late."),
            rich_help_panel=WHO,
        ),
    ] = None
    key: Annotated[
        str | None,
        Option(
            "--key",
            metavar=_("KEY"),
            help=_("Identifies the entry: the same key is recorded only once."),
            rich_help_panel=WHO,
        ),
    ] = None
    plan: PlanOption = None
    ledger: LedgerOption = None


class Deciding(Writing, frozen=True):
    """The options of a command that records a decision; its note is the reason."""

    note: WhyOption = None


class Texts(Struct, frozen=True):
    """The texts of a report besides its note."""

    problem: Annotated[str | None, Option("--problem", metavar=_("TEXT"), help=_("What is in the way."))] = None
    next: Annotated[str | None, Option("--next", metavar=_("TEXT"), help=_("What is done next."))] = None
    need: Annotated[
        str | None,
        Option("--need", metavar=_("TEXT"), help=_("What others must settle; stands until the task's next report.")),
    ] = None

    def given(self) -> bool:
        """Whether any of the texts is given."""
        return bool(self.problem or self.next or self.need)


Chosen = Callable[[str], bool]
"""Decides by the name of a field of a group whether a command offers it."""


def without(*names: str) -> Chosen:
    """Offer all fields except these, which keep their defaults."""
    return lambda name: name not in names


def only(*names: str) -> Chosen:
    """Offer only these fields; the others keep their defaults."""
    return lambda name: name in names
