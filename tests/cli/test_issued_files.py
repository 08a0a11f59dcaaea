"""An issued document is both written and recorded, or neither, in both stores."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from effort import STORES
from running import Done, workspace

WHEN = ("--as-of", "2016-04-11")


@pytest.fixture(params=STORES)
def jk(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Done]:
    place = workspace(tmp_path)
    url = "ledger.db" if request.param == "sqlite" else request.getfixturevalue("server").ledger()
    return lambda *words: place.here(*words, JK_LEDGER=url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def recorded(jk: Callable[..., Done]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(jk("log", "-f", "json").out)["items"]
    return items


def test_a_letter_is_written_and_recorded_with_its_hash_once(jk: Callable[..., Done], folder: Path) -> None:
    assert jk("record", "12", "35", "--on", "2016-03-15").code == 0
    words = ("notice", "城镇办", *WHEN, "--issue", "-o", "a.docx")
    first = jk(*words)
    assert (first.code, "#2 recorded" in first.out) == (0, True), first.err
    content = (folder / "a.docx").read_bytes()
    entry = recorded(jk)[-1]
    assert entry["evidence"] == [f"a.docx sha256:{sha256(content).hexdigest()}"]
    assert entry["head"] == f"1:{recorded(jk)[0]['hash']}"
    assert entry["number"] == "〔2016〕1号"
    again = jk(*words)
    assert (again.code, again.out) == (0, "")
    assert "〔2016〕1号 was issued on 2016-04-11 already (#2); it is not recorded again." in again.err
    assert (folder / "a.docx").read_bytes() == content
    assert len(recorded(jk)) == 2


@pytest.mark.parametrize("command", [("notice", "城镇办"), ("bulletin",)], ids=lambda words: words[0])
def test_a_document_that_cannot_be_written_is_not_recorded(jk: Callable[..., Done], command: tuple[str, ...]) -> None:
    assert jk("record", "12", "35", "--on", "2016-03-15").code == 0
    failed = jk(*command, *WHEN, "--issue", "-o", "missing/a.docx")
    assert (failed.code, "missing/a.docx cannot be written" in failed.err) == (2, True)
    assert len(recorded(jk)) == 1


def test_a_bulletin_lists_what_was_recorded_since_the_last_one(jk: Callable[..., Done], folder: Path) -> None:
    assert jk("record", "12", "35", "--on", "2016-04-04").code == 0
    assert jk("bulletin", *WHEN, "--issue", "-o", "a.docx", "--no", "５").code == 0
    assert (
        jk("record", "13", "-m", "安装中", "--on", "2016-04-07").code == 0
    )  # about the last bulletin's week, recorded after that bulletin
    following = json.loads(jk("bulletin", "--as-of", "2016-04-25", "-f", "json").out)
    assert (following["from"], following["to"]) == ("2016-04-11", "2016-04-24")
    assert [item["id"] for item in following["items"] if item["entries"]] == ["13"]
    assert jk("bulletin", "--as-of", "2016-04-25", "--issue", "-o", "b.docx").code == 0
    assert [item["number"] for item in recorded(jk) if item["kind"] == "issued"] == ["第5期", "第6期"]
    assert (folder / "b.docx").exists()
