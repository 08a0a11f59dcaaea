"""A ledger written by an earlier version opens, is valid, and gives the same figures as that version.

`before/` has the plan, the ledger as a SQLite file and as a dump, and in `expected/` the output of the earlier version.
The ledger has an entry of each of the fourteen kinds, retractions of most, and entries under a former id.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from jingkai_cli.ledger import backup_files, open_for_reading, open_for_writing
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.entries import Selection
from jingkai_cli.ledger.replay import up_to
from postgres_server import Server
from running import Done, Workspace

BEFORE = Path(__file__).with_name("before")
HEAD = "#47 81f0fd5518e0"
KINDS = {
    *("report", "reach", "done", "accept", "reopen", "extend", "retract"),
    *("problem", "fix", "verify", "object", "ruling", "score", "adopt"),
}
COMMANDS = {
    "report": "report --as-of 2016-06-30",
    "report-original": "report --as-of 2016-06-30 --original",
    "report-known-on": "report --as-of 2016-04-30 --known-on 2016-04-30",
    "log": "log",
    "problems": "problem list --as-of 2016-06-30",
    "rank": "rank --month 2016-03",
    **{f"show-{task}": f"show {task} --as-of 2016-06-30" for task in "123456"},
}


@pytest.fixture(params=["file", "dump", pytest.param("postgres", marks=pytest.mark.slow)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The earlier ledger: the file itself, or restored from the dump."""
    shutil.copy(BEFORE / "tasks.yaml", tmp_path)
    where = str(tmp_path / "ledger.db")
    if request.param == "file":
        shutil.copy(BEFORE / "ledger.sqlite", where)
        yield where
        return
    if request.param == "postgres":
        server: Server = request.getfixturevalue("server")
        where = server.ledger()
    shutil.copy(BEFORE / "whole.jsonl", tmp_path)
    assert Workspace(tmp_path).here("restore", "whole.jsonl", "--ledger", where).code == 0
    yield where


def jk(where: str, folder: Path, command: str) -> Done:
    return Workspace(folder).here(*command.split(), "--ledger", where)


def missing(expected: Any, found: Any, place: str = "") -> list[str]:
    """The places where a document lacks a value of the earlier one; more fields are allowed."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [gap for name, value in expected.items() for gap in missing(value, found.get(name), f"{place}/{name}")]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [gap for number, pair in pairs for gap in missing(*pair, f"{place}/{number}")]
    if isinstance(expected, str):  # the earlier text had 逾期 twice
        expected = re.sub(r"逾期(\d+天)（(逾期未报|逾期未完成)）", r"\2\1", expected)
        expected = re.sub(r"逾期未(完成|报)(\d+天)", r"逾期\2未\1", expected)
        expected = expected.replace("问题 #", "问题#")  # the earlier text had a space before the number
    return [] if expected == found else [f"{place}: {expected!r}, now {found!r}"]


def test_a_missing_field_is_found() -> None:
    assert missing({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}], "d": 4}) == []
    assert missing({"a": [1, {"b": 2}], "e": None}, {"a": [1, {"b": 3}]}) == ["/a/1/b: 2, now 3"]
    assert missing({"a": [1]}, {"a": [1, 2]}) == ["/a: [1], now [1, 2]"]


def test_the_chain_and_the_derived_tables_are_valid(where: str) -> None:
    with closing(open_for_reading(where)) as ledger:
        assert check_ledger(ledger) == []
        assert str(ledger.head()) == HEAD
        entries = list(ledger.entries())
    kinds = Counter(recorded.entry.kind for recorded in entries)
    assert set(kinds) == KINDS
    assert kinds["retract"] == 6


@pytest.mark.slow
def test_each_earlier_state_is_derived_again(where: str) -> None:
    with closing(open_for_reading(where)) as ledger:
        for seq in range(48):
            with closing(up_to(ledger, seq)) as earlier:
                assert earlier.head().seq == seq
                assert check_ledger(earlier) == []
                assert list(earlier.entries()) == list(ledger.entries(Selection(until_seq=seq)))


@pytest.mark.parametrize("name", COMMANDS)
def test_reports_have_the_figures_of_the_earlier_version(name: str, where: str, tmp_path: Path) -> None:
    done = jk(where, tmp_path, f"{COMMANDS[name]} -f json")
    assert done.code == 0
    expected = json.loads((BEFORE / "expected" / f"{name}.json").read_text("utf-8"))
    found = json.loads(done.out)
    if name in ("log", "rank"):
        del expected["as_of"]  # the day on which the report was printed
    if name == "problems":  # were ordered by number, not the worst first
        found["items"].sort(key=itemgetter("id"))
    assert missing(expected, found) == []


def test_check_has_the_findings_of_the_earlier_version(where: str, tmp_path: Path) -> None:
    done = jk(where, tmp_path, "check --as-of 2016-06-30")
    assert (done.code, done.out + done.err) == (1, (BEFORE / "expected" / "check.txt").read_text("utf-8"))


def test_the_earlier_ledger_can_be_continued(where: str, tmp_path: Path) -> None:
    done = jk(where, tmp_path, "record 5 95 --on 2016-06-25 --from 交通局 --force -m 补录")
    assert (done.code, done.err) == (0, "")
    with closing(open_for_reading(where)) as ledger:
        assert check_ledger(ledger) == []
        assert ledger.head().seq == 48


def test_a_dump_of_the_earlier_ledger_is_that_of_the_earlier_version(where: str, tmp_path: Path) -> None:
    done = jk(where, tmp_path, "export --all -o again.jsonl")
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "again.jsonl").read_bytes() == (BEFORE / "whole.jsonl").read_bytes()


def test_the_same_history_recorded_now_has_the_same_dump(tmp_path: Path) -> None:
    """Every entry is appended again, with its content and its recorded time."""
    earlier = list(backup_files.entries(BEFORE / "whole.jsonl"))
    times = iter([recorded.recorded_at for recorded in earlier])
    with closing(open_for_writing(str(tmp_path / "new.db"), lambda: next(times))) as ledger:
        ledger.write(lambda writer: [writer.append(recorded.entry) for recorded in earlier])
        assert [recorded.body for recorded in ledger.entries()] == [recorded.body for recorded in earlier]
        assert str(ledger.head()) == HEAD
