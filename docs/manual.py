"""The manual page `jk.1` in roff, which `man jk` shows. `reference.py` writes it in both languages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jingkai_cli import __version__

BETWEEN_CHINESE = re.compile("(?<=[\u4e00-\u9fff，。、；：）”])(?=[\u4e00-\u9fff（“])")
"""Where a line of Chinese may be broken: not before a comma or a closing bracket."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The fixed texts of the manual page in one language."""

    name: str
    synopsis: str
    description: str
    options: str
    environment: str
    files: str
    exit: str
    title: str
    about: str
    variables: Mapping[str, str]
    places: Mapping[str, str]
    codes: Mapping[str, str]


ENGLISH = Headings(
    name="NAME",
    synopsis="SYNOPSIS",
    description="DESCRIPTION",
    options="OPTIONS",
    environment="ENVIRONMENT",
    files="FILES",
    exit="EXIT STATUS",
    title="progress ledger for key tasks",
    about="A plan holds what was decided, an append-only ledger what was reported. Every report is computed from the "
    "two as of a date: what is late, why, by how many days, and whom to call.",
    variables={
        "JK_PLAN": "The plan, where --plan does not name one.",
        "JK_LEDGER": "The ledger, where --ledger does not name one: a file or a PostgreSQL URL.",
        "JK_BY": "Your name, where --by does not give it.",
        "JK_CACHE_DIR": "The folder for validated plans.",
        "NO_COLOR": "Print without colours.",
    },
    places={"tasks.yaml": "The plan.", "contacts.yaml": "Whom to call.", "ledger.db": "The ledger."},
    codes={
        "0": "Done.",
        "1": "Something was found: late tasks with --exit-code, or faults by jk check.",
        "2": "The command was typed wrongly, or the entry was refused.",
        "3": "The plan or the import has faults; nothing was recorded.",
        "4": "The ledger cannot be used.",
        "5": "A package is missing: the message names what to install.",
        "130": "Interrupted.",
    },
)
CHINESE = Headings(
    name="名称",
    synopsis="用法",
    description="说明",
    options="选项",
    environment="环境变量",
    files="文件",
    exit="退出码",
    title="重点工作推进台账",
    about="推进方案记载决定事项，台账只增不改，记载报送情况。各项报表均以某一日期为准由二者计算得出："
    "哪些逾期、原因何在、逾期几天、应找谁。",
    variables={
        "JK_PLAN": "推进方案文件，未用 --plan 指定时采用。",
        "JK_LEDGER": "台账文件或 PostgreSQL 地址，未用 --ledger 指定时采用。",
        "JK_BY": "录入人姓名，未用 --by 指定时采用。",
        "JK_CACHE_DIR": "存放已校验方案的文件夹。",
        "NO_COLOR": "不使用颜色。",
    },
    places={"tasks.yaml": "推进方案。", "contacts.yaml": "联系人。", "ledger.db": "台账。"},
    codes={
        "0": "成功。",
        "1": "有所发现：使用 --exit-code 时列出了任务，或 jk check 发现问题。",
        "2": "命令输入有误，或记录被拒绝。",
        "3": "方案或导入文件有误；未记录任何内容。",
        "4": "台账无法使用。",
        "5": "缺少扩展组件，提示中写明应安装什么。",
        "130": "被中断。",
    },
)


def manual(headings: Headings, panels: Mapping[str, list[tuple[str, Any]]]) -> str:
    """The page in the language in use.

    Args:
        headings: the fixed texts.
        panels: panel → its commands, each with its path (`jk report`) and its Click context.
    """
    return "\n".join(_lines(headings, panels)) + "\n"


def _lines(headings: Headings, panels: Mapping[str, list[tuple[str, Any]]]) -> Iterator[str]:
    yield from (f'.TH JK 1 "" "jk {__version__}" ""', ".ad l")
    yield from (f".SH {headings.name}", rf"jk \- {_text(headings.title)}")
    yield f".SH {headings.synopsis}"
    first = next(iter(panels.values()))[0][1]
    yield f".B jk\n{_text(' '.join(first.parent.command.collect_usage_pieces(first.parent)))}"
    yield from (f".SH {headings.description}", _text(headings.about))
    for panel, commands in panels.items():
        yield f'.SH "{_text(panel)}"'
        for path, context in commands:
            yield from _command(path, context)
    for heading, entries in (
        (headings.environment, headings.variables),
        (headings.files, headings.places),
        (headings.exit, headings.codes),
    ):
        yield f'.SH "{heading}"'
        for name, meaning in entries.items():
            yield from (".TP", f".B {_text(name)}", _text(meaning))


def _command(path: str, context: Any) -> Iterator[str]:
    command = context.command
    yield f'.SS "{_text(" ".join((path, *command.collect_usage_pieces(context))))}"'
    yield _text(command.help)
    for parameter in command.get_params(context):
        name, text = record(parameter, context)
        yield from (".TP", f".B {_text(name)}", _text(" ".join(text.split())) or r"\&")


def record(parameter: Any, context: Any) -> tuple[str, str]:
    """The name of a parameter on the command line, and its help."""
    name, text = parameter.get_help_record(context) or ("", "")
    return name, text or parameter.help or ""


def _text(text: str) -> str:
    r"""Escape text for roff: hyphens that can be copied, no backslash or first character that roff would interpret."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    escaped = BETWEEN_CHINESE.sub(lambda _between: r"\:", escaped)
    return r"\&" + escaped if escaped.startswith((".", "'")) else escaped
