"""The catalogue is complete and compiled, and with a Chinese locale everything is Chinese, also help and errors."""

import json
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from jingkai_cli.formats import FORMATS
from jingkai_cli.rules.audit import CHECKS
from jingkai_cli.text import width
from running import COMMANDS, PATIENCE, Done

ROOT = Path(__file__).parent.parent
SCRIPT = SimpleNamespace(**runpy.run_path(str(ROOT / "scripts" / "catalogue.py")))
with SCRIPT.PO.open("rb") as po:
    CATALOGUE = read_po(po, locale="zh_CN")

CHINESE = re.compile("[\u3001-\u9fff]")
PLACEHOLDER = re.compile(r"\{(\w*)(?:![rs])?(?::[^{}]*)?\}|%\((\w+)\)s")
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*", re.ASCII)
WORD = re.compile(r"[A-Za-z][\w.:-]*", re.ASCII)

CODES = {
    "W10",
    *FORMATS,
    *CHECKS,
    "ledger",
    "plan",
    "unit",
    "category",
    "district",
    "parquet",
    "entries",
    "report",
    "task",
    "green",
    "leader",
    "none",
    "red",
    "yellow",
    "document",
    "minutes",
    "oral",
    "upheld",
    "changed",
    "last",
    "SEQ:HASH",
    "x",
}
"""Words that are not translated; `x` is the variable in Click's `x>=0`."""
TERMS = {
    "jk",
    "Dask",
    "districts.yaml",
    "HOST:8786",
    "tcp",
    "PostgreSQL",
    "postgresql",
    "CSV",
    "JSON",
    "Schema",
    ".jsonl",
    "jsonl",
    "yaml",
    ".xlsx",
    "xlsx",
    ".docx",
    "docx",
    "chat",
    "W10",
    "SHA-256",
    "UTF-8",
    "utf-8",
    "utf-8-sig",
}
PLACES = {"JK_PLAN", "JK_LEDGER", "JK_BY", "tasks.yaml", "ledger.db"}

