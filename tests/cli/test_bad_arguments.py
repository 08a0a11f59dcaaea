"""Wrong arguments are refused: exit 2 (3 for a key), a message with what to type, nothing recorded."""

import os
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest

from running import Workspace, workspace

LONG = "9" * 40
NO_FIGURE = "is not a figure: write a percentage such as 35, NAME=TOTAL, or NAME+=AMOUNT"
NO_NUMBER = "is not a number: write digits only, such as 12.5"
NO_DATE = "is not a date: write it as 2016-03-31"

WRONG = {
    "report --nope": "",
    "no-such-command": "",
    "record": "",
    "report --due-within -1": "",
    "report --due-within 99999999999": "",
    "report --month 2016-13": "",
    "report -f xml": "",
    "report --as-of never": f"'never' {NO_DATE}",
    "report --as-of 2016-02-30": f"'2016-02-30' {NO_DATE}",
    "report --as-of 0001-01-01": f"'0001-01-01' {NO_DATE}",
    "report --as-of 2016-03": "'2016-03' is not a date: write it as 2016-03-31",
    "report --as-of 3月": "'3月' is a whole month: write its day, such as 2016-03-01 or 2016-03-31",
    "report --known-on 0001-01-01T00:00": "is not a date and time: write 2016-03-31 or 2016-03-31T09:00",
    "export --month 2016-13 -o out": "'2016-13' is not a month: write it as 2016-03, or last",
    "report -o report.xyz": "the format of report.xyz cannot be told from its ending",
    "report -f csv --encoding nope": "there is no encoding 'nope': use utf-8-sig, utf-8 or gb18030",
    "record 12": "nothing to record: give a figure (35, NAME=V, NAME+=V) or a note: -m NOTE",
    "record 12 percent==3": f"'=3' {NO_NUMBER}",
    "record 12 percent=abc": f"'abc' {NO_NUMBER}",
    "record 12 1e5": f"'1e5' {NO_FIGURE}",
    "record 12 1,2": "'1,2': a comma stands between groups of three digits only, as in 48,000",
    "record 12 inf": f"'inf' {NO_FIGURE}",
    "record 12 percent=nan": f"'nan' {NO_NUMBER}",
    f"record 12 {LONG}": f"'{LONG}' {NO_NUMBER}",
    "record 12 percent=-5": "a percentage cannot be below 0: -5",
    "record 12 -- -5": "a percentage cannot be below 0: -5",
    "record 12 5 6": "percent is given twice",
    "record 10 绿化=1,000": "'绿化' matches several indicators of task 10: greened (完成绿化, 万平方米), jinggangao",
    "record 10 完成绿化=1,00": "'完成绿化=1,00': a comma stands between groups of three digits only, as in 48,000",
    "record 10 完成绿化=1,000,00": "a comma stands between groups of three digits only, as in 48,000",
    "record 12 5 --evidence .": "evidence . cannot be read: Is a directory",
    "record 12 5 --evidence nothing.pdf": "evidence nothing.pdf cannot be read: No such file or directory",
    "record 12 5 --from 城镇办 --from 执法局": "it is given twice",
    "record 12 5 --on=2016-03-01 --on 2016-03-02": "it is given twice",
    "record 12 5 --force": "--force needs a reason: -m WHY",
    "retract 0 -m x": "there is no entry #0",
    "correct 1 5 -m x": "#1 is not a report",
    "check --anchor hello": "'hello' is not an anchor",
    "log --last 0": "",
    "import": "",
    "init no/such/folder": "no/such/folder cannot be made: No such file or directory",
}


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_argument_is_refused(line: str, place: Workspace) -> None:
    done = place.here(*line.split())
    assert (done.code, done.out) == (2, ""), done
    assert WRONG[line] in done.err
    assert done.err.strip()
    assert place.files() == {"tasks.yaml"}


@pytest.mark.parametrize(
    "line",
    [
        "report --as-of @", "report --unit @", "report --ledger @", "report --known-on @", "report @", "log @",
        "record @ 5", "record 12 @", "record 12 5 --on @", "record 12 5 --by @", "record 12 5 --key @",
        "record 12 5 --from @", "record 12 -m @", "reopen 12 -m @", "check --anchor @",
    ],
)  # fmt: skip
@pytest.mark.parametrize("blank", ["", " "])
def test_an_empty_argument_is_refused(line: str, blank: str, place: Workspace) -> None:
    done = place.here(*(word.replace("@", blank) for word in line.split()))
    assert (done.code, done.out) == (2, ""), done
    assert "it is empty" in done.err
    assert place.files() == {"tasks.yaml"}


