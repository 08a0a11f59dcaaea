"""A ledger on a network folder is not written to by default, because SQLite's locks may fail there."""

from pathlib import Path, PurePosixPath

import pytest
from test_faults import every_command

from jingkai_cli.cli import ledger_location
from jingkai_cli.ledger.sqlite_connection import NETWORK, network_kind
from running import Workspace, workspace

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /mnt/share rw,relatime shared:2 master:3 - cifs //server/share rw
31 30 254:1 / /mnt/share/local rw - ext4 /dev/vdb rw
32 22 0:41 / /mnt/a\\040b\\134c rw - nfs4 server:/export rw
33 22 0:42 / /home/lin/remote rw - fuse.sshfs lin@server: rw
34 22 0:43 / /over rw - nfs server:/old rw
35 22 0:44 / /over rw - tmpfs tmpfs rw
cut off
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", None),
        ("/srv/jk", None),
        ("/mnt/share", "cifs"),
        ("/mnt/share/jk/data", "cifs"),
        ("/mnt/sharelike", None),
        ("/mnt/share/local/jk", None),
        ("/mnt/a b\\c/jk", "nfs4"),
        ("/home/lin/remote/data", "fuse.sshfs"),
        ("/home/lin", None),
        ("/over/jk", None),
    ],
)
def test_the_nearest_mount_point_decides_the_file_system(folder: str, kind: str | None) -> None:
    assert network_kind(PurePosixPath(folder), MOUNTS) == kind


def test_an_unknown_file_system_is_allowed() -> None:
    assert network_kind(PurePosixPath("/srv"), "") is None
    assert {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"} <= NETWORK


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose folder is reported as a network folder."""
    made = workspace(tmp_path, recorded=True)
    assert made.here("record", "12", "5", "--on", "2016-03-01").code == 0
    assert made.here("backup", "saved.db").code == 0
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / {tmp_path} rw - smb3 //server/share rw\n")
    monkeypatch.setattr(ledger_location, "MOUNTS", mounts)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("command", [*every_command("dry_run")], ids=" ".join)
def test_every_command_that_writes_refuses_it(command: tuple[str, ...], place: Workspace) -> None:
    before = place.ledger.read_bytes()
    done = place.here(*command)
    assert (done.code, done.out) == (2, ""), done
    assert "is on a network folder (smb3)" in done.err, done.err
    assert place.ledger.read_bytes() == before


def test_force_allows_writing_and_reading_is_always_allowed(place: Workspace) -> None:
    assert place.here("report", "--as-of", "2016-03-01").code == 0
    assert place.here("check").code == 0
    done = place.here("record", "12", "6", "--on", "2016-03-02")
    assert done.code == 2
    assert "PostgreSQL" in done.err
    assert "--force -m WHY for one entry, or JK_NETWORK_FOLDER=1 permanently" in done.err
    assert place.here("record", "12", "6", "--on", "2016-03-02", "--force", "-m", "一人使用").code == 0
    assert place.here("import", "2016-02.jsonl", JK_NETWORK_FOLDER="1").code == 0
    assert place.here("import", "2016-02.jsonl", JK_NETWORK_FOLDER="0").code == 2
    assert place.here("restore", "saved.db", "--ledger", "new.db").code == 2
    assert not (place.folder / "new.db").exists()
    assert place.here("restore", "saved.db", "--ledger", "new.db", JK_NETWORK_FOLDER="1").code == 0


def test_the_folder_of_a_linked_ledger_is_checked(place: Workspace, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert place.here("record", "12", "6", "--on", "2016-03-02", "--ledger", str(elsewhere / "new.db")).code == 0
    (elsewhere / "linked").symlink_to(place.folder)
    done = place.here("record", "12", "6", "--on", "2016-03-02", "--ledger", str(elsewhere / "linked" / "new.db"))
    assert done.code == 2
    (elsewhere / "link.db").symlink_to(place.ledger)
    done = place.here("record", "12", "6", "--on", "2016-03-02", "--ledger", str(elsewhere / "link.db"))
    assert done.code == 2
