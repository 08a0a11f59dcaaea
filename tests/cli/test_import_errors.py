"""`tests/errors/import` has pairs of a bad file and the expected output of `jk import`; each pair is a test."""

import csv
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook

from running import DATA, Workspace, workspace

FOLDER = Path(__file__).parents[1] / "errors" / "import"
BAD = sorted(path for path in FOLDER.iterdir() if path.suffix in (".jsonl", ".csv"))
THERE = (
    {"key": "march-12", "on": "2016-03-31", "task": "12", "kind": "report", "readings": {"percent": "35"}},
    {"key": "note-12", "on": "2016-03-31", "task": "12", "kind": "report", "note": "调查摸底"},
)


def lines(*entries: object) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace with two entries in its ledger."""
    made = workspace(tmp_path)
    (tmp_path / "there.jsonl").write_text(lines(*THERE), encoding="utf-8")
    assert made.here("import", "there.jsonl", "--by", "seed").code == 0
    return made


def write(place: Workspace, name: str, content: str | bytes) -> str:
    (place.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def notes(place: Workspace) -> list[str]:
    return [item["note"] for item in json.loads(place.here("log", "-f", "json").out)["items"]]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_every_fault_is_reported_with_its_place(bad: Path, place: Workspace) -> None:
    shutil.copy(bad, place.folder)
    before = place.ledger.read_bytes()
    for dry_run in ([], ["--dry-run"]):
        done = place.here("import", bad.name, *dry_run)
        assert done.err == bad.with_suffix(".txt").read_text(encoding="utf-8")
        assert (done.code, done.out) == (3, "")
    assert place.ledger.read_bytes() == before


def test_every_expectation_has_its_file() -> None:
    assert {text.stem for text in FOLDER.glob("*.txt")} == {bad.stem for bad in BAD}
    assert len(BAD) >= 25


@pytest.mark.parametrize("name", ["missing.jsonl", "missing.csv", "folder.jsonl", "entries.txt", "entries", "a.xlsx"])
def test_a_missing_import_file(name: str, place: Workspace) -> None:
    (place.folder / "folder.jsonl").mkdir()
    for other in ("entries.txt", "entries"):
        write(place, other, "")
    done = place.here("import", name)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(f"{name}: ")


@pytest.mark.parametrize(
    "bomb", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"on":' * 100_000 + "1" + "}" * 100_000]
)
def test_a_bomb_of_100000_levels(bomb: str, place: Workspace) -> None:
    done = place.here("import", write(place, "bomb.jsonl", bomb))
    assert (done.code, done.err) == (3, "bomb.jsonl:1:1: is nested too deep\n")


def test_long_values_are_cut_in_the_message(place: Workspace) -> None:
    long = {"on": "o" * 5000, "task": "t" * 5000, "kind": "k" * 5000, "f" * 5000: "x", "note": "x"}
    done = place.here("import", write(place, "long.jsonl", lines(long)))
    assert done.code == 3
    assert max(map(len, done.err.splitlines())) < 400


def test_a_line_of_five_million_characters(place: Workspace) -> None:
    entry = {"on": "2016-03-31", "task": "12", "kind": "report", "note": "长" * 5_000_000}
    assert place.here("import", write(place, "huge.jsonl", lines(entry))).code == 0


@pytest.mark.parametrize(
    ("name", "content", "remark"),
    [
        ("e.jsonl", "", "the file is empty"),
        ("e.jsonl", "\n\n \n", "the file is empty"),
        ("e.csv", "on,task,kind,note\r\n", "it has nothing below its header row"),
    ],
)
def test_a_file_without_entries_is_reported_as_such(name: str, content: str, remark: str, place: Workspace) -> None:
    done = place.here("import", write(place, name, content))
    assert (done.code, done.out, done.err) == (0, f"{name}: 0 added, 0 already recorded\n", f"{name}: {remark}\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_as_spreadsheets_write_it(encoding: str, end: str, place: Workspace) -> None:
    rows = (
        "on,task,kind,note",
        f'2016-03-31,12,report,"一行{end}二行 ""引号"", 逗号"',
        "2016-03-31,12,report,'=1+1",
        "2016-03-31,12,report,'tis",
        "2016-03-31,12,report,''=x",
    )
    done = place.here("import", write(place, "sheet.csv", end.join(rows).encode(encoding)))
    assert done.code == 0
    assert done.err == ("sheet.csv: read as GB18030: '一行'\n" if encoding == "gb18030" else "")
    assert notes(place)[2:] == ['一行\n二行 "引号", 逗号', "=1+1", "'tis", "'=x"]


def test_utf_8_that_is_broken_is_not_taken_for_gb18030(place: Workspace) -> None:
    broken = "on,task,kind,note\n2016-03-31,12,report,台账".encode("utf-8-sig") + "国".encode("gbk")
    done = place.here("import", write(place, "broken.csv", broken))
    assert (done.code, done.err) == (3, "broken.csv:2:1: this line is not UTF-8, unlike the others: retype it\n")


def test_jsonl_with_a_byte_order_mark_and_odd_line_ends(place: Workspace) -> None:
    entry = {"on": "2016-03-31", "task": "12", "kind": "report", "note": "a\u2028b\x85c"}
    assert place.here("import", write(place, "bom.jsonl", f"\ufeff{lines(entry)}\r\n")).code == 0
    assert notes(place)[2:] == ["a\u2028b\x85c"]


def test_importing_twice_adds_nothing_whoever_types(place: Workspace) -> None:
    shutil.copy(DATA / "2016-02.jsonl", place.folder)
    unsigned = write(place, "unsigned.jsonl", lines({"on": "2016-03-31", "task": "3", "kind": "report", "note": "x"}))
    for file, count in (("2016-02.jsonl", 23), (unsigned, 1)):
        assert place.here("import", file).out.startswith(f"{file}: {count} added, 0 already recorded\n")
        assert place.here("import", file, "--by", "wang").out == f"{file}: 0 added, {count} already recorded\n"


def test_an_implausible_figure_is_a_warning_and_with_strict_an_error(place: Workspace) -> None:
    falling = {"on": "2016-04-30", "task": "12", "kind": "report", "readings": {"percent": "30"}}
    early = {"on": "2015-12-31", "task": "12", "kind": "report", "note": "x"}
    file = write(place, "odd.jsonl", lines(falling, early))
    strict = place.here("import", file, "--strict")
    assert (strict.code, strict.out) == (3, "")
    assert [line.partition(" ")[0] for line in strict.err.splitlines()] == ["odd.jsonl:1:1:", "odd.jsonl:2:1:"]
    lenient = place.here("import", file)
    assert lenient.code == 0
    assert lenient.out.startswith("odd.jsonl: 2 added")
    assert lenient.err == "".join(f"Warning: {line}\n" for line in strict.err.splitlines())


def test_many_warnings_of_a_sort_are_counted_and_with_strict_all_are_errors(place: Workspace) -> None:
    early = [{"on": f"2015-12-{day:02}", "task": "12", "kind": "report", "note": "x"} for day in range(1, 9)]
    stranger = {"on": "2016-03-31", "task": "1", "kind": "report", "note": "x", "unit": "执法所"}
    file = write(place, "old.jsonl", lines(*early, stranger))
    strict = place.here("import", file, "--strict")
    assert (strict.code, len(strict.err.splitlines())) == (3, 9)
    said = place.here("import", file).err.splitlines()
    assert [line.partition(" 2015")[0] for line in said[:5]] == [f"Warning: old.jsonl:{n}:1:" for n in range(1, 6)]
    assert said[5].startswith("Warning: old.jsonl:9:1: unit: the plan has no unit '执法所'")
    assert said[6:] == [
        "Warning: old.jsonl: 3 more: dates before the start of the task (--strict lists and refuses them)"
    ]


def test_a_dry_run_prints_the_entries_and_creates_no_ledger(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    shutil.copy(DATA / "2016-02.jsonl", place.folder)
    before = place.files()
    rehearsed = place.here("import", "2016-02.jsonl", "--dry-run")
    assert rehearsed.code == 0
    assert place.files() == before
    file = write(place, "again.jsonl", rehearsed.out)
    assert place.here("import", "2016-02.jsonl").code == 0
    assert place.here("import", file).out == "again.jsonl: 0 added, 23 already recorded\n"


def test_one_bad_file_of_two_leaves_the_ledger_as_it_was(place: Workspace) -> None:
    good = write(place, "good.jsonl", lines({"on": "2016-03-31", "task": "3", "kind": "report", "note": "好"}))
    bad = write(place, "bad.jsonl", "{")
    done = place.here("import", good, bad)
    assert done.code == 3
    assert notes(place)[2:] == []


STORY = """
record 12 31 --on 2016-03-10 -m '=一\n二; 三' --from 信息中心 --evidence 'a;b.pdf' --evidence c.pdf
record 10 投资=8000万元 --on 2016-03-31
record 12 32 --on 2016-03-20 --key =k -m "'=q"
retract 4 -m 记错了 --on 2016-03-31
reach 4.2 decoration --on 2016-03-28 --received 2016-03-29
extend 12 --to 2017-01-31 -m 雨季 --approved-by 领导小组 --basis minutes --on 2016-03-25
done 12 --from 信息中心 --on 2016-03-26 -m 已上线
accept 12 --verifier 督查室 --on 2016-03-27
reopen 12 -m 验收发现缺陷 --on 2016-03-28
problem open 12 占道 --unit 执法局 --due 2016-03-30 --on 2016-03-20 --zone 严控区 --shift 夜间
problem fix 12 --on 2016-03-29
problem verify 12 --verifier 督查室 --on 2016-03-30
correct 5 33 -m 核对
"""
"""More entries: the life of a task and of a problem, with quotes and special characters."""


@pytest.mark.slow
@pytest.mark.parametrize("form", ["log.jsonl", "log.csv", "out/entries.csv"])
@pytest.mark.parametrize("before", [0, 1])
def test_an_exported_ledger_can_be_imported(form: str, before: int, place: Workspace) -> None:
    for name in ("a;b.pdf", "c.pdf"):
        write(place, name, name)
    commands = re.findall(r"^.+$(?:\n二.*)?", STORY, flags=re.MULTILINE)
    for command in commands[:-1] if form == "out/entries.csv" else commands:
        done = place.here(*shlex.split(command))
        assert done.code == 0, done
    file = str(exported(place, form))
    (place.folder / "fresh").mkdir()
    fresh = workspace(place.folder / "fresh")
    for number in range(before):
        assert fresh.here("record", "3", "-m", f"{number}", "--on", "2016-02-01").code == 0
    count = len(notes(place))
    assert place.here("import", file).out == f"{file}: 0 added, {count} already recorded\n"
    first = fresh.here("import", file)
    assert first.out.startswith(f"{file}: {count} added, 0 already recorded\n"), first
    assert fresh.here("import", file).out == f"{file}: 0 added, {count} already recorded\n"
    assert fresh.here("check").code == 0
    report = ("report", "4", "10", "12", "--as-of", "2016-04-01", "-f", "json")
    assert json.loads(fresh.here(*report).out)["items"] == json.loads(place.here(*report).out)["items"]
    problems = ("problem", "list", "--as-of", "2016-04-01", "-f", "json")
    (there,), (here,) = (json.loads(each.here(*problems).out)["items"] for each in (place, fresh))
    assert here == there | {"id": there["id"] + before}


def test_an_export_without_a_retraction_is_refused(place: Workspace) -> None:
    assert place.here("retract", "1", "-m", "记错了").code == 0
    file = exported(place, "out/entries.csv")
    (place.folder / "fresh").mkdir()
    done = workspace(place.folder / "fresh").here("import", str(file))
    assert done.code == 3
    assert ":2:1: it was retracted by entry 3, which this file does not contain" in done.err


def exported(place: Workspace, form: str) -> Path:
    """Export the whole ledger: as JSON items, as CSV from a pipe, or as the monthly export."""
    if form == "out/entries.csv":
        assert place.here("export", "--month", "2016-03", "-o", "out").code == 0
    elif form == "log.csv":
        write(place, form, place.here("log", "-f", "csv").out)
    else:
        write(place, form, lines(*json.loads(place.here("log", "-f", "json").out)["items"]))
    return place.folder / form


def test_a_short_file_does_not_limit_cells_of_a_later_file(place: Workspace) -> None:
    """The limit of the csv module is global to the process."""
    before = csv.field_size_limit()
    (place.folder / "short.csv").write_text("on,task,kind,note\n2016-03-01,12,report,x\n")
    assert place.here("import", "short.csv").code == 0
    assert csv.field_size_limit() >= before


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b",,\n"])
@pytest.mark.parametrize("option", [(), ("--suggest-map",)])
def test_a_table_without_a_header_row_is_refused_as_empty(
    content: bytes, option: tuple[str, ...], place: Workspace
) -> None:
    done = place.here("import", write(place, "e.csv", content), *option)
    assert (done.code, done.out) == (3, "")
    told = (
        "e.csv: is empty: it has no header row and nothing was read\n",
        "e.csv：是空文件，没有表头，未读入任何内容\n",
    )
    assert done.err == told[bool(option)]  # a map is suggested in the language of the plan


def test_an_empty_sheet_is_refused_as_empty(place: Workspace) -> None:
    Workbook().save(place.folder / "e.xlsx")
    done = place.here("import", "e.xlsx")
    assert (done.code, done.err) == (3, "e.xlsx: is empty: it has no header row and nothing was read\n")
