"""Any command line ends with an exit code and a message, and writes only the files that it names."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_faults import SAMPLES

from effort import share
from hostile import NASTY, SLOW, hostile, unseen
from jingkai_cli.ledger import backup_files
from running import COMMANDS, Done, Workspace

PLAN = """
title: 重点工作
year: 2016
tasks:
  - id: 12
    title: 智能化交通
    lead_unit: 城镇办
    deadline: 2016-12-31
    milestones: [{id: m1, title: 开工, deadline: 2016-06-30}]
  - id: 10
    title: 绿化
    lead_unit: null
    deadline: 2016-12-31
    measure: indicators
    indicators: [{id: greened, name: 完成绿化, unit: 亩, target: 900}]
  - {id: 7, title: 外迁, lead_unit: 城镇办, deadline: 2016-12-31}
"""
RECORDED = (
    ("record", "12", "35", "-m", "x", "--from", "城镇办", "--on", "2016-03-01"),
    ("record", "10", "完成绿化+=90", "--on", "2016-03-01"),
    ("problem", "open", "12", "占道经营", "--unit", "城镇办", "--due", "2016-03-20", "--on", "2016-03-10"),
    ("problem", "open", "12", "噪声", "--unit", "城镇办", "--due", "2016-03-20", "--on", "2016-03-10"),
    ("problem", "fix", "4", "--from", "城镇办", "--on", "2016-03-15"),
    ("done", "12", "--on", "2016-04-01", "--from", "城镇办", "--force", "-m", "x"),
    ("object", "12", "--from", "城镇办", "-m", "不同意", "--on", "2016-04-02"),
    ("decide", "研究经费", "--meeting", "第8次", "--unit", "城镇办", "--on", "2016-04-02"),
    ("suspend", "7", "-m", "x", "--approved-by", "组长", "--basis", "document", "--on", "2016-04-02"),
    ("notice", "城镇办", "--as-of", "2016-03-28", "--issue", "-o", "letter.docx"),
)
SOUND: dict[str, dict[str, str]] = {
    "report": {},
    "today": {"as_of": "2016-04-02"},
    "show": {"task": "12"},
    "dashboard": {"output": "out.html"},
    "record": {"task": "10", "figures": "完成绿化+=5"},
    "correct": {"seq": "2", "figures": "完成绿化=80", "why": "x"},
    "reach": {"task": "12", "milestones": "m1", "on": "2016-03-20"},
    "done": {"task": "10", "note": "x", "force": ""},
    "accept": {"task": "12", "verifier": "督查室", "note": "x"},
    "reopen": {"task": "12", "note": "x"},
    "extend": {"task": "10", "to": "2017-01-31", "note": "x", "approved_by": "组长", "basis": "document"},
    "suspend": {"task": "10", "note": "x", "approved_by": "组长", "basis": "document"},
    "resume": {"task": "7", "note": "x", "approved_by": "组长", "basis": "document"},
    "cancel": {"task": "10", "note": "x", "approved_by": "组长", "basis": "document"},
    "object": {"task": "12", "unit": "城镇办", "note": "x"},
    "ruling": {"task": "12", "outcome": "upheld", "note": "x"},
    "form": {"output": "out", "month": "2016-03"},
    "import": {"files": "any.csv"},
    "bulletin": {"as_of": "2016-04-02"},
    "notice": {"unit": "城镇办", "as_of": "2017-04-02"},
    "reply": {"number": "1", "note": "已补报"},
    "handover": {},
    "inspections": {"month": "2016-03"},
    "agenda": {},
    "decide": {"text": "x", "meeting": "第1次", "responsible": "城镇办"},
    "minutes": {"meeting": "第8次"},
    "score": {"unit": "城镇办", "value": "90", "month": "2016-03", "by": "评委甲"},
    "rank": {"month": "2016-03"},
    "assess": {"month": "2016-03"},
    "export": {"month": "2016-03", "output": "out"},
    "log": {},
    "retract": {"seq": "2", "note": "x"},
    "undo": {},
    "check": {},
    "backup": {"file": "new.db"},
    "restore": {"file": "saved.db", "ledger": "new.db"},
    "adopt": {},
    "init": {"folder": "a"},
    "schema": {},
    "problem open": {"task": "12", "what": "x", "responsible": "城镇办", "due": "2099-12-31"},
    "problem fix": {"number": "3"},
    "problem verify": {"number": "4", "verifier": "督查室"},
    "problem reopen": {"number": "4", "note": "x"},
    "problem list": {},
    "problem split": {"number": "3", "parts": "x;城镇办;2099-12-31"},
    "problem stats": {"month": "2016-03"},
}
"""Valid arguments of every command; tests change one or two of their words."""
TRIED = [names for names in COMMANDS if names != ("overview",)]
"""All commands except the one that starts processes."""
DATES = (
    "2016-03-31", "2016-02-30", "0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "-1", "last", "2016-3-1",
    "2016-03", "2016-13", "0001-01", "9999-12", "２０１６-０３-０１", "2016-03-31T25:00", "2016-03-31T09:00",
    "2016-W01", "0001-01-01T00:00", "9999-12-31T23:59", "31.03.2016", "2016-03-31T09:00+99:00", "2016年3月", "today",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "-1", "1", "3", "7", "9" * 40, "1e999", "NaN", "-inf", "١٢", "0x10", "1_000", "1.", ".5", "--5", "+1",
    str(2**63), str(2**64), "0." + "0" * 30 + "1", "完成绿化+=1亩", "完成绿化=9e9", "percent=101",
    "完成绿化=" + "9" * 15,
)  # fmt: skip
PLACES = (
    "../out.csv", "a/../../out.html", "../../up/out.json", "no/out.csv", "tasks.yaml", "tasks.yaml/x.csv", ".", "..",
    "a", "circle", "dangling.csv", "ledger.db", "saved.db", "any.csv", "any.jsonl", "any.xlsx", "out.csv", "out.docx",
    "out.xlsx", "out.md", "out", "/dev/full", "/dev/zero", "/dev/null", "/proc/out.csv", "-", "-.csv", "~/out.csv",
    "$(touch x).csv", "x" * 300 + ".csv", "\udcff.csv", "a\nb.html", "\x1b[31m.csv", "\u202e.md",
    "file:x.db?mode=memory", "sqlite:///in.db", "sqlite://host/x.db", "mysql://lin:t0p-s3cret@host/db",
    "//host/share/out.csv", "postgresql://lin:t0p-s3cret@127.0.0.1:9/jk", "postgresql://lin:t0p-s3cret@[/jk", "postgres://\udcff@:x/",
)  # fmt: skip
OTHERS = ("12", "10", "m1", "城镇办", "完成绿化", "percent", "1", "2", "3", "4", "督查室", "utf-16", "rot13", "gb18030",
    "x" * 70_000, "\udcff", " ", "")  # fmt: skip
any_word = st.one_of(*map(st.sampled_from, (DATES, NUMBERS, PLACES, OTHERS, NASTY)), hostile)


def values(parameter: click.Parameter) -> st.SearchStrategy[str]:
    """A word that is valid or nearly valid, more often than random text."""
    choices = [str(getattr(choice, "value", choice)) for choice in getattr(parameter.type, "choices", ())]
    said = f"{parameter.type.name} {parameter.name} {parameter.metavar}".lower()
    likely = choices or [SAMPLES.get(parameter.name or "", "12"), *OTHERS]
    if any(word in said for word in ("date", "month", "day", "until", "since")):
        likely = [*DATES, "2016-03-31", "2016-03"]
    elif any(word in said for word in ("path", "file", "dir", "plan", "ledger", "output")):
        likely = [*PLACES]
    elif any(word in said for word in ("int", "float", "seq", "score", "figure")):
        likely = [*NUMBERS]
    return st.one_of(st.sampled_from(likely), st.sampled_from(likely), any_word)


def typed(names: tuple[str, ...], given: dict[str, str]) -> list[list[str]]:
    """Groups of words: each argument, and each option with its value."""
    parameters = {parameter.name: parameter for parameter in COMMANDS[names].params}
    found = []
    for name, value in given.items():
        parameter = parameters[name]
        option = parameter.opts[:1] if isinstance(parameter, click.Option) else []
        found.append(option if getattr(parameter, "is_flag", False) else [*option, value])
    return found


@st.composite
def lines(draw: st.DrawFn, names: tuple[str, ...]) -> list[str]:
    """A command line with one or two random arguments, and perhaps a word added or removed."""
    given = dict(SOUND[" ".join(names)])
    if parameters := COMMANDS[names].params:
        for parameter in draw(st.lists(st.sampled_from(parameters), max_size=2)):
            given[parameter.name or ""] = draw(values(parameter))
    words = [word for group in typed(names, given) for word in group]
    change = draw(st.sampled_from(["none", "none", "none", "add", "drop", "turn"]))
    if change == "add":
        words.insert(draw(st.integers(0, len(words))), draw(any_word))
    elif change == "drop" and words:
        words.pop(draw(st.integers(0, len(words) - 1)))
    elif change == "turn":
        words = draw(st.permutations(words))
    return [*names, *words]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A nested folder with a plan, a ledger, files to import and restore, and links that lead outside."""
    folder = tmp_path_factory.mktemp("arguments") / "1" / "2" / "begun"
    folder.mkdir(parents=True)
    place = Workspace(folder)
    (folder / "tasks.yaml").write_text(PLAN, encoding="utf-8")
    for command in RECORDED:
        assert place.here(*command).code == 0
    assert place.here("backup", "saved.db").code == 0
    assert place.here("log", "-o", "any.csv").code == 0
    assert place.here("export", "--all", "-o", "any.jsonl").code == 0
    assert place.here("log", "-o", "any.xlsx").code == 0
    (folder / "a").mkdir()
    (folder / "circle").symlink_to("circle")
    (folder / "dangling.csv").symlink_to("nowhere.csv")
    return folder


