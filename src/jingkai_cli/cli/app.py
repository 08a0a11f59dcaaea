"""The table of commands, and the one place where an error becomes an exit code."""

import os
import sys
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import click
import typer

from .. import __version__
from ..errors import Exit, JkError
from ..language import _
from . import check, export, import_, init, life, log, record, report, schema, show
from .output import give, tell

MORNING = _("Each morning")
REPORTED = _("When a unit reports")
MONTH = _("At month's end")
LEDGER = _("Ledger and plan")

COMMANDS: tuple[tuple[str, Callable[..., None], str, str], ...] = (
    ("report", report.report, MORNING, _("What is overdue, at risk and on track, and whom to call.")),
    ("show", show.show, MORNING, _("One task whole: milestones, indicators, reasons, last entries.")),
    ("record", record.record, REPORTED, _("Record a progress report: a percentage, figures, a note.")),
    ("correct", record.correct, REPORTED, _("Put a wrong report right: retracts it and records it anew.")),
    ("reach", life.reach, REPORTED, _("Record that a milestone was reached.")),
    ("done", life.done, REPORTED, _("Record that a unit reports a task done.")),
    ("accept", life.accept, REPORTED, _("Close a task that was reported done, after someone else verified it.")),
    ("reopen", life.reopen, REPORTED, _("Send a task back that was reported done or accepted.")),
    ("extend", life.extend, REPORTED, _("Record an approved new deadline of a task or milestone.")),
    ("import", import_.import_, REPORTED, _("Record the entries of a file, all or none; twice is once.")),
    ("export", export.export, MONTH, _("Write the month's CSV files: tasks, entries, problems, units.")),
    ("log", log.log, LEDGER, _("List what was recorded.")),
    ("retract", life.retract, LEDGER, _("Withdraw an entry; it stays in the ledger, and does not count any more.")),
    ("check", check.check, LEDGER, _("Prove that the ledger is whole and unchanged, and agrees with the plan.")),
    ("init", init.init, LEDGER, _("Begin a workspace with a plan to fill in.")),
    ("schema", schema.schema, LEDGER, _("Print the JSON Schema of the plan file, for editors.")),
)

app = typer.Typer(
    name="jk",
    help=_("The progress ledger for key tasks: what is late, why, by how many days, and whom to call."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [ARGS]..."),
)
for name, function, panel, text in COMMANDS:
    app.command(name, help=text, rich_help_panel=panel, options_metavar=_("[OPTIONS]"))(function)


def _version(asked: bool) -> None:
    if asked:
        give(f"jk {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version and exit."))
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Run `jk` and leave with its exit code; an error is one or more lines on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        _tolerant(stream)
    code = run(sys.argv[1:])
    sys.exit(_flushed(code))


def run(arguments: list[str]) -> int:
    """Run `jk` with these arguments and give its exit code."""
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="jk", standalone_mode=False)
    except click.ClickException as error:
        _show_usage(error)
        return error.exit_code
    except JkError as error:
        tell(str(error))
        return error.code
    except (click.Abort, KeyboardInterrupt):
        tell(_("Interrupted: nothing more was recorded."))
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()
    return code if isinstance(code, int) else Exit.OK


def _show_usage(error: click.ClickException) -> None:
    from typer.rich_utils import rich_format_error

    rich_format_error(error)


def _tolerant(stream: Any) -> None:
    """What a terminal or pipe in another encoding does not have becomes `?`, never a crash."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe()
    except OSError as error:
        tell(_("The output cannot be written: {why}").format(why=error.strerror))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.USAGE
    return code


def _closed_pipe() -> int:
    """Who reads has enough: end quietly, and give Python nothing to complain about when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.OK
