"""Every command reports where the file differs from the adopted plan; `--known-on` uses the plan adopted by then."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from test_faults import every_command

from effort import mostly_slow
from jingkai_cli.ledger import open_for_reading
from jingkai_cli.plan import parse_plan
from running import Workspace

SMALL = Path(__file__).with_name("small.yaml")
OF_THE_PAST = list(every_command("known_on"))
"""Every command with `--known-on`."""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A plan that was adopted twice and changed again, with a figure recorded between the adoptions."""
    made = Workspace(tmp_path)
    shutil.copy(SMALL, tmp_path / "tasks.yaml")
    (tmp_path / "2016-02.jsonl").write_text("")
    assert made.here("adopt", "--on", "2016-01-04").code == 0
    assert made.here("record", "1", "10", "--on", "2016-03-01").code == 0
    change(made, "设计完成", "设计批复")
    assert made.here("adopt", "--on", "2016-05-04", "-m", "领导小组第3次会议").code == 0
    change(made, "deadline: 2016-06-30", "deadline: 2016-11-30")
    return made


def change(place: Workspace, old: str, new: str) -> None:
    plan = place.folder / "tasks.yaml"
    text = plan.read_text("utf-8")
    assert old in text
    plan.write_text(text.replace(old, new), "utf-8")


def moment(place: Workspace, seq: int) -> str:
    """The time at which an entry was recorded."""
    items = json.loads(place.here("log", "-f", "json").out)["items"]
    return str(items[seq - 1]["recorded_at"])


def small(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command with a task and a milestone of the small plan."""
    return tuple({"4": "1", "4.2": "1", "decoration": "design", "12": "1"}.get(word, word) for word in command)


@pytest.mark.parametrize("command", mostly_slow((each,) for each in OF_THE_PAST), ids=" ".join)
def test_every_report_lists_differences_from_the_adopted_plan(command: tuple[str, ...], place: Workspace) -> None:
    done = place.here(*small(command))
    assert done.code == 0, done
    assert "tasks.yaml differs from the plan that was adopted on 2016-05-04 (#3):" in done.err
    assert "task 3: deadline 2016-06-30 → 2016-11-30 in the file: use `jk extend`" in done.err
    change(place, "deadline: 2016-11-30", "deadline: 2016-06-30")
    change(place, "id: 4\n    title: 集中整治", "id: 4\n    title: 集中整治   # 城镇办、执法局")
    assert "adopted" not in place.here(*small(command)).err


@pytest.mark.parametrize("command", mostly_slow((each,) for each in OF_THE_PAST), ids=" ".join)
def test_known_on_uses_the_plan_adopted_by_that_day(command: tuple[str, ...], place: Workspace) -> None:
    for seq, day in ((2, "2016-01-04 (#1)"), (3, "2016-05-04 (#3)")):
        done = place.here(*small(command), "--known-on", moment(place, seq))
        assert done.code == 0, done
        assert f"Using the plan that was in force then, adopted on {day}." in done.err
        assert "differs" not in done.err
    assert "in force then" not in place.here(*small(command), "--known-on", "2016-01-01").err


def test_known_on_prints_an_earlier_report_again(place: Workspace) -> None:
    change(place, "deadline: 2016-11-30", "deadline: 2016-06-30")
    before = place.here("report", "--as-of", "2016-07-15", "-f", "csv").out
    change(place, "城镇办\n", "执法局\n")
    assert place.here("adopt", "-m", "机构改革").code == 0
    assert place.here("report", "--as-of", "2016-07-15", "-f", "csv").out != before
    again = place.here("report", "--as-of", "2016-07-15", "-f", "csv", "--known-on", moment(place, 3))
    assert again.out == before


def test_a_retracted_adoption_is_in_force_until_its_retraction(place: Workspace) -> None:
    assert place.here("retract", "3", "-m", "未经会议").code == 0
    now, then = (
        place.here("show", "1", "--as-of", "2016-02-01", *how) for how in ((), ("--known-on", moment(place, 3)))
    )
    assert "milestone design: title 设计完成 → 设计批复" in now.err
    assert "设计批复" in then.out
    with closing(open_for_reading(str(place.ledger))) as ledger:
        (first,) = [r for r in ledger.entries() if r.seq == 1]
        assert ledger.adopted() == first


def test_an_adopted_plan_equal_to_the_file_is_not_parsed_again(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(text: str, name: str) -> object:
        read.append(name)
        return parse_plan(text, name)

    monkeypatch.setattr("jingkai_cli.reports.plan_changes.parse_plan", reading)
    place.here("report")
    assert read == ["#3"]
    assert place.here("adopt", "-m", "领导小组第4次会议").code == 0
    read.clear()
    assert place.here("report").err.count("adopted") == 0
    assert place.here("check").code == 0
    assert read == []


def test_adopt_stores_the_exact_text_of_the_file(tmp_path: Path) -> None:
    text = SMALL.read_text("utf-8").replace("\n", "\r\n")
    (tmp_path / "tasks.yaml").write_bytes(text.encode())
    place = Workspace(tmp_path)
    assert place.here("adopt").code == 0
    with closing(open_for_reading(str(place.ledger))) as ledger:
        adoption = ledger.adopted()
    assert adoption
    assert adoption.entry.plan == text
    assert adoption.entry.plan_sha256 == place.shell("sha256sum tasks.yaml").out.split()[0]


def test_a_plan_with_faults_is_not_adopted(place: Workspace) -> None:
    (place.folder / "tasks.yaml").write_text("title: 重点工作\ntasks: []\n", "utf-8")
    done = place.here("adopt", "-m", "改")
    assert (done.code, done.out) == (3, "")
    with closing(open_for_reading(str(place.ledger))) as ledger:
        adoption = ledger.adopted()
    assert adoption
    assert adoption.seq == 3


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"plan_sha256": "0" * 64}, "plan_sha256 is not the SHA-256 of the plan"),
        ({"note": None}, "a plan is already adopted (#3): give the reason for the change"),
        ({"plan": None}, "plan is missing"),
        ({"kind": "report", "task": "1"}, "plan does not belong to an entry of the kind report"),
    ],
)
def test_import_of_an_adoption(changed: dict[str, str], sentence: str, place: Workspace) -> None:
    line = json.loads(place.here("adopt", "-m", "会议", "--dry-run").out.splitlines()[0])
    said = {name: value for name, value in (line | changed).items() if value is not None}
    (place.folder / "adopt.jsonl").write_text(json.dumps(said), "utf-8")
    done = place.here("import", "adopt.jsonl")
    assert (done.code, done.out) == (3, "")
    assert sentence in done.err
    (place.folder / "adopt.jsonl").write_text(json.dumps(line), "utf-8")
    assert place.here("import", "adopt.jsonl").code == 0
    assert place.here("check", "plan").code == 0


def test_a_log_with_an_adoption_is_refused_with_a_hint(place: Workspace) -> None:
    (place.folder / "other").mkdir()
    other = Workspace(place.folder / "other")
    shutil.copy(SMALL, other.folder / "tasks.yaml")
    assert place.here("log", "-o", "other/all.csv").code == 0
    done = other.here("import", "all.csv")
    assert (done.code, done.out) == (3, "")
    assert "`jk export --all -o FILE.jsonl` does" in done.err
    assert place.here("export", "--all", "-o", "other/all.jsonl").code == 0
    assert other.here("import", "all.jsonl").code == 0
