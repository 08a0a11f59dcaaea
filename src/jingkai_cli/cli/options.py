"""Every option that more than one command has: its flag, its placeholder and its help, once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from ..formats import MODULES
from ..language import _
from ..quantities import enumeration


class Format(StrEnum):
    """The formats that `-f` takes: those of `formats.MODULES`."""

    table = "table"
    plain = "plain"
    markdown = "markdown"
    csv = "csv"
    json = "json"
    html = "html"
    xlsx = "xlsx"
    docx = "docx"


class Shift(StrEnum):
    """Which patrol found a problem."""

    day = "白天"
    night = "夜间"


FILES = _("Files")
WHO = _("Who and when")

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
AsOfOption = Annotated[
    str | None, Option("--as-of", metavar=_("DATE"), help=_("The date that the report speaks about; today by default."))
]
KnownOnOption = Annotated[
    str | None,
    Option(
        "--known-on",
        metavar=_("DATE"),
        help=_("Count only what had been recorded by then: prints an old report again."),
    ),
]
FormatOption = Annotated[
    Format | None,
    Option(
        "-f",
        "--format",
        metavar=_("FORMAT"),
        help=_("One of {formats}; else by the ending of -o; else table in a terminal, plain in a pipe.").format(
            formats=enumeration(MODULES)
        ),
    ),
]
OutputOption = Annotated[
    Path | None, Option("-o", "--output", metavar=_("FILE"), help=_("Write to a file, whole or not at all."))
]
EncodingOption = Annotated[
    str | None,
    Option(
        "--encoding", metavar=_("NAME"), help=_("Encoding of CSV; utf-8-sig in a file, utf-8 in a pipe by default.")
    ),
]
LabelsOption = Annotated[bool, Option("--labels", help=_("Translated headers in CSV instead of the stable names."))]
ExitCodeOption = Annotated[
    bool, Option("--exit-code", help=_("Exit 1 when something is listed, or late when nothing is filtered."))
]
MonthOption = Annotated[
    str,
    Option(
        "--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."), show_default=False
    ),
]

TaskArgument = Annotated[str, Argument(metavar=_("TASK"), help=_("The task's id."), show_default=False)]
OnOption = Annotated[
    str | None,
    Option(
        "--on",
        metavar=_("DATE"),
        help=_("The date that the entry speaks about; today by default."),
        rich_help_panel=WHO,
    ),
]
FromOption = Annotated[
    str | None, Option("--from", metavar=_("UNIT"), help=_("The unit that reported."), rich_help_panel=WHO)
]
ByOption = Annotated[
    str | None,
    Option(
        "--by", metavar=_("WHO"), help=_("Who types; else JK_BY, else the system's user name."), rich_help_panel=WHO
    ),
]
ReceivedOption = Annotated[
    str | None,
    Option(
        "--received",
        metavar=_("DATE"),
        help=_("When it came in; the day of recording by default."),
        rich_help_panel=WHO,
    ),
]
KeyOption = Annotated[
    str | None,
    Option("--key", metavar=_("KEY"), help=_("Names the entry: the same key twice records once."), rich_help_panel=WHO),
]
VerifierOption = Annotated[
    str | None, Option("--verifier", metavar=_("WHO"), help=_("Who verified; else who types."), rich_help_panel=WHO)
]
NoteOption = Annotated[str | None, Option("-m", "--note", metavar=_("NOTE"), help=_("A note in your own words."))]
WhyOption = Annotated[str | None, Option("-m", "--note", metavar=_("WHY"), help=_("Why."))]
EvidenceOption = Annotated[
    list[Path] | None,
    Option("--evidence", metavar=_("FILE"), help=_("A file that proves it; its name and SHA-256 are recorded.")),
]
ForceOption = Annotated[bool, Option("--force", help=_("Record it although it is implausible; needs -m WHY."))]
DryRunOption = Annotated[bool, Option("--dry-run", help=_("Print the entry as a line of JSON and write nothing."))]
