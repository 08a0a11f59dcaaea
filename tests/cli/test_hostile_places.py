"""Hostile files and file names: no traceback, nothing written outside the named file, nothing executed."""

import json
import re
import resource
import shutil
import subprocess
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell

from effort import share
from forked import Run
from hostile import few, hostile, small, unseen
from jingkai_cli.ledger import backup_files
from running import PATIENCE, Workspace

SECRET = "t0p-s3cret"  # noqa: S105 - it is what must not be seen
FIELDS = ("on", "task", "kind", "readings", "note", "unit", "by", "key", "evidence", "ref", "plan", "hash", "seq")
value = st.one_of(
    hostile,
    st.sampled_from(["2016-03-01", "12", "report", "adopt", "+1", "", "\0", "\ud800", "9" * 400, "../x", "=1+1"]),
    st.none() | st.booleans() | st.integers() | st.floats(),
    st.dictionaries(hostile, hostile, max_size=2),
    st.lists(hostile, max_size=2),
)
line = st.dictionaries(st.sampled_from(FIELDS) | hostile, value, max_size=6).map(json.dumps)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small(tmp_path_factory.mktemp("hostile"))


def run_and_verify(place: Workspace, *command: str) -> None:
    """Run a command on hostile input: it ends with a message, writes only the ledger, and the ledger is whole."""
    before = place.files() - {"ledger.db"}
    done = place.here(*command)
    assert done.code in (0, 1, 2, 3, 4), done
    assert not unseen(done.out + done.err)
    assert place.files() - {"ledger.db"} == before
    if place.ledger.exists():
        backup_files.verify(place.ledger)


@few
@given(
    lines=st.lists(st.one_of(line, hostile, st.just('{"a":' * 200)), max_size=4), end=st.sampled_from(["\n", "\r\n"])
)
def test_import_of_any_lines(place: Workspace, lines: list[str], end: str) -> None:
    (place.folder / "any.jsonl").write_bytes(end.join(lines).encode("utf-8", "surrogatepass"))
    run_and_verify(place, "import", "any.jsonl")


@few
@given(rows=st.lists(st.lists(hostile, min_size=1, max_size=5).map(",".join), max_size=4), raw=st.binary(max_size=30))
def test_import_of_any_csv_cells(place: Workspace, rows: list[str], raw: bytes) -> None:
    header = "on,task,kind,readings,note\n"
    (place.folder / "any.csv").write_bytes((header + "\n".join(rows)).encode("utf-8", "surrogatepass") + raw)
    run_and_verify(place, "import", "any.csv")


cell = st.one_of(
    hostile.filter(lambda text: not (ILLEGAL_CHARACTERS_RE.search(text) or {"\ufffe", "\uffff"} & {*text})),
    st.sampled_from(["=1+1", '=HYPERLINK("file:///etc/passwd")', "2016-02-30", "９０", "1e999", "是", "x" * 40_000]),
    st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False),
    st.dates() | st.datetimes(),
)


@few
@given(changes=st.lists(st.tuples(st.integers(0, 9999), cell), min_size=1, max_size=5))
def test_import_of_a_form_with_any_cells(place: Workspace, form: bytes, changes: list[tuple[int, Any]]) -> None:
    book = load_workbook(BytesIO(form))
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row if not isinstance(one, MergedCell)]
    for where, written in changes:
        cells[where % len(cells)].value = written
    book.save(place.folder / "any.xlsx")
    run_and_verify(place, "import", "any.xlsx")


@pytest.fixture(scope="module")
def form(place: Workspace) -> bytes:
    """A form as `jk form` writes it."""
    assert place.here("form", "--month", "2016-03", "-o", "forms").code == 0
    (file,) = (place.folder / "forms").iterdir()
    return file.read_bytes()


@few
@given(
    content=st.binary(max_size=300) | hostile.map(str.encode), beginning=st.sampled_from([b"", b"SQLite format 3\0"])
)
def test_restore_of_any_file(place: Workspace, content: bytes, beginning: bytes) -> None:
    (place.folder / "any.db").write_bytes(beginning + content)
    before = place.files()
    done = place.here("restore", "any.db", "--ledger", "restored.db")
    assert done.code == 4, done
    assert not unseen(done.err)
    assert place.files() == before


