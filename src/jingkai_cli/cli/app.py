"""The table of commands, and the one place where an error becomes an exit code."""

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import Annotated, Any, NoReturn

import click
import typer
from typer.main import get_command

from .. import __version__
from ..errors import Exit, JkError, reason
from ..language import _
from ..text import discreet, visible, width
from .command import Group, LazyCommand
from .environment import COMPLETION, measure_terminal
from .output import emit, notify

MORNING = _("Each morning")
REPORTED = _("When a unit reports")
WEEK = _("Each week")
MONTH = _("At month's end")
LEDGER = _("Ledger and plan")

COMMANDS = (
    ("report", "morning.report", MORNING, _("What is overdue, at risk and on track, and whom to call.")),
    ("today", "morning.today", MORNING, _("What was reported, what turned red, what falls due, and whom to call.")),
    ("show", "morning.show", MORNING, _("One task in full: milestones, indicators, reasons, last entries.")),
    (
        "overview",
        "overviews.overview",
        MORNING,
        _("One report over many districts, with the state of each ledger."),
    ),
    (
        "dashboard",
        "morning.dashboard",
        MORNING,
        _("Write one page for leaders: lamps, time line, curves, problems, units."),
    ),
    ("record", "unit_reports.record", REPORTED, _("Record a progress report: a percentage, figures, a note.")),
    ("correct", "unit_reports.correct", REPORTED, _("Correct a wrong report: retracts it and records it again.")),
    ("reach", "unit_reports.reach", REPORTED, _("Record that a milestone was reached.")),
    ("done", "unit_reports.done", REPORTED, _("Record that a unit reports a task done.")),
    (
        "accept",
        "unit_reports.accept",
        REPORTED,
        _("Close a task that was reported done, after someone else verified it."),
    ),
    ("reopen", "unit_reports.reopen", REPORTED, _("Reopen a task that was reported done or accepted.")),
    (
        "extend",
        "unit_reports.extend",
        REPORTED,
        _("Record an approved new deadline of a task, a milestone or a problem."),
    ),
    ("suspend", "unit_reports.suspend", REPORTED, _("Put a task on hold by a decision; it is not judged meanwhile.")),
    ("resume", "unit_reports.resume", REPORTED, _("Take up a suspended task again.")),
    ("cancel", "unit_reports.cancel", REPORTED, _("Cancel a task by a decision; `jk reopen` takes it back.")),
    ("object", "unit_reports.object_", REPORTED, _("Record that a unit disagrees with the judgement of a task.")),
    ("ruling", "unit_reports.ruling", REPORTED, _("Record the outcome of an objection.")),
    ("form", "forms.form", REPORTED, _("Write the spreadsheets that units fill in, one for each unit.")),
    (
        "import",
        "imports.import_",
        REPORTED,
        _("Record the entries of a file, all or none; importing it twice adds nothing."),
    ),
    ("agenda", "meetings.agenda", WEEK, _("The agenda of the weekly meeting: decisions, problems, late tasks.")),
    ("decide", "meetings.decide", WEEK, _("Record what a meeting decided, or that a decision was carried out.")),
    ("minutes", "meetings.minutes", WEEK, _("The minutes of a meeting: what was decided, by whom and by when.")),
    (
        "inspections",
        "inspection_commands.inspections",
        WEEK,
        _("Inspections on site: coverage, pass rates and inspectors sent."),
    ),
    ("bulletin", "weekly.bulletin", WEEK, _("The bulletin of a week, as an office sends it out.")),
    ("notice", "weekly.notice", WEEK, _("The letter to a unit: what is late, and what is required by when.")),
    ("reply", "issuing.reply", WEEK, _("Record that a unit answered a letter.")),
    ("handover", "weekly.handover", WEEK, _("Everything that is open, for a successor.")),
    ("score", "monthly.score", MONTH, _("Record a judge's score of a unit at the month's observation.")),
    ("rank", "monthly.rank", MONTH, _("Rank the units by the observation of a month; internal.")),
    ("assess", "monthly.assess", MONTH, _("Assess the units for a month or a year, out of 100.")),
    (
        "export",
        "monthly.export",
        MONTH,
        _("Write a month as CSV files or a workbook: tasks, entries, problems, units."),
    ),
    ("log", "ledger_tools.log", LEDGER, _("List what was recorded.")),
    (
        "retract",
        "ledger_tools.retract",
        LEDGER,
        _("Retract an entry: it stays in the ledger and no longer counts."),
    ),
    ("undo", "ledger_tools.undo", LEDGER, _("Take back the last entry that you typed, within an hour.")),
    ("check", "checking.check", LEDGER, _("Check that the ledger is whole and agrees with the plan.")),
    ("backup", "ledger_tools.backup", LEDGER, _("Save the ledger in a file while others record; the file is checked.")),
    ("restore", "ledger_tools.restore", LEDGER, _("Create a new ledger from a backup, which is checked first.")),
    (
        "adopt",
        "ledger_tools.adopt",
        LEDGER,
        _("Record the plan in the ledger; later changes to the file are then reported."),
    ),
    ("init", "plan_commands.init", LEDGER, _("Start a workspace with a plan to fill in.")),
    ("schema", "plan_commands.schema", LEDGER, _("Print the JSON Schema of the plan file, for editors.")),
)
"""Name, `module.function`, panel and help. A module is imported when its command is run or its help is shown."""

