"""A ledger copied between SQLite and PostgreSQL, or restored from a backup, is the same ledger."""

from contextlib import closing
from pathlib import Path

import pytest
from test_faults import RECORDED, refused

from jingkai_cli.ledger import backup_files, open_for_reading
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.model import Recorded
from ledger_writer import Desk
from postgres_server import Server
from running import Done, Workspace, workspace

HOSTILE = '=1+1\n"\\ \u2028 \x1b[31m \u202e [red]x[/red] 林,"hash":"'
SAID = (
    ("adopt",),
    ("record", "12", "35", "-m", HOSTILE, "--on", "2016-03-15", "--received", "2016-03-16", "--evidence", "tasks.yaml"),
    ("record", "10", "完成绿化+=900亩", "--on", "2016-03-15", "--from", "祥云办事处", "--key", HOSTILE),
    ("problem", "open", "7", "占道经营", "--unit", "祥云办事处", "--due", "2016-03-20", "--on", "2016-03-10"),
    ("done", "14", "--on", "2016-03-20"),
    ("accept", "14", "--on", "2016-03-21", "--verifier", "督查室"),
    ("extend", "12", "--to", "2017-03-31", "-m", "x", "--approved-by", "组长", "--basis", "document"),
    ("score", "执法局", "92.5", "--month", "2016-03", "--by", "评委甲"),
    ("correct", "25", "36", "-m", "误报"),
    ("retract", "1", "-m", "误报"),
)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace whose ledger has entries of many kinds, some of them retracted."""
    made = workspace(tmp_path, recorded=True)
    for command in SAID:
        fine(made.here(*command))
    return made


def fine(done: Done) -> str:
    assert done.code == 0, done.err
    return done.out


def entries(where: str | Path) -> list[Recorded]:
    """All entries of a ledger, after a check: bodies, keys, dates, authors, recorded times and hashes."""
    with closing(open_for_reading(str(where))) as ledger:
        assert check_ledger(ledger) == []
        return list(ledger.entries())


def assigned(server: Server, url: str) -> set[tuple[str, str]]:
    return set(server.run("SELECT task, unit FROM jk.task_units", url=url))


@pytest.mark.slow
def test_a_ledger_goes_from_a_file_to_postgresql_and_back(place: Workspace, server: Server, tmp_path: Path) -> None:
    shared = server.ledger()
    before = entries(place.ledger)
    assert len(before) == 23 + len(SAID) + 1
    fine(place.here("export", "--all", "-f", "jsonl", "-o", "out.jsonl"))
    count = f"{len(before)} entries"
    assert f"{count}, {len(before)} added, 0 already" in fine(place.here("import", "out.jsonl", "--ledger", shared))
    assert f"{count}, 0 added, {len(before)} already" in fine(place.here("import", "out.jsonl", "--ledger", shared))
    assert entries(shared) == before
    assert ("7", "祥云办事处") in assigned(server, shared)
    fine(place.here("export", "--all", "-o", "back.jsonl", "--ledger", shared))
    assert (tmp_path / "back.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    fine(place.here("import", "back.jsonl", "--ledger", "new.db"))
    assert entries(tmp_path / "new.db") == before
    anchor = f"{before[-1].seq}:{before[-1].hash}"
    for where in (shared, "new.db"):
        assert "No faults found" in fine(place.here("check", "ledger", "--anchor", anchor, "--ledger", where))


@pytest.mark.slow
def test_a_ledger_continues_in_the_other_database(place: Workspace, server: Server, tmp_path: Path) -> None:
    """A copy imports a dump that continues it; it refuses the dump of a copy with different entries."""
    shared = server.ledger()
    fine(place.here("backup", "saved.db"))
    fine(place.here("restore", "saved.db", "--ledger", shared))
    fine(place.here("record", "12", "40", "--on", "2016-04-01", "--ledger", shared))
    fine(place.here("export", "--all", "-o", "longer.jsonl", "--ledger", shared))
    assert ", 1 added, " in fine(place.here("import", "longer.jsonl"))
    assert entries(place.ledger) == entries(shared)
    fine(place.here("record", "12", "45", "--on", "2016-04-02"))
    fine(place.here("export", "--all", "-o", "longer.jsonl"))
    fine(place.here("record", "12", "46", "--on", "2016-04-02", "--ledger", shared))
    before = entries(shared)
    refused(place.here("import", "longer.jsonl", "--ledger", shared), 2, "two different ledgers")
    assert entries(shared) == before
    assert len(entries(tmp_path / "ledger.db")) == len(before)


@pytest.mark.slow
def test_a_backup_of_a_shared_ledger_is_restored_to_a_new_one(place: Workspace, server: Server, tmp_path: Path) -> None:
    shared, new, unmade = server.ledger(), server.ledger(), server.database()
    fine(place.here("export", "--all", "-o", "whole.jsonl"))
    fine(place.here("import", "whole.jsonl", "--ledger", shared))
    before = entries(shared)
    assert f"{len(before)} entries" in fine(place.here("backup", "saved.jsonl", "--ledger", shared))
    assert (tmp_path / "saved.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    fine(place.here("restore", "saved.jsonl", "--ledger", new))
    assert entries(new) == before
    assert assigned(server, new) == assigned(server, shared) != set()
    fine(place.here("record", "12", "40", "--on", "2016-04-01", "--ledger", new))
    refused(place.here("restore", "saved.jsonl", "--ledger", new), 2, "already has entries")
    assert entries(new)[:-1] == before
    refused(place.here("restore", "saved.jsonl", "--ledger", unmade), 4, "jk init --ledger")
    fine(place.here("init", "--ledger", unmade))
    fine(place.here("restore", "saved.jsonl", "--ledger", unmade))
    assert entries(unmade) == before


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["changed", "cut", "halved"])
def test_a_damaged_backup_is_not_restored_to_a_shared_ledger(
    damage: str, place: Workspace, server: Server, tmp_path: Path
) -> None:
    shared = server.ledger()
    fine(place.here("backup", "saved.db"))
    fine(place.here("export", "--all", "-o", "saved.jsonl"))
    saved = tmp_path / "saved.jsonl"
    whole = saved.read_bytes()
    lines = whole.splitlines(keepends=True)
    damaged = {
        "changed": whole.replace(b'"percent":"36"', b'"percent":"63"'),
        "cut": b"".join(lines[:5] + lines[6:]),
        "halved": whole[: len(whole) // 2],
    }[damage]
    assert damaged != whole
    saved.write_bytes(damaged)
    for command in ("restore", "import"):
        refused(place.here(command, "saved.jsonl", "--ledger", shared), 4, "saved.jsonl")
        assert entries(shared) == []
        assert assigned(server, shared) == set()


def test_a_backup_does_not_overwrite_the_backup_of_another_ledger(
    place: Workspace, server: Server, tmp_path: Path
) -> None:
    """A backup of a shared ledger replaces its older backup, but no other ledger's backup and no other file."""
    shared, other = server.ledger(), server.ledger()
    for where, figure in ((shared, "35"), (other, "36")):
        fine(place.here("record", "12", figure, "--on", "2016-04-01", "--ledger", where))
    fine(place.here("backup", "saved.jsonl", "--ledger", shared))
    fine(place.here("record", "12", "40", "--on", "2016-04-02", "--ledger", shared))
    kept = (tmp_path / "saved.jsonl").read_bytes()
    for target in ("saved.jsonl", "tasks.yaml"):
        refused(place.here("backup", target, "--ledger", other), 2, "it was not changed")
    assert (tmp_path / "saved.jsonl").read_bytes() == kept
    fine(place.here("backup", "saved.jsonl", "--ledger", shared))
    assert (tmp_path / "saved.jsonl").read_bytes().startswith(kept)


