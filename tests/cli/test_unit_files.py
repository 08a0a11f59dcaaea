"""Files for each unit: two names never share a file, and a refusal writes none."""

from pathlib import Path

import pytest

from running import Workspace

LONG = "市" * 60
PAIRS = [("甲/局", "甲?局"), (f"{LONG}一科", f"{LONG}二科"), ("Ab局", "aB局")]


def office(folder: Path, *units: str) -> Workspace:
    place = Workspace(folder)
    tasks = [
        f"- {{id: {n}, title: 工程{n}, lead_unit: '{unit}', deadline: 2016-03-31}}" for n, unit in enumerate(units)
    ]
    (place.folder / "tasks.yaml").write_text("\n".join(["title: 工作", "year: 2016", "tasks:", *tasks]), "utf-8")
    return place


@pytest.mark.parametrize("pair", PAIRS, ids=["signs", "length", "case"])
@pytest.mark.parametrize(
    "command",
    [
        ("notice", "--all", "--as-of", "2016-04-05", "-f", "plain", "-o", "out"),
        ("notice", "--all", "--as-of", "2016-04-05", "--issue", "--by", "领导甲", "-o", "out"),
        ("form", "--month", "2016-03", "-o", "out"),
    ],
    ids=["notice", "issue", "form"],
)
def test_two_units_with_one_file_name_are_refused_by_both_names(
    command: tuple[str, ...], pair: tuple[str, str], tmp_path: Path
) -> None:
    place = office(tmp_path, *pair)
    done = place.here(*command)
    assert done.code == 2, (done.out, done.err)
    said = done.err.replace("\n", "")
    assert all(name in said for name in pair)
    assert not (tmp_path / "out").exists()
    assert place.here("log", "-f", "csv").out.count("\n") == 1


@pytest.mark.parametrize("pair", PAIRS, ids=["signs", "length", "case"])
def test_two_judges_with_one_file_name_are_refused_by_both_names(pair: tuple[str, str], tmp_path: Path) -> None:
    place = office(tmp_path, "甲局", "乙局")
    judges = [part for name in pair for part in ("--judge", name)]
    done = place.here("form", "--month", "2016-03", "--observation", *judges, "-o", "out")
    assert done.code == 2
    assert not (tmp_path / "out").exists()


def test_each_unit_has_a_letter_of_its_own(tmp_path: Path) -> None:
    place = office(tmp_path, "甲/局", "乙局")
    assert place.here("notice", "--all", "--as-of", "2016-04-05", "-f", "plain", "-o", "out").code == 0
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"甲_局.txt", "乙局.txt"}
