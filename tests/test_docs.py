"""Check the documents: run every command in them and compare the output.

`pytest tests/test_docs.py --write-transcripts` writes the current output into them.
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
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import docx
import pytest

import story_lines
from effort import THOROUGH
from jingkai_cli.formats import FORMATS
from jingkai_cli.kinds import NAMES, all_kinds
from jingkai_cli.ledger import chain
from jingkai_cli.model import Entry
from jingkai_cli.plan import load_plan
from jingkai_cli.rules.audit import CHECKS
from jingkai_cli.text import width
from running import PATIENCE, Done, Workspace, read_terminal

ROOT = Path(__file__).parent.parent
READMES = {"C.UTF-8": ROOT / "README.md", "zh_CN.UTF-8": ROOT / "README.zh-CN.md"}
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TWINS = [(page, page.with_name(f"{page.stem}.zh-CN.md")) for page in PAGES if ".zh-CN" not in page.name]
TWINS = [twins for twins in TWINS if twins[1].exists()]
OFFICE_TABLE = (
    ("序号", "工作任务", "目标任务", "牵头单位", "完成时限", "备注"),
    ("1", "停车场建设", "建成车位600个", "城镇办", "3月底前完成设计，6月底前开工，12月底前完工", ""),
    ("2", "城区道路绿化", "绿化5万平方米", "园林局", "11月底前", "雨季不施工"),
    ("3", "临街门头整治", "", "城镇办", "9月底左右", ""),
)
USE = (
    "python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/jk import data/2016-02.jsonl && "
    ".venv/bin/jk report --overdue --as-of 2016-07-15"
)
DEVELOP = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest"
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOLD = [page for page in PAGES if CONSOLE.search(page.read_text(encoding="utf-8"))]
ANCHOR = re.compile(r"\b(\d+):[0-9a-f]{12,64}\b")


def _published(folder: Path) -> None:
    """The real data in a folder, with nothing recorded."""
    (folder / "data").mkdir()
    for name in ("tasks.yaml", "2016-02.jsonl"):
        shutil.copy(ROOT / "data" / name, folder / "data")


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.name)
def test_every_command_of_a_page_prints_its_transcript(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Commands with a transcript, and those in `sh` blocks, whose output is not shown.

    Lines that need a shell run the installed program; so do all with JK_TEST_THOROUGH, else `jk` runs in this process.
    """
    (_write_office_table if page in READMES.values() else _published)(tmp_path)
    told = page.read_text(encoding="utf-8")
    locale = "zh_CN.UTF-8" if ".zh-CN" in page.name else "C.UTF-8"
    happened = FENCED.sub(lambda block: _refreshed(block, page, tmp_path, locale), told)
    if request.config.getoption("--write-transcripts") and _masked(happened) != _masked(told):
        page.write_text(happened, encoding="utf-8")
    assert _masked(happened) == _masked(told)


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.name)
def test_no_listed_entry_is_dated_on_the_day_of_writing(page: Path) -> None:
    """Another day would contradict the day that the same table is as of."""
    assert not re.findall(r"^ *\d+  20[2-9]\d-.*", page.read_text(encoding="utf-8"), re.MULTILINE)


def _write_office_table(folder: Path) -> None:
    """Write an office's table as a Word document, the starting point of the READMEs."""
    document = docx.Document()
    document.add_paragraph("2026年重点工作台账")
    table = document.add_table(rows=0, cols=len(OFFICE_TABLE[0]))
    for row in OFFICE_TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(folder / "台账.docx"))


def _refreshed(block: re.Match[str], page: Path, folder: Path, locale: str) -> str:
    """Return a code block with current output; the READMEs' only YAML block is written to `contacts.yaml`."""
    kind, body = block[1], block[2]
    if kind == "console":
        return f"```console\n{''.join(_with_output(body, folder, locale))}```"
    if kind == "yaml" and page in READMES.values():
        (folder / "contacts.yaml").write_text(body, encoding="utf-8")
    if kind == "sh":
        for command in body.splitlines():
            if "-m venv" not in command:
                printed = _terminal_output(command, folder, locale)
                assert "[exit " not in printed, printed
    return block[0]


def _with_output(block: str, folder: Path, locale: str) -> Iterator[str]:
    """Yield each command of a block with its current output."""
    for said in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
        if said.startswith("$ "):
            command = ANCHOR.sub(lambda anchor: _anchor(folder, int(anchor[1])), said.partition("\n")[0])
            yield f"{command}\n{_terminal_output(command[2:], folder, locale)}"


def _anchor(folder: Path, seq: int) -> str:
    """The anchor of this run's ledger; it replaces the README's, which depends on the day of recording."""
    return f"{seq}:{_hash(folder, seq)[:16]}"


def _hash(folder: Path, seq: int) -> str:
    with closing(sqlite3.connect(folder / "data" / "ledger.db")) as database:
        (digest,) = database.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
    return str(digest)


def _terminal_output(command: str, folder: Path, locale: str) -> str:
    """Return what a terminal of 80 columns shows of stdout and stderr, and at the end an exit code other than 0."""
    words = story_lines.words_of(command)
    if words and not THOROUGH and "*" not in command:
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
    return re.sub(r"(?<!\d)20[2-9]\d(?:-\d\d-\d\d(?!\d)|年\d+月\d+日)", "<today>", text)


