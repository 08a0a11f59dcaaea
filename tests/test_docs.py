"""Check the documents: run every command in the READMEs and compare the output.

`pytest tests/test_docs.py --write-transcripts` writes the current output into both READMEs.
"""

import fcntl
import os
import pty
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

import story_lines
from effort import THOROUGH
from jingkai_cli.ledger import chain
from jingkai_cli.plan import load_plan
from jingkai_cli.rules.audit import CHECKS
from jingkai_cli.text import width
from running import Done, Workspace, read_terminal

ROOT = Path(__file__).parent.parent
READMES = {"C.UTF-8": ROOT / "README.md", "zh_CN.UTF-8": ROOT / "README.zh-CN.md"}
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
USE = (
    "python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/jk import data/2016-02.jsonl && "
    ".venv/bin/jk report --overdue --as-of 2016-07-15"
)
DEVELOP = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest"
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANCHOR = re.compile(r"\b(\d+):[0-9a-f]{12,64}\b")


def _published(folder: Path) -> None:
    """The real data in a folder, with nothing recorded."""
    (folder / "data").mkdir()
    for name in ("tasks.yaml", "2016-02.jsonl"):
        shutil.copy(ROOT / "data" / name, folder / "data")


@pytest.mark.parametrize("locale", READMES)
def test_every_command_of_a_readme_prints_its_transcript(
    locale: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What needs a shell runs the installed program; the rest does with JK_TEST_THOROUGH, else `jk` in this process."""
    _published(tmp_path)
    told = READMES[locale].read_text(encoding="utf-8")
    happened = CONSOLE.sub(lambda block: "".join(_told(block[0], tmp_path, locale)), told)
    if request.config.getoption("--write-transcripts") and _masked(happened) != _masked(told):
        READMES[locale].write_text(happened, encoding="utf-8")
    assert _masked(happened) == _masked(told)


def _told(block: str, folder: Path, locale: str) -> Iterator[str]:
    """The commands of a block, each with its current output."""
    for said in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
        if said.startswith("$ "):
            command = ANCHOR.sub(lambda anchor: _anchor(folder, int(anchor[1])), said.partition("\n")[0])
            yield f"{command}\n{_printed(command[2:], folder, locale)}"


def _anchor(folder: Path, seq: int) -> str:
    """The anchor of this run's ledger, in place of the one in the README, which depends on the day of writing."""
    return f"{seq}:{_hash(folder, seq)[:16]}"


def _hash(folder: Path, seq: int) -> str:
    with closing(sqlite3.connect(folder / "data" / "ledger.db")) as database:
        (digest,) = database.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
    return str(digest)


def _printed(command: str, folder: Path, locale: str) -> str:
    """What a terminal of 80 columns shows, stdout and stderr as they come; an exit code other than 0 at the end."""
    words = story_lines.words_of(command)
    if words and not THOROUGH:
        done = Workspace(folder).on_a_terminal(*words, LANG=locale, TERM="dumb", JK_BY="desk")
    else:
        done = _run(command, folder, locale)
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.out)
    lines = [line.rstrip() for line in text.replace(f"{folder}/", "").splitlines()]
    return "".join(f"{line}\n" for line in [*lines, *([f"[exit {done.code}]"] if done.code else [])])


