"""The public Python interface: the same as the commands, as typed objects."""

import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jingkai_cli.api import InvalidInput, KeyConflict, LedgerError, Refused, open_workspace
from jingkai_cli.formats.json_ import text
from running import Workspace, workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path, recorded=True)


def printed(place: Workspace, *command: str) -> Any:
    done = place.here(*command, "-f", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def as_json(items: Any) -> Any:
    """Typed items as the JSON that the command prints."""
    found = []
    for item in items:
        said = asdict(item)
        if "reasons" in said:
            said["reasons"] = [{**reason.pop("figures"), **reason} for reason in said["reasons"]]
        found.append(said)
    return json.loads(text(found))


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ((), {}),
        (("--overdue",), {"overdue": True}),
        (("--overdue", "--at-risk"), {"overdue": True, "at_risk": True}),
        (("--unit", "城镇办", "--lamp", "yellow"), {"unit": "城镇办", "lamp": "yellow"}),
        (("--due-within", "60", "--original"), {"due_within": 60, "original": True}),
        (("--tree", "--known-on", "2016-01-01"), {"tree": True, "known_on": "2016-01-01"}),
        (("2", "12"), {"tasks": ["2", "12"]}),
    ],
)
def test_a_report_has_the_items_that_the_command_prints(
    options: tuple[str, ...], arguments: dict[str, Any], place: Workspace
) -> None:
    told = printed(place, "report", *options, "--as-of", "2016-07-15")
    found = open_workspace(place.folder).report(as_of="2016-07-15", **arguments)
    assert as_json(found.items) == told["items"]
    assert (found.ledger_head.seq, found.ledger_head.hash) == tuple(told["ledger_head"].values())
    assert found.plan == told["plan"]


def test_items_are_typed(place: Workspace) -> None:
    late = open_workspace(place.folder / "tasks.yaml").report(as_of=date(2016, 7, 15), overdue=True)
    assert late.items
    assert isinstance(late.items[0].deadline, date)
    assert late.items[0].reasons[0].code.endswith("overdue")
    assert late.items[0].reasons[0].figures["days"]


def test_entries_are_those_of_the_log(place: Workspace) -> None:
    found = open_workspace(place.folder).entries(task="12", until="2016-12-31")
    told = printed(place, "log", "12")["items"]
    assert [each.hash for each in found] == [item["hash"] for item in told]
    assert [each.on.isoformat() for each in found if each.on] == [item["on"] for item in told]


def test_a_report_is_recorded_as_by_the_command(place: Workspace) -> None:
    w = open_workspace(place.folder)
    made = w.record("12", {"percent": 35}, by="li", on="2016-03-15", unit="建投公司", key="k")
    assert (made.seq, made.readings, made.by, made.unit) == (24, {"percent": "35"}, "li", "建投公司")
    assert w.record("12", {"percent": "35"}, by="li", on="2016-03-15", unit="建投公司", key="k") == made
    assert w.check() == ()
    assert w.check([(made.seq, made.hash)]) == ()
    assert "rewritten" in w.check([(made.seq, "0" * 64)])[0]
    with pytest.raises(KeyConflict):
        w.record("12", {"percent": "36"}, by="li", on="2016-03-15", key="k")
    assert printed(place, "log", "--last", "1")["items"][0]["hash"] == made.hash


def test_a_report_that_contradicts_the_ledger_is_refused(place: Workspace) -> None:
    w = open_workspace(place.folder)
    w.record("12", {"percent": 35}, by="li", on="2016-03-15")
    with pytest.raises(Refused, match="35"):
        w.record("12", {"percent": 30}, by="li", on="2016-03-20")
    w.record("12", {"percent": 30}, by="li", on="2016-03-20", force=True, note="更正口径")
    for wrong in ({"percent": "很多"}, {"nonsense": 1}, {}):
        with pytest.raises(Refused):
            w.record("12", wrong, by="li", on="2016-03-21")
    with pytest.raises(Refused):
        w.record("99", {"percent": 1}, by="li")
    with pytest.raises(Refused):
        w.report(as_of="15.7.2016")
    with pytest.raises(Refused):
        w.report(unit="没有的单位")
    assert len(w.entries()) == 25


def test_an_unusable_plan_or_ledger_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as faults:
        open_workspace(tmp_path)
    assert faults.value.findings
    place = workspace(tmp_path)
    assert open_workspace(tmp_path).entries() == ()
    assert not place.ledger.exists()
    with pytest.raises(LedgerError):
        open_workspace(tmp_path, "other.db").report()


def test_the_documented_lines_run_and_give_a_data_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Path(__file__).parent.parent / "docs" / "python.md"
    (tmp_path / "data").mkdir()
    place = workspace(tmp_path / "data", recorded=True)
    monkeypatch.chdir(tmp_path)
    told = printed(place, "report", "--as-of", "2016-07-15")["items"]
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)  # noqa: S102 - our own page
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown] == [task.id for task in names["late"].items]
    assert list(names["frame"]["id"]) == [item["id"] for item in told]
    assert names["by_unit"].max() == max(item["days_overdue"] for item in told)
