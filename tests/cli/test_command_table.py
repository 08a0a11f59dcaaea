"""The cached command table completes as Typer does, and leaves what it does not know to Typer."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from effort import THOROUGH
from running import Workspace, workspace

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
COMPARE = """
import json, sys
import click
from typer._completion_classes import BashComplete, _sanitize_help_text, completion_init
from jingkai_cli.cli import command_table
from jingkai_cli.cli.app import JK

def cases(command, path):
    command = getattr(command, "command", command) if not isinstance(command, click.Group) else command
    yield path, ""
    yield path, "-"
    yield path, "--un"
    yield [*path, "1"], ""
    yield [*path, "4.2"], "de"
    yield [*path, "10"], "投"
    yield [*path, "1", "--unit", "城镇办", "-h"], "--"
    yield [*path, "--nonsense"], ""
    for option in command.params:
        for name in option.opts:
            if name.startswith("-"):
                yield [*path, name], ""
                yield [*path, name, "x"], "-"
                yield [*path, "市"], name
    for name, inner in getattr(command, "commands", {}).items():
        yield path, name[:3]
        yield from cases(inner, [*path, name])

completion_init()
shell = BashComplete(JK, {}, "jk", "_JK_COMPLETE")
table = json.loads(json.dumps(command_table._node(JK, click.Context(JK, info_name="jk"))))
answered, left = 0, 0
for words, incomplete in list(cases(JK, []))[::int(sys.argv[1])]:
    ours = command_table._candidates(table, words, incomplete)
    if ours is None:
        left += 1
        continue
    answered += 1
    found = [(each.value, _sanitize_help_text(each.help or "")) for each in shell.get_completions(words, incomplete)]
    if ["".join("".join(each).split()) for each in ours] != ["".join("".join(each).split()) for each in found]:
        print(words, incomplete, ours[:3], found[:3], len(ours), len(found), file=sys.stderr)
print(answered, left)
"""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_the_table_answers_as_typer_does(language: str, tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    environment = desk.environment(LANG=language, LC_ALL=language, _JK_COMPLETE="complete_bash")
    step = 1 if THOROUGH else 5
    command = [sys.executable, "-c", COMPARE, str(step)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    answered, left = map(int, done.stdout.splitlines()[-1].split())
    assert answered > 1000 / step
    assert left < answered / 2, "options that name a file, and lines that make no sense, are for Typer"


def tab(desk: Workspace, *words: str, kind: str = "bash") -> str:
    """Return what is printed for Tab after these words."""
    asked = {"COMP_WORDS": "\n".join(("jk", *words)), "COMP_CWORD": str(len(words))}
    asked |= {"_TYPER_COMPLETE_ARGS": " ".join(("jk", *words)), "_JK_COMPLETE": f"complete_{kind}"}
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1]}
    done = desk.jk(environ={**asked, "JK_CACHE_DIR": str(desk.folder / "cache")})
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
def test_the_table_gives_the_completions_that_typer_gave_before(shell: str, tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    lines = (["show", "1"], ["retract", ""], ["report", "--over"], ["reach", "4.2", ""], ["show", "没有"])
    words = lines[SHELLS.index(shell)]  # each shell with another line
    first = tab(desk, *words, kind=shell)
    assert list((tmp_path / "cache").glob("commands.*.json"))
    second = tab(desk, *words, kind=shell)
    assert "".join(second.split()) == "".join(first.split()), "Typer breaks a long text into lines"


@pytest.mark.slow
def test_fish_gets_an_exit_code_that_says_whether_there_are_completions(tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    asked = {"_JK_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "is-args"}
    asked["JK_CACHE_DIR"] = str(desk.folder / "cache")
    for _first_by_typer_then_by_the_table in range(2):
        for line, code in (("jk show 1", 0), ("jk show 没有", 1), ("jk report --over", 0)):
            done = desk.jk(environ={**asked, "_TYPER_COMPLETE_ARGS": line})
            assert (done.code, done.out.strip(), done.err) == (code, "", "")


@pytest.mark.slow
def test_a_table_of_another_version_or_another_user_is_ignored(tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    right = tab(desk, "show", "1")
    (file,) = (tmp_path / "cache").glob("commands.*.json")
    table = json.loads(file.read_bytes())
    for damage in (b"", b"{", json.dumps({**table, "of": "jk 0.0.1", "commands": {}}).encode()):
        file.write_bytes(damage)
        assert tab(desk, "show", "1") == right
        assert json.loads(file.read_bytes()) == table, "it is written anew"
    file.write_bytes(json.dumps({**table, "commands": {"commands": {}, "parameters": []}}).encode())
    assert tab(desk, "sho") == "\n"
    file.chmod(0o666)
    assert tab(desk, "sho") == "show\n"


def test_completing_from_the_plan_loads_neither_typer_nor_the_model(tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    tab(desk, "show", "1")
    asked = {"COMP_WORDS": "jk show 1", "COMP_CWORD": "2", "_JK_COMPLETE": "complete_bash"}
    environment = desk.environment(**asked, JK_CACHE_DIR=str(desk.folder / "cache"))
    command = [sys.executable, "-X", "importtime", "-m", "jingkai_cli"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.stdout.startswith("1\n10\n")
    assert "jingkai_cli.cli.command_table" in loaded
    assert not loaded & {
        "typer",
        "click",
        "msgspec",
        "rich",
        "pydantic",
        "sqlite3",
        "jingkai_cli.model",
        "jingkai_cli.rules",
    }


@pytest.mark.slow
def test_names_follow_a_change_of_the_plan(tmp_path: Path) -> None:
    desk = workspace(tmp_path)
    assert tab(desk, "show", "20").split() == ["20"]
    plan = tmp_path / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8") + "\n  - {id: 201, title: 新增, lead_unit: 城镇办, deadline: 2016-12-31}\n")
    assert tab(desk, "show", "20").split() == ["20", "201"]


@pytest.mark.slow
def test_the_shell_runs_no_part_of_a_completion(tmp_path: Path) -> None:
    desk = workspace(tmp_path)
    plan = tmp_path / "tasks.yaml"
    title = "$(touch made)`touch made`;'touch made'\\\"(touch made)"
    text = f"title: x\ntasks: [{{id: 7, title: {json.dumps(title)}, lead_unit: 城镇办, deadline: 2016-12-31}}]\n"
    plan.write_text(text, "utf-8")
    for _time in range(2):
        said = tab(desk, "show", "7", kind="zsh")
        assert said.startswith('_arguments \'*: :(("7":')
        script = f"_arguments() {{ : ; }}; eval $(printf '%s' {json.dumps(said)!r} | python3 -c 'import json, sys; "
        script += 'print(json.load(sys.stdin), end="")\')'
        subprocess.run(["zsh", "-c", script], cwd=tmp_path, check=False, env=dict(os.environ), capture_output=True)
        assert not (tmp_path / "made").exists()