@pytest.mark.slow
def test_a_backup_during_writes_is_one_consistent_state(place: Workspace, server: Server, tmp_path: Path) -> None:
    """Each copy is a prefix of the ledger, and the printed counts match it."""
    shared = server.ledger()
    with Desk(shared, "busy", 100_000) as busy:
        busy.wait_for(1)
        said = []
        for number in range(8):
            for command in (("backup",), ("export", "--all", "-o")):
                name = f"{command[0]}{number}"
                line = fine(place.here(*command, name, "--ledger", shared))
                head = backup_files.verify(tmp_path / name)
                assert line.endswith(f"head {head.seq}:{head.hash}\n")
                said.append(head)
    recorded = entries(shared)
    assert [head.hash for head in said] == [recorded[head.seq - 1].hash for head in said]
    assert said[0].seq < said[-1].seq


@pytest.mark.slow
def test_no_command_touches_a_shared_ledger_of_a_newer_version(place: Workspace, server: Server) -> None:
    newer = server.ledger()
    fine(place.here("record", "12", "35", "--on", "2016-04-01", "--ledger", newer))
    server.run("UPDATE jk.version SET number = 99", url=newer)
    for command in RECORDED:
        refused(place.here(*command, "--ledger", newer), 4, "newer jk (version 99)")
    refused(place.here("restore", "2016-02.jsonl", "--ledger", newer), 4)
    assert server.run("SELECT count(*) FROM jk.entries", url=newer) == [(1,)]