@few
@given(title=hostile, unit=hostile)
def test_adoption_of_a_plan_with_any_text(place: Workspace, title: str, unit: str) -> None:
    plan = place.folder / "any.yaml"
    words = json.dumps({"title": title, "lead_unit": unit, "deadline": "2016-12-31", "id": "1"}, ensure_ascii=False)
    plan.write_bytes(f'title: "重点工作"\ntasks: [{words}]\n'.encode())
    place.ledger.unlink(missing_ok=True)
    for command in (("adopt",), ("log", "-f", "table"), ("check",), ("report", "-f", "table", "--as-of", "2016-03-01")):
        run_and_verify(place, *command, "--plan", "any.yaml", "--ledger", "ledger.db")


@pytest.mark.sampled
def test_a_note_of_ten_million_characters(tmp_path: Path) -> None:
    """One million, and ten with JK_TEST_THOROUGH."""
    place = small(tmp_path)
    note = "绿" * share(10_000_000)
    line = {"on": "2016-03-01", "task": "12", "kind": "report", "note": note}
    (tmp_path / "long.jsonl").write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    assert place.here("import", "long.jsonl").code == 0
    assert note in place.here("log", "-f", "csv").out
    assert place.here("export", "--all", "-o", "whole.jsonl").code == 0
    assert place.here("import", "whole.jsonl", "--ledger", "new.db").code == 0
    assert backup_files.verify(tmp_path / "new.db") == backup_files.verify(place.ledger)


ENDLESS = {
    "import /dev/zero": 3,
    "import endless.jsonl": 3,
    "import endless.csv": 3,
    "import endless.xlsx": 3,
    "import 2016-02.jsonl --map /dev/zero": 3,
    "restore /dev/zero --ledger new.db": 4,
    "check --anchor-file /dev/zero": 2,
    "record 12 5 --on 2016-03-01 --evidence /dev/zero": 2,
    "report --plan /dev/zero": 3,
    "init --from /dev/zero --year 2017 no": 2,
    "backup /dev/zero": 2,
}


@pytest.mark.parametrize("command", ENDLESS)
def test_an_endless_file_is_refused(command: str, tmp_path: Path) -> None:
    """The memory limit is low, so that reading all of it would fail."""
    place = small(tmp_path)
    (tmp_path / "2016-02.jsonl").touch()
    for ending in ("jsonl", "csv", "xlsx"):
        (tmp_path / f"endless.{ending}").symlink_to("/dev/zero")
    assert place.here("record", "12", "5", "--on", "2016-03-01").code == 0
    before = place.files()
    room = (2 << 30, 2 << 30)
    done = Run(place, *command.split(), before=partial(resource.setrlimit, resource.RLIMIT_AS, room)).done()
    assert (done.code, done.out) == (ENDLESS[command], ""), done
    assert place.files() == before


