"""Missing, damaged or locked files, full disks and wrong arguments: exit code, message, and no partial output."""

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import click
import pytest

from effort import STORES
from forked import Run, die_at, no_room_above
from jingkai_cli.ledger import sqlite
from running import COMMANDS, PATIENCE, Done, Workspace, wait_until, workspace

SAMPLES = {
    "task": "4.2",
    "milestone": "decoration",
    "milestones": "decoration",
    "files": "2016-02.jsonl",
    "month": "2016-02",
    "output": "out.html",
}
SAMPLES |= dict.fromkeys(("to", "due"), "2017-01-31") | {"unit": "城镇办"}
ALSO = {"export": ("-o", "out"), "extend": ("12",), "score": ("--by", "评委甲"), "decide": ("--meeting", "第1次")}
"""Arguments that a command needs although they are optional."""
WANTED = {"month", "note", "why", "verifier", "to", "due", "approved_by", "responsible", "unit"}
"""Options that a command would otherwise prompt for."""
ELSEWHERE = {"overview", "minutes"}
"""Commands with separate tests: they need ledgers of districts, or a meeting that was held."""
READING = ("report", "show 12", "log", "check", "problem list", "export --month 2016-02 -o out")


def every_command(option: str) -> Iterator[tuple[str, ...]]:
    """Every command that has the option, with a value for each argument that it needs."""
    for names, command in COMMANDS.items():
        if names[0] not in ELSEWHERE and any(parameter.name == option for parameter in command.params):
            needed = [p for p in command.params if p.required or p.name in WANTED]
            given = [(*p.opts[:1] * (p.param_type_name == "option"), sample(p)) for p in needed]
            yield (*names, *(word for words in given for word in words), *ALSO.get(names[-1], ()))


def sample(parameter: click.Parameter) -> str:
    choices = getattr(parameter.type, "choices", None)
    return str(getattr(choices[0], "value", choices[0])) if choices else SAMPLES.get(str(parameter.name), "1")


PLANNED = [command for command in every_command("plan") if command[0] not in ("backup", "restore")]
"""Every command that reads the plan, not only its folder."""
RECORDED = [command for command in every_command("ledger") if command[0] != "restore"]
"""Every command that reads the ledger, and the one that creates it."""


def takes_csv(line: tuple[str, ...]) -> bool:
    """Whether the command of a line has `-f csv`."""
    (command,) = (command for names, command in COMMANDS.items() if line[: len(names)] == names)
    return any("csv" in getattr(p.type, "choices", ()) for p in command.params if p.name == "form")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path, recorded=True)


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


def refused(done: Done, code: int, sentence: str = "") -> None:
    """Check an error: exit code, message, nothing on stdout."""
    assert (done.code, done.out) == (code, ""), done
    assert sentence in done.err, done.err
    assert done.err.strip(), done


@pytest.mark.parametrize("command", PLANNED, ids=" ".join)
def test_a_missing_or_invalid_plan(command: tuple[str, ...], empty: Workspace) -> None:
    (empty.folder / "tasks.yaml").unlink()
    (empty.folder / "2016-02.jsonl").write_text("")
    refused(empty.here(*command), 3, "no plan here")
    bad = {"empty": b"", "binary": bytes(range(256)), "gbk": "title: 重点工作\n".encode("gbk")}
    for name, content in bad.items():
        (empty.folder / name).write_bytes(content)
    (empty.folder / "folder").mkdir()
    before = empty.files()
    for name in (*bad, "folder", "missing"):
        refused(empty.here(*command, "--plan", name), 3, f"{name}:")
    refused(empty.here(*command, JK_PLAN="missing"), 3, "missing:")
    assert empty.files() == before