@pytest.mark.parametrize("names", TRIED, ids=" ".join)
def test_the_valid_arguments_of_each_command_work(names: tuple[str, ...], begun: Path) -> None:
    with work(begun) as place:
        done = place.here(*names, *(word for group in typed(names, SOUND[" ".join(names)]) for word in group))
    assert done.code == 0, done


@pytest.mark.parametrize("names", TRIED, ids=" ".join)
@settings(SLOW, max_examples=share(15))
@given(data=st.data())
def test_any_arguments_of_a_command(names: tuple[str, ...], data: st.DataObject, begun: Path) -> None:
    line = data.draw(lines(names), label="line")
    language = data.draw(st.sampled_from(["C.UTF-8", "zh_CN.UTF-8"]))
    root = begun.parents[2]
    with work(begun) as place:
        before = everything(root)
        done = place.here(*line, LANG=language)
        check_run(done, place, line)
        assert not [path for path in everything(root) - before if not named(path, place, line)]
        assert (place.folder / "tasks.yaml").read_text(encoding="utf-8") == PLAN


@contextmanager
def work(begun: Path) -> Iterator[Workspace]:
    """A copy of the folder to work in, removed afterwards together with anything written beside it."""
    folder, before = begun.with_name("work"), everything(begun.parents[2])
    shutil.copytree(begun, folder, symlinks=True)
    shutil.rmtree(begun.with_name("work.state"), ignore_errors=True)  # it remembers an earlier, longer copy
    try:
        yield Workspace(folder)
    finally:
        for path in sorted(everything(begun.parents[2]) - before, reverse=True):
            (path.rmdir if path.is_dir() and not path.is_symlink() else path.unlink)()


def everything(root: Path) -> set[Path]:
    """The files of a folder, without the plan cache."""
    return {path for path in root.rglob("*") if not {"work.cache", "work.state"} & {*path.parts}}


def check_run(done: Done, place: Workspace, line: list[str]) -> None:
    """Check a run: a documented exit code; on an error a message and no data; no control characters; no password."""
    assert done.code in range(6), done
    if done.code > 1:
        assert done.out == "", done
        assert done.err.strip(), done
    printed = "" if {"docx", "xlsx", "--encoding"} & {*line} else done.out  # bytes, or another encoding
    assert not unseen((printed + done.err).replace("\t", "")), done  # tabs are harmless
    assert "t0p-s3cret" not in done.out + done.err
    backup_files.verify(place.ledger)


def named(path: Path, place: Workspace, line: list[str]) -> bool:
    """Whether a word of the line, or the value after its `=`, names the file or a folder above it."""
    words = [part for word in line for part in (word, word.partition("=")[2], word[2:]) if part]
    places = [Path(os.path.realpath(place.folder / word.removeprefix("sqlite:///"))) for word in words]
    return any(path == one or one in path.parents for one in places)
