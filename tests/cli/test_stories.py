"""Run the stories in the `*.test` files of this folder and compare their whole output.

A story has lines `$ command`, each with its output: lines of stderr begin with `! `, an exit code other than 0 is
`[exit 2]`. Everything runs in one fresh folder with the real data; lines that begin with `==` are prose. What varies
from run to run is masked: hashes, keys, and the days of recording (in the plan's time zone).

Most stories call `jk` inside this process, which is twenty times faster and prints the same; `INSTALLED` and every line
that needs a shell run the installed program. With JK_TEST_THOROUGH the first command of each kind in all stories (name
and options) has a process of its own, which loads all of `jk` anew.
`pytest --write-transcripts` writes what is printed now: read the difference before you commit it.
"""

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import story_lines
from effort import THOROUGH
from running import DATA, Done, Workspace

HERE = Path(__file__).parent
STORIES = sorted(HERE.glob("*.test"))
INSTALLED = {"month"}


@pytest.mark.sampled
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story(story: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    told = story.read_text(encoding="utf-8")
    happened = ""
    for attempt in range(2):
        day = _today()
        happened = _retold(_fresh(tmp_path / str(attempt)), story.stem, told)
        if day == _today():  # else the story ran over midnight, and its entries have two days
            break
    if request.config.getoption("--write-transcripts"):
        story.write_text(happened, encoding="utf-8")
    assert happened == told


def _fresh(folder: Path) -> Workspace:
    """A folder with the real data and the plans of the stories."""
    (folder / "data").mkdir(parents=True)
    for name in ("tasks.yaml", "2016-02.jsonl"):
        shutil.copy(DATA / name, folder / "data")
    for name in ("small.yaml", "clerk.yaml", "observed.yaml", "waiting.yaml", "2016-03.jsonl"):
        shutil.copy(HERE / name, folder)
    return Workspace(folder)


def _retold(place: Workspace, name: str, told: str) -> str:
    """Return a story with its current output."""
    jk = None if name in INSTALLED else _first_fresh(place, name) if THOROUGH else place.here
    blocks = re.split(r"^(?=\$ |== )", told, flags=re.MULTILINE)
    return "".join(_rerun(block, place, jk) for block in blocks)


def _first_fresh(place: Workspace, name: str) -> Callable[..., Done]:
    """Return a runner that starts a new process for each kind of command that no other story runs in one."""
    elsewhere = {kind for kind, story in _kinds().items() if story != name}

    def run(*arguments: str, **environ: str) -> Done:
        kind = _kind(arguments)
        jk = place.here if kind in elsewhere else place.fresh
        elsewhere.add(kind)
        return jk(*arguments, **environ)

    return run


@cache
def _kinds() -> dict[Sequence[str], str]:
    """The kind of each command in the stories, and the story that has it first."""
    found: dict[Sequence[str], str] = {}
    for story in STORIES:
        for line in re.findall(r"^\$ (.*)$", story.read_text("utf-8"), flags=re.MULTILINE):
            for arguments in story_lines.calls(line):
                found.setdefault(_kind(arguments), story.stem)
    return found


def _kind(arguments: Sequence[str]) -> Sequence[str]:
    """The words that decide which modules a command loads: its names, options and formats, without values."""
    return tuple(word for word in arguments if re.fullmatch("-{0,2}[a-z][a-z-]*", word))


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _rerun(block: str, place: Workspace, jk: Callable[..., Done] | None) -> str:
    """Return a command with its current output; prose is unchanged."""
    first, _, rest = block.partition("\n")
    if not first.startswith("$ "):
        return block
    line = first.removeprefix("$ ")
    done = story_lines.run(line, place, jk) if jk else place.shell(line)
    said = done.out.replace("\r\n", "\n")
    said += "\n" if said and not said.endswith("\n") else ""
    said += "".join(f"! {line}\n" for line in done.err.splitlines())
    said += f"[exit {done.code}]\n" if done.code else ""
    blank = "\n" if rest.endswith("\n\n") or rest == "\n" else ""
    return f"{first}\n{_masked(said.replace(str(place.folder), '.'))}{blank}"


def _masked(text: str) -> str:
    text = re.sub(r"\b[0-9a-f]{64}\b", "<hash>", text)
    text = re.sub(r"(#\d+ |it has )[0-9a-f]{12,16}\b", r"\1<hash>", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "<key>", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(Z|\+00:00)", "<moment>", text)
    for day, mask in ((_today(), "<today>"), (_today() - timedelta(days=1), "<yesterday>")):
        text = text.replace(f"{day}", mask).replace(f"{day.year}年{day.month}月{day.day}日", mask)
    return text