def broken_ledgers(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each kind of file that is not a ledger, and its error message."""
    (folder / "text.db").write_text("title: 重点工作\n" * 100)
    yield folder / "text.db", "is not a jk ledger"
    good = (folder / "ledger.db").read_bytes()
    (folder / "half.db").write_bytes(good[: len(good) // 2])
    yield folder / "half.db", "is damaged"
    with closing(sqlite3.connect(folder / "other.db")) as other:
        other.execute("CREATE TABLE contacts (name TEXT)")
    yield folder / "other.db", "is not a jk ledger"
    (folder / "newer.db").write_bytes(good)
    with closing(sqlite3.connect(folder / "newer.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    yield folder / "newer.db", "newer jk"
    (folder / "folder.db").mkdir()
    yield folder / "folder.db", "folder.db"


def test_a_file_that_is_not_a_ledger_is_an_error_and_is_not_changed(place: Workspace) -> None:
    broken = dict(broken_ledgers(place.folder))
    contents = {path: path.read_bytes() for path in broken if path.is_file()}
    before = place.files()
    for path, sentence in broken.items():
        for command in RECORDED:
            refused(place.here(*command, "--ledger", str(path)), 4, sentence)
        refused(place.here("log", JK_LEDGER=str(path)), 4, sentence)
    assert {path: path.read_bytes() for path in contents} == contents
    assert place.files() == before


@pytest.mark.parametrize("command", READING)
def test_a_missing_ledger(command: str, empty: Workspace) -> None:
    for done in (empty.here(*command.split(), "--ledger", "no.db"), empty.here(*command.split(), JK_LEDGER="no.db")):
        refused(done, 4, "There is no ledger at no.db")
    assert not (empty.folder / "no.db").exists()
    done = empty.here(*command.split(), "--plan", "tasks.yaml")
    assert done.code == 0
    assert done.err.count("No ledger yet at ledger.db") == 1
    assert not empty.ledger.exists()


def test_a_ledger_in_a_missing_folder_is_not_created(empty: Workspace) -> None:
    refused(empty.here("record", "12", "5", "--ledger", "no/ledger.db"), 4, "The folder no does not exist")
    assert empty.files() == {"tasks.yaml"}


@pytest.mark.slow
def test_a_locked_ledger(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for function in (sqlite.open_for_reading, sqlite.open_for_writing):
        monkeypatch.setattr(function, "__defaults__", (0.05,))
    with closing(sqlite3.connect(place.ledger, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for command in RECORDED:
            if command != ("init",):  # `init` creates the ledger
                refused(place.here(*command), 4, "is locked")
        other.execute("ROLLBACK")
    assert place.here("check").code == 0


@pytest.mark.parametrize("where", ["/proc/jk.csv", "/sys/jk.csv", "no/jk.csv", "tasks.yaml/jk.csv"])
def test_an_output_that_cannot_be_written(where: str, place: Workspace) -> None:
    before = place.files()
    refused(place.here("report", "-o", where), 2, "cannot be written")
    assert place.files() == before


@pytest.mark.parametrize("folder", ["/proc/jk", "/sys", "no/where", "tasks.yaml"])
def test_an_export_to_a_folder_that_cannot_be_created(folder: str, place: Workspace) -> None:
    before = place.files()
    refused(place.here("export", "--month", "2016-02", "-o", folder), 2, folder.rpartition("/")[2])
    assert place.files() == before


@pytest.mark.parametrize("command", [c for c in every_command("output") if c[0] != "schema"], ids=" ".join)
def test_no_output_overwrites_a_ledger_or_a_plan(command: tuple[str, ...], place: Workspace) -> None:
    (place.folder / "link.csv").symlink_to("ledger.db")
    (place.folder / "same.csv").hardlink_to(place.ledger)
    names = ("ledger.db", "link.csv", "same.csv", "tasks.yaml")
    before = {name: (place.folder / name).read_bytes() for name in names}
    forms = [*command, *(("-f", "csv") if takes_csv(command) else ())]
    for name in names:
        refused(place.here(*forms, "-o", name), 2, name)
        if command[0] == "export":
            refused(place.here("export", "--all", "-o", name), 2, f"{name} is a plan or a ledger")
    (place.folder / "out").mkdir()
    (place.folder / "out" / "tasks.csv").symlink_to("../ledger.db")
    if command[0] == "export":
        refused(place.here(*command), 2, "out/tasks.csv is a plan or a ledger")
    assert {name: (place.folder / name).read_bytes() for name in names} == before


def test_an_export_over_a_folder_writes_none_of_its_files(place: Workspace) -> None:
    (place.folder / "out" / "units.csv").mkdir(parents=True)
    refused(place.here("export", "--month", "2016-02", "-o", "out"), 2, "units.csv cannot be written: is a folder")
    assert [path.name for path in (place.folder / "out").iterdir()] == ["units.csv"]


def test_a_full_disk_fails_a_recording(place: Workspace) -> None:
    before = place.ledger.read_bytes()
    unwritable = {"PYTHONDONTWRITEBYTECODE": "1"}  # otherwise Python writes its module cache
    note = "x" * 100_000
    done = place.jk("record", "12", "-m", note, environ=unwritable, preexec_fn=no_room_above(len(before)))
    refused(done, 4, "nothing was recorded")
    assert place.ledger.read_bytes() == before
    assert place.here("check").code == 0


def test_a_full_disk_at_the_second_file_of_an_export(place: Workspace) -> None:
    place.here("export", "--month", "2016-02", "-o", "out")
    old = {path.name: path.read_bytes() for path in (place.folder / "out").iterdir()}
    room = len(old["tasks.csv"]) + 1000
    assert len(old["entries.csv"]) > room
    place.here("record", "12", "5", "--on", "2016-02-29")
    done = Run(place, "export", "--month", "2016-02", "-o", "out", before=no_room_above(room)).done()
    refused(done, 2, "entries.csv cannot be")
    assert {path.name: path.read_bytes() for path in (place.folder / "out").iterdir()} == old


@pytest.mark.slow
@pytest.mark.parametrize("call", range(5))
@pytest.mark.parametrize("name", ["os.fsync", "pathlib.Path.replace"])
def test_a_killed_export_leaves_each_file_old_or_new(name: str, call: int, place: Workspace) -> None:
    out = place.folder / "out"
    files = ("tasks.csv", "entries.csv", "problems.csv", "units.csv", "anchor.txt")
    export = ("export", "--month", "2016-02", "-o", "out")
    place.here(*export)
    old = [(out / file).read_bytes() for file in files]
    place.here("record", "12", "5", "--on", "2016-02-29")
    assert Run(place, *export, before=partial(die_at, name, call)).done() == Done(-signal.SIGKILL, "", "")
    left = [(out / file).read_bytes() for file in files]
    place.here(*export)
    new = [(out / file).read_bytes() for file in files]
    assert all(found in versions for found, *versions in zip(left, old, new, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)])
def test_an_interrupted_import_records_nothing(stop: signal.Signals, code: int, place: Workspace) -> None:
    """A reader blocks its commit, so that the import cannot end before the signal."""
    line = '{{"on": "2016-03-01", "task": "12", "kind": "report", "note": "{}"}}\n'
    (place.folder / "long.jsonl").write_text("".join(map(line.format, range(2_000))))
    before = place.ledger.read_bytes()
    with closing(sqlite3.connect(place.ledger, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entries").fetchall()
        running = place.start("import", "long.jsonl")
        wait_until(lambda: (place.folder / "ledger.db-journal").exists() or running.poll() is not None)
        running.send_signal(stop)
        out, err = running.communicate(timeout=PATIENCE)
    said = b"Interrupted: nothing more was recorded.\n" if code > 0 else b""
    assert (running.returncode, out, err) == (code, b"", said)
    assert place.here("check").code == 0
    assert place.ledger.read_bytes() == before


def test_ctrl_c_while_modules_are_loaded(empty: Workspace) -> None:
    (empty.folder / "typer.py").write_text("raise KeyboardInterrupt")
    done = empty.jk("report", environ={"PYTHONPATH": str(empty.folder)})
    assert done == Done(-signal.SIGINT, "", "")


@pytest.mark.parametrize("store", STORES)
def test_one_of_two_desks_closing_a_problem_at_once_is_refused(
    store: str, place: Workspace, request: pytest.FixtureRequest
) -> None:
    there = str(place.ledger)
    if store == "postgres":
        there = request.getfixturevalue("server").ledger()
        assert place.here("import", "2016-02.jsonl", "--ledger", there).code == 0
    opened = ("problem", "open", "7", "占道经营", "--unit", "祥云办事处", "--due", "2016-03-20", "--on", "2016-03-10")
    closing_it = (("fix", ("li", "wang")), ("verify", ("zhao", "qian")))
    for _turn in range(4):
        seq = place.here(*opened, "--ledger", there).out.partition("#")[2].partition(" ")[0]
        for step, names in closing_it:
            said = at_once(place, [(*CLOSING[step], seq, "--by", name, "--ledger", there) for name in names])
            assert sorted(done.code for done in said) == [0, 2], said
            assert sorted(bool(done.out) for done in said) == [False, True]
    assert place.here("check", "ledger", "--ledger", there).code == 0
    kinds = place.here("log", "7", "-f", "csv", "--ledger", there).out
    assert [kinds.count(f",{step},") for step in CLOSING] == [4, 4], kinds


CLOSING = {
    "fix": ("problem", "fix", "--on", "2016-03-12"),
    "verify": ("problem", "verify", "--on", "2016-03-14", "--verifier", "督查室"),
}


def at_once(place: Workspace, commands: list[tuple[str, ...]]) -> list[Done]:
    running = [Run(place, *command) for command in commands]
    return [desk.done() for desk in running]
