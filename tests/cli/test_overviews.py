"""`jk overview`: every district's rows equal its own report, and a bad ledger changes no other district's row."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from districts import DAY, City, hanging, make, states
from effort import THOROUGH
from jingkai_cli.api import open_workspace
from jingkai_cli.cli import district_workers
from jingkai_cli.reports.district import DistrictJob, DistrictReport, judge_within
from jingkai_cli.text import width
from running import PATIENCE

NAMES = tuple(f"第{number}区" for number in range(1, 31))
FOUR = ("甲县", "乙县", "丙区", "丁区")


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("thirty")
    for number, name in enumerate(NAMES, 1):
        make(folder / name, number)
    return folder


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Four districts; tests only read them."""
    folder = tmp_path_factory.mktemp("four")
    for number, name in enumerate(FOUR, 1):
        make(folder / name, number)
    made = City(folder)
    made.districts(*FOUR)
    return made


@pytest.fixture
def city(four: City, tmp_path: Path) -> City:
    """A copy of the four, to change."""
    return City(shutil.copytree(four.folder, tmp_path / "city"))


@pytest.mark.slow
@pytest.mark.sampled
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--overdue",),
        ("--overdue", "--at-risk"),
        ("--at-risk",),
        ("--unit", "城镇办"),
        ("--category", "民生"),
        ("--overdue", "--known-on", "2016-07-09"),
    ],
    ids=" ".join,
)
def test_every_row_equals_the_district_s_own_report(options: tuple[str, ...], thirty: Path) -> None:
    city = City(thirty)
    city.districts(*NAMES)
    found = city.overview(*options)
    asked = NAMES if THOROUGH else NAMES[:: len(NAMES) // 5]  # each has a report of its own
    rows = [item for item in found["items"] if item["district"] in asked]
    assert rows == [item for name in asked for item in city.own(name, *options)]
    assert [each["name"] for each in found["districts"]] == list(NAMES)
    assert set(states(found).values()) <= {"first-seen", "as-seen"}  # the tests share the remembered ledger heads


@pytest.mark.slow
def test_a_bad_ledger_is_named_and_changes_no_other_row(
    thirty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(thirty, tmp_path / "city")
    city = City(tmp_path / "city")
    city.districts(*NAMES, 第9区="第9区/nothing.db")
    city.overview(code=4)
    rewritten, forked, silent, cut, locked, broken = NAMES[:6]
    for name in (rewritten, forked, cut, silent):
        (city.folder / name / "ledger.db").unlink()
        shutil.rmtree(city.folder / name)
    make(city.folder / rewritten, 11)  # another history
    make(city.folder / forked, 2, "2016-07-11")  # the same entries, recorded at another time
    make(city.folder / silent, 3)
    (city.folder / silent / "ledger.db").unlink()
    shutil.copytree(thirty / cut, city.folder / cut)
    _cut(city.folder / cut / "ledger.db")
    raw = (city.folder / broken / "ledger.db").read_bytes()
    (city.folder / broken / "ledger.db").write_bytes(raw[:5000] + b"\xff" * 4000 + raw[9000:])
    city.districts(*NAMES, 第9区="第9区/nothing.db", 第3区="silent.db")
    _long_ago(city.folder / "silent.db", thirty / silent)
    monkeypatch.setattr(district_workers, "judge_within", partial(_hurried, locked))
    with _held(city.folder / locked / "ledger.db"):
        done = city.told("--check")
    assert done.code == 4
    found = json.loads(done.out)
    expected = {rewritten: "rewritten", forked: "rewritten", cut: "behind", silent: "silent"}
    expected |= {locked: "unreachable", broken: "damaged", "第9区": "unreachable"}
    assert states(found) == {name: expected.get(name, "whole") for name in NAMES}
    for name in (rewritten, forked, cut, locked, broken, "第9区"):
        assert f"{name}: " in done.err
    good = [name for name in NAMES if name not in expected]
    rows = [item for item in found["items"] if item["district"] in good]
    assert rows == [item for name in good for item in city.own(name)]


def _cut(file: Path) -> None:
    """Delete the last entry and all that follows from it, as an expert attacker would."""
    with closing(sqlite3.connect(file)) as raw:
        raw.executescript(
            "DROP TRIGGER entries_no_delete; DELETE FROM readings WHERE seq = 3; DELETE FROM reports WHERE seq = 3;"
            "DELETE FROM events WHERE seq = 3; DELETE FROM entries WHERE seq = 3;"
            "DELETE FROM series WHERE name = 'invest'; DELETE FROM tasks WHERE task = '3';"
            "UPDATE derivation SET seq = 2, changed = 0"
        )
        statement = (
            "CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries\nBEGIN\n"
            "  SELECT RAISE(ABORT, 'the ledger is append-only: an entry cannot be deleted');\nEND"
        )
        raw.execute(statement)


def _long_ago(file: Path, plan: Path) -> None:
    """Create a ledger whose only entry was recorded on 2016-06-01."""
    moment = datetime(2016, 6, 1, tzinfo=UTC)
    open_workspace(plan, file, clock=lambda: moment).record("1", {"percent": 5}, by="li", on="2016-03-01")


@contextmanager
def _held(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_a_ledger_without_its_anchor_is_rewritten(city: City) -> None:
    head = city.overview()["districts"][0]["head"]
    file = city.folder / "districts.yaml"
    text = file.read_text("utf-8")
    for anchor, state in (
        (f"3:{head['hash']}", "as-seen"),
        (f"3:{'0' * 64}", "rewritten"),
        (f"9:{'0' * 64}", "rewritten"),
    ):
        file.write_text(text.replace("甲县/ledger.db'", f"甲县/ledger.db', anchor: '{anchor}'"), "utf-8")
        assert states(city.overview(code=4 if state == "rewritten" else 0))["甲县"] == state


def test_tasks_are_counted_over_all_districts(city: City) -> None:
    own = [item for name in ("甲县", "乙县", "丙区", "丁区") for item in city.own(name)]
    by_district = city.overview("--group-by", "district")["items"]
    assert [(item["district"], item["tasks"]) for item in by_district] == [
        (n, 3) for n in ("甲县", "乙县", "丙区", "丁区")
    ]
    assert sum(item["overdue"] for item in by_district) == sum(item["state"] == "overdue" for item in own)
    by_category = {item["category"]: item["tasks"] for item in city.overview("--group-by", "category")["items"]}
    assert by_category == {"征迁": 4, "民生": 4, None: 4}
    by_unit = city.overview("--group-by", "单位")["items"]
    assert ("甲县", "城镇办", 1) in [(item["district"], item["unit"], item["tasks"]) for item in by_unit]
    by_task = {(item["task"], item["title"]): item["tasks"] for item in city.overview("--group-by", "task")["items"]}
    assert by_task["1", "棚户区改造"] == 4
    assert by_task["2", "道路中修2"] == 1, "the same number, and another task"


def test_an_overview_by_unit_explains_how_sub_tasks_count_and_names_their_task(city: City) -> None:
    command = ("overview", "districts.yaml", "--as-of", DAY, "--group-by")
    by_unit = city.here(*command, "unit", LANG="zh_CN.UTF-8").out
    assert "本表按牵头单位统计，任务和分项任务各计一次" in by_unit
    assert "3.1 安置房建设（一期）" in by_unit
    total = sum(item["tasks"] for item in city.overview("--group-by", "unit")["items"])
    assert re.search(rf"^合计 +{total} ", by_unit.partition("本表按")[2], re.MULTILINE)
    assert "本表按" not in city.here(*command, "district", LANG="zh_CN.UTF-8").out


def test_an_overview_by_unit_counts_tasks_without_a_lead_unit_below_its_table(city: City) -> None:
    """As a district's own report does."""
    plan = city.folder / "甲县" / "tasks.yaml"
    plan.write_text(plan.read_text("utf-8").replace("lead_unit: 建设局", "lead_unit: null"), "utf-8")
    command = ("overview", "districts.yaml", "--as-of", DAY, "--group-by", "unit")
    assert not [item for item in city.overview("--group-by", "unit")["items"] if item["unit"] is None]
    assert "合计不含牵头单位待明确的2项（其中逾期1项、红灯1项）：甲县2项" in city.here(*command, LANG="zh_CN.UTF-8").out


def test_the_matrix_has_the_lamp_of_each_district(city: City) -> None:
    lamps = {(item["district"], item["id"]): item["lamp"] for item in city.own("甲县") + city.own("丁区")}
    rows = {(row["task"], row["title"]): row for row in city.overview("--matrix")["items"]}
    assert rows["1", "棚户区改造"]["甲县"] == lamps["甲县", "1"]
    assert rows["1", "棚户区改造"]["丁区"] == lamps["丁区", "1"]
    assert rows["2", "道路中修2"]["丁区"] is None


def test_programme_totals_are_summed_in_one_unit(city: City) -> None:
    (total,) = city.overview()["totals"]
    assert (total["unit"], total["value"]) == ("万元", 10000 * (1 + 2 + 4))
    assert total["districts"] == {"甲县": 10000, "乙县": 20000, "丁区": 40000}
    assert total["missing"] == ["丙区"]


def test_a_dump_is_accepted_as_a_ledger(city: City) -> None:
    rows = city.overview()["items"]
    for name in ("甲县", "乙县"):
        done = city.here("export", "--all", "-o", f"{name}.jsonl", "--plan", f"{name}/tasks.yaml")
        assert done.code == 0, done.err
    city.districts("甲县", "乙县", "丙区", "丁区", 甲县="甲县.jsonl", 乙县="乙县.jsonl")
    text = (city.folder / "乙县.jsonl").read_text("utf-8")
    found = city.overview("--check")
    assert (found["items"], set(states(found).values())) == (rows, {"whole"})
    (city.folder / "乙县.jsonl").write_text(text.replace("2016-06-01", "2016-06-02"), "utf-8")
    assert states(city.overview(code=4))["乙县"] == "damaged"


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--overdue",), ("--at-risk",), ("--overdue", "--at-risk")], ids=" ".join)
def test_every_format_has_every_district(options: tuple[str, ...], four: City) -> None:
    names = {item["district"] for item in four.overview(*options)["items"]}
    assert names
    for form in ("table", "plain", "markdown", "csv", "html", "ics"):
        done = four.here("overview", "districts.yaml", *options, "--as-of", DAY, "-f", form)
        assert (done.code, done.err) == (0, "")
        assert [name for name in names if name not in done.out] == [], form


def test_a_spreadsheet_has_the_tasks_the_districts_and_the_totals(city: City) -> None:
    city.districts("甲县", "乙县", "丙区", "丁区", 丁区="nothing.db")
    assert city.here("overview", "districts.yaml", "--as-of", DAY, "-o", "made.xlsx").code == 4
    book = load_workbook(city.folder / "made.xlsx")
    districts, tasks = book.worksheets
    rows = [row for row in tasks.iter_rows(values_only=True) if row[1]]
    about = list(districts.iter_rows(min_row=7, values_only=True))
    own = [(name, item["id"]) for name in ("甲县", "乙县", "丙区") for item in city.own(name)]
    assert [(row[0], str(row[1])) for row in rows] == [("县区", "序号"), *own]
    lines = {row[0]: row[1] for row in districts.iter_rows(max_row=6, values_only=True)}
    assert lines == {"县区": "任务数", "甲县": 3, "乙县": 3, "丙区": 3, "丁区": "–", "合计": 9}
    assert city.here("overview", "districts.yaml", "--group-by", "unit", "--as-of", DAY, "-o", "g.xlsx").code == 4
    grouped = load_workbook(city.folder / "g.xlsx").worksheets[0]
    [total] = [row for row in grouped.iter_rows(values_only=True) if row[0] == "合计"]
    units = [row for row in grouped.iter_rows(min_row=2, values_only=True) if row[0] and isinstance(row[2], int)][:-1]
    assert (total[0], total[2]) == ("合计", sum(int(str(unit[2])) for unit in units))
    said = "".join(str(row[0]).replace("\n", "") for row in about)
    assert "4个县（市、区）中读取3个，共9项任务：逾期6项、预警3项；丁区无法读取，未计入" in said
    assert "完成投资：至少30000万元" in said
    assert str(city.folder) not in said, "what other offices get has no paths"
    assert city.here("overview", "districts.yaml", "--as-of", DAY, "--matrix", "-o", "lamps.xlsx").code == 4
    lamps = load_workbook(city.folder / "lamps.xlsx").worksheets[0]
    assert [cell.value for cell in lamps[2]] == [1, "棚户区改造", "红灯", "红灯", "红灯"]


def test_counts_of_districts_are_on_paper_once(city: City) -> None:
    command = ("overview", "districts.yaml", "--group-by", "district", "--as-of", DAY)
    assert city.here(*command, "-o", "made.docx", LANG="zh_CN.UTF-8").code == 0
    heads = [
        [cell.text for cell in table.rows[0].cells] for table in docx.Document(str(city.folder / "made.docx")).tables
    ]
    assert [head[0] for head in heads] == ["县区", "县区"]
    assert heads[0][1] == "任务数"
    assert heads[1] == ["县区", "平均差距（百分点）", "问题最突出任务"]


@pytest.mark.parametrize(
    ("options", "title", "heading"),
    [
        ((), "推进情况", "二、各县（市、区）工作任务"),
        (("--group-by", "unit"), "推进情况", "二、按牵头单位汇总"),
        (("--overdue",), "逾期事项", "二、各县（市、区）工作任务"),
    ],
)
def test_its_title_stands_on_paper_once(options: tuple[str, ...], title: str, heading: str, city: City) -> None:
    file = city.folder / "districts.yaml"
    file.write_text(file.read_text("utf-8").replace("title: 全市汇总", "title: 全市2016年重点工作"), "utf-8")
    command = ("overview", "districts.yaml", *options, "--as-of", DAY, "-o", "made.docx")
    assert city.here(*command, LANG="zh_CN.UTF-8").code == 0
    said = [p.text for p in docx.Document(str(city.folder / "made.docx")).paragraphs if p.text]
    assert said[0].endswith(f"重点工作{title}")
    assert sum(title in line for line in said) == 1
    assert heading in said


def test_its_first_page_names_the_red_tasks_of_each_district(city: City) -> None:
    city.districts("甲县", "乙县")
    made = city.here("overview", "districts.yaml", "--as-of", "2016-12-15", "-o", "made.docx", LANG="zh_CN.UTF-8")
    assert made.code == 0
    said = [p.text for p in docx.Document(str(city.folder / "made.docx")).paragraphs if p.text]
    assert said[3:5] == [
        "甲县红灯2项：1.棚户区改造（逾期291天）、3.安置房建设（3.1 一期：逾期168天）。",
        "乙县红灯2项：1.棚户区改造（逾期262天）、3.安置房建设（3.1 一期：逾期168天）。",
    ]


@pytest.mark.parametrize("options", [(), ("--overdue",), ("--at-risk",), ("--group-by", "district")], ids=" ".join)
def test_it_fits_a_terminal_of_80_columns(options: tuple[str, ...], city: City) -> None:
    file = city.folder / "districts.yaml"
    file.write_text(file.read_text("utf-8").replace("name: 甲县", "name: 高新技术产业开发区"), "utf-8")
    done = city.here("overview", "districts.yaml", *options, "--as-of", DAY, "-f", "table")
    assert max(map(width, done.out.splitlines())) <= 80


def test_every_fault_of_the_file_is_reported_with_its_line(city: City) -> None:
    file = city.folder / "districts.yaml"
    file.write_text(
        "title: 全市\ntimezone: Asia/Shanghei\nsilent_after: soon\ndistricts:\n  - {name: 甲县, plan: a.yaml}\n"
        "  - {name: 甲 县, plan: a.yaml, ledger: a.db, anchor: latest, leger: b}\n",
        "utf-8",
    )
    done = city.told()
    assert (done.code, done.out) == (3, "")
    said = done.err.splitlines()
    assert [line.split(": ", 1)[0].split(":")[1] for line in said] == ["2", "3", "5", "6", "6", "6"], done.err
    file.write_text("title: 全市\n", "utf-8")
    assert city.told().code == 3
    assert city.here("overview", "no.yaml").code == 3
    city.districts("甲县")
    assert "棚户" not in city.told("--unit", "城镇半").out
    assert city.told("--unit", "城镇半").code == 2


def _dies(errand: DistrictJob, seconds: float) -> DistrictReport:
    if errand.district.name == "乙县":
        os._exit(9)
    return judge_within(errand, seconds)


def test_a_worker_that_dies_affects_no_other_district(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = city.overview()["items"]
    monkeypatch.setattr(district_workers, "judge_within", _dies)
    found = city.overview("--workers", "2", code=4)
    assert states(found) == {"甲县": "as-seen", "乙县": "unreachable", "丙区": "as-seen", "丁区": "as-seen"}
    assert found["items"] == [row for row in rows if row["district"] != "乙县"]


def _hurried(name: str, errand: DistrictJob, seconds: float) -> DistrictReport:
    """Judge one district within at most a second, and any other within the time that a busy machine may need."""
    return judge_within(errand, min(1, seconds) if errand.district.name == name else PATIENCE)


@pytest.mark.slow
def test_a_district_that_hangs_is_given_up_in_time(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = city.overview()["items"]
    monkeypatch.setattr(district_workers, "judge_within", partial(_hurried, "乙县"))
    with hanging() as url:
        city.districts("甲县", "乙县", "丙区", "丁区", 乙县=url)
        done = city.told("--workers", "1", "--timeout", "1")
    found = json.loads(done.out)
    assert (done.code, states(found)["乙县"]) == (4, "unreachable")
    assert "乙县: no answer within 1 s" in done.err
    assert found["items"] == [row for row in rows if row["district"] != "乙县"]


def test_a_ledger_is_unchanged_since_last_time_only_after_a_first_run(city: City) -> None:
    for word, compared in (("首次汇总", False), ("与上次一致", True)):
        told = city.here("overview", "districts.yaml", "--as-of", DAY, "-f", "table", LANG="zh_CN.UTF-8").out
        rows = [line for line in told.splitlines() if line.startswith(("甲县", "乙县", "丙区", "丁区"))]
        assert len(rows) == 4
        assert all(word in row for row in rows)
        assert ("首次汇总，没有可比对的以往记录" not in told) == compared


def test_an_overview_fits_80_columns_with_one_line_per_task(city: City) -> None:
    told = city.here("overview", "districts.yaml", "--as-of", DAY, "-f", "table", LANG="zh_CN.UTF-8").out.splitlines()
    assert max(map(width, told)) <= 80
    assert (
        sum(line.startswith(("红灯 ", "黄灯 ", "绿灯 ", "暂不亮灯 ")) for line in told) == 12
    )  # three tasks a district
    assert not [line for line in told if line.startswith("    ") and "：–" in line]


def test_a_ledger_that_was_forked_after_its_beginning_is_rewritten(city: City) -> None:
    plan, ledger = city.folder / "甲县", city.folder / "甲县" / "ledger.db"
    moment = datetime(2016, 7, 11, tzinfo=UTC)
    (city.folder / "early.db").write_bytes(ledger.read_bytes())
    open_workspace(plan, clock=lambda: moment).record("1", {"percent": 50}, by="li", on="2016-07-01")
    assert states(city.overview())["甲县"] == "first-seen"
    ledger.write_bytes((city.folder / "early.db").read_bytes())
    assert states(city.overview())["甲县"] == "behind"
    open_workspace(plan, clock=lambda: moment).record("1", {"percent": 90}, by="li", on="2016-07-01")
    done = city.told()
    assert (done.code, states(json.loads(done.out))["甲县"]) == (4, "rewritten")
    assert "甲县: This ledger is not the one that this computer last saw: #4 had the hash " in done.err


@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_eighty_columns_have_the_lead_unit_and_the_open_problems(language: str, four: City) -> None:
    out = four.on_a_terminal("overview", "districts.yaml", "--as-of", DAY, "--overdue", LANG=language).out
    assert "城镇办" in out
    assert ("Problems" if language == "C.UTF-8" else "未结问题") in out
