"""A shared ledger in PostgreSQL: `JK_LEDGER` is enough, and every command works as with a file."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from postgres_server import PASSWORD, QUOTED, Server
from running import PATIENCE, Done, Workspace, workspace


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


def fine(done: Done) -> str:
    assert done.code == 0, done.err
    return done.out


def test_a_month_at_a_shared_ledger(place: Workspace, server: Server, tmp_path: Path) -> None:
    url = server.database()
    shared = {"JK_LEDGER": url.replace("postgresql:", "postgres:")}
    missing = place.here("report", **shared)
    assert (missing.code, missing.out) == (4, "")
    assert "jk init --ledger postgresql://postgres@127.0.0.1" in missing.err
    for _time in range(2):
        assert "was created" in fine(place.here("init", "--ledger", url))
    assert place.files() == {"tasks.yaml"}
    (tmp_path / "2016-02.jsonl").write_bytes((Path(__file__).parents[2] / "data" / "2016-02.jsonl").read_bytes())
    assert "23 added" in fine(place.here("import", "2016-02.jsonl", **shared))
    assert "0 added, 23 already" in fine(place.here("import", "2016-02.jsonl", **shared))
    assert '"percent": "35"' in fine(place.here("record", "12", "35", "--on", "2016-03-31", "--dry-run", **shared))
    assert "#24 recorded" in fine(place.here("record", "12", "35", "--on", "2016-03-31", **shared))
    assert "#25 recorded" in fine(place.here("retract", "24", "-m", "typo", **shared))
    assert "No faults found: 25 entries" in fine(place.here("check", "ledger", **shared))
    assert "Ledger #25 " in fine(place.here("report", "--as-of", "2016-07-15", **shared))
    assert "The ledger is empty" in fine(
        place.here("report", "--as-of", "2016-07-15", "--known-on", "2016-03-01", **shared)
    )
    assert "entries.csv: 23" in fine(place.here("export", "--month", "2016-02", "-o", "out", **shared))
    fine(place.here("log", "-o", "all.csv", **shared))
    assert "25 added" in fine(place.here("import", "all.csv", "--ledger", str(tmp_path / "copy.db")))
    assert not place.ledger.exists()


@pytest.mark.slow
def test_a_desk_without_a_plan_file_uses_the_adopted_plan(place: Workspace, server: Server, tmp_path: Path) -> None:
    shared = {"JK_LEDGER": server.ledger()}
    (tmp_path / "elsewhere").mkdir()
    desk = Workspace(tmp_path / "elsewhere")
    plan = place.folder / "tasks.yaml"
    text = plan.read_text("utf-8")
    fine(place.here("adopt", **shared))
    plan.rename(tmp_path / "moved.yaml")  # nor is there a plan in a parent folder
    assert "#2 recorded: task 12" in fine(desk.here("record", "12", "35", "--on", "2016-03-15", **shared))
    assert "35 %" in fine(desk.here("report", "12", "--as-of", "2016-03-20", **shared))
    changed = text.replace("deadline: 2016-07-31", "deadline: 2016-09-30", 1)
    plan.write_text(changed, "utf-8")
    moved = "task 3: milestone link-road-lights: deadline 2016-07-31 → 2016-09-30"
    check = place.here("check", **shared)
    assert (check.code, moved in check.out) == (1, True)
    assert moved in place.here("report", "3", "--as-of", "2016-08-05", **shared).err
    assert moved in fine(place.here("adopt", "-m", "会议决定", **shared))
    assert place.here("check", **shared).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
def test_no_password_is_printed_by_any_command(place: Workspace, server: Server, language: str) -> None:
    url = server.ledger()
    environ = {"LANG": language}
    for named in (url, url.replace("/jk_test", "/no_such"), url.replace(QUOTED, "s3cret"), url.replace("@", "x@")):
        for words in (["report"], ["record", "12", "1"], ["check"], ["log"], ["init"]):
            done = place.here(*words, "--ledger", named, **environ)
            assert done.code in (0, 4)
            for secret in (QUOTED, "p@ss", "s3cret"):
                assert secret not in done.out + done.err


def test_without_psycopg_the_message_names_the_pip_command(place: Workspace) -> None:
    program = "import sys; sys.modules['psycopg'] = None; from jingkai_cli.cli.app import main; main()"
    command = [sys.executable, "-c", program, "report", "--ledger", "postgresql://lin@127.0.0.1/jk"]
    environ = place.environment()
    done = subprocess.run(
        command, cwd=place.folder, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (done.returncode, done.stdout) == (5, "")
    assert "pip install 'jingkai-cli[postgres]'" in done.stderr


@pytest.mark.slow
def test_the_units_of_tasks_follow_the_adoption_in_force(place: Workspace, server: Server) -> None:
    url = server.ledger()
    shared = {"JK_LEDGER": url}
    plan = place.folder / "tasks.yaml"
    first = plan.read_text("utf-8")

    def units(where: str = url) -> set[tuple[str, str]]:
        return set(server.run("SELECT task, unit FROM jk.task_units", url=where))

    assert units() == set()
    fine(place.here("adopt", **shared))
    by_first = units()
    assert ("1", "城镇办") in by_first
    plan.write_text(first.replace("lead_unit: 城镇办", "lead_unit: 执法局"), "utf-8")
    fine(place.here("adopt", "-m", "会议决定", **shared))
    by_second = units()
    assert ("1", "执法局") in by_second - by_first
    assert ("1", "城镇办") in by_first - by_second
    fine(place.here("score", "执法局", "90", "--month", "2016-03", "--by", "评委甲", **shared))
    fine(place.here("retract", "3", "-m", "typo", **shared))
    assert units() == by_second
    fine(place.here("retract", "2", "-m", "x", "--dry-run", **shared))
    assert units() == by_second
    fine(place.here("retract", "2", "-m", "未经批准", **shared))
    assert units() == by_first
    fine(place.here("retract", "1", "-m", "未经批准", **shared))
    assert units() == set()
    assert place.here("check", "ledger", **shared).code == 0
    text = plan.read_text("utf-8")
    adopted = {"plan": text, "plan_sha256": sha256(text.encode()).hexdigest(), "kind": "adopt"}
    for said, expected in ((adopted, by_second), ({"kind": "retract", "ref": 7, "note": "未经批准"}, set())):
        (place.folder / "said.jsonl").write_text(json.dumps({"on": "2016-03-15", "task": "", **said}), "utf-8")
        assert "1 added" in fine(place.here("import", "said.jsonl", **shared))
        assert units() == expected


TREE = """\
title: 安置房
year: 2016
units: [城镇办, 执法局, 水利局]
tasks:
- id: '1'
  title: 安置房建设
  lead_unit: 城镇办
  deadline: 2016-12-31
  subtasks:
  - {id: '1.1', title: 一期, lead_unit: 执法局}
  - {id: '1.2', title: 二期, support_units: [水利局]}
