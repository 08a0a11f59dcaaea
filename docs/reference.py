"""Write `docs/commands.md`, its Chinese twin, the manual pages, and the tables of other pages.

They cannot be out of date: the commands, their arguments, options and panels are read from the Typer app, the
columns of CSV from the reports, the thresholds from the model, the fields of a plan from its schema. The text of a page
between `<!-- NAME -->` and `<!-- /NAME -->` is replaced; the rest is written by people.

`--check` writes nothing and exits with 1 if a file is out of date.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import fields

from manual import CHINESE, ENGLISH, Headings, manual, record

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Wording:
    """The fixed texts of the pages in one language, and the paths of the pages."""

    locale: str
    formats: Path
    judgement: Path
    page: Path
    plan: Path
    manual: Path
    headings: Headings
    title: str
    intro: str
    contents: tuple[str, str, str]
    columns: tuple[str, str]
    thresholds: tuple[str, str]
    fields: tuple[str, str]


WORDINGS: Mapping[str, Wording] = {
    "en": Wording(
        locale="C.UTF-8",
        formats=ROOT / "docs" / "formats.md",
        judgement=ROOT / "docs" / "judgement.md",
        page=ROOT / "docs" / "commands.md",
        plan=ROOT / "docs" / "plan.md",
        manual=ROOT / "docs" / "man" / "jk.1",
        headings=ENGLISH,
        title="The commands",
        intro="Written by `docs/reference.py` from the program itself: `jk COMMAND --help` prints the same. Chinese: "
        "[commands.zh-CN.md](commands.zh-CN.md). Examples are in the [guide](guide.md).",
        contents=("When", "Command", "What it does"),
        columns=("File", "Columns"),
        thresholds=("Threshold", "Default"),
        fields=("Where", "Fields"),
    ),
    "zh": Wording(
        locale="zh_CN.UTF-8",
        formats=ROOT / "docs" / "formats.zh-CN.md",
        judgement=ROOT / "docs" / "judgement.zh-CN.md",
        page=ROOT / "docs" / "commands.zh-CN.md",
        plan=ROOT / "docs" / "plan.zh-CN.md",
        manual=ROOT / "docs" / "man" / "zh_CN" / "jk.1",
        headings=CHINESE,
        title="命令一览",
        intro="本页由 `docs/reference.py` 从程序本身生成，与 `jk 命令 --help` 一致。英文版："
        "[commands.md](commands.md)。示例见[上手](guide.zh-CN.md)。",
        contents=("何时", "命令", "用途"),
        columns=("文件", "列名"),
        thresholds=("阈值", "默认值"),
        fields=("位置", "字段"),
    ),
}


def page(wording: Wording) -> str:
    """The full reference, in the language in use."""
    groups = [(panel, list(commands)) for panel, commands in _panels().items()]
    lines = [
        f"# {wording.title}",
        "",
        wording.intro,
        "",
        *_contents(wording, lambda path: f"[{path}](#{_anchor(path)})"),
    ]
    for _panel, commands in groups:
        for path, context in commands:
            lines += ["", f"## {path}", "", *_command(context)]
    return "\n".join(lines) + "\n"


def _anchor(path: str) -> str:
    return path.replace(" ", "-")


def _panels() -> dict[str, list[tuple[str, Any]]]:
    """Panel → its commands in the order of `jk --help`, each with its path (`jk report`) and its context."""
    import click

    from jingkai_cli.cli.app import JK
    from jingkai_cli.cli.command import LazyCommand

    found: dict[str, list[tuple[str, Any]]] = {}

    def walk(group: click.Group, parent: click.Context, panel: str | None) -> None:
        for name in group.list_commands(parent):
            listed: Any = group.get_command(parent, name)
            command: Any = listed.command if isinstance(listed, LazyCommand) else listed
            context = click.Context(command, info_name=name, parent=parent)
            where = panel or str(command.rich_help_panel)
            if isinstance(command, click.Group):
                walk(command, context, where)
            else:
                command.explain_arguments()
                found.setdefault(where, []).append((context.command_path, context))

    walk(JK, click.Context(JK, info_name="jk", **JK.context_settings), None)
    return found


def _contents(wording: Wording, link: Callable[[str], str]) -> list[str]:
    rows = []
    for panel, commands in _panels().items():
        for number, (path, context) in enumerate(commands):
            rows.append((panel if number == 0 else "", link(path), context.command.help))
    return _table(wording.contents, rows)


def _command(context: Any) -> Iterator[str]:
    """A command: its help, its usage, and its parameters by panel."""
    import click
    from typer.rich_utils import ARGUMENTS_PANEL_TITLE, OPTIONS_PANEL_TITLE

    command = context.command
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    yield from (command.help, "", "```text", usage, "```")
    panels: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.get_params(context):
        name, text = record(parameter, context)
        is_argument = isinstance(parameter, click.Argument)
        default = ARGUMENTS_PANEL_TITLE if is_argument else OPTIONS_PANEL_TITLE
        panel = getattr(parameter, "rich_help_panel", None) or default
        panels.setdefault(panel, []).append((_code(name), " ".join(text.split())))
    for panel, rows in panels.items():
        yield from ("", *_table((panel, ""), rows))


def _columns(wording: Wording) -> list[str]:
    from jingkai_cli.reports import export, log, problems, tasks_csv

    files = {
        "tasks.csv": tasks_csv.fields(),
        "entries.csv": log.fields(),
        "problems.csv": problems.fields(),
        "units.csv": export.unit_fields(),
    }
    return _table(wording.columns, [(_code(file), " ".join(map(_code, names))) for file, names in files.items()])


def _thresholds(wording: Wording) -> list[str]:
    from jingkai_cli.thresholds import Rules

    return _table(
        wording.thresholds, [(_code(f.name), _code(str(f.default))) for f in fields(Rules) if f.default is not None]
    )


def _fields(wording: Wording) -> list[str]:
    """The fields of every object in a plan, from its schema."""
    from jingkai_cli.plan import schema

    described = schema()
    things = {"tasks.yaml": described, "units[]": described["properties"]["units"]["items"]["anyOf"][1]}
    for field, kind in (
        ("totals[]", "ProgrammeTotal"),
        ("tasks[] subtasks[]", "Task"),
        ("indicators[]", "Indicator"),
        ("milestones[]", "Milestone"),
        ("rules", "Rules"),
        ("assessment", "Assessment"),
        ("observation", "Observation"),
        ("observation.items[]", "ObservedItem"),
        ("observation.quarter", "QuarterWeights"),
    ):
        things[field] = described["$defs"][kind]
    rows = [(where, " ".join(map(_code, thing["properties"]))) for where, thing in things.items()]
    return _table(wording.fields, [(" ".join(map(_code, where.split())), names) for where, names in rows])


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(head: tuple[str, ...], rows: list[Any]) -> list[str]:
    cells = [[str(cell).replace("|", r"\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *cells]
    return [f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines]


def filled(text: str, blocks: Mapping[str, list[str]]) -> str:
    """Return a page with current tables.

    Raises:
        ValueError: the page lacks the markers of a table.
    """
    for name, lines in blocks.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(begin)
        block = "\n".join((begin, *lines, end))
        text = re.sub(f"{begin}.*?{end}", lambda _match, block=block: block, text, flags=re.DOTALL)  # type: ignore[misc]
    return text


def update(language: str, *, check: bool) -> int:
    """Write the pages of the language of this process, or print which are out of date; return the exit code."""
    wording = WORDINGS[language]
    blocks = {
        wording.formats: {"columns": _columns(wording)},
        wording.judgement: {"thresholds": _thresholds(wording)},
        wording.plan: {"fields": _fields(wording)},
    }
    wanted = {file: filled(file.read_text(encoding="utf-8"), own) for file, own in blocks.items()}
    wanted[wording.page] = page(wording)
    wanted[wording.manual] = manual(wording.headings, _panels())
    stale = [f for f, text in wanted.items() if not f.exists() or f.read_text(encoding="utf-8") != text]
    if check:
        sys.stdout.writelines(f"{file.name} is stale: python docs/reference.py\n" for file in stale)
        return 1 if stale else 0
    for file in stale:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[file], encoding="utf-8")
    return 0


def main(arguments: list[str]) -> int:
    """Update the pages of both languages, each in a process with its locale."""
    for language in WORDINGS.keys() & set(arguments):
        return update(language, check="--check" in arguments)
    codes = []
    for language, wording in WORDINGS.items():
        environment = {**os.environ, "LC_ALL": wording.locale, "PYTHONUTF8": "1", "COLUMNS": "80"}
        command = [sys.executable, str(Path(__file__).resolve()), language, *arguments]
        done = subprocess.run(command, env=environment, check=False)  # noqa: S603 - this file itself
        codes.append(done.returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