PROBLEM = (
    ("open", "problem_commands.open_", _("Record a problem that a unit must fix by a date.")),
    ("fix", "problem_commands.fix", _("Record that the unit reports a problem fixed.")),
    ("verify", "problem_commands.verify", _("Close a problem after someone else verified the fix.")),
    ("reopen", "problem_commands.reopen", _("Reopen a problem that was not fixed.")),
    ("split", "problem_commands.split", _("Split a problem into parts, each with its own unit and date.")),
    ("stats", "problem_commands.stats", _("Count problems by unit, zone, shift, place, source or task.")),
    ("list", "problem_commands.list_", _("List the problems, or only the overdue ones.")),
)
"""The commands after `jk problem`: name, `module.function` and help."""

app = typer.Typer(
    name="jk",
    cls=Group,
    help=_("The progress ledger for key tasks: what is late, why, by how many days, and whom to call."),
    no_args_is_help=True,
    suggest_commands=False,  # Click suggests commands already, and in Chinese
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [ARGS]..."),
)


def _version(asked: bool) -> None:
    if asked:
        from ..ledger.chain import FORMAT

        emit(_("jk {version} (ledger format {format})").format(version=__version__, format=FORMAT))
        raise typer.Exit


def _completion(ctx: click.Context, option: click.Parameter, shell: str | None) -> None:
    """Run `--install-completion` or `--show-completion`; each takes the name of a shell, or detects it."""
    if shell is None or ctx.resilient_parsing:
        return
    from . import completion

    {"install_completion": completion.install, "show_completion": completion.show}[option.name or ""](shell)
    raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version and exit."))
    ] = False,
) -> None:
    pass


JK: Any = get_command(app)
for name, function, panel, text in COMMANDS:
    JK.add_command(LazyCommand(name, function, text, panel))
problems = Group(
    name="problem",
    commands=[LazyCommand(name, function, text) for name, function, text in PROBLEM],
    help=_("Problems, and the dates by which they must be fixed."),
    no_args_is_help=True,
    suggest_commands=False,  # Click suggests commands already, and in Chinese
    rich_markup_mode="rich",
    rich_help_panel=REPORTED,
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("COMMAND [ARGS]..."),
)
JK.add_command(problems)

for name, text in (
    ("--install-completion", _("Install completion for this shell.")),
    ("--show-completion", _("Print the completion script.")),
):
    JK.params.append(
        click.Option(
            [name],
            is_flag=False,
            flag_value="",
            metavar=_("[SHELL]"),
            callback=_completion,
            expose_value=False,
            is_eager=True,
            help=text,
        )
    )


def main() -> NoReturn:
    """Run `jk` and exit with its exit code. Errors are printed on stderr, never as a traceback."""
    _open_streams()
    if COMPLETION in os.environ:
        from .completion import prepare

        prepare()
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        code = Exit.OK  # the reader of the pipe closed it
    except OSError as error:
        notify(_("The output cannot be written: {why}").format(why=reason(error)))
        code = Exit.USAGE
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    if COMPLETION in os.environ:
        from .command_table import remember

        remember(JK)
    _leave(code)


def run(arguments: list[str]) -> int:
    """Run `jk` with these arguments and return its exit code."""
    try:
        measure_terminal()
        code = JK.main(arguments, prog_name="jk", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError:
        if not arguments:
            _print_first_steps()
        return Exit.OK  # `jk` alone: the help is printed already
    except click.ClickException as error:
        _show_usage(error)
        return error.exit_code
    except JkError as error:
        notify(str(error))
        return error.code
    except OSError as error:
        if error.filename is None:  # a stream, not a file
            raise
        notify(_("{file} cannot be used: {why}").format(file=error.filename, why=reason(error)))
        return Exit.USAGE
    except click.Abort:
        code = Exit.INTERRUPTED
    except SystemExit:
        return Exit.OK  # Click and Rich exit like this when a pipe is closed
    if code == Exit.INTERRUPTED:
        notify(_("Interrupted: nothing more was recorded."))
    return code if isinstance(code, int) else Exit.OK


def _print_first_steps() -> None:
    """Print the two ways to begin below the help, if there is no plan yet."""
    from .environment import plan_file

    try:
        plan_file(None)
    except JkError:
        emit(_("No plan here yet. Begin with one of these:"))
        from_document = "jk init --from " + _("PLAN.docx")
        emit(f"  {from_document}  " + _("from the table that your office has"))
        emit(f"  {'jk init'.ljust(width(from_document))}  " + _("with a plan to fill in"))


def _show_usage(error: click.ClickException) -> None:
    """Print what is wrong with a command line below its usage."""
    from typer.rich_utils import rich_format_error

    from ..formats.table import break_chinese
    from .usage_errors import wording

    break_chinese()
    with suppress(OSError):
        rich_format_error(click.UsageError(visible(discreet(wording(error))), ctx=getattr(error, "ctx", None)))


def _open_streams() -> None:
    """Replace characters that the terminal's encoding lacks with `?`; redirect closed streams to the null device.

    In this order each stream that is opened gets its own number, so that no other file can get it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream: Any = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open as long as we run
        elif mode == "w":
            stream.reconfigure(errors="replace")


def _leave(code: int) -> NoReturn:
    """End the process without Python's own clean-up. Output that can no longer be written is dropped silently.

    Python would destroy every loaded module, which takes 4 ms; the system frees the memory anyway. Only functions
    registered with `atexit` are run. If other threads are alive, Python exits as usual and waits for them.
    """
    single_thread = threading.active_count() == 1
    if single_thread:
        atexit._run_exitfuncs()  # noqa: SLF001 - there is no public function for it
    for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if single_thread:
        os._exit(code)
    sys.exit(code)
