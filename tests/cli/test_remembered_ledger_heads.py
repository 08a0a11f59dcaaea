"""The remembered head of a ledger: a ledger that was rewritten is reported, and no honest change is."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from effort import STORES
from jingkai_cli.ledger import backup_files, open_for_reading, open_for_writing
from jingkai_cli.ledger.protocol import Writer
from postgres_server import OwnServer, Server
from running import Done, Workspace, workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    folder = tmp_path / "desk"
    folder.mkdir()
    return workspace(folder)


@pytest.fixture(params=STORES)
def where(request: pytest.FixtureRequest, place: Workspace) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(place.ledger)
        return
    server: Server = request.getfixturevalue("server")
    with server.lent_ledger() as url:
        yield url


def record(place: Workspace, where: str, note: str) -> Done:
    return place.here("record", "1", "-m", note, "--on", "2016-03-05", "--ledger", where)


def report(place: Workspace, where: str) -> Done:
    return place.here("report", "--as-of", "2016-03-31", "--ledger", where)


def rewritten(where: str, request: pytest.FixtureRequest, keep: int | None = None, by: str = "wang") -> None:
    """Write the chain anew with every hash recomputed: all entries by another author, or only the first `keep`."""
    with closing(open_for_reading(where)) as ledger:
        entries = [replace(recorded.entry, by=by) if by else recorded.entry for recorded in ledger.entries()][:keep]
    if where.startswith("postgresql:"):
        request.getfixturevalue("server").begin_again(where)
    else:
        Path(where).unlink()

    def work(writer: Writer) -> None:
        for entry in entries:
            writer.append(entry)

    with closing(open_for_writing(where, lambda: datetime.now(UTC))) as ledger:
        ledger.write(work)


def test_a_ledger_that_was_rewritten_is_read_with_a_warning_and_not_written(
    place: Workspace, where: str, request: pytest.FixtureRequest
) -> None:
    for number in range(4):
        assert record(place, where, f"n{number}").code == 0
    rewritten(where, request)
    read = report(place, where)
    assert read.code == 0
    assert "not the one that this computer last saw: #4 had the hash" in read.err
    written = record(place, where, "more")
    assert written.code == 4
    assert "jk check --trust" in written.err
    checked = place.here("check", "ledger", "--ledger", where)
    assert checked.code == 1
    assert "not the one that this computer last saw" in checked.out
    assert "not the one that this computer last saw" not in checked.err, "a terminal shows both"
    assert place.here("check", "ledger", "--trust", "--ledger", where).code == 0
    assert report(place, where).err == ""
    assert record(place, where, "more").code == 0


def test_the_head_of_a_ledger_that_was_only_read_is_remembered_too(
    place: Workspace, where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = workspace(tmp_path / "other")
    for number in range(3):
        assert record(other, where, f"n{number}").code == 0
    assert report(place, where).err == ""
    rewritten(where, request)
    assert record(place, where, "more").code == 4


def test_removed_last_entries_are_reported(place: Workspace, where: str, request: pytest.FixtureRequest) -> None:
    with closing(open_for_writing(where, lambda: datetime(2016, 3, 1, tzinfo=UTC))):
        pass
    for number in range(4):
        assert record(place, where, f"n{number}").code == 0
    if where.startswith("postgresql:"):
        first_two = place.here("export", "--all", "-o", "all.jsonl", "--ledger", where)
        assert first_two.code == 0, first_two
        lines = (place.folder / "all.jsonl").read_text("utf-8").splitlines(keepends=True)
        (place.folder / "two.jsonl").write_text("".join(lines[:2]), "utf-8")
        server: Server = request.getfixturevalue("server")
        server.begin_again(where)
        with closing(open_for_writing(where, lambda: datetime.now(UTC))) as ledger:
            ledger.write(
                lambda writer: backup_files.append_missing(backup_files.entries(place.folder / "two.jsonl"), writer)
            )
    else:
        with closing(open_for_reading(where)) as ledger:
            entries = list(ledger.entries())[:2]
        Path(where).unlink()
        with closing(open_for_writing(where, lambda: datetime.now(UTC))) as ledger:
            ledger.write(lambda writer: backup_files.append_missing(entries, writer))
    assert "this copy ends at #2; this computer has seen #4" in report(place, where).err
    assert record(place, where, "more").code == 4


# Changes that are no reason for a warning


def test_a_folder_that_was_moved(place: Workspace, tmp_path: Path) -> None:
    for number in range(3):
        assert record(place, str(place.ledger), f"n{number}").code == 0
    moved = place.ledger.rename(tmp_path / "moved.db")
    assert report(place, str(moved)).err == ""
    assert record(place, str(moved), "more").err == ""


def test_a_ledger_that_was_started_anew(place: Workspace) -> None:
    assert record(place, str(place.ledger), "a").code == 0
    place.ledger.unlink()
    assert record(place, str(place.ledger), "b").code == 0
    assert report(place, str(place.ledger)).err == ""


def test_a_backup_restored_in_place_of_a_lost_ledger(place: Workspace) -> None:
    where = str(place.ledger)
    assert record(place, where, "a").code == 0
    assert place.here("backup", "old.db").code == 0
    assert record(place, where, "b").code == 0
    place.ledger.unlink()
    assert place.here("restore", "old.db").code == 0
    assert report(place, where).err == ""
    assert record(place, where, "c").err == ""


def test_an_import_into_a_new_ledger(place: Workspace) -> None:
    where = str(place.ledger)
    assert record(place, where, "a").code == 0
    assert place.here("export", "--all", "-o", "all.jsonl").code == 0
    assert place.here("import", "all.jsonl", "--ledger", "new.db").code == 0
    assert report(place, "new.db").err == ""
    assert record(place, "new.db", "b").err == ""
    assert report(place, "new.db").err == ""
    assert "this ledger ends at #1, and another copy of it goes on to #2" in report(place, where).err
    assert record(place, where, "c").code == 0


def test_a_copy_that_is_behind_is_reported(place: Workspace, tmp_path: Path) -> None:
    where = str(place.ledger)
    assert record(place, where, "a").code == 0
    copy = tmp_path / "copy.db"
    shutil.copy(where, copy)
    assert record(place, where, "b").code == 0
    assert report(place, str(copy)).err == "this copy ends at #1; this computer has seen #2\n"
    assert record(place, str(copy), "c").code == 4
    assert report(place, where).err == ""


def test_a_ledger_whose_copy_has_later_entries_is_reported(place: Workspace, tmp_path: Path) -> None:
    where = str(place.ledger)
    assert record(place, where, "a").code == 0
    copy = tmp_path / "copy.db"
    shutil.copy(where, copy)
    assert record(place, str(copy), "b").code == 0
    said = "this ledger ends at #1, and another copy of it goes on to #2: record in one of the two only\n"
    assert report(place, where).err == said
    assert record(place, where, "c").code == 0


def test_an_unusable_state_folder_stops_no_command(place: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for state in (str(tmp_path / "file"), "relative", ""):
        done = place.here("record", "1", "-m", state or "x", "--on", "2016-03-05", XDG_STATE_HOME=state)
        assert (done.code, done.err) == (0, "")


def test_only_the_user_can_access_the_state_folder(place: Workspace) -> None:
    assert record(place, str(place.ledger), "a").code == 0
    notes = place.folder.with_name("desk.state") / "jk" / "heads"
    assert len(list(notes.iterdir())) == 2
    assert {note.stat().st_mode & 0o077 for note in (notes, *notes.iterdir())} == {0}


@pytest.mark.slow
def test_a_replica_that_is_behind_is_reported(place: Workspace, server: Server) -> None:
    if not isinstance(server, OwnServer):
        pytest.skip("the server is not ours")
    url = server.ledger()
    assert record(place, url, "a").code == 0
    with server.replica() as replica:
        copy = replica.address(url.rpartition("/")[2])
        assert report(place, copy).err == ""
        server.run("SELECT pg_wal_replay_pause()", url=replica.url)
        assert record(place, url, "b").code == 0
        late = report(place, copy)
        said = "this ledger ends at #1, and another copy of it goes on to #2: record in one of the two only\n"
        assert (late.code, late.err) == (0, said)
        server.run("SELECT pg_wal_replay_resume()", url=replica.url)


@pytest.mark.parametrize("spelling", ["link.db", "../desk/ledger.db", "sqlite:///{ledger}"])
def test_a_rewritten_ledger_is_recognised_by_another_spelling_of_its_path(
    place: Workspace, spelling: str, request: pytest.FixtureRequest
) -> None:
    for number in range(3):
        assert record(place, str(place.ledger), f"n{number}").code == 0
    rewritten(str(place.ledger), request)
    (place.folder / "link.db").symlink_to(place.ledger)
    where = spelling.format(ledger=place.ledger)
    assert "not the one that this computer last saw" in report(place, where).err
    assert record(place, where, "more").code == 4
