"""Parquet, read by DuckDB: what was recorded and judged, and the queries of docs/scaling.md."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from districts import DAY, City, make
from running import Workspace, workspace

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
QUERIES = re.findall(r"^```sql\n(SELECT.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def asked(query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as database:
        found = database.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path, recorded=True)
    for command in (
        ("record", "12", "35", "--on", "2016-03-15", "--from", "建投公司"),
        ("score", "城镇办", "92.5", "--month", "2016-03", "--by", "评委甲"),
        ("retract", "24", "-m", "误报"),
        ("record", "12", "35.5", "--on", "2016-03-15"),
    ):
        done = made.here(*command)
        assert done.code == 0, done.err
    done = made.here("export", "--all", "-f", "parquet", "-o", "out", "--as-of", DAY)
    assert (done.code, done.out.splitlines()[0]) == (0, "out/entries.parquet: 27"), done.err
    return made


def test_every_entry_and_reading_is_there(place: Workspace) -> None:
    told = json.loads(place.here("log", "-f", "json").out)["items"]
    found = asked(f"SELECT * FROM '{place.folder}/out/entries.parquet' ORDER BY seq")
    assert [(e["seq"], e["hash"], str(e["on"]), e["retracted_by"]) for e in found] == [
        (item["seq"], item["hash"], item["on"], item["retracted_by"]) for item in told
    ]
    assert [dict(e["readings"]) for e in found] == [item["readings"] for item in told]
    assert [e["recorded_at"].isoformat() for e in found][:1] == [told[0]["recorded_at"].replace("Z", "+00:00")]
    assert float(found[24]["score"]) == 92.5
    readings = asked(f"SELECT * FROM '{place.folder}/out/readings.parquet' WHERE task = '12' ORDER BY seq DESC LIMIT 1")
    assert (float(readings[0]["total"]), readings[0]["seq"], readings[0]["added"]) == (35.5, 27, False)


def test_tasks_are_as_the_report_judges_them(place: Workspace) -> None:
    told = json.loads(place.here("report", "--tree", "--as-of", DAY, "-f", "json").out)
    found = asked(f"SELECT * FROM '{place.folder}/out/tasks.parquet'")
    fields = ("id", "state", "lamp", "progress", "gap", "days_overdue", "parent", "support_units")
    assert [[task[field] for field in fields] for task in found] == [
        [item[field] for field in fields] for item in told["items"]
    ]
    assert [[reason["text"] for reason in task["reasons"]] for task in found] == [
        [reason["text"] for reason in item["reasons"]] for item in told["items"]
    ]
    file = f"{place.folder}/out/tasks.parquet"
    rows = asked(f"SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('{file}')")
    said = {row["key"]: row["value"] for row in rows}
    head = told["ledger_head"]
    assert (said["plan"], said["as_of"], said["head"]) == (told["plan"], DAY, f"{head['seq']}:{head['hash']}")


def test_the_documented_queries_agree_with_the_overview(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = City(tmp_path)
    names = ("甲县", "乙县", "丙区", "丁区")
    (tmp_path / "out").mkdir()
    for number, name in enumerate(names, 1):
        make(tmp_path / name, number * 2)  # one unit for the total in all of them
        options = ("--plan", f"{name}/tasks.yaml", "--as-of", DAY)
        done = city.here("export", "--all", "-f", "parquet", "-o", f"out/{name}", *options)
        assert done.code == 0, done.err
    city.districts(*names)
    told = city.overview("--overdue")
    monkeypatch.chdir(tmp_path / "out")
    overdue, totals = map(asked, QUERIES)
    assert sorted((row["district"], row["id"], row["title"]) for row in overdue) == sorted(
        (item["district"], item["id"], item["title"]) for item in told["items"]
    )
    assert [row["worst_days"] for row in overdue] == sorted((row["worst_days"] for row in overdue), reverse=True)
    assert overdue
    (total,) = told["totals"]
    (row,) = totals
    assert (row["total"], row["name"], row["unit"], float(row["value"])) == (
        total["id"], total["name"], total["unit"], float(total["value"])
    )  # fmt: skip
    assert row["missing"] == len(total["missing"])


def test_options_that_do_not_fit_are_refused(place: Workspace) -> None:
    for options in (
        ("--month", "2016-03", "-f", "parquet", "-o", "x"),
        ("--all", "-f", "parquet"),
        ("--all", "-f", "jsonl", "--as-of", DAY),
        ("--all", "-f", "parquet", "-o", "tasks.yaml"),
        ("--all", "-f", "parquet", "-o", "x", "--labels"),
    ):
        assert place.here("export", *options).code == 2, options
    assert "x" not in place.files()
