"""`tests/errors/plan` has pairs of a bad plan and its expected errors; each pair is a test."""

from pathlib import Path

import pytest
import yaml

from jingkai_cli.errors import Exit, InvalidInput
from jingkai_cli.plan import load_plan, yaml_reader
from jingkai_cli.plan.files import LARGEST

FOLDER = Path(__file__).parents[1] / "errors" / "plan"
BAD = sorted(FOLDER.glob("*.yaml"))
TASK = "{id: 1, title: 安置房建设, lead_unit: null, deadline: 2016-12-31}"


def said(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        load_plan(path)
    assert caught.value.code is Exit.INVALID
    return f"{caught.value}\n"


def said_of(text: str, folder: Path) -> str:
    plan = folder / "tasks.yaml"
    plan.write_text(text, encoding="utf-8")
    return said(plan).replace(f"{folder}/", "")


@pytest.fixture
def in_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


@pytest.mark.usefixtures("in_folder")
@pytest.mark.parametrize("loader", [yaml_reader.LOADER, yaml.SafeLoader], ids=["in C", "in Python"])
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.stem)
def test_every_fault_is_reported_with_its_place(bad: Path, loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "LOADER", loader)
    assert said(Path(bad.name)) == bad.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_expectation_has_its_file() -> None:
    assert {text.stem for text in FOLDER.glob("*.txt")} == {bad.stem for bad in BAD}


def test_faults_are_in_the_order_of_the_file() -> None:
    with pytest.raises(InvalidInput) as caught:
        load_plan(FOLDER / "many-faults.yaml")
    places = [(finding.line, finding.column) for finding in caught.value.findings]
    assert places == sorted(places)
    assert len(places) >= 8


def test_a_missing_file(tmp_path: Path) -> None:
    assert "there is no such file (create a plan with `jk init`" in said(tmp_path / "tasks.yaml")


def test_a_folder(tmp_path: Path) -> None:
    assert said(tmp_path) == f"{tmp_path}: this is a folder (expected a file such as tasks.yaml)\n"


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert "permission denied" in said(tmp_path / "tasks.yaml")


def test_an_invalid_file_name() -> None:
    assert "cannot be read" in said(Path("a\0b"))


@pytest.mark.parametrize("text", ["", "\ufeff", "\n", "# 待填\n"])
def test_an_empty_file(text: str, tmp_path: Path) -> None:
    assert said_of(text, tmp_path).startswith("tasks.yaml: this file is empty")


@pytest.mark.slow
def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    line = f"title: 工作\ntasks: [{TASK}]\n"
    plan = tmp_path / "tasks.yaml"
    plan.write_text(line.ljust(LARGEST - len(line.encode()) + len(line)), encoding="utf-8")
    assert plan.stat().st_size == LARGEST
    assert load_plan(plan).title == "工作"
    plan.write_bytes(plan.read_bytes() + b"\n")
    assert "bigger than 16 MiB" in said(plan)


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_a_bomb_of_40000_levels_is_not_parsed(bracket: str, tmp_path: Path) -> None:
    assert "nested deeper than 64 levels" in said_of(bracket * 40_000, tmp_path)


def test_64_levels_are_read_and_the_next_is_refused(tmp_path: Path) -> None:
    assert "found a list (expected fields" in said_of("[" * 64 + "]" * 64, tmp_path)
    assert said_of("[" * 65 + "]" * 65, tmp_path) == "tasks.yaml:1:65: nested deeper than 64 levels\n"


def test_aliases_are_never_expanded(tmp_path: Path) -> None:
    bomb = "a: &a [x]\n" + "".join(f"b{i}: [*a, *a]\n" for i in range(99))
    assert said_of(bomb, tmp_path) == "tasks.yaml:1:4: '&a': anchors and aliases are not used here (write it out)\n"


def test_a_long_text_is_cut_in_the_message(tmp_path: Path) -> None:
    (line,) = said_of(f"title: 工作\nyear: {'1' * 5000}\ntasks: [{TASK}]\n", tmp_path).splitlines()
    assert len(line) < 120