"""


def test_a_unit_records_for_the_tasks_and_sub_tasks_that_name_it(place: Workspace, server: Server) -> None:
    url = server.ledger()
    (place.folder / "tasks.yaml").write_text(TREE, "utf-8")
    if not server.run("SELECT 1 FROM pg_roles WHERE rolname = 'enforcer'"):
        server.run(f"CREATE ROLE enforcer LOGIN PASSWORD '{PASSWORD}'", "GRANT jk_unit TO enforcer")
    server.run("INSERT INTO jk.unit_logins VALUES ('enforcer', '执法局')", url=url)
    desk = {"JK_LEDGER": server.address(url.rpartition("/")[2], "enforcer")}
    on = datetime.now(UTC).date().isoformat()
    said = ("-m", "完成清表", "--from", "执法局", "--on", on)
    assert place.here("record", "1.1", *said, **desk).code == 4  # nothing is adopted: no unit has a task
    fine(place.here("adopt", "--on", on, JK_LEDGER=url))
    assert "recorded: task 1.1" in fine(place.here("record", "1.1", *said, **desk))
    for task in ("1", "1.2"):
        refused = place.here("record", task, *said, **desk)
        assert refused.code == 4, task
        assert "(1.1)" in refused.err
    moved = TREE.replace("lead_unit: 执法局", "lead_unit: 水利局").replace("[水利局]", "[执法局]")
    (place.folder / "tasks.yaml").write_text(moved, "utf-8")
    fine(place.here("adopt", "-m", "会议决定", "--on", on, JK_LEDGER=url))
    assert place.here("record", "1.1", "--force", *said, **desk).code == 4
    assert "recorded: task 1.2" in fine(place.here("record", "1.2", *said, **desk))
    assert place.here("check", "ledger", JK_LEDGER=url).code == 0
