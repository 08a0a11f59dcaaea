"""Long cells: a list stops at 200 characters, a long text is cut in tables only, data files are complete."""

import csv
import json
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai_cli.language import Language, speaking
from jingkai_cli.reports.document import CELL, Column, Table, Toned
from jingkai_cli.reports.reason_wording import abridged
from running import Done, Workspace

PLAN = """
title: 工作
language: {language}
tasks:
  - {{id: 1, title: 停车场, lead_unit: 城镇办, deadline: 2016-12-31}}
  - {{id: 2, title: {title}, lead_unit: 水利局, deadline: 2016-03-31}}
"""
PROBLEMS = 200
LONG = "很长的标题" * 80


@pytest.fixture(scope="module", params=["zh", "en"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One task with two hundred open problems, and one with a long title and a long note."""
    made = Workspace(tmp_path_factory.mktemp(request.param))
    plan = PLAN.format(language=request.param, title=LONG)
    (made.folder / "tasks.yaml").write_text(plan, encoding="utf-8")
    lines = "".join(f"{json.dumps(problem, ensure_ascii=False)}\n" for problem in _problems())
    (made.folder / "problems.jsonl").write_text(lines, encoding="utf-8")
    assert made.here("import", "problems.jsonl").code == 0
    assert made.here("record", "2", "10", "-m", LONG, "--on", "2016-03-01", "--from", "水利局").code == 0
    return made


def _problems() -> Iterator[dict[str, str]]:
    for number in range(PROBLEMS):
        said = {"on": "2016-03-01", "task": "1", "kind": "problem", "note": f"第{number}个问题", "by": "li"}
        yield {**said, "key": f"k{number}", "responsible": "城镇办", "deadline": "2016-03-20"}


def asked(office: Workspace, *arguments: str) -> Done:
    language = "zh_CN.UTF-8" if office.folder.name.startswith("zh") else "C.UTF-8"
    done = office.here(*arguments, LANG=language)
    assert done.code == 0, done.err
    return done


@pytest.mark.parametrize("command", ["report --overdue", "report", "today --since 2016-03-01", "handover"])
def test_no_line_of_a_report_is_longer_than_its_cells_may_be(office: Workspace, command: str) -> None:
    done = asked(office, *command.split(), "--as-of", "2016-04-30")
    longest = max(map(len, done.out.splitlines()))
    assert longest < 5 * CELL  # two long cells, up to two columns per character


def test_three_late_items_are_printed_and_the_rest_is_counted(office: Workspace) -> None:
    out = asked(office, "report", "1", "--overdue", "--as-of", "2016-04-30").out
    (line,) = (line for line in out.splitlines() if line.startswith("1 "))
    if office.folder.name.startswith("zh"):
        assert "第2个问题" in line
        assert f"……等{PROBLEMS}项" in line
    else:
        assert "第2个问题" in line
        assert f"; and {PROBLEMS - 3} more" in line
    assert "第3个问题" not in line


def test_json_has_the_whole_list_and_csv_what_fits(office: Workspace) -> None:
    filters = ("report", "1", "--overdue", "--as-of", "2016-04-30")
    (item,) = json.loads(asked(office, *filters, "-f", "json").out)["items"]
    (row,) = csv.DictReader(StringIO(asked(office, *filters, "-f", "csv").out))
    reasons = [reason["text"] for reason in item["reasons"]]
    assert len(reasons) >= PROBLEMS
    assert len(row["reasons"]) <= CELL
    assert row["reasons"].startswith(reasons[0])
    shown = row["reasons"].count(reasons[0][-6:])
    chinese = office.folder.name.startswith("zh")
    assert row["reasons"].endswith(f"……等{len(reasons)}项" if chinese else f"; and {len(reasons) - shown} more")


@pytest.mark.parametrize(("command", "whole"), [("report 2", False), ("log 2", True), ("show 2", True)])
def test_a_long_text_is_cut_in_tables(office: Workspace, command: str, *, whole: bool) -> None:
    out = asked(office, *command.split()).out
    assert (LONG in out) == whole
    assert (f"{LONG[: CELL - 1]}…" in out) != whole


def test_a_bulletin_keeps_every_word(office: Workspace) -> None:
    assert LONG in asked(office, "bulletin", "--week", "2016-W09").out


def test_files_that_can_be_imported_are_complete(office: Workspace) -> None:
    files = [office.folder / f"{'证' * 30}{number}.txt" for number in range(4)]
    for file in files:
        file.touch()
    evidence = [word for file in files for word in ("--evidence", file.name)]
    asked(office, "record", "2", "20", "--on", "2016-03-02", *evidence)
    (row,) = csv.DictReader(StringIO(asked(office, "log", "2", "--last", "1", "-f", "csv").out))
    assert len(row["evidence"]) > CELL
    assert all(file.name in row["evidence"] for file in files)


TEXTS = st.lists(st.text(min_size=1, max_size=120), max_size=400)


@given(TEXTS, st.sampled_from(["\n", ", ", "; "]), st.sampled_from(["zh", "en"]), st.integers(0, 3))
def test_a_list_stops_at_the_last_item_that_fits(
    texts: list[str], separator: str, language: Language, more: int
) -> None:
    with speaking(language):
        said = abridged(texts, separator, len(texts) + more if texts else None)
    assert said.startswith(texts[0] if texts else "")
    assert len(said) <= CELL or said.startswith(texts[0])
    if not more and len(separator.join(texts)) <= CELL:
        assert said == separator.join(texts)
    elif texts:
        assert said.endswith(f"……等{len(texts) + more}项" if language == "zh" else " more") or len(texts) + more <= 1


def test_only_long_texts_are_cut() -> None:
    fits, long = "短" * CELL, "长" * (CELL + 1)
    table = Table((Column("a"), Column("b")), ((fits, long), (f"{fits}\n{long}", Toned(long, "red"))))
    cut = f"{long[: CELL - 1]}…"
    assert table.short().rows == ((fits, cut), (f"{fits}\n{cut}", Toned(cut, "red")))
