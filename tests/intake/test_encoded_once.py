"""A row of an import is encoded to JSON once, and decoded only if the file is JSON."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jingkai_cli.intake import text_files
from jingkai_cli.intake.importing import import_rows
from jingkai_cli.intake.row_reader import ImportContext, read_batch
from jingkai_cli.ledger import chain, open_for_writing
from jingkai_cli.plan import load_plan

PLAN = "title: 工作\nyear: 2016\ntasks: [{id: 1, title: 停车场, lead_unit: 城建局, deadline: 2016-12-31}]\n"
ROWS = 40
FIRST = date(2016, 2, 1).toordinal()
DAYS = [date.fromordinal(FIRST + number).isoformat() for number in range(ROWS)]


def jsonl(number: int, *, keyed: bool) -> str:
    said = {"on": DAYS[number], "task": "1", "kind": "report", "by": "lin", "readings": {"percent": str(number)}}
    return json.dumps(said | ({"key": f"k{number}"} if keyed else {}))


def csv(number: int, *, keyed: bool) -> str:
    return f"{DAYS[number]},1,report,lin,percent={number},{f'k{number}' if keyed else ''}"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often the chain and file readers encode objects to JSON or decode them."""
    counted: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(said: Any, *arguments: Any, **named: Any) -> Any:
            counted[name] += name == "decoded" or not isinstance(said, (str, datetime))  # not single strings
            return function(said, *arguments, **named)

        return called

    decode = counting("decoded", chain.decoder())
    monkeypatch.setattr(chain, "_JSON", counting("encoded", chain._JSON))  # noqa: SLF001
    monkeypatch.setattr(chain, "decoder", lambda: decode)
    fields = SimpleNamespace(decode=counting("decoded", text_files._FIELDS.decode))  # noqa: SLF001
    monkeypatch.setattr(text_files, "_FIELDS", fields)
    monkeypatch.setattr(json.JSONDecoder, "decode", counting("decoded", json.JSONDecoder.decode))
    monkeypatch.setattr(json, "dumps", counting("encoded", json.dumps))
    return counted


@pytest.mark.parametrize("keyed", [True, False], ids=["keys", "no keys"])
@pytest.mark.parametrize(
    ("name", "header", "line", "decoded"),
    [("rows.jsonl", [], jsonl, ROWS), ("rows.csv", ["on,task,kind,by,readings,key"], csv, 0)],
    ids=["jsonl", "csv"],
)
def test_a_row_is_encoded_once(  # noqa: PLR0913, PLR0917 - two kinds of file, each with keys and without
    name: str,
    header: list[str],
    line: Callable[..., str],
    decoded: int,
    keyed: bool,  # noqa: FBT001
    calls: Counter[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "tasks.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(tmp_path / "tasks.yaml", tmp_path / "cache")
    file = tmp_path / name
    file.write_text("\n".join([*header, *(line(number, keyed=keyed) for number in range(ROWS))]) + "\n")
    today = date(2016, 12, 1)
    with closing(open_for_writing(str(tmp_path / "ledger.db"), lambda: datetime.now(UTC))) as ledger:
        calls.clear()
        batch = read_batch(file, ImportContext(plan, "lin", today))
        outcome = ledger.write(lambda writer: import_rows(writer, name, batch.rows, plan, today, strict=True))
        counted = calls.copy()
        assert len(outcome.added) == ROWS
        assert [recorded.body for recorded in ledger.entries()] == [
            chain.link(recorded.entry, before, recorded.recorded_at).body
            for before, recorded in zip([chain.EMPTY, *ledger.entries()], ledger.entries(), strict=False)
        ]
    assert counted == Counter(encoded=ROWS, decoded=decoded)