@pytest.mark.parametrize(
    "code", [0x00, 0x1B, 0x7F, 0x9B, 0x61C, 0x200B, 0x200F, 0x2028, 0x202E, 0x2066, 0xFEFF, 0xFFFE]
)
def test_invisible_characters_are_refused(code: int, tmp_path: Path) -> None:
    expected = f"tasks.yaml:2:4: invisible character U+{code:04X} (remove it)\n"
    assert said_of(f"# 计划\n# 工{chr(code)}作\n", tmp_path) == expected


@pytest.mark.parametrize("name", ["Nowhere", "Asia", "../tasks", "/etc/localtime"])
def test_an_unknown_time_zone_is_refused(name: str, tmp_path: Path) -> None:
    found = said_of(f"title: 工作\ntimezone: {name}\ntasks: [{TASK}]\n", tmp_path)
    assert found.startswith(f"tasks.yaml:2:11: timezone: no such time zone: '{name}'")


def test_the_python_yaml_loader_reports_an_escape_differently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "LOADER", yaml.SafeLoader)
    assert said_of('title: "\\U00110000"', tmp_path) == "tasks.yaml: cannot be read as YAML\n"


def test_faults_of_contacts_come_after_those_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text("城镇办: 王主任\n城镇办: 李主任\n执法局:\n", encoding="utf-8")
    assert said_of(f"title:\ntasks: [{TASK}]\n", tmp_path).splitlines() == [
        "tasks.yaml:1:7: title: found nothing (expected a text)",
        "contacts.yaml:2:1: the field '城镇办' is repeated, on lines 1, 2 (expected once)",
        "contacts.yaml:3:5: 执法局: found nothing (expected a text)",
    ]


def test_invalid_contacts_do_not_hide_faults_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text("[", encoding="utf-8")
    assert [line.split(":")[0] for line in said_of("[", tmp_path).splitlines()] == ["tasks.yaml", "contacts.yaml"]


def test_contacts_in_both_places(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text("城镇办: 王主任\n", encoding="utf-8")
    found = said_of(f"title: 工作\ncontacts: {{执法局: 李主任}}\ntasks: [{TASK}]\n", tmp_path)
    assert found == "tasks.yaml:2:1: contacts are also in contacts.yaml (expected in one of the two)\n"


def test_contacts_name_units_and_people_as_the_plan_does(tmp_path: Path) -> None:
    units = "units: [城镇办, {name: 县水利局, also: [水利局]}]\n"
    task = "{id: 1, title: 河道, leader: 王伟, lead_unit: 水利局, deadline: 2016-12-31}"
    calls = "城镇 办: '1'\n王\u3000伟: '2'\n水利局: '3'\n县水利局: '4'\n水利 局: '5'\n门卫: '6'\n"
    (tmp_path / "contacts.yaml").write_text(calls.replace("王\u3000伟", '"王\\u3000伟"'), encoding="utf-8")
    spelled = "spelled differently (expected one spelling, also of blanks)"
    assert said_of(f"title: 工作\n{units}tasks: [{task}]\n", tmp_path).splitlines() == [
        f"contacts.yaml:1:1: '城镇 办' is '城镇办' in the plan, {spelled}",
        f"contacts.yaml:2:1: '王\\u3000伟' is '王伟' in the plan, {spelled}",
        "contacts.yaml:3:1: '水利局' is another name of '县水利局', which is listed too (expected one of the two)",
        f"contacts.yaml:5:1: '水利 局' is '水利局' in the plan, {spelled}",
    ]
    said = "; ".join(
        said_of(f"title: 工作\n{units}contacts: {{水利局: 1, 县水利局: 2}}\ntasks: [{task}]\n", tmp_path).split("\n")
    )
    assert "tasks.yaml:3:12: contacts: '水利局' is another name of '县水利局'" in said