NAMES = [
    "../out.csv",
    "a/../../out.csv",
    "\x1b[31m.csv",
    "-rf.csv",
    "$(touch x).csv",
    "a\nb.csv",
    "=1+1.csv",
    "\u202e.csv",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_only_the_named_file_is_written(name: str, tmp_path: Path) -> None:
    """Exactly the named file is written, also where its name has `..`."""
    (tmp_path / "work" / "a").mkdir(parents=True)
    place = small(tmp_path / "work")
    before = set(tmp_path.rglob("*"))
    done = place.here("report", "--as-of", "2016-03-01", "-f", "csv", f"--output={name}")
    assert done.code == 0, done
    assert not unseen(done.out + done.err)
    written = {
        path.resolve() for path in set(tmp_path.rglob("*")) - before if not {"work.cache", "work.state"} & {*path.parts}
    }
    assert written == {(place.folder / name).resolve()}


def test_recorded_text_never_names_a_file(tmp_path: Path) -> None:
    place = small(tmp_path)
    for note in ("../../escaped", "/tmp/escaped", "a/b"):  # noqa: S108 - a text, not a file
        assert (
            place.here("record", "12", "-m", note, "--by", note, "--from", note, "--force", "--on", "2016-03-01").code
            == 0
        )
    before = place.files()
    assert place.here("export", "--month", "2016-03", "-o", "out").code == 0
    names = ("tasks", "entries", "problems", "units")
    assert place.files() - before == {
        "out",
        "out/anchor.txt",
        "out/datapackage.json",
        *(f"out/{name}.csv" for name in names),
    }


def test_output_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    place = small(tmp_path / "work")
    assert place.here("record", "12", "5", "--on", "2016-03-01").code == 0
    for number, command in enumerate((("report", "-f", "csv", "-o"), ("export", "--all", "-o"), ("backup",))):
        target, link = tmp_path / f"target{number}", place.folder / f"link{number}"
        link.symlink_to(target)
        assert place.here(*command, link.name).code == 0, command
        assert link.is_symlink()
        assert target.is_file()
        link.unlink()
        link.symlink_to(link.name)
        assert place.here(*command, link.name).code == 2, command
        assert [path.name for path in place.folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
@pytest.mark.parametrize("command", ["report", "record 12 5", "check", "backup saved.db", "adopt", "export --all"])
def test_a_password_is_never_printed_or_stored(scheme: str, command: str, tmp_path: Path) -> None:
    """No server listens at that port; the error message must not contain the password."""
    place = small(tmp_path)
    url = f"{scheme}://lin:{SECRET}@127.0.0.1:9/jk?password={SECRET}"
    for done in (place.here(*command.split(), "--ledger", url), place.here(*command.split(), JK_LEDGER=url)):
        assert done.code == 4, done
        assert SECRET not in done.out + done.err
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def mounting(folder: Path) -> list[str]:
    """The command prefix that may mount a file system; empty if that is not permitted."""
    for unshare in (["unshare", "-m"], ["unshare", "-rm"]):
        probe: list[str | Path] = [*unshare, "mount", "-t", "tmpfs", "probe", folder]
        if shutil.which("unshare") and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return unshare
    return []


FULL_DISK = """
mount -t tmpfs -o size=200k full full && cp tasks.yaml full && cd full || exit 9
jk record 12 5 --on 2016-03-01
head -c 300000 /dev/zero > filler
for command in "record 12 -m x --on 2016-03-02" "backup b.db" "export --all -o whole.jsonl" "report -o r.csv"; do
  jk $command; echo "exit $?"
done
rm filler
jk check ledger; ls -A
"""


WRONG_PLACES = (
    "report {url}", "report --plan {url}", "report --as-of {url}", "report --unit {url}", "{url}", "report --{url}",
    "problem fix {url}", "record 12 {url}", "retract {url} -m x", "check --anchor {url}", "import {url}",
    "restore {url}", "report -o {url}", "init {url}", "export --month {url} -o out", "notice {url}", "log {url}",
    "init --ledger {url}", "report --ledger {url}",
)  # fmt: skip


@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
@pytest.mark.parametrize("command", WRONG_PLACES)
def test_a_password_typed_in_the_wrong_place_is_not_printed(command: str, language: str, tmp_path: Path) -> None:
    place = small(tmp_path)
    for url in (
        f"postgresql://lin:{SECRET}@host/jk",
        f"postgresql://lin:a@/{SECRET}@host",
        f"postgres://h/?password={SECRET}",
    ):
        done = place.here(*(word.format(url=url) for word in command.split()), COLUMNS="300", LANG=language)
        assert done.code in (2, 3, 4), done
        assert SECRET not in done.out + done.err
    for form in (
        f"host=h password={SECRET}",
        f"host=h password = '{SECRET} x' user=lin",
        f"lin:{SECRET}@host/jk",
        f"lin：{SECRET}@host/jk",
        f"postgresql：//lin：{SECRET}@host/jk",
        f"host=h PASSWORD＝{SECRET}",
        f"host=h password：{SECRET}",
        f"PGPASSWORD={SECRET} host=h",
        f"密码={SECRET}",
        f"口令：{SECRET}",
    ):
        done = place.here(*(word.format(url=form) for word in command.split()), COLUMNS="300", LANG=language)
        assert SECRET not in done.out + done.err, done


@pytest.mark.slow
def test_a_full_file_system(tmp_path: Path) -> None:
    """Uses a tmpfs in a mount namespace; where that is not permitted, `test_faults` limits file sizes instead."""
    (tmp_path / "full").mkdir()
    unshare = mounting(tmp_path / "full")
    if not unshare:
        pytest.skip("no tmpfs of our own may be mounted here: run it as root, or where user name spaces are allowed")
    place = small(tmp_path)
    done = subprocess.run(
        [*unshare, "bash", "-c", FULL_DISK],
        cwd=tmp_path,
        env=place.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert "Traceback" not in done.stderr
    assert re.findall("exit ([0-9])", done.stdout) == ["4", "4", "4", "2"], done
    assert "No faults found: 1 entry" in done.stdout, done
    assert done.stdout.splitlines()[-2:] == ["ledger.db", "tasks.yaml"], done