@pytest.mark.parametrize("readme", READMES.values(), ids=lambda file: file.name)
def test_the_set_up_commands_are_in_both_readmes(readme: Path) -> None:
    lines = [line.strip() for line in readme.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "-m venv" in line] == [USE, DEVELOP]


@pytest.mark.parametrize(("english", "chinese"), TWINS, ids=lambda page: page.name)
def test_pages_in_two_languages_have_the_same_sections_and_commands(english: Path, chinese: Path) -> None:
    texts = [page.read_text(encoding="utf-8") for page in (english, chinese)]
    assert _outline(texts[0]) == _outline(texts[1])
    assert _commands(texts[0]) == _commands(texts[1])


@pytest.mark.parametrize("readme", READMES.values(), ids=lambda file: file.name)
def test_a_readme_is_one_page(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 170
    assert [block for block in CONSOLE.findall(text) if len(block.splitlines()) > 10] == []


def test_no_paragraph_is_repeated() -> None:
    paragraphs = [
        part
        for page in PAGES
        if page.name != "CHANGELOG.md"
        for part in FENCED.sub("", page.read_text(encoding="utf-8")).split("\n\n")
        if len(part) > 100 and not part.startswith("|")
    ]
    assert [part for part in set(paragraphs) if paragraphs.count(part) > 1] == []


def test_no_paragraph_is_longer_than_eight_lines() -> None:
    paragraphs = [
        (page.name, part[:40])
        for page in PAGES
        for part in FENCED.sub("", page.read_text(encoding="utf-8")).split("\n\n")
        if not part.lstrip().startswith(("|", "- ", "1. ", "<", "#", "[", "!")) and width(part) > 8 * 120
    ]
    assert paragraphs == []


def _outline(text: str) -> list[str]:
    """The levels of the headings and the kinds of the code blocks, in order."""
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


@pytest.mark.parametrize("name", ["plan.md", "plan.zh-CN.md"])
def test_the_example_plan_is_valid(name: str, tmp_path: Path) -> None:
    page = ROOT / "docs" / name
    (example,) = (body for kind, body in FENCED.findall(page.read_text(encoding="utf-8")) if kind == "yaml")
    (tmp_path / "tasks.yaml").write_text(example, encoding="utf-8")
    assert load_plan(tmp_path / "tasks.yaml").tasks


@pytest.mark.parametrize("name", ["guide.md", "guide.zh-CN.md"])
def test_every_check_is_explained(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert [name for name in CHECKS if f"`{name}`" not in text] == []


def test_every_picture_is_shown() -> None:
    docs = ROOT / "docs"
    shown = set(re.findall(r"\]\((\w+/[\w.-]+)\)", (docs / "pictures.md").read_text(encoding="utf-8")))
    assert shown == {f"{each.parent.name}/{each.name}" for each in docs.glob("p*/*.png")} | {
        f"terminal/{each.name}" for each in docs.glob("terminal/*.svg")
    }


@pytest.mark.parametrize("script", ["reference.py", "picture.py"])
def test_generated_files_are_up_to_date(script: str) -> None:
    command = [sys.executable, str(ROOT / "docs" / script), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
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


@pytest.mark.parametrize("page", ["formats.md", "formats.zh-CN.md"])
def test_every_format_and_its_ending_are_listed(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+)` \| (?:`(\.[a-z]+)`)? *\| ", text, flags=re.MULTILINE)
    assert sorted(rows) == sorted((name, form.ending) for name, form in FORMATS.items())


def test_the_page_of_the_ledger_has_every_field_of_an_entry() -> None:
    page = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    said = page.partition("## What an entry says")[2].partition("\n## ")[0]
    kinds_of: dict[str, set[str]] = defaultdict(set)
    for names, kinds, _meaning in re.findall(r"^\| (`.*?) \| (.*?) \| (.*) \|$", said, flags=re.MULTILINE):
        for name in re.findall("[a-z_0-9]+", names):
            kinds_of[name] |= {*kinds.split(", ")}
    assert kinds_of.keys() >= {*Entry.__match_args__}
    assert re.findall("`([a-z]+)`", re.findall(r"^\| `kind` .*$", said, flags=re.MULTILINE)[0])[1:] == [*NAMES]
    for kind in all_kinds():
        for name in {*kind.fields, *kind.required}:
            assert kinds_of[name] & {kind.name, "any", "all"}, (kind.name, name)


def test_the_documented_verifier_does_not_need_jk(tmp_path: Path) -> None:
    source = _block("python")
    lines = [line for line in source.splitlines() if line.strip()]
    assert len(lines) <= 18  # three imports, fifteen lines
    assert "jingkai" not in source
    (tmp_path / "verify.py").write_text(source, encoding="utf-8")
    _published(tmp_path)
    _terminal_output("jk import data/2016-02.jsonl", tmp_path, "C.UTF-8")
    assert _terminal_output("python verify.py data/ledger.db", tmp_path, "C.UTF-8") == f"23:{_hash(tmp_path, 23)}\n"
    with closing(sqlite3.connect(tmp_path / "data" / "ledger.db")) as database:
        database.execute("DROP TRIGGER entries_no_update")
        database.execute("UPDATE entries SET body = replace(body, '\"+260\"', '\"+620\"') WHERE seq = 5")
        database.commit()
    assert "entry 5 was changed" in _terminal_output("python verify.py data/ledger.db", tmp_path, "C.UTF-8")


def test_every_promise_names_existing_tests() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    cited = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(cited) > 20
    assert [name for file, name in cited if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")] == []