def _run(command: str, folder: Path, locale: str) -> Done:
    """Run a command in bash on a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": locale,
        "TERM": "dumb",
        "PYTHONUTF8": "1",
        "JK_BY": "desk",
    }
    with subprocess.Popen(
        ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        printed = b"".join(iter(lambda: read_terminal(ours), b""))
    os.close(ours)
    return Done(running.returncode, printed.decode().replace("\r\n", "\n"), "")


def _masked(text: str) -> str:
    """Mask what differs between days: hashes, keys and the day of recording (the plan's year is 2016)."""
    text = re.sub(r"\b[0-9a-f]{12,64}\b", "<hash>", text)
    return re.sub(r"(?<!\d)20[2-9]\d-\d\d-\d\d(?!\d)", "<today>", text)


@pytest.mark.parametrize("readme", READMES.values(), ids=lambda file: file.name)
def test_the_set_up_commands_are_in_both_readmes(readme: Path) -> None:
    lines = [line.strip() for line in readme.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "-m venv" in line] == [USE, DEVELOP]


def test_the_twins_have_the_same_sections_and_the_same_commands() -> None:
    english, chinese = (readme.read_text(encoding="utf-8") for readme in READMES.values())
    assert _outline(english) == _outline(chinese)
    assert _commands(english) == _commands(chinese)


def _outline(text: str) -> list[str]:
    """The levels of the headings and the kinds of the code blocks, in their order."""
    inside = False
    found = []
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
            found += [line] if inside else []
        elif not inside and line.startswith("#"):
            found.append(line.split()[0])
    return found


def _commands(text: str) -> list[str]:
    return [ANCHOR.sub(r"\1:", line) for line in text.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("readme", READMES.values(), ids=lambda file: file.name)
def test_the_example_plan_is_valid(readme: Path, tmp_path: Path) -> None:
    (example,) = (body for kind, body in FENCED.findall(readme.read_text(encoding="utf-8")) if kind == "yaml")
    (tmp_path / "tasks.yaml").write_text(example, encoding="utf-8")
    assert load_plan(tmp_path / "tasks.yaml").tasks


@pytest.mark.parametrize("readme", READMES.values(), ids=lambda file: file.name)
def test_every_check_is_explained(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert [name for name in CHECKS if f"`{name}`" not in text] == []


@pytest.mark.parametrize("script", ["reference.py", "picture.py"])
def test_generated_files_are_up_to_date(script: str) -> None:
    command = [sys.executable, str(ROOT / "docs" / script), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("page", ["docs/man/jk.1", "docs/man/zh_CN/jk.1"])
def test_the_manual_page_has_no_faults(page: str) -> None:
    if not (shutil.which("man") and shutil.which("groff")):
        pytest.skip("man is not installed")
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"}
    command = ["man", "--warnings", "-l", str(ROOT / page)]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert shown.stderr == ""
    assert "--overdue" in shown.stdout
    assert max(map(width, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_has_a_target(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    assert [link for link, _part in links if "://" in link] == []
    for link, part in links:
        target = page.parent / link if link else page
        assert target.exists(), link
        assert not part or part in _anchors(target), f"{link}#{part}"


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub generates them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, *ROOT.glob("docs/*.svg")], ids=lambda page: page.name)
def test_documents_have_no_absolute_paths_and_load_nothing(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://\S+|@import|/home/\w+|/root\b|/Users/\w+", text) == []


def _block(kind: str) -> str:
    page = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    (block,) = (str(body) for said, body in FENCED.findall(page) if said == kind)
    return block


def test_the_documented_test_vector_has_its_hash() -> None:
    body = _block("json").strip()
    page = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    digest = sha256(b"jk-ledger-v1\n" + body.encode()).hexdigest()
    assert digest in page
    recorded = chain.parse(body, digest)
    assert chain.link(recorded.entry, chain.EMPTY, recorded.recorded_at) == recorded


def test_the_documented_verifier_does_not_need_jk(tmp_path: Path) -> None:
    source = _block("python")
    lines = [line for line in source.splitlines() if line.strip()]
    assert len(lines) <= 18  # three imports, fifteen lines
    assert "jingkai" not in source
    (tmp_path / "verify.py").write_text(source, encoding="utf-8")
    _published(tmp_path)
    _printed("jk import data/2016-02.jsonl", tmp_path, "C.UTF-8")
    assert _printed("python verify.py data/ledger.db", tmp_path, "C.UTF-8") == f"23:{_hash(tmp_path, 23)}\n"
    with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as database:
        database.execute("DROP TRIGGER entries_no_update")
        database.execute("UPDATE entries SET body = replace(body, 260, 620) WHERE seq = 5")
        database.commit()
    assert "entry 5 was changed" in _printed("python verify.py data/ledger.db", tmp_path, "C.UTF-8")


def test_every_promise_names_existing_tests() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    cited = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(cited) > 20
    assert [name for file, name in cited if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")] == []
