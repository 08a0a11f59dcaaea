"""A backup is complete or absent, overwrites nothing else, and can be written by its owner only."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from forked import Run, no_room_above
from jingkai_cli.ledger import backup_files
from jingkai_cli.model import Head
from running import Workspace, workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path, recorded=True)


@pytest.mark.slow
def test_a_full_disk_fails_a_backup(place: Workspace) -> None:
    assert place.here("backup", "old.db").code == 0
    old = (place.folder / "old.db").read_bytes()
    before = place.files()
    half_a_backup = no_room_above(len(old) // 2)
    for name in ("new.db", "old.db"):
        done = Run(place, "backup", name, before=half_a_backup).done()
        assert (done.code, done.out) == (4, "")
        assert "full" in done.err
    done = Run(place, "export", "--all", "-o", "new.jsonl", before=no_room_above(2000)).done()
    assert (done.code, done.out) == (4, "")
    done = Run(place, "restore", "old.db", "--ledger", "new.db", before=half_a_backup).done()
    assert (done.code, done.out) == (4, "")
    assert place.files() == before
    assert (place.folder / "old.db").read_bytes() == old


def test_a_damaged_ledger_is_not_backed_up(place: Workspace) -> None:
    with closing(sqlite3.connect(place.ledger, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER entries_no_update")
        raw.execute("UPDATE entries SET body = replace(body, '260', '620') WHERE seq = 5")
    before = place.files()
    done = place.here("backup", "saved.db")
    assert (done.code, done.out) == (4, "")
    assert "entry 5: its text was changed" in done.err
    assert "trigger entries_no_update is missing" in done.err
    assert place.files() == before


def test_a_damaged_backup_is_not_restored(place: Workspace) -> None:
    assert place.here("backup", "saved.db").code == 0
    with closing(sqlite3.connect(place.folder / "saved.db", isolation_level=None)) as raw:
        raw.execute("UPDATE readings SET total = '1'")
    before = place.files()
    done = place.here("restore", "saved.db", "--ledger", "new.db")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("saved.db is damaged:\n")
    assert "the table readings" in done.err
    assert place.files() == before


def test_an_empty_file_is_not_a_backup(place: Workspace) -> None:
    (place.folder / "empty.db").touch()
    before = place.files()
    done = place.here("restore", "empty.db", "--ledger", "new.db")
    assert (done.code, done.out, place.files()) == (4, "", before)
    assert "has no entries" in done.err


def test_a_backup_overwrites_only_an_older_backup_of_the_same_ledger(place: Workspace) -> None:
    assert place.here("backup", "saved.db").code == 0
    assert place.here("record", "12", "5", "--on", "2016-03-01").code == 0
    assert place.here("record", "12", "5", "--on", "2016-03-01", "--ledger", "other.db").code == 0
    assert place.here("backup", "later.db").code == 0
    later = (place.folder / "later.db").read_bytes()
    for source, target in (("saved.db", "later.db"), ("other.db", "saved.db"), ("ledger.db", "tasks.yaml")):
        done = place.here("backup", target, "--ledger", source)
        assert (done.code, done.out) == (2, ""), (source, target)
        assert "it was not changed" in done.err
    assert (place.folder / "later.db").read_bytes() == later
    assert place.here("backup", "saved.db").code == 0
    assert backup_files.verify(place.folder / "saved.db").seq == 24
    os.link(place.ledger, place.folder / "same.db")
    (place.folder / "link.db").symlink_to("ledger.db")
    for name in ("ledger.db", "same.db", "link.db", "./ledger.db"):
        assert "is the ledger itself" in place.here("backup", name).err


@pytest.mark.parametrize("target", ["there.db", "dangling.db"])
def test_a_restore_overwrites_nothing(target: str, place: Workspace) -> None:
    assert place.here("backup", "saved.db").code == 0
    (place.folder / "there.db").write_text("mine")
    (place.folder / "dangling.db").symlink_to("nowhere.db")
    done = place.here("restore", "saved.db", "--ledger", target)
    assert (done.code, done.out) == (2, "")
    assert "already exists" in done.err
    assert (place.folder / "there.db").read_text() == "mine"
    assert not (place.folder / "nowhere.db").exists()


def test_a_restore_does_not_overwrite_a_ledger_created_meanwhile(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.here("backup", "saved.db").code == 0
    proved = backup_files.verify

    def meanwhile(file: Path, unreadable: set[int] | None = None) -> Head:
        if file.absolute().parent != place.folder:  # the temporary file, before it is renamed
            (place.folder / "new.db").write_text("mine")
        return proved(file, unreadable)

    monkeypatch.setattr(backup_files, "verify", meanwhile)
    done = place.here("restore", "saved.db", "--ledger", "new.db")
    assert (done.code, done.out) == (2, "")
    assert "was created by another program meanwhile" in done.err
    assert (place.folder / "new.db").read_text() == "mine"


def test_backup_and_restore_work_with_an_invalid_plan(place: Workspace) -> None:
    (place.folder / "tasks.yaml").write_text("title: [")
    assert place.here("backup", "saved.db").code == 0
    assert place.here("export", "--all", "-o", "whole.jsonl").code == 0
    place.ledger.unlink()
    assert place.here("restore", "saved.db").code == 0
    (place.folder / "tasks.yaml").unlink()
    assert place.here("import", "whole.jsonl", "--ledger", "new.db").code == 0
    assert backup_files.verify(place.ledger) == backup_files.verify(place.folder / "new.db")


@pytest.mark.parametrize("umask", ["000", "002", "022", "077"])
def test_only_the_owner_may_write_new_files(umask: str, place: Workspace) -> None:
    (place.folder / "begun").mkdir()
    before = os.umask(int(umask, 8))
    try:
        for line in (
            "record 12 5 --on 2016-03-01 --ledger new.db", "backup saved.db", "restore saved.db --ledger third.db",
            "export --all -o whole.jsonl", "export --month 2016-03 -o out", "report -o report.csv", "init begun",
        ):  # fmt: skip
            assert place.here(*line.split()).code == 0
    finally:
        os.umask(before)
    made = ["new.db", "saved.db", "third.db", "whole.jsonl", "report.csv", "begun/tasks.yaml"]
    made += [f"out/{path.name}" for path in (place.folder / "out").iterdir()]
    for name in made:
        mode = stat.S_IMODE((place.folder / name).stat().st_mode)
        assert not mode & stat.S_IWOTH, (name, oct(mode))
        assert not mode & int(umask, 8), (name, oct(mode))
    assert not stat.S_IMODE((place.folder / "out").stat().st_mode) & stat.S_IWOTH


def test_folders_that_killed_backups_left_are_removed_after_a_day(place: Workspace) -> None:
    old, new, mine = (place.folder / name for name in (".jk-old", ".jk-new", "jk-mine"))
    for folder in (old, new, mine):
        folder.mkdir()
        (folder / "saved.db").write_bytes(b"half")
    for folder in (old, mine):
        os.utime(folder, (1, 1))
    assert place.here("backup", "saved.db").code == 0
    assert not old.exists()
    assert new.is_dir()
    assert mine.is_dir()
    new.rename(old)
    os.utime(old, (1, 1))
    assert place.here("restore", "saved.db", "--ledger", "new.db").code == 0
    assert not old.exists()


def test_an_export_of_the_ledger_overwrites_no_other_entries(place: Workspace) -> None:
    theirs = '{"kind": "report", "task": "1", "on": "2016-03-01", "note": "x"}\n'
    (place.folder / "march.jsonl").write_text(theirs)
    done = place.here("export", "--all", "-o", "march.jsonl")
    assert (done.code, done.out) == (2, "")
    assert "not an older backup of this ledger" in done.err
    assert (place.folder / "march.jsonl").read_text() == theirs
    assert place.here("export", "--all", "-o", "whole.jsonl").code == 0
    assert place.here("record", "12", "6", "--on", "2016-03-02").code == 0
    assert place.here("export", "--all", "-o", "whole.jsonl").code == 0


def test_a_damaged_source_is_named(place: Workspace) -> None:
    assert place.here("export", "--all", "-o", "whole.jsonl").code == 0
    assert place.here("backup", "saved.db").code == 0
    lines = (place.folder / "whole.jsonl").read_text("utf-8").splitlines(keepends=True)
    (place.folder / "whole.jsonl").write_text("".join(lines[1:]), "utf-8")
    (place.folder / "saved.db").write_bytes((place.folder / "saved.db").read_bytes()[:8192])
    for name in ("whole.jsonl", "saved.db"):
        done = place.here("restore", name, "--ledger", "new.db")
        assert done.code == 4
        assert name in done.err
        assert not (place.folder / "new.db").exists()


def test_a_ledger_whose_name_is_too_long_leaves_no_file(place: Workspace) -> None:
    before = sorted(place.folder.iterdir())
    done = place.here("record", "12", "6", "--on", "2016-03-02", "--ledger", f"{'长' * 82}x.db")
    assert (done.code, done.out) == (4, "")
    assert "the file name is too long" in done.err
    assert sorted(place.folder.iterdir()) == before