COLUMNS = 80
LOCALES: Mapping[str, Mapping[str, str]] = {
    "LANG": {"LANG": "zh_CN.UTF-8"},
    "LC_MESSAGES": {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"},
    "LC_ALL": {"LANG": "en_US.UTF-8", "LC_MESSAGES": "C", "LC_ALL": "zh_CN.UTF-8"},
    "LANGUAGE does not count": {"LANG": "zh_CN.UTF-8", "LANGUAGE": "en"},
}
USAGE_ERRORS = (
    "shw",
    "problem opn",
    "show",
    "show 1 2",
    "report --nope",
    "report --overdu",
    "report --overdue=1",
    "report --due-within",
    "report --due-within x",
    "log --last 0",
    "extend 1 --basis x",
    "import",
)


@cache
def jk(arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run `jk` in a clean environment."""
    command = [str(Path(sys.executable).with_name("jk")), *arguments.split()]
    return subprocess.run(command, env={"PATH": "", **environ}, capture_output=True, check=False, timeout=PATIENCE)


GROUPS_AND_COMMANDS = sorted({" ".join(names[:depth]) for names in COMMANDS for depth in range(len(names) + 1)})
"""The empty line is `jk` itself."""
ALLOWED = set(" ".join(GROUPS_AND_COMMANDS).split()) | CODES | TERMS | PLACES


CHINESE_PROCESS = """
import json, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from jingkai_cli.cli.app import run

said = {}
for line in json.load(sys.stdin):
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = run(line.split())
    said[line] = (code, out.getvalue(), err.getvalue())
json.dump(said, sys.stdout)
"""


@cache
def in_chinese() -> dict[str, Done]:
    """The output of every help and usage error, from one process started in Chinese: help is translated on loading."""
    lines = [*(f"{command} --help" for command in GROUPS_AND_COMMANDS), *USAGE_ERRORS]
    done = subprocess.run(
        [sys.executable, "-c", CHINESE_PROCESS],
        input=json.dumps(lines).encode(),
        env={"PATH": "", "LANG": "zh_CN.UTF-8"},
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    return {line: Done(*said) for line, said in json.loads(done.stdout).items()}


def english(text: str, typed: str = "") -> set[str]:
    """The English words of a text, without options, untranslated words and typed arguments."""
    words = {word.rstrip(".:-") for word in WORD.findall(OPTION.sub(" ", text))}
    return words - ALLOWED - set(re.split("[ =]", typed))


def placeholders(message: str) -> set[tuple[str, ...]]:
    return set(PLACEHOLDER.findall(message))


def translations(catalogue: Catalog) -> dict[str, list[str]]:
    """Every message (the plural if it has one) with its translations; Chinese has one form."""
    messages = ((m.id if isinstance(m.id, str) else m.id[1], m.string) for m in catalogue if m.id)
    return {message: [said] if isinstance(said, str) else list(said or ()) for message, said in messages}


def test_every_message_of_the_source_click_and_typer_is_in_the_catalogue() -> None:
    assert set(SCRIPT.extract()) - {message.id for message in CATALOGUE} == set()


def test_every_message_is_translated() -> None:
    assert SCRIPT.untranslated(CATALOGUE) == []


def test_every_translation_is_chinese() -> None:
    worded = {m: said for m, said in translations(CATALOGUE).items() if WORD.search(PLACEHOLDER.sub("", m))}
    assert [m for m, said in worded.items() if not all(map(CHINESE.search, said))] == []


def test_every_translation_has_the_placeholders_of_its_message() -> None:
    said = translations(CATALOGUE).items()
    assert [message for message, forms in said if any(placeholders(f) != placeholders(message) for f in forms)] == []


def test_every_translation_is_punctuated_in_full_width() -> None:
    """Documents use messages unchanged; only formulas, commands and typed text are half-width."""
    beside = re.compile("[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
    said = [form for forms in translations(CATALOGUE).values() for form in forms if "ceil(" not in form]
    assert [form for form in said if beside.search(re.sub("`[^`]*`", "", form))] == []


def test_the_compiled_catalogue_agrees_with_the_po_file() -> None:
    with SCRIPT.PO.with_suffix(".mo").open("rb") as mo:
        assert translations(read_mo(mo)) == translations(CATALOGUE)


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_the_locale_chooses_chinese(locale: Mapping[str, str]) -> None:
    done = jk("--help", **locale)
    assert (done.returncode, done.stderr) == (0, b"")
    assert english(done.stdout.decode()) == set()


def test_lc_all_chooses_english_whatever_else_is_set() -> None:
    done = jk("--help", LC_ALL="C.UTF-8", LC_MESSAGES="zh_CN.UTF-8", LANG="zh_CN.UTF-8", LANGUAGE="zh_CN")
    assert CHINESE.search(done.stdout.decode()) is None


@pytest.mark.slow
@pytest.mark.parametrize("command", GROUPS_AND_COMMANDS)
def test_help_is_chinese_throughout(command: str) -> None:
    done = in_chinese()[f"{command} --help"]
    assert (done.code, done.err) == (0, "")
    assert CHINESE.search(done.out)
    assert english(done.out) == set()


@pytest.mark.slow
@pytest.mark.parametrize("command", GROUPS_AND_COMMANDS)
def test_help_fits_the_terminal_and_is_not_cut_off(command: str) -> None:
    said = in_chinese()[f"{command} --help"].out
    assert [line for line in said.splitlines() if width(line) > COLUMNS or "…" in line] == []


@pytest.mark.parametrize("typed", USAGE_ERRORS)
def test_usage_errors_are_chinese_throughout(typed: str) -> None:
    done = in_chinese()[typed]
    assert (done.code, done.out) == (2, "")
    assert "错误" in done.err
    assert english(done.err, typed) == set()


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
@pytest.mark.parametrize("arguments", ["--help", "shw", "report --as-of 2016-03-31", "show 99"])
def test_output_works_in_any_terminal_encoding(encoding: str, arguments: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "data" / "tasks.yaml", tmp_path)
    plan = str(tmp_path / "tasks.yaml")
    done = jk(arguments, LANG="zh_CN.UTF-8", PYTHONIOENCODING=encoding, JK_PLAN=plan)
    said = (done.stdout + done.stderr).decode(encoding)
    assert "Traceback" not in said
    assert ("??" if encoding == "ascii" else "用法" if arguments in ("--help", "shw") else "推进") in said
