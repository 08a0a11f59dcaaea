"""Completion in real shells: type a line, press Tab, and read the completed line."""

import os
import pty
import select
import shutil
import signal
from pathlib import Path

import pytest

from jingkai_cli.cli import completion
from jingkai_cli.cli.completion import CANDIDATES
from jingkai_cli.errors import Exit
from running import COMMANDS, PATIENCE, Workspace, workspace

SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'",
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        "unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D; zstyle ':completion:*' menu no",
    ),
}
READY = "ready-now>"
CLEAR = "\x15\n"
"""Kills the line and asks for the next prompt."""

COMPLETED = {
    "jk hando": "jk handover ",
    "jk problem ver": "jk problem verify ",
    "jk report --over": "jk report --overdue ",
    "jk reach 4.2 de": "jk reach 4.2 decoration ",
    "jk show 市": "jk show 市域生态廊道建设 ",
    "jk report --unit 明": "jk report --unit 明湖办事处 ",
    "jk record 10 投": "jk record 10 投资=",
    "jk retract 9": "jk retract 9 ",
}


class Terminal:
    """A shell in a terminal of its own, in a workspace, with the completion script of `jk` loaded."""

    def __init__(self, workspace: Workspace, shell: str) -> None:
        command, setting = SHELLS[shell]
        script = workspace.folder / "completion"
        script.write_text(workspace.here("--show-completion", shell).out)
        environment = workspace.environment(TERM="dumb", LANG="C.UTF-8", LC_ALL="C.UTF-8", PS1="$ ")
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(workspace.folder)
            os.execvpe(command[0], command, environment)  # noqa: S606 - the shell itself is what is run
        self.type(f"{setting}; source ./completion; PS1='{READY[:5]}''{READY[5:]} '\n")
        self.read_until(READY)

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def read_until(self, wanted: str) -> str:
        seen = b""
        while wanted not in seen.decode(errors="replace"):
            ready, _, _ = select.select([self.terminal], [], [], PATIENCE)
            assert ready, f"{wanted!r} did not appear in {seen.decode(errors='replace')!r}"
            seen += os.read(self.terminal, 4096)
        return seen.decode(errors="replace")

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


@pytest.mark.parametrize("shell", ["bash", pytest.param("zsh", marks=pytest.mark.slow)])
def test_a_shell_completes(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    terminal = Terminal(workspace(tmp_path, recorded=True), shell)
    try:
        for typed, completed in COMPLETED.items():
            terminal.type(f"{typed}\t")
            terminal.read_until(completed)
            terminal.type(CLEAR)
            terminal.read_until(READY)
    finally:
        terminal.close()


def offered(desk: Workspace, *words: str) -> list[str]:
    """The completions of the last word."""
    words = ("jk", *words)
    asked = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1), "_JK_COMPLETE": "complete_bash"}
    done = desk.jk(environ=asked)
    assert (done.code, done.err) == (0, "")
    return done.out.split("\n")[:-1]


def test_retracted_entries_are_not_offered(tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    assert offered(desk, "retract", "")[:2] == ["23", "22"]
    desk.here("retract", "23", "-m", "看错一行")
    assert offered(desk, "retract", "")[:2] == ["22", "21"]


def test_problems_are_offered_by_number(tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=True)
    desk.here("problem", "open", "7", "占道经营", "--unit", "祥云办事处", "--due", "2016-03-20", "--on", "2016-03-10")
    assert offered(desk, "problem", "fix", "") == ["24"]


def test_entry_numbers_read_by_sql_alone_agree_with_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = workspace(tmp_path, recorded=True)
    for note in ("占道经营", "it's “dirty”"):
        desk.here("problem", "open", "7", note, "--unit", "祥云办事处", "--due", "2016-03-20", "--on", "2016-03-10")
    desk.here("retract", "23", "-m", "看错一行")
    desk.here("retract", "2", "-m", "看错一行")
    ledger = {"plan": desk.folder / "tasks.yaml", "ledger": str(desk.folder / "ledger.db")}
    server = {**ledger, "ledger": f"sqlite:///{desk.folder / 'ledger.db'}"}
    for placeholder in ("SEQ", "PROBLEM"):
        found = completion.offered(placeholder, ledger, "")
        assert found == completion.offered(placeholder, server, "")
        assert found
    monkeypatch.setattr(completion, "RECENT", 3)
    assert completion.offered("SEQ", ledger, "") == completion.offered("SEQ", server, "")
    assert [seq for seq, _text in completion.offered("SEQ", ledger, "")] == ["25"]


def test_titles_are_shown_beside_ids(tmp_path: Path) -> None:
    desk = workspace(tmp_path)
    words = {"_TYPER_COMPLETE_ARGS": "jk show 11", "_JK_COMPLETE": "complete_zsh", "LANG": "zh_CN.UTF-8"}
    assert '"11":"市域生态廊道建设"' in desk.jk(environ=words).out


@pytest.mark.parametrize("damage", ["no plan", "faulty plan", "no ledger"])
def test_an_unreadable_workspace_offers_nothing_and_prints_nothing(damage: str, tmp_path: Path) -> None:
    desk = workspace(tmp_path, recorded=damage != "no ledger")
    plan = desk.folder / "tasks.yaml"
    if damage == "no plan":
        plan.unlink()
    elif damage == "faulty plan":
        plan.write_text("title: [", encoding="utf-8")
    words = ("retract", "") if damage == "no ledger" else ("show", "")
    assert offered(desk, *words) == [""]


def test_every_placeholder_with_candidates_belongs_to_a_command() -> None:
    used = {p.metavar for command in COMMANDS.values() for p in command.params if p.metavar}
    assert set(CANDIDATES) <= used | {metavar.strip("[].") for metavar in used}


def test_an_unknown_shell_is_refused(tmp_path: Path) -> None:
    desk = workspace(tmp_path)
    assert "_jk_completion" in desk.here("--show-completion", "zsh").out
    refused = desk.here("--show-completion", "cmd")
    assert refused.code == Exit.USAGE
    assert "bash, zsh, fish" in refused.err


def test_installing_completion_writes_the_script_where_bash_looks(tmp_path: Path) -> None:
    desk = workspace(tmp_path)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HOME", str(desk.folder))
        said = desk.here("--install-completion", "bash")
    assert said.code == 0
    assert "compopt -o nospace" in (desk.folder / ".bash_completions/jk.sh").read_text()
    assert ".bash_completions/jk.sh" in (desk.folder / ".bashrc").read_text()


def test_compiled_files_do_not_change_the_stamp_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cli").mkdir()
    monkeypatch.setattr(completion, "__file__", str(tmp_path / "cli" / "completion.py"))
    before = completion.program_stamp()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "model.pyc").touch()
    assert completion.program_stamp() == before
    (tmp_path / "cli" / "app.py").touch()
    assert completion.program_stamp() != before
