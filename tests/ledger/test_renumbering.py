"""An export into another ledger keeps what each entry refers to, of every kind and by every field that names one."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from ledger_samples import REQUIRED
from msgspec.structs import fields

from jingkai_cli.errors import InvalidInput
from jingkai_cli.intake import importing
from jingkai_cli.intake.row_reader import Spool
from jingkai_cli.intake.rows import entries
from jingkai_cli.kinds import all_kinds
from jingkai_cli.kinds.kind import COMMON
from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.entry_fields import NUMBERS, content
from jingkai_cli.model import Entry, Milestone, Plan, Task

DAY = date(2016, 3, 1)
TASK = Task("1", "停车场", "城镇办", date(2016, 12, 31), start=DAY, milestones=(Milestone("m1", "开工", DAY),))
PLAN = Plan("方案", (TASK,), units=("城镇办", "执法局"))
BY_DECISION = {"note": "征地未完", "approved_by": "组长", "basis": "document"}
SAMPLES = {**REQUIRED, **dict.fromkeys(("suspend", "resume", "cancel"), BY_DECISION), "reach": {"milestone": "m1"}}
BEFORE = 3
"""The number of entries in the other ledger before the import."""


def exported() -> list[dict[str, Any]]:
    """Export lines: a report, then one of each kind whose references all name the line before."""
    lines: list[dict[str, Any]] = [{**content(Entry("report", DAY, "1", "lin", "k1", note="开工")), "seq": "1"}]
    for kind in all_kinds():
        seq = len(lines) + 1
        numbers = dict.fromkeys((name for name in NUMBERS if name in {*COMMON, *kind.fields}), seq - 1)
        task = "" if kind.task == "none" else "1"
        said: dict[str, Any] = {**SAMPLES.get(kind.name, {"note": "说明"}), **numbers}
        line = content(Entry(kind.name, DAY, task, "lin", f"k{seq}", **said)) | {"seq": seq}
        lines.append({name: str(value) if type(value) is int else value for name, value in line.items()})
    return [{name: value for name, value in line.items() if value != ""} for line in lines]


def imported(folder: Path, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """Import into a ledger with other entries and return all entries, without checks for contradictions."""
    monkeypatch.setattr(importing, "_all_objections", lambda *_any: [])
    monkeypatch.setattr(importing, "touches_adoption", lambda *_any: False)
    with closing(open_for_writing(str(folder / "ledger.db"), lambda: datetime(2016, 4, 1, tzinfo=UTC))) as ledger:
        there = [Entry("report", DAY, "1", "lin", f"there{number}", note="已有") for number in range(BEFORE)]
        ledger.write(lambda writer: [writer.append(entry) for entry in there])
        spool = Spool(entries("a.jsonl", enumerate(lines, 1), PLAN, "lin"))
        ledger.write(lambda writer: importing.import_rows(writer, "a.jsonl", spool, PLAN, DAY, strict=False))
        return [recorded.entry for recorded in ledger.entries()]


def test_every_field_that_names_an_entry_is_renumbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = imported(tmp_path, exported(), monkeypatch)[BEFORE:]
    assert [entry.kind for entry in found] == ["report", *(kind.name for kind in all_kinds())]
    for place, entry in enumerate(found[1:], BEFORE + 1):
        kind = next(kind for kind in all_kinds() if kind.name == entry.kind)
        expected = {name: place for name in NUMBERS if name in {*COMMON, *kind.fields}}
        assert {name: getattr(entry, name) for name in expected} == expected


def test_every_integer_field_of_an_entry_is_renumbered() -> None:
    hints = get_type_hints(Entry)
    assert {each.name for each in fields(Entry) if hints[each.name] == int | None} == {*NUMBERS}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_reference_to_an_entry_that_is_not_in_the_file_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line for line in exported() if name in line][:1]
    with pytest.raises(InvalidInput, match="of another ledger"):
        imported(tmp_path, lines, monkeypatch)