@pytest.mark.parametrize("option", ["--by", "--key", "--from", "-m", "--verifier"])
@pytest.mark.parametrize("text", ["a\0b", "a\udcffb"])
def test_text_that_cannot_be_stored_is_refused(option: str, text: str, place: Workspace) -> None:
    command = ("accept", "12", "-m", "x") if option == "--verifier" else ("record", "12", "5", "--on", "2016-03-01")
    done = place.here(*command, option, text)
    assert (done.code, done.out) == (2, ""), done
    assert place.here("log", "-f", "csv").out.count("\r\n") == 1


def test_arguments_that_are_not_utf_8(place: Workspace) -> None:
    """As Python passes them to a program; one test checks that it does."""
    bad = os.fsdecode(b"\xff")
    for words in (("record", bad, "5"), ("record", "12", f"{bad}=5"), ("report", "--as-of", bad), (bad,)):
        done = place.here(*words)
        assert (done.code, done.out) == (2, "")
        assert "\\udcff" in done.err
    for url in (f"postgresql://{bad}@/", f"postgresql://host/{bad}", f"sqlite:///{bad}/x", f"{bad}://"):
        done = place.here("report", "--ledger", url)
        assert (done.code, done.out) == (4, "")
    assert place.here("report", "--plan", f"{bad}.yaml").code == 3
    assert place.jk("report", "-o", b"\xff.csv").code == 0
    assert (place.folder / f"{bad}.csv").exists()


def test_control_characters_in_arguments_are_escaped(place: Workspace) -> None:
    for words in (
        ("\x1b[31mred",),
        ("report", "--\x1b[31mred"),
        ("report", "-f", "\x9b31m"),
        ("record", "\u202e", "5"),
    ):
        done = place.here(*words)
        assert done.code == 2
        assert not {"\x1b", "\x9b", "\u202e"} & set(done.err)


def test_a_note_of_a_million_characters(place: Workspace) -> None:
    assert place.here("record", "12", "-m", "长" * 1_000_000, "--on", "2016-03-01").code == 0
    assert place.here("log", "-o", "log.csv").code == 0
    again = place.here("import", "log.csv")
    assert (again.code, again.out) == (0, "log.csv: 0 added, 1 already recorded\n")


def test_an_existing_key_with_different_content_is_refused(place: Workspace) -> None:
    record = ("record", "12", "--key", "k", "--on", "2016-03-01")
    assert place.here(*record, "5").code == 0
    assert place.here(*record, "5").code == 0
    done = place.here(*record, "6")
    assert (done.code, done.out) == (3, "")
    assert "key 'k' is already in the ledger as #1" in done.err
    assert "readings" in done.err
    assert place.here("log", "-f", "csv").out.count("\r\n") == 2


def test_a_missing_user_name_is_an_error(place: Workspace) -> None:
    with patch("getpass.getuser", side_effect=KeyError("getpwuid(): uid not found: 4242")):
        done = place.here("record", "12", "5", JK_BY="")
    assert (done.code, done.err) == (2, "pass your name: --by WHO, or set JK_BY\n")


def test_jk_alone_prints_its_help(place: Workspace) -> None:
    done = place.here()
    assert (done.code, done.err) == (0, "")
    assert done.out.strip() == place.here("--help").out.strip()


def test_no_command_prompts_without_a_terminal(place: Workspace) -> None:
    assert place.jk("reopen", "12", stdin=subprocess.DEVNULL).code == 2
    for words in (("record", "12"), ("extend", "12"), ("retract", "1")):
        assert place.here(*words).code == 2


@pytest.mark.parametrize(
    "line",
    [
        "backup @", "restore @ --ledger new.db", "restore saved.db --ledger @", "init @", "report --plan @",
        "report --ledger @", "record 12 5 --ledger @", "record 12 5 --evidence @", "export --month 2016-02 -o @",
        "export --all -o @", "form --month 2016-02 -o @", "dashboard -o @.html", "report -o @.csv", "import @.csv",
        "import own.csv --map @", "check --anchor-file @", "init --from @.docx a",
    ],
)  # fmt: skip
def test_a_file_name_that_is_too_long(line: str, tmp_path: Path) -> None:
    place = workspace(tmp_path, recorded=True)
    (tmp_path / "a").mkdir()
    (tmp_path / "own.csv").write_text("任务,进度\n12,35\n", encoding="utf-8")
    assert place.here("backup", "saved.db").code == 0
    before = place.files()
    name = "x" * 300
    done = place.here(*line.replace("@", name).split())
    assert done.code in (2, 3, 4), done
    assert done.out == ""
    assert name in done.err
    assert place.files() == before
