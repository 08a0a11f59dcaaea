"""A ledger copied between stores keeps its bodies, times and hashes, and is checked while it is copied."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from ledger_samples import BEGUN, Clock, append, entry, percent, retraction
from msgspec.structs import replace

from jingkai_cli.errors import LedgerError, Refused
from jingkai_cli.ledger import backup_files, chain, dump, open_for_reading, open_for_writing, sqlite
from jingkai_cli.ledger.check import check_ledger
from jingkai_cli.ledger.protocol import WritableLedger, Writer
from jingkai_cli.model import Head, Recorded


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[WritableLedger]:
    """A ledger with text that JSON must escape, a reference and a retraction."""
    with closing(open_for_writing(str(tmp_path / "ledger.db"), Clock())) as made:
        append(made, [percent("40", note='"a"\n\\ \u2028 林,"hash":"'), percent("+5"), entry("done"), retraction(2)])
        yield made


def carried(source: Path, target: Path, clock: Clock | None = None) -> int:
    with closing(open_for_writing(str(target), clock or Clock(BEGUN.replace(year=2026)))) as new:
        return new.write(lambda writer: backup_files.append_missing(backup_files.entries(source), writer))


@pytest.mark.parametrize("as_dump", [False, True], ids=["copy", "dump"])
def test_a_restored_ledger_has_the_same_bytes(*, as_dump: bool, ledger: WritableLedger, tmp_path: Path) -> None:
    if as_dump:
        dump.write(ledger.entries(), tmp_path / "saved")
    else:
        ledger.copy_to(tmp_path / "saved")
    assert backup_files.verify(tmp_path / "saved") == ledger.head()
    assert carried(tmp_path / "saved", tmp_path / "new.db") == 4
    with closing(open_for_reading(str(tmp_path / "new.db"))) as new:
        assert list(new.entries()) == list(ledger.entries())
        assert check_ledger(new) == []
    assert carried(tmp_path / "saved", tmp_path / "new.db") == 0


def test_a_line_of_a_dump_is_the_body_and_its_hash(ledger: WritableLedger, tmp_path: Path) -> None:
    dump.write(ledger.entries(), tmp_path / "dump")
    lines = (tmp_path / "dump").read_bytes().decode().split("\n")[:-1]
    for line, recorded in zip(lines, ledger.entries(), strict=True):
        assert line[:-75] + "}" == recorded.body
        assert chain.digest(line[:-75] + "}") == json.loads(line)["hash"] == recorded.hash
        assert dump.is_dump(line + "\n")
    assert not dump.is_dump('{"on": "2016-03-01", "task": "11", "kind": "report", "note": "x"}\n')
    assert not dump.is_dump("")


def test_a_longer_dump_continues_the_ledger(ledger: WritableLedger, tmp_path: Path) -> None:
    dump.write(ledger.entries(), tmp_path / "short")
    append(ledger, [percent("60"), percent("70")])
    dump.write(ledger.entries(), tmp_path / "long")
    assert carried(tmp_path / "short", tmp_path / "new.db") == 4
    assert carried(tmp_path / "long", tmp_path / "new.db") == 2
    assert carried(tmp_path / "short", tmp_path / "new.db") == 0
    assert backup_files.verify(tmp_path / "new.db") == ledger.head()


@pytest.mark.parametrize("own", [1, 5, 9])
def test_another_ledger_is_refused_and_not_changed(own: int, ledger: WritableLedger, tmp_path: Path) -> None:
    dump.write(ledger.entries(), tmp_path / "dump")
    with closing(open_for_writing(str(tmp_path / "new.db"), Clock())) as new:
        append(new, [percent("1") for _entry in range(own)])
        head = new.head()
    with pytest.raises(Refused, match="entry 1 differs in this ledger"):
        carried(tmp_path / "dump", tmp_path / "new.db")
    assert backup_files.verify(tmp_path / "new.db") == head


def cut(lines: list[str]) -> list[str]:
    return lines[:1] + lines[2:]


def turned(lines: list[str]) -> list[str]:
    return [lines[1], lines[0], *lines[2:]]


def changed(lines: list[str]) -> list[str]:
    assert '"percent":"40"' in lines[0]
    return [line.replace('"percent":"40"', '"percent":"41"') for line in lines]


def halved(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1][:50]]


def hashed_anew(lines: list[str]) -> list[str]:
    body = changed(lines)[0][:-76] + "}"
    return [f'{body[:-1]},"hash":"{chain.digest(body)}"}}\n', *lines[1:]]


def twice(lines: list[str]) -> list[str]:
    return lines[:1] * 2


def not_even_text(lines: list[str]) -> list[str]:
    return [*lines, "\x00\n"]


@pytest.mark.parametrize("damage", [cut, turned, changed, halved, hashed_anew, twice, not_even_text])
def test_a_damaged_dump_is_refused_completely(
    damage: Callable[[list[str]], list[str]], ledger: WritableLedger, tmp_path: Path
) -> None:
    dump.write(ledger.entries(), tmp_path / "dump")
    lines = [
        f"{line}\n" for line in (tmp_path / "dump").read_bytes().decode().split("\n")[:-1]
    ]  # U+2028 is not a line end
    assert len(lines) == 4
    (tmp_path / "dump").write_text("".join(damage(lines)), "utf-8")
    with pytest.raises(LedgerError, match=r"entry|line"):
        backup_files.verify(tmp_path / "dump")
    with pytest.raises(LedgerError, match=r"entry|line"):
        carried(tmp_path / "dump", tmp_path / "new.db")
    assert backup_files.verify(tmp_path / "new.db") == chain.EMPTY


def replayed(recorded: Recorded, writer: Writer) -> None:
    writer.replay(recorded)


def test_an_impossible_chain_is_not_replayed(ledger: WritableLedger, tmp_path: Path) -> None:
    """A valid chain with entries that a ledger cannot hold: a time that runs backwards, a repeated key."""
    first = next(iter(ledger.entries()))
    head = Head(1, first.hash)
    wrong = [
        chain.link(percent("50"), head, first.recorded_at.replace(year=2015)),
        chain.link(replace(first.entry, note="again"), head, first.recorded_at),
        chain.link(retraction(9), head, first.recorded_at),
        replace(chain.link(percent("50"), head, first.recorded_at), prev_hash="0" * 64),
    ]
    spaced = wrong[0].body.replace('"seq":2', '"seq": 2')
    wrong.append(replace(wrong[0], body=spaced, hash=chain.digest(spaced)))
    for number, recorded in enumerate(wrong):
        with closing(open_for_writing(str(tmp_path / f"{number}.db"), Clock())) as new:
            new.write(partial(replayed, first))
            with pytest.raises(LedgerError):
                new.write(partial(replayed, recorded))
            assert new.head() == head
            assert check_ledger(new) == []


def test_a_copy_during_writes_is_one_consistent_state(ledger: WritableLedger, tmp_path: Path) -> None:
    with closing(sqlite.open_for_writing(tmp_path / "ledger.db", Clock(), patience=0.05)) as other:
        for number in range(20):
            append(other, [percent("50") for _entry in range(30)])
            ledger.copy_to(tmp_path / f"copy {number}")
            assert backup_files.verify(tmp_path / f"copy {number}") == other.head()


def test_a_copy_waits_for_a_writer_until_a_timeout(ledger: WritableLedger, tmp_path: Path) -> None:
    with (
        closing(sqlite.open_for_reading(tmp_path / "ledger.db", patience=0.05)) as patient,
        closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError, match="is locked"):
            patient.copy_to(tmp_path / "copy")
        other.execute("ROLLBACK")
        patient.copy_to(tmp_path / "second")
    assert backup_files.verify(tmp_path / "second") == ledger.head()


def test_a_file_that_is_neither_backup_nor_dump(tmp_path: Path) -> None:
    for content in (b"hello\n", b"\xff\xfe", b"SQLite format 3\0", os.urandom(5000)):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(LedgerError):
            backup_files.verify(tmp_path / "file")
    (tmp_path / "file").write_bytes(b"")
    assert backup_files.verify(tmp_path / "file") == chain.EMPTY
