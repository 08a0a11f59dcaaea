"""Runs the stories in `*.test` beside this file as a person would type them, and compares every word that is printed.

A story is `$ command` and what it prints: lines of stderr begin with `! `, an exit code other than 0 stands as
`[exit 2]`. Everything runs in one fresh folder with the real data; lines that begin with `==` are prose. What differs
from run to run is masked: hashes, keys, and the days of recording, which are those of the plan's zone.
`pytest --write-transcripts` writes what is printed now: read the difference before you commit it.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "data"
STORIES = sorted(HERE.glob("*.test"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story(story: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "data").mkdir()
    for name in ("tasks.yaml", "2016-02.jsonl"):
        shutil.copy(DATA / name, tmp_path / "data")
    for name in ("small.yaml", "2016-03.jsonl"):
        shutil.copy(HERE / name, tmp_path)
    told = story.read_text(encoding="utf-8")
    happened = "".join(_tell(block, tmp_path) for block in re.split(r"^(?=\$ |== )", told, flags=re.MULTILINE))
    if request.config.getoption("--write-transcripts"):
        story.write_text(happened, encoding="utf-8")
    assert happened == told


def _tell(block: str, folder: Path) -> str:
    """A command with what it prints now; prose as it is."""
    first, _, rest = block.partition("\n")
    if not first.startswith("$ "):
        return block
    blank = "\n" if rest.endswith("\n\n") or rest == "\n" else ""
    return f"{first}\n{_run(first[2:], folder)}{blank}"


def _run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    settings = [word for word in words if re.match(r"[A-Z_]+=", word)]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder.with_name("cache")),
        "LANG": "C.UTF-8",
        "JK_BY": "li",
        "COLUMNS": "80",
        **dict(setting.split("=", 1) for setting in settings),
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    said = done.stdout if done.stdout.endswith("\n") or not done.stdout else f"{done.stdout}\n"
    said += "".join(f"! {line}\n" for line in done.stderr.splitlines())
    said += f"[exit {done.returncode}]\n" if done.returncode else ""
    return _masked(said.replace(str(folder), "."))


def _masked(text: str) -> str:
    text = re.sub(r"\b[0-9a-f]{64}\b", "<hash>", text)
    text = re.sub(r"(#\d+ |it has )[0-9a-f]{12,16}\b", r"\1<hash>", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "<key>", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(Z|\+00:00)", "<moment>", text)
    return text.replace(f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}", "<today>")
